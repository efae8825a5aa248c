package dispute

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/fault"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
	"github.com/parleyhq/parley/services/assistant/internal/skill/account"
	"github.com/parleyhq/parley/services/assistant/internal/understand/entity"
)

// agreed opens the dispute, if the yes is to the charge that was offered and the charge is still as it was.
func (s *Skill) agreed(ctx context.Context, turn skill.Turn, charge account.Charge) (skill.Reply, error) {
	meant, err := s.meant(ctx, turn, charge)
	if err != nil {
		return skill.Reply{}, err
	}
	if !meant {
		return s.identify(ctx, turn, words(turn))
	}
	if charge.Misnamed(account.Amounts(turn)) {
		return s.propose(ctx, turn, charge, "amount_differs")
	}
	same, err := account.Again(ctx, turn, charge)
	if err != nil {
		return skill.Reply{}, err
	}
	if !same {
		return s.identify(ctx, turn, "")
	}
	response, err := billingv1.NewDisputeServiceClient(turn.Peers).OpenDispute(ctx, &billingv1.OpenDisputeRequest{
		RequestId:      turn.RequestID("open-dispute"),
		CustomerId:     turn.CustomerID,
		InvoiceId:      charge.InvoiceID,
		LineIds:        charge.LineIDs,
		ConversationId: turn.ConversationID,
		MessageId:      turn.MessageID,
	})
	if err != nil {
		return s.notOpened(ctx, turn, charge, err)
	}
	text, err := s.teller.Opened(ctx, turn.Peers, response.GetDispute())
	return skill.Reply{Text: text, Topic: Topic}, err
}

// meant says whether the message names no other charge, invoice or case than the one offered.
func (s *Skill) meant(ctx context.Context, turn skill.Turn, charge account.Charge) (bool, error) {
	for _, number := range account.Numbers(turn, entity.KindInvoiceNumber) {
		if number != charge.InvoiceNumber {
			return false, nil
		}
	}
	if len(account.Numbers(turn, entity.KindCaseNumber)) > 0 {
		return false, nil
	}
	named, ok, err := account.NamedOn(ctx, turn, charge.InvoiceID, words(turn))
	if err != nil || !ok {
		return true, err
	}
	for _, id := range charge.LineIDs {
		if id == named.LineIDs[0] {
			return true, nil
		}
	}
	return false, nil
}

// notOpened says why billing did not open it. What may pass is tried again.
func (s *Skill) notOpened(ctx context.Context, turn skill.Turn, charge account.Charge, err error) (skill.Reply, error) {
	switch fault.Reason(err) {
	case "LINE_ALREADY_DISPUTED":
		number := fault.Info(err).GetMetadata()["dispute_number"]
		d, err := account.Case(ctx, turn, number)
		if err != nil {
			return skill.Reply{}, fmt.Errorf("read the case that has the charge: %w", err)
		}
		return s.already(ctx, turn, d)
	case "INVOICE_TOO_OLD":
		return s.say("too_old", charge, skill.Reply{Topic: Topic, Request: wanted(charge)})
	case "LINE_NOT_DISPUTABLE", "LINE_NOT_FOUND", "INVOICE_NOT_FOUND":
		return s.say("not_disputable", charge, skill.Reply{Topic: Topic, Request: wanted(charge)})
	default:
		return skill.Reply{}, fmt.Errorf("open a dispute: %w", err)
	}
}

// wanted is for the person who looks at what cannot be disputed by rule.
func wanted(charge account.Charge) *skill.Request {
	return forPerson(contextv1.OpenRequest_KIND_DISPUTE_CHARGE, fmt.Sprintf(
		"Wants to dispute lines %v of invoice %s, which could not be disputed automatically.", charge.LineIDs, charge.InvoiceNumber))
}
