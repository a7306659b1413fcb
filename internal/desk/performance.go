package desk

import "portal/internal/access"

const (
	supplementsOf = `FROM performance_supplements x WHERE x.state = 'waiting' AND x.entered_by <> @user AND `
	disputesOf    = `FROM performance_disputes x WHERE x.state = 'open' AND `
	absentOf      = `FROM (SELECT a.street_id, a.deputy_id AS id, a.sessions, a.last_on, d.name FROM performance_absences a
		JOIN deputies d ON d.street_id = a.street_id AND d.id = a.deputy_id WHERE a.sessions >= 2) x WHERE `
	herStreet   = `x.street_id = @street`
	itsStreets  = `x.street_id = ANY ((SELECT app.streets())::bigint[])`
	streetOfX   = `(SELECT s.name FROM streets s WHERE s.id = x.street_id)`
	answerUntil = `(SELECT d.due_on FROM deadlines d WHERE d.street_id = x.street_id AND d.kind = 'performance_dispute' AND d.subject_id = x.id AND d.name = 'answer' AND d.ended_on IS NULL)`
)

// performanceMatters are those of the performance record. Whoever entered a supplement
// is not asked to confirm it.
var performanceMatters = []matter{
	{subject: "performance_supplement", do: "确认补录", turn: officeName, from: supplementsOf + herStreet, text: "x.title", at: "x.entered_at", to: []access.Role{access.Staff, access.Director, access.DeputyDirector}},
	{subject: "performance_dispute", do: "答复履职申诉", turn: officeName, from: disputesOf + herStreet, text: "left(x.reason, 80)", at: "x.filed_at", due: answerUntil, to: []access.Role{access.Staff}},
	{
		subject: "performance_publication", do: "核对公布的履职情况，有出入的申诉", turn: "本人", remind: true, to: []access.Role{access.Deputy, access.GroupLeader},
		from: `FROM (SELECT p.*, d.due_on FROM performance_publications p JOIN deadlines d ON d.street_id = p.street_id AND d.kind = 'performance_publication' AND d.subject_id = p.id
			AND d.name = 'dispute' AND d.ended_on IS NULL AND d.due_on >= @today::date) x WHERE ` + herStreet + ` AND @deputy::bigint <> 0`,
		text: "x.year || '年第' || x.quarter || '季度履职情况'", at: "x.published_at", due: "x.due_on",
	},
	absent(herStreet, access.Staff, access.Director, access.DeputyDirector),
	absent(itsStreets, access.CityDeputy),
	{
		subject: "performance", do: "未经批准缺席人代会，请事先请假", turn: "本人", remind: true, to: []access.Role{access.Deputy, access.GroupLeader},
		from: `FROM (SELECT a.street_id, a.deputy_id AS id, a.sessions, a.last_on FROM performance_absences a) x WHERE ` + herStreet + ` AND x.id = @deputy`,
		text: "'未经批准缺席人代会 ' || x.sessions || ' 次；两次的代表资格终止（代表法）'", at: "x.last_on::timestamptz",
	},
}

// absent is the alert that a seat is endangered: two sessions of the congress missed
// without leave (DEP62(3)).
func absent(where string, to ...access.Role) matter {
	return matter{
		subject: "performance", do: "核实缺席人代会", turn: officeName, remind: true, from: absentOf + where, text: "x.name || '未经批准缺席人代会 ' || x.sessions || ' 次，代表资格可能终止（代表法）'",
		at: "x.last_on::timestamptz", place: streetOfX, to: to,
	}
}
