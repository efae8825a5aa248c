package knowledge_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/rpc"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/parleyhq/parley/mesh/store/storetest"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"github.com/parleyhq/parley/services/knowledge"
	"google.golang.org/grpc/codes"
)

func TestConfig(t *testing.T) {
	cases := []struct {
		name   string
		change func(*knowledge.Config)
		ok     bool
	}{
		{"as it comes", func(*knowledge.Config) {}, true},
		{"everything answers", func(c *knowledge.Config) { c.Threshold = 0 }, false},
		{"nothing answers", func(c *knowledge.Config) { c.Threshold = 1.1 }, false},
		{"searches are forgotten at once", func(c *knowledge.Config) { c.KeepSearches = time.Minute }, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			cfg := knowledge.Default()
			c.change(&cfg)
			if err := cfg.Validate(); (err == nil) != c.ok {
				t.Error(err)
			}
		})
	}
}

type world struct {
	knowledgev1.KnowledgeServiceClient

	service *knowledge.Service
	keeper  *seal.Keeper
}

// start runs the service in process, behind the layers that every call goes through.
func start(t testing.TB) world {
	t.Helper()
	return startOver(t, storetest.Open(t, "knowledge"), sealtest.New(t))
}

func startOver(t testing.TB, db *store.DB, keeper *seal.Keeper) world {
	t.Helper()
	local := rpc.NewLocal(rpc.Deps{})
	s, err := knowledge.New(t.Context(), &node.Node{
		Clock: clock.System, Server: local, Peers: local, Seal: keeper, Pages: page.New(keeper),
		Store: func(context.Context, string) (*store.DB, error) { return db, nil },
	}, knowledge.Default())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return world{knowledgev1.NewKnowledgeServiceClient(local), s, keeper}
}

// aurora is a service with the articles of the demo company.
func aurora(t testing.TB) world {
	t.Helper()
	w := start(t)
	w.imports(t, documents(t)...)
	return w
}

func documents(t testing.TB) []*knowledgev1.ArticleDocument {
	t.Helper()
	all, err := knowledge.Documents(os.DirFS("../../deploy/demo/knowledge"))
	if err != nil || len(all) == 0 {
		t.Fatalf("read the articles of the demo company: %d, %v", len(all), err)
	}
	return all
}

func (w world) imports(t testing.TB, all ...*knowledgev1.ArticleDocument) []*knowledgev1.ImportedArticle {
	t.Helper()
	res, err := w.ImportArticles(operator(t), &knowledgev1.ImportArticlesRequest{Documents: all})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetArticles()
}

func (w world) search(t testing.TB, ctx context.Context, language, query string) *knowledgev1.SearchArticlesResponse {
	t.Helper()
	res, err := w.SearchArticles(ctx, &knowledgev1.SearchArticlesRequest{Query: query, Language: language})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// lateFee is an article as somebody writes it.
func lateFee() *knowledgev1.Article {
	return &knowledgev1.Article{
		Key: "late-fee", Language: "en", Kind: knowledgev1.Article_KIND_RULE, Access: knowledgev1.Article_ACCESS_PUBLIC,
		Title: "Late payment fee", Body: "A late payment costs $10.00.", Questions: []string{"What does it cost to pay late?"},
	}
}

func (w world) create(t testing.TB, a *knowledgev1.Article) *knowledgev1.Article {
	t.Helper()
	res, err := w.CreateArticle(agent(t, "ana"), &knowledgev1.CreateArticleRequest{Article: a})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetArticle()
}

// publish has Ana hand an article in and Luis approve it.
func (w world) publish(t testing.TB, a *knowledgev1.Article) *knowledgev1.Article {
	t.Helper()
	submitted, err := w.SubmitArticle(agent(t, "ana"),
		&knowledgev1.SubmitArticleRequest{ArticleId: a.GetId(), Etag: a.GetEtag()})
	if err != nil {
		t.Fatal(err)
	}
	reviewed, err := w.ReviewArticle(agent(t, "luis"), &knowledgev1.ReviewArticleRequest{
		ArticleId: a.GetId(), Etag: submitted.GetArticle().GetEtag(), Decision: knowledgev1.Review_DECISION_APPROVE,
	})
	if err != nil {
		t.Fatal(err)
	}
	return reviewed.GetArticle()
}

func newCustomer() string { return typeid.New("customer") }

func operator(t testing.TB) context.Context { return staff(t, accessv1.Role_ROLE_OPERATOR, "key:demo") }

func agent(t testing.TB, name string) context.Context {
	return staff(t, accessv1.Role_ROLE_AGENT, "agent:agent-"+name)
}

func partner(t testing.TB) context.Context {
	return staff(t, accessv1.Role_ROLE_PARTNER, "key:partner")
}

func staff(t testing.TB, role accessv1.Role, principal string) context.Context {
	return caller.With(t.Context(), &accessv1.Caller{
		Tenant: "aurora", Principal: principal, Role: role, Scopes: []string{"knowledge.read", "knowledge.write"},
	})
}

// as the assistant, for a customer about whom nothing is known but what they wrote.
func as(t testing.TB, customerID string) context.Context {
	return caller.With(t.Context(), caller.OnBehalfOf(caller.Service("aurora", "assistant"), customerID,
		accessv1.Assurance_ASSURANCE_NONE))
}

// expectFault holds an error against its code and its reason.
func expectFault(t testing.TB, err error, code codes.Code, reason string) {
	t.Helper()
	if fault.Code(err) != code || fault.Reason(err) != reason {
		t.Errorf("got %v (%s), want %s %s", err, fault.Reason(err), code, reason)
	}
}
