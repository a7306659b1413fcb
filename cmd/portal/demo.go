package main

import (
	"context"
	"errors"

	"portal/internal/db"
	"portal/internal/demo"
	"portal/internal/secret"
)

type demoCommand struct {
	databaseFlags
	Secret string `env:"PORTAL_SECRET" placeholder:"HEX" help:"64 hexadecimal digits that phone numbers are sealed with. Empty: kept in secret.key in the data directory."`
	Beside bool   `env:"PORTAL_DEMO_BESIDE" help:"Load also where the database holds a city that is no demonstration."`
	Afresh bool   `env:"PORTAL_DEMO_AFRESH" help:"Empty the database first, where all it holds is a demonstration that was loaded in part."`
}

// Run loads the demonstration city. Where it is loaded already it says so and
// changes nothing.
func (c *demoCommand) Run(ctx context.Context) (err error) {
	url, closing, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing()) }()
	if c.private() {
		if err := db.Migrate(ctx, url); err != nil {
			return err
		}
	}
	if err := db.CheckSchema(ctx, url); err != nil {
		return err
	}
	keys, err := secret.Load(c.Secret, c.Data)
	if err != nil {
		return err
	}
	err = loadDemo(ctx, url, keys, c.Beside)
	if errors.Is(err, demo.ErrUnfinished) && c.Afresh {
		if err = emptied(ctx, url); err == nil {
			err = loadDemo(ctx, url, keys, c.Beside)
		}
	}
	if errors.Is(err, demo.ErrLoaded) {
		say("演示数据已经装入，没有改动 the demonstration city is loaded already: nothing was changed")
		return nil
	}
	return err
}
