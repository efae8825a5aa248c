package rpc_test

import (
	"testing"

	"github.com/parleyhq/parley/mesh/fault"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc/codes"
)

func TestValidationNamesTheField(t *testing.T) {
	onBothPaths(t, func(t *testing.T, w *world) {
		ctx := asAssistant(t.Context())
		cases := map[string]struct {
			call                func() error
			reason, field, rule string
		}{
			"a request id that is no UUID": {func() error {
				_, err := w.context.PostMessage(ctx, &contextv1.PostMessageRequest{
					RequestId: "one", ConversationId: "c", Text: "hello", Author: contextv1.AuthorKind_AUTHOR_KIND_ASSISTANT})
				return err
			}, "FIELD_INVALID", "request_id", "string.uuid"},
			"a missing id": {func() error {
				_, err := w.context.GetConversation(ctx, &contextv1.GetConversationRequest{})
				return err
			}, "FIELD_INVALID", "conversation_id", "required"},
			"two parents": {func() error {
				_, err := w.context.ListMessages(ctx, &contextv1.ListMessagesRequest{CustomerId: "a", ConversationId: "b"})
				return err
			}, "REQUEST_INVALID", "", "list_messages.parent"},
			"a stream's request": {func() error {
				s, err := w.context.WatchConversation(ctx, &contextv1.WatchConversationRequest{ConversationId: "c", AfterSequence: -1})
				if err == nil {
					_, err = s.Recv()
				}
				return err
			}, "FIELD_INVALID", "after_sequence", "int64.gte"},
		}
		for name, c := range cases {
			t.Run(name, func(t *testing.T) {
				err := c.call()
				info := fault.Info(err)
				if fault.Code(err) != codes.InvalidArgument || info.GetReason() != c.reason ||
					info.GetMetadata()["field"] != c.field || info.GetMetadata()["rule"] != c.rule {
					t.Errorf("got %v with %v, want %s of field %q by rule %q", err, info, c.reason, c.field, c.rule)
				}
			})
		}
	})
}
