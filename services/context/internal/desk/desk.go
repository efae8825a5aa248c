// Package desk asks the routing service who has a conversation.
package desk

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/caller"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"google.golang.org/grpc"
)

// Desk is a conversation.Desk.
type Desk struct {
	routing routingv1.RoutingServiceClient
}

// New asks the routing service among the peers.
func New(peers grpc.ClientConnInterface) *Desk {
	return &Desk{routing: routingv1.NewRoutingServiceClient(peers)}
}

// Has implements conversation.Desk.
func (d *Desk) Has(ctx context.Context, tenant, conversationID, agent string) (bool, error) {
	ctx = caller.With(ctx, caller.Service(tenant, "context"))
	response, err := d.routing.ListTasks(ctx, &routingv1.ListTasksRequest{
		ConversationId: conversationID, Agent: agent, States: []routingv1.Task_State{routingv1.Task_STATE_ACCEPTED}, PageSize: 1,
	})
	if err != nil {
		return false, fmt.Errorf("list the tasks of %s with %s: %w", conversationID, agent, err)
	}
	return len(response.GetTasks()) > 0, nil
}
