package bench

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/rpc"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"github.com/parleyhq/parley/services/knowledge"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace/noop"
)

// indexAlone is an index of titles and bodies in memory, and a match query: nothing of ours.
func indexAlone(ctx context.Context, size int) (_ *searched, end func() error, err error) {
	before, began := heap(), time.Now()
	index, err := bleve.NewUsing("", bleve.NewIndexMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, nil, err
	}
	words := newWords(1)
	for at := 0; at < size && ctx.Err() == nil; at += together {
		batch := index.NewBatch()
		for i := at; i < min(at+together, size); i++ {
			title, body := words.article()
			if err := batch.Index(fmt.Sprint(i), map[string]string{"title": title, "body": body}); err != nil {
				return nil, nil, errors.Join(err, index.Close())
			}
		}
		if err := index.Batch(batch); err != nil {
			return nil, nil, errors.Join(err, index.Close())
		}
	}
	built := time.Since(began)
	of := Result{Bench: "search", Case: fmt.Sprintf("%d articles, bleve alone", size)}.
		with("articles indexed/s", float64(size)/built.Seconds()).with("MB of memory", (heap()-before)/1e6)
	return &searched{of: of, search: func(ctx context.Context, question string) error {
		_, err := index.SearchInContext(ctx, bleve.NewSearchRequestOptions(bleve.NewMatchQuery(question), 5, 0, false))
		return err
	}}, index.Close, nil
}

// serveArticles is the service with so many articles.
func serveArticles(ctx context.Context, dir string, size int) (_ *searched, end func(context.Context) error, err error) {
	before, began := heap(), time.Now()
	service, client, end, err := startKnowledge(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	if err := importAll(ctx, client, size); err != nil {
		return nil, nil, errors.Join(err, end(ctx))
	}
	imported := time.Since(began)
	if err := service.Start(ctx); err != nil { // indexes
		return nil, nil, errors.Join(err, end(ctx))
	}
	indexed := time.Since(began) - imported
	of := Result{Bench: "search", Case: fmt.Sprintf("%d articles, the service", size)}.
		with("articles imported/s", float64(size)/imported.Seconds()).
		with("articles indexed/s", float64(size)/indexed.Seconds()).
		with("MB of memory", (heap()-before)/1e6)
	return &searched{of: of, search: func(ctx context.Context, question string) error {
		_, err := client.SearchArticles(ctx, &knowledgev1.SearchArticlesRequest{Query: question, Language: "en", Preview: true})
		return err
	}}, end, nil
}

// together is how many articles are imported in one call, at most.
const together = 500

func importAll(ctx context.Context, client knowledgev1.KnowledgeServiceClient, size int) error {
	words := newWords(1)
	for at := 0; at < size; at += together {
		request := &knowledgev1.ImportArticlesRequest{}
		for i := at; i < min(at+together, size); i++ {
			title, body := words.article()
			request.Documents = append(request.Documents, &knowledgev1.ArticleDocument{
				Name: fmt.Sprintf("en/a%d.md", i), Language: "en", Markdown: fmt.Sprintf(
					"---\nkey: a%d\ntitle: %s\nkind: fact\naccess: public\nauthor: agent:one\nreviewer: agent:two\n---\n%s.\n", i, title, body),
			})
		}
		if _, err := client.ImportArticles(ctx, request); err != nil {
			return err
		}
	}
	return nil
}

// startKnowledge is the service alone, on a store of its own.
func startKnowledge(ctx context.Context, dir string) (*knowledge.Service, knowledgev1.KnowledgeServiceClient, func(context.Context) error, error) {
	db, err := store.Open(ctx, "knowledge", store.Config{Engine: store.SQLite, Dir: dir})
	if err != nil {
		return nil, nil, nil, err
	}
	keeper, err := openKeeper(ctx, db, dir)
	if err != nil {
		return nil, nil, nil, errors.Join(err, db.Close())
	}
	local := rpc.NewLocal(rpc.Deps{})
	service, err := knowledge.New(ctx, &node.Node{
		Log: slog.New(slog.DiscardHandler), Clock: clock.System, Metrics: prometheus.NewRegistry(), Tracer: noop.NewTracerProvider(),
		Server: local, Peers: local, Seal: keeper, Pages: page.New(keeper),
		Store: func(context.Context, string) (*store.DB, error) { return db, nil },
	}, knowledge.Default())
	if err != nil {
		return nil, nil, nil, errors.Join(err, db.Close())
	}
	end := func(ctx context.Context) error { return errors.Join(service.Stop(ctx), db.Close()) }
	return service, knowledgev1.NewKnowledgeServiceClient(local), end, nil
}

// openKeeper with a key that is forgotten with the measurement.
func openKeeper(ctx context.Context, db *store.DB, dir string) (*seal.Keeper, error) {
	file := filepath.Join(dir, "bench.kek")
	if err := os.WriteFile(file, []byte(base64.StdEncoding.EncodeToString([]byte(rand.Text() + rand.Text())[:32])), 0o600); err != nil {
		return nil, err
	}
	kek, err := seal.LoadKEK(file, "")
	if err != nil {
		return nil, err
	}
	return seal.Open(ctx, db, kek)
}

// heap in bytes, after a collection.
func heap() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
