package knowledge_test

import (
	"context"
	"testing"

	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/seal/sealtest"
	"github.com/parleyhq/parley/mesh/store/storetest"
	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
)

func TestTheAnswerIsTheArticlesOwnWords(t *testing.T) {
	w := aurora(t)
	for language, question := range map[string]string{"en": "How much is the late fee?", "es-MX": "¿Qué pasa si pago después de la fecha de vencimiento?"} {
		got := w.search(t, as(t, newCustomer()), language, question).GetResults()[0]
		if !got.GetAnswers() || got.GetCitation().GetKey() != "late-fee" {
			t.Fatalf("%s: got %v", language, got)
		}
		res, err := w.GetArticle(as(t, newCustomer()), &knowledgev1.GetArticleRequest{
			ArticleId: got.GetCitation().GetArticleId(), Version: got.GetCitation().GetVersion(),
		})
		if err != nil {
			t.Fatal(err)
		}
		if a := res.GetArticle(); a.GetBody() != got.GetPassage() || a.GetTitle() != got.GetCitation().GetTitle() {
			t.Errorf("%s: got %q, want the words of %v", language, got.GetPassage(), a)
		}
	}
}

func TestCustomersAndPartnersDoNotSeeInternalArticles(t *testing.T) {
	w := aurora(t)
	const question = "How much goodwill credit can I give?"
	internal := w.search(t, agent(t, "ana"), "en", question).GetResults()[0]
	if internal.GetCitation().GetKey() != "goodwill-credits" || !internal.GetAnswers() {
		t.Fatalf("agents find it: got %v", internal)
	}
	id := internal.GetCitation().GetArticleId()
	for who, ctx := range map[string]context.Context{"a customer": as(t, newCustomer()), "a partner": partner(t)} {
		for _, r := range w.search(t, ctx, "en", question).GetResults() {
			if r.GetAccess() != knowledgev1.Article_ACCESS_PUBLIC || r.GetCitation().GetArticleId() == id {
				t.Errorf("%s finds %v", who, r)
			}
		}
		_, err := w.GetArticle(ctx, &knowledgev1.GetArticleRequest{ArticleId: id})
		expectFault(t, err, codes.NotFound, "ARTICLE_NOT_FOUND")
		list, err := w.ListArticles(ctx, &knowledgev1.ListArticlesRequest{Language: "en", PageSize: 200})
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range list.GetArticles() {
			if a.GetAccess() != knowledgev1.Article_ACCESS_PUBLIC || a.GetAuthor() != "" || a.GetEtag() != "" {
				t.Errorf("%s lists %v", who, a)
			}
		}
	}
}

func TestWritingIsNotForCustomers(t *testing.T) {
	w := aurora(t)
	_, err := w.CreateArticle(as(t, newCustomer()), &knowledgev1.CreateArticleRequest{Article: lateFee()})
	expectFault(t, err, codes.PermissionDenied, "ROLE_NOT_ALLOWED")
	_, err = w.ListGaps(as(t, newCustomer()), &knowledgev1.ListGapsRequest{})
	expectFault(t, err, codes.PermissionDenied, "ROLE_NOT_ALLOWED")
	_, err = w.ImportArticles(agent(t, "ana"), &knowledgev1.ImportArticlesRequest{Documents: documents(t)[:1]})
	expectFault(t, err, codes.PermissionDenied, "ROLE_NOT_ALLOWED")
}

