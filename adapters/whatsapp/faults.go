package whatsapp

import (
	"fmt"

	"github.com/parleyhq/parley/adapters/channel"
)

// vendorFault is what one of Meta's error codes means to us.
type vendorFault struct {
	kind   channel.SendErrorKind
	reason string
}

// faults are the codes that a text message can meet, by the meaning that Meta gives them:
// https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
//
// Refused credentials and rights are retryable: the message was not taken, and an operator can mend them while it waits.
// Of the failures inside Meta, those documented as "the message was not sent" may be sent again; code 1 may mean a
// server error at any point, so it leaves the outcome open.
var faults = map[int]vendorFault{
	0:      {channel.Retryable, "CREDENTIALS_REFUSED"},
	1:      {channel.Unknown, "VENDOR_FAILED"},
	2:      {channel.Retryable, "VENDOR_OVERLOADED"},
	3:      {channel.Retryable, "RIGHTS_MISSING"},
	4:      {channel.AccountLimited, "APP_RATE_LIMITED"},
	10:     {channel.Retryable, "RIGHTS_MISSING"},
	33:     {channel.Permanent, "OWN_NUMBER_DELETED"},
	100:    {channel.Permanent, "INVALID_REQUEST"},
	190:    {channel.Retryable, "CREDENTIALS_REFUSED"},
	368:    {channel.Permanent, "ACCOUNT_BLOCKED"},
	613:    {channel.AccountLimited, "APP_RATE_LIMITED"},
	80007:  {channel.AccountLimited, "ACCOUNT_RATE_LIMITED"},
	130429: {channel.AccountLimited, "THROUGHPUT_LIMITED"},
	130472: {channel.Permanent, "RECIPIENT_IN_EXPERIMENT"},
	130497: {channel.Permanent, "COUNTRY_RESTRICTED"},
	131000: {channel.Retryable, "VENDOR_FAILED"},
	131005: {channel.Retryable, "RIGHTS_MISSING"},
	131008: {channel.Permanent, "INVALID_REQUEST"},
	131009: {channel.Permanent, "INVALID_REQUEST"},
	131016: {channel.Retryable, "VENDOR_OVERLOADED"},
	131021: {channel.Permanent, "RECIPIENT_IS_SENDER"},
	131026: {channel.Permanent, "UNDELIVERABLE"},
	131030: {channel.Permanent, "RECIPIENT_NOT_ALLOWED"},
	131031: {channel.Permanent, "ACCOUNT_BLOCKED"},
	131037: {channel.Permanent, "DISPLAY_NAME_NOT_APPROVED"},
	131042: {channel.Permanent, "PAYMENT_PROBLEM"},
	131045: {channel.Permanent, "OWN_NUMBER_NOT_REGISTERED"},
	131047: {channel.Permanent, "OUTSIDE_SERVICE_WINDOW"},
	131048: {channel.AccountLimited, "QUALITY_LIMITED"},
	131049: {channel.Permanent, "VENDOR_CHOSE_NOT_TO_DELIVER"},
	131050: {channel.Permanent, "SUPPRESSED"},
	131051: {channel.Permanent, "UNSUPPORTED_KIND"},
	131053: {channel.Permanent, "MEDIA_REFUSED"},
	131056: {channel.RateLimited, "RECIPIENT_RATE_LIMITED"},
	131057: {channel.Retryable, "ACCOUNT_IN_MAINTENANCE"},
	131062: {channel.Permanent, "NUMBER_NEEDED"},
	133010: {channel.Permanent, "OWN_NUMBER_NOT_REGISTERED"},
}

// faultOf gives a code its meaning, or false. The codes of missing rights are a range.
func faultOf(code int) (vendorFault, bool) {
	if code >= 200 && code <= 299 {
		return vendorFault{channel.Retryable, "RIGHTS_MISSING"}, true
	}
	f, known := faults[code]
	return f, known
}

// reasonOf names any code; one without a meaning here goes by its number.
func reasonOf(code int) string {
	if f, known := faultOf(code); known {
		return f.reason
	}
	return fmt.Sprintf("WHATSAPP_%d", code)
}
