package entity_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/parleyhq/parley/services/assistant/internal/understand/entity"
)

// now is Saturday, 14 March 2026, late in the evening in New York: the next day in Greenwich.
func now(t testing.TB) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 3, 14, 23, 30, 0, 0, zone)
}

// told writes what was found as a person would: `amount 70.00 USD; date 2026-03-04; case CL-123456`.
func told(entities []entity.Entity, at time.Time) string {
	var all []string
	for _, e := range entities {
		switch e.Kind {
		case entity.KindAmount:
			all = append(all, strings.TrimSpace(fmt.Sprintf("amount %d.%02d %s", e.Amount.Minor/100, e.Amount.Minor%100, e.Amount.Currency)))
		case entity.KindDate:
			d := e.Date.On(at)
			all = append(all, fmt.Sprintf("date %d-%02d-%02d", d.Year, d.Month, d.Day))
		default:
			all = append(all, string(e.Kind)+" "+e.Number)
		}
	}
	return strings.Join(all, "; ")
}

func TestFind(t *testing.T) {
	for text, want := range map[string]string{
		"the $70 charge":                         "amount 70.00 USD",
		"70 bucks":                               "amount 70.00 USD",
		"70 dollars?":                            "amount 70.00 USD",
		"70$":                                    "amount 70.00 USD",
		"seventy dollars":                        "amount 70.00 USD",
		"70.00":                                  "amount 70.00",
		"USD 70":                                 "amount 70.00 USD",
		"70 USD":                                 "amount 70.00 USD",
		"$1,259.90!":                             "amount 1259.90 USD",
		"1.259,90 €":                             "amount 1259.90 EUR",
		"£12.5":                                  "amount 12.50 GBP",
		"a hundred bucks":                        "amount 100.00 USD",
		"two hundred and fifty-nine dollars":     "amount 259.00 USD",
		"two hundred dollars and ninety cents":   "amount 200.90 USD",
		"70 dollars and 50 cents":                "amount 70.50 USD",
		"99 cents":                               "amount 0.99",
		"from 189.90 to 259.90":                  "amount 189.90; amount 259.90",
		"a 70-dollar charge":                     "amount 70.00 USD",
		"100 mbit, 3 boxes, 50% off, 20 minutes": "",
		"call me on 555 0101 or +1 212 555 0101": "",
		"it is 10:30":                            "",
		"version 1.2.34":                         "",
		"last month":                             "date 2026-02-00",
		"this month":                             "date 2026-03-00",
		"the month before last":                  "date 2026-01-00",
		"four months ago":                        "date 2025-11-00",
		"last year":                              "date 2025-00-00",
		"March":                                  "date 2026-03-00",
		"in april":                               "date 2025-04-00",
		"in May":                                 "date 2025-05-00",
		"since Nov":                              "date 2025-11-00",
		"November 2024":                          "date 2024-11-00",
		"3/4":                                    "date 2026-03-04",
		"25/12":                                  "date 2025-12-25",
		"12/25/24":                               "date 2024-12-25",
		"2026-02-03":                             "date 2026-02-03",
		"3.2.2026":                               "date 2026-02-03",
		"March 4th":                              "date 2026-03-04",
		"March 20":                               "date 2025-03-20",
		"the 4th of March":                       "date 2026-03-04",
		"4 Mar 2025":                             "date 2025-03-04",
		"feb 29":                                 "date 2024-02-29",
		"feb 30":                                 "",
		"on the 5th":                             "date 2026-03-05",
		"the 20th":                               "date 2026-02-20",
		"the 31st":                               "date 2026-01-31",
		"the 2nd one":                            "",
		"yesterday":                              "date 2026-03-13",
		"the day before yesterday":               "date 2026-03-12",
		"ten days ago":                           "date 2026-03-04",
		"two weeks ago":                          "date 2026-02-28",
		"today":                                  "date 2026-03-14",
		"13/13":                                  "",
		"2026-13-40":                             "",
		"CL-12345678":                            "case_number CL-12345678",
		"cl 123456":                              "case_number CL-123456",
		"cl123456":                               "case_number CL-123456",
		"case 123456":                            "case_number CL-123456",
		"my case number is #123456":              "case_number CL-123456",
		"dispute no. 123456":                     "case_number CL-123456",
		"clue 123456":                            "",
		"AUR-0001-202611":                        "invoice_number AUR-0001-202611",
		"invoice aur-0001-202611":                "invoice_number AUR-0001-202611",
		"bill number 20261100":                   "invoice_number 20261100",
		"my bill was $259.90":                    "amount 259.90 USD",
		"CL-123456: $70 on the 5th, invoice AUR-1122": "case_number CL-123456; amount 70.00 USD; date 2026-03-05; invoice_number AUR-1122",
	} {
		t.Run(text, func(t *testing.T) {
			if got := told(entity.Find(text), now(t)); got != want {
				t.Errorf("Find(%q) = %q, want %q", text, got, want)
			}
		})
	}
}

