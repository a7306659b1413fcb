//go:build unix && !linux

package localpg

import "syscall"

// dieWithParent has no counterpart here: the next start ends an orphan.
func dieWithParent(*syscall.SysProcAttr) {}
