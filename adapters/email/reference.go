package email

import (
	"regexp"
	"strings"
)

// The id of a delivery travels in the mails that we send, in two places: in the Message-ID, which whoever returns or answers
// the mail names, and in the return path (a VERP of our own), to which bounces are sent even when they say nothing.

var (
	deliveryID = regexp.MustCompile(`^delivery_[0-7][0-9a-hjkmnp-tv-z]{25}$`)
	// ourID finds a Message-ID of ours in a text. Hosts fold and quote what they return, so it need not be in brackets.
	ourID = regexp.MustCompile(`(?i)\b(delivery_[0-7][0-9a-hjkmnp-tv-z]{25})@([a-z0-9.-]+)`)
)

// maxLocal is the longest local part of an address (RFC 5321, 4.5.3.1.1).
const maxLocal = 64

// messageIDOf is the same in every attempt to send the delivery: who gets it twice can know it.
func (a *Adapter) messageIDOf(delivery string) string { return delivery + "@" + a.domain }

// deliveryOf is the delivery that a Message-ID is of; empty when it is not one of ours.
func (a *Adapter) deliveryOf(id string) string {
	local, domain, _ := strings.Cut(strings.ToLower(id), "@")
	if domain != a.domain || !deliveryID.MatchString(local) {
		return ""
	}
	return local
}

// returnPath is where a bounce of the delivery goes: `care+delivery_...@aurora.example`.
func (a *Adapter) returnPath(delivery string) string {
	if len(a.local)+1+len(delivery) > maxLocal {
		return a.local + "@" + a.domain
	}
	return a.local + "+" + delivery + "@" + a.domain
}

// accepts says whether an address is the account's, or a return path of its mails.
func (a *Adapter) accepts(address string) bool {
	return same(address, a.local+"@"+a.domain) || a.returned(address) != ""
}

// returned is the delivery whose return path an address is; empty for others.
func (a *Adapter) returned(address string) string {
	address = strings.ToLower(address)
	local, domain, _ := strings.Cut(address, "@")
	id, ours := strings.CutPrefix(local, strings.ToLower(a.local)+"+")
	if domain != a.domain || !ours || !deliveryID.MatchString(id) {
		return ""
	}
	return id
}

// concerns is the delivery that a report is about: by the return path to which it came, or by the Message-ID in what it
// returns, whichever form that has.
func (a *Adapter) concerns(m *received) string {
	for _, to := range m.envelope.to {
		if id := a.returned(to); id != "" {
			return id
		}
	}
	texts := []string{m.get("in-reply-to"), m.get("references"), m.get("original-message-id")}
	for _, r := range m.body.reports {
		texts = append(texts, r.text)
	}
	texts = append(texts, m.body.plain...)
	texts = append(texts, m.body.html...)
	for _, text := range texts {
		for _, found := range ourID.FindAllString(text, 10) {
			if id := a.deliveryOf(found); id != "" {
				return id
			}
		}
	}
	return ""
}
