package sqlstore

import (
	"context"
	"sync"
)

// turns let one transaction of a tenant run at a time in this process. Others would lose against it and run again.
type turns struct {
	mu       sync.Mutex
	byTenant map[string]chan struct{}
}

// take waits for the tenant's turn; done gives it on.
func (t *turns) take(ctx context.Context, tenant string) (done func(), err error) {
	turn := t.of(tenant)
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (t *turns) of(tenant string) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.byTenant == nil {
		t.byTenant = map[string]chan struct{}{}
	}
	if t.byTenant[tenant] == nil {
		t.byTenant[tenant] = make(chan struct{}, 1)
	}
	return t.byTenant[tenant]
}
