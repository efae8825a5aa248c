package assistant

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue/dialoguetest"
	"github.com/parleyhq/parley/services/assistant/internal/tongue"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// The memory of the dialogues here passes the contract of the real thing.
func TestTheMemoryKeepsTheContract(t *testing.T) {
	fresh := func(testing.TB) dialogue.Store {
		return &memory{states: map[string]dialogue.State{}, turns: map[string][]dialogue.Turn{}, written: func() bool { return false }}
	}
	dialoguetest.TestStore(t, fresh)
	dialoguetest.TestTurns(t, fresh)
}

func words(text string) *contextv1.Content {
	return &contextv1.Content{Kind: contextv1.ContentKind_CONTENT_KIND_TEXT, Text: text}
}

func TestAReplayedEventIsAnsweredOnce(t *testing.T) {
	w := newWorld(t)
	m := w.timeline.hear(daniel, "sms", words("why is my bill so high?"))
	for range 3 {
		if err := w.answer(m); err != nil {
			t.Fatal(err)
		}
	}
	if said := w.ours(); len(said) != 1 {
		t.Errorf("said %v", said)
	}
}

func TestAPersonWhoTakesOverMeanwhileWins(t *testing.T) {
	w := newWorld(t)
	m := w.timeline.hear(daniel, "sms", words("why is my bill so high?"))
	w.timeline.takenOver = true
	if err := w.answer(m); err != nil || len(w.ours()) != 0 {
		t.Errorf("answer = %v, said %v", err, w.ours())
	}
}

func TestADeletedMessageIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	m := w.timeline.hear(daniel, "sms", words(""))
	m.DeleteTime = timestamppb.New(w.now)
	if err := w.answer(m); err != nil || len(w.ours()) != 0 {
		t.Errorf("answer = %v, said %v", err, w.ours())
	}
}

func TestWhatAMachineWroteIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	m := w.timeline.hear(daniel, "email", words("I am away. Why is my bill so high?"))
	m.Content.Automatic = true
	if err := w.answer(m); err != nil || len(w.ours()) != 0 {
		t.Errorf("answer = %v, said %v", err, w.ours())
	}
	ctx := caller.With(t.Context(), caller.OnBehalfOf(caller.Service(tenant, "context"), daniel, accessv1.Assurance_ASSURANCE_NONE))
	if err := w.turns.GiveUp(ctx, m.GetConversationId(), m.GetId()); err != nil || len(w.ours()) != 0 {
		t.Errorf("giving up = %v, said %v", err, w.ours())
	}
}

func TestWhoIsNotKnownWellEnoughIsToldNothing(t *testing.T) {
	w := newWorld(t)
	m := w.timeline.hear(daniel, "email", words("why is my bill so high?"))
	ctx := caller.With(t.Context(), caller.OnBehalfOf(caller.Service(tenant, "context"), daniel, accessv1.Assurance_ASSURANCE_NONE))
	if err := w.turns.Run(ctx, m.GetConversationId(), m.GetId()); err != nil {
		t.Fatal(err)
	}
	if said := w.ours()[0].GetText(); !strings.Contains(said, "sure who is writing") || strings.Contains(said, "$") {
		t.Errorf("said %q", said)
	}
}

func TestWhoIsNotKnownAtAllIsToldWhatEverybodyMayKnow(t *testing.T) {
	w := newWorld(t)
	m := w.timeline.hear(daniel, "email", words("what are your opening hours?"))
	ctx := caller.With(t.Context(), caller.OnBehalfOf(caller.Service(tenant, "context"), daniel, accessv1.Assurance_ASSURANCE_NONE))
	if err := w.turns.Run(ctx, m.GetConversationId(), m.GetId()); err != nil {
		t.Fatal(err)
	}
	if said := w.ours()[0].GetText(); !strings.Contains(said, "8 a.m. to 10 p.m.") {
		t.Errorf("said %q", said)
	}
}

func TestAnswersFromArticlesAreAsLongAsTheChannelBears(t *testing.T) {
	w := newWorld(t)
	for _, channel := range []string{"sms", "whatsapp", "email"} {
		if err := w.answer(w.timeline.hear(daniel, channel, words("what are your opening hours?"))); err != nil {
			t.Fatal(err)
		}
	}
	if want := []int32{600, 0, 0}; !slices.Equal(w.library.sizes, want) {
		t.Errorf("asked for %v, want %v", w.library.sizes, want)
	}
}

func TestWhatOthersWroteIsNotSearched(t *testing.T) {
	w := newWorld(t)
	if err := w.answer(w.timeline.hear(daniel, "email", words("how do I set up autopay?\n\n> what are your opening hours?"))); err != nil {
		t.Fatal(err)
	}
	if want := []string{"how do I set up autopay?"}; !slices.Equal(w.library.asked, want) {
		t.Errorf("asked %q, want %q", w.library.asked, want)
	}
}

