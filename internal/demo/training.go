package demo

import (
	"context"
	"time"

	"portal/internal/calendar"
	"portal/internal/file"
	"portal/internal/training"
)

// lesson is one training of the demonstration and how far it goes.
type lesson struct {
	title, theme, teacher string
	day                   time.Time
	tenths                int
	teams                 []string
	until                 string // the last move that is made; "" for none
	tested                bool
}

// teach plans the street's trainings: those of 2019 and 2020, and around today one
// in each state.
func (s *street) teach() {
	today := calendar.On(s.end)
	for _, l := range []lesson{
		{"预算监督培训", "看懂部门预算表", "市财政局预算科", calendar.Day(2019, time.November, 12), 30, []string{"deputy", "voter"}, "closure", true},
		{"代表联系选民工作培训", "怎样接待、怎样登记意见", "市人大常委会选联任工委", calendar.Day(2019, time.August, 20), 25, []string{"deputy", "member"}, "closure", false},
		{"民生实事项目票选培训", "票选的程序和选票填写", "市人大常委会办公室", calendar.Day(2020, time.May, 22), 20, []string{"voter", "deputy"}, "closure", true},
		{"代表履职新规培训", "代表法修改的十个要点", "市委党校讲师", today.AddDate(0, 0, -40), 20, []string{"deputy"}, "closure", true},
		{"无障碍设施专题培训", "社区坡道怎么查", "市残联工程师", today.AddDate(0, 0, -9), 15, []string{"deputy"}, "cancellation", false},
		{"预算执行监督培训", "从执行率看问题", "市财政局国库科", today, 20, []string{"deputy", "voter"}, "attendance", true},
		{"接待日工作培训", "三分钟登记一次接待", "工委办公室", today.AddDate(0, 0, 6), 15, []string{"deputy", "member"}, "notice", false},
		{"公文写作培训", "请示和报告有什么不同", "市委党校讲师", today.AddDate(0, 0, 25), 20, []string{"member", "deputy"}, "", false},
	} {
		s.lesson(l)
	}
}

var testQuestions = []training.Question{
	{Text: "街道的收支纳入哪一级预算？", Options: []string{"街道自己的预算", "市本级预算", "省级预算"}, Answer: 2},
	{Text: "代表建议应当在多长时间内答复？", Options: []string{"三个月", "两年"}, Answer: 1},
}

// lesson plans one training: it is entered two weeks before, announced one week
// before, and held on its day.
func (s *street) lesson(l lesson) {
	store := training.NewStore(s.c.DB, file.NewStore(s.c.DB, s.Now), s.Now)
	staff := s.who["staff"]
	var id int64
	version := 1
	move := func(fn func(ctx context.Context, step training.Step) error) func(context.Context) error {
		return func(ctx context.Context) error {
			err := fn(ctx, training.Step{ID: id, Version: version})
			version++
			return err
		}
	}
	s.at(clock(l.day.AddDate(0, 0, -14), 9, 0), func(ctx context.Context) (err error) {
		id, err = store.Plan(ctx, staff, s.id, training.Plan{
			Key: s.key("training"), Title: l.title, Theme: l.theme, Teacher: l.teacher, HeldOn: l.day, StartsAt: "09:00",
			Tenths: l.tenths, Place: s.name + "办事处三楼会议室", Audience: l.teams, PassMark: 60,
		})
		return err
	})
	if l.until == "" {
		return
	}
	if l.until == "cancellation" {
		s.at(clock(l.day.AddDate(0, 0, -2), 9, 0), move(func(ctx context.Context, step training.Step) error {
			return store.Cancel(ctx, staff, step, "讲师因公出差，改期另行通知")
		}))
		return
	}
	if l.tested {
		s.at(clock(l.day.AddDate(0, 0, -8), 9, 0), move(func(ctx context.Context, step training.Step) error { return store.Ask(ctx, staff, step, testQuestions) }))
	}
	week := clock(l.day.AddDate(0, 0, -7), 9, 0)
	s.at(week, move(func(ctx context.Context, step training.Step) error { return store.List(ctx, staff, step, l.teams) }))
	s.at(week.Add(time.Hour), move(func(ctx context.Context, step training.Step) error { return store.Notify(ctx, staff, step) }))
	if l.until == "notice" {
		return
	}
	day := clock(l.day, 9, 0)
	if day.After(s.end) {
		day = s.end
	}
	s.at(day, move(func(ctx context.Context, step training.Step) error { return store.Open(ctx, staff, step) }))
	var came []int64
	s.at(day.Add(10*time.Minute), move(func(ctx context.Context, step training.Step) error {
		r, err := store.Record(ctx, staff, id)
		if err != nil {
			return err
		}
		for i, p := range r.Participants {
			if i%8 != 7 { // some are on leave
				came = append(came, p.ID)
			}
		}
		return store.Attend(ctx, staff, step, came)
	}))
	if l.until == "attendance" {
		return
	}
	for i := range 5 {
		if l.tested {
			s.at(day.Add(3*time.Hour), move(func(ctx context.Context, step training.Step) error {
				return store.Score(ctx, staff, step, came[i], 55+10*i)
			}))
		}
	}
	s.at(day.Add(4*time.Hour), move(func(ctx context.Context, step training.Step) error {
		return store.Close(ctx, staff, step, "内容实用，参训人员反映听得懂、用得上。")
	}))
}
