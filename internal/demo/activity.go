package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"portal/internal/activity"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/file"
	"portal/internal/gathering"
)

// outings are how many activities other than appraisals the streets held (domain.md §4;
// the split itself is invented): 视察调研 from 27 June to 31 December 2019, other ones
// before 27 June 2019, after it, and in the first half of 2020.
var outings = map[string]struct{ inspections, early, late, next int }{
	"dongcheng": {16, 6, 17, 28}, "nancheng": {13, 5, 15, 24}, "guancheng": {11, 4, 10, 18}, "wanjiang": {12, 5, 13, 22},
}

// errand is what an activity of the past was about.
type errand struct{ kind, title, theme, place, unit, found string }

var inspected = []errand{
	{activity.Inspection, "视察{c}河涌整治", "水污染治理", "{c}河涌", "生态环境分局", "一处排口雨天溢流，建议查清错接管网"},
	{activity.Study, "减税降费政策落实情况调研", "减税降费", "{c}企业服务点", "经济发展局", "部分小微企业不了解申报时限，建议上门辅导"},
	{activity.Inspection, "视察学校周边交通秩序", "交通拥堵", "{c}学校门口", "交通运输分局", "上下学时段缺少临时停车位，建议划设护学通道"},
	{activity.Study, "社区居家养老服务调研", "养老服务", "{c}居家养老服务点", "公用事业服务中心", "送餐覆盖不足，建议增设助餐点"},
	{activity.Inspection, "视察老旧小区改造", "老旧小区改造", "{c}", "住房规划建设局", "管线改造与路面修复不同步，建议统筹工期"},
	{activity.Study, "社区卫生服务能力调研", "医疗卫生", "{c}社区卫生服务站", "卫生健康局", "儿科门诊不足，建议错时开诊"},
	{activity.Inspection, "视察公共文化设施开放", "公共文化", "{c}文化活动中心", "宣教文体局", "周末开放时间偏短，建议延长"},
}

var walked = []errand{
	{"walk", "行走{c}", "社区治理", "{c}", "", "一处人行道破损"},
	{"enterprise", "走访{c}企业", "营商环境", "{c}工业园", "", "企业反映用工难"},
	{"day", "代表活动日", "联系群众", "{c}代表联络站", "", ""},
	{"training", "代表履职学习", "履职能力", "街道办事处三楼会议室", "", ""},
	{"forum", "{c}居民座谈会", "民生实事", "{c}党群服务中心", "", "居民建议增设休憩座椅"},
	{"other", "向选民宣讲市人大常委会工作", "宣传法律", "{c}党群服务中心", "", ""},
}

// distant are the other kinds while visits were few (domain.md §4: no formal inspection
// in the first half of 2020).
var distant = []errand{
	{"enterprise", "电话走访{c}复工企业", "复工复产", "线上", "", "企业反映口罩采购难"},
	{"walk", "行走{c}防控卡口", "疫情防控", "{c}卡口", "", "夜间值守人手不足"},
	{"training", "线上学习传染病防治法", "疫情防控", "线上", "", ""},
	{"forum", "{c}疫情防控视频座谈", "疫情防控", "线上", "", "建议规范出入登记"},
	{"other", "参与{c}志愿服务", "疫情防控", "{c}", "", ""},
}

// recall enters the activities of 2019 and of the first half of 2020 but the
// appraisals, which are acts of supervision and take their own course.
func (s *street) recall(ctx context.Context) error {
	n := outings[s.slug]
	who, err := s.seated(ctx)
	if err != nil {
		return err
	}
	var list []activity.Past
	spread := func(errands []errand, count int, from, to time.Time) {
		span := calendar.DaysBetween(from, to)
		for i := range count {
			day := calendar.AddDays(from, i*span/max(1, count-1))
			list = append(list, s.remembered(errands[i%len(errands)], day, len(list), who))
		}
	}
	spread(walked, n.early, calendar.Day(2019, time.January, 15), calendar.Day(2019, time.June, 26))
	spread(inspected, n.inspections, calendar.Day(2019, time.June, 27), calendar.Day(2019, time.December, 31))
	spread(walked, n.late, calendar.Day(2019, time.June, 29), calendar.Day(2019, time.December, 30))
	spread(distant, n.next, calendar.Day(2020, time.January, 1), calendar.Day(2020, time.June, 30))
	return s.c.DB.Write(ctx, operator, func(tx db.Tx) error {
		_, err := s.activities().Replay(ctx, tx, operator, list)
		return err
	})
}

