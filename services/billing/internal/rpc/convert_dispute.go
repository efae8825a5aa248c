package rpc

import (
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/billing/internal/audit"
	"github.com/parleyhq/parley/services/billing/internal/dispute"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func fromCase(c dispute.Case) *billingv1.Dispute {
	out := &billingv1.Dispute{
		Id:                c.ID,
		Number:            c.Number,
		CustomerId:        c.CustomerID,
		InvoiceId:         c.InvoiceID,
		InvoiceNumber:     c.InvoiceNumber,
		LineIds:           c.LineIDs,
		Amount:            fromMinor(c.Amount, c.Currency),
		State:             billingv1.Dispute_State(c.State),
		DecisionDueDate:   fromDate(c.DueDate),
		Reason:            c.Reason,
		ConversationId:    c.ConversationID,
		MessageId:         c.MessageID,
		Decision:          fromDecision(c),
		ProvisionalCredit: fromCredit(c),
		CreateTime:        timestamppb.New(c.CreateTime),
		UpdateTime:        timestamppb.New(c.UpdateTime),
		Etag:              c.Etag(),
	}
	for _, step := range c.Trail {
		out.Transitions = append(out.Transitions, &billingv1.DisputeTransition{
			Event:              billingv1.DisputeTransition_Event(step.Event),
			FromState:          billingv1.Dispute_State(step.From),
			ToState:            billingv1.Dispute_State(step.To),
			OccurTime:          timestamppb.New(step.Time),
			Principal:          step.By.Principal,
			OnBehalfOfCustomer: step.By.OnBehalfOf,
			Assurance:          accessv1.Assurance(step.By.Assurance),
			RequestId:          step.RequestID,
		})
	}
	return out
}

func fromDecision(c dispute.Case) *billingv1.Decision {
	step, decided := c.Decision()
	if !decided {
		return nil
	}
	outcome := billingv1.Decision_OUTCOME_REJECT
	if step.Event == dispute.Upholding {
		outcome = billingv1.Decision_OUTCOME_UPHOLD
	}
	return &billingv1.Decision{
		Outcome:    outcome,
		Reason:     c.DecisionReason,
		DecidedBy:  step.By.Principal,
		DecideTime: timestamppb.New(step.Time),
	}
}

func fromCredit(c dispute.Case) *billingv1.ProvisionalCredit {
	var state billingv1.ProvisionalCredit_State
	switch c.State {
	case dispute.Upheld:
		state = billingv1.ProvisionalCredit_STATE_PERMANENT
	case dispute.Rejected, dispute.Withdrawn:
		state = billingv1.ProvisionalCredit_STATE_REVERSED
	default:
		state = billingv1.ProvisionalCredit_STATE_PROVISIONAL
	}
	return &billingv1.ProvisionalCredit{
		State:             state,
		Amount:            fromMinor(c.Amount, c.Currency),
		CreditInvoiceId:   c.CreditInvoiceID,
		ReversalInvoiceId: c.ReversalInvoiceID,
	}
}

func fromTransaction(t ledger.Transaction) []*billingv1.LedgerEntry {
	entries := make([]*billingv1.LedgerEntry, len(t.Entries))
	for at, e := range t.Entries {
		entries[at] = &billingv1.LedgerEntry{
			TransactionId: t.ID,
			Kind:          billingv1.LedgerEntry_Kind(t.Kind),
			Account:       billingv1.LedgerAccount(e.Account),
			Amount:        fromMinor(e.Amount, t.Currency),
			DisputeId:     t.DisputeID,
			CustomerId:    t.CustomerID,
			PostTime:      timestamppb.New(t.PostTime),
		}
	}
	return entries
}

func fromReport(r audit.Report) *billingv1.LedgerReport {
	out := &billingv1.LedgerReport{
		ReconcileTime:    timestamppb.New(r.Time),
		DisputeCount:     int64(r.Disputes),
		TransactionCount: int64(r.Transactions),
		AdjustmentCount:  int64(r.Adjustments),
		MismatchCount:    int64(r.MismatchCount),
	}
	for _, b := range r.Balances {
		out.Balances = append(out.Balances, &billingv1.LedgerReport_Balance{
			Account: billingv1.LedgerAccount(b.Account), Balance: fromMinor(b.Amount, b.Currency),
		})
	}
	for _, m := range r.Mismatches {
		out.Mismatches = append(out.Mismatches, &billingv1.LedgerMismatch{
			Kind: billingv1.LedgerMismatch_Kind(m.Kind), DisputeId: m.DisputeID, TransactionId: m.TransactionID, Detail: m.Detail,
		})
	}
	return out
}
