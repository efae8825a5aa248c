// Package inbox is the way in: what a vendor sent is authenticated, parsed and committed before it is answered 200, and is
// recorded in the timeline afterwards, in order per sender, however long that takes.
//
//	webhook.go   one HTTP request
//	accept.go    a vouched-for body becomes rows of the inbox, or a dead letter
//	event.go     how an event is keyed and sealed
//	door.go      taking in comes before working off
//	inbox.go     the lanes: who is served when
//	record.go    a lane's turn: ContextService.RecordEvents until it answers
//	letter.go    dead letters: read, replay, erase
//	claim.go     raw bodies are sealed anew for the customers whom they concern
//	store.go     what must be kept, and the contract of keeping it
//
// What becomes of a raw body: it stands under the account's key until its events are recorded, and within minutes of that
// it is sealed under its customer's own key, to be kept 7 days in all. Two cannot be: a body with the words of several people,
// and one of which nobody can tell whom it concerns. These are dropped instead. So destroying a person's key covers what they
// sent, but for dead letters of which a part could not be read or nothing was recorded: whose they are is not known, they stay
// under the account's key for their 30 days, and an operator can erase them.
package inbox
