package localpg

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// clearStale ends a server that a killed portal left behind, and removes its
// marks where the process is gone or is no postgres on this directory. The
// caller holds the directory's lock: no living portal uses them.
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

func endOrphan(data string) error {
	mark := filepath.Join(data, "postmaster.pid")
	b, err := os.ReadFile(mark)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	lines := strings.SplitN(string(b), "\n", 3)
	pid, _ := strconv.Atoi(strings.TrimSpace(lines[0]))
	if pid <= 1 || len(lines) < 2 || lines[1] != data || !isPostgres(pid) {
		return os.Remove(mark) // a number that another program has by now
	}
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	for range 400 {
		if !isPostgres(pid) {
			return removeIfThere(mark)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("another postgres (process %d) uses %s and does not end", pid, data)
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// isPostgres reports whether the process lives, is no zombie and is postgres.
func isPostgres(pid int) bool {
	out, err := exec.Command("ps", "-o", "stat=,comm=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && !strings.HasPrefix(strings.TrimSpace(string(out)), "Z") && strings.Contains(string(out), "postgres")
}
