package localpg_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"portal/internal/localpg"
)

// portal is the environment variable that turns this test binary into a portal
// which starts a server on the directory it names and waits to be killed.
const portal = "LOCALPG_TEST_PORTAL"

func TestMain(m *testing.M) {
	if dir := os.Getenv(portal); dir != "" {
		waitToBeKilled(dir)
	}
	os.Exit(m.Run())
}

func waitToBeKilled(dir string) {
	s, err := localpg.Start(context.Background(), localpg.Config{Dir: dir, Log: io.Discard, Volatile: true})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("ready", s.Dir)
	select {}
}

func TestStartKeepsData(t *testing.T) {
	dir := directory(t)
	s := start(t, dir)
	if err := s.Create(t.Context(), "portal"); err != nil {
		t.Fatal(err)
	}
	if err := s.Create(t.Context(), "portal"); err != nil {
		t.Errorf("Create of a database that is there = %v, want nil", err)
	}
	query[string](t, s, "portal", "CREATE TABLE t AS SELECT 'kept' AS v; ", "SELECT v FROM t")
	stop(t, s)
	s = start(t, dir)
	if got := query[string](t, s, "portal", "", "SELECT v FROM t"); got != "kept" {
		t.Errorf("after a restart t holds %q, want kept", got)
	}
	if got := query[string](t, s, "portal", "", "SHOW listen_addresses"); got != "" {
		t.Errorf("listen_addresses = %q, want none: never on the network", got)
	}
	if got := query[string](t, s, "portal", "", "SELECT datcollate::text FROM pg_database WHERE datname = 'portal'"); got != "C.UTF-8" {
		t.Errorf("collation = %q, want C.UTF-8", got)
	}
}

func TestSocketIsClosedToOthers(t *testing.T) {
	s := start(t, directory(t))
	info, err := os.Stat(socket(t, s))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o700 {
		t.Errorf("the socket's directory has mode %o, want 700", got)
	}
}

func TestSocketOfALongPath(t *testing.T) {
	s := start(t, filepath.Join(directory(t), strings.Repeat("long", 25)))
	if got := len(socket(t, s)) + len("/.s.PGSQL.5432.lock"); got > 104 {
		t.Errorf("the socket's path has %d bytes, more than every system takes", got)
	}
}

func TestSecondPortalIsRefused(t *testing.T) {
	dir := directory(t)
	s := start(t, dir)
	if _, err := localpg.Start(t.Context(), localpg.Config{Dir: dir, Log: io.Discard}); !errors.Is(err, localpg.ErrInUse) {
		t.Fatalf("Start on a directory in use = %v, want ErrInUse", err)
	}
	if got := query[int32](t, s, "postgres", "", "SELECT 1"); got != 1 {
		t.Errorf("the first portal's server answers %d, want 1", got)
	}
	beside, err := localpg.Attach(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := query[int32](t, beside, "postgres", "", "SELECT 1"); got != 1 {
		t.Errorf("a command beside the portal reads %d, want 1", got)
	}
	stop(t, beside)
	query[int32](t, s, "postgres", "", "SELECT 1") // still there
}

// A server that was killed leaves its mark, its socket and shared memory.
func TestServerKilled(t *testing.T) {
	dir := directory(t)
	s := start(t, dir)
	query[int32](t, s, "postgres", "CREATE TABLE t (v int); INSERT INTO t VALUES (7);", "SELECT v FROM t")
	if err := syscall.Kill(marked(t, s), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("Done was not closed")
	}
	stop(t, s)
	s = start(t, dir)
	if got := query[int32](t, s, "postgres", "", "SELECT v FROM t"); got != 7 {
		t.Errorf("after the kill t holds %d, want 7", got)
	}
}

func TestPortalKilled(t *testing.T) {
	dir := directory(t)
	killed(t, dir, nil)
	s := start(t, dir)
	query[int32](t, s, "postgres", "", "SELECT 1")
}

// The number of a server that ended in a power cut may be another program's.
func TestReusedNumber(t *testing.T) {
	dir := directory(t)
	s := start(t, dir)
	data := filepath.Join(s.Dir, "data")
	mark, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	stop(t, s)
	other := exec.Command("sleep", "60")
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Process.Kill(); _ = other.Wait() })
	_, rest, _ := strings.Cut(string(mark), "\n")
	write(t, filepath.Join(data, "postmaster.pid"), strconv.Itoa(other.Process.Pid)+"\n"+rest)
	start(t, dir)
	if err := other.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the other program was ended: %v", err)
	}
}

