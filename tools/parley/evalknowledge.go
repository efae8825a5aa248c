package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/parleyhq/parley/services/knowledge"
	"github.com/parleyhq/parley/tools/platform"
)

type evalKnowledgeCommand struct {
	Data     []string `required:"" type:"existingfile" help:"JSONL of {text, article}, and {language} when it is not English; article is a key, empty when none answers."`
	Config   string   `default:"deploy/demo/parley.yaml" type:"path" help:"Configuration whose articles are searched."`
	Mistakes bool     `help:"Show each question that was not answered as it should be."`
}

// asking is one line of the data.
type asking struct {
	Text     string `json:"text"`
	Article  string `json:"article"`
	Language string `json:"language"`
}

// Run asks every question of the articles, and prints how it went. Nothing has to be running.
func (c *evalKnowledgeCommand) Run(ctx context.Context) error {
	cfg, err := platform.LoadConfig(c.Config)
	if err != nil {
		return err
	}
	documents, err := knowledge.Documents(os.DirFS(cfg.Knowledge))
	if err != nil {
		return err
	}
	trial, err := knowledge.NewTrial(knowledge.Default(), cfg.Tenant.Name, documents)
	if err != nil {
		return err
	}
	report, err := c.ask(ctx, trial)
	if err := errors.Join(err, trial.Close()); err != nil {
		return err
	}
	return report.show(os.Stdout, c.Mistakes)
}

func (c *evalKnowledgeCommand) ask(ctx context.Context, trial *knowledge.Trial) (*knowledgeReport, error) {
	report := &knowledgeReport{}
	for _, path := range c.Data {
		if err := readAskings(path, func(a asking) error {
			if a.Article != "" && !trial.Has(a.Article) {
				return fmt.Errorf("article: customers are answered from none called %q", a.Article)
			}
			found, err := trial.Search(ctx, a.Language, a.Text, withinThree)
			if err == nil {
				report.count(a, found)
			}
			return err
		}); err != nil {
			return nil, err
		}
	}
	return report, nil
}

// readAskings of a file. Errors name the line.
func readAskings(path string, each func(asking) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	lines := bufio.NewScanner(file)
	for line := 1; lines.Scan(); line++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		a := asking{Language: "en"}
		err := json.Unmarshal(lines.Bytes(), &a)
		if err == nil {
			err = each(a)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", path, line, err)
		}
	}
	return lines.Err()
}

const withinThree = 3

// knowledgeReport counts questions.
type knowledgeReport struct {
	covered, first, three, right, wrong int
	uncovered, answered                 int
	mistakes                            []string
}

func (r *knowledgeReport) count(a asking, found knowledge.Found) {
	best := ""
	if len(found.Keys) > 0 {
		best = found.Keys[0]
	}
	if a.Article == "" {
		r.uncovered++
	} else {
		r.covered++
	}
	for at, key := range found.Keys {
		if key == a.Article && at == 0 {
			r.first++
		}
		if key == a.Article {
			r.three++
		}
	}
	switch {
	case found.Answers && a.Article == "":
		r.answered++
	case found.Answers && best == a.Article:
		r.right++
	case found.Answers:
		r.wrong++
	}
	if best != a.Article && (found.Answers || a.Article != "") {
		r.mistakes = append(r.mistakes, fmt.Sprintf("%s\t%s\t%v\t%q", orNone(a.Article), strings.Join(found.Keys, ", "), found.Answers, a.Text))
	}
}

func (r *knowledgeReport) show(w io.Writer, mistakes bool) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(cells ...string) { _, _ = fmt.Fprintln(out, strings.Join(cells, "\t")) }
	share := func(name string, part, of int) {
		line(name, fmt.Sprintf("%.3f", float64(part)/float64(max(1, of))), fmt.Sprintf("%d of %d", part, of))
	}
	share("hit@1", r.first, r.covered)
	share("hit@3", r.three, r.covered)
	share("answered right", r.right, r.covered)
	share("answered wrong", r.wrong, r.covered)
	share("uncovered, answered", r.answered, r.uncovered)
	if mistakes {
		line()
		line("wanted", "found", "answered", "question")
		for _, each := range r.mistakes {
			line(each)
		}
	}
	return out.Flush()
}
