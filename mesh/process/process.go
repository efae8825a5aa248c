package process

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	"google.golang.org/grpc/codes"
)

// Role is one part of a process: a service, an adapter, the gateway.
type Role interface {
	// Name in logs and errors, such as `billing`.
	Name() string
	// Start returns when the role works, or says why it does not; then it has left nothing running. Its context ends
	// with the start: what goes on running needs a context of the role's own, which Stop ends.
	Start(ctx context.Context) error
	// Stop takes no new work, ends what is under way and returns when nothing of the role runs any more, or when the
	// context ends. It may be called more than once.
	Stop(ctx context.Context) error
	// Ready says whether the role can do its work now.
	Ready(ctx context.Context) error
}

// Process is the roles of one process. Its zero value is not usable; see New.
type Process struct {
	log      *slog.Logger
	roles    []Role // fixed by the first Start
	stopping atomic.Bool
	working  atomic.Bool // every role was started
	aborted  chan struct{}

	turn    chan struct{} // full while starting and while stopping
	started []Role
	failed  error // what the stop answered
}

// New makes a process without roles.
func New(log *slog.Logger) *Process {
	return &Process{log: log, aborted: make(chan struct{}), turn: make(chan struct{}, 1)}
}

// Add appends a role. All are added before Start.
func (p *Process) Add(r Role) { p.roles = append(p.roles, r) }

// Start starts the roles in the order in which they were added, one by one. When one fails, or Stop is called meanwhile,
// those started are stopped and the error names the role.
func (p *Process) Start(ctx context.Context) error {
	p.turn <- struct{}{}
	defer func() { <-p.turn }()
	ctx, cancel := p.abortable(ctx)
	defer cancel()
	for _, r := range p.roles {
		if err := p.startOne(ctx, r); err != nil {
			p.stopping.Store(true)
			// The context may be the reason of the failure; stopping must go on all the same.
			return errors.Join(err, p.stopStarted(context.WithoutCancel(ctx)))
		}
	}
	p.working.Store(true)
	return nil
}

// abortable is a context that ends when the process is stopped, too.
func (p *Process) abortable(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(parent)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-p.aborted:
			cancel(errStopping)
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		cancel(nil)
		<-watched
	}
}

var errStopping = errors.New("the process is being stopped")

func (p *Process) startOne(ctx context.Context, r Role) error {
	if p.stopping.Load() {
		return fmt.Errorf("start role %s: %w", r.Name(), errStopping)
	}
	if ctx.Err() != nil {
		return fmt.Errorf("start role %s: %w", r.Name(), context.Cause(ctx))
	}
	began := time.Now()
	if err := r.Start(ctx); err != nil {
		return fmt.Errorf("start role %s: %w", r.Name(), err)
	}
	p.started = append(p.started, r)
	p.log.DebugContext(ctx, "role started", "role", r.Name(), "took", time.Since(began))
	return nil
}

// Stop stops the roles that were started, the last one first; each is stopped even when another fails to. It may be
// called at any time and any number of times: while Start runs it interrupts it, and each call answers what the first did.
func (p *Process) Stop(ctx context.Context) error {
	if !p.stopping.Swap(true) {
		close(p.aborted)
	}
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return fmt.Errorf("wait for the start or another stop to end: %w", ctx.Err())
	}
	return p.stopStarted(ctx)
}

func (p *Process) stopStarted(ctx context.Context) error {
	for len(p.started) > 0 {
		last := len(p.started) - 1
		r := p.started[last]
		p.started = p.started[:last]
		began := time.Now()
		if err := r.Stop(ctx); err != nil {
			p.failed = errors.Join(p.failed, fmt.Errorf("stop role %s: %w", r.Name(), err))
		}
		p.log.DebugContext(ctx, "role stopped", "role", r.Name(), "took", time.Since(began))
	}
	return p.failed
}

// Ready says whether every role is ready. While the process starts or stops it is not: whoever balances load turns to
// others before the doors close. The error is UNAVAILABLE and names the role.
func (p *Process) Ready(ctx context.Context) error {
	if p.stopping.Load() {
		return fault.New(codes.Unavailable, "STOPPING", "stopping")
	}
	if !p.working.Load() {
		return fault.New(codes.Unavailable, "STARTING", "starting")
	}
	for _, r := range p.roles {
		if err := r.Ready(ctx); err != nil {
			return fault.New(codes.Unavailable, "NOT_READY", "role %s is not ready", r.Name()).Because(err)
		}
	}
	return nil
}
