package assistant

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"buf.build/go/protovalidate"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/rpc"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/tongue"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const tenant = "aurora"

// begin is when every dialogue begins.
var begin = time.Date(2026, 11, 19, 15, 0, 0, 0, time.UTC)

// interpreter learns once for all tests.
var interpreter = sync.OnceValues(func() (*tongue.Interpreter, error) {
	voices, err := Default().voices()
	if err != nil {
		return nil, err
	}
	return voices.interpreter("")
})

// world is what the assistant works in: a timeline and a billing service that keep the contracts of their protos, behind the
// interceptors that check access and requests as in production.
type world struct {
	identityv1.UnimplementedIdentityServiceServer
	t         testing.TB
	now       time.Time
	timeline  *timeline
	billing   *billing
	library   *library
	desk      *desk
	peers     *cutting
	turns     *dialogue.Turns
	store     *memory
	customers *dialogue.Customers
	// locale of the customers.
	locale string
	// understood as the shipped examples teach, or as the test says.
	understood told
}

func newWorld(t testing.TB) *world {
	t.Helper()
	interpreter, err := interpreter()
	if err != nil {
		t.Fatal(err)
	}
	return newWorldWith(t, american(t), interpreter)
}

// newWorldWith languages that are spoken otherwise.
func newWorldWith(t testing.TB, voices *voices, interpreter *tongue.Interpreter) *world {
	t.Helper()
	validator, err := protovalidate.New()
	if err != nil {
		t.Fatal(err)
	}
	local := rpc.NewLocal(rpc.Deps{Log: slog.New(slog.DiscardHandler), Validator: validator})
	w := &world{t: t, now: begin, peers: &cutting{ClientConnInterface: local, left: -1}}
	w.store = &memory{states: map[string]dialogue.State{}, turns: map[string][]dialogue.Turn{}, written: w.peers.cut}
	w.timeline = newTimeline(func() time.Time { return w.now })
	w.billing = newBilling(func() time.Time { return w.now })
	w.library = &library{searches: map[string]string{}}
	w.desk = &desk{heard: w.timeline.heard, tasks: map[string]*routingv1.Task{}}
	knowledgev1.RegisterKnowledgeServiceServer(local, w.library)
	routingv1.RegisterRoutingServiceServer(local, w.desk)
	contextv1.RegisterContextServiceServer(local, w.timeline)
	billingv1.RegisterInvoiceServiceServer(local, w.billing)
	billingv1.RegisterDisputeServiceServer(local, w.billing)
	identityv1.RegisterIdentityServiceServer(local, w)
	skills, err := voices.skills()
	if err != nil {
		t.Fatal(err)
	}
	w.understood = told{Interpreter: interpreter, means: map[string][]string{}}
	w.customers = &dialogue.Customers{Store: w.store, Peers: w.peers, Listener: &interpreter.Listener}
	w.turns = &dialogue.Turns{
		Store: w.store, Understander: w.understood, Skills: skills, Customers: w.customers, Peers: w.peers, OfferFor: Default().OfferFor,
		Desk: Config{Queues: setUp, Hours: map[string]string{"en": "every day from 8 a.m. to 10 p.m."}}.desk(),
		Log:  slog.New(slog.DiscardHandler),
	}
	return w
}

func american(t testing.TB) *voices {
	t.Helper()
	v, err := Default().voices()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// GetCustomer knows of everybody which language they speak.
func (w *world) GetCustomer(_ context.Context, r *identityv1.GetCustomerRequest) (*identityv1.GetCustomerResponse, error) {
	return &identityv1.GetCustomerResponse{Customer: &identityv1.Customer{Id: r.GetCustomerId(), Locale: w.locale}}, nil
}

// answer a recorded message, as its event would have it answered.
func (w *world) answer(m *contextv1.Message) error {
	ctx := caller.With(w.t.Context(), caller.OnBehalfOf(
		caller.Service(tenant, "context"), m.GetCustomerId(), accessv1.Assurance_ASSURANCE_CHANNEL_POSSESSION))
	return w.turns.Run(ctx, m.GetConversationId(), m.GetId())
}

// told understands some texts as it was told to.
type told struct {
	*tongue.Interpreter
	means map[string][]string
}

func (u told) Understand(f tongue.Fact, text string) understand.Result {
	result := u.Interpreter.Understand(f, text)
	if intents := u.means[text]; len(intents) > 0 {
		result.Intent, result.Wishes, result.Held = intents[0], nil, nil
		for _, intent := range intents {
			result.Wishes = append(result.Wishes, understand.Wish{Intent: intent, Text: text})
		}
	}
	return result
}

// cutting lets so many calls and writes come through, and then fails each behind its effect, as if the process died there.
type cutting struct {
	grpc.ClientConnInterface
	left int // below zero: never cut
}

var errCut = status.Error(codes.Unavailable, "cut short here")

func (c *cutting) Invoke(ctx context.Context, method string, args, reply any, opts ...grpc.CallOption) error {
	if c.left == 0 {
		return errCut
	}
	err := c.ClientConnInterface.Invoke(ctx, method, args, reply, opts...)
	if c.cut() {
		return errCut
	}
	return err
}

// cut counts, and says whether the process dies here.
func (c *cutting) cut() bool {
	if c.left > 0 {
		c.left--
	}
	return c.left == 0
}

// memory keeps dialogues as their contract says.
type memory struct {
	mu     sync.Mutex
	states map[string]dialogue.State
	turns  map[string][]dialogue.Turn
	// saved are the keys of states, the latest last.
	saved []string
	// written says whether the process dies behind the write.
	written func() bool
}

func (m *memory) Load(_ context.Context, tenant, id string) (dialogue.State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.states[tenant+"/"+id]
	if !ok {
		return s, dialogue.ErrNoState
	}
	return s, nil
}

func (m *memory) Latest(_ context.Context, tenant, customerID string) (dialogue.State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, key := range slices.Backward(m.saved) {
		if s := m.states[key]; strings.HasPrefix(key, tenant+"/") && s.CustomerID == customerID {
			return s, nil
		}
	}
	return dialogue.State{}, dialogue.ErrNoState
}

func (m *memory) Save(_ context.Context, tenant string, s dialogue.State) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if key := tenant + "/" + s.ConversationID; m.states[key].AnsweredSequence <= s.AnsweredSequence {
		m.states[key] = s
		m.saved = append(m.saved, key)
	}
	if m.written() {
		return errCut
	}
	return nil
}

func (m *memory) Finish(ctx context.Context, tenant string, s dialogue.State, t dialogue.Turn) error {
	err := m.Save(ctx, tenant, s)
	m.mu.Lock()
	defer m.mu.Unlock()
	key := tenant + "/" + t.ConversationID
	m.turns[key] = append(slices.DeleteFunc(m.turns[key], func(old dialogue.Turn) bool { return old.Sequence == t.Sequence }), t)
	return err
}

func (m *memory) Turns(_ context.Context, tenant, conversationID string, after int64, limit int) ([]dialogue.Turn, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []dialogue.Turn
	for _, t := range m.turns[tenant+"/"+conversationID] {
		if t.Sequence > after {
			found = append(found, t)
		}
	}
	slices.SortFunc(found, func(a, b dialogue.Turn) int { return int(a.Sequence - b.Sequence) })
	return found[:min(limit, len(found))], nil
}

// id is a TypeID of the prefix, the same in every run.
func id(prefix string, n int) string { return fmt.Sprintf("%s_%026d", prefix, n) }
