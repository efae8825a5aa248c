// Package rpc is parley.channel.v1.ChannelService: protobuf in, domain out, and back.
package rpc

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/adapters/channel/inbox"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/typeid"
	channelv1 "github.com/parleyhq/parley/proto/gen/parley/channel/v1"
	"google.golang.org/grpc/codes"
)

// Page sizes that the proto promises.
const (
	defaultPage = 200
	mostPage    = 1000
)

// ChannelService implements the RPCs. The tenant is the caller's.
type ChannelService struct {
	channelv1.UnimplementedChannelServiceServer
	adapters []channel.Adapter
	inbox    *inbox.Inbox
	runner   *delivery.Runner
	pages    *page.Tokens
}

// NewChannelService makes it.
func NewChannelService(adapters []channel.Adapter, in *inbox.Inbox, runner *delivery.Runner, pages *page.Tokens) *ChannelService {
	sorted := slices.SortedFunc(slices.Values(adapters), func(a, b channel.Adapter) int {
		return cmp.Compare(a.Account().Name, b.Account().Name)
	})
	return &ChannelService{adapters: sorted, inbox: in, runner: runner, pages: pages}
}

// ListAccounts implements the RPC.
func (s *ChannelService) ListAccounts(ctx context.Context, _ *channelv1.ListAccountsRequest) (*channelv1.ListAccountsResponse, error) {
	resp := &channelv1.ListAccountsResponse{}
	for _, a := range s.adapters {
		if a.Account().Tenant == caller.Tenant(ctx) {
			resp.Accounts = append(resp.Accounts, accountOut(a))
		}
	}
	return resp, nil
}

// ListDeliveries implements the RPC.
func (s *ChannelService) ListDeliveries(ctx context.Context, req *channelv1.ListDeliveriesRequest) (*channelv1.ListDeliveriesResponse, error) {
	list := s.pages.List(channelv1.ChannelService_ListDeliveries_FullMethodName, caller.Tenant(ctx), req.GetAccount(), req.GetMessageId())
	after, err := list.AfterID(req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), defaultPage, mostPage)
	filter := delivery.Filter{Account: req.GetAccount(), MessageID: req.GetMessageId()}
	found, err := s.runner.List(ctx, caller.Tenant(ctx), filter, after, size+1)
	if err != nil {
		return nil, err
	}
	resp := &channelv1.ListDeliveriesResponse{}
	found, resp.NextPageToken = page.Cut(list, found, size, func(d delivery.Delivery) []string { return []string{d.ID} })
	for _, d := range found {
		revealed, err := s.runner.Reveal(ctx, d)
		if err != nil {
			return nil, err
		}
		resp.Deliveries = append(resp.Deliveries, deliveryOut(d, revealed))
	}
	return resp, nil
}

// ListDeadLetters implements the RPC.
func (s *ChannelService) ListDeadLetters(ctx context.Context, req *channelv1.ListDeadLettersRequest) (*channelv1.ListDeadLettersResponse, error) {
	list := s.pages.List(channelv1.ChannelService_ListDeadLetters_FullMethodName, caller.Tenant(ctx), req.GetAccount())
	after, err := list.AfterID(req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := page.Size(req.GetPageSize(), defaultPage, mostPage)
	found, err := s.inbox.Letters(ctx, caller.Tenant(ctx), req.GetAccount(), after, size+1)
	if err != nil {
		return nil, err
	}
	resp := &channelv1.ListDeadLettersResponse{}
	found, resp.NextPageToken = page.Cut(list, found, size, func(l inbox.Letter) []string { return []string{l.ID} })
	for _, l := range found {
		resp.DeadLetters = append(resp.DeadLetters, letterOut(l, nil))
	}
	return resp, nil
}

// GetDeadLetter implements the RPC.
func (s *ChannelService) GetDeadLetter(ctx context.Context, req *channelv1.GetDeadLetterRequest) (*channelv1.GetDeadLetterResponse, error) {
	if err := checkLetter(req.GetDeadLetterId()); err != nil {
		return nil, err
	}
	l, body, err := s.inbox.Letter(ctx, caller.Tenant(ctx), req.GetDeadLetterId())
	if err != nil {
		return nil, letterFault(err)
	}
	return &channelv1.GetDeadLetterResponse{DeadLetter: letterOut(l, body)}, nil
}

// ReplayDeadLetter implements the RPC.
func (s *ChannelService) ReplayDeadLetter(ctx context.Context, req *channelv1.ReplayDeadLetterRequest) (*channelv1.ReplayDeadLetterResponse, error) {
	if err := checkLetter(req.GetDeadLetterId()); err != nil {
		return nil, err
	}
	events, err := s.inbox.Replay(ctx, caller.Tenant(ctx), req.GetDeadLetterId())
	if err != nil {
		return nil, letterFault(err)
	}
	return &channelv1.ReplayDeadLetterResponse{EventCount: int32(events)}, nil //nolint:gosec // a body of 1 MiB holds fewer
}

// EraseDeadLetter implements the RPC.
func (s *ChannelService) EraseDeadLetter(ctx context.Context, req *channelv1.EraseDeadLetterRequest) (*channelv1.EraseDeadLetterResponse, error) {
	if err := checkLetter(req.GetDeadLetterId()); err != nil {
		return nil, err
	}
	if err := s.inbox.Erase(ctx, caller.Tenant(ctx), req.GetDeadLetterId()); err != nil {
		return nil, letterFault(err)
	}
	return &channelv1.EraseDeadLetterResponse{}, nil
}

func checkLetter(id string) error { return typeid.Check("dead_letter_id", "letter", id) }

func letterFault(err error) error {
	switch {
	case errors.Is(err, inbox.ErrNoLetter):
		return fault.New(codes.NotFound, "DEAD_LETTER_NOT_FOUND", "there is no such dead letter").Because(err)
	case errors.Is(err, inbox.ErrStillUnreadable):
		return fault.New(codes.FailedPrecondition, "STILL_UNREADABLE", "the webhook cannot be read yet").Because(err)
	default:
		return err
	}
}
