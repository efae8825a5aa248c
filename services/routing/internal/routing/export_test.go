package routing

// What the tests of the rules look at from outside.
var (
	Fits = fits
	// Apply runs one rule.
	Apply = (*Desk).apply
)

// Works of a transition for the agent.
const (
	IsUntouched         = isUntouched
	IsGiven             = isGiven
	Answers             = answers
	AnswersAndIsShunned = answersAndIsShunned
	Ignores             = ignores
	IsDone              = isDone
	IsDoneAndShunned    = isDoneAndShunned
)

// Shuns says whether the agent is not asked again for a while.
func (w AgentWork) Shuns() bool { return w.shuns() }
