package intent_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/parleyhq/parley/services/assistant/intent"
	"github.com/parleyhq/parley/services/assistant/intent/measure"
)

// publicSet is a public data set with what has to be reached on its development split.
type publicSet struct {
	name          string
	train, judged []string
	accuracy      float64 // in scope
	noneRecall    float64
}

// publicSets are there when PARLEY_TESTDATA names the folder of the public data.
func publicSets(t testing.TB) []publicSet {
	t.Helper()
	folder := os.Getenv("PARLEY_TESTDATA")
	if folder == "" {
		t.Log("PARLEY_TESTDATA is not set: nothing to measure")
		return nil
	}
	in := func(set string, files ...string) []string {
		var paths []string
		for _, f := range files {
			paths = append(paths, filepath.Join(folder, "intent", set, f+".jsonl"))
		}
		return paths
	}
	return []publicSet{
		{name: "BANKING77 valid", train: in("banking77", "train"), judged: in("banking77", "valid"), accuracy: 0.90},
		{name: "HWU64 valid", train: in("hwu64", "train"), judged: in("hwu64", "valid"), accuracy: 0.87},
		{
			name: "CLINC150 val + oos_val", train: in("clinc150", "train", "oos_train"), judged: in("clinc150", "val", "oos_val"),
			accuracy: 0.90, noneRecall: 0.70,
		},
	}
}

// hint3 sets are reported, not judged: they are small, and no goal is set.
var hint3 = []string{"curekart", "sofmattress", "powerplay11"}

func TestPublicDevelopmentSplits(t *testing.T) {
	for _, set := range publicSets(t) {
		t.Run(set.name, func(t *testing.T) {
			learnt, judged := read(t, set.train...), read(t, set.judged...)
			start := time.Now()
			model, err := intent.Train(measure.Examples(learnt), intent.Options{})
			if err != nil {
				t.Fatal(err)
			}
			learning := time.Since(start)
			report := measure.Run(judged, measure.Of(model))
			features, bytes := model.Size()
			t.Logf("accuracy %.4f, in scope %.4f, macro-F1 %.4f, none found %.2f; learnt in %.1f s; %d µs a text; %d features, %d MB",
				report.Accuracy(), report.InScopeAccuracy(), report.MacroF1(), report.NoneRecall(), learning.Seconds(),
				report.Each().Microseconds(), features, bytes>>20)
			if report.InScopeAccuracy() < set.accuracy || report.NoneRecall() < set.noneRecall {
				t.Errorf("accuracy in scope %.4f and recall of none %.2f, want %.2f and %.2f", report.InScopeAccuracy(),
					report.NoneRecall(), set.accuracy, set.noneRecall)
			}
		})
	}
}

func TestPublicSmallSetsByCrossValidation(t *testing.T) {
	if len(publicSets(t)) == 0 {
		return
	}
	for _, bot := range hint3 {
		t.Run("HINT3 "+bot, func(t *testing.T) {
			rows := read(t, filepath.Join(os.Getenv("PARLEY_TESTDATA"), "intent", "hint3", bot+"_train.jsonl"))
			report, learning, err := measure.CrossValidate(rows, 5, intent.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("accuracy %.4f, macro-F1 %.4f over five folds of %d texts; learnt five times in %.1f s",
				report.Accuracy(), report.MacroF1(), report.Rows, learning.Seconds())
		})
	}
}

func BenchmarkClassifyPublic(b *testing.B) {
	for _, set := range publicSets(b) {
		b.Run(set.name, func(b *testing.B) {
			model, err := intent.Train(measure.Examples(read(b, set.train...)), intent.Options{})
			if err != nil {
				b.Fatal(err)
			}
			judged := read(b, set.judged...)
			i := 0
			for b.Loop() {
				model.Classify(judged[i%len(judged)].Text)
				i++
			}
		})
	}
}

func read(t testing.TB, paths ...string) []measure.Row {
	t.Helper()
	rows, err := measure.Read(intent.DefaultNone(), paths...)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
