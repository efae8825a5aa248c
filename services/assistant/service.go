package assistant

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/node"
	assistantv1 "github.com/parleyhq/parley/proto/gen/parley/assistant/v1"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/events"
	"github.com/parleyhq/parley/services/assistant/internal/rpc"
	"github.com/parleyhq/parley/services/assistant/internal/skill/bill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/fallback"
	"github.com/parleyhq/parley/services/assistant/internal/sqlstore"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
)

// Service is the role `assistant`.
type Service struct {
	consumer *bus.Consumer
}

// New builds the service and registers its RPCs.
func New(ctx context.Context, n *node.Node, cfg Config) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configuration of the assistant: %w", err)
	}
	db, err := n.Store(ctx, "assistant")
	if err != nil {
		return nil, err
	}
	states, err := sqlstore.New(ctx, db, n.Seal, n.Clock)
	if err != nil {
		return nil, err
	}
	wishes, err := understand.New(cfg.understanding())
	if err != nil {
		return nil, err
	}
	zone, err := cfg.zone()
	if err != nil {
		return nil, err
	}
	skills, err := newSkills()
	if err != nil {
		return nil, err
	}
	turns := &dialogue.Turns{
		Store: states, Understander: wishes, Skills: skills, Peers: n.Peers, Clock: n.Clock, Log: n.Log,
	}
	consumer, err := events.Consumer(ctx, n, db, turns)
	if err != nil {
		return nil, err
	}
	assistantv1.RegisterAssistantServiceServer(n.Server, &rpc.AssistantService{
		Understander: wishes, Skills: skills, Clock: n.Clock, Zone: zone,
	})
	return &Service{consumer: consumer}, nil
}

func newSkills() (*dialogue.Skills, error) {
	honest, err := fallback.New()
	if err != nil {
		return nil, err
	}
	billQuestion, err := bill.New()
	if err != nil {
		return nil, err
	}
	return dialogue.NewSkills(honest, billQuestion)
}

// Name implements process.Role.
func (*Service) Name() string { return "assistant" }

// Start begins to answer.
func (s *Service) Start(ctx context.Context) error { return s.consumer.Start(ctx) }

// Stop ends the turns that are under way and takes no new ones.
func (s *Service) Stop(ctx context.Context) error { return s.consumer.Stop(ctx) }

// Ready implements process.Role: the assistant is ready once it has started.
func (*Service) Ready(context.Context) error { return nil }
