package customer

import (
	_ "embed"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

//go:embed testdata/examples.csv
var examples string

// A line as its country's numbering plan has it today is taken, and none of the rules changes it.
func TestNumbersOfManyCountriesStayAsTheyAre(t *testing.T) {
	rows := readCSV(t, examples)
	if len(rows) == 0 {
		t.Fatal("no examples")
	}
	for _, row := range rows {
		expectUnchanged(t, row[1]+" "+row[2], "+"+row[0]+row[3])
	}
}

// The same for all kinds of lines that libphonenumber publishes, where the public data are at hand.
func TestPublishedNumbersStayAsTheyAre(t *testing.T) {
	root := os.Getenv("PARLEY_TESTDATA")
	if root == "" {
		return
	}
	files, err := filepath.Glob(filepath.Join(root, "phone", "libphonenumber", "*", "examples.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples below %s: %v", root, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		code := filepath.Base(filepath.Dir(file))
		for _, row := range readCSV(t, string(content))[1:] {
			number := "+" + code + strings.Trim(strings.TrimSpace(row[2]), `"`)
			if number == "+13101234" {
				continue // Canada's 310 numbers have seven digits and are dialled within Canada only
			}
			expectUnchanged(t, strings.Join(row[:2], " "), number)
		}
	}
}

func readCSV(t *testing.T, content string) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(content))
	r.Comma, r.Comment, r.LazyQuotes = ';', '#', true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func expectUnchanged(t *testing.T, what, number string) {
	t.Helper()
	h, err := NewHandle(Phone, number)
	if err != nil || h.Value != number {
		t.Errorf("%s: %s became %q, %v", what, number, h.Value, err)
	}
}
