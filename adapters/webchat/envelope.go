package webchat

import "net/http"

// Where it stands who speaks, beside what is said, in the inbox. Written by the door alone, from the session: the visitor's
// own words are in the body.
const (
	visitorHeader  = "Webchat-Visitor"
	customerHeader = "Webchat-Customer"
)

// envelope is who says something.
type envelope struct {
	// visitor is the chat; customer is whom the company's site vouched for, empty for nobody.
	visitor, customer string
}

func (e envelope) header() http.Header {
	h := http.Header{visitorHeader: {e.visitor}}
	if e.customer != "" {
		h.Set(customerHeader, e.customer)
	}
	return h
}

func envelopeOf(h http.Header) envelope {
	return envelope{visitor: h.Get(visitorHeader), customer: h.Get(customerHeader)}
}
