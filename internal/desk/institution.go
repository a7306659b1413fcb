package desk

import (
	"portal/internal/access"
	"portal/internal/setting"
)

// trialNotice is how long before the end of a trial period it is called to mind: the
// setting of the room of institutions.
var trialNotice = setting.Setting{Key: "institution.trial_notice_days", Default: 60}

// newest are the rules with a version on its way, x being the rule and v the version.
const newest = `
	FROM institutions x
	JOIN institution_versions v ON v.street_id = x.street_id AND v.institution_id = x.id`

func rule(do, turn, state string, to ...access.Role) matter {
	return matter{
		subject: "institution", do: do, turn: turn, to: to,
		from: newest + ` WHERE x.street_id = @street AND v.state = '` + state + `'`,
		text: "x.title", number: "v.doc_number", at: "x.modified_at",
	}
}

// asked is a draft that is out for opinions, for who is asked; given says of whom the
// opinions come.
func asked(street, given string, to ...access.Role) matter {
	return matter{
		subject: "institution", do: "提出意见", turn: "征求意见", remind: true, to: to,
		from: newest + ` WHERE x.street_id = ` + street + ` AND v.state = 'consulting'
			AND NOT EXISTS (SELECT FROM institution_opinions o WHERE o.street_id = v.street_id AND o.version_id = v.id AND ` + given + `)`,
		text: "x.title", at: "x.modified_at", due: "v.consult_until", street: "coalesce(nullif(x.street_id, 0), @street)",
	}
}

// institutionMatters are what waits in the room of institutions.
var institutionMatters = []matter{
	rule("征求意见", officeName, "draft", access.Staff),
	rule("答复意见、提请审议", officeName, "consulting", access.Staff),
	rule("按审议意见修改", officeName, "revising", access.Staff),
	rule("审议制度", "工委主任会议", "deliberating", access.Director, access.Staff),
	rule("签发制度", directorName, "passed", access.Director),
	rule("报备案", officeName, "signed", access.Staff),
	rule("按备案意见修改", officeName, "returned", access.Staff),
	rule("公布施行", officeName, "recorded", access.Staff),
	{
		subject: "institution", do: "受理、审查备案", turn: "市人大常委会", to: []access.Role{access.CityOffice, access.CityDeputy},
		from: newest + ` JOIN streets s ON s.id = x.street_id
			WHERE x.street_id = ANY ((SELECT app.streets())::bigint[]) AND v.state IN ('filed', 'accepted')`,
		text: "x.title", number: "v.doc_number", at: "x.modified_at", place: "s.name",
	},
	asked("@street", "o.source = 'party'", access.PartyReader),
	asked("@street", "o.given_by = @user", access.Deputy, access.GroupLeader),
	{
		subject: "institution", do: "试行期将满", turn: officeName, to: []access.Role{access.Staff, access.Director},
		from: newest + ` WHERE x.street_id = @street AND v.state = 'in_force' AND v.trial_until BETWEEN @today::date AND @today::date + ` + trialNotice.SQL("x.street_id"),
		text: "x.title", number: "v.doc_number", at: "x.modified_at", due: "v.trial_until",
	},
	{
		subject: "institution", do: "试行期将满", turn: "市人大常委会办公室", to: []access.Role{access.CityOffice},
		from: newest + ` WHERE x.street_id = 0 AND v.state = 'in_force' AND v.trial_until BETWEEN @today::date AND @today::date + 60`,
		text: "x.title", number: "v.doc_number", at: "x.modified_at", due: "v.trial_until",
	},
}
