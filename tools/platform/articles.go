package platform

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/node"
	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"github.com/parleyhq/parley/services/knowledge"
)

// importLimit is how many documents one call brings in; the proto takes no more.
const importLimit = 500

// articlesRole brings in the company's articles at every start. A file that is as it was changes nothing.
type articlesRole struct {
	cfg  Config
	node *node.Node
}

// Name implements process.Role.
func (articlesRole) Name() string { return "articles" }

// Stop implements process.Role: nothing of it runs on.
func (articlesRole) Stop(context.Context) error { return nil }

// Ready implements process.Role.
func (articlesRole) Ready(context.Context) error { return nil }

// Start brings in what is new or changed.
func (r articlesRole) Start(ctx context.Context) error {
	if r.cfg.Knowledge == "" {
		return nil
	}
	documents, err := knowledge.Documents(os.DirFS(r.cfg.Knowledge))
	if err != nil {
		return fmt.Errorf("read the articles of %s: %w", r.cfg.Knowledge, err)
	}
	ctx = caller.With(ctx, caller.Service(r.cfg.Tenant.Name, "articles"))
	client := knowledgev1.NewKnowledgeServiceClient(r.node.Peers)
	for some := range slices.Chunk(documents, importLimit) {
		if _, err := client.ImportArticles(ctx, &knowledgev1.ImportArticlesRequest{Documents: some}); err != nil {
			return fmt.Errorf("bring in the articles of %s: %w", r.cfg.Knowledge, err)
		}
	}
	return nil
}
