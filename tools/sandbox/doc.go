// Package sandbox stands in for the vendors at the wire, so that the whole of Parley runs on a laptop without an account,
// a key or a network. It runs as a process of its own (`parley sandbox`), outlives the `parley up` that started it, and
// keeps what it received in a folder of its own.
//
// It knows the vendors only by their documentation and imports no adapter, so that an adapter's mistake is not made twice:
//
//   - WhatsApp: POST /{version}/{phone_number_id}/messages, then status webhooks
//     https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages
//     https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples
//     https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
//   - Twilio: POST and GET /2010-04-01/Accounts/{sid}/Messages.json, GET .../Messages/{sid}.json, then status callbacks
//     https://www.twilio.com/docs/messaging/api/message-resource
//     https://www.twilio.com/docs/usage/security#validating-requests
//     https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
//   - Mail: the submission server that takes Parley's mails (RFC 5321, 6409), on a port of its own that /healthz tells, with every
//     customer's mailbox behind it; and the company's MX, which brings customers' mails to Parley with Authentication-Results (RFC 8601)
//   - Web chat: the browsers of the company's visitors, which speak parley.webchat.v1.WebchatService, and the site that signs who
//     they are. A page stays open, and its stream too, until it is left.
//
// What it does not imitate: Meta's 24 hour window (it does not see the webhooks that others sign and post themselves),
// media uploads, messaging services, bounces, and everything that asks for money.
//
// What it has accepted is in its journal, fsynced, before the vendor's answer is written: a message whose answer was lost
// is a message all the same. Deliveries and its own surface:
//
//	POST /inbound                a customer writes, on any channel; answers the vendor's id and what Parley said to it
//	GET  /deliveries?to=ADDRESS  what customers received, oldest first; several `to` are one customer's on several channels
//	GET  /phone?address=ADDRESS  what a customer wrote and received, oldest first
//	POST /leave?from=VISITOR     a visitor of the web site closes the page
//	GET  /healthz                who this is, and where it takes mail
//	PUT  /config                 accounts, Parley's addresses, the seed of the faults (Setup)
//	POST /stop                   ends the process
//
// With a seed (Setup.Faults) it misbehaves as vendors do, the same way for the same seed: see faults.go.
package sandbox
