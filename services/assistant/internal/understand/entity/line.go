package entity

// Line is a line of an invoice that a text may mean.
type Line struct {
	ID          string
	Description string
	// Minor units; negative for a credit.
	Amount int64
}
