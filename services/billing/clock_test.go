package billing_test

import (
	"context"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/store/storetest"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

// The due date is a day in the tenant's zone. The deadline is its end there, also when clocks change in between: in New York
// they go forward on 8 March 2026 and back on 1 November.
func TestTheDeadlineIsTheEndOfTheDayInTheZone(t *testing.T) {
	cases := []struct {
		name     string
		opened   time.Time
		due      *date.Date
		deadline time.Time
	}{
		{"over the change to summer time", morning, day(2026, 3, 16), utc(2026, 3, 17, 4)},
		{"over the change to winter time", utc(2026, 10, 26, 13), day(2026, 11, 9), utc(2026, 11, 10, 5)},
		{"late in the evening it is still today", utc(2026, 3, 3, 4), day(2026, 3, 16), utc(2026, 3, 17, 4)},
		{"after midnight it is tomorrow", utc(2026, 3, 3, 5), day(2026, 3, 17), utc(2026, 3, 18, 4)},
		{"over Thanksgiving", utc(2026, 11, 16, 15), day(2026, 12, 1), utc(2026, 12, 2, 5)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := start(t)
			w.clock.set(c.opened)
			daniel := newCustomer()
			b := filmBill("AUR-1")
			b.IssueDate = day(int32(c.opened.Year()), int32(c.opened.Month()), 1)
			d := w.opens(t, daniel, w.imports(t, daniel, b)[0].GetId(), bundle)
			if !proto.Equal(d.GetDecisionDueDate(), c.due) {
				t.Errorf("due %v, want %v", d.GetDecisionDueDate(), c.due)
			}
			w.clock.set(c.deadline.Add(-time.Microsecond))
			w.expectState(t, d, billingv1.Dispute_STATE_OPEN)
			w.clock.set(c.deadline)
			w.expectState(t, d, billingv1.Dispute_STATE_OVERDUE)
		})
	}
}

func utc(year int, month time.Month, day, hour int) time.Time {
	return time.Date(year, month, day, hour, 0, 0, 0, time.UTC)
}

// expectState asks in every way there is: each is by the clock, whether or not a timer has run.
func (w *world) expectState(t testing.TB, d *billingv1.Dispute, want billingv1.Dispute_State) {
	t.Helper()
	for _, state := range []billingv1.Dispute_State{billingv1.Dispute_STATE_OPEN, billingv1.Dispute_STATE_OVERDUE} {
		listed, err := w.disputes.ListDisputes(operator(t), &billingv1.ListDisputesRequest{
			CustomerId: d.GetCustomerId(), States: []billingv1.Dispute_State{state},
		})
		if err != nil {
			t.Fatal(err)
		}
		if is := len(listed.GetDisputes()) == 1; is != (state == want) {
			t.Errorf("listed as %v is %v", state, is)
		}
	}
	if got := w.dispute(t, d.GetId()).GetState(); got != want {
		t.Errorf("it is %v, want %v", got, want)
	}
}

// Late is not lost: the credit stays, staff may decide, and the customer may withdraw.
func TestWhatIsOverdueIsStillDecided(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(*testing.T, *world, *billingv1.Dispute) *billingv1.Dispute
		want billingv1.Dispute_State
	}{
		"upheld": {func(t *testing.T, w *world, d *billingv1.Dispute) *billingv1.Dispute {
			return w.decides(t, uphold(d))
		}, billingv1.Dispute_STATE_UPHELD},
		"rejected": {func(t *testing.T, w *world, d *billingv1.Dispute) *billingv1.Dispute {
			return w.decides(t, reject(d, "It was ordered."))
		}, billingv1.Dispute_STATE_REJECTED},
		"withdrawn": {func(t *testing.T, w *world, d *billingv1.Dispute) *billingv1.Dispute {
			return w.withdraws(t, d)
		}, billingv1.Dispute_STATE_WITHDRAWN},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			daniel, invoice := w.daniel(t)
			opened := w.opens(t, daniel, invoice, bundle)
			w.clock.set(morning.AddDate(0, 1, 0))
			// Whoever read it before the deadline has not seen that it is overdue.
			_, err := w.disputes.ResolveDispute(agent(t), uphold(opened))
			expectFault(t, err, codes.Aborted, "ETAG_STALE", "")
			late := w.dispute(t, opened.GetId())
			if late.GetProvisionalCredit().GetState() != billingv1.ProvisionalCredit_STATE_PROVISIONAL {
				t.Errorf("late it has the credit %v", late.GetProvisionalCredit())
			}
			if got := c.end(t, w, late); got.GetState() != c.want {
				t.Errorf("got %v", got)
			}
			w.expectBalanced(t)
		})
	}
}

