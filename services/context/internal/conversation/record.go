package conversation

import (
	"context"
	"errors"
)

// Prefixes of the ids made here.
const (
	ConversationPrefix = "conversation"
	MessagePrefix      = "message"
	RequestPrefix      = "request"
	CustomerPrefix     = "customer"
)

// appendInbound puts a customer's message at the end of the customer's open conversation, changed already by what came
// before it.
func (r *Recorder) appendInbound(ctx context.Context, tx Tx, e *entry) (Recorded, error) {
	known, err := tx.MessageByExternalKey(ctx, e.tenant, e.event.Account, e.externalKey)
	if err == nil {
		return recordedAs(known), nil
	}
	if !errors.Is(err, ErrMessageNotFound) {
		return Recorded{}, err
	}
	c, err := openWith(ctx, tx, e.tenant, e.recorded.CustomerID, e.now, r.idleAfter)
	if err != nil {
		return Recorded{}, err
	}
	m := e.message
	c.append(&m, e.now)
	if err := r.applyWaiting(ctx, tx, e, &m); err != nil {
		return Recorded{}, err
	}
	c.touch(&m)
	if err := tx.Append(ctx, c, m); err != nil {
		return Recorded{}, err
	}
	return recordedAs(m), tx.Emit(ctx, e.emits(MessageRecorded, m))
}

// applyWaiting changes the message by what waited for it.
func (r *Recorder) applyWaiting(ctx context.Context, tx Tx, e *entry, m *Message) error {
	waiting, err := tx.Waiting(ctx, e.tenant, e.event.Account, e.externalKey)
	if err != nil || len(waiting) == 0 {
		return err
	}
	for _, w := range waiting {
		ready, ok := e.rebound[w.ID]
		if !ok {
			return errUnprepared
		}
		if ready.allows(*m) {
			ready.apply(m)
		}
	}
	return tx.DropWaiting(ctx, e.tenant, e.event.Account, e.externalKey)
}

// changeOrWait changes a message that is known; a change that came before its message waits for it.
func (r *Recorder) changeOrWait(ctx context.Context, tx Tx, e *entry) (Recorded, error) {
	m, err := tx.MessageByExternalKey(ctx, e.tenant, e.event.Account, e.externalKey)
	if errors.Is(err, ErrMessageNotFound) {
		return Recorded{CustomerID: e.recorded.CustomerID}, tx.Wait(ctx, e.change, mostWaiting)
	}
	if err != nil {
		return Recorded{}, err
	}
	if !e.change.allows(m) {
		return Recorded{}, ErrMessageNotFound
	}
	if e.change.Sealed != nil && e.change.BoundTo != m.ID {
		return Recorded{}, errUnprepared
	}
	if !e.change.apply(&m) {
		return recordedAs(m), nil
	}
	return recordedAs(m), r.saveChanged(ctx, tx, e, m)
}

// foldStatus raises the delivery of a message of ours. The vendor's name for the message, when it is told for the first
// time, also lets in the reactions that waited for it.
func (r *Recorder) foldStatus(ctx context.Context, tx Tx, e *entry, status Status) (Recorded, error) {
	m, err := tx.Message(ctx, e.tenant, status.MessageID)
	if err != nil {
		return Recorded{}, err
	}
	if m.Direction != Outbound || m.Account != e.event.Account {
		return Recorded{}, ErrMessageNotFound
	}
	if m.CustomerID != e.recorded.CustomerID {
		return Recorded{}, ErrContended // as of a post: see appendPost
	}
	newer := status.Delivery
	if newer.UpdateTime.IsZero() {
		newer.UpdateTime = e.event.OccurredTime
	}
	changed := m.Delivery.fold(newer)
	again := changed && e.elsewhere != nil
	if again {
		m.Delivery.Reason = ReasonElsewhere
	}
	named, err := r.name(ctx, tx, e, &m)
	if err != nil {
		return Recorded{}, err
	}
	if !changed && !named {
		return recordedAs(m), nil
	}
	if err := r.saveChanged(ctx, tx, e, m); err != nil || !again {
		return recordedAs(m), err
	}
	return recordedAs(m), r.postElsewhere(ctx, tx, e)
}

// name gives the message the vendor's id, unless it has one or the id is another message's.
func (r *Recorder) name(ctx context.Context, tx Tx, e *entry, m *Message) (named bool, err error) {
	if e.externalKey == nil || m.ExternalKey != nil {
		return false, nil
	}
	_, err = tx.MessageByExternalKey(ctx, e.tenant, m.Account, e.externalKey)
	if err == nil {
		return false, nil
	}
	if !errors.Is(err, ErrMessageNotFound) {
		return false, err
	}
	m.ExternalID, m.ExternalKey = e.externalID, e.externalKey
	return true, r.applyWaiting(ctx, tx, e, m)
}

func (r *Recorder) saveChanged(ctx context.Context, tx Tx, e *entry, m Message) error {
	c, err := tx.Conversation(ctx, e.tenant, m.ConversationID)
	if err != nil {
		return err
	}
	c.touch(&m)
	if err := tx.Change(ctx, c, m); err != nil {
		return err
	}
	return tx.Emit(ctx, e.emits(MessageChanged, m))
}

func (e *entry) emits(kind EventKind, m Message) Event {
	event := Event{Kind: kind, Message: m, Time: e.now}
	if e.event.Sender != nil {
		event.Assurance = max(e.event.Sender.Assurance, Nobody)
	}
	return event
}

func recordedAs(m Message) Recorded {
	return Recorded{CustomerID: m.CustomerID, ConversationID: m.ConversationID, MessageID: m.ID}
}