func (s *street) activities() *activity.Store {
	return activity.NewStore(s.c.DB, file.NewStore(s.c.DB, s.Now), s.Now)
}

// seated are the deputies who held a seat through 2019 and 2020, for lists of the past.
func (s *street) seated(ctx context.Context) (list []gathering.HeldPerson, err error) {
	return list, s.c.DB.Read(ctx, operator, db.Many(&list, `
		SELECT coalesce(h.merged_into, h.id) AS person_id, d.id AS deputy_id, 0::bigint AS post_id, h.name, '市人大代表' AS duty, 'deputy' AS capacity, true AS due, 'present' AS outcome, '' AS why
		FROM deputies d
		JOIN people h ON h.street_id = d.street_id AND h.id = d.person_id
		WHERE d.street_id = @street AND d.level = 'city' AND d.since <= '2019-01-01' AND (d.ended_on IS NULL OR d.ended_on > '2020-06-30')
		ORDER BY d.id
		LIMIT 200`, db.Args{"street": s.id}))
}

// remembered is the n-th activity of the past, to which a part of the deputies was called.
func (s *street) remembered(e errand, day time.Time, n int, who []gathering.HeldPerson) activity.Past {
	at := s.communities[(n*5+2)%len(s.communities)].name
	named := func(text string) string { return strings.ReplaceAll(text, "{c}", at) }
	from := clock(day, 9+n%6, 0)
	p := activity.Past{
		StreetID: s.id,
		Plan: activity.Plan{
			Key: s.key("activity"), Kind: e.kind, Title: named(e.title), Themes: []string{e.theme}, Place: named(e.place), StartsAt: from, EndsAt: from.Add(2 * time.Hour),
		},
		Summary: "代表按计划开展活动，听取情况介绍，与群众交流。", Visited: named(e.place),
	}
	if e.found != "" {
		p.Findings = []string{e.found}
	}
	if e.unit != "" {
		p.Report = "总体情况：有关工作有序推进。主要问题和建议见意见建议。"
		p.Units, p.Content, p.Answer = []int64{s.units[e.unit]}, "请研究处理代表提出的意见建议，按期书面反馈。", "意见收悉，已列入工作安排，正在整改，结果将在社区公示。"
	}
	for i := range 6 + n%4 {
		if len(who) == 0 {
			break
		}
		x := who[(n*4+i)%len(who)]
		switch (n*7 + i*3) % 23 {
		case 0:
			x.Outcome, x.Why = gathering.OnLeave, "出差"
		case 5:
			x.Outcome = gathering.Late
		case 11:
			x.Outcome = gathering.Absent
		}
		p.People = append(p.People, x)
	}
	return p
}

// journey is an activity that takes its course by the room's own verbs.
type journey struct {
	activity.Plan
	day    time.Time
	until  string // the last step that is made
	forTo  []string
	found  []string
	report string
	grades []int // of an appraisal: how many are satisfied, basically, not
	after  []int // of the rating after the rectification
	slow   bool  // the unit does not answer
	id     int64
}

// steps of a journey in their order, with the day on which each is made: of those
// before the day of the activity, days ahead of it.
var courses = []struct {
	name string
	days int
	hour int
}{
	{"plan", -14, 9},
	{"submission", -13, 10},
	{"approval", -12, 11},
	{"notice", -8, 12},
	{"opening", 0, 8},
	{"closure", 0, 11},
	{"record", 0, 15},
	{"report", 2, 9},
	{"forwarding", 4, 10},
	{"feedback", 20, 10},
	{"rectification", 72, 10},
	{"archive", 80, 9},
}

// travel plans a journey. Steps after its last are not made; what lies far ahead was
// prepared earlier than usual.
func (s *street) travel(j *journey) {
	earlier, yesterday := 0, calendar.AddDays(s.end, -1)
	for _, c := range courses {
		if at := calendar.AddDays(j.day, c.days); c.days < 0 && at.After(yesterday) {
			earlier = max(earlier, calendar.DaysBetween(yesterday, at))
		}
		if c.name == j.until {
			break
		}
	}
	for _, c := range courses {
		days := c.days
		if c.name == "archive" && len(j.grades) == 0 {
			days = 26
		}
		if days < 0 {
			days -= earlier
		}
		s.at(clock(calendar.AddDays(j.day, days), c.hour, 20), func(ctx context.Context) error {
			if err := s.advance(ctx, j, c.name); err != nil {
				return fmt.Errorf("%s of %s: %w", c.name, j.Title, err)
			}
			return nil
		})
		if c.name == j.until {
			return
		}
	}
}

