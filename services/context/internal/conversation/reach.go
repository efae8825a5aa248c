package conversation

// Reach is what a caller may touch: one tenant and, when the caller acts on behalf of a customer, only that customer.
type Reach struct {
	Tenant     string
	CustomerID string
}

// covers says whether the customer's things are within reach.
func (r Reach) covers(customerID string) bool {
	return r.CustomerID == "" || r.CustomerID == customerID
}
