// Package billing knows what customers were billed, and what is unusual about a bill.
//
// # What it owns
//
// Invoices, brought in from the tenant's own books, and the check of an invoice against the customer's earlier ones. Money
// is int64 in minor units inside and google.type.Money at the edge. What is written on an invoice is kept sealed under the
// customer's own key; amounts, dates and product codes are in clear.
//
// # RPCs
//
// parley.billing.v1.InvoiceService (proto/parley/billing/v1/invoice_service.proto):
//
//	ListInvoices    a customer's invoices, newest first
//	GetInvoice      one invoice
//	CheckInvoice    why is this bill not like the others? Product by product, to the cent
//	ImportInvoices  from the tenant's books; the same import again changes nothing
//
// Whoever calls on behalf of a customer sees that customer's invoices only. Another's is not there.
//
// # Events and calls
//
// It emits and consumes none, and calls no other service.
//
// # Where to read on
//
// Every service of Parley has this shape:
//
//	service.go               the object graph, written by hand, top to bottom
//	config.go                what an operator may choose
//	internal/invoice         the domain. Start with check.go: the answer to "why is my bill so high?"
//	                         store.go is the Store interface, invoicetest the contract that every store passes
//	internal/sqlstore        the store, in SQL for SQLite and PostgreSQL alike
//	internal/rpc             protobuf in, domain out, and back: convert.go, money.go
//
// To follow a question to its answer: adapters/whatsapp, services/context, services/assistant, and CheckInvoice here.
package billing
