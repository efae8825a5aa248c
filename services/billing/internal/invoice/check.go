package invoice

import (
	"cmp"
	"slices"
)

// Check holds an invoice against the ones before it.
type Check struct {
	Invoice Invoice
	// Compared is how many earlier invoices there were. With none, nothing is usual and there is no finding.
	Compared   int
	UsualTotal int64
	// Difference is the total less the usual total: exactly the sum of the findings' differences.
	Difference int64
	Findings   []Finding // the largest difference first, whatever its sign
}

// FindingKind says how a product makes a difference.
type FindingKind int

const (
	// New is a product that no earlier invoice bills.
	New FindingKind = iota + 1
	// Higher is a product billed before, for less.
	Higher
	// Lower is a product billed before, for more.
	Lower
	// Gone is a product billed before and not now.
	Gone
)

// Finding is the difference that one product makes.
type Finding struct {
	Kind        FindingKind
	Product     string
	Description string // of the invoice; of the newest earlier one for a product that is gone
	Amount      int64
	Usual       int64
	Difference  int64    // Amount less Usual, never 0
	LineIDs     []string // lines of the invoice that bill the product
}

// Compare checks an invoice against earlier ones of the same customer and currency, given newest first.
//
// Usual is the mean over all the earlier invoices, those that do not bill the product included. The usual total is rounded
// half away from zero. The products' means are rounded so that they sum to it: all down first, then the missing units go
// one each to the products that lost most (largest remainder, also called Hamilton's method; of equal losses to the first
// by name). So no product's usual amount is a whole unit away from its mean, one that costs the same every month keeps
// exactly that, and every cent of the difference is found in one product.
func Compare(i Invoice, earlier []Invoice) Check {
	check := Check{Invoice: i, Compared: len(earlier)}
	if len(earlier) == 0 {
		return check
	}
	n := int64(len(earlier))
	var sum int64
	for _, e := range earlier {
		sum += e.Total
	}
	check.UsualTotal = roundedMean(sum, n)
	check.Difference = i.Total - check.UsualTotal
	products := tally(i, earlier)
	apportion(products, n, check.UsualTotal)
	for _, p := range products {
		if p.amount != p.usual {
			check.Findings = append(check.Findings, p.finding())
		}
	}
	slices.SortFunc(check.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(magnitude(b.Difference), magnitude(a.Difference)), cmp.Compare(a.Product, b.Product))
	})
	return check
}

// product is what is known of one product while it is compared.
type product struct {
	name        string
	description string
	lineIDs     []string
	amount      int64
	billed      bool  // before
	sum         int64 // of the earlier amounts
	usual       int64
}

// tally sums up each product, now and before, in the order of their names.
func tally(i Invoice, earlier []Invoice) []*product {
	products := map[string]*product{}
	seen := func(line Line) *product {
		p := products[line.Product]
		if p == nil {
			p = &product{name: line.Product, description: line.Description}
			products[line.Product] = p
		}
		return p
	}
	for _, line := range i.Lines {
		p := seen(line)
		p.amount += line.Amount
		p.lineIDs = append(p.lineIDs, line.ID)
	}
	for _, e := range earlier {
		for _, line := range e.Lines {
			p := seen(line)
			p.sum += line.Amount
			p.billed = true
		}
	}
	sorted := make([]*product, 0, len(products))
	for _, p := range products {
		sorted = append(sorted, p)
	}
	slices.SortFunc(sorted, func(a, b *product) int { return cmp.Compare(a.name, b.name) })
	return sorted
}

// apportion gives each product its usual amount, so that they sum to the total.
func apportion(products []*product, n, total int64) {
	missing := total
	for _, p := range products {
		p.usual = floorDiv(p.sum, n)
		missing -= p.usual
	}
	byLoss := slices.Clone(products)
	slices.SortStableFunc(byLoss, func(a, b *product) int {
		return cmp.Compare(b.sum-n*floorDiv(b.sum, n), a.sum-n*floorDiv(a.sum, n))
	})
	// Each loss is less than a unit, so that at least as many products lost something as units are missing.
	for _, p := range byLoss[:missing] {
		p.usual++
	}
}

func (p *product) finding() Finding {
	return Finding{
		Kind:        p.kind(),
		Product:     p.name,
		Description: p.description,
		Amount:      p.amount,
		Usual:       p.usual,
		Difference:  p.amount - p.usual,
		LineIDs:     p.lineIDs,
	}
}

func (p *product) kind() FindingKind {
	switch {
	case !p.billed:
		return New
	case len(p.lineIDs) == 0:
		return Gone
	case p.amount > p.usual:
		return Higher
	default:
		return Lower
	}
}

// floorDiv rounds down, n being positive.
func floorDiv(a, n int64) int64 {
	q := a / n
	if a%n < 0 {
		q--
	}
	return q
}

// roundedMean rounds half away from zero, n being positive.
func roundedMean(sum, n int64) int64 {
	q, r := sum/n, sum%n
	switch {
	case 2*r >= n:
		return q + 1
	case 2*r <= -n:
		return q - 1
	default:
		return q
	}
}

func magnitude(amount int64) int64 { return max(amount, -amount) }
