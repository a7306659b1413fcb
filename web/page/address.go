package page

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Address is where r comes from, for budgets and for the list of one's own
// sessions. All of an IPv6 network of 64 bits, which one household has, is one
// address.
func Address(r *http.Request) string {
	if a := VisitorOf(r).Address; a != "" {
		return a
	}
	return Proxies(nil).Address(r)
}

// Proxies are the addresses whose X-Forwarded-For is believed: the installation's
// own gateways. Anybody else can write there what they like.
type Proxies []netip.Prefix

// Address is that of the nearest sender of r that is none of our own proxies.
func (p Proxies) Address(r *http.Request) string {
	port, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	from := port.Addr().Unmap()
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil || !p.has(from) {
			break
		}
		from = next.Unmap()
	}
	if from.Is6() {
		net, _ := from.WithZone("").Prefix(64)
		return net.String()
	}
	return from.String()
}

func (p Proxies) has(a netip.Addr) bool {
	return slices.ContainsFunc(p, func(net netip.Prefix) bool { return net.Contains(a) })
}
