package desk

import "portal/internal/access"

// clockOf is the day on which a clock of the suggestion x is due.
func clockOf(name string) string {
	return `(SELECT d.due_on FROM deadlines d WHERE d.street_id = x.street_id AND d.kind = 'suggestion' AND d.subject_id = x.id AND d.name = '` + name + `' AND d.ended_on IS NULL)`
}

const (
	ofStreet = `FROM suggestions x WHERE x.street_id = @street AND `
	ofCity   = `FROM suggestions x WHERE x.street_id = ANY ((SELECT app.streets())::bigint[]) AND x.class = 'city' AND `

	asksTime  = `x.state = 'handling' AND x.round = 1 AND EXISTS (SELECT FROM suggestion_extensions e WHERE e.street_id = x.street_id AND e.suggestion_id = x.id AND e.granted IS NULL)`
	asksLater = `x.state IN ('handling', 'replied', 'coordination', 'promised') AND EXISTS (SELECT FROM suggestion_promises p
		JOIN suggestion_promise_extensions e ON e.street_id = p.street_id AND e.promise_id = p.id AND e.granted IS NULL
		WHERE p.street_id = x.street_id AND p.suggestion_id = x.id AND p.state = 'open')`
	owesNow = `x.state IN ('handling', 'replied', 'coordination', 'promised') AND EXISTS (SELECT FROM suggestion_promises p
		WHERE p.street_id = x.street_id AND p.suggestion_id = x.id AND p.state = 'open' AND p.due_on < @today::date)`
	owesSoon = `x.state IN ('handling', 'replied', 'coordination', 'promised') AND EXISTS (SELECT FROM suggestion_promises p
		WHERE p.street_id = x.street_id AND p.suggestion_id = x.id AND p.state = 'open' AND p.due_on <= @today::date + 30)`
	replyLate = `x.state IN ('assigned', 'handling') AND EXISTS (SELECT FROM deadlines d
		WHERE d.street_id = x.street_id AND d.kind = 'suggestion' AND d.subject_id = x.id AND d.name = 'reply' AND d.ended_on IS NULL AND d.due_on < @today::date)`
)

// suggested is a matter about suggestions: what is the rest of its FROM.
func suggested(do, turn, from, clock string, to ...access.Role) matter {
	m := matter{subject: "suggestion", do: do, turn: turn, to: to, from: from, text: "left(x.title, 80)", number: "coalesce(x.number, '')", at: "x.modified_at"}
	m.place = `(SELECT s.name FROM streets s WHERE s.id = x.street_id)`
	if clock != "" {
		m.due = clockOf(clock)
	}
	return m
}

func reminding(m matter) matter {
	m.remind = true
	return m
}

const cityBody = "市代表工委"

// suggestionMatters are those of deputies' suggestions.
var suggestionMatters = []matter{
	suggested("评价答复", "本人", ofStreet+`x.state = 'replied' AND x.lead_id = @deputy`, "rating", access.Deputy, access.GroupLeader),
	suggested("确认联名", "本人", ofStreet+`x.state IN ('draft', 'sent_back') AND EXISTS (SELECT FROM suggestion_signers g
		WHERE g.street_id = x.street_id AND g.suggestion_id = x.id AND g.deputy_id = @deputy AND g.confirmed_at IS NULL)`, "", access.Deputy, access.GroupLeader),
	suggested("修改后再提交", "本人", ofStreet+`x.state = 'sent_back' AND x.lead_id = @deputy`, "", access.Deputy, access.GroupLeader),
	suggested("提交建议", "本人", ofStreet+`x.state = 'draft' AND x.lead_id = @deputy AND NOT EXISTS (SELECT FROM suggestion_signers g
		WHERE g.street_id = x.street_id AND g.suggestion_id = x.id AND g.confirmed_at IS NULL)`, "", access.Deputy, access.GroupLeader),
	suggested("审核建议草稿", "小组组长", ofStreet+`x.state = 'review' AND x.lead_id <> @deputy AND x.lead_id = ANY (app.led_deputies())`, "review", access.GroupLeader),
	suggested("审核建议草稿", officeName, ofStreet+`x.state = 'review'`, "review", access.Staff),

	suggested("受理、交办建议", officeName, ofStreet+`x.class = 'street' AND x.state IN ('submitted', 'to_assign')`, "assign", access.Staff),
	suggested("重新交办建议", officeName, ofStreet+`x.class = 'street' AND x.state = 'returned'`, "reassign", access.Staff),
	suggested("协调建议", officeName, ofStreet+`x.class = 'street' AND x.state = 'coordination'`, "coordinate", access.Staff, access.Director),
	suggested("决定建议延期", officeName, ofStreet+`x.class = 'street' AND `+asksTime, "reply", access.Staff, access.Director),
	suggested("决定承诺延期", officeName, ofStreet+`x.class = 'street' AND `+asksLater, "promise", access.Staff, access.Director),
	reminding(suggested("承诺到期未兑现", "承办单位", ofStreet+owesNow, "promise", access.Staff, access.Director, access.DeputyDirector)),
	suggested("催办建议", officeName, ofStreet+replyLate, "reply", access.Staff),

	suggested("受理、交办建议", cityBody, ofCity+`x.state IN ('submitted', 'to_assign')`, "assign", access.CityDeputy),
	suggested("重新交办建议", cityBody, ofCity+`x.state = 'returned'`, "reassign", access.CityDeputy),
	suggested("协调建议", cityBody, ofCity+`x.state = 'coordination'`, "coordinate", access.CityDeputy),
	suggested("决定建议延期", cityBody, ofCity+asksTime, "reply", access.CityDeputy),
	suggested("决定承诺延期", cityBody, ofCity+asksLater, "promise", access.CityDeputy),
	reminding(suggested("承诺到期未兑现", "承办单位", ofCity+owesNow, "promise", access.CityDeputy)),
	suggested("催办建议", cityBody, ofCity+replyLate, "reply", access.CityDeputy),

	suggested("签收建议", "本单位", ofStreet+`x.state = 'assigned' AND x.lead_unit_id = @unit`, "sign", access.Unit),
	suggested("签收或转派建议", "党政办", ofStreet+`x.state = 'assigned' AND x.lead_unit_id = @unit`, "sign", access.OfficeDispatch),
	suggested("与代表沟通、答复建议", "本单位", ofStreet+`x.state = 'handling' AND x.lead_unit_id = @unit`, "reply", access.Unit, access.OfficeDispatch),
	suggested("提会办意见", "本单位", ofStreet+`x.state IN ('assigned', 'handling') AND EXISTS (SELECT FROM suggestion_assignments a
		WHERE a.street_id = x.street_id AND a.suggestion_id = x.id AND a.unit_id = @unit AND a.part = 'co' AND a.ended_at IS NULL
		  AND NOT EXISTS (SELECT FROM suggestion_comments c
		                  WHERE c.street_id = a.street_id AND c.suggestion_id = a.suggestion_id AND c.unit_id = a.unit_id AND c.round = x.round))`, "comment", access.Unit, access.OfficeDispatch),
	suggested("兑现承诺", "本单位", ofStreet+`x.lead_unit_id = @unit AND `+owesSoon, "promise", access.Unit, access.OfficeDispatch),
}
