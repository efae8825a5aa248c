package bus_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/bus/bustest"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/store"
	eventsv1 "github.com/parleyhq/parley/proto/gen/parley/events/v1"
	"google.golang.org/grpc/codes"
)

const (
	killedDir       = "PARLEY_TEST_KILLED_DIR" // set in the process that is killed
	killedRounds    = 6
	killedKeys      = 40
	killedEvents    = 50 // of each key
	killedFailures  = 30 // one attempt of so many fails
	killedSomeLines = killedKeys * killedEvents / killedRounds
)

// A process that publishes and handles is killed again and again (SIGKILL). In the end every event was handled, and within
// a run no event came before one of its conversation that had not been handled yet.
func TestKilledAtAnyMomentNothingIsLostOrOvertaken(t *testing.T) {
	if dir := os.Getenv(killedDir); dir != "" {
		publishAndHandle(t, dir)
		return
	}
	dir := t.TempDir()
	dice := rand.New(rand.NewPCG(7, 7))
	handled := map[string]int64{}
	for round := range killedRounds {
		lines := 1 + dice.IntN(killedSomeLines)
		if round == killedRounds-1 {
			lines = 0 // to the end
		}
		runUntilKilled(t, dir, lines, handled)
	}
	for key := range killedKeys {
		if got := handled[fmt.Sprintf("c%d", key)]; got != killedEvents {
			t.Errorf("conversation c%d was handled up to %d of %d", key, got, killedEvents)
		}
	}
}

// runUntilKilled reads what the process handles and kills it after so many lines; 0 lets it end.
func runUntilKilled(t *testing.T, dir string, lines int, handled map[string]int64) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), killedDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last := map[string]int64{}
	scanner := bufio.NewScanner(out)
	for n := 1; scanner.Scan(); n++ {
		var key string
		var sequence int64
		if _, err := fmt.Sscanf(scanner.Text(), "handled %s %d", &key, &sequence); err != nil {
			continue // what the test framework says
		}
		if sequence > handled[key]+1 || last[key] != 0 && sequence != last[key]+1 {
			t.Errorf("conversation %s: event %d came after %d, and %d were handled", key, sequence, last[key], handled[key])
		}
		last[key], handled[key] = sequence, max(handled[key], sequence)
		if n == lines {
			_ = cmd.Process.Kill()
		}
	}
	if err := cmd.Wait(); err != nil && lines == 0 {
		t.Fatalf("the last run: %v", err)
	}
}

func publishAndHandle(t *testing.T, dir string) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	db, err := store.Open(ctx, "role", store.Config{Engine: store.SQLite, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	b, err := bus.Open(ctx, bus.Config{Dir: filepath.Join(dir, "bus")}, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close() }()

	run := time.Now().UnixNano() // the sequence of the last event of each conversation
	done := make(chan struct{}, killedKeys)
	c, err := b.NewConsumer(ctx, bus.ConsumerConfig{
		Role: "assistant", Stream: bus.Conversation, DB: db, Handle: unreliable(os.Stdout, run, done), MaxAttempts: 1000,
		Pace: bus.Pace{InPlace: time.Millisecond, Tries: 2, Parked: time.Millisecond, ParkedMax: 5 * time.Millisecond, Flush: time.Millisecond},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(ctx); err != nil {
		t.Fatal(err)
	}
	for sequence := range int64(killedEvents) {
		var batch []bus.Message
		for key := range killedKeys {
			batch = append(batch, bustest.Message(t, bustest.Event(t, fmt.Sprintf("c%d", key), sequence+1)))
		}
		if err := b.Publish(ctx, batch); err != nil {
			t.Fatal(err)
		}
	}
	awaitEnds(ctx, t, b, run, done)
	if err := c.Stop(ctx); err != nil {
		t.Fatal(err)
	}
}

// awaitEnds publishes one more event of each conversation and waits for them: then all before them are handled.
func awaitEnds(ctx context.Context, t *testing.T, b *bus.Bus, run int64, done <-chan struct{}) {
	t.Helper()
	for key := range killedKeys {
		end := bustest.Message(t, bustest.Event(t, fmt.Sprintf("c%d", key), run))
		if err := b.Publish(ctx, []bus.Message{end}); err != nil {
			t.Fatal(err)
		}
	}
	for range killedKeys {
		select {
		case <-done:
		case <-ctx.Done():
			t.Fatal("not everything was handled")
		}
	}
}

// unreliable writes down what it handled, and fails now and then. The ends of this run are told to done.
func unreliable(out io.Writer, run int64, done chan<- struct{}) func(context.Context, *eventsv1.Envelope) error {
	return func(_ context.Context, env *eventsv1.Envelope) error {
		switch rand.IntN(killedFailures) {
		case 0:
			return fault.New(codes.Unavailable, "PEER_AWAY", "try again")
		case 1:
			return fault.New(codes.Internal, "BROKEN", "broken")
		}
		if env.Sequence == run {
			done <- struct{}{}
		}
		if env.Sequence > killedEvents {
			return nil
		}
		_, err := fmt.Fprintf(out, "handled %s %d\n", env.PartitionKey, env.Sequence)
		return err
	}
}
