package knowledge_test

import (
	"strings"
	"testing"

	knowledgev1 "github.com/parleyhq/parley/proto/gen/parley/knowledge/v1"
	"github.com/parleyhq/parley/services/knowledge"
)

func TestATrialFindsWhatTheServiceFinds(t *testing.T) {
	w := aurora(t)
	trial, err := knowledge.NewTrial(knowledge.Default(), "aurora", documents(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := trial.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, question := range []string{"How much is the late fee?", "How much goodwill credit can I give?", "Do you sell lawn mowers?"} {
		found, err := trial.Search(t.Context(), "en", question, 3)
		if err != nil {
			t.Fatal(err)
		}
		served := w.search(t, as(t, newCustomer()), "en", question).GetResults()
		for at, key := range found.Keys {
			if served[at].GetCitation().GetKey() != key || at == 0 && served[at].GetAnswers() != found.Answers {
				t.Errorf("%s: found %v, the service %v", question, found, served)
			}
		}
	}
	if !trial.Has("late-fee") || trial.Has("goodwill-credits") || trial.Has("gaps") {
		t.Error("customers are answered from public articles only")
	}
	if _, err := trial.Search(t.Context(), "nl", "hoi", 3); err == nil {
		t.Error("there are no articles in Dutch")
	}
}

func TestATrialNamesTheDocumentThatIsWrong(t *testing.T) {
	_, err := knowledge.NewTrial(knowledge.Default(), "aurora", []*knowledgev1.ArticleDocument{{Name: "en/a.md", Language: "en", Markdown: "no"}})
	if err == nil || !strings.Contains(err.Error(), "en/a.md") {
		t.Errorf("got %v", err)
	}
}
