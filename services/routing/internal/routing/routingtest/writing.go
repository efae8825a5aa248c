package routingtest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

func tenants(t *testing.T, s routing.Store) {
	mine, o := task(1), offer(1)
	insert(t, s, mine)
	hire(t, s, agent("agent-ana"))
	write(t, s, func(ctx context.Context, tx routing.Tx) error { return tx.InsertOffer(ctx, o) })
	const other = "borealis"
	_, err := s.Task(t.Context(), other, mine.ID)
	wantError(t, err, routing.ErrTaskNotFound)
	_, err = s.OpenTask(t.Context(), other, mine.ConversationID)
	wantError(t, err, routing.ErrTaskNotFound)
	_, err = s.Offer(t.Context(), other, o.ID)
	wantError(t, err, routing.ErrOfferNotFound)
	_, err = s.Agent(t.Context(), other, "agent-ana")
	wantError(t, err, routing.ErrAgentNotFound)
	same(t, "their tasks", must(s.Tasks(t.Context(), other, routing.Selection{}, 10))(t), []routing.Task(nil))
	same(t, "their demands", must(s.Demands(t.Context(), other))(t), []routing.Demand(nil))
	same(t, "their agents", must(s.AvailableAgents(t.Context(), other))(t), []routing.Agent(nil))
}

func oneAfterTheOther(t *testing.T, s routing.Store) {
	const writers, each = 8, 12
	a := agent("agent-ana")
	a.OfferSequence = 0
	hire(t, s, a)
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range each {
				err := s.Write(t.Context(), tenant, func(ctx context.Context, tx routing.Tx) error {
					a, err := tx.Agent(ctx, tenant, "agent-ana")
					if err != nil {
						return err
					}
					a.OfferSequence++
					return tx.UpdateAgent(ctx, a)
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if n := must(s.Agent(t.Context(), tenant, "agent-ana"))(t).OfferSequence; n != writers*each {
		t.Errorf("%d of %d changes were kept", n, writers*each)
	}
}

func failedWrite(t *testing.T, s routing.Store) {
	changed, stop := s.Watch(tenant, "agent-ana")
	defer stop()
	mine, o, sorry := task(1), offer(1), errors.New("sorry")
	err := s.Write(t.Context(), tenant, func(ctx context.Context, tx routing.Tx) error {
		if err := tx.InsertTask(ctx, mine, step(mine, routing.Requesting, routing.Nothing)); err != nil {
			return err
		}
		if err := tx.InsertOffer(ctx, o); err != nil {
			return err
		}
		return sorry
	})
	wantError(t, err, sorry)
	_, err = s.Task(t.Context(), tenant, mine.ID)
	wantError(t, err, routing.ErrTaskNotFound)
	_, err = s.Offer(t.Context(), tenant, o.ID)
	wantError(t, err, routing.ErrOfferNotFound)
	if woken(changed) {
		t.Error("a watcher was woken")
	}
}

func watch(t *testing.T, s routing.Store) {
	changed, stop := s.Watch(tenant, "agent-ana")
	others, stopOthers := s.Watch(tenant, "agent-luis")
	defer stopOthers()
	o := offer(1)
	write(t, s, func(ctx context.Context, tx routing.Tx) error { return tx.InsertOffer(ctx, o) })
	if !woken(changed) || woken(others) {
		t.Error("an offer wakes its agent, and nobody else")
	}
	o.State, o.Sequence = routing.OfferAccepted, 2
	write(t, s, func(ctx context.Context, tx routing.Tx) error { return tx.UpdateOffer(ctx, o) })
	if !woken(changed) {
		t.Error("a change of an offer wakes its agent")
	}
	stop()
	o.State, o.Sequence = routing.OfferEnded, 3
	write(t, s, func(ctx context.Context, tx routing.Tx) error { return tx.UpdateOffer(ctx, o) })
	if woken(changed) {
		t.Error("who stopped watching was woken")
	}
}

func woken(changed <-chan struct{}) bool {
	select {
	case <-changed:
		return true
	default:
		return false
	}
}

func once(t *testing.T, s routing.Store) {
	ctx := caller.With(t.Context(), caller.Service(tenant, "assistant"))
	id := uuid.NewString()
	ran := 0
	ask := func(payload string) (answer string, err error) {
		err = s.Write(ctx, tenant, func(ctx context.Context, tx routing.Tx) (err error) {
			r := routing.Request{Method: "routing.RequestAgent", ID: id, Payload: []byte(payload)}
			answer, err = tx.Once(ctx, r, func() (string, error) {
				ran++
				return "the answer", nil
			})
			return err
		})
		return answer, err
	}
	for range 2 {
		if answer := must(ask("please"))(t); answer != "the answer" {
			t.Errorf("got %q", answer)
		}
	}
	if ran != 1 {
		t.Errorf("it was done %d times", ran)
	}
	if _, err := ask("something else"); fault.Reason(err) != "REQUEST_ID_REUSED" {
		t.Errorf("another request under the same id: got %v", err)
	}
}