func TestTheEndOfTheMonthAndOfTheYear(t *testing.T) {
	for said, want := range map[string]string{"last month": "date 2025-12-00", "on the 31st": "date 2025-12-31", "January": "date 2026-01-00", "December": "date 2025-12-00"} {
		if got := told(entity.Find(said), time.Date(2026, 1, 30, 12, 0, 0, 0, time.UTC)); got != want {
			t.Errorf("%q on 30 January is %q, want %q", said, got, want)
		}
	}
}

func TestFindLine(t *testing.T) {
	lines := []entity.Line{
		{ID: "1", Description: "TV Max, 220 channels", Amount: 8490},
		{ID: "2", Description: "Internet 500 Mbit/s", Amount: 6500},
		{ID: "3", Description: "Home phone line", Amount: 2000},
		{ID: "4", Description: "Calls", Amount: 2000},
		{ID: "5", Description: "Pay-per-view bundle", Amount: 7000},
		{ID: "6", Description: "Technician visit", Amount: 6000},
		{ID: "7", Description: "Late payment fee", Amount: 1000},
		{ID: "8", Description: "Credit for an outage", Amount: -1500},
	}
	for text, want := range map[string]string{
		"the pay-per-view":            "5",
		"PPV":                         "5",
		"I never ordered that bundle": "5",
		"the movies thing":            "5",
		"that boxing fight":           "5",
		"that $70 one":                "5",
		"that 70 one":                 "5",
		"seventy dollars":             "5",
		"the bundel":                  "5",
		"the fifth one":               "5",
		"item 6":                      "6",
		"the technican":               "6",
		"no engineer ever came":       "6",
		"the late fee":                "7",
		"your overdue penalty":        "7",
		"my landline":                 "3",
		"the calls for 20 dollars":    "4",
		"the internet":                "2",
		"the tv":                      "1",
		"the last one":                "8",
		"the $15 credit":              "8",
		"20 dollars":                  "", // two lines have that amount
		"that one":                    "",
		"why is my bill so high":      "",
		"the ninety-ninth":            "",
		"":                            "",
	} {
		t.Run(text, func(t *testing.T) {
			if got, ok := entity.FindLine(text, lines); got.ID != want || ok != (want != "") {
				t.Errorf("FindLine(%q) = %q, %v; want %q", text, got.Description, ok, want)
			}
		})
	}
	if _, ok := entity.FindLine("the movies", nil); ok {
		t.Error("a line was found where there is none")
	}
}

func FuzzFind(f *testing.F) {
	for _, text := range []string{"$70 on 3/4, CL-123456", "70.000.000.000,00 €", "the 31st of feb", "99999999999999999999 dollars", "one hundred thousand thousand bucks", "\xff$\x001", "İ5th"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, e := range entity.Find(text) {
			if e.Start < end || e.End > len(text) || e.Text != text[e.Start:e.End] || e.Text == "" {
				t.Errorf("%+v does not stand in its place", e)
			}
			end = e.End
			if e.Amount.Minor < 0 {
				t.Errorf("%q is negative: %d", e.Text, e.Amount.Minor)
			}
			if d := e.Date.On(now(t)); e.Kind == entity.KindDate && (d.Year == 0 || d.Month < 0 || d.Month > 12 || d.Day < 0 || d.Day > 31) {
				t.Errorf("%q is %+v", e.Text, d)
			}
		}
		entity.FindLine(text, []entity.Line{{ID: "1", Description: text, Amount: 7000}, {ID: "2", Description: "Pay-per-view", Amount: 1}})
	})
}
