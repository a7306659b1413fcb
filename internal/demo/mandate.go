package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/mandate"
)

// meetCity learns who has which account of the city.
func (s *street) meetCity(people []account.DemoPerson, ids []int64) {
	for i, p := range cityPosts {
		s.who["city-"+p.name] = access.Actor{UserID: ids[i], Name: people[i].Name, Role: p.role, CityID: s.city, Demo: true}
	}
}

// authority is an authorisation of the demonstration: what it says, when it was
// issued, and how far it has come in its streets.
type authority struct {
	id      int64
	terms   mandate.Terms
	on      time.Time
	streets []string // slugs; nil for all
	course  string   // how far each street takes it: a state, or "stands"
}

// cityHall is the city's side, with a clock of its own.
type cityHall struct {
	office, leader access.Actor
	now            time.Time
	s              *mandate.Store
	db             *db.DB
}

func (c Config) hall(streets []*street) *cityHall {
	h := &cityHall{office: streets[0].who["city-office"], leader: streets[0].who["city-leader"], db: c.DB}
	clock := func() time.Time { return h.now }
	h.s = mandate.NewStore(c.DB, file.NewStore(c.DB, clock), clock)
	return h
}

const masterDocument = "《东莞市人大常委会关于加强街道人大工作规范化建设的意见（试行）》"

// supervised is the unit that most authorisations of the demonstration name.
var supervised = units[ownUnit].name

func one(mode, title, body, meeting string, decided time.Time, m ...mandate.Matter) mandate.Terms {
	return mandate.Terms{Mode: mode, Title: title, Body: body, Meeting: meeting, DecidedOn: decided, Basis: masterDocument, Matters: m}
}

func within(subject, content string, from, through time.Time, measures ...string) mandate.Matter {
	return mandate.Matter{
		Subject: subject, Object: supervised, Content: content, Measures: measures, FromOn: from, ThroughOn: through, ReportBy: calendar.AddDays(through, 30), Form: "written",
	}
}

// authorities are those of 2019 and 2020 and of the weeks before now. The package
// has no 专题询问: an inquiry needs an authorisation of its own.
func authorities(now time.Time) []*authority {
	day := calendar.Day
	ago := func(n int) time.Time { return back(now, n) }
	yearly := func(subject, content string, measures ...string) mandate.Matter {
		return mandate.Matter{Subject: subject, Content: content, Measures: measures, FromOn: day(2019, time.July, 8), ReportBy: day(2019, time.December, 31), Form: "written"}
	}
	living := func(title, subject, content string, issued, through int, course string, measures ...string) *authority {
		return &authority{
			terms: one(mandate.Project, title, "chairpersons", "", ago(issued+2), within(subject, content, ago(issued), calendar.AddDays(now, through), measures...)),
			on:    ago(issued), course: course,
		}
	}
	event := living("对街道养老服务开展专题询问", "inquiry", "就居家养老服务设施建设和运营情况开展专题询问。", 25, 20, "reported", "inquiry")
	event.terms.Mode = mandate.OneMatter
	return []*authority{
		{
			terms: one(mandate.Package, "授权街道工委开展街道预算监督和工作评议", "standing_committee", "十六届第二十四次", day(2019, time.June, 27),
				yearly("budget", "对街道办事处年度预算编制、执行、调整和决算情况开展监督，提出初审意见和建议。", "hear_report", "inspect_appraise", "budget_supervision"),
				yearly("appraisal", "对街道办事处部门和派驻机构开展工作评议，提出意见建议并跟踪整改。", "hear_report", "inspect_appraise")),
			on: day(2019, time.July, 8), course: "stands",
		},
		{
			terms: one(mandate.OneMatter, "授权对莞城2020年预算开展专题询问", "chairpersons", "十六届第六十一次", day(2020, time.March, 18),
				within("inquiry", "就莞城街道2020年教育、社会保障和就业支出安排开展专题询问。", day(2020, time.March, 20), day(2020, time.May, 31), "inquiry")),
			on: day(2020, time.March, 20), streets: []string{"guancheng"}, course: "concluded",
		},
		{
			terms: one(mandate.Project, "授权开展水污染治理执法检查", "chairpersons", "十六届第六十三次", day(2020, time.April, 28),
				within("law_check", "检查水污染防治法在街道的实施情况，重点检查内河涌整治和雨污分流。", day(2020, time.May, 6), day(2020, time.September, 30), "law_check", "hear_report")),
			on: day(2020, time.May, 6), streets: []string{"dongcheng", "wanjiang"}, course: "concluded",
		},
		living("授权开展物业管理条例执法检查", "law_check", "检查物业管理条例实施情况。", 44, -4, "expired", "law_check", "hear_report"),
		living("授权听取营商环境专项工作报告", "hear_report", "听取优化营商环境专项工作情况报告。", 40, 60, "withdrawn", "hear_report"),
		living("授权开展安全生产执法检查", "law_check", "检查安全生产法实施情况。", 30, 50, "active", "law_check", "hear_report"),
		event,
		living("授权对垃圾分类工作开展评议", "appraisal", "对生活垃圾分类工作开展视察和评议。", 24, 15, "returned", "inspect_appraise"),
		living("授权开展消防条例执法检查", "law_check", "检查消防条例实施情况。", 6, 90, "received", "law_check"),
		living("授权听取教育扩容工作报告", "hear_report", "听取公办学位扩容工作情况报告。", 1, 120, "issued", "hear_report"),
	}
}

