package e2e_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

const (
	yesDispute = "yes please dispute it"
	anyNews    = "any news?"
	decision   = "The bundle was ordered with your PIN."
)

// TestTheDispute is the story to its end, in either order of channels and with either decision: to the cent on the next
// invoice and on the one after.
func TestTheDispute(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name         string
		first, other string
		outcome      string
		told         []string
		// On the invoice after the next, beside the usual $189.90.
		after []line
	}{
		{"from WhatsApp to SMS, upheld", "whatsapp", "sms", "OUTCOME_UPHOLD", []string{"in your favor", "stays yours"}, nil},
		{"from SMS to WhatsApp, upheld", "sms", "whatsapp", "OUTCOME_UPHOLD", []string{"in your favor", "stays yours"}, nil},
		{"from WhatsApp to SMS, rejected", "whatsapp", "sms", "OUTCOME_REJECT",
			[]string{"was rejected", decision, "will be taken back on your next bill"}, []line{{"dispute-reversal", 7000}}},
		{"from SMS to WhatsApp, rejected", "sms", "whatsapp", "OUTCOME_REJECT",
			[]string{"was rejected", decision, "will be taken back on your next bill"}, []line{{"dispute-reversal", 7000}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &story{up: start(t), t: t}
			s.says(c.first, whyHigh, "$259.90", "$189.90", "$70.00", payPerView, "dispute")
			s.opened(s.says(c.other, yesDispute, "$70.00", "provisional credit", payPerView))
			s.says(c.first, anyNews, s.number, "$70.00", s.due)
			s.issue(1, line{"dispute-credit", -7000})
			s.decide(c.outcome)
			s.told(append(c.told, s.number, "$70.00")...)
			s.issue(2, c.after...)
			s.booksAreRight()
		})
	}
}

// TestTheDisputeSurvivesBeingKilledAtEachStep kills `up` behind every step, at the moment in which it was accepted.
func TestTheDisputeSurvivesBeingKilledAtEachStep(t *testing.T) {
	t.Parallel()
	for name, outcome := range map[string]string{"upheld": "OUTCOME_UPHOLD", "rejected": "OUTCOME_REJECT"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &story{up: startPlain(t), t: t, kills: true}
			s.says("whatsapp", whyHigh, "$70.00", "dispute")
			s.opened(s.says("sms", yesDispute, "$70.00", "provisional credit"))
			s.says("whatsapp", anyNews, s.number, s.due)
			s.issue(1, line{"dispute-credit", -7000})
			s.decide(outcome)
			s.told(s.number, "$70.00")
			var after []line
			if outcome == "OUTCOME_REJECT" {
				after = []line{{"dispute-reversal", 7000}}
			}
			s.issue(2, after...)
			s.booksAreRight()
			s.toldOnceEach()
		})
	}
}

// TestTwoYesAtOnceOnTwoChannelsOpenOneDispute says yes by WhatsApp and SMS at the same moment.
func TestTwoYesAtOnceOnTwoChannelsOpenOneDispute(t *testing.T) {
	t.Parallel()
	s := &story{up: start(t), t: t}
	s.says("whatsapp", whyHigh, "$70.00", "dispute")
	done := make(chan int, 2)
	go func() {
		done <- s.postWhatsApp(whatsappSecret, whatsappText("wamid.yes", danielWA, yesDispute))
	}()
	go func() { done <- s.postTwilio(twilioToken, twilioText("SMyes", daniel, yesDispute)) }()
	for range 2 {
		if status := <-done; status != http.StatusOK {
			t.Fatalf("a webhook answered %d", status)
		}
	}
	s.reply(daniel, 3)
	s.opened(s.deliveries(daniel)[1].Text)
	for _, d := range s.deliveries(daniel)[1:] {
		mentions(t, d.Text, s.number, s.due)
	}
	s.issue(1, line{"dispute-credit", -7000})
	s.booksAreRight()
}

// line of an invoice: its product and amount in cents.
type line struct {
	product string
	cents   int
}

// story is told to one platform.
type story struct {
	*up
	t     *testing.T
	kills bool
	// said counts what the customer wrote.
	said int
	// The case, and the day of its decision as the customer reads it.
	number, due string
	dispute     dispute
}

type money struct {
	CurrencyCode string `json:"currencyCode"`
	Units        string `json:"units,omitempty"`
	Nanos        int    `json:"nanos,omitempty"`
}

func (m money) cents() int {
	units := 0
	_, _ = fmt.Sscan(m.Units, &units) // protojson leaves zero out
	return units*100 + m.Nanos/10_000_000
}

func dollars(cents int) money {
	return money{CurrencyCode: "USD", Units: fmt.Sprint(cents / 100), Nanos: cents % 100 * 10_000_000}
}

type dispute struct {
	ID, Number, State, Etag string
	Amount                  money
	DecisionDueDate         struct{ Year, Month, Day int }
}

// crash kills and restarts, if that is what the story is about.
func (s *story) crash() {
	if s.kills {
		s.kill()
		s.run()
	}
}

// says something by a channel; the process is killed at the 200. It answers the answer.
func (s *story) says(channel, text string, want ...string) string {
	s.t.Helper()
	s.said++
	already := len(s.ours())
	var status int
	if channel == "sms" {
		status = s.postTwilio(twilioToken, twilioText(fmt.Sprintf("SMdispute%d", s.said), daniel, text))
	} else {
		status = s.postWhatsApp(whatsappSecret, whatsappText(fmt.Sprintf("wamid.dispute.%d", s.said), danielWA, text))
	}
	if status != http.StatusOK {
		s.t.Fatalf("the webhook answered %d", status)
	}
	s.crash()
	return s.heard(already+1, want...)
}

