package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/telemetry"
	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/grpc/codes"
)

// Take makes deliveries of a posted message. It is idempotent: a message has its deliveries once. A message of a tenant of whom
// we run no account is none of our business; one of an account that such a tenant lacks is an error.
func (r *Runner) Take(ctx context.Context, env *eventsv1.Envelope) error {
	posted, adapter, err := r.posted(env)
	if err != nil || !r.serves(env.GetTenant()) {
		return err
	}
	if adapter == nil {
		return fault.New(codes.FailedPrecondition, "ACCOUNT_NOT_CONFIGURED",
			"message %s is of account %q, which is not configured", posted.GetMessageId(), posted.GetAccount())
	}
	account := adapter.Account()
	ctx = caller.With(ctx, caller.Service(account.Tenant, "channels"))
	resp, err := r.timeline.BatchGetMessages(ctx, &contextv1.BatchGetMessagesRequest{MessageIds: []string{posted.GetMessageId()}})
	if err != nil {
		return fmt.Errorf("take message %s: %w", posted.GetMessageId(), err)
	}
	if len(resp.GetMessages()) != 1 {
		return fmt.Errorf("take message %s: context answered %d messages", posted.GetMessageId(), len(resp.GetMessages()))
	}
	m := resp.GetMessages()[0]
	deliveries, err := r.deliveries(ctx, account, m, Split(m.GetText(), int(adapter.Capabilities().GetMaxTextLength())))
	if err != nil {
		return fmt.Errorf("take message %s: %w", m.GetId(), err)
	}
	if err := r.store.Add(ctx, deliveries); err != nil {
		return fmt.Errorf("take message %s: %w", m.GetId(), err)
	}
	r.lanes[account.Name].Wake(deliveries[0].Lane, struct{}{})
	return nil
}

// serves says whether an account of the tenant is ours.
func (r *Runner) serves(tenant string) bool {
	for _, a := range r.adapters {
		if a.Account().Tenant == tenant {
			return true
		}
	}
	return false
}

// posted reads the event; a nil adapter means that the tenant has no such account here.
func (r *Runner) posted(env *eventsv1.Envelope) (*eventsv1.MessagePosted, channel.Adapter, error) {
	var posted eventsv1.MessagePosted
	if err := env.GetPayload().UnmarshalTo(&posted); err != nil {
		return nil, nil, fmt.Errorf("read event %s: %w", env.GetId(), err)
	}
	adapter, ok := r.adapters[posted.GetAccount()]
	if !ok || adapter.Account().Tenant != env.GetTenant() {
		return &posted, nil, nil
	}
	return &posted, adapter, nil
}

func (r *Runner) deliveries(ctx context.Context, a channel.Account, m *contextv1.Message, texts []string) ([]Delivery, error) {
	now, trace := r.clock(), telemetry.Inject(ctx)
	deliveries := make([]Delivery, len(texts))
	for i, text := range texts {
		id := typeid.New("delivery")
		p := payload{To: m.GetAddress(), Text: text}
		if t := m.GetContent().GetThread(); t != nil {
			p.Thread = &channel.Thread{Subject: t.GetSubject(), ExternalIDs: t.GetExternalIds()}
		}
		if i == 0 {
			p.Quoted = m.GetContent().GetQuotedExternalId()
		}
		plain, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		sealed, err := r.keeper.Seal(ctx, seal.Customer(m.GetCustomerId()), plain, payloadPlace(id))
		if err != nil {
			return nil, err
		}
		deliveries[i] = Delivery{
			ID: id, Tenant: a.Tenant, Account: a.Name, Lane: r.lane(a, m.GetAddress()), MessageID: m.GetId(), CustomerID: m.GetCustomerId(),
			Part: i + 1, Parts: len(texts), Payload: sealed, Phase: Pending, State: statePending, Trace: trace,
			CreateTime: now, UpdateTime: now,
		}
	}
	return deliveries, nil
}

// GiveUp is for a message that could not be taken however often it was tried: it stands as failed, and the timeline is
// told so.
func (r *Runner) GiveUp(ctx context.Context, env *eventsv1.Envelope, cause error) error {
	posted, _, err := r.posted(env)
	if err != nil {
		r.log.ErrorContext(ctx, "an event that cannot be read was given up", "event", env.GetId(), "error", errors.Join(cause, err))
		return nil
	}
	if !r.serves(env.GetTenant()) {
		return nil
	}
	a := channel.Account{Tenant: env.GetTenant(), Name: posted.GetAccount()}
	r.log.ErrorContext(ctx, "a message was given up", "message", posted.GetMessageId(), "account", a.Name, "error", cause)
	now := r.clock()
	d := Delivery{
		ID: typeid.New("delivery"), Tenant: a.Tenant, Account: a.Name, Lane: r.lane(a, ""), MessageID: posted.GetMessageId(),
		CustomerID: posted.GetCustomerId(), Part: 1, Parts: 1, Payload: []byte{}, Phase: Settled, State: statePending, CreateTime: now, UpdateTime: now,
	}
	d.fail(ReasonNotTaken)
	if err := r.store.Add(ctx, []Delivery{d}); err != nil {
		return err
	}
	r.reports.Wake(d.MessageID, struct{}{})
	return nil
}
