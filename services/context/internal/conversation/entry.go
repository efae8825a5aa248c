package conversation

import (
	"context"
	"errors"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
)

// errUnprepared: within the transaction something was found that had to be sealed before it. Prepare and write again.
var errUnprepared = errors.New("not everything was sealed before the transaction")

// errMergedInto: who the event was taken for turned out to be this customer. Prepare for them and write again.
type errMergedInto string

func (customerID errMergedInto) Error() string {
	return "it is the event of " + string(customerID) + " by now"
}

// entry is an event on its way into the store. A transaction does no I/O, so all that it will write is sealed before.
type entry struct {
	tenant string
	event  ChannelEvent
	key    []byte
	now    time.Time
	// externalKey of the message that the event is about; nil when the event does not say.
	externalKey []byte

	message    Message  // of an InboundMessage, complete but for its place in the conversation
	externalID Sealed   // of a Status
	elsewhere  *Message // of a Status by which a message is posted again on another channel
	change     Change   // of an Edit, a Deletion or a Reacted
	// merged are the visitors who turned out to be the customer, joined what was said with them. Of an Identified.
	merged []string
	joined []joined
	// rebound are the changes found waiting by an earlier attempt, sealed for the message; by their id.
	rebound map[string]Change
	tried   bool

	recorded Recorded
	err      error
}

func (r *Recorder) entry(tenant string, event ChannelEvent) *entry {
	e := &entry{tenant: tenant, event: event, key: r.vault.eventKey(tenant, event.Account, event.Key), now: r.clock()}
	// A clock that runs ahead must not keep later edits out.
	if e.event.OccurredTime.IsZero() || e.event.OccurredTime.After(e.now) {
		e.event.OccurredTime = e.now
	}
	if id := externalID(event.What); id != "" {
		e.externalKey = r.vault.externalKey(tenant, event.Account, id)
	}
	return e
}

func externalID(what Happening) string {
	switch what := what.(type) {
	case InboundMessage:
		return what.ExternalID
	case Status:
		return what.ExternalID
	case Edit:
		return what.ExternalID
	case Deletion:
		return what.ExternalID
	case Reacted:
		return what.ExternalID
	default:
		return ""
	}
}

// sender is the same for entries whose customer is the same without asking.
func (e *entry) sender() string {
	switch what := e.event.What.(type) {
	case Status:
		return "message\x00" + what.MessageID
	case Identified:
		return "identified\x00" + e.event.Key
	}
	return "sender\x00" + e.event.Sender.Key()
}

// isOf makes it the event of another customer, for whom nothing is sealed yet.
func (e *entry) isOf(customerID string) {
	e.recorded.CustomerID, e.tried, e.rebound = customerID, false, nil
}

// prepare seals what the transaction will write.
func (r *Recorder) prepare(ctx context.Context, e *entry) error {
	switch what := e.event.What.(type) {
	case InboundMessage:
		return r.prepareMessage(ctx, e, what)
	case Status:
		return r.prepareStatus(ctx, e, what)
	case Identified:
		return r.prepareJoin(ctx, e)
	case Edit:
		return r.prepareChange(ctx, e, ChangeEdit, func(boundTo string) (Sealed, error) {
			return r.vault.sealContent(ctx, e.recorded.CustomerID, boundTo, what.Content)
		})
	case Reacted:
		return r.prepareChange(ctx, e, ChangeReaction, func(boundTo string) (Sealed, error) {
			return r.vault.seal(ctx, e.recorded.CustomerID, partEmoji, boundTo, []byte(what.Emoji))
		})
	default:
		return r.prepareChange(ctx, e, ChangeDeletion, func(string) (Sealed, error) { return nil, nil })
	}
}

func (r *Recorder) prepareMessage(ctx context.Context, e *entry, what InboundMessage) (err error) {
	if e.tried {
		return r.rebind(ctx, e, e.message.ID)
	}
	m := Message{
		ID: typeid.New(MessagePrefix), Channel: e.event.Channel, Account: e.event.Account,
		Direction: Inbound, Author: Customer, ExternalKey: e.externalKey, OccurredTime: e.event.OccurredTime,
		Assurance: max(e.event.Sender.Assurance, Nobody),
	}
	customer := e.recorded.CustomerID
	if m.Content, err = r.vault.sealContent(ctx, customer, m.ID, what.Content); err != nil {
		return err
	}
	if m.Address, err = r.vault.seal(ctx, customer, partAddress, m.ID, []byte(e.event.Sender.Address)); err != nil {
		return err
	}
	if m.ExternalID, err = r.vault.seal(ctx, customer, partExternalID, m.ID, []byte(what.ExternalID)); err != nil {
		return err
	}
	e.message, e.tried = m, true
	return nil
}

func (r *Recorder) prepareStatus(ctx context.Context, e *entry, what Status) (err error) {
	if e.tried {
		return r.rebind(ctx, e, what.MessageID)
	}
	if err := r.prepareElsewhere(ctx, e, what); err != nil {
		return err
	}
	e.externalID, err = r.vault.seal(ctx, e.recorded.CustomerID, partExternalID, what.MessageID, []byte(what.ExternalID))
	e.tried = err == nil
	return err
}

// prepareChange binds the change to its message when that is known, and to itself, to wait, when it is not.
func (r *Recorder) prepareChange(
	ctx context.Context, e *entry, kind ChangeKind, seal func(boundTo string) (Sealed, error),
) error {
	c := Change{
		ID: typeid.New("change"), Tenant: e.tenant, Account: e.event.Account, ExternalKey: e.externalKey,
		CustomerID: e.recorded.CustomerID, Kind: kind, OccurredTime: e.event.OccurredTime, WaitTime: e.now,
	}
	c.BoundTo = c.ID
	m, err := r.store.MessageByExternalKey(ctx, e.tenant, e.event.Account, e.externalKey)
	if err != nil && !errors.Is(err, ErrMessageNotFound) {
		return err
	}
	if err == nil {
		c.BoundTo = m.ID
	}
	if c.Sealed, err = seal(c.BoundTo); err != nil {
		return err
	}
	e.change = c
	return nil
}

// rebind seals for the message the changes that wait for it.
func (r *Recorder) rebind(ctx context.Context, e *entry, messageID string) error {
	if e.externalKey == nil {
		return nil
	}
	waiting, err := r.store.Waiting(ctx, e.tenant, e.event.Account, e.externalKey)
	if err != nil {
		return err
	}
	e.rebound = map[string]Change{}
	for _, c := range waiting {
		if e.rebound[c.ID], err = r.vault.rebind(ctx, c, messageID); err != nil {
			return err
		}
	}
	return nil
}
