package conversation

import (
	"context"
	"errors"

	"github.com/parleyhq/parley/mesh/typeid"
)

const (
	// ReasonGone is why a delivery failed whose recipient does not come for it any more: a visitor who left the web chat.
	ReasonGone = "RECIPIENT_GONE"
	// ReasonElsewhere takes its place when the message was posted again, where else the customer wrote.
	ReasonElsewhere = "SENT_ELSEWHERE"
)

// prepareElsewhere drafts the message anew for the channel on which the customer last wrote beside the one where nobody comes for
// it. There may be none.
func (r *Recorder) prepareElsewhere(ctx context.Context, e *entry, status Status) error {
	if status.Delivery.State != Failed || status.Delivery.Reason != ReasonGone {
		return nil
	}
	m, err := r.store.Message(ctx, e.tenant, status.MessageID)
	if err != nil {
		return err
	}
	origin, err := r.store.NewestElsewhere(ctx, e.tenant, m.CustomerID, m.Channel)
	if errors.Is(err, ErrMessageNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	said, err := r.vault.Open(ctx, m)
	if err != nil {
		return err
	}
	again, err := r.vault.answerTo(ctx, origin, Message{ID: typeid.New(MessagePrefix), Author: m.Author}, Content{
		Kind: Text, Text: said.Words.Content.Text, Repeats: m.ID,
	})
	e.elsewhere = &again
	return err
}

// postElsewhere appends what was drafted, in the transaction that notes why: so it is posted once, or not yet.
func (r *Recorder) postElsewhere(ctx context.Context, tx Tx, e *entry) error {
	c, err := openWith(ctx, tx, e.tenant, e.recorded.CustomerID, e.now, r.idleAfter)
	if err != nil {
		return err
	}
	again := *e.elsewhere
	return appendPost(ctx, tx, c, &again, e.now, "")
}
