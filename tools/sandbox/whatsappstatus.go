package sandbox

import "time"

// whatsAppStatus says that a message reached a state. `read` carries neither a conversation nor a price.
// https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#statuses-object
type whatsAppStatus struct {
	ID           string                `json:"id"`
	Status       string                `json:"status"`
	Timestamp    string                `json:"timestamp"`
	RecipientID  string                `json:"recipient_id"`
	Echo         string                `json:"biz_opaque_callback_data,omitempty"`
	Conversation *whatsAppConversation `json:"conversation,omitempty"`
	Pricing      *whatsAppPricing      `json:"pricing,omitempty"`
}

type whatsAppConversation struct {
	ID string `json:"id"`
	// Expires stands only with `sent`.
	Expires string         `json:"expiration_timestamp,omitempty"`
	Origin  whatsAppOrigin `json:"origin"`
}

type whatsAppOrigin struct {
	Type string `json:"type"`
}

type whatsAppPricing struct {
	Billable bool   `json:"billable"`
	Model    string `json:"pricing_model"`
	Category string `json:"category"`
	Type     string `json:"type"`
}

// conversationHours is how long a service conversation stays open.
const conversationHours = 24

// whatsAppStatusBody is the webhook that says a message reached a state. Each says it of one, as in Meta's own examples: updates
// may be batched, but it is not promised (https://developers.facebook.com/docs/graph-api/webhooks/getting-started#event-notifications).
func whatsAppStatusBody(a Account, m *message, s step) ([]byte, error) {
	status := whatsAppStatus{ID: m.ID, Status: s.State, Timestamp: unix(s.Due), RecipientID: digits(m.To), Echo: m.Echo}
	if s.State != "read" {
		status.Conversation = &whatsAppConversation{ID: conversationID(m), Origin: whatsAppOrigin{Type: "service"}}
		status.Pricing = &whatsAppPricing{Model: "PMP", Category: "service", Type: "free_customer_service"}
	}
	if s.State == "sent" {
		status.Conversation.Expires = unix(m.Time.Add(conversationHours * time.Hour))
	}
	return whatsAppBody(a, whatsAppValue{Statuses: []whatsAppStatus{status}})
}
