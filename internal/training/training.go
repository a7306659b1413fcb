// Package training keeps the training of deputies and the four support teams:
// plans, who came, tests, and the hours of each person and team.
package training

import (
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/gathering"
)

// Teams are whom a training is for.
var Teams = gathering.Teams

// Store keeps trainings.
type Store struct {
	db    *db.DB
	files *file.Store
	now   func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, files *file.Store, now func() time.Time) *Store { return &Store{d, files, now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

func today(now time.Time) time.Time { return calendar.On(now) }

// Limits of texts, in characters.
const (
	MaxTitle   = 100
	MaxTheme   = 200
	MaxTeacher = 100
	MaxPlace   = 100
	MaxOutcome = 500
	MaxListed  = 2000 // people whom the page of a training lists
)

// Plan is a training as it is planned.
type Plan struct {
	Key      string // of the form: sent twice, it makes one training
	Title    string
	Theme    string // what exactly is taught: small and special (小而专, domain.md §3 i)
	Teacher  string
	HeldOn   time.Time
	StartsAt string // 09:30, or ""
	Tenths   int    // of an hour
	Place    string
	Audience []string // keys of Teams
	PassMark int      // per cent
}

// Written writes tenths of an hour: 2.5.
func Written(tenths int) string {
	s := string(rune('0' + tenths%10))
	whole := itoa(int64(tenths / 10))
	if s == "0" {
		return whole
	}
	return whole + "." + s
}

func (p Plan) check() error {
	var bad fault.Fields
	if len(p.Audience) == 0 {
		bad.Add("audience", "请选择参训队伍")
	}
	for _, a := range p.Audience {
		if choice.Name(Teams, a) == "" {
			bad.Add("audience", "请选择参训队伍")
			break
		}
	}
	if p.Tenths <= 0 || p.Tenths > 800 {
		bad.Add("hours", "请填写学时，0.5 到 80 之间")
	}
	if p.PassMark < 1 || p.PassMark > 100 {
		bad.Add("pass_mark", "请填写及格线，1 到 100 之间")
	}
	return bad.Err()
}
