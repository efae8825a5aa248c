package email

import (
	"bytes"
	"io"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // charsets other than UTF-8
)

// Bounds of what is read of a mail's body: parts and how deep they nest, bytes of one text and of all, attachments.
const (
	maxParts       = 200
	maxDepth       = 10
	maxPart        = 256 << 10
	maxTexts       = 1 << 20
	maxAttachments = 50
)

// attachment is what is known of a file without looking into it.
type attachment struct {
	// place in the mail: `2.1` is the first part of the second.
	place           string
	mediaType, name string
}

// text is a part that was read, by its media type.
type text struct{ mediaType, text string }

// body is what a mail holds.
type body struct {
	mediaType string
	// reportType is what a multipart/report (RFC 6522) reports.
	reportType  string
	plain, html []string
	// reports are the machine's parts: message/delivery-status and its kin, and what is returned of the mail in question.
	reports     []text
	attachments []attachment

	parts, size int
}

// readBody reads the parts of a mail as far as they go: what is broken behind a part that could be read is let go.
func readBody(h *header, raw []byte) *body {
	fields := map[string][]string{}
	for _, name := range []string{"content-type", "content-transfer-encoding", "content-disposition"} {
		if h.has(name) {
			fields[textproto.CanonicalMIMEHeaderKey(name)] = []string{h.get(name)}
		}
	}
	entity, _ := message.New(message.HeaderFromMap(fields), bytes.NewReader(raw)) // an unknown charset or encoding leaves the bytes
	b := &body{}
	var params map[string]string
	b.mediaType, params = mediaType(entity)
	b.reportType = strings.ToLower(params["report-type"])
	b.walk(entity, "", 0)
	if b.parts == 0 && len(bytes.TrimSpace(raw)) > 0 {
		b.plain = append(b.plain, clean(raw[:min(len(raw), maxPart)])) // a multipart without parts
	}
	return b
}

// mediaType is lower case; what is missing or broken is text/plain (RFC 2045, 5.2).
func mediaType(e *message.Entity) (string, map[string]string) {
	t, params, err := e.Header.ContentType()
	t = strings.ToLower(strings.TrimSpace(t))
	switch {
	case err != nil && strings.HasPrefix(t, "multipart/"), err == nil && strings.Contains(t, "/"):
		return t, params
	case err != nil && strings.Contains(strings.ToLower(e.Header.Get("Content-Type")), "text/html"):
		return "text/html", nil
	default:
		return "text/plain", nil
	}
}

func (b *body) walk(e *message.Entity, place string, depth int) {
	if parts := e.MultipartReader(); parts != nil && depth < maxDepth {
		for n := 1; b.parts < maxParts; n++ {
			part, err := parts.NextPart()
			if part == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
				return
			}
			b.walk(part, join(place, n), depth+1)
		}
		return
	}
	b.parts++
	b.leaf(e, place)
}

func join(place string, n int) string {
	number := strconv.Itoa(n)
	if place == "" {
		return number
	}
	return place + "." + number
}

func (b *body) leaf(e *message.Entity, place string) {
	kind, params := mediaType(e)
	disposition, named, _ := e.Header.ContentDisposition()
	name := named["filename"]
	if name == "" {
		name = params["name"]
	}
	attached := strings.EqualFold(disposition, "attachment") || name != ""
	switch {
	case returned(kind):
		b.reports = append(b.reports, text{kind, b.read(e.Body)})
		if kind == "message/rfc822" && !strings.HasPrefix(b.mediaType, "multipart/report") {
			b.attach(place, kind, name)
		}
	case kind == "text/plain" && !attached:
		b.plain = append(b.plain, b.read(e.Body))
	case kind == "text/html" && !attached:
		b.html = append(b.html, b.read(e.Body))
	default:
		b.attach(place, kind, name)
	}
}

// returned says that the part is about another mail (RFC 3464, 5965, 8098, 6522).
func returned(kind string) bool {
	switch kind {
	case "message/delivery-status", "message/global-delivery-status", "message/feedback-report",
		"message/disposition-notification", "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers":
		return true
	default:
		return false
	}
}

func (b *body) attach(place, kind, name string) {
	if len(b.attachments) == maxAttachments {
		return
	}
	if decoded, err := words.DecodeHeader(name); err == nil {
		name = decoded
	}
	if place == "" {
		place = "1"
	}
	b.attachments = append(b.attachments, attachment{
		place: place, mediaType: cut(printable(valid([]byte(kind))), maxName), name: cut(strings.TrimSpace(printable(valid([]byte(name)))), maxName),
	})
}

// read takes what a decoder gives before it stumbles.
func (b *body) read(r io.Reader) string {
	limit := min(maxPart, maxTexts-b.size)
	raw, _ := io.ReadAll(io.LimitReader(r, int64(limit))) // what was read before the error is still what the customer wrote
	b.size += len(raw)
	return clean(raw)
}

// clean has line feeds alone as ends of lines, and nothing that does not print.
func clean(raw []byte) string {
	s := strings.ReplaceAll(valid(raw), "\r\n", "\n")
	return printable(strings.ReplaceAll(s, "\r", "\n"))
}

// words of the mail: its plain text if it has one, else its HTML as text.
func (b *body) words() string {
	if s := strings.TrimSpace(strings.Join(b.plain, "\n")); s != "" {
		return s
	}
	var all []string
	for _, h := range b.html {
		all = append(all, htmlText(h))
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}
