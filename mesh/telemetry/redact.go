package telemetry

import (
	"fmt"
	"log/slog"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"google.golang.org/protobuf/proto"
)

const redacted = "[redacted]"

// private are words that make a key's value private, wherever they stand in it: `api_token`, `displayName`.
var private = map[string]bool{
	"address": true, "api key": true, "apikey": true, "authorization": true, "bearer": true, "body": true, "caption": true, "content": true,
	"cookie": true, "credential": true, "credentials": true, "email": true, "handle": true, "kek": true, "name": true,
	"passphrase": true, "password": true, "payload": true, "phone": true, "recipient": true, "secret": true,
	"secrets": true, "sender": true, "signature": true, "subject": true, "text": true, "token": true,
}

// recognisable is what must not stand in a log under any key: phone numbers in E.164, mail addresses, credentials.
var recognisable = regexp.MustCompile(`\+\d{7,15}\b|[^\s<>"'=:,;()]+@[^\s<>"'=:,;()]+\.[A-Za-z]{2,}|(?i:\b(?:bearer|basic) )\S+`)

// redact is a slog.HandlerOptions.ReplaceAttr. The keys are one defence; the other is that only values of plain types
// are written at all, for a struct or a message may hold anything.
func redact(groups []string, a slog.Attr) slog.Attr {
	if isPrivate(a.Key) || slices.ContainsFunc(groups, isPrivate) {
		return slog.String(a.Key, redacted)
	}
	switch a.Value.Kind() {
	case slog.KindString:
		return slog.String(a.Key, scrub(a.Value.String()))
	case slog.KindDuration:
		return slog.String(a.Key, a.Value.Duration().String())
	case slog.KindAny:
		return slog.String(a.Key, plain(a.Value.Any()))
	default:
		return a
	}
}

func isPrivate(key string) bool {
	said := words(key)
	return private[strings.Join(said, " ")] || slices.ContainsFunc(said, func(word string) bool { return private[word] })
}

// words of a key: `api_token`, `api-token`, `api.token` and `apiToken` are the same two.
func words(key string) []string {
	var spaced strings.Builder
	var before rune
	for _, r := range key {
		if unicode.IsUpper(r) && unicode.IsLower(before) {
			spaced.WriteByte(' ')
		}
		before = r
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			r = ' '
		}
		spaced.WriteRune(unicode.ToLower(r))
	}
	return strings.Fields(spaced.String())
}

func scrub(s string) string { return recognisable.ReplaceAllString(s, redacted) }

// plain writes a value whose type says what it holds, and only the type of any other.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return "<nil>"
	case proto.Message, []byte:
		return fmt.Sprintf("[redacted %T]", v)
	case error:
		return scrub(v.Error())
	case fmt.Stringer:
		return scrub(v.String())
	}
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Array, reflect.Chan, reflect.Func, reflect.Interface, reflect.Map, reflect.Pointer, reflect.Slice,
		reflect.Struct, reflect.UnsafePointer:
		return fmt.Sprintf("[redacted %T]", v)
	default:
		return scrub(fmt.Sprint(v))
	}
}
