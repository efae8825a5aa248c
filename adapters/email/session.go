package email

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	// maxStrangers is how many addresses that are not ours a connection may try.
	maxStrangers = 20
	// maxHops is where a mail that goes in circles is stopped (RFC 5321, 6.3).
	maxHops = 100
	// maxKeep bounds the commit of a mail.
	maxKeep = time.Minute
)

func refuse(code int, a, b int, message string) *smtp.SMTPError {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, a, b}, Message: message}
}

var (
	errStopping  = refuse(421, 3, 2, "Going down, try again later")
	errNoTLS     = refuse(530, 7, 0, "Must issue a STARTTLS command first")
	errStranger  = refuse(550, 1, 1, "No such mailbox here")
	errStrangers = refuse(421, 7, 0, "Too many unknown mailboxes")
	errNotKept   = refuse(451, 3, 0, "Could not keep the mail, try again later")
	errCircle    = refuse(554, 4, 6, "The mail goes in circles")
	errCut       = refuse(451, 4, 2, "The mail did not come whole")
)

// session is one connection of a host that brings mail.
type session struct {
	l       *Listener
	conn    *smtp.Conn
	peer    string
	unknown int

	from string
	to   []string
}

func (l *Listener) newSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{l: l, conn: c, peer: hostOf(c.Conn())}, nil
}

// Mail begins one (RFC 5321, 3.3).
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if _, secure := s.conn.TLSConnectionState(); s.l.cfg.RequireTLS && !secure {
		return errNoTLS
	}
	s.from = from
	return nil
}

// Rcpt takes the accounts' addresses and nobody else's: this host relays nothing.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	for _, a := range s.l.cfg.Adapters {
		if a.accepts(to) {
			s.to = append(s.to, to)
			return nil
		}
	}
	if s.unknown++; s.unknown > maxStrangers {
		return errStrangers
	}
	return errStranger
}

// Data takes the mail. It answers 250 for what every account's inbox has durably; otherwise for nothing, and what some of
// them have is the same mail when it comes again.
func (s *session) Data(r io.Reader) error {
	if !s.l.begin() {
		return errStopping
	}
	defer s.l.taking.Done()
	var raw bytes.Buffer
	_, err := raw.ReadFrom(r)
	if tooLarge := (*smtp.SMTPError)(nil); errors.As(err, &tooLarge) {
		return s.answer("", tooLarge)
	}
	if err != nil {
		return s.answer("", errCut)
	}
	if circles(raw.Bytes()) {
		return s.answer("", errCircle)
	}
	for _, a := range s.l.cfg.Adapters {
		if to := s.recipients(a); len(to) > 0 {
			if err := s.keep(a, to, raw.Bytes()); err != nil {
				return s.answer(a.account.Name, errNotKept)
			}
		}
	}
	return nil
}

// keep commits the mail. It is not given up when the host that brings it goes: it may have heard nothing, and comes again.
func (s *session) keep(a *Adapter, to []string, raw []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), maxKeep)
	defer cancel()
	ctx, span := s.l.tracer.Start(ctx, "mail "+a.account.Name)
	defer span.End()
	header := envelope{peer: s.peer, from: s.from, to: to}.header()
	if err := s.l.cfg.Inbox.Accept(ctx, a, header, raw); err != nil {
		s.l.cfg.Log.ErrorContext(ctx, "a mail could not be kept; its host is asked to bring it again", "account", a.account.Name, "error", err)
		return err
	}
	s.l.mails.WithLabelValues(a.account.Name, "250").Inc()
	return nil
}

func (s *session) answer(account string, refusal *smtp.SMTPError) error {
	s.l.mails.WithLabelValues(account, strconv.Itoa(refusal.Code)).Inc()
	return refusal
}

func (s *session) recipients(a *Adapter) []string {
	var to []string
	for _, address := range s.to {
		if a.accepts(address) {
			to = append(to, address)
		}
	}
	return to
}

func circles(raw []byte) bool {
	h, _, err := split(raw)
	return err == nil && len(h.all("received")) > maxHops
}

// Reset forgets the mail that was begun.
func (s *session) Reset() { s.from, s.to = "", nil }

// Logout ends the connection.
func (s *session) Logout() error { return nil }
