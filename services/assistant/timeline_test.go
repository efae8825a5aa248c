package assistant

import (
	"context"
	"slices"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/idempotency"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// timeline is ContextService as far as the assistant needs it: one conversation with each customer.
type timeline struct {
	contextv1.UnimplementedContextServiceServer
	now      func() time.Time
	messages []*contextv1.Message
	requests map[string]*contextv1.CreateOpenRequestRequest
	order    []string // of the requests' ids
	handler  contextv1.HandlerKind
	epoch    int64
	// takenOver says that a person takes over between the reading and the answer.
	takenOver bool
	// posting is what refuses news.
	posting error
	posted  map[string]*contextv1.PostToCustomerRequest // by request id
}

func newTimeline(now func() time.Time) *timeline {
	return &timeline{
		now: now, posted: map[string]*contextv1.PostToCustomerRequest{}, requests: map[string]*contextv1.CreateOpenRequestRequest{},
		handler: contextv1.HandlerKind_HANDLER_KIND_ASSISTANT, epoch: 1,
	}
}

// customer and conversation have the same number.
func conversationOf(customerID string) string { return "conversation_" + customerID[len("customer_"):] }

func (t *timeline) append(m *contextv1.Message) *contextv1.Message {
	for _, other := range t.messages {
		if other.GetConversationId() == m.GetConversationId() {
			m.Sequence = other.GetSequence()
		}
	}
	m.Sequence++
	m.Id = id("message", len(t.messages)+1)
	m.ExternalId = "vendor-" + m.GetId()
	m.CreateTime = timestamppb.New(t.now())
	if m.GetContent() == nil {
		m.Content = &contextv1.Content{Kind: contextv1.ContentKind_CONTENT_KIND_TEXT, Text: m.GetText()}
	}
	t.messages = append(t.messages, m)
	return m
}

// hear a message of a customer.
func (t *timeline) hear(customerID, channel string, content *contextv1.Content) *contextv1.Message {
	return t.append(&contextv1.Message{
		CustomerId: customerID, ConversationId: conversationOf(customerID), Channel: channel, Text: content.GetText(),
		Direction: contextv1.Direction_DIRECTION_INBOUND, Author: contextv1.AuthorKind_AUTHOR_KIND_CUSTOMER, Content: content,
	})
}

// heard is when something was heard last.
func (t *timeline) heard() time.Time { return t.messages[len(t.messages)-1].GetCreateTime().AsTime() }

// say something that is not the assistant's.
func (t *timeline) say(customerID, text string, author contextv1.AuthorKind) {
	t.append(&contextv1.Message{
		CustomerId: customerID, ConversationId: conversationOf(customerID), Channel: "whatsapp", Text: text,
		Direction: contextv1.Direction_DIRECTION_OUTBOUND, Author: author,
	})
}

// replyTo is what was answered to the message; nil while nothing was.
func (t *timeline) replyTo(m *contextv1.Message) *contextv1.Message {
	for _, other := range t.messages {
		if other.GetInReplyTo() == m.GetId() {
			return other
		}
	}
	return nil
}

func (t *timeline) GetConversation(_ context.Context, req *contextv1.GetConversationRequest) (*contextv1.GetConversationResponse, error) {
	customerID := "customer_" + req.GetConversationId()[len("conversation_"):]
	return &contextv1.GetConversationResponse{Conversation: &contextv1.Conversation{
		Id: req.GetConversationId(), CustomerId: customerID, Handler: t.handler, HandlerEpoch: t.epoch,
	}}, nil
}

func (t *timeline) BatchGetMessages(_ context.Context, req *contextv1.BatchGetMessagesRequest) (*contextv1.BatchGetMessagesResponse, error) {
	response := &contextv1.BatchGetMessagesResponse{}
	for _, m := range t.messages {
		if slices.Contains(req.GetMessageIds(), m.GetId()) {
			response.Messages = append(response.Messages, m)
		}
	}
	return response, nil
}

func (t *timeline) ListMessages(_ context.Context, req *contextv1.ListMessagesRequest) (*contextv1.ListMessagesResponse, error) {
	response := &contextv1.ListMessagesResponse{}
	for _, m := range t.messages {
		if m.GetConversationId() == req.GetConversationId() && m.GetSequence() > req.GetAfterSequence() &&
			len(response.GetMessages()) < int(req.GetPageSize()) {
			response.Messages = append(response.Messages, m)
		}
	}
	return response, nil
}

func (t *timeline) PostMessage(ctx context.Context, req *contextv1.PostMessageRequest) (*contextv1.PostMessageResponse, error) {
	for _, m := range t.messages {
		if m.GetInReplyTo() == req.GetInReplyTo() {
			return &contextv1.PostMessageResponse{Message: m}, nil
		}
	}
	if req.GetHandlerEpoch() != t.epoch || t.takenOver {
		return nil, fault.New(codes.Aborted, "HANDLER_CHANGED", "somebody else handles it")
	}
	var origin *contextv1.Message
	for _, m := range t.messages {
		if m.GetId() == req.GetInReplyTo() {
			origin = m
		}
	}
	if caller.From(ctx).GetOnBehalfOfCustomer() != origin.GetCustomerId() {
		return nil, fault.New(codes.NotFound, "CONVERSATION_NOT_FOUND", "an answer is posted on behalf of who asked")
	}
	return &contextv1.PostMessageResponse{Message: t.append(&contextv1.Message{
		CustomerId: origin.GetCustomerId(), ConversationId: req.GetConversationId(), Channel: origin.GetChannel(),
		Text: req.GetText(), InReplyTo: req.GetInReplyTo(), Direction: contextv1.Direction_DIRECTION_OUTBOUND,
		Author: req.GetAuthor(),
	})}, nil
}

func (t *timeline) PostToCustomer(_ context.Context, req *contextv1.PostToCustomerRequest) (*contextv1.PostToCustomerResponse, error) {
	if t.posting != nil {
		return nil, t.posting
	}
	if before, known := t.posted[req.GetRequestId()]; known {
		return &contextv1.PostToCustomerResponse{}, same(before, req)
	}
	t.posted[req.GetRequestId()] = req
	t.say(req.GetCustomerId(), req.GetText(), req.GetAuthor())
	return &contextv1.PostToCustomerResponse{Message: t.messages[len(t.messages)-1]}, nil
}

func (t *timeline) CreateOpenRequest(_ context.Context, req *contextv1.CreateOpenRequestRequest) (*contextv1.CreateOpenRequestResponse, error) {
	if before, known := t.requests[req.GetRequestId()]; known {
		return &contextv1.CreateOpenRequestResponse{OpenRequest: &contextv1.OpenRequest{}}, same(before, req)
	}
	t.requests[req.GetRequestId()] = req
	t.order = append(t.order, req.GetRequestId())
	return &contextv1.CreateOpenRequestResponse{OpenRequest: &contextv1.OpenRequest{}}, nil
}

// same says whether a request comes again, as the real service does.
func same(before, again proto.Message) error {
	if !proto.Equal(before, again) {
		return fault.New(codes.AlreadyExists, idempotency.Reused, "this request_id was used for another request")
	}
	return nil
}
