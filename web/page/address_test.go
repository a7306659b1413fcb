package page

import (
	"net/http/httptest"
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
