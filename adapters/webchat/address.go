package webchat

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"google.golang.org/grpc/peer"
)

// from notes whose request it is: the host at the other end or, while that is one of our proxies, the one before it, of which the
// last entry of X-Forwarded-For tells. Whatever else stands in that header the visitor may have written.
func (d *Door) from(ctx context.Context, r *http.Request) context.Context {
	end, _ := netip.ParseAddrPort(r.RemoteAddr) // what is no address is one that all who have none share
	at := end.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		before, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil || !slices.ContainsFunc(d.proxies, func(p netip.Prefix) bool { return p.Contains(at) }) {
			break
		}
		at = before.Unmap()
	}
	return peer.NewContext(ctx, &peer.Peer{Addr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(at, 0))})
}

// addressOf is what is held to a pace: an address, or of IPv6 the 64 bits that one household has.
func addressOf(ctx context.Context) string {
	p, _ := peer.FromContext(ctx)
	if p == nil {
		return ""
	}
	end, _ := netip.ParseAddrPort(p.Addr.String())
	bits := 32
	if end.Addr().Is6() {
		bits = 64
	}
	household, _ := end.Addr().Prefix(bits)
	return household.String()
}
