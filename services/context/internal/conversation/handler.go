package conversation

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
)

// Handlers says who answers in a conversation.
type Handlers struct {
	store Store
	desk  Desk
	clock clock.Clock
}

// Desk is where conversations are given to agents.
type Desk interface {
	// Has says whether the agent has accepted the conversation and is not done with it.
	Has(ctx context.Context, tenant, conversationID, agent string) (bool, error)
}

// NewHandlers over a store.
func NewHandlers(s Store, d Desk, clk clock.Clock) *Handlers {
	return &Handlers{store: s, desk: d, clock: clk}
}

// Set makes somebody the handler. An epoch that is not zero must be the conversation's.
func (h *Handlers) Set(ctx context.Context, reach Reach, id string, handler Handler, agent string, epoch int64) (Conversation, error) {
	return h.change(ctx, reach, id, func(ctx context.Context, tx Tx, c *Conversation) error {
		if !c.Open() {
			return ErrConversationClosed
		}
		if epoch != 0 && epoch != c.HandlerEpoch {
			return ErrHandlerChanged
		}
		return h.handOver(ctx, tx, c, handler, agent)
	})
}

// Close ends the conversation, by the agent who handles it or, when the agent is empty, by anybody else who may.
func (h *Handlers) Close(ctx context.Context, reach Reach, id, agent string) (Conversation, error) {
	return h.change(ctx, reach, id, func(ctx context.Context, tx Tx, c *Conversation) error {
		if agent != "" && !c.handledBy(agent) {
			return ErrNotYours
		}
		if !c.Open() {
			return nil
		}
		return end(ctx, tx, c, h.clock())
	})
}

func (h *Handlers) change(
	ctx context.Context, reach Reach, id string, do func(ctx context.Context, tx Tx, c *Conversation) error,
) (Conversation, error) {
	err := h.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, err := conversationWithin(ctx, tx, reach, id)
		if err != nil {
			return err
		}
		return do(ctx, tx, &c)
	})
	if err != nil {
		return Conversation{}, fmt.Errorf("changing who handles %s: %w", id, err)
	}
	return h.store.Conversation(ctx, reach.Tenant, id)
}

// Step is something that happened to the conversation's task in routing, and what it means for who handles it.
type Step struct {
	Tenant         string
	ConversationID string
	// Sequence among all steps of the conversation's tasks.
	Sequence int64
	Handler  Handler
	Agent    string
	// Settled says that no person is wanted any more.
	Settled bool
}

// Follow what routing decided, once, whatever order and however often it is told. All of it is one transaction: who handles
// the conversation, its epoch, and what is settled. A conversation that is not there, or closed, has no handler to change.
func (h *Handlers) Follow(ctx context.Context, s Step) error {
	err := h.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.Conversation(ctx, s.Tenant, s.ConversationID)
		if errors.Is(err, ErrConversationNotFound) {
			return nil
		}
		if err != nil || s.Sequence <= c.TaskSequence {
			return err
		}
		c.TaskSequence = s.Sequence
		if s.Settled {
			if err := tx.SettleRequests(ctx, c.Tenant, c.ID, NeedsPerson, h.clock()); err != nil {
				return err
			}
		}
		if !c.Open() {
			return tx.UpdateConversation(ctx, c)
		}
		return h.handOver(ctx, tx, &c, s.Handler, s.Agent)
	})
	if err != nil {
		return fmt.Errorf("following routing in %s: %w", s.ConversationID, err)
	}
	return nil
}

// CatchUp makes the agent the handler if he has accepted the conversation and the news of it is still under way, so that what
// he says right after accepting is not refused. ErrNotYours says that he has not.
func (h *Handlers) CatchUp(ctx context.Context, reach Reach, id, agent string) error {
	c, err := conversationWithin(ctx, h.store, reach, id)
	if err != nil || c.handledBy(agent) {
		return err
	}
	has, err := h.desk.Has(ctx, reach.Tenant, id, agent)
	if err != nil {
		return fmt.Errorf("asking who has %s: %w", id, err)
	}
	if !has {
		return ErrNotYours
	}
	// With the epoch that was read before routing was asked: whatever was told since is newer than its answer.
	_, err = h.Set(ctx, reach, id, Person, agent, c.HandlerEpoch)
	return err
}

func (h *Handlers) handOver(ctx context.Context, tx Tx, c *Conversation, handler Handler, agent string) error {
	changed := c.handOver(handler, agent)
	if err := tx.UpdateConversation(ctx, *c); err != nil || !changed {
		return err
	}
	return tx.Emit(ctx, Event{Kind: HandlerChanged, Conversation: *c, Time: h.clock()})
}

// end closes a conversation.
func end(ctx context.Context, tx Tx, c *Conversation, now time.Time) error {
	c.Close(now)
	if err := tx.UpdateConversation(ctx, *c); err != nil {
		return err
	}
	return tx.Emit(ctx, Event{Kind: ConversationClosed, Conversation: *c, Time: now})
}
