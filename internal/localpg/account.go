package localpg

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is who runs the server when the portal is root, which PostgreSQL
// refuses to be: postgres, else nobody. It is nil for an ordinary user.
func account() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("running as root, and there is no account postgres or nobody to run PostgreSQL as")
}

// home returns where the cluster of root lives: root itself, or, where the
// server's account cannot reach it (as below /root), a directory of its own
// under /var/lib that is named after root.
func home(root string, cred *syscall.Credential) (string, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	if cred == nil || reachable(abs) {
		return abs, nil
	}
	return "/var/lib/portal-" + digest(abs), nil
}

// digest is a short name for a path.
func digest(path string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(path)))[:12]
}

// reachable reports whether any account may pass through the directories above
// path that exist.
func reachable(path string) bool {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if info, err := os.Stat(dir); err == nil && info.Mode().Perm()&0o001 == 0 {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// own makes dir, closed to others, and gives it to the server's account, which
// may pass through the directories made above it.
func own(dir string, cred *syscall.Credential) error {
	if cred != nil {
		if err := os.MkdirAll(filepath.Dir(dir), 0o711); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if cred == nil {
		return nil
	}
	return os.Lchown(dir, int(cred.Uid), int(cred.Gid)) // never what a link points to
}

// mine refuses a directory that somebody else put there, or may open. It
// matters where everybody may write, as below /tmp.
func mine(dir string, cred *syscall.Credential) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	uid := os.Geteuid()
	if cred != nil {
		uid = int(cred.Uid)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int(stat.Uid) != uid || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s is not a directory of the database server's account alone", dir)
	}
	return nil
}
