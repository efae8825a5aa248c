package channels_test

import (
	"io"
	"net"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channels"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// sink is a submission server; it hands on what it takes.
type sink struct{ mails chan sunk }

type sunk struct{ from, to, raw string }

type session struct {
	sink
	mail sunk
}

func (s sink) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{sink: s}, nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mail.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	s.mail.raw = string(raw)
	s.mails <- s.mail
	return err
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// withMail makes a world with a mail account and the server that takes its mails.
func withMail(t *testing.T) (*world, <-chan sunk) {
	t.Helper()
	listener := must[net.Listener](t)(net.Listen("tcp", "127.0.0.1:0"))
	out := sink{mails: make(chan sunk, 10)}
	server := smtp.NewServer(out)
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-served
	})
	return start(t, func(c *channels.Config) {
		c.Mail = &channels.Mail{Address: "127.0.0.1:0", Hostname: "mail.aurora.example"}
		c.Accounts = []channel.Account{{
			Name: "care-main", Tenant: "acme", Provider: "email", Channel: "email", Address: "care@aurora.example",
			Settings: map[string]string{
				"authserv_id": "mx.demo", "peers": "127.0.0.0/8", "submission": listener.Addr().String(), "submission_tls": "none",
			},
		}}
	}), out.mails
}

func (w *world) bring(from, to, raw string) {
	w.Helper()
	c := must[*smtp.Client](w.T)(smtp.Dial(w.channels.MailAddress().String()))
	defer func() { _ = c.Close() }()
	if err := c.SendMail(from, []string{to}, strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n"))); err != nil {
		w.Fatal(err)
	}
}

func TestAMailIsAnsweredInItsThreadAndItsBounceIsTheAnswersFailure(t *testing.T) {
	w, out := withMail(t)
	mail := "Authentication-Results: mx.demo; dmarc=pass header.from=reyes.example\nFrom: Daniel Reyes <daniel@reyes.example>\nTo: care@aurora.example\n" +
		"Subject: My complaint\nMessage-ID: <1@reyes.example>\n\nWhat happened with my complaint?\n"
	for range 2 { // its host did not hear the first 250
		w.bring("daniel@reyes.example", "care@aurora.example", mail)
	}
	in := w.next()
	if in.GetMessage().GetContent().GetText() != "What happened with my complaint?" || in.GetSender().GetAssurance() != accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION {
		t.Fatalf("recorded %v", in)
	}

	w.timeline.posted = &contextv1.Message{
		CustomerId: "customer_1", Account: "care-main", Address: in.GetSender().GetAddress(), Text: "It is open.",
		Content: &contextv1.Content{Text: "It is open.", Thread: in.GetMessage().GetContent().GetThread()},
	}
	id := typeid.New("message")
	w.post(id, "care-main")
	sent := <-out
	for _, want := range []string{"In-Reply-To: <1@reyes.example>\r\n", "References: <1@reyes.example>\r\n", "Subject: Re: My complaint\r\n", "\r\n\r\nIt is open.\r\n"} {
		if !strings.Contains(sent.raw, want) {
			t.Errorf("the answer lacks %q", want)
		}
	}
	if e := w.next(); e.GetStatus().GetDelivery().GetState() != contextv1.DeliveryState_DELIVERY_STATE_SENT {
		t.Errorf("reported %v: the mail that came twice is recorded twice?", e)
	}

	w.bring("", sent.from, "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nSorry, no mailbox here by that name. (#5.1.1)\n")
	e := w.next().GetStatus()
	if e.GetMessageId() != id || e.GetDelivery().GetState() != contextv1.DeliveryState_DELIVERY_STATE_FAILED || e.GetDelivery().GetFailureReason() != "UNKNOWN_RECIPIENT" {
		t.Errorf("reported %v", e)
	}
}
