package platform

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"buf.build/go/protovalidate"
	"github.com/parleyhq/parley/adapters/channels"
	"github.com/parleyhq/parley/gateway"
	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/process"
	"github.com/parleyhq/parley/mesh/rpc"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/telemetry"
	"github.com/parleyhq/parley/services/access"
	"github.com/parleyhq/parley/services/assistant"
	"github.com/parleyhq/parley/services/billing"
	contextsvc "github.com/parleyhq/parley/services/context"
	"github.com/parleyhq/parley/services/identity"
	"github.com/parleyhq/parley/services/knowledge"
	"github.com/parleyhq/parley/services/routing"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Options of one process.
type Options struct {
	Config    Config
	Data      string
	Addresses Addresses
	Log       *slog.Logger
}

// Platform is every role in one process.
type Platform struct {
	process *process.Process
	closers []func() error // in the order of opening; closed the other way round
}

// Start opens and starts everything, and loads the demo company at the first start. When it fails nothing is left running.
func Start(ctx context.Context, o Options) (*Platform, error) {
	if err := o.Config.checkReach(o.Addresses); err != nil {
		return nil, err
	}
	p := &Platform{process: process.New(o.Log)}
	if err := p.start(ctx, o); err != nil {
		return nil, errors.Join(err, p.Stop(context.WithoutCancel(ctx)))
	}
	return p, nil
}

func (p *Platform) start(ctx context.Context, o Options) error {
	unlock, err := lockData(o.Data)
	if err != nil {
		return err
	}
	p.closers = append(p.closers, unlock)
	n, local, registry, err := p.ground(ctx, o)
	if err != nil {
		return err
	}
	if err := p.addRoles(ctx, o, n, local, registry); err != nil {
		return err
	}
	return p.process.Start(ctx)
}

// ground opens what every service stands on.
func (p *Platform) ground(ctx context.Context, o Options) (*node.Node, *rpc.Local, *prometheus.Registry, error) {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	tracer, shutdown, err := telemetry.NewTracer(ctx, "parley", o.Log)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("start tracing: %w", err)
	}
	p.closers = append(p.closers, func() error { return shutdown(context.WithoutCancel(ctx)) })

	databases := newStores(o.Data, registry)
	p.closers = append(p.closers, databases.close)
	kek, err := seal.LoadKEK(o.Config.Seal.KeyFile, o.Config.Seal.KeyEnv)
	if err != nil {
		return nil, nil, nil, err
	}
	keys, err := databases.get(ctx, "seal")
	if err != nil {
		return nil, nil, nil, err
	}
	keeper, err := seal.Open(ctx, keys, kek)
	if err != nil {
		return nil, nil, nil, err
	}
	events, err := bus.Open(ctx, bus.Config{Dir: filepath.Join(o.Data, "bus")}, o.Log, registry)
	if err != nil {
		return nil, nil, nil, err
	}
	p.closers = append(p.closers, events.Close)

	validator, err := protovalidate.New()
	if err != nil {
		return nil, nil, nil, fmt.Errorf("compile the validation rules: %w", err)
	}
	local := rpc.NewLocal(rpc.Deps{Log: o.Log, Metrics: registry, Tracer: tracer, Validator: validator})
	return &node.Node{
		Log:     o.Log,
		Clock:   clock.System,
		Metrics: registry,
		Tracer:  tracer,
		Server:  local,
		Peers:   local,
		Bus:     events,
		Seal:    keeper,
		Pages:   page.New(keeper),
		Store:   databases.get,
	}, local, registry, nil
}

// addRoles builds the roles in the order in which they start: who is called before who calls, the doors last.
func (p *Platform) addRoles(ctx context.Context, o Options, n *node.Node, local *rpc.Local, registry *prometheus.Registry) error {
	p.process.Add(local) // stopped last: calls under way end before the stores close
	callers, err := access.New(n, o.access())
	if err != nil {
		return fmt.Errorf("build access: %w", err)
	}
	who, err := identity.New(ctx, n, identity.Default())
	if err != nil {
		return fmt.Errorf("build identity: %w", err)
	}
	bills, err := billing.New(ctx, n, o.billing())
	if err != nil {
		return fmt.Errorf("build billing: %w", err)
	}
	people, err := routing.New(ctx, n, routing.Default())
	if err != nil {
		return fmt.Errorf("build routing: %w", err)
	}
	library, err := knowledge.New(ctx, n, knowledge.Default())
	if err != nil {
		return fmt.Errorf("build knowledge: %w", err)
	}
	timeline, err := contextsvc.New(ctx, n, contextsvc.Default())
	if err != nil {
		return fmt.Errorf("build context: %w", err)
	}
	answers, err := assistant.New(ctx, n, o.Config.Assistant())
	if err != nil {
		return fmt.Errorf("build assistant: %w", err)
	}
	doors, err := channels.New(ctx, n, o.channels())
	if err != nil {
		return fmt.Errorf("build channels: %w", err)
	}
	api, err := gateway.New(n, o.gateway(), telemetry.Health(p.process.Ready, registry))
	if err != nil {
		return fmt.Errorf("build the gateway: %w", err)
	}
	for _, role := range []process.Role{
		callers, who, bills, people, library, articlesRole{cfg: o.Config, node: n}, demoRole{cfg: o.Config, data: o.Data, node: n}, timeline,
		answers, doors, api,
	} {
		p.process.Add(role)
	}
	webhooks := newHTTPRole("webhooks", o.Addresses.Webhooks, doors.Handler(), o.Log)
	webhooks.server.RegisterOnShutdown(doors.HangUp)
	p.process.Add(webhooks)
	return nil
}

// Stop stops the roles, the last started first, and closes what they stood on. It may be called more than once.
func (p *Platform) Stop(ctx context.Context) error {
	errs := []error{p.process.Stop(ctx)}
	for i := len(p.closers) - 1; i >= 0; i-- {
		errs = append(errs, p.closers[i]())
	}
	p.closers = nil
	return errors.Join(errs...)
}
