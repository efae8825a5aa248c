package dialogue_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/fault"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

const (
	customer     = "customer_01h455vb4pex5vsknk084sn02q"
	conversation = "conversation_01h455vb4pex5vsknk084sn02q"
)

func TestAMessageIsAnsweredOnce(t *testing.T) {
	w := newWorld(t)
	id := w.write("offer me something")
	w.run(t, id)
	w.run(t, id)
	w.replies(t, "an offer")
}

func TestATurnCutShortIsRunAgainToTheSameWords(t *testing.T) {
	w := newWorld(t)
	id := w.write("offer me something")
	w.store.fails = errors.New("the disk is full")
	if err := w.turns.Run(w.ctx, conversation, id); err == nil {
		t.Fatal("a turn that could not be remembered succeeded")
	}
	w.store.fails = nil
	w.run(t, id)
	w.replies(t, "an offer")
	if len(w.timeline.requestIDs) != 1 {
		t.Errorf("the answer was posted under %d request ids, want one", len(w.timeline.requestIDs))
	}
}

func TestAnOfferStandsUntilTheNextAnswer(t *testing.T) {
	w := newWorld(t)
	w.run(t, w.write("offer me something"))
	w.run(t, w.write("yes"))
	w.run(t, w.write("yes"))
	w.replies(t, "an offer", "yes to thing", "yes to nothing")
}

func TestWhileAPersonHandlesItTheAssistantIsSilent(t *testing.T) {
	w := newWorld(t)
	w.timeline.handler = contextv1.HandlerKind_HANDLER_KIND_PERSON
	w.run(t, w.write("offer me something"))
	w.replies(t)
}

func TestAPersonWhoTakesOverMeanwhileWins(t *testing.T) {
	w := newWorld(t)
	w.timeline.postError = fault.New(codes.Aborted, "HANDLER_CHANGED", "a person took over")
	w.run(t, w.write("offer me something"))
	w.replies(t)
}

func TestWhatAPersonMustTakeUpIsKeptBeforeItIsSaid(t *testing.T) {
	w := newWorld(t)
	w.timeline.postError = fault.New(codes.Unavailable, "DOWN", "context is away")
	if err := w.turns.Run(w.ctx, conversation, w.write("something else")); !fault.Passing(err) {
		t.Fatalf("Run = %v, want the passing failure", err)
	}
	if len(w.timeline.open) != 1 {
		t.Errorf("%d open requests, want one", len(w.timeline.open))
	}
}

func TestGivingUpTellsTheCustomerAndKeepsARequest(t *testing.T) {
	w := newWorld(t)
	if err := w.turns.GiveUp(w.ctx, conversation, w.write("offer me something")); err != nil {
		t.Fatal(err)
	}
	if len(w.timeline.open) != 1 || len(w.timeline.posted) != 1 || !strings.Contains(w.timeline.posted[0], "a person") {
		t.Errorf("posted %q, %d open requests", w.timeline.posted, len(w.timeline.open))
	}
}

func TestTwoSkillsCannotClaimOneIntent(t *testing.T) {
	_, err := dialogue.NewSkills(echo{intents: []string{"a"}}, echo{intents: []string{"b", "a"}})
	if err == nil || !strings.Contains(err.Error(), "intent a is claimed") {
		t.Errorf("NewSkills = %v, want an error that names the intent", err)
	}
}

// world is one conversation with a fake timeline and a skill that offers and agrees.
type world struct {
	ctx      context.Context
	timeline *fakeTimeline
	store    *fakeStore
	turns    *dialogue.Turns
}

func newWorld(t *testing.T) *world {
	t.Helper()
	skills, err := dialogue.NewSkills(echo{}, echo{intents: []string{"offer", "agree"}})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		ctx: caller.With(t.Context(), caller.OnBehalfOf(caller.Service("aurora", "assistant"), customer,
			accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION)),
		timeline: &fakeTimeline{handler: contextv1.HandlerKind_HANDLER_KIND_ASSISTANT, requestIDs: map[string]bool{}},
		store:    &fakeStore{states: map[string]dialogue.State{}},
	}
	w.turns = &dialogue.Turns{
		Store: w.store, Understander: firstWord{}, Skills: skills, Peers: w.timeline,
		Clock: clock.System, Log: slog.New(slog.DiscardHandler),
	}
	return w
}

func (w *world) write(text string) (id string) {
	id = "message_" + strings.Repeat("0", 25) + string(rune('1'+len(w.timeline.messages)))
	w.timeline.messages = append(w.timeline.messages, &contextv1.Message{
		Id: id, CustomerId: customer, ConversationId: conversation, Sequence: int64(2*len(w.timeline.messages) + 1),
		Content: &contextv1.Content{Text: text},
	})
	return id
}

