package email

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/parleyhq/parley/adapters/channel"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

func TestAMailIsAMessageInItsThread(t *testing.T) {
	raw := passed1 + daniel + "Subject: =?utf-8?Q?Re:_=C2=BFQu=C3=A9_pas=C3=B3=3F?=\r\nDate: Wed, 1 Jul 2026 05:00:00 -0400\r\nMessage-ID: <2@reyes.example>\r\n" +
		"In-Reply-To: <" + delivery + "@aurora.example>\r\nReferences: <1@reyes.example>\r\n <" + delivery + "@aurora.example>\r\n" +
		"Reply-To: x@evil.example\r\n\r\n¿Y ahora?\r\n\r\nEl mié, 1 jul 2026 a las 4:00, Aurora Care <care@aurora.example> escribió:\r\n> Su caso\r\n"
	e := only(t, adapter(t), raw, fromMX("daniel@reyes.example"))
	c := contentOf(e)
	if e.ExternalID != "2@reyes.example" || e.Sender != "daniel@reyes.example" || !e.OccurredTime.Equal(noon.Add(-3*60*60*1e9)) {
		t.Errorf("event %+v", e)
	}
	if c.GetText() != "¿Y ahora?" || c.GetThread().GetSubject() != "Re: ¿Qué pasó?" || c.GetQuotedExternalId() != delivery+"@aurora.example" || c.GetAutomatic() {
		t.Errorf("content %v", c)
	}
	if want := []string{"1@reyes.example", delivery + "@aurora.example", "2@reyes.example"}; !slices.Equal(c.GetThread().GetExternalIds(), want) {
		t.Errorf("thread %v", c.GetThread().GetExternalIds())
	}
	if to := e.Channel.GetSender().GetAddress(); to != "daniel@reyes.example" {
		t.Errorf("the answer goes to %s", to)
	}
}

func TestLongThreadsKeepTheirBeginningAndTheirEnd(t *testing.T) {
	var refs []string
	for i := range 50 {
		refs = append(refs, "<"+strings.Repeat("x", i+1)+"@a.example>")
	}
	e := only(t, adapter(t), daniel+"References: "+strings.Join(refs, "\r\n ")+"\r\nMessage-ID: <last@a.example>\r\n\r\nhello\r\n", fromMX(""))
	ids := contentOf(e).GetThread().GetExternalIds()
	if len(ids) != maxThread || ids[0] != "x@a.example" || ids[maxThread-1] != "last@a.example" {
		t.Errorf("%d: %v", len(ids), ids)
	}
}

func TestAMailWithoutAnIDIsKnownAgain(t *testing.T) {
	a, mail := adapter(t), daniel+"Subject: x\r\n\r\nhello\r\n"
	first, second := only(t, a, mail, fromMX("")), only(t, a, "Received: by another way; x\r\n"+mail, fromMX(""))
	if first.ExternalID != second.ExternalID || first.Discriminator != second.Discriminator {
		t.Error("the same mail by another way is another mail")
	}
	if ids := contentOf(first).GetThread().GetExternalIds(); len(ids) > 0 {
		t.Errorf("an answer would name %v", ids)
	}
	if other := only(t, a, daniel+"Subject: x\r\n\r\ngoodbye\r\n", fromMX("")); other.ExternalID == first.ExternalID {
		t.Error("another mail is taken for the same")
	}
}

func TestNobodyTakesAnothersMessageID(t *testing.T) {
	a := adapter(t)
	real, forged := only(t, a, daniel+rest, fromMX("")), only(t, a, "From: x@evil.example\r\n"+rest, fromMX(""))
	if real.ExternalID == forged.ExternalID && real.Discriminator == forged.Discriminator {
		t.Error("a mail with the customer's Message-ID is taken for the customer's")
	}
}

