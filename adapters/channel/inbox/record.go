package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/internal/lanes"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/telemetry"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// recordTimeout bounds one call of RecordEvents.
const recordTimeout = 30 * time.Second

// errNoAccount: the row's account is not among the adapters any more. It waits: configuration comes back.
var errNoAccount = errors.New("the account is not configured")

// turn takes a lane's oldest rows as far as they go.
func (in *Inbox) turn(ctx context.Context, lane string, handed []Row) lanes.Next {
	in.door.yield(ctx)
	rows := handed
	if len(rows) == 0 {
		var err error
		if rows, err = in.store.Waiting(ctx, lane, in.batch); err != nil {
			return in.retry(ctx, "look for waiting events", err)
		}
	}
	if len(rows) == 0 {
		return lanes.Done()
	}
	ctx = telemetry.Extract(ctx, rows[0].Trace)
	ctx, span := in.tracer.Start(ctx, "record events")
	defer span.End()

	results, failure := in.record(ctx, rows)
	if err := in.settle(ctx, rows, results); err != nil {
		return in.retry(ctx, "settle events", err)
	}
	if failure != nil {
		return in.retry(ctx, "record events", failure)
	}
	return in.next(len(handed) > 0, rows)
}

func (in *Inbox) next(handed bool, rows []Row) lanes.Next {
	switch {
	case handed || len(rows) < in.batch:
		return lanes.Done()
	case rows[0].Kind == channel.KindStatus:
		return lanes.Again() // as many as our own messages, which have a pace of their own
	default:
		return lanes.Rest(time.Duration(len(rows)) * pace)
	}
}

func (in *Inbox) retry(ctx context.Context, what string, err error) lanes.Next {
	in.log.WarnContext(ctx, "inbox: a lane will try again", "failed", what, "error", err)
	return lanes.Retry()
}

// result of a row: recorded, buried for a reason, or neither: it waits.
type result struct {
	recorded bool
	customer string // whom it concerns, if anybody knows
	buried   *channel.Unreadable
}

func bury(reason, detail string) result {
	return result{buried: &channel.Unreadable{Reason: reason, Detail: detail}}
}

// record takes rows of one sender. The error says why some still wait.
func (in *Inbox) record(ctx context.Context, rows []Row) ([]result, error) {
	results := make([]result, len(rows))
	adapter, ok := in.adapters[rows[0].Account]
	if !ok {
		return results, errNoAccount
	}
	account := adapter.Account()
	ctx = caller.With(ctx, caller.Service(account.Tenant, "channels"))

	var timeline []*contextv1.ChannelEvent
	var at []int // timeline[i] is of rows[at[i]]
	for i, row := range rows {
		event, err := in.event(ctx, row)
		if errors.Is(err, seal.ErrDestroyed) || errors.Is(err, seal.ErrUnreadable) {
			results[i] = bury("SEAL_BROKEN", "the sealed event does not open")
			continue
		}
		if err != nil {
			return results, err
		}
		customer, err := in.tellOutbound(ctx, account, *event, row.Time)
		if err != nil {
			return results, err
		}
		if event.Channel == nil {
			results[i] = result{recorded: true, customer: customer}
			continue
		}
		timeline = append(timeline, forTimeline(account, row, *event))
		at = append(at, i)
	}
	return results, in.recordAll(ctx, timeline, func(i int, r result) { results[at[i]] = r })
}

func (in *Inbox) event(ctx context.Context, row Row) (*channel.Event, error) {
	if row.Event != nil {
		return row.Event, nil
	}
	plain, err := in.keeper.Open(ctx, seal.Account(row.Account), row.Sealed, rowPlace(row.ID))
	if err != nil {
		return nil, err
	}
	return decodeEvent(plain)
}

func forTimeline(a channel.Account, row Row, e channel.Event) *contextv1.ChannelEvent {
	ce := proto.CloneOf(e.Channel)
	ce.Key, ce.Channel, ce.Account = timelineKey(row.Key), a.Channel, a.Name
	ce.OccurredTime = timestamppb.New(e.OccurredTime)
	return ce
}

