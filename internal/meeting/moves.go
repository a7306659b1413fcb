package meeting

import (
	"time"

	"portal/internal/access"
	"portal/internal/procedure"
)

// HasQuorum reports whether enough are there now.
func (r *Record) HasQuorum() bool { return r.Due > 0 && r.Present >= r.Quorum }

// Keeps reports whether the actor keeps the meeting.
func (r *Record) Keeps(actor access.Actor) bool {
	return actor.Role == access.Operator || actor.May(access.KeepMeetings) && actor.StreetID == r.StreetID
}

// Reads reports whether the actor reads the whole of it: the committee does.
func (r *Record) Reads(actor access.Actor) bool {
	return actor.Role == access.Operator || actor.May(access.ReadMeetings) && (actor.StreetID == r.StreetID || actor.StreetID == 0)
}

// Moves lists what the actor may do with the meeting now: the moves of the procedure,
// less those that its rules would refuse.
func (r *Record) Moves(actor access.Actor, now time.Time) (list []procedure.Move) {
	for _, m := range Procedure.Open(actor, r.State) {
		if r.fits(actor, m.Name, now) {
			list = append(list, m)
		}
	}
	return list
}

// left are the items without an outcome, and those of them that no vote is about.
func (r *Record) left() (open, free int) {
	for _, i := range r.Items {
		if i.Outcome == "" {
			open++
			if i.Vote == nil {
				free++
			}
		}
	}
	return open, free
}

func (r *Record) passed() (n int) {
	for _, i := range r.Items {
		if i.Outcome == Passed {
			n++
		}
	}
	return n
}

func (r *Record) fits(actor access.Actor, move string, now time.Time) bool {
	if move != "voice" && !r.Keeps(actor) {
		return false
	}
	open, free := r.left()
	switch move {
	case "agenda":
		return len(r.Topics) > 0
	case "strike":
		return len(r.Items) > 0
	case "notice":
		return len(r.Items) > 0 && r.ChairPostID != 0
	case "opening":
		return !r.HeldOn.After(now)
	case "beginning":
		return r.HasQuorum()
	case "talk", "failure":
		return !r.HasQuorum() && r.Open == nil
	case "hands", "roll", "ballot":
		return r.HasQuorum() && free > 0 && r.Open == nil
	case "recusal", "conclusion":
		return free > 0
	case "temporary":
		return r.HasQuorum()
	case "voice":
		return r.Open != nil && r.Open.Way == Named && r.Own != nil && r.Own.Due && r.Own.Here() && !r.recused(r.Own.ID)
	case "roll-entry":
		return r.Open != nil && r.Open.Way == Named
	case "roll-closure":
		return r.Open != nil && r.HasQuorum()
	case "roll-void":
		return r.Open != nil
	case "closing":
		return open == 0
	case "decided":
		return r.passed() > 0
	case "check":
		return r.Verbatim != nil
	case "archive":
		for _, k := range r.Tasks {
			if k.State == Waiting || k.State == Doing {
				return false
			}
		}
	case "opinion":
		return r.Kind == Representatives
	case "signature":
		return actor.May(access.SignMinutes)
	}
	return true
}

// recused reports whether somebody does not vote in the vote that is open.
func (r *Record) recused(attendance int64) bool {
	for _, i := range r.Items {
		if i.ID != r.Open.ItemID {
			continue
		}
		for _, x := range i.Recused {
			if x.AttendanceID == attendance {
				return true
			}
		}
	}
	return false
}
