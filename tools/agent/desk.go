package agent

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"google.golang.org/grpc/status"
)

// Desk is one agent at work.
type Desk struct {
	api *Client
	out io.Writer

	// offer that is pending; nil when none is. With no conversation at hand there is never more than one that matters: the
	// others go to somebody else when this one is accepted.
	offer *routingv1.WatchOffersResponse
	// task at hand; nil when there is none.
	task     *routingv1.Task
	customer string // as they are called
	// hush ends the watch of the conversation at hand, heard is what comes of it.
	hush  func()
	heard chan *contextv1.Message
	// printed are the messages of the conversation at hand that were.
	printed map[string]bool
	// unanswered says that the customer wrote since the agent did.
	unanswered bool
	// held is the line that waits until it can be done; lines behind it wait, too.
	held string
}

// NewDesk of the agent whose key the client has.
func NewDesk(api *Client, out io.Writer) *Desk {
	return &Desk{api: api, out: out, hush: func() {}, heard: make(chan *contextv1.Message)}
}

// errLeft ends the work.
var errLeft = errors.New("the agent left")

// Work goes online, and works until a line says leave, the lines end, or the context does. Then the agent is offline, and what
// he still had goes to somebody else.
func (d *Desk) Work(ctx context.Context, in io.Reader) error {
	resp, err := d.api.routing.SetAgentStatus(ctx, &routingv1.SetAgentStatusRequest{Status: routingv1.Agent_STATUS_AVAILABLE})
	if err != nil {
		return fmt.Errorf("go online: %w", err)
	}
	agent := resp.GetAgent().GetName()
	d.printf("%s is available. %s\n", agent, usage)
	working, stop := context.WithCancel(ctx)
	offers, lines := make(chan *routingv1.WatchOffersResponse), make(chan string)
	var watches sync.WaitGroup
	watches.Go(func() { d.api.watchOffers(working, offers) })
	go read(working, in, lines) // it cannot be waited for: a terminal is read until something is typed
	err = d.resume(working, agent)
	if err == nil {
		err = d.run(working, offers, lines)
	}
	d.hush()
	stop()
	watches.Wait()
	_, off := d.api.routing.SetAgentStatus(context.WithoutCancel(ctx),
		&routingv1.SetAgentStatusRequest{Status: routingv1.Agent_STATUS_OFFLINE})
	if off == nil {
		d.printf("%s has left.\n", agent)
	}
	if errors.Is(err, errLeft) || ctx.Err() != nil {
		err = nil
	}
	return errors.Join(err, off)
}

// read the lines; the channel is closed at their end.
func read(ctx context.Context, in io.Reader, lines chan<- string) {
	defer close(lines)
	for scanner := bufio.NewScanner(in); scanner.Scan() && ctx.Err() == nil; {
		send(ctx, lines, scanner.Text())
	}
}

// run does one thing after the other, so that nothing here is shared.
func (d *Desk) run(ctx context.Context, offers <-chan *routingv1.WatchOffersResponse, lines <-chan string) error {
	for {
		next := lines
		if d.held != "" {
			next = nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case seen := <-offers:
			d.offered(ctx, seen)
		case m := <-d.heard:
			d.hear(m)
		case line, ok := <-next:
			if !ok {
				return errLeft
			}
			if err := d.do(ctx, line); err != nil {
				return err
			}
		}
	}
}

// offered shows an offer, or that it is gone.
func (d *Desk) offered(ctx context.Context, seen *routingv1.WatchOffersResponse) {
	offer, task := seen.GetOffer(), seen.GetTask()
	switch {
	case offer.GetState() == routingv1.Offer_STATE_PENDING:
		d.offer = seen
		d.printf("\nOffer: a customer by %s for %s, since %s (%s). accept or reject, until %s\n", task.GetChannel(), task.GetQueue(),
			clock(task.GetCreateTime()), lower(task.GetHandoffReason(), ""), clock(offer.GetExpireTime()))
		if d.held == "accept" || d.held == "reject" {
			line := d.held
			d.held = ""
			d.say(d.do(ctx, line))
		}
	case offer.GetState() == routingv1.Offer_STATE_ENDED && (task.GetId() == d.task.GetId() || offer.GetId() == d.offer.GetOffer().GetId()):
		d.printf("The conversation is not yours any more.\n")
		d.offer = nil
		d.putDown()
		d.say(d.available(ctx, ""))
	case d.offer != nil && offer.GetId() == d.offer.GetOffer().GetId() && offer.GetState() != routingv1.Offer_STATE_ACCEPTED:
		d.offer = nil
		d.printf("The offer is %s.\n", lower(offer.GetState().String(), "STATE_"))
		d.sayIfAway(ctx)
	}
}

