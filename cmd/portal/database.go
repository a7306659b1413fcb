package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"portal/internal/db"
	"portal/internal/localpg"
)

// databaseFlags say which database a command works on.
type databaseFlags struct {
	DatabaseURL string `name:"database-url" env:"PORTAL_DATABASE_URL" placeholder:"URL" help:"PostgreSQL to use, as postgres://… Empty: a private one in the data directory."`
	Data        string `env:"PORTAL_DATA" default:"./var" type:"path" help:"Data directory."`
	PgBin       string `name:"pg-bin" env:"PORTAL_PG_BIN" type:"path" placeholder:"DIR" help:"Directory of PostgreSQL's server programs. Empty: find them."`
}

func (f databaseFlags) private() bool { return f.DatabaseURL == "" }

// database is the name of the portal's database on its private server.
const database = "portal"

// start starts the private server and makes sure that the database is there.
func (f databaseFlags) start(ctx context.Context) (*localpg.Server, error) {
	if err := os.MkdirAll(f.Data, 0o711); err != nil {
		return nil, err
	}
	log, err := f.serverLog()
	if err != nil {
		return nil, err
	}
	pg, err := localpg.Start(ctx, localpg.Config{
		Dir: f.cluster(), Bin: f.PgBin, Log: log, Progress: func(what string) { say("%s", what) },
	})
	if err != nil {
		return nil, err
	}
	if err := pg.Create(ctx, database); err != nil {
		return nil, errors.Join(err, pg.Stop())
	}
	return pg, nil
}

func (f databaseFlags) cluster() string { return filepath.Join(f.Data, "postgres") }

// serverLog opens the private server's log, and starts it anew when it has
// become long.
func (f databaseFlags) serverLog() (io.Writer, error) {
	path := filepath.Join(f.Data, "postgres.log")
	if info, err := os.Stat(path); err == nil && info.Size() > 10<<20 {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
}

// open returns the address of the database for a command that is not the
// server: on the running server's private PostgreSQL, or on one that it starts
// and that close ends.
func (f databaseFlags) open(ctx context.Context) (url string, closing func() error, err error) {
	if !f.private() {
		return f.DatabaseURL, func() error { return nil }, nil
	}
	pg, err := f.start(ctx)
	if errors.Is(err, localpg.ErrInUse) {
		pg, err = localpg.Attach(f.cluster())
	}
	if err != nil {
		return "", nil, err
	}
	return pg.URL(database), pg.Stop, nil
}

type migrateCommand struct {
	databaseFlags

	To    *uint `env:"PORTAL_MIGRATE_TO" placeholder:"N" help:"Go up or down to migration N; 0 empties the database. Going down deletes what the newer schema kept."`
	Force *int  `env:"PORTAL_MIGRATE_FORCE" placeholder:"N" help:"After a failed migration was mended: declare that the schema stands at migration N, and go on from there."`
}

// Run brings the schema to the newest version, or to the one asked for.
func (c *migrateCommand) Run(ctx context.Context) (err error) {
	url, closing, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing()) }()
	if c.Force != nil {
		if err := db.ForceVersion(ctx, url, *c.Force); err != nil {
			return err
		}
		say("the schema is declared to stand at migration %d", *c.Force)
	}
	if c.To != nil {
		if err := db.MigrateTo(ctx, url, *c.To); err != nil {
			return err
		}
		say("the schema stands at migration %d", *c.To)
		return nil
	}
	if err := db.Migrate(ctx, url); err != nil {
		return err
	}
	newest, err := db.NewestVersion()
	if err != nil {
		return err
	}
	say("the schema stands at migration %d, the newest", newest)
	return nil
}

// say tells the person at the terminal what goes on.
func say(format string, args ...any) { fmt.Printf("· "+format+"\n", args...) }
