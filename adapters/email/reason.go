package email

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"regexp"
	"strings"
	"syscall"

	"github.com/emersion/go-smtp"
)

// reasons of refusals by their enhanced status code (RFC 3463 and the registry that it began), without its class: 5.1.1 and
// 4.1.1 mean the same, for ever and for now.
var reasons = map[string]string{
	"1.1": "UNKNOWN_RECIPIENT", "1.2": "UNKNOWN_DOMAIN", "1.3": "INVALID_RECIPIENT", "1.6": "RECIPIENT_MOVED", "1.10": "DOMAIN_TAKES_NO_MAIL",
	"1.7": "SENDER_REFUSED", "1.8": "SENDER_REFUSED",
	"2.1": "MAILBOX_DISABLED", "2.2": "MAILBOX_FULL", "2.3": "MAIL_TOO_LARGE",
	"3.1": "HOST_FULL", "3.2": "HOST_TAKES_NO_MAIL", "3.4": "MAIL_TOO_LARGE",
	"4.1": "HOST_UNREACHABLE", "4.2": "HOST_UNREACHABLE", "4.3": "HOST_UNREACHABLE", "4.4": "UNKNOWN_DOMAIN", "4.6": "MAIL_LOOP", "4.7": "DELIVERY_TIMED_OUT",
	"7.0": "REFUSED_BY_POLICY", "7.1": "REFUSED_BY_POLICY", "7.7": "REFUSED_BY_POLICY", "7.26": "AUTHENTICATION_FAILED", "7.27": "SENDER_REFUSED",
	"7.20": "AUTHENTICATION_FAILED", "7.23": "AUTHENTICATION_FAILED", "7.25": "AUTHENTICATION_FAILED", "7.28": "TOO_MANY_MAILS",
}

var (
	enhancedCode = regexp.MustCompile(`\b[45]\.(\d{1,3}\.\d{1,3})\b`)
	// codeInText asks for the words that stand before a code, lest a version or an address be taken for one.
	codeInText = regexp.MustCompile(`(?i)(?:\b[45]\d\d[ -]{1,3}#?|status(?: code)?:\s*|\(#|\berror:?\s*\(?|said:\s+)[45]\.(\d{1,3}\.\d{1,3})\b`)
)

// phrases for hosts that give no code, or the one that says nothing; the first that fits.
var phrases = []struct {
	reason string
	words  *regexp.Regexp
}{
	{"MAILBOX_FULL", regexp.MustCompile(`(?i)(mailbox|inbox|user|account|quota|storage).{0,30}(full|exceed|over ?quota)|over (the )?(maximum )?quota|quota exceeded|exceed.{0,20}quota`)},
	{"MAIL_TOO_LARGE", regexp.MustCompile(`(?i)(message|mail|size).{0,40}(too (large|big)|exceeds .{0,30}(limit|maximum|size))`)},
	{"UNKNOWN_RECIPIENT", regexp.MustCompile(`(?i)user.{0,20}(unknown|not (found|exist|known|listed))|unknown (user|recipient|address|local)|no such (user|mailbox|recipient|person|address|account)|` +
		`(mailbox|recipient|address|account|user).{0,60}(does ?n[o']t exist|not found|unavailable|invalid|not exist|unknown|is not valid)|invalid (recipient|mailbox|address)|no mailbox|not listed in|not a (valid|known)|` +
		`couldn't be found|address rejected|addresses failed|not our customer|is not present`)},
	{"MAILBOX_DISABLED", regexp.MustCompile(`(?i)(mailbox|account|user|recipient).{0,40}(disabled|suspended|inactive|deactivated|closed|locked)`)},
	{"UNKNOWN_DOMAIN", regexp.MustCompile(`(?i)(host|domain|name).{0,40}(unknown|not found|does ?n[o']t exist|not resolve|no mx)|unrout(e)?able|no such domain|NXDOMAIN|bad destination|null mx`)},
	{"REFUSED_BY_POLICY", regexp.MustCompile(`(?i)spam|block(ed|list)|blacklist|policy|reputation|not allowed|denied|refused|prohibited|unauthori[sz]ed|content rejected|virus|filter`)},
	{"HOST_UNREACHABLE", regexp.MustCompile(`(?i)connection (refused|timed out|reset|dropped)|timed? ?out|no route to host|unreachable|could not connect|cannot connect|lost connection`)},
	{"MAIL_LOOP", regexp.MustCompile(`(?i)too many hops|loop(s|ing| back)|mail loop`)},
	{"DELIVERY_TIMED_OUT", regexp.MustCompile(`(?i)retry (timeout|time)|too old|expired|delivery time`)},
}

// reasonOf a refusal, from its status code and its words.
func reasonOf(status, words string) string {
	if found := enhancedCode.FindStringSubmatch(status); found != nil && reasons[found[1]] != "" {
		return reasons[found[1]]
	}
	for _, found := range codeInText.FindAllStringSubmatch(words, 5) {
		if reason := reasons[found[1]]; reason != "" {
			return reason
		}
	}
	for _, p := range phrases {
		if p.words.MatchString(words) {
			return p.reason
		}
	}
	if found := enhancedCode.FindString(status); found != "" {
		return "STATUS_" + strings.ReplaceAll(found, ".", "_")
	}
	return "UNDELIVERABLE"
}

func joinCode(code smtp.EnhancedCode) string {
	return fmt.Sprintf("%d.%d.%d", code[0], code[1], code[2])
}

// broken keeps of a network error what may be logged: how it broke, not where.
func broken(err error) error {
	var timeout net.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		return io.ErrUnexpectedEOF
	case errors.As(err, &timeout) && timeout.Timeout():
		return context.DeadlineExceeded
	}
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return errors.New("the connection broke")
}
