package email

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"golang.org/x/net/idna"

	"github.com/parleyhq/parley/adapters/channel"
)

// maxSend bounds one attempt, whatever the caller allows; maxQuit how long we wait for the server's goodbye.
const (
	maxSend = 2 * time.Minute
	maxQuit = time.Second
)

// Send hands one mail to the submission server. Until the dot behind the mail is sent the server does not have it (RFC 5321,
// 4.1.1.4); from there until its answer is read it may have it.
func (a *Adapter) Send(ctx context.Context, out channel.Outgoing) (channel.SendResult, error) {
	ctx, cancel := context.WithTimeout(ctx, maxSend)
	defer cancel()
	to, refused := recipient(out.To)
	if refused != nil {
		return channel.SendResult{}, refused
	}
	if err := ctx.Err(); err != nil {
		return channel.SendResult{}, channel.NewSendError(channel.Retryable, "ENDED_BEFORE_THE_CALL", err)
	}
	c, err := a.connect(ctx)
	if err != nil {
		return channel.SendResult{}, ours(err)
	}
	defer func() { _ = c.Close() }()
	if err := a.submit(c, out, to); err != nil {
		return channel.SendResult{}, err
	}
	c.CommandTimeout = maxQuit
	_ = c.Quit() // the server has the mail, whatever it says now
	return channel.SendResult{ExternalID: a.messageIDOf(out.DeliveryID)}, nil
}

// Reconcile cannot ask: SMTP tells nothing of mails that it was given. A resent mail has the same Message-ID, by which
// mailboxes and people know it for the same; so an account's delivery policy should send again.
func (a *Adapter) Reconcile(context.Context, channel.Outgoing, channel.Attempt) (channel.Outcome, channel.SendResult, error) {
	return channel.OutcomeUnknown, channel.SendResult{}, nil
}

// connect opens a session, protected and signed in as configured.
func (a *Adapter) connect(ctx context.Context) (*smtp.Client, error) {
	conn, err := a.dial(ctx, "tcp", a.submission.address)
	if err != nil {
		return nil, err
	}
	// The context ends whatever waits; the client's own timeouts would outlast it.
	limited := &bound{Conn: conn, stop: context.AfterFunc(ctx, func() { _ = conn.Close() })}
	c, err := a.greet(limited)
	if err != nil {
		_ = limited.Close()
		return nil, err
	}
	return c, nil
}

// bound is a connection that its context closes.
type bound struct {
	net.Conn
	stop func() bool
}

func (b *bound) Close() error {
	b.stop()
	return b.Conn.Close()
}

func (a *Adapter) greet(conn net.Conn) (*smtp.Client, error) {
	secure := &tls.Config{ServerName: a.submission.host, RootCAs: a.roots, MinVersion: tls.VersionTLS12}
	var c *smtp.Client
	switch a.submission.tls {
	case implicitTLS:
		c = smtp.NewClient(tls.Client(conn, secure))
	case startTLS:
		var err error
		if c, err = smtp.NewClientStartTLS(conn, secure); err != nil {
			return nil, err
		}
	default:
		c = smtp.NewClient(conn)
	}
	if err := c.Hello(a.domain); err != nil {
		return nil, err
	}
	if a.submission.user == "" {
		return c, nil
	}
	return c, c.Auth(sasl.NewPlainClient("", a.submission.user, a.submission.password))
}

func (a *Adapter) submit(c *smtp.Client, out channel.Outgoing, to string) error {
	options := &smtp.MailOptions{UTF8: !ascii(to)}
	if ok, _ := c.Extension("SMTPUTF8"); options.UTF8 && !ok {
		return channel.NewSendError(channel.Permanent, "ADDRESS_NEEDS_SMTPUTF8", nil)
	}
	if err := c.Mail(a.returnPath(out.DeliveryID), options); err != nil {
		return refusal(err, channel.Retryable)
	}
	if err := c.Rcpt(to, nil); err != nil {
		return refusal(err, channel.Retryable)
	}
	w, err := c.Data()
	if err != nil {
		return refusal(err, channel.Retryable)
	}
	if _, err := w.Write(a.compose(out, to, a.clock())); err != nil {
		return refusal(err, channel.Retryable)
	}
	if err := w.Close(); err != nil {
		return refusal(err, channel.Unknown)
	}
	return nil
}

// recipient is the address as SMTP takes it, its domain in ASCII.
func recipient(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	invalid := channel.NewSendError(channel.Permanent, "INVALID_RECIPIENT", nil)
	if at < 1 || len(address) > maxAddress || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7F || r == '<' || r == '>' }) {
		return "", invalid
	}
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil || domain == "" {
		return "", invalid
	}
	return address[:at+1] + domain, nil
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > '~' })
}

// ours is a failure before the mail was spoken of: the server's word is about us, and an operator can mend that.
func ours(err error) *channel.SendError {
	var said *smtp.SMTPError
	switch {
	case errors.As(err, &said) && (said.Code == 535 || said.Code == 534 || said.Code == 530 || said.Code == 454):
		return channel.NewSendError(channel.Retryable, "CREDENTIALS_REFUSED", nil)
	case errors.As(err, &said):
		e := refusal(err, channel.Retryable)
		if e.Kind == channel.Permanent {
			e.Kind = channel.Retryable
		}
		return e
	default:
		return channel.NewSendError(channel.Retryable, "VENDOR_UNREACHABLE", broken(err))
	}
}

// refusal types an error: by the server's reply, or as cut when there was none. What the reply says in words quotes
// addresses and is not kept.
func refusal(err error, cut channel.SendErrorKind) *channel.SendError {
	var said *smtp.SMTPError
	if !errors.As(err, &said) {
		return channel.NewSendError(cut, "NO_ANSWER", broken(err))
	}
	code := said.EnhancedCode
	status := ""
	if code[0] == 4 || code[0] == 5 {
		status = joinCode(code)
	}
	switch {
	case status == "4.7.28" || said.Code == 421 && code[1] == 7 || said.Code == 450 && status == "4.2.1":
		// Gmail's 4.7.28 and 421 4.7.x speak of the sender; 450 4.2.1 of a mailbox that gets mail too fast.
		if status == "4.2.1" {
			return channel.NewSendError(channel.RateLimited, "RATE_LIMITED", nil)
		}
		return channel.NewSendError(channel.AccountLimited, "RATE_LIMITED", nil)
	case said.Code == 530 || said.Code == 535:
		return channel.NewSendError(channel.Retryable, "CREDENTIALS_REFUSED", nil)
	case said.Temporary():
		return channel.NewSendError(channel.Retryable, reasonOf(status, said.Message), nil)
	default:
		return channel.NewSendError(channel.Permanent, reasonOf(status, said.Message), nil)
	}
}
