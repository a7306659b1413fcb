package web_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The rooms that one room may call in its own transaction: the written acyclic
// list of docs/design.md.
var calls = map[string][]string{
	"station":     {"opinion"},
	"suggestion":  {"opinion"},
	"voter":       {"committee"},
	"institution": {"committee"},
	"appointment": {"committee"},
	"team":        {"committee"},
	"demo":        {"account", "appointment", "committee", "fund", "deputy", "institution", "station", "opinion", "voter", "team", "mandate", "training", "reportback", "suggestion", "plan", "meeting", "activity", "performance"},
	"mandate":     {"committee", "institution"},
	"training":    {"institution"},
	"plan":        {"committee"},
	"activity":    {"committee", "mandate", "plan"},
	"meeting":     {"committee", "mandate", "plan"},
}

var (
	leaves = []string{"fault", "access", "budget", "calendar", "choice", "procedure", "secret", "text"}
	second = []string{"audit", "person", "register", "file", "notice", "document", "deadline", "setting", "gathering", "poll"}
	tools  = []string{"dbtest", "localpg"}
	// leafDeps are modules that a leaf may use although it is no standard library.
	leafDeps = []string{"golang.org/x/text/unicode/norm", "golang.org/x/time/rate"}
)

func kind(pkg string) (name, kind string) {
	name, _, _ = strings.Cut(strings.TrimPrefix(pkg, "portal/internal/"), "/")
	switch {
	case slices.Contains(leaves, name):
		return name, "leaf"
	case name == "db":
		return name, "db"
	case slices.Contains(second, name):
		return name, "second"
	case slices.Contains(tools, name):
		return name, "tool"
	}
	return name, "room"
}

// TestImports holds the code against the import rules of docs/design.md.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "portal/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		pkg, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		for imp := range strings.FieldsSeq(imports) {
			if why := forbidden(pkg, imp); why != "" {
				t.Errorf("%s must not import %s: %s", pkg, imp, why)
			}
		}
	}
}

func forbidden(pkg, imp string) string {
	switch {
	case strings.HasPrefix(pkg, "portal/internal/"):
		return forbiddenInside(pkg, imp)
	case strings.HasPrefix(pkg, "portal/web"):
		return forbiddenOutside(pkg, imp)
	}
	return ""
}

func forbiddenInside(pkg, imp string) string {
	name, k := kind(pkg)
	if k == "tool" {
		return ""
	}
	switch {
	case imp == "net/http" || strings.HasPrefix(imp, "portal/web") || strings.HasPrefix(imp, "github.com/a-h/templ"):
		return "what the portal knows has no HTTP and no HTML"
	case strings.HasPrefix(imp, "github.com/jackc/pgx") && k != "db" && name != "account":
		return "only internal/db knows the driver"
	}
	if !strings.HasPrefix(imp, "portal/internal/") {
		if k == "leaf" && strings.Contains(imp, ".") && !slices.Contains(leafDeps, imp) {
			return "leaf packages need the standard library only"
		}
		return ""
	}
	other, ok := kind(imp)
	switch k {
	case "leaf":
		if ok != "leaf" {
			return "a leaf imports leaves"
		}
	case "db":
		if ok != "leaf" {
			return "db imports leaves"
		}
	case "second":
		if ok == "room" || ok == "tool" {
			return "what rooms share knows no room"
		}
	case "room":
		if ok == "room" && !slices.Contains(calls[name], other) {
			return "a room calls only the rooms on its list"
		}
	}
	return ""
}

func forbiddenOutside(pkg, imp string) string {
	room := strings.TrimPrefix(strings.TrimPrefix(pkg, "portal/web"), "/")
	switch {
	case room == "webtest", strings.HasPrefix(room, "webtest/"):
		return ""
	case strings.HasPrefix(imp, "github.com/jackc/pgx"):
		return "pages know no SQL"
	case room == "ui" && strings.HasPrefix(imp, "portal/") && !slices.Contains([]string{"portal/internal/fault", "portal/internal/calendar", "portal/web/static"}, imp):
		return "components know no room"
	case room != "" && room != "page" && strings.HasPrefix(imp, "portal/web/") &&
		!slices.Contains([]string{"portal/web/page", "portal/web/ui", "portal/web/static"}, imp):
		return "a room's pages know no other room's pages"
	}
	return ""
}
