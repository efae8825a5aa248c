package e2e_test

import (
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
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
	p.click("Why is my bill so high this month?")
	p.sees(".timeline", "$259.90", "Would you like to dispute that charge?", "bill.why")
	p.click("SMS")
	p.click("yes please dispute it")
	p.sees(".timeline", "Your case number is CL-", "Yes to the offer made on WhatsApp")
	p.sees(".records", "Dispute CL-", "Decision due", "provisional credits", "customer receivable")
	p.sees(".records", "WhatsApp") // by which he is known from now on
	p.sees(".phone", "Your case number is CL-")
	p.press("e")
	p.sees(".reasons", "DisputeService.OpenDispute")
	p.shoot("stage-reasons")
	p.click("Email")
	p.click("any news?")
	p.sees(".phone", "CL-", "Aurora")
	p.click("Web chat")
	p.click("any news?")
	p.sees(".phone", "is open")
	p.sees(".timeline", "Web chat")
	p.until("both were answered", `document.querySelectorAll(".line").length === 8`)
	if lines := evaluate[[]string](p, `[...document.querySelectorAll(".line")].map(e => e.dataset.channel)`); !slices.Equal(
		lines, []string{"whatsapp", "whatsapp", "sms", "sms", "email", "email", "web", "web"}) {
		t.Errorf("the timeline has the channels %v", lines)
	}
	p.click("Uphold")
	p.sees(".records", "upheld", "permanent", "dispute credits granted")
	p.until("the customer is told", `document.querySelectorAll(".line").length === 9`)
}

func TestTheStoryOnTheStageInSpanish(t *testing.T) {
	t.Parallel()
	u := start(t)
	p := browse(t, u.api, desk)
	p.signIn("demo-api-key")
	p.sees(".stage__who", "Maria Santos")
	p.do("play Maria", chromedp.SendKeys(`.stage__who select`, "Maria", chromedp.ByQuery))
	p.sees(".records", "Maria Santos")
	p.click("¿Por qué mi factura es tan alta este mes?")
	p.sees(".timeline", "Su factura de", "¿Quiere disputar ese cargo?")
	p.click("sí, por favor, dispútalo")
	p.sees(".timeline", "Su número de caso es CL-")
	p.sees(".records", "Dispute CL-")
}
