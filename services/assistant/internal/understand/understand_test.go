package understand_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/parleyhq/parley/services/assistant/internal/understand"
	"github.com/parleyhq/parley/services/assistant/languages"
)

// english learns once for all tests.
var english = sync.OnceValues(func() (*understand.Understander, error) { return learnt("en", "") })

// spanish, too.
var spanish = sync.OnceValues(func() (*understand.Understander, error) { return learnt("es", "") })

func newSpanish(t testing.TB) *understand.Understander {
	t.Helper()
	u, err := spanish()
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// shipped are the languages as they are shipped, read once for all tests.
var shipped = sync.OnceValues(func() (*languages.Set, error) { return languages.Load("") })

// learnt understands the language, with what the folder adds to it.
func learnt(code, folder string) (*understand.Understander, error) {
	set, err := shipped()
	if err != nil {
		return nil, err
	}
	l, _, err := set.Of(code)
	if err != nil {
		return nil, err
	}
	return understand.New(understand.Config{Language: l, Folder: folder})
}

func newEnglish(t testing.TB) *understand.Understander {
	t.Helper()
	u, err := english()
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestEnglish(t *testing.T) {
	for text, want := range map[string]string{
		"Why is my bill so high this month?":              "bill.why",
		"why's my bill so HIGH":                           "bill.why",
		"My invoice went up, what happened":               "bill.why",
		"you charged me too much":                         "bill.why",
		"How come I'm paying more than last month?":       "bill.why",
		"don't you agree it's too high?":                  "bill.why",
		"and how much is usual for me?":                   "bill.usual",
		"What do I usually pay?":                          "bill.usual",
		"what's my average bill":                          "bill.usual",
		"What's on my bill?":                              "bill.lines",
		"can I get a breakdown of the charges":            "bill.lines",
		"what am I paying for":                            "bill.lines",
		"How much is my bill?":                            "bill.amount",
		"how much do I owe":                               "bill.amount",
		"I never ordered that":                            "dispute.open",
		"i NEVR orderd that 😡😡":                           "dispute.open",
		"no, I never ordered that":                        "dispute.open",
		"did you get my dispute?":                         "dispute.status",
		"any news?":                                       "dispute.status",
		"my son owned up, so cancel the dispute":          "dispute.withdraw",
		"yes":                                             "agree",
		"Yes please, dispute it!":                         "agree",
		"yeah go ahead":                                   "agree",
		"ok do it then":                                   "agree",
		"👍":                                               "agree",
		"no":                                              "refuse",
		"No, don't dispute it":                            "refuse",
		"no thanks, leave it":                             "refuse",
		"not now":                                         "refuse",
		"I don't want to dispute":                         "refuse",
		"let me talk to a human being":                    "person",
		"Hi!":                                             "greeting",
		"thank you":                                       "thanks",
		"yes but my internet is slow":                     "",
		"I have no internet since yesterday":              "",
		"cancel my subscription":                          "",
		"My neighbour said: yes, they dispute everything": "",
		"":                     "",
		"no me llega la señal": "",
		"is the usual technician coming on Monday":           "",
		"normally I would not write but the router is smoky": "",
	} {
		t.Run(text, func(t *testing.T) {
			if got := newEnglish(t).Understand(text); got.Intent != want {
				t.Errorf("Understand(%q) = %q because of %q, want %q", text, got.Intent, got.Evidence, want)
			}
		})
	}
}

func TestADisputeIsOpenedOnlyAsAsked(t *testing.T) {
	for name, text := range map[string]string{
		"refused":                         "no, don't dispute it",
		"refused at length":               "Thank you for the offer, but I really do not want to dispute that charge.",
		"supposed":                        "what happens if I dispute it?",
		"asked for advice":                "should I dispute it?",
		"thought about":                   "I am thinking about disputing that",
		"not sure":                        "maybe my son ordered it, I don't know if we ordered that",
		"somebody else's":                 "my neighbour disputed his",
		"somebody else's words":           "my wife said dispute it",
		"quoted":                          "my wife wrote: 'dispute it'",
		"quoted without a verb":           `what does "dispute it" mean`,
		"forwarded":                       "Fwd: please dispute the charge, I never ordered that",
		"a mail's quoted lines":           "> dispute it\n> I never ordered that",
		"below a mail":                    "Hello\n\nOn Mon, Mar 3, 2026 at 10:00 AM Ann <ann@example.com> wrote:\nplease dispute it",
		"an exported chat":                "[03.04.26, 10:12:01] Ann: I never ordered that, dispute it",
		"done before":                     "I disputed that last week",
		"asked about":                     "how does a dispute work?",
		"refused and denied in one":       "I never ordered it but please don't dispute it",
		"withdrawn":                       "please cancel my dispute, I did order it",
		"ordering something":              "I want to order the fight",
		"a refund of something else":      "I want a refund for the days without internet",
		"something else that never came":  "I ordered a router and never got it",
		"a quarrel with somebody else":    "I have a dispute with my landlord",
		"what the company promised":       "you said you would dispute it for me",
		"a condition":                     "if I never ordered it, do I have to pay?",
		"the colleague's recommendation":  "your colleague told me to dispute it",
		"a rule":                          "how long do I have to dispute a charge?",
		"somebody's denial in their name": "my sister never ordered that either",
	} {
		t.Run(name, func(t *testing.T) {
			if got := newEnglish(t).Understand(text); got.Wants("dispute.open") {
				t.Errorf("Understand(%q) wants dispute.open: %+v", text, got.Wishes)
			}
		})
	}
}

func TestADisputeIsOpenedOnlyAsAskedInSpanish(t *testing.T) {
	for name, text := range map[string]string{
		"refused":                       "no, no lo disputes",
		"refused with another verb":     "no la reclames",
		"refused at length":             "Gracias por la oferta, pero de verdad no quiero disputar ese cargo.",
		"supposed":                      "¿qué pasa si lo disputo?",
		"supposed, without signs":       "y si lo disputo que pasa",
		"asked for advice":              "¿debería disputarlo?",
		"thought about":                 "estoy pensando en disputarlo",
		"perhaps":                       "a lo mejor lo reclamo más adelante",
		"not sure":                      "no sé si lo compró mi hijo o no",
		"somebody else's":               "mi vecina disputó el suyo",
		"somebody else's words":         "mi esposa dice que lo dispute",
		"quoted":                        "mi hermano escribió: «dispútelo»",
		"in quotation marks":            "¿qué significa «quiero disputar»?",
		"forwarded":                     "RV: por favor disputen el cargo, yo nunca pedí eso",
		"below a mail":                  "Hola\n\nEl lun, 3 mar 2026 a las 10:00, Ana <ana@example.com> escribió:\npor favor disputen el cargo",
		"asked about":                   "¿cómo funciona una disputa?",
		"done before":                   "ya lo disputé la semana pasada",
		"withdrawn":                     "cancelen mi disputa, sí lo había pedido yo",
		"a quarrel with somebody else":  "tengo una disputa con mi casero",
		"what the company promised":     "ustedes me dijeron que iban a quitar el cargo",
		"a rule":                        "cuánto tiempo tengo para disputar un cargo", //nolint:misspell // Spanish
		"somebody's denial in her name": "mi hermana tampoco pidió eso",
		"something else is refunded":    "quiero un descuento por los días sin internet",
	} {
		t.Run(name, func(t *testing.T) {
			if got := newSpanish(t).Understand(text); got.Wants("dispute.open") {
				t.Errorf("Understand(%q) wants dispute.open: %+v", text, got.Wishes)
			}
		})
	}
}

func TestSpanish(t *testing.T) {
	for text, want := range map[string]string{
		"¿Por qué está tan alta mi factura?": "bill.why",
		"xq me llego tan caro":               "bill.why",
		"y qué es lo normal para mí":         "bill.usual",
		"el desglose por favor":              "bill.lines",
		"mi saldo":                           "bill.amount",
		"yo nunca pedí eso":                  "dispute.open",
		"¡Dispútelo!":                        "dispute.open",
		"devuélvanme mi dinero":              "dispute.open",
		"¿qué pasó con mi queja?":            "dispute.status",
		"¿alguna novedad?":                   "dispute.status",
		"mi hijo confesó, retire el caso":    "dispute.withdraw",
		"sí":                                 "agree",
		"si":                                 "agree",
		"dale":                               "agree",
		"y":                                  "",
		"no, gracias":                        "refuse",
		"supervisor por favor":               "person",
		"buenos días":                        "greeting",
		"mil gracias":                        "thanks",
		"sí pero mi internet está lento":     "",
		"no me llega la señal":               "",
		"quiero cancelar el servicio":        "",
	} {
		t.Run(text, func(t *testing.T) {
			if got := newSpanish(t).Understand(text); got.Intent != want {
				t.Errorf("Understand(%q) = %q because of %q, want %q", text, got.Intent, got.Evidence, want)
			}
		})
	}
}

func TestSeveralWishesInOneMessage(t *testing.T) {
	for text, want := range map[string]string{
		"thanks, and also why is my bill so high? and talk to a person": "thanks bill.why person",
		"Hi! How much do I owe and when is it due?":                     "greeting bill.amount",
		"yes, and why is it so high?":                                   "agree bill.why",
		"ok and what do I normally pay?":                                "bill.usual",
		"yes but why is it so high":                                     "bill.why",
		"Hello. I never ordered that bundle! Let me talk to somebody.":  "greeting dispute.open person",
		"any news on my dispute? also what's on my bill":                "dispute.status bill.lines",
		"no thanks. I want a person":                                    "refuse person",
	} {
		t.Run(text, func(t *testing.T) {
			var got []string
			for _, w := range newEnglish(t).Understand(text).Wishes {
				got = append(got, w.Intent)
			}
			if all := strings.Join(got, " "); all != want {
				t.Errorf("Understand(%q) wants %s, want %s", text, all, want)
			}
		})
	}
}

func TestWhatIsQuotedIsShownAndCountsForNothing(t *testing.T) {
	for name, c := range map[string]struct{ text, quoted, intent string }{
		"a mail's quoted lines":     {"why is my bill so high\n> dispute it\n> please", "> dispute it\n> please", "bill.why"},
		"words behind a colon":      {"thanks\nmy wife wrote: dispute it", "dispute it", "thanks"},
		"curly quotation marks":     {"she said “dispute it”. any news on my case?", "“dispute it”", "dispute.status"},
		"apostrophes quote nothing": {"I don't think it's right, why's my bill so high", "", "bill.why"},
		"a name on the bill":        {`why is "Pay-per-view bundle" on my bill`, `"Pay-per-view bundle"`, "bill.why"},
	} {
		t.Run(name, func(t *testing.T) {
			got := newEnglish(t).Understand(c.text)
			if strings.Join(got.Quoted, "|") != c.quoted || got.Intent != c.intent {
				t.Errorf("Understand = %q, quoted %q; want %q, quoted %q", got.Intent, got.Quoted, c.intent, c.quoted)
			}
			if len(got.Own) != len(c.text) {
				t.Errorf("own is %d bytes, the text %d", len(got.Own), len(c.text))
			}
		})
	}
}

func TestWhatIsHeldBackSaysWhy(t *testing.T) {
	got := newEnglish(t).Understand("my wife said dispute it")
	for _, held := range got.Held {
		if held.Intent == "dispute.open" && (held.Guard != "reported" || !strings.Contains(held.Words, "wife said")) {
			t.Errorf("held back as %+v", held)
		}
	}
}

func FuzzUnderstand(f *testing.F) {
	u := newEnglish(f)
	f.Add("Why is my bill so high this month?")
	f.Add("\x00\xff \u200b I'm’ “x” 'y' > z\n>")
	f.Add("no, yes! but. and; or\n\n-- \nFwd: it's “that” thing…?!")
	f.Fuzz(func(t *testing.T, text string) {
		first, again := u.Understand(text), u.Understand(text)
		if first.Intent != again.Intent || first.Score != again.Score {
			t.Errorf("the same text gave %v, then %v", first, again)
		}
		if !(first.Score >= 0 && first.Score <= 1) {
			t.Errorf("score %v is not between 0 and 1", first.Score)
		}
	})
}

// BenchmarkLearn is most of what a start takes.
func BenchmarkLearn(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := learnt("en", ""); err != nil {
			b.Fatal(err)
		}
	}
}
