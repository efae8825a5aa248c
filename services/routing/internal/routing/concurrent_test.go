package routing_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

// Two processes on PostgreSQL, one on SQLite; whoever they are, nobody has more than he can, and nobody is lost.
func TestManyWorkAtOnce(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, opened func(testing.TB, string) *store.DB) {
		const agents, customers, each = 5, 4, 8
		db := opened(t, "routing")
		here := openFloor(t, db, policy(), &heard{})
		there := here
		if db.Engine() == store.PostgreSQL {
			there = openFloor(t, opened(t, "routing"), policy(), &heard{})
		}
		here.queue(routing.Queue{Name: "billing"})
		for i := range agents {
			here.there(fmt.Sprint("agent", i), 1+i%2)
		}
		var wanting, working sync.WaitGroup
		open := map[string]routing.Wish{}
		var mu sync.Mutex
		for c := range customers {
			wanting.Go(func() {
				for range each {
					w := wish()
					mu.Lock()
					open[w.ConversationID] = w
					mu.Unlock()
					f := []*floor{here, there}[c%2]
					if _, err := f.Request(f.ctx(), f.assistant(), request(), w); err != nil {
						t.Error(err)
					}
				}
			})
		}
		done := make(chan string, customers*each)
		stop, cancel := context.WithCancel(t.Context())
		for i := range agents {
			working.Go(func() { work(stop, []*floor{here, there}[i%2], fmt.Sprint("agent", i), done) })
		}
		wanting.Wait()
		for range customers * each {
			conversation := <-done
			mu.Lock()
			if _, wanted := open[conversation]; !wanted {
				t.Errorf("%s was completed twice", conversation)
			}
			delete(open, conversation)
			mu.Unlock()
		}
		cancel()
		working.Wait()
		(&oracle{db: db}).check(here, open)
	})
}

// work through whatever is offered to the agent.
func work(ctx context.Context, f *floor, name string, done chan<- string) {
	r := rand.New(rand.NewPCG(uint64(len(done)), 5))
	err := f.Watch(ctx, f.as(name), 0, 10*time.Millisecond, func(s routing.Seen) error {
		if s.Offer.State == routing.OfferPending {
			f.deal(ctx, name, s.Task, r.IntN(4) == 0, done)
		}
		return nil
	})
	if ctx.Err() == nil {
		f.t.Error(err)
	}
}

// deal with a task: accept it, several times at once, and complete it; or give it back.
func (f *floor) deal(ctx context.Context, name string, task routing.Task, back bool, done chan<- string) {
	if task.State != routing.Offered || task.Agent != name {
		return
	}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if _, err := f.Accept(ctx, f.as(name), task.OfferID); err != nil && ctx.Err() == nil {
				f.t.Error(err)
			}
		})
	}
	both.Wait()
	a, err := f.store.Agent(ctx, f.tenant, name)
	if err == nil && a.Load["webchat"] > a.Capacity["webchat"] {
		f.t.Errorf("%s has %d and can %d", name, a.Load["webchat"], a.Capacity["webchat"])
	}
	if back {
		_, err := f.Transfer(ctx, f.operator(), task.ID, "", routing.Destination{Agent: "agent0"})
		if err == nil {
			return
		}
		if !errors.Is(err, routing.ErrAgentNotFree) {
			f.t.Error(err)
		}
	}
	if _, err := f.Complete(ctx, f.as(name), task.ID, ""); err != nil {
		if ctx.Err() == nil {
			f.t.Error(err)
		}
		return
	}
	done <- task.ConversationID
}
