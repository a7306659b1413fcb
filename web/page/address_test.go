package page

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestAddress(t *testing.T) {
	for from, want := range map[string]string{
		"203.0.113.7:50000":          "203.0.113.7",
		"[::ffff:203.0.113.7]:50000": "203.0.113.7",
		"[2001:db8:1:2:3::9]:443":    "2001:db8:1:2::/64",
		"[fe80::1%eth0]:443":         "fe80::/64",
		"@":                          "@",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = from
		if got := Address(r); got != want {
			t.Errorf("Address of %s = %q, want %q", from, got, want)
		}
	}
}

func TestProxies(t *testing.T) {
	p := Proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"10.0.0.1:80", "203.0.113.7", "203.0.113.7"},
		{"10.0.0.1:80", "198.51.100.1, 203.0.113.7, 10.2.2.2", "203.0.113.7"}, // the first is what the client made up
		{"[::1]:80", "2001:db8:1:2::9", "2001:db8:1:2::/64"},
		{"203.0.113.7:80", "198.51.100.1", "203.0.113.7"}, // not one of ours: it can say what it likes
		{"10.0.0.1:80", "", "10.0.0.1"},
		{"10.0.0.1:80", "unknown", "10.0.0.1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if got := p.Address(r); got != c.want {
			t.Errorf("Address of %s for %q = %q, want %q", c.remote, c.forwarded, got, c.want)
		}
	}
}
