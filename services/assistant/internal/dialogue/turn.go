package dialogue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/acting"
	"github.com/parleyhq/parley/services/assistant/internal/colleague"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/fallback"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// Turns runs turns.
type Turns struct {
	Store        Store
	Understander Understander
	// Skills by the language that they speak.
	Skills map[string]*Skills
	// Customers says which language a customer speaks of whom the conversation has said nothing yet.
	Customers *Customers
	Peers     grpc.ClientConnInterface
	// Desk is where people are who take up what the assistant cannot do.
	Desk *colleague.Desk
	// OfferFor is how long a yes to an offer counts.
	OfferFor time.Duration
	Log      *slog.Logger
}

// Run answers one message. The context's caller acts on behalf of the customer who wrote; the answer is to whose message it is
// by now. A message that was answered, that was deleted, that a machine wrote, or that a person handles, is left alone.
func (t *Turns) Run(ctx context.Context, conversationID, messageID string) error {
	in, err := t.read(ctx, conversationID, messageID)
	if err != nil {
		return err
	}
	ctx = acting.For(ctx, in.message.GetCustomerId())
	handled := in.conversation.GetHandler() == contextv1.HandlerKind_HANDLER_KIND_ASSISTANT
	if !handled || in.message.GetDeleteTime() != nil || in.message.GetContent().GetAutomatic() {
		return nil
	}
	state, err := t.load(ctx, in)
	if err != nil || state.AnsweredSequence >= in.message.GetSequence() {
		return err
	}
	if in.lately, err = t.saidLately(ctx, in); err != nil {
		return err
	}
	last := in.lastSaid()
	if in.quotesOffer, err = t.quotesOffer(ctx, in, state.Offer); err != nil {
		return err
	}
	stands := t.standing(state.Offer, in, last)
	language, said, err := t.listen(ctx, &in, state)
	if err != nil {
		return err
	}
	steps := t.plan(in, said, state.Offer, stands, last)
	if err := t.takeOffer(ctx, in, &state, steps); err != nil {
		return err
	}
	replies, done, err := t.ask(ctx, in, said, steps)
	if err != nil {
		return err
	}
	kept := record(in, said, state.Offer, stands, done)
	a := compose(replies, state.Offer, stands, language.Code)
	posted, err := t.carryOut(ctx, in, a)
	if err != nil {
		return err
	}
	kept.ReplyID = posted.GetId()
	state.Language = language
	state = after(state, in, a, stands, steps, posted)
	if err := t.Store.Finish(ctx, caller.Tenant(ctx), state, kept); err != nil {
		return fmt.Errorf("save the dialogue of %s: %w", state.ConversationID, err)
	}
	return nil
}

// GiveUp is called when a message could not be answered after all tries: a person takes it up, and the customer is told.
func (t *Turns) GiveUp(ctx context.Context, conversationID, messageID string) error {
	in, err := t.read(ctx, conversationID, messageID)
	if err != nil {
		return err
	}
	ctx = acting.For(ctx, in.message.GetCustomerId())
	if in.conversation.GetHandler() != contextv1.HandlerKind_HANDLER_KIND_ASSISTANT || in.message.GetContent().GetAutomatic() {
		return nil
	}
	if err := t.speak(ctx, &in); err != nil {
		return err
	}
	replies, _, err := t.ask(ctx, in, understand.Result{}, []step{{skill: in.skills.fallback, intent: fallback.Failed}})
	if err != nil {
		return err
	}
	_, err = t.carryOut(ctx, in, compose(replies, nil, nothing, ""))
	if refused(err) {
		t.Log.ErrorContext(ctx, "a message stays without an answer", "message", messageID, "error", err)
		return nil // what comes after it in the conversation must not wait for ever
	}
	return err
}

// refused says whether the same call will never succeed: the conversation was closed, the customer erased.
func refused(err error) bool {
	switch fault.Code(err) {
	case codes.FailedPrecondition, codes.NotFound, codes.InvalidArgument, codes.PermissionDenied:
		return true
	default:
		return false
	}
}

// load the dialogue, or begin one. It is whose the message is by now.
func (t *Turns) load(ctx context.Context, in incoming) (State, error) {
	state, err := t.Store.Load(ctx, caller.Tenant(ctx), in.conversation.GetId())
	if errors.Is(err, ErrNoState) {
		return State{ConversationID: in.conversation.GetId(), CustomerID: in.message.GetCustomerId()}, nil
	}
	if err != nil {
		return State{}, fmt.Errorf("load the dialogue of %s: %w", in.conversation.GetId(), err)
	}
	state.CustomerID = in.message.GetCustomerId()
	return state, nil
}

// takeOffer keeps which message said yes, before anything is done about it. Whatever happens then, and whatever the
// message is taken to mean later, it is this one that took the offer, and no other can.
func (t *Turns) takeOffer(ctx context.Context, in incoming, state *State, steps []step) error {
	if steps[0].intent != skill.Agreed || state.Offer.TakenBy != "" {
		return nil
	}
	takenOffer := *state.Offer
	takenOffer.TakenBy = in.message.GetId()
	state.Offer = &takenOffer
	if err := t.Store.Save(ctx, caller.Tenant(ctx), *state); err != nil {
		return fmt.Errorf("keep that the offer of %s was taken: %w", state.ConversationID, err)
	}
	return nil
}
