package rpc

import (
	"time"

	"github.com/parleyhq/parley/adapters/channel"
	"github.com/parleyhq/parley/adapters/channel/delivery"
	"github.com/parleyhq/parley/adapters/channel/inbox"
	channelv1 "github.com/parleyhq/parley/proto/gen/parley/channel/v1"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// accountOut leaves out settings and secrets.
func accountOut(a channel.Adapter) *channelv1.Account {
	account := a.Account()
	return &channelv1.Account{
		Name: account.Name, Provider: account.Provider, Channel: account.Channel, Address: account.Address, Capabilities: a.Capabilities(),
	}
}

func deliveryOut(d delivery.Delivery, revealed delivery.Revealed) *channelv1.OutboundDelivery {
	return &channelv1.OutboundDelivery{
		Id: d.ID, MessageId: d.MessageID, Account: d.Account, Address: revealed.Address, State: d.State,
		AttemptCount: int32(d.Attempts), //nolint:gosec // bounded by the policy
		ExternalId:   revealed.ExternalID, Reason: d.Reason,
		NextAttemptTime: timeOut(d.NextTime), CreateTime: timeOut(d.CreateTime), UpdateTime: timeOut(d.UpdateTime),
	}
}

func letterOut(l inbox.Letter, body []byte) *channelv1.DeadLetter {
	return &channelv1.DeadLetter{
		Id: l.ID, Account: l.Account, Reason: l.Reason, Detail: l.Detail, RawBody: body, CreateTime: timeOut(l.Time),
	}
}

func timeOut(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}
