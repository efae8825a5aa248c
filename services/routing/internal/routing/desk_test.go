package routing_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/typeid"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

func TestAConversationIsOfferedAcceptedAndCompleted(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		waits := f.wants(wish())
		f.wantIs(waits.ID, routing.Waiting, "")
		f.there("agent-ana", 1)
		offered := f.wantIs(waits.ID, routing.Offered, "agent-ana")
		if d := offered.OfferExpireTime.Sub(offered.UpdateTime); d != 30*time.Second {
			t.Errorf("the offer stands for %v", d)
		}
		f.accepted("agent-ana", offered.OfferID)
		again := f.accepted("agent-ana", offered.OfferID)
		if again.State != routing.Accepted {
			t.Errorf("accepting again answers %+v", again)
		}
		later(40 * time.Second)
		f.wantIs(waits.ID, routing.Accepted, "agent-ana")
		for range 2 {
			done, err := f.Complete(f.ctx(), f.as("agent-ana"), waits.ID, "")
			if err != nil || done.State != routing.Completed || done.Agent != "agent-ana" || done.CloseTime.IsZero() {
				t.Errorf("completed: %+v (%v)", done, err)
			}
		}
	})
}

func TestAConversationHasOneOpenTask(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		w := wish()
		first := f.wants(w)
		urgent := w
		urgent.Priority, urgent.Queue = 9, "nowhere"
		if second := f.wants(urgent); second.ID != first.ID || second.Priority != first.Priority {
			t.Errorf("a second call answers %+v", second)
		}
		other := w
		other.CustomerID = typeid.New(routing.CustomerPrefix)
		_, err := f.Request(f.ctx(), f.assistant(), request(), other)
		wantError(t, err, routing.ErrCustomerNotFound)
		if _, err := f.Cancel(f.ctx(), f.assistant(), first.ID, first.Etag()); err != nil {
			t.Fatal(err)
		}
		if third := f.wants(w); third.ID == first.ID || third.Sequence != 3 {
			t.Errorf("after it was cancelled a new one is wanted, whose steps count on: %+v", third)
		}
	})
}

func TestTheSameRequestHasItsEffectOnce(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		w, r := wish(), request()
		first, err := f.Request(f.ctx(), f.assistant(), r, w)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Cancel(f.ctx(), f.assistant(), first.ID, ""); err != nil {
			t.Fatal(err)
		}
		second, err := f.Request(f.ctx(), f.assistant(), r, w)
		if err != nil || second.ID != first.ID || second.State != routing.Cancelled {
			t.Errorf("the same request answers %+v (%v)", second, err)
		}
	})
}

func TestAnOfferThatNobodyAnswersReturnsToItsPlace(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		old := f.wants(wish())
		later(time.Second)
		young := f.wants(wish())
		f.there("agent-ana", 1)
		f.wantIs(old.ID, routing.Offered, "agent-ana")
		later(29 * time.Second)
		f.wantIs(old.ID, routing.Offered, "agent-ana")
		later(time.Second)
		again := f.wantIs(old.ID, routing.Offered, "agent-ana")
		if again.OfferID == "" || again.OfferExpireTime.Sub(old.CreateTime) < 61*time.Second {
			t.Errorf("the old one is offered again at once, before the young: until %v", again.OfferExpireTime)
		}
		_, err := f.Accept(f.ctx(), f.as("agent-ana"), again.OfferID)
		if err != nil {
			t.Fatal(err)
		}
		f.wantIs(young.ID, routing.Waiting, "")
	})
}

func TestWhoIgnoresOffersIsAwayAndTheNextIsAsked(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		f.there("agent-ana", 2)
		first, second := f.wants(wish()), f.wants(wish())
		f.wantIs(second.ID, routing.Offered, "agent-ana")
		later(15 * time.Second)
		f.status("agent-ana", routing.Available) // a sign of life that forgives
		later(15 * time.Second)                  // both expire
		if a := f.agent("agent-ana"); a.Status != routing.Away || a.Cause != routing.OffersIgnored {
			t.Errorf("who ignored two offers is %s by %d", a.Status, a.Cause)
		}
		f.wantIs(first.ID, routing.Waiting, "")
		f.wantIs(second.ID, routing.Waiting, "")
		later(time.Second)
		f.there("agent-luis", 1)
		f.wantIs(first.ID, routing.Offered, "agent-luis")
		f.status("agent-ana", routing.Available)
		f.wantIs(second.ID, routing.Offered, "agent-ana")
	})
}

