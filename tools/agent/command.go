package agent

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"google.golang.org/protobuf/types/known/timestamppb"
)

const usage = `Type
  accept, reject        what is offered, now or next
  handoff               to read it again
  done                  when the customer needs nobody any more
  transfer QUEUE        when somebody else is better
  wait                  until the customer has written (for scripts)
  available, away       to get offers, or none
  leave                 to go offline
Anything else goes to the customer.`

// do what a line says. An error ends the work; what merely did not work is said.
func (d *Desk) do(ctx context.Context, line string) error {
	word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	if whole, known := commands[word]; known && (rest == "" || word == "transfer") {
		if err := whole(d, ctx, strings.TrimSpace(rest)); err != nil {
			if err == errLeft { //nolint:errorlint // it is never wrapped
				return err
			}
			d.say(err)
		}
		return nil
	}
	if word != "" {
		d.say(d.reply(ctx, strings.TrimSpace(line)))
	}
	return nil
}

// commands by the word that they begin with.
var commands = map[string]func(d *Desk, ctx context.Context, rest string) error{
	"accept":    (*Desk).accept,
	"reject":    (*Desk).reject,
	"handoff":   (*Desk).handoff,
	"done":      (*Desk).done,
	"transfer":  (*Desk).transfer,
	"wait":      (*Desk).wait,
	"available": (*Desk).available,
	"away":      (*Desk).away,
	"help":      (*Desk).help,
	"leave":     func(*Desk, context.Context, string) error { return errLeft },
}

func (d *Desk) accept(ctx context.Context, _ string) error {
	switch {
	case d.task != nil:
		d.printf("You are with %s: done, or transfer, first.\n", d.customer)
		return nil
	case d.offer == nil:
		d.held = "accept"
		return nil
	}
	resp, err := d.api.routing.AcceptOffer(ctx, &routingv1.AcceptOfferRequest{OfferId: d.offer.GetOffer().GetId()})
	if err != nil {
		d.offer = nil
		return fmt.Errorf("accept: %w", err)
	}
	return d.pickUp(ctx, resp.GetTask())
}

func (d *Desk) reject(ctx context.Context, _ string) error {
	if d.offer == nil {
		d.held = "reject"
		return nil
	}
	id := d.offer.GetOffer().GetId()
	d.offer = nil
	if _, err := d.api.routing.RejectOffer(ctx, &routingv1.RejectOfferRequest{OfferId: id}); err != nil {
		return fmt.Errorf("reject: %w", err)
	}
	d.printf("Rejected.\n")
	return nil
}

func (d *Desk) handoff(ctx context.Context, _ string) error {
	if d.task == nil {
		return d.nobody()
	}
	_, err := d.showHandoff(ctx, d.task)
	return err
}

func (d *Desk) reply(ctx context.Context, text string) error {
	if d.task == nil {
		return d.nobody()
	}
	resp, err := d.api.timeline.PostMessage(ctx, &contextv1.PostMessageRequest{
		RequestId: uuid.NewString(), ConversationId: d.task.GetConversationId(), Text: text,
		Author: contextv1.AuthorKind_AUTHOR_KIND_AGENT,
	})
	if err != nil {
		return fmt.Errorf("write to the customer: %w", err)
	}
	d.printed[resp.GetMessage().GetId()], d.unanswered = true, false
	d.printf("[%s] you: %s\n", resp.GetMessage().GetChannel(), text)
	return nil
}

func (d *Desk) done(ctx context.Context, _ string) error {
	if d.task == nil {
		return d.nobody()
	}
	if _, err := d.api.routing.CompleteTask(ctx, &routingv1.CompleteTaskRequest{TaskId: d.task.GetId()}); err != nil {
		return fmt.Errorf("be done: %w", err)
	}
	d.printf("Done with %s.\n", d.customer)
	d.putDown()
	return d.available(ctx, "")
}

func (d *Desk) transfer(ctx context.Context, queue string) error {
	if d.task == nil {
		return d.nobody()
	}
	_, err := d.api.routing.TransferTask(ctx, &routingv1.TransferTaskRequest{
		TaskId: d.task.GetId(), To: &routingv1.TransferTaskRequest_Queue{Queue: queue},
	})
	if err != nil {
		return fmt.Errorf("transfer to %q: %w", queue, err)
	}
	d.printf("%s goes to %s.\n", d.customer, queue)
	d.putDown()
	return d.available(ctx, "")
}

func (d *Desk) wait(context.Context, string) error {
	if d.task == nil {
		return d.nobody()
	}
	if !d.unanswered {
		d.held = "wait"
	}
	return nil
}

func (d *Desk) available(ctx context.Context, _ string) error {
	return d.set(ctx, routingv1.Agent_STATUS_AVAILABLE)
}

func (d *Desk) away(ctx context.Context, _ string) error {
	return d.set(ctx, routingv1.Agent_STATUS_AWAY)
}

func (d *Desk) set(ctx context.Context, status routingv1.Agent_Status) error {
	if _, err := d.api.routing.SetAgentStatus(ctx, &routingv1.SetAgentStatusRequest{Status: status}); err != nil {
		return fmt.Errorf("be %s: %w", lower(status.String(), "STATUS_"), err)
	}
	d.printf("You are %s.\n", lower(status.String(), "STATUS_"))
	return nil
}

func (d *Desk) help(context.Context, string) error {
	d.printf("%s\n", usage)
	return nil
}

func (d *Desk) nobody() error {
	d.printf("You are with nobody. %s\n", "Type help for what you can type.")
	return nil
}

func clock(t *timestamppb.Timestamp) string { return t.AsTime().Local().Format(time.TimeOnly) }