// sayIfAway tells who ignored offers that no more will come.
func (d *Desk) sayIfAway(ctx context.Context) {
	resp, err := d.api.routing.Heartbeat(ctx, &routingv1.HeartbeatRequest{})
	if err == nil && resp.GetAgent().GetStatus() == routingv1.Agent_STATUS_AWAY {
		d.printf("You are away, because you left offers unanswered. Type available to get more.\n")
	}
}

// hear prints what somebody else said in the conversation.
func (d *Desk) hear(m *contextv1.Message) {
	if d.printed[m.GetId()] || d.task == nil || m.GetConversationId() != d.task.GetConversationId() {
		return
	}
	d.printed[m.GetId()] = true
	who := lower(m.GetAuthor().String(), "AUTHOR_KIND_")
	if m.GetAuthor() == contextv1.AuthorKind_AUTHOR_KIND_CUSTOMER {
		who, d.unanswered = d.customer, true
		if d.held == "wait" {
			d.held = ""
		}
	}
	d.printf("[%s] %s: %s\n", m.GetChannel(), who, plain(m.GetText()))
}

// resume what the agent has still, from before.
func (d *Desk) resume(ctx context.Context, agent string) error {
	resp, err := d.api.routing.ListTasks(ctx, &routingv1.ListTasksRequest{
		Agent: agent, States: []routingv1.Task_State{routingv1.Task_STATE_ACCEPTED}, PageSize: 1,
	})
	if err != nil {
		return fmt.Errorf("look what %s has still: %w", agent, err)
	}
	if len(resp.GetTasks()) == 0 {
		return nil
	}
	return d.pickUp(ctx, resp.GetTasks()[0])
}

// pickUp a task: show its hand-off, and listen. What could not be shown is not at hand, and can be accepted again. One at a time: no more is offered meanwhile.
func (d *Desk) pickUp(ctx context.Context, task *routingv1.Task) error {
	if _, err := d.api.routing.SetAgentStatus(ctx, &routingv1.SetAgentStatusRequest{Status: routingv1.Agent_STATUS_BUSY}); err != nil {
		return fmt.Errorf("ask for nothing more: %w", err)
	}
	h, err := d.showHandoff(ctx, task)
	if err != nil {
		return err
	}
	d.task, d.offer, d.printed, d.unanswered = task, nil, map[string]bool{}, false
	d.customer = name(h)
	for _, line := range h.GetSaid() {
		d.printed[line.GetMessageId()] = true
	}
	listening, hush := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Go(func() {
		d.api.watchMessages(listening, task.GetConversationId(), max(0, h.GetConversation().GetLastSequence()-int64(len(h.GetSaid()))), d.heard)
	})
	d.hush = func() {
		hush()
		watch.Wait()
	}
	return nil
}

// putDown the task at hand.
func (d *Desk) putDown() {
	d.hush()
	d.task, d.hush = nil, func() {}
	if d.held == "wait" {
		d.held = ""
	}
}

func (d *Desk) showHandoff(ctx context.Context, task *routingv1.Task) (*contextv1.Handoff, error) {
	resp, err := d.api.timeline.GetHandoff(ctx, &contextv1.GetHandoffRequest{ConversationId: task.GetConversationId()})
	if err != nil {
		return nil, fmt.Errorf("read the hand-off: %w", err)
	}
	page(d.out, resp.GetHandoff())
	return resp.GetHandoff(), nil
}

func (d *Desk) printf(format string, args ...any) { fmt.Fprintf(d.out, format, args...) }

// say what did not work; the work goes on.
func (d *Desk) say(err error) {
	if err != nil {
		what := err.Error()
		if cause := errors.Unwrap(err); cause != nil {
			what = strings.TrimSuffix(what, cause.Error()) + status.Convert(cause).Message()
		}
		d.printf("That did not work: %s\n", what)
	}
}
