package desk

import "portal/internal/access"

// trainingMatters are those of trainings.
var trainingMatters = []matter{
	{
		subject: "training", do: "列名单、发培训通知", turn: "工委办公室", to: []access.Role{access.Staff},
		from: `FROM trainings x WHERE x.street_id = @street AND x.state = 'planned' AND x.held_on <= @today::date + 14`,
		text: "x.title", at: "x.modified_at", due: "x.held_on",
	},
	{
		subject: "training", do: "开始签到", turn: "工委办公室", to: []access.Role{access.Staff},
		from: `FROM trainings x WHERE x.street_id = @street AND x.state = 'notified' AND x.held_on <= @today::date`,
		text: "x.title", at: "x.modified_at", due: "x.held_on",
	},
	{
		subject: "training", do: "登记签到和成绩，结束培训", turn: "工委办公室", to: []access.Role{access.Staff},
		from: `FROM trainings x WHERE x.street_id = @street AND x.state = 'held'`,
		text: "x.title", at: "x.modified_at", due: "x.held_on",
	},
	{
		subject: "training", do: "参加培训", turn: "本人", remind: true, to: trainees,
		from: `FROM trainings x WHERE x.street_id = @street AND x.state IN ('notified', 'held')` + listed + `AND p.signed_at IS NULL)`,
		text: "x.title", at: "x.modified_at", due: "x.held_on",
	},
}

// trainees are the roles in which the teams come to trainings.
var trainees = []access.Role{
	access.Director, access.DeputyDirector, access.Member, access.Deputy, access.GroupLeader, access.VoterRep, access.Expert, access.Liaison, access.InfoOfficer,
}

// listed is on whose list the actor is.
const listed = `
	AND EXISTS (SELECT FROM training_participants p
	            WHERE p.street_id = x.street_id AND p.training_id = x.id AND app.is_participant(p.street_id, p.person_id) `
