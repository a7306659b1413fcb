// Package station keeps liaison stations, the planned receptions and the visits
// at which deputies received residents (domain.md §3 j).
package station

import (
	"time"

	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/opinion"
	"portal/internal/secret"
	"portal/internal/setting"
)

// Kinds are the kinds of station.
var Kinds = []choice.Term{{Key: "central", Name: "中心联络站"}, {Key: "community", Name: "社区联络站"}, {Key: "contact", Name: "联络点"}}

// The defaults of domain.md §3(j) and §3(f).
var (
	noticeDays = setting.Declare(setting.Setting{
		Key: "station.notice_days", Room: "联络站", Label: "接待日公告最少提前", Unit: "天", Default: 3, Min: 0, Max: 60, Source: "系统建议值",
	})
	lateDays = setting.Declare(setting.Setting{
		Key: "station.late_days", Room: "联络站", Label: "代表和联络员可补登接待", Unit: "天内", Default: 60, Min: 1, Max: 3650, Source: "default",
	})
)

// Store reads and writes stations, receptions and visits.
type Store struct {
	db       *db.DB
	opinions *opinion.Store
	keys     *secret.Keys
	now      func() time.Time
}

// NewStore returns a Store on d. The opinions that a visit collects are
// registered by opinions. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, opinions *opinion.Store, keys *secret.Keys, now func() time.Time) *Store {
	return &Store{d, opinions, keys, now}
}
