package email

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime/quotedprintable"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/channeltest"
)

// sending makes an adapter and the server that takes its mails.
func sending(t *testing.T) (*Adapter, *sink) {
	t.Helper()
	s, err := serve(channeltest.Intact)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.stop)
	return adapter(t, func(settings map[string]string) { settings["submission"] = s.at }), s
}

func answer(text string) channel.Outgoing {
	return channel.Outgoing{
		DeliveryID: delivery, MessageID: "message_1", To: "daniel@reyes.example", Text: text, Part: 1, Parts: 1,
		Thread: &channel.Thread{Subject: "What happened with my complaint?", ExternalIDs: []string{"0@reyes.example", "1@reyes.example"}},
	}
}

// sent sends, and reads what the server took.
func sent(t *testing.T, out channel.Outgoing) (*received, taken) {
	t.Helper()
	a, s := sending(t)
	result, err := a.Send(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	if result.ExternalID != delivery+"@aurora.example" {
		t.Errorf("the mail's id is %q", result.ExternalID)
	}
	mails := s.mails()
	if len(mails) != 1 {
		t.Fatalf("the server took %d mails", len(mails))
	}
	m, err := readMail([]byte(mails[0].raw), envelope{known: true, from: mails[0].from})
	if err != nil {
		t.Fatal(err)
	}
	return m, mails[0]
}

func TestAnAnswerStandsInTheThreadOfTheMail(t *testing.T) {
	m, mail := sent(t, answer("Your case CASE-1 is open.\n\nDecision by 15 July. ¡Gracias!\n.hidden dot"))
	for name, want := range map[string]string{
		"from": `"Aurora Care" <care@aurora.example>`, "to": "<daniel@reyes.example>", "subject": "Re: What happened with my complaint?",
		"message-id": "<" + delivery + "@aurora.example>", "in-reply-to": "<1@reyes.example>", "references": "<0@reyes.example> <1@reyes.example>",
		"date": "Wed, 01 Jul 2026 12:00:00 +0000", "auto-submitted": "auto-replied", "x-loop": "care@aurora.example",
	} {
		if got := m.get(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if mail.from != "care+"+delivery+"@aurora.example" || mail.to != "daniel@reyes.example" {
		t.Errorf("the envelope is from %s to %s", mail.from, mail.to)
	}
	if got := m.body.words(); got != "Your case CASE-1 is open.\n\nDecision by 15 July. ¡Gracias!\n.hidden dot" {
		t.Errorf("it says %q", got)
	}
}

func TestEveryAttemptHasTheSameMessageID(t *testing.T) {
	a := adapter(t)
	first, second := string(a.compose(answer("one"), "x@y.example", noon)), string(a.compose(answer("one"), "x@y.example", noon))
	if first != second || !strings.Contains(first, "Message-ID: <"+delivery+"@aurora.example>\r\n") {
		t.Error("a second attempt is another mail")
	}
}

func TestSubjectsOfAnswers(t *testing.T) {
	for subject, want := range map[string]string{
		"My bill": "Re: My bill", "Re: My bill": "Re: My bill", "RE: My bill": "RE: My bill", "AW: Rechnung": "AW: Rechnung", "Reply please": "Re: Reply please",
		"": "Re:", "a\r\nBcc: x@y.example": "Re: a Bcc: x@y.example",
	} {
		if got := subjectOf(&channel.Thread{Subject: subject}, "Aurora"); got != want {
			t.Errorf("%q: %q, want %q", subject, got, want)
		}
	}
	if got := subjectOf(nil, "Aurora"); got != "Aurora" {
		t.Errorf("a first mail is under %q", got)
	}
}

func TestNothingOfACustomersWritesAHeaderOfOurs(t *testing.T) {
	out := answer("hello")
	out.Thread = &channel.Thread{Subject: "¿Qué\r\nBcc: x@evil.example", ExternalIDs: []string{"a@b\r\nBcc: x@evil.example", "<x@y>", "1@reyes.example", "2" + madeUp}}
	m, _ := sent(t, out)
	if m.has("bcc") || m.get("references") != "<1@reyes.example>" || m.subject != "Re: ¿Qué Bcc: x@evil.example" {
		t.Errorf("header: %q", m.fields)
	}
}

func TestWhatTheServerSays(t *testing.T) {
	cases := []struct {
		name            string
		mail, rcpt, dot error
		kind            channel.SendErrorKind
		reason          string
	}{
		{"no such mailbox", nil, refuse(550, 1, 1, "x"), nil, channel.Permanent, "UNKNOWN_RECIPIENT"},
		{"a full mailbox", nil, refuse(452, 2, 2, "x"), nil, channel.Retryable, "MAILBOX_FULL"},
		{"a mailbox full for good", nil, refuse(552, 2, 2, "x"), nil, channel.Permanent, "MAILBOX_FULL"},
		{"greylisting", nil, refuse(451, 7, 1, "x"), nil, channel.Retryable, "REFUSED_BY_POLICY"},
		{"a mailbox that gets mail too fast", nil, refuse(450, 2, 1, "x"), nil, channel.RateLimited, "RATE_LIMITED"},
		{"spam", nil, nil, refuse(554, 7, 1, "x"), channel.Permanent, "REFUSED_BY_POLICY"},
		{"busy", nil, nil, refuse(451, 3, 0, "x"), channel.Retryable, "STATUS_4_3_0"},
		{"a password is wanted", refuse(530, 7, 0, "x"), nil, nil, channel.Retryable, "CREDENTIALS_REFUSED"},
		{"too many mails", refuse(421, 7, 0, "x"), nil, nil, channel.AccountLimited, "RATE_LIMITED"},
		{"no code, only words", nil, &smtp.SMTPError{Code: 550, EnhancedCode: smtp.NoEnhancedCode, Message: "User unknown"}, nil, channel.Permanent, "UNKNOWN_RECIPIENT"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a, s := sending(t)
			s.mail, s.rcpt, s.dot = c.mail, c.rcpt, c.dot
			_, err := a.Send(t.Context(), answer("hello"))
			var typed *channel.SendError
			if !errors.As(err, &typed) || typed.Kind != c.kind || typed.Reason != c.reason {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestAddressesThatNobodyCanHave(t *testing.T) {
	a := adapter(t)
	for _, to := range []string{"", "daniel", "@x.example", "a b@x.example", "a@x.example>\r\nRCPT TO:<b@y.example", "a@", "a@-.example-"} {
		out := answer("hello")
		out.To = to
		_, err := a.Send(t.Context(), out)
		var typed *channel.SendError
		if !errors.As(err, &typed) || typed.Kind != channel.Permanent || typed.Reason != "INVALID_RECIPIENT" {
			t.Errorf("%q: %v", to, err)
		}
	}
}

func TestAddressesInOtherScriptsAreWrittenTo(t *testing.T) {
	out := answer("hello")
	out.To = "dániel@bücher.example"
	_, mail := sent(t, out)
	if mail.to != "dániel@xn--bcher-kva.example" {
		t.Errorf("sent to %s", mail.to)
	}
}

// script is a server that answers each command with the next reply, and goes away when there is none.
func script(t *testing.T, replies ...string) *Adapter {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		read := bufio.NewReader(conn)
		for _, reply := range replies {
			_, _ = io.WriteString(conn, reply+"\r\n")
			if _, err := read.ReadString('\n'); err != nil {
				return
			}
		}
	}()
	return adapter(t, func(settings map[string]string) { settings["submission"] = listener.Addr().String() })
}

func TestWhereTheConnectionEndsDecides(t *testing.T) {
	hello := []string{"220 ready", "250 hello", "250 sender", "250 recipient", "354 go on"}
	for _, c := range []struct {
		name  string
		heard int
		kind  channel.SendErrorKind
	}{
		{"before the server greets", 0, channel.Retryable},
		{"after the greeting", 1, channel.Retryable},
		{"after the sender", 3, channel.Retryable},
		{"after the recipient", 4, channel.Retryable},
		{"while the mail is sent, or behind it", 5, channel.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := script(t, hello[:c.heard]...).Send(t.Context(), answer("hello"))
			var typed *channel.SendError
			if !errors.As(err, &typed) || typed.Kind != c.kind {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestAnAttemptThatNeverBegan(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := adapter(t).Send(ctx, answer("hello"))
	var typed *channel.SendError
	if !errors.As(err, &typed) || typed.Kind != channel.Retryable {
		t.Errorf("%v", err)
	}
}

func TestLongAndStrangeTextsArriveAsTheyAre(t *testing.T) {
	text := strings.Repeat("Las 3 facturas = 12,50 € — ¿correcto? ", 300) + "\n\tindented\n=3D\n" + strings.Repeat("x", 2000)
	_, mail := sent(t, answer(text))
	_, body, _ := strings.Cut(mail.raw, "\r\n\r\n")
	got, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
	if err != nil || strings.TrimSpace(strings.ReplaceAll(string(got), "\r\n", "\n")) != strings.TrimSpace(text) {
		t.Errorf("it arrived otherwise (%v)", err)
	}
	for _, line := range strings.Split(mail.raw, "\r\n") {
		if len(line) > 998 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}

func TestThePasswordGoesToTheRightServerOnly(t *testing.T) {
	certificate, roots := selfSigned(t)
	s, err := serve(channeltest.Intact, func(s *sink) {
		s.password = "a-password"
		s.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.stop()
	signingIn := func(password string, roots *x509.CertPool) error {
		acc := account()
		acc.Settings["submission"], acc.Settings["submission_tls"], acc.Settings["submission_user"] = s.at, "starttls", "parley"
		acc.Secrets = map[string]string{"submission_password": password}
		a, err := New(acc, Deps{Clock: time.Now, Roots: roots})
		if err != nil {
			t.Fatal(err)
		}
		_, err = a.Send(t.Context(), answer("hello"))
		if err != nil && strings.Contains(err.Error(), password) {
			t.Error("the error tells the password")
		}
		return err
	}
	if err := signingIn("a-password", roots); err != nil {
		t.Error(err)
	}
	var typed *channel.SendError
	if err := signingIn("another-password", roots); !errors.As(err, &typed) || typed.Reason != "CREDENTIALS_REFUSED" || typed.Kind != channel.Retryable {
		t.Errorf("a wrong password: %v", err)
	}
	if err := signingIn("a-password", x509.NewCertPool()); !errors.As(err, &typed) || typed.Reason != "VENDOR_UNREACHABLE" {
		t.Errorf("a server that nobody vouches for: %v", err)
	}
	if len(s.mails()) != 1 {
		t.Errorf("the server took %d mails", len(s.mails()))
	}
}

func TestConfigurationsThatCannotWorkAreRefused(t *testing.T) {
	for name, change := range map[string]func(*channel.Account){
		"an address with a name":       func(a *channel.Account) { a.Address = "Care <care@aurora.example>" },
		"no address":                   func(a *channel.Account) { a.Address = "" },
		"no server":                    func(a *channel.Account) { delete(a.Settings, "submission") },
		"a server without a port":      func(a *channel.Account) { a.Settings["submission"] = "mail.example" },
		"a protection that is unknown": func(a *channel.Account) { a.Settings["submission_tls"] = "some" },
		"a password without TLS": func(a *channel.Account) {
			a.Settings["submission_user"], a.Secrets = "parley", map[string]string{"submission_password": "a-password"}
		},
		"a user without a password": func(a *channel.Account) {
			a.Settings["submission_user"], a.Settings["submission_tls"] = "parley", "starttls"
		},
		"a peer that is no network": func(a *channel.Account) { a.Settings["peers"] = "mx.demo" },
		"a count that is no number": func(a *channel.Account) { a.Settings["own_received"] = "some" },
	} {
		acc := account()
		change(&acc)
		if _, err := New(acc, Deps{Clock: time.Now}); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
