package understand_test

import (
	"testing"

	"github.com/parleyhq/parley/services/assistant/intent/measure"
)

// The sentences of testdata/held_out.jsonl are not examples. They were written to be misheard, have been looked at since,
// and so guard against getting worse; how well strangers are understood they do not say.
func TestHeldOutSentences(t *testing.T) {
	const accuracy, noneRecall = 0.95, 0.95
	rows, err := measure.Read([]string{"none"}, "testdata/held_out.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	u := newEnglish(t)
	report := measure.Run(rows, func(text string) measure.Heard {
		result := u.Understand(text)
		heard := measure.Heard{Intent: result.Intent}
		for _, w := range result.Wishes {
			heard.All = append(heard.All, w.Intent)
		}
		return heard
	})
	t.Logf("%d sentences: accuracy %.3f, macro-F1 %.3f, none found %.3f", report.Rows, report.Accuracy(), report.MacroF1(), report.NoneRecall())
	if report.Accuracy() < accuracy || report.NoneRecall() < noneRecall {
		t.Errorf("accuracy %.3f and recall of none %.3f, want %.2f and %.2f", report.Accuracy(), report.NoneRecall(), accuracy, noneRecall)
	}
	for _, i := range report.Intents {
		if (i.Name == "dispute.open" || i.Name == "dispute.withdraw") && i.Invented > 0 {
			t.Errorf("%s was heard in %d sentences that do not want it", i.Name, i.Invented)
		}
	}
	for _, c := range report.Confusions {
		t.Logf("%d × %s heard as %s: %q", c.Count, c.Wanted, c.Heard, c.Text)
	}
}
