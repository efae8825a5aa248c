package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

const (
	// rounds of reference and platform in turn, so that a slow moment of the machine meets both.
	rounds = 3
	// perRound is how many webhooks are posted; bounded, because every one of them is answered afterwards.
	perRound = 1000
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
	reference := newPoster(bareAddress, connections)
	var bare, ours latencies
	var bareTook, oursTook time.Duration
	var backlog int
	for round := range rounds {
		took, within, err := postAll(ctx, reference, round)
		if err != nil {
			return fmt.Errorf("reference: %w", err)
		}
		bare, bareTook = append(bare, took...), bareTook+within
		if took, within, err = postAll(ctx, r.to, round); err != nil {
			return err
		}
		ours, oursTook = append(ours, took...), oursTook+within
		backlog = len(ours) - r.answers.total()
		if err := r.drain(ctx, len(ours)); err != nil {
			return err
		}
	}
	least := Result{Bench: "ingest", Case: "bare handler, 64 connections"}.of(bare, bareTook)
	if err := r.result(least); err != nil {
		return err
	}
	return r.result(Result{Bench: "ingest", Case: "webhook to 200, 64 connections, everything running"}.of(ours, oursTook).
		beside("bare handler", least.PerS).with("messages behind at the end of a round", float64(backlog)))
}

// drain waits until so many messages were answered.
func (r *run) drain(ctx context.Context, n int) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	err := poll(ctx, func() (bool, error) { return r.answers.total() >= n, nil })
	if err != nil {
		return fmt.Errorf("%d of %d messages were answered: %w", r.answers.total(), n, err)
	}
	return nil
}

// postAll posts a round over all connections, and says how long each took and all.
func postAll(ctx context.Context, to *poster, round int) (latencies, time.Duration, error) {
	var all [connections][]webhook
	for i := range perRound {
		id, from := fmt.Sprintf("%032x", round*perRound+i), knownPhone(i%known)
		w := whatsapp("wamid."+id, from, "hello")
		if i%2 == 1 {
			w = sms(to.address, "SM"+id, from, "hello")
		}
		all[i%connections] = append(all[i%connections], w)
	}
	var mu sync.Mutex
	var took latencies
	var failed error
	began := time.Now()
	var posting sync.WaitGroup
	for _, mine := range all {
		posting.Go(func() {
			for _, w := range mine {
				one := time.Now()
				err := to.post(ctx, w)
				mu.Lock()
				took = append(took, time.Since(one))
				failed = errors.Join(failed, err)
				mu.Unlock()
			}
		})
	}
	posting.Wait()
	return took, time.Since(began), failed
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
