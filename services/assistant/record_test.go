package assistant

import (
	"slices"
	"testing"

	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/assistant/internal/dialogue"
	"github.com/parleyhq/parley/services/assistant/internal/skill"
)

func TestATurnTellsHowItCameToItsAnswer(t *testing.T) {
	w := newWorld(t)
	asked := w.timeline.hear(daniel, "whatsapp", words("why is my bill so high?"))
	if err := w.answer(asked); err != nil {
		t.Fatal(err)
	}
	offered := w.ours()[0]
	yes := w.timeline.hear(daniel, "sms", words("yes please dispute it"))
	if err := w.answer(yes); err != nil {
		t.Fatal(err)
	}
	turns, err := w.store.Turns(t.Context(), tenant, yes.GetConversationId(), 0, 10)
	if err != nil || len(turns) != 2 {
		t.Fatalf("turns = %+v, %v", turns, err)
	}
	first, second := turns[0], turns[1]
	if first.MessageID != asked.GetId() || first.ReplyID != offered.GetId() || first.Offer != "" ||
		first.Said.Intent != "bill.why" || first.Said.Own != "" {
		t.Errorf("the first turn is %+v", first)
	}
	if second.Offer != dialogue.OfferWaiting || second.OfferMessageID != offered.GetId() {
		t.Errorf("the second turn took the offer for %q of %s", second.Offer, second.OfferMessageID)
	}
	opened := dialogue.Call{Method: billingv1.DisputeService_OpenDispute_FullMethodName}
	step := second.Steps[0]
	if step.Skill != "dispute" || step.Intent != skill.Agreed || !slices.Contains(step.Calls, opened) {
		t.Errorf("the second turn's step is %+v", step)
	}
}
