package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"time"

	"github.com/parleyhq/parley/mesh/telemetry"
	"github.com/parleyhq/parley/tools/platform"
	"github.com/parleyhq/parley/tools/sandbox"
)

type upCommand struct {
	Data     string     `default:"./data" type:"path" help:"Folder for everything that Parley keeps."`
	API      string     `default:"127.0.0.1:8080" help:"Address of the public API."`
	Webhooks string     `default:"127.0.0.1:8081" help:"Address where vendors post."`
	Sandbox  string     `default:"${sandbox}" help:"Address of the process that stands in for the vendors."`
	SMTP     string     `default:"127.0.0.1:2525" name:"smtp" help:"Address where other hosts bring mail for the email accounts of the configuration."`
	Config   string     `default:"deploy/demo/parley.yaml" type:"path" help:"Configuration."`
	Faults   uint64     `placeholder:"SEED" help:"Let the sandbox misbehave as vendors do, the same way for the same seed; 0 is off."`
	LogLevel slog.Level `default:"INFO" help:"DEBUG, INFO, WARN or ERROR."`
	Profile  string     `type:"path" name:"cpu-profile" placeholder:"FILE" help:"Write where processor time goes once everything has started, for go tool pprof."`
}

// defaultSandbox is the address of the sandbox unless a flag says otherwise.
const defaultSandbox = "127.0.0.1:8082"

// stopTimeout is how long roles have to end what is under way.
const stopTimeout = 15 * time.Second

// gcPercent lets garbage grow to four times what lives before it is collected, unless GOGC says otherwise. What lives is small:
// for 170 MB more, turns cost a tenth less and wait less often for a collection.
const gcPercent = 400

// Run starts everything, says what to try, and stops cleanly when the context ends.
func (c *upCommand) Run(ctx context.Context) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	cfg, err := platform.LoadConfig(c.Config)
	if err != nil {
		return err
	}
	log := telemetry.Logger(os.Stderr, c.LogLevel, false)
	at := c.addresses()
	vendors, err := c.startVendors(ctx, cfg, &at)
	if err != nil {
		return err
	}
	p, err := platform.Start(ctx, platform.Options{
		Config:    cfg,
		Data:      c.Data,
		Addresses: at,
		Log:       log,
	})
	if err != nil {
		err = errors.Join(err, stopVendors(ctx, vendors))
		if ctx.Err() != nil { // Ctrl-C while starting is no failure
			return nil
		}
		return err
	}
	greet(os.Stdout, at)
	profiled, err := profile(c.Profile)
	if err == nil {
		<-ctx.Done()
	}
	fmt.Println("\nStopping ...")
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	return errors.Join(err, profiled(), p.Stop(stopping), stopVendors(stopping, vendors))
}

// profile writes where processor time goes into the file, until end; without a name it does nothing.
func profile(file string) (end func() error, err error) {
	if file == "" {
		return func() error { return nil }, nil
	}
	out, err := os.Create(file)
	if err != nil {
		return func() error { return nil }, err
	}
	if err := pprof.StartCPUProfile(out); err != nil {
		return out.Close, fmt.Errorf("profile into %s: %w", file, err)
	}
	return func() error {
		pprof.StopCPUProfile()
		return out.Close()
	}, nil
}

func (c *upCommand) addresses() platform.Addresses {
	return platform.Addresses{API: c.API, Webhooks: c.Webhooks, Sandbox: c.Sandbox, SMTP: c.SMTP}
}

// startVendors starts the sandbox, or adopts the one that an earlier `up` left, when the tenant's vendors are the sandbox. Where
// it takes mail is among the addresses then.
func (c *upCommand) startVendors(ctx context.Context, cfg platform.Config, at *platform.Addresses) (*sandbox.Client, error) {
	if !cfg.Tenant.Sandbox {
		return nil, nil
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the parley binary to start the sandbox from: %w", err)
	}
	// Beside the data folder, not in it: what vendors hold is not Parley's, and is not sealed.
	dir := filepath.Clean(c.Data) + "-sandbox"
	vendors, err := sandbox.Ensure(ctx, exe, c.Sandbox, dir, cfg.SandboxSetup(*at, c.Faults))
	if err != nil {
		return nil, err
	}
	health, err := vendors.Healthy(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("ask the sandbox where it takes mail: %w", err), stopVendors(ctx, vendors))
	}
	at.Submission = health.SMTP
	return vendors, nil
}

func stopVendors(ctx context.Context, vendors *sandbox.Client) error {
	if vendors == nil {
		return nil
	}
	if err := vendors.Stop(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("stop the sandbox: %w", err)
	}
	return nil
}

func greet(w io.Writer, at platform.Addresses) {
	sandboxFlag := ""
	if at.Sandbox != defaultSandbox {
		sandboxFlag = " --sandbox " + at.Sandbox
	}
	fmt.Fprintf(w, `
Parley is up, with the demo company Aurora.

  Console    http://%[1]s      open it in a browser and sign in with the key demo-api-key: play any customer, and watch;
                                        with demo-agent-ana or demo-agent-luis: be an agent
  API        http://%[1]s      key demo-api-key; Connect, gRPC, gRPC-Web
  Webhooks   http://%[2]s
  Mail       smtp://%[5]s      for care@aurora.example
  Vendors    http://%[3]s      what they received: /deliveries

Three things to try, in another terminal:

  go run ./tools/parley say%[4]s --channel whatsapp --from +12125550101 "Why is my bill so high this month?"

  go run ./tools/parley say%[4]s --channel sms --from +12125550101 "and how much is usual for me?"

  curl -s -H 'Authorization: Bearer demo-api-key' -H 'Content-Type: application/json' \
    -d '{"handle": {"kind": "HANDLE_KIND_PHONE", "value": "+12125550101"}}' \
    http://%[1]s/parley.identity.v1.IdentityService/ResolveCustomer

Ctrl-C stops it.
`, at.API, at.Webhooks, at.Sandbox, sandboxFlag, at.SMTP)
}
