// Package dispute opens a dispute of a charge, when the customer said yes to exactly that. Whoever asks for one without
// having been offered it is told the charge and the amount, and asked; only the yes moves money.
//
// The charge comes from the customer's own records and is read again before anything is done. An amount, an invoice or a
// case in the message that is not the one meant stops it: then the customer is asked, with the right one.
package dispute