func TestAnOfferIsOverAtItsTimeEvenIfTheAlarmIsLate(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		f.there("agent-ana", 1)
		task := f.wants(wish())
		time.Sleep(30 * time.Second) // the alarm may have rung or not
		_, err := f.Accept(f.ctx(), f.as("agent-ana"), task.OfferID)
		var gone *routing.OfferGoneError
		if !errors.As(err, &gone) || gone.State != routing.OfferExpired {
			t.Errorf("got %v, want that the offer is EXPIRED", err)
		}
	})
}

func TestWhoRejectsIsNotAskedAgainForAWhile(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		f.there("agent-ana", 1)
		task := f.wants(wish())
		for range 2 {
			if _, err := f.Reject(f.ctx(), f.as("agent-ana"), task.OfferID); err != nil {
				t.Fatal(err)
			}
		}
		f.wantIs(task.ID, routing.Waiting, "")
		next := f.wants(wish())
		f.wantIs(next.ID, routing.Offered, "agent-ana")
		f.accepted("agent-ana", f.task(next.ID).OfferID)
		if _, err := f.Complete(f.ctx(), f.as("agent-ana"), next.ID, ""); err != nil {
			t.Fatal(err)
		}
		f.wantIs(task.ID, routing.Waiting, "")
		later(59 * time.Second)
		f.status("agent-ana", routing.Available)
		f.wantIs(task.ID, routing.Waiting, "")
		later(time.Second)
		f.wantIs(task.ID, routing.Offered, "agent-ana")
	})
}

func TestNobodyIsStuckWithAnAgentWhoLeft(t *testing.T) {
	for name, leave := range map[string]func(f *floor){
		"he signs off":              func(f *floor) { f.status("agent-ana", routing.Offline) },
		"nothing is heard of him":   func(*floor) { later(time.Minute) },
		"an operator signs him off": func(f *floor) { _, _ = f.SetStatus(f.ctx(), f.operator(), "agent-ana", routing.Offline) },
		"nothing since he did a bit": func(f *floor) {
			later(45 * time.Second)
			_, _ = f.Heartbeat(f.ctx(), f.as("agent-ana"))
			later(time.Minute)
		},
	} {
		t.Run(name, func(t *testing.T) {
			onAFloor(t, func(t *testing.T, f *floor) {
				f.there("agent-ana", 2)
				accepted := f.wants(wish())
				f.accepted("agent-ana", accepted.OfferID)
				later(time.Second)
				offered := f.wants(wish())
				f.wantIs(offered.ID, routing.Offered, "agent-ana")
				leave(f)
				if a := f.agent("agent-ana"); a.Status != routing.Offline || !a.LeaseExpireTime.IsZero() || len(a.Load) != 0 {
					t.Errorf("who left is %+v", a)
				}
				f.wantIs(accepted.ID, routing.Waiting, "")
				f.wantIs(offered.ID, routing.Waiting, "")
				f.there("agent-luis", 1)
				f.wantIs(accepted.ID, routing.Offered, "agent-luis")
				_, steps, err := f.Task(f.ctx(), f.operator(), accepted.ID)
				if err != nil || !slices.ContainsFunc(steps, func(s routing.Step) bool {
					return s.Event == routing.Losing && s.Agent == "agent-ana" && s.Principal == "service:routing"
				}) {
					t.Errorf("its history is %+v (%v)", steps, err)
				}
				_, err = f.Heartbeat(f.ctx(), f.as("agent-ana"))
				wantError(t, err, routing.ErrAgentOffline)
			})
		})
	}
}

func TestSignsOfLifeKeepAnAgent(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		f.there("agent-ana", 1)
		task := f.wants(wish())
		f.accepted("agent-ana", task.OfferID)
		for range 10 {
			later(50 * time.Second)
			if _, err := f.Heartbeat(f.ctx(), f.as("agent-ana")); err != nil {
				t.Fatal(err)
			}
		}
		f.wantIs(task.ID, routing.Accepted, "agent-ana")
	})
}

func TestWhoIsBusyOrAwayKeepsWhatHeHasAndGetsNoMore(t *testing.T) {
	for _, s := range []routing.Status{routing.Busy, routing.Away} {
		t.Run(s.String(), func(t *testing.T) {
			onAFloor(t, func(_ *testing.T, f *floor) {
				f.there("agent-ana", 3)
				accepted := f.wants(wish())
				f.accepted("agent-ana", accepted.OfferID)
				offered := f.wants(wish())
				f.status("agent-ana", s)
				f.wantIs(accepted.ID, routing.Accepted, "agent-ana")
				f.wantIs(offered.ID, routing.Waiting, "")
				f.wantIs(f.wants(wish()).ID, routing.Waiting, "")
				f.status("agent-ana", routing.Available)
				f.wantIs(offered.ID, routing.Offered, "agent-ana")
			})
		})
	}
}

