// Package node is what a service is handed by the process it runs in. A service never knows whether its peers are in the
// same process: it calls them through Peers, and the process decides.
package node

import (
	"context"
	"log/slog"

	"github.com/parleyhq/parley/mesh/bus"
	"github.com/parleyhq/parley/mesh/clock"
	"github.com/parleyhq/parley/mesh/page"
	"github.com/parleyhq/parley/mesh/seal"
	"github.com/parleyhq/parley/mesh/store"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
)

// Node is the ground that a service stands on.
type Node struct {
	Log     *slog.Logger
	Clock   clock.Clock
	Metrics prometheus.Registerer
	Tracer  trace.TracerProvider
	// Server is where the service registers its RPCs, in its New.
	Server grpc.ServiceRegistrar
	// Peers is how it calls other services; their names are in the methods.
	Peers grpc.ClientConnInterface
	Bus   *bus.Bus
	Seal  *seal.Keeper
	Pages *page.Tokens
	// Store opens a database once per name; the process closes it.
	Store func(ctx context.Context, name string) (*store.DB, error)
}
