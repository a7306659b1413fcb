// Package localpg runs a private PostgreSQL server as a child process.
//
// The server listens on a unix socket in a directory that only its own account
// can open, never on the network. It ends with the portal, even with one that
// is killed, and a second portal on the same directory is refused.
package localpg

import (
	"bytes"
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
	"time"

	"github.com/jackc/pgx/v5"
)

// What can be wrong with a data directory or a machine.
var (
	ErrNotInstalled = errors.New("no PostgreSQL server programs found")
	ErrInUse        = errors.New("the data directory belongs to a portal that is running")
	ErrDiskFull     = errors.New("the disk is full")
)

// VersionError says that a cluster was made by another major version of
// PostgreSQL than the one installed. The cluster is left as it is.
type VersionError struct {
	Dir                string
	Cluster, Installed int
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("the database in %s was made by PostgreSQL %d, but only PostgreSQL %d is installed", e.Dir, e.Cluster, e.Installed)
}

// Config says how to run the server.
type Config struct {
	Dir      string       // where everything is kept; made if missing
	Bin      string       // directory of the server programs; "" finds them
	Log      io.Writer    // the server's log
	Volatile bool         // for tests: data need not survive a crash
	Progress func(string) // told before what takes a while; may be nil
}

// Server is a running server.
type Server struct {
	Dir  string // where the cluster really is
	sock string
	lock *os.File // held until the process ends, and kept from the collector
	cmd  *exec.Cmd
	done chan error
}

// Start starts the server on cfg.Dir, making the cluster first if there is
// none. It returns ErrInUse, ErrDiskFull, ErrNotInstalled or a *VersionError
// where one of these is the matter.
func Start(ctx context.Context, cfg Config) (_ *Server, err error) {
	cred, err := account()
	if err != nil {
		return nil, err
	}
	root, err := home(cfg.Dir, cred)
	if err != nil {
		return nil, err
	}
	s := &Server{Dir: root, done: make(chan error, 1)}
	if err := own(root, cred); err != nil {
		return nil, full(fmt.Errorf("make the data directory: %w", err), "")
	}
	if s.lock, err = Lock(root); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.lock.Close()
		}
	}()
	bin, err := choose(cfg.Bin, s.data())
	if err != nil {
		return nil, err
	}
	if s.sock, err = socketDir(root, cred); err != nil {
		return nil, err
	}
	if cfg.Progress == nil {
		cfg.Progress = func(string) {}
	}
	if err := initdb(ctx, bin, s.data(), cred, cfg.Progress); err != nil {
		return nil, err
	}
	if err := s.start(ctx, bin, cred, cfg); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Server) data() string { return filepath.Join(s.Dir, "data") }

// Lock takes the directory for this process, until it ends or closes the file.
func Lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, full(err, "")
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("%w: %s", ErrInUse, dir)
	}
	return f, nil
}

// choose finds server programs of the cluster's own major version.
func choose(dir, data string) (Binaries, error) {
	cluster := 0
	if b, err := os.ReadFile(filepath.Join(data, "PG_VERSION")); err == nil {
		cluster, _ = strconv.Atoi(strings.TrimSpace(string(b)))
	}
	bin, err := Find(dir, cluster)
	if errors.Is(err, ErrNotInstalled) && cluster != 0 {
		if other, err := Find(dir, 0); err == nil {
			return other, &VersionError{data, cluster, other.Major}
		}
	}
	if err == nil && cluster != 0 && bin.Major != cluster {
		return bin, &VersionError{data, cluster, bin.Major}
	}
	return bin, err
}

// socketDir keeps the socket beside the data, unless its path would not fit
// into the 104 bytes that the narrowest system allows. Then it is a directory
// for temporary files that is named after root, so that it stays the same.
func socketDir(root string, cred *syscall.Credential) (string, error) {
	sock := filepath.Join(root, "s")
	if len(sock) > 80 {
		sock = "/tmp/portal-" + digest(root)
	}
	if err := own(sock, cred); err != nil {
		return "", full(err, "")
	}
	return sock, mine(sock, cred)
}

func environment(root string) []string {
	return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=" + root, "TMPDIR=" + os.TempDir()}
}

// initdb makes the cluster in a directory beside, which takes its name only
// when it is whole: a half-made cluster is never used.
func initdb(ctx context.Context, bin Binaries, data string, cred *syscall.Credential, progress func(string)) error {
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err == nil {
		return nil
	}
	progress("preparing a private PostgreSQL " + strconv.Itoa(bin.Major))
	half := data + ".new"
	if err := os.RemoveAll(half); err != nil {
		return err
	}
	c := exec.CommandContext(ctx, filepath.Join(bin.Dir, "initdb"), "-D", half, "-U", "portal", "-E", "UTF8",
		"--locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject", "--no-instructions")
	c.Env, c.Dir, c.SysProcAttr = environment(filepath.Dir(data)), filepath.Dir(data), attributes(cred)
	if out, err := c.CombinedOutput(); err != nil {
		os.RemoveAll(half)
		return full(fmt.Errorf("initdb: %w", err), string(out))
	}
	return os.Rename(half, data)
}

func attributes(cred *syscall.Credential) *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Credential: cred, Setpgid: true} // its own group: Ctrl-C reaches only the portal
	dieWithParent(a)
	return a
}