// eventsOf the customer, as they come.
func (w *world) eventsOf(t testing.TB, customerID string) <-chan *eventsv1.Envelope {
	t.Helper()
	envelopes := make(chan *eventsv1.Envelope, 64)
	consumer, err := w.bus.NewConsumer(t.Context(), bus.ConsumerConfig{
		Role: "test", Stream: bus.Billing, DB: storetest.Open(t, "test"),
		Handle: func(_ context.Context, env *eventsv1.Envelope) error {
			if env.GetPartitionKey() == customerID {
				envelopes <- env
			}
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := consumer.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := consumer.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return envelopes
}

// Everything that happens is told once, in order, by whom it was done; and the clock works without being asked: a process
// that was down does at its start what it missed.
func TestWhatHappensIsToldInOrderAndOnce(t *testing.T) {
	onBothEngines(t, func(t *testing.T, w *world) {
		daniel, invoice := w.daniel(t)
		envelopes := w.eventsOf(t, daniel)
		open := ask(daniel, invoice, bundle)
		open.ConversationId, open.MessageId = "conversation_01k0x3v8q1e7mb2d4nfs6g9hjk", "message_01k0x3v8r5f3zs9k1b6t0w4xce"
		res, err := w.disputes.OpenDispute(as(t, daniel), open)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.disputes.OpenDispute(as(t, daniel), open); err != nil {
			t.Fatal(err)
		}
		d := res.GetDispute()
		w.stop()
		w.clock.set(utc(2026, 3, 12, 4)) // two business days before the 16th, a Monday
		w.run()
		expectEvent(t, <-envelopes, 1, open.GetRequestId(), daniel, &eventsv1.DisputeOpened{
			DisputeId: d.GetId(), CustomerId: daniel, ConversationId: open.GetConversationId(), MessageId: open.GetMessageId(),
		})
		expectEvent(t, <-envelopes, 2, "", "", &eventsv1.DisputeReminderDue{
			DisputeId: d.GetId(), CustomerId: daniel, ConversationId: open.GetConversationId(), MessageId: open.GetMessageId(),
		})
		w.stop()
		w.clock.set(utc(2026, 3, 17, 4))
		w.run()
		expectEvent(t, <-envelopes, 3, "", "", &eventsv1.DisputeOverdue{
			DisputeId: d.GetId(), CustomerId: daniel, ConversationId: open.GetConversationId(), MessageId: open.GetMessageId(),
		})
		decision := uphold(w.dispute(t, d.GetId()))
		w.decides(t, decision)
		expectEvent(t, <-envelopes, 4, decision.GetRequestId(), "", &eventsv1.DisputeDecided{
			DisputeId: d.GetId(), CustomerId: daniel, ConversationId: open.GetConversationId(), MessageId: open.GetMessageId(),
		})
		other := w.opens(t, daniel, invoice, film)
		withdrawal := withdraw(other)
		if _, err := w.disputes.WithdrawDispute(as(t, daniel), withdrawal); err != nil {
			t.Fatal(err)
		}
		<-envelopes
		expectEvent(t, <-envelopes, 6, withdrawal.GetRequestId(), daniel,
			&eventsv1.DisputeWithdrawn{DisputeId: other.GetId(), CustomerId: daniel})
	})
}

func expectEvent(t testing.TB, env *eventsv1.Envelope, sequence int64, causedBy, behalf string, want proto.Message) {
	t.Helper()
	payload, err := env.GetPayload().UnmarshalNew()
	if err != nil {
		t.Fatal(err)
	}
	if !proto.Equal(payload, want) || env.GetType() != string(want.ProtoReflect().Descriptor().FullName()) {
		t.Errorf("event %d is %s %v, want %v", sequence, env.GetType(), payload, want)
	}
	if env.GetSequence() != sequence || env.GetCausationId() != causedBy || env.GetTenant() != "aurora" {
		t.Errorf("event %d is %v", sequence, env)
	}
	by := env.GetCaller()
	if by.GetOnBehalfOfCustomer() != behalf {
		t.Errorf("event %d was caused on behalf of %q, want %q", sequence, by.GetOnBehalfOfCustomer(), behalf)
	}
	if behalf != "" && by.GetAssurance() != accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION {
		t.Errorf("event %d was caused with %v", sequence, by.GetAssurance())
	}
	if causedBy == "" && by.GetPrincipal() != "service:billing" {
		t.Errorf("event %d was caused by %s", sequence, by.GetPrincipal())
	}
}

// Both timers are durable from the moment at which the dispute is, and gone when it has ended.
func TestTheTimersAreSetAndCancelled(t *testing.T) {
	w := start(t)
	daniel, invoice := w.daniel(t)
	d := w.opens(t, daniel, invoice, bundle)
	w.expectTimers(t, "billing.deadline "+utc(2026, 3, 17, 4).String(), "billing.reminder "+utc(2026, 3, 12, 4).String())
	w.withdraws(t, d)
	w.expectTimers(t)
}

func (w *world) expectTimers(t testing.TB, want ...string) {
	t.Helper()
	rows, err := w.db.Query(t.Context(), `SELECT kind, due_time FROM timers WHERE kind LIKE 'billing.%' ORDER BY kind`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var kind string
		var micros int64
		if err := rows.Scan(&kind, &micros); err != nil {
			t.Fatal(err)
		}
		got = append(got, kind+" "+time.UnixMicro(micros).UTC().String())
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("timers %v, want %v", got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("timers %v, want %v", got, want)
		}
	}
}
