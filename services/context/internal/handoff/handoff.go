// Package handoff makes what an agent needs to know to take a conversation up, from the records, when it is asked for: nothing
// of it is kept, so nothing of it is ever old, half written, or in the way of an erasure.
package handoff

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/parleyhq/parley/services/context/internal/conversation"
)

const (
	// mostSaid messages are in a hand-off, and mostRequests that nobody has done; of both the newest.
	mostSaid     = 30
	mostRequests = 100
)

// Packet is a hand-off.
type Packet struct {
	Conversation conversation.Conversation
	Customer     Customer
	// Assurance of the customer's newest message.
	Assurance conversation.Assurance
	// Wanted says why a person is wanted in the conversation; the other lines are of the customer, whatever the conversation.
	Wanted   []Line
	Said     []conversation.Said
	SaidMore bool
	Records
	// Asked is what the assistant asked last and has no answer to; nil when there is no such question.
	Asked *Line
	// Requests that nobody has done, beyond those of Wanted.
	Requests []Line
}

// Line is one sentence, and where it is from.
type Line struct {
	Text string
	// MessageID and RecordID of what it is from; one of them may be empty.
	MessageID, RecordID string
	Time                time.Time
	// Due is the last day on which a promise is kept in time; zero for what is no promise.
	Due Date
}

// Date is a day in the tenant's zone.
type Date struct{ Year, Month, Day int }

// Customer is who it is.
type Customer struct {
	ID, Name, Locale string
	Handles          []Handle
}

// Handle is one address of the customer and what vouches for it.
type Handle struct {
	conversation.Handle
	Assurance conversation.Assurance
	LinkTime  time.Time
}

// Records are what other services keep of a customer.
type Records struct{ Done, Open, Promised []Line }

// Customers knows who somebody is. ErrCustomerNotFound of package conversation says that nobody is it.
type Customers interface {
	Customer(ctx context.Context, tenant, id string) (Customer, error)
}

// Cases knows what was done for a customer and promised to him.
type Cases interface {
	Records(ctx context.Context, tenant, customerID string) (Records, error)
}

// Maker of hand-offs.
type Maker struct {
	timeline  *conversation.Timeline
	requests  *conversation.Requests
	customers Customers
	cases     Cases
}

// NewMaker over what is remembered here and elsewhere.
func NewMaker(t *conversation.Timeline, q *conversation.Requests, c Customers, cases Cases) *Maker {
	return &Maker{timeline: t, requests: q, customers: c, cases: cases}
}

// Make the hand-off of a conversation.
func (m *Maker) Make(ctx context.Context, reach conversation.Reach, id string) (p Packet, err error) {
	if p.Conversation, err = m.timeline.Conversation(ctx, reach, id); err != nil {
		return Packet{}, err
	}
	customerID := p.Conversation.CustomerID
	p.Customer, err = m.customers.Customer(ctx, reach.Tenant, customerID)
	if errors.Is(err, conversation.ErrCustomerNotFound) { // erased: what is left has no name
		p.Customer, err = Customer{ID: customerID}, nil
	}
	if err != nil {
		return Packet{}, fmt.Errorf("hand over %s: who it is: %w", id, err)
	}
	if p.Said, p.SaidMore, err = m.timeline.Newest(ctx, reach, customerID, mostSaid); err != nil {
		return Packet{}, fmt.Errorf("hand over %s: what was said: %w", id, err)
	}
	if p.Records, err = m.cases.Records(ctx, reach.Tenant, customerID); err != nil {
		return Packet{}, fmt.Errorf("hand over %s: what was done: %w", id, err)
	}
	if err := m.addRequests(ctx, reach, &p); err != nil {
		return Packet{}, fmt.Errorf("hand over %s: what is wanted: %w", id, err)
	}
	p.readSaid()
	return p, nil
}

// addRequests parts what wants a person here from everything else that nobody has done.
func (m *Maker) addRequests(ctx context.Context, reach conversation.Reach, p *Packet) error {
	wanted, err := m.newestRequests(ctx, reach, p.Conversation.CustomerID)
	if err != nil {
		return err
	}
	words, err := m.words(ctx, reach, wanted)
	if err != nil {
		return err
	}
	for _, w := range wanted {
		line := Line{Text: w.Words, MessageID: w.MessageID, RecordID: w.ID, Time: w.CreateTime}
		if said := words[w.MessageID]; said != "" {
			line.Text += " “" + said + "”"
		}
		if w.ConversationID == p.Conversation.ID && w.Kind == conversation.NeedsPerson {
			p.Wanted = append(p.Wanted, line)
		} else {
			p.Requests = append(p.Requests, line)
		}
	}
	return nil
}

// newestRequests of the customer, oldest first.
func (m *Maker) newestRequests(ctx context.Context, reach conversation.Reach, customerID string) ([]conversation.Wanted, error) {
	var newest []conversation.Wanted
	after := conversation.Mark{}
	for {
		page, err := m.requests.List(ctx, reach, customerID, after, mostRequests)
		if err != nil {
			return nil, err
		}
		newest = append(newest, page...)
		newest = newest[max(0, len(newest)-mostRequests):]
		if len(page) < mostRequests {
			return newest, nil
		}
		last := page[len(page)-1]
		after = conversation.Mark{Time: last.CreateTime, ID: last.ID}
	}
}

// words of the messages in which it was asked, by their ids.
func (m *Maker) words(ctx context.Context, reach conversation.Reach, wanted []conversation.Wanted) (map[string]string, error) {
	var ids []string
	for _, w := range wanted {
		if w.MessageID != "" {
			ids = append(ids, w.MessageID)
		}
	}
	said, _, err := m.timeline.Batch(ctx, reach, ids)
	words := map[string]string{}
	for _, s := range said {
		words[s.ID] = s.Words.Content.Text
	}
	return words, err
}

// readSaid finds how well the customer was known last, and the question that stands: the last one of the assistant, if the
// customer has written nothing since but that a person is wanted.
func (p *Packet) readSaid() {
	wants := map[string]bool{}
	for _, line := range p.Wanted {
		wants[line.MessageID] = true
	}
	for _, s := range p.Said {
		switch {
		case s.Direction == conversation.Inbound:
			p.Assurance = s.Assurance
			if !wants[s.ID] {
				p.Asked = nil
			}
		case s.Author == conversation.ByAssistant && !wants[s.InReplyTo] && strings.Contains(s.Words.Content.Text, "?"):
			p.Asked = &Line{Text: s.Words.Content.Text, MessageID: s.ID, Time: s.CreateTime}
		}
	}
}
