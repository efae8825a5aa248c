package egress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"
)

// Policy is what a client may reach and read.
type Policy struct {
	// Allow lists exceptions to what is refused: prefixes of addresses (`10.0.0.0/8`) and hosts with their port
	// (`127.0.0.1:8082`, `files.internal:443`), which are then reached wherever they resolve to.
	Allow []string
	// MaxBody bounds the body of a response, in bytes; 0 means 10 MiB.
	MaxBody int64
	// Timeout bounds a whole exchange, redirects and reading of the body included; 0 means 30 seconds.
	Timeout time.Duration
	// Resolve finds the addresses of a host; nil asks the system.
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
}

var (
	// ErrRefused is why an address, or what a name resolved to, is not connected to.
	ErrRefused = errors.New("the address is not of the public internet")
	// ErrBodyTooLarge ends the reading of a body at its bound.
	ErrBodyTooLarge = errors.New("the body is larger than allowed")
)

const (
	defaultMaxBody = 10 << 20
	defaultTimeout = 30 * time.Second
	maxRedirects   = 5
	maxHeader      = 64 << 10
	// maxIdle connections to each host are kept: as many as two accounts at one vendor send over at once, and then some. What
	// is beyond it is dialed anew for each request.
	maxIdle = 64
)

// NewClient makes a client that keeps the policy. It uses no proxy of the environment: that would resolve by itself.
func NewClient(p Policy) *http.Client {
	if p.MaxBody == 0 {
		p.MaxBody = defaultMaxBody
	}
	if p.Timeout == 0 {
		p.Timeout = defaultTimeout
	}
	if p.Resolve == nil {
		p.Resolve = resolve
	}
	d := dialer{policy: p}
	for _, a := range p.Allow {
		if prefix, err := netip.ParsePrefix(a); err == nil {
			d.prefixes = append(d.prefixes, prefix.Masked())
		}
	}
	transport := &http.Transport{
		DialContext:            d.dial,
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: maxHeader,
		IdleConnTimeout:        time.Minute,
		MaxIdleConnsPerHost:    maxIdle,
		TLSHandshakeTimeout:    10 * time.Second,
	}
	return &http.Client{
		Transport:     bounded{transport, p.MaxBody},
		CheckRedirect: checkRedirect,
		Timeout:       p.Timeout,
	}
}

func resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// checkRedirect bounds redirects and keeps what was asked for in secret from going on in clear. Where they lead to is
// checked when it is dialed, as for any other request.
func checkRedirect(next *http.Request, before []*http.Request) error {
	if len(before) > maxRedirects {
		return fmt.Errorf("more than %d redirects", maxRedirects)
	}
	if before[0].URL.Scheme == "https" && next.URL.Scheme != "https" {
		return errors.New("redirected from https to " + next.URL.Scheme)
	}
	return nil
}

type dialer struct {
	policy   Policy
	prefixes []netip.Prefix
}

// dial connects to an address that it has checked, and to no other.
func (d *dialer) dial(ctx context.Context, network, hostport string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, fmt.Errorf("read the address to connect to: %w", err)
	}
	addrs, err := d.addresses(ctx, host)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(d.policy.Allow, hostport) {
		for _, a := range addrs {
			// One bad address among good ones is an attempt, not a choice.
			if !d.allows(a) {
				return nil, fmt.Errorf("connect to %s: %w", host, ErrRefused)
			}
		}
	}
	var failed error
	for _, a := range addrs {
		conn, err := new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(a.String(), port))
		if err == nil {
			return conn, nil
		}
		failed = errors.Join(failed, err)
	}
	return nil, fmt.Errorf("connect to %s: %w", host, failed)
}

// addresses of a host, which may be one itself; never none.
func (d *dialer) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	if a, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{a.Unmap()}, nil
	}
	addrs, err := d.policy.Resolve(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("resolve %s: %w", host, err)
	}
	if len(addrs) == 0 {
		return nil, fmt.Errorf("resolve %s: no address", host)
	}
	for i, a := range addrs {
		addrs[i] = a.Unmap()
	}
	return addrs, nil
}

func (d *dialer) allows(a netip.Addr) bool {
	return public(a) || slices.ContainsFunc(d.prefixes, func(p netip.Prefix) bool { return p.Contains(a) })
}

// bounded ends bodies at max.
type bounded struct {
	next http.RoundTripper
	max  int64
}

// RoundTrip bounds the response.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = &body{resp.Body, b.max}
	return resp, nil
}

// CloseIdleConnections lets http.Client reach the transport's.
func (b bounded) CloseIdleConnections() {
	if c, ok := b.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

type body struct {
	io.ReadCloser
	left int64
}

// Read asks for one byte more than is left, to tell a body that ends at the bound from one that goes on.
func (b *body) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrBodyTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return n - 1, ErrBodyTooLarge
	}
	return n, err
}
