package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	// startTime is how long a new process may take; a long journal is read first.
	startTime = 20 * time.Second
	// startPoll is how often Ensure looks whether it is there.
	startPoll = 10 * time.Millisecond
	// probeTime is how long whatever listens on the address has to say who it is.
	probeTime = 2 * time.Second

	logFile = "sandbox.log"
)

// Args are the command line, after the executable, that must lead to Run.
func Args(addr, dir string) []string { return []string{"sandbox", "--addr", addr, "--dir", dir} }

// Ensure sees to it that a sandbox serves on addr and is set up. One that is there already is adopted, whoever started it
// and whatever its folder; else exe is started, detached, so that it outlives this process. Its log is in dir.
func Ensure(ctx context.Context, exe, addr, dir string, setup Setup) (*Client, error) {
	if err := setup.Validate(); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	c := NewClient(addr)
	adopted, err := c.probe(ctx)
	if err != nil {
		return nil, fmt.Errorf("sandbox address %s is taken: %w", addr, err)
	}
	if !adopted {
		if err := c.start(ctx, exe, addr, dir); err != nil {
			return nil, fmt.Errorf("start the sandbox on %s: %w", addr, err)
		}
	}
	if err := c.Configure(ctx, setup); err != nil {
		return nil, err
	}
	return c, nil
}

// probe says whether a sandbox is there. Something else being there is an error.
func (c *Client) probe(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	_, err := c.Healthy(ctx)
	switch {
	case err == nil:
		return true, nil
	case isConnectFailure(err):
		return false, nil
	case errors.Is(err, ErrNotSandbox):
		return false, err
	default:
		return false, fmt.Errorf("%w: %w", ErrNotSandbox, err)
	}
}

// start waits until the new process is healthy. When it ends instead, another may have taken the address in the meantime:
// that one will do.
func (c *Client) start(ctx context.Context, exe, addr, dir string) error {
	process, err := launch(exe, addr, dir)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	tick := time.NewTicker(startPoll)
	defer tick.Stop()
	for {
		ended := exited(process)
		ready, err := c.probe(ctx)
		if ready {
			return process.Release()
		}
		if err == nil && ended {
			err = errors.New("the process ended")
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("%w (see %s)", err, filepath.Join(dir, logFile))
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// launch starts a process in a session of its own: neither Ctrl-C in this one's terminal nor its death reaches it.
func launch(exe, addr, dir string) (*os.Process, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(dir, logFile), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(exe, Args(addr, dir)...) //nolint:noctx // it must outlive every context
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err = errors.Join(cmd.Start(), log.Close())
	return cmd.Process, err
}

// exited looks without waiting, and leaves nothing of the process behind when it did.
func exited(p *os.Process) bool {
	pid, err := syscall.Wait4(p.Pid, nil, syscall.WNOHANG, nil)
	return err == nil && pid == p.Pid
}
