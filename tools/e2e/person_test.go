package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestAPersonTakesOverOnEveryChannel: who asks for a person gets one where he writes, the assistant is silent meanwhile, and
// helps again when the person is done.
func TestAPersonTakesOverOnEveryChannel(t *testing.T) {
	t.Parallel()
	u := start(t)
	ana := u.clerk("ana")
	for _, c := range []struct{ channel, address, name string }{
		{"whatsapp", "+12125550102", "Maria Santos"},
		{"sms", "+12125550103", "James Okafor"},
		{"email", danielMail, "Daniel Reyes"},
	} {
		u.write(c.channel, c.address, howUsual)
		u.reply(c.address, 1)
		u.write(c.channel, c.address, aPerson)
		mentions(t, u.reply(c.address, 2), "none of them is here right now (they are here every day from 8 a.m.", "you are next")
		customer := u.whose(c.address)

		ana.is("AVAILABLE")
		given := ana.offered(customer)
		ana.accept(given)
		h := ana.handoff(given)
		if h.Customer.DisplayName != c.name || h.Assurance != "ASSURANCE_CHANNEL_POSSESSION" || len(h.Said) != 4 ||
			len(h.Wanted) != 1 || !strings.Contains(h.Wanted[0].Text, aPerson) || h.Wanted[0].MessageID != h.Said[2].MessageID {
			t.Errorf("%s: the hand-off is %+v", c.channel, h)
		}
		ana.says(given, "Hello, this is Ana.")
		mentions(t, u.reply(c.address, 3), "this is Ana")
		u.write(c.channel, c.address, whyHigh) // the assistant would know
		u.await(30*time.Second, "Ana sees what the customer wrote", func() bool { return len(ana.handoff(given).Said) == 6 })
		ana.says(given, "I look it up for you.")
		mentions(t, u.reply(c.address, 4), "look it up")
		ana.done(given)
		ana.is("OFFLINE")
		u.awaitHandler(given.ConversationID, "HANDLER_KIND_ASSISTANT")
		u.write(c.channel, c.address, howUsual)
		u.reply(c.address, 5)
		if got := len(u.deliveries(c.address)); got != 5 || u.wants(customer) != 0 {
			t.Errorf("%s: %d messages were sent, want 5; %d requests are open, want none", c.channel, got, u.wants(customer))
		}
	}
}

// TestAnAgentDoesWhatAgentsDoAndNothingElse holds the keys of agents to what they are for.
func TestAnAgentDoesWhatAgentsDoAndNothingElse(t *testing.T) {
	t.Parallel()
	u := start(t)
	ana, luis := u.clerk("ana"), u.clerk("luis")
	ana.is("AVAILABLE")
	u.write("sms", daniel, aPerson)
	u.reply(daniel, 1)
	given := ana.offered(u.customer(daniel))
	post := map[string]any{
		"requestId": "7c0a1b3e-52a7-4d0e-9a43-1f6b2c8d9e01", "conversationId": given.ConversationID, "text": "Hello",
		"author": "AUTHOR_KIND_AGENT",
	}
	for name, c := range map[string]struct {
		method  string
		request map[string]any
		status  int
	}{
		"accept what another is offered":        {routingService + "AcceptOffer", map[string]any{"offerId": given.OfferID}, http.StatusNotFound},
		"send another home":                     {routingService + "SetAgentStatus", map[string]any{"agent": ana.name, "status": "STATUS_OFFLINE"}, http.StatusForbidden},
		"write where he does not answer":        {contextService + "PostMessage", post, http.StatusForbidden},
		"write to anybody":                      {contextService + "PostToCustomer", map[string]any{"requestId": post["requestId"], "customerId": given.CustomerID, "text": "Hi", "author": "AUTHOR_KIND_AGENT"}, http.StatusForbidden},
		"say who answers":                       {contextService + "SetHandler", map[string]any{"conversationId": given.ConversationID, "handler": "HANDLER_KIND_ASSISTANT"}, http.StatusForbidden},
		"close what is not his":                 {contextService + "CloseConversation", map[string]any{"conversationId": given.ConversationID}, http.StatusForbidden},
		"record what nobody wrote":              {contextService + "RecordEvents", map[string]any{"events": []any{map[string]any{}}}, http.StatusForbidden},
		"hire somebody":                         {routingService + "CreateAgent", map[string]any{"agent": map[string]any{"name": "agent-x"}}, http.StatusForbidden},
		"ask for a person in a customer's name": {routingService + "RequestAgent", map[string]any{"requestId": post["requestId"]}, http.StatusForbidden},
		"replay what could not be read":         {"parley.channel.v1.ChannelService/ReplayDeadLetter", map[string]any{}, http.StatusForbidden},
	} {
		if status := u.callWith(luis.key, c.method, c.request, nil); status != c.status {
			t.Errorf("to %s is answered %d, want %d", name, status, c.status)
		}
	}
}

