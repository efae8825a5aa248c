package knowledge_test

import (
	"testing"

	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

func TestTheWayToPublication(t *testing.T) {
	w := start(t)
	a := w.create(t, lateFee())
	if a.GetState() != knowledgev1.Article_STATE_DRAFT || a.GetVersion() != 1 || a.GetAuthor() != "agent:agent-ana" {
		t.Errorf("got %v, want a first draft by Ana", a)
	}
	_, err := w.ReviewArticle(agent(t, "luis"), review(a, knowledgev1.Review_DECISION_APPROVE, ""))
	expectFault(t, err, codes.FailedPrecondition, "ARTICLE_STATE")

	submitted := w.submit(t, a)
	_, err = w.SubmitArticle(agent(t, "ana"), &knowledgev1.SubmitArticleRequest{ArticleId: a.GetId(), Etag: a.GetEtag()})
	expectFault(t, err, codes.Aborted, "ETAG_STALE")
	_, err = w.ReviewArticle(agent(t, "ana"), review(submitted, knowledgev1.Review_DECISION_APPROVE, ""))
	expectFault(t, err, codes.PermissionDenied, "REVIEWER_IS_AUTHOR")
	_, err = w.ReviewArticle(agent(t, "luis"), review(submitted, knowledgev1.Review_DECISION_REJECT, " "))
	expectFault(t, err, codes.InvalidArgument, "REVIEW_REASON_REQUIRED")

	res, err := w.ReviewArticle(agent(t, "luis"), review(submitted, knowledgev1.Review_DECISION_REJECT, "the amount is missing"))
	if err != nil {
		t.Fatal(err)
	}
	rejected := res.GetArticle()
	if rejected.GetState() != knowledgev1.Article_STATE_DRAFT || rejected.GetReview().GetReason() != "the amount is missing" {
		t.Errorf("got %v, want a draft that says why", rejected)
	}
	published := w.publish(t, rejected)
	if published.GetState() != knowledgev1.Article_STATE_PUBLISHED || published.GetPublishedVersion() != 1 {
		t.Errorf("got %v, want it published", published)
	}
	if found := w.search(t, as(t, newCustomer()), "en", "what does it cost to pay late"); !found.GetResults()[0].GetAnswers() {
		t.Errorf("once it is published it answers, got %v", found)
	}
}

func TestWhatIsPublishedStaysWhileTheNextIsWritten(t *testing.T) {
	w := start(t)
	first := w.publish(t, w.create(t, lateFee()))
	second := w.edit(t, first, &knowledgev1.Article{Body: "A late payment costs $12.00."}, "body")
	if second.GetState() != knowledgev1.Article_STATE_DRAFT || second.GetVersion() != 2 || second.GetPublishedVersion() != 1 ||
		second.GetTitle() != "Late payment fee" {
		t.Errorf("got %v, want a second draft beside the first version", second)
	}
	ask := func() *knowledgev1.SearchResult {
		return w.search(t, as(t, newCustomer()), "en", "what does it cost to pay late").GetResults()[0]
	}
	if got := ask(); got.GetPassage() != "A late payment costs $10.00." || got.GetCitation().GetVersion() != 1 {
		t.Errorf("before the review: got %v", got)
	}
	w.publish(t, second)
	if got := ask(); got.GetPassage() != "A late payment costs $12.00." || got.GetCitation().GetVersion() != 2 {
		t.Errorf("after the review: got %v", got)
	}
	old, err := w.GetArticle(as(t, newCustomer()), &knowledgev1.GetArticleRequest{ArticleId: first.GetId(), Version: 1})
	if err != nil || old.GetArticle().GetBody() != "A late payment costs $10.00." {
		t.Errorf("what was cited can be read again: got %v, %v", old, err)
	}
}

func TestRetiredArticlesAreNotFoundAndComeBack(t *testing.T) {
	w := start(t)
	a := w.publish(t, w.create(t, lateFee()))
	res, err := w.RetireArticle(agent(t, "ana"), &knowledgev1.RetireArticleRequest{ArticleId: a.GetId(), Etag: a.GetEtag()})
	if err != nil || res.GetArticle().GetState() != knowledgev1.Article_STATE_RETIRED {
		t.Fatalf("got %v, %v", res, err)
	}
	retired := res.GetArticle()
	if found := w.search(t, operator(t), "en", "late fee"); len(found.GetResults()) != 0 {
		t.Errorf("found %v", found)
	}
	_, err = w.RetireArticle(agent(t, "ana"),
		&knowledgev1.RetireArticleRequest{ArticleId: a.GetId(), Etag: retired.GetEtag()})
	expectFault(t, err, codes.FailedPrecondition, "ARTICLE_STATE")
	w.publish(t, w.edit(t, retired, lateFee(), "*"))
	if found := w.search(t, operator(t), "en", "late fee"); len(found.GetResults()) != 1 {
		t.Errorf("found %v, want it again", found)
	}
}

func TestArticlesThatCannotBe(t *testing.T) {
	w := start(t)
	existing := w.create(t, lateFee())
	cases := []struct {
		name   string
		change func(*knowledgev1.Article)
		code   codes.Code
		reason string
	}{
		{"the key of another", func(*knowledgev1.Article) {}, codes.AlreadyExists, "ARTICLE_KEY_TAKEN"},
		{"a key in capitals", func(a *knowledgev1.Article) { a.Key = "Late-Fee" }, codes.InvalidArgument, "ARTICLE_INVALID"},
		{"no language", func(a *knowledgev1.Article) { a.Language = "" }, codes.InvalidArgument, "LANGUAGE_INVALID"},
		{"a language that nobody has", func(a *knowledgev1.Article) { a.Language = "english" }, codes.InvalidArgument, "LANGUAGE_INVALID"},
		{"no kind", func(a *knowledgev1.Article) { a.Kind = 0 }, codes.InvalidArgument, "ARTICLE_INVALID"},
		{"for nobody in particular", func(a *knowledgev1.Article) { a.Access = 0 }, codes.InvalidArgument, "ARTICLE_INVALID"},
		{"no title", func(a *knowledgev1.Article) { a.Title = " " }, codes.InvalidArgument, "ARTICLE_INVALID"},
		{"no body", func(a *knowledgev1.Article) { a.Body = "" }, codes.InvalidArgument, "ARTICLE_INVALID"},
		{"an empty question", func(a *knowledgev1.Article) { a.Questions = []string{""} }, codes.InvalidArgument, "ARTICLE_INVALID"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			a := lateFee()
			c.change(a)
			_, err := w.CreateArticle(agent(t, "ana"), &knowledgev1.CreateArticleRequest{Article: a})
			expectFault(t, err, c.code, c.reason)
		})
	}
	for _, paths := range [][]string{nil, {"state"}, {"title", "author"}} {
		_, err := w.UpdateArticle(agent(t, "ana"), &knowledgev1.UpdateArticleRequest{
			Article: existing, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
		})
		expectFault(t, err, codes.InvalidArgument, "UPDATE_MASK_INVALID")
	}
}

func (w world) submit(t testing.TB, a *knowledgev1.Article) *knowledgev1.Article {
	t.Helper()
	res, err := w.SubmitArticle(agent(t, "ana"), &knowledgev1.SubmitArticleRequest{ArticleId: a.GetId(), Etag: a.GetEtag()})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetArticle()
}

// edit is done by Ana.
func (w world) edit(t testing.TB, a, next *knowledgev1.Article, paths ...string) *knowledgev1.Article {
	t.Helper()
	next.Id, next.Etag = a.GetId(), a.GetEtag()
	res, err := w.UpdateArticle(agent(t, "ana"), &knowledgev1.UpdateArticleRequest{
		Article: next, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
	})
	if err != nil {
		t.Fatal(err)
	}
	return res.GetArticle()
}

func review(a *knowledgev1.Article, decision knowledgev1.Review_Decision, reason string) *knowledgev1.ReviewArticleRequest {
	return &knowledgev1.ReviewArticleRequest{ArticleId: a.GetId(), Etag: a.GetEtag(), Decision: decision, Reason: reason}
}
