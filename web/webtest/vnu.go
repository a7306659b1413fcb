package webtest

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// Valid fails the test if the Nu HTML checker finds an error or a warning in any
// of the pages, given by their address.
func Valid(t testing.TB, pages map[string]string) {
	t.Helper()
	jar := os.Getenv("PORTAL_VNU")
	if jar == "" {
		t.Fatal("PORTAL_VNU is not set: run make test, which installs the checker")
	}
	dir := t.TempDir()
	files := map[string]string{}
	args := []string{"-Xss4m", "-jar", jar, "--format", "json", "--no-langdetect", "--exit-zero-always"}
	for address, html := range pages {
		file := filepath.Join(dir, strconv.Itoa(len(files))+".html")
		if err := os.WriteFile(file, []byte(html), 0o600); err != nil {
			t.Fatal(err)
		}
		files["file:"+file] = address
		args = append(args, file)
	}
	for _, m := range nu(t, args) {
		t.Errorf("%s line %d: %s: %s\n  %s", files[m.URL], m.LastLine, m.Type+m.SubType, m.Message, m.Extract)
	}
}

type message struct {
	Type, SubType, Message, Extract, URL string
	LastLine                             int
}

// nu runs the checker, which writes what it found to standard error.
func nu(t testing.TB, args []string) []message {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "java", args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var found struct{ Messages []message }
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatalf("the Nu checker says %v: %s", err, out)
	}
	return found.Messages
}
