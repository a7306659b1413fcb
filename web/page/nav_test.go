package page

import (
	"testing"

	"portal/internal/access"
)

// TestHere: one place of the rail is marked, the one that the page belongs to.
func TestHere(t *testing.T) {
	staff, deputy := access.Actor{UserID: 1, Role: access.Staff}, access.Actor{UserID: 2, Role: access.Deputy, DeputyID: 7}
	for _, c := range []struct {
		a          access.Actor
		path, want string
	}{
		{staff, DeskURL, DeskURL},
		{staff, MeetingURL(3), MeetingsURL},
		{staff, MeetingTopicURL(3), MeetingTopicsURL},
		{staff, PerformanceURL(7), DeputiesURL},
		{deputy, PerformanceURL(7), MyPerformanceURL},
		{deputy, PerformanceURL(8), DeputiesURL},
		{deputy, DeputyURL(7), DeputiesURL},
		{staff, "/nowhere", ""},
	} {
		if got := here(c.a, c.path); got != c.want {
			t.Errorf("here(%s, %s) = %q, want %q", c.a.Role, c.path, got, c.want)
		}
		marked := 0
		for _, g := range nav(c.a, c.path, 0) {
			for _, i := range g.Items {
				if i.Current {
					marked++
				}
			}
		}
		if want := min(len(c.want), 1); marked != want {
			t.Errorf("%s marks %d places, want %d", c.path, marked, want)
		}
	}
}