func TestTheSameSearchGivesTheSame(t *testing.T) {
	db, keeper := storetest.Open(t, "knowledge"), sealtest.New(t)
	before := startOver(t, db, keeper)
	before.imports(t, documents(t)...)
	after := startOver(t, db, keeper) // as after a restart
	ask := func(w world, question string) *knowledgev1.SearchArticlesResponse {
		res, err := w.SearchArticles(operator(t), &knowledgev1.SearchArticlesRequest{Query: question, Language: "en", Preview: true})
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	for _, question := range []string{"internet is slow", "bill", "move my number and my house", "pay late fee credit refund"} {
		if first, second := ask(before, question), ask(after, question); !proto.Equal(first, second) {
			t.Errorf("%s: got %v, then %v", question, first, second)
		}
	}
}

func TestFeedback(t *testing.T) {
	w := aurora(t)
	ana := newCustomer()
	found := w.search(t, as(t, ana), "en", "How much is the late fee?")
	judge := func(ctx context.Context, id string, helpful bool) error {
		_, err := w.RecordFeedback(ctx, &knowledgev1.RecordFeedbackRequest{SearchId: id, Helpful: helpful})
		return err
	}
	expectFault(t, judge(as(t, newCustomer()), found.GetSearchId(), true), codes.NotFound, "SEARCH_NOT_FOUND")
	for _, helpful := range []bool{true, true, false} {
		if err := judge(as(t, ana), found.GetSearchId(), helpful); err != nil {
			t.Fatal(err)
		}
	}
	res, err := w.GetArticle(operator(t),
		&knowledgev1.GetArticleRequest{ArticleId: found.GetResults()[0].GetCitation().GetArticleId()})
	if a := res.GetArticle(); err != nil || a.GetHelpfulCount() != 0 || a.GetUnhelpfulCount() != 1 {
		t.Errorf("got %v, %v, want one who was not helped", a, err)
	}
	unanswered := w.search(t, as(t, ana), "en", "Can I pay with bitcoin?")
	expectFault(t, judge(as(t, ana), unanswered.GetSearchId(), true), codes.FailedPrecondition, "SEARCH_UNANSWERED")
}

func TestGaps(t *testing.T) {
	w := aurora(t)
	erased := newCustomer()
	w.search(t, as(t, erased), "en", "Do you accept bitcoins?")
	w.search(t, as(t, newCustomer()), "en", "do you accept bitcoin")
	w.search(t, as(t, newCustomer()), "en", "Is there a military discount?")
	w.search(t, as(t, newCustomer()), "en", "How much is the late fee?")
	if _, err := w.SearchArticles(agent(t, "ana"),
		&knowledgev1.SearchArticlesRequest{Query: "bitcoin accept", Language: "en", Preview: true}); err != nil {
		t.Fatal(err)
	}
	first, err := w.ListGaps(operator(t), &knowledgev1.ListGapsRequest{Language: "en", PageSize: 1})
	if err != nil || len(first.GetGaps()) != 1 || first.GetGaps()[0].GetCount() != 2 || len(first.GetGaps()[0].GetQuestions()) != 2 {
		t.Fatalf("got %v, %v, want bitcoins, asked twice", first, err)
	}
	second, err := w.ListGaps(operator(t),
		&knowledgev1.ListGapsRequest{Language: "en", PageSize: 1, PageToken: first.GetNextPageToken()})
	if err != nil || len(second.GetGaps()) != 1 || second.GetNextPageToken() != "" {
		t.Errorf("got %v, %v, want the military discount and no more", second, err)
	}
	if err := w.keeper.Destroy(t.Context(), seal.Customer(erased)); err != nil {
		t.Fatal(err)
	}
	left, err := w.ListGaps(operator(t), &knowledgev1.ListGapsRequest{PageSize: 1})
	if err != nil || len(left.GetGaps()[0].GetQuestions()) != 1 {
		t.Errorf("got %v, %v, want nothing of whom was erased", left, err)
	}
	if found := w.search(t, as(t, erased), "en", "Do you accept bitcoins?"); found.GetSearchId() != "" {
		t.Errorf("a search of an erased customer is remembered: %v", found)
	}
}

func TestAfterTheEnd(t *testing.T) {
	w := aurora(t)
	for range 2 {
		if err := w.service.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.SearchArticles(operator(t), &knowledgev1.SearchArticlesRequest{Query: "late fee", Language: "en"})
	expectFault(t, err, codes.Unavailable, "STOPPING")
}

func TestATurnThatIsRunAgainAsksOnce(t *testing.T) {
	w := aurora(t)
	customer := as(t, newCustomer())
	req := &knowledgev1.SearchArticlesRequest{
		Query: "Do you accept bitcoins?", Language: "en", RequestId: "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
	}
	first, err := w.SearchArticles(customer, req)
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.SearchArticles(customer, req)
	if err != nil || first.GetSearchId() == "" || again.GetSearchId() != first.GetSearchId() {
		t.Errorf("got %v, then %v, %v", first, again, err)
	}
	gaps, err := w.ListGaps(operator(t), &knowledgev1.ListGapsRequest{})
	if err != nil || len(gaps.GetGaps()) != 1 || gaps.GetGaps()[0].GetCount() != 1 {
		t.Errorf("got %v, %v, want one gap, asked once", gaps, err)
	}
}

func TestWhatIsKnownToHaveNoAnswerHasNone(t *testing.T) {
	w := start(t)
	const question = "Do you take a late fee of students?"
	ask := func() *knowledgev1.SearchArticlesResponse { return w.search(t, as(t, newCustomer()), "en", question) }
	w.publish(t, w.create(t, lateFee()))
	before := ask().GetResults()
	if len(before) != 1 {
		t.Fatalf("got %v, want the late fee", before)
	}
	gap := &knowledgev1.Article{
		Key: "gaps", Language: "en", Kind: knowledgev1.Article_KIND_GAP, Access: knowledgev1.Article_ACCESS_PUBLIC,
		Title: "Not answered yet", Body: "Nobody has written about these.", Questions: []string{question},
	}
	_, err := w.CreateArticle(agent(t, "ana"), &knowledgev1.CreateArticleRequest{Article: gap})
	expectFault(t, err, codes.InvalidArgument, "ARTICLE_INVALID")
	gap.Access = knowledgev1.Article_ACCESS_INTERNAL
	published := w.publish(t, w.create(t, gap))

	after := ask().GetResults()
	if len(after) != 1 || after[0].GetCitation().GetKey() != "late-fee" || after[0].GetAnswers() ||
		after[0].GetConfidence() > before[0].GetConfidence()/2 {
		t.Errorf("got %v after %v, want the late fee to be no answer, and the gap not to be found", after, before)
	}
	if _, err := w.RetireArticle(operator(t), &knowledgev1.RetireArticleRequest{
		ArticleId: published.GetId(), Etag: published.GetEtag(),
	}); err != nil {
		t.Fatal(err)
	}
	if again := ask().GetResults(); again[0].GetConfidence() != before[0].GetConfidence() {
		t.Errorf("got %v, want it as before there was a gap: %v", again, before)
	}
}
