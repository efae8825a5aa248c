package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// Staff are the people who answer, and the queues in which customers wait for them.
type Staff struct {
	Queues []Queue `yaml:"queues"`
	Agents []Agent `yaml:"agents"`
}

// Queue is a kind of work.
type Queue struct {
	Name string `yaml:"name"`
	// Skills that it takes.
	Skills []string `yaml:"skills"`
}

// Agent is a person.
type Agent struct {
	Name   string   `yaml:"name"`
	Skills []string `yaml:"skills"`
	// Capacity is how many conversations at once, by channel.
	Capacity map[string]int32 `yaml:"capacity"`
}

// checkStaff finds names that are doubled or empty, and queues that nobody could work in.
func (c *Company) checkStaff() error {
	seen := map[string]bool{"": true}
	for _, a := range c.Staff.Agents {
		if seen[a.Name] || len(a.Capacity) == 0 {
			return fmt.Errorf("%s: agent %q: needs a name of its own, and capacity", staffFile, a.Name)
		}
		seen[a.Name] = true
	}
	seen = map[string]bool{"": true}
	for _, q := range c.Staff.Queues {
		able := func(a Agent) bool {
			return !slices.ContainsFunc(q.Skills, func(s string) bool { return !slices.Contains(a.Skills, s) })
		}
		if seen[q.Name] || !slices.ContainsFunc(c.Staff.Agents, able) {
			return fmt.Errorf("%s: queue %q: needs a name of its own, and an agent who has its skills", staffFile, q.Name)
		}
		seen[q.Name] = true
	}
	return nil
}

// seedStaff sets up queues and agents as an operator does. What is there already stays as it is.
func seedStaff(ctx context.Context, conn grpc.ClientConnInterface, staff Staff) error {
	routing := routingv1.NewRoutingServiceClient(conn)
	ctx = caller.With(ctx, &accessv1.Caller{
		Tenant: caller.Tenant(ctx), Principal: caller.From(ctx).GetPrincipal(), Role: accessv1.Role_ROLE_OPERATOR,
		Scopes: []string{caller.AllScopes},
	})
	for _, q := range staff.Queues {
		_, err := routing.CreateQueue(ctx, &routingv1.CreateQueueRequest{
			Queue: &routingv1.Queue{Name: q.Name, Skills: q.Skills},
		})
		if err != nil && fault.Code(err) != codes.AlreadyExists {
			return fmt.Errorf("queue %s: %w", q.Name, err)
		}
	}
	for _, a := range staff.Agents {
		_, err := routing.CreateAgent(ctx, &routingv1.CreateAgentRequest{
			Agent: &routingv1.Agent{Name: a.Name, Skills: a.Skills, Capacities: a.capacities()},
		})
		if err != nil && fault.Code(err) != codes.AlreadyExists {
			return fmt.Errorf("agent %s: %w", a.Name, err)
		}
	}
	return nil
}

func (a Agent) capacities() []*routingv1.ChannelCapacity {
	var list []*routingv1.ChannelCapacity
	for _, channel := range slices.Sorted(maps.Keys(a.Capacity)) {
		list = append(list, &routingv1.ChannelCapacity{Channel: channel, Limit: a.Capacity[channel]})
	}
	return list
}
