package routing_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/services/routing/internal/routing"
)

// Schedules run fifty in each bubble, one after the other over one store, each a tenant of its own.
const (
	bubbles   = 4 // PARLEY_RANDOM_SCHEDULES asks for more schedules, make soak for 1 000
	perBubble = 50
	moves     = 24
)

func TestRandomSchedules(t *testing.T) {
	bubbles := bubbles
	if asked := os.Getenv("PARLEY_RANDOM_SCHEDULES"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil {
			t.Fatal("PARLEY_RANDOM_SCHEDULES:", err)
		}
		bubbles = n / perBubble
	}
	for b := range bubbles {
		t.Run(fmt.Sprint(b), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &watchman{t: t, seen: map[routing.Event]int{}}
				db := storetest.Open(t, "routing")
				f := openFloor(t, db, policy(), w)
				for i := range perBubble {
					seed := uint64(b*perBubble + i)
					runSchedule(t, &oracle{db: db, watchman: w}, *f, seed)
					if t.Failed() {
						t.Fatalf("the first schedule that failed has the seed %d", seed)
					}
				}
				for _, event := range events {
					if w.seen[event] == 0 {
						t.Errorf("nothing made a task %s: these schedules show nothing about it", event)
					}
				}
			})
		})
	}
}

func runSchedule(t *testing.T, o *oracle, f floor, seed uint64) {
	f.t, f.tenant = t, fmt.Sprintf("tenant%d", seed)
	s := &schedule{floor: &f, oracle: o, r: rand.New(rand.NewPCG(seed, 4)), open: map[string]routing.Wish{}}
	o.begin(f.tenant)
	s.cast()
	for range moves {
		s.move()
		s.look()
		if s.r.IntN(2) == 0 {
			s.pass(time.Duration(s.r.Int64N(int64(40 * time.Second))))
			s.look()
		}
		if t.Failed() {
			return
		}
	}
	s.finish()
}

// schedule is a day at a call centre: customers come, agents come, go, crash, answer and ignore.
type schedule struct {
	*floor
	*oracle
	r      *rand.Rand
	agents []string
	alive  []string
	beat   time.Time // when those who are alive gave the last sign of life
	// open are the conversations that want a person, as far as anybody was told.
	open map[string]routing.Wish
}

var (
	channels = []string{"webchat", "email"}
	skills   = []string{"billing", "tech", "spanish"}
)

func (s *schedule) cast() {
	s.queue(routing.Queue{Name: "billing", Skills: []string{"billing"}})
	s.queue(routing.Queue{Name: "tech", Skills: []string{"tech"}, DefaultPriority: 7, OfferTimeout: 10 * time.Second})
	s.queue(routing.Queue{Name: "anything"})
	for i := range 2 + s.r.IntN(4) {
		a := routing.Agent{Tenant: s.tenant, Name: fmt.Sprintf("agent%d", i), Capacity: map[string]int{}}
		for _, skill := range skills {
			if s.r.IntN(3) > 0 {
				a.Skills = append(a.Skills, skill)
			}
		}
		for _, channel := range channels {
			a.Capacity[channel] = s.r.IntN(3)
		}
		s.create(a)
	}
}

func (s *schedule) create(a routing.Agent) {
	if _, err := s.CreateAgent(s.ctx(), a); err != nil {
		s.t.Fatal(err)
	}
	s.agents = append(s.agents, a.Name)
}

// move is one thing that somebody does.
func (s *schedule) move() {
	agent := s.agents[s.r.IntN(len(s.agents))]
	switch n := s.r.IntN(100); {
	case n < 30:
		s.arrives()
	case n < 34:
		s.asksAgain()
	case n < 48:
		s.comes(agent, routing.Available)
	case n < 52:
		s.comes(agent, routing.Busy)
	case n < 55:
		agent = s.atWork(agent)
		s.goes(agent)
		s.status(agent, routing.Offline)
	case n < 60:
		s.goes(s.atWork(agent)) // without a word
	case n < 79:
		s.answers()
	case n < 91:
		s.completes()
	case n < 96:
		s.transfers(agent)
	default:
		s.cancels()
	}
}

func (s *schedule) arrives() {
	w := wish()
	w.Queue = []string{"billing", "tech", "anything"}[s.r.IntN(3)]
	w.Channel = channels[s.r.IntN(2)]
	if s.r.IntN(4) == 0 {
		w.Skills = []string{"spanish"}
	}
	if s.r.IntN(3) == 0 {
		w.Priority = 1 + s.r.IntN(9)
	}
	s.wants(w)
	s.open[w.ConversationID] = w
}

