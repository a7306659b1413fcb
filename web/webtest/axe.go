package webtest

import (
	"fmt"
	"os"
	"strings"
	"sync"
)

// axe is the accessibility checker's script, where scripts/ puts it.
var axe = sync.OnceValues(func() (string, error) {
	path := os.Getenv("PORTAL_AXE")
	if path == "" {
		return "", fmt.Errorf("PORTAL_AXE is not set: run make test, which installs axe-core")
	}
	b, err := os.ReadFile(path)
	return string(b), err
})

type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

// Accessible fails the test if axe finds anything on the page, at the width of
// a desk or of a phone.
func (b *Browser) Accessible() *Browser {
	b.t.Helper()
	b.Phone().Axe()
	return b.Desk().Axe()
}

// Axe fails the test if axe finds anything on the page as it stands.
func (b *Browser) Axe() *Browser {
	b.t.Helper()
	script, err := axe()
	if err != nil {
		b.t.Fatal(err)
	}
	if !Eval[bool](b, `'axe' in window`) {
		Eval[bool](b, script+";true")
	}
	found := Eval[[]violation](b, `axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)`)
	if len(found) > 0 {
		b.t.Errorf("%s: axe finds %d kinds of violation\n%s", b.path(), len(found), describe(found))
	}
	return b
}

func describe(found []violation) string {
	var s strings.Builder
	for _, v := range found {
		fmt.Fprintf(&s, "%s: %s\n", v.ID, v.Help)
		for i, n := range v.Nodes {
			if i == 3 {
				fmt.Fprintf(&s, "  … %d more\n", len(v.Nodes)-3)
				break
			}
			fmt.Fprintf(&s, "  %s\n    %s\n", n.HTML, strings.ReplaceAll(n.Summary, "\n", " "))
		}
	}
	return s.String()
}
