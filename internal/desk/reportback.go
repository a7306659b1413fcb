package desk

import (
	"portal/internal/access"
	"portal/internal/setting"
)

// reportMonths is how long in office a deputy should have reported: the setting that
// internal/reportback declares.
var reportMonths = setting.Setting{Key: "reportback.due_months", Default: 36}

// reportMatters are those of deputies' reports to voters.
var reportMatters = []matter{
	{
		subject: "deputy_report", do: "交述职报告", turn: "本人", to: []access.Role{access.Deputy, access.GroupLeader},
		from: `FROM deputy_reports x
			JOIN report_sessions s ON s.street_id = x.street_id AND s.id = x.session_id AND s.state IN ('called', 'open')
			WHERE x.street_id = @street AND x.deputy_id = @deputy AND x.state = 'due'`,
		text: "'述职报告：' || s.district", at: "x.created_at", due: "x.held_on",
	},
	{
		subject: "deputy_report", do: "书面反馈", turn: "本人", to: []access.Role{access.Deputy, access.GroupLeader},
		from: `FROM deputy_reports x
			WHERE x.street_id = @street AND x.deputy_id = @deputy AND x.state IN ('spoken', 'rating', 'published')` + waitingRemarks,
		text: "'选民对述职的意见'", at: "x.modified_at", due: remarkDue,
	},
	{
		subject: "reports_owing", do: "安排述职", turn: officeName, to: []access.Role{access.Staff}, street: "x.id",
		from: `FROM streets x
			CROSS JOIN LATERAL (
				SELECT count(*) AS n, min((d.since + make_interval(months => ` + reportMonths.SQL("x.id") + `))::date) AS due_on
				FROM deputies d
				WHERE d.street_id = x.id AND d.level = 'city' AND d.since + make_interval(months => ` + reportMonths.SQL("x.id") + `) <= @today::date
				  AND (d.ended_on IS NULL OR d.ended_on > @today::date)
				  AND NOT EXISTS (SELECT FROM deputy_reports r WHERE r.street_id = d.street_id AND r.deputy_id = d.id AND r.term = d.term AND r.state <> 'dropped')) AS o
			WHERE x.id = @street AND o.n > 0`,
		text: "o.n || ' 位代表任职已久，本届还没有述职'", at: "o.due_on::timestamptz", due: "o.due_on",
	},
	{
		subject: "report_session", do: "发述职会通知", turn: officeName, to: []access.Role{access.Staff},
		from: `FROM report_sessions x
			JOIN gatherings g ON g.street_id = x.street_id AND g.id = x.gathering_id
			WHERE x.street_id = @street AND x.state = 'planned'`,
		text: "g.title", at: "x.created_at", due: "g.held_on", place: "g.place",
	},
	{
		subject: "report_session", do: "召开述职会", turn: officeName, to: []access.Role{access.Staff},
		from: `FROM report_sessions x
			JOIN gatherings g ON g.street_id = x.street_id AND g.id = x.gathering_id
			WHERE x.street_id = @street AND x.state IN ('called', 'open') AND g.held_on <= @today::date + 7`,
		text: "g.title", at: "x.modified_at", due: "g.held_on", place: "g.place",
	},
	{
		subject: "deputy_report", do: "催书面反馈", turn: "代表", remind: true, to: []access.Role{access.Staff},
		from: `FROM deputy_reports x
			JOIN deputies d ON d.street_id = x.street_id AND d.id = x.deputy_id
			WHERE x.street_id = @street AND x.state = 'published'` + waitingRemarks,
		text: "d.name || '代表：选民对述职的意见'", at: "x.modified_at", due: remarkDue,
	},
	{
		subject: "deputy_report", do: "归档述职", turn: officeName, to: []access.Role{access.Staff},
		from: `FROM deputy_reports x
			JOIN deputies d ON d.street_id = x.street_id AND d.id = x.deputy_id
			WHERE x.street_id = @street AND x.state = 'published' AND NOT EXISTS (SELECT FROM report_remarks m WHERE m.street_id = x.street_id AND m.report_id = x.id AND m.answered_at IS NULL)`,
		text: "d.name || '代表述职'", at: "x.published_at",
	},
}

const (
	waitingRemarks = ` AND EXISTS (SELECT FROM report_remarks m WHERE m.street_id = x.street_id AND m.report_id = x.id AND m.answered_at IS NULL)`
	remarkDue      = `(SELECT min(c.due_on) FROM report_remarks m JOIN deadlines c ON c.street_id = m.street_id AND c.kind = 'report_remark' AND c.subject_id = m.id AND c.ended_on IS NULL
				WHERE m.street_id = x.street_id AND m.report_id = x.id)`
)
