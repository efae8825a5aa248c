package twilio

import (
	"fmt"

	"github.com/parleyhq/parley/adapters/channel"
)

// vendorFault is what one of Twilio's error codes means to us.
type vendorFault struct {
	kind   channel.SendErrorKind
	reason string
}

// faults are the codes that a text message can meet: https://www.twilio.com/docs/api/errors. The 30000s come in status
// callbacks only, where the kind does not matter. Refused credentials are retryable: the message was not taken, and an
// operator can mend them while it waits. After 20503 Twilio says to try again; after 20500 it says that the customer may
// then get the message twice.
var faults = map[int]vendorFault{
	14107: {channel.RateLimited, "RATE_LIMITED"},
	20003: {channel.Retryable, "CREDENTIALS_REFUSED"},
	20005: {channel.Permanent, "ACCOUNT_BLOCKED"},
	20429: {channel.AccountLimited, "RATE_LIMITED"},
	20500: {channel.Unknown, "VENDOR_FAILED"},
	20503: {channel.Retryable, "VENDOR_OVERLOADED"},
	21211: {channel.Permanent, "INVALID_RECIPIENT"},
	21212: {channel.Permanent, "INVALID_OWN_NUMBER"},
	21408: {channel.Permanent, "COUNTRY_RESTRICTED"},
	21602: {channel.Permanent, "INVALID_REQUEST"},
	21603: {channel.Permanent, "INVALID_REQUEST"},
	21604: {channel.Permanent, "INVALID_REQUEST"},
	21606: {channel.Permanent, "INVALID_OWN_NUMBER"},
	21608: {channel.Permanent, "RECIPIENT_NOT_ALLOWED"},
	21609: {channel.Permanent, "INVALID_STATUS_CALLBACK"},
	21610: {channel.Permanent, "SUPPRESSED"},
	21611: {channel.AccountLimited, "QUEUE_FULL"},
	21612: {channel.Permanent, "NO_ROUTE"},
	21614: {channel.Permanent, "RECIPIENT_NOT_MOBILE"},
	21617: {channel.Permanent, "TEXT_TOO_LONG"},
	30001: {channel.AccountLimited, "QUEUE_FULL"},
	30002: {channel.Permanent, "ACCOUNT_BLOCKED"},
	30003: {channel.Permanent, "RECIPIENT_UNREACHABLE"},
	30004: {channel.Permanent, "RECIPIENT_BLOCKED"},
	30005: {channel.Permanent, "UNKNOWN_RECIPIENT"},
	30006: {channel.Permanent, "RECIPIENT_NOT_MOBILE"},
	30007: {channel.Permanent, "FILTERED_BY_CARRIER"},
	30008: {channel.Permanent, "UNDELIVERABLE"},
	30034: {channel.Permanent, "OWN_NUMBER_NOT_REGISTERED"},
	63038: {channel.AccountLimited, "DAILY_LIMIT"},
}

// reasonOf names any code; one without a meaning here goes by its number.
func reasonOf(code int) string {
	if f, known := faults[code]; known {
		return f.reason
	}
	return fmt.Sprintf("TWILIO_%d", code)
}
