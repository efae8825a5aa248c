package assistant

import (
	"context"
	"errors"
	"fmt"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/store"
	assistantv1 "github.com/parleyhq/parley/proto/gen/parley/assistant/v1"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/events"
	"github.com/parleyhq/parley/services/assistant/internal/news"
	"github.com/parleyhq/parley/services/assistant/internal/rpc"
	"github.com/parleyhq/parley/services/assistant/internal/skill/person"
	"github.com/parleyhq/parley/services/assistant/internal/sqlstore"
)

// Service is the role `assistant`.
type Service struct {
	consumers []*bus.Consumer
}

// New builds the service and registers its RPCs.
func New(ctx context.Context, n *node.Node, cfg Config) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configuration of the assistant: %w", err)
	}
	db, err := n.Store(ctx, "assistant")
	if err != nil {
		return nil, fmt.Errorf("open the store of the assistant: %w", err)
	}
	states, err := sqlstore.New(ctx, db, n.Seal, n.Clock)
	if err != nil {
		return nil, err
	}
	zone, err := cfg.zone()
	if err != nil {
		return nil, err
	}
	voices, err := cfg.voices()
	if err != nil {
		return nil, err
	}
	interpreter, err := voices.interpreter(cfg.Intents)
	if err != nil {
		return nil, err
	}
	skills, err := voices.skills()
	if err != nil {
		return nil, err
	}
	customers := &dialogue.Customers{Store: states, Peers: n.Peers, Listener: &interpreter.Listener}
	turns := &dialogue.Turns{
		Store: states, Understander: interpreter, Skills: skills, Customers: customers, Peers: n.Peers,
		Desk: cfg.desk(), OfferFor: cfg.OfferFor, Log: n.Log,
	}
	following, err := consumers(ctx, n, db, turns, voices)
	if err != nil {
		return nil, err
	}
	assistantv1.RegisterAssistantServiceServer(n.Server, &rpc.AssistantService{
		Understander: interpreter, Skills: skills[voices.home.Language], Turns: states, Pages: n.Pages, Clock: n.Clock, Zone: zone,
	})
	return &Service{consumers: following}, nil
}

// consumers of what the assistant answers, tells and looks after.
func consumers(ctx context.Context, n *node.Node, db *store.DB, turns *dialogue.Turns, v *voices) ([]*bus.Consumer, error) {
	bearer, err := news.New(n.Peers, v.home, v.all, turns.Customers, n.Log)
	if err != nil {
		return nil, err
	}
	gone, err := person.NewGone(v.all, turns.Customers)
	if err != nil {
		return nil, err
	}
	messages, err := events.Messages(ctx, n, db, turns)
	if err != nil {
		return nil, err
	}
	bills, err := events.Bills(ctx, n, db, bearer)
	if err != nil {
		return nil, err
	}
	lost, err := events.Lost(ctx, n, db, gone)
	if err != nil {
		return nil, err
	}
	closed, err := events.Closed(ctx, n, db)
	if err != nil {
		return nil, err
	}
	return []*bus.Consumer{messages, bills, lost, closed}, nil
}

// Name implements process.Role.
func (*Service) Name() string { return "assistant" }

// Start begins to answer.
func (s *Service) Start(ctx context.Context) error {
	for _, each := range s.consumers {
		if err := each.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Stop ends the turns that are under way and takes no new ones.
func (s *Service) Stop(ctx context.Context) error {
	var errs []error
	for _, each := range s.consumers {
		errs = append(errs, each.Stop(ctx))
	}
	return errors.Join(errs...)
}

// Ready implements process.Role: the assistant is ready once it has started.
func (*Service) Ready(context.Context) error { return nil }
