package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	assistantv1 "github.com/parleyhq/parley/proto/gen/parley/assistant/v1"
	"github.com/parleyhq/parley/services/assistant"
	"github.com/parleyhq/parley/tools/platform"
	"google.golang.org/genproto/googleapis/type/date"
	"google.golang.org/genproto/googleapis/type/money"
	"google.golang.org/protobuf/encoding/protojson"
)

type understandCommand struct {
	Config string   `default:"deploy/demo/parley.yaml" type:"path" help:"Configuration; its intents are learnt, too."`
	JSON   bool     `help:"Print what AssistantService.Understand answers."`
	Text   []string `arg:"" help:"What a customer says."`
}

// Run learns the examples and shows what the text is taken to want. Nothing has to be running.
func (c *understandCommand) Run() error {
	cfg, err := platform.LoadConfig(c.Config)
	if err != nil {
		return err
	}
	understander, err := assistant.NewUnderstander(cfg.Assistant())
	if err != nil {
		return err
	}
	understood := understander.Understand(strings.Join(c.Text, " "), time.Now())
	if c.JSON {
		fmt.Println(protojson.MarshalOptions{Multiline: true}.Format(&assistantv1.UnderstandResponse{Understanding: understood}))
		return nil
	}
	return showUnderstanding(os.Stdout, understood)
}

// showUnderstanding writes one fact a line: what it is, what it is worth, and why.
func showUnderstanding(w io.Writer, u *assistantv1.Understanding) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(cells ...string) { _, _ = fmt.Fprintln(out, strings.Join(cells, "\t")) }
	line("intent", orNone(u.GetIntent()), score(u.GetScore()), because(u.GetEvidence()))
	for _, a := range u.GetAlternatives() {
		if a.GetScore() >= worthShowing {
			line("  or", a.GetIntent(), score(a.GetScore()))
		}
	}
	for _, wish := range u.GetWishes() {
		line("wish", wish.GetIntent(), score(wish.GetScore()), fmt.Sprintf("in %q", wish.GetText()))
	}
	for _, held := range u.GetHeldWishes() {
		line("not heard", held.GetIntent(), "", fmt.Sprintf("%s: %q", held.GetReason(), held.GetWords()))
	}
	for _, e := range u.GetEntities() {
		kind, value := entity(e)
		line(kind, value, "", fmt.Sprintf("in %q", e.GetText()))
	}
	for _, q := range u.GetQuoted() {
		line("quoted", "", "", fmt.Sprintf("%q", q))
	}
	return out.Flush()
}

// worthShowing is the least score of an alternative that tells a person something.
const worthShowing = 0.01

func orNone(intent string) string {
	if intent == "" {
		return "none"
	}
	return intent
}

func score(s float64) string { return fmt.Sprintf("%.2f", s) }

func because(evidence []string) string {
	quoted := make([]string, len(evidence))
	for i, words := range evidence {
		quoted[i] = fmt.Sprintf("%q", words)
	}
	if len(quoted) == 0 {
		return ""
	}
	return "because of " + strings.Join(quoted, ", ")
}

func entity(e *assistantv1.Entity) (kind, value string) {
	switch v := e.GetValue().(type) {
	case *assistantv1.Entity_Amount:
		return "amount", amount(v.Amount)
	case *assistantv1.Entity_Date:
		return "date", day(v.Date)
	case *assistantv1.Entity_CaseNumber:
		return "case", v.CaseNumber
	case *assistantv1.Entity_InvoiceNumber:
		return "invoice", v.InvoiceNumber
	}
	return "entity", ""
}

func amount(m *money.Money) string {
	return strings.TrimSpace(fmt.Sprintf("%d.%02d %s", m.GetUnits(), m.GetNanos()/10_000_000, m.GetCurrencyCode()))
}

func day(d *date.Date) string {
	switch {
	case d.GetMonth() == 0:
		return fmt.Sprintf("%04d", d.GetYear())
	case d.GetDay() == 0:
		return fmt.Sprintf("%04d-%02d", d.GetYear(), d.GetMonth())
	default:
		return fmt.Sprintf("%04d-%02d-%02d", d.GetYear(), d.GetMonth(), d.GetDay())
	}
}
