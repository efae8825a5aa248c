package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

// message is one message that a vendor carried, in either direction, as the journal keeps it.
type message struct {
	ID       string `json:"id"`
	Provider string `json:"provider"`
	Account  string `json:"account"`
	// Inbound: from a customer to Parley.
	Inbound bool `json:"inbound,omitempty"`
	// From and To are E.164 with "+", whatever the vendor writes, mail addresses, or visitors' names.
	From string `json:"from"`
	To   string `json:"to"`
	Text string `json:"text"`
	// Raw is the wire body: what Parley sent, or what the webhook carries; of a mail its source (RFC 5322).
	Raw  string    `json:"raw"`
	Time time.Time `json:"time"`

	// Customer is the reference as whom a visitor of the web site says it; empty for nobody new.
	Customer string `json:"customer,omitempty"`

	// Echo is WhatsApp's biz_opaque_callback_data, given back with every status.
	Echo string `json:"echo,omitempty"`
	// Callback is Twilio's StatusCallback, to the letter, since it is signed.
	Callback string `json:"callback,omitempty"`

	// Steps are the webhooks that follow. Their place in the list is their name in the journal.
	Steps []step `json:"steps,omitempty"`
	// Ordered: a step is posted when the one before it was tried.
	Ordered bool `json:"ordered,omitempty"`
}

// step is one webhook about a message: a status, or the message itself.
type step struct {
	State string    `json:"state"`
	Due   time.Time `json:"due"`
}

// stateReceived is the step of an inbound message: the webhook that carries it.
const stateReceived = "received"

// states that an accepted message goes through, in order. Twilio posts no callback for `queued`, which its answer says.
func states(provider string) []string {
	switch provider {
	case WhatsApp:
		return []string{"sent", "delivered", "read"}
	case Twilio:
		return []string{"sent", "delivered"}
	default: // of a mail that was taken nothing is heard any more
		return nil
	}
}

// reached is the newest state whose time has come, and when the message left; both are zero before that.
func (m *message) reached(now time.Time) (state string, left time.Time) {
	best := -1
	for _, s := range m.Steps {
		if s.Due.After(now) {
			continue
		}
		best = max(best, slices.Index(states(m.Provider), s.State))
		if left.IsZero() || s.Due.Before(left) {
			left = s.Due
		}
	}
	if best < 0 {
		return "", time.Time{}
	}
	return states(m.Provider)[best], left
}

// stepName is a step's name in the journal, unique in it.
func stepName(messageID string, index int) string { return messageID + "#" + strconv.Itoa(index) }

// newWhatsAppID looks as Meta's do: base64 of a small envelope around the customer's number and a random token.
func newWhatsAppID(digits string) string {
	envelope := []byte{0x1c, 0x18, byte(len(digits))}
	envelope = append(envelope, digits...)
	envelope = append(envelope, 0x15, 0x02, 0x00, 0x11, 0x18, 0x12)
	envelope = append(envelope, strings.ToUpper(randomHex(9))...)
	envelope = append(envelope, 0x00)
	return "wamid." + base64.StdEncoding.EncodeToString(envelope)
}

// newTwilioSID: SM for a text, MM when it carries media.
func newTwilioSID(prefix string) string { return prefix + randomHex(16) }

func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// digits are those of an address, which is how WhatsApp writes a number.
func digits(address string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, address)
}

// addressKey is what addresses are compared by: numbers with or without "+" (which an unescaped query turns into a
// blank), mail in any case.
func addressKey(address string) string {
	return strings.ToLower(strings.TrimLeft(strings.TrimSpace(address), "+"))
}
