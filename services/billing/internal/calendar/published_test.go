package calendar

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// known says why we and date-holidays differ about a working day of the week; empty when we should not.
func known(country string, d Date) string {
	switch {
	case country == "US" && d.Month == time.November && (d.Day == 10 || d.Day == 12):
		return "Veterans Day on a weekend is observed beside it (5 U.S.C. 6103); the data do not say so"
	case country == "GB" && d.Month == time.August:
		return "the summer bank holiday is England's, which the data have as a region"
	case country == "GB" && d == Date{2022, 9, 19}:
		return "a funeral, proclaimed for one year"
	case country == "DE" && d == Date{2017, 10, 31}:
		return "Reformation Day, in all of Germany for one year"
	case country == "BR" && d.noon().Weekday() == time.Tuesday && (d.Month == time.February || d.Month == time.March):
		return "carnival: banks are closed, the law leaves it to states"
	case country == "BR" && d.noon().Weekday() == time.Thursday && (d.Month == time.May || d.Month == time.June):
		return "Corpus Christi: banks are closed, the law leaves it to states"
	default:
		return ""
	}
}

// date-holidays (https://github.com/commenthol/date-holidays) counts the days by rules of its own. The file is where
// PARLEY_TESTDATA says; the fixture of calendar_test.go needs none.
func TestDaysAsPublished(t *testing.T) {
	root := os.Getenv("PARLEY_TESTDATA")
	if root == "" {
		return
	}
	for _, country := range []string{"US", "GB", "DE", "BR"} {
		t.Run(country, func(t *testing.T) {
			off := publishedHolidays(t, filepath.Join(root, "calendar/date_holidays/expected", country+".jsonl"), country)
			c := calendarOf(t, country, "UTC")
			for d := (Date{2015, 1, 1}); d.Year < 2030; d = d.AddDays(1) {
				if weekday := d.noon().Weekday(); weekday == time.Saturday || weekday == time.Sunday {
					continue
				}
				if worked := c.Worked(d); worked == off[d.String()] && known(country, d) == "" {
					t.Errorf("%v: worked is %v, published as off is %v", d, worked, off[d.String()])
				}
			}
		})
	}
}

func publishedHolidays(t *testing.T, file, country string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("PARLEY_TESTDATA is set and holds no holidays: %v", err)
	}
	off := map[string]bool{}
	for line := range bytes.Lines(text) {
		var day struct{ Calendar, Date, Type string }
		if err := json.Unmarshal(line, &day); err != nil {
			t.Fatal(err)
		}
		if day.Calendar == country && day.Type == "public" {
			off[day.Date[:len(time.DateOnly)]] = true
		}
	}
	return off
}
