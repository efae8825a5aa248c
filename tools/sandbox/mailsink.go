package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/netutil"
)

const (
	// maxMail in bytes, and how long one command of the other side may take.
	maxMail  = 1 << 20
	mailWait = 30 * time.Second

	sinkFile = "smtp-address"
)

// mailAddress is the plain spelling of an address, which is all that the demo's people have.
var mailAddress = regexp.MustCompile(`^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$`)

// sink is the submission server that Parley's mails go to (RFC 6409) and, behind it, every customer's mailbox.
type sink struct {
	sandbox *server
	server  *smtp.Server
	address string
	served  chan struct{} // closed when nobody listens any more

	// taking is held to read while a mail is made durable, and to write to end that.
	taking sync.RWMutex
	ended  bool
}

// openSink listens on the host, on the port that the folder remembers, else on a free one.
func openSink(ctx context.Context, s *server, host string) (*sink, error) {
	listener, err := listenAgain(ctx, filepath.Join(s.dir, sinkFile), host)
	if err != nil {
		return nil, fmt.Errorf("listen for mail: %w", err)
	}
	k := &sink{sandbox: s, address: listener.Addr().String(), served: make(chan struct{})}
	k.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &submission{sink: k, conn: c}, nil }))
	k.server.Domain = "submission.sandbox"
	k.server.MaxMessageBytes, k.server.MaxRecipients = maxMail, 1
	k.server.ReadTimeout, k.server.WriteTimeout = mailWait, mailWait
	k.server.ErrorLog = slog.NewLogLogger(s.log.Handler(), slog.LevelWarn)
	go func() {
		defer close(k.served)
		if err := k.server.Serve(netutil.LimitListener(listener, maxRequests)); !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			s.log.Error("mail is not taken any more", "error", err)
		}
	}()
	return k, nil
}

func listenAgain(ctx context.Context, kept, host string) (net.Listener, error) {
	before, err := os.ReadFile(kept)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if len(before) > 0 {
		if listener, err := listen(ctx, string(before)); err == nil {
			return listener, nil
		}
	}
	listener, err := listen(ctx, net.JoinHostPort(host, "0"))
	if err != nil {
		return nil, err
	}
	return listener, errors.Join(writeSynced(kept, []byte(listener.Addr().String())), syncDir(filepath.Dir(kept)))
}

// stop cuts all connections, and returns when no mail is being taken.
func (k *sink) stop() error {
	err := k.server.Close()
	<-k.served
	k.taking.Lock()
	defer k.taking.Unlock()
	k.ended = true
	return err
}

// submission is one connection of Parley.
type submission struct {
	*sink
	conn    *smtp.Conn
	to      string
	verdict verdict
}

// Mail implements smtp.Session. The return path is Parley's own business.
func (*submission) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt draws what befalls the mail, as for every vendor by its recipient.
func (m *submission) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !mailAddress.MatchString(to) {
		return mailReply(553, 1, 3, "The address is not one")
	}
	m.to = to
	m.verdict, _ = m.sandbox.setup().faults.draw(Email, to)
	switch m.verdict {
	case verdictRateLimit:
		return mailReply(450, 2, 1, "The mailbox is receiving mail too quickly, try again later")
	case verdictDown:
		return mailReply(421, 3, 2, "Service not available, closing the connection")
	default:
		return nil
	}
}

// Data answers 250 when the mail is in the journal.
func (m *submission) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	from, text, err := readMail(string(raw))
	if err != nil {
		return mailReply(554, 6, 0, "The mail cannot be read: "+err.Error())
	}
	account := m.sandbox.setup().account(func(a Account) bool { return a.Provider == Email && strings.EqualFold(a.Address, from) })
	if account == nil {
		return mailReply(550, 7, 1, "No account may send from this address")
	}
	m.taking.RLock()
	defer m.taking.RUnlock()
	if m.ended {
		return mailReply(421, 3, 2, "Going down, try again later")
	}
	err = m.sandbox.accept(&message{
		ID: randomHex(16), Provider: Email, Account: account.Name, From: account.Address, To: m.to, Text: text, Raw: string(raw),
		Time: m.sandbox.now(),
	})
	if err != nil {
		return mailReply(452, 3, 1, "Nothing more can be kept")
	}
	if m.verdict == verdictLoseAnswer {
		return errors.Join(errors.New("the answer is lost"), m.conn.Conn().Close())
	}
	return nil
}

// Reset implements smtp.Session.
func (m *submission) Reset() { m.to, m.verdict = "", verdictAccept }

// Logout implements smtp.Session.
func (*submission) Logout() error { return nil }

// mailReply is a reply with its enhanced code (RFC 3463), whose class is the code's.
func mailReply(code, subject, detail int, words string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, subject, detail}, Message: words}
}
