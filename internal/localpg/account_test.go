package localpg

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestHomeOfRoot(t *testing.T) {
	closed := t.TempDir()
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(closed, "var")
	cred := &syscall.Credential{Uid: 65534, Gid: 65534}
	got, err := home(data, cred)
	if err != nil || !strings.HasPrefix(got, "/var/lib/portal-") {
		t.Errorf("home below a closed directory = %q, %v, want one in /var/lib", got, err)
	}
	if again, _ := home(data, cred); again != got {
		t.Errorf("home = %q and then %q, want the same", got, again)
	}
	if other, _ := home(data+"2", cred); other == got {
		t.Errorf("two data directories share %q", got)
	}
	if got, _ := home(data, nil); got != data {
		t.Errorf("home of an ordinary user = %q, want %q", got, data)
	}
}

func TestFullDisk(t *testing.T) {
	for _, c := range []struct {
		err  error
		said string
	}{
		{fmt.Errorf("make: %w", syscall.ENOSPC), ""},
		{errors.New("exit status 1"), "initdb: error: could not write to file: No space left on device"},
	} {
		if err := full(c.err, c.said); !errors.Is(err, ErrDiskFull) {
			t.Errorf("full(%v, %q) = %v, want ErrDiskFull", c.err, c.said, err)
		}
	}
	if err := full(errors.New("exit status 1"), "other"); errors.Is(err, ErrDiskFull) {
		t.Error("any failure counts as a full disk")
	}
}
