package measure_test

import (
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parleyhq/parley/services/assistant/intent"
	"github.com/parleyhq/parley/services/assistant/intent/measure"
)

func TestRead(t *testing.T) {
	for name, c := range map[string]struct{ lines, wrong string }{
		"texts, other keys and empty lines": {`{"text":"a","intent":"x","bot":"b"}` + "\n\n" + `{"text":"b","intent":"oos"}`, ""},
		"several intents":                   {`{"text":"a","intents":["x","y"]}` + "\n" + `{"text":"b","intents":[]}`, ""},
		"a line that is not JSON":           {`{"text":"a","intent":"x"}` + "\nnope", "line 2"},
		"a line without an intent":          {`{"text":"a"}`, `line 1: it needs "text" and "intent"`},
		"nothing":                           {"\n", "no line has"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "data.jsonl")
			if err := os.WriteFile(path, []byte(c.lines), 0o600); err != nil {
				t.Fatal(err)
			}
			rows, err := measure.Read([]string{"oos"}, path)
			if c.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), c.wrong) {
					t.Errorf("Read = %v, want an error that says %s", err, c.wrong)
				}
				return
			}
			if err != nil || len(rows) != 2 || len(rows[0].Intents) == 0 || len(rows[1].Intents) != 0 {
				t.Errorf("Read = %v, %v", rows, err)
			}
		})
	}
	if _, err := measure.Read(nil, "nowhere.jsonl"); err == nil || !strings.Contains(err.Error(), "nowhere.jsonl") {
		t.Errorf("Read = %v, want an error that names the file", err)
	}
}

func TestReadUnzips(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.jsonl.gz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	if _, err := z.Write([]byte(`{"text":"a","intent":"x"}`)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if rows, err := measure.Read(nil, path); err != nil || len(rows) != 1 || rows[0].Text != "a" {
		t.Errorf("Read = %v, %v", rows, err)
	}
}

func TestReport(t *testing.T) {
	rows := []measure.Row{
		{Text: "why", Intents: []string{"bill"}},
		{Text: "dispute", Intents: []string{"dispute.open"}},
		{Text: "none heard", Intents: []string{"dispute.open"}},
		{Text: "both", Intents: []string{"bill", "person"}},
		{Text: "half of both", Intents: []string{"bill", "person"}},
		{Text: "chatter"},
		{Text: "chatter taken for a wish"},
	}
	heard := map[string]measure.Heard{
		"why":                      {Intent: "bill.why", All: []string{"thanks", "bill.why"}},
		"dispute":                  {Intent: "dispute.open", All: []string{"dispute.open"}},
		"both":                     {Intent: "bill.why", All: []string{"bill.why", "person"}},
		"half of both":             {Intent: "bill.why", All: []string{"bill.why"}},
		"chatter taken for a wish": {Intent: "dispute.open", All: []string{"dispute.open"}},
	}
	r := measure.Run(rows, func(text string) measure.Heard { return heard[text] })
	for what, c := range map[string]struct{ got, want float64 }{
		"accuracy":          {r.Accuracy(), 4.0 / 7},
		"accuracy in scope": {r.InScopeAccuracy(), 3.0 / 5},
		"recall of none":    {r.NoneRecall(), 1.0 / 2},
		"precision of none": {r.NonePrecision(), 1.0 / 2},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s = %.3f, want %.3f", what, c.got, c.want)
		}
	}
	for _, i := range r.Intents {
		if i.Name == "dispute.open" && (i.Precision() != 0.5 || i.Recall() != 0.5 || i.F1() != 0.5 || i.Invented != 1) {
			t.Errorf("dispute.open = %+v", i)
		}
		if i.Name == "thanks" && i.Invented != 1 {
			t.Errorf("thanks = %+v, want one that was not wanted", i)
		}
	}
	if len(r.Confusions) != 3 || r.Confusions[0].Text == "" {
		t.Errorf("confusions = %+v", r.Confusions)
	}
}

func TestCrossValidateHoldsOutWhatItJudges(t *testing.T) {
	var rows []measure.Row
	for _, colour := range []string{"red", "green", "blue", "black", "white", "pink"} {
		rows = append(rows,
			measure.Row{Text: "paint it " + colour, Intents: []string{"paint"}},
			measure.Row{Text: "where is the " + colour + " one", Intents: []string{"where"}})
	}
	report, _, err := measure.CrossValidate(rows, 3, intent.Options{})
	if err != nil || report.Rows != len(rows) || report.Accuracy() != 1 {
		t.Errorf("CrossValidate = %+v, %v", report, err)
	}
	if _, _, err := measure.CrossValidate(rows, 1, intent.Options{}); err == nil {
		t.Error("one fold holds nothing out, yet it was accepted")
	}
}
