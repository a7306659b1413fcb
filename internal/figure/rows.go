package figure

var (
	groupKinds = []Kind{
		{"law", "法制与社会建设"}, {"finance", "财经"}, {"construction", "城建环境与资源保护"}, {"education", "教科文卫华侨外事"},
	}
	opinionKinds = []Kind{{"consult", "咨询"}, {"suggest", "建议"}, {"complaint", "投诉求助"}, {"praise", "表扬"}}
	modeKinds    = []Kind{{"package", "一揽子授权"}, {"project", "项目式授权"}, {"one_matter", "一事一授权"}}
	measureKinds = []Kind{
		{"hear_report", "听取报告"}, {"inspect_appraise", "视察评议"}, {"law_check", "执法检查"}, {"budget_supervision", "预算监督"}, {"inquiry", "专题询问"},
	}
	ratingKinds = []Kind{{"satisfied", "满意"}, {"basically", "基本满意"}, {"dissatisfied", "不满意"}}
)

// deputyRows are the city's deputies in office on the last day, of the professional
// group that they belonged to on it. join says whether who belongs to none counts.
func deputyRows(join string) string {
	return `SELECT d.street_id, d.since AS day, coalesce(g.kind, '') AS kind, 1::bigint AS n
	FROM deputies d
	` + join + ` (
		SELECT m.street_id, m.deputy_id, g.kind
		FROM group_members m
		JOIN deputy_groups g ON g.street_id = m.street_id AND g.id = m.group_id
		WHERE m.street_id = ANY (@streets)
		  AND m.professional
		  AND m.from_on <= @to::date
		  AND (m.until_on IS NULL OR m.until_on > @to::date)
	) AS g ON g.street_id = d.street_id AND g.deputy_id = d.id
	WHERE d.street_id = ANY (@streets)
	  AND d.level = 'city'
	  AND d.since <= @to::date
	  AND @from::date <= @to::date
	  AND (d.ended_on IS NULL OR d.ended_on > @to::date)
	  AND d.ended_why <> 'duplicate'`
}

var suggestionKinds = []Kind{
	{"construction", "城乡建设"},
	{"transport", "交通运输"},
	{"environment", "生态环境"},
	{"education", "教育"},
	{"health", "医疗卫生"},
	{"welfare", "社会保障"},
	{"safety", "社会治理"},
	{"economy", "经济发展"},
	{"culture", "文化体育"},
	{"other", "其他"},
}

var (
	activityKinds   = []Kind{{"inspection", "视察调研"}, {"appraisal", "工作评议"}, {"other", "其他活动"}}
	inspectionKinds = []Kind{{"inspection", "视察"}, {"study", "专题调研"}}
)

func activityRows(kind, and string) string {
	return `SELECT street_id, held_on AS day, ` + kind + ` AS kind, 1::bigint AS n
	FROM activities
	WHERE street_id = ANY (@streets)
	  AND held_on BETWEEN @from::date AND @to::date
	  AND parent_id IS NULL
	  AND state IN ('held', 'recorded', 'reported', 'forwarded', 'archived') ` + and
}

// suggestionRows are the suggestions that were submitted and taken on, of the kind
// that a column says.
func suggestionRows(kind, and string) string {
	return `SELECT street_id, submitted_on AS day, ` + kind + ` AS kind, 1::bigint AS n
	FROM suggestions
	WHERE street_id = ANY (@streets)
	  AND submitted_on BETWEEN @from::date AND @to::date
	  AND state NOT IN ('review', 'sent_back', 'to_letter', 'merged', 'withdrawn') ` + and
}

func visitRows(n string) string {
	return `SELECT v.street_id, v.held_on AS day, '' AS kind, (` + n + `)::bigint AS n
	FROM visits v
	WHERE v.street_id = ANY (@streets)
	  AND v.held_on BETWEEN @from::date AND @to::date`
}

func opinionRows(and string) string {
	return `SELECT street_id, received_on AS day, kind, 1::bigint AS n
	FROM opinions
	WHERE street_id = ANY (@streets)
	  AND received_on BETWEEN @from::date AND @to::date
	  AND state NOT IN ('declined', 'merged', 'withdrawn') ` + and
}

var expertKinds = []Kind{
	{"audit", "财政审计"},
	{"law", "法律"},
	{"construction", "城建"},
	{"environment", "环保"},
	{"education", "教育"},
	{"health", "医疗"},
	{"information", "信息化"},
	{"other", "其他"},
}

const expertRows = `SELECT DISTINCT ON (t.street_id, coalesce(p.merged_into, p.id)) t.street_id, t.from_on AS day, e.field AS kind, 1::bigint AS n
	FROM expert_terms t
	JOIN experts e ON e.street_id = t.street_id AND e.id = t.expert_id
	JOIN people p ON p.street_id = e.street_id AND p.id = e.person_id
	WHERE t.street_id = ANY (@streets)
	  AND t.certified_on IS NOT NULL
	  AND t.from_on <= @to::date
	  AND t.until_on >= @to::date
	  AND @from::date <= @to::date
	  AND (t.ended_on IS NULL OR t.ended_on > @to::date)
	ORDER BY t.street_id, coalesce(p.merged_into, p.id), t.from_on`

const officerRows = `SELECT DISTINCT ON (o.street_id, coalesce(h.merged_into, h.id)) o.street_id, p.from_on AS day, '' AS kind, 1::bigint AS n
	FROM officer_posts p
	JOIN officers o ON o.street_id = p.street_id AND o.id = p.officer_id
	JOIN people h ON h.street_id = o.street_id AND h.id = o.person_id
	WHERE p.street_id = ANY (@streets)
	  AND p.appointed_on IS NOT NULL
	  AND p.from_on <= @to::date
	  AND @from::date <= @to::date
	  AND (p.ended_on IS NULL OR p.ended_on > @to::date)
	ORDER BY o.street_id, coalesce(h.merged_into, h.id), p.from_on`

const ratedRows = `SELECT street_id, received_on AS day, rating AS kind, 1::bigint AS n
	FROM opinions
	WHERE street_id = ANY (@streets)
	  AND received_on BETWEEN @from::date AND @to::date
	  AND rating IN ('satisfied', 'basically', 'dissatisfied')
	  AND state NOT IN ('declined', 'merged', 'withdrawn')`
