package customer

import (
	"net/mail"
	"strings"

	"golang.org/x/net/idna"
)

// Limits of RFC 5321, section 4.5.3.1, in bytes.
const (
	maxLocalPart = 64
	maxDomain    = 255
)

// domains are compared as mail servers see them: lower case, international ones in their ASCII form (RFC 5891).
var domains = idna.New(idna.MapForLookup(), idna.VerifyDNSLength(true))

// newEmail lower-cases the whole address. RFC 5321, section 2.4, lets a host tell "Ana" from "ana"; hosts that do cannot be
// reached by half of the world, and people write their own address either way. Nothing else is folded: what dots and
// "+tags" mean is known to each host alone, and two people must never become one.
func newEmail(value string) (Handle, error) {
	address, err := mail.ParseAddress(value)
	if err != nil || address.Name != "" || address.Address != value {
		return Handle{}, ErrHandleInvalid
	}
	at := strings.LastIndexByte(value, '@')
	local := strings.ToLower(value[:at])
	domain, err := domains.ToASCII(strings.TrimSuffix(value[at+1:], "."))
	if err != nil || len(local) > maxLocalPart || len(domain) > maxDomain || !strings.Contains(domain, ".") {
		return Handle{}, ErrHandleInvalid
	}
	normal := local + "@" + domain
	return Handle{Kind: Email, Value: normal, Key: normal}, nil
}
