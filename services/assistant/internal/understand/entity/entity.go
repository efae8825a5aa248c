// Package entity finds what a text names: amounts, days and months, case numbers, invoice numbers, and the line of an
// invoice that is meant. It reads words only: a number that is found here is what somebody wrote, and is good for finding
// a record, never for filling one.
package entity

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

// Find the entities of a text, in its order.
func Find(string) []Entity { return nil }
