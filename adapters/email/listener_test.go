package email

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/parleyhq/parley/adapters/channel"
)

// kept is an inbox that remembers; before may refuse, or wait.
type kept struct {
	mu     sync.Mutex
	mails  []string
	by     []http.Header
	of     []string
	before func(a channel.Adapter) error
}

func (k *kept) Accept(_ context.Context, a channel.Adapter, header http.Header, body []byte) error {
	if k.before != nil {
		if err := k.before(a); err != nil {
			return err
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.mails, k.by, k.of = append(k.mails, string(body)), append(k.by, header), append(k.of, a.Account().Name)
	return nil
}

func (k *kept) all() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]string(nil), k.mails...)
}

// listening starts a listener for care@ and, of another account, sales@.
func listening(t *testing.T, in Inbox, change ...func(*ListenerConfig)) *Listener {
	t.Helper()
	sales := account()
	sales.Name, sales.Address = "sales-main", "sales@aurora.example"
	other, err := New(sales, Deps{Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	cfg := ListenerConfig{
		Address: "127.0.0.1:0", Hostname: "mail.aurora.example", Adapters: []*Adapter{adapter(t), other}, Inbox: in,
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(), Tracer: noop.NewTracerProvider(),
	}
	for _, c := range change {
		c(&cfg)
	}
	l, err := NewListener(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 2 {
			if err := l.Stop(context.Background()); err != nil {
				t.Error(err)
			}
		}
	})
	return l
}

func dial(t *testing.T, l *Listener) *smtp.Client {
	t.Helper()
	c, err := smtp.Dial(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func bring(t *testing.T, l *Listener, raw string, to ...string) error {
	t.Helper()
	return dial(t, l).SendMail("daniel@reyes.example", to, strings.NewReader(raw))
}

// code of an SMTP reply; 250 for none.
func code(err error) int {
	var said *smtp.SMTPError
	if errors.As(err, &said) {
		return said.Code
	}
	if err != nil {
		return -1
	}
	return 250
}

func TestAMailIsKeptAsItCame(t *testing.T) {
	in := &kept{}
	l := listening(t, in)
	raw := passed1 + daniel + "Subject: x\r\n\r\n.a line with a dot\r\nand its end\r\n"
	if err := bring(t, l, raw, "care@aurora.example"); err != nil {
		t.Fatal(err)
	}
	if got := in.all(); len(got) != 1 || got[0] != raw {
		t.Fatalf("kept %q", got)
	}
	if e := envelopeOf(in.by[0]); e.peer != "127.0.0.1" || e.from != "daniel@reyes.example" || len(e.to) != 1 || e.to[0] != "care@aurora.example" {
		t.Errorf("the envelope is %+v", e)
	}
}

func TestOnlyTheAccountsAddressesAreAccepted(t *testing.T) {
	in := &kept{}
	l := listening(t, in)
	for address, want := range map[string]int{
		"care@aurora.example": 250, "CARE@Aurora.Example": 250, "care+" + delivery + "@aurora.example": 250, "sales@aurora.example": 250,
		"care@evil.example": 550, "postmaster@aurora.example": 550, "care+x@aurora.example": 550, "daniel@reyes.example": 550, "care@aurora.example.evil.example": 550,
	} {
		if got := code(bring(t, l, daniel+rest, address)); got != want {
			t.Errorf("%s is answered %d, want %d", address, got, want)
		}
	}
}

func TestAMailForTwoAccountsIsKeptByBoth(t *testing.T) {
	in := &kept{}
	if err := bring(t, listening(t, in), daniel+rest, "care@aurora.example", "sales@aurora.example"); err != nil {
		t.Fatal(err)
	}
	if len(in.of) != 2 || in.of[0] == in.of[1] {
		t.Errorf("kept by %v", in.of)
	}
}

func TestNothingIsPromisedBeforeItIsKept(t *testing.T) {
	committing, durable := make(chan struct{}), make(chan struct{})
	in := &kept{before: func(channel.Adapter) error {
		close(committing)
		<-durable
		return nil
	}}
	l, answered := listening(t, in), make(chan error, 1)
	go func() { answered <- bring(t, l, daniel+rest, "care@aurora.example") }()
	<-committing
	select {
	case err := <-answered:
		t.Fatalf("answered before it was kept: %v", err)
	default:
	}
	close(durable)
	if err := <-answered; err != nil {
		t.Error(err)
	}
}

func TestWhatCannotBeKeptIsAskedForAgain(t *testing.T) {
	in := &kept{before: func(a channel.Adapter) error {
		if a.Account().Name == "sales-main" {
			return errors.New("the disk is full")
		}
		return nil
	}}
	l := listening(t, in)
	if got := code(bring(t, l, daniel+rest, "care@aurora.example", "sales@aurora.example")); got != 451 {
		t.Errorf("answered %d", got)
	}
}

func TestALoopOfHostsIsCut(t *testing.T) {
	if got := code(bring(t, listening(t, &kept{}), strings.Repeat("Received: from a by b; x\r\n", 101)+daniel+rest, "care@aurora.example")); got != 554 {
		t.Errorf("answered %d", got)
	}
}

func TestBounds(t *testing.T) {
	in := &kept{}
	l := listening(t, in, func(c *ListenerConfig) {
		c.Limits = Limits{MailBytes: 2000, Recipients: 2, LineBytes: 1200}
	})
	if got := code(bring(t, l, daniel+"\r\n"+strings.Repeat("x\r\n", 1000), "care@aurora.example")); got != 552 {
		t.Errorf("too large a mail is answered %d", got)
	}
	if got := code(bring(t, l, daniel+"\r\n"+strings.Repeat("x", 1500)+"\r\n", "care@aurora.example")); got == 250 {
		t.Error("too long a line is taken")
	}
	if got := code(bring(t, l, daniel+rest, "care@aurora.example", "care@aurora.example", "care@aurora.example")); got != 452 && got != 552 {
		t.Errorf("too many recipients are answered %d", got)
	}
	if len(in.all()) > 0 {
		t.Errorf("kept %d mails", len(in.all()))
	}
	c := dial(t, l)
	if err := c.Mail("x@y.example", nil); err != nil {
		t.Fatal(err)
	}
	last := 0
	for range maxStrangers + 1 {
		last = code(c.Rcpt("who@aurora.example", nil))
	}
	if last != 421 {
		t.Errorf("guessing of addresses is answered %d", last)
	}
}

func TestStrangersDoNotKeepTheMXOut(t *testing.T) {
	turns := &turnstile{most: 4}
	for i, c := range []struct{ stranger, in bool }{{true, true}, {true, true}, {true, false}, {false, true}, {false, true}, {false, false}} {
		if got := turns.enter(c.stranger); got != c.in {
			t.Errorf("connection %d: let in %v", i, got)
		}
	}
	turns.leave(true)
	if !turns.enter(false) {
		t.Error("the place of who left is not given away")
	}
}

func TestMoreConnectionsThanTheBoundAreToldToComeAgain(t *testing.T) {
	l := listening(t, &kept{}, func(c *ListenerConfig) { c.Limits.Connections = 1 })
	first := dial(t, l)
	if err := first.Hello("mx.demo"); err != nil {
		t.Fatal(err)
	}
	if got := code(dial(t, l).Hello("mx.demo")); got != 421 {
		t.Errorf("the second connection is answered %d", got)
	}
}

func TestTLSIsOfferedAndMayBeRequired(t *testing.T) {
	certificate, roots := selfSigned(t)
	in := &kept{}
	l := listening(t, in, func(c *ListenerConfig) {
		c.TLS, c.RequireTLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}, true
	})
	if got := code(bring(t, l, daniel+rest, "care@aurora.example")); got != 530 {
		t.Errorf("without TLS: %d", got)
	}
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c, err := smtp.NewClientStartTLS(conn, &tls.Config{RootCAs: roots, ServerName: "mail.aurora.example"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.SendMail("daniel@reyes.example", []string{"care@aurora.example"}, strings.NewReader(passed1+daniel+rest)); err != nil {
		t.Fatal(err)
	}
	if len(in.all()) != 1 {
		t.Errorf("kept %d mails", len(in.all()))
	}
	if e := only(t, adapter(t), in.all()[0], in.by[0]); assurance(e) != possession {
		t.Error("behind TLS the peer is not known")
	}
}

func TestRequiredTLSNeedsACertificate(t *testing.T) {
	_, err := NewListener(ListenerConfig{RequireTLS: true, TLS: &tls.Config{MinVersion: tls.VersionTLS12}, Metrics: prometheus.NewRegistry(), Tracer: noop.NewTracerProvider()})
	if err == nil {
		t.Error("a listener that cannot do what it must is made")
	}
}

func TestAStopLetsTheMailUnderWayBeTaken(t *testing.T) {
	committing, durable := make(chan struct{}), make(chan struct{})
	in := &kept{before: func(channel.Adapter) error {
		close(committing)
		<-durable
		return nil
	}}
	l, stopped := listening(t, in), make(chan error, 1)
	go func() { _ = bring(t, l, daniel+rest, "care@aurora.example") }()
	<-committing
	go func() { stopped <- l.Stop(context.Background()) }()
	close(durable)
	if err := <-stopped; err != nil || len(in.all()) != 1 {
		t.Errorf("%v, %d mails", err, len(in.all()))
	}
}

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.aurora.example"}, DNSNames: []string{"mail.aurora.example"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// What starts after it may fail: it is stopped then before it has begun to serve.
func TestAListenerThatIsStoppedAsSoonAsItListensStops(t *testing.T) {
	for range 50 {
		if err := listening(t, nil).Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
