package dispute

import (
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/account"
)

// Topic of the dialogue once disputes were spoken of.
const Topic = "dispute"

const (
	name = "dispute"
	// kindCharge is the offer to dispute one charge; its terms are an account.Charge.
	kindCharge = "charge"
	// kindWhich is the question which charge of an invoice is meant; its terms are the invoice's number.
	kindWhich = "which"
)

// Offer to dispute the charge. The reminder says so in a sentence. Any skill that explains a charge may make it, when its text
// names the charge and the amount; the yes comes to this one.
func Offer(charge account.Charge, reminder string) (*skill.Offer, error) {
	offer, err := skill.NewOffer(name, kindCharge, charge)
	if err != nil {
		return nil, err
	}
	offer.YesBy = []string{Open}
	offer.Reminder = reminder
	return offer, nil
}
