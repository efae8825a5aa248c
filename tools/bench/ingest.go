package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	// burst of webhooks that are posted to the platform in a round; bounded, because every one of them is answered afterwards.
	burst = 2000
	// lasting is a crowd for seconds: turns go on meanwhile, on the same cores.
	lasting = 30_000
	// barePerRound webhooks are posted to the reference, which takes them faster and has nothing to do afterwards.
	barePerRound = 10_000
	// warming is how many come before the first round: connections are made, statements prepared, pages read.
	warming = 500
)

// ingest measures signed webhooks, WhatsApp's and Twilio's in turn, to their 200: what is then on the disk is not lost.
func ingest(ctx context.Context, r *run) error {
	bareAddress, end, err := startReference(ctx, r.Binary, filepath.Join(r.dir, "reference"))
	if err != nil {
		return err
	}
	defer func() { _ = end() }()
	if err := r.start(ctx); err != nil {
		return err
	}
	bare, ours := &side{to: newPoster(bareAddress, connections)}, &side{to: r.to}
	if err := errors.Join(bare.post(ctx, warming), ours.post(ctx, warming)); err != nil {
		return err
	}
	var bares, bursts []measured
	for range retakes {
		if err := r.settle(ctx, ours); err != nil {
			return err
		}
		bare.forget()
		ours.forget()
		if err := errors.Join(bare.post(ctx, barePerRound), ours.post(ctx, burst)); err != nil {
			return err
		}
		bares, bursts = append(bares, bare.measured), append(bursts, ours.measured)
	}
	least := Result{Bench: "ingest", Case: "bare handler, 64 connections"}.ofMiddle(bares)
	if err := r.result(least); err != nil {
		return err
	}
	short := Result{Bench: "ingest", Case: "a burst of 2 000 webhooks to their 200, 64 connections, everything running"}.ofMiddle(bursts)
	if err := r.taken(ctx, short, ours, least); err != nil {
		return err
	}
	if err := r.settle(ctx, ours); err != nil {
		return err
	}
	ours.forget()
	if err := ours.post(ctx, lasting); err != nil {
		return err
	}
	long := Result{Bench: "ingest", Case: "30 000 webhooks in a row, the turns that they cause among them"}.of(ours.took, ours.within)
	return r.taken(ctx, long, ours, least)
}

// settle waits until everything is answered and nobody works any more.
func (r *run) settle(ctx context.Context, ours *side) error {
	if _, err := r.drain(ctx, ours.posted); err != nil {
		return err
	}
	return r.up.rest(ctx)
}

// taken says how fast webhooks were taken in, and what was left to do then.
func (r *run) taken(ctx context.Context, of Result, ours *side, least Result) error {
	behind := ours.posted - r.answers.total()
	drained, err := r.drain(ctx, ours.posted)
	if err != nil {
		return err
	}
	return r.result(of.beside("bare handler", least.PerS).
		with("messages behind at the end", float64(behind)).
		with("s until they were answered", drained.Seconds()))
}

// drain waits until so many messages were answered, and says how long that took.
func (r *run) drain(ctx context.Context, n int) (time.Duration, error) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	err := poll(ctx, func() (bool, error) { return r.answers.total() >= n, nil })
	if err != nil {
		return 0, fmt.Errorf("%d of %d messages were answered: %w", r.answers.total(), n, err)
	}
	return time.Since(began), nil
}

// side is one of the two that webhooks are posted to.
type side struct {
	to     *poster
	posted int
	measured
}

// post so many new messages over all connections, each as soon as one is free.
func (s *side) post(ctx context.Context, n int) error {
	ctx, cancel := context.WithTimeout(ctx, postWithin)
	defer cancel()
	requests := make([]*http.Request, n) // made before the clock runs: it is not the vendors who are measured
	for i := range requests {
		r, err := s.to.request(ctx, s.message())
		if err != nil {
			return err
		}
		requests[i] = r
	}
	return s.spread(n, connections, func(i int) error { return s.to.send(requests[i]) })
}

// message is one of a known customer, each of whom writes in turn, on WhatsApp and by SMS.
func (s *side) message() webhook {
	id, from := fmt.Sprintf("%032x", s.posted), knownPhone(s.posted%known)
	s.posted++
	if s.posted%2 == 0 {
		return sms(s.to.address, "SM"+id, from, "hello")
	}
	return whatsapp("wamid."+id, from, "hello")
}

// startReference runs the bare handler in a process of its own.
func startReference(ctx context.Context, binary, dir string) (address string, end func() error, err error) {
	command := exec.Command(binary, "bench-reference", "--dir", dir) //nolint:noctx // ended by end, cleanly
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := command.Start(); err != nil {
		return "", nil, fmt.Errorf("start the reference: %w", err)
	}
	end = func() error {
		return errors.Join(command.Process.Signal(os.Interrupt), command.Wait())
	}
	address, err = bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return "", nil, errors.Join(fmt.Errorf("start the reference: %w", err), end())
	}
	return strings.TrimSpace(address), end, ctx.Err()
}
