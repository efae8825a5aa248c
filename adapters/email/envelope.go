package email

import (
	"net/http"
	"net/mail"
	"strings"
)

// Where the envelope stands beside a mail in the inbox. They are written by our own listener and by nobody else: a mail's own
// header is part of its body there.
const (
	peerHeader = "Smtp-Peer"
	fromHeader = "Smtp-Mail-From"
	toHeader   = "Smtp-Rcpt-To"
)

// envelope is what SMTP says of a mail, beside the mail itself (RFC 5321, 2.3.1).
type envelope struct {
	// peer is the IP address of the host that brought it.
	peer string
	// from is the return path, empty for <>; to are the recipients of one account.
	from string
	to   []string
	// known is false for a mail without an envelope.
	known bool
}

func (e envelope) header() http.Header {
	return http.Header{peerHeader: {e.peer}, fromHeader: {e.from}, toHeader: e.to}
}

func envelopeOf(h http.Header) envelope {
	return envelope{peer: h.Get(peerHeader), from: h.Get(fromHeader), to: h.Values(toHeader), known: h.Values(fromHeader) != nil}
}

// same compares addresses as nearly every mail system does: without case (RFC 5321, 2.4 would allow more in the local part).
func same(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

// addressOf is the address in a value like `rfc822; <a@b.example>`; empty when there is none.
func addressOf(value string) string {
	if _, after, typed := strings.Cut(value, ";"); typed {
		value = after
	}
	value = strings.Trim(strings.TrimSpace(value), "<>")
	a, err := mail.ParseAddress(value)
	if err != nil || len(a.Address) > maxAddress {
		return ""
	}
	return strings.ToLower(a.Address)
}
