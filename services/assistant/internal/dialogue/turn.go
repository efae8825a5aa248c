package dialogue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
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
	ctx = asAssistant(ctx, in)
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
	ctx = asAssistant(ctx, in)
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

// asAssistant makes the assistant the one who acts, for the customer whose message it is, with the assurance that the event came
// with. Who has signed in since the event is another customer: nobody vouched for them when they wrote.
func asAssistant(ctx context.Context, in incoming) context.Context {
	c, customerID := caller.From(ctx), in.message.GetCustomerId()
	assurance := c.GetAssurance()
	if customerID != c.GetOnBehalfOfCustomer() {
		assurance = accessv1.Assurance_ASSURANCE_NONE
	}
	return caller.With(ctx, caller.OnBehalfOf(caller.Service(c.GetTenant(), "assistant"), customerID, assurance))
}

// asItself acts for nobody: the words are needed even when nobody vouches for who wrote them.
func asItself(ctx context.Context) context.Context {
	return caller.With(ctx, caller.Service(caller.Tenant(ctx), "assistant"))
}

// incoming is a message and its conversation.
type incoming struct {
	conversation *contextv1.Conversation
	message      *contextv1.Message
	// skills that answer it, in the language of the conversation.
	skills *Skills
	// asksForLanguage says that it asks for the language in which it is answered, and for nothing else.
	asksForLanguage bool
	// lately is what was said before it.
	lately []*contextv1.Message
	// quotesOffer says that it quotes the message in which the offer on the table was made.
	quotesOffer bool
}

func (t *Turns) read(ctx context.Context, conversationID, messageID string) (incoming, error) {
	ctx = asItself(ctx)
	timeline := contextv1.NewContextServiceClient(t.Peers)
	conversation, err := timeline.GetConversation(ctx, &contextv1.GetConversationRequest{ConversationId: conversationID})
	if err != nil {
		return incoming{}, fmt.Errorf("read conversation %s: %w", conversationID, err)
	}
	messages, err := timeline.BatchGetMessages(ctx, &contextv1.BatchGetMessagesRequest{MessageIds: []string{messageID}})
	if err != nil {
		return incoming{}, fmt.Errorf("read message %s: %w", messageID, err)
	}
	return incoming{conversation: conversation.GetConversation(), message: messages.GetMessages()[0]}, nil
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

// ask the skills, one after the other, and say what they did.
func (t *Turns) ask(ctx context.Context, in incoming, said understand.Result, steps []step) ([]skill.Reply, []Step, error) {
	replies := make([]skill.Reply, 0, len(steps))
	done := make([]Step, 0, len(steps))
	for at, s := range steps {
		t.Log.DebugContext(ctx, "asking a skill", "message", in.message.GetId(), "intent", s.intent, "skill", s.skill.Name())
		heard := &listener{to: skill.Restrict(t.Peers, s.skill)}
		answering := s.skill
		turn := skill.Turn{
			Peers:          heard,
			CustomerID:     in.message.GetCustomerId(),
			ConversationID: in.conversation.GetId(),
			MessageID:      in.message.GetId(),
			Channel:        in.message.GetChannel(),
			Content:        in.message.GetContent(),
			Intent:         s.intent,
			Said:           said,
			Offer:          s.offer,
			Alone:          isAlone(steps, at),
			Desk:           t.Desk,
			Lately:         in.lately,
			Now:            in.time(),
		}
		reply, err := s.skill.Answer(ctx, turn)
		if err == nil && reply.Offer != nil && reply.Offer.Skill != s.skill.Name() {
			reply, err = t.offering(ctx, in, heard, turn, reply)
		}
		if intent := instead(err); intent != nil {
			turn.Intent = *intent
			answering = in.skills.fallback
			reply, err = answering.Answer(ctx, turn)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("skill %s: %w", s.skill.Name(), err)
		}
		replies = append(replies, reply)
		done = append(done, Step{Skill: answering.Name(), Intent: s.intent, Calls: heard.calls})
	}
	return replies, done, nil
}

// offering asks the skill whose offer another one is about to make.
func (t *Turns) offering(ctx context.Context, in incoming, heard *listener, turn skill.Turn, made skill.Reply) (skill.Reply, error) {
	whose := in.skills.Named(made.Offer.Skill)
	heard.to = skill.Restrict(t.Peers, whose)
	turn.Intent, turn.Offer = skill.Offering, made.Offer
	instead, err := whose.Answer(ctx, turn)
	if errors.Is(err, skill.ErrNotMine) {
		return made, nil
	}
	return instead, err
}

// isAlone says whether nothing is answered beside the step but what leaves it alone.
func isAlone(steps []step, at int) bool {
	for i, other := range steps {
		if i != at && (!other.isAside() || steps[at].isAside()) {
			return false
		}
	}
	return true
}

// instead is what the fallback says in the place of a skill that cannot: nil when it is to be tried again.
func instead(err error) *string {
	unknown, unproven := "", fallback.Unproven
	switch {
	case errors.Is(err, skill.ErrNotMine):
		return &unknown
	case fault.Reason(err) == "ASSURANCE_TOO_LOW":
		return &unproven
	default:
		return nil
	}
}

// carryOut keeps what a person has to take up, asks for one, then posts the answer that says so: whoever is asked finds why,
// however soon that is. No message is answered when a person took over meanwhile.
func (t *Turns) carryOut(ctx context.Context, in incoming, a answer) (*contextv1.Message, error) {
	timeline := contextv1.NewContextServiceClient(t.Peers)
	for i, request := range a.requests {
		_, err := timeline.CreateOpenRequest(ctx, &contextv1.CreateOpenRequestRequest{
			RequestId:      skill.RequestID(in.message.GetId(), fmt.Sprint("open-request/", i)),
			ConversationId: in.conversation.GetId(),
			Kind:           request.Kind,
			MessageId:      in.message.GetId(),
			Summary:        request.Summary,
		})
		if err != nil && fault.Reason(err) != "REQUEST_ID_REUSED" {
			return nil, fmt.Errorf("keep an open request: %w", err)
		}
		if request.Kind == contextv1.OpenRequest_KIND_NEEDS_PERSON {
			if err := t.askForPerson(ctx, in); err != nil {
				return nil, err
			}
		}
	}
	response, err := timeline.PostMessage(ctx, &contextv1.PostMessageRequest{
		RequestId:      skill.RequestID(in.message.GetId(), "reply"),
		ConversationId: in.conversation.GetId(),
		Text:           a.text,
		InReplyTo:      in.message.GetId(),
		HandlerEpoch:   in.conversation.GetHandlerEpoch(),
		Author:         contextv1.AuthorKind_AUTHOR_KIND_ASSISTANT,
	})
	if fault.Code(err) == codes.Aborted {
		t.Log.InfoContext(ctx, "a person took over; the answer is dropped", "conversation", in.conversation.GetId())
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("post the answer: %w", err)
	}
	return response.GetMessage(), nil
}

// askForPerson to take up what the assistant cannot do.
func (t *Turns) askForPerson(ctx context.Context, in incoming) error {
	turn := skill.Turn{
		CustomerID: in.message.GetCustomerId(), ConversationID: in.conversation.GetId(), MessageID: in.message.GetId(),
		Channel: in.message.GetChannel(), Content: in.message.GetContent(), Lately: in.lately,
	}
	_, err := t.Desk.Ask(ctx, t.Peers, turn.WishForPerson("ASSISTANT_CANNOT"))
	return err
}
