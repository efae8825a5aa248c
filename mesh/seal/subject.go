package seal

// Subject is somebody or something with a data key of its own.
type Subject struct{ kind, id string }

// Customer is the subject of a customer's id.
func Customer(id string) Subject { return Subject{kind: "customer", id: id} }

// Account is the subject of a channel account: it seals what came in before its customer is known.
func Account(name string) Subject { return Subject{kind: "account", id: name} }

// Tenant is the subject of what belongs to a tenant and to no customer.
func Tenant(name string) Subject { return Subject{kind: "tenant", id: name} }

// String names the subject in the store and in errors: `customer/customer_01h2...`.
func (s Subject) String() string { return s.kind + "/" + s.id }
