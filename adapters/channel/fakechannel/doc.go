// Package fakechannel is an adapter for a vendor that does not exist, and the vendor: for tests of what stands behind the
// port. It passes the contract of every adapter, so that those tests prove something about real ones.
//
// On its wire a webhook is a JSON array of events with an HMAC in X-Fake-Signature, a message is POST /messages, and
// GET /messages?ref= looks one up.
package fakechannel
