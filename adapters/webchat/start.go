package webchat

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/typeid"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	webchatv1 "github.com/parleyhq/parley/proto/gen/parley/webchat/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// startSession makes a session. Nothing is kept of it, so whoever starts many has cost nothing; but with each of them more can be said,
// so that nobody in particular starts them at the pace of people. A visitor who signs in gets a chat of their own, into which the one
// before is read: the token of that one, which may be left behind somewhere, is good for nothing as soon as the customer has what was
// said with it.
func (d *Door) startSession(ctx context.Context, req *webchatv1.StartSessionRequest) (*webchatv1.StartSessionResponse, error) {
	a, ok := d.adapters[req.GetAccount()]
	if !ok {
		return nil, accountNotFound()
	}
	if req.GetSignature() != "" && !a.signed(req.GetCustomerReference(), req.GetSignature()) {
		return nil, fault.New(codes.Unauthenticated, "SIGNATURE_INVALID", "signature: the company's site did not sign this customer_reference").
			With("field", "signature")
	}
	now := d.cfg.Clock()
	if req.GetSignature() == "" && (!d.starts.allow(a.account.Name+" "+addressOf(ctx), now) || !d.all.allow(a.account.Name, now)) {
		return nil, fault.New(codes.ResourceExhausted, "TOO_MANY_SESSIONS", "too many chats begin here, try again in a second")
	}
	s := session{
		account: req.GetAccount(), visitor: typeid.New(visitorPrefix), customer: req.GetCustomerReference(), since: now, expires: now.Add(sessionLife),
	}
	if req.GetSessionToken() != "" {
		before, err := d.signIn(as(ctx, a), a, s, req.GetSessionToken())
		if err != nil {
			return nil, err
		}
		s.before, s.since = before.visitor, before.since
	}
	return &webchatv1.StartSessionResponse{
		SessionToken: s.token(d.cfg.Seal), VisitorId: s.visitor, SignedIn: s.customer != "", ExpireTime: timestamppb.New(s.expires),
	}, nil
}

// signIn answers the session with which the visitor was nobody until now; what was said in it will be the customer's. A chat
// that is another customer's, or already signed in, is not gone on with: the answer is a session that nothing was said in.
func (d *Door) signIn(ctx context.Context, a *Adapter, s session, token string) (session, error) {
	before, err := readSession(d.cfg.Seal, token, d.cfg.Clock())
	if err != nil {
		return session{}, err
	}
	foreign := before.account != s.account || before.customer != ""
	if !foreign {
		foreign, err = d.anothers(ctx, before.visitor, s.customer)
	}
	if err != nil || foreign {
		return session{since: s.since}, err
	}
	body, err := json.Marshal(said{SignIn: true, Time: d.cfg.Clock()})
	if err != nil {
		return session{}, fmt.Errorf("encode that somebody signed in: %w", err)
	}
	// In the lane of the visitor, behind all that was said: whatever crashes, it is theirs before anything else happens there.
	header := envelope{visitor: before.visitor, customer: s.customer}.header()
	if err := d.cfg.Inbox.Accept(context.WithoutCancel(ctx), a, header, body); err != nil {
		return session{}, fault.New(codes.Unavailable, "NOT_KEPT", "the sign-in could not be kept, try again").Because(err)
	}
	return before, nil
}

// anothers says whether a visitor turned out to be another customer before.
func (d *Door) anothers(ctx context.Context, visitor, customer string) (bool, error) {
	was, err := d.resolve(ctx, visitorHandle(visitor))
	if err != nil || was == nil {
		return false, err
	}
	if was.GetDisplayName() == "" && onlyVisits(was) {
		return false, nil
	}
	is, err := d.resolve(ctx, referenceHandle(customer))
	return is.GetId() != was.GetId(), err
}

// onlyVisits says that nothing vouches for who it is: nobody has signed in.
func onlyVisits(c *identityv1.Customer) bool {
	return !slices.ContainsFunc(c.GetHandles(), func(h *identityv1.LinkedHandle) bool {
		return h.GetHandle().GetKind() != identityv1.HandleKind_HANDLE_KIND_VISITOR_ID
	})
}

// resolve finds who holds a handle; nil when nobody does.
func (d *Door) resolve(ctx context.Context, h *identityv1.Handle) (*identityv1.Customer, error) {
	resp, err := d.cfg.Identity.ResolveCustomer(ctx, &identityv1.ResolveCustomerRequest{Handle: h})
	if fault.Code(err) == codes.NotFound {
		return nil, nil //nolint:nilnil // nobody is an answer
	}
	return resp.GetCustomer(), err
}
