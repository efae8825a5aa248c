package knowledge

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/process"
	"github.com/parleyhq/parley/mesh/store"
	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"github.com/parleyhq/parley/services/knowledge/internal/article"
	"github.com/parleyhq/parley/services/knowledge/internal/asked"
	"github.com/parleyhq/parley/services/knowledge/internal/rpc"
	"github.com/parleyhq/parley/services/knowledge/internal/search"
	"github.com/parleyhq/parley/services/knowledge/internal/sqlstore"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// Service is the role `knowledge`.
type Service struct {
	db       *store.DB
	searcher *search.Searcher
}

var _ process.Role = (*Service)(nil)

// New opens the store and registers the RPCs on the node's server.
func New(ctx context.Context, n *node.Node, cfg Config) (*Service, error) {
	if err := cfg.Validate(); err != nil {
		return nil, fmt.Errorf("configure knowledge: %w", err)
	}
	db, err := n.Store(ctx, "knowledge")
	if err != nil {
		return nil, fmt.Errorf("open the store of knowledge: %w", err)
	}
	articles, err := sqlstore.NewArticles(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("open the store of knowledge: %w", err)
	}
	searches, err := sqlstore.NewSearches(ctx, db, n.Seal)
	if err != nil {
		return nil, fmt.Errorf("open the store of knowledge: %w", err)
	}
	searcher, err := search.NewSearcher(articles, cfg.Threshold)
	if err != nil {
		return nil, err
	}
	knowledgev1.RegisterKnowledgeServiceServer(n.Server, &rpc.KnowledgeService{
		Articles: article.NewRegistry(articles, n.Clock),
		Searcher: searcher,
		Asked:    asked.NewLog(searches, n.Clock, cfg.KeepSearches),
		Pages:    n.Pages,
		Searches: promauto.With(n.Metrics).NewCounterVec(prometheus.CounterOpts{
			Name: "parley_knowledge_searches_total", Help: "Searches in articles, by whether an article answered.",
		}, []string{"answered"}),
	})
	return &Service{db: db, searcher: searcher}, nil
}

// Name implements process.Role.
func (s *Service) Name() string { return "knowledge" }

// Start indexes what is published.
func (s *Service) Start(ctx context.Context) error {
	if err := s.searcher.Warm(ctx); err != nil {
		return fmt.Errorf("index what is published: %w", err)
	}
	return nil
}

// Stop frees the indexes.
func (s *Service) Stop(context.Context) error { return s.searcher.Close() }

// Ready says whether the store answers.
func (s *Service) Ready(ctx context.Context) error {
	var one int
	if err := s.db.QueryRow(ctx, `SELECT 1`).Scan(&one); err != nil {
		return fmt.Errorf("reach the store of knowledge: %w", err)
	}
	return nil
}
