package main

import (
	"context"
	"errors"
	"time"

	"portal/internal/db"
	"portal/internal/demo"
	"portal/internal/secret"
)

// firstStart fills an empty database with the demonstration data. On the private
// server, where nobody can have worked before it was whole, it empties what an
// interrupted start left and begins anew. A city that is no demonstration is left
// alone.
func firstStart(ctx context.Context, url string, private bool, keys *secret.Keys) error {
	err := loadDemo(ctx, url, keys, false)
	if errors.Is(err, demo.ErrUnfinished) && private {
		say("the demonstration data of an interrupted start are incomplete: beginning anew")
		if err := emptied(ctx, url); err != nil {
			return err
		}
		err = loadDemo(ctx, url, keys, false)
	}
	if errors.Is(err, demo.ErrLoaded) || errors.Is(err, demo.ErrOccupied) {
		return nil
	}
	return err
}

// emptied takes the schema down and up again.
func emptied(ctx context.Context, url string) error {
	if err := db.MigrateTo(ctx, url, 0); err != nil {
		return err
	}
	return db.Migrate(ctx, url)
}

// loadDemo loads the demonstration city.
func loadDemo(ctx context.Context, url string, keys *secret.Keys, beside bool) error {
	d, err := db.OpenBulk(ctx, url)
	if err != nil {
		return err
	}
	defer d.Close()
	begin := time.Now()
	err = demo.Load(ctx, demo.Config{
		DB: d, Keys: keys, Now: begin, Beside: beside, Progress: func(what string) { say("演示数据 demonstration: %s", what) },
	})
	if err == nil {
		say("演示数据已装入 demonstration data loaded in %.0f s", time.Since(begin).Seconds())
	}
	return err
}
