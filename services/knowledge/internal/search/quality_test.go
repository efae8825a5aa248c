package search

import (
	"math"
	"strings"
	"testing"

	"github.com/parleyhq/parley/services/knowledge/internal/article"
)

// threshold of knowledge.Default.
const threshold = 0.93

// Questions to the demo company: the right article first and among three, and how many are answered. The floors are a little
// below what was measured, so that a change for the worse shows. Held out is every eighth wording of the articles and of the
// gaps, asked of an index that has the others.
func TestQuestionsToAurora(t *testing.T) {
	cases := []struct {
		name, language, file string  // no file: held out
		first, three         float64 // of those that an article answers
		right                float64 // share that is answered by the right article
		wrong, none          float64 // share of those that are answered by another article, and of those that no article answers
	}{
		{"written before the articles' questions, English", "en", "unseen.en.txt", 0.84, 0.96, 0.36, 0.02, 0},
		{"written before the articles' questions, Spanish", "es", "unseen.es.txt", 0.84, 0.94, 0.36, 0.06, 0},
		{"in many voices, English", "en", "dev.en.txt", 0.90, 0.96, 0.40, 0.01, 0},
		{"in many voices, Spanish", "es", "dev.es.txt", 0.94, 0.98, 0.60, 0.01, 0},
		{"held out, English", "en", "", 0.82, 0.93, 0.33, 0.02, 0.01},
		{"held out, Spanish", "es", "", 0.81, 0.93, 0.40, 0.03, 0.01},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var q quality
			if c.file == "" {
				x, asked := heldOut(t, c.language)
				q = measure(t, x, asked)
			} else {
				q = measure(t, aurora(t, c.language), questions(t, c.file))
			}
			if q.first < c.first || q.three < c.three || q.right < c.right {
				t.Errorf("got %v, want at least %.2f first, %.2f within three, %.2f answered", q, c.first, c.three, c.right)
			}
			if q.wrong > c.wrong || q.none > c.none {
				t.Errorf("got %v, want at most %.2f answered wrong, and %.2f of what no article answers", q, c.wrong, c.none)
			}
			t.Log(q)
		})
	}
}

// The weights of the confidence are near to what logistic regression makes of the questions.
func TestCalibration(t *testing.T) {
	var samples []sample
	for _, language := range []string{"en", "es"} {
		x := aurora(t, language)
		for _, file := range []string{"unseen.", "dev."} {
			samples = append(samples, samplesOf(t, x, questions(t, file+language+".txt"), 1)...)
		}
		x, asked := heldOut(t, language)
		samples = append(samples, samplesOf(t, x, asked, heldOutWeight)...)
	}
	weights := fit(samples, len(calibration))
	t.Logf("%d questions: fitted %.2f, in use %.2f", len(samples), weights, calibration)
	for n, w := range weights {
		if math.Abs(w-calibration[n]) > 1 {
			t.Errorf("weight %d is %.2f, fitted anew %.2f", n, calibration[n], w)
		}
	}
}

func TestMisspeltWordsAreUnderstood(t *testing.T) {
	x := aurora(t, "en")
	for text, key := range map[string]string{
		"how do I restart my roter":         "router-restart",
		"subttiles on my televison":         "accessibility",
		"parental contorls":                 "parental-controls",
		"refferal of a frined":              "refer-a-friend",
		"I want to make a complant":         "complaints",
		"what is a provisoinal credit":      "dispute-charge",
		"techncian appointment":             "technician-visit",
		"INTERNATIONAL CALLS":               "international-calls",
		"how can i watch on my smart phone": "streaming-app",
	} {
		found, err := x.Search(t.Context(), text, Wanted{PublicOnly: true, Limit: 1, Threshold: threshold})
		if err != nil || len(found) == 0 || found[0].Article.Key != key {
			t.Errorf("%q: got %v, %v, want %s", text, found, err, key)
		}
	}
}

func TestNothingIsFoundForNothing(t *testing.T) {
	x := aurora(t, "en")
	for _, text := range []string{"", " ", "?!", "how do I", "\x00", "\xff\xfe", "zzzzqqq"} {
		if found, err := x.Search(t.Context(), text, Wanted{PublicOnly: true, Limit: 5, Threshold: threshold}); err != nil || len(found) != 0 {
			t.Errorf("%q: got %v, %v", text, found, err)
		}
	}
}

