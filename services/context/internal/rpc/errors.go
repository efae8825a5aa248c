package rpc

import (
	"errors"
	"strconv"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"google.golang.org/grpc/codes"
)

// messageNotFound is what a caller sees of a message that is not there, or not theirs.
var messageNotFound = fault.New(codes.NotFound, "MESSAGE_NOT_FOUND", "there is no such message")

// authorNotYou is what an agent sees who writes in another's name.
var authorNotYou = fault.New(codes.PermissionDenied, "AUTHOR_NOT_YOU", "an agent posts as an agent")

// faces of the domain's errors, as callers see them.
var faces = []struct {
	err  error
	face *fault.Error
}{
	{conversation.ErrConversationNotFound, fault.New(codes.NotFound, "CONVERSATION_NOT_FOUND", "there is no such conversation")},
	{conversation.ErrMessageNotFound, messageNotFound},
	{conversation.ErrCustomerNotFound, fault.New(codes.NotFound, "CUSTOMER_NOT_FOUND", "there is no such customer")},
	{conversation.ErrConversationClosed, fault.New(codes.FailedPrecondition, "CONVERSATION_CLOSED", "the conversation is closed")},
	{conversation.ErrHandlerChanged, fault.New(codes.Aborted, "HANDLER_CHANGED", "somebody else handles the conversation now")},
	{conversation.ErrNotYours, fault.New(codes.PermissionDenied, "CONVERSATION_NOT_YOURS", "you do not handle the conversation")},
	{conversation.ErrNoAddress, fault.New(codes.FailedPrecondition, "NO_ADDRESS",
		"the customer has not written in this conversation, so there is nowhere to answer to")},
	{conversation.ErrCustomerErased, fault.New(codes.FailedPrecondition, "CUSTOMER_ERASED", "the customer was erased")},
	{conversation.ErrAnswerUnderWay, fault.New(codes.Unavailable, "ANSWER_UNDER_WAY", "what was said last is being answered: try again")},
	{conversation.ErrContended, fault.New(codes.Unavailable, "CONTENDED", "the same message is being changed by others: try again")},
}

// toFault is the error as the caller may see it; the cause stays inside.
func toFault(err error) error {
	for _, f := range faces {
		if errors.Is(err, f.err) {
			return f.face.Because(err)
		}
	}
	return err
}

// notRecorded is about an event that nothing is wrong with: whoever holds it keeps it and tries again.
var notRecorded = fault.New(codes.Unavailable, "NOT_RECORDED", "the event could not be recorded now: try again")

// toEventFault is the error of one event. What went wrong inside (a store that is down, a full disk) passes, and no message
// may be lost for it.
func toEventFault(err error) error {
	err = toFault(err)
	if code := fault.Code(err); code == codes.Internal || code == codes.Unknown {
		return notRecorded.Because(err)
	}
	return err
}

func indexed(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }
