package platform

import (
	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/adapters/channels"
	"golang.org/x/time/rate"
)

// policy is what the vendor's limits ask for, with what the operator set in its place.
func (a Account) policy() delivery.Policy {
	p := channels.PolicyOf(a.Provider)
	if r := a.Delivery.AccountRate; r > 0 {
		p.AccountRate, p.AccountBurst = rate.Limit(r), int(r)
	}
	if r := a.Delivery.RecipientRate; r > 0 {
		p.RecipientRate, p.RecipientBurst = rate.Limit(r), int(r)
	}
	if d := a.Delivery.UnknownFor; d > 0 {
		p.UnknownFor = d
	}
	p.Resend = p.Resend || a.Delivery.Resend
	return p
}
