package email

import (
	"net/http"
	"strings"
	"testing"

	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
)

const (
	nobody     = accessv1.Assurance_ASSURANCE_NONE
	possession = accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION

	passed1 = "Authentication-Results: mx.demo; dmarc=pass header.from=reyes.example\r\n"
	daniel  = "From: Daniel Reyes <daniel@reyes.example>\r\n"
	rest    = "To: care@aurora.example\r\nSubject: What happened with my complaint?\r\nMessage-ID: <1@reyes.example>\r\n\r\nWhat happened with my complaint?\r\n"
)

// TestWhoseMailCounts is the whole rule of who is taken at their word.
func TestWhoseMailCounts(t *testing.T) {
	mx, stranger := fromMX("daniel@reyes.example"), envelope{peer: "203.0.113.9", from: "daniel@reyes.example", to: []string{"care@aurora.example"}}.header()
	cases := []struct {
		name string
		raw  string
		by   http.Header
		want accessv1.Assurance
	}{
		{"DMARC passed for the author's domain", passed1 + daniel + rest, mx, possession},
		{"as Google writes it", "Authentication-Results: mx.demo;\r\n       dkim=pass header.i=@reyes.example header.s=s1;\r\n" +
			"       spf=pass (mx.demo: domain of daniel@reyes.example designates 192.0.2.1 as permitted sender) smtp.mailfrom=daniel@reyes.example;\r\n" +
			"       dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=reyes.example\r\n" + daniel + rest, mx, possession},
		{"as Microsoft writes it", "Authentication-Results: mx.demo; dmarc=pass action=none header.from=reyes.example;compauth=pass reason=100\r\n" + daniel + rest, mx, possession},
		{"above the MX's own Received", passed1 + "Received: from a by mx.demo; Wed, 1 Jul 2026 12:00:00 +0000\r\n" + daniel + rest, mx, possession},
		{"dkim and dmarc in fields of their own", "Authentication-Results: mx.demo; dkim=pass header.d=reyes.example\r\n" + passed1 + daniel + rest, mx, possession},
		{"upper case is the same domain", "Authentication-Results: MX.Demo; DMARC=Pass header.from=Reyes.Example\r\nFrom: Daniel@Reyes.Example\r\n" + rest, mx, possession},
		{"the address as its own name", passed1 + "From: \"daniel@reyes.example\" <daniel@reyes.example>\r\n" + rest, mx, possession},
		{"a name in another script", passed1 + "From: =?utf-8?B?0JTQsNC90LjRjdC70Yw=?= <daniel@reyes.example>\r\n" + rest, mx, possession},

		{"a forged From: DMARC failed", "Authentication-Results: mx.demo; dmarc=fail header.from=reyes.example\r\n" + daniel + rest, mx, nobody},
		{"a forged From: DMARC passed for the forger's own domain", "Authentication-Results: mx.demo; dmarc=pass header.from=evil.example\r\n" + daniel + rest, mx, nobody},
		{"a forged From: only SPF and DKIM of another domain passed", "Authentication-Results: mx.demo; spf=pass smtp.mailfrom=x@evil.example; dkim=pass header.d=evil.example\r\n" + daniel + rest, mx, nobody},
		{"a missing header", daniel + rest, mx, nobody},
		{"no DMARC record", "Authentication-Results: mx.demo; dmarc=none header.from=reyes.example\r\n" + daniel + rest, mx, nobody},
		{"no results at all", "Authentication-Results: mx.demo; none\r\n" + daniel + rest, mx, nobody},
		{"a header from another authserv-id", "Authentication-Results: mx.evil; dmarc=pass header.from=reyes.example\r\n" + daniel + rest, mx, nobody},
		{"an authserv-id that only begins like ours", "Authentication-Results: mx.demo.evil.example; dmarc=pass header.from=reyes.example\r\n" + daniel + rest, mx, nobody},
		{"a header from a peer that is not ours", passed1 + daniel + rest, stranger, nobody},
		{"no envelope: nobody knows who brought it", passed1 + daniel + rest, nil, nobody},
		{"a parent domain is another domain", "Authentication-Results: mx.demo; dmarc=pass header.from=example\r\n" + daniel + rest, mx, nobody},
		{"a pass without a domain", "Authentication-Results: mx.demo; dmarc=pass\r\n" + daniel + rest, mx, nobody},

		{"smuggled below the MX's Received", "Received: from evil by mx.demo; Wed, 1 Jul 2026 12:00:00 +0000\r\n" + passed1 + daniel + rest, mx, nobody},
		{"smuggled below what the MX says", "Authentication-Results: mx.demo; dmarc=fail header.from=reyes.example\r\nReceived: from evil by mx.demo; x\r\n" + passed1 + daniel + rest, mx, nobody},
		{"smuggled below the author's fields", daniel + "To: care@aurora.example\r\n" + passed1 + "Message-ID: <2@x.example>\r\n\r\nhello\r\n", mx, nobody},
		{"smuggled in the body", daniel + "To: care@aurora.example\r\nMessage-ID: <3@x.example>\r\n\r\n" + passed1 + "\r\nhello\r\n", mx, nobody},
		{"smuggled in an attached mail", daniel + "Content-Type: message/rfc822\r\nMessage-ID: <4@x.example>\r\n\r\n" + passed1 + daniel + "\r\nhello\r\n", mx, nobody},
		{"several that contradict each other", passed1 + "Authentication-Results: mx.demo; dmarc=fail header.from=reyes.example\r\n" + daniel + rest, mx, nobody},
		{"several results that contradict each other", "Authentication-Results: mx.demo; dmarc=pass header.from=reyes.example; dmarc=fail header.from=reyes.example\r\n" + daniel + rest, mx, nobody},
		{"in a comment", "Authentication-Results: mx.demo; dmarc=none (x; dmarc=pass header.from=reyes.example)\r\n" + daniel + rest, mx, nobody},
		{"in a quoted return path", "Authentication-Results: mx.demo; spf=pass smtp.mailfrom=\"a; dmarc=pass header.from=reyes.example \"@evil.example\r\n" + daniel + rest, mx, nobody},
		{"the domain twice", "Authentication-Results: mx.demo; dmarc=pass header.from=evil.example header.from=reyes.example\r\n" + daniel + rest, mx, nobody},
		{"a version that does not exist", "Authentication-Results: mx.demo 2; dmarc=pass header.from=reyes.example\r\n" + daniel + rest, mx, nobody},
		{"a comment without an end", "Authentication-Results: mx.demo; dmarc=pass header.from=reyes.example (\r\n" + daniel + rest, mx, nobody},
		{"in a field that is folded into another", "X-Note: a\r\n " + passed1 + daniel + rest, mx, nobody},

		{"two authors in one field", passed1 + "From: daniel@reyes.example, x@evil.example\r\n" + rest, mx, nobody},
		{"two From fields", passed1 + daniel + "From: x@evil.example\r\n" + rest, mx, nobody},
		{"two From fields, the other way round", passed1 + "From: x@evil.example\r\n" + daniel + rest, mx, nobody},
		{"an address in an encoded word", passed1 + "From: =?utf-8?Q?daniel=40reyes.example?= <x@evil.example>\r\n" + rest, mx, nobody},
		{"the victim in an encoded word, the forger's domain passed", "Authentication-Results: mx.demo; dmarc=pass header.from=evil.example\r\n" +
			"From: =?utf-8?Q?=22Daniel=22_=3Cdaniel=40reyes.example=3E?= <x@evil.example>\r\n" + rest, mx, nobody},
		{"a group", passed1 + "From: friends: daniel@reyes.example;\r\n" + rest, mx, nobody},
		{"a domain in another script that looks alike", "Authentication-Results: mx.demo; dmarc=pass header.from=r\u0435yes.example\r\nFrom: daniel@r\u0435yes.example\r\n" + rest, mx, nobody},
		{"a quoted local part", passed1 + "From: \"daniel@evil.example\"@reyes.example\r\n" + rest, mx, nobody},
		{"a comment beside the address", passed1 + "From: daniel@reyes.example (x@evil.example)\r\n" + rest, mx, nobody},
		{"a route", passed1 + "From: <@evil.example:daniel@reyes.example>\r\n" + rest, mx, nobody},
		{"a header with a line that is no field", "Hello\r\n" + passed1 + daniel + rest, mx, nobody},
	}
	a := adapter(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := only(t, a, c.raw, c.by)
			if got := assurance(e); got != c.want {
				t.Errorf("known as %s, want %s", got, c.want)
			}
			if name := e.Channel.GetSender().GetDisplayName(); c.want == nobody && name != "" {
				t.Error("a stranger gave the customer a name")
			}
		})
	}
}

