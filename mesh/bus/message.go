package bus

import "context"

// Message is what is published. The ID tells a second publication of the same event from another event; Data is an
// eventsv1.Envelope, marshalled.
type Message struct {
	Subject, ID string
	Data        []byte
}

// Publisher is what the outbox needs of a bus.
type Publisher interface {
	// Publish returns nil when every message is confirmed. After an error some may have been: publish all of them again.
	Publish(ctx context.Context, msgs []Message) error
}
