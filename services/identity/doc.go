// Package identity knows who somebody is: which customer writes, whatever channel they write on.
//
// # What it owns
//
// Customers and their handles: telephone numbers, e-mail addresses, WhatsApp ids, the customer's number in the tenant's
// books, visitors of its web site. And who of these turned out to be whom. A handle has one holder per tenant. Handles are
// compared in a normal form (internal/customer/phone.go has the rules that make a WhatsApp id and an SMS number of one person
// meet). Names and handles are kept sealed under the customer's own key and found by keyed hashes.
//
// Two people are one customer only when they share a handle, or when somebody with the right to do so links them. Two
// customers are never joined in passing.
//
// # RPCs
//
// parley.identity.v1.IdentityService (proto/parley/identity/v1/identity_service.proto):
//
//	ResolveCustomer  who holds this handle? With create (services and operators), also who is this new person
//	CreateCustomer   a customer from the tenant's books, once per request_id
//	GetCustomer      one customer; ListCustomers all of them
//	LinkHandle       one more handle for a customer
//	MergeCustomers   a visitor of the web site, with the customer who it turned out to be
//
// # Events and calls
//
// It emits and consumes none, and calls no other service.
//
// # Where to read on
//
//	service.go            the object graph
//	internal/customer     the domain: handles, resolving, the Store interface and its contract in customertest
//	internal/sqlstore     the store, in SQL
//	internal/rpc          protobuf in, domain out, and back
package identity
