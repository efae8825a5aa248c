package e2e_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
)

func TestTheStoryGoesOnInAWebChat(t *testing.T) {
	t.Parallel()
	u := start(t)
	number := opensDispute(u)
	p := u.visit(danielReference).listen()
	p.say("1", myCase)
	p.say("1", myCase) // the browser did not hear the first answer
	answer := p.line(2)
	mentions(t, answer.GetText(), number, "is open", "We will decide by")
	tellsOneConversation(t, u, "whatsapp", "whatsapp", "sms", "sms", "web", "web")

	said := p.line(1)
	if said.GetAuthor() != webchatv1.Line_AUTHOR_VISITOR || said.GetState() != webchatv1.Line_STATE_RECEIVED || said.GetClientMessageId() != "1" || said.GetText() != myCase {
		t.Errorf("Daniel's line is %v", said)
	}
	if answer.GetAuthor() != webchatv1.Line_AUTHOR_ASSISTANT || answer.GetState() != webchatv1.Line_STATE_DELIVERED || answer.GetClientMessageId() != "" {
		t.Errorf("the answer is %v", answer)
	}
	u.await(30*time.Second, "the answer is known as sent", func() bool { return u.timeline(daniel)[5].Delivery.State == "DELIVERY_STATE_SENT" })
	onceEach(t, p.seen())
}

func TestAVisitorWhoSignsInTakesAlongWhatWasSaid(t *testing.T) {
	t.Parallel()
	u := start(t)
	opensDispute(u)
	p := u.visit("").listen()
	p.say("1", whyHigh)
	for _, secret := range []string{"$", "259.90", "189.90", payPerView, "CL-"} {
		if answer := p.line(2).GetText(); strings.Contains(answer, secret) {
			t.Errorf("nobody in particular was told %q", answer)
		}
	}
	left := p.session
	p.signIn(danielReference)
	p.listen()
	p.say("2", whyHigh)
	mentions(t, p.line(4).GetText(), "$259.90", "$189.90", payPerView)
	onceEach(t, p.seen())
	if got := len(p.seen()); got != 4 {
		t.Errorf("%d lines are on the page", got)
	}
	u.await(30*time.Second, "what was said before is Daniel's", func() bool { return len(u.timeline(daniel)) == 8 })
	web := 0
	for _, m := range u.timeline(daniel) {
		if m.Channel == "web" && m.Text == whyHigh {
			web++
		}
	}
	if web != 2 {
		t.Errorf("Daniel asked %d times on the web", web)
	}

	isTurnedAway(t, "who finds the session from before signing in", &chat{u: u, session: left}, "SESSION_EXPIRED")
	if got := len(p.seen()); got != 4 {
		t.Errorf("%d lines are on the page in the end", got)
	}
}

