package setting

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Chosen is a value that a city or a street has set.
type Chosen struct {
	StreetID int64 // 0: the whole city
	Key      string
	Value    int
	Version  int
}

// Choices is what a city has set, and its streets.
type Choices struct {
	Chosen  []Chosen
	Streets []choice.Row
}

// Of returns what is set for one street, or for the whole city where street is
// 0. Its Version is 0 where nothing is.
func (c *Choices) Of(key string, street int64) Chosen {
	for _, x := range c.Chosen {
		if x.Key == key && x.StreetID == street {
			return x
		}
	}
	return Chosen{StreetID: street, Key: key}
}

// Street returns the name of one of the city's streets, and "" of any other.
func (c *Choices) Street(id int64) string {
	for _, s := range c.Streets {
		if s.ID == id {
			return s.Name
		}
	}
	return ""
}

// Store changes settings.
type Store struct {
	db  *db.DB
	now func() time.Time
}

// NewStore returns a Store on d.
func NewStore(d *db.DB, now func() time.Time) *Store { return &Store{d, now} }

// Choices lists what actor's city has set. It needs ManageSettings.
func (s *Store) Choices(ctx context.Context, actor access.Actor) (c Choices, err error) {
	defer fault.Wrap(&err, "list settings")
	if !actor.May(access.ManageSettings) {
		return c, fault.Forbidden
	}
	city := db.Args{"city": actor.CityID}
	err = s.db.Read(ctx, actor,
		db.Many(&c.Chosen, `
			SELECT street_id, key, value, version
			FROM settings
			WHERE city_id = @city
			ORDER BY key, street_id
			LIMIT 10000`, city),
		db.Many(&c.Streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, city))
	return c, err
}

// Change sets or resets one value.
type Change struct {
	Key      string
	StreetID int64 // 0: the whole city
	Version  int   // of the value that was seen; 0 where none was set
}

// Choose sets a value for a street, or for the whole city. Clocks that already
// run keep their deadlines. It is fault.Stale when the value is no longer the
// one that was seen.
func (s *Store) Choose(ctx context.Context, actor access.Actor, c Change, value int) (err error) {
	defer fault.Wrap(&err, "choose %s", c.Key)
	d, err := s.may(actor, c)
	if err != nil {
		return err
	}
	if value < d.Min || value > d.Max {
		return fault.Fields{{Name: "value", Text: fmt.Sprintf("请填写 %d 到 %d 之间的数", d.Min, d.Max)}}
	}
	return s.change(ctx, actor, c, "setting.choose", fmt.Sprintf("%s设为 %d %s", d.Label, value, d.Unit), &value, `
		INSERT INTO settings (city_id, street_id, key, value)
		SELECT @city::bigint, @street::bigint, @key::text, @value::integer
		WHERE @version::integer = 0 OR EXISTS (SELECT FROM settings WHERE city_id = @city AND street_id = @street AND key = @key)
		ON CONFLICT (city_id, street_id, key) DO UPDATE
		SET value = excluded.value, version = settings.version + 1
		WHERE settings.version = @version::integer`,
		db.Args{"city": actor.CityID, "street": c.StreetID, "key": c.Key, "value": value, "version": c.Version})
}

// Reset removes a value: a street follows its city again, the city the default.
// It is fault.Stale when the value is no longer the one that was seen.
func (s *Store) Reset(ctx context.Context, actor access.Actor, c Change) (err error) {
	defer fault.Wrap(&err, "reset %s", c.Key)
	d, err := s.may(actor, c)
	if err != nil {
		return err
	}
	title := d.Label + "恢复默认"
	if c.StreetID != 0 {
		title = d.Label + "恢复为全市的值"
	}
	return s.change(ctx, actor, c, "setting.reset", title, nil, `
		DELETE FROM settings
		WHERE city_id = @city AND street_id = @street AND key = @key AND version = @version`,
		db.Args{"city": actor.CityID, "street": c.StreetID, "key": c.Key, "version": c.Version})
}

func (s *Store) may(actor access.Actor, c Change) (Setting, error) {
	if !actor.May(access.ManageSettings) {
		return Setting{}, fault.Forbidden
	}
	d, ok := Named(c.Key)
	if !ok {
		return d, fault.NotFound
	}
	return d, nil
}

// change runs the statement, which touches one row or finds that somebody else
// was there first, and records from what to what the value went.
func (s *Store) change(ctx context.Context, actor access.Actor, c Change, action, title string, value *int, sql string, args db.Args) error {
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var before *int
		place := "全市"
		err := db.Do(ctx, tx, db.Value(&before, `
			SELECT (SELECT value FROM settings WHERE city_id = @city AND street_id = @street AND key = @key)`,
			db.Args{"city": actor.CityID, "street": c.StreetID, "key": c.Key}))
		if err == nil && c.StreetID != 0 {
			err = db.Do(ctx, tx, db.Value(&place, `SELECT name FROM streets WHERE id = @street AND city_id = @city`,
				db.Args{"street": c.StreetID, "city": actor.CityID}))
		}
		if err != nil {
			return err
		}
		n, err := db.Exec(ctx, tx, sql, args)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Stale
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: c.StreetID, Kind: "setting", Action: action, Title: place + "：" + title,
			Detail: map[string]any{"key": c.Key, "before": before, "after": value},
		})
	})
}
