// Package email is the door to mail: SMTP in, MIME, SMTP submission out.
//
// # Coming in
//
//   - Mail is brought by SMTP (RFC 5321), protected by STARTTLS (RFC 3207) where there is a certificate, for the accounts'
//     own addresses only. It is answered 250 when it is in the inbox, and not before: listener.go, session.go.
//   - What an account's inbox gets is the mail as it came, and beside it the envelope: who brought it, the return path, the
//     recipients: envelope.go. There is no webhook; Authenticate refuses every web request.
//   - A mail's From can be written by anybody. It counts when the operator's own MX says, in an Authentication-Results field
//     (RFC 8601) that only it can have put there, that DMARC (RFC 7489) passed for that very domain: vouch.go. Every other mail
//     is taken too, from nobody in particular (ASSURANCE_NONE): it may be answered, without a word about any account.
//     The answer goes to From, never to Reply-To, for which nobody vouches.
//   - Headers are RFC 5322 and 2047, bodies RFC 2045 to 2049, as mail programs really write them: header.go, body.go. Text is
//     preferred to HTML, which is turned into text: htmltext.go. What is new in it is parted from the history and the
//     signature: reply.go. Of attachments only type and name are kept.
//   - Reports are not messages: bounces (RFC 3464, and the many that are none), receipts (RFC 8098) and complaints (RFC 5965)
//     become the status of the delivery that they are about; one about nothing of ours is a dead letter: report.go, reason.go.
//   - What machines write (RFC 3834: out-of-office replies, lists, notifications) is a message with `automatic` set, which is
//     never answered: automatic.go.
//
// A redelivery has the same Message-ID, author, date and subject; these are an event's key.
//
// # Going out
//
//   - Mails are plain text in quoted-printable, threaded by In-Reply-To and References (RFC 5322, 3.6.4) under `Re:` and the
//     customer's subject, and marked Auto-Submitted (RFC 3834, 5) and with a loop header: compose.go. So no well-behaved
//     machine answers them, and what a bad one sends back is known for a machine's: two of them stop after one round.
//   - They go to a submission server (RFC 6409), with TLS (RFC 3207, 8314) and SASL PLAIN: send.go. Replies are read by their
//     code and enhanced code (RFC 3463): 4yz is tried again, 5yz final, and a connection that ends behind the mail's last dot
//     leaves the outcome unknown.
//   - The Message-ID is made from the delivery's id, and so is the return path: reference.go. Whatever is sent again has the
//     same Message-ID, so an account's delivery policy may send again what stays unknown; whatever comes back names its mail.
//     The operator's MX must bring mail for care+anything@ as it does for care@.
//
// # Limits
//
// Mails of more than 10 MiB are refused (DefaultLimits). The words of a mail are kept up to 20 000 characters; parts, their
// depth and the size of texts are bounded in body.go.
package email
