// Package asked remembers what was searched for: whether the answer helped, and what nothing answered.
package asked

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/typeid"
)

// IDPrefix of a search's TypeID.
const IDPrefix = "search"

var (
	// ErrNotFound means that there is no such search of the tenant and the customer, or none any more.
	ErrNotFound = errors.New("no such search")
	// ErrUnanswered means that a search had no answer that could have helped.
	ErrUnanswered = errors.New("the search had no answer")
	// ErrErased means that the customer's key was destroyed: nothing is kept of what they ask.
	ErrErased = errors.New("the customer was erased")
)

// Search that is remembered.
type Search struct {
	ID, Language string
	CustomerID   string // empty when it was for none
	ArticleID    string // that answered; empty when none did
	Version      int
	// Question and Terms are kept of what nothing answered only: the words, and what they ask.
	Question   string
	Terms      []string
	CreateTime time.Time
}

// Answered says whether an article did.
func (s Search) Answered() bool { return s.ArticleID != "" }

// Gap is what makes questions alike: the same terms, in whatever order.
func (s Search) Gap() string {
	terms := slices.Clone(s.Terms)
	slices.Sort(terms)
	return strings.Join(slices.Compact(terms), " ")
}

// Gap is a question that nothing answered, and those like it.
type Gap struct {
	Language    string
	Count       int64
	Questions   []string // the newest, at most three
	First, Last time.Time
	Position    Position
}

// Position of a gap among others: the most asked first.
type Position struct {
	Count    int64
	Language string
	Hash     []byte
}

// Store keeps searches. Every method but Purge is about one tenant, and none sees another's.
type Store interface {
	// Add remembers a search; one of an id that is there stays as it is. Errors: ErrErased.
	Add(ctx context.Context, tenant string, s Search) error
	// Judge keeps whether the answer helped, and counts it for the article. An empty customer may judge anybody's. Errors:
	// ErrNotFound, ErrUnanswered.
	Judge(ctx context.Context, tenant, customerID, id string, helpful bool) error
	// Gaps lists what nothing answered in a language, or in all when it is empty: the most asked first, those behind the
	// position when it is set, at most limit.
	Gaps(ctx context.Context, tenant, language string, after *Position, limit int) ([]Gap, error)
	// Purge forgets searches made before the time.
	Purge(ctx context.Context, before time.Time) error
}

// purgeEvery is how often a search takes forgotten ones along.
const purgeEvery = time.Hour

// Log of what was asked. Safe for concurrent use.
type Log struct {
	store  Store
	clock  clock.Clock
	keep   time.Duration
	purged atomic.Int64 // Unix seconds
}

// NewLog keeps searches in the store for a while.
func NewLog(store Store, clk clock.Clock, keep time.Duration) *Log {
	return &Log{store: store, clock: clk, keep: keep}
}

// Record remembers a search and answers its id; empty for a customer who was erased. With the same request id again, unless it
// is empty, it is remembered once, as it was the first time.
func (l *Log) Record(ctx context.Context, tenant, requestID string, s Search) (string, error) {
	now := l.clock()
	if last := l.purged.Load(); now.Unix()-last >= int64(purgeEvery.Seconds()) && l.purged.CompareAndSwap(last, now.Unix()) {
		if err := l.store.Purge(ctx, now.Add(-l.keep)); err != nil {
			return "", err
		}
	}
	s.ID, s.CreateTime = newID(tenant, s.CustomerID, requestID), now
	err := l.store.Add(ctx, tenant, s)
	if errors.Is(err, ErrErased) {
		return "", nil
	}
	return s.ID, err
}

func newID(tenant, customerID, requestID string) string {
	if requestID == "" {
		return typeid.New(IDPrefix)
	}
	return typeid.From(IDPrefix, uuid.NewSHA1(uuid.NameSpaceOID, []byte(tenant+"/"+customerID+"/"+requestID)))
}

// Judge says whether the answer of a search helped. Errors: ErrNotFound, ErrUnanswered.
func (l *Log) Judge(ctx context.Context, tenant, customerID, id string, helpful bool) error {
	return l.store.Judge(ctx, tenant, customerID, id, helpful)
}

// Gaps lists what nothing answered.
func (l *Log) Gaps(ctx context.Context, tenant, language string, after *Position, limit int) ([]Gap, error) {
	return l.store.Gaps(ctx, tenant, language, after, limit)
}
