package rpc

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/telemetry"
	accessv1 "github.com/parleyhq/parley/proto/gen/parley/access/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
)

// CallerHeader is the metadata that carries a parley.access.v1.Caller, and traceHeader a W3C traceparent.
const (
	CallerHeader = "parley-caller-bin"
	traceHeader  = "traceparent"
)

// identify puts the caller of the metadata into the context.
func identify(ctx context.Context) (context.Context, error) {
	sent := metadata.ValueFromIncomingContext(ctx, CallerHeader)
	if len(sent) != 1 {
		return ctx, noCaller(fmt.Errorf("%d callers in the metadata", len(sent)))
	}
	c := &accessv1.Caller{}
	if err := proto.Unmarshal([]byte(sent[0]), c); err != nil {
		return ctx, noCaller(fmt.Errorf("decode the caller: %w", err))
	}
	if c.GetTenant() == "" || c.GetPrincipal() == "" {
		return ctx, noCaller(fmt.Errorf("the caller has no tenant or no principal"))
	}
	return caller.With(ctx, c), nil
}

func noCaller(cause error) error {
	return fault.New(codes.Unauthenticated, "NO_CALLER", "the call does not say who calls").Because(cause)
}

// introduce puts the caller and the trace of the context into the metadata to be sent, in place of any that are there.
func introduce(ctx context.Context) (context.Context, error) {
	md, ok := metadata.FromOutgoingContext(ctx) // a copy
	if !ok {
		md = make(metadata.MD, 2)
	}
	delete(md, CallerHeader)
	delete(md, traceHeader)
	if c := caller.From(ctx); c != nil {
		encoded, err := proto.Marshal(c)
		if err != nil {
			return nil, fmt.Errorf("encode the caller: %w", err)
		}
		md[CallerHeader] = []string{string(encoded)}
	}
	if trace := telemetry.Inject(ctx); trace != "" {
		md[traceHeader] = []string{trace}
	}
	return metadata.NewOutgoingContext(ctx, md), nil
}
