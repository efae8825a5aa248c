package rpc

import (
	"context"
	"strings"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/typeid"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	billingv1 "github.com/parleyhq/parley/proto/gen/parley/billing/v1"
	"github.com/parleyhq/parley/services/billing/internal/audit"
	"github.com/parleyhq/parley/services/billing/internal/calendar"
	"github.com/parleyhq/parley/services/billing/internal/dispute"
	"github.com/parleyhq/parley/services/billing/internal/invoice"
	"github.com/parleyhq/parley/services/billing/internal/ledger"
	"google.golang.org/grpc/codes"
)

// DisputeService implements parley.billing.v1.DisputeService.
type DisputeService struct {
	billingv1.UnimplementedDisputeServiceServer

	desk     *dispute.Desk
	auditor  *audit.Auditor
	pages    *page.Tokens
	requests *Requests
}

// NewDisputeService serves the disputes of the desk.
func NewDisputeService(
	desk *dispute.Desk, auditor *audit.Auditor, pages *page.Tokens, requests *Requests,
) *DisputeService {
	return &DisputeService{desk: desk, auditor: auditor, pages: pages, requests: requests}
}

// by is who calls, as the domain knows them. A service that acts for no customer is none of the actors.
func by(ctx context.Context) dispute.By {
	c := caller.From(ctx)
	b := dispute.By{Tenant: c.GetTenant(), Principal: c.GetPrincipal(), OnBehalfOf: c.GetOnBehalfOfCustomer()}
	switch {
	case b.OnBehalfOf != "":
		b.Actor, b.Assurance = dispute.Customer, int(c.GetAssurance())
	case c.GetRole() == accessv1.Role_ROLE_OPERATOR, c.GetRole() == accessv1.Role_ROLE_AGENT:
		b.Actor = dispute.Staff
	}
	return b
}

// OpenDispute implements DisputeService.
func (s *DisputeService) OpenDispute(
	ctx context.Context, req *billingv1.OpenDisputeRequest,
) (*billingv1.OpenDisputeResponse, error) {
	for _, check := range []error{
		typeid.Check("customer_id", customerPrefix, req.GetCustomerId()),
		typeid.Check("invoice_id", invoice.IDPrefix, req.GetInvoiceId()),
		typeid.CheckOptional("conversation_id", "conversation", req.GetConversationId()),
		typeid.CheckOptional("message_id", "message", req.GetMessageId()),
	} {
		if check != nil {
			return nil, check
		}
	}
	request, err := s.requests.of(ctx, "billing.OpenDispute", req.GetRequestId(), req)
	if err != nil {
		return nil, err
	}
	opened, err := s.desk.Open(ctx, by(ctx), request, dispute.Ask{
		CustomerID: req.GetCustomerId(), InvoiceID: req.GetInvoiceId(), LineIDs: req.GetLineIds(),
		Reason:         strings.TrimSpace(req.GetReason()),
		ConversationID: req.GetConversationId(), MessageID: req.GetMessageId(),
	})
	if err != nil {
		return nil, toFault(err)
	}
	return &billingv1.OpenDisputeResponse{Dispute: fromCase(opened)}, nil
}

// GetDispute implements DisputeService.
func (s *DisputeService) GetDispute(
	ctx context.Context, req *billingv1.GetDisputeRequest,
) (*billingv1.GetDisputeResponse, error) {
	found, err := s.find(ctx, req)
	if err != nil {
		return nil, toFault(err)
	}
	return &billingv1.GetDisputeResponse{Dispute: fromCase(found)}, nil
}

func (s *DisputeService) find(ctx context.Context, req *billingv1.GetDisputeRequest) (dispute.Case, error) {
	if number := req.GetNumber(); number != "" {
		return s.desk.Numbered(ctx, by(ctx), number)
	}
	if err := typeid.Check("dispute_id", dispute.IDPrefix, req.GetDisputeId()); err != nil {
		return dispute.Case{}, err
	}
	return s.desk.Get(ctx, by(ctx), req.GetDisputeId())
}

// ListDisputes implements DisputeService.
func (s *DisputeService) ListDisputes(
	ctx context.Context, req *billingv1.ListDisputesRequest,
) (*billingv1.ListDisputesResponse, error) {
	if err := listable(ctx, req.GetCustomerId()); err != nil {
		return nil, err
	}
	tenant := caller.Tenant(ctx)
	which := dispute.Selection{CustomerID: req.GetCustomerId()}
	list := s.pages.List(billingv1.DisputeService_ListDisputes_FullMethodName, tenant, which.CustomerID, stateNames(req))
	for _, state := range req.GetStates() {
		which.States = append(which.States, dispute.State(state))
	}
	var err error
	if which.After, err = disputesAfter(list, req.GetPageToken()); err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), pageSize, maxPageSize)
	cases, err := s.desk.List(ctx, tenant, which, size+1)
	if err != nil {
		return nil, err
	}
	res := &billingv1.ListDisputesResponse{}
	cases, res.NextPageToken = page.Cut(list, cases, size, func(c dispute.Case) []string {
		last := c.Position()
		return []string{last.DueDate.String(), last.ID}
	})
	for _, c := range cases {
		res.Disputes = append(res.Disputes, fromCase(c))
	}
	return res, nil
}

