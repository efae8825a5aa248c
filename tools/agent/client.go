package agent

import (
	"context"
	"fmt"

	contextv1 "github.com/parleyhq/parley/proto/gen/parley/context/v1"
	routingv1 "github.com/parleyhq/parley/proto/gen/parley/routing/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// Client is the public API with an agent's key.
type Client struct {
	routing  routingv1.RoutingServiceClient
	timeline contextv1.ContextServiceClient
	conn     *grpc.ClientConn
}

// Dial the API at an address, host and port.
func Dial(address, key string) (*Client, error) {
	conn, err := grpc.NewClient(address,
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithPerRPCCredentials(bearer(key)))
	if err != nil {
		return nil, fmt.Errorf("dial the API at %s: %w", address, err)
	}
	return &Client{
		routing: routingv1.NewRoutingServiceClient(conn), timeline: contextv1.NewContextServiceClient(conn), conn: conn,
	}, nil
}

// Close hangs up.
func (c *Client) Close() error { return c.conn.Close() }

// bearer is an API key as each call carries it.
type bearer string

// GetRequestMetadata implements credentials.PerRPCCredentials.
func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

// RequireTransportSecurity implements credentials.PerRPCCredentials: TLS, where there is any, ends before the gateway.
func (bearer) RequireTransportSecurity() bool { return false }
