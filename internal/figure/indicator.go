// Package figure is the indicator dictionary: every number that the portal
// shows, its definition, its formula and the rows it is counted from.
//
// No total is stored. A figure is the sum over rows that anybody with the
// permission can open, so that correcting a row corrects the figure.
package figure

import (
	"slices"

	"portal/internal/access"
	"portal/internal/db"
)

// Nature says how a figure relates to its period.
type Nature string

// The natures.
const (
	Flow  Nature = "flow"  // what happened from the first day to the last
	Stock Nature = "stock" // what there was on the last day
)

// Indicator is one entry of the dictionary.
type Indicator struct {
	Key        string // as in GET /open/v1/figures
	Name       string // 中文
	Unit       string // 条, 件, 人次 …: never mixed (domain.md §1)
	Room       string // the heading under which it stands
	Nature     Nature
	Definition string // 中文: what is counted and what is not
	Formula    string // 中文
	Money      bool   // counts hundredths of the unit, which is 万元
	Distinct   bool   // counts the different kinds, not the rows
	Kinds      []Kind // the classes a row can have; nil where there are none

	// rows is a SELECT of (street_id, day, kind, n): one row for each thing
	// counted between @from and @to.
	rows string
	// list is the address of the ledger that shows the rows, and the names of
	// its parameters for first day, last day, the one day of a stock, and kind.
	list, from, to, on, kind string
	need                     access.Permission // of who may open the ledger; "": of whoever sees figures
	fixed                    []string          // pairs that always go with it
	record                   bool              // the row of one street is the record of that street
	shared                   bool              // one thing may be several streets': rows of street 0 are the whole, which is less than its parts
	gathered                 bool              // a row of the ledger stands for several that are counted
}

// Kind is a class of rows, such as 咨询 among the opinions.
type Kind struct{ Key, Name string }

// KindName returns the name of a kind on screen.
func (i *Indicator) KindName(key string) string {
	if n := slices.IndexFunc(i.Kinds, func(k Kind) bool { return k.Key == key }); n >= 0 {
		return i.Kinds[n].Name
	}
	return "未分类"
}

