package demo

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/parleyhq/parley/services/billing"
)

const demoFolder = "../../deploy/demo"

// fact of facts.yaml.
type fact struct {
	What     string            `yaml:"what"`
	Amount   *Cents            `yaml:"amount"`
	Says     map[string]string `yaml:"says"`
	Articles []string          `yaml:"articles"`
}

// wording of the fact in a language.
func (f fact) wording(language string) string {
	if f.Amount != nil {
		return dollars(*f.Amount)
	}
	return f.Says[language]
}

func dollars(c Cents) string { return fmt.Sprintf("$%d.%02d", c/100, c%100) }

func facts(t *testing.T) []fact {
	t.Helper()
	var file struct {
		Facts []fact `yaml:"facts"`
	}
	if err := decode(os.DirFS(demoFolder), "facts.yaml", &file); err != nil {
		t.Fatal(err)
	}
	return file.Facts
}

// articles by language and key: what stands below the front matter, its lines joined.
func articles(t *testing.T) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{"en": {}, "es": {}}
	for language, byKey := range all {
		files, err := filepath.Glob(filepath.Join(demoFolder, "knowledge", language, "*.md"))
		if err != nil || len(files) == 0 {
			t.Fatalf("find the articles in %s: %d, %v", language, len(files), err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, body, _ := strings.Cut(string(raw), "\n---\n")
			byKey[strings.TrimSuffix(filepath.Base(file), ".md")] = strings.Join(strings.Fields(body), " ")
		}
	}
	return all
}

func TestArticlesSayTheFacts(t *testing.T) {
	all := articles(t)
	for _, f := range facts(t) {
		for language, byKey := range all {
			for _, key := range f.Articles {
				if want := f.wording(language); want == "" || !strings.Contains(byKey[key], want) {
					t.Errorf("%s: %s/%s.md does not say %q", f.What, language, key, want)
				}
			}
		}
	}
}

var (
	amounts = regexp.MustCompile(`\$\d+(?:\.\d\d)?`)
	shares  = regexp.MustCompile(`\d+ ?(?:percent|por ciento|%)`)
	numbers = regexp.MustCompile(`\d+(?:[.,:]\d+)*`)
)

func TestArticlesSayNoAmountThatIsNoFact(t *testing.T) {
	c := aurora(t)
	var known []string
	for _, f := range facts(t) {
		known = append(known, f.wording("en"), f.wording("es"))
	}
	for _, p := range c.Products {
		if price := p.price(); price != nil {
			known = append(known, dollars(*price))
		}
	}
	for _, p := range c.Plans {
		known = append(known, dollars(monthly(c, p)))
	}
	for language, byKey := range articles(t) {
		for key, body := range byKey {
			for _, said := range slices.Concat(amounts.FindAllString(body, -1), shares.FindAllString(body, -1)) {
				if !slices.Contains(known, said) {
					t.Errorf("%s/%s.md says %s, which is no price and no fact", language, key, said)
				}
			}
		}
	}
}

// monthly price of a plan.
func monthly(c *Company, plan Plan) (sum Cents) {
	for _, code := range plan.Products {
		sum += *c.product(code).Monthly
	}
	return sum
}

func TestThePricesOfPlansAreThoseThatAreBilled(t *testing.T) {
	c := aurora(t)
	for language, byKey := range articles(t) {
		lines := strings.Split(byKey["plans-and-prices"], "- ")
		for _, plan := range c.Plans {
			at := slices.IndexFunc(lines, func(line string) bool {
				return strings.HasPrefix(strings.ToLower(line), strings.ToLower(plan.Name)+":")
			})
			if at < 0 || !strings.Contains(lines[at], dollars(monthly(c, plan))) {
				t.Errorf("%s: %s is not told for %s", language, plan.Name, dollars(monthly(c, plan)))
			}
		}
	}
}

func TestArticlesSayTheSameNumbersInBothLanguages(t *testing.T) {
	all := articles(t)
	for key, english := range all["en"] {
		said := func(body string) []string { return slices.Sorted(slices.Values(numbers.FindAllString(body, -1))) }
		if en, es := said(english), said(all["es"][key]); !slices.Equal(en, es) {
			t.Errorf("%s: English says %v, Spanish %v", key, en, es)
		}
	}
}

func TestBillsAreAsTheArticlesSay(t *testing.T) {
	c, all := aurora(t), articles(t)
	for language, byKey := range all {
		for key, day := range map[string]int{"billing-cycle": c.Billing.IssueDay, "late-fee": c.Billing.DueDay, "autopay": c.Billing.DueDay} {
			if !slices.ContainsFunc(numbers.FindAllString(byKey[key], -1), func(n string) bool { return n == fmt.Sprint(day) }) {
				t.Errorf("%s/%s.md does not name the day %d", language, key, day)
			}
		}
	}
	if days := billing.Default().BusinessDays; days != 10 {
		t.Errorf("disputes are decided in %d business days; facts.yaml says ten", days)
	}
	named := map[string]Cents{}
	for _, f := range facts(t) {
		if f.Amount != nil {
			named[f.What] = *f.Amount
		}
	}
	for _, bill := range c.Billing.Bills {
		for _, e := range bill.Exceptions {
			switch {
			case e.Product == "outage-credit" && *e.Amount%named["credit for each full day of an outage"] != 0:
				t.Errorf("%s got %d cents for an outage, which are no full days", bill.Customer, *e.Amount)
			case e.Product == "goodwill" && -*e.Amount > named["goodwill of a supervisor in twelve months"]:
				t.Errorf("%s got %d cents of goodwill, more than anybody may give", bill.Customer, *e.Amount)
			}
		}
	}
}

func TestAddressesAreThoseOfTheAccounts(t *testing.T) {
	configuration, err := os.ReadFile(filepath.Join(demoFolder, "parley.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for language, byKey := range articles(t) {
		for _, address := range []string{"+1 212 555 0109", "+1 212 555 0100", "care@aurora.example"} {
			if !strings.Contains(byKey["contact"], address) || !strings.Contains(string(configuration), strings.ReplaceAll(address, " ", "")) {
				t.Errorf("%s: %s is not that of an account, or not told", language, address)
			}
		}
	}
}
