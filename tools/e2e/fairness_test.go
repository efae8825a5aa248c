package e2e_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	floodMessages = 3000
	// mostBefore of them may be answered before the question of another sender.
	mostBefore = 100
	otherTurns = 60
	flooder    = "+13035550900"
	other      = "+13035550901"
)

// TestAFloodDelaysNobodyElse counts, for each question of another sender, how many of the flood's messages were answered
// between the question and its answer. If the flood were served first, this would be what is left of it: thousands.
func TestAFloodDelaysNobodyElse(t *testing.T) {
	u := startPlain(t)
	calm := u.ask("calm", 0)
	flood := startFlood(u)
	u.awaitEvery(100*time.Millisecond, 30*time.Second, "the flood has backed up", func() bool { return flood.backlog(u) > 500 })
	busy := u.ask("busy", otherTurns)
	left := flood.backlog(u)
	flood.posting.Wait()

	most := slices.Max(busy.between)
	t.Logf("p99 without the flood %v, with it %v; at most %d of its messages answered before a question; its backlog at the end %d",
		calm.p99, busy.p99, most, left)
	if left < 500 {
		t.Fatalf("only %d messages of the flood were left: nothing was measured", left)
	}
	if most > mostBefore {
		t.Errorf("up to %d messages of the flood were answered before another sender's one", most)
	}
}

type asked struct {
	p99     time.Duration
	between []int
}

// ask lets the other sender ask and wait for the answer, again and again.
func (u *up) ask(name string, already int) asked {
	u.t.Helper()
	var took []time.Duration
	var result asked
	for i := range otherTurns {
		before, began := u.answered(), time.Now()
		if status := u.postTwilio(twilioToken, twilioText("SM"+name+strconv.Itoa(i), other, "hello")); status != http.StatusOK {
			u.t.Fatalf("the webhook answered %d", status)
		}
		u.reply(other, already+i+1)
		took = append(took, time.Since(began))
		result.between = append(result.between, u.answered()-before)
	}
	slices.Sort(took)
	result.p99 = took[len(took)*99/100]
	return result
}

// flood is one sender who does not stop.
type flood struct {
	posting  sync.WaitGroup
	accepted atomic.Int64
}

// startFlood posts the flood as fast as it is taken.
func startFlood(u *up) *flood {
	f := &flood{}
	const posters = 8
	for p := range posters {
		f.posting.Go(func() {
			for n := p; n < floodMessages; n += posters {
				id, from := fmt.Sprintf("wamid.flood.%d", n), strings.TrimPrefix(flooder, "+")
				if status := u.postWhatsApp(whatsappSecret, whatsappText(id, from, "hello")); status != http.StatusOK {
					u.t.Errorf("the flood's message %d was answered %d", n, status)
				}
				f.accepted.Add(1)
			}
		})
	}
	return f
}

// backlog is how many messages were taken and not dealt with yet; those of others do not matter beside them.
func (f *flood) backlog(u *up) int { return int(f.accepted.Load()) - u.answered() }

// consumed counts the events that the assistant has dealt with.
var consumed = regexp.MustCompile(`(?m)^parley_bus_events_total\{[^}]*role="assistant"[^}]*\} (\S+)$`)

// answered is how many messages the assistant has dealt with.
func (u *up) answered() int { return u.count(consumed) }

// count sums a metric.
func (u *up) count(metric *regexp.Regexp) int {
	u.t.Helper()
	response := string(get(u.t, "http://"+u.api+"/metrics"))
	sum := 0.0
	for _, match := range metric.FindAllStringSubmatch(response, -1) {
		value, err := strconv.ParseFloat(match[1], 64)
		if err != nil {
			u.t.Fatal(err)
		}
		sum += value
	}
	return int(sum)
}
