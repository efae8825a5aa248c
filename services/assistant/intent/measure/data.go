package measure

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/parleyhq/parley/services/assistant/intent"
)

// Row is one labelled text. Intents is empty for none.
type Row struct {
	Text    string
	Intents []string
}

// maxLine bounds a line of a data file, in bytes.
const maxLine = 1 << 20

// Read files of labelled texts. Intents named in none mean that there is none.
func Read(none []string, paths ...string) ([]Row, error) {
	var rows []Row
	for _, path := range paths {
		more, err := readFile(path, none)
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("read %s: no line has a text and an intent", strings.Join(paths, ", "))
	}
	return rows, nil
}

func readFile(path string, none []string) (rows []Row, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read labelled texts: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		row, err := parse(lines.Bytes(), none)
		if err != nil {
			return nil, fmt.Errorf("read %s, line %d: %w", path, n, err)
		}
		rows = append(rows, row)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return rows, nil
}

func parse(line []byte, none []string) (Row, error) {
	var object struct {
		Text    *string  `json:"text"`
		Intent  *string  `json:"intent"`
		Intents []string `json:"intents"`
	}
	if err := json.Unmarshal(line, &object); err != nil {
		return Row{}, err
	}
	if object.Text == nil || object.Intent == nil && object.Intents == nil {
		return Row{}, errors.New(`it needs "text" and "intent"`)
	}
	row := Row{Text: *object.Text, Intents: object.Intents}
	if object.Intent != nil && !slices.Contains(row.Intents, *object.Intent) {
		row.Intents = append(row.Intents, *object.Intent)
	}
	row.Intents = slices.DeleteFunc(row.Intents, func(name string) bool { return name == "" || slices.Contains(none, name) })
	return row, nil
}

// Examples to learn from: a text with several intents teaches each of them.
func Examples(rows []Row) []intent.Example {
	var all []intent.Example
	for _, r := range rows {
		if len(r.Intents) == 0 {
			all = append(all, intent.Example{Text: r.Text, Intent: None})
		}
		for _, name := range r.Intents {
			all = append(all, intent.Example{Text: r.Text, Intent: name})
		}
	}
	return all
}

// None is how none of the intents is written in a report.
const None = "none"

// Folds deals the rows into parts, each intent evenly: row i is held out in the part that it is given.
func Folds(rows []Row, parts int) []int {
	dealt := map[string]int{}
	fold := make([]int, len(rows))
	for i, r := range rows {
		key := strings.Join(r.Intents, " ")
		fold[i] = dealt[key] % parts
		dealt[key]++
	}
	return fold
}
