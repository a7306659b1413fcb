package page

import (
	"net/http"
	"net/netip"
)

// Address is where r comes from, for budgets and for the list of one's own
// sessions. All of an IPv6 network of 64 bits, which one household has, is one
// address.
func Address(r *http.Request) string {
	port, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	a := port.Addr().Unmap()
	if a.Is6() {
		net, _ := a.WithZone("").Prefix(64)
		return net.String()
	}
	return a.String()
}
