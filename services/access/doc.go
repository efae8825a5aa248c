// Package access knows who somebody is to Parley. Keys and their checking are the gateway's for now; here a key's holder
// learns as whom it acts.
//
// # Owns
//
// What there is to know about a tenant: its zone, locale, currency, and whether its vendors are a sandbox. It comes from the
// configuration.
//
// # RPCs
//
// parley.access.v1.AccessService: GetCaller.
//
// # Events and calls
//
// It emits and consumes none, and calls no other service.
package access
