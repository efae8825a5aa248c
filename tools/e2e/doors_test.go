package e2e_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestAtTheDoors: what comes in that should not, comes twice, or is not what is expected. Each part writes as somebody else.
func TestAtTheDoors(t *testing.T) {
	t.Parallel()
	u := start(t)
	for name, part := range map[string]func(*testing.T, *up){
		"who is not vouched for is turned away":          whoIsNotVouchedForIsTurnedAway,
		"what is signed but unreadable is kept":          whatIsSignedButUnreadableIsKept,
		"the same webhook five times at once":            theSameWebhookFiveTimesAtOnce,
		"strangers are never joined":                     strangersAreNeverJoined,
		"what is not text is kept and answered honestly": whatIsNotTextIsKeptAndAnsweredHonestly,
		"the API refuses what is wrong":                  theAPIRefusesWhatIsWrong,
	} {
		t.Run(name, func(t *testing.T) { part(t, u.in(t)) })
	}
}

func whoIsNotVouchedForIsTurnedAway(t *testing.T, u *up) {
	t.Helper()
	stranger, strangerWA := "+13035550142", "13035550142"
	body := whatsappText("wamid.forged", strangerWA, "let me in")
	form := twilioText("SMforged", stranger, "let me in")
	for name, status := range map[string]int{
		"WhatsApp under a wrong secret":     u.postWhatsApp("wrong", body),
		"WhatsApp under the Twilio secret":  u.postWhatsApp(twilioToken, body),
		"Twilio under a wrong token":        u.postTwilio("wrong", form),
		"Twilio without a word of who I am": u.postTwilio("", form),
	} {
		if status != http.StatusUnauthorized {
			t.Errorf("%s: answered %d, want 401", name, status)
		}
	}
	if status := u.postWhatsApp(whatsappSecret, strings.Repeat("x", 1<<20+1)); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body over 1 MiB: answered %d, want 413", status)
	}
	if id := u.customer(stranger); id != "" {
		t.Errorf("a forged message made the customer %s", id)
	}
}

func whatIsSignedButUnreadableIsKept(t *testing.T, u *up) {
	t.Helper()
	if status := u.postWhatsApp(whatsappSecret, `{"object":"whatsapp_business_account","entry":[{`); status != http.StatusOK {
		t.Fatalf("answered %d, want 200: the vendor would post it again for days", status)
	}
	var list struct {
		DeadLetters []struct{ ID, Account, Reason string }
	}
	u.call("parley.channel.v1.ChannelService/ListDeadLetters", map[string]any{}, &list)
	if len(list.DeadLetters) != 1 || list.DeadLetters[0].Account != "wa-main" || list.DeadLetters[0].Reason == "" {
		t.Fatalf("dead letters = %+v, want the one, with its account and reason", list.DeadLetters)
	}
	letter := map[string]any{"deadLetterId": list.DeadLetters[0].ID}
	var failure struct{ Code string }
	if status := u.call("parley.channel.v1.ChannelService/ReplayDeadLetter", letter, &failure); status != http.StatusBadRequest ||
		failure.Code != "failed_precondition" {
		t.Errorf("replay = %d %s, want failed_precondition: it is as unreadable as before", status, failure.Code)
	}
	if status := u.call("parley.channel.v1.ChannelService/EraseDeadLetter", letter, nil); status != http.StatusOK {
		t.Errorf("erase answered %d", status)
	}
}

func theSameWebhookFiveTimesAtOnce(t *testing.T, u *up) {
	t.Helper()
	var posting sync.WaitGroup
	for range 5 {
		posting.Go(func() {
			if status := u.postWhatsApp(whatsappSecret, whatsappText("wamid.five", danielWA, whyHigh)); status != http.StatusOK {
				t.Errorf("answered %d", status)
			}
		})
	}
	posting.Wait()
	u.reply(daniel, 1)
	// Something that comes after it, so that a second answer would be there by then.
	u.postWhatsApp(whatsappSecret, whatsappText("wamid.after", danielWA, howUsual))
	u.reply(daniel, 2)
	if told := u.timeline(daniel); len(told) != 4 {
		t.Errorf("the timeline has %d messages, want two questions and two answers: %+v", len(told), told)
	}
	if got := u.deliveries(daniel); len(got) != 2 {
		t.Errorf("the vendor accepted %d messages, want 2", len(got))
	}
}

