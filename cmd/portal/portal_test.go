package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/demo"
	"portal/internal/localpg"
)

// main itself, when this test binary is started again as the portal.
func TestMain(m *testing.M) {
	if os.Getenv("PORTAL_TEST_MAIN") != "" {
		os.Exit(run())
	}
	os.Exit(m.Run())
}

func TestServeKeepsDataAndLeavesNothing(t *testing.T) {
	data := directory(t)
	p := serve(t, "PORTAL_DATA="+data)
	conn := beside(t, data)
	if _, err := conn.Exec(t.Context(), `INSERT INTO cities (name, code) VALUES ('东莞市', '441900')`); err != nil {
		t.Fatal(err)
	}
	conn.Close(t.Context())
	if out := p.end(t, syscall.SIGTERM); !strings.Contains(out, p.address) {
		t.Errorf("the portal did not say its address %s:\n%s", p.address, out)
	}
	if _, err := os.Stat(filepath.Join(data, "postgres/data/postmaster.pid")); err == nil {
		t.Error("PostgreSQL was not stopped")
	}
	p = serve(t, "PORTAL_DATA="+data)
	conn = beside(t, data)
	defer conn.Close(t.Context())
	var name string
	if err := conn.QueryRow(t.Context(), `SELECT name FROM cities`).Scan(&name); err != nil || name != "东莞市" {
		t.Errorf("after a second start the city is %q, %v, want 东莞市", name, err)
	}
	p.end(t, os.Interrupt)
}

// The portal comes back when its PostgreSQL is killed, and so do its data.
func TestServeOutlivesItsPostgreSQL(t *testing.T) {
	data := directory(t)
	p := serve(t, "PORTAL_DATA="+data)
	conn := beside(t, data)
	if _, err := conn.Exec(t.Context(), `INSERT INTO cities (name, code) VALUES ('东莞市', '441900')`); err != nil {
		t.Fatal(err)
	}
	conn.Close(t.Context())
	mark, err := os.ReadFile(filepath.Join(data, "postgres/data/postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, _, _ := strings.Cut(string(mark), "\n")
	if out, err := exec.Command("kill", "-9", pid).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	p.wait(t, func() bool { return p.get("/readyz") != http.StatusOK })
	p.wait(t, func() bool { return p.get("/readyz") == http.StatusOK })
	conn = beside(t, data)
	defer conn.Close(t.Context())
	var n int
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM cities`).Scan(&n); err != nil || n != 1 {
		t.Errorf("after the kill there are %d cities, %v, want 1", n, err)
	}
	p.end(t, syscall.SIGTERM)
}

func TestServeTwice(t *testing.T) {
	data := directory(t)
	p := serve(t, "PORTAL_DATA="+data)
	for _, c := range []struct{ want, addr string }{
		{"端口已被占用", strings.TrimPrefix(p.address, "http://")},
		{"正在被另一个平台进程使用", "127.0.0.1:0"},
	} {
		out := refused(t, []string{"serve"}, "PORTAL_DATA="+data, "PORTAL_ADDR="+c.addr)
		if !strings.Contains(out, c.want) {
			t.Errorf("a second start on %s says %q, want %s", c.addr, out, c.want)
		}
	}
	if got := p.get("/readyz"); got != http.StatusOK {
		t.Errorf("the first portal answers %d, want 200", got)
	}
	p.end(t, syscall.SIGTERM)
}

func TestServeOnAServer(t *testing.T) {
	url := dbtest.New(t)
	if err := db.MigrateTo(t.Context(), url, 0); err != nil {
		t.Fatal(err)
	}
	if out := refused(t, []string{"serve"}, "PORTAL_DATABASE_URL="+url, "PORTAL_ADDR=127.0.0.1:0"); !strings.Contains(out, "portal migrate") {
		t.Errorf("serve on an empty database says %q, want it to name portal migrate", out)
	}
	c := command([]string{"migrate"}, "PORTAL_DATABASE_URL="+url)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("migrate: %v\n%s", err, out)
	}
	p := serve(t, "PORTAL_DATABASE_URL="+url, "PORTAL_DATA="+directory(t))
	p.end(t, syscall.SIGTERM)
}

func TestServeWhereTheDatabaseIsAway(t *testing.T) {
	url := "postgres://someone:secret-word@127.0.0.1:1/portal"
	out := refused(t, []string{"serve"}, "PORTAL_DATABASE_URL="+url, "PORTAL_ADDR=127.0.0.1:0")
	if !strings.Contains(out, "连不上数据库") || strings.Contains(out, "secret-word") {
		t.Errorf("serve without its database says %q, want 连不上数据库 and no password", out)
	}
}

// A demonstration that was interrupted is told from one that is whole; emptying
// the database takes a flag.
func TestDemo(t *testing.T) {
	url := dbtest.New(t)
	env := []string{"PORTAL_DATABASE_URL=" + url, "PORTAL_DATA=" + directory(t)}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), `INSERT INTO cities (name, code, demo) VALUES ('东莞市', '441900', true)`); err != nil {
		t.Fatal(err)
	}
	if out := refused(t, []string{"demo"}, env...); !strings.Contains(out, "--afresh") {
		t.Errorf("demo after half a load says %q, want it to name --afresh", out)
	}
	if out, err := command([]string{"demo", "--afresh"}, env...).CombinedOutput(); err != nil || !strings.Contains(string(out), "已装入") {
		t.Fatalf("demo --afresh: %v\n%s", err, out)
	}
	if out, err := command([]string{"demo"}, env...).CombinedOutput(); err != nil || !strings.Contains(string(out), "没有改动") {
		t.Errorf("demo again: %v\n%s", err, out)
	}
	p := serve(t, append(env, "PORTAL_DEMO=1")...)
	p.wait(t, func() bool { // the clerk is at work: residents of 2019 are forgotten
		var n int
		err := conn.QueryRow(t.Context(), `SELECT count(*) FROM opinions WHERE received_on < '2020-01-01' AND state = 'closed' AND NOT anonymous`).Scan(&n)
		return err == nil && n == 0
	})
	if out := p.end(t, syscall.SIGTERM); !strings.Contains(out, demo.Password) {
		t.Errorf("the portal does not say how to get in:\n%s", out)
	}
	var n int
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM streets`).Scan(&n); err != nil || n != 4 {
		t.Errorf("there are %d streets, %v, want 4", n, err)
	}
}

// Every flag has an environment variable, so that a service file can set it.
func TestHelpNamesTheEnvironment(t *testing.T) {
	for _, args := range [][]string{
		{"serve"},
		{"migrate"},
		{"demo"},
		{"version"},
		{"city", "found"},
		{"city", "street"},
		{"city", "list"},
		{"account", "admins"},
		{"account", "create"},
		{"account", "list"},
		{"account", "reset-password"},
		{"account", "disable"},
	} {
		out, err := command(append(args, "--help")).CombinedOutput()
		if err != nil {
			t.Fatalf("%v --help: %v\n%s", args, err, out)
		}
		flags := strings.Count(string(out), "\n      --")
		if named := strings.Count(string(out), "$PORTAL_"); named != flags {
			t.Errorf("%v has %d flags and %d environment variables\n%s", args, flags, named, out)
		}
	}
}

// portal is a running portal.
type portal struct {
	cmd     *exec.Cmd
	out     *bytes.Buffer
	address string
	done    chan error
}

// serve starts the portal and waits until it is ready.
func serve(t *testing.T, env ...string) *portal {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	p := &portal{out: &bytes.Buffer{}, address: "http://" + addr, done: make(chan error, 1)}
	p.cmd = command([]string{"serve"}, append(env, "PORTAL_ADDR="+addr)...)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.done <- p.cmd.Wait() }()
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	p.wait(t, func() bool { return p.get("/readyz") == http.StatusOK })
	return p
}