// authorise has the city issue its authorisations, one after the other so that
// their numbers follow their days, and plans what each street does under them.
func (c Config) authorise(ctx context.Context, streets []*street) error {
	h := c.hall(streets)
	for i, a := range authorities(c.Now) {
		for _, s := range streets {
			if a.streets == nil || slices.Contains(a.streets, s.slug) {
				a.terms.Streets = append(a.terms.Streets, s.id)
			}
		}
		if err := h.issue(ctx, fmt.Sprint("demo-", i), a); err != nil {
			return fmt.Errorf("%s: %w", a.terms.Title, err)
		}
		for _, s := range streets {
			if slices.Contains(a.terms.Streets, s.id) {
				s.obey(a)
			}
		}
	}
	return nil
}

// step is the version that the record has now: nobody else works on it meanwhile.
func (h *cityHall) step(ctx context.Context, id int64) (mandate.Step, error) {
	st := mandate.Step{ID: id}
	return st, h.db.Read(ctx, h.office, db.Value(&st.Version, `SELECT version FROM mandates WHERE id = @id`, db.Args{"id": id}))
}

func (h *cityHall) do(ctx context.Context, id int64, moves ...func(mandate.Step) error) error {
	for _, m := range moves {
		st, err := h.step(ctx, id)
		if err == nil {
			err = m(st)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (h *cityHall) issue(ctx context.Context, key string, a *authority) (err error) {
	h.now = clock(a.on, 9, 0)
	if a.id, err = h.s.DraftMandate(ctx, h.office, key, a.terms); err != nil {
		return err
	}
	return h.do(ctx, a.id,
		func(st mandate.Step) error { return h.s.Submit(ctx, h.office, st) },
		func(st mandate.Step) error { return h.s.Approve(ctx, h.leader, st) },
		func(st mandate.Step) error { return h.s.Issue(ctx, h.office, st) })
}

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
	act := func(on time.Time, no int, measure, title, result string) {
		x := a.terms.Matters[no-1]
		n := mandate.Act{Subject: x.Subject, Measure: measure, Object: supervised, Title: title, On: on, Key: s.key("act")}
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
		act(calendar.Day(2019, time.September, 19), 1, "hear_report", "听取2019年上半年预算执行情况报告", "提出意见五条，街道办事处已研究处理。")
		act(calendar.Day(2019, time.November, 7), 2, "inspect_appraise", supervised+"工作评议", "提出意见四条，转交整改。")
		act(calendar.Day(2020, time.January, 9), 1, "budget_supervision", "2020年预算草案初步审查", "形成初审意见，报市人大常委会。")
		if s.slug != "guancheng" {
			act(calendar.Day(2020, time.May, 14), 2, "inspect_appraise", "疫情防控工作评议", "提出意见三条，转交整改。")
		}
		for y := 2019; ; y++ {
			on := calendar.Day(y, time.December, 12)
			if calendar.AddDays(on, 20).After(calendar.On(s.end)) {
				break
			}
			report(forward(on, 0), fmt.Sprintf("%d年按授权开展预算监督和工作评议，提出的意见建议均已转交研究处理。", y), 1, 2)
			accept(forward(on, 5))
		}
		act(back(s.end, 8), 1, "hear_report", "听取本年度预算编制情况报告", "")
	case "concluded":
		on := calendar.AddDays(a.on, 30)
		act(forward(on, 0), 1, first, "按授权开展监督", "提出意见六条，当场答复或者限期整改。")
		report(forward(on, 10), "已按授权开展监督，提出意见六条。", 1)
		giveBack(forward(on, 13), "请补充整改落实情况。")
		report(forward(on, 20), "已按授权开展监督，提出意见六条，整改事项全部落实。", 1)
		accept(forward(on, 24))
	case "active", "withdrawn":
		act(forward(a.on, 5), 1, first, "按授权开展监督", "提出意见三条。")
		act(back(s.end, 1), 1, a.terms.Matters[0].Measures[len(a.terms.Matters[0].Measures)-1], "跟踪了解整改情况", "")
	case "expired":
		act(forward(a.on, 6), 1, first, "按授权开展执法检查", "提出意见四条。")
		act(back(s.end, 8), 1, first, "回头看", "")
		s.at(clock(back(s.end, 1), 8, 0), func(ctx context.Context) error {
			_, err := m.Expire(ctx, s.id)
			return err
		})
	case "reported", "returned":
		act(forward(a.on, 5), 1, first, "按授权开展监督", "提出意见三条。")
		report(back(s.end, 4), "已按授权开展监督，提出意见三条。", 1)
		if a.course == "returned" {
			giveBack(back(s.end, 2), "请补充整改落实情况。")
		}
	}
}

// forward is the working day n working days after a day; with 0 that day itself
// or the next working day.
func forward(day time.Time, n int) time.Time {
	day = calendar.On(day)
	for !workdays.IsWorkday(day) {
		day = calendar.AddDays(day, 1)
	}
	if n == 0 {
		return day
	}
	return workdays.AddWorkdays(day, n)
}

// reconsider is what the city does in the last days: it withdraws, proposes a
// change and approves another, and has drafts at every stage on its desk.
func (c Config) reconsider(ctx context.Context, streets []*street) error {
	h := c.hall(streets)
	h.now = c.Now
	var known []struct {
		ID    int64
		Title string
	}
	err := c.DB.Read(ctx, h.office, db.Many(&known, `SELECT id, title FROM mandates WHERE city_id = @city ORDER BY id LIMIT 100`, db.Args{"city": h.office.CityID}))
	if err != nil {
		return err
	}
	for _, k := range known {
		switch k.Title {
		case "授权听取营商环境专项工作报告":
			err = h.do(ctx, k.ID, func(st mandate.Step) error {
				return h.s.Withdraw(ctx, h.leader, st, calendar.AddDays(c.Now, 1), "改由市人大常委会统一听取报告")
			})
		case "授权开展消防条例执法检查", "授权开展安全生产执法检查":
			more := within("law_check", "检查法律法规实施情况，并检查上一次检查意见的整改情况。", calendar.AddDays(c.Now, -60), calendar.AddDays(c.Now, 120), "law_check", "hear_report")
			err = h.do(ctx, k.ID, func(st mandate.Step) error {
				return h.s.ProposeChange(ctx, h.office, st, calendar.AddDays(c.Now, 1), "检查期限延长，增加听取整改情况报告", []mandate.Matter{more})
			})
			if err == nil && k.Title == "授权开展消防条例执法检查" {
				err = h.do(ctx, k.ID, func(st mandate.Step) error { return h.s.ApproveChange(ctx, h.leader, st) })
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", k.Title, err)
		}
	}
	if err := h.drafts(ctx, c.Now, streets); err != nil {
		return err
	}
	for _, s := range streets {
		if err := s.ask(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// drafts are authorisations that are not issued: one at each stage.
func (h *cityHall) drafts(ctx context.Context, now time.Time, streets []*street) error {
	for i, title := range []string{"授权听取历史文化保护工作报告", "授权开展河湖管理执法检查", "授权对公共文化服务开展评议", "授权听取重复事项工作报告"} {
		t := one(mandate.Project, title, "chairpersons", "", back(now, 3),
			within("hear_report", "听取有关工作情况报告，提出意见建议。", calendar.AddDays(now, 7), calendar.AddDays(now, 90), "hear_report"))
		for _, s := range streets {
			t.Streets = append(t.Streets, s.id)
		}
		id, err := h.s.DraftMandate(ctx, h.office, fmt.Sprint("demo-draft-", i), t)
		moves := []func(mandate.Step) error{
			func(st mandate.Step) error { return h.s.Submit(ctx, h.office, st) },
			func(st mandate.Step) error { return h.s.Approve(ctx, h.leader, st) },
		}[:i%3]
		if i == 3 {
			moves = []func(mandate.Step) error{func(st mandate.Step) error { return h.s.Drop(ctx, h.office, st, "与已下达的授权重复") }}
		}
		if err == nil {
			err = h.do(ctx, id, moves...)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", title, err)
		}
	}
	return nil
}

// ask has a street ask for what no authorisation covers: requests at each stage,
// as far as its director is in post to sign them.
func (s *street) ask(ctx context.Context) error {
	m := mandate.NewStore(s.c.DB, file.NewStore(s.c.DB, s.Now), s.Now)
	for i, course := range []string{"draft", "signed", "submitted", "handling", "declined", "dropped"} {
		id, err := m.DraftRequest(ctx, s.who["staff"], s.key("request"), mandate.Request{
			Title: fmt.Sprintf("对%s开展预算专题询问（%d）", supervised, i+1), Subject: "budget", Measure: "inquiry", Object: supervised,
			ActOn: calendar.AddDays(s.end, 20+i), Content: "就街道预算安排和重点支出绩效开展专题询问。", Reason: "代表和群众普遍关注，一揽子授权不含专题询问。",
			Missing: "“授权街道工委开展街道预算监督和工作评议”第1项没有授权“专题询问”",
		})
		if err == nil {
			err = s.pursue(ctx, m, id, course)
		}
		var bad fault.Fields
		if errors.As(err, &bad) {
			err = nil // nobody is in post yet to sign it
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *street) pursue(ctx context.Context, m *mandate.Store, id int64, course string) error {
	st := mandate.Step{ID: id, Version: 1}
	next := func(err error) error {
		st.Version++
		return err
	}
	if course == "draft" {
		return nil
	}
	if course == "dropped" {
		return m.DropRequest(ctx, s.who["staff"], st)
	}
	if err := next(m.SignRequest(ctx, s.who["director"], st)); err != nil || course == "signed" {
		return err
	}
	if err := next(m.SubmitRequest(ctx, s.who["staff"], st)); err != nil {
		return err
	}
	switch course {
	case "handling":
		_, err := m.Grant(ctx, s.who["city-office"], st)
		return err
	case "declined":
		return m.Decline(ctx, s.who["city-leader"], st, "市人大常委会今年将统一开展，街道不再单独询问。")
	}
	return nil
}