func TestStatusesInAnyOrderGiveTheRightState(t *testing.T) {
	t.Parallel()
	u := start(t, "--faults", "7") // holds every status back by itself
	const answers, statuses = 8, 3
	for i := range answers {
		u.postWhatsApp(whatsappSecret, whatsappText(fmt.Sprintf("wamid.status.%d", i), fmt.Sprintf("1303555030%d", i), "hello"))
	}
	u.await(2*time.Minute, "every status has come", func() bool { return u.count(statusesRecorded) >= answers*statuses })
	for i := range answers {
		told := u.timeline(fmt.Sprintf("+1303555030%d", i))
		if got := told[len(told)-1].Delivery.State; got != "DELIVERY_STATE_READ" {
			t.Errorf("after sent, delivered and read the state is %s", got)
		}
	}
}

// statusesRecorded counts the different statuses of WhatsApp that were worked off.
var statusesRecorded = regexp.MustCompile(`(?m)^parley_inbox_events_total\{account="wa-main",kind="status",result="recorded"\} (\S+)$`)

func strangersAreNeverJoined(t *testing.T, u *up) {
	t.Helper()
	for i := range 5 {
		u.postTwilio(twilioToken, twilioText(fmt.Sprintf("SMstranger%d", i), fmt.Sprintf("+1303555020%d", i), "hello"))
	}
	ids := map[string]bool{}
	for i := range 5 {
		phone := fmt.Sprintf("+1303555020%d", i)
		u.reply(phone, 1)
		ids[u.customer(phone)] = true
		if told := u.timeline(phone); len(told) != 2 {
			t.Errorf("%s: %d messages, want a greeting each way", phone, len(told))
		}
	}
	if len(ids) != 5 {
		t.Errorf("five strangers are %d customers", len(ids))
	}
}

func whatIsNotTextIsKeptAndAnsweredHonestly(t *testing.T, u *up) {
	t.Helper()
	const james, jamesWA = "+12125550103", "12125550103"
	image := fmt.Sprintf(`{"from":%q,"id":"wamid.image","timestamp":"%d","type":"image","image":{"id":"77","mime_type":"image/jpeg","sha256":"x"}}`,
		jamesWA, time.Now().Unix())
	u.postWhatsApp(whatsappSecret, whatsappMessage(jamesWA, image))
	mentions(t, u.reply(james, 1), "can only read text", "colleague")
	if kind := u.timeline(james)[0].Content.Kind; kind != "CONTENT_KIND_IMAGE" {
		t.Errorf("the timeline keeps a %s, want an image", kind)
	}
}

func theAPIRefusesWhatIsWrong(t *testing.T, u *up) {
	t.Helper()
	const resolve = "parley.identity.v1.IdentityService/ResolveCustomer"
	const list = "parley.context.v1.ContextService/ListMessages"
	for name, c := range map[string]struct {
		key, method string
		request     map[string]any
		status      int
		names       string
	}{
		"no key":                {"", list, map[string]any{}, http.StatusUnauthorized, ""},
		"a wrong key":           {"guess", list, map[string]any{}, http.StatusUnauthorized, ""},
		"an id that is not one": {"demo-api-key", list, map[string]any{"customerId": "daniel"}, http.StatusBadRequest, "customer_id"},
		"an unknown field":      {"demo-api-key", list, map[string]any{"custmerId": "x"}, http.StatusBadRequest, "custmerId"},
		"neither parent":        {"demo-api-key", list, map[string]any{}, http.StatusBadRequest, "customer_id"},
		"a handle without a kind": {"demo-api-key", resolve, map[string]any{"handle": map[string]any{"value": "+12125550101"}},
			http.StatusBadRequest, "handle.kind"},
		"nobody": {"demo-api-key", resolve, map[string]any{"handle": map[string]any{"kind": "HANDLE_KIND_PHONE", "value": "+13035559999"}},
			http.StatusNotFound, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var failure struct{ Code, Message string }
			if status := u.callWith(c.key, c.method, c.request, &failure); status != c.status {
				t.Errorf("answered %d %+v, want %d", status, failure, c.status)
			}
			mentions(t, failure.Message, c.names)
		})
	}
}
