package channels

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/adapters/channel/inbox"
	"github.com/parleyhq/parley/adapters/channel/sqlstore"
	"github.com/parleyhq/parley/adapters/channels/internal/rpc"
	"github.com/parleyhq/parley/adapters/email"
	"github.com/parleyhq/parley/adapters/webchat"
	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/process"
	"github.com/parleyhq/parley/mesh/store"
	channelv1 "github.com/parleyhq/parley/proto/gen/parley/channel/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// Service is the role `channels`.
type Service struct {
	db       *store.DB
	inbox    *inbox.Inbox
	runner   *delivery.Runner
	consumer *bus.Consumer
	purger   *purger
	mail     *email.Listener // nil without mail
	webchat  *webchat.Door   // nil without web chat
}

var _ process.Role = (*Service)(nil)

// New opens the store and registers the RPCs on the node's server.
func New(ctx context.Context, n *node.Node, cfg Config) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure channels: %w", err)
	}
	doors, err := adapters(cfg, n.Clock)
	if err != nil {
		return nil, fmt.Errorf("configure channels: %w", err)
	}
	db, err := n.Store(ctx, "channels")
	if err != nil {
		return nil, fmt.Errorf("open the store of channels: %w", err)
	}
	tables, err := sqlstore.New(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("open the store of channels: %w", err)
	}
	timeline := contextv1.NewContextServiceClient(n.Peers)
	runner, err := delivery.New(delivery.Config{
		Adapters: doors, Store: tables, Keeper: n.Seal, Context: timeline, Clock: n.Clock, Log: n.Log, Metrics: n.Metrics, Tracer: n.Tracer,
		Policies: cfg.Policies, Workers: cfg.Recipients,
	})
	if err != nil {
		return nil, err
	}
	in, err := inbox.New(inbox.Config{
		Adapters: doors, Store: tables, Keeper: n.Seal, Context: timeline, Outbound: runner,
		Clock: n.Clock, Log: n.Log, Metrics: n.Metrics, Tracer: n.Tracer,
		Workers: cfg.Senders, Batch: cfg.Batch, Observe: cfg.Observe,
	})
	if err != nil {
		return nil, err
	}
	mail, err := mailListener(cfg.Mail, doors, in, n)
	if err != nil {
		return nil, fmt.Errorf("configure channels: %w", err)
	}
	chat, err := webchatDoor(doors, in, runner, n)
	if err != nil {
		return nil, fmt.Errorf("configure channels: %w", err)
	}
	consumer, err := n.Bus.NewConsumer(ctx, bus.ConsumerConfig{
		Role: "channels", Stream: bus.Conversation, Filter: []string{"parley.events.v1.MessagePosted"}, DB: db,
		Handle: runner.Take, GiveUp: runner.GiveUp, Clock: n.Clock, Tracer: n.Tracer,
	})
	if err != nil {
		return nil, fmt.Errorf("consume conversations: %w", err)
	}
	channelv1.RegisterChannelServiceServer(n.Server, rpc.NewChannelService(doors, in, runner, n.Pages))
	return &Service{
		db: db, inbox: in, runner: runner, consumer: consumer, purger: newPurger(n.Log, in.Purge, runner.Purge), mail: mail, webchat: chat,
	}, nil
}

// Handler serves the webhooks, and web chat.
func (s *Service) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", s.inbox.Webhooks())
	if s.webchat != nil {
		mux.Handle(webchat.Path, s.webchat)
	}
	return mux
}

// HangUp ends the streams of web chat, and lets none begin: whoever serves Handler wants to stop.
func (s *Service) HangUp() {
	if s.webchat != nil {
		s.webchat.Close()
	}
}

// MailAddress is where mail is listened for; nil when it is not, or not yet.
func (s *Service) MailAddress() net.Addr {
	if s.mail == nil {
		return nil
	}
	return s.mail.Addr()
}

// Name implements process.Role.
func (s *Service) Name() string { return "channels" }

// Start goes on with what waits in the tables, then takes what is posted.
func (s *Service) Start(ctx context.Context) error {
	starts := []func(context.Context) error{s.runner.Start, s.inbox.Start, s.consumer.Start}
	if s.mail != nil {
		starts = append(starts, s.mail.Start)
	}
	for _, start := range starts {
		if err := start(ctx); err != nil {
			return errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
		}
	}
	s.purger.start()
	return nil
}

// Stop takes nothing more and ends what is under way. Idempotent. What waits, waits in the tables.
func (s *Service) Stop(ctx context.Context) error {
	s.purger.stop()
	var mail error
	if s.mail != nil {
		mail = s.mail.Stop(ctx)
	}
	return errors.Join(mail, s.consumer.Stop(ctx), s.inbox.Stop(ctx), s.runner.Stop(ctx))
}

// Ready says whether the store answers.
func (s *Service) Ready(ctx context.Context) error {
	var one int
	if err := s.db.QueryRow(ctx, `SELECT 1`).Scan(&one); err != nil {
		return fmt.Errorf("reach the store of channels: %w", err)
	}
	return nil
}
