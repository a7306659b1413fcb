package localpg

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// OldestMajor is the oldest PostgreSQL that the portal runs on.
const OldestMajor = 14

// Binaries is a directory with PostgreSQL's server programs.
type Binaries struct {
	Dir   string
	Major int
}

// places are where systems keep server programs outside PATH: Debian and
// Ubuntu, the PostgreSQL project's own packages, Alpine, source builds,
// Homebrew on both kinds of Mac, Postgres.app.
var places = []string{
	"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*", "/usr/local/pgsql/bin",
	"/opt/homebrew/opt/postgresql@*/bin", "/opt/homebrew/opt/postgresql/bin",
	"/usr/local/opt/postgresql@*/bin", "/usr/local/opt/postgresql/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

// Find returns the server programs named by dir or, where dir is empty, the
// newest on PATH or in the usual places. Where a cluster of an older major
// version must be opened, major says which; 0 takes any.
func Find(dir string, major int) (Binaries, error) {
	if dir != "" {
		b, err := inspect(dir)
		if err != nil {
			return b, fmt.Errorf("no usable PostgreSQL in %s: %w", dir, err)
		}
		if b.Major < OldestMajor {
			return b, fmt.Errorf("%s holds PostgreSQL %d, which is too old: %w", dir, b.Major, ErrNotInstalled)
		}
		return b, nil
	}
	var found []Binaries
	for _, dir := range candidates() {
		b, err := inspect(dir)
		if err == nil && b.Major >= OldestMajor && (major == 0 || b.Major == major) {
			found = append(found, b)
		}
	}
	if len(found) == 0 {
		return Binaries{}, ErrNotInstalled
	}
	return slices.MaxFunc(found, func(a, b Binaries) int { return a.Major - b.Major }), nil
}

func candidates() []string {
	var dirs []string
	if p, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, filepath.Dir(p))
	}
	if p, err := exec.LookPath("pg_config"); err == nil {
		if out, err := exec.Command(p, "--bindir").Output(); err == nil {
			dirs = append(dirs, strings.TrimSpace(string(out)))
		}
	}
	for _, pattern := range places {
		if m, err := filepath.Glob(pattern); err == nil {
			dirs = append(dirs, m...)
		}
	}
	return dirs
}

var versionNumber = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

func inspect(dir string) (Binaries, error) {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return Binaries{}, err
	}
	out, err := exec.CommandContext(context.Background(), filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return Binaries{}, err
	}
	m := versionNumber.FindSubmatch(out)
	if m == nil {
		return Binaries{}, fmt.Errorf("unknown version %q", out)
	}
	major, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return Binaries{}, err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return Binaries{}, err
	}
	return Binaries{dir, major}, nil
}
