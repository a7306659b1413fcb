// Package committee keeps the cities with their streets, and of each street its
// communities and the units that handle what residents raise.
package committee

import (
	"context"
	"maps"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Dispatch is the kind of unit that receives for the sub-district office what
// the committee assigns (domain.md §2 office_dispatch). A street has one.
const Dispatch = "dispatch"

// Kinds are the kinds of handling unit.
var Kinds = []choice.Term{
	{Key: Dispatch, Name: "党政办（统一收文）"},
	{Key: "department", Name: "街道办部门"},
	{Key: "stationed", Name: "派驻机构"},
	{Key: "other", Name: "其他单位"},
}

// MaxContact is how long a unit's contact may be, in characters.
const MaxContact = 100

// Store reads and writes cities, streets, communities and units.
type Store struct {
	db  *db.DB
	now func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, now func() time.Time) *Store { return &Store{d, now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// keeps reports whether actor may change the communities and units of street:
// its own staff, the city's system administrator and the operator. Which
// streets exist for the latter two is left to row-level security.
func keeps(actor access.Actor, street int64) bool {
	if actor.Role == access.Operator {
		return true
	}
	return actor.May(access.ManageCommittees) && (actor.StreetID == 0 || actor.StreetID == street)
}

// record records an act in the timeline of the street.
func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, street int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: street, Kind: "street", ID: street, Action: action, Title: title, Reason: reason,
	})
}

// change is a change of one row.
type change struct {
	street  int64
	version int     // the one that was shown
	at      db.Args // the row
	lock    string  // reads the version and name that it has now
	update  string
	set     db.Args // what update needs beyond at
	action  string
	title   string // the act; the row's name as it was follows
	reason  string
}

// change changes a row unless somebody else has changed it meanwhile
// (fault.Stale) and records it.
func (s *Store) change(ctx context.Context, actor access.Actor, c change) error {
	return s.db.Write(ctx, actor, func(tx db.Tx) error { return s.changeIn(ctx, tx, actor, c) })
}

func (s *Store) changeIn(ctx context.Context, tx db.Tx, actor access.Actor, c change) error {
	var now struct {
		Version int
		Name    string
	}
	if err := db.Do(ctx, tx, db.One(&now, c.lock, c.at)); err != nil {
		return err
	}
	if now.Version != c.version {
		return fault.Stale
	}
	args := maps.Clone(c.at)
	maps.Copy(args, c.set)
	if _, err := db.Exec(ctx, tx, c.update, args); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, c.street, c.action, c.title+now.Name, c.reason)
}
