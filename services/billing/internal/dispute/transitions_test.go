package dispute

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
)

const pageFile = "transitions.md"

// TestPage holds transitions.md against the table. With -write it renders it anew.
func TestPage(t *testing.T) {
	page := render(Transitions)
	if *write {
		if err := os.WriteFile(pageFile, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(pageFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(kept) != page {
		t.Errorf("%s is not as the table says: `go test ./services/billing/internal/dispute -run Page -write`", pageFile)
	}
}

var write = flag.Bool("write", false, "render "+pageFile+" anew")

// Whatever has no row does not happen, whoever asks for it; and no pair of state and event has two rows.
func TestWhatHasNoRuleDoesNotHappen(t *testing.T) {
	allowed := map[string]string{
		"nothing open": "OPEN", "OPEN remind": "OPEN", "OPEN deadline": "OVERDUE",
		"OPEN uphold": "UPHELD", "OPEN reject": "REJECTED", "OPEN withdraw": "WITHDRAWN",
		"OVERDUE uphold": "UPHELD", "OVERDUE reject": "REJECTED", "OVERDUE withdraw": "WITHDRAWN",
	}
	for state := Nothing; state <= Withdrawn; state++ {
		for event := Opening; event <= Withdrawal; event++ {
			name := state.String() + " " + event.String()
			found, err := rule(state, event)
			if want, ok := allowed[name]; ok {
				if err != nil || found.To.String() != want {
					t.Errorf("%s: leads to %s (%v), want %s", name, found.To, err, want)
				}
				continue
			}
			var closed *ClosedError
			if !errors.As(err, &closed) || closed.State != state {
				t.Errorf("%s: got %v, %v", name, found, err)
			}
		}
	}
	if len(Transitions) != len(allowed) {
		t.Errorf("%d rows for %d pairs of state and event", len(Transitions), len(allowed))
	}
}

// The money of every way through the table: a credit first, and at the end it is permanent or reversed, or still given.
func TestEveryWayMovesTheMoneyOnce(t *testing.T) {
	var walk func(state State, money []string, reminded bool)
	ways := 0
	walk = func(state State, money []string, reminded bool) {
		ways++
		want := map[State]string{
			Nothing: "", Open: "provisional credit+credit", Overdue: "provisional credit+credit",
			Upheld:    "provisional credit+credit credit made permanent+nothing",
			Rejected:  "provisional credit+credit credit reversed+reversal",
			Withdrawn: "provisional credit+credit credit reversed+reversal",
		}[state]
		if got := strings.Join(money, " "); got != want {
			t.Errorf("%s has the money %q, want %q", state, got, want)
		}
		for _, next := range Transitions {
			if next.From != state || next.Event == Reminder && reminded {
				continue
			}
			moved := money
			if next.Ledger != 0 || next.Bill != 0 {
				moved = append(append([]string{}, money...), next.Ledger.String()+"+"+next.Bill.String())
			}
			walk(next.To, moved, reminded || next.Event == Reminder)
		}
	}
	walk(Nothing, nil, false)
	if ways < 10 {
		t.Errorf("only %d ways were walked", ways)
	}
}

// Staff decide, the clock ticks, and only the customer or staff open and withdraw.
func TestWhoMayDoWhat(t *testing.T) {
	want := map[Event]string{
		Opening: "customer, staff", Reminder: "clock", Deadline: "clock",
		Upholding: "staff", Rejecting: "staff", Withdrawal: "customer, staff",
	}
	for _, row := range Transitions {
		if got := actors(row.By); got != want[row.Event] {
			t.Errorf("%s: by %s, want %s", row.Event, got, want[row.Event])
		}
	}
}

func render(rows []Transition) string {
	var b strings.Builder
	b.WriteString(`# What may happen to a dispute

Rendered from the table in [transitions.go](transitions.go), which the service runs. Do not edit this page: change the table,
then run ` + "`go test ./services/billing/internal/dispute -run Page -write`" + `.

Find the state that the dispute is in, then what happens to it. What has no row does not happen: the caller is told
DISPUTE_CLOSED. Everything in a row happens in one transaction, or nothing of it, and is one more step of the dispute's trail:
who, when, for whom and how well known.

| from | event | by | only if | clock | to | ledger | next bill |
|---|---|---|---|---|---|---|---|
`)
	for _, t := range rows {
		fmt.Fprintf(&b, "| %s | [%s](#%s) | %s | %s | %s | %s | %s | %s |\n", from(t.From), t.Event, anchor(t), actors(t.By),
			t.Guard.Name, t.Clock.String(), t.To, kindName(t.Ledger), bill(t.Bill))
	}
	b.WriteString(`
The day of the reminder, the due date and its end are of the tenant's zone and calendar. What the clock should have done is
done before anything else is done or told: no answer depends on how late a timer is.
`)
	for _, t := range rows {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", title(t), t.Why)
		for _, part := range []struct{ name, says string }{
			{"By", actors(t.By)},
			{"Only if", t.Guard.Says},
			{"Clock", t.Clock.String()},
			{"Ledger", posting(t.Ledger)},
			{"Next bill", bill(t.Bill)},
			{"Lines", t.Lines.String()},
			{"Told on the bus", t.Tells.String()},
		} {
			if part.says != "" {
				fmt.Fprintf(&b, "- %s: %s\n", part.name, part.says)
			}
		}
	}
	return b.String()
}

func title(t Transition) string {
	if t.From == Nothing {
		return t.Event.String()
	}
	return t.From.String() + " " + t.Event.String()
}

func anchor(t Transition) string { return strings.ToLower(strings.ReplaceAll(title(t), " ", "-")) }

func from(s State) string {
	if s == Nothing {
		return "(new)"
	}
	return s.String()
}

func actors(by []Actor) string {
	names := make([]string, len(by))
	for at, a := range by {
		names[at] = a.String()
	}
	return strings.Join(names, ", ")
}

func posting(k ledger.Kind) string {
	if k == 0 {
		return ""
	}
	debit, credit := k.Sides()
	return fmt.Sprintf("%s: debit %s, credit %s", k, debit, credit)
}

func kindName(k ledger.Kind) string {
	if k == 0 {
		return ""
	}
	return k.String()
}

func bill(k invoice.AdjustmentKind) string {
	switch k {
	case invoice.Credit:
		return "- amount, as " + invoice.CreditProduct
	case invoice.Reversal:
		return "+ amount, as " + invoice.ReversalProduct
	default:
		return ""
	}
}