// Indicators is the dictionary. Its order is that of the page.
var Indicators = []*Indicator{
	{
		Key: "streets", Name: "街道", Unit: "个", Room: "组织", Nature: Stock,
		Definition: "设有人大街道工委的街道。", Formula: "街道数",
		rows: `SELECT id AS street_id, @to::date AS day, '' AS kind, 1::bigint AS n
			FROM streets
			WHERE id = ANY (@streets)
			  AND @from::date <= @to::date`,
		list: "/committees", record: true,
	},
	{
		Key: "deputies", Name: "市人大代表", Unit: "名", Room: "代表", Nature: Stock,
		Definition: "期末在任、编入街道的市人大代表。不含选民代表。", Formula: "期末在任代表人数",
		Kinds: groupKinds, rows: deputyRows("LEFT JOIN"), list: "/deputies", on: "on", kind: "group", fixed: []string{"level", "city"},
	},
	{
		Key: "deputy_groups", Name: "代表专业小组", Unit: "类", Room: "代表", Nature: Stock,
		Definition: "期末有在任代表的专业小组类别。", Formula: "有在任代表的专业小组类别数",
		Distinct: true, Kinds: groupKinds, rows: deputyRows("JOIN"), list: "/deputies", on: "on", kind: "group", fixed: []string{"level", "city"},
	},
	{
		Key: "voter_representatives", Name: "选民代表", Unit: "名", Room: "选民代表", Nature: Stock,
		Definition: "期末在任的选民代表，经选区推选会议推选、工委主任会议确认。一人只计一次；不含市人大代表。", Formula: "期末在任选民代表人数",
		rows: `SELECT DISTINCT ON (r.street_id, coalesce(p.merged_into, p.id)) r.street_id, r.since AS day, '' AS kind, 1::bigint AS n
			FROM voter_representatives r
			JOIN people p ON p.street_id = r.street_id AND p.id = r.person_id
			WHERE r.street_id = ANY (@streets)
			  AND r.since <= @to::date
			  AND @from::date <= @to::date
			  AND (r.ended_on IS NULL OR r.ended_on > @to::date)
			ORDER BY r.street_id, coalesce(p.merged_into, p.id), r.since`,
		list: "/voter-representatives", on: "on",
	},
	{
		Key: "committee_members", Name: "工委委员", Unit: "名", Room: "组织", Nature: Stock,
		Definition: "期末在任的街道工委委员。主任、副主任不计在内。", Formula: "期末在任委员人数",
		rows: `SELECT t.street_id, t.since AS day, '' AS kind, 1::bigint AS n
			FROM posts t
			WHERE t.street_id = ANY (@streets)
			  AND t.post = 'member'
			  AND t.since <= @to::date
			  AND @from::date <= @to::date
			  AND (t.until_on IS NULL OR t.until_on > @to::date)`,
		list: "/committees", record: true, gathered: true,
	},
	{
		Key: "experts", Name: "咨询专家", Unit: "名", Room: "四支队伍", Nature: Stock,
		Definition: "期末在聘的咨询专家：经工委主任会议审定并已发聘书，聘期未满、未解聘。一人只计一次。", Formula: "期末在聘专家人数",
		Kinds: expertKinds, rows: expertRows, list: "/experts", on: "on", kind: "field",
	},
	{
		Key: "liaison_and_information_officers", Name: "联络员、信息员", Unit: "名", Room: "四支队伍", Nature: Stock,
		Definition: "期末在任的社区联络员和信息员。一人担任两种岗位或在几个社区任职，只计一名。", Formula: "期末在任联络员、信息员的不同人数",
		rows: officerRows, list: "/officers", on: "on",
	},
	{
		Key: "npc_funds", Name: "人大工作经费", Unit: "万元", Room: "组织", Nature: Flow, Money: true,
		Definition: "预算年度在期内的街道人大工作经费预算，按最近一版计。", Formula: "Σ 各街道各年度经费预算",
		rows: `SELECT b.street_id, greatest(make_date(b.year, 1, 1), @from::date) AS day, '' AS kind, (x.amount * 100)::bigint AS n
			FROM npc_budgets b
			JOIN npc_budget_items x ON x.street_id = b.street_id AND x.budget_id = b.id
			WHERE b.street_id = ANY (@streets)
			  AND make_date(b.year, 12, 31) >= @from::date
			  AND make_date(b.year, 1, 1) <= @to::date
			  AND NOT EXISTS (SELECT FROM npc_budgets later WHERE later.street_id = b.street_id AND later.year = b.year AND later.number > b.number)`,
		list: "/funds", from: "from", to: "to",
	},
	{
		Key: "stations", Name: "代表联络站", Unit: "个", Room: "联络站", Nature: Stock,
		Definition: "期末开放的中心联络站、社区联络站和联络点。", Formula: "期末开放的站点数",
		Kinds: []Kind{{"central", "中心联络站"}, {"community", "社区联络站"}, {"contact", "联络点"}},
		rows: `SELECT street_id, opened_on AS day, kind, 1::bigint AS n
			FROM stations
			WHERE street_id = ANY (@streets)
			  AND opened_on <= @to::date
			  AND @from::date <= @to::date
			  AND (closed_on IS NULL OR closed_on > @to::date)`,
		list: "/stations", on: "on", kind: "kind",
	},
	{
		Key: "visits", Name: "接待", Unit: "次", Room: "联络站", Nature: Flow,
		Definition: "期内代表进站接待群众的场次。", Formula: "接待登记数",
		rows: visitRows("1"), list: "/visits", from: "from", to: "to",
	},
	{
		Key: "deputies_present", Name: "代表进站", Unit: "人次", Room: "联络站", Nature: Flow,
		Definition: "期内每场接待到场的代表人数之和。与联系群众人次分开统计。", Formula: "Σ 每场到场代表人数",
		rows: visitRows(`(SELECT count(*) FROM visit_deputies d WHERE d.street_id = v.street_id AND d.visit_id = v.id)`),
		list: "/visits", from: "from", to: "to",
	},
	{
		Key: "residents_received", Name: "联系群众", Unit: "人次", Room: "联络站", Nature: Flow,
		Definition: "期内代表在站点接待的群众人次。", Formula: "Σ 每场接待群众人次",
		rows: visitRows("v.residents"), list: "/visits", from: "from", to: "to",
	},
	{
		Key: "opinions", Name: "群众意见", Unit: "条", Room: "群众意见", Nature: Flow,
		Definition: "期内登记并受理的群众意见建议。不含不予受理、已合并的重复件和已撤回件，不含代表建议。", Formula: "受理意见数",
		Kinds: opinionKinds, rows: opinionRows(""),
		list: "/opinions", from: "from", to: "to", kind: "kind", fixed: []string{"state", "accepted"},
	},
	{
		Key: "opinions_closed", Name: "办结意见", Unit: "条", Room: "群众意见", Nature: Flow,
		Definition: "期内受理的意见中，到统计时已办结的：答复经工委审核并已反馈群众（匿名件以审核通过为准）。", Formula: "受理意见中已办结数",
		Kinds: opinionKinds, rows: opinionRows("AND state = 'closed'"),
		list: "/opinions", from: "from", to: "to", kind: "kind", fixed: []string{"state", "closed"},
	},
	{
		Key: "opinions_rated", Name: "已评价意见", Unit: "条", Room: "群众意见", Nature: Flow,
		Definition: "期内受理的意见中，反映人已评价的。", Formula: "已评价数",
		Kinds: ratingKinds, rows: ratedRows,
		list: "/opinions", from: "from", to: "to", kind: "rating", fixed: []string{"state", "accepted", "rating", "rated"},
	},
	{
		Key: "activities", Name: "代表活动", Unit: "次", Room: "代表活动", Nature: Flow,
		Definition: "期内开展的代表活动，以开始日期为准。联合开展的只计牵头街道一次，人大活动周计一次、周内活动不另计；未开展和已取消的不计。", Formula: "已开展的代表活动数",
		Kinds: activityKinds, rows: activityRows("class", ""),
		list: "/activities", from: "from", to: "to", kind: "class", fixed: []string{"state", "counted"},
	},
	{
		Key: "inspections", Name: "视察调研", Unit: "次", Room: "代表活动", Nature: Flow,
		Definition: "代表活动中的视察和专题调研。", Formula: "已开展的视察数＋专题调研数",
		Kinds: inspectionKinds, rows: activityRows("kind", "AND class = 'inspection'"),
		list: "/activities", from: "from", to: "to", kind: "kind", fixed: []string{"state", "counted", "class", "inspection"},
	},
	{
		Key: "appraisals", Name: "工作评议", Unit: "次", Room: "代表活动", Nature: Flow,
		Definition: "代表活动中的工作评议，每次都有市人大常委会的授权。", Formula: "已开展的工作评议数",
		rows: activityRows("''", "AND class = 'appraisal'"),
		list: "/activities", from: "from", to: "to", fixed: []string{"state", "counted", "class", "appraisal"},
	},
	{
		Key: "meetings", Name: "会议", Unit: "次", Room: "会议", Nature: Flow,
		Definition: "期内开成的街道工委主任会议和选民代表会议，以开会日期为准，散会后计入。流会、取消和人数不够转为座谈会的不计。", Formula: "已散会的工委主任会议数＋选民代表会议数",
		Kinds: []Kind{{"directors", "工委主任会议"}, {"representatives", "选民代表会议"}},
		rows: `SELECT street_id, held_on AS day, kind, 1::bigint AS n
			FROM meetings
			WHERE street_id = ANY (@streets)
			  AND held_on BETWEEN @from::date AND @to::date
			  AND state IN ('ended', 'recorded', 'drafting', 'signed', 'issued', 'archived')
			  AND NOT talk`,
		list: "/meetings", from: "from", to: "to", kind: "kind", fixed: []string{"state", "held"}, need: access.ReadMeetings,
	},
	{
		Key: "suggestions", Name: "市人大代表建议", Unit: "件", Room: "代表建议", Nature: Flow,
		Definition: "期内提交的市人大代表建议。不含退回代表、转来信、已合并和已撤回的；不含街道督办建议和群众意见。", Formula: "提交的市人大代表建议数",
		Kinds: suggestionKinds, rows: suggestionRows("category", "AND class = 'city'"),
		list: "/suggestions", from: "from", to: "to", kind: "category", fixed: []string{"state", "accepted", "class", "city"},
	},
	{
		Key: "street_suggestions", Name: "街道督办建议", Unit: "件", Room: "代表建议", Nature: Flow,
		Definition: "期内提交、由街道工委交办督办的代表建议。与市人大代表建议分开统计。", Formula: "提交的街道督办建议数",
		Kinds: suggestionKinds, rows: suggestionRows("category", "AND class = 'street'"),
		list: "/suggestions", from: "from", to: "to", kind: "category", fixed: []string{"state", "accepted", "class", "street"},
	},
	{
		Key: "suggestions_rated", Name: "已评价代表建议", Unit: "件", Room: "代表建议", Nature: Flow,
		Definition: "期内提交的市人大代表建议中，领衔代表已对办理结果作出评价的，以最近一次评价为准。催请后未评价的不计。", Formula: "已评价的市人大代表建议数",
		Kinds: ratingKinds, rows: suggestionRows("rating", "AND class = 'city' AND rating IN ('satisfied', 'basically', 'dissatisfied')"),
		list: "/suggestions", from: "from", to: "to", kind: "rating", fixed: []string{"state", "accepted", "class", "city", "rating", "rated"},
	},
	{
		Key: "institutions", Name: "街道制度", Unit: "项", Room: "制度", Nature: Stock,
		Definition: "期末施行的街道制度（X）。市级的总体制度和重点制度不计在内；未施行、已废止的不计。", Formula: "期末施行的街道制度数",
		rows: `SELECT v.street_id, v.effective_on AS day, '' AS kind, 1::bigint AS n
			FROM institution_versions v
			WHERE v.street_id = ANY (@streets)
			  AND v.effective_on <= @to::date
			  AND @from::date <= @to::date
			  AND (v.ended_on IS NULL OR v.ended_on > @to::date)`,
		list: "/institutions", on: "on", fixed: []string{"tier", "X"},
	},
	{
		Key: "mandates", Name: "有效的授权", Unit: "件", Room: "授权交办", Nature: Stock,
		Definition: "期末有效的市人大常委会授权：街道已经签收，授权期限未满，未撤回，未完结。一件授权下达几个街道的，合计只计一件，各街道分别计一件。", Formula: "期末有效的授权件数",
		Kinds: modeKinds, shared: true,
		rows: `SELECT CASE WHEN grouping(s.street_id) = 0 THEN s.street_id ELSE 0 END AS street_id, min(s.received_on) AS day, d.mode AS kind, 1::bigint AS n
			FROM mandates d
			JOIN mandate_streets s ON s.mandate_id = d.id
			WHERE s.street_id = ANY (@streets)
			  AND @from::date <= @to::date
			  AND app.mandate_stands(s.street_id, d.id, @to::date)
			GROUP BY GROUPING SETS ((d.id, d.mode, s.street_id), (d.id, d.mode))`,
		list: "/mandates", on: "on", kind: "mode",
	},
	{
		Key: "supervision_acts", Name: "按授权开展的监督", Unit: "次", Room: "授权交办", Nature: Flow,
		Definition: "期内按市人大常委会授权开展的听取报告、视察评议、执法检查、预算监督、专题询问，以开展日期为准。不含已取消的。", Formula: "未取消的监督活动数",
		Kinds: measureKinds,
		rows: `SELECT street_id, act_on AS day, measure AS kind, 1::bigint AS n
			FROM mandate_acts
			WHERE street_id = ANY (@streets)
			  AND act_on BETWEEN @from::date AND @to::date
			  AND cancelled_on IS NULL`,
		list: "/mandates/acts", from: "from", to: "to", kind: "measure", fixed: []string{"state", "held"},
	},
}

