package e2e_test

import (
	"slices"
	"testing"
)

// The story as somebody plays it who has never seen Parley: by clicking.
func TestTheStoryOnTheStage(t *testing.T) {
	t.Parallel()
	u := start(t)
	p := browse(t, u.api, desk)
	p.signIn("demo-api-key")
	p.sees(".timeline", "Nothing was said yet")
	p.press("?")
	p.sees("dialog", "Keyboard shortcuts")
	p.click("Close")
	p.shoot("stage-empty")
	p.click("Why is my bill so high this month?")
	p.sees(".timeline", "$259.90", "Would you like to dispute that charge?", "bill.why")
	p.click("SMS")
	p.click("yes please dispute it")
	p.sees(".timeline", "Your case number is CL-", "Yes to the offer made on WhatsApp")
	p.sees(".records", "Dispute CL-", "Decision due", "provisional credits", "customer receivable")
	p.sees(".phone", "Your case number is CL-")
	p.shoot("stage-light")
	if lines := evaluate[[]string](p, `[...document.querySelectorAll(".line")].map(e => e.dataset.channel)`); !slices.Equal(
		lines, []string{"whatsapp", "whatsapp", "sms", "sms"}) {
		t.Errorf("the timeline has the channels %v", lines)
	}
}