// heard is the nth thing said to the customer, once the vendor has it.
func (s *story) heard(n int, want ...string) string {
	s.t.Helper()
	var told []message
	s.await(60*time.Second, fmt.Sprintf("the customer is told the %dth thing", n), func() bool {
		told = s.ours()
		return len(told) >= n && len(s.deliveriesOf(told[n-1].Text)) > 0
	})
	mentions(s.t, told[n-1].Text, want...)
	return told[n-1].Text
}

func (s *story) ours() (ours []message) {
	for _, m := range s.timeline(daniel) {
		if m.Direction == outbound {
			ours = append(ours, m)
		}
	}
	return ours
}

func (s *story) deliveriesOf(text string) (all []delivery) {
	for _, d := range s.deliveries(daniel) {
		if d.Text == text {
			all = append(all, d)
		}
	}
	return all
}

var caseNumber = regexp.MustCompile(`CL-\d+`)

// opened finds the case that the answer names, and holds the answer to its date.
func (s *story) opened(answer string) {
	s.t.Helper()
	s.finds(answer)
	d := s.dispute.DecisionDueDate
	s.due = time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC).Format("Monday, January 2")
	mentions(s.t, answer, s.due)
}

// finds the case that the answer names, by the API.
func (s *story) finds(answer string) {
	s.t.Helper()
	s.number = caseNumber.FindString(answer)
	var listed struct{ Disputes []dispute }
	s.call("parley.billing.v1.DisputeService/ListDisputes", map[string]any{"customerId": s.customer(daniel)}, &listed)
	if len(listed.Disputes) != 1 || listed.Disputes[0].Number != s.number || listed.Disputes[0].Amount.cents() != 7000 {
		s.t.Fatalf("after %q the disputes are %+v", answer, listed.Disputes)
	}
	s.dispute = listed.Disputes[0]
}

// decide as staff, through the API; asked twice with one request id, as a client does that was cut off.
func (s *story) decide(outcome string) {
	s.t.Helper()
	request := map[string]any{
		"requestId": uuid.NewString(), "disputeId": s.dispute.ID, "etag": s.dispute.Etag, "outcome": outcome, "reason": decision,
	}
	for range 2 {
		if status := s.call("parley.billing.v1.DisputeService/ResolveDispute", request, nil); status != http.StatusOK {
			s.t.Fatalf("ResolveDispute answered %d", status)
		}
		s.crash()
	}
}

// told waits for the news.
func (s *story) told(want ...string) {
	s.t.Helper()
	s.heard(s.said+1, want...)
}

// issue the customer's bill of so many months ahead: what is usual, and the lines that disputes add.
func (s *story) issue(ahead int, adjustments ...line) {
	s.t.Helper()
	month := time.Now().AddDate(0, 0, 1-time.Now().Day()).AddDate(0, ahead, 0)
	day := func(d int) map[string]int {
		return map[string]int{"year": month.Year(), "month": int(month.Month()), "day": d}
	}
	request := map[string]any{
		"requestId": uuid.NewString(), "customerId": s.customer(daniel),
		"invoice": map[string]any{
			"number":          fmt.Sprintf("AUR-NEXT-%d", ahead),
			"periodStartDate": day(1), "issueDate": day(1), "dueDate": day(21), "total": dollars(18990),
			"lines": []map[string]any{{"id": "1", "product": "plan", "description": "Everything as usual", "amount": dollars(18990)}},
		},
	}
	var issued struct {
		Invoice struct {
			ID    string
			Total money
			Lines []struct {
				Product string
				Amount  money
			}
		}
	}
	for range 2 {
		if status := s.call("parley.billing.v1.InvoiceService/IssueInvoice", request, &issued); status != http.StatusOK {
			s.t.Fatalf("IssueInvoice answered %d", status)
		}
		s.crash()
	}
	want := append([]line{{"plan", 18990}}, adjustments...)
	var got []line
	sum := 0
	for _, l := range issued.Invoice.Lines {
		got = append(got, line{l.Product, l.Amount.cents()})
	}
	for _, l := range want {
		sum += l.cents
	}
	if total := issued.Invoice.Total.cents(); fmt.Sprint(got) != fmt.Sprint(want) || total != sum {
		s.t.Errorf("the bill %d months ahead is %v, in all %d; want %v, %d", ahead, got, total, want, sum)
	}
}

// booksAreRight reconciles the ledger.
func (s *story) booksAreRight() {
	s.t.Helper()
	var reconciled struct {
		Report struct{ DisputeCount, MismatchCount string }
	}
	s.call("parley.billing.v1.DisputeService/ReconcileLedger", map[string]any{}, &reconciled)
	if reconciled.Report.DisputeCount != "1" || reconciled.Report.MismatchCount != "" && reconciled.Report.MismatchCount != "0" {
		s.t.Errorf("the ledger says %+v", reconciled.Report)
	}
}

// toldOnceEach holds the timeline to one answer for each message, and one piece of news; and the vendors to one delivery of
// each, but for what they were asked again because the first answer was cut off.
func (s *story) toldOnceEach() {
	s.t.Helper()
	answered := map[string]int{}
	for _, m := range s.ours() {
		answered[m.InReplyTo]++
		if texts := s.deliveriesOf(m.Text); len(texts) == 0 {
			s.t.Errorf("%q was not delivered", m.Text)
		}
	}
	if len(answered) != s.said+1 {
		s.t.Errorf("answers to %v, want one to each of %d messages and one without", answered, s.said)
	}
	for id, n := range answered {
		if n != 1 {
			s.t.Errorf("%d answers to %q", n, id)
		}
	}
	if opened := strings.Count(fmt.Sprint(s.ours()), "Done: I have disputed"); opened != 1 {
		s.t.Errorf("the customer was told %d times that a dispute was opened", opened)
	}
}
