package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestAHandOffIsCompleteOrDidNotHappen kills `up` behind each step of one hand-off: whatever was answered holds, whatever was
// begun is ended, and nothing is done twice.
func TestAHandOffIsCompleteOrDidNotHappen(t *testing.T) {
	t.Parallel()
	u := startPlain(t)
	ana := u.clerk("ana")
	var customer string
	var given task
	steps := []struct {
		name string
		do   func()
		// holds once the process is there again.
		holds func() bool
	}{
		{"the wish is taken", func() { u.write("whatsapp", daniel, aPerson) }, func() bool {
			customer = u.customer(daniel)
			return customer != "" && len(u.tasks(customer)) == 1 && u.wants(customer) == 1 && len(u.timeline(daniel)) == 2
		}},
		{"the agent comes", func() { ana.is("AVAILABLE") }, func() bool {
			given = ana.offered(customer)
			return u.handler(given.ConversationID) == "HANDLER_KIND_ASSISTANT"
		}},
		{"the agent accepts", func() { ana.accept(given) }, func() bool {
			h := ana.handoff(given)
			return u.handler(given.ConversationID) == "HANDLER_KIND_PERSON agent-ana" && len(h.Wanted) == 1 && len(h.Said) == 2
		}},
		{"the agent writes", func() { ana.says(given, "Hello, this is Ana.") }, func() bool {
			all := u.deliveries(daniel)
			return len(all) == 2 && strings.Contains(all[1].Text, "this is Ana")
		}},
		{"the customer writes to the agent", func() { u.write("sms", daniel, whyHigh) }, func() bool {
			return len(ana.handoff(given).Said) == 4
		}},
		{"the agent is done", func() { ana.done(given) }, func() bool {
			return u.handler(given.ConversationID) == "HANDLER_KIND_ASSISTANT" && u.wants(customer) == 0 && len(u.tasks(customer)) == 0
		}},
		{"the customer writes again", func() { u.write("sms", daniel, howUsual) }, func() bool { return len(u.deliveries(daniel)) == 3 }},
	}
	for _, step := range steps {
		step.do()
		u.kill()
		u.run()
		u.await(time.Minute, step.name+", and it holds behind a SIGKILL", step.holds)
	}
	told := u.timeline(daniel)
	if len(told) != 6 {
		t.Errorf("the timeline is %+v, want two wishes, one word to the agent, and an answer to each but that", told)
	}
}

// TestAWishForAPersonIsKeptWholeWhereverItIsCut kills `up` at other moments while the wish is worked off.
func TestAWishForAPersonIsKeptWholeWhereverItIsCut(t *testing.T) {
	t.Parallel()
	u := startPlain(t)
	const moments, apart = 6, 8 * time.Millisecond
	for i := range moments {
		phone := fmt.Sprintf("+1212555%04d", 110+i)
		body := whatsappText(fmt.Sprint("wamid.cut.", i), strings.TrimPrefix(phone, "+"), aPerson)
		if status := u.postWhatsApp(whatsappSecret, body); status != http.StatusOK {
			t.Fatalf("the webhook answered %d", status)
		}
		<-time.After(time.Duration(i) * apart)
		u.kill()
		u.run()
		mentions(t, u.reply(phone, 1), "asked a colleague")
		customer := u.customer(phone)
		if tasks, wants := u.tasks(customer), u.wants(customer); len(tasks) != 1 || wants != 1 {
			t.Errorf("killed after %v: %d tasks and %d requests, want one of each", time.Duration(i)*apart, len(tasks), wants)
		}
		if told := u.timeline(phone); len(told) != 2 {
			t.Errorf("killed after %v: the timeline is %+v", time.Duration(i)*apart, told)
		}
	}
}
