// Package delivery is the way out: a posted message becomes rows of a table, and each row is handed to the vendor once.
//
//	runner.go     the object graph: lanes per recipient, workers per account, and who reports
//	intake.go     a MessagePosted event becomes deliveries, sealed under the customer's key
//	split.go      a long text becomes parts
//	turn.go       a lane's turn: its oldest open delivery, and no other
//	attempt.go    one attempt: committed as sending before the vendor is called
//	reconcile.go  an attempt whose outcome is unknown is found out, never blindly sent again
//	state.go      the lattice of states
//	status.go     what the vendor says afterwards, folded in
//	report.go     each change goes back to the timeline
//	pacing.go     how fast an account, and a recipient, may be written to
//	payload.go    what is sealed of a delivery
//	policy.go     the numbers, per account
//	store.go      what must be kept, and the contract of keeping it
//
// The role adapters/channels hands Take and GiveUp to its consumer of MessagePosted; the inbox calls Status, Heard, OptOut and
// OptIn with what came in.
package delivery
