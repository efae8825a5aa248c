package conversation

import (
	"context"
	"slices"
)

// Timeline reads what was said. What is out of a caller's reach does not exist for them.
type Timeline struct {
	store Store
	vault Vault
}

// NewTimeline over a store.
func NewTimeline(s Store, v Vault) *Timeline { return &Timeline{store: s, vault: v} }

// Conversation by id.
func (t *Timeline) Conversation(ctx context.Context, reach Reach, id string) (Conversation, error) {
	return conversationWithin(ctx, t.store, reach, id)
}

// OfConversation lists the messages with a sequence above `after`, by sequence.
func (t *Timeline) OfConversation(ctx context.Context, reach Reach, id string, after int64, limit int) ([]Said, error) {
	if _, err := conversationWithin(ctx, t.store, reach, id); err != nil {
		return nil, err
	}
	messages, err := t.store.ConversationMessages(ctx, reach.Tenant, id, after, limit)
	if err != nil {
		return nil, err
	}
	return t.vault.openAll(ctx, messages)
}

// OfCustomer lists a customer's messages behind the mark, across conversations, oldest first; of one channel account when it is
// not empty.
func (t *Timeline) OfCustomer(ctx context.Context, reach Reach, id, account string, after Mark, limit int) ([]Said, error) {
	if !reach.covers(id) {
		return nil, ErrCustomerNotFound
	}
	messages, err := t.store.CustomerMessages(ctx, reach.Tenant, id, account, after, limit)
	if err != nil {
		return nil, err
	}
	return t.vault.openAll(ctx, messages)
}

// Newest messages with a customer, in whatever conversation, oldest first; more says that there are older ones.
func (t *Timeline) Newest(ctx context.Context, reach Reach, customerID string, most int) (said []Said, more bool, err error) {
	if !reach.covers(customerID) {
		return nil, false, ErrCustomerNotFound
	}
	messages, err := t.store.NewestMessages(ctx, reach.Tenant, customerID, most+1)
	if err != nil {
		return nil, false, err
	}
	more = len(messages) > most
	messages = messages[:min(len(messages), most)]
	slices.Reverse(messages)
	said, err = t.vault.openAll(ctx, messages)
	return said, more, err
}

// Conversations that changed before the mark, the last changed first.
func (t *Timeline) Conversations(ctx context.Context, reach Reach, which Selection, before Mark, limit int) ([]Conversation, error) {
	if which.CustomerID == "" {
		which.CustomerID = reach.CustomerID
	}
	if !reach.covers(which.CustomerID) {
		return nil, ErrCustomerNotFound
	}
	return t.store.Conversations(ctx, reach.Tenant, which, before, limit)
}

// Batch reads messages by id in the order asked, or answers the first id that is missing with ErrMessageNotFound.
func (t *Timeline) Batch(ctx context.Context, reach Reach, ids []string) (said []Said, missing string, err error) {
	found, err := t.store.Messages(ctx, reach.Tenant, ids)
	if err != nil {
		return nil, "", err
	}
	byID := make(map[string]Message, len(found))
	for _, m := range found {
		if reach.covers(m.CustomerID) {
			byID[m.ID] = m
		}
	}
	ordered := make([]Message, len(ids))
	for i, id := range ids {
		m, ok := byID[id]
		if !ok {
			return nil, id, ErrMessageNotFound
		}
		ordered[i] = m
	}
	said, err = t.vault.openAll(ctx, ordered)
	return said, "", err
}