func (s *schedule) asksAgain() {
	open := s.tasks(routing.Waiting, routing.Offered, routing.Accepted)
	if len(open) == 0 {
		return
	}
	task := open[s.r.IntN(len(open))]
	if again := s.wants(s.open[task.ConversationID]); again.ID != task.ID {
		s.t.Errorf("%s has a second open task", task.ConversationID)
	}
}

func (s *schedule) comes(agent string, status routing.Status) {
	s.status(agent, status)
	if !slices.Contains(s.alive, agent) {
		s.alive = append(s.alive, agent)
	}
}

func (s *schedule) goes(agent string) {
	s.alive = slices.DeleteFunc(s.alive, func(a string) bool { return a == agent })
}

// pick a task in the state whose agent is alive.
func (s *schedule) pick(state routing.State) (routing.Task, bool) {
	found := slices.DeleteFunc(s.tasks(state), func(t routing.Task) bool { return !slices.Contains(s.alive, t.Agent) })
	if len(found) == 0 {
		return routing.Task{}, false
	}
	return found[s.r.IntN(len(found))], true
}

// atWork is an agent who has accepted something, if there is one.
func (s *schedule) atWork(otherwise string) string {
	if task, some := s.pick(routing.Accepted); some {
		return task.Agent
	}
	return otherwise
}

func (s *schedule) answers() {
	task, some := s.pick(routing.Offered)
	if !some {
		return
	}
	answer := s.Accept
	if s.r.IntN(4) == 0 {
		answer = s.Reject
	}
	if _, err := answer(s.ctx(), s.as(task.Agent), task.OfferID); err != nil {
		s.t.Error(err)
	}
}

func (s *schedule) completes() {
	task, some := s.pick(routing.Accepted)
	if !some {
		return
	}
	if _, err := s.Complete(s.ctx(), s.as(task.Agent), task.ID, task.Etag()); err != nil {
		s.t.Error(err)
	}
	delete(s.open, task.ConversationID)
}

func (s *schedule) transfers(agent string) {
	by := s.operator()
	task, some := s.pick(routing.Accepted)
	if some && s.r.IntN(2) == 0 {
		by = s.as(task.Agent)
	}
	if !some {
		waiting := s.tasks(routing.Waiting, routing.Offered)
		if len(waiting) == 0 {
			return
		}
		task = waiting[s.r.IntN(len(waiting))]
	}
	to := routing.Destination{Queue: "anything"}
	if s.r.IntN(2) == 0 {
		to = routing.Destination{Agent: agent}
		s.byName(task.ID)
		defer s.byName("")
	}
	_, err := s.Transfer(s.ctx(), by, task.ID, "", to)
	if err != nil && (to.Agent == "" || !errors.Is(err, routing.ErrAgentNotFree)) {
		s.t.Error(err)
	}
}

func (s *schedule) cancels() {
	for _, task := range s.tasks(routing.Waiting, routing.Offered, routing.Accepted) {
		if s.r.IntN(3) > 0 {
			continue
		}
		if _, err := s.Cancel(s.ctx(), s.assistant(), task.ID, ""); err != nil {
			s.t.Error(err)
		}
		delete(s.open, task.ConversationID)
		return
	}
}

// pass lets time pass, in which those who are alive give signs of life before their leases end.
func (s *schedule) pass(d time.Duration) {
	later(d)
	if time.Since(s.beat) < 15*time.Second {
		return
	}
	s.beat = time.Now()
	for _, agent := range s.alive {
		if _, err := s.Heartbeat(s.ctx(), s.as(agent)); err != nil {
			s.t.Errorf("%s: %v", agent, err)
		}
	}
}

// look checks what must hold at any time.
func (s *schedule) look() {
	synctest.Wait()
	s.check(s.floor, s.open)
}

func (s *schedule) tasks(states ...routing.State) []routing.Task {
	s.t.Helper()
	list, err := s.store.Tasks(s.t.Context(), s.tenant, routing.Selection{States: states}, 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

// finish has everybody come and work until nobody waits: nobody was lost.
func (s *schedule) finish() {
	s.create(routing.Agent{
		Tenant: s.tenant, Name: "everything", Skills: skills, Capacity: map[string]int{"webchat": 5, "email": 5},
	})
	for round := 0; len(s.open) > 0; round++ {
		if round == 100 || s.t.Failed() {
			s.t.Errorf("after %d rounds %d conversations still wait", round, len(s.open))
			return
		}
		s.comes("everything", routing.Available)
		for _, task := range s.tasks(routing.Offered) {
			if slices.Contains(s.alive, task.Agent) {
				s.accepted(task.Agent, task.OfferID)
			}
		}
		for _, task := range s.tasks(routing.Accepted) {
			if _, err := s.Complete(s.ctx(), s.operator(), task.ID, ""); err != nil {
				s.t.Error(err)
			}
			delete(s.open, task.ConversationID)
		}
		s.pass(10 * time.Second)
		s.look()
	}
}
