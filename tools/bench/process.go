package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/parleyhq/parley/tools/sandbox"
)

// platform is one `parley up` on fresh folders, and the sandbox beside it.
type platform struct {
	dir                          string
	api, webhooks, vendors, smtp string
	command                      *exec.Cmd
	ended                        chan error
	sandbox                      *sandbox.Client
}

// readyWithin is how long the company may take to be loaded.
const readyWithin = 3 * time.Minute

// start runs the platform until stop. The folder is a fresh one.
func start(ctx context.Context, cfg Config, company, dir string) (*platform, error) {
	p := &platform{dir: dir}
	free, err := freeAddresses(ctx, 4)
	if err != nil {
		return nil, err
	}
	p.api, p.webhooks, p.vendors, p.smtp = free[0], free[1], free[2], free[3]
	p.sandbox = sandbox.NewClient(p.vendors)
	return p, p.run(ctx, cfg, company)
}

// run starts the process on the folder as it is.
func (p *platform) run(ctx context.Context, cfg Config, company string) error {
	log, err := os.OpenFile(filepath.Join(p.dir, "up.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	arguments := []string{"up", "--data", filepath.Join(p.dir, "data"), "--config", company,
		"--api", p.api, "--webhooks", p.webhooks, "--sandbox", p.vendors, "--smtp", p.smtp, "--log-level", "WARN"}
	if cfg.Profile != "" {
		arguments = append(arguments, "--cpu-profile", cfg.Profile)
	}
	p.command = exec.Command(cfg.Binary, arguments...) //nolint:noctx // it is stopped by stop, cleanly
	p.command.Stdout, p.command.Stderr = log, log
	if err := p.command.Start(); err != nil {
		return fmt.Errorf("start %s: %w", cfg.Binary, err)
	}
	p.ended = make(chan error, 1)
	go func() { p.ended <- p.command.Wait() }()
	if err := p.awaitReady(ctx); err != nil {
		return errors.Join(fmt.Errorf("wait until `up` is ready (see %s): %w", log.Name(), err), p.stop())
	}
	return nil
}

func (p *platform) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	return poll(ctx, func() (bool, error) {
		select {
		case err := <-p.ended:
			p.ended <- err
			return false, fmt.Errorf("it ended: %w", err)
		default:
		}
		response, err := http.Get("http://" + p.api + "/readyz") //nolint:noctx // loopback
		if err != nil {
			return false, nil //nolint:nilerr // not yet
		}
		return response.StatusCode == http.StatusOK, response.Body.Close()
	})
}

// stop is Ctrl-C; it returns when the process has ended.
func (p *platform) stop() error {
	select {
	case err := <-p.ended:
		p.ended <- err
		return nil
	default:
	}
	if err := p.command.Process.Signal(os.Interrupt); err != nil {
		return fmt.Errorf("stop `up`: %w", err)
	}
	err := <-p.ended
	p.ended <- err
	return err
}

// poll asks every few milliseconds until it is so.
func poll(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// freeAddresses on loopback: listened on together, so that none comes twice.
func freeAddresses(ctx context.Context, n int) ([]string, error) {
	free := make([]string, n)
	for i := range free {
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return nil, fmt.Errorf("find a free port: %w", err)
		}
		defer func() { _ = listener.Close() }()
		free[i] = listener.Addr().String()
	}
	return free, nil
}

// glance is how long the process is watched to see whether it works.
const glance = 250 * time.Millisecond

// rest returns when the process uses less than a tenth of a processor: what it was given is worked off, and what followed too.
func (p *platform) rest(ctx context.Context) error {
	looks := time.NewTicker(glance)
	defer looks.Stop()
	before, err := p.cpu()
	for err == nil {
		select {
		case <-looks.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		var used time.Duration
		if used, err = p.cpu(); used-before < glance/10 {
			return err
		}
		before = used
	}
	return err
}
