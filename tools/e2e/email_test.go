package e2e_test

import (
	"fmt"
	"net/http"
	"net/smtp"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	danielMail = "daniel@reyes.example"
	care       = "care@aurora.example"
	myCase     = "What happened with my complaint?"
	// vouched is what the company's MX writes on top of a mail that is really Daniel's.
	vouched = "Authentication-Results: mx.demo; dmarc=pass header.from=reyes.example\r\n"
)

// mail is one that Daniel writes, or that says so.
func mail(id, subject, text string) string {
	return fmt.Sprintf("From: Daniel Reyes <%s>\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%s@reyes.example>\r\n\r\n%s\r\n",
		danielMail, care, subject, time.Now().Format(time.RFC1123Z), id, text)
}

// bring is what the company's MX does with a mail. Nil says that it was answered 250.
func (u *up) bring(raw string) error {
	return smtp.SendMail(u.smtp, nil, danielMail, []string{care}, []byte(raw))
}

func (u *up) mustBring(raw string) {
	u.t.Helper()
	if err := u.bring(raw); err != nil {
		u.t.Fatal(err)
	}
}

// opensDispute leaves Daniel with a case, and answers its number.
func opensDispute(u *up) string {
	u.t.Helper()
	u.postWhatsApp(whatsappSecret, whatsappText("wamid.mail.1", danielWA, whyHigh))
	u.reply(daniel, 1)
	u.postTwilio(twilioToken, twilioText("SMmail1", daniel, yesDispute))
	return caseNumber.FindString(u.reply(daniel, 2))
}

func TestTheStoryGoesOnByEmail(t *testing.T) {
	t.Parallel()
	u := start(t)
	number := opensDispute(u)
	u.mustBring(vouched + "References: <0@reyes.example>\r\n" + mail("1", "My complaint", myCase+"\r\n\r\nOn Monday, July 6 at 10:02, Aurora <"+care+"> wrote:\r\n> Cancel everything."))
	mentions(t, u.reply(danielMail, 1), number, "is open", "We will decide by")
	tellsOneConversation(t, u, "whatsapp", "whatsapp", "sms", "sms", "email", "email")

	answer := u.deliveries(danielMail)[0]
	if answer.Provider != "email" || answer.Account != "mail-main" || answer.To != danielMail {
		t.Errorf("the mailbox has %+v", answer)
	}
	mentions(t, answer.Raw, "\r\nSubject: Re: My complaint\r\n", "\r\nIn-Reply-To: <1@reyes.example>\r\n", "\r\nReferences: <0@reyes.example>\r\n <1@reyes.example>\r\n",
		"From: \"Aurora\" <care@aurora.example>\r\n", "\r\nAuto-Submitted: auto-replied\r\n")
	u.await(30*time.Second, "the answer's mail is known as sent", func() bool { return u.timeline(daniel)[5].Delivery.State == "DELIVERY_STATE_SENT" })
}

func TestTheStoryByEmailWithSay(t *testing.T) {
	t.Parallel()
	u := start(t)
	byMail := func(text string) string {
		t.Helper()
		out, err := exec.Command(u.binary, "say", "--sandbox", u.sandbox, "--channel", "email", "--from", danielMail, "--subject", "My bill", text).CombinedOutput()
		if err != nil {
			t.Fatalf("say: %v\n%s\n%s", err, out, u.tail())
		}
		return string(out)
	}
	mentions(t, byMail(whyHigh), "$259.90", "$189.90", "$70.00", payPerView, "dispute")
	mentions(t, say(t, u, "sms", howUsual), "$189.90")
	mentions(t, byMail(howUsual), "$189.90")
	tellsOneConversation(t, u, "email", "email", "sms", "sms", "email", "email")
}

// TestMailsThatAreNotFromAPersonWhoIsVouchedFor go to one mailbox, in this order.
func TestMailsThatAreNotFromAPersonWhoIsVouchedFor(t *testing.T) {
	t.Parallel()
	u := start(t)
	t.Run("a machine's is not answered", func(t *testing.T) { aMachinesMailIsNotAnswered(t, u.in(t)) })
	t.Run("a forged one gets no account data", func(t *testing.T) { aForgedMailGetsNoAccountData(t, u.in(t)) })
	t.Run("one for nobody here is refused", func(t *testing.T) { mailForNobodyHereIsRefused(t, u.in(t)) })
}