// listable says whether the caller may list what is the customer's; an empty id means everybody's.
func listable(ctx context.Context, customerID string) error {
	behalf := caller.From(ctx).GetOnBehalfOfCustomer()
	if behalf != "" && behalf != customerID {
		return fault.New(codes.NotFound, "CUSTOMER_NOT_FOUND", "no such customer")
	}
	return typeid.CheckOptional("customer_id", customerPrefix, customerID)
}

func stateNames(req *billingv1.ListDisputesRequest) string {
	var names strings.Builder
	for _, state := range req.GetStates() {
		names.WriteString(state.String() + " ")
	}
	return names.String()
}

func disputesAfter(list page.List, token string) (dispute.Position, error) {
	place, err := list.After(token, 2)
	if err != nil || place == nil {
		return dispute.Position{}, err
	}
	due, err := calendar.ParseDate(place[0])
	if err != nil {
		return dispute.Position{}, page.NotOfList().Because(err)
	}
	return dispute.Position{DueDate: due, ID: place[1]}, nil
}

// ResolveDispute implements DisputeService.
func (s *DisputeService) ResolveDispute(
	ctx context.Context, req *billingv1.ResolveDisputeRequest,
) (*billingv1.ResolveDisputeResponse, error) {
	if err := typeid.Check("dispute_id", dispute.IDPrefix, req.GetDisputeId()); err != nil {
		return nil, err
	}
	request, err := s.requests.of(ctx, "billing.ResolveDispute", req.GetRequestId(), req)
	if err != nil {
		return nil, err
	}
	decided, err := s.desk.Decide(ctx, by(ctx), request, dispute.Verdict{
		DisputeID: req.GetDisputeId(), Etag: req.GetEtag(),
		Uphold: req.GetOutcome() == billingv1.Decision_OUTCOME_UPHOLD, Reason: strings.TrimSpace(req.GetReason()),
	})
	if err != nil {
		return nil, toFault(err)
	}
	return &billingv1.ResolveDisputeResponse{Dispute: fromCase(decided)}, nil
}

// WithdrawDispute implements DisputeService.
func (s *DisputeService) WithdrawDispute(
	ctx context.Context, req *billingv1.WithdrawDisputeRequest,
) (*billingv1.WithdrawDisputeResponse, error) {
	if err := typeid.Check("dispute_id", dispute.IDPrefix, req.GetDisputeId()); err != nil {
		return nil, err
	}
	request, err := s.requests.of(ctx, "billing.WithdrawDispute", req.GetRequestId(), req)
	if err != nil {
		return nil, err
	}
	withdrawn, err := s.desk.Withdraw(ctx, by(ctx), request, req.GetDisputeId(), req.GetEtag())
	if err != nil {
		return nil, toFault(err)
	}
	return &billingv1.WithdrawDisputeResponse{Dispute: fromCase(withdrawn)}, nil
}

// ListLedgerEntries implements DisputeService.
func (s *DisputeService) ListLedgerEntries(
	ctx context.Context, req *billingv1.ListLedgerEntriesRequest,
) (*billingv1.ListLedgerEntriesResponse, error) {
	which, err := toPostings(ctx, req)
	if err != nil {
		return nil, err
	}
	list := s.pages.List(billingv1.DisputeService_ListLedgerEntries_FullMethodName, caller.Tenant(ctx), which.DisputeID, which.CustomerID)
	if which.After.Time, which.After.ID, err = list.AfterTime(req.GetPageToken()); err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), pageSize, maxPageSize)
	transactions, err := s.desk.Transactions(ctx, by(ctx), which, size+1)
	if err != nil {
		return nil, toFault(err)
	}
	res := &billingv1.ListLedgerEntriesResponse{}
	transactions, res.NextPageToken = page.Cut(list, transactions, size, func(t ledger.Transaction) []string {
		return page.At(t.PostTime, t.ID)
	})
	for _, t := range transactions {
		res.Entries = append(res.Entries, fromTransaction(t)...)
	}
	return res, nil
}

func toPostings(ctx context.Context, req *billingv1.ListLedgerEntriesRequest) (dispute.Postings, error) {
	if id := req.GetDisputeId(); id != "" {
		return dispute.Postings{DisputeID: id}, typeid.Check("dispute_id", dispute.IDPrefix, id)
	}
	id := req.GetCustomerId()
	if err := typeid.Check("customer_id", customerPrefix, id); err != nil {
		return dispute.Postings{}, err
	}
	return dispute.Postings{CustomerID: id}, listable(ctx, id)
}

// ReconcileLedger implements DisputeService.
func (s *DisputeService) ReconcileLedger(
	ctx context.Context, _ *billingv1.ReconcileLedgerRequest,
) (*billingv1.ReconcileLedgerResponse, error) {
	report, err := s.auditor.Reconcile(ctx, caller.Tenant(ctx))
	if err != nil {
		return nil, err
	}
	return &billingv1.ReconcileLedgerResponse{Report: fromReport(report)}, nil
}
