package rpc

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/services/billing/internal/once"
	"google.golang.org/protobuf/proto"
)

// Requests names calls that have their effect once.
type Requests struct{ keeper *seal.Keeper }

// NewRequests by keyed hashes of what is asked: what stands in the store tells nothing of it.
func NewRequests(k *seal.Keeper) *Requests { return &Requests{keeper: k} }

func (r *Requests) of(ctx context.Context, method, id string, req proto.Message) (once.Request, error) {
	payload, err := proto.MarshalOptions{Deterministic: true}.Marshal(req)
	if err != nil {
		return once.Request{}, fmt.Errorf("encode the request %s: %w", id, err)
	}
	return once.Request{
		Method: method, ID: id, Payload: r.keeper.Blind(caller.Tenant(ctx), "billing.request", string(payload)),
	}, nil
}
