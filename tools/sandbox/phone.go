package sandbox

import (
	"net/http"
	"slices"
	"time"
)

// PhoneMessage is one message as it stands on a customer's phone.
type PhoneMessage struct {
	// ID that the vendor gave it.
	ID       string `json:"id"`
	Provider string `json:"provider"`
	// Mine: the customer wrote it.
	Mine bool      `json:"mine"`
	Text string    `json:"text"`
	Time time.Time `json:"time"`
}

// getPhone answers what the customer of an address wrote and received, whatever the vendor, oldest first.
func (s *server) getPhone(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, s.book.phone(r.URL.Query().Get("address")))
}

func (b *book) phone(address string) []PhoneMessage {
	key := addressKey(address)
	b.mu.RLock()
	shown := slices.Concat(b.byFrom[key], slices.DeleteFunc(slices.Clone(b.byTo[key]), func(m *message) bool { return m.Inbound }))
	b.mu.RUnlock()
	slices.SortStableFunc(shown, func(x, y *message) int { return x.Time.Compare(y.Time) })
	out := []PhoneMessage{}
	for _, m := range shown {
		out = append(out, PhoneMessage{ID: m.ID, Provider: m.Provider, Mine: m.Inbound, Text: m.Text, Time: m.Time})
	}
	return out
}