func TestTheMXMayStandBehindHostsOfOurOwn(t *testing.T) {
	behind := adapter(t, func(s map[string]string) { s["own_received"] = "1" })
	ours, theirs := "Received: from mx by filter; x\r\n", "Received: from evil by mx.demo; x\r\n"
	if got := assurance(only(t, behind, ours+passed1+theirs+daniel+rest, fromMX(""))); got != possession {
		t.Errorf("what our MX says below our filter's Received does not count: %s", got)
	}
	if got := assurance(only(t, behind, ours+theirs+passed1+daniel+rest, fromMX(""))); got != nobody {
		t.Errorf("what stands below the MX's Received counts: %s", got)
	}
}

func TestWithoutAnMXNobodyCounts(t *testing.T) {
	for _, setting := range []string{"authserv_id", "peers"} {
		a := adapter(t, func(s map[string]string) { delete(s, setting) })
		for _, raw := range []string{passed1 + daniel + rest, strings.Replace(passed1, "mx.demo", "", 1) + daniel + rest} {
			if got := assurance(only(t, a, raw, fromMX(""))); got != nobody {
				t.Errorf("without %s: known as %s", setting, got)
			}
		}
	}
}

func TestTheAuthorIsFoundInWhatProgramsWrite(t *testing.T) {
	for value, want := range map[string]string{
		"daniel@reyes.example":                      "daniel@reyes.example",
		"Daniel <daniel@reyes.example>":             "daniel@reyes.example",
		"Reyes, Daniel <daniel@reyes.example>":      "daniel@reyes.example",
		"Daniel daniel@reyes.example":               "daniel@reyes.example",
		"a@one.example, b@two.example":              "a@one.example",
		"friends: daniel@reyes.example;":            "daniel@reyes.example",
		"=?utf-8?Q?D=C3=A1niel?= <d@reyes.example>": "d@reyes.example",
		"nobody": "",
		"":       "",
	} {
		h := &header{fields: []field{{"from", value}}}
		if got := readAuthor(h); got.address != want {
			t.Errorf("%q: found %q", value, got.address)
		}
	}
}
