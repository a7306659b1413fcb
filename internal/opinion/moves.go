package opinion

import (
	"context"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/deadline"
	"portal/internal/procedure"
)

// Calendar returns the working-day calendar, to say how much time is left.
func (s *Store) Calendar(ctx context.Context, actor access.Actor) (*calendar.Calendar, error) {
	return deadline.Known(ctx, s.db, actor)
}

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// Moves lists what the actor may do with the opinion now: the moves of the
// procedure, less those that its rules would refuse.
func (r *Record) Moves(actor access.Actor, now time.Time) []procedure.Move {
	return slices.DeleteFunc(Procedure.Open(actor, r.State), func(m procedure.Move) bool { return !r.fits(actor, m.Name, now) })
}

func (r *Record) fits(actor access.Actor, move string, now time.Time) bool {
	lead := actor.Role == access.OfficeDispatch || actor.UnitID == r.LeadUnitID
	switch move {
	case "receipt", "return", "handling", "reply":
		return lead
	case "dispatch":
		return actor.UnitID == r.LeadUnitID
	case "comment":
		return slices.ContainsFunc(r.Assignments, func(a AssignmentLine) bool {
			return a.UnitID == actor.UnitID && a.Part == "co" && a.EndedAt == nil
		})
	case "extension":
		due := r.Due("reply")
		return lead && r.Extension == nil && due != nil && !calendar.On(now).After(due.DueOn)
	case "extension-decision":
		return r.Extension != nil && r.Extension.Granted == nil
	case "supervision", "report", "closure":
		return r.Overdue(now)
	case "assignment":
		return !r.Sensitive // a unit would have to read it
	}
	return true
}

// Due returns the open deadline called name, or nil.
func (r *Record) Due(name string) *DeadlineLine {
	i := slices.IndexFunc(r.Deadlines, func(d DeadlineLine) bool { return d.Name == name })
	if i < 0 {
		return nil
	}
	return &r.Deadlines[i]
}

// Overdue reports whether a deadline of the opinion has passed.
func (r *Record) Overdue(now time.Time) bool {
	return len(r.Deadlines) > 0 && calendar.On(now).After(r.Deadlines[0].DueOn)
}

// Owed reports whether the resident of a merged opinion is still to be told the
// answer of the one it was merged into.
func (r *Record) Owed() bool {
	return r.State == Merged && r.Answer != "" && r.ToldOn == nil && !r.Anonymous
}
