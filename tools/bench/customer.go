package bench

import (
	"context"
	"fmt"
	"time"
)

// customer writes, waits for the answer, and writes again.
type customer struct {
	phone  string
	script []string
	sms    bool
	turns  int
}

// What people ask: half of them are known, with a bill to dispute; the others are new.
var (
	knownScript = []string{
		"Why is my bill so high this month?", "yes please dispute it", "any news?", "How do I restart my router?",
		"how much is usual for me?", "thanks",
	}
	newScript = []string{"hello", "How do I restart my router?", "Do you have sports channels?", "thanks"}
)

// crowd is so many customers, known and new in turn, on WhatsApp and SMS in turn. The first is number from.
func crowd(from, size int) []*customer {
	all := make([]*customer, size)
	for i := range all {
		c := &customer{phone: knownPhone((from + i/2) % known), script: knownScript, sms: i/2%2 == 0}
		if i%2 == 1 {
			c.phone, c.script = unknownPhone(from+i/2), newScript
		}
		all[i] = c
	}
	return all
}

// write the next message of the script, over and over.
func (c *customer) write(webhooks string) webhook {
	text := c.script[c.turns%len(c.script)]
	c.turns++
	id := fmt.Sprintf("%016x%016x", time.Now().UnixNano(), c.turns)
	if c.sms {
		return sms(webhooks, "SM"+id, c.phone, text)
	}
	return whatsapp("wamid."+id, c.phone, text)
}

// turn from the webhook to the vendor having the answer.
func (c *customer) turn(ctx context.Context, to *poster, answers *mailboxes) (time.Duration, error) {
	w := c.write(to.address)
	began := time.Now()
	if err := to.post(ctx, w); err != nil {
		return 0, err
	}
	accepted, err := answers.await(ctx, c.phone, c.turns)
	if err != nil {
		return 0, fmt.Errorf("turn %d of %s: %w", c.turns, c.phone, err)
	}
	return accepted.Sub(began), nil
}
