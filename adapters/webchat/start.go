package webchat

import (
	"context"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/typeid"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// startSession makes a session. Nothing is kept of it: whoever starts many has cost nothing.
func (d *Door) startSession(_ context.Context, req *webchatv1.StartSessionRequest) (*webchatv1.StartSessionResponse, error) {
	a, ok := d.adapters[req.GetAccount()]
	if !ok {
		return nil, accountNotFound()
	}
	if req.GetSignature() != "" && !a.signed(req.GetCustomerReference(), req.GetSignature()) {
		return nil, fault.New(codes.Unauthenticated, "SIGNATURE_INVALID", "signature: the company's site did not sign this customer_reference").
			With("field", "signature")
	}
	now := d.cfg.Clock()
	s := session{
		account: req.GetAccount(), visitor: typeid.New(visitorPrefix), customer: req.GetCustomerReference(), since: now, expires: now.Add(sessionLife),
	}
	return &webchatv1.StartSessionResponse{
		SessionToken: s.token(d.cfg.Seal), VisitorId: s.visitor, SignedIn: s.customer != "", ExpireTime: timestamppb.New(s.expires),
	}, nil
}
