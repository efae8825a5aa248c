// Package billing knows what customers were billed and what is unusual about a bill, and acts on a customer's word against
// it: it opens disputes, gives and takes back provisional credits, and can prove every cent of them.
//
// # What it owns
//
// Invoices, brought in from the tenant's own books or issued here; the check of an invoice against the customer's earlier
// ones; disputes and their audit trails; the double-entry ledger of dispute credits; the adjustments that the next invoices
// carry for them; the business-day clock. Money is int64 in minor units inside and google.type.Money at the edge. What is
// written on an invoice or said about a dispute is kept sealed under the customer's own key; amounts, dates, states and
// product codes are in clear.
//
// # RPCs
//
// parley.billing.v1.InvoiceService (proto/parley/billing/v1/invoice_service.proto):
//
//	ListInvoices        a customer's invoices, newest first
//	GetInvoice          one invoice
//	CheckInvoice        why is this bill not like the others? Product by product, to the cent
//	ImportInvoices      from the tenant's books; the same import again changes nothing
//	PreviewNextInvoice  the adjustments that a customer's next invoice will carry
//	IssueInvoice        the next invoice, with them; each adjustment is billed exactly once
//
// parley.billing.v1.DisputeService (proto/parley/billing/v1/dispute_service.proto):
//
//	OpenDispute         lines of an invoice; the amount is the invoice's, never the caller's
//	GetDispute          by id or case number, with its trail; ListDisputes, the first due first
//	ResolveDispute      staff uphold or reject; never a service, never on behalf of a customer
//	WithdrawDispute     the customer, or staff
//	ListLedgerEntries   what was posted; every page sums to zero
//	ReconcileLedger     holds states, trails, ledger, adjustments and invoices against each other
//
// Whoever calls on behalf of a customer sees that customer's invoices and disputes only. Another's is not there.
//
// # The rules of a dispute
//
// internal/dispute/transitions.md, one page: from which state, by which event, who may, only if, to which state, and what it
// does to the money. It is rendered from the table that the service runs, internal/dispute/transitions.go.
//
// One transaction holds all of a transition: the state, the step of the trail, the ledger, the adjustment, the timers, the
// request id and the event. Unique constraints say "once" a second time: one dispute a line, one provisional credit a
// dispute, and one end to it.
//
// # Events and calls
//
// It emits, on the BILLING stream, numbered per customer: DisputeOpened, DisputeReminderDue, DisputeOverdue, DisputeDecided,
// DisputeWithdrawn (proto/parley/events/v1/billing_events.proto). It consumes none, and calls no other service.
//
// # Where to read on
//
// Every service of Parley has this shape:
//
//	service.go               the object graph, written by hand, top to bottom
//	config.go                what an operator may choose
//	internal/invoice         the domain of bills. Start with check.go: the answer to "why is my bill so high?"
//	                         books.go is the invoice port, which a tenant's own billing system may implement,
//	                         store.go the Store interface; invoicetest is the contract of both
//	internal/dispute         the domain of disputes. Start with transitions.go, then desk.go, which runs it.
//	                         store.go is the Store interface, disputetest the contract that every store passes
//	internal/ledger          accounts, and what is debited and credited
//	internal/audit           the reconciliation
//	internal/calendar        days, business days, and when a day begins
//	internal/sqlstore        the stores, in SQL for SQLite and PostgreSQL alike
//	internal/events          the envelopes
//	internal/rpc             protobuf in, domain out, and back: convert.go, convert_dispute.go, money.go, errors.go
//
// To follow a question to its answer: adapters/whatsapp, services/context, services/assistant, and CheckInvoice here. To
// follow a dispute: OpenDispute in internal/rpc/dispute_service.go, internal/dispute/open.go, and desk.go.
package billing