// aForgedMailGetsNoAccountData: whoever writes Daniel's address into From is answered, and told nothing.
func aForgedMailGetsNoAccountData(t *testing.T, u *up) {
	t.Helper()
	number := opensDispute(u)
	secrets := []string{number, "$", "259.90", "189.90", "70.00", payPerView, "is open"}
	asked := len(u.deliveries(danielMail))
	for name, raw := range map[string]string{
		"a forged From":                          "Authentication-Results: mx.demo; dmarc=fail header.from=reyes.example\r\n" + mail("f1", "Hi", myCase),
		"a missing header":                       mail("f2", "Hi", myCase),
		"a header from another authserv-id":      "Authentication-Results: mx.evil; dmarc=pass header.from=reyes.example\r\n" + mail("f3", "Hi", whyHigh),
		"a header smuggled below the MX's own":   "Authentication-Results: mx.demo; dmarc=fail header.from=reyes.example\r\nReceived: from evil by mx.demo; x\r\n" + vouched + mail("f4", "Hi", myCase),
		"a header smuggled inside by the sender": strings.Replace(mail("f5", "Hi", whyHigh), "Subject:", vouched+"Subject:", 1),
	} {
		asked++
		u.mustBring(raw)
		answer := u.reply(danielMail, asked)
		for _, secret := range secrets {
			if strings.Contains(answer, secret) {
				t.Errorf("%s: %q tells %q", name, answer, secret)
			}
		}
	}
	u.mustBring(vouched + mail("f6", "Hi", myCase))
	mentions(t, u.reply(danielMail, asked+1), number) // the same words by Daniel himself
}

func aMachinesMailIsNotAnswered(t *testing.T, u *up) {
	t.Helper()
	u.mustBring(vouched + "Auto-Submitted: auto-replied\r\n" + mail("away", "Re: Your bill", whyHigh))
	u.mustBring(vouched + mail("here", "Your bill", howUsual)) // its answer would come after one to the machine's
	mentions(t, u.reply(danielMail, 1), "$189.90")
	mentions(t, u.deliveries(danielMail)[0].Raw, "In-Reply-To: <here@reyes.example>")
	tellsChannels(t, u, "email", "email", "email")
}

// tellsChannels holds Daniel's timeline to the channels, whoever spoke.
func tellsChannels(t *testing.T, u *up, channels ...string) {
	t.Helper()
	var told []string
	for _, m := range u.timeline(daniel) {
		told = append(told, m.Channel)
	}
	if fmt.Sprint(told) != fmt.Sprint(channels) {
		t.Errorf("the timeline has %v, want %v", told, channels)
	}
}

// TestAMailThatWasTakenSurvivesSIGKILL kills `up` at the 250 of each mail; its host, which may not have heard it, comes again.
func TestAMailThatWasTakenSurvivesSIGKILL(t *testing.T) {
	t.Parallel()
	u := startPlain(t)
	const mails = 4
	for i := range mails {
		raw := vouched + mail(fmt.Sprint("kill", i), "Number "+fmt.Sprint(i), howUsual)
		u.mustBring(raw)
		u.kill()
		u.run()
		u.mustBring(raw)
	}
	answered := map[string]int{}
	u.await(2*time.Minute, "every mail is answered", func() bool {
		clear(answered)
		for _, m := range u.timeline(daniel) {
			if m.Direction == outbound && m.Delivery.State == "DELIVERY_STATE_SENT" {
				answered[m.InReplyTo]++
			}
		}
		return len(answered) == mails
	})
	for _, m := range u.timeline(daniel) {
		if m.Direction == inbound && answered[m.ID] != 1 {
			t.Errorf("%s has %d answers", m.ExternalID, answered[m.ID])
		}
	}
	tellsChannels(t, u, slices.Repeat([]string{"email"}, 2*mails)...)
}

func mailForNobodyHereIsRefused(t *testing.T, u *up) {
	t.Helper()
	err := smtp.SendMail(u.smtp, nil, danielMail, []string{"boss@aurora.example"}, []byte(vouched+mail("x", "Hi", "hello")))
	if err == nil || !strings.HasPrefix(err.Error(), "550 ") {
		t.Errorf("a stranger's mailbox: %v, want 550", err)
	}
	request, _ := http.NewRequest(http.MethodPost, "http://"+u.webhooks+"/webhooks/email/mail-main", strings.NewReader(vouched+mail("y", "Hi", "hello")))
	if status := post(request); status != http.StatusUnauthorized {
		t.Errorf("a mail by HTTP is answered %d, want 401", status)
	}
}
