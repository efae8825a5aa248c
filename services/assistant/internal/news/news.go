// Package news tells customers what became of their disputes, and staff of those that wait for them. It runs on events of
// billing, each of which has its effect once: the request ids are derived from the event.
package news

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/idempotency"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/acting"
	"github.com/parleyhq/parley/services/assistant/internal/colleague"
	"github.com/parleyhq/parley/services/assistant/internal/phrase"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/account"
	"github.com/parleyhq/parley/services/assistant/internal/tongue"
	"google.golang.org/grpc"
)

// Event says what happened to which dispute.
type Event struct {
	// ID of the event, the same however often it comes.
	ID         string
	DisputeID  string
	CustomerID string
}

// Bearer of news.
type Bearer struct {
	peers grpc.ClientConnInterface
	// tellers by the language that they speak, and whose is which.
	tellers   map[string]account.Teller
	customers Customers
	// book of what staff are told, in the company's language.
	book *phrase.Book
	log  *slog.Logger
}

// Customers says which language a customer speaks.
type Customers interface {
	Language(ctx context.Context, customerID string) (tongue.Fact, error)
}

// New reads the texts. Staff are spoken to in the home locale, which is one of all.
func New(peers grpc.ClientConnInterface, home phrase.Locale, all []phrase.Locale, customers Customers, log *slog.Logger) (*Bearer, error) {
	book, err := home.Book("news")
	if err != nil {
		return nil, err
	}
	b := &Bearer{peers: peers, tellers: map[string]account.Teller{}, customers: customers, book: book, log: log}
	for _, l := range all {
		if b.tellers[l.Language], err = account.NewTeller(l); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// Decided tells the customer how the dispute was decided.
func (b *Bearer) Decided(ctx context.Context, e Event) error {
	ctx, d, err := b.read(ctx, e)
	if err != nil {
		return err
	}
	return b.tellCustomer(ctx, e, d)
}

// Withdrawn tells the customer that the dispute was withdrawn, unless the assistant did it, who has told already.
func (b *Bearer) Withdrawn(ctx context.Context, e Event) error {
	ctx, d, err := b.read(ctx, e)
	if err != nil {
		return err
	}
	steps := d.GetTransitions()
	if len(steps) > 0 && steps[len(steps)-1].GetPrincipal() == caller.From(ctx).GetPrincipal() {
		return nil
	}
	return b.tellCustomer(ctx, e, d)
}

// ReminderDue asks staff for a decision that is due soon.
func (b *Bearer) ReminderDue(ctx context.Context, e Event) error { return b.askStaff(ctx, e, "decide") }

// Overdue asks staff for a decision that is late.
func (b *Bearer) Overdue(ctx context.Context, e Event) error {
	return b.askStaff(ctx, e, "decide_late")
}

// GiveUp is called when an event could not be handled after all tries: staff look after it.
func (b *Bearer) GiveUp(ctx context.Context, e Event, kind string) error {
	summary, err := b.book.Say("given_up", map[string]string{"Dispute": e.DisputeID, "Event": kind})
	if err != nil {
		return err
	}
	return b.keepRequest(acting.ForNobody(ctx), e, contextv1.OpenRequest_KIND_NEEDS_PERSON, summary)
}

func (b *Bearer) read(ctx context.Context, e Event) (context.Context, *billingv1.Dispute, error) {
	ctx = acting.ForNobody(ctx)
	response, err := billingv1.NewDisputeServiceClient(b.peers).GetDispute(ctx,
		&billingv1.GetDisputeRequest{Dispute: &billingv1.GetDisputeRequest_DisputeId{DisputeId: e.DisputeID}})
	if err != nil {
		return ctx, nil, fmt.Errorf("read dispute %s: %w", e.DisputeID, err)
	}
	return ctx, response.GetDispute(), nil
}

// tellCustomer in their language, where they last wrote. Who never wrote is told by a person, who was erased by nobody.
func (b *Bearer) tellCustomer(ctx context.Context, e Event, d *billingv1.Dispute) error {
	language, err := b.customers.Language(ctx, d.GetCustomerId())
	if err != nil {
		return err
	}
	text, err := b.tellers[language.Code].State(ctx, b.peers, d)
	if err != nil {
		return err
	}
	_, err = contextv1.NewContextServiceClient(b.peers).PostToCustomer(ctx, &contextv1.PostToCustomerRequest{
		RequestId:  skill.RequestID(e.ID, "news"),
		CustomerId: d.GetCustomerId(),
		Text:       text,
		Author:     contextv1.AuthorKind_AUTHOR_KIND_SYSTEM,
	})
	switch fault.Reason(err) {
	case idempotency.Reused: // told already; what there is to tell has changed since, as when a bill came
		return nil
	case "NO_ADDRESS":
		return b.tellByPerson(ctx, e, d)
	}
	return b.unlessErased(ctx, e, err)
}

func (b *Bearer) tellByPerson(ctx context.Context, e Event, d *billingv1.Dispute) error {
	summary, err := b.book.Say("tell", d)
	if err != nil {
		return err
	}
	return b.keepRequest(ctx, e, contextv1.OpenRequest_KIND_NEEDS_PERSON, summary)
}

func (b *Bearer) askStaff(ctx context.Context, e Event, key string) error {
	ctx, d, err := b.read(ctx, e)
	if err != nil {
		return err
	}
	if !account.IsUndecided(d) {
		return nil
	}
	summary, err := b.book.Say(key, d)
	if err != nil {
		return err
	}
	return b.keepRequest(ctx, e, contextv1.OpenRequest_KIND_DECIDE_DISPUTE, summary)
}

func (b *Bearer) keepRequest(ctx context.Context, e Event, kind contextv1.OpenRequest_Kind, summary string) error {
	return b.unlessErased(ctx, e, colleague.KeepRequest(ctx, b.peers, &contextv1.CreateOpenRequestRequest{
		RequestId: skill.RequestID(e.ID, "open-request"), CustomerId: e.CustomerID, Kind: kind, Summary: summary,
	}))
}

func (b *Bearer) unlessErased(ctx context.Context, e Event, err error) error {
	if fault.Reason(err) == "CUSTOMER_ERASED" {
		b.log.InfoContext(ctx, "news for a customer who was erased is dropped", "event", e.ID, "dispute", e.DisputeID)
		return nil
	}
	if err != nil {
		return fmt.Errorf("tell of dispute %s: %w", e.DisputeID, err)
	}
	return nil
}