func (s *Server) start(ctx context.Context, bin Binaries, cred *syscall.Credential, cfg Config) error {
	args := []string{
		"-D", s.data(), "-k", s.sock, "-c", "listen_addresses=", "-c", "unix_socket_permissions=0700",
		"-c", "max_connections=100", "-c", "logging_collector=off",
		// The log must not repeat what people typed: no statements, no details of rows.
		"-c", "log_min_error_statement=panic", "-c", "log_error_verbosity=terse",
	}
	if cfg.Volatile {
		args = append(args, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
			"-c", "max_connections=300", "-c", "autovacuum=off", "-c", "max_wal_size=2GB")
	}
	for patience := 20; ; patience-- {
		if err := clearStale(s.data(), s.sock); err != nil {
			return err
		}
		said, err := s.run(ctx, filepath.Join(bin.Dir, "postgres"), args, cred, cfg.Log)
		if err == nil || patience == 0 || !strings.Contains(said, "still in use") {
			return err
		}
		time.Sleep(500 * time.Millisecond) // the last of a killed server's processes are about to end
	}
}

// run starts the program once and returns what it said when it did not come up.
func (s *Server) run(ctx context.Context, postgres string, args []string, cred *syscall.Credential, log io.Writer) (string, error) {
	var tail tailWriter
	s.cmd = exec.Command(postgres, args...)
	s.cmd.Env, s.cmd.Dir, s.cmd.SysProcAttr = environment(s.Dir), s.Dir, attributes(cred)
	s.cmd.Stdout = io.MultiWriter(&tail, log)
	s.cmd.Stderr = s.cmd.Stdout
	s.cmd.WaitDelay = 5 * time.Second
	started, done := make(chan error), make(chan error, 1)
	s.done = done
	go func() {
		runtime.LockOSThread() // the signal at the parent's death follows the thread: keep it
		err := s.cmd.Start()
		started <- err
		if err == nil {
			done <- s.cmd.Wait()
			close(done)
			runtime.KeepAlive(s) // a collected lock file would give the directory away under a running server
		}
	}()
	if err := <-started; err != nil {
		return "", err
	}
	err := s.answer(ctx, &tail)
	return tail.String(), err
}

// answer waits until the server takes connections.
func (s *Server) answer(ctx context.Context, tail *tailWriter) error {
	for {
		c, err := pgx.Connect(ctx, s.URL("postgres"))
		if err == nil {
			return c.Close(ctx)
		}
		select {
		case err := <-s.done:
			return full(fmt.Errorf("PostgreSQL ended while starting (%v)", err), tail.String())
		case <-ctx.Done():
			return errors.Join(ctx.Err(), s.end())
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// URL is the address of one of the server's databases.
func (s *Server) URL(database string) string {
	q := url.Values{"host": {s.sock}, "user": {"portal"}}
	return (&url.URL{Scheme: "postgres", Path: "/" + database, RawQuery: q.Encode()}).String()
}

// Done is closed when the server has ended.
func (s *Server) Done() <-chan error { return s.done }

// Create makes a database if there is none of that name.
func (s *Server) Create(ctx context.Context, database string) error {
	c, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	var have bool
	if err := c.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", database).Scan(&have); err != nil || have {
		return err
	}
	_, err = c.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{database}.Sanitize())
	return err
}

// Stop ends the server: connections are cut, everything committed is kept. It
// does nothing on an attached server, which is another process's.
func (s *Server) Stop() error {
	if s.cmd == nil {
		return nil
	}
	defer s.lock.Close()
	return s.end()
}

func (s *Server) end() error {
	if err := s.cmd.Process.Signal(syscall.SIGINT); err != nil {
		return nil // it has ended already
	}
	select {
	case <-s.done:
		return nil
	case <-time.After(20 * time.Second):
		return errors.Join(s.cmd.Process.Signal(syscall.SIGQUIT), <-s.done)
	}
}

// full turns "no space left" from a system call or a program's output into
// ErrDiskFull.
func full(err error, output string) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || strings.Contains(output, "No space left on device") {
		return fmt.Errorf("%w: %w", ErrDiskFull, err)
	}
	if output != "" {
		return fmt.Errorf("%w\n%s", err, strings.TrimSpace(output))
	}
	return err
}

// Attach finds the server that another portal runs on dir, for commands that
// work beside it.
func Attach(dir string) (*Server, error) {
	cred, err := account()
	if err != nil {
		return nil, err
	}
	root, err := home(dir, cred)
	if err != nil {
		return nil, err
	}
	s := &Server{Dir: root}
	b, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return nil, err
	}
	lines := strings.Split(string(b), "\n")
	if len(lines) < 5 || lines[4] == "" { // the fifth line names the directory of the socket
		return nil, fmt.Errorf("%w, which is still starting", ErrInUse)
	}
	s.sock = lines[4]
	return s, nil
}

// tailWriter remembers the beginning of what the server says while starting.
type tailWriter struct{ buf bytes.Buffer }

func (w *tailWriter) Write(p []byte) (int, error) {
	if w.buf.Len() < 8<<10 {
		w.buf.Write(p)
	}
	return len(p), nil
}

func (w *tailWriter) String() string { return w.buf.String() }