func (w *world) run(t *testing.T, id string) {
	t.Helper()
	if err := w.turns.Run(w.ctx, conversation, id); err != nil {
		t.Fatal(err)
	}
}

func (w *world) replies(t *testing.T, want ...string) {
	t.Helper()
	if got := strings.Join(w.timeline.posted, "; "); got != strings.Join(want, "; ") {
		t.Errorf("said %q, want %q", got, want)
	}
}

// firstWord takes the first word of a text for its intent.
type firstWord struct{}

func (firstWord) Understand(text string) understand.Result {
	word, _, _ := strings.Cut(text, " ")
	if word == "yes" {
		word = "agree"
	}
	return understand.Result{Intent: word}
}

// echo offers, and says what a yes was to.
type echo struct{ intents []string }

func (e echo) Name() string      { return "echo" + strings.Join(e.intents, "") }
func (echo) Description() string { return "for tests" }
func (e echo) Intents() []string { return e.intents }
func (echo) Methods() []string   { return nil }

func (echo) Answer(_ context.Context, turn skill.Turn) (skill.Reply, error) {
	switch {
	case turn.Intent == "offer":
		return skill.Reply{Text: "an offer", Offer: &skill.Offer{Kind: "thing"}}, nil
	case turn.Intent == "agree" && turn.Offer != nil:
		return skill.Reply{Text: "yes to " + turn.Offer.Kind}, nil
	case turn.Intent == "agree":
		return skill.Reply{Text: "yes to nothing"}, nil
	}
	return skill.Reply{Text: "a person", Request: &skill.Request{Kind: contextv1.OpenRequest_KIND_NEEDS_PERSON}}, nil
}

// fakeTimeline is ContextService for one conversation.
type fakeTimeline struct {
	handler    contextv1.HandlerKind
	messages   []*contextv1.Message
	posted     []string
	open       []*contextv1.CreateOpenRequestRequest
	requestIDs map[string]bool
	postError  error
}

func (f *fakeTimeline) Invoke(ctx context.Context, method string, args, reply any, _ ...grpc.CallOption) error {
	switch req := args.(type) {
	case *contextv1.GetConversationRequest:
		if caller.From(ctx).GetOnBehalfOfCustomer() != "" {
			return errors.New("the assistant reads as itself")
		}
		return answer(reply, &contextv1.GetConversationResponse{Conversation: &contextv1.Conversation{
			Id: conversation, CustomerId: customer, Handler: f.handler, HandlerEpoch: 1,
		}})
	case *contextv1.BatchGetMessagesRequest:
		for _, m := range f.messages {
			if m.GetId() == req.GetMessageIds()[0] {
				return answer(reply, &contextv1.BatchGetMessagesResponse{Messages: []*contextv1.Message{m}})
			}
		}
		return fault.New(codes.NotFound, "MESSAGE_NOT_FOUND", "no such message")
	case *contextv1.CreateOpenRequestRequest:
		f.open = append(f.open, req)
		return nil
	case *contextv1.PostMessageRequest:
		return f.post(ctx, req)
	}
	return errors.New("unexpected call of " + method)
}

func (f *fakeTimeline) post(ctx context.Context, req *contextv1.PostMessageRequest) error {
	if caller.From(ctx).GetOnBehalfOfCustomer() != customer {
		return errors.New("an answer is posted on behalf of the customer")
	}
	if f.postError != nil {
		return f.postError
	}
	if f.requestIDs[req.GetRequestId()] {
		return nil
	}
	f.requestIDs[req.GetRequestId()] = true
	f.posted = append(f.posted, req.GetText())
	return nil
}

func (*fakeTimeline) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, errors.New("no streams here")
}

func answer(reply any, with proto.Message) error {
	proto.Merge(reply.(proto.Message), with)
	return nil
}

// fakeStore keeps states in memory.
type fakeStore struct {
	states map[string]dialogue.State
	fails  error
}

func (f *fakeStore) Load(_ context.Context, tenant, id string) (dialogue.State, error) {
	state, ok := f.states[tenant+"/"+id]
	if !ok {
		return state, dialogue.ErrNoState
	}
	return state, nil
}

func (f *fakeStore) Save(_ context.Context, tenant string, s dialogue.State) error {
	if f.fails != nil {
		return f.fails
	}
	key := tenant + "/" + s.ConversationID
	if f.states[key].AnsweredSequence < s.AnsweredSequence {
		f.states[key] = s
	}
	return nil
}
