package contextsvc_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc/codes"
)

func (b *bench) watch(ctx context.Context, conversation string, after int64) contextv1.ContextService_WatchConversationClient {
	b.t.Helper()
	stream, err := b.WatchConversation(ctx, &contextv1.WatchConversationRequest{
		ConversationId: conversation, AfterSequence: after,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return stream
}

func receive(t testing.TB, stream contextv1.ContextService_WatchConversationClient) *contextv1.Message {
	t.Helper()
	resp, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	return resp.GetMessage()
}

func TestWatcherSeesWhatWasThereAndThenWhatComes(t *testing.T) {
	b := startOnSQLite(t)
	r := b.record(said("SM1", "one"), said("SM2", "two"), said("SM3", "three"))
	ctx, cancel := context.WithCancel(b.ctx)
	stream := b.watch(ctx, r[0].GetConversationId(), 1)
	for _, want := range []string{"two", "three"} {
		if got := receive(t, stream).GetText(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	b.record(said("SM4", "four"))
	if m := receive(t, stream); m.GetText() != "four" || m.GetSequence() != 4 {
		t.Errorf("got %v, want the fourth", m)
	}
	b.record(edited("SM1", "ONE", morning))
	if m := receive(t, stream); m.GetText() != "ONE" || m.GetSequence() != 1 {
		t.Errorf("got %v, want the first as it was changed", m)
	}
	cancel()
	if _, err := stream.Recv(); err == nil {
		t.Error("the watch went on after it was canceled")
	}
}

func TestWatcherMissesNothingAndSeesNothingTwiceWhileMuchIsSaid(t *testing.T) {
	onBothEngines(t, func(t *testing.T, b *bench) {
		const writers, each = 4, 60
		r := b.record(said("first", "first"))[0]
		ctx, cancel := context.WithCancel(b.ctx)
		defer cancel()
		var group sync.WaitGroup
		for w := range writers {
			group.Go(func() {
				for i := range each / 3 {
					id := fmt.Sprint(w, "/", i, "/")
					b.record(said(id+"a", id), said(id+"b", id), said(id+"c", id))
				}
			})
		}
		stream := b.watch(ctx, r.GetConversationId(), 0)
		seen := map[int64]bool{}
		for range 1 + writers*each {
			m := receive(t, stream)
			if seen[m.GetSequence()] {
				t.Fatalf("message %d was sent twice", m.GetSequence())
			}
			seen[m.GetSequence()] = true
		}
		group.Wait()
		for sequence := range int64(1 + writers*each) {
			if !seen[sequence+1] {
				t.Errorf("message %d was missed", sequence+1)
			}
		}
	})
}

func TestWatchIsRefused(t *testing.T) {
	b := startOnSQLite(t)
	_, err := b.watch(b.ctx, typeid.New("conversation"), 0).Recv()
	wantFault(t, err, codes.NotFound, "CONVERSATION_NOT_FOUND")
	_, err = b.watch(b.ctx, "17", 0).Recv()
	wantFault(t, err, codes.InvalidArgument, "ID_INVALID")
}

// A watcher that comes back gets each change that it has not seen, wherever it was cut off, and nothing twice.
func TestAWatcherGoesOnWhereItWasCutOff(t *testing.T) {
	b := startOnSQLite(t)
	id := b.record(said("SM1", "one"), said("SM2", "two"), said("SM3", "three"))[0].GetConversationId()
	b.record(edited("SM1", "ONE", morning)) // has a newer revision than the others, and is sent first
	var token string
	watch := func(want ...string) {
		t.Helper()
		ctx, cancel := context.WithCancel(b.ctx)
		defer cancel()
		stream, err := b.WatchConversation(ctx, &contextv1.WatchConversationRequest{ConversationId: id, ResumeToken: token})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range want {
			resp, err := stream.Recv()
			if err != nil {
				t.Fatal(err)
			}
			if token = resp.GetResumeToken(); resp.GetMessage().GetText() != text {
				t.Fatalf("got %q, want %q", resp.GetMessage().GetText(), text)
			}
		}
	}
	watch("ONE")
	b.record(edited("SM2", "TWO", morning), said("SM4", "four"))
	watch("three", "TWO")
	watch("four")
	b.record(edited("SM3", "THREE", morning))
	watch("THREE")
}

func TestAResumeTokenIsForItsStream(t *testing.T) {
	b := startOnSQLite(t)
	id := b.record(said("SM1", "one"))[0].GetConversationId()
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	stream := b.watch(ctx, id, 0)
	resp, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	for name, req := range map[string]*contextv1.WatchConversationRequest{
		"of another conversation": {ConversationId: typeid.New("conversation"), ResumeToken: resp.GetResumeToken()},
		"made up":                 {ConversationId: id, ResumeToken: "made-up"},
	} {
		t.Run(name, func(t *testing.T) {
			stream, err := b.WatchConversation(ctx, req)
			if err == nil {
				_, err = stream.Recv()
			}
			wantFault(t, err, codes.InvalidArgument, "RESUME_TOKEN_INVALID")
		})
	}
}

func TestWhoWatchesAllConversationsSeesEachThatChanges(t *testing.T) {
	onBothEngines(t, func(t *testing.T, b *bench) {
		b.record(said("SM1", "before"))
		b.clock.forward(time.Minute)
		ctx, cancel := context.WithCancel(b.ctx)
		stream, err := b.WatchConversations(ctx, &contextv1.WatchConversationsRequest{})
		if err != nil {
			t.Fatal(err)
		}
		other := said("SM2", "hello")
		other.Sender = bySMS("+12125550102")
		b.clock.forward(time.Minute)
		id := b.record(other)[0].GetConversationId()
		resp, err := stream.Recv()
		if err != nil || resp.GetConversation().GetId() != id || resp.GetConversation().GetLastSequence() != 1 {
			t.Fatalf("got %v, %v, want %s", resp, err, id)
		}
		cancel()
		b.clock.forward(time.Minute)
		_, err = b.SetHandler(b.ctx, &contextv1.SetHandlerRequest{
			ConversationId: id, Handler: contextv1.HandlerKind_HANDLER_KIND_PERSON, Agent: ana,
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel = context.WithCancel(b.ctx)
		defer cancel()
		stream, err = b.WatchConversations(ctx, &contextv1.WatchConversationsRequest{ResumeToken: resp.GetResumeToken()})
		if err != nil {
			t.Fatal(err)
		}
		if resp, err = stream.Recv(); err != nil || resp.GetConversation().GetAgent() != ana {
			t.Errorf("got %v, %v, want what changed in between", resp, err)
		}
	})
}

func TestConversationsAreListedInPages(t *testing.T) {
	b := startOnSQLite(t)
	for i := range 3 {
		e := said(fmt.Sprint("SM", i), "hello")
		e.Sender = bySMS(fmt.Sprintf("+1212555010%d", i))
		b.clock.forward(time.Second)
		b.record(e)
	}
	var seen []int64
	req := &contextv1.ListConversationsRequest{PageSize: 2, State: contextv1.Conversation_STATE_OPEN}
	for {
		resp, err := b.ListConversations(b.ctx, req)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range resp.GetConversations() {
			seen = append(seen, c.GetCreateTime().AsTime().Sub(morning).Milliseconds())
		}
		if req.PageToken = resp.GetNextPageToken(); req.GetPageToken() == "" {
			break
		}
	}
	if !slices.Equal(seen, []int64{3000, 2000, 1000}) {
		t.Errorf("listed %v", seen)
	}
	req.Handler, req.PageToken = contextv1.HandlerKind_HANDLER_KIND_PERSON, ""
	if resp, err := b.ListConversations(b.ctx, req); err != nil || len(resp.GetConversations()) != 0 {
		t.Errorf("with a person: %v, %v", resp, err)
	}
}