func (s *street) stepOf(ctx context.Context, j *journey) (step activity.Step, err error) {
	step.ID = j.id
	return step, s.c.DB.Read(ctx, operator, db.Value(&step.Version, `SELECT version FROM activities WHERE street_id = @street AND id = @id`, db.Args{"street": s.id, "id": j.id}))
}

// advance makes one step of a journey.
func (s *street) advance(ctx context.Context, j *journey, name string) (err error) {
	store, staff, director := s.activities(), s.who["staff"], s.who["director"]
	if name == "plan" {
		if j.Planned, err = s.inPlan(ctx, j.Kind, j.day, j.Planned); err != nil {
			return err
		}
		j.id, err = store.Plan(ctx, staff, j.Plan)
		return err
	}
	step, err := s.stepOf(ctx, j)
	if err != nil {
		return err
	}
	switch name {
	case "submission":
		return store.Submit(ctx, staff, step)
	case "approval":
		return store.Approve(ctx, director, step, "")
	case "notice":
		return store.Notify(ctx, staff, step)
	case "opening":
		if err := store.Open(ctx, staff, step); err != nil {
			return err
		}
		if err := s.checkIn(ctx, j); err != nil {
			return err
		}
		return s.grade(ctx, j, j.grades, "评议测评：")
	case "closure":
		return store.Close(ctx, staff, step)
	case "record":
		if j.Kind == activity.Appraisal {
			if step, err = s.stepOf(ctx, j); err != nil {
				return err
			}
		}
		return store.Record(ctx, staff, step, activity.Outcome{Summary: summaryOf(j), Visited: j.Place, Findings: j.found})
	case "report":
		if j.report == "" {
			return nil
		}
		return store.Report(ctx, staff, step, j.report)
	case "forwarding":
		if j.report == "" {
			return nil
		}
		l := activity.Letter{Content: "请研究处理代表提出的意见建议，按期反馈。"}
		for _, u := range j.forTo {
			l.Units = append(l.Units, s.units[u])
		}
		return store.Forward(ctx, director, step, l)
	case "feedback", "rectification":
		return s.reply(ctx, j, step, name)
	}
	return store.Archive(ctx, staff, step, "")
}

func summaryOf(j *journey) string {
	if j.Kind == activity.Appraisal {
		return fmt.Sprintf("提出意见%d条，转交整改。", len(j.found))
	}
	return "代表实地查看，听取情况介绍，与群众交流。"
}

// reply answers for the units; of the units of an appraisal also the rectification.
func (s *street) reply(ctx context.Context, j *journey, step activity.Step, name string) error {
	store := s.activities()
	switch {
	case j.report == "" || j.slow, name == "rectification" && j.Kind != activity.Appraisal:
		return nil
	case name == "rectification":
		if err := store.Rectify(ctx, s.clerks[s.units[j.forTo[0]]], step, activity.Answer{Text: "评议意见已全部整改，详见清单，并已在社区公示。"}); err != nil {
			return err
		}
		return s.grade(ctx, j, j.after, "跟踪测评：")
	}
	text := "意见收悉，已列入工作安排，正在办理。"
	if j.Kind == activity.Appraisal {
		text = "整改方案：逐条明确责任人和完成时限，三个月内完成。"
	}
	for _, u := range j.forTo {
		if err := store.Feed(ctx, s.clerks[s.units[u]], step, activity.Answer{Text: text}); err != nil {
			return err
		}
	}
	return nil
}

// checkIn has those who were called check in: most in time, one with leave.
func (s *street) checkIn(ctx context.Context, j *journey) error {
	var at int64
	var called []int64
	err := s.c.DB.Read(ctx, operator,
		db.Value(&at, `SELECT gathering_id FROM activities WHERE street_id = @street AND id = @id`, db.Args{"street": s.id, "id": j.id}),
		db.Values(&called, `
			SELECT x.id
			FROM activities a
			JOIN attendances x ON x.street_id = a.street_id AND x.gathering_id = a.gathering_id
			WHERE a.street_id = @street AND a.id = @id
			ORDER BY x.id
			LIMIT 500`, db.Args{"street": s.id, "id": j.id}))
	if err != nil {
		return err
	}
	var came []int64
	for i, id := range called {
		if i%9 != 4 {
			came = append(came, id)
		}
	}
	_, err = gathering.NewStore(s.c.DB, s.Now).CheckIn(ctx, s.who["staff"], at, came, time.Time{})
	return err
}