func TestTheStoryInAWebChatWithSay(t *testing.T) {
	t.Parallel()
	u := start(t)
	onWeb := func(arguments ...string) string {
		t.Helper()
		out, err := exec.Command(u.binary, append([]string{"say", "--sandbox", u.sandbox, "--channel", "web", "--from", "daniel-at-home"}, arguments...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("say: %v\n%s\n%s", err, out, u.tail())
		}
		return string(out)
	}
	if answer := onWeb(whyHigh); strings.Contains(answer, "$") {
		t.Errorf("nobody in particular was told %q", answer)
	}
	mentions(t, onWeb("--customer", danielReference, whyHigh), "$259.90", payPerView)
	number := caseNumber.FindString(say(t, u, "sms", "yes please dispute it"))
	mentions(t, onWeb(myCase), number, "is open")
	got := u.deliveries("daniel-at-home")
	if len(got) != 3 || got[0].Provider != "webchat" || got[0].Account != "web-main" {
		t.Errorf("the browser has %+v", got)
	}
	leave, err := http.Post("http://"+u.sandbox+"/leave?from=daniel-at-home", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	leave.Body.Close()
	if leave.StatusCode != http.StatusNoContent {
		t.Errorf("leaving answered %d", leave.StatusCode)
	}
}

// TestAChatGoesOnAcrossKills: the page has every line once and in order, whenever Parley is killed.
func TestAChatGoesOnAcrossKills(t *testing.T) {
	t.Parallel()
	const lines, kills = 30, 3
	u := startPlain(t)
	p := u.visit(danielReference).listen()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	killAt := map[int]bool{}
	for k := range kills {
		killAt[k*lines/kills+random.IntN(lines/kills)] = true
	}
	for n := range lines {
		u.await(time.Minute, fmt.Sprintf("line %d is accepted", n), func() bool {
			return p.trySay(fmt.Sprint(n), fmt.Sprintf("hello this is number %d", n)) == nil
		})
		if killAt[n] {
			u.kill()
			u.run()
		}
	}
	p.line(2 * lines)
	all := p.seen()
	onceEach(t, all)
	said := 0
	for _, l := range all {
		if l.GetAuthor() != webchatv1.Line_AUTHOR_VISITOR {
			continue
		}
		if l.GetClientMessageId() != fmt.Sprint(said) {
			t.Errorf("line %d of Daniel's is %q", said, l.GetClientMessageId())
		}
		said++
	}
	told := u.timeline(daniel)
	if said != lines || len(all) != len(told) {
		t.Errorf("the page has %d lines, %d of them Daniel's; the timeline has %d", len(all), said, len(told))
	}
	for i := range min(len(all), len(told)) {
		if all[i].GetId() != told[i].ID {
			t.Fatalf("line %d is %s on the page and %s in the timeline", i+1, all[i].GetId(), told[i].ID)
		}
	}
}

// TestWhoHasGoneIsAnsweredWhereElseTheyWroteOnce kills Parley the moment it knows that a visitor has gone.
func TestWhoHasGoneIsAnsweredWhereElseTheyWroteOnce(t *testing.T) {
	t.Parallel()
	u := start(t)
	phones := map[string]string{danielReference: daniel, "AUR-0002": "+12125550102", "AUR-0003": "+12125550103"}
	gone := map[string]*chat{}
	sid := 0
	for reference, phone := range phones {
		sid++
		u.postTwilio(twilioToken, twilioText(fmt.Sprintf("SMgone%d", sid), phone, "hello"))
		u.reply(phone, 1)
		gone[reference] = u.visit(reference) // and no stream
		gone[reference].say("1", whyHigh)
	}
	failed := func() (n int) {
		var list struct {
			Deliveries []struct{ State, Reason string }
		}
		u.call("parley.channel.v1.ChannelService/ListDeliveries", map[string]any{"account": "web-main"}, &list)
		for _, d := range list.Deliveries {
			if d.Reason == "RECIPIENT_GONE" {
				n++
			}
		}
		return n
	}
	u.awaitEvery(time.Millisecond, time.Minute, "a visitor has gone", func() bool { return failed() > 0 })
	u.kill()
	u.run()
	for reference, phone := range phones {
		u.reply(phone, 2)
		told := u.timeline(phone)
		on := map[string]int{}
		for _, m := range told {
			on[m.Channel+" "+m.Direction]++
		}
		if on["web "+outbound] != 1 || on["sms "+outbound] != 2 {
			t.Errorf("%s was answered %v", reference, on)
		}
		// Who comes back finds the question, and not the answer that reached them.
		p := gone[reference].listen()
		p.line(1)
		p.say("2", "hello again")
		p.line(3)
		if lines := p.seen(); len(lines) != 3 || lines[1].GetClientMessageId() != "2" {
			t.Errorf("who came back reads %v", lines)
		}
		if got := u.deliveries(phone); len(got) != 2 || got[1].Account != "sms-main" {
			t.Errorf("%s got %d messages by SMS", reference, len(got))
		}
	}
}

func TestASessionIsItsVisitorsAlone(t *testing.T) {
	t.Parallel()
	u := start(t)
	for name, forged := range map[string]*webchatv1.StartSessionRequest{
		"no secret":            {CustomerReference: danielReference, Signature: strings.Repeat("0", 64)},
		"another secret":       {CustomerReference: danielReference, Signature: signature("guessed", danielReference)},
		"another customer's":   {CustomerReference: danielReference, Signature: signature(siteSecret, "AUR-0002")},
		"half of the right":    {CustomerReference: danielReference, Signature: signature(siteSecret, danielReference)[:32]},
		"not hexadecimal":      {CustomerReference: danielReference, Signature: strings.Repeat("z", 64)},
		"a look-alike of hers": {CustomerReference: danielReference + " ", Signature: signature(siteSecret, danielReference)},
	} {
		token, err := startSession(u, forged)
		if token != "" || connect.CodeOf(err) != connect.CodeUnauthenticated || reasonOf(err) != "SIGNATURE_INVALID" {
			t.Errorf("%s: %v", name, err)
		}
	}

	daniels := u.visit(danielReference).listen()
	daniels.say("1", whyHigh)
	mentions(t, daniels.line(2).GetText(), "$259.90")
	stranger := u.visit("")
	stranger.resume = daniels.resume
	err := stranger.streamOnce()
	if connect.CodeOf(err) != connect.CodeInvalidArgument || reasonOf(err) != "RESUME_TOKEN_INVALID" {
		t.Errorf("a stranger resumes Daniel's chat: %v", err)
	}
	for name, token := range map[string]string{
		"a changed token":      flip(daniels.session),
		"a resume token":       daniels.resume,
		"a word":               "daniel",
		"of a customer's name": danielReference,
	} {
		isTurnedAway(t, name, &chat{u: u, session: token}, "SESSION_INVALID")
	}
	other := u.visit(danielReference).listen() // Daniel himself, on another device, has a chat of his own
	other.say("1", "hello")
	other.line(2)
	if len(daniels.seen()) != 2 {
		t.Errorf("another session's lines are on the page: %v", daniels.seen())
	}
}

// isTurnedAway holds a session that is not good to be told so, whether it reads or speaks.
func isTurnedAway(t *testing.T, who string, c *chat, reason string) {
	t.Helper()
	for does, err := range map[string]error{"reads": c.streamOnce(), "speaks": c.trySay("9", "give me a credit")} {
		if connect.CodeOf(err) != connect.CodeUnauthenticated || reasonOf(err) != reason {
			t.Errorf("%s %s: %v", who, does, err)
		}
	}
	if lines := c.seen(); len(lines) != 0 {
		t.Errorf("%s has read %v", who, lines)
	}
}

// flip changes a sealed token in the middle.
func flip(token string) string {
	at := len(token) / 2
	changed := byte('A')
	if token[at] == changed {
		changed = 'B'
	}
	return token[:at] + string(changed) + token[at+1:]
}

// reasonOf is the reason in a fault that came over Connect.
func reasonOf(err error) string {
	var failed *connect.Error
	if !errors.As(err, &failed) {
		return ""
	}
	for _, detail := range failed.Details() {
		if v, err := detail.Value(); err == nil {
			if info, ok := v.(*errdetails.ErrorInfo); ok {
				return info.GetReason()
			}
		}
	}
	return ""
}
