package routing

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"
)

// Pairing is an offer that is to be made.
type Pairing struct {
	Task  Task
	Agent string
}

// Candidate is a task that waits, and the agents who are not to be asked now.
type Candidate struct {
	Task
	Shunned []string
}

// Match says which offers are made: the first task in the line is offered to whoever has been idle longest among those whom
// nothing stands against, then the second, and so on. Each offer takes up room, and puts its agent to the end of the line of
// the idle. Of agents who are idle equally long the one with fewer tasks is first, then the one whose name is.
//
// After the offers are made nobody waits whom an agent could take. It depends on nothing but its arguments, which it does
// not change, nor on their order.
func Match(waiting []Candidate, agents []Agent, now time.Time) []Pairing {
	line := slices.SortedFunc(slices.Values(waiting), func(a, b Candidate) int {
		if a.Place().Before(b.Place()) {
			return -1
		}
		return 1
	})
	free := make([]Agent, 0, len(agents))
	for _, a := range agents {
		a.Load = maps.Clone(a.Load)
		if a.Load == nil {
			a.Load = map[string]int{}
		}
		free = append(free, a)
	}
	var pairings []Pairing
	for _, c := range line {
		best := longestIdle(free, c)
		if best == nil {
			continue
		}
		best.Load[c.Channel]++
		best.IdleSince = now
		pairings = append(pairings, Pairing{Task: c.Task, Agent: best.Name})
	}
	return pairings
}

// longestIdle of the agents who fit; nil when none does.
func longestIdle(agents []Agent, c Candidate) (best *Agent) {
	for i := range agents {
		a := &agents[i]
		if fits(*a, c) && (best == nil || idler(*a, *best) < 0) {
			best = a
		}
	}
	return best
}

// idler is below zero when a comes before b.
func idler(a, b Agent) int {
	return cmp.Or(a.IdleSince.Compare(b.IdleSince), cmp.Compare(a.load(), b.load()), strings.Compare(a.Name, b.Name))
}

// fits says whether nothing stands against offering the task to the agent. Obstacles says what does.
func fits(a Agent, c Candidate) bool {
	return a.Status == Available && a.Room(c.Channel) > 0 && a.can(c.Skills) && !slices.Contains(c.Shunned, a.Name)
}

// Demand is what tasks want of an agent.
type Demand struct {
	Channel string
	Skills  []string // sorted
}

// meetable are the demands that some agent has room and skills for.
func meetable(demands []Demand, agents []Agent) []Demand {
	return slices.DeleteFunc(slices.Clone(demands), func(d Demand) bool {
		return !slices.ContainsFunc(agents, func(a Agent) bool {
			return fits(a, Candidate{Task: Task{Channel: d.Channel, Skills: d.Skills}})
		})
	})
}
