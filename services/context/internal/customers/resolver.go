// Package customers asks the identity service whose message it is.
package customers

import (
	"context"
	"sync"
	"time"

	"github.com/parleyhq/parley/mesh/clock"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"github.com/parleyhq/parley/services/context/internal/conversation"
	"google.golang.org/grpc"
)

const (
	// remembered answers are held for this long: a handle that moves to somebody else is believed no longer than that.
	remembered = 30 * time.Second
	// What identity takes at most: characters of a name, and handles beside the first. A longer name is no reason to lose a
	// message.
	longestName = 200
	mostAlso    = 8
	// generation is how many answers are held before the older half is let go.
	generation = 4096
)

// Resolver is a conversation.Customers that remembers who wrote last. Safe for concurrent use.
type Resolver struct {
	identity identityv1.IdentityServiceClient
	clock    clock.Clock

	mu sync.Mutex
	// young becomes old when it is full, so that memory is bounded and who writes often stays.
	young, old map[string]answer
}

type answer struct {
	customerID string
	until      time.Time
}

// NewResolver asks the identity service among the peers.
func NewResolver(peers grpc.ClientConnInterface, clk clock.Clock) *Resolver {
	return &Resolver{identity: identityv1.NewIdentityServiceClient(peers), clock: clk, young: map[string]answer{}}
}

// Resolve implements conversation.Customers.
func (r *Resolver) Resolve(ctx context.Context, tenant string, s conversation.Sender) (string, error) {
	// The key holds everything that identity is told, so that a new name or a better assurance reaches it.
	key := tenant + "\x00" + s.Key()
	if id, ok := r.recall(key); ok {
		return id, nil
	}
	handles := make([]*identityv1.Handle, len(s.Handles))
	for i, h := range s.Handles {
		handles[i] = toHandle(h)
	}
	resp, err := r.identity.ResolveCustomer(ctx, &identityv1.ResolveCustomerRequest{
		Handle: handles[0], Also: handles[1:min(len(handles), 1+mostAlso)], Create: true,
		DisplayName: shortened(s.DisplayName), Assurance: accessv1.Assurance(s.Assurance),
	})
	if err != nil {
		return "", err
	}
	id := resp.GetCustomer().GetId()
	r.remember(key, id)
	return id, nil
}

func (r *Resolver) recall(key string) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a, ok := r.young[key]
	if !ok {
		a, ok = r.old[key]
	}
	return a.customerID, ok && r.clock().Before(a.until)
}

func (r *Resolver) remember(key, customerID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.young) >= generation {
		r.old, r.young = r.young, map[string]answer{}
	}
	r.young[key] = answer{customerID: customerID, until: r.clock().Add(remembered)}
}

// shortened is the beginning of a name that is too long.
func shortened(name string) string {
	runes := []rune(name)
	return string(runes[:min(len(runes), longestName)])
}