func TestAnAgentAnswersWhatIsHis(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		f.there("agent-ana", 1)
		task := f.wants(wish())
		f.hired("agent-luis", 1)
		_, err := f.Accept(f.ctx(), f.as("agent-luis"), task.OfferID)
		wantError(t, err, routing.ErrOfferNotFound)
		_, err = f.Complete(f.ctx(), f.as("agent-luis"), task.ID, "")
		wantError(t, err, routing.ErrNotYours)
		_, err = f.Transfer(f.ctx(), f.as("agent-luis"), task.ID, "", routing.Destination{Queue: "billing"})
		wantError(t, err, routing.ErrNotYours)
		_, err = f.SetStatus(f.ctx(), f.as("agent-luis"), "agent-ana", routing.Offline)
		wantError(t, err, routing.ErrNotYou)
		_, err = f.Complete(f.ctx(), f.as("agent-ana"), task.ID, "")
		var wrong *routing.StateError
		if !errors.As(err, &wrong) || wrong.State != routing.Offered {
			t.Errorf("completing what is not accepted: %v", err)
		}
		_, err = f.Cancel(f.ctx(), f.assistant(), task.ID, "s1")
		wantError(t, err, routing.ErrStale)
	})
}

func TestTransfer(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		f.queue(routing.Queue{Name: "tech", Skills: []string{"tech"}})
		f.there("agent-ana", 1, "tech")
		task := f.wants(wish())
		f.accepted("agent-ana", task.OfferID)
		give := func(by routing.By, to routing.Destination) error {
			_, err := f.Transfer(f.ctx(), by, task.ID, "", to)
			return err
		}
		wantError(t, give(f.as("agent-ana"), routing.Destination{Queue: "nowhere"}), routing.ErrQueueNotFound)
		wantError(t, give(f.as("agent-ana"), routing.Destination{Agent: "agent-nobody"}), routing.ErrAgentNotFound)
		wantError(t, give(f.as("agent-ana"), routing.Destination{Agent: "agent-ana"}), routing.ErrAgentNotFree)
		f.hired("agent-eva", 1)
		wantError(t, give(f.as("agent-ana"), routing.Destination{Agent: "agent-eva"}), routing.ErrAgentNotFree)
		f.wantIs(task.ID, routing.Accepted, "agent-ana")

		wantError(t, give(f.as("agent-ana"), routing.Destination{Queue: "tech", Priority: 8}), nil)
		moved := f.wantIs(task.ID, routing.Waiting, "") // not offered to who gave it away
		if moved.Queue != "tech" || moved.Priority != 8 || !slices.Equal(moved.Skills, []string{"tech"}) ||
			!moved.CreateTime.Equal(task.CreateTime) {
			t.Errorf("the moved task is %+v", moved)
		}
		f.status("agent-eva", routing.Available) // who cannot tech, but is asked by name
		wantError(t, give(f.operator(), routing.Destination{Agent: "agent-eva"}), nil)
		offered := f.wantIs(task.ID, routing.Offered, "agent-eva")
		if _, err := f.Reject(f.ctx(), f.as("agent-eva"), offered.OfferID); err != nil {
			t.Fatal(err)
		}
		f.wantIs(task.ID, routing.Waiting, "")
		later(time.Minute)
		f.status("agent-ana", routing.Available)
		f.wantIs(task.ID, routing.Offered, "agent-ana")
	})
}

func TestWhatAnOperatorChangesIsInForceAtOnce(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		f.there("agent-ana", 2)
		accepted := f.wants(wish())
		f.accepted("agent-ana", accepted.OfferID)
		later(time.Second)
		offered := f.wants(wish())
		change := func(etag string, what func(*routing.Agent)) error {
			_, err := f.UpdateAgent(f.ctx(), f.tenant, "agent-ana", etag, what)
			return err
		}
		wantError(t, change("r7", func(*routing.Agent) {}), routing.ErrStale)
		wantError(t, change("r1", func(a *routing.Agent) { a.Capacity = map[string]int{"webchat": 1} }), nil)
		f.wantIs(accepted.ID, routing.Accepted, "agent-ana")
		f.wantIs(offered.ID, routing.Waiting, "")
		wantError(t, change("r2", func(a *routing.Agent) { a.Capacity = map[string]int{"webchat": 2} }), nil)
		f.wantIs(offered.ID, routing.Offered, "agent-ana")
		wantError(t, change("", func(a *routing.Agent) { a.Skills = nil }), nil)
		f.wantIs(offered.ID, routing.Waiting, "")
		wantError(t, change("", func(a *routing.Agent) { a.Skills = []string{"billing"} }), nil)
		f.wantIs(offered.ID, routing.Offered, "agent-ana")
	})
}

