// Package account reads the customer's own records for skills: their invoices, the charge that a message means, their
// dispute cases and how to tell of them. Every amount that a skill says or acts on comes from here, and here from billing.
package account
