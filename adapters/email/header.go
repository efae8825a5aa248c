package email

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding/charmap"

	"github.com/parleyhq/parley/adapters/channel"
)

const (
	// maxHeader bounds a mail's header in bytes, maxFields its fields: mails that crossed twenty hosts have a tenth of it.
	maxHeader = 256 << 10
	maxFields = 1000
)

// field is one header field. The order is kept: it tells who added what (RFC 5321, 4.4).
type field struct {
	// name in lower case.
	name string
	// value unfolded, otherwise as it came.
	value string
}

// header is that of a mail, from the top.
type header struct {
	fields []field
	// broken says that it has lines that are no field: others may have read it differently than we do.
	broken bool
}

// split parts a mail into its header and its body. Lines that are no field are passed over.
func split(raw []byte) (header, []byte, error) {
	var h header
	for rest, size := raw, 0; ; {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\r"))
		if len(line) == 0 {
			return h, after, nil
		}
		if size += len(line); size > maxHeader || len(h.fields) > maxFields {
			return header{}, nil, &channel.Unreadable{Reason: "HEADER_TOO_LARGE", Detail: "header"}
		}
		h.add(string(line))
		if !found {
			return h, nil, nil
		}
		rest = after
	}
}

// add takes one line: a field or, when it begins with white space, more of the last one.
func (h *header) add(line string) {
	if line[0] == ' ' || line[0] == '\t' {
		if len(h.fields) == 0 {
			h.broken = true
			return
		}
		last := &h.fields[len(h.fields)-1]
		last.value += " " + strings.TrimSpace(line)
		return
	}
	name, value, ok := strings.Cut(line, ":")
	name = strings.TrimRight(name, " \t")
	if !ok || name == "" || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		h.broken = true
		return
	}
	h.fields = append(h.fields, field{name: strings.ToLower(name), value: strings.TrimSpace(value)})
}

// all values of a field, from the top.
func (h *header) all(name string) []string {
	var values []string
	for _, f := range h.fields {
		if f.name == name {
			values = append(values, f.value)
		}
	}
	return values
}

// get is the topmost value; empty when there is none.
func (h *header) get(name string) string {
	for _, f := range h.fields {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

func (h *header) has(name string) bool { return len(h.all(name)) > 0 }

var words = mime.WordDecoder{CharsetReader: charset.Reader}

// text is a field meant for people, its encoded words (RFC 2047) decoded, at most limit characters long.
func (h *header) text(name string, limit int) string {
	value := valid([]byte(h.get(name)))
	if decoded, err := words.DecodeHeader(value); err == nil {
		value = decoded
	}
	return cut(strings.Join(strings.Fields(printable(value)), " "), limit)
}

// valid takes bytes that are no UTF-8 for Windows-1252, which nothing is not.
func valid(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	if decoded, err := charmap.Windows1252.NewDecoder().Bytes(b); err == nil {
		return string(decoded)
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// printable drops control characters but for line feed and tab, and what turns the direction of writing around.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ' || r == 0x7F, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF, r == utf8.RuneError:
			return -1
		default:
			return r
		}
	}, s)
}

// cut keeps so many characters.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	n := 0
	for i := range s {
		if n == limit {
			return s[:i]
		}
		n++
	}
	return s
}
