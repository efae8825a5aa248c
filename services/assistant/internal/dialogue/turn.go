package dialogue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/fault"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// Turns runs turns.
type Turns struct {
	Store        Store
	Understander Understander
	Skills       *Skills
	Peers        grpc.ClientConnInterface
	Clock        clock.Clock
	Log          *slog.Logger
}

// Run answers one message. The context's caller acts on behalf of the customer who wrote. A message that was answered, or
// that a person handles, is left alone.
func (t *Turns) Run(ctx context.Context, conversationID, messageID string) error {
	tenant := caller.Tenant(ctx)
	ctx = asAssistant(ctx)
	incoming, err := t.read(ctx, conversationID, messageID)
	if err != nil {
		return err
	}
	if incoming.conversation.GetHandler() != contextv1.HandlerKind_HANDLER_KIND_ASSISTANT {
		return nil
	}
	state, err := t.Store.Load(ctx, tenant, conversationID)
	if errors.Is(err, ErrNoState) {
		state, err = State{ConversationID: conversationID, CustomerID: incoming.message.GetCustomerId()}, nil
	}
	if err != nil {
		return fmt.Errorf("load the dialogue of %s: %w", conversationID, err)
	}
	if state.AnsweredSequence >= incoming.message.GetSequence() {
		return nil
	}
	reply, err := t.answer(ctx, incoming, state)
	if err != nil {
		return err
	}
	if err := t.carryOut(ctx, incoming, reply); err != nil {
		return err
	}
	return t.remember(ctx, tenant, state, incoming, reply)
}

// GiveUp is called when a message could not be answered after all tries: a person takes it up, and the customer is told.
func (t *Turns) GiveUp(ctx context.Context, conversationID, messageID string) error {
	ctx = asAssistant(ctx)
	incoming, err := t.read(ctx, conversationID, messageID)
	if err != nil {
		return err
	}
	reply, err := t.Skills.fallback.Answer(ctx, skill.Turn{
		CustomerID: incoming.message.GetCustomerId(), Content: incoming.message.GetContent(), Intent: skill.Failed,
	})
	if err != nil {
		return err
	}
	return t.carryOut(ctx, incoming, reply)
}

// asAssistant makes the assistant the one who acts, for the same customer with the same assurance as the event came with.
func asAssistant(ctx context.Context) context.Context {
	c := caller.From(ctx)
	assistant := caller.Service(c.GetTenant(), "assistant")
	return caller.With(ctx, caller.OnBehalfOf(assistant, c.GetOnBehalfOfCustomer(), c.GetAssurance()))
}

// incoming is a message and its conversation.
type incoming struct {
	conversation *contextv1.Conversation
	message      *contextv1.Message
}

// read is done as the assistant itself: the words are needed even when nobody vouches for who wrote them.
func (t *Turns) read(ctx context.Context, conversationID, messageID string) (incoming, error) {
	ctx = caller.With(ctx, caller.Service(caller.Tenant(ctx), "assistant"))
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

func (t *Turns) answer(ctx context.Context, in incoming, state State) (skill.Reply, error) {
	content := in.message.GetContent()
	understood := t.Understander.Understand(content.GetText())
	chosen := t.Skills.For(understood.Intent)
	t.Log.DebugContext(ctx, "understood", "message", in.message.GetId(), "intent", understood.Intent, "skill", chosen.Name())
	reply, err := chosen.Answer(ctx, skill.Turn{
		Peers:      skill.Restrict(t.Peers, chosen),
		CustomerID: in.message.GetCustomerId(),
		Content:    content,
		Intent:     understood.Intent,
		Offer:      state.Offer,
		Now:        t.Clock(),
	})
	if err != nil {
		return skill.Reply{}, fmt.Errorf("skill %s: %w", chosen.Name(), err)
	}
	return reply, nil
}

// carryOut keeps what a person has to take up, then posts the answer that says so.
func (t *Turns) carryOut(ctx context.Context, in incoming, reply skill.Reply) error {
	timeline := contextv1.NewContextServiceClient(t.Peers)
	if reply.Request != nil {
		_, err := timeline.CreateOpenRequest(ctx, &contextv1.CreateOpenRequestRequest{
			RequestId:      requestID(in.message.GetId(), "open-request"),
			ConversationId: in.conversation.GetId(),
			Kind:           reply.Request.Kind,
			MessageId:      in.message.GetId(),
			Summary:        reply.Request.Summary,
		})
		if err != nil {
			return fmt.Errorf("keep an open request: %w", err)
		}
	}
	_, err := timeline.PostMessage(ctx, &contextv1.PostMessageRequest{
		RequestId:      requestID(in.message.GetId(), "reply"),
		ConversationId: in.conversation.GetId(),
		Text:           reply.Text,
		InReplyTo:      in.message.GetId(),
		HandlerEpoch:   in.conversation.GetHandlerEpoch(),
		Author:         contextv1.AuthorKind_AUTHOR_KIND_ASSISTANT,
	})
	if fault.Code(err) == codes.Aborted {
		t.Log.InfoContext(ctx, "a person took over; the answer is dropped", "conversation", in.conversation.GetId())
		return nil
	}
	if err != nil {
		return fmt.Errorf("post the answer: %w", err)
	}
	return nil
}

func (t *Turns) remember(ctx context.Context, tenant string, state State, in incoming, reply skill.Reply) error {
	if reply.Topic != "" {
		state.Topic = reply.Topic
	}
	state.Offer = reply.Offer
	state.AnsweredSequence = in.message.GetSequence()
	if err := t.Store.Save(ctx, tenant, state); err != nil {
		return fmt.Errorf("save the dialogue of %s: %w", state.ConversationID, err)
	}
	return nil
}

// requestID is derived from the message, so that a turn that is run again makes the same calls.
func requestID(messageID, purpose string) string {
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(messageID+"/"+purpose)).String()
}
