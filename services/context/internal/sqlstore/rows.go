package sqlstore

import (
	"database/sql"
	"fmt"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/services/context/internal/conversation"
)

// scanner is a row, alone or among others.
type scanner interface{ Scan(into ...any) error }

const conversationColumns = `tenant, id, customer_id, topic, handler, handler_epoch, last_sequence, revision,
	create_time, update_time, close_time, agent, task_sequence, change_time`

func scanConversation(row scanner) (conversation.Conversation, error) {
	var c conversation.Conversation
	var create, update, closed, change int64
	err := row.Scan(&c.Tenant, &c.ID, &c.CustomerID, &c.Topic, &c.Handler, &c.HandlerEpoch, &c.LastSequence, &c.Revision,
		&create, &update, &closed, &c.Agent, &c.TaskSequence, &change)
	c.CreateTime, c.UpdateTime, c.CloseTime = store.Time(create), store.Time(update), store.Time(closed)
	c.ChangeTime = store.Time(change)
	return c, err
}

const messageColumns = `tenant, id, conversation_id, customer_id, sequence, revision, channel, account, direction, author,
	in_reply_to, content, address, external_id, external_key, delivery_state, delivery_reason, delivery_time,
	reaction, reaction_time, occurred_time, create_time, edit_time, delete_time, assurance`

func scanMessage(row scanner) (conversation.Message, error) {
	var m conversation.Message
	var delivery, reaction, occurred, create, edit, deletion int64
	err := row.Scan(&m.Tenant, &m.ID, &m.ConversationID, &m.CustomerID, &m.Sequence, &m.Revision, &m.Channel, &m.Account,
		&m.Direction, &m.Author, &m.InReplyTo, sealed(&m.Content), sealed(&m.Address), sealed(&m.ExternalID), &m.ExternalKey,
		&m.Delivery.State, &m.Delivery.Reason, &delivery, sealed(&m.Reaction.Emoji), &reaction, &occurred, &create, &edit,
		&deletion, &m.Assurance)
	m.Delivery.UpdateTime, m.Reaction.Time = store.Time(delivery), store.Time(reaction)
	m.OccurredTime, m.CreateTime = store.Time(occurred), store.Time(create)
	m.EditTime, m.DeleteTime = store.Time(edit), store.Time(deletion)
	return m, err
}

const changeColumns = `tenant, account, external_key, kind, customer_id, id, sealed, occurred_time, wait_time`

func scanChange(row scanner) (conversation.Change, error) {
	var c conversation.Change
	var occurred, wait int64
	err := row.Scan(&c.Tenant, &c.Account, &c.ExternalKey, &c.Kind, &c.CustomerID, &c.ID, sealed(&c.Sealed), &occurred, &wait)
	c.BoundTo = c.ID
	c.OccurredTime, c.WaitTime = store.Time(occurred), store.Time(wait)
	return c, err
}

const requestColumns = `tenant, id, conversation_id, customer_id, kind, message_id, summary, create_time`

func scanRequest(row scanner) (conversation.OpenRequest, error) {
	var o conversation.OpenRequest
	var create int64
	err := row.Scan(&o.Tenant, &o.ID, &o.ConversationID, &o.CustomerID, &o.Kind, &o.MessageID, sealed(&o.Summary), &create)
	o.CreateTime = store.Time(create)
	return o, err
}

// sealed lets a row be scanned into a Sealed; database/sql knows only []byte.
func sealed(s *conversation.Sealed) *[]byte { return (*[]byte)(s) }

// all reads every row.
func all[T any](rows *sql.Rows, err error, what string, scan func(scanner) (T, error)) ([]T, error) {
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		t, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", what, err)
		}
		list = append(list, t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading %s: %w", what, err)
	}
	return list, nil
}

// blob is NULL when there is nothing, on either engine.
func blob(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}
