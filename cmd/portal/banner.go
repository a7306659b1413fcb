package main

import (
	"fmt"
	"io"
)

// banner tells whoever started the portal where it is and how to get in.
func banner(w io.Writer, base string, demo bool) {
	fmt.Fprintf(w, "\n街道人大工作平台 · portal\n")
	fmt.Fprintf(w, "  居民入口 residents   %s/\n", base)
	fmt.Fprintf(w, "  登录     sign in     %s/login\n", base)
	if demo {
		fmt.Fprintf(w, "  演示账号 accounts    密码均为 one password for all: Dongguan-2019\n")
		fmt.Fprintf(w, "    市 city            city-leader city-office city-deputies city-finance\n")
		fmt.Fprintf(w, "                       city-sysadmin city-secadmin city-auditor\n")
		fmt.Fprintf(w, "    街道 streets       {dongcheng,nancheng,guancheng,wanjiang}-\n")
		fmt.Fprintf(w, "                       director deputy-director member staff party office unit\n")
		fmt.Fprintf(w, "                       deputy leader voter expert liaison informer\n")
	}
	fmt.Fprintf(w, "  停止     stop        Ctrl-C\n\n")
}
