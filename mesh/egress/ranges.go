package egress

import "net/netip"

// public says whether an address is one of the public internet: not of the special-purpose registries of IANA
// (https://www.iana.org/assignments/iana-ipv4-special-registry, .../iana-ipv6-special-registry), nor a cloud's own.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	if a.Is6() && !globalUnicast6.Contains(a) {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// globalUnicast6 is all of IPv6 that is given out (RFC 4291); the rest embeds IPv4 addresses, is local, or is nobody's.
var globalUnicast6 = netip.MustParsePrefix("2000::/3")

var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),         // this network, RFC 791
	netip.MustParsePrefix("100.64.0.0/10"),     // carriers' NAT, RFC 6598; Alibaba's metadata
	netip.MustParsePrefix("192.0.0.0/24"),      // IETF protocols, RFC 6890; Oracle's metadata
	netip.MustParsePrefix("192.0.2.0/24"),      // documentation, RFC 5737
	netip.MustParsePrefix("192.88.99.0/24"),    // 6to4 relays, RFC 7526
	netip.MustParsePrefix("198.18.0.0/15"),     // benchmarks, RFC 2544
	netip.MustParsePrefix("198.51.100.0/24"),   // documentation, RFC 5737
	netip.MustParsePrefix("203.0.113.0/24"),    // documentation, RFC 5737
	netip.MustParsePrefix("240.0.0.0/4"),       // reserved, RFC 1112, and broadcast
	netip.MustParsePrefix("168.63.129.16/32"),  // Azure's platform, a public address that is not
	netip.MustParsePrefix("2001::/23"),         // IETF protocols, RFC 2928; Teredo among them
	netip.MustParsePrefix("2001:db8::/32"),     // documentation, RFC 3849
	netip.MustParsePrefix("2002::/16"),         // 6to4, RFC 3056: embeds IPv4
	netip.MustParsePrefix("2620:4f:8000::/48"), // AS112, RFC 7534
	netip.MustParsePrefix("3fff::/20"),         // documentation, RFC 9637
}
