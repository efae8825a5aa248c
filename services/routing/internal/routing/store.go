package routing

import (
	"context"
	"time"
)

// Store keeps tasks, agents and queues. All that is read and written is of one tenant. routingtest.TestStore is its
// contract.
type Store interface {
	Reader
	// Write runs fn in a transaction, one of the tenant's after the other: what fn reads is what the one before left, and
	// stays so until it commits. It may run fn more than once, so fn has no effect but through the Tx. When Write answers
	// nil, everything is durable.
	Write(ctx context.Context, tenant string, fn func(ctx context.Context, tx Tx) error) error
	// RenewLease moves the end of an agent's lease and says whether there is one. It waits for no Write.
	RenewLease(ctx context.Context, tenant, agent string, until time.Time) (bool, error)
	// Watch gives a channel that holds a token whenever an offer of the agent was changed by this process since the last
	// token was taken. The watcher calls stop when it is done.
	Watch(tenant, agent string) (changed <-chan struct{}, stop func())
}

// Reader reads. Lists are in the order named, of at most limit.
type Reader interface {
	// Task by id, or ErrTaskNotFound.
	Task(ctx context.Context, tenant, id string) (Task, error)
	// OpenTask of the conversation, or ErrTaskNotFound.
	OpenTask(ctx context.Context, tenant, conversationID string) (Task, error)
	// Tasks by create time and id.
	Tasks(ctx context.Context, tenant string, which Selection, limit int) ([]Task, error)
	// Held are the tasks that the agent was offered or has accepted, by create time and id.
	Held(ctx context.Context, tenant, agent string) ([]Task, error)
	// Steps of a task: the newest so many, the oldest of them first.
	Steps(ctx context.Context, tenant, taskID string, limit int) ([]Step, error)

	// Demands of the tasks that wait, each once.
	Demands(ctx context.Context, tenant string) ([]Demand, error)
	// Waiting tasks with one of the demands, behind the place, by place. The zero Place is before all.
	Waiting(ctx context.Context, tenant string, demands []Demand, after Place, now time.Time, limit int) ([]Candidate, error)
	// WaitingBefore is how many tasks wait before the place; the zero Place counts them all.
	WaitingBefore(ctx context.Context, tenant string, before Place) (int64, error)
	// Shuns that are in force, about the task.
	Shuns(ctx context.Context, tenant, taskID string, now time.Time) ([]Shun, error)

	// Offer by id, or ErrOfferNotFound.
	Offer(ctx context.Context, tenant, id string) (Offer, error)
	// Offers of the agent that changed after a sequence, by sequence.
	Offers(ctx context.Context, tenant, agent string, after int64, limit int) ([]Offer, error)
	// PendingOffers of the agent, by sequence.
	PendingOffers(ctx context.Context, tenant, agent string) ([]Offer, error)

	// Agent by name, or ErrAgentNotFound.
	Agent(ctx context.Context, tenant, name string) (Agent, error)
	// Agents behind the name, by name.
	Agents(ctx context.Context, tenant, after string, limit int) ([]Agent, error)
	// AvailableAgents are those in this status, by name.
	AvailableAgents(ctx context.Context, tenant string) ([]Agent, error)

	// Queue by name, or ErrQueueNotFound.
	Queue(ctx context.Context, tenant, name string) (Queue, error)
	// Queues behind the name, by name.
	Queues(ctx context.Context, tenant, after string, limit int) ([]Queue, error)
}

// Tx reads and writes within a transaction.
type Tx interface {
	Reader
	// LastSequence of the steps of the conversation's tasks; 0 when it had none.
	LastSequence(ctx context.Context, tenant, conversationID string) (int64, error)
	// InsertTask keeps a new task and its first step.
	InsertTask(ctx context.Context, t Task, s Step) error
	// UpdateTask keeps a task that was at the sequence before, and its newest step; ErrStale otherwise.
	UpdateTask(ctx context.Context, t Task, s Step) error
	// GiveTasks of the conversation, open or not, to another customer. It is no step of theirs.
	GiveTasks(ctx context.Context, tenant, conversationID, customerID string) error

	InsertOffer(ctx context.Context, o Offer) error
	// UpdateOffer keeps its state, update time and sequence.
	UpdateOffer(ctx context.Context, o Offer) error
	// Shun has the agent not asked about the task.
	Shun(ctx context.Context, tenant string, s Shun) error
	// ForgetShuns that are not in force any more.
	ForgetShuns(ctx context.Context, tenant string, now time.Time) error

	// InsertAgent, or ErrAgentExists.
	InsertAgent(ctx context.Context, a Agent) error
	// UpdateAgent keeps all but load and lease.
	UpdateAgent(ctx context.Context, a Agent) error
	// BeginLease begins or moves the agent's lease.
	BeginLease(ctx context.Context, tenant, agent string, until time.Time) error
	EndLease(ctx context.Context, tenant, agent string) error

	// InsertQueue, or ErrQueueExists.
	InsertQueue(ctx context.Context, q Queue) error
	UpdateQueue(ctx context.Context, q Queue) error

	// SetAlarm has Desk.Ring called with the alarm when it is due; one of the same kind and key is moved.
	SetAlarm(ctx context.Context, a Alarm) error
	CancelAlarm(ctx context.Context, a Alarm) error
	// Tell publishes what happened to a task, once the transaction is committed.
	Tell(ctx context.Context, n News) error
	// Once runs do, unless the same request was made before: then it answers what do answered then.
	Once(ctx context.Context, r Request, do func() (resultID string, err error)) (resultID string, err error)
}

// Selection says which tasks are meant; the zero Selection means all.
type Selection struct {
	States         []State
	Queue          string
	Agent          string
	CustomerID     string
	ConversationID string
	After          Mark
}

// Mark is the place of a task in a list. The zero Mark is before all.
type Mark struct {
	Time time.Time
	ID   string
}

// Request is a call that has its effect once: see mesh/idempotency.
type Request struct {
	Method string
	ID     string
	// Payload is everything that was asked; another one under the same id is refused.
	Payload []byte
}

// AlarmKind says what is to be looked after.
type AlarmKind int

// The alarms.
const (
	// OfferAlarm is for an offer that nobody answers; its key is the offer's id.
	OfferAlarm AlarmKind = iota + 1
	// LeaseAlarm is for an agent of whom nothing is heard; its key is the agent's name.
	LeaseAlarm
	// ShunAlarm is for a task about which an agent may be asked again; its key is made of both.
	ShunAlarm
)

// Alarm is something to do later.
type Alarm struct {
	Kind   AlarmKind
	Tenant string
	Key    string
	Due    time.Time
}

// News is what the rest of Parley is told of a task.
type News struct {
	Tale Tale
	Task Task // as it is after the step
	Step Step
	// ByRouting says that it was not the caller of the context who did it.
	ByRouting bool
	// RequestID of the call that did it; may be empty.
	RequestID string
}
