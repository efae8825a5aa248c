// Package channel is the door between Parley and every vendor: the port that an adapter fills in, the inbox that keeps
// what a vendor sent, and the delivery runner that hands our messages to it.
//
// The way in (read in this order):
//
//	adapter.go      the port: what an adapter must be able to do
//	webhook.go      one HTTP request: bound, authenticate, parse, commit, answer 200
//	inbox.go        what was committed, per sender, recorded with ContextService.RecordEvents in order
//	lanes.go        fairness: senders take turns on a bounded number of workers
//
// The way out:
//
//	runner.go       a posted message becomes deliveries, sealed under the customer's key
//	attempt.go      one attempt: committed as sending before the vendor is called
//	reconcile.go    an attempt whose outcome is unknown is found out, never blindly sent again
//	state.go        the lattice of delivery states
//	status.go       what the vendor says afterwards, folded in
//	reporter.go     each change goes back to the timeline
//
// The interfaces InboxStore and DeliveryStore have one implementation, package channel/sqlstore, run by the contract
// of package channel/storetest on SQLite and PostgreSQL. Package channeltest is the contract of the port itself.
package channel
