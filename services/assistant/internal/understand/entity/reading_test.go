package entity_test

import (
	"strings"
	"testing"

	"github.com/parleyhq/parley/services/assistant/internal/understand/entity"
	"github.com/parleyhq/parley/services/assistant/languages"
)

func spanish(t testing.TB) *entity.Reading {
	t.Helper()
	set, err := languages.Load("")
	if err != nil {
		t.Fatal(err)
	}
	l, _, err := set.Of("es")
	if err != nil {
		t.Fatal(err)
	}
	phrases, err := l.Reading()
	if err != nil {
		t.Fatal(err)
	}
	r, err := entity.NewReading(phrases)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFindInSpanish(t *testing.T) {
	for text, want := range map[string]string{
		"los 70 dólares":                       "amount 70.00 USD",
		"70 dolares y 50 centavos":             "amount 70.50 USD",
		"$70,00":                               "amount 70.00 USD",
		"el cargo de $70":                      "amount 70.00 USD",
		"setenta dólares":                      "amount 70.00 USD",
		"setenta y cinco dólares":              "amount 75.00 USD",
		"doscientos cincuenta y nueve dólares": "amount 259.00 USD",
		"de 189,90 a 259,90":                   "amount 189.90; amount 259.90",
		"ayer":                                 "date 2026-03-13",
		"anteayer":                             "date 2026-03-12",
		"hace diez días":                       "date 2026-03-04",
		"hace dos semanas":                     "date 2026-02-28",
		"hace una semana":                      "date 2026-03-07",
		"el mes pasado":                        "date 2026-02-00",
		"este mes":                             "date 2026-03-00",
		"el 3 de noviembre":                    "date 2025-11-03",
		"el 3 de noviembre de 2024":            "date 2024-11-03",
		"la factura de noviembre":              "date 2025-11-00",
		"marzo":                                "date 2026-03-00",
		"CL-12345678":                          "case_number CL-12345678",
		"mi caso número 12345678":              "case_number CL-12345678",
		"el reclamo 123456":                    "case_number CL-123456",
		"factura AUR-2026-11-0001":             "invoice_number AUR-2026-11-0001",
		"llámame al 555 0101":                  "",
		"tengo 3 cajas y 100 megas":            "",
		"por qué está tan alta":                "",
	} {
		t.Run(text, func(t *testing.T) {
			found := spanish(t).Find(text)
			if got := told(found, now(t)); got != want {
				t.Errorf("Find(%q) = %s, want %s", text, got, want)
			}
			for _, e := range found {
				if e.Text != text[e.Start:e.End] || !strings.Contains(text, e.Text) {
					t.Errorf("%+v does not stand in its place", e)
				}
			}
		})
	}
}

func TestALineIsMeantInSpanish(t *testing.T) {
	lines := []entity.Line{
		{ID: "internet", Description: "Internet 500", Amount: 7000}, {ID: "ppv", Description: "Pay-per-view bundle", Amount: 7100},
		{ID: "latino", Description: "Latino channels", Amount: 1000}, {ID: "late", Description: "Late payment fee", Amount: 500},
	}
	for text, want := range map[string]string{
		"las películas": "ppv", "la pelea esa": "ppv", "el pago por evento": "ppv", "ese pay-per-view": "ppv",
		"los canales latinos": "latino", "el segundo": "ppv", "el último cargo": "late", "el de 10 dólares": "latino", "no sé cuál": "",
	} {
		t.Run(text, func(t *testing.T) {
			if got, _ := spanish(t).FindLine(text, lines); got.ID != want {
				t.Errorf("FindLine(%q) = %q, want %q", text, got.ID, want)
			}
		})
	}
}

func TestAReadingThatLosesItsNumber(t *testing.T) {
	if _, err := entity.NewReading(map[string]string{"hace {n} días": "days ago"}); err == nil {
		t.Error("a phrase whose number is lost was accepted")
	}
}

func FuzzReading(f *testing.F) {
	r := spanish(f)
	for _, text := range []string{"hace dos semanas, 70 dólares", "el día 5 de mayo", "\xff$\x001 y un", "ñandú sesenta y"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := 0
		for _, e := range r.Find(text) {
			if e.Start < end || e.End > len(text) || e.Text != text[e.Start:e.End] || e.Text == "" {
				t.Errorf("%+v does not stand in its place", e)
			}
			end = e.End
		}
	})
}