func TestBodies(t *testing.T) {
	multi := func(parts ...string) string {
		return "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + strings.Join(parts, "\r\n--b\r\n") + "\r\n--b--\r\n"
	}
	html := "Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><title>no</title><style>p{}</style></head><body><p>Mi factura es <b>muy</b> alta.</p>" +
		"<script>alert(1)</script><ul><li>uno</li><li>dos</li></ul><blockquote>lo de antes</blockquote></body></html>"
	cases := []struct {
		name, raw, text string
		kind            contextv1.ContentKind
		attachments     string
	}{
		{"plain", "\r\nhello\r\n", "hello", contextv1.ContentKind_CONTENT_KIND_TEXT, ""},
		{"Latin-1", "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=BFQu=E9 pas=F3?\r\n", "¿Qué pasó?", contextv1.ContentKind_CONTENT_KIND_TEXT, ""},
		{"Latin-1 that does not say so", "\r\n\xbfQu\xe9 pas\xf3?\r\n", "¿Qué pasó?", contextv1.ContentKind_CONTENT_KIND_TEXT, ""},
		{"base64", "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nwr9RdcOpIHBhc8OzPw==\r\n", "¿Qué pasó?", contextv1.ContentKind_CONTENT_KIND_TEXT, ""},
		{"a charset that nobody knows", "Content-Type: text/plain; charset=klingon\r\n\r\nhello\r\n", "hello", contextv1.ContentKind_CONTENT_KIND_TEXT, ""},
		{"HTML alone", html, "Mi factura es muy alta.\n\n- uno\n- dos", contextv1.ContentKind_CONTENT_KIND_TEXT, ""},
		{"text is preferred", "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n" + html + "\r\n--b--\r\n", "hello", contextv1.ContentKind_CONTENT_KIND_TEXT, ""},
		{"with a file", multi("\r\nsee the file", "Content-Type: application/pdf; name=\"=?utf-8?Q?mi_factura=2Epdf?=\"\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA"),
			"see the file", contextv1.ContentKind_CONTENT_KIND_TEXT, "part:2 application/pdf mi factura.pdf"},
		{"a picture alone", multi("Content-Type: image/png\r\nContent-Disposition: attachment; filename*=utf-8''c%C3%A1ble.png\r\n\r\nx"),
			"A subject", contextv1.ContentKind_CONTENT_KIND_IMAGE, "part:1 image/png cáble.png"},
		{"nothing but a subject", "\r\n\r\n", "A subject", contextv1.ContentKind_CONTENT_KIND_TEXT, ""},
		{"cut off in the middle", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello", "hello", contextv1.ContentKind_CONTENT_KIND_TEXT, ""},
		{"a boundary that never comes", "Content-Type: multipart/mixed; boundary=b\r\n\r\nhello\r\n", "hello", contextv1.ContentKind_CONTENT_KIND_TEXT, ""},
		{"control characters and turned writing", "\r\nhe\x00l\x07lo \u202egpj.exe\r\n", "hello gpj.exe", contextv1.ContentKind_CONTENT_KIND_TEXT, ""},
		{"bare carriage returns", "Content-Type: text/plain\r\n\r\none\rtwo", "one\ntwo", contextv1.ContentKind_CONTENT_KIND_TEXT, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			content := contentOf(only(t, adapter(t), daniel+"Subject: A subject\r\n"+c.raw, fromMX("")))
			if content.GetText() != c.text || content.GetKind() != c.kind {
				t.Errorf("%s %q", content.GetKind(), content.GetText())
			}
			var files []string
			for _, f := range content.GetAttachments() {
				files = append(files, f.GetReference()+" "+f.GetMediaType()+" "+f.GetFileName())
			}
			if got := strings.Join(files, ", "); got != c.attachments {
				t.Errorf("attachments: %s", got)
			}
		})
	}
}

func TestWhatMachinesWriteIsMarked(t *testing.T) {
	cases := []struct {
		name, header, from string
		want               bool
	}{
		{"a person", "", "daniel@reyes.example", false},
		{"a person whose program says no", "Auto-Submitted: no\r\n", "daniel@reyes.example", false},
		{"Auto-Submitted", "Auto-Submitted: auto-replied (vacation)\r\n", "daniel@reyes.example", true},
		{"Exchange", "X-Auto-Response-Suppress: All\r\n", "daniel@reyes.example", true},
		{"an old vacation program", "Precedence: junk\r\n", "daniel@reyes.example", true},
		{"a newsletter", "List-Unsubscribe: <https://x.example>\r\n", "daniel@reyes.example", true},
		{"a program that only says so in the subject", "Subject: Automatische Antwort: Re: Ihre Frage\r\n", "daniel@reyes.example", true},
		{"the same in Spanish", "Subject: Respuesta automática: Su caso\r\n", "daniel@reyes.example", true},
		{"a question about an automatic reply", "Subject: Why do I get an automatic reply?\r\n", "daniel@reyes.example", false},
		{"an empty return path", "", "", true},
		{"a mail of ours that comes back", "X-Loop: care@aurora.example\r\n", "daniel@reyes.example", true},
		{"another's loop", "X-Loop: x@y.example\r\n", "daniel@reyes.example", false},
		{"nobody reads there", "From: No-Reply <no-reply@shop.example>\r\n", "x@y.example", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			from := daniel
			if strings.HasPrefix(c.header, "From:") {
				from = ""
			}
			e := only(t, adapter(t), from+c.header+"\r\nI am away until Monday.\r\n", fromMX(c.from))
			if got := contentOf(e).GetAutomatic(); got != c.want {
				t.Errorf("a machine's: %v", got)
			}
		})
	}
}

// Two of our kind facing each other: what one answers, the other knows for a machine's, whichever headers survive the way.
func TestTwoAutorespondersStopAfterOneRound(t *testing.T) {
	a := adapter(t)
	ours := string(a.compose(answer("We have it."), "daniel@reyes.example", noon))
	acc := account()
	acc.Name, acc.Address = "other-main", "help@other.example"
	other, err := New(acc, Deps{Clock: a.clock})
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range []string{"Auto-Submitted", "X-Auto-Response-Suppress"} {
		if e := only(t, other, without(ours, header), fromMX("care@aurora.example")); !contentOf(e).GetAutomatic() {
			t.Errorf("without %s the other side would answer", header)
		}
	}
	bare := without(without(ours, "Auto-Submitted"), "X-Auto-Response-Suppress")
	if e := only(t, a, bare, fromMX("x@y.example")); !contentOf(e).GetAutomatic() {
		t.Error("we would answer a mail of our own")
	}
}

func without(raw, header string) string {
	at := strings.Index(raw, "\r\n"+header+": ")
	end := strings.Index(raw[at+2:], "\r\n")
	return raw[:at] + raw[at+2+end:]
}

func TestWhatIsNoMailIsADeadLetter(t *testing.T) {
	for reason, raw := range map[string]string{
		"NOT_A_MAIL":       "\r\n\r\nhello",
		"NO_SENDER":        "Subject: who am I?\r\n\r\nhello\r\n",
		"HEADER_TOO_LARGE": strings.Repeat("X-Long: "+strings.Repeat("x", 900)+"\r\n", 400) + daniel + rest,
	} {
		_, err := adapter(t).Parse([]byte(raw), fromMX("x@y.example"))
		var dead *channel.Unreadable
		if !errors.As(err, &dead) || dead.Reason != reason || dead.Detail == "" {
			t.Errorf("%s: %v", reason, err)
		}
	}
}
