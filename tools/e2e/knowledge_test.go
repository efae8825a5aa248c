package e2e_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

const knowledgeService = "parley.knowledge.v1.KnowledgeService/"

// found is what SearchArticles answers.
type found struct {
	Results []struct {
		Access  string
		Passage string
		Answers bool
	}
}

func TestQuestionsAreAnsweredFromArticlesOrHonestlyNot(t *testing.T) {
	t.Parallel()
	u := start(t)
	asked := 0
	ask := func(question string) string {
		t.Helper()
		asked++
		if status := u.postWhatsApp(whatsappSecret, whatsappText("wamid.knowledge."+strconv.Itoa(asked), danielWA, question)); status != http.StatusOK {
			t.Fatalf("the webhook answered %d", status)
		}
		return u.reply(daniel, asked)
	}
	mentions(t, ask("What are your opening hours?"), "8 a.m. to 10 p.m.", `From our article "Contact and opening hours"`)
	mentions(t, ask("thanks!"), "I am glad that it did")

	mentions(t, ask("Do you also sell lawn mowers?"), "I do not know", "Shall I ask a colleague")
	mentions(t, ask("yes please"), "asked a colleague")

	const forStaff = "How much goodwill credit may an agent give a customer?"
	if told := ask(forStaff); strings.Contains(told, "$25.00") || strings.Contains(told, "supervisor") {
		t.Errorf("a customer is told what is for staff: %q", told)
	}
	var staff found
	u.call(knowledgeService+"SearchArticles", map[string]any{"query": forStaff, "language": "en", "preview": true}, &staff)
	if len(staff.Results) == 0 || !staff.Results[0].Answers || staff.Results[0].Access != "ACCESS_INTERNAL" {
		t.Errorf("staff find %+v, want the article about goodwill", staff)
	}

	var gaps struct {
		Gaps []struct{ Questions []string }
	}
	u.call(knowledgeService+"ListGaps", map[string]any{"language": "en"}, &gaps)
	var questions []string
	for _, g := range gaps.Gaps {
		questions = append(questions, g.Questions...)
	}
	mentions(t, strings.Join(questions, "\n"), "Do you also sell lawn mowers?")
}
