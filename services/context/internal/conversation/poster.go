package conversation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/typeid"
)

// Post is a message from Parley's side.
type Post struct {
	Request        Request
	ConversationID string
	Text           string
	// InReplyTo is the message that it answers; may be empty.
	InReplyTo string
	// HandlerEpoch under which the author believes to handle the conversation; 0 does not ask.
	HandlerEpoch int64
	Author       Author
	// Agent who posts; empty when the author is none. He must handle the conversation.
	Agent string
}

// Poster appends messages from Parley's side.
type Poster struct {
	store     Store
	vault     Vault
	clock     clock.Clock
	idleAfter time.Duration
}

// NewPoster over a store. A conversation that was silent for idleAfter is not gone on with.
func NewPoster(s Store, v Vault, clk clock.Clock, idleAfter time.Duration) *Poster {
	return &Poster{store: s, vault: v, clock: clk, idleAfter: idleAfter}
}

// Post appends the message, to be delivered where the customer wrote from. A message that was answered already is not
// answered again: whatever was posted first is answered.
func (p *Poster) Post(ctx context.Context, reach Reach, post Post) (Said, error) {
	c, err := conversationWithin(ctx, p.store, reach, post.ConversationID)
	if err != nil {
		return Said{}, err
	}
	origin, err := p.origin(ctx, c, post.InReplyTo)
	if err != nil {
		return Said{}, err
	}
	m, err := p.draft(ctx, origin, post)
	if err != nil {
		return Said{}, err
	}
	return p.write(ctx, reach, post.Request, "in "+post.ConversationID, func(ctx context.Context, tx Tx, request Request) (string, Message, error) {
		posted := m
		id, err := p.postOnce(ctx, tx, post, request, &posted)
		return id, posted, err
	})
}

// PostToCustomer appends a message that answers nothing to the customer's open conversation, or opens one. It goes out where the
// customer wrote last as somebody who is vouched for, in whatever conversation that was: see spokenWith.
func (p *Poster) PostToCustomer(ctx context.Context, reach Reach, customerID string, post Post) (Said, error) {
	if !reach.covers(customerID) {
		return Said{}, ErrCustomerNotFound
	}
	origin, err := spokenWith(func(atLeast Assurance) (Message, error) {
		return p.store.NewestOfCustomer(ctx, reach.Tenant, customerID, atLeast)
	})
	if err != nil {
		return Said{}, err
	}
	m, err := p.draft(ctx, origin, post)
	if err != nil {
		return Said{}, err
	}
	return p.write(ctx, reach, post.Request, "to "+customerID, func(ctx context.Context, tx Tx, request Request) (string, Message, error) {
		posted := m
		id, err := tx.Once(ctx, request, func() (string, error) {
			c, err := openWith(ctx, tx, reach.Tenant, customerID, p.clock(), p.idleAfter)
			if err != nil {
				return "", err
			}
			return m.ID, appendPost(ctx, tx, c, &posted, p.clock(), request.ID)
		})
		return id, posted, err
	})
}

// write posts in one transaction, and answers what was posted: the message of now, or that of the first time, which is read.
func (p *Poster) write(
	ctx context.Context, reach Reach, request Request, where string,
	post func(ctx context.Context, tx Tx, request Request) (messageID string, now Message, err error),
) (Said, error) {
	request.Payload = p.vault.requestKey(reach.Tenant, request.Payload)
	var id string
	var posted Message
	err := p.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		id, posted, err = post(ctx, tx, request)
		return err
	})
	if err != nil {
		return Said{}, fmt.Errorf("posting %s: %w", where, err)
	}
	if id != posted.ID {
		if posted, err = p.store.Message(ctx, reach.Tenant, id); err != nil {
			return Said{}, err
		}
	}
	return p.vault.Open(ctx, posted)
}

// draft is the message, sealed, on the channel, in the thread and to the address from which the origin came.
func (p *Poster) draft(ctx context.Context, origin Message, post Post) (Message, error) {
	m := Message{ID: typeid.New(MessagePrefix), Author: post.Author, InReplyTo: post.InReplyTo}
	return p.vault.answerTo(ctx, origin, m, Content{Kind: Text, Text: post.Text})
}

// origin is the message whose channel and address an answer takes.
func (p *Poster) origin(ctx context.Context, c Conversation, inReplyTo string) (Message, error) {
	if inReplyTo == "" {
		return spokenWith(func(atLeast Assurance) (Message, error) {
			return p.store.NewestInbound(ctx, c.Tenant, c.ID, atLeast)
		})
	}
	m, err := p.store.Message(ctx, c.Tenant, inReplyTo)
	if err == nil && m.ConversationID != c.ID {
		return m, ErrMessageNotFound
	}
	return m, err
}

// spokenWith is the newest message of a sender who is vouched for, before any of one who may be anybody: whoever kept the page of a
// chat from before the customer signed in does not draw to it what nobody asked for there.
func spokenWith(newest func(atLeast Assurance) (Message, error)) (Message, error) {
	m, err := newest(Nobody + 1)
	if errors.Is(err, ErrMessageNotFound) {
		m, err = newest(0)
	}
	if errors.Is(err, ErrMessageNotFound) {
		err = ErrNoAddress
	}
	return m, err
}

// postOnce answers the message's id. The answer to a message that has one comes before everything else: whoever replays
// an event after a crash may have changed their mind, or no longer be the handler.
func (p *Poster) postOnce(ctx context.Context, tx Tx, post Post, request Request, m *Message) (string, error) {
	if post.InReplyTo != "" {
		answer, err := tx.Answer(ctx, request.Tenant, post.InReplyTo)
		if err == nil || !errors.Is(err, ErrMessageNotFound) {
			return answer.ID, err
		}
	}
	return tx.Once(ctx, request, func() (string, error) {
		return m.ID, p.append(ctx, tx, post, request, m)
	})
}

func (p *Poster) append(ctx context.Context, tx Tx, post Post, request Request, m *Message) error {
	c, err := tx.Conversation(ctx, request.Tenant, post.ConversationID)
	if err != nil {
		return err
	}
	if !c.Open() {
		return ErrConversationClosed
	}
	if post.HandlerEpoch != 0 && post.HandlerEpoch != c.HandlerEpoch {
		return ErrHandlerChanged
	}
	if post.Agent != "" && !c.handledBy(post.Agent) {
		return ErrNotYours
	}
	return appendPost(ctx, tx, c, m, p.clock(), request.ID)
}

// appendPost appends a message from our side, which is to be delivered.
func appendPost(ctx context.Context, tx Tx, c Conversation, m *Message, now time.Time, causationID string) error {
	if m.CustomerID != c.CustomerID {
		return ErrContended // it was sealed for a visitor who turned out to be somebody meanwhile
	}
	c.append(m, now)
	c.touch(m)
	m.OccurredTime = m.CreateTime
	m.Delivery = Delivery{State: Pending, UpdateTime: m.CreateTime}
	if err := tx.Append(ctx, c, *m); err != nil {
		return err
	}
	return tx.Emit(ctx, Event{Kind: MessagePosted, Message: *m, Time: now, CausationID: causationID})
}

// conversationWithin reads a conversation; one that is out of reach does not exist.
func conversationWithin(ctx context.Context, s Reader, reach Reach, id string) (Conversation, error) {
	c, err := s.Conversation(ctx, reach.Tenant, id)
	if err == nil && !reach.covers(c.CustomerID) {
		return Conversation{}, ErrConversationNotFound
	}
	return c, err
}