// A language without a file of words is searched as it is written.
func TestAThirdLanguage(t *testing.T) {
	x := newIndex(t, "pt-BR")
	err := x.Put([]Article{
		{ID: "a", Key: "a", Title: "Segunda via da fatura", Body: "Baixe a fatura no site.", Access: article.Public},
		{ID: "b", Key: "b", Title: "Trocar a senha do Wi-Fi", Body: "A senha está na etiqueta.", Access: article.Public},
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	found, err := x.Search(t.Context(), "onde está a SENHA do wi-fi?", Wanted{PublicOnly: true, Limit: 1, Threshold: threshold})
	if err != nil || len(found) != 1 || found[0].Article.Key != "b" {
		t.Errorf("got %v, %v", found, err)
	}
}

func TestALongBodyIsCutToWhatIsAsked(t *testing.T) {
	x := newIndex(t, "en")
	body := "# Fees\n\nThe late fee is ten dollars.\n\n"
	for range 40 {
		body += "Nothing of interest stands in this paragraph of the article.\n\n"
	}
	body += "A technician costs sixty dollars.\n\n1. Ask for one.\n2. Be at home."
	if err := x.Put([]Article{{ID: "a", Key: "fees", Title: "Fees", Body: body, Access: article.Public}}, nil); err != nil {
		t.Fatal(err)
	}
	found, err := x.Search(t.Context(), "technician", Wanted{PublicOnly: true, Limit: 1, Threshold: threshold})
	if err != nil || len(found) != 1 {
		t.Fatalf("got %v, %v", found, err)
	}
	passage := found[0].Passage
	if len(passage) > maxPassage || !strings.Contains(body, passage) || !strings.Contains(passage, "sixty dollars") {
		t.Errorf("got %q, want the part about technicians, word for word", passage)
	}
}

func TestAPassageIsAsLongAsThereIsRoom(t *testing.T) {
	x := aurora(t, "en")
	for _, c := range []struct {
		name, question string
		size           int
		says, not      string
	}{
		{"all of a short article", "late fee", 0, "waive a fee", ""},
		{"the paragraph that answers", "how long do films last after I start to watch", 200, "48 hours", "parental controls"},
		{"the item of a list that answers", "how much is the Giga plan", 160, "Giga: TV Max", "Solo 100"},
		{"never less than a sentence or two", "late fee", 1, "$10.00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, err := x.Search(t.Context(), c.question, Wanted{PublicOnly: true, Limit: 1, PassageSize: c.size})
			if err != nil || len(found) != 1 {
				t.Fatalf("got %v, %v", found, err)
			}
			passage := found[0].Passage
			if !strings.Contains(found[0].Article.Body, passage) || !strings.Contains(passage, c.says) ||
				c.not != "" && strings.Contains(passage, c.not) || c.size > 0 && len(passage) > max(c.size, leastPassage) {
				t.Errorf("got %q (%d bytes)", passage, len(passage))
			}
		})
	}
}

// Whatever a body holds, its parts are of it, in order, and none is too long.
func FuzzPartsOf(f *testing.F) {
	f.Add("One. Two!\n\n- three\n- four\n\n1. five", 10)
	f.Add(strings.Repeat("é", 400), 161)
	f.Fuzz(func(t *testing.T, body string, size int) {
		size = max(size, leastPassage)
		from := 0
		for _, p := range partsOf(body, size) {
			if p.from < from || p.to <= p.from || p.to > len(body) || p.to-p.from > size {
				t.Errorf("part %v of %q", p, body)
			}
			from = p.to
		}
	})
}

func TestWhatAReviewerWroteDownIsAnswered(t *testing.T) {
	x := aurora(t, "en")
	for _, question := range []string{"how do i pay", "What if the power goes out?", "HOW DO I CANCEL"} {
		found, err := x.Search(t.Context(), question, Wanted{PublicOnly: true, Limit: 1, Threshold: 1})
		if err != nil || len(found) == 0 || !found[0].Answers {
			t.Errorf("%q: got %v, %v", question, found, err)
		}
	}
}
