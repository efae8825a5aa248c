// Package whatsapp is the door to WhatsApp: Meta's Cloud API, on the Graph API.
//
// # Coming in
//
//   - The webhook is registered with a GET that must echo `hub.challenge`:
//     https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests
//   - Every POST carries `X-Hub-Signature-256`, an HMAC-SHA-256 of the raw bytes under the app secret:
//     https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads
//   - Messages and statuses, several to a body, in no promised order, redelivered for up to seven days:
//     https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
//   - A user without a visible number is known by a business-scoped user id (`US.134...`):
//     https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
//   - Edits and revocations come to numbers that are shared with the WhatsApp Business app:
//     https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/edit
//     https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/revoke
//   - Calls, which the timeline has once each, as CONTENT_KIND_OTHER in the word `call`: https://developers.facebook.com/documentation/business-messaging/whatsapp/calling
//
// A message of a kind that is not read here is kept as CONTENT_KIND_OTHER under Meta's own word for it. What is not a
// customer's doing yields no event: calls that the business made, account and template updates, marketing preferences (they
// say nothing about answers), changes of user id, and echoes of what the business wrote in the WhatsApp Business app. A
// message to a group is a dead letter: an answer to its author alone would be out of place.
//
// # Going out
//
//   - Sending, and quoting by `context.message_id`:
//     https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/text-messages
//   - Free text only within 24 hours of the customer's last message or call:
//     https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages#customer-service-windows
//   - Error codes: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
//   - `biz_opaque_callback_data` comes back in every status of the message. There is no way to look a message up, so that
//     echo is the only thing that settles an attempt whose outcome is unknown.
package whatsapp
