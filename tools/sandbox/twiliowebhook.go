package sandbox

import (
	"fmt"
	"net/url"
	"strconv"
)

// twilioStatus is the form of a status callback.
// https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
func twilioStatus(a Account, m *message, s step) url.Values {
	form := url.Values{
		"AccountSid": {a.AccountSID}, "ApiVersion": {twilioVersion}, "From": {m.From}, "To": {m.To},
		"MessageSid": {m.ID}, "MessageStatus": {s.State}, "SmsSid": {m.ID}, "SmsStatus": {s.State},
	}
	if s.State == "delivered" {
		form.Set("RawDlrDoneDate", s.Due.UTC().Format("0601021504"))
	}
	return form
}

// twilioInbound gives m its id and its webhook's body.
// https://www.twilio.com/docs/messaging/guides/webhook-request
func twilioInbound(m *message, a Account, in Inbound) error {
	prefix, media := "SM", url.Values{"NumMedia": {"0"}}
	switch in.Kind {
	case "", "text":
		if in.Text == "" {
			return fmt.Errorf("%w: text: is empty", errInbound)
		}
	case "image":
		prefix = "MM"
		media = url.Values{
			"NumMedia":          {"1"},
			"MediaContentType0": {"image/jpeg"},
			"MediaUrl0":         {"https://api.twilio.com/" + twilioVersion + "/Accounts/" + a.AccountSID + "/Media/ME" + randomHex(16)},
		}
	default:
		return fmt.Errorf("%w: kind: %q is none that comes by SMS", errInbound, in.Kind)
	}
	m.ID = newTwilioSID(prefix)
	form := url.Values{
		"AccountSid": {a.AccountSID}, "ApiVersion": {twilioVersion}, "Body": {in.Text}, "From": {in.From}, "To": {a.Address},
		"MessageSid": {m.ID}, "SmsMessageSid": {m.ID}, "SmsSid": {m.ID}, "SmsStatus": {stateReceived},
		"NumSegments": {strconv.Itoa(segments(in.Text))},
	}
	for _, end := range []string{"From", "To"} {
		form.Set(end+"Country", "US")
		form.Set(end+"State", "NY")
		form.Set(end+"City", "NEW YORK")
		form.Set(end+"Zip", "10001")
	}
	for name, value := range media {
		form[name] = value
	}
	if in.Quoted != "" {
		form.Set("OriginalRepliedMessageSid", in.Quoted)
	}
	m.Raw = form.Encode()
	return nil
}
