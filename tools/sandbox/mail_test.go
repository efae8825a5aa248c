package sandbox

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"
)

const (
	care       = "care@aurora.example"
	danielMail = "daniel@reyes.example"
)

// mailHost stands where Parley takes mail.
type mailHost struct {
	address string
	mails   chan string
	// answers are given one after the other behind the mails' last dots; then all are taken.
	answers chan *smtp.SMTPError
}

func newMailHost(t *testing.T, answers ...*smtp.SMTPError) *mailHost {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &mailHost{address: listener.Addr().String(), mails: make(chan string, 10), answers: make(chan *smtp.SMTPError, len(answers))}
	for _, a := range answers {
		h.answers <- a
	}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return h, nil }))
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-served
	})
	return h
}

func (h *mailHost) Mail(string, *smtp.MailOptions) error { return nil }
func (h *mailHost) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (h *mailHost) Reset()                               {}
func (h *mailHost) Logout() error                        { return nil }

func (h *mailHost) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	h.mails <- string(raw)
	select {
	case refusal := <-h.answers:
		return refusal
	default:
		return nil
	}
}

func mailSetup(host *mailHost, seed uint64) *Setup {
	setup := demoSetup("http://127.0.0.1:1", seed)
	setup.SMTPAddress = host.address
	setup.Accounts = append(setup.Accounts, Account{Name: "mail-main", Provider: Email, Address: care, AuthservID: "mx.demo"})
	return &setup
}

func TestACustomerWritesByEmail(t *testing.T) {
	for _, tt := range []struct {
		name  string
		in    Inbound
		wants []string
	}{
		{"a mail whose author DMARC vouches for", Inbound{Text: "¿Por qué?", Subject: "Mi factura: ¿por qué?", DisplayName: "Daniel Reyes"}, []string{
			"Authentication-Results: mx.demo; dmarc=pass header.from=reyes.example\r\nReceived: from ",
			"\r\nFrom: \"Daniel Reyes\" <daniel@reyes.example>\r\nTo: <care@aurora.example>\r\nSubject: =?utf-8?q?",
			"\r\n\r\n=C2=BFPor qu=C3=A9?\r\n",
		}},
		{"a mail under somebody else's address", Inbound{Text: "hello", Forged: true}, []string{"Authentication-Results: mx.demo; dmarc=fail header.from=reyes.example\r\n"}},
		{"an answer", Inbound{Text: "thanks", Quoted: "1@aurora.example"}, []string{"\r\nIn-Reply-To: <1@aurora.example>\r\nReferences: <1@aurora.example>\r\n"}},
		{"a machine's answer", Inbound{Text: "I am away", Kind: "auto_reply"}, []string{"\r\nAuto-Submitted: auto-replied\r\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			parley := newMailHost(t)
			v := startVendor(t, t.TempDir(), mailSetup(parley, 0))
			tt.in.Channel, tt.in.From = "email", danielMail
			result, err := v.Inbound(t.Context(), tt.in)
			if err != nil || result.Status != mailTaken || result.Error != "" || !strings.HasSuffix(result.ID, "@reyes.example") {
				t.Fatalf("%+v %v", result, err)
			}
			raw := <-parley.mails
			for _, want := range append(tt.wants, "\r\nMessage-ID: <"+result.ID+">\r\n") {
				if !strings.Contains(raw, want) {
					t.Errorf("the mail lacks %q:\n%s", want, raw)
				}
			}
		})
	}
}

