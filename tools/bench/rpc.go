package bench

import (
	"bytes"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"connectrpc.com/connect"
	"github.com/fullstorydev/grpchan/inprocgrpc"
	"github.com/parleyhq/parley/gateway"
	"github.com/parleyhq/parley/mesh/caller"
	"github.com/parleyhq/parley/mesh/node"
	"github.com/parleyhq/parley/mesh/rpc"
	identityv1 "github.com/parleyhq/parley/proto/gen/parley/identity/v1"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace/noop"
)

const (
	tenant   = "aurora"
	apiKey   = "demo-bench-key"
	callers  = 4
	customID = "customer_01h455vb4pex5vsknk084sn02q"
	path     = identityv1.IdentityService_GetCustomer_FullMethodName
)

// answering is a service that has its answer ready: what is measured is the way to it.
type answering struct {
	identityv1.UnimplementedIdentityServiceServer
}

// GetCustomer implements identityv1.IdentityServiceServer.
func (answering) GetCustomer(context.Context, *identityv1.GetCustomerRequest) (*identityv1.GetCustomerResponse, error) {
	return &identityv1.GetCustomerResponse{Customer: &identityv1.Customer{Id: customID, DisplayName: "Customer", Locale: "en-US"}}, nil
}

// calls measures a call of one method: through every interceptor beside a bare channel, and through the gateway beside a
// forwarder of that one method written by hand.
func calls(ctx context.Context, r *run) error {
	local := rpc.NewLocal(rpc.Deps{})
	identityv1.RegisterIdentityServiceServer(local, answering{})
	bare := &inprocgrpc.Channel{}
	identityv1.RegisterIdentityServiceServer(bare, answering{})
	ctx = caller.With(ctx, caller.Service(tenant, "bench"))
	err := r.compare(ctx, Result{Bench: "rpc", Case: "in process, through every interceptor"}, "bare grpchan",
		getCustomer(identityv1.NewIdentityServiceClient(local)), getCustomer(identityv1.NewIdentityServiceClient(bare)))
	return errors.Join(err, r.overHTTP(ctx, local))
}

func getCustomer(client identityv1.IdentityServiceClient) call {
	return func(ctx context.Context) error {
		_, err := client.GetCustomer(ctx, &identityv1.GetCustomerRequest{CustomerId: customID})
		return err
	}
}

func (r *run) overHTTP(ctx context.Context, local *rpc.Local) error {
	cfg := gateway.Default()
	cfg.Addr = "127.0.0.1:0"
	cfg.Keys = []gateway.Key{{Name: "bench", Secret: apiKey, Tenant: tenant, Roles: []string{"service"}, Scopes: []string{"*"}}}
	n := &node.Node{Metrics: prometheus.NewRegistry(), Tracer: noop.NewTracerProvider(), Server: local, Peers: local}
	api, err := gateway.New(n, cfg, http.NotFoundHandler())
	if err != nil {
		return err
	}
	if err := api.Start(ctx); err != nil {
		return err
	}
	byHand, end, err := serveForwarder(ctx, local)
	if err != nil {
		return err
	}
	err = r.compare(ctx, Result{Bench: "rpc", Case: "the gateway, Connect and JSON"}, "connect-go forwarder by hand", post(api.Addr()), post(byHand))
	return errors.Join(err, end(), api.Stop(ctx))
}

// serveForwarder serves one method of the public API as one would write it by hand, with a key and nothing else.
func serveForwarder(ctx context.Context, local *rpc.Local) (address string, end func() error, err error) {
	client := identityv1.NewIdentityServiceClient(local)
	mux := http.NewServeMux()
	mux.Handle(path, connect.NewUnaryHandler(path,
		func(ctx context.Context, req *connect.Request[identityv1.GetCustomerRequest]) (*connect.Response[identityv1.GetCustomerResponse], error) {
			if subtle.ConstantTimeCompare([]byte(req.Header().Get("Authorization")), []byte("Bearer "+apiKey)) != 1 {
				return nil, connect.NewError(connect.CodeUnauthenticated, errors.New("the key is not known"))
			}
			resp, err := client.GetCustomer(caller.With(ctx, caller.Service(tenant, "bench")), req.Msg)
			if err != nil {
				return nil, err
			}
			return connect.NewResponse(resp), nil
		}))
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	return listener.Addr().String(), func() error {
		err := server.Close()
		if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	}, nil
}

// post calls the method over HTTP.
func post(address string) call {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: callers}}
	body := []byte(`{"customerId":"` + customID + `"}`)
	return func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address+path, bytes.NewReader(body))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer "+apiKey)
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer func() { _ = response.Body.Close() }()
		if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %w", response.Status, err)
		}
		return nil
	}
}

type call func(context.Context) error

// compare calls one and the other in turn, so that a slow moment of the machine meets both.
func (r *run) compare(ctx context.Context, of Result, name string, one, other call) error {
	const parts = 10
	var ones, others latencies
	for range parts {
		took, err := repeat(ctx, one, r.Duration/parts/2)
		if err != nil {
			return err
		}
		ones = append(ones, took...)
		if took, err = repeat(ctx, other, r.Duration/parts/2); err != nil {
			return err
		}
		others = append(others, took...)
	}
	of = of.of(ones, r.Duration/2).beside(name+" (ratio of time)", float64(len(others))/(r.Duration/2).Seconds())
	of.Ratio = round(of.ReferencePerS / of.PerS)
	return r.result(of)
}

// repeat calls from several goroutines until the time is over.
func repeat(ctx context.Context, c call, duration time.Duration) (latencies, error) {
	until := time.Now().Add(duration)
	var mu sync.Mutex
	var all latencies
	var failed error
	var calling sync.WaitGroup
	for range callers {
		calling.Go(func() {
			var mine latencies
			var err error
			for now := time.Now(); now.Before(until) && err == nil; {
				err = c(ctx)
				end := time.Now()
				mine = append(mine, end.Sub(now))
				now = end
			}
			mu.Lock()
			defer mu.Unlock()
			all, failed = slices.Concat(all, mine), errors.Join(failed, err)
		})
	}
	calling.Wait()
	return all, failed
}
