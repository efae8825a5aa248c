package email

import (
	"crypto/sha256"
	"encoding/hex"
	"net/mail"
	"regexp"
	"strings"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
)

// received is one mail as it came in, read.
type received struct {
	header
	envelope envelope
	author   author
	body     *body
	// subject is what people see of it.
	subject string
	// id is its Message-ID without brackets; empty when it has none that can be used.
	id string
}

const maxSubject = 500

// readMail reads a mail. The error says why nothing can be made of it.
func readMail(raw []byte, e envelope) (*received, error) {
	if !strings.Contains(string(raw[:min(len(raw), maxHeader)]), "\n") {
		raw = []byte(strings.ReplaceAll(string(raw), "\r", "\n"))
	}
	h, rest, err := split(raw)
	if err != nil {
		return nil, err
	}
	if len(h.fields) == 0 {
		return nil, &channel.Unreadable{Reason: "NOT_A_MAIL", Detail: "header"}
	}
	m := &received{header: h, envelope: e, body: readBody(&h, rest)}
	m.subject = m.text("subject", maxSubject)
	m.author = readAuthor(&h)
	if ids := messageIDs(m.get("message-id")); len(ids) > 0 {
		m.id = ids[0]
	}
	return m, nil
}

// nobody says that the mail has the empty return path of mails that must never be answered (RFC 5321, 4.5.5).
func (m *received) nobody() bool {
	if m.envelope.known {
		return m.envelope.from == ""
	}
	return strings.ReplaceAll(m.get("return-path"), " ", "") == "<>"
}

// written is when the author's clock says that it was written; now if it does not say.
func (m *received) written(now time.Time) time.Time {
	t, err := mail.ParseDate(m.get("date"))
	if err != nil || t.Year() < 1970 || t.Year() > 9999 {
		return now
	}
	return t.UTC()
}

// fingerprint tells mails apart that claim one Message-ID: nobody can make us take their mail for another's redelivery. It
// does not hold what hosts change on the way.
func (m *received) fingerprint() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{strings.ToLower(m.author.address), m.get("date"), m.get("subject")}, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// madeUp is where the ids are from that are made for mails without one.
const madeUp = "@no-message-id.invalid"

// externalID is the mail's own id, or one made for a mail that has none.
func (m *received) externalID() string {
	if m.id != "" {
		return m.id
	}
	sum := sha256.Sum256([]byte(strings.Join(append(m.body.plain, m.body.html...), "\x00")))
	return m.fingerprint() + hex.EncodeToString(sum[:8]) + madeUp
}

const (
	// maxID bounds one message id, maxThread how many of a thread are kept: the first and the newest (RFC 5322, 3.6.4 lets
	// a thread grow without end).
	maxID     = 255
	maxThread = 20
)

var messageID = regexp.MustCompile(`<([^<>\s]+)>`)

// messageIDs are those of a Message-ID, In-Reply-To or References field, in order, without brackets. What is not plain ASCII
// could not be given back, and is left out.
func messageIDs(value string) []string {
	var ids []string
	for _, found := range messageID.FindAllStringSubmatch(value[:min(len(value), 64<<10)], 1000) {
		if id := found[1]; usable(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func usable(id string) bool {
	return len(id) <= maxID && strings.Contains(id, "@") && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' })
}

// thread is what an answer must name (RFC 5322, 3.6.4): the mails before this one, and this one last.
func (m *received) thread() []string {
	ids := messageIDs(m.get("references"))
	if len(ids) == 0 {
		if parents := messageIDs(m.get("in-reply-to")); len(parents) == 1 {
			ids = parents
		}
	}
	if m.id != "" {
		ids = append(ids, m.id)
	}
	if len(ids) > maxThread {
		ids = append(ids[:1:1], ids[len(ids)-maxThread+1:]...)
	}
	return ids
}
