package email

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"

	"github.com/parleyhq/parley/adapters/channel"
)

// Inbox commits what came in; *inbox.Inbox is one.
type Inbox interface {
	// Accept is nil when the mail is durable.
	Accept(ctx context.Context, a channel.Adapter, header http.Header, body []byte) error
}

// ListenerConfig is what the way in needs. One listener serves all mail accounts of a process.
type ListenerConfig struct {
	// Address to listen on: `127.0.0.1:2525`.
	Address string
	// Hostname is how the server calls itself.
	Hostname string
	Adapters []*Adapter
	Inbox    Inbox
	// TLS holds the certificate for STARTTLS; nil offers none. RequireTLS takes no mail without it.
	TLS        *tls.Config
	RequireTLS bool

	Log     *slog.Logger
	Metrics prometheus.Registerer
	Tracer  trace.TracerProvider

	// Bounds; those of DefaultLimits where zero.
	Limits Limits
}

// Limits of the listener.
type Limits struct {
	// MailBytes is the size of one mail, Recipients how many it may have, LineBytes the length of a line in it.
	MailBytes  int64
	Recipients int
	LineBytes  int
	// Connections at once; hosts that are no account's peer get half of them.
	Connections int
	// Wait bounds every command, and the whole of a mail.
	Wait time.Duration
}

// DefaultLimits hold no more than 40 times 10 MiB in memory. RFC 5321, 4.5.3 asks for lines of 1000 bytes and waits of
// minutes; what is longer than its lines is common and harmless.
func DefaultLimits() Limits {
	return Limits{MailBytes: 10 << 20, Recipients: 50, LineBytes: 64 << 10, Connections: 40, Wait: 2 * time.Minute}
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	if l.MailBytes == 0 {
		l.MailBytes = d.MailBytes
	}
	if l.Recipients == 0 {
		l.Recipients = d.Recipients
	}
	if l.LineBytes == 0 {
		l.LineBytes = d.LineBytes
	}
	if l.Connections == 0 {
		l.Connections = d.Connections
	}
	if l.Wait == 0 {
		l.Wait = d.Wait
	}
	return l
}

// Listener takes mail by SMTP (RFC 5321). What it answered 250 is in the inbox.
type Listener struct {
	cfg    ListenerConfig
	server *smtp.Server
	tracer trace.Tracer
	mails  *prometheus.CounterVec

	mu       sync.Mutex
	listener net.Listener // nil before Start
	stopping bool
	taking   sync.WaitGroup
	served   chan struct{}
}

// NewListener makes a listener that does not listen yet.
func NewListener(cfg ListenerConfig) (*Listener, error) {
	cfg.Limits = cfg.Limits.orDefault()
	if cfg.RequireTLS && (cfg.TLS == nil || len(cfg.TLS.Certificates) == 0 && cfg.TLS.GetCertificate == nil) {
		return nil, errors.New("mail listener: TLS is required and there is no certificate")
	}
	l := &Listener{
		cfg: cfg, tracer: cfg.Tracer.Tracer("parley/email"),
		mails: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "parley_mails_received_total", Help: "Mails that were brought, by what they were answered.",
		}, []string{"account", "answer"}),
	}
	if err := cfg.Metrics.Register(l.mails); err != nil {
		return nil, fmt.Errorf("register the metrics of the mail listener: %w", err)
	}
	l.server = smtp.NewServer(smtp.BackendFunc(l.newSession))
	l.server.Domain = cfg.Hostname
	l.server.TLSConfig = cfg.TLS
	l.server.MaxMessageBytes = cfg.Limits.MailBytes
	l.server.MaxRecipients = cfg.Limits.Recipients
	l.server.MaxLineLength = cfg.Limits.LineBytes
	l.server.ReadTimeout = cfg.Limits.Wait
	l.server.WriteTimeout = cfg.Limits.Wait
	l.server.EnableSMTPUTF8 = true
	l.server.ErrorLog = quiet{cfg.Log}
	return l, nil
}

// Start listens. It returns once mail can come.
func (l *Listener) Start(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", l.cfg.Address)
	if err != nil {
		return fmt.Errorf("listen for mail: %w", err)
	}
	l.mu.Lock()
	l.listener, l.served = listener, make(chan struct{})
	l.mu.Unlock()
	go func() {
		defer close(l.served)
		if err := l.server.Serve(&turnstile{Listener: listener, most: l.cfg.Limits.Connections, known: l.known}); err != nil && !errors.Is(err, net.ErrClosed) {
			l.cfg.Log.ErrorContext(context.WithoutCancel(ctx), "mail is not listened for any more", "error", err)
		}
	}()
	return nil
}

// Addr is where it listens; nil before Start.
func (l *Listener) Addr() net.Addr {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.listener == nil {
		return nil
	}
	return l.listener.Addr()
}

// Stop lets the mails be taken that are under way, until the context ends, and closes all connections. Idempotent.
func (l *Listener) Stop(ctx context.Context) error {
	l.mu.Lock()
	again, started := l.stopping, l.served
	l.stopping = true
	l.mu.Unlock()
	if again || started == nil {
		return nil
	}
	taken := make(chan struct{})
	go func() {
		defer close(taken)
		l.taking.Wait()
	}()
	select {
	case <-taken:
	case <-ctx.Done():
	}
	// The server closes the listener only if it has begun to serve it.
	var failed error
	for _, err := range []error{l.server.Close(), l.listener.Close()} {
		if !errors.Is(err, net.ErrClosed) && !errors.Is(err, smtp.ErrServerClosed) {
			failed = errors.Join(failed, err)
		}
	}
	<-started
	<-taken
	return failed
}

// begin counts a mail that is being taken; false when none are any more.
func (l *Listener) begin() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopping {
		return false
	}
	l.taking.Add(1)
	return true
}

// known says that a host is the peer of one of the accounts.
func (l *Listener) known(host string) bool {
	return slices.ContainsFunc(l.cfg.Adapters, func(a *Adapter) bool { return a.trusts(host) })
}

// quiet logs what the SMTP library says: what hosts of the whole world do wrong, which nobody need read, and panics. Its words
// quote addresses, so they are left out.
type quiet struct{ log *slog.Logger }

func (q quiet) Printf(format string, _ ...any) {
	level := slog.LevelDebug
	if strings.HasPrefix(format, "panic") {
		level = slog.LevelError
	}
	q.log.Log(context.Background(), level, "mail listener", "event", format)
}

func (q quiet) Println(...any) {}
