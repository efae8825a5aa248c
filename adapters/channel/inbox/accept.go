package inbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/telemetry"
	"github.com/parleyhq/parley/mesh/typeid"
)

// Accept commits what an authenticated request holds. Nil means durable: the vendor may be told so. What cannot be parsed
// is accepted as a dead letter, in one write with what can: refused, the vendor would redeliver the whole for days and get
// the same answer, and some vendors then turn the webhook off.
func (in *Inbox) Accept(ctx context.Context, a channel.Adapter, header http.Header, body []byte) error {
	in.door.enter()
	defer in.door.leave()
	received := in.clock()
	events, unreadable := parse(a, body, header, received)
	if unreadable == nil && len(events) == 0 {
		return nil
	}
	w, err := in.webhook(ctx, a.Account(), header, body, received)
	if err != nil {
		return err
	}
	if w.Rows, err = in.rows(ctx, a.Account(), w, events); err != nil {
		return err
	}
	w.Several = unreadable != nil || slices.ContainsFunc(events, func(e channel.Event) bool { return e.Sender != events[0].Sender })
	if unreadable != nil {
		in.metrics.letters.WithLabelValues(a.Account().Name, unreadable.Reason).Inc()
		l := newLetter(w.Tenant, w.Account, w.ID, unreadable.Reason, unreadable.Detail, w.Time)
		w.Letter, w.BodyKey = &l, in.keeper.Blind(w.Tenant, "channel.body", w.Account+"\x00"+string(body))
	}
	return in.store.Commit(ctx, w, in.handOver)
}

// parse answers the events that can be recorded, and why others of the same body cannot. It contains a parser's panic to
// the webhook that caused it.
func parse(a channel.Adapter, body []byte, header http.Header, received time.Time) (events []channel.Event, unreadable *channel.Unreadable) {
	defer func() {
		if r := recover(); r != nil {
			events, unreadable = nil, &channel.Unreadable{Reason: "PARSER_PANIC", Detail: fmt.Sprintf("%T", r)}
		}
	}()
	parsed, err := a.Parse(body, header)
	if err != nil && !errors.As(err, &unreadable) {
		unreadable = &channel.Unreadable{Reason: "UNREADABLE", Detail: "the adapter gave no detail"}
	}
	for i, e := range parsed {
		field := missing(e)
		if field == "" {
			events = append(events, byOurClock(e, received))
		} else if unreadable == nil {
			unreadable = &channel.Unreadable{Reason: "EVENT_INCOMPLETE", Detail: fmt.Sprintf("event %d: %s", i, field)}
		}
	}
	return events, unreadable
}

// missing names what an event lacks of what every event of its kind must have; empty when it is whole.
func missing(e channel.Event) string {
	switch {
	case e.Kind == "":
		return "kind"
	case e.ExternalID == "":
		return "id"
	case e.Sender == "":
		return "sender"
	case e.OccurredTime.IsZero():
		return "time"
	}
	switch e.Kind {
	case channel.KindStatus:
		if e.Status == nil {
			return "status"
		}
	case channel.KindMessage, channel.KindEdit, channel.KindDelete, channel.KindReaction, channel.KindCall, channel.KindSignIn:
		if e.Channel == nil {
			return "what it says"
		}
	}
	return ""
}

// byOurClock takes a time that cannot be for the time of arrival: of a vendor whose clock is fast, or who mistook the unit.
func byOurClock(e channel.Event, received time.Time) channel.Event {
	possible := func(t time.Time) time.Time {
		if t.Unix() < 0 || t.After(received) {
			return received
		}
		return t
	}
	e.OccurredTime = possible(e.OccurredTime)
	if e.Status != nil {
		s := *e.Status
		s.Time = possible(s.Time)
		e.Status = &s
	}
	return e
}

func (in *Inbox) webhook(ctx context.Context, a channel.Account, header http.Header, body []byte, received time.Time) (Webhook, error) {
	w := Webhook{ID: typeid.New("webhook"), Tenant: a.Tenant, Account: a.Name, Time: received}
	plain, err := encodeBody(header, body)
	if err != nil {
		return Webhook{}, fmt.Errorf("accept a webhook: %w", err)
	}
	if w.Sealed, err = in.keeper.Seal(ctx, seal.Account(a.Name), plain, webhookPlace(w.ID)); err != nil {
		return Webhook{}, fmt.Errorf("accept a webhook: %w", err)
	}
	return w, nil
}

func (in *Inbox) rows(ctx context.Context, a channel.Account, w Webhook, events []channel.Event) ([]Row, error) {
	trace := telemetry.Inject(ctx)
	rows := make([]Row, len(events))
	for i, e := range events {
		plain, err := encodeEvent(e)
		if err != nil {
			return nil, err
		}
		id := typeid.New("inbound")
		sealed, err := in.keeper.Seal(ctx, seal.Account(a.Name), plain, rowPlace(id))
		if err != nil {
			return nil, fmt.Errorf("accept a %s event: %w", e.Kind, err)
		}
		rows[i] = Row{
			ID: id, Tenant: a.Tenant, Account: a.Name, Lane: lane(in.keeper, a, e.Kind, e.Sender), Kind: e.Kind,
			Key: key(in.keeper, a, e), Sealed: sealed, WebhookID: w.ID, Trace: trace, Time: w.Time, Event: &events[i],
		}
	}
	return rows, nil
}

// handOver wakes the lanes of rows that wait, and spares them a look into the table when the rows were just committed. Lanes are
// woken for known rows, too: so every row of a webhook that is answered 200 is recorded or has a lane, whatever became of
// earlier tries to commit it.
func (in *Inbox) handOver(accepted Accepted) {
	byLane := map[string][]Row{}
	for _, r := range accepted.Fresh {
		byLane[r.Lane] = append(byLane[r.Lane], r)
	}
	for _, lane := range accepted.Lanes {
		byLane[lane] = nil // older than what is fresh, and only in the table
	}
	for lane, rows := range byLane {
		if len(rows) > in.batch {
			rows = nil // too many to hold: the table has them
		}
		in.lanes.Wake(lane, rows)
	}
}
