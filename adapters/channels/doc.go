// Package channels is the role that runs every adapter: the doors of the house.
//
// # What it owns
//
// The inbox (what vendors sent), dead letters, deliveries (what goes out and how far it got), and suppressions, in one
// store. Message bodies, raw webhooks and addresses are sealed: under the account's key on the way in, under the customer's
// own on the way out and, within minutes, what is kept of the way in. One replica runs at a time: its lanes are what keeps the order.
//
// # RPCs
//
// parley.channel.v1.ChannelService (proto/parley/channel/v1/channel_service.proto):
//
//	ListAccounts      the tenant's accounts and what their channels can do
//	ListDeliveries    what is on its way, where it stands and why
//	ListDeadLetters   webhooks that were vouched for and could not be understood or recorded
//	GetDeadLetter     one, with its body
//	ReplayDeadLetter  as if it had just come in
//	EraseDeadLetter   gone
//
// # HTTP
//
// Handler serves /webhooks/{provider}/{account}, and parley.webchat.v1.WebchatService for visitors' browsers
// (proto/parley/webchat/v1/webchat_service.proto). Mail comes by SMTP instead, at the address of Config.Mail.
//
// # Events and calls
//
// It consumes MessagePosted and emits none. It calls ContextService: RecordEvents with what came in and how far deliveries
// got, BatchGetMessages for what to send, ListMessages for what a web chat shows, of whom IdentityService says whose it is. A
// message of an account that is not configured is parked, and fails if that lasts.
//
// # Where to read on
//
//	service.go             the object graph, written by hand, top to bottom
//	providers.go           which adapter speaks to which vendor
//	policies.go            how fast the accounts of a vendor may send
//	purge.go               what is too old is forgotten
//	../channel             the port, and from there ../channel/inbox and ../channel/delivery
//	internal/rpc           protobuf in, domain out, and back
package channels
