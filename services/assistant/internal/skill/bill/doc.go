// Package bill answers questions about a customer's own newest bill: why it is high, what is usual, what it is made of,
// what is to be paid. Where a charge makes the bill higher than usual it offers to dispute it; a yes to that offer is kept
// as an open request for a person.
//
// Every figure it says comes from InvoiceService.CheckInvoice, never from the message.
package bill
