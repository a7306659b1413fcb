package desk

import (
	"portal/internal/access"
	"portal/internal/setting"
)

// The times of the year's plan, settings that internal/plan declares.
var (
	solicitMonth = setting.Setting{Key: "plan.solicit_month", Default: 11}
	solicitDays  = setting.Setting{Key: "plan.solicit_days", Default: 30}
	draftMonth   = setting.Setting{Key: "plan.draft_month", Default: 12}
	issueMonth   = setting.Setting{Key: "plan.issue_month", Default: 3}
)

// endOf is the last day of a month of a year.
func endOf(year, month string) string {
	return `(make_date(` + year + `, ` + month + `, 1) + interval '1 month - 1 day')::date`
}

// planned is a matter about annual plans: where is the rest of its FROM.
func planned(do, turn, where, due string, to ...access.Role) matter {
	return matter{
		subject: "plan", do: do, turn: turn, to: to, from: `FROM plans x WHERE x.street_id = @street AND ` + where,
		text: "x.year || '年度工作计划'", at: "x.modified_at", due: due,
	}
}

var (
	issueBy    = endOf("x.year", issueMonth.SQL("x.street_id"))
	draftBy    = endOf("x.year - 1", draftMonth.SQL("x.street_id"))
	opinionDue = `(SELECT c.due_on FROM plan_consultations c WHERE c.street_id = x.street_id AND c.plan_id = x.id AND c.received_on IS NULL LIMIT 1)`
	openItem   = `EXISTS (SELECT FROM plan_points t JOIN plan_consultations c ON c.street_id = t.street_id AND c.id = t.consultation_id
		WHERE c.street_id = x.street_id AND c.plan_id = x.id AND t.answer = '')`
	unreported = `EXISTS (SELECT FROM plan_items i
		WHERE i.street_id = x.street_id AND i.plan_id = x.id AND NOT i.dropped AND i.status <> 'done' AND make_date(x.year, i.month, 1) + interval '1 month' <= @today::date
		  AND NOT EXISTS (SELECT FROM plan_progress g WHERE g.street_id = i.street_id AND g.item_id = i.id AND g.reported_on >= date_trunc('month', @today::date)::date))`
	unfiled = `EXISTS (SELECT FROM plan_editions e WHERE e.street_id = x.street_id AND e.plan_id = x.id AND NOT EXISTS (
		SELECT FROM plan_filings f WHERE f.street_id = e.street_id AND f.edition_id = e.id)
		AND e.ordinal = (SELECT max(o.ordinal) FROM plan_editions o WHERE o.street_id = e.street_id AND o.plan_id = e.plan_id))`
)

// planMatters are those of annual plans (domain.md §3 e; the months are settings).
var planMatters = []matter{
	{
		subject: "plan_missing", do: "起草明年的年度计划", turn: officeName, to: []access.Role{access.Staff}, street: "x.id",
		from: `FROM streets x WHERE x.id = @street AND extract(month FROM @today::date) >= ` + solicitMonth.SQL("x.id") + `
			AND NOT EXISTS (SELECT FROM plans p WHERE p.street_id = x.id AND p.year = extract(year FROM @today::date) + 1)`,
		text: "extract(year FROM @today::date) + 1 || '年度工作计划'", at: "date_trunc('month', @today::date)::timestamptz",
		due: endOf("extract(year FROM @today::date)::integer", draftMonth.SQL("x.id")),
	},
	{
		subject: "plan_idea", do: "答复代表的计划提议", turn: officeName, to: []access.Role{access.Staff},
		from: `FROM plan_ideas x
			JOIN deputies d ON d.street_id = x.street_id AND d.id = x.deputy_id
			WHERE x.street_id = @street AND x.state = 'open'`,
		text: "d.name || '：' || x.theme", at: "x.proposed_on::timestamptz", due: draftBy,
	},
	{
		subject: "plan_ideas_asked", do: "对明年的计划提议", turn: "本人", remind: true, to: []access.Role{access.Deputy, access.GroupLeader}, street: "x.id",
		from: `FROM streets x
			CROSS JOIN LATERAL (SELECT ` + solicitMonth.SQL("x.id") + ` AS month, ` + solicitDays.SQL("x.id") + ` AS days) AS w
			CROSS JOIN LATERAL (SELECT y AS year, make_date(y - 1, w.month, 1) AS opens
				FROM generate_series(extract(year FROM @today::date)::integer, extract(year FROM @today::date)::integer + 1) AS y) AS a
			WHERE x.id = @street AND @today::date BETWEEN a.opens AND a.opens + w.days - 1
			  AND NOT EXISTS (SELECT FROM plan_ideas i WHERE i.street_id = x.id AND i.deputy_id = @deputy AND i.year = a.year)`,
		text: "a.year || '年度工作计划'", at: "a.opens::timestamptz", due: "a.opens + w.days - 1",
	},
	planned("列条目、征求党工委意见", officeName, `x.state = 'draft'`, draftBy, access.Staff),
	planned("书面反馈对年度计划的意见", "街道党工委", `x.state = 'consulting'`, opinionDue, access.PartyReader),
	reminding(planned("党工委意见还没有反馈", "街道党工委", `x.state = 'consulting'`, opinionDue, access.Staff)),
	planned("说明党工委意见的采纳情况", officeName, `x.state = 'revising' AND `+openItem, issueBy, access.Staff),
	planned("提请主任会议审议年度计划", officeName, `x.state = 'revising' AND NOT `+openItem, issueBy, access.Staff),
	planned("主任会议审议年度计划", "工委主任会议", `x.state = 'deliberating'`, issueBy, access.Director, access.DeputyDirector),
	planned("登记年度计划的审议结果", officeName, `x.state = 'deliberating'`, issueBy, access.Staff),
	planned("报市人大常委会备案", officeName, `x.state = 'passed'`, issueBy, access.Staff),
	planned("印发年度计划", "工委主任", `x.state = 'filed'`, issueBy, access.Director),
	planned("登记逾期条目的进度", officeName, `x.state IN ('executing', 'adjusting') AND `+unreported, endOf("extract(year FROM @today::date)::integer", "extract(month FROM @today::date)::integer"), access.Staff),
	planned("主任会议审议计划的调整", "工委主任会议", `x.state = 'adjusting' AND EXISTS (SELECT FROM plan_changes c WHERE c.street_id = x.street_id AND c.plan_id = x.id AND c.decision_id IS NULL)`, "",
		access.Staff, access.Director, access.DeputyDirector),
	planned("报备调整后的计划", officeName, `x.state IN ('executing', 'summarising') AND `+unfiled, "", access.Staff),
	planned("起草年度总结", officeName, `x.state = 'executing' AND @today::date >= make_date(x.year, 12, 1)`, "make_date(x.year, 12, 31)", access.Staff),
	planned("审定年度总结", "工委主任", `x.state = 'summarising'`, "", access.Director),
	planned("归档年度计划", officeName, `x.state = 'concluded'`, "", access.Staff),
	{
		subject: "plan", do: "收文年度计划", turn: "市人大常委会办公室", to: []access.Role{access.CityOffice},
		from: `FROM plans x WHERE x.street_id = ANY ((SELECT app.streets())::bigint[]) AND EXISTS (SELECT FROM plan_editions e
			JOIN plan_filings f ON f.street_id = e.street_id AND f.edition_id = e.id
			WHERE e.street_id = x.street_id AND e.plan_id = x.id AND f.received_on IS NULL)`,
		text: "x.year || '年度工作计划'", at: "x.modified_at", place: `(SELECT s.name FROM streets s WHERE s.id = x.street_id)`,
	},
}
