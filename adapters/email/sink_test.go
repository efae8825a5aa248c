package email

import (
	"errors"
	"io"
	"net"
	"sync"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/parleyhq/parley/adapters/channel/channeltest"
)

// sink is a submission server that keeps what it takes.
type sink struct {
	server *smtp.Server
	at     string
	wire   channeltest.Wire
	done   chan struct{}
	hung   chan struct{}

	mu sync.Mutex
	// says what MAIL, RCPT and the dot behind DATA are answered; nil takes them.
	mail, rcpt, dot error
	taken           []taken
	// password asks for one, behind TLS.
	password string
}

// taken is one mail, and the envelope that it came in.
type taken struct {
	from, to, raw string
}

func serve(wire channeltest.Wire, change ...func(*sink)) (*sink, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sink{at: listener.Addr().String(), wire: wire, done: make(chan struct{}), hung: make(chan struct{})}
	s.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &sunk{sink: s, conn: c}, nil }))
	s.server.EnableSMTPUTF8 = true
	for _, c := range change {
		c(s)
	}
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

func (s *sink) stop() {
	close(s.done)
	_ = s.server.Close()
}

func (s *sink) mails() []taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]taken(nil), s.taken...)
}

// sunk is a session of a sink.
type sunk struct {
	*sink
	conn     *smtp.Conn
	from, to string
	signedIn bool
}

// AuthMechanisms implements smtp.AuthSession.
func (s *sunk) AuthMechanisms() []string { return []string{sasl.Plain} }

// Auth implements smtp.AuthSession.
func (s *sunk) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if s.signedIn = user == "parley" && password == s.password; !s.signedIn {
			return refuse(535, 7, 8, "wrong password")
		}
		return nil
	}), nil
}

func (s *sunk) Mail(from string, _ *smtp.MailOptions) error {
	if s.password != "" && !s.signedIn {
		return refuse(530, 7, 0, "who are you?")
	}
	s.from = from
	return s.mail
}

func (s *sunk) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return s.rcpt
}

func (s *sunk) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.dot != nil {
		return s.dot
	}
	s.mu.Lock()
	s.taken = append(s.taken, taken{s.from, s.to, string(raw)})
	s.mu.Unlock()
	switch s.wire {
	case channeltest.LosesAnswers:
		_ = s.conn.Conn().Close()
		return errors.New("nobody hears this")
	case channeltest.Hangs:
		close(s.hung)
		<-s.done
	case channeltest.Intact:
	}
	return nil
}

func (s *sunk) Reset()        {}
func (s *sunk) Logout() error { return nil }
