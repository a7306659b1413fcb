package gathering

import "portal/internal/choice"

// Teams are whom a gathering or a training calls together.
var Teams = []choice.Term{
	{Key: "deputy", Name: "市人大代表"},
	{Key: "member", Name: "工委组成人员"},
	{Key: "voter", Name: "选民代表"},
	{Key: "expert", Name: "咨询专家"},
	{Key: "liaison", Name: "联络员"},
	{Key: "information", Name: "信息员"},
}

// capacities are in which part the members of a team are called.
var capacities = map[string]string{
	"deputy": "deputy", "member": "member", "voter": "representative", "expert": "expert", "liaison": "officer", "information": "officer",
}

// TeamOn is a SELECT of the members of one of Teams in the street @street on the day
// @day: person_id (the row that stays, once), duty, deputy_id and post_id, NULL
// where they do not apply. A deputy who is suspended is not called (law on
// deputies, art. 61).
func TeamOn(team string) string { return sources[team] }

var sources = map[string]string{
	"deputy": `
		SELECT DISTINCT ON (coalesce(h.merged_into, h.id)) coalesce(h.merged_into, h.id) AS person_id, '市人大代表' AS duty, d.id AS deputy_id, NULL::bigint AS post_id
		FROM deputies d
		JOIN people h ON h.street_id = d.street_id AND h.id = d.person_id
		WHERE d.street_id = @street AND d.level = 'city' AND d.state <> 'suspended'
		  AND d.since <= @day::date AND (d.ended_on IS NULL OR d.ended_on > @day::date)
		ORDER BY coalesce(h.merged_into, h.id), d.id`,
	"member": `
		SELECT DISTINCT ON (coalesce(h.merged_into, h.id)) coalesce(h.merged_into, h.id) AS person_id,
		       CASE p.post WHEN 'director' THEN '工委主任' WHEN 'deputy_director' THEN '工委副主任' ELSE '工委委员' END AS duty,
		       NULL::bigint AS deputy_id, p.id AS post_id
		FROM posts p
		JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
		WHERE p.street_id = @street AND p.since <= @day::date AND (p.until_on IS NULL OR p.until_on > @day::date)
		ORDER BY coalesce(h.merged_into, h.id), p.id`,
	"voter": `
		SELECT DISTINCT coalesce(h.merged_into, h.id) AS person_id, '选民代表' AS duty, NULL::bigint AS deputy_id, NULL::bigint AS post_id
		FROM voter_representatives v
		JOIN people h ON h.street_id = v.street_id AND h.id = v.person_id
		WHERE v.street_id = @street AND v.since <= @day::date AND v.until_on >= @day::date AND (v.ended_on IS NULL OR v.ended_on > @day::date)`,
	"expert": `
		SELECT DISTINCT coalesce(h.merged_into, h.id) AS person_id, '咨询专家' AS duty, NULL::bigint AS deputy_id, NULL::bigint AS post_id
		FROM expert_terms x
		JOIN experts e ON e.street_id = x.street_id AND e.id = x.expert_id
		JOIN people h ON h.street_id = e.street_id AND h.id = e.person_id
		WHERE x.street_id = @street AND x.certified_on IS NOT NULL AND x.from_on <= @day::date AND x.until_on >= @day::date
		  AND (x.ended_on IS NULL OR x.ended_on > @day::date)`,
	"liaison":     officers("liaison", "联络员"),
	"information": officers("information", "信息员"),
}

func officers(role, duty string) string {
	return `
		SELECT DISTINCT coalesce(h.merged_into, h.id) AS person_id, '` + duty + `' AS duty, NULL::bigint AS deputy_id, NULL::bigint AS post_id
		FROM officer_posts x
		JOIN officers o ON o.street_id = x.street_id AND o.id = x.officer_id
		JOIN people h ON h.street_id = o.street_id AND h.id = o.person_id
		WHERE x.street_id = @street AND x.role = '` + role + `' AND x.from_on <= @day::date AND (x.ended_on IS NULL OR x.ended_on > @day::date)`
}

// groupOn is a SELECT of the members of the deputies' group @group on the day @day.
const groupOn = `
		SELECT DISTINCT ON (coalesce(h.merged_into, h.id)) coalesce(h.merged_into, h.id) AS person_id, '市人大代表' AS duty, d.id AS deputy_id, NULL::bigint AS post_id
		FROM group_members m
		JOIN deputies d ON d.street_id = m.street_id AND d.id = m.deputy_id
		JOIN people h ON h.street_id = d.street_id AND h.id = d.person_id
		WHERE m.street_id = @street AND m.group_id = @group AND m.from_on <= @day::date AND (m.until_on IS NULL OR m.until_on > @day::date)
		  AND d.state <> 'suspended' AND d.since <= @day::date AND (d.ended_on IS NULL OR d.ended_on > @day::date)
		ORDER BY coalesce(h.merged_into, h.id), d.id`
