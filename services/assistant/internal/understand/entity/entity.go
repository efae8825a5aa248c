// Package entity finds what a text names: amounts, days and months, case numbers, invoice numbers, and the line of an
// invoice that is meant. It reads words only: a number that is found here is what somebody wrote, and is good for finding
// a record, never for filling one.
package entity

import (
	"slices"

	"github.com/parleyhq/parley/services/assistant/internal/understand/pattern"
)

// Kind says what an entity is.
type Kind string

// The kinds.
const (
	KindAmount        Kind = "amount"
	KindDate          Kind = "date"
	KindCaseNumber    Kind = "case_number"
	KindInvoiceNumber Kind = "invoice_number"
)

// Entity is one thing that a text names.
type Entity struct {
	Kind Kind
	// Text as it stands in the message, from byte Start to End.
	Text       string
	Start, End int
	// Amount of KindAmount.
	Amount Amount
	// Date of KindDate.
	Date Date
	// Number of KindCaseNumber ("CL-123456") and KindInvoiceNumber ("AUR-2026-11"), in capitals, without spaces.
	Number string
}

// Amount is money as it was named.
type Amount struct {
	// Minor units: cents.
	Minor int64
	// Currency by ISO 4217; empty when none was stated. A bare "$" is USD.
	Currency string
}

// finders in the order in which they claim their part of the text: what reads like a case number is no amount.
var finders = []func(pattern.Text) []Entity{findCaseNumbers, findInvoiceNumbers, findAmounts, findDates}

// maxEntities of one text; what comes after is not looked for.
const maxEntities = 32

// Find the entities of a text, in its order. None overlap.
func Find(text string) []Entity {
	var all []Entity
	on := pattern.On(text)
	for _, find := range finders {
		for _, e := range find(on) {
			if len(all) < maxEntities && !slices.ContainsFunc(all, e.overlaps) {
				e.Text = text[e.Start:e.End]
				all = append(all, e)
			}
		}
	}
	slices.SortFunc(all, func(a, b Entity) int { return a.Start - b.Start })
	return all
}

func (e Entity) overlaps(other Entity) bool { return e.Start < other.End && other.Start < e.End }
