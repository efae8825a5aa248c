package dialogue

import (
	"context"
	"fmt"
	"slices"
	"time"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/acting"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
)

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

// turn is what every skill is told that answers it.
func (t *Turns) turn(in incoming) skill.Turn {
	return skill.Turn{
		CustomerID:     in.message.GetCustomerId(),
		ConversationID: in.conversation.GetId(),
		MessageID:      in.message.GetId(),
		Channel:        in.message.GetChannel(),
		Content:        in.message.GetContent(),
		Desk:           t.Desk,
		Lately:         in.lately,
		Now:            in.time(),
	}
}

func (t *Turns) read(ctx context.Context, conversationID, messageID string) (incoming, error) {
	ctx = acting.ForNobody(ctx)
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

// behind is how many messages back the last thing said to the customer, and what the matter is, are looked for.
const behind = 20

func (in incoming) quotes() bool { return in.message.GetContent().GetQuotedExternalId() != "" }

// time when the message was appended, by the clock that also times our own.
func (in incoming) time() time.Time { return in.message.GetCreateTime().AsTime() }

// saidLately are the last few messages before this one, the newest last.
func (t *Turns) saidLately(ctx context.Context, in incoming) ([]*contextv1.Message, error) {
	before := in.message.GetSequence()
	if before <= 1 {
		return nil, nil
	}
	response, err := contextv1.NewContextServiceClient(t.Peers).ListMessages(acting.ForNobody(ctx), &contextv1.ListMessagesRequest{
		ConversationId: in.conversation.GetId(), AfterSequence: max(0, before-1-behind), PageSize: behind,
	})
	if err != nil {
		return nil, fmt.Errorf("read what was said last in %s: %w", in.conversation.GetId(), err)
	}
	return slices.DeleteFunc(response.GetMessages(), func(m *contextv1.Message) bool { return m.GetSequence() >= before }), nil
}

// lastSaid is our side's newest message before this one; nil when there is none among the last few.
func (in incoming) lastSaid() *contextv1.Message {
	for _, m := range slices.Backward(in.lately) {
		if m.GetDirection() == contextv1.Direction_DIRECTION_OUTBOUND {
			return m
		}
	}
	return nil
}

// quotesOffer says whether the message quotes one of those in which the offer was made.
func (t *Turns) quotesOffer(ctx context.Context, in incoming, offer *Offer) (bool, error) {
	if offer == nil || !in.quotes() {
		return false, nil
	}
	response, err := contextv1.NewContextServiceClient(t.Peers).BatchGetMessages(acting.ForNobody(ctx),
		&contextv1.BatchGetMessagesRequest{MessageIds: offer.MessageIDs})
	if err != nil {
		return false, fmt.Errorf("read the messages of the offer: %w", err)
	}
	return slices.ContainsFunc(response.GetMessages(), func(m *contextv1.Message) bool {
		return m.GetExternalId() == in.message.GetContent().GetQuotedExternalId()
	}), nil
}
