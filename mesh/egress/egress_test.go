package egress_test

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/parleyhq/parley/mesh/egress"
)

// names is a resolver that knows what the test tells it.
func names(known map[string][]string) func(context.Context, string) ([]netip.Addr, error) {
	return func(_ context.Context, host string) ([]netip.Addr, error) {
		var addrs []netip.Addr
		for _, a := range known[host] {
			addrs = append(addrs, netip.MustParseAddr(a))
		}
		return addrs, nil
	}
}

func get(t *testing.T, p egress.Policy, url string) (string, error) {
	t.Helper()
	c := egress.NewClient(p)
	defer c.CloseIdleConnections()
	resp, err := c.Get(url)
	if err != nil {
		return "", err
	}
	defer func() { _ = resp.Body.Close() }()
	read, err := io.ReadAll(resp.Body)
	return string(read), err
}

func TestAddressesOffThePublicInternetAreRefused(t *testing.T) {
	for what, addr := range map[string]string{
		"loopback":                       "127.0.0.1",
		"all of loopback":                "127.8.8.8",
		"private, ten":                   "10.0.0.1",
		"private, 172":                   "172.31.255.255",
		"private, 192":                   "192.168.1.1",
		"link-local":                     "169.254.1.1",
		"cloud metadata":                 "169.254.169.254",
		"Alibaba metadata":               "100.100.100.200",
		"Azure platform":                 "168.63.129.16",
		"carrier NAT":                    "100.64.0.1",
		"unspecified":                    "0.0.0.0",
		"this network":                   "0.1.2.3",
		"IETF protocols":                 "192.0.0.192",
		"documentation":                  "203.0.113.7",
		"benchmarks":                     "198.19.0.1",
		"multicast":                      "224.0.0.1",
		"reserved":                       "240.0.0.1",
		"broadcast":                      "255.255.255.255",
		"IPv6 loopback":                  "::1",
		"IPv6 unspecified":               "::",
		"IPv6 unique local":              "fd00:ec2::254",
		"IPv6 link-local":                "fe80::1",
		"IPv6 site-local":                "fec0::1",
		"IPv6 multicast":                 "ff02::1",
		"IPv4-mapped loopback":           "::ffff:127.0.0.1",
		"IPv4-mapped metadata":           "::ffff:169.254.169.254",
		"IPv4-mapped private, hex":       "::ffff:a00:1",
		"IPv4-compatible loopback":       "::127.0.0.1",
		"NAT64 of a private address":     "64:ff9b::a00:1",
		"local NAT64":                    "64:ff9b:1::1",
		"6to4 of a private address":      "2002:a00:1::1",
		"Teredo":                         "2001:0:a00:1::1",
		"IPv6 documentation":             "2001:db8::1",
		"discard":                        "100::1",
		"segment routing, not given out": "5f00::1",
	} {
		t.Run(what, func(t *testing.T) {
			if _, err := get(t, egress.Policy{}, "http://"+net.JoinHostPort(addr, "80")+"/"); !errors.Is(err, egress.ErrRefused) {
				t.Errorf("as a literal: %v, want refused", err)
			}
			p := egress.Policy{Resolve: names(map[string][]string{"partner.example": {addr}})}
			if _, err := get(t, p, "http://partner.example/"); !errors.Is(err, egress.ErrRefused) {
				t.Errorf("as what a name resolves to: %v, want refused", err)
			}
		})
	}
}

func TestOneBadAddressAmongGoodOnesIsRefused(t *testing.T) {
	p := egress.Policy{Resolve: names(map[string][]string{"partner.example": {"93.184.215.14", "10.0.0.1"}})}
	if _, err := get(t, p, "http://partner.example/"); !errors.Is(err, egress.ErrRefused) {
		t.Errorf("got %v, want refused", err)
	}
}

// A name that is public when it is checked and private when it is connected to must be asked for once only.
func TestANameIsResolvedOnce(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "checked") }))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	var asked atomic.Int32
	p := egress.Policy{
		Allow: []string{"127.0.0.1/32"},
		Resolve: func(context.Context, string) ([]netip.Addr, error) {
			if asked.Add(1) == 1 {
				return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
			}
			return []netip.Addr{netip.MustParseAddr("127.0.0.2")}, nil
		},
	}
	if got, err := get(t, p, "http://rebinding.example:"+port+"/"); err != nil || got != "checked" || asked.Load() != 1 {
		t.Errorf("got %q, %v after %d questions, want one", got, err, asked.Load())
	}
}

func TestARedirectIsCheckedLikeARequest(t *testing.T) {
	var secrets atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { secrets.Add(1) }))
	defer inside.Close()
	outside := httptest.NewServer(http.RedirectHandler(inside.URL, http.StatusFound))
	defer outside.Close()
	p := egress.Policy{Allow: []string{outside.Listener.Addr().String()}}
	if _, err := get(t, p, outside.URL); !errors.Is(err, egress.ErrRefused) || secrets.Load() != 0 {
		t.Errorf("got %v, the private server was asked %d times", err, secrets.Load())
	}
}

func TestRedirectsEnd(t *testing.T) {
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, server.URL, http.StatusFound)
	}))
	defer server.Close()
	if _, err := get(t, egress.Policy{Allow: []string{"127.0.0.0/8"}}, server.URL); err == nil {
		t.Error("a loop of redirects was followed")
	}
}

func TestBodiesAreBounded(t *testing.T) {
	for name, c := range map[string]struct {
		size int
		err  error
	}{
		"below the bound":     {999, nil},
		"at the bound":        {1000, nil},
		"one over the bound":  {1001, egress.ErrBodyTooLarge},
		"far above the bound": {1 << 20, egress.ErrBodyTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			serve := func(t *testing.T, write func(http.ResponseWriter)) {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { write(w) }))
				defer server.Close()
				p := egress.Policy{Allow: []string{server.Listener.Addr().String()}, MaxBody: 1000}
				got, err := get(t, p, server.URL)
				if !errors.Is(err, c.err) || len(got) != min(c.size, 1000) {
					t.Errorf("%d bytes, %v; want %d, %v", len(got), err, min(c.size, 1000), c.err)
				}
			}
			text := strings.Repeat("a", c.size)
			t.Run("plain", func(t *testing.T) {
				serve(t, func(w http.ResponseWriter) { _, _ = io.WriteString(w, text) })
			})
			t.Run("compressed", func(t *testing.T) {
				serve(t, func(w http.ResponseWriter) {
					w.Header().Set("Content-Encoding", "gzip")
					z := gzip.NewWriter(w)
					_, _ = io.WriteString(z, text)
					_ = z.Close()
				})
			})
		})
	}
}

func TestExceptionsAreForWhatTheyName(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	for name, c := range map[string]struct {
		allow   string
		refused bool
	}{
		"the host and port":   {"127.0.0.1:" + port, false},
		"the prefix":          {"127.0.0.0/24", false},
		"another port":        {"127.0.0.1:1", true},
		"another prefix":      {"127.0.1.0/24", true},
		"a host without port": {"127.0.0.1", true},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := get(t, egress.Policy{Allow: []string{c.allow}}, server.URL)
			if errors.Is(err, egress.ErrRefused) != c.refused {
				t.Errorf("got %v, want refused: %v", err, c.refused)
			}
		})
	}
}
