package routing_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/parleyhq/parley/services/routing/internal/routing"
)

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// at so many minutes past nine.
func at(minutes int) time.Time { return nine.Add(time.Duration(minutes) * time.Minute) }

func candidate(id string, minute, priority int, skills ...string) routing.Candidate {
	return routing.Candidate{Task: routing.Task{
		ID: id, CreateTime: at(minute), Priority: priority, Channel: "webchat", Skills: skills, State: routing.Waiting,
	}}
}

func idle(name string, sinceMinute, room int, skills ...string) routing.Agent {
	return routing.Agent{
		Name: name, Status: routing.Available, IdleSince: at(sinceMinute), Skills: skills,
		Capacity: map[string]int{"webchat": room},
	}
}

func TestMatch(t *testing.T) {
	busy := idle("busy", 0, 5)
	busy.Status = routing.Busy
	full := idle("full", 0, 2)
	full.Load = map[string]int{"webchat": 2}
	half := idle("half", 1, 2)
	half.Load = map[string]int{"webchat": 1}
	mail := idle("mail", 0, 0)
	mail.Capacity = map[string]int{"email": 3}
	refused := candidate("refused", 1, 5)
	refused.Shunned = []string{"ana"}

	for _, c := range []struct {
		name    string
		waiting []routing.Candidate
		agents  []routing.Agent
		want    []string // task>agent
	}{
		{"nobody waits", nil, []routing.Agent{idle("ana", 1, 1)}, nil},
		{"nobody is there", []routing.Candidate{candidate("a", 1, 5)}, nil, nil},
		{"the oldest first", []routing.Candidate{candidate("young", 2, 5), candidate("old", 1, 5)},
			[]routing.Agent{idle("ana", 1, 1)}, []string{"old>ana"}},
		{"the urgent before the old", []routing.Candidate{candidate("old", 1, 5), candidate("urgent", 2, 9)},
			[]routing.Agent{idle("ana", 1, 1)}, []string{"urgent>ana"}},
		{"to who is idle longest", []routing.Candidate{candidate("a", 1, 5)},
			[]routing.Agent{idle("ana", 3, 1), idle("luis", 2, 1)}, []string{"a>luis"}},
		{"of two as idle to who has less", []routing.Candidate{candidate("a", 1, 5)},
			[]routing.Agent{half, idle("luis", 1, 1)}, []string{"a>luis"}},
		{"of two alike to the first by name", []routing.Candidate{candidate("a", 1, 5)},
			[]routing.Agent{idle("luis", 1, 1), idle("ana", 1, 1)}, []string{"a>ana"}},
		{"each in turn, as long as there is room",
			[]routing.Candidate{candidate("a", 1, 5), candidate("b", 2, 5), candidate("c", 3, 5), candidate("d", 4, 5)},
			[]routing.Agent{idle("ana", 1, 2), idle("luis", 2, 1)}, []string{"a>ana", "b>luis", "c>ana"}},
		{"only to who has every skill", []routing.Candidate{candidate("a", 1, 5, "billing", "spanish")},
			[]routing.Agent{idle("ana", 1, 1, "billing"), idle("luis", 2, 1, "billing", "spanish", "tech")}, []string{"a>luis"}},
		{"whom nobody can help holds up nobody", []routing.Candidate{candidate("hard", 1, 9, "latin"), candidate("easy", 2, 1)},
			[]routing.Agent{idle("ana", 1, 1)}, []string{"easy>ana"}},
		{"not to who is busy, full or on another channel", []routing.Candidate{candidate("a", 1, 5)},
			[]routing.Agent{busy, full, mail}, nil},
		{"not to who rejected it, but the next to him", []routing.Candidate{refused, candidate("b", 2, 5)},
			[]routing.Agent{idle("ana", 1, 1)}, []string{"b>ana"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := paired(routing.Match(c.waiting, c.agents, at(60))); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func paired(pairings []routing.Pairing) (list []string) {
	for _, p := range pairings {
		list = append(list, p.Task.ID+">"+p.Agent)
	}
	return list
}

// crowd is some tasks and some agents, with much in common.
func crowd(r *rand.Rand) (waiting []routing.Candidate, agents []routing.Agent) {
	skills := []string{"billing", "tech", "spanish"}
	some := func() (list []string) {
		for _, s := range skills {
			if r.IntN(2) == 0 {
				list = append(list, s)
			}
		}
		return list
	}
	for i := range 1 + r.IntN(6) {
		a := idle(fmt.Sprint("agent", i), r.IntN(3), r.IntN(3), some()...)
		a.Status = routing.Status(1 + r.IntN(2))
		a.Load = map[string]int{"webchat": r.IntN(2)}
		agents = append(agents, a)
	}
	for i := range r.IntN(10) {
		c := candidate(fmt.Sprint("task", i), r.IntN(4), 1+r.IntN(3), some()...)
		if r.IntN(3) == 0 {
			c.Shunned = []string{agents[r.IntN(len(agents))].Name}
		}
		waiting = append(waiting, c)
	}
	return waiting, agents
}

func TestMatchDoesNotDependOnTheOrderInWhichItIsTold(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		waiting, agents := crowd(r)
		first := paired(routing.Match(waiting, agents, at(60)))
		loads := fmt.Sprint(agents)
		r.Shuffle(len(waiting), func(i, j int) { waiting[i], waiting[j] = waiting[j], waiting[i] })
		if again := fmt.Sprint(agents); again != loads {
			t.Fatalf("seed %d: matching changed its arguments", seed)
		}
		r.Shuffle(len(agents), func(i, j int) { agents[i], agents[j] = agents[j], agents[i] })
		if second := paired(routing.Match(waiting, agents, at(60))); !slices.Equal(first, second) {
			t.Fatalf("seed %d: %v, then %v", seed, first, second)
		}
	}
}

func TestAfterMatchingNobodyWaitsWhomAnAgentCouldTake(t *testing.T) {
	for seed := range uint64(500) {
		waiting, agents := crowd(rand.New(rand.NewPCG(seed, 2)))
		offered := map[string]bool{}
		for _, p := range routing.Match(waiting, agents, at(60)) {
			if offered[p.Task.ID] {
				t.Fatalf("seed %d: %s is offered twice", seed, p.Task.ID)
			}
			offered[p.Task.ID] = true
			for i := range agents {
				if agents[i].Name == p.Agent {
					agents[i].Load = maps.Clone(agents[i].Load)
					agents[i].Load["webchat"]++
				}
			}
		}
		for _, a := range agents {
			if a.Load["webchat"] > max(a.Capacity["webchat"], 1) {
				t.Errorf("seed %d: %s has %d", seed, a.Name, a.Load["webchat"])
			}
			for _, c := range waiting {
				if !offered[c.ID] && routing.Fits(a, c) {
					t.Errorf("seed %d: %s waits, and %s is free", seed, c.ID, a.Name)
				}
			}
		}
	}
}

func TestAnObstacleIsNamedExactlyWhenThereIsOne(t *testing.T) {
	for seed := range uint64(500) {
		waiting, agents := crowd(rand.New(rand.NewPCG(seed, 3)))
		for _, c := range waiting {
			var shuns []routing.Shun
			for _, name := range c.Shunned {
				shuns = append(shuns, routing.Shun{TaskID: c.ID, Agent: name, Until: at(90)})
			}
			for _, fit := range routing.Explain(c.Task, agents, shuns) {
				a := agents[slices.IndexFunc(agents, func(a routing.Agent) bool { return a.Name == fit.Agent })]
				if routing.Fits(a, c) != (len(fit.Obstacles) == 0) {
					t.Errorf("seed %d: %s for %s: %+v", seed, c.ID, a.Name, fit.Obstacles)
				}
			}
		}
	}
}
