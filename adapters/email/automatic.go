package email

import (
	"regexp"
	"strings"
)

// loopHeader says whose machine wrote a mail. One that comes back with our own address in it has come in a circle.
const loopHeader = "X-Loop"

// automatic says that a machine wrote the mail: it is never answered (RFC 3834, 2).
func (a *Adapter) automatic(m *received) bool {
	return m.machine() || m.nobody() || m.list() || a.loops(m) || awaySubject.MatchString(m.subject) || noReply.MatchString(m.author.address)
}

// machine: the author's software says so (RFC 3834, 5; MS-OXCMAIL 2.2.3.2.14 and what came before both).
func (m *received) machine() bool {
	if v := strings.ToLower(m.get("auto-submitted")); v != "" && v != "no" && !strings.HasPrefix(v, "no;") && !strings.HasPrefix(v, "no ") {
		return true
	}
	for _, name := range []string{
		"x-auto-response-suppress", "x-autoreply", "x-autoreply-from", "x-autorespond", "x-autoresponder", "x-mail-autoreply",
		"x-ms-exchange-inbox-rules-loop", "x-facebook-notify", "auto-generated",
	} {
		if v := strings.ToLower(m.get(name)); v != "" && v != "no" && v != "none" && v != "false" {
			return true
		}
	}
	switch strings.ToLower(m.get("precedence")) {
	case "bulk", "junk", "list", "auto_reply", "auto-reply":
		return true
	default:
		return strings.EqualFold(m.get("x-precedence"), "auto_reply") || strings.EqualFold(m.get("x-precedence"), "bulk")
	}
}

// list: it came to many (RFC 2369, 2919).
func (m *received) list() bool {
	return m.has("list-id") || m.has("list-unsubscribe") || m.has("list-post")
}

func (a *Adapter) loops(m *received) bool {
	for _, value := range m.all(strings.ToLower(loopHeader)) {
		if same(value, a.local+"@"+a.domain) {
			return true
		}
	}
	return false
}

var (
	// awaySubject is how out-of-office programs begin their subjects when they say nothing else.
	awaySubject = regexp.MustCompile(`(?i)^\W*((auto(matic|mated)?[ -]?(reply|response|answer))|(out of (the )?office\b)|(vacation (reply|notice|response))|away from my mail|` +
		`(automatische antwort)|(abwesenheits(notiz|nachricht|assistent|meldung)?\b)|(r[ée]ponse automatique)|(absence du bureau)|message d'absence|` +
		`(respuesta autom[aá]tica)|(fuera de (la )?oficina)|(resposta autom[aá]tica)|(fora do escrit[oó]rio)|(risposta automatica)|(fuori sede)|` +
		`(automatisch(e)? (antwoord|beantwoord))|(afwezig(heidsbericht)?\b)|autosvar|automaattinen vastaus|odpowiedź automatyczna|automatická odpověď|` +
		`(автоответ)|(автоматический ответ)|自動応答|自動返信|自动回复|自動回覆|자동 응답)`)
	// noReply are addresses behind which nobody reads (RFC 2142 and RFC 3834, 2).
	noReply = regexp.MustCompile(`(?i)^(mailer-daemon|mail-daemon|maildaemon|no-?_?\.?reply|do-?_?not-?_?reply|auto-?reply|autoresponder|bounces?|owner-.*|.*-(request|owner|bounces?))@`)
)
