// Package twilio is the door to SMS and MMS: Twilio's Programmable Messaging.
//
// # Coming in
//
//   - `X-Twilio-Signature` is an HMAC-SHA-1, under the account's auth token, of the public URL and the sorted parameters:
//     https://www.twilio.com/docs/usage/webhooks/webhooks-security
//   - A message: https://www.twilio.com/docs/messaging/guides/webhook-request
//   - What became of ours, out of order, each state once:
//     https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
//   - `OptOutType` says that the sender wrote a keyword of Advanced Opt-Out; without it the plain keywords of the default
//     handling are read: https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out
//   - Twilio reads our 200 as TwiML; an empty Response sends nothing: https://www.twilio.com/docs/messaging/twiml
//
// Twilio's webhooks carry no time, so an event occurred when it arrived; its key has no time in it and a redelivery has
// the same one. A customer's call stands in the timeline once, as CONTENT_KIND_OTHER in the word `call`; a call of ours yields no
// event. Rich addresses (`whatsapp:+1...`) belong to other accounts.
//
// # Going out
//
//   - https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
//   - Errors: https://www.twilio.com/docs/api/errors, and 429 with Retry-After:
//     https://www.twilio.com/docs/usage/requests-to-twilio
//
// Twilio takes no idempotency key. Our reference travels in the query of the StatusCallback, which Twilio signs, so a status
// names its message even when the answer to the request was lost. An attempt that stays unknown is looked up:
// https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources.
// See reconcile.go for the rule and its limits.
//
// The REST calls are made here over net/http and not with twilio-go's generated client: that one takes no context, does
// not hand out Retry-After, refuses auth tokens with a hyphen, and costs eight seconds of compiling for two calls. Its
// RequestValidator is used.
package twilio