func (p *portal) get(path string) int {
	c := http.Client{Timeout: 5 * time.Second}
	res, err := c.Get(p.address + path)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

func (p *portal) wait(t *testing.T, until func() bool) {
	t.Helper()
	for range 600 {
		select {
		case err := <-p.done:
			t.Fatalf("the portal ended: %v\n%s", err, p.out)
		default:
		}
		if until() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("waited in vain")
}

// end sends a signal and returns what the portal said in its life.
func (p *portal) end(t *testing.T, s os.Signal) string {
	t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-p.done:
		if err != nil {
			t.Errorf("the portal ended with %v\n%s", err, p.out)
		}
	case <-time.After(time.Minute):
		t.Fatal("the portal does not end")
	}
	return p.out.String()
}

// refused runs a command that must fail and returns what it says.
func refused(t *testing.T, args []string, env ...string) string {
	t.Helper()
	out, err := command(args, env...).CombinedOutput()
	if err == nil {
		t.Fatalf("portal %v succeeded, want a refusal\n%s", args, out)
	}
	return string(out)
}

func command(args []string, env ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = []string{"PORTAL_TEST_MAIN=1", "PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
	c.Env = append(c.Env, env...)
	return c
}

// beside connects to the private database of a running portal.
func beside(t *testing.T, data string) *pgx.Conn {
	t.Helper()
	pg, err := localpg.Attach(filepath.Join(data, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), pg.URL(database))
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// directory is a new directory that PostgreSQL's account may pass through.
func directory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "portal")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}
