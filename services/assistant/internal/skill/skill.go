// Package skill is the shape of one thing that the assistant can do. A skill is a small package: what it answers, which
// methods it may call, and the texts it says. It never posts and never remembers: it returns what to say and what to
// keep, and internal/dialogue does the rest.
package skill

import (
	"context"
	"time"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc"
)

// Skill answers the intents that it names.
type Skill interface {
	// Name is short and stable: `bill`.
	Name() string
	// Description tells an operator what it does, in a sentence.
	Description() string
	// Intents that it answers.
	Intents() []string
	// Methods that it may call, as `/package.Service/Method`. Peers refuses any other.
	Methods() []string
	// Answer says what to say. The context's caller acts on behalf of the turn's customer. It changes nothing.
	Answer(ctx context.Context, turn Turn) (Reply, error)
}

// Peers are the services as a skill sees them: only its own methods.
type Peers = grpc.ClientConnInterface

// Turn is one message to be answered.
type Turn struct {
	Peers      Peers
	CustomerID string
	Content    *contextv1.Content
	Intent     string
	// Offer made to the customer and not answered yet; nil when there is none.
	Offer *Offer
	Now   time.Time
}

// Failed is the intent under which the fallback says that a message could not be answered. Nobody can write it.
const Failed = "parley.failed"

// Offer is what was proposed: a "yes" means this and nothing else. It holds ids and amounts from records.
type Offer struct {
	// Kind is `dispute`.
	Kind      string
	InvoiceID string
	Product   string
	LineIDs   []string
	// Summary for the person who takes it up.
	Summary string
	Time    time.Time
}

// Reply is what to say and what to keep.
type Reply struct {
	Text string
	// Topic of the dialogue from now on; empty leaves it.
	Topic string
	// Offer standing after this reply; nil means none.
	Offer *Offer
	// Request to keep for a person; nil means none.
	Request *Request
}

// Request is something that a person has to take up.
type Request struct {
	Kind    contextv1.OpenRequest_Kind
	Summary string
}
