package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/parleyhq/parley/services/assistant"
	"github.com/parleyhq/parley/services/assistant/intent"
	"github.com/parleyhq/parley/services/assistant/intent/measure"
	"github.com/parleyhq/parley/tools/platform"
)

type evalCommand struct {
	Intent    evalIntentCommand    `cmd:"" help:"How well intents are recognised, on labelled texts."`
	Knowledge evalKnowledgeCommand `cmd:"" help:"How well questions are answered from the articles, on labelled questions."`
}

type evalIntentCommand struct {
	Data       []string `required:"" type:"existingfile" help:"JSONL of {text, intent}, or {text, intents}; .gz too. More than one may be given."`
	Train      []string `type:"existingfile" help:"Learn from these files instead of judging what is shipped."`
	Folds      int      `help:"Cross-validate on the data itself, in so many parts."`
	None       []string `default:"none,oos,out_of_scope" help:"Names that mean none of the intents."`
	Config     string   `default:"deploy/demo/parley.yaml" type:"path" help:"Configuration whose intents are judged when nothing is trained."`
	Confusions int      `default:"10" help:"How many confusions to show."`
	Intents    bool     `help:"Show every intent, also when there are many."`
}

// Run classifies the data and prints how it went.
func (c *evalIntentCommand) Run() error {
	rows, err := measure.Read(c.None, c.Data...)
	if err != nil {
		return err
	}
	before := processorTime()
	report, learning, err := c.report(rows)
	if err != nil {
		return err
	}
	return c.show(os.Stdout, report, learning, processorTime()-before)
}

// processorTime that this process has used. A busy machine makes everything slower, but not this.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano())
}

func (c *evalIntentCommand) report(rows []measure.Row) (*measure.Report, time.Duration, error) {
	start := time.Now()
	switch {
	case c.Folds > 0 && len(c.Train) > 0:
		return nil, 0, fmt.Errorf("--folds trains on the data itself: leave out --train, or --folds")
	case c.Folds > 0:
		return measure.CrossValidate(rows, c.Folds, intent.Options{})
	case len(c.Train) > 0:
		learnt, err := measure.Read(c.None, c.Train...)
		if err != nil {
			return nil, 0, err
		}
		start = time.Now()
		model, err := intent.Train(measure.Examples(learnt), intent.Options{})
		if err != nil {
			return nil, 0, err
		}
		learning := time.Since(start)
		return measure.Run(rows, measure.Of(model)), learning, nil
	}
	cfg, err := platform.LoadConfig(c.Config)
	if err != nil {
		return nil, 0, err
	}
	understander, err := assistant.NewUnderstander(cfg.Assistant())
	if err != nil {
		return nil, 0, err
	}
	learning := time.Since(start)
	return measure.Run(rows, c.shipped(understander)), learning, nil
}

// shipped is how the assistant itself hears a text.
func (*evalIntentCommand) shipped(u *assistant.Understander) func(text string) measure.Heard {
	return func(text string) measure.Heard {
		understood := u.Understand(text, time.Time{})
		heard := measure.Heard{Intent: understood.GetIntent()}
		for _, wish := range understood.GetWishes() {
			heard.All = append(heard.All, wish.GetIntent())
		}
		return heard
	}
}

// manyIntents are too many to be shown unasked.
const manyIntents = 25

func (c *evalIntentCommand) show(w io.Writer, r *measure.Report, learning, processor time.Duration) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(cells ...string) { _, _ = fmt.Fprintln(out, strings.Join(cells, "\t")) }
	percent := func(share float64) string { return fmt.Sprintf("%.4f", share) }
	line("texts", fmt.Sprint(r.Rows))
	line("accuracy", percent(r.Accuracy()), fmt.Sprintf("%d right", r.Right))
	line("macro-F1", percent(r.MacroF1()))
	if r.None > 0 {
		line("in scope", percent(r.InScopeAccuracy()), fmt.Sprintf("%d of %d right", r.InScopeRight, r.InScope))
		line("none: recall", percent(r.NoneRecall()), fmt.Sprintf("%d of %d found", r.NoneFound, r.None))
		line("none: precision", percent(r.NonePrecision()), fmt.Sprintf("%d of %d right", r.NoneFound, r.NoneHeard))
	}
	line("learning", fmt.Sprintf("%.1f s", learning.Seconds()))
	line("a text", fmt.Sprintf("%d µs", r.Each().Microseconds()))
	line("processor", fmt.Sprintf("%.1f s", processor.Seconds()), "for all of it, on every core together")
	if len(r.Intents) <= manyIntents || c.Intents {
		line()
		line("intent", "wanted", "heard", "right", "precision", "recall", "heard unwanted")
		for _, i := range r.Intents {
			line(i.Name, fmt.Sprint(i.Wanted), fmt.Sprint(i.Heard), fmt.Sprint(i.Right), percent(i.Precision()), percent(i.Recall()),
				fmt.Sprint(i.Invented))
		}
	}
	if len(r.Confusions) > 0 && c.Confusions > 0 {
		line()
		line("times", "wanted", "heard", "such as")
		for _, each := range r.Confusions[:min(c.Confusions, len(r.Confusions))] {
			line(fmt.Sprint(each.Count), each.Wanted, each.Heard, fmt.Sprintf("%q", each.Text))
		}
	}
	return out.Flush()
}
