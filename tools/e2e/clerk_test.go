package e2e_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
)

const (
	routingService = "parley.routing.v1.RoutingService/"
	contextService = "parley.context.v1.ContextService/"
	aPerson        = "I want to talk to a real person"
)

// clerk is an agent who works through the public API, with a key of his own.
type clerk struct {
	u         *up
	name, key string
}

func (u *up) clerk(name string) clerk { return clerk{u, "agent-" + name, "demo-agent-" + name} }

// task is a conversation that wants a person.
type task struct{ ID, ConversationID, CustomerID, Queue, Channel, State, Agent, OfferID string }

func (c clerk) call(method string, request, response any) {
	c.u.t.Helper()
	if status := c.u.callWith(c.key, method, request, response); status != http.StatusOK {
		c.u.t.Fatalf("%s: %s answered %d", c.name, method, status)
	}
}

func (c clerk) is(status string) {
	c.u.t.Helper()
	c.call(routingService+"SetAgentStatus", map[string]any{"status": "STATUS_" + status}, nil)
}

// offered waits for an offer of the customer's task.
func (c clerk) offered(customer string) task {
	c.u.t.Helper()
	var found task
	c.u.await(3*time.Minute, "the task is offered to "+c.name, func() bool {
		for _, found = range c.u.tasks(customer) {
			if found.Agent == c.name && found.State == "STATE_OFFERED" {
				return true
			}
		}
		return false
	})
	return found
}

func (c clerk) accept(t task) {
	c.u.t.Helper()
	c.call(routingService+"AcceptOffer", map[string]any{"offerId": t.OfferID}, nil)
}

func (c clerk) says(t task, text string) {
	c.u.t.Helper()
	c.call(contextService+"PostMessage", map[string]any{
		"requestId": uuid.NewString(), "conversationId": t.ConversationID, "text": text, "author": "AUTHOR_KIND_AGENT",
	}, nil)
}

func (c clerk) done(t task) {
	c.u.t.Helper()
	c.call(routingService+"CompleteTask", map[string]any{"taskId": t.ID}, nil)
}

// packet is a hand-off.
type packet struct {
	Conversation             struct{ Handler, Agent string }
	Customer                 struct{ DisplayName string }
	Assurance                string
	Wanted, Said, Done, Open []packetLine
	Promised                 []packetLine
}

type packetLine struct{ Text, MessageID, RecordID, Channel string }

func (c clerk) handoff(t task) packet {
	c.u.t.Helper()
	var response struct{ Handoff packet }
	c.call(contextService+"GetHandoff", map[string]any{"conversationId": t.ConversationID}, &response)
	return response.Handoff
}

// tasks of the customer that are open, oldest first.
func (u *up) tasks(customer string) []task {
	u.t.Helper()
	var list struct{ Tasks []task }
	u.call(routingService+"ListTasks", map[string]any{
		"customerId": customer, "states": []string{"STATE_WAITING", "STATE_OFFERED", "STATE_ACCEPTED"},
	}, &list)
	return list.Tasks
}

// wants are the open requests of the customer for a person.
func (u *up) wants(customer string) int {
	u.t.Helper()
	var list struct{ OpenRequests []struct{ Kind string } }
	u.call(contextService+"ListOpenRequests", map[string]any{"customerId": customer}, &list)
	n := 0
	for _, r := range list.OpenRequests {
		if r.Kind == "KIND_NEEDS_PERSON" {
			n++
		}
	}
	return n
}

// handler of the conversation, as `HANDLER_KIND_PERSON agent-ana`.
func (u *up) handler(conversation string) string {
	u.t.Helper()
	var response struct {
		Conversation struct{ Handler, Agent string }
	}
	u.call(contextService+"GetConversation", map[string]any{"conversationId": conversation}, &response)
	return strings.TrimSpace(response.Conversation.Handler + " " + response.Conversation.Agent)
}

func (u *up) awaitHandler(conversation, want string) {
	u.t.Helper()
	u.await(30*time.Second, "the conversation is handled by "+want, func() bool { return u.handler(conversation) == want })
}

// write to Parley without waiting for an answer. The address of a mail must be Daniel's.
func (u *up) write(channel, from, text string) {
	u.t.Helper()
	id, status := strings.ReplaceAll(uuid.NewString(), "-", ""), http.StatusOK
	switch channel {
	case "whatsapp":
		status = u.postWhatsApp(whatsappSecret, whatsappText("wamid."+id, strings.TrimPrefix(from, "+"), text))
	case "sms":
		status = u.postTwilio(twilioToken, twilioText("SM"+id, from, text))
	default:
		u.mustBring(vouched + mail(id, "A question", text))
	}
	if status != http.StatusOK {
		u.t.Fatalf("the webhook answered %d", status)
	}
}

// gets waits until a message with the words was sent to the address.
func (u *up) gets(address, words string) {
	u.t.Helper()
	u.await(30*time.Second, fmt.Sprintf("%q is sent to %s", words, address), func() bool {
		return slices.ContainsFunc(u.deliveries(address), func(d delivery) bool { return strings.Contains(d.Text, words) })
	})
}

// terminal is `parley agent`, as one sits at it.
type terminal struct {
	t       testing.TB
	process *exec.Cmd
	keys    io.WriteCloser
	mu      sync.Mutex
	shown   bytes.Buffer
}

func (c clerk) sitsDown() *terminal {
	c.u.t.Helper()
	term := &terminal{t: c.u.t, process: exec.Command(c.u.binary, "agent", "--api", c.u.api, "--key", c.key)}
	term.process.Stdout, term.process.Stderr = term, term
	var err error
	if term.keys, err = term.process.StdinPipe(); err != nil {
		c.u.t.Fatal(err)
	}
	if err := term.process.Start(); err != nil {
		c.u.t.Fatal(err)
	}
	c.u.t.Cleanup(func() { _ = term.process.Process.Kill() }) // an error says that it has ended
	return term
}

// Write is what the process prints.
func (s *terminal) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown.Write(p)
}

func (s *terminal) screen() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown.String()
}

func (s *terminal) types(lines ...string) {
	s.t.Helper()
	for _, line := range lines {
		if _, err := fmt.Fprintln(s.keys, line); err != nil {
			s.t.Fatal(err)
		}
	}
}

// ends waits until the process did, and answers what was on the screen.
func (s *terminal) ends() string {
	s.t.Helper()
	tooLong := time.AfterFunc(time.Minute, func() { _ = s.process.Process.Kill() }) // an error says that it has ended
	defer tooLong.Stop()
	if err := s.process.Wait(); err != nil {
		s.t.Errorf("parley agent: %v\n%s", err, s.screen())
	}
	return s.screen()
}

// dies is SIGKILL.
func (s *terminal) dies() {
	s.t.Helper()
	if err := s.process.Process.Kill(); err != nil {
		s.t.Fatal(err)
	}
	_ = s.process.Wait() // killed, as it was to be
}

// whose the address is: a phone number, or Daniel's mail.
func (u *up) whose(address string) string {
	if address == danielMail {
		address = daniel
	}
	return u.customer(address)
}
