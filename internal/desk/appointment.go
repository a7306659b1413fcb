package desk

import "portal/internal/access"

// cityName is whose turn it is while the city's standing committee decides.
const cityName = "市人大常委会"

// appointmentMatters are those of posts and money of a committee: the street
// prepares papers, the city decides on them; posts that nobody holds and a year
// without a budget are called to mind.
var appointmentMatters = []matter{
	{
		subject: "appointment", do: "备齐任免材料并提请", turn: officeName, to: []access.Role{access.Staff},
		from: `FROM appointments x WHERE x.street_id = @street AND x.state = 'preparing'`, text: "x.title", at: "x.modified_at",
	},
	cityAppointment("决定提请审议或退回任免案", "submitted", "x.session_on"),
	cityAppointment("登记任免案审议", "tabled", "x.session_on"),
	cityAppointment("登记任免表决结果", "deliberated", "x.session_on"),
	cityAppointment("公布任免结果", "passed", ""),
	cityAppointment("颁发任命书", "published", ""),
	{
		subject: "street", do: "备案职务自行终止", turn: cityName, to: []access.Role{access.CityOffice, access.CityDeputy},
		from: `FROM streets x
			JOIN post_endings e ON e.street_id = x.id AND e.recorded_on IS NULL AND e.returned_on IS NULL
			JOIN posts p ON p.street_id = e.street_id AND p.id = e.post_id
			JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
			WHERE true`,
		text: "h.name || '的职务，' || e.document", at: "e.created_at", place: "x.name", street: "x.id",
	},
	vacancy(false, access.Staff),
	vacancy(true, access.Director),
	{
		subject: "fund", do: "登记经费预算", turn: officeName, to: []access.Role{access.Staff},
		from: `FROM streets x
			WHERE x.id = @street
			  AND NOT EXISTS (SELECT FROM npc_budgets b WHERE b.street_id = x.id AND b.year = extract(year FROM @today::date))`,
		text: "extract(year FROM @today::date) || '年工委经费'", at: "date_trunc('year', @today::date)", street: "x.id",
	},
}

func cityAppointment(do, state, due string) matter {
	return matter{
		subject: "appointment", do: do, turn: cityName, to: []access.Role{access.CityOffice, access.CityDeputy},
		from: `FROM appointments x JOIN streets t ON t.id = x.street_id WHERE x.state = '` + state + `'`,
		text: "x.title", at: "x.modified_at", due: due, place: "t.name",
	}
}

// vacancy is a committee without a director, or with fewer than the seven members
// that it should have (domain.md §2).
func vacancy(remind bool, to access.Role) matter {
	return matter{
		subject: "street", do: "补齐组成人员", turn: officeName, remind: remind, to: []access.Role{to},
		from: `FROM streets x
			CROSS JOIN LATERAL (
				SELECT count(*) FILTER (WHERE p.post = 'director') AS directors, count(*) FILTER (WHERE p.post = 'member') AS members
				FROM posts p
				WHERE p.street_id = x.id AND p.since <= @today::date AND (p.until_on IS NULL OR @today::date < p.until_on)) n
			WHERE x.id = @street AND (n.directors = 0 OR n.members < 7)`,
		text: "CASE WHEN n.directors = 0 THEN '工委主任空缺，' ELSE '' END || '委员 ' || n.members || ' 名'", at: "date_trunc('year', @today::date)", street: "x.id",
	}
}
