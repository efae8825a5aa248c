package email

import (
	"bytes"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
)

// maxOutgoing is the longest text of one mail, in characters. Mail has no bound of its own.
const maxOutgoing = 100000

// compose makes the mail: plain text, in the thread of what it answers, and marked as a machine's, so that other machines do
// not answer it (RFC 3834, 3 and 5; X-Auto-Response-Suppress is Exchange's, MS-OXCMAIL 2.2.3.2.14).
func (a *Adapter) compose(out channel.Outgoing, to string, now time.Time) []byte {
	var b bytes.Buffer
	put := func(name, value string) { b.WriteString(name + ": " + value + "\r\n") }
	put("From", (&mail.Address{Name: a.name, Address: a.account.Address}).String())
	put("To", "<"+to+">")
	put("Subject", encoded(subjectOf(out.Thread, a.name)))
	put("Date", now.UTC().Format(time.RFC1123Z))
	put("Message-ID", "<"+a.messageIDOf(out.DeliveryID)+">")
	if ids := threadOf(out.Thread); len(ids) > 0 {
		put("In-Reply-To", "<"+ids[len(ids)-1]+">")
		put("References", "<"+strings.Join(ids, ">\r\n <")+">")
	}
	put("Auto-Submitted", "auto-replied")
	put("X-Auto-Response-Suppress", "All")
	put(loopHeader, a.account.Address)
	put("MIME-Version", "1.0")
	put("Content-Type", "text/plain; charset=utf-8")
	put("Content-Transfer-Encoding", "quoted-printable")
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(clean([]byte(out.Text)) + "\n")) // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// replied begins the subjects of answers, in the languages of mail programs that translate it.
var replied = regexp.MustCompile(`(?i)^\s*(re|aw|sv|vs|antw|antwort|ref|rif|res|odp|atb|ynt|vá|отв|回复|回覆|答复|返信)(\[\d+\])?\s*[:：]`)

// subjectOf the answer: the one that is answered, behind one "Re:" (RFC 5322, 3.6.5).
func subjectOf(t *channel.Thread, name string) string {
	if t == nil {
		return name
	}
	subject := cut(strings.Join(strings.Fields(printable(t.Subject)), " "), maxSubject)
	if replied.MatchString(subject) {
		return subject
	}
	return strings.TrimSpace("Re: " + subject)
}

// threadOf are the ids that may stand in a header.
func threadOf(t *channel.Thread) []string {
	if t == nil {
		return nil
	}
	var ids []string
	for _, id := range t.ExternalIDs {
		if usable(id) && !strings.HasSuffix(id, madeUp) {
			ids = append(ids, id)
		}
	}
	return ids
}

// encoded makes a header's text ASCII, folded between encoded words.
func encoded(s string) string {
	return strings.ReplaceAll(mime.QEncoding.Encode("utf-8", s), "?= =?", "?=\r\n =?")
}
