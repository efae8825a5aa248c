package delivery

import (
	"context"
	"fmt"
	"time"

	"github.com/parleyhq/parley/adapters/channel/internal/lanes"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/telemetry"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// reportAfter is how long the news of a delivery may wait for more of it: a vendor says within moments that it took a message
// and that it was delivered. A failure does not wait.
const reportAfter = 250 * time.Millisecond

// report tells the timeline how far a message got. What changed twice meanwhile is told once.
func (r *Runner) report(ctx context.Context, messageID string, _ struct{}) lanes.Next {
	parts, err := r.store.Parts(ctx, messageID)
	if err != nil {
		return r.retry(ctx, err)
	}
	if len(parts) == 0 {
		return lanes.Done()
	}
	state, reason := Merged(parts)
	if wait := reportAfter - r.clock().Sub(updated(parts)); wait > 0 && state < stateFailed {
		return lanes.Sleep(wait)
	}
	if state > statePending {
		event, err := r.event(ctx, parts, state, reason)
		if err != nil {
			return r.retry(ctx, err)
		}
		if err := r.tell(telemetry.Extract(ctx, parts[0].Trace), parts[0].Tenant, event); err != nil {
			return r.retry(ctx, fmt.Errorf("report message %s: %w", messageID, err))
		}
	}
	if err := r.store.Reported(ctx, parts); err != nil {
		return r.retry(ctx, err)
	}
	return lanes.Done()
}

func (r *Runner) event(ctx context.Context, parts []Delivery, state contextv1.DeliveryState, reason string) (*contextv1.ChannelEvent, error) {
	external, err := r.externalID(ctx, parts[0])
	if err != nil {
		return nil, err
	}
	now := timestamppb.New(updated(parts))
	return &contextv1.ChannelEvent{
		Key:     "delivery/" + parts[0].MessageID + "/" + state.String(),
		Channel: r.channel(parts[0].Account), Account: parts[0].Account, OccurredTime: now,
		Event: &contextv1.ChannelEvent_Status{Status: &contextv1.DeliveryStatus{
			MessageId: parts[0].MessageID, ExternalId: external,
			Delivery: &contextv1.Delivery{State: state, FailureReason: reason, UpdateTime: now},
		}},
	}, nil
}

// updated is when any of the parts last changed.
func updated(parts []Delivery) time.Time {
	last := parts[0].UpdateTime
	for _, p := range parts {
		if p.UpdateTime.After(last) {
			last = p.UpdateTime
		}
	}
	return last
}

// channel of an account. For one that is not configured any more its name stands in: the field must not be empty, and the
// timeline knows the message's channel.
func (r *Runner) channel(account string) string {
	if a, ok := r.adapters[account]; ok {
		return a.Account().Channel
	}
	return account
}

// tell is nil when the timeline knows, or never will: a lasting refusal is logged and not tried again.
func (r *Runner) tell(ctx context.Context, tenant string, event *contextv1.ChannelEvent) error {
	ctx = caller.With(ctx, caller.Service(tenant, "channels"))
	resp, err := r.timeline.RecordEvents(ctx, &contextv1.RecordEventsRequest{Events: []*contextv1.ChannelEvent{event}})
	if err == nil && len(resp.GetResults()) == 1 {
		err = status.ErrorProto(resp.GetResults()[0].GetError())
	}
	switch fault.Code(err) {
	case codes.OK:
		return nil
	case codes.NotFound, codes.InvalidArgument, codes.FailedPrecondition:
		r.log.ErrorContext(ctx, "the timeline refuses a delivery state", "message", event.GetStatus().GetMessageId(), "error", err)
		return nil
	default:
		return err
	}
}
