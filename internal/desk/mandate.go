package desk

import "portal/internal/access"

// mandateMatters are those of authorisations: the city approves, issues and
// accepts; a street signs for them, reports, and asks for what it lacks.
var mandateMatters = []matter{
	cityMandate("审批授权", "市人大常委会领导", `x.state = 'in_approval'`, access.CityLeader),
	cityMandate("审批授权变更", "市人大常委会领导", `x.state = 'issued' AND EXISTS (SELECT FROM mandate_versions v WHERE v.mandate_id = x.id AND v.state = 'draft' AND v.version > 1)`, access.CityLeader),
	cityMandate("送审授权", "市人大常委会办公室", `x.state = 'draft'`, access.CityOffice),
	cityMandate("下达授权", "市人大常委会办公室", `x.state = 'approved'`, access.CityOffice),
	{
		subject: "mandate", do: "验收报告", turn: "市人大常委会办公室", to: []access.Role{access.CityOffice},
		from: partFrom + `s.state = 'reported' AND c.name = 'acceptance'`, text: "x.title", number: "x.number", at: "s.modified_at", due: "c.due_on", street: "s.street_id", place: "t.name",
	},
	streetMandate("签收授权", `s.state = 'issued' AND c.name = 'receipt'`),
	streetMandate("补充报告", `s.state = 'returned' AND c.name LIKE 'report-%'`),
	streetMandate("向市人大常委会报告", `s.state IN ('received', 'active', 'expired', 'withdrawn') AND c.name LIKE 'report-%' AND c.due_on <= @today::date + 30`),
	request("签发授权请示", "工委主任", `x.state = 'draft'`, access.Director),
	request("报送授权请示", "工委办公室", `x.state = 'signed'`, access.Staff),
	cityRequest("研究授权请示", `x.state = 'submitted'`),
}

const (
	partFrom = `FROM mandate_streets s
		JOIN mandates x ON x.id = s.mandate_id
		JOIN streets t ON t.id = s.street_id
		JOIN deadlines c ON c.street_id = s.street_id AND c.kind = 'mandate' AND c.subject_id = x.id AND c.ended_on IS NULL
		WHERE `
)

func cityMandate(do, turn, where string, to access.Role) matter {
	return matter{
		subject: "mandate", do: do, turn: turn, to: []access.Role{to}, from: `FROM mandates x WHERE ` + where,
		text: "x.title", number: "x.number", at: "x.modified_at", street: "0::bigint",
	}
}

func streetMandate(do, where string) matter {
	return matter{
		subject: "mandate", do: do, turn: "人大街道工委", to: []access.Role{access.Director, access.Staff}, from: partFrom + `s.street_id = @street AND ` + where,
		text: "x.title", number: "x.number", at: "s.modified_at", due: "c.due_on", street: "s.street_id",
	}
}

func request(do, turn, where string, to access.Role) matter {
	return matter{
		subject: "mandate_request", do: do, turn: turn, to: []access.Role{to}, from: `FROM mandate_requests x WHERE x.street_id = @street AND ` + where,
		text: "x.title", number: "x.number", at: "x.modified_at",
	}
}

func cityRequest(do, where string) matter {
	return matter{
		subject: "mandate_request", do: do, turn: "市人大常委会", to: []access.Role{access.CityOffice, access.CityLeader},
		from: `FROM mandate_requests x JOIN streets t ON t.id = x.street_id WHERE ` + where, text: "x.title", number: "x.number", at: "x.modified_at", place: "t.name",
	}
}
