package sandbox

import (
	"hash/fnv"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// verdict is what happens to one request to send.
type verdict int

const (
	verdictAccept verdict = iota
	// verdictRateLimit and verdictDown refuse before anything is accepted.
	verdictRateLimit
	verdictDown
	// verdictLoseAnswer accepts and closes the connection instead of answering.
	verdictLoseAnswer
)

// How often, of a hundred requests.
const (
	rateLimitPercent  = 5
	downPercent       = 2
	loseAnswerPercent = 5
	duplicatePercent  = 20
)

// maxStatusDelay is how long a status is held back, each by itself, so that they overtake each other.
const maxStatusDelay = 2 * time.Second

// faults draws by the seed, the recipient and how often the recipient was sent to since the process started, so that what
// befalls one recipient does not depend on how requests of many interleave. A nil *faults does nothing wrong.
type faults struct {
	seed uint64
	// turns counts per recipient, in a fixed number of slots: recipients who share one only take turns of each other.
	turns [1 << 12]atomic.Uint64
}

func newFaults(seed uint64) *faults {
	if seed == 0 {
		return nil
	}
	return &faults{seed: seed}
}

// draw is one turn of the recipient: what happens to the request, and the dice for the statuses that follow.
func (f *faults) draw(provider, to string) (verdict, *rand.Rand) {
	if f == nil {
		return verdictAccept, nil
	}
	h := fnv.New64a()
	h.Write([]byte(provider + "\x00" + addressKey(to)))
	who := h.Sum64()
	turn := f.turns[who%uint64(len(f.turns))].Add(1)
	dice := rand.New(rand.NewPCG(f.seed, who^(turn*0x9e3779b97f4a7c15)))
	switch n := dice.IntN(100); {
	case n < rateLimitPercent:
		return verdictRateLimit, dice
	case n < rateLimitPercent+downPercent:
		return verdictDown, dice
	case n < rateLimitPercent+downPercent+loseAnswerPercent:
		return verdictLoseAnswer, dice
	default:
		return verdictAccept, dice
	}
}

// promptly is the time between two statuses when nothing goes wrong: enough that the answer is usually there first.
const promptly = 20 * time.Millisecond

// plan fills in the statuses that will follow an accepted message. Without dice they come promptly and in order, and at the same
// moments as those of other messages: waking up for each of them costs more than posting it.
func plan(m *message, dice *rand.Rand) {
	m.Ordered = dice == nil
	for i, state := range states(m.Provider) {
		if dice == nil {
			m.Steps = append(m.Steps, step{State: state, Due: m.Time.Truncate(promptly).Add(time.Duration(i+2) * promptly)})
			continue
		}
		copies := 1
		if dice.IntN(100) < duplicatePercent {
			copies = 2
		}
		for range copies {
			m.Steps = append(m.Steps, step{State: state, Due: m.Time.Add(time.Duration(dice.Int64N(int64(maxStatusDelay))))})
		}
	}
}
