package conversation

import (
	"context"
	"errors"
	"time"
)

// answerTime is how long an answer of the assistant may be under way before nobody waits for it any more.
const answerTime = 10 * time.Second

// ErrAnswerUnderWay means that what a visitor said is being answered, and until then it stays whose it was.
var ErrAnswerUnderWay = errors.New("an answer is under way")

// joined is a conversation that was held with a visitor, sealed for the customer who it turned out to be.
type joined struct {
	conversation Conversation
	messages     []Message
	requests     []OpenRequest
}

// prepareJoin seals for the customer what was said with the visitors who were merged with them.
func (r *Recorder) prepareJoin(ctx context.Context, e *entry) error {
	e.joined = nil
	for _, visitor := range e.merged {
		held, err := r.store.Conversations(ctx, e.tenant, Selection{CustomerID: visitor}, Mark{}, watchPage)
		if err != nil {
			return err
		}
		for _, c := range held {
			j, err := r.sealedFor(ctx, e.recorded.CustomerID, c)
			if err != nil {
				return err
			}
			e.joined = append(e.joined, j)
		}
	}
	return nil
}

func (r *Recorder) sealedFor(ctx context.Context, customerID string, c Conversation) (joined, error) {
	j := joined{conversation: c}
	for after := int64(0); after < c.LastSequence; {
		page, err := r.store.ConversationMessages(ctx, c.Tenant, c.ID, after, watchPage)
		if err != nil || len(page) == 0 {
			return j, err
		}
		for _, m := range page {
			moved, err := r.vault.giveTo(ctx, customerID, m)
			if err != nil {
				return j, err
			}
			j.messages, after = append(j.messages, moved), m.Sequence
		}
	}
	requests, err := r.store.OpenRequests(ctx, c.Tenant, c.CustomerID, Mark{}, watchPage)
	if err != nil {
		return j, err
	}
	for _, q := range requests {
		if q.Summary, err = r.vault.reseal(ctx, q.CustomerID, customerID, partSummary, q.ID, q.Summary); err != nil {
			return j, err
		}
		j.requests = append(j.requests, q)
	}
	return j, nil
}

// join gives the customer what was said with them when nobody knew who they were.
func (r *Recorder) join(ctx context.Context, tx Tx, e *entry) (Recorded, error) {
	for _, j := range e.joined {
		c, err := tx.Conversation(ctx, e.tenant, j.conversation.ID)
		if err != nil {
			return Recorded{}, err
		}
		if c.Revision != j.conversation.Revision {
			return Recorded{}, errUnprepared
		}
		c.giveTo(e.recorded.CustomerID)
		if err := tx.Emit(ctx, Event{Kind: ConversationMoved, Conversation: c, Time: e.now}); err != nil {
			return Recorded{}, err
		}
		if c.Open() {
			if err := makeRoom(ctx, tx, &c, e.now); err != nil {
				return Recorded{}, err
			}
		}
		if err := tx.Move(ctx, c, j.messages, j.requests); err != nil {
			return Recorded{}, err
		}
	}
	return Recorded{CustomerID: e.recorded.CustomerID}, keepMerged(ctx, tx, e)
}

// keepMerged notes who the visitors are. What was said with them behind prepareJoin has to be moved first; whatever is said
// behind this finds the note.
func keepMerged(ctx context.Context, tx Tx, e *entry) error {
	for _, visitor := range e.merged {
		left, err := tx.Conversations(ctx, e.tenant, Selection{CustomerID: visitor, State: StateOpen}, Mark{}, 1)
		if err != nil {
			return err
		}
		if len(left) > 0 {
			return errUnprepared
		}
		if err := tx.KeepMerged(ctx, e.tenant, visitor, e.recorded.CustomerID); err != nil {
			return err
		}
	}
	return nil
}

// makeRoom sees to it that one conversation is open with the customer: the one that was, unless the visitor's is nearer to a
// person. The visitor's answer is waited for.
func makeRoom(ctx context.Context, tx Tx, c *Conversation, now time.Time) error {
	if err := answerUnderWay(ctx, tx, *c, now); err != nil {
		return err
	}
	mine, err := tx.OpenConversation(ctx, c.Tenant, c.CustomerID, c.Topic)
	if errors.Is(err, ErrConversationNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	visitors, err := nearness(ctx, tx, *c)
	if err != nil {
		return err
	}
	known, err := nearness(ctx, tx, mine)
	if err != nil {
		return err
	}
	if visitors > known {
		return end(ctx, tx, &mine, now)
	}
	return end(ctx, tx, c, now)
}

// nearness to a person: 0 while none is wanted, 1 while one is waited for, 2 once one has taken it up.
func nearness(ctx context.Context, tx Tx, c Conversation) (int, error) {
	if c.Handler != Assistant {
		return 2, nil
	}
	wanted, err := tx.HasOpenRequest(ctx, c.Tenant, c.ID, NeedsPerson)
	if err != nil || !wanted {
		return 0, err
	}
	return 1, nil
}

func answerUnderWay(ctx context.Context, tx Tx, c Conversation, now time.Time) error {
	asked, err := tx.NewestInbound(ctx, c.Tenant, c.ID, 0)
	if errors.Is(err, ErrMessageNotFound) || err == nil && (c.Handler != Assistant || now.Sub(asked.CreateTime) > answerTime) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = tx.Answer(ctx, c.Tenant, asked.ID)
	if errors.Is(err, ErrMessageNotFound) {
		return ErrAnswerUnderWay
	}
	return err
}
