package main

import (
	"context"

	"portal/internal/db"
)

// firstStart fills an empty database with the demonstration data. internal/demo
// is not built yet: until it is, the portal starts empty, and says so.
func firstStart(context.Context, *db.DB) error {
	say("this build has no demonstration data yet: the portal starts empty")
	return nil
}
