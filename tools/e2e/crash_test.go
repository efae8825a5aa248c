package e2e_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parleyhq/parley/tools/sandbox"
)

const (
	crashTurns   = 2000
	crashKills   = 10
	crashSenders = 40
	crashStretch = crashTurns / crashKills // in which one kill falls
	crashAhead   = 100                     // messages, at most, that wait for an answer
)

// TestNothingIsLostOrDoubledByKilling kills `up` at random moments while customers write and the vendors misbehave.
func TestNothingIsLostOrDoubledByKilling(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	u := startPlain(t, "--faults", "7")

	var said, answered atomic.Int64
	countAnswers(u, &answered)
	var writing sync.WaitGroup
	for i := range crashSenders {
		writing.Go(func() { write(u, i, &said, &answered) })
	}
	// At random numbers of answers, so that the moments do not depend on the machine's speed. Customers are never so far
	// ahead of the answers that they have nothing more to say.
	for kill := range crashKills {
		at := kill*crashStretch + random.IntN(crashStretch-crashAhead)
		u.await(3*time.Minute, fmt.Sprintf("%d answers are sent", at), func() bool { return int(answered.Load()) >= at })
		u.kill()
		u.run()
	}
	answered.Store(crashTurns) // nobody waits for an answer any more
	writing.Wait()

	for i := range crashSenders {
		phone := senderPhone(i)
		u.awaitEvery(500*time.Millisecond, 4*time.Minute, "every answer to sender "+fmt.Sprint(i)+" is delivered", func() bool { return settled(u.timeline(phone)) })
		tellsWholeStory(t, u, i)
	}
}

// countAnswers follows what the vendors accept until the test ends; the sandbox outlives every kill.
func countAnswers(u *up, answered *atomic.Int64) {
	u.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var following sync.WaitGroup
	ready := make(chan struct{})
	following.Go(func() {
		defer cancel()
		err := sandbox.NewClient(u.sandbox).Follow(ctx, func() { close(ready) }, func(sandbox.Delivery) { answered.Add(1) })
		if err != nil {
			u.t.Error(err)
		}
	})
	u.t.Cleanup(func() {
		cancel()
		following.Wait()
	})
	select {
	case <-ready:
	case <-ctx.Done():
	}
}

// write posts a sender's messages one after another; each is posted again until it is answered 200, as vendors do.
func write(u *up, sender int, said, answered *atomic.Int64) {
	for n := range crashTurns / crashSenders {
		for said.Load()-answered.Load() >= crashAhead {
			<-time.After(20 * time.Millisecond)
		}
		deadline := time.Now().Add(3 * time.Minute)
		for postTurn(u, sender, n) != http.StatusOK {
			if time.Now().After(deadline) {
				u.t.Errorf("sender %d: message %d was not accepted in three minutes", sender, n)
				return
			}
			<-time.After(20 * time.Millisecond)
		}
		said.Add(1)
	}
}

func postTurn(u *up, sender, n int) int {
	text := turnText(sender, n)
	if sender%2 == 0 {
		phone := strings.TrimPrefix(senderPhone(sender), "+")
		return u.postWhatsApp(whatsappSecret, whatsappText(fmt.Sprintf("wamid.crash.%d.%d", sender, n), phone, text))
	}
	return u.postTwilio(twilioToken, twilioText(fmt.Sprintf("SM%016d%016d", sender, n), senderPhone(sender), text))
}

// turnText is unique, and a bill question every other time.
func turnText(sender, n int) string {
	if n%2 == 0 {
		return fmt.Sprintf("why is my bill so high, %d of %d", n, sender)
	}
	return fmt.Sprintf("hello this is number %d of %d", n, sender)
}

// senderPhone: some are customers of Aurora, most are strangers.
func senderPhone(i int) string {
	if i < 8 {
		return fmt.Sprintf("+1212555%04d", 101+i)
	}
	return fmt.Sprintf("+1303555%04d", i)
}

