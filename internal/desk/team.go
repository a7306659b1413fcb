package desk

import (
	"portal/internal/access"
	"portal/internal/setting"
)

// The settings of the room of teams that desks ask for.
var (
	renewAhead   = setting.Setting{Key: "team.renew_days", Default: 60}
	perCommunity = setting.Setting{Key: "team.officers_per_community", Default: 1}
	confirmMonth = setting.Setting{Key: "team.confirm_month", Default: 3}
)

const (
	expertFrom = `FROM experts x
			JOIN people h ON h.street_id = x.street_id AND h.id = x.person_id
			JOIN expert_terms t ON t.street_id = x.street_id AND t.expert_id = x.id
			WHERE x.street_id = @street AND `
	expertText  = `h.name || '（咨询专家）'`
	officerFrom = `FROM officers x
			JOIN people h ON h.street_id = x.street_id AND h.id = x.person_id
			WHERE x.street_id = @street AND `
	officerText = `h.name || '（联络员、信息员）'`
)

func expertMatter(do, turn, where string, to ...access.Role) matter {
	return matter{subject: "expert", do: do, turn: turn, to: to, from: expertFrom + where, text: expertText, at: "t.modified_at"}
}

// teamMatters are those of experts and of liaison and information officers.
var teamMatters = []matter{
	expertMatter("登记本人和单位同意", "工委办公室", `t.state = 'recommended' AND (t.person_consent_on IS NULL OR t.unit_consent_on IS NULL AND t.no_unit = '')`, access.Staff),
	expertMatter("审核推荐", "工委主任或副主任", `t.state = 'recommended' AND t.person_consent_on IS NOT NULL AND (t.unit_consent_on IS NOT NULL OR t.no_unit <> '')`,
		access.Director, access.DeputyDirector),
	expertMatter("提交主任会议审定", "工委办公室", `t.state = 'reviewed'`, access.Staff),
	expertMatter("签发聘书", "工委主任", `t.state = 'approved'`, access.Director),
	{
		subject: "expert", do: "登记公示结果", turn: "工委办公室", to: []access.Role{access.Staff},
		from: expertFrom + `t.state = 'publicised'`, text: expertText, at: "t.modified_at", due: "(t.public_until + 1)",
	},
	{
		subject: "expert", do: "办理续聘", turn: "工委办公室", remind: true, to: []access.Role{access.Staff, access.Director},
		from: expertFrom + `t.state = 'engaged' AND t.until_on BETWEEN @today::date AND @today::date + ` + renewAhead.SQL("x.street_id") + `
			AND NOT EXISTS (SELECT FROM expert_terms n WHERE n.street_id = t.street_id AND n.expert_id = t.expert_id AND n.id > t.id AND n.state <> 'declined')`,
		text: expertText, at: "t.modified_at", due: "t.until_on",
	},
	{
		subject: "expert", do: "确认工作记录", turn: "工委办公室", to: []access.Role{access.Staff},
		from: `FROM experts x
			JOIN people h ON h.street_id = x.street_id AND h.id = x.person_id
			JOIN LATERAL (SELECT min(w.created_at) AS at FROM expert_works w
			              WHERE w.street_id = x.street_id AND w.expert_id = x.id AND w.state = 'entered') AS w ON w.at IS NOT NULL
			WHERE x.street_id = @street`,
		text: expertText, at: "w.at",
	},
	{
		subject: "expert", do: "申报回避事项", turn: "本人", to: []access.Role{access.Expert},
		from: expertFrom + `t.state = 'engaged' AND t.until_on >= @today::date AND t.from_on <= @today::date AND h.user_id = @user
			AND NOT EXISTS (SELECT FROM expert_statements s WHERE s.street_id = x.street_id AND s.expert_id = x.id AND s.declared_on >= t.from_on - 365)`,
		text: "'本人的回避事项'", at: "t.modified_at",
	},
	{
		subject: "officer", do: "聘任", turn: "工委主任", to: []access.Role{access.Director},
		from: officerFrom + `EXISTS (SELECT FROM officer_posts p WHERE p.street_id = x.street_id AND p.officer_id = x.id AND p.state = 'proposed')`,
		text: officerText, at: "x.modified_at",
	},
	{
		subject: "confirmations", do: "年度确认", turn: "工委办公室", to: []access.Role{access.Staff},
		from: `FROM (SELECT p.street_id, count(DISTINCT p.officer_id) AS n, 1::bigint AS id
			      FROM officer_posts p
			      WHERE p.street_id = @street AND p.state = 'in_post' AND p.from_on < date_trunc('year', @today::date)
			        AND NOT EXISTS (SELECT FROM officer_confirmations c
			                        WHERE c.street_id = p.street_id AND c.post_id = p.id AND c.year = extract(year FROM @today::date))
			      GROUP BY p.street_id) AS x
			WHERE true`,
		text: "x.n || '名联络员、信息员今年待确认'", at: "date_trunc('year', @today::date)::timestamptz",
		due: "(make_date(extract(year FROM @today::date)::integer, " + confirmMonth.SQL("x.street_id") + ", 1) + interval '1 month - 1 day')::date",
	},
	{
		subject: "coverage", do: "补社区空缺", turn: "工委办公室", remind: true, to: []access.Role{access.Staff, access.Director},
		from: `FROM (SELECT m.street_id, count(*) AS n, 1::bigint AS id
			      FROM communities m
			      CROSS JOIN (VALUES ('liaison'), ('information')) AS r (role)
			      WHERE m.street_id = @street AND m.ended_on IS NULL
			        AND EXISTS (SELECT FROM officers o WHERE o.street_id = m.street_id)
			        AND (SELECT count(*) FROM officer_posts p
			             WHERE p.street_id = m.street_id AND p.community_id = m.id AND p.role = r.role AND p.state = 'in_post')
			            < ` + perCommunity.SQL("m.street_id") + `
			      GROUP BY m.street_id) AS x
			WHERE true`,
		text: "x.n || '个社区岗位没有联络员或信息员'", at: "@today::date::timestamptz",
	},
}
