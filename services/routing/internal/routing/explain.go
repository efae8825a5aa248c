package routing

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// ObstacleKind says what stands against an offer. The numbers are those of the proto.
type ObstacleKind int

// The obstacles.
const (
	NoSkill ObstacleKind = iota + 1
	NoChannel
	NoRoom
	NotAvailable
	Shunned
)

// Obstacle is one thing that stands against offering a task to an agent.
type Obstacle struct {
	Kind   ObstacleKind
	Skills []string  // that the agent lacks
	Status Status    // when NotAvailable
	Until  time.Time // when Shunned
}

// Fit is all that stands against offering a task to an agent.
type Fit struct {
	Agent     string
	Obstacles []Obstacle
}

// Shun is an agent who is not to be asked about a task until a time.
type Shun struct {
	TaskID string
	Agent  string
	Until  time.Time
}

// Explain says what stands against offering the task to each agent: those with the fewest obstacles first, then by name.
func Explain(t Task, agents []Agent, shuns []Shun) []Fit {
	found := make([]Fit, 0, len(agents))
	for _, a := range agents {
		found = append(found, Fit{Agent: a.Name, Obstacles: obstacles(t, a, shuns)})
	}
	slices.SortFunc(found, func(a, b Fit) int {
		return cmp.Or(cmp.Compare(len(a.Obstacles), len(b.Obstacles)), strings.Compare(a.Agent, b.Agent))
	})
	return found
}

// obstacles are none exactly when fits says so.
func obstacles(t Task, a Agent, shuns []Shun) (found []Obstacle) {
	lacks := slices.DeleteFunc(slices.Clone(t.Skills), func(s string) bool { return slices.Contains(a.Skills, s) })
	if len(lacks) > 0 {
		found = append(found, Obstacle{Kind: NoSkill, Skills: lacks})
	}
	switch {
	case a.Capacity[t.Channel] == 0:
		found = append(found, Obstacle{Kind: NoChannel})
	case a.Room(t.Channel) == 0:
		found = append(found, Obstacle{Kind: NoRoom})
	}
	if a.Status != Available {
		found = append(found, Obstacle{Kind: NotAvailable, Status: a.Status})
	}
	for _, s := range shuns {
		if s.TaskID == t.ID && s.Agent == a.Name {
			found = append(found, Obstacle{Kind: Shunned, Until: s.Until})
		}
	}
	return found
}
