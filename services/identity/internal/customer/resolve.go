package customer

import (
	"context"
	"errors"
	"fmt"
)

// maxRaces bounds how often Resolve starts again because somebody else made the customer meanwhile. Whoever lost a race
// finds the winner in the next round; only customers who vanish again could make it lose twice.
const maxRaces = 8

// Sighting is somebody seen on a channel.
type Sighting struct {
	Handle Handle
	// Also are handles that the same vendor vouched for in the same event. They are asked in order when nobody holds Handle.
	Also        []Handle
	DisplayName string // kept only for a customer who has no name
	Assurance   Assurance
}

// Find reads who was seen, or ErrNotFound. It changes nothing.
func (r *Registry) Find(ctx context.Context, tenant string, s Sighting) (Customer, error) {
	id, _, err := r.holder(ctx, tenant, expand(append([]Handle{s.Handle}, s.Also...)...))
	if err != nil {
		return Customer{}, err
	}
	return r.store.Get(ctx, tenant, id)
}

// Resolve finds who was seen, and makes the customer when nobody holds any of the handles. The handles that nobody holds are
// linked to the one found. When they point to several customers the first wins, the others keep what is theirs: to join two
// customers is a merge, and never done in passing. Several calls at once about the same new person make one customer.
func (r *Registry) Resolve(ctx context.Context, tenant string, s Sighting) (c Customer, created bool, err error) {
	handles := expand(append([]Handle{s.Handle}, s.Also...)...)
	for range maxRaces {
		id, free, err := r.holder(ctx, tenant, handles)
		if err == nil {
			c, err := r.recognise(ctx, tenant, id, free, s)
			return c, false, err
		}
		if !errors.Is(err, ErrNotFound) {
			return Customer{}, false, err
		}
		n := New{DisplayName: s.DisplayName, Handles: handles}
		id, err = r.store.Add(ctx, tenant, r.draft(n, s.Assurance), nil)
		if errors.Is(err, ErrHandleTaken) {
			continue
		}
		if err != nil {
			return Customer{}, false, err
		}
		c, err := r.store.Get(ctx, tenant, id)
		return c, true, err
	}
	return Customer{}, false, fmt.Errorf("resolve a customer: lost %d races", maxRaces)
}

// holder is the customer who holds the first of the handles that anybody holds, and the handles that nobody does.
func (r *Registry) holder(ctx context.Context, tenant string, handles []Handle) (id string, free []Handle, err error) {
	holders, err := r.store.Holders(ctx, tenant, handles)
	if err != nil {
		return "", nil, err
	}
	for i, holder := range holders {
		switch {
		case holder == "":
			free = append(free, handles[i])
		case id == "":
			id = holder
		}
	}
	if id == "" {
		return "", nil, ErrNotFound
	}
	return id, free, nil
}

// recognise reads a customer who was seen, with what the sighting adds to them.
func (r *Registry) recognise(ctx context.Context, tenant, id string, free []Handle, s Sighting) (Customer, error) {
	c, err := r.store.Get(ctx, tenant, id)
	if err != nil {
		return Customer{}, err
	}
	named := c.DisplayName != "" || s.DisplayName == ""
	if named && len(free) == 0 {
		return c, nil
	}
	now := r.clock()
	if err := r.store.Enrich(ctx, tenant, id, link(free, s.Assurance, now), s.DisplayName, now); err != nil {
		return Customer{}, err
	}
	return r.store.Get(ctx, tenant, id)
}
