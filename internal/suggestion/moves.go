package suggestion

import (
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/procedure"
)

// Moves lists what the actor may do with the suggestion now: the moves of the
// procedure, less those that its rules would refuse.
func (r *Record) Moves(actor access.Actor, now time.Time) []procedure.Move {
	return slices.DeleteFunc(Procedure.Open(actor, r.State), func(m procedure.Move) bool { return !r.fits(actor, m.Name, now) })
}

func (r *Record) fits(actor access.Actor, move string, now time.Time) bool {
	if slices.Contains(deciding, move) && !Decides(actor, r.Class) {
		return false
	}
	lead := actor.Role == access.OfficeDispatch || actor.Role == access.Unit && actor.UnitID == r.LeadUnitID
	switch move {
	case "signature", "leave":
		me := r.signer(actor.DeputyID)
		return me != nil && (move == "leave" && !me.Lead || move == "signature" && me.ConfirmedAt == nil)
	case "paper-signature":
		return actor.Role == access.Staff && !r.AllSigned()
	case "submission", "review":
		return drafter(actor, r.LeadID) && (r.AllSigned() || actor.DeputyID == r.LeadID && r.onlyLeadMissing())
	case "withdrawal":
		return drafter(actor, r.LeadID) && r.Round == 1
	case "approval", "revision":
		return actor.DeputyID != r.LeadID && (actor.Role != access.GroupLeader || r.Led)
	case "receipt", "return", "contact":
		return lead
	case "reply":
		return lead && r.contacted()
	case "dispatch":
		return actor.UnitID == r.LeadUnitID
	case "comment":
		return slices.ContainsFunc(r.Assignments, func(a AssignmentLine) bool {
			return a.UnitID == actor.UnitID && a.Part == "co" && a.EndedAt == nil
		})
	case "extension":
		due := r.Due("reply")
		return lead && r.Round == 1 && r.Months < 6 && len(r.Extension) == 0 && due != nil && !calendar.On(now).After(due.DueOn)
	case "extension-decision":
		return Waiting(r.Extension) != nil
	case "rating":
		return actor.Role == access.Staff || actor.DeputyID == r.LeadID
	case "urge":
		return actor.Role != access.CityDeputy || r.Class == City
	case "promise-extension":
		return lead && r.Promise() != nil && Waiting(r.Later) == nil
	case "promise-decision":
		return r.Promise() != nil && Waiting(r.Later) != nil
	case "fulfilment":
		return lead && r.Promise() != nil
	case "key":
		return r.KeyOn == nil && r.Class == City
	}
	return true
}

// Revisable reports whether the actor may change the text now.
func (r *Record) Revisable(actor access.Actor) bool {
	return actor.May(access.DraftSuggestion) && drafter(actor, r.LeadID) && slices.Contains(drafts, r.State)
}

// AllSigned reports whether everybody who is to sign has.
func (r *Record) AllSigned() bool {
	return !slices.ContainsFunc(r.Signers, func(g Signer) bool { return g.ConfirmedAt == nil })
}

func (r *Record) onlyLeadMissing() bool {
	return !slices.ContainsFunc(r.Signers, func(g Signer) bool { return g.ConfirmedAt == nil && !g.Lead })
}

func (r *Record) signer(deputy int64) *Signer {
	if i := slices.IndexFunc(r.Signers, func(g Signer) bool { return deputy != 0 && g.DeputyID == deputy }); i >= 0 {
		return &r.Signers[i]
	}
	return nil
}

// contacted reports whether the unit has talked with the deputies in this round.
func (r *Record) contacted() bool {
	return slices.ContainsFunc(r.Contacts, func(c ContactLine) bool { return c.Round == r.Round })
}
