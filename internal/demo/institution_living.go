package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/institution"
	"portal/internal/procedure"
)

// living leaves a rule in every state of both procedures behind, and notes what was
// done under clauses.
func (b *lawbook) living(ctx context.Context, streets []*street) error {
	for _, x := range []struct {
		street, about string
		until         procedure.State
	}{
		{"dongcheng", "代表履职档案", institution.Draft},
		{"nancheng", "社区联络站值班", institution.Consulting},
		{"wanjiang", "代表建议督办", institution.Deliberating},
		{"guancheng", "联络站日常", institution.Revising},
		{"nancheng", "代表履职积分", institution.Rejected},
		{"guancheng", "选民代表会议", institution.Passed},
		{"dongcheng", "咨询专家回避", institution.Signed},
		{"wanjiang", "咨询专家聘任", institution.Filed},
		{"nancheng", "预算意见收集", institution.Accepted},
		{"wanjiang", "民生实事项目监督", institution.Returned},
		{"guancheng", "代表活动日", institution.Reworked},
		{"dongcheng", "网上联络站", institution.Recorded},
	} {
		r := rule{street: x.street, title: bySlug(streets, x.street).name + x.about + "工作办法", text: plain(x.about), until: x.until}
		r.begun = back(b.c.Now, ruleDays[x.until]+1)
		if err := b.make(ctx, streets, r); err != nil {
			return fmt.Errorf("%s: %w", r.title, err)
		}
	}
	// 东城街道 asks for opinions on the revision of its scheme.
	dongcheng := bySlug(streets, "dongcheng")
	begun := back(b.c.Now, 4)
	b.now = clock(begun, 9, 0)
	err := b.revise(ctx, dongcheng.who["staff"], b.own[ballotTitle], "总结票选经验，增加项目公示环节", strings.NewReplacer("并公布进度", "每季度公布进度"))
	if err == nil {
		err = b.take(ctx, dongcheng, b.own[ballotTitle], begun, institution.Consulting, time.Time{})
	}
	if err == nil {
		err = b.cityLiving(ctx, streets)
	}
	if err == nil {
		err = b.acts(ctx, streets)
	}
	return err
}

// cityLiving is what the city is at: revisions of core rules, drafts of others.
func (b *lawbook) cityLiving(ctx context.Context, streets []*street) error {
	session := sitting{"市人大常委会本月会议", back(b.c.Now, 2)}
	for _, x := range []struct {
		key, why string
		until    procedure.State
		with     *strings.Replacer
	}{
		{"voters", "提高进站频次", institution.Signed, strings.NewReplacer("每季度至少一次", "每两个月至少一次")},
		{"director", "明确主任督办职责", institution.Passed, strings.NewReplacer("每季度听取一次", "每两个月听取一次")},
		{"groups", "规范小组活动计划", institution.Revising, strings.NewReplacer("每季度至少开展一次", "每两个月至少开展一次")},
		{"meeting", "缩短纪要印发时间", institution.Deliberating, strings.NewReplacer("五个工作日", "三个工作日")},
		{"duties", "增加联系社区职责", institution.Consulting, strings.NewReplacer("联系街道内的市人大代表", "联系街道内的市人大代表和社区")},
	} {
		begun := back(b.c.Now, 20)
		if x.until == institution.Consulting {
			begun = back(b.c.Now, 6)
		}
		b.now = clock(begun, 9, 0)
		err := b.revise(ctx, b.office, b.city[x.key], x.why, x.with)
		if err == nil {
			err = b.pass(ctx, b.city[x.key], begun, session, x.until, time.Time{})
		}
		if err != nil {
			return fmt.Errorf("%s: %w", x.key, err)
		}
	}
	if err := b.asked(ctx, streets, b.city["duties"]); err != nil {
		return err
	}
	ids := map[procedure.State]int64{}
	for _, x := range []struct {
		about string
		until procedure.State
	}{
		{"街道人大工作档案", institution.Draft}, {"代表履职考核评比", institution.Rejected}, {"街道人大工作报表报送", institution.InForce},
	} {
		begun := back(b.c.Now, 60)
		b.now = clock(begun, 9, 0)
		id, err := b.draft(ctx, b.office, institution.New{Tier: "1", Title: "关于" + x.about + "的规定", Text: plain(x.about)})
		if err == nil && x.until != institution.Draft {
			err = b.pass(ctx, id, begun, sitting{"市人大常委会上月会议", back(b.c.Now, 40)}, x.until, time.Time{})
		}
		if err != nil {
			return fmt.Errorf("%s: %w", x.about, err)
		}
		ids[x.until] = id
	}
	b.now = clock(back(b.c.Now, 5), 9, 0)
	return b.do(ctx, ids[institution.InForce], func(st institution.Step) error {
		return b.s.Repeal(ctx, b.office, st, calendar.On(b.now), "报表由系统自动汇总，不再单独报送")
	})
}

