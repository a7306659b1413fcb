// Package setting keeps the numbers that a city or a street may choose, such as
// the days allowed for a reply. Each has a default from domain.md, marked [D] there.
package setting

import (
	"context"
	"fmt"
	"slices"

	"portal/internal/db"
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
	Source  string // 中文: where the default comes from
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

// Named returns the declared setting with this key.
func Named(key string) (s Setting, ok bool) {
	i := slices.IndexFunc(declared, func(d Setting) bool { return d.Key == key })
	if i < 0 {
		return s, false
	}
	return declared[i], true
}

// In reads the setting's value for a street: the street's own, else the city's,
// else the default.
func (s Setting) In(ctx context.Context, tx db.Tx, street int64) (int, error) {
	n := s.Default
	err := db.Do(ctx, tx, s.Query(&n, street))
	return n, err
}

// SQL is the setting's value as an expression, for statements about many streets;
// street is the expression of a street's ID. Both are constants of the code.
func (s Setting) SQL(street string) string {
	return fmt.Sprintf(`coalesce((SELECT value FROM settings
		WHERE key = '%[1]s' AND street_id IN (0, %[2]s) AND city_id = (SELECT city_id FROM streets c WHERE c.id = %[2]s)
		ORDER BY street_id DESC LIMIT 1), %[3]d)`, s.Key, street, s.Default)
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
