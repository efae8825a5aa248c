// Package webchat is the door for visitors of a company's own web site: parley.webchat.v1.WebchatService
// (proto/parley/webchat/v1/webchat_service.proto), which the site's chat and the console's phone stand on.
//
// # Who it is
//
//   - A session is a sealed token (session.go): whoever has it is the visitor. Nothing is kept of it, so starting many costs nothing.
//   - A visitor who is nobody in particular is a handle of its own (VISITOR_ID), of ASSURANCE_NONE: answered, and told nothing about
//     any account.
//   - The company's site vouches for a customer by signing the reference in its books: hex of an HMAC-SHA256 (RFC 2104) under a
//     secret that it shares with the account, compared in constant time (signature.go). Such a visitor is the customer, of
//     ASSURANCE_STRONG.
//
// # Coming in
//
// SendMessage answers when the line is in the inbox, and not before: say.go. What the inbox gets is the line, and beside it who
// speaks, which comes from the session and never from the visitor's words: envelope.go. The client's own id of a line is its
// key, so a line that is sent again is the same line. There is no webhook; Authenticate refuses every web request.
//
// # Going out
//
// A line stands in the conversation, durably, before anybody hears of it, and nowhere else: StreamMessages reads it from there
// (reader.go). The lines of a chat are in one order, by the time at which they were appended, which is also what a resume
// token says: a stream that breaks goes on behind the last line, without a doubled or a missing one.
//
// Send carries nothing. It is asked by the delivery runner whether the visitor has the line, and wakes the streams that are
// open (send.go, presence.go). A line that was written to a stream which did not break at once is sent; so is one that a
// resume token proves. What remains: a connection that died without a word, of a lid that was shut or a phone in a tunnel,
// takes what fits into the buffers of the host until the network gives it up, and such lines are sent, too; the visitor sees
// them on coming back. A visitor who does not come for a line within `gone_after` has gone: the delivery fails for good with
// RECIPIENT_GONE, and no stream shows the line while it is decided whether it reached the customer elsewhere. The delivery's
// row is the judge, so a crash changes nothing: whatever was not committed is asked again.
//
// # Limits
//
// A request has 64 KiB at most, a line 4096 characters; a visitor says ten lines at once and one a second, and opens eight
// streams. Sessions are free, so an address begins 60 chats as nobody at once and one a second and opens 400 streams, and an
// account's visitors begin 1000 at once and a hundred a second and open 50 000. Pages of the `origins` alone may call from a
// browser, those of any web chat of the process.
package webchat
