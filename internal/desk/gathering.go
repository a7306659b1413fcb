package desk

import "portal/internal/access"

// gatheringMatters are those of activities and meetings to which people are called.
var gatheringMatters = []matter{
	{
		subject: "gathering", do: "批准请假", turn: "有人请假待批", to: []access.Role{access.Staff},
		from: `FROM gatherings x
			WHERE x.street_id = @street AND x.state IN ('called', 'open')
			  AND EXISTS (SELECT FROM attendances a WHERE a.street_id = x.street_id AND a.gathering_id = x.id AND a.leave_state = 'asked')`,
		text: "x.title", at: "x.modified_at", due: "x.held_on", place: "x.place",
	},
	{
		subject: "gathering", do: "回执或请假", turn: "本人", to: called,
		from: ownGatherings + ` AND x.state = 'called' AND a.received_at IS NULL AND a.leave_state = ''`,
		text: "x.title", at: "x.called_at", due: "x.held_on", place: "x.place",
	},
	{
		subject: "gathering", do: "按时参加", turn: "本人", remind: true, to: called,
		from: ownGatherings + ` AND x.state IN ('called', 'open') AND a.arrived_at IS NULL AND a.leave_state <> 'granted'
			  AND (a.received_at IS NOT NULL OR a.leave_state <> '' OR x.state = 'open')`,
		text: "x.title", at: "x.called_at", due: "x.held_on", place: "x.place",
	},
	{
		subject: "gathering", do: "回执或请假", turn: "本单位", to: []access.Role{access.Unit, access.OfficeDispatch},
		from: `FROM attendances a
			JOIN gatherings x ON x.street_id = a.street_id AND x.id = a.gathering_id
			WHERE a.street_id = @street AND a.unit_id = @unit AND a.held_on >= @today::date
			  AND x.state = 'called' AND a.received_at IS NULL AND a.leave_state = ''`,
		text: "x.title", at: "x.called_at", due: "x.held_on", place: "x.place",
	},
}

// called are the roles in which people are called.
var called = []access.Role{
	access.Director, access.DeputyDirector, access.Member, access.Deputy, access.GroupLeader, access.VoterRep, access.Expert, access.Liaison, access.InfoOfficer,
}

// ownGatherings are those to which the actor is called, also by another street.
const ownGatherings = `FROM attendances a
			JOIN gatherings x ON x.street_id = a.street_id AND x.id = a.gathering_id
			WHERE a.person_street_id = @street AND a.person_id = ANY ((SELECT app.own_people())::bigint[]) AND a.held_on >= @today::date`
