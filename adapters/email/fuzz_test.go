package email

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"

	"github.com/parleyhq/parley/adapters/channel"
)

// FuzzParse: whatever comes in by SMTP, every event that comes of it can be keyed, stored and sent on, and every error is a
// dead letter.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		passed1 + daniel + rest, bounceOf(delivery, "5.1.1"), daniel + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n--b--\r\n",
		"From: =?utf-8?q?a?= <a@b>\r\nContent-Transfer-Encoding: base64\r\n\r\n====\r\n", "From: a@b\n\nOn 1/1/26 10:00, a <a@b> wrote:\n> x",
	} {
		f.Add([]byte(seed), "127.0.0.1", "x@y.example")
	}
	a := adapter(f)
	f.Fuzz(func(t *testing.T, raw []byte, peer, from string) {
		events, err := a.Parse(raw, envelope{peer: peer, from: from, to: []string{"care@aurora.example"}}.header())
		var dead *channel.Unreadable
		if err != nil && (!errors.As(err, &dead) || dead.Reason == "" || dead.Detail == "" || len(events) > 0) {
			t.Fatalf("not a dead letter: %v", err)
		}
		if err == nil && len(events) != 1 {
			t.Fatalf("%d events", len(events))
		}
		for _, e := range events {
			if e.Kind == "" || e.ExternalID == "" || e.Sender == "" || e.OccurredTime.IsZero() || len(e.ExternalID) > maxID+64 {
				t.Fatalf("an incomplete event: %+v", e)
			}
			if (e.Status != nil) != (e.Kind == channel.KindStatus) || (e.Channel != nil) != (e.Kind == channel.KindMessage) {
				t.Fatalf("an event of two kinds: %+v", e)
			}
			if _, err := proto.Marshal(e.Channel); err != nil {
				t.Fatalf("it does not marshal: %v", err)
			}
			if utf8.RuneCountInString(contentOf(e).GetText()) > maxText {
				t.Fatal("too much text")
			}
		}
	})
}

// FuzzAuthResults: nothing in comments or quotes is ever a result, and nothing crashes.
func FuzzAuthResults(f *testing.F) {
	for _, seed := range []string{"mx.demo; dmarc=pass header.from=reyes.example", "mx.demo 1; none", "mx (a(b)\\)c); dmarc = pass (x) header . from = \"a b\"@c", "\"mx;demo\"; spf=pass"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		id, results, ok := parseAuthResults(value)
		if ok && id == "" || !ok && len(results) > 0 {
			t.Fatalf("%q: %q %v %v", value, id, results, ok)
		}
		if _, hidden, _ := parseAuthResults("mx.demo; spf=none (" + strings.NewReplacer("(", "", ")", "", "\\", "").Replace(value) + ")"); len(hidden) > 1 {
			t.Fatalf("%q: a comment yields %v", value, hidden)
		}
	})
}

// FuzzReply: what is new is never more than there was, and finding it ends.
func FuzzReply(f *testing.F) {
	for _, seed := range []string{"hello\n\nOn 1 Jul 2026 at 9:00, a <a@b> wrote:\n> x", "De: a\nEnviado: b\nPara: c\n\nx", "-- \nme", "> a\nb\n> c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if r := readReply(text); len(r.fresh) > len(text) {
			t.Fatalf("%q became %q", text, r.fresh)
		}
	})
}

// FuzzHTML: text comes out, and no tag of what makes one.
func FuzzHTML(f *testing.F) {
	for _, seed := range []string{"<p>a<br>b", "<script>x</script>y", "<blockquote><blockquote>a</blockquote>", "<ul><li>a<li>b", "<style>x", "a &lt; b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		if text := htmlText(source); len(text) > 8*len(source)+16 {
			t.Fatalf("%d bytes became %d", len(source), len(text))
		}
	})
}

// FuzzCompose: whatever a customer's mail was, the answer is a mail that we can read, with one of each field.
func FuzzCompose(f *testing.F) {
	f.Add("My bill", "1@reyes.example", "Your case is open.")
	f.Add("a\r\nBcc: x@y", "x>\r\nBcc: y", ".\r\n.\r\n")
	a := adapter(f)
	f.Fuzz(func(t *testing.T, subject, id, text string) {
		out := channel.Outgoing{DeliveryID: delivery, Text: text, Thread: &channel.Thread{Subject: subject, ExternalIDs: []string{id}}}
		h, _, err := split(a.compose(out, "daniel@reyes.example", noon))
		if err != nil || h.broken || h.has("bcc") || len(h.all("subject")) != 1 || len(h.all("message-id")) != 1 || !strings.HasPrefix(h.get("content-type"), "text/plain") {
			t.Fatalf("%v %q", err, h.fields)
		}
	})
}
