// Package setting keeps the numbers that a city or a street may choose, such as
// the days allowed for a reply. Each has a default from domain.md, marked [D] there.
package setting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
)

// Setting is one number that may be chosen.
type Setting struct {
	Key     string // "opinion.reply_days"
	Room    string // 中文, the heading under which the page shows it
	Label   string // 中文
	Unit    string // 中文, such as 个工作日
	Default int
	Min     int
	Max     int
	Source  string // where the default comes from
}

var declared []Setting

// Declare adds a setting and returns it. Call it from a package variable.
func Declare(s Setting) Setting {
	if slices.ContainsFunc(declared, func(d Setting) bool { return d.Key == s.Key }) {
		panic("setting: " + s.Key + " is declared twice")
	}
	declared = append(declared, s)
	return s
}

// All lists the declared settings by key.
func All() []Setting {
	all := slices.Clone(declared)
	slices.SortFunc(all, func(a, b Setting) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	return all
}

// In reads the setting's value for a street: the street's own, else the city's,
// else the default.
func (s Setting) In(ctx context.Context, tx db.Tx, street int64) (int, error) {
	n := s.Default
	err := db.Do(ctx, tx, s.Query(&n, street))
	return n, err
}

// Query reads the setting's value for a street into *n as part of a batch.
func (s Setting) Query(n *int, street int64) db.Query {
	return db.Value(n, `
		SELECT coalesce((SELECT value FROM settings
		                 WHERE key = @key
		                   AND street_id IN (0, @street)
		                   AND city_id = (SELECT city_id FROM streets WHERE id = @street)
		                 ORDER BY street_id DESC
		                 LIMIT 1), @default::integer)`,
		db.Args{"key": s.Key, "street": street, "default": s.Default})
}

// Chosen is a value that differs from the default.
type Chosen struct {
	StreetID int64
	Key      string
	Value    int
	Version  int
}

// Store changes settings.
type Store struct {
	db  *db.DB
	now func() time.Time
}

// NewStore returns a Store on d.
func NewStore(d *db.DB, now func() time.Time) *Store { return &Store{d, now} }

// Chosen lists what actor's city has changed.
func (s *Store) Chosen(ctx context.Context, actor access.Actor) (list []Chosen, err error) {
	defer fault.Wrap(&err, "list settings")
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT street_id, key, value, version
		FROM settings
		WHERE city_id = @city
		ORDER BY key, street_id
		LIMIT 10000`, db.Args{"city": actor.CityID}))
	return list, err
}

// Choose sets the value of key for a street, or for the whole city where street
// is 0. Clocks that already run keep their deadlines.
func (s *Store) Choose(ctx context.Context, actor access.Actor, key string, street int64, value int) (err error) {
	defer fault.Wrap(&err, "choose %s", key)
	if !actor.May(access.ManageSettings) {
		return fault.Forbidden
	}
	i := slices.IndexFunc(declared, func(d Setting) bool { return d.Key == key })
	if i < 0 {
		return fault.NotFound
	}
	if d := declared[i]; value < d.Min || value > d.Max {
		return fault.Fields{{Name: "value", Text: fmt.Sprintf("请填写 %d 到 %d 之间的数", d.Min, d.Max)}}
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO settings (city_id, street_id, key, value)
			SELECT @city::bigint, @street::bigint, @key::text, @value::integer
			WHERE @street::bigint = 0 OR EXISTS (SELECT FROM streets WHERE id = @street AND city_id = @city)
			ON CONFLICT (city_id, street_id, key) DO UPDATE
			SET value = excluded.value, version = settings.version + 1`,
			db.Args{"city": actor.CityID, "street": street, "key": key, "value": value})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), Kind: "setting", Action: "setting.choose",
			Title:  fmt.Sprintf("设置“%s”为 %d%s", declared[i].Label, value, declared[i].Unit),
			Detail: map[string]any{"key": key, "street_id": street, "value": value},
		})
	})
}
