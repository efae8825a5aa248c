package contextsvc_test

import (
	"testing"
	"time"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// The timer is set when a conversation opens, looks when it is due, and goes back to sleep if somebody spoke.
func TestTimerClosesWhatIsSilent(t *testing.T) {
	b := startOnSQLite(t)
	quiet, busy := said("SM1", "Hello"), said("SM2", "Hello")
	busy.Sender = bySMS("+12125550102")
	first := b.record(quiet, busy)
	b.clock.forward(20 * 24 * time.Hour)
	again := said("SM3", "Hello again")
	again.Sender = busy.GetSender()
	b.record(again)
	b.clock.forward(10 * 24 * time.Hour)
	stranger := said("SM4", "Hello")
	stranger.Sender = bySMS("+12125550103")
	b.record(stranger) // opens a conversation, which has the timers look at the clock
	b.await(first[0].GetConversationId(), contextv1.Conversation_STATE_CLOSED)
	b.await(first[1].GetConversationId(), contextv1.Conversation_STATE_OPEN)
	b.clock.forward(20 * 24 * time.Hour)
	stranger = said("SM5", "Hello")
	stranger.Sender = bySMS("+12125550104")
	b.record(stranger)
	b.await(first[1].GetConversationId(), contextv1.Conversation_STATE_CLOSED)
}

// await the state of a conversation.
func (b *bench) await(conversation string, state contextv1.Conversation_State) {
	b.t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	tooLong := time.After(20 * time.Second)
	for {
		resp, err := b.GetConversation(b.ctx, &contextv1.GetConversationRequest{ConversationId: conversation})
		if err != nil {
			b.t.Fatal(err)
		}
		if resp.GetConversation().GetState() == state {
			return
		}
		select {
		case <-look.C:
		case <-tooLong:
			b.t.Fatalf("the conversation is %v", resp.GetConversation())
		}
	}
}
