//go:build screenshots

package web_test

import (
	"path/filepath"
	"testing"

	"portal/internal/demo"
	"portal/web/webtest/whole"
)

// TestScreenshots writes the pictures of README.md: scripts/screenshots.sh.
func TestScreenshots(t *testing.T) {
	p := whole.Demo(t)
	to := func(name string) string { return filepath.Join("..", "docs", "img", name+".png") }
	p.Browser().Phone().Go("/").View(to("home-phone"))
	staff := p.Browser().SignIn("dongcheng-staff", demo.Password)
	staff.Go("/desk").View(to("desk"))
	staff.Go("/opinions?view=review").Press("20").View(to("opinion"))
	staff.Go("/figures?from=2019-06-27&to=2019-12-31").View(to("figures"))
}