// tellOutbound passes on what concerns the sending side, before the timeline hears of it: an answer may follow at once. Vendors
// count their service window from when they got the message or the call, which is about when we did, not from when it was written.
func (in *Inbox) tellOutbound(ctx context.Context, a channel.Account, e channel.Event, received time.Time) (customer string, err error) {
	address := e.Sender
	if to := e.Channel.GetSender().GetAddress(); to != "" {
		address = to
	}
	switch e.Kind {
	case channel.KindStatus:
		if e.Status == nil {
			return "", nil
		}
		return in.outbound.Status(ctx, a, *e.Status)
	case channel.KindOptOut:
		return "", in.outbound.OptOut(ctx, a, address, received)
	case channel.KindOptIn:
		return "", in.outbound.OptIn(ctx, a, address)
	case channel.KindMessage, channel.KindCall:
		return "", in.outbound.Heard(ctx, a, address, received)
	default:
		return "", nil
	}
}

// recordAll calls RecordEvents. When the call as a whole is refused as invalid, one event spoils it for the others: then
// each goes alone.
func (in *Inbox) recordAll(ctx context.Context, events []*contextv1.ChannelEvent, set func(int, result)) error {
	if len(events) == 0 {
		return nil
	}
	err := in.recordOnce(ctx, events, set)
	if fault.Code(err) != codes.InvalidArgument {
		return err
	}
	if len(events) == 1 {
		set(0, bury(reasonOf(err), fault.Info(err).GetMetadata()["field"]))
		return nil
	}
	for i := range events {
		if err := in.recordAll(ctx, events[i:i+1], func(_ int, r result) { set(i, r) }); err != nil {
			return err
		}
	}
	return nil
}

func (in *Inbox) recordOnce(ctx context.Context, events []*contextv1.ChannelEvent, set func(int, result)) error {
	ctx, cancel := context.WithTimeout(ctx, recordTimeout)
	defer cancel()
	resp, err := in.timeline.RecordEvents(ctx, &contextv1.RecordEventsRequest{Events: events})
	if err != nil {
		return err
	}
	if len(resp.GetResults()) != len(events) {
		return fmt.Errorf("context answered %d results for %d events", len(resp.GetResults()), len(events))
	}
	var passing error
	for i, r := range resp.GetResults() {
		err := status.ErrorProto(r.GetError())
		switch {
		case err == nil:
			set(i, result{recorded: true, customer: r.GetCustomerId()})
		case fault.Passing(err) || fault.Code(err) == codes.Aborted:
			passing = errors.Join(passing, err)
		default:
			set(i, bury(reasonOf(err), fault.Info(err).GetMetadata()["field"]))
		}
	}
	return passing
}

// reasonOf an error as a dead letter names it.
func reasonOf(err error) string {
	if reason := fault.Reason(err); reason != "" {
		return reason
	}
	return "NOT_RECORDED"
}

func (in *Inbox) settle(ctx context.Context, rows []Row, results []result) error {
	var recorded []Recorded
	var buried []Buried
	for i, r := range results {
		row := rows[i]
		switch {
		case r.recorded:
			recorded = append(recorded, Recorded{RowID: row.ID, CustomerID: r.customer})
			in.metrics.events.WithLabelValues(row.Account, row.Kind, "recorded").Inc()
		case r.buried != nil:
			l := newLetter(row.Tenant, row.Account, row.WebhookID, r.buried.Reason, r.buried.Detail, in.clock())
			buried = append(buried, Buried{RowID: row.ID, Letter: l})
			in.metrics.events.WithLabelValues(row.Account, row.Kind, "buried").Inc()
			in.metrics.letters.WithLabelValues(row.Account, r.buried.Reason).Inc()
		}
	}
	if len(recorded)+len(buried) == 0 {
		return nil
	}
	return in.store.Settle(ctx, recorded, buried)
}
