package knowledge_test

import (
	"strings"
	"testing"

	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"google.golang.org/grpc/codes"
)

// The demo company's articles: the same in both languages, reviewed, some of them for agents only; and the questions that they do
// not answer.
func TestTheArticlesOfTheDemoCompany(t *testing.T) {
	w := start(t)
	all := documents(t)
	keys := map[string]int{}
	for _, i := range w.imports(t, all...) {
		keys[i.GetKey()]++
		if i.GetOutcome() != knowledgev1.ImportedArticle_OUTCOME_CREATED || i.GetState() != knowledgev1.Article_STATE_PUBLISHED {
			t.Errorf("got %v, want it published", i)
		}
	}
	if len(keys) != 41 || keys["gaps"] == 0 {
		t.Errorf("there are %d articles, want 40 and the gaps", len(keys))
	}
	for key, languages := range keys {
		if languages != 2 {
			t.Errorf("%s is in %d languages, want 2", key, languages)
		}
	}
	for _, i := range w.imports(t, all...) {
		if i.GetOutcome() != knowledgev1.ImportedArticle_OUTCOME_UNCHANGED || i.GetVersion() != 1 {
			t.Errorf("the second time: got %v, want it unchanged", i)
		}
	}
	listed := 0
	for token := ""; ; {
		res, err := w.ListArticles(operator(t), &knowledgev1.ListArticlesRequest{PageSize: 30, PageToken: token})
		if err != nil {
			t.Fatal(err)
		}
		listed += len(res.GetArticles())
		if token = res.GetNextPageToken(); token == "" {
			break
		}
	}
	if listed != len(all) {
		t.Errorf("%d are listed, want %d", listed, len(all))
	}
}

func TestDocumentsThatCannotBe(t *testing.T) {
	good := "---\nkey: late-fee\ntitle: Late fee\nkind: rule\naccess: public\n---\nIt is $10.00.\n"
	cases := []struct {
		name, language, markdown, reason string
	}{
		{"no front matter", "en", "It is $10.00.", "DOCUMENT_INVALID"},
		{"front matter without an end", "en", "---\nkey: late-fee\n", "DOCUMENT_INVALID"},
		{"a misspelt key of the front matter", "en", strings.Replace(good, "kind", "kinds", 1), "DOCUMENT_INVALID"},
		{"a kind that does not exist", "en", strings.Replace(good, "rule", "rules", 1), "DOCUMENT_INVALID"},
		{"no body", "en", strings.Replace(good, "It is $10.00.", "", 1), "DOCUMENT_INVALID"},
		{"a language that nobody has", "english", good, "LANGUAGE_INVALID"},
		{"a reviewer and no author", "en", strings.Replace(good, "---\nIt", "reviewer: agent:luis\n---\nIt", 1), "DOCUMENT_INVALID"},
		{"a reviewer who is the author", "en",
			strings.Replace(good, "---\nIt", "author: agent:ana\nreviewer: agent:ana\n---\nIt", 1), "DOCUMENT_INVALID"},
		{"the same article again", "EN", good, "DOCUMENT_DUPLICATE"},
	}
	w := start(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := w.ImportArticles(operator(t), &knowledgev1.ImportArticlesRequest{Documents: []*knowledgev1.ArticleDocument{
				{Name: "good.md", Language: "en", Markdown: good}, {Name: "bad.md", Language: c.language, Markdown: c.markdown},
			}})
			expectFault(t, err, codes.InvalidArgument, c.reason)
			list, err := w.ListArticles(operator(t), &knowledgev1.ListArticlesRequest{})
			if err != nil || len(list.GetArticles()) != 0 {
				t.Errorf("after a refused import there are %v, %v", list, err)
			}
		})
	}
}
