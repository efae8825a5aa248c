// Package inbox is the way in: what a vendor sent is authenticated, parsed and committed before it is answered 200, and is
// recorded in the timeline afterwards, in order per sender, however long that takes.
//
//	webhook.go   one HTTP request
//	accept.go    a vouched-for body becomes rows of the inbox, or a dead letter
//	event.go     how an event is keyed and sealed
//	inbox.go     the lanes: who is served when
//	record.go    a lane's turn: ContextService.RecordEvents until it answers
//	letter.go    dead letters: read, replay, erase
//	store.go     what must be kept, and the contract of keeping it
package inbox
