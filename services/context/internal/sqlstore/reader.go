package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// reader is a conversation.Reader, inside a transaction and outside of one.
type reader struct{ q store.Querier }

// Conversation implements conversation.Reader.
func (r reader) Conversation(ctx context.Context, tenant, id string) (conversation.Conversation, error) {
	return one(scanConversation, "a conversation", conversation.ErrConversationNotFound,
		r.q.QueryRow(ctx, `SELECT `+conversationColumns+` FROM conversations WHERE tenant = $1 AND id = $2`, tenant, id))
}

// OpenConversation implements conversation.Tx.
func (r reader) OpenConversation(ctx context.Context, tenant, customerID, topic string) (conversation.Conversation, error) {
	return one(scanConversation, "the open conversation", conversation.ErrConversationNotFound,
		r.q.QueryRow(ctx, `SELECT `+conversationColumns+` FROM conversations
			WHERE tenant = $1 AND customer_id = $2 AND topic = $3 AND close_time = 0`, tenant, customerID, topic))
}

// Conversations implements conversation.Reader.
func (r reader) Conversations(
	ctx context.Context, tenant string, which conversation.Selection, before conversation.Mark, limit int,
) ([]conversation.Conversation, error) {
	where, args := `tenant = $1`, []any{tenant}
	and := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(args)), 1)
		}
		where += " AND " + condition
	}
	if which.CustomerID != "" {
		and("customer_id = ?", which.CustomerID)
	}
	if which.Handler != 0 {
		and("handler = ?", int(which.Handler))
	}
	if which.Handler > conversation.Assistant {
		and("handler <> 1") // says that the index of the others has it
	}
	switch which.State {
	case conversation.StateOpen:
		and("close_time = 0")
	case conversation.StateClosed:
		and("close_time <> 0")
	}
	if before != (conversation.Mark{}) {
		and("(change_time, id) < (?, ?)", store.Micros(before.Time), before.ID)
	}
	return r.conversations(ctx, where+` ORDER BY change_time DESC, id DESC LIMIT `+strconv.Itoa(limit), args...)
}

// ChangedConversations implements conversation.Reader.
func (r reader) ChangedConversations(
	ctx context.Context, tenant string, after conversation.Mark, limit int,
) ([]conversation.Conversation, error) {
	return r.conversations(ctx, `tenant = $1 AND (change_time, id) > ($2, $3) ORDER BY change_time, id LIMIT $4`,
		tenant, store.Micros(after.Time), after.ID, limit)
}

func (r reader) conversations(ctx context.Context, where string, args ...any) ([]conversation.Conversation, error) {
	rows, err := r.q.Query(ctx, `SELECT `+conversationColumns+` FROM conversations WHERE `+where, args...)
	return all(rows, err, "conversations", scanConversation)
}

// Message implements conversation.Reader.
func (r reader) Message(ctx context.Context, tenant, id string) (conversation.Message, error) {
	return r.message(ctx, `tenant = $1 AND id = $2`, tenant, id)
}

// MessageByExternalKey implements conversation.Reader.
func (r reader) MessageByExternalKey(ctx context.Context, tenant, account string, key []byte) (conversation.Message, error) {
	return r.message(ctx, `tenant = $1 AND account = $2 AND external_key = $3`, tenant, account, key)
}

// Answer implements conversation.Reader.
func (r reader) Answer(ctx context.Context, tenant, messageID string) (conversation.Message, error) {
	return r.message(ctx, `tenant = $1 AND in_reply_to = $2 AND in_reply_to <> ''`, tenant, messageID)
}

// NewestInbound implements conversation.Reader.
func (r reader) NewestInbound(
	ctx context.Context, tenant, conversationID string, atLeast conversation.Assurance,
) (conversation.Message, error) {
	return r.message(ctx, `tenant = $1 AND conversation_id = $2 AND direction = $3 AND assurance >= $4 ORDER BY sequence DESC LIMIT 1`,
		tenant, conversationID, int(conversation.Inbound), int(atLeast))
}

// NewestOfCustomer implements conversation.Reader.
func (r reader) NewestOfCustomer(
	ctx context.Context, tenant, customerID string, atLeast conversation.Assurance,
) (conversation.Message, error) {
	return r.message(ctx, `tenant = $1 AND customer_id = $2 AND direction = $3 AND assurance >= $4
		ORDER BY create_time DESC, id DESC LIMIT 1`, tenant, customerID, int(conversation.Inbound), int(atLeast))
}

// NewestElsewhere implements conversation.Reader.
func (r reader) NewestElsewhere(ctx context.Context, tenant, customerID, channel string) (conversation.Message, error) {
	return r.message(ctx, `tenant = $1 AND customer_id = $2 AND direction = $3 AND channel <> $4 AND assurance > $5
		ORDER BY create_time DESC, id DESC LIMIT 1`, tenant, customerID, int(conversation.Inbound), channel, int(conversation.Nobody))
}

