package contextsvc_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

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