// TestWhoSitsAtATerminal plays `parley agent` by its lines, as README tells.
func TestWhoSitsAtATerminal(t *testing.T) {
	t.Parallel()
	u := start(t)
	term := u.clerk("ana").sitsDown()
	term.types("accept", "Hello Daniel, this is Ana.", "wait", "Consider it done.", "done", "leave")
	mentions(t, say(t, u, "whatsapp", whyHigh), "dispute")
	say(t, u, "whatsapp", aPerson)
	u.gets(daniel, "this is Ana")
	u.write("sms", daniel, "Can you waive the late fee?")
	screen := term.ends()
	mentions(t, screen, "Offer: a customer by whatsapp for billing", "Daniel Reyes (en-US), vouched for by the channel", "Wanted\n",
		"customer: "+whyHigh, "[sms] Daniel Reyes: Can you waive the late fee?", "[sms] you: Consider it done.",
		"Done with Daniel Reyes.", "agent-ana has left.")
	u.gets(daniel, "Consider it done.")
}

// TestNobodyIsStuckWithAnAgentWhoIsGone: what an agent had who went home, or whose machine died, is another's.
func TestNobodyIsStuckWithAnAgentWhoIsGone(t *testing.T) {
	t.Parallel()
	u := start(t)
	ana, luis := u.clerk("ana"), u.clerk("luis")
	atHome := ana.sitsDown()
	atHome.types("accept")
	u.write("whatsapp", daniel, aPerson)
	u.await(30*time.Second, "Ana has it", func() bool { return strings.Contains(atHome.screen(), "Wanted") })
	customer := u.customer(daniel)
	conversation := u.tasks(customer)[0].ConversationID
	u.awaitHandler(conversation, "HANDLER_KIND_PERSON agent-ana")
	atHome.types("leave")
	atHome.ends()
	u.awaitHandler(conversation, "HANDLER_KIND_NONE")
	silent := 2                          // messages: the wish, and the answer to it
	u.write("whatsapp", daniel, whyHigh) // between two people the assistant does not chime in

	atDesk := luis.sitsDown()
	atDesk.types("accept")
	u.await(30*time.Second, "Luis has it", func() bool { return strings.Contains(atDesk.screen(), whyHigh) })
	u.awaitHandler(conversation, "HANDLER_KIND_PERSON agent-luis")
	atDesk.dies()
	ana.is("AVAILABLE")
	var again task
	u.awaitEvery(time.Second, 3*time.Minute, "it is offered to Ana when nothing was heard of Luis for a lease", func() bool {
		ana.call(routingService+"Heartbeat", map[string]any{}, nil)
		open := u.tasks(customer)
		again = open[0]
		return len(open) == 1 && again.Agent == ana.name && again.State == "STATE_OFFERED"
	})
	ana.accept(again)
	ana.says(again, "Here I am again.")
	u.gets(daniel, "Here I am again.")
	sorry := 0
	for _, m := range u.timeline(daniel)[silent:] {
		switch {
		case m.Direction == inbound, strings.Contains(m.Text, "Here I am again."):
		case strings.Contains(m.Text, "the colleague who was with you had to leave"):
			sorry++
		default:
			t.Errorf("somebody said %q between two people", m.Text)
		}
	}
	if sorry != 2 {
		t.Errorf("Daniel was told %d times that a colleague had to leave, want twice", sorry)
	}
}
