package process_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/process"
	"google.golang.org/grpc/codes"
)

// diary is what happened to the roles, in order.
type diary struct {
	mu      sync.Mutex
	entries []string
}

func (d *diary) note(entry string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.entries = append(d.entries, entry)
}

func (d *diary) expect(t *testing.T, want ...string) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.Equal(d.entries, want) {
		t.Errorf("happened: %v, want %v", d.entries, want)
	}
}

// role takes a second to start and to stop.
type role struct {
	name             string
	diary            *diary
	start, stop      error
	unready          error
	contextOfStarted context.Context
}

func (r *role) Name() string { return r.name }

func (r *role) Start(ctx context.Context) error {
	r.contextOfStarted = ctx
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return ctx.Err()
	}
	if r.start == nil {
		r.diary.note("start " + r.name)
	}
	return r.start
}

func (r *role) Stop(ctx context.Context) error {
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return ctx.Err()
	}
	r.diary.note("stop " + r.name)
	return r.stop
}

func (r *role) Ready(context.Context) error { return r.unready }

// three roles of a process, in a bubble of time.
func three(t *testing.T, test func(t *testing.T, p *process.Process, d *diary, roles []*role)) {
	synctest.Test(t, func(t *testing.T) {
		d, p := &diary{}, process.New(slog.New(slog.DiscardHandler))
		roles := []*role{{name: "bus", diary: d}, {name: "context", diary: d}, {name: "gateway", diary: d}}
		for _, r := range roles {
			p.Add(r)
		}
		test(t, p, d, roles)
	})
}

func TestRolesStartInOrderAndStopInReverse(t *testing.T) {
	three(t, func(t *testing.T, p *process.Process, d *diary, roles []*role) {
		if err := p.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := p.Stop(t.Context()); err != nil {
				t.Error(err)
			}
		}
		d.expect(t, "start bus", "start context", "start gateway", "stop gateway", "stop context", "stop bus")
		if roles[0].contextOfStarted.Err() == nil {
			t.Error("the start's context outlives the start: a role could keep it")
		}
	})
}

func TestAFailedStartStopsWhatWasStartedAndNamesTheRole(t *testing.T) {
	three(t, func(t *testing.T, p *process.Process, d *diary, roles []*role) {
		refused := errors.New("port in use")
		roles[2].start = refused
		err := p.Start(t.Context())
		if !errors.Is(err, refused) || !strings.Contains(err.Error(), "role gateway") {
			t.Errorf("got %v, want the cause and the role", err)
		}
		d.expect(t, "start bus", "start context", "stop context", "stop bus")
		if err := p.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		d.expect(t, "start bus", "start context", "stop context", "stop bus")
	})
}

func TestACanceledStartStopsWhatWasStarted(t *testing.T) {
	three(t, func(t *testing.T, p *process.Process, d *diary, _ []*role) {
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		if err := p.Start(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "role context") {
			t.Errorf("got %v", err)
		}
		d.expect(t, "start bus", "stop bus")
	})
}

func TestStopInterruptsAStart(t *testing.T) {
	three(t, func(t *testing.T, p *process.Process, d *diary, _ []*role) {
		started := make(chan error)
		go func() { started <- p.Start(t.Context()) }()
		time.Sleep(1500 * time.Millisecond) // of the bubble: within the second role's start
		go func() { _ = p.Stop(t.Context()) }()
		if err := <-started; err == nil {
			t.Error("the start went on")
		}
		synctest.Wait()
		d.expect(t, "start bus", "stop bus")
	})
}

func TestStopBeforeStart(t *testing.T) {
	three(t, func(t *testing.T, p *process.Process, d *diary, _ []*role) {
		if err := p.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if err := p.Start(t.Context()); err == nil {
			t.Error("a stopped process started")
		}
		d.expect(t)
	})
}

func TestARoleThatDoesNotStopKeepsNobodyElseFromStopping(t *testing.T) {
	three(t, func(t *testing.T, p *process.Process, d *diary, roles []*role) {
		stuck := errors.New("stuck")
		roles[1].stop = stuck
		if err := p.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := p.Stop(t.Context()); !errors.Is(err, stuck) || !strings.Contains(err.Error(), "role context") {
				t.Errorf("got %v, want the cause and the role each time", err)
			}
		}
		d.expect(t, "start bus", "start context", "start gateway", "stop gateway", "stop context", "stop bus")
	})
}

func TestStopsAtTheSameTimeAreOneStop(t *testing.T) {
	three(t, func(t *testing.T, p *process.Process, d *diary, _ []*role) {
		if err := p.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		var stops sync.WaitGroup
		for range 5 {
			stops.Go(func() {
				if err := p.Stop(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		stops.Wait()
		d.expect(t, "start bus", "start context", "start gateway", "stop gateway", "stop context", "stop bus")
	})
}

func TestReadyMeansStartedAndEveryRoleReady(t *testing.T) {
	three(t, func(t *testing.T, p *process.Process, _ *diary, roles []*role) {
		expect := func(reason string) {
			t.Helper()
			err := p.Ready(t.Context())
			if fault.Reason(err) != reason || err != nil && fault.Code(err) != codes.Unavailable {
				t.Errorf("ready: %v, want %q", err, reason)
			}
		}
		expect("STARTING")
		if err := p.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		expect("")
		roles[1].unready = errors.New("dial 10.1.2.3")
		expect("NOT_READY")
		if shown := fault.Status(p.Ready(t.Context())).Message(); !strings.Contains(shown, "context") || strings.Contains(shown, "10.1.2.3") {
			t.Errorf("shown: %q", shown)
		}
		go func() { _ = p.Stop(t.Context()) }()
		synctest.Wait() // the first role is being stopped
		expect("STOPPING")
	})
}
