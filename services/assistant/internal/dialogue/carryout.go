package dialogue

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/fault"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/colleague"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"google.golang.org/grpc/codes"
)

// carryOut keeps what a person has to take up, asks for one, then posts the answer that says so: whoever is asked finds why,
// however soon that is. No message is answered when a person took over meanwhile.
func (t *Turns) carryOut(ctx context.Context, in incoming, a answer) (*contextv1.Message, error) {
	for i, request := range a.requests {
		if err := colleague.KeepRequest(ctx, t.Peers, &contextv1.CreateOpenRequestRequest{
			RequestId:      skill.RequestID(in.message.GetId(), fmt.Sprint("open-request/", i)),
			ConversationId: in.conversation.GetId(),
			Kind:           request.Kind,
			MessageId:      in.message.GetId(),
			Summary:        request.Summary,
		}); err != nil {
			return nil, err
		}
		if request.Kind == contextv1.OpenRequest_KIND_NEEDS_PERSON {
			if err := t.askForPerson(ctx, in); err != nil {
				return nil, err
			}
		}
	}
	response, err := contextv1.NewContextServiceClient(t.Peers).PostMessage(ctx, &contextv1.PostMessageRequest{
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
	_, err := t.Desk.Ask(ctx, t.Peers, t.turn(in).WishForPerson("ASSISTANT_CANNOT"))
	return err
}
