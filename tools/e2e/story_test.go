package e2e_test

import (
	"net/http"
	"os/exec"
	"strings"
	"testing"
)

const (
	daniel     = "+12125550101"
	danielWA   = "12125550101"
	whyHigh    = "Why is my bill so high this month?"
	howUsual   = "and how much is usual for me?"
	payPerView = "ay-per-view"
)

func TestTheStoryFromWhatsAppToSMS(t *testing.T) {
	t.Parallel()
	u := start(t)
	if status := u.postWhatsApp(whatsappSecret, whatsappText("wamid.story.1", danielWA, whyHigh)); status != http.StatusOK {
		t.Fatalf("the webhook answered %d", status)
	}
	mentions(t, u.reply(daniel, 1), "$259.90", "$189.90", "$70.00", payPerView, "dispute")
	if status := u.postTwilio(twilioToken, twilioText("SMstory1", daniel, howUsual)); status != http.StatusOK {
		t.Fatalf("the webhook answered %d", status)
	}
	mentions(t, u.reply(daniel, 2), "$189.90")
	tellsOneConversation(t, u, "whatsapp", "whatsapp", "sms", "sms")
}

func TestTheStoryFromSMSToWhatsApp(t *testing.T) {
	t.Parallel()
	u := start(t)
	u.postTwilio(twilioToken, twilioText("SMstory1", daniel, whyHigh))
	mentions(t, u.reply(daniel, 1), "$259.90", "$189.90", "$70.00", payPerView, "dispute")
	u.postWhatsApp(whatsappSecret, whatsappText("wamid.story.1", danielWA, howUsual))
	mentions(t, u.reply(daniel, 2), "$189.90")
	tellsOneConversation(t, u, "sms", "sms", "whatsapp", "whatsapp")
}

func TestTheStoryBySay(t *testing.T) {
	t.Parallel()
	u := start(t)
	mentions(t, say(t, u, "whatsapp", whyHigh), "$259.90", "$189.90", "$70.00", payPerView, "dispute")
	mentions(t, say(t, u, "sms", howUsual), "$189.90")
	opened := say(t, u, "sms", "yes please dispute it")
	mentions(t, opened, "$70.00", payPerView, "provisional credit", "CL-")
	mentions(t, say(t, u, "whatsapp", "any news?"), caseNumber.FindString(opened), "is open")
	tellsOneConversation(t, u, "whatsapp", "whatsapp", "sms", "sms", "sms", "sms", "whatsapp", "whatsapp")
}

// say runs `parley say` as a person does.
func say(t *testing.T, u *up, channel, text string) string {
	t.Helper()
	out, err := exec.Command(u.binary, "say", "--sandbox", u.sandbox, "--channel", channel, "--from", daniel, text).CombinedOutput()
	if err != nil {
		t.Fatalf("say: %v\n%s\n%s", err, out, u.tail())
	}
	return string(out)
}

func mentions(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not mention %q", text, want)
		}
	}
}

// tellsOneConversation holds Daniel's timeline to the channels: question and answer in turn, one conversation, no gaps.
func tellsOneConversation(t *testing.T, u *up, channels ...string) {
	t.Helper()
	told := u.timeline(daniel)
	if len(told) != len(channels) {
		t.Fatalf("the timeline has %d messages, want %d: %+v", len(told), len(channels), told)
	}
	for i, m := range told {
		direction := inbound
		if i%2 == 1 {
			direction = outbound
		}
		if m.Channel != channels[i] || m.Direction != direction || m.ConversationID != told[0].ConversationID {
			t.Errorf("message %d = %+v, want %s by %s in the one conversation", i, m, direction, channels[i])
		}
	}
}
