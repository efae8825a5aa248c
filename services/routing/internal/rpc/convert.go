package rpc

import (
	"maps"
	"slices"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"github.com/parleyhq/parley/services/routing/internal/routing"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// stamp of a time; unset for the zero time.
func stamp(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

func fromTask(t routing.Task, steps []routing.Step) *routingv1.Task {
	task := &routingv1.Task{
		Id: t.ID, ConversationId: t.ConversationID, CustomerId: t.CustomerID, Queue: t.Queue, Skills: t.Skills,
		Channel: t.Channel, Priority: int32(t.Priority), State: routingv1.Task_State(t.State), Agent: t.Agent,
		OfferId: t.OfferID, OfferExpireTime: stamp(t.OfferExpireTime), HandoffReason: t.HandoffReason,
		CreateTime: stamp(t.CreateTime), UpdateTime: stamp(t.UpdateTime), CloseTime: stamp(t.CloseTime), Etag: t.Etag(),
	}
	for _, s := range steps {
		task.Transitions = append(task.Transitions, &routingv1.TaskTransition{
			Event: routingv1.TaskTransition_Event(s.Event), FromState: routingv1.Task_State(s.From),
			ToState: routingv1.Task_State(s.To), Agent: s.Agent, OccurTime: stamp(s.Time), Principal: s.Principal,
		})
	}
	return task
}

func fromOffer(o routing.Offer) *routingv1.Offer {
	return &routingv1.Offer{
		Id: o.ID, TaskId: o.TaskID, Agent: o.Agent, State: routingv1.Offer_State(o.State), CreateTime: stamp(o.CreateTime),
		ExpireTime: stamp(o.ExpireTime), UpdateTime: stamp(o.UpdateTime), Sequence: o.Sequence,
	}
}

func fromFit(f routing.Fit) *routingv1.Fit {
	fit := &routingv1.Fit{Agent: f.Agent, Fits: len(f.Obstacles) == 0}
	for _, o := range f.Obstacles {
		fit.Obstacles = append(fit.Obstacles, &routingv1.Obstacle{
			Kind: routingv1.Obstacle_Kind(o.Kind), Skills: o.Skills, Status: routingv1.Agent_Status(o.Status),
			UntilTime: stamp(o.Until),
		})
	}
	return fit
}

func fromAgent(a routing.Agent) *routingv1.Agent {
	agent := &routingv1.Agent{
		Name: a.Name, Skills: a.Skills, Status: routingv1.Agent_Status(a.Status),
		StatusCause: routingv1.Agent_StatusCause(a.Cause), StatusTime: stamp(a.StatusTime), IdleTime: stamp(a.IdleSince),
		LeaseExpireTime: stamp(a.LeaseExpireTime), CreateTime: stamp(a.CreateTime), UpdateTime: stamp(a.UpdateTime), Etag: a.Etag(),
	}
	channels := maps.Clone(a.Capacity)
	maps.Copy(channels, a.Load) // a channel that is served no more may have tasks still
	for _, channel := range slices.Sorted(maps.Keys(channels)) {
		agent.Capacities = append(agent.Capacities, &routingv1.ChannelCapacity{
			Channel: channel, Limit: int32(a.Capacity[channel]), Used: int32(a.Load[channel]),
		})
	}
	return agent
}

// toCapacity refuses a channel that is there twice.
func toCapacity(list []*routingv1.ChannelCapacity) (map[string]int, error) {
	capacity := map[string]int{}
	for _, c := range list {
		if _, twice := capacity[c.GetChannel()]; twice {
			return nil, fault.Invalid("agent.capacities", "CHANNEL_TWICE", "each channel once")
		}
		capacity[c.GetChannel()] = int(c.GetLimit())
	}
	return capacity, nil
}

func fromQueue(q routing.Queue) *routingv1.Queue {
	queue := &routingv1.Queue{
		Name: q.Name, Skills: q.Skills, DefaultPriority: int32(q.DefaultPriority), WaitingCount: q.Waiting,
		CreateTime: stamp(q.CreateTime), UpdateTime: stamp(q.UpdateTime), Etag: q.Etag(),
	}
	if q.OfferTimeout != 0 {
		queue.OfferTimeout = durationpb.New(q.OfferTimeout)
	}
	return queue
}

// toTimeout of an offer as stores keep it; unset is 0.
func toTimeout(d *durationpb.Duration) time.Duration {
	return d.AsDuration().Truncate(time.Microsecond)
}
