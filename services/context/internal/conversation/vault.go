package conversation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/seal"
)

// Vault seals what customers say under their own keys, each thing bound to the place where it stands.
type Vault struct{ keeper *seal.Keeper }

// NewVault over the keeper of the keys.
func NewVault(keeper *seal.Keeper) Vault { return Vault{keeper: keeper} }

// Words are the opened secrets of a message.
type Words struct {
	Content    Content
	Address    string
	ExternalID string
	Emoji      string
}

// Said is a message and its words.
type Said struct {
	Message
	Words Words
}

// part of a message that is sealed on its own.
type part string

const (
	partContent    part = "content"
	partAddress    part = "address"
	partExternalID part = "external_id"
	partEmoji      part = "emoji"
	partSummary    part = "summary" // of an open request
)

// place binds a sealed part to what it is part of: a message, a change that waits, an open request.
func place(p part, id string) string { return "context/" + id + "/" + string(p) }

// seal a part; what is empty stays empty.
func (v Vault) seal(ctx context.Context, customerID string, p part, id string, plain []byte) (Sealed, error) {
	if len(plain) == 0 {
		return nil, nil
	}
	sealed, err := v.keeper.Seal(ctx, seal.Customer(customerID), plain, place(p, id))
	if errors.Is(err, seal.ErrDestroyed) {
		return nil, ErrCustomerErased
	}
	if err != nil {
		return nil, fmt.Errorf("sealing the %s of %s: %w", p, id, err)
	}
	return sealed, nil
}

// open a part. What was sealed for a customer who has been erased is gone: it opens as nothing.
func (v Vault) open(ctx context.Context, customerID string, p part, id string, sealed Sealed) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	plain, err := v.keeper.Open(ctx, seal.Customer(customerID), sealed, place(p, id))
	if errors.Is(err, seal.ErrDestroyed) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("opening the %s of %s: %w", p, id, err)
	}
	return plain, nil
}

func (v Vault) sealContent(ctx context.Context, customerID, id string, c Content) (Sealed, error) {
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("encoding the content of %s: %w", id, err)
	}
	return v.seal(ctx, customerID, partContent, id, plain)
}

// answerTo completes a message from our side: on the channel, in the thread and to the address from which the origin came.
func (v Vault) answerTo(ctx context.Context, origin, m Message, content Content) (Message, error) {
	said, err := v.Open(ctx, origin)
	if err != nil {
		return m, err
	}
	m.Channel, m.Account, m.Direction, m.CustomerID = origin.Channel, origin.Account, Outbound, origin.CustomerID
	content.Thread = said.Words.Content.Thread
	if m.Content, err = v.sealContent(ctx, origin.CustomerID, m.ID, content); err != nil {
		return m, err
	}
	m.Address, err = v.seal(ctx, origin.CustomerID, partAddress, m.ID, []byte(said.Words.Address))
	return m, err
}

// rebind seals anew, for the message, what was sealed for a waiting change.
func (v Vault) rebind(ctx context.Context, c Change, messageID string) (Change, error) {
	p := partContent
	if c.Kind == ChangeReaction {
		p = partEmoji
	}
	plain, err := v.open(ctx, c.CustomerID, p, c.BoundTo, c.Sealed)
	if err != nil {
		return c, err
	}
	c.Sealed, err = v.seal(ctx, c.CustomerID, p, messageID, plain)
	c.BoundTo = messageID
	return c, err
}

// giveTo seals a message anew for another customer, whose it is from then on.
func (v Vault) giveTo(ctx context.Context, customerID string, m Message) (_ Message, err error) {
	for p, sealed := range map[part]*Sealed{
		partContent: &m.Content, partAddress: &m.Address, partExternalID: &m.ExternalID, partEmoji: &m.Reaction.Emoji,
	} {
		if *sealed, err = v.reseal(ctx, m.CustomerID, customerID, p, m.ID, *sealed); err != nil {
			return m, err
		}
	}
	m.CustomerID = customerID
	return m, nil
}

func (v Vault) reseal(ctx context.Context, from, to string, p part, id string, sealed Sealed) (Sealed, error) {
	plain, err := v.open(ctx, from, p, id, sealed)
	if err != nil {
		return nil, err
	}
	return v.seal(ctx, to, p, id, plain)
}

// Open reads a message.
func (v Vault) Open(ctx context.Context, m Message) (Said, error) {
	said := Said{Message: m}
	content, err := v.open(ctx, m.CustomerID, partContent, m.ID, m.Content)
	if err != nil {
		return said, err
	}
	if len(content) > 0 {
		if err := json.Unmarshal(content, &said.Words.Content); err != nil {
			return said, fmt.Errorf("decoding the content of %s: %w", m.ID, err)
		}
	}
	for _, p := range []struct {
		part   part
		sealed Sealed
		into   *string
	}{
		{partAddress, m.Address, &said.Words.Address},
		{partExternalID, m.ExternalID, &said.Words.ExternalID},
		{partEmoji, m.Reaction.Emoji, &said.Words.Emoji},
	} {
		plain, err := v.open(ctx, m.CustomerID, p.part, m.ID, p.sealed)
		if err != nil {
			return said, err
		}
		*p.into = string(plain)
	}
	return said, nil
}

// openAll reads messages in their order.
func (v Vault) openAll(ctx context.Context, messages []Message) ([]Said, error) {
	said := make([]Said, len(messages))
	for i, m := range messages {
		var err error
		if said[i], err = v.Open(ctx, m); err != nil {
			return nil, err
		}
	}
	return said, nil
}

// externalKey finds a message by what the vendor calls it. Vendors build their ids from phone numbers, so they are
// not kept in clear.
func (v Vault) externalKey(tenant, account, externalID string) []byte {
	return v.keeper.Blind(tenant, "context.external_id", account+"\x00"+externalID)
}

// eventKey finds what an event was answered; an adapter may build its keys from addresses.
func (v Vault) eventKey(tenant, account, key string) []byte {
	return v.keeper.Blind(tenant, "context.event", account+"\x00"+key)
}

// requestKey stands for everything that a request asked for, without telling it.
func (v Vault) requestKey(tenant string, payload []byte) []byte {
	return v.keeper.Blind(tenant, "context.request", string(payload))
}
