package dialogue

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"github.com/parleyhq/parley/services/assistant/internal/acting"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/fallback"
	"github.com/parleyhq/parley/services/assistant/internal/tongue"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// Customers says which language a customer speaks.
type Customers struct {
	Store Store
	Peers grpc.ClientConnInterface
	// Listener knows which languages are spoken.
	Listener *tongue.Listener
}

// Language of the customer: that of their latest dialogue; before the first one, that of their locale.
func (c *Customers) Language(ctx context.Context, customerID string) (tongue.Fact, error) {
	state, err := c.Store.Latest(ctx, caller.Tenant(ctx), customerID)
	if err != nil && !errors.Is(err, ErrNoState) {
		return tongue.Fact{}, fmt.Errorf("load the latest dialogue of %s: %w", customerID, err)
	}
	if err == nil && c.Listener.Speaks(state.Language.Code) {
		return state.Language, nil
	}
	response, err := identityv1.NewIdentityServiceClient(c.Peers).GetCustomer(acting.ForNobody(ctx),
		&identityv1.GetCustomerRequest{CustomerId: customerID})
	if code := fault.Code(err); code == codes.NotFound || code == codes.FailedPrecondition {
		return c.Listener.Begin(""), nil // merged or erased meanwhile
	}
	if err != nil {
		return tongue.Fact{}, fmt.Errorf("read the locale of %s: %w", customerID, err)
	}
	return c.Listener.Begin(response.GetCustomer().GetLocale()), nil
}

// listen to the message: in which language the conversation is held from now on, and what is wanted.
func (t *Turns) listen(ctx context.Context, in *incoming, state State) (tongue.Fact, understand.Result, error) {
	before, err := t.language(ctx, *in, state)
	if err != nil {
		return tongue.Fact{}, understand.Result{}, err
	}
	text := in.message.GetContent().GetText()
	if in.message.GetContent().GetForwarded() {
		in.skills = t.Skills[before.Code]
		return before, t.Understander.Understand(before, text), nil
	}
	now, asks := t.Understander.Hear(before, text)
	in.skills, in.asksForLanguage = t.Skills[now.Code], asks
	if asks {
		return now, understand.Result{Own: text}, nil
	}
	return now, t.Understander.Understand(now, text), nil
}

// speak the language of the conversation as it was before the message.
func (t *Turns) speak(ctx context.Context, in *incoming) error {
	state, err := t.load(ctx, *in)
	if err != nil {
		return err
	}
	language, err := t.language(ctx, *in, state)
	in.skills = t.Skills[language.Code]
	return err
}

// language of the conversation so far. One that is spoken no longer counts for nothing.
func (t *Turns) language(ctx context.Context, in incoming, state State) (tongue.Fact, error) {
	if t.Customers.Listener.Speaks(state.Language.Code) {
		return state.Language, nil
	}
	return t.Customers.Language(ctx, in.message.GetCustomerId())
}

// inAnotherLanguage says that it is spoken from now on: an offer that waits is made again in it.
func (s *Skills) inAnotherLanguage(offer *Offer, stands standing) step {
	if offer == nil || stands != waiting && stands != expired || offer.Open {
		return step{skill: s.fallback, intent: fallback.Language}
	}
	return step{skill: s.Named(offer.Skill), intent: skill.Unsure, offer: &offer.Offer}
}
