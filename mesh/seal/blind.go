package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
)

// blindingKeySize in bytes, the output size of SHA-256 (RFC 2104, section 3).
const blindingKeySize = sha256.Size

// Blind is a keyed hash (HMAC-SHA-256, 32 bytes) by which a sealed value is found again: the same for the same tenant,
// label and value, and without the key neither reversed nor recognised. The label says what the value is ("phone"), so that
// equal values of different kinds do not look alike.
func (k *Keeper) Blind(tenant, label, value string) []byte {
	mac := hmac.New(sha256.New, k.blind)
	for _, part := range []string{tenant, label, value} {
		// The length in front keeps ("a", "bc") and ("ab", "c") apart.
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		mac.Write([]byte(part))
	}
	return mac.Sum(nil)
}