func TestNoMoreWaitThanMay(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		small := policy()
		small.MaxWaiting = 2
		desk := routing.NewDesk(f.store, func() time.Time { return time.Now().UTC() }, small)
		var last error
		for range 3 {
			_, last = desk.Request(f.ctx(), f.assistant(), request(), wish())
		}
		wantError(t, last, routing.ErrQueuesFull)
	})
}

func TestExplainSaysWhyATaskWaits(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		f.hired("agent-off", 1)
		f.there("agent-full", 1)
		f.wants(wish()) // offered to agent-full
		later(time.Second)
		ahead := wish()
		ahead.Priority = 9
		f.wants(ahead)
		task := f.wants(wish())
		e, err := f.Explain(f.ctx(), f.operator(), task.ID)
		if err != nil {
			t.Fatal(err)
		}
		if e.Ahead != 1 || len(e.Steps) != 1 || len(e.Fits) != 2 {
			t.Errorf("the explanation is %+v", e)
		}
		full, off := e.Fits[0], e.Fits[1]
		if full.Agent != "agent-full" || len(full.Obstacles) != 1 || full.Obstacles[0].Kind != routing.NoRoom ||
			off.Agent != "agent-off" || len(off.Obstacles) != 1 || off.Obstacles[0].Status != routing.Offline {
			t.Errorf("the obstacles are %+v", e.Fits)
		}
	})
}

func TestOnBehalfOfACustomerOnlyHisTasksAreThere(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		w := wish()
		task := f.wants(w)
		his, others := f.assistant(), f.assistant()
		his.OnBehalfOf, others.OnBehalfOf = w.CustomerID, typeid.New(routing.CustomerPrefix)
		if _, _, err := f.Task(f.ctx(), his, task.ID); err != nil {
			t.Error(err)
		}
		_, _, err := f.Task(f.ctx(), others, task.ID)
		wantError(t, err, routing.ErrTaskNotFound)
		_, err = f.Cancel(f.ctx(), others, task.ID, "")
		wantError(t, err, routing.ErrTaskNotFound)
		_, err = f.Request(f.ctx(), others, request(), w)
		wantError(t, err, routing.ErrCustomerNotFound)
		if list, err := f.Tasks(f.ctx(), others, routing.Selection{}, 10); err != nil || len(list) != 0 {
			t.Errorf("others see %v (%v)", list, err)
		}
		_, err = f.Tasks(f.ctx(), others, routing.Selection{CustomerID: w.CustomerID}, 10)
		wantError(t, err, routing.ErrCustomerNotFound)
		if list, err := f.Tasks(f.ctx(), his, routing.Selection{}, 10); err != nil || len(list) != 1 {
			t.Errorf("he sees %v (%v)", list, err)
		}
	})
}

func TestALongLineIsDrainedToTheEnd(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		const wait, room = 300, 290
		for range wait {
			f.wants(wish())
		}
		f.there("agent-ana", room)
		if has := f.agent("agent-ana").Load["webchat"]; has != room {
			t.Errorf("%d of %d are offered", has, room)
		}
	})
}

func TestAWatchKeepsItsAgentAndShowsHimWhatHappens(t *testing.T) {
	onAFloor(t, func(t *testing.T, f *floor) {
		f.there("agent-ana", 1)
		ctx, cancel := context.WithCancel(f.ctx())
		var seen []string
		ended := make(chan error)
		go func() {
			ended <- f.Watch(ctx, f.as("agent-ana"), 0, time.Second, func(s routing.Seen) error {
				seen = append(seen, s.Offer.State.String())
				return nil
			})
		}()
		task := f.wants(wish())
		later(time.Second)
		f.accepted("agent-ana", task.OfferID)
		later(10 * time.Minute)
		f.wantIs(task.ID, routing.Accepted, "agent-ana")
		cancel()
		wantError(t, <-ended, context.Canceled)
		later(time.Minute)
		f.wantIs(task.ID, routing.Waiting, "")
		if want := []string{"PENDING", "ACCEPTED"}; !slices.Equal(seen, want) {
			t.Errorf("the agent saw %v, want %v", seen, want)
		}
	})
}
