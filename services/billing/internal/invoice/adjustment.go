package invoice

import "time"

// AdjustmentKind says what an adjustment is. The numbers are stored, and those of the proto.
type AdjustmentKind int

// The kinds. The zero kind adjusts nothing.
const (
	// Credit is a provisional credit.
	Credit AdjustmentKind = iota + 1
	// Reversal takes a provisional credit back.
	Reversal
)

// Products of the lines that adjustments become. Lines of these products are not disputed: a dispute's own money would go
// round and round.
const (
	CreditProduct   = "dispute-credit"
	ReversalProduct = "dispute-reversal"
)

func (k AdjustmentKind) String() string {
	switch k {
	case Credit:
		return "credit"
	case Reversal:
		return "reversal"
	default:
		return "nothing"
	}
}

// Adjustment is an amount that a dispute has the customer's next invoice carry, as a line of its own.
type Adjustment struct {
	Kind          AdjustmentKind
	CustomerID    string
	DisputeID     string
	DisputeNumber string
	Currency      string
	Amount        int64 // below zero for a credit
	CreateTime    time.Time
}

// Adjust makes the adjustment of a kind, of an amount above zero.
func Adjust(kind AdjustmentKind, customerID, disputeID, number, currency string, amount int64, now time.Time) Adjustment {
	if kind == Credit {
		amount = -amount
	}
	return Adjustment{
		Kind: kind, CustomerID: customerID, DisputeID: disputeID, DisputeNumber: number,
		Currency: currency, Amount: amount, CreateTime: now,
	}
}

// Reference is unique per tenant: a dispute has one credit and one reversal.
func (a Adjustment) Reference() string { return Reference(a.DisputeID, a.Kind) }

// Reference of the adjustment of a dispute.
func Reference(disputeID string, kind AdjustmentKind) string { return disputeID + "/" + kind.String() }

// Line is the adjustment as it stands on an invoice. Its id is unique per tenant, too.
func (a Adjustment) Line() Line {
	product, description := CreditProduct, "Provisional credit, case "+a.DisputeNumber
	if a.Kind == Reversal {
		product, description = ReversalProduct, "Reversal of provisional credit, case "+a.DisputeNumber
	}
	return Line{ID: a.DisputeNumber + "-" + a.Kind.String(), Product: product, Description: description, Amount: a.Amount}
}

// Same says whether both ask for the same, whenever they came.
func (a Adjustment) Same(other Adjustment) bool {
	a.CreateTime = other.CreateTime
	return a == other
}