func TestMailThatIsNotTakenIsBroughtAgain(t *testing.T) {
	for _, tt := range []struct {
		name  string
		code  int
		again bool
	}{
		{"later, after a temporary failure", 451, true},
		{"never, after a final one", 550, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			parley := newMailHost(t, &smtp.SMTPError{Code: tt.code, EnhancedCode: smtp.NoEnhancedCode, Message: "no"})
			v := startVendor(t, t.TempDir(), mailSetup(parley, 0))
			result, err := v.Inbound(t.Context(), Inbound{Channel: "email", From: danielMail, Text: "hello"})
			if err != nil || result.Status != tt.code || result.Error == "" {
				t.Fatalf("%+v %v", result, err)
			}
			first := <-parley.mails
			health, err := v.Healthy(t.Context())
			if err != nil || (health.PendingWebhooks > 0) != tt.again {
				t.Fatalf("%+v %v", health, err)
			}
			if tt.again && <-parley.mails != first {
				t.Error("what is brought again differs from the first")
			}
		})
	}
}

// submit sends a mail as Parley does.
func (v *vendor) submit(t *testing.T, from, to, body string) error {
	t.Helper()
	health, err := v.Healthy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := smtp.Dial(health.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	return c.SendMail("care+1@aurora.example", []string{to}, strings.NewReader("From: \"Aurora\" <"+from+">\r\nSubject: Re: My bill\r\n"+body))
}

const quotedPrintable = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"

func TestWhatParleySubmitsIsDeliveredAndKept(t *testing.T) {
	dir, parley := t.TempDir(), newMailHost(t)
	v := startVendor(t, dir, mailSetup(parley, 0))
	if err := v.submit(t, care, danielMail, quotedPrintable+"Caf=C3=A9:=20\r\n$70.00\r\n"); err != nil {
		t.Fatal(err)
	}
	before, _ := v.Healthy(t.Context())
	v.end(t)
	v = startVendor(t, dir, nil)
	after, _ := v.Healthy(t.Context())
	if before.SMTP == "" || after.SMTP != before.SMTP {
		t.Errorf("the submission server moved from %s to %s", before.SMTP, after.SMTP)
	}
	kept, err := v.Deliveries(t.Context(), "Daniel@reyes.example")
	if err != nil || len(kept) != 1 {
		t.Fatalf("%+v %v", kept, err)
	}
	d := kept[0]
	if d.Provider != Email || d.Account != "mail-main" || d.To != danielMail || d.Text != "Café: \n$70.00" || !strings.Contains(d.Raw, "\r\nSubject: Re: My bill\r\n") {
		t.Errorf("%+v", d)
	}
}

func TestMailThatNoServerWouldTake(t *testing.T) {
	v := startVendor(t, t.TempDir(), mailSetup(newMailHost(t), 0))
	for _, tt := range []struct {
		name, from, to, body string
		code                 int
	}{
		{"an address that is none", care, "daniel@home", quotedPrintable + "x", 553},
		{"from an address of nobody's account", "boss@aurora.example", danielMail, quotedPrintable + "x", 550},
		{"with nothing to read", care, danielMail, "Content-Type: image/png\r\n\r\nx", 554},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var answered *smtp.SMTPError
			if err := v.submit(t, tt.from, tt.to, tt.body); !errors.As(err, &answered) || answered.Code != tt.code {
				t.Errorf("answered %v", err)
			}
		})
	}
}

// TestMailMeetsFaultsToo counts what a client sees, and what the mailbox got in spite of it.
func TestMailMeetsFaultsToo(t *testing.T) {
	v := startVendor(t, t.TempDir(), mailSetup(newMailHost(t), 7))
	taken, lost, codes := 0, 0, map[int]int{}
	for range 200 {
		err := v.submit(t, care, danielMail, quotedPrintable+"x")
		var answered *smtp.SMTPError
		switch {
		case err == nil:
			taken++
		case errors.As(err, &answered):
			codes[answered.Code]++
		default:
			lost++
		}
	}
	if taken == 0 || lost == 0 || codes[450] == 0 || codes[421] == 0 || len(codes) != 2 {
		t.Errorf("taken %d, lost %d, refused %v", taken, lost, codes)
	}
	if kept, err := v.Deliveries(t.Context(), danielMail); err != nil || len(kept) != taken+lost {
		t.Errorf("the mailbox has %d of %d %v", len(kept), taken+lost, err)
	}
}
