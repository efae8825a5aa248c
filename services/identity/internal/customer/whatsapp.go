package customer

import "regexp"

// A WhatsApp user is known by a wa_id, which is digits and as a rule a telephone number, or by a business-scoped user id:
// country, period, up to 128 letters and digits, after "ENT." for the id that linked businesses share. The latter tells no
// telephone number, on purpose.
//
// https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
var (
	waID           = regexp.MustCompile(`^[0-9]{1,20}$`)
	businessScoped = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$`)
)

func newWhatsAppID(value string) (Handle, error) {
	if !waID.MatchString(value) && !businessScoped.MatchString(value) {
		return Handle{}, ErrHandleInvalid
	}
	return Handle{Kind: WhatsAppID, Value: value, Key: value}, nil
}

// phone is the telephone number that a WhatsApp id stands for.
func (h Handle) phone() (Handle, bool) {
	if h.Kind != WhatsAppID || !waID.MatchString(h.Value) {
		return Handle{}, false
	}
	phone, err := newPhone("+" + h.Value)
	return phone, err == nil
}
