// Package colleague has a person take a conversation up: it puts the conversation in line with routing, says where in the line it
// is, keeps what the person is to find there, and tells the customer when that person is gone.
package colleague

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/idempotency"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// Queue is a line of customers.
type Queue struct {
	// Name that routing knows it under.
	Name string
	// Words of customers that belong there: `router`.
	Words []string
}

// Desk is where people are.
type Desk struct {
	// Queues in the order in which they are looked at. The last takes who belongs in no other. Without any there is nobody.
	Queues []Queue
	// Hours in which people are there, as a customer is told, by language.
	Hours map[string]string
}

// Wish is a conversation that wants a person.
type Wish struct {
	RequestID, ConversationID, CustomerID string
	// Channel on which the customer is to be reached.
	Channel string
	// Reason in UPPER_SNAKE_CASE.
	Reason string
	// Said is what the customer wrote, the newest first: it tells where it belongs.
	Said []string
}

// Place in the line.
type Place struct {
	// Asked says that a colleague is being asked, or has taken the conversation up.
	Asked bool
	// Present says that somebody is there who can take it up, and busy.
	Present bool
	// Ahead are those who wait before.
	Ahead int64
}

// Methods that the functions here call.
func Methods() []string {
	return []string{
		routingv1.RoutingService_RequestAgent_FullMethodName,
		routingv1.RoutingService_ListTasks_FullMethodName,
		routingv1.RoutingService_ExplainTask_FullMethodName,
	}
}

// Ask for a person. One task stands for one conversation, however often it is asked. The answer is nil when there is no line
// to stand in: none is set up, or it is full.
func (d *Desk) Ask(ctx context.Context, peers grpc.ClientConnInterface, w Wish) (*routingv1.Task, error) {
	if len(d.Queues) == 0 {
		return nil, nil
	}
	response, err := routingv1.NewRoutingServiceClient(peers).RequestAgent(ctx, &routingv1.RequestAgentRequest{
		RequestId: w.RequestID, ConversationId: w.ConversationID, CustomerId: w.CustomerID, Queue: d.queue(w.Said),
		Channel: w.Channel, HandoffReason: w.Reason,
	})
	switch {
	case err == nil:
		return response.GetTask(), nil
	case fault.Reason(err) == "QUEUE_NOT_FOUND" || fault.Code(err) == codes.ResourceExhausted:
		return nil, nil
	case fault.Reason(err) == idempotency.Reused: // by an earlier run of the turn, whose queue was another
		return Standing(ctx, peers, w.ConversationID)
	default:
		return nil, fmt.Errorf("ask for a person: %w", err)
	}
}

// Standing is the task with which the conversation waits for a person, or has one; nil when it has none.
func Standing(ctx context.Context, peers grpc.ClientConnInterface, conversationID string) (*routingv1.Task, error) {
	response, err := routingv1.NewRoutingServiceClient(peers).ListTasks(ctx, &routingv1.ListTasksRequest{
		ConversationId: conversationID, PageSize: 1,
		States: []routingv1.Task_State{
			routingv1.Task_STATE_WAITING, routingv1.Task_STATE_OFFERED, routingv1.Task_STATE_ACCEPTED,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("ask whether a person was asked for: %w", err)
	}
	if len(response.GetTasks()) == 0 {
		return nil, nil
	}
	return response.GetTasks()[0], nil
}

// PlaceOf a task, as it is now.
func PlaceOf(ctx context.Context, peers grpc.ClientConnInterface, task *routingv1.Task) (Place, error) {
	response, err := routingv1.NewRoutingServiceClient(peers).ExplainTask(ctx, &routingv1.ExplainTaskRequest{TaskId: task.GetId()})
	if err != nil {
		return Place{}, fmt.Errorf("ask where in the line the customer is: %w", err)
	}
	p := Place{Asked: response.GetTask().GetState() != routingv1.Task_STATE_WAITING, Ahead: response.GetAheadCount()}
	for _, fit := range response.GetFits() {
		p.Present = p.Present || isPresent(fit)
	}
	return p, nil
}

// isPresent says whether the agent is at the desk and can do it, even if not now.
func isPresent(fit *routingv1.Fit) bool {
	for _, o := range fit.GetObstacles() {
		busy := o.GetKind() == routingv1.Obstacle_KIND_STATUS && o.GetStatus() == routingv1.Agent_STATUS_BUSY
		if !busy && o.GetKind() != routingv1.Obstacle_KIND_CAPACITY && o.GetKind() != routingv1.Obstacle_KIND_REJECTED {
			return false
		}
	}
	return true
}

// queue is the first of which the customer used a word, newest message first; otherwise the last.
func (d *Desk) queue(said []string) string {
	for _, text := range said {
		words := map[string]bool{}
		for _, word := range strings.FieldsFunc(strings.ToLower(text), isNoLetter) {
			words[word] = true
		}
		for _, q := range d.Queues {
			for _, word := range q.Words {
				if words[word] {
					return q.Name
				}
			}
		}
	}
	return d.Queues[len(d.Queues)-1].Name
}

func isNoLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// AskedBefore says whether the task was there before the time.
func AskedBefore(task *routingv1.Task, now time.Time) bool {
	return task.GetCreateTime().AsTime().Before(now)
}
