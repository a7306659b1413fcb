package localpg

import "syscall"

// dieWithParent makes the server stop when the portal is killed.
func dieWithParent(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGINT }
