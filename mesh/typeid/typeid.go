// Package typeid makes ids that name their kind: `customer_01h2xcejqtf2nbrexx3vqjhp41`, by the TypeID specification 0.3
// (https://github.com/jetify-com/typeid/tree/main/spec) over UUIDv7, so that they sort by the time they were made.
package typeid

import (
	"strings"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/fault"
)

// alphabet is Crockford's base32, lower case.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

const suffixLength = 26

// New makes an id of the kind.
func New(prefix string) string {
	return From(prefix, uuid.Must(uuid.NewV7()))
}

// From is the id of the kind that stands for the UUID.
func From(prefix string, id uuid.UUID) string {
	var suffix [suffixLength]byte
	// 26 characters of five bits hold 130: the 128 bits of the UUID stand at the right, behind two zero bits.
	for i := range suffix {
		low := (suffixLength - 1 - i) * 5
		suffix[i] = alphabet[bits(id, low)]
	}
	return prefix + "_" + string(suffix[:])
}

// bits are the five bits of the UUID from bit `low` up, bit 0 being its last.
func bits(id uuid.UUID, low int) byte {
	var v byte
	for b := 4; b >= 0; b-- {
		v <<= 1
		if at := low + b; at < 128 {
			v |= id[15-at/8] >> (at % 8) & 1
		}
	}
	return v
}

// Check says, as an INVALID_ARGUMENT about the field, whether the id is one of the kind.
func Check(field, prefix, id string) error {
	suffix, ok := strings.CutPrefix(id, prefix+"_")
	if !ok || len(suffix) != suffixLength || suffix[0] > '7' {
		return invalid(field, prefix)
	}
	for i := range len(suffix) {
		if strings.IndexByte(alphabet, suffix[i]) < 0 {
			return invalid(field, prefix)
		}
	}
	return nil
}

// CheckOptional is Check of an id that may be left out.
func CheckOptional(field, prefix, id string) error {
	if id == "" {
		return nil
	}
	return Check(field, prefix, id)
}

func invalid(field, prefix string) error {
	return fault.Invalid(field, "ID_INVALID", "not an id of the form %s_ and %d characters", prefix, suffixLength)
}
