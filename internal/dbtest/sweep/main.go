// Command sweep removes the files of test databases whose tests have ended.
package main

import "portal/internal/dbtest"

func main() { dbtest.Sweep() }
