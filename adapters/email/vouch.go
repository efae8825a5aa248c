package email

import (
	"net/mail"
	"net/netip"
	"regexp"
	"strings"
)

// plainAddress is the only spelling of an address that anybody can vouch for here: what other software may read differently
// than we do (quoted local parts, comments, other scripts, routes) is taken as an address to answer to and nothing more.
var plainAddress = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*@([A-Za-z0-9-]+\.)*[A-Za-z0-9-]+$`)

const (
	// maxAddress is the longest address (RFC 5321, 4.5.3.1), maxName how much is kept of a name, in characters.
	maxAddress = 254
	maxName    = 200
)

// author is who a mail says that it is from.
type author struct {
	address, name string
	// sole says that the mail names one author in one field and in the plainest spelling.
	sole bool
}

func (a author) domain() string {
	return strings.ToLower(a.address[strings.LastIndexByte(a.address, '@')+1:])
}

// readAuthor reads From (RFC 5322, 3.6.2). Its address is empty when the field holds none.
func readAuthor(h *header) author {
	fields := h.all("from")
	for _, value := range fields {
		parser := mail.AddressParser{WordDecoder: &words}
		list, err := parser.ParseList(valid([]byte(value)))
		group := strings.Contains(value, ";") // RFC 6854
		if err != nil || len(list) == 0 {
			list, group = bare(value), true
		}
		if len(list) == 0 || len(list[0].Address) > maxAddress {
			continue
		}
		a := author{address: list[0].Address, name: cut(printable(list[0].Name), maxName)}
		a.sole = len(fields) == 1 && len(list) == 1 && !group && plainAddress.MatchString(a.address) && spelledOut(value, a.address)
		return a
	}
	return author{}
}

// spelledOut says that the address stands in the field as it is, alone of its kind: no second one in the name, none
// that came out of an encoded word.
func spelledOut(value, address string) bool {
	trimmed := strings.TrimSpace(value)
	if trimmed == address {
		return true
	}
	name, bracketed := strings.CutSuffix(trimmed, "<"+address+">")
	if !bracketed {
		return false
	}
	decoded, err := words.DecodeHeader(name)
	decoded = strings.ReplaceAll(strings.ToLower(decoded), strings.ToLower(address), "") // the address as its own name is common
	return err == nil && !strings.ContainsAny(name, "<>()") && !strings.ContainsAny(decoded, "<>@")
}

var anyAddress = regexp.MustCompile(`[^\s<>()",;:@]+@[^\s<>()",;:@]+`)

// bare finds the first thing that looks like an address in a field that breaks the rules.
func bare(value string) []*mail.Address {
	found := anyAddress.FindString(valid([]byte(value)))
	if found == "" {
		return nil
	}
	return []*mail.Address{{Address: strings.Trim(found, "'.")}}
}

// authored are fields that a mail's author writes. Whatever stands below one was not added on top by a later host.
var authored = map[string]bool{
	"from": true, "sender": true, "reply-to": true, "to": true, "cc": true, "subject": true, "date": true, "message-id": true,
	"in-reply-to": true, "references": true, "mime-version": true, "content-type": true, "content-transfer-encoding": true,
	"dkim-signature": true, "user-agent": true, "x-mailer": true,
}

// vouched says that the mail's author counts: our MX, from which it came to us, says that DMARC (RFC 7489) passed for the
// author's domain.
//
// Only that host can have written on top of the mail, so only an Authentication-Results field there counts: above what the
// author wrote, and above the Received fields but for those of our own hosts (`own_received`), since every host puts its
// Received on top of what it gets. Any other field under the same authserv-id should have been removed by the MX (RFC 8601, 5);
// it never counts for the author, and counts against when it says something else.
func (a *Adapter) vouched(h *header, who author, peer string) bool {
	if !who.sole || h.broken || !a.trusts(peer) {
		return false
	}
	passed, onTop, received := false, true, 0
	for _, f := range h.fields {
		switch {
		case f.name == "received":
			received++
			onTop = onTop && received <= a.ownReceived
		case authored[f.name]:
			onTop = false
		case f.name == "authentication-results":
			pass, contradicts := a.judge(f.value, who.domain())
			if contradicts {
				return false
			}
			passed = passed || pass && onTop
		}
	}
	return passed
}

// judge reads one Authentication-Results field. Those of others say nothing.
func (a *Adapter) judge(value, domain string) (pass, contradicts bool) {
	id, results, ok := parseAuthResults(value)
	if !strings.EqualFold(id, a.authservID) {
		return false, false
	}
	if !ok {
		return false, true
	}
	for _, r := range results {
		if r.method != "dmarc" {
			continue
		}
		if r.result != "pass" || !strings.EqualFold(r.props["header.from"], domain) {
			return false, true
		}
		pass = true
	}
	return pass, false
}

// trusts says that the peer is one of the hosts that the operator named.
func (a *Adapter) trusts(peer string) bool {
	addr, err := netip.ParseAddr(peer)
	if err != nil {
		return false
	}
	addr = addr.Unmap().WithZone("")
	for _, network := range a.peers {
		if network.Contains(addr) {
			return true
		}
	}
	return false
}
