package email

import (
	"errors"
	"fmt"
	"testing"

	"github.com/parleyhq/parley/adapters/channel"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
)

// bounceOf is a delivery status notification by the book (RFC 3464) about the mail of a delivery.
func bounceOf(delivery, status string) string {
	return fmt.Sprintf("Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo: care@aurora.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"+
		"Date: Wed, 01 Jul 2026 11:59:00 +0000\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"+
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"+
		"--b\r\nContent-Type: text/plain\r\n\r\nI could not deliver your mail.\r\n"+
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; Daniel@reyes.example\r\n"+
		"Action: failed\r\nStatus: %s\r\nDiagnostic-Code: smtp; 550 %s no\r\n"+
		"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: care@aurora.example\r\nMessage-ID: <%s@aurora.example>\r\n--b--\r\n", status, status, delivery)
}

func TestABounceIsTheFailureOfItsMail(t *testing.T) {
	qmail := "From: MAILER-DAEMON@mx.example\r\nTo: care@aurora.example\r\nSubject: failure notice\r\n\r\nHi. This is the qmail-send program at mx.example.\r\n" +
		"I'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n<daniel@reyes.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n\r\n" +
		"--- Below this line is a copy of the message.\r\n\r\nMessage-ID: <" + delivery + "@aurora.example>\r\n"
	mute := "From: postmaster@mx.example\r\nSubject: Mail failure\r\n\r\nYour mail could not be delivered: mailbox is full.\r\n"
	late := "From: MAILER-DAEMON@mx.example\r\nSubject: Warning: could not send message for past 4 hours\r\n\r\nMessage-ID: " + delivery + "@aurora.example\r\n"
	cases := []struct {
		name, raw string
		to        string
		state     contextv1.DeliveryState
		reason    string
	}{
		{"by the book", bounceOf(delivery, "5.1.1"), "care@aurora.example", stateFailed, "UNKNOWN_RECIPIENT"},
		{"a full mailbox", bounceOf(delivery, "5.2.2"), "care@aurora.example", stateFailed, "MAILBOX_FULL"},
		{"a code that means little", bounceOf(delivery, "5.9.9"), "care@aurora.example", stateFailed, "STATUS_5_9_9"},
		{"in words of its own", qmail, "care@aurora.example", stateFailed, "UNKNOWN_RECIPIENT"},
		{"that returns nothing of the mail, by its return path", mute, "care+" + delivery + "@aurora.example", stateFailed, "MAILBOX_FULL"},
		{"return path in capitals", mute, "CARE+" + "DELIVERY_01H2XCEJQTF2NBREXX3VQJHP41" + "@Aurora.Example", stateFailed, "MAILBOX_FULL"},
		{"only late", late, "care@aurora.example", stateSent, ""},
	}
	a := adapter(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := only(t, a, c.raw, envelope{peer: "127.0.0.1", to: []string{c.to}}.header())
			if e.Kind != channel.KindStatus || e.Status.State != c.state || e.Status.Reason != c.reason || e.Status.MessageRef != delivery {
				t.Errorf("%s %+v", e.Kind, e.Status)
			}
			if e.ExternalID != delivery+"@aurora.example" {
				t.Errorf("it is about %s", e.ExternalID)
			}
		})
	}
}

func TestABounceOfAnothersMailIsADeadLetter(t *testing.T) {
	for _, raw := range []string{bounceOf("delivery_of_nobody", "5.1.1"), bounceOf(delivery+"@evil.example", "5.1.1")} {
		_, err := adapter(t).Parse([]byte(raw), fromMX(""))
		var dead *channel.Unreadable
		if !errors.As(err, &dead) || dead.Reason != "REPORT_OF_NO_MAIL_OF_OURS" {
			t.Errorf("%v", err)
		}
	}
}

func TestACustomersWordsAboutMailAreNoBounce(t *testing.T) {
	raw := daniel + "Subject: Delivery failed: returned mail\r\nMessage-ID: <5@reyes.example>\r\n\r\nThe courier said delivery failed, user unknown. Where is my router?\r\n"
	if e := only(t, adapter(t), raw, fromMX("daniel@reyes.example")); e.Kind != channel.KindMessage || contentOf(e).GetAutomatic() {
		t.Errorf("taken for %s", e.Kind)
	}
}

func TestReceiptsAndComplaints(t *testing.T) {
	report := func(kind, fields string) string {
		return "From: daniel@reyes.example\r\nSubject: x\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: " + kind + "\r\n\r\n" + fields +
			"\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" + delivery + "@aurora.example>\r\n--b--\r\n"
	}
	a := adapter(t)
	if e := only(t, a, report("message/disposition-notification", "Disposition: manual-action/MDN-sent-manually; displayed"), fromMX("")); e.Status.State != stateRead {
		t.Errorf("a receipt: %+v", e.Status)
	}
	if e := only(t, a, report("message/feedback-report", "Feedback-Type: abuse"), fromMX("")); e.Status.State != stateFailed || e.Status.Reason != "COMPLAINT" {
		t.Errorf("a complaint: %+v", e.Status)
	}
	if e := only(t, a, report("message/delivery-status", "Action: delivered\r\nStatus: 2.0.0"), fromMX("")); e.Status.State != stateDelivered {
		t.Errorf("delivered: %+v", e.Status)
	}
}
