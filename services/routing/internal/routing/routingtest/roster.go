package routingtest

import (
	"context"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

func agentIsKept(t *testing.T, s routing.Store) {
	want := agent("agent-ana")
	hire(t, s, want)
	same(t, "the agent", must(s.Agent(t.Context(), tenant, "agent-ana"))(t), want)

	want.Skills, want.Capacity, want.Status, want.Cause = []string{}, map[string]int{}, routing.Away, routing.OffersIgnored
	want.StatusTime, want.IdleSince, want.Ignored = start.Add(time.Hour), start.Add(2*time.Hour), 0
	want.OfferSequence, want.Revision, want.UpdateTime = 9, 4, start.Add(3*time.Hour)
	write(t, s, func(ctx context.Context, tx routing.Tx) error { return tx.UpdateAgent(ctx, want) })
	same(t, "the changed agent", must(s.Agent(t.Context(), tenant, "agent-ana"))(t), want)

	offered, accepted, mail, done, others := task(1), task(2), task(3), task(4), task(5)
	offered.State, accepted.State, mail.State = routing.Offered, routing.Accepted, routing.Accepted
	done.State, others.State = routing.Completed, routing.Accepted
	mail.Channel = "email"
	offered.Agent, accepted.Agent, mail.Agent, done.Agent, others.Agent = "agent-ana", "agent-ana", "agent-ana", "agent-ana", "agent-luis"
	insert(t, s, done, mail, accepted, others, offered)
	load := map[string]int{"email": 1, "webchat": 2}
	same(t, "what one has", must(s.Agent(t.Context(), tenant, "agent-ana"))(t).Load, load)
	same(t, "what each has", must(s.Agents(t.Context(), tenant, "", 10))(t)[0].Load, load)
	same(t, "the tasks", idsOf(must(s.Held(t.Context(), tenant, "agent-ana"))(t)), []string{offered.ID, accepted.ID, mail.ID})

	_, err := s.Agent(t.Context(), tenant, "agent-nobody")
	wantError(t, err, routing.ErrAgentNotFound)
	err = s.Write(t.Context(), tenant, func(ctx context.Context, tx routing.Tx) error { return tx.UpdateAgent(ctx, agent("agent-nobody")) })
	wantError(t, err, routing.ErrAgentNotFound)
}

func availableAgents(t *testing.T, s routing.Store) {
	ana, eva, luis, max := agent("agent-ana"), agent("agent-eva"), agent("agent-luis"), agent("agent-max")
	eva.Status, luis.Status = routing.Busy, routing.Offline
	hire(t, s, max, luis, eva, ana)
	names := func(agents []routing.Agent) (names []string) {
		for _, a := range agents {
			names = append(names, a.Name)
		}
		return names
	}
	same(t, "available", names(must(s.AvailableAgents(t.Context(), tenant))(t)), []string{"agent-ana", "agent-max"})
	same(t, "all", names(must(s.Agents(t.Context(), tenant, "", 3))(t)), []string{"agent-ana", "agent-eva", "agent-luis"})
	same(t, "the rest", names(must(s.Agents(t.Context(), tenant, "agent-luis", 3))(t)), []string{"agent-max"})
}

func leases(t *testing.T, s routing.Store) {
	hire(t, s, agent("agent-ana"))
	ends := func() time.Time { return must(s.Agent(t.Context(), tenant, "agent-ana"))(t).LeaseExpireTime }
	renew := func(until time.Time) bool { return must(s.RenewLease(t.Context(), tenant, "agent-ana", until))(t) }
	if !ends().IsZero() || renew(start) || !ends().IsZero() {
		t.Errorf("a lease began by itself, until %v", ends())
	}
	write(t, s, func(ctx context.Context, tx routing.Tx) error { return tx.BeginLease(ctx, tenant, "agent-ana", start) })
	if !ends().Equal(start) {
		t.Errorf("the lease ends at %v", ends())
	}
	later := start.Add(time.Minute)
	if !renew(later) || !ends().Equal(later) {
		t.Errorf("the renewed lease ends at %v", ends())
	}
	write(t, s, func(ctx context.Context, tx routing.Tx) error { return tx.EndLease(ctx, tenant, "agent-ana") })
	if renew(later) || !ends().IsZero() {
		t.Errorf("the ended lease was renewed until %v", ends())
	}
}

func namesAreUnique(t *testing.T, s routing.Store) {
	hire(t, s, agent("ana"))
	err := s.Write(t.Context(), tenant, func(ctx context.Context, tx routing.Tx) error { return tx.InsertAgent(ctx, agent("ana")) })
	wantError(t, err, routing.ErrAgentExists)
	q := routing.Queue{Tenant: tenant, Name: "ana", DefaultPriority: 5, Revision: 1, CreateTime: start, UpdateTime: start}
	write(t, s, func(ctx context.Context, tx routing.Tx) error { return tx.InsertQueue(ctx, q) })
	err = s.Write(t.Context(), tenant, func(ctx context.Context, tx routing.Tx) error { return tx.InsertQueue(ctx, q) })
	wantError(t, err, routing.ErrQueueExists)
}

func queueIsKept(t *testing.T, s routing.Store) {
	want := routing.Queue{
		Tenant: tenant, Name: "billing", Skills: []string{"billing", "spanish"}, DefaultPriority: 6,
		OfferTimeout: 90 * time.Second, Revision: 2, CreateTime: start, UpdateTime: start.Add(time.Second),
	}
	other := routing.Queue{Tenant: tenant, Name: "tech", DefaultPriority: 5, Revision: 1, CreateTime: start, UpdateTime: start}
	held := task(3)
	held.State, held.Agent = routing.Offered, "agent-ana"
	insert(t, s, task(1), task(2), held)
	write(t, s, func(ctx context.Context, tx routing.Tx) error {
		if err := tx.InsertQueue(ctx, other); err != nil {
			return err
		}
		return tx.InsertQueue(ctx, want)
	})
	want.Waiting = 2
	other.Skills = []string{}
	same(t, "the queue", must(s.Queue(t.Context(), tenant, "billing"))(t), want)
	same(t, "the queues", must(s.Queues(t.Context(), tenant, "", 10))(t), []routing.Queue{want, other})
	same(t, "those behind", must(s.Queues(t.Context(), tenant, "billing", 10))(t), []routing.Queue{other})

	want.Skills, want.DefaultPriority, want.OfferTimeout, want.Revision, want.UpdateTime = []string{}, 1, 0, 3, start.Add(time.Hour)
	write(t, s, func(ctx context.Context, tx routing.Tx) error { return tx.UpdateQueue(ctx, want) })
	same(t, "the changed queue", must(s.Queue(t.Context(), tenant, "billing"))(t), want)
	_, err := s.Queue(t.Context(), tenant, "nothing")
	wantError(t, err, routing.ErrQueueNotFound)
}

func offer(sequence int64) routing.Offer {
	return routing.Offer{
		Tenant: tenant, ID: typeid.New(routing.OfferPrefix), TaskID: typeid.New(routing.TaskPrefix), Agent: "agent-ana",
		State: routing.OfferPending, CreateTime: start, ExpireTime: start.Add(time.Minute), UpdateTime: start, Sequence: sequence,
	}
}

func offers(t *testing.T, s routing.Store) {
	first, second, others := offer(1), offer(2), offer(1)
	others.Agent = "agent-luis"
	write(t, s, func(ctx context.Context, tx routing.Tx) error {
		for _, o := range []routing.Offer{first, second, others} {
			if err := tx.InsertOffer(ctx, o); err != nil {
				return err
			}
		}
		return nil
	})
	same(t, "the offer", must(s.Offer(t.Context(), tenant, first.ID))(t), first)
	same(t, "what is pending", must(s.PendingOffers(t.Context(), tenant, "agent-ana"))(t), []routing.Offer{first, second})
	first.State, first.UpdateTime, first.Sequence = routing.OfferExpired, start.Add(time.Second), 3
	write(t, s, func(ctx context.Context, tx routing.Tx) error { return tx.UpdateOffer(ctx, first) })
	same(t, "what is left", must(s.PendingOffers(t.Context(), tenant, "agent-ana"))(t), []routing.Offer{second})
	same(t, "all by change", must(s.Offers(t.Context(), tenant, "agent-ana", 0, 10))(t), []routing.Offer{second, first})
	same(t, "one", must(s.Offers(t.Context(), tenant, "agent-ana", 0, 1))(t), []routing.Offer{second})
	same(t, "those behind", must(s.Offers(t.Context(), tenant, "agent-ana", 2, 10))(t), []routing.Offer{first})
	_, err := s.Offer(t.Context(), tenant, typeid.New(routing.OfferPrefix))
	wantError(t, err, routing.ErrOfferNotFound)

	again := offer(4)
	again.TaskID = second.TaskID
	err = s.Write(t.Context(), tenant, func(ctx context.Context, tx routing.Tx) error { return tx.InsertOffer(ctx, again) })
	if err == nil {
		t.Error("a task is offered twice at once")
	}
}
