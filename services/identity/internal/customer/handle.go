package customer

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind says what a handle's value is and how it is normalised. Numbered as in parley.identity.v1.HandleKind: the number is
// kept in the store.
type Kind int

// The kinds of handles.
const (
	Phone Kind = iota + 1
	Email
	WhatsAppID
	Reference
	VisitorID
)

// ErrHandleInvalid is a handle whose value is not one of its kind. It never holds the value.
var ErrHandleInvalid = errors.New("the value is not a handle of its kind")

// maxValue is the longest value in bytes: an e-mail address of RFC 5321 with its "@".
const maxValue = 320

// Handle is one address or name by which a customer is found. Make one with NewHandle.
type Handle struct {
	Kind  Kind
	Value string // normalised; what people and vendors are shown
	// Key is what is compared: equal for all spellings of one address. It differs from Value only where the proper
	// spelling cannot be told from the value alone (see phone.go). Stores do not keep it: handles that were read have none.
	Key string
}

// NewHandle normalises a value. Its error is ErrHandleInvalid.
func NewHandle(kind Kind, value string) (Handle, error) {
	value = strings.TrimSpace(value)
	if value == "" || len(value) > maxValue || !utf8.ValidString(value) {
		return Handle{}, ErrHandleInvalid
	}
	switch kind {
	case Phone:
		return newPhone(value)
	case Email:
		return newEmail(value)
	case WhatsAppID:
		return newWhatsAppID(value)
	case Reference:
		return newReference(value)
	case VisitorID:
		return newVisitorID(value)
	default:
		return Handle{}, ErrHandleInvalid
	}
}

// newReference keeps the value as the tenant's books have it: whether upper and lower case mean the same customer there
// is not ours to guess.
func newReference(value string) (Handle, error) {
	if strings.ContainsFunc(value, unicode.IsControl) {
		return Handle{}, ErrHandleInvalid
	}
	return Handle{Kind: Reference, Value: value, Key: value}, nil
}

// is says whether both stand for the same address.
func (h Handle) is(other Handle) bool { return h.Kind == other.Kind && h.Key == other.Key }

// expand lists the handles and what each of them yields, in order and each once: a WhatsApp id that is a telephone number
// is found by the number too, and the other way round, since both are linked to whoever has the one.
func expand(handles ...Handle) []Handle {
	var all []Handle
	add := func(h Handle) {
		if !slices.ContainsFunc(all, h.is) {
			all = append(all, h)
		}
	}
	for _, h := range handles {
		add(h)
		if phone, ok := h.phone(); ok {
			add(phone)
		}
	}
	return all
}