func TestWhoIsNotKnownWellEnoughMayStillHaveAPerson(t *testing.T) {
	w := newWorld(t)
	w.desk.agent = "free"
	m := w.timeline.hear(daniel, "email", words("I want to talk to a real person"))
	ctx := caller.With(t.Context(), caller.OnBehalfOf(caller.Service(tenant, "context"), daniel, accessv1.Assurance_ASSURANCE_NONE))
	if err := w.turns.Run(ctx, m.GetConversationId(), m.GetId()); err != nil {
		t.Fatal(err)
	}
	if said := w.ours()[0].GetText(); !strings.Contains(said, "asking a colleague") || len(w.desk.queued) != 1 {
		t.Errorf("said %q, queued %v", said, w.desk.queued)
	}
}

func TestGivingUpIsNotSaidWhileAPersonHandlesIt(t *testing.T) {
	w := newWorld(t)
	m := w.timeline.hear(daniel, "sms", words("why is my bill so high?"))
	w.timeline.handler = contextv1.HandlerKind_HANDLER_KIND_PERSON
	ctx := caller.With(t.Context(), caller.OnBehalfOf(
		caller.Service(tenant, "context"), daniel, accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION))
	if err := w.turns.GiveUp(ctx, m.GetConversationId(), m.GetId()); err != nil || len(w.ours()) != 0 {
		t.Errorf("giving up = %v, said %v", err, w.ours())
	}
}

func TestGivingUpTellsTheCustomerAndKeepsARequest(t *testing.T) {
	w := newWorld(t)
	m := w.timeline.hear(daniel, "sms", words("why is my bill so high?"))
	w.peers.left = 3
	if err := w.answer(m); !fault.Passing(err) {
		t.Fatalf("answer = %v, want the passing failure", err)
	}
	w.peers.left = -1
	ctx := caller.With(t.Context(), caller.OnBehalfOf(
		caller.Service(tenant, "context"), daniel, accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION))
	if err := w.turns.GiveUp(ctx, m.GetConversationId(), m.GetId()); err != nil {
		t.Fatal(err)
	}
	if len(w.timeline.order) != 1 || !strings.Contains(w.ours()[0].GetText(), "went wrong on our side") {
		t.Errorf("said %v, kept %v", w.ours(), w.timeline.requests)
	}
}

func TestWhatAVisitorSaidIsAnsweredThoughTheySignedInMeanwhile(t *testing.T) {
	const visitor = "customer_01h455vb4pex5vsknk084sn02q"
	for _, c := range []struct {
		name, text string
		do         func(*dialogue.Turns, context.Context, string, string) error
		told       string
		requests   int
	}{
		{"what everybody may know", "what are your opening hours?", (*dialogue.Turns).Run, "8 a.m. to 10 p.m.", 0},
		{"nothing of the customer's, whom nobody vouched for then", "why is my bill so high?", (*dialogue.Turns).Run, "sure who is writing", 0},
		{"a person is asked for", "I want to talk to a real person", (*dialogue.Turns).Run, "asking a colleague", 1},
		{"a person takes up what could not be answered", "why is my bill so high?", (*dialogue.Turns).GiveUp, "went wrong on our side", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.desk.agent = "free"
			m := w.timeline.hear(daniel, "web", words(c.text))
			ctx := caller.With(t.Context(), caller.OnBehalfOf(
				caller.Service(tenant, "context"), visitor, accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION))
			if err := c.do(w.turns, ctx, m.GetConversationId(), m.GetId()); err != nil {
				t.Fatal(err)
			}
			if said := w.timeline.replyTo(m).GetText(); !strings.Contains(said, c.told) || len(w.timeline.order) != c.requests {
				t.Errorf("said %q, kept %v", said, w.timeline.requests)
			}
		})
	}
}

func TestADialogueWithAVisitorIsTheirsWhoSignedIn(t *testing.T) {
	w := newWorld(t)
	visitors := dialogue.State{
		ConversationID: conversationOf(daniel), CustomerID: id("customer", 9), Language: tongue.Fact{Code: "es", Asked: true},
	}
	if err := w.store.Save(t.Context(), tenant, visitors); err != nil {
		t.Fatal(err)
	}
	if err := w.answer(w.timeline.hear(daniel, "web", words("gracias"))); err != nil {
		t.Fatal(err)
	}
	if language, err := w.customers.Language(caller.With(t.Context(), caller.Service(tenant, "test")), daniel); err != nil || language.Code != "es" {
		t.Errorf("the news is told in %q, %v", language.Code, err)
	}
}
