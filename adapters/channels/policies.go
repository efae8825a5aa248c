package channels

import (
	"time"

	"github.com/parleyhq/parley/adapters/channel/delivery"
	"golang.org/x/time/rate"
)

// PolicyOf a provider: how fast its accounts may send by the vendor's own limits.
func PolicyOf(provider string) delivery.Policy {
	p := delivery.DefaultPolicy()
	if provider == "whatsapp" {
		// 80 messages a second per number; to one user one in six seconds, and up to 45 at once:
		// https://developers.facebook.com/docs/whatsapp/cloud-api/overview#throughput
		p.AccountRate, p.AccountBurst = 80, 80
		p.RecipientRate, p.RecipientBurst = rate.Every(6*time.Second), 45
	}
	if provider == "email" {
		// A mail server may take a minute behind the last dot, and puts off strangers for minutes (greylisting). Nobody can be
		// asked what became of a mail; one that comes twice has the same Message-ID.
		p.SendTimeout, p.MinRetry = time.Minute, 5*time.Second
		p.UnknownFor, p.Resend = 30*time.Second, true
	}
	if provider == "webchat" {
		// No vendor, no limits: an attempt only asks whether the visitor has come for the line.
		p.AccountRate, p.AccountBurst, p.RecipientRate, p.RecipientBurst = rate.Inf, 1, rate.Inf, 1
	}
	return p
}
