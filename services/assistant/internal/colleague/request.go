package colleague

import (
	"context"
	"fmt"

	"github.com/parleyhq/parley/mesh/fault"
	"github.com/parleyhq/parley/mesh/idempotency"
	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	"google.golang.org/grpc"
)

// KeepRequest of what a person has to take up. One that was kept before, in whatever words, stays as it is.
func KeepRequest(ctx context.Context, peers grpc.ClientConnInterface, request *contextv1.CreateOpenRequestRequest) error {
	_, err := contextv1.NewContextServiceClient(peers).CreateOpenRequest(ctx, request)
	if err != nil && fault.Reason(err) != idempotency.Reused {
		return fmt.Errorf("keep an open request: %w", err)
	}
	return nil
}