// asked are opinions of two streets on the city's draft; one has its answer.
func (b *lawbook) asked(ctx context.Context, streets []*street, id int64) error {
	b.now = clock(back(b.c.Now, 3), 15, 0)
	for i, text := range []string{"建议写明联系社区的方式。", "建议每年向社区通报一次。"} {
		err := b.do(ctx, id, func(st institution.Step) error {
			return b.s.Say(ctx, streets[i].who["director"], st, institution.NewOpinion{Key: fmt.Sprint("demo-", i), On: institution.Place{Number: 2}, Text: text})
		})
		if err != nil {
			return err
		}
	}
	b.now = clock(back(b.c.Now, 2), 15, 0)
	return b.do(ctx, id, func(st institution.Step) error { return b.answer(ctx, b.office, st, true) })
}

// acts are things done under clauses of which no other room has a record.
func (b *lawbook) acts(ctx context.Context, streets []*street) error {
	for i, a := range []struct {
		street, title string
		id            int64
		clause, ago   int
	}{
		{"dongcheng", "向市人大常委会报告上半年监督工作", b.city["1"], 10, 90},
		{"nancheng", "向市人大常委会报告预算监督情况", b.city["1"], 10, 75},
		{"dongcheng", "向原选区选民报告履职情况", b.city["voters"], 5, 60},
		{"guancheng", "预算监督培训", b.own[budgetTitle], 2, 45},
		{"guancheng", "出具初审报告", b.own[budgetTitle], 5, 30},
		{"dongcheng", "项目征集座谈会", b.own[ballotTitle], 2, 110},
		{"wanjiang", "工委主任会议纪要印发", b.city["meeting"], 4, 20},
		{"wanjiang", "分片走访社区和企业", b.own[walkTitle], 2, 15},
	} {
		b.now = clock(back(b.c.Now, 1), 9+i, 0)
		err := b.s.LinkByHand(ctx, bySlug(streets, a.street).who["staff"], institution.Act{
			InstitutionID: a.id, Place: institution.Place{Number: a.clause}, Title: a.title, On: calendar.AddDays(calendar.On(b.c.Now), -a.ago),
		})
		if err != nil {
			return fmt.Errorf("%s: %w", a.title, err)
		}
	}
	for _, s := range streets {
		if err := b.train(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// train links the street's latest training to 第六条之一 of the "1", which asks for one a year.
func (b *lawbook) train(ctx context.Context, s *street) error {
	var latest []int64
	err := b.c.DB.Read(ctx, s.who["staff"], db.Values(&latest, `
		SELECT subject_id FROM clause_records WHERE street_id = @street AND kind = 'training' ORDER BY acted_on DESC, subject_id DESC LIMIT 1`, db.Args{"street": s.id}))
	for _, id := range latest {
		if err == nil {
			err = b.s.LinkByHand(ctx, s.who["staff"], institution.Act{
				InstitutionID: b.city["1"], Place: institution.Place{Number: 6, Suffix: 1}, Kind: "training", SubjectID: id,
			})
		}
	}
	return err
}
