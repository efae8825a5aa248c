// Package bill answers questions about a customer's own bill, the newest or the one that the message names: why it is high,
// what is usual, what it is made of, what is to be paid. Where a charge makes the bill higher than usual it offers to dispute
// it; the yes to that goes to the skill dispute.
//
// Every figure it says comes from InvoiceService.CheckInvoice, never from the message.
package bill
