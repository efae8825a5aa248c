package sandbox

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// twilioResource is Twilio's Message resource.
// https://www.twilio.com/docs/messaging/api/message-resource#message-properties
type twilioResource struct {
	AccountSID          string            `json:"account_sid"`
	APIVersion          string            `json:"api_version"`
	Body                string            `json:"body"`
	DateCreated         string            `json:"date_created"`
	DateSent            *string           `json:"date_sent"`
	DateUpdated         string            `json:"date_updated"`
	Direction           string            `json:"direction"`
	ErrorCode           *int              `json:"error_code"`
	ErrorMessage        *string           `json:"error_message"`
	From                string            `json:"from"`
	MessagingServiceSID *string           `json:"messaging_service_sid"`
	NumMedia            string            `json:"num_media"`
	NumSegments         string            `json:"num_segments"`
	Price               *string           `json:"price"`
	PriceUnit           string            `json:"price_unit"`
	SID                 string            `json:"sid"`
	Status              string            `json:"status"`
	SubresourceURIs     map[string]string `json:"subresource_uris"`
	To                  string            `json:"to"`
	URI                 string            `json:"uri"`
}

const twilioVersion = "2010-04-01"

func newTwilioResource(account *Account, m *message, now time.Time) twilioResource {
	path := "/" + twilioVersion + "/Accounts/" + account.AccountSID + "/Messages/" + m.ID
	r := twilioResource{
		AccountSID: account.AccountSID, APIVersion: twilioVersion, Body: m.Text, SID: m.ID, From: m.From, To: m.To,
		DateCreated: twilioDate(m.Time), DateUpdated: twilioDate(m.Time), Direction: "outbound-api", Status: "queued",
		NumMedia: "0", NumSegments: strconv.Itoa(segments(m.Text)), PriceUnit: "USD",
		SubresourceURIs: map[string]string{"media": path + "/Media.json"}, URI: path + ".json",
	}
	if m.Inbound {
		sent := twilioDate(m.Time)
		r.Direction, r.Status, r.DateSent = "inbound", stateReceived, &sent
		return r
	}
	if state, left := m.reached(now); state != "" {
		sent := twilioDate(left)
		r.Status, r.DateSent, r.DateUpdated = state, &sent, sent
	}
	return r
}

// twilioDate is RFC 2822 in GMT, to the second.
func twilioDate(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700") }

// gsm7 is the GSM 03.38 alphabet; the characters of gsm7Extended take two places.
const (
	gsm7         = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsm7Extended = "\f^{}\\[~]|€"
)

// segments is how many SMS a text takes: 160 characters of GSM-7, or 153 each when there are several; else 70 or 67 units
// of UCS-2. https://www.twilio.com/docs/glossary/what-sms-character-limit
func segments(text string) int {
	length, single, several := 0, 160, 153
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsm7, r):
			length++
		case strings.ContainsRune(gsm7Extended, r):
			length += 2
		default:
			return count(len(utf16.Encode([]rune(text))), 70, 67)
		}
	}
	return count(length, single, several)
}

func count(length, single, several int) int {
	if length <= single {
		return 1
	}
	return (length + several - 1) / several
}
