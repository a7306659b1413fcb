// Package team keeps two of the four support teams of a street, its consulting
// experts and the liaison and information officers of its communities, and shows
// all four side by side (domain.md §3 i).
package team

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/person"
)

// Fields are what experts are asked about (domain.md §3 i; a default).
var Fields = []choice.Term{
	{Key: "audit", Name: "财政审计"},
	{Key: "law", Name: "法律"},
	{Key: "construction", Name: "城建"},
	{Key: "environment", Name: "环保"},
	{Key: "education", Name: "教育"},
	{Key: "health", Name: "医疗"},
	{Key: "information", Name: "信息化"},
	{Key: "other", Name: "其他"},
}

// Roles are the two of officers.
var Roles = []choice.Term{{Key: Liaison, Name: "联络员"}, {Key: Information, Name: "信息员"}}

// The roles of officers.
const (
	Liaison     = "liaison"
	Information = "information"
)

// How long texts may be, in characters.
const (
	MaxTitle   = 50
	MaxWork    = 100
	MaxLine    = 100
	MaxReason  = 500
	MaxText    = 2000
	MostStands = 50 // units or matters of one statement
)

// Store reads and writes the teams.
type Store struct {
	db     *db.DB
	people *person.Store
	now    func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, people *person.Store, now func() time.Time) *Store {
	return &Store{d, people, now}
}

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// Person is what is known of somebody who is to join a team.
type Person struct {
	Name  string
	Sex   string // one of person.Sexes, or ""
	Born  int    // year; 0 where it is not known
	Work  string // unit and position
	Phone string // digits
}

func (p Person) known(key string) person.New {
	return person.New{Key: key, Name: p.Name, Sex: p.Sex, Born: p.Born, Work: p.Work, Phone: p.Phone}
}

// Step is whose record a move is about, and the version that was shown.
type Step struct {
	ID      int64
	Version int
}

// may reports whether actor has permission p. The operator, who loads the
// demonstration, may do everything; row-level security still applies.
func may(actor access.Actor, p access.Permission) bool {
	return actor.May(p) || actor.Role == access.Operator
}

// own is the street whose rows actor makes: the one asked for where they act for
// several, which only the operator does.
func own(actor access.Actor, street int64) int64 {
	if actor.StreetID != 0 {
		return actor.StreetID
	}
	return street
}

// act is something done to a record, for its timeline.
type act struct {
	kind          string // expert or officer
	street, id    int64
	name          string // of the move
	title, reason string
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, a act) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: a.street, Kind: a.kind, ID: a.id, Action: a.kind + "." + a.name, Title: a.title, Reason: a.reason,
	})
}

// tell sends a notice to those who act in a role of the street.
func (s *Store) tell(ctx context.Context, tx db.Tx, street int64, to access.Role, title, link string) error {
	return notice.Send(ctx, tx, notice.Notice{At: s.now(), StreetID: street, To: to, Title: title, Link: link})
}

// touch locks a record as it was shown, raises its version and returns its street.
// table is a constant.
func (s *Store) touch(ctx context.Context, tx db.Tx, table string, step Step) (street int64, err error) {
	var now struct {
		StreetID int64
		Version  int
	}
	err = db.Do(ctx, tx, db.One(&now, `SELECT street_id, version FROM `+table+` WHERE id = @id FOR UPDATE`, db.Args{"id": step.ID}))
	switch {
	case err != nil:
		return 0, err
	case now.Version != step.Version:
		return 0, fault.Stale
	}
	n, err := db.Exec(ctx, tx, `UPDATE `+table+` SET version = version + 1, modified_at = @now WHERE street_id = @street AND id = @id`,
		db.Args{"now": s.now(), "street": now.StreetID, "id": step.ID})
	if err == nil && n != 1 {
		err = fault.NotFound
	}
	return now.StreetID, err
}

// Unmask returns the phone number of an expert to who says why, and records it.
func (s *Store) Unmask(ctx context.Context, actor access.Actor, id int64, reason string) (string, error) {
	return s.unmask(ctx, actor, "experts", id, reason)
}

// UnmaskOfficer returns the phone number of an officer to who says why, and
// records it.
func (s *Store) UnmaskOfficer(ctx context.Context, actor access.Actor, id int64, reason string) (string, error) {
	return s.unmask(ctx, actor, "officers", id, reason)
}

func (s *Store) unmask(ctx context.Context, actor access.Actor, table string, id int64, reason string) (phone string, err error) {
	defer fault.Wrap(&err, "unmask %s %d", table, id)
	if !may(actor, access.UnmaskTeam) {
		return "", fault.Forbidden
	}
	if reason == "" {
		return "", fault.Fields{{Name: "reason", Text: "请填写查看电话的理由"}}
	}
	var who struct{ StreetID, PersonID int64 }
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		err := db.Do(ctx, tx, db.One(&who, `SELECT street_id, person_id FROM `+table+` WHERE id = @id`, db.Args{"id": id}))
		if err != nil {
			return err
		}
		phone, err = s.people.Unmask(ctx, tx, actor, who.StreetID, who.PersonID, reason)
		return err
	})
	return phone, err
}

func link(noun string, id int64) string { return fmt.Sprintf("/%s/%d", noun, id) }
