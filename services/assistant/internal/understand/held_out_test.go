package understand_test

import (
	"testing"

	"github.com/parleyhq/parley/services/assistant/intent/measure"
	"github.com/parleyhq/parley/services/assistant/internal/understand"
)

// The sentences of testdata/held_out*.jsonl are not examples. They have been looked at, and so guard against getting worse; how
// well strangers are understood they do not say. The English ones were written to be misheard, the
// Spanish ones want several things each.
func TestHeldOutSentences(t *testing.T) {
	for _, c := range []struct {
		name                 string
		u                    *understand.Understander
		file                 string
		accuracy, noneRecall float64
		// besides is in how many sentences a dispute is opened or withdrawn besides the main wish.
		besides int
	}{
		{"English", newEnglish(t), "testdata/held_out.jsonl", 0.95, 0.95, 0},
		{"Spanish", newSpanish(t), "testdata/held_out_es.jsonl", 0.62, 0.45, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			if invented := heldOut(t, c.u, c.file, c.accuracy, c.noneRecall); invented > c.besides {
				t.Errorf("a dispute was opened or withdrawn in %d sentences that do not want it", invented-c.besides)
			}
		})
	}
}

func heldOut(t *testing.T, u *understand.Understander, file string, accuracy, noneRecall float64) (invented int) {
	t.Helper()
	rows, err := measure.Read([]string{"none"}, file)
	if err != nil {
		t.Fatal(err)
	}
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
		if i.Name == "dispute.open" || i.Name == "dispute.withdraw" {
			invented += i.Invented
		}
	}
	for _, c := range report.Confusions {
		t.Logf("%d × %s heard as %s: %q", c.Count, c.Wanted, c.Heard, c.Text)
	}
	return invented
}
