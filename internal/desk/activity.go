package desk

import "portal/internal/access"

// activityOf is a matter about activities of the street: what is the rest of its WHERE.
func activityOf(do, turn, what, due string, to ...access.Role) matter {
	return matter{
		subject: "activity", do: do, turn: turn, to: to, from: `FROM activities x WHERE x.street_id = @street AND ` + what, text: "left(x.title, 80)", at: "x.modified_at", due: due,
	}
}

const (
	uncovered = `x.supervises AND x.state IN ('approval', 'approved', 'notified', 'open')
		AND EXISTS (SELECT FROM mandate_acts m WHERE m.street_id = x.street_id AND m.id = x.act_id AND m.cancelled_on IS NOT NULL)`
	owing  = `FROM activities x JOIN activity_forwardings f ON f.street_id = x.street_id AND f.activity_id = x.id AND f.waived_at IS NULL `
	unitIs = `WHERE x.street_id = @street AND x.state = 'forwarded' AND f.unit_id = @unit AND `
)

// activityMatters are those of activities.
var activityMatters = []matter{
	activityOf("审批活动", "主任、副主任", `x.state = 'approval'`, "x.held_on", access.Director, access.DeputyDirector),
	activityOf("签发转交函", "主任、副主任", `x.state = 'reported'`, "", access.Director, access.DeputyDirector),
	activityOf("授权已撤回，取消或改期", "工委办公室", uncovered, "x.held_on", access.Staff),
	activityOf("完善策划，送审", "工委办公室", `x.state = 'draft' AND x.held_on <= @today::date + 21`, "x.held_on", access.Staff),
	activityOf("发活动通知", "工委办公室", `x.state = 'approved'`, "x.held_on - 3", access.Staff),
	activityOf("开始签到", "工委办公室", `x.state = 'notified' AND x.held_on <= @today::date`, "x.held_on", access.Staff),
	activityOf("结束活动", "工委办公室", `x.state = 'open' AND x.ends_at < @today::date + 1`, "x.held_on", access.Staff),
	activityOf("登记活动情况", "工委办公室", `x.state = 'held'`, "x.held_on + 7", access.Staff),
	activityOf("形成报告", "工委办公室", `x.state = 'recorded' AND x.kind IN ('inspection', 'study', 'appraisal', 'law_check')`, "x.held_on + 14", access.Staff),
	activityOf("归档", "工委办公室", `x.state = 'recorded' AND x.kind NOT IN ('inspection', 'study', 'appraisal', 'law_check')`, "", access.Staff),
	activityOf("单位都已反馈，归档", "工委办公室", `x.state = 'forwarded' AND NOT EXISTS (SELECT FROM activity_forwardings f
		WHERE f.street_id = x.street_id AND f.activity_id = x.id AND f.waived_at IS NULL AND (f.answered_at IS NULL OR f.rectify_by IS NOT NULL AND f.rectified_at IS NULL))`, "", access.Staff),
	{
		subject: "activity", do: "反馈代表活动的意见建议", turn: "本单位", to: []access.Role{access.Unit, access.OfficeDispatch},
		from: owing + unitIs + `f.answered_at IS NULL`, text: "left(x.title, 80)", number: "x.number", at: "x.modified_at", due: "f.due_on",
	},
	{
		subject: "activity", do: "报送整改报告", turn: "本单位", to: []access.Role{access.Unit, access.OfficeDispatch},
		from: owing + unitIs + `f.answered_at IS NOT NULL AND f.rectify_by IS NOT NULL AND f.rectified_at IS NULL`, text: "left(x.title, 80)", number: "x.number", at: "x.modified_at", due: "f.rectify_by",
	},
	{
		subject: "activity", do: "报送评议前的单位汇报", turn: "本单位", to: []access.Role{access.Unit, access.OfficeDispatch},
		from: `FROM activities x WHERE x.street_id = @street AND x.kind = 'appraisal' AND x.unit_id = @unit AND x.state IN ('notified', 'open')
			AND NOT EXISTS (SELECT FROM activity_statements s WHERE s.street_id = x.street_id AND s.activity_id = x.id)`, text: "left(x.title, 80)", at: "x.modified_at", due: "x.held_on",
	},
	{
		subject: "activity", do: "单位逾期没有反馈", turn: "承办单位", remind: true, to: []access.Role{access.Staff, access.Director, access.DeputyDirector},
		from: owing + `WHERE x.street_id = @street AND x.state = 'forwarded' AND f.answered_at IS NULL AND f.due_on < @today::date`, text: "left(x.title, 80)", number: "x.number", at: "x.modified_at", due: "f.due_on",
	},
}
