package e2e_test

import (
	"testing"
)

// A customer asks for a person on one page, two agents sit at two others, and each sees what the others do.
func TestTwoAgentsAndACustomerInTheInbox(t *testing.T) {
	t.Parallel()
	u := start(t)
	customer := browse(t, u.api, desk)
	customer.signIn("demo-api-key")
	customer.click("Why is my bill so high this month?")
	customer.sees(".timeline", "$259.90")
	customer.click("SMS")
	customer.click("yes please dispute it")
	customer.sees(".timeline", "Your case number is CL-")

	ana, luis := customer.beside(), customer.beside()
	ana.signIn("demo-agent-ana")
	luis.signIn("demo-agent-luis")
	ana.sees(".task-list", "Nobody waits")
	ana.click("Be available")
	ana.sees(".presence", "Available")

	customer.click("I want to talk to a person")
	ana.sees(".offer", "Daniel Reyes", "SMS")
	luis.sees(".task-list", "With others", "Offered to Ana")
	ana.press("a")
	ana.sees(".conversation", "Yours", "Why is my bill so high this month?")
	ana.sees(".records", "Hand-off", "Wanted", "CL-")
	luis.sees(".task-list", "With Ana")
	customer.sees(".records", "With Ana")

	ana.write("Reply by", "Hello Daniel, Ana here. I see your case and will look after it.", "")
	ana.click("Send")
	ana.sees(".timeline", "Ana here")
	customer.sees(".phone", "Ana here")
	customer.sees(".timeline", "Ana here")
	luis.click("Daniel Reyes")
	luis.sees(".timeline", "Ana here")

	luis.click("Be available")
	luis.sees(".presence", "Available")
	ana.press("b")
	luis.sees(".offer", "Daniel Reyes")
	luis.press("a")
	luis.sees(".conversation", "Yours")
	ana.sees(".task-list", "With Luis")
	luis.press("d")
	luis.sees(".task-list", "Nobody waits")
	ana.sees(".task-list", "Nobody waits")
	customer.sees(".records", "The assistant")
}
