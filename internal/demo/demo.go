// Package demo builds the demonstration city with the rooms' own verbs: four
// streets of Dongguan as the published figures describe them in 2019, and what
// goes on in them in the weeks before today. All persons are invented.
package demo

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/secret"
)

// Password is what all accounts of the demonstration sign in with.
const Password = account.DemoPassword

// What keeps a demonstration from being loaded.
var (
	ErrLoaded     = errors.New("the demonstration city is loaded already")
	ErrUnfinished = errors.New("the demonstration city was loaded in part only")
	ErrOccupied   = errors.New("the database holds a city that is no demonstration")

	errEntangled = errors.New("the demonstration city was loaded in part only, beside a city that is none: restore the backup from before")
)

// Config is what Load works with.
type Config struct {
	DB       *db.DB
	Keys     *secret.Keys
	Now      time.Time         // the day that the living part leads up to
	Progress func(what string) // hears of each stage; nil: nobody does
	Beside   bool              // also beside a city that is no demonstration
}

var operator = access.Actor{Role: access.Operator, Name: "演示数据"}

// loaded is the act that is recorded in each street when all is there.
const loaded = "demo.load"

// Check returns nil where a demonstration can be loaded, and else ErrLoaded,
// ErrUnfinished or ErrOccupied. ErrUnfinished means that the database holds
// nothing else and may be emptied.
func Check(ctx context.Context, d *db.DB) error {
	var have struct{ Demo, Other, Finished int }
	err := d.Read(ctx, operator, db.One(&have, `
		SELECT count(*) FILTER (WHERE demo) AS demo,
		       count(*) FILTER (WHERE NOT demo) AS other,
		       (SELECT count(*) FROM audit_events WHERE kind = 'demo' AND action = @loaded) AS finished
		FROM cities`, db.Args{"loaded": loaded}))
	switch {
	case err != nil:
		return fmt.Errorf("look for cities: %w", err)
	case have.Demo > 0 && have.Finished < len(splits) && have.Other > 0:
		return errEntangled
	case have.Demo > 0 && have.Finished < len(splits):
		return ErrUnfinished
	case have.Demo > 0:
		return ErrLoaded
	case have.Other > 0:
		return ErrOccupied
	}
	return nil
}

// Load builds the demonstration city. What it makes depends on the day of c.Now
// only. It changes nothing and returns what Check returns where that is not nil,
// but for ErrOccupied with c.Beside.
func Load(ctx context.Context, c Config) (err error) {
	if err := Check(ctx, c.DB); err != nil && !(c.Beside && errors.Is(err, ErrOccupied)) {
		return err
	}
	defer fault.Wrap(&err, "load demonstration")
	if c.Progress == nil {
		c.Progress = func(string) {}
	}
	streets, err := c.found(ctx)
	if err != nil {
		return err
	}
	laws := c.lawbook(streets)
	if err := laws.legislate(ctx, streets); err != nil {
		return err
	}
	if err := c.authorise(ctx, streets, laws); err != nil {
		return err
	}
	if err := each(ctx, streets, func(ctx context.Context, s *street) error { return s.planYears(ctx) }); err != nil {
		return err
	}
	if err := each(ctx, streets, func(ctx context.Context, s *street) error { return s.live(ctx) }); err != nil {
		return err
	}
	if err := each(ctx, streets, func(ctx context.Context, s *street) error { return s.convene(ctx) }); err != nil {
		return err
	}
	if err := c.reconsider(ctx, streets, laws); err != nil {
		return err
	}
	if err := laws.living(ctx, streets); err != nil {
		return err
	}
	c.Progress("东莞市：制度")
	if err := each(ctx, streets, func(ctx context.Context, s *street) error { return s.perform(ctx) }); err != nil {
		return err
	}
	c.Progress("东莞市：履职档案")
	return c.finish(ctx, streets)
}

// each runs fn for all streets at once, which have nothing to do with each
// other, and stops them all at the first error.
func each(ctx context.Context, streets []*street, fn func(context.Context, *street) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var all sync.WaitGroup
	for _, s := range streets {
		all.Go(func() {
			if err := fn(ctx, s); err != nil {
				stop(fmt.Errorf("%s: %w", s.name, err))
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}

// finish records in every street, in one transaction, that all is there.
func (c Config) finish(ctx context.Context, streets []*street) error {
	return c.DB.Write(ctx, operator, func(tx db.Tx) error {
		for _, s := range streets {
			err := audit.Record(ctx, tx, operator, audit.Event{At: c.Now, StreetID: s.id, Kind: "demo", Action: loaded, Title: "装入演示数据"})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