func (r reader) message(ctx context.Context, where string, args ...any) (conversation.Message, error) {
	return one(scanMessage, "a message", conversation.ErrMessageNotFound,
		r.q.QueryRow(ctx, `SELECT `+messageColumns+` FROM messages WHERE `+where, args...))
}

// Messages implements conversation.Reader.
func (r reader) Messages(ctx context.Context, tenant string, ids []string) ([]conversation.Message, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := []any{tenant}
	places := make([]string, len(ids))
	for i, id := range ids {
		args = append(args, id)
		places[i] = "$" + strconv.Itoa(len(args))
	}
	return r.messages(ctx, `tenant = $1 AND id IN (`+strings.Join(places, ", ")+`)`, args...)
}

// ConversationMessages implements conversation.Reader.
func (r reader) ConversationMessages(
	ctx context.Context, tenant, conversationID string, after int64, limit int,
) ([]conversation.Message, error) {
	return r.messages(ctx, `tenant = $1 AND conversation_id = $2 AND sequence > $3 ORDER BY sequence LIMIT $4`,
		tenant, conversationID, after, limit)
}

// ChangedMessages implements conversation.Reader.
func (r reader) ChangedMessages(
	ctx context.Context, tenant, conversationID string, after int64, limit int,
) ([]conversation.Message, error) {
	return r.messages(ctx, `tenant = $1 AND conversation_id = $2 AND revision > $3 ORDER BY revision LIMIT $4`,
		tenant, conversationID, after, limit)
}

// NewestMessages implements conversation.Reader.
func (r reader) NewestMessages(ctx context.Context, tenant, customerID string, limit int) ([]conversation.Message, error) {
	return r.messages(ctx, `tenant = $1 AND customer_id = $2 ORDER BY create_time DESC, id DESC LIMIT $3`,
		tenant, customerID, limit)
}

// CustomerMessages implements conversation.Reader.
func (r reader) CustomerMessages(
	ctx context.Context, tenant, customerID, account string, after conversation.Mark, limit int,
) ([]conversation.Message, error) {
	return r.messages(ctx, `tenant = $1 AND customer_id = $2 AND (create_time, id) > ($3, $4) AND ($6 = '' OR account = $6)
		ORDER BY create_time, id LIMIT $5`, tenant, customerID, store.Micros(after.Time), after.ID, limit, account)
}

func (r reader) messages(ctx context.Context, where string, args ...any) ([]conversation.Message, error) {
	rows, err := r.q.Query(ctx, `SELECT `+messageColumns+` FROM messages WHERE `+where, args...)
	return all(rows, err, "messages", scanMessage)
}

// Waiting implements conversation.Reader.
func (r reader) Waiting(ctx context.Context, tenant, account string, externalKey []byte) ([]conversation.Change, error) {
	rows, err := r.q.Query(ctx, `SELECT `+changeColumns+` FROM waiting_changes
		WHERE tenant = $1 AND account = $2 AND external_key = $3 ORDER BY occurred_time, wait_time, id`, tenant, account, externalKey)
	return all(rows, err, "waiting changes", scanChange)
}

// OpenRequest implements conversation.Reader.
func (r reader) OpenRequest(ctx context.Context, tenant, id string) (conversation.OpenRequest, error) {
	return one(scanRequest, "an open request", conversation.ErrRequestNotFound,
		r.q.QueryRow(ctx, `SELECT `+requestColumns+` FROM open_requests WHERE tenant = $1 AND id = $2`, tenant, id))
}

// OpenRequests implements conversation.Reader.
func (r reader) OpenRequests(
	ctx context.Context, tenant, customerID string, after conversation.Mark, limit int,
) ([]conversation.OpenRequest, error) {
	where := `tenant = $1 AND done_time = 0 AND (create_time, id) > ($2, $3)`
	args := []any{tenant, store.Micros(after.Time), after.ID, limit}
	if customerID != "" {
		where += ` AND customer_id = $5`
		args = append(args, customerID)
	}
	rows, err := r.q.Query(ctx, `SELECT `+requestColumns+` FROM open_requests WHERE `+where+` ORDER BY create_time, id LIMIT $4`, args...)
	return all(rows, err, "open requests", scanRequest)
}

// HasOpenRequest implements conversation.Tx.
func (r reader) HasOpenRequest(ctx context.Context, tenant, conversationID string, kind int) (bool, error) {
	var n int
	err := r.q.QueryRow(ctx, `SELECT count(*) FROM open_requests
		WHERE tenant = $1 AND conversation_id = $2 AND kind = $3 AND done_time = 0`, tenant, conversationID, kind).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("looking for what is open in a conversation: %w", err)
	}
	return n > 0, nil
}

// one reads a row that may not be there.
func one[T any](scan func(scanner) (T, error), what string, missing error, row scanner) (T, error) {
	t, err := scan(row)
	if errors.Is(err, store.ErrNoRows) {
		return t, missing
	}
	if err != nil {
		return t, fmt.Errorf("reading %s: %w", what, err)
	}
	return t, nil
}
