package contextsvc_test

import (
	"context"
	"slices"
	"testing"
	"time"

	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"google.golang.org/protobuf/proto"
)

const someVisitor = "visitor_01h2xcejqtf2nbrexx3vqjhp41"

func anonymously(e *contextv1.ChannelEvent) *contextv1.ChannelEvent {
	e.Channel, e.Account = "web", "web-main"
	e.Sender = &contextv1.Sender{
		Address: someVisitor, Assurance: accessv1.Assurance_ASSURANCE_NONE,
		Handles: []*identityv1.Handle{{Kind: identityv1.HandleKind_HANDLE_KIND_VISITOR_ID, Value: someVisitor}},
	}
	return e
}

// signsIn is the visitor, who turns out to hold the handle.
func signsIn(as *contextv1.Sender) *contextv1.ChannelEvent {
	e := anonymously(event("sign_in/"+as.GetHandles()[0].GetValue(), nil, morning))
	e.Event = &contextv1.ChannelEvent_Identified{Identified: &contextv1.SenderIdentified{
		Handles: as.GetHandles(), Assurance: accessv1.Assurance_ASSURANCE_STRONG,
	}}
	return e
}

func texts(messages []*contextv1.Message) (texts []string) {
	for _, m := range messages {
		texts = append(texts, m.GetText())
	}
	return texts
}

func TestWhatAVisitorSaidIsTheCustomersAfterSigningIn(t *testing.T) {
	onBothEngines(t, func(t *testing.T, b *bench) {
		asked := b.record(anonymously(said("w1", "hello from nobody")))[0]
		posted := b.post(answer(asked, "who are you?"))
		daniels := b.record(signsIn(bySMS(daniel)))[0].GetCustomerId()
		b.record(signsIn(bySMS(daniel))) // again
		after := b.record(onWeb("w2", "it is me"))[0]

		if daniels == asked.GetCustomerId() || after.GetCustomerId() != daniels {
			t.Fatalf("the visitor was %s, signed in as %s, and goes on as %s", asked.GetCustomerId(), daniels, after.GetCustomerId())
		}
		told := b.timeline(daniels)
		if got := texts(told); !slices.Equal(got, []string{"hello from nobody", "who are you?", "it is me"}) {
			t.Fatalf("Daniel's timeline is %q", got)
		}
		if after.GetConversationId() != asked.GetConversationId() {
			t.Error("the conversation did not go on")
		}
		if told[0].GetAddress() != someVisitor || told[0].GetExternalId() != "w1" || told[0].GetCustomerId() != daniels || told[1].GetId() != posted.GetId() {
			t.Errorf("what was said became %v", told[:2])
		}
		if left := b.timeline(asked.GetCustomerId()); len(left) != 0 {
			t.Errorf("nobody still has %v", left)
		}
		b.record(goneFrom(posted.GetId())) // the state of an answer from before finds it
		late := b.record(anonymously(said("w3", "from the page that was left open")))[0]
		if late.GetCustomerId() != daniels {
			t.Errorf("who was merged is remembered for %s, want %s", late.GetCustomerId(), daniels)
		}
	})
}

func TestOneConversationIsOpenAfterSigningIn(t *testing.T) {
	nothing := func(*bench, *contextv1.EventResult) {}
	taken := func(b *bench, r *contextv1.EventResult) {
		b.t.Helper()
		_, err := b.SetHandler(b.ctx, &contextv1.SetHandlerRequest{
			ConversationId: r.GetConversationId(), Handler: contextv1.HandlerKind_HANDLER_KIND_PERSON, Agent: ana,
		})
		if err != nil {
			b.t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name            string
		visitors, known func(*bench, *contextv1.EventResult) // what became of it
		goesOn          string
	}{
		{"both are the assistant's", nothing, nothing, "known"},
		{"a person is waited for in the customer's", nothing, (*bench).wantPerson, "known"},
		{"a person is waited for in the visitor's", (*bench).wantPerson, nothing, "visitor"},
		{"a person is waited for in both", (*bench).wantPerson, (*bench).wantPerson, "known"},
		{"a person has the visitor's", taken, nothing, "visitor"},
		{"a person has the visitor's, and is waited for in the customer's", taken, (*bench).wantPerson, "visitor"},
		{"a person has the customer's, and is waited for in the visitor's", (*bench).wantPerson, taken, "known"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := startOnSQLite(t)
			known := b.record(said("SM1", "hello by SMS"))[0]
			visitors := b.record(anonymously(said("w1", "hello from nobody")))[0]
			b.post(answer(visitors, "who are you?"))
			c.known(b, known)
			c.visitors(b, visitors)
			b.record(signsIn(bySMS(daniel)))
			after := b.record(onWeb("w2", "it is me"))[0]
			want := known.GetConversationId()
			if c.goesOn == "visitor" {
				want = visitors.GetConversationId()
			}
			if after.GetConversationId() != want {
				t.Errorf("it goes on in %s, want %s", after.GetConversationId(), want)
			}
			if got := texts(b.timeline(known.GetCustomerId())); !slices.Equal(got, []string{"hello by SMS", "hello from nobody", "who are you?", "it is me"}) {
				t.Errorf("Daniel's timeline is %q", got)
			}
			open := 0
			for _, r := range []*contextv1.EventResult{known, visitors} {
				conversation := b.conversation(r.GetConversationId())
				if conversation.GetState() == contextv1.Conversation_STATE_OPEN {
					open++
				}
				if conversation.GetCustomerId() != known.GetCustomerId() {
					t.Errorf("conversation of %s", conversation.GetCustomerId())
				}
			}
			if open != 1 {
				t.Errorf("%d conversations are open", open)
			}
		})
	}
}

func TestTheAnswerToAVisitorIsWaitedFor(t *testing.T) {
	b := startOnSQLite(t)
	asked := b.record(anonymously(said("w1", "hello from nobody")))[0]
	signIn := &contextv1.RecordEventsRequest{Events: []*contextv1.ChannelEvent{signsIn(bySMS(daniel))}}
	resp, err := b.RecordEvents(b.ctx, signIn)
	if err != nil || resp.GetResults()[0].GetError().GetCode() == 0 {
		t.Fatalf("signed in while an answer is under way: %v, %v", resp, err)
	}
	b.post(answer(asked, "who are you?"))
	daniels := b.record(signIn.GetEvents()...)[0].GetCustomerId()
	if got := texts(b.timeline(daniels)); !slices.Equal(got, []string{"hello from nobody", "who are you?"}) {
		t.Errorf("Daniel's timeline is %q", got)
	}

	t.Run("but not for ever", func(t *testing.T) {
		b := startOnSQLite(t)
		b.record(anonymously(said("w1", "hello from nobody")))
		b.clock.forward(11 * time.Second)
		b.record(signsIn(bySMS(daniel)))
	})
}

func TestNobodySignsInAsTwo(t *testing.T) {
	b := startOnSQLite(t)
	maria := bySMS("+12125550102")
	hello := b.record(anonymously(said("w1", "hello from nobody")))[0]
	b.post(answer(hello, "who are you?"))
	daniels := b.record(signsIn(bySMS(daniel)))[0].GetCustomerId()
	marias := b.record(signsIn(maria))[0].GetCustomerId()
	if daniels == marias || len(b.timeline(daniels)) != 2 || len(b.timeline(marias)) != 0 {
		t.Errorf("Daniel's: %v, Maria's: %v", b.timeline(daniels), b.timeline(marias))
	}
}

func TestWhatIsSaidBeforeSigningInIsOrderedBeforeIt(t *testing.T) {
	b := startOnSQLite(t)
	known := b.record(said("SM1", "hello by SMS"))[0]
	resp, err := b.RecordEvents(b.ctx, &contextv1.RecordEventsRequest{Events: []*contextv1.ChannelEvent{
		anonymously(said("w1", "one")), signsIn(bySMS(daniel)), anonymously(said("w2", "two")),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if codes := []int32{resp.GetResults()[0].GetError().GetCode(), resp.GetResults()[1].GetError().GetCode()}; codes[0] != 0 || codes[1] == 0 {
		t.Errorf("recorded, and waiting for its answer: %v", codes)
	}
	b.clock.forward(11 * time.Second)
	b.record(signsIn(bySMS(daniel)), anonymously(said("w2", "two")))
	if got := texts(b.timeline(known.GetCustomerId())); !slices.Equal(got, []string{"hello by SMS", "one", "two"}) {
		t.Errorf("Daniel's timeline is %q", got)
	}
}

func TestASigningInIsTold(t *testing.T) {
	onBothEngines(t, func(t *testing.T, b *bench) {
		known := b.record(said("SM1", "hello by SMS"))[0]
		visitors := b.record(anonymously(said("w1", "hello from nobody")))[0]
		b.post(answer(visitors, "who are you?"))
		told := b.events()
		b.record(signsIn(bySMS(daniel)))

		id, customer := visitors.GetConversationId(), known.GetCustomerId()
		want := []proto.Message{
			&eventsv1.ConversationMoved{ConversationId: id, CustomerId: customer},
			&eventsv1.ConversationClosed{ConversationId: id, CustomerId: customer},
		}
		for sequence := int64(1); len(want) > 0; {
			env := <-told
			if env.GetPartitionKey() != id {
				continue
			}
			if env.GetSequence() != sequence {
				t.Fatalf("%s is event %d of the conversation, want %d", env.GetType(), env.GetSequence(), sequence)
			}
			if sequence++; sequence <= 3 { // what was said
				continue
			}
			if got, err := env.GetPayload().UnmarshalNew(); err != nil || !proto.Equal(got, want[0]) {
				t.Errorf("told %v, %v, want %v", got, err, want[0])
			}
			want = want[1:]
		}
	})
}

func TestWhoWatchesAllConversationsSeesWhoAVisitorTurnedOutToBe(t *testing.T) {
	b := startOnSQLite(t)
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	stream, err := b.WatchConversations(ctx, &contextv1.WatchConversationsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	seen := func(customer string) {
		t.Helper()
		for {
			resp, err := stream.Recv()
			if err != nil {
				t.Fatalf("%s is not seen: %v", customer, err)
			}
			if resp.GetConversation().GetCustomerId() == customer {
				return
			}
		}
	}
	visitors := b.record(anonymously(said("w1", "hello from nobody")))[0]
	b.post(answer(visitors, "who are you?"))
	seen(visitors.GetCustomerId())
	seen(b.record(signsIn(bySMS(daniel)))[0].GetCustomerId())
}

// Whoever has the page that was left open is not told what the customer is.
func TestWhatNobodyAskedForGoesToWhoIsVouchedFor(t *testing.T) {
	signedIn := func(b *bench) *contextv1.EventResult {
		visitors := b.record(anonymously(said("w1", "hello from nobody")))[0]
		b.post(answer(visitors, "who are you?"))
		b.record(signsIn(bySMS(daniel)))
		return b.record(said("SM1", "hello by SMS"))[0]
	}
	for _, c := range []struct {
		name string
		post func(b *bench, r *contextv1.EventResult) (*contextv1.Message, error)
	}{
		{"news", func(b *bench, r *contextv1.EventResult) (*contextv1.Message, error) {
			resp, err := b.PostToCustomer(b.ctx, news(r.GetCustomerId(), "Your case is decided"))
			return resp.GetMessage(), err
		}},
		{"a person's reply", func(b *bench, r *contextv1.EventResult) (*contextv1.Message, error) {
			reply := answer(r, "This is Rosa")
			reply.InReplyTo = ""
			resp, err := b.PostMessage(b.ctx, reply)
			return resp.GetMessage(), err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := startOnSQLite(t)
			known := signedIn(b)
			b.clock.forward(time.Second)
			b.record(anonymously(said("w2", "from the page that was left open")))
			m, err := c.post(b, known)
			if err != nil {
				t.Fatal(err)
			}
			if m.GetChannel() != "sms" || m.GetAddress() != daniel {
				t.Errorf("it goes by %s to %s, want to Daniel's phone", m.GetChannel(), m.GetAddress())
			}
		})
	}
}