func settled(told []message) bool {
	answers := 0
	for _, m := range told {
		if m.Direction != outbound {
			continue
		}
		answers++
		switch m.Delivery.State {
		case "DELIVERY_STATE_SENT", "DELIVERY_STATE_DELIVERED", "DELIVERY_STATE_READ", "DELIVERY_STATE_FAILED":
		default:
			return false
		}
	}
	return answers >= crashTurns/crashSenders
}

// tellsWholeStory holds one sender's timeline to what was written, and the vendor's book to the timeline.
func tellsWholeStory(t *testing.T, u *up, sender int) {
	t.Helper()
	told := u.timeline(senderPhone(sender))
	texts := map[string]int{}
	answered := map[string]int{}
	var askedOrder, answeredOrder []string
	for i, m := range told {
		if m.Sequence != fmt.Sprint(i+1) {
			t.Errorf("sender %d: message %d has the sequence %s", sender, i+1, m.Sequence)
		}
		if m.Direction == inbound {
			texts[m.Text]++
			askedOrder = append(askedOrder, m.ID)
			continue
		}
		answered[m.InReplyTo]++
		answeredOrder = append(answeredOrder, m.InReplyTo)
	}
	for n := range crashTurns / crashSenders {
		if got := texts[turnText(sender, n)]; got != 1 {
			t.Errorf("sender %d: message %d is stored %d times", sender, n, got)
		}
	}
	for _, id := range askedOrder {
		if answered[id] != 1 {
			t.Errorf("sender %d: message %s has %d answers", sender, id, answered[id])
		}
	}
	if !slices.Equal(askedOrder, answeredOrder) {
		t.Errorf("sender %d: the answers are not in the order of the questions", sender)
	}
	vendorHasEachOnce(t, u, sender, told)
}

// reference is the delivery's id as the vendor was given it: biz_opaque_callback_data, or in the StatusCallback.
var reference = regexp.MustCompile(`delivery_[0-9a-z]{26}`)

// vendorHasEachOnce: the vendor accepted each answer once and in order. An answer that stands as failed for an unknown
// outcome may have been accepted once or never.
func vendorHasEachOnce(t *testing.T, u *up, sender int, told []message) {
	t.Helper()
	times := map[string]int{}
	var order []string
	for _, d := range u.deliveries(senderPhone(sender)) {
		id := reference.FindString(d.Raw)
		if times[id]++; times[id] == 1 {
			order = append(order, id)
		}
	}
	var want []string
	for _, m := range told {
		if m.Direction != outbound {
			continue
		}
		var list struct {
			Deliveries []struct{ ID, State, Reason string }
		}
		u.call("parley.channel.v1.ChannelService/ListDeliveries", map[string]any{"messageId": m.ID}, &list)
		if len(list.Deliveries) != 1 {
			t.Errorf("sender %d: answer %s has %d deliveries", sender, m.ID, len(list.Deliveries))
			continue
		}
		d := list.Deliveries[0]
		if d.State == "DELIVERY_STATE_FAILED" && d.Reason == "UNKNOWN_OUTCOME" && times[d.ID] <= 1 {
			order = slices.DeleteFunc(order, func(id string) bool { return id == d.ID })
			continue
		}
		if times[d.ID] != 1 {
			t.Errorf("sender %d: the vendor accepted the answer %s (%+v) %d times\n%s", sender, m.ID, d, times[d.ID], u.known(sender, d.ID))
		}
		want = append(want, d.ID)
	}
	if !slices.Equal(order, want) {
		t.Errorf("sender %d: the vendor did not get the answers in order", sender)
	}
}

// known is what the vendor's book and Parley's log have on a delivery.
func (u *up) known(sender int, delivery string) string {
	var lines []string
	for _, d := range u.deliveries(senderPhone(sender)) {
		if reference.FindString(d.Raw) == delivery {
			lines = append(lines, "accepted "+d.Time.Format(time.RFC3339Nano))
		}
	}
	for line := range strings.Lines(u.logged()) {
		if strings.Contains(line, delivery) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return strings.Join(lines, "\n")
}
