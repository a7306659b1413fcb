package localpg

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// noProcess stands in for the number of a process that is gone. It is above
// what any system numbers its processes with.
const noProcess = 1<<31 - 1

// clearStale ends a server that a killed portal left behind, and clears its
// marks. The caller holds the directory's lock: no living portal uses them.
func clearStale(data, sock string) error {
	if err := endOrphan(data); err != nil {
		return err
	}
	for _, name := range []string{".s.PGSQL.5432", ".s.PGSQL.5432.lock"} {
		if err := os.Remove(filepath.Join(sock, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// endOrphan ends the server that postmaster.pid names, if it still runs. The
// file itself stays: PostgreSQL reads from it which shared memory must be free
// before a new server may touch the data. Only where another program has the
// number by now is the number made void, since PostgreSQL would take that
// program for its server.
func endOrphan(data string) error {
	mark := filepath.Join(data, "postmaster.pid")
	b, err := os.ReadFile(mark)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	first, rest, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 1 {
		return os.Remove(mark) // a crash cut it off before it said anything
	}
	if !serves(pid, data) {
		return os.WriteFile(mark, []byte(strconv.Itoa(noProcess)+"\n"+rest), 0o600)
	}
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	for range 400 {
		if !serves(pid, data) {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("another PostgreSQL (process %d) uses %s and does not end", pid, data)
}
