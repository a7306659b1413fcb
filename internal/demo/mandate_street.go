package demo

import (
	"context"
	"fmt"
	"time"

	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/file"
	"portal/internal/mandate"
)

// obey plans what the street does under an authorisation.
func (s *street) obey(a *authority) {
	m := mandate.NewStore(s.c.DB, file.NewStore(s.c.DB, s.Now), s.Now)
	part := func(ctx context.Context) (mandate.Step, error) {
		st := mandate.Step{ID: a.id, StreetID: s.id}
		return st, s.c.DB.Read(ctx, s.who["staff"], db.Value(&st.Version, `SELECT version FROM mandate_streets WHERE street_id = @street AND mandate_id = @id`,
			db.Args{"street": s.id, "id": a.id}))
	}
	plan := func(on time.Time, hour int, do func(context.Context, mandate.Step) error) {
		s.at(clock(on, hour, 30), func(ctx context.Context) error {
			st, err := part(ctx)
			if err == nil {
				err = do(ctx, st)
			}
			if err != nil {
				return fmt.Errorf("%s: %w", a.terms.Title, err)
			}
			return nil
		})
	}
	if a.course == "issued" {
		return
	}
	received := forward(a.on, 1)
	plan(received, 10, func(ctx context.Context, st mandate.Step) error { return m.Receive(ctx, s.who["staff"], st) })
	if a.course == "received" {
		return
	}
	act := func(on time.Time, no int, measure, object, title, result string) {
		x := a.terms.Matters[no-1]
		n := mandate.Act{Subject: x.Subject, Measure: measure, Object: object, Title: title, On: on, Key: s.key("act")}
		if object == "" {
			n.Object = x.Object
		}
		plan(on, 9, func(ctx context.Context, _ mandate.Step) error {
			id, err := m.RecordAct(ctx, s.who["staff"], n)
			if err == nil && result != "" {
				err = m.Complete(ctx, s.who["staff"], mandate.Step{ID: id, Version: 1}, calendar.On(s.now), result)
			}
			return err
		})
	}
	report := func(on time.Time, text string, nos ...int) {
		plan(on, 15, func(ctx context.Context, st mandate.Step) error {
			return m.Report(ctx, s.who["director"], st, nos, text)
		})
	}
	giveBack := func(on time.Time, note string) {
		plan(on, 16, func(ctx context.Context, st mandate.Step) error { return m.Return(ctx, s.who["city-office"], st, note) })
	}
	accept := func(on time.Time) {
		plan(on, 17, func(ctx context.Context, st mandate.Step) error {
			return m.Accept(ctx, s.who["city-office"], st, "内容完整，同意验收。")
		})
	}
	first := a.terms.Matters[0].Measures[0]
	switch a.course {
	case "stands":
		s.supervise(act, report, accept)
	case "concluded":
		on := calendar.AddDays(a.on, 30)
		act(forward(on, 0), 1, first, "", a.doing, a.outcome+"。")
		report(forward(on, 10), "已按授权开展"+a.doing+"，"+a.outcome+"。", 1)
		giveBack(forward(on, 13), "请补充整改落实情况。")
		report(forward(on, 20), "已按授权开展"+a.doing+"，"+a.outcome+"，限期事项已经全部落实。", 1)
		accept(forward(on, 24))
	case "active", "withdrawn":
		act(forward(a.on, 5), 1, first, "", a.doing, a.outcome+"。")
		last := a.terms.Matters[0].Measures
		act(back(s.end, 1), 1, last[len(last)-1], "", "听取整改情况报告", "")
	case "expired":
		act(forward(a.on, 6), 1, first, "", a.doing, a.outcome+"。")
		act(back(s.end, 8), 1, first, "", a.doing+"回头看", "")
		s.at(clock(back(s.end, 1), 8, 0), func(ctx context.Context) error {
			_, err := m.Expire(ctx, s.id)
			return err
		})
	case "reported", "returned":
		act(forward(a.on, 5), 1, first, "", a.doing, a.outcome+"。")
		report(back(s.end, 4), "已按授权开展"+a.doing+"，"+a.outcome+"。", 1)
		if a.course == "returned" {
			giveBack(back(s.end, 2), "请补充整改落实情况。")
		}
	}
}

// appraised are the seven work appraisals of 2019 (domain.md §4, line 12), by street.
var appraised = map[string][]appraisal{
	"dongcheng": {{24, time.September, "生态环境分局", "水污染治理"}, {19, time.November, "经济发展局", "减税降费政策落实"}},
	"nancheng":  {{26, time.September, "交通运输分局", "交通拥堵治理"}, {21, time.November, "经济发展局", "减税降费政策落实"}},
	"guancheng": {{15, time.October, "宣教文体局", "义务教育学位供给"}, {26, time.November, "住房规划建设局", "老旧小区改造"}},
	"wanjiang":  {{29, time.October, "生态环境分局", "内河涌水污染治理"}},
}

type appraisal struct {
	day         int
	month       time.Month
	unit, theme string
}

// later are what was appraised in the years after, in turn.
var later = []appraisal{
	{12, time.November, "卫生健康局", "社区卫生服务"},
	{12, time.November, "交通运输分局", "学校周边交通秩序"},
	{12, time.November, "公用事业服务中心", "生活垃圾分类"},
	{12, time.November, "住房规划建设局", "住宅小区物业管理"},
	{12, time.November, "宣教文体局", "公共文化服务"},
	{12, time.November, "人力资源和社会保障分局", "就业服务"},
}

// supervise is what the street does year by year under the package: it hears how the
// budget is carried out, looks at the draft of the next, appraises, and reports.
func (s *street) supervise(act func(on time.Time, no int, measure, object, title, result string), report func(time.Time, string, ...int), accept func(time.Time)) {
	office := s.name + "办事处"
	for y := 2019; ; y++ {
		end := calendar.Day(y, time.December, 12)
		if calendar.AddDays(end, 20).After(calendar.On(s.end)) {
			break
		}
		list := later[(y+len(s.slug))%len(later):][:1]
		if y == 2019 {
			list = appraised[s.slug]
		} else {
			act(forward(calendar.Day(y, time.January, 9), 0), 1, "budget_supervision", office, fmt.Sprintf("%d年预算草案初审", y), "形成初审意见，送街道办事处研究处理，并报市人大常委会。")
		}
		act(forward(calendar.Day(y, time.September, 12), 0), 1, "hear_report", office, fmt.Sprintf("听取%d年上半年预算执行情况报告", y), "提出意见五条，街道办事处已研究处理。")
		text := fmt.Sprintf("%d年按授权听取预算执行情况报告一次", y)
		for _, x := range list {
			s.appraise(forward(calendar.Day(y, x.month, x.day), 0), x.unit, x.theme)
			text += "，对" + x.theme + "开展工作评议"
		}
		report(forward(end, 0), text+"，提出的意见建议均已转交研究处理。", 1, 2)
		accept(forward(end, 5))
	}
	act(calendar.Day(2020, time.May, 14), 1, "hear_report", office, "听取疫情防控专项资金使用情况报告", "提出意见三条，街道办事处已研究处理。")
	act(back(s.end, 8), 1, "hear_report", office, "听取本年度预算编制情况报告", "")
}