// PeriodRule says in Chinese how the figure relates to its period.
func (i *Indicator) PeriodRule() string {
	if i.Nature == Stock {
		return "存量：按统计期最后一天的情况计"
	}
	return "流量：从统计期第一天到最后一天，两天都算在内"
}

// Ledger reports whether the indicator's rows are one each, so that its ledger
// has as many rows as the figure says.
func (i *Indicator) Ledger() bool {
	return !i.Distinct && !i.Money && !i.gathered && i.Unit != "人次"
}

// Find returns the indicator called key, or nil.
func Find(key string) *Indicator {
	if i := slices.IndexFunc(Indicators, func(i *Indicator) bool { return i.Key == key }); i >= 0 {
		return Indicators[i]
	}
	return nil
}

// query counts the indicator's rows by street, month and kind.
func (i *Indicator) query(cells *[]cell, streets []int64, p Period) db.Query {
	return db.Many(cells, `
		SELECT street_id, date_trunc('month', day)::date AS month, kind, sum(n)::bigint AS n
		FROM (`+i.rows+`) AS counted
		GROUP BY street_id, month, kind
		ORDER BY street_id, month, kind`,
		db.Args{"streets": streets, "from": p.From, "to": p.To})
}

// counter is who counts: the portal itself, so that two people who may see
// different rows of one street still see the same figure for it.
func counter(a access.Actor) access.Actor {
	return access.Actor{Role: access.Counter, CityID: a.CityID, StreetID: a.StreetID, Name: "统计"}
}
