package sandbox

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// mailInbound gives m its id and the mail as the company's MX hands it on: on top what the MX found out about the author
// (RFC 8601), then its Received, then what the customer's program wrote.
func mailInbound(m *message, a Account, in Inbound) error {
	if in.Text == "" {
		return fmt.Errorf("%w: text: is empty", errInbound)
	}
	domain := strings.ToLower(in.From[strings.LastIndexByte(in.From, '@')+1:])
	m.ID = randomHex(16) + "@" + domain
	var b strings.Builder
	put := func(name, value string) { b.WriteString(name + ": " + value + "\r\n") }
	put("Authentication-Results", a.AuthservID+"; dmarc="+map[bool]string{false: "pass", true: "fail"}[in.Forged]+" header.from="+domain)
	put("Received", "from mail."+domain+" by "+a.AuthservID+" with ESMTPS; "+m.Time.Format(time.RFC1123Z))
	put("From", (&mail.Address{Name: in.DisplayName, Address: in.From}).String())
	put("To", "<"+a.Address+">")
	put("Subject", mime.QEncoding.Encode("utf-8", in.Subject))
	put("Date", m.Time.Format(time.RFC1123Z))
	put("Message-ID", "<"+m.ID+">")
	if err := putKind(put, in); err != nil {
		return err
	}
	put("MIME-Version", "1.0")
	put("Content-Type", "text/plain; charset=utf-8")
	put("Content-Transfer-Encoding", "quoted-printable")
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	_, err := w.Write([]byte(in.Text + "\n"))
	if err := errors.Join(err, w.Close()); err != nil {
		return fmt.Errorf("%w: text: %w", errInbound, err)
	}
	m.Raw = b.String()
	return nil
}

// putKind says what is answered, and by whom: a person or a machine (RFC 3834).
func putKind(put func(name, value string), in Inbound) error {
	if in.Quoted != "" {
		if !mailAddress.MatchString(in.Quoted) {
			return fmt.Errorf("%w: quoted: %q is not the id of a mail", errInbound, in.Quoted)
		}
		put("In-Reply-To", "<"+in.Quoted+">")
		put("References", "<"+in.Quoted+">")
	}
	switch in.Kind {
	case "", "text":
	case "auto_reply":
		put("Auto-Submitted", "auto-replied")
	default:
		return fmt.Errorf("%w: kind: %q is none that comes by email", errInbound, in.Kind)
	}
	return nil
}

// bring hands a mail to Parley as the company's MX does. It answers the code that Parley's SMTP answers, or 0 and why there is
// none.
func (s *server) bring(ctx context.Context, m *message) (int, error) {
	setup := s.setup()
	account := setup.account(func(a Account) bool { return a.Name == m.Account && a.Provider == Email })
	if account == nil {
		return 0, fmt.Errorf("account %q is not configured", m.Account)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", setup.SMTPAddress)
	if err != nil {
		return 0, fmt.Errorf("bring a mail: %w", err)
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	c := smtp.NewClient(conn)
	defer func() { _ = c.Close() }()
	if err = c.Hello(account.AuthservID); err == nil {
		err = c.SendMail(m.From, []string{m.To}, strings.NewReader(m.Raw))
	}
	var answered *smtp.SMTPError
	switch {
	case errors.As(err, &answered):
		return answered.Code, fmt.Errorf("bring a mail: %w", err)
	case err != nil:
		return 0, fmt.Errorf("bring a mail: %w", err)
	}
	_ = c.Quit() // Parley has the mail, whatever it says now
	return mailTaken, nil
}

// mailTaken is how SMTP says that a mail is the other side's now (RFC 5321, 4.2.3).
const mailTaken = 250
