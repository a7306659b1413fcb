package localpg

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
)

// dieWithParent makes the server stop when the portal is killed.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGINT }

// serves reports whether the process is alive and works in data, as a server
// does from its start. It reads /proc because small systems lack ps.
func serves(pid int, data string) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	if i := bytes.LastIndexByte(stat, ')'); i < 0 || bytes.HasPrefix(stat[i:], []byte(") Z")) {
		return false
	}
	at, err := os.Stat(fmt.Sprintf("/proc/%d/cwd", pid))
	if err != nil {
		return false
	}
	want, err := os.Stat(data)
	return err == nil && os.SameFile(at, want)
}
