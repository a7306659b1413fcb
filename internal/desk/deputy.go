package desk

import "portal/internal/access"

// deputyMatters are what seats and groups of deputies wait for (domain.md §3 f, g).
var deputyMatters = []matter{
	{
		subject: "deputy", do: "组织补选", turn: "席位出缺，还没有补选", to: []access.Role{access.Staff, access.CityDeputy},
		from: `FROM deputies x
			WHERE x.street_id = ANY ((SELECT app.streets())::bigint[]) AND x.level = 'city' AND x.ended_on IS NOT NULL AND x.ended_why IN ('resigned', 'terminated', 'recalled', 'died')
			  AND NOT EXISTS (SELECT FROM deputy_elections e WHERE e.street_id = x.street_id AND e.fills = x.id AND e.state IN ('elected', 'confirmed'))
			  AND EXISTS (SELECT FROM congress_terms t JOIN streets s ON s.city_id = t.city_id WHERE s.id = x.street_id AND t.name = x.term AND t.until_on > @today::date)`,
		text: "x.electoral_district || '出缺（原' || x.name || '）'", at: "x.modified_at",
	},
	{
		subject: "deputy_election", do: "确认代表资格", turn: "待市人大常委会确认", to: []access.Role{access.CityDeputy},
		from: `FROM deputy_elections x
			JOIN people p ON p.street_id = x.street_id AND p.id = x.person_id
			WHERE x.street_id = ANY ((SELECT app.streets())::bigint[]) AND x.state = 'elected'`,
		text: "CASE x.how WHEN 'general' THEN '换届当选：' ELSE '补选当选：' END || p.name", at: "x.created_at",
	},
	{
		subject: "deputy", do: "决定是否接受辞职", turn: "待市人大常委会决定", to: []access.Role{access.CityDeputy},
		from: `FROM deputies x WHERE x.street_id = ANY ((SELECT app.streets())::bigint[]) AND x.state = 'resigning'`,
		text: "x.name || '已提出辞职'", at: "x.modified_at",
	},
	{
		subject: "deputy", do: "处理街道上报的情况", turn: "待市人大代表工委处理", to: []access.Role{access.CityDeputy},
		from: `FROM deputies x
			JOIN LATERAL (SELECT z.step, z.created_at FROM deputy_steps z WHERE z.street_id = x.street_id AND z.deputy_id = x.id ORDER BY z.id DESC LIMIT 1) AS l ON l.step = 'report'
			WHERE x.street_id = ANY ((SELECT app.streets())::bigint[]) AND x.ended_on IS NULL
			  AND (x.street_id, x.id) IN (SELECT r.street_id, r.deputy_id FROM deputy_steps r WHERE r.street_id = ANY ((SELECT app.streets())::bigint[]) AND r.step = 'report')`,
		text: "'街道上报：' || x.name", at: "l.created_at",
	},
	{
		subject: "deputy", do: "看是否恢复执行职务", turn: "暂停将到预计的日期", to: []access.Role{access.Staff, access.CityDeputy},
		from: `FROM deputies x
			JOIN LATERAL (SELECT z.until_on, z.created_at FROM deputy_steps z WHERE z.street_id = x.street_id AND z.deputy_id = x.id AND z.step = 'suspension' ORDER BY z.id DESC LIMIT 1) AS l
			  ON l.until_on <= @today::date + 30
			WHERE x.street_id = ANY ((SELECT app.streets())::bigint[]) AND x.state = 'suspended'`,
		text: "x.name || '暂停执行代表职务'", at: "l.created_at", due: "l.until_on",
	},
	{
		subject: "deputy_group", do: "制订年度计划", turn: "小组还没有今年的计划", to: []access.Role{access.Staff},
		from: missingPlan,
		text: "x.name || '小组' || extract(year FROM @today::date) || '年度计划'", at: "date_trunc('year', @today::date)::timestamptz",
	},
	{
		subject: "deputy_group", do: "制订年度计划", turn: "您任组长的小组还没有今年的计划", to: []access.Role{access.GroupLeader},
		from: missingPlan + `
			  AND EXISTS (SELECT FROM group_leaders l WHERE l.street_id = x.street_id AND l.group_id = x.id AND l.deputy_id = @deputy AND l.until_on IS NULL)`,
		text: "x.name || '小组' || extract(year FROM @today::date) || '年度计划'", at: "date_trunc('year', @today::date)::timestamptz",
	},
	{
		subject: "term", do: "办理届满", turn: "本届将满", to: []access.Role{access.CityDeputy},
		from: `FROM congress_terms x
			WHERE x.until_on <= @today::date + 90
			  AND EXISTS (SELECT FROM deputies d WHERE d.street_id = ANY ((SELECT app.streets())::bigint[]) AND d.term = x.name AND d.level = 'city' AND d.ended_on IS NULL)`,
		text: "x.name || '代表届满'", at: "x.created_at", due: "x.until_on", street: "0::bigint",
	},
}

const missingPlan = `FROM deputy_groups x
			WHERE x.street_id = ANY ((SELECT app.streets())::bigint[]) AND x.professional AND x.closed_on IS NULL
			  AND EXISTS (SELECT FROM group_members m WHERE m.street_id = x.street_id AND m.group_id = x.id AND m.until_on IS NULL)
			  AND NOT EXISTS (SELECT FROM group_plans p WHERE p.street_id = x.street_id AND p.group_id = x.id AND p.year = extract(year FROM @today::date))`