func TestOtherVersion(t *testing.T) {
	dir := directory(t)
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(data, "PG_VERSION"), "9\n")
	_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir, Log: io.Discard})
	var other *localpg.VersionError
	if !errors.As(err, &other) || other.Cluster != 9 {
		t.Fatalf("Start on a cluster of PostgreSQL 9 = %v, want a VersionError that says so", err)
	}
	if b, err := os.ReadFile(filepath.Join(data, "PG_VERSION")); err != nil || string(b) != "9\n" {
		t.Errorf("the cluster was touched: %q, %v", b, err)
	}
}

func TestFindTakesNoneTooOld(t *testing.T) {
	bin := directory(t)
	write(t, filepath.Join(bin, "initdb"), "#!/bin/sh\n")
	write(t, filepath.Join(bin, "postgres"), "#!/bin/sh\necho 'postgres (PostgreSQL) 13.9'\n")
	if b, err := localpg.Find(bin, 0); err == nil {
		t.Errorf("Find(%s) = %v, want an error: PostgreSQL 13 is too old", bin, b)
	}
}

func TestOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Log("every other test runs as one")
		return
	}
	dir := directory(t)
	nobody := &syscall.Credential{Uid: 65534, Gid: 65534}
	if err := os.Chown(dir, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	killed(t, dir, nobody)
}

// killed runs a portal of its own on dir, kills it, and expects its server to
// end.
func killed(t *testing.T, dir string, as *syscall.Credential) {
	t.Helper()
	bin := filepath.Join(directory(t), "portal") // where an ordinary user can run it
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cp", self, bin).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	c := exec.Command(bin)
	c.Env, c.Dir = append(os.Environ(), portal+"="+dir), "/"
	c.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	where, ok := strings.CutPrefix(strings.TrimSpace(line), "ready ")
	if !ok {
		t.Fatalf("the portal said %q", line)
	}
	pid := marked(t, &localpg.Server{Dir: where})
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	for range 100 {
		if syscall.Kill(pid, 0) != nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("the server %d outlives its portal", pid)
}

// directory is a new directory that any account may pass through, unlike
// t.TempDir, so that root's server stays in it.
func directory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "localpg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func start(t *testing.T, dir string) *localpg.Server {
	t.Helper()
	s, err := localpg.Start(t.Context(), localpg.Config{Dir: dir, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop() })
	return s
}

func stop(t *testing.T, s *localpg.Server) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
}

func query[T any](t *testing.T, s *localpg.Server, database, first, sql string) T {
	t.Helper()
	c, err := pgx.Connect(t.Context(), s.URL(database))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	if first != "" {
		if _, err := c.Exec(t.Context(), first); err != nil {
			t.Fatal(err)
		}
	}
	var v T
	if err := c.QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// marked is the number of the server's process.
func marked(t *testing.T, s *localpg.Server) int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(s.Dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

func socket(t *testing.T, s *localpg.Server) string {
	t.Helper()
	u, err := url.Parse(s.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("host")
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// TestLockOutlivesItsOwner drops the Server while PostgreSQL runs, as tests do
// that need only its address: the directory stays taken.
func TestLockOutlivesItsOwner(t *testing.T) {
	dir := directory(t)
	pid := func() int {
		s, err := localpg.Start(t.Context(), localpg.Config{Dir: dir, Volatile: true, Log: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		return marked(t, s)
	}()
	t.Cleanup(func() { _ = syscall.Kill(pid, syscall.SIGINT) })
	for range 5 {
		runtime.GC()
		time.Sleep(20 * time.Millisecond)
	}
	if f, err := localpg.Lock(dir); !errors.Is(err, localpg.ErrInUse) {
		t.Errorf("Lock = %v, %v, want ErrInUse", f, err)
	}
}
