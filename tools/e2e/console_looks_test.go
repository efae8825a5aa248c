package e2e_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// axe is what checks a page for those who do not see it or do not use a mouse (https://github.com/dequelabs/axe-core).
const axe = "../../gateway/console/web/node_modules/axe-core/axe.min.js"

// accessible fails the test for every serious or critical thing that axe finds on the page as it is.
func (p *page) accessible(what string) {
	p.t.Helper()
	source, err := os.ReadFile(axe)
	if err != nil {
		p.t.Fatalf("axe is not there (`make parts` installs it): %v", err)
	}
	p.do("load axe", chromedp.Evaluate(string(source)+"; true", nil))
	found := evaluate[[]string](p, `axe.run().then(result => result.violations
		.filter(v => v.impact === "serious" || v.impact === "critical")
		.flatMap(v => v.nodes.map(n => v.id + ": " + n.html.slice(0, 200) + " " + n.failureSummary)))`)
	for _, violation := range found {
		p.t.Errorf("%s: %s", what, violation)
	}
}

// fits fails the test when the page has to be scrolled sideways.
func (p *page) fits(what string) {
	p.t.Helper()
	if over := evaluate[int](p, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		p.t.Errorf("%s: the page is %d pixels wider than the window", what, over)
	}
}

var looks = map[string]look{
	"light":        {width: 1440, height: 900},
	"dark":         {width: 1440, height: 900, dark: true},
	"zoomed":       {width: 720, height: 450}, // 1440 by 900 at 200%
	"narrow":       {width: 320, height: 640},
	"narrow-dark":  {width: 320, height: 640, dark: true},
	"tablet-light": {width: 1024, height: 768},
}

// Both rooms, with the story in them, are readable in every look: by eye at any width, and without eyes.
func TestConsoleLooks(t *testing.T) {
	t.Parallel()
	u := start(t)
	p := browse(t, u.api, desk)
	p.accessible("sign-in")
	p.shoot("sign-in")
	p.do("try a wrong key", chromedp.SendKeys(`#key`, "demo-wrong-key\r", chromedp.ByQuery))
	p.sees(".sign-in", "Parley does not know this key")
	p.do("begin anew", chromedp.Reload())
	p.signIn("demo-api-key")
	if kept := evaluate[string](p, `location.href + JSON.stringify(localStorage) + document.cookie`); strings.Contains(kept, "demo-") {
		t.Errorf("the key is kept where others see it: %s", kept)
	}
	p.click("Why is my bill so high this month?")
	p.sees(".timeline", "$259.90")
	p.click("SMS")
	p.click("yes please dispute it")
	p.sees(".timeline", "Your case number is CL-")
	p.sees(".records", "Dispute CL-")
	ana := p.beside()
	ana.signIn("demo-agent-ana")
	ana.accessible("inbox, empty")
	ana.click("Be available")
	ana.sees(".presence", "Available")
	p.sees(".why", "Yes to the offer made on WhatsApp")
	for name, how := range looks {
		p.wear(how)
		p.accessible("stage, " + name)
		p.fits("stage, " + name)
		p.shoot("stage-" + name)
	}
	p.wear(desk)
	p.press("?")
	p.accessible("help")
	p.shoot("help")
	p.click("Close")
	p.click("I want to talk to a person")
	ana.sees(".offer", "Daniel Reyes")
	ana.accessible("inbox, an offer")
	ana.shoot("inbox-offer")
	ana.press("a")
	ana.sees(".conversation", "Yours")
	ana.sees(".records", "Promised")
	for name, how := range looks {
		ana.wear(how)
		ana.accessible("inbox, " + name)
		ana.fits("inbox, " + name)
		ana.shoot("inbox-" + name)
	}
	p.sees(".records", "With Ana")
	p.parts("stage-narrow", "Timeline", "Records")
	ana.parts("inbox-narrow", "Conversation", "Records")
	ana.click("show the message that says: A decision of case")
	ana.sees(".conversation", "Your case number is CL-") // cited from another part
}

// wear changes the size of the window and the colours that the system asks for.
func (p *page) wear(how look) {
	p.t.Helper()
	p.do("change the look", chromedp.EmulateViewport(how.width, how.height), colours(how.dark))
	p.until("the colours follow", fmt.Sprintf(`document.documentElement.dataset.theme === %q`, map[bool]string{false: "light", true: "dark"}[how.dark]))
}

// parts looks at each part of a room in a narrow window.
func (p *page) parts(name string, parts ...string) {
	p.t.Helper()
	p.wear(looks["narrow"])
	for _, part := range parts {
		p.click(part)
		p.accessible(name + ", " + part)
		p.fits(name + ", " + part)
		p.shoot(name + "-" + part)
	}
}
