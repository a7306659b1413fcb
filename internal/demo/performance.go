package demo

import (
	"context"
	"fmt"
	"time"

	"portal/internal/calendar"
	"portal/internal/file"
	"portal/internal/performance"
)

// record is the performance record of a street: what the portal could not see, two
// quarters published, what a deputy says against them, and points in one street. It
// comes last, when everything that it counts has happened.
type record struct {
	*street
	store *performance.Store
	now   time.Time
	today time.Time
}

func (s *street) perform(ctx context.Context) error {
	r := &record{street: s, now: s.end, today: calendar.On(s.end)}
	clock := func() time.Time { return r.now }
	r.store = performance.NewStore(s.c.DB, file.NewStore(s.c.DB, clock), clock)
	for _, do := range []func(context.Context) error{r.sessions, r.oddities, r.older, r.newest, r.points} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (r *record) at(day time.Time) { r.now = clock(day, 10, 0) }

// add enters a supplement on a day.
func (r *record) add(ctx context.Context, on time.Time, x performance.Supplement) (performance.Step, error) {
	r.at(on)
	x.Key = r.key("supplement")
	id, err := r.store.Add(ctx, r.who["staff"], x, sheet(x.Title+"证明")...)
	return performance.Step{ID: id, Version: 1}, err
}

// confirm enters a supplement on a day; the deputy director confirms it the day after.
func (r *record) confirm(ctx context.Context, on time.Time, x performance.Supplement) (performance.Step, error) {
	step, err := r.add(ctx, on, x)
	if err != nil {
		return step, err
	}
	r.at(on.AddDate(0, 0, 1))
	err = r.store.Confirm(ctx, r.who["deputy-director"], step)
	return performance.Step{ID: step.ID, Version: 2}, err
}

// sessions are those of the congress in 2020, last year and this year; in one street a
// deputy stayed away from the last two.
func (r *record) sessions(ctx context.Context) error {
	absent := 0
	if r.name == "东城街道" {
		absent = 5
	}
	for i, day := range []time.Time{calendar.Day(2020, time.January, 8), calendar.Day(r.today.Year()-1, time.January, 14), r.today.AddDate(0, 0, -20)} {
		title := fmt.Sprintf("市人民代表大会%d年会议", day.Year())
		here, gone := []int64{}, []int64{}
		for n, d := range r.deputies {
			if n == absent && absent != 0 && i > 0 {
				gone = append(gone, d.id)
			} else if n != 7 {
				here = append(here, d.id)
			}
		}
		entered := day.AddDate(0, 0, 5)
		if _, err := r.confirm(ctx, entered, performance.Supplement{Class: "congress", Title: title, HeldOn: day, Attended: 8, DeputyIDs: here}); err != nil {
			return err
		}
		if len(r.deputies) > 7 {
			if _, err := r.confirm(ctx, entered, performance.Supplement{Class: "congress", Title: title, HeldOn: day, Attended: 6, Excused: 2, DeputyIDs: []int64{r.deputies[7].id}}); err != nil {
				return err
			}
		}
		if len(gone) > 0 {
			if _, err := r.confirm(ctx, entered, performance.Supplement{Class: "congress", Title: title, HeldOn: day, Missed: 8, DeputyIDs: gone, Note: "会前没有请假，会后电话核实未到会"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// oddities are supplements in each other state.
func (r *record) oddities(ctx context.Context) error {
	one := func(n int) []int64 { return []int64{r.deputies[n%len(r.deputies)].id} }
	award := performance.Supplement{Class: "award", Title: "年度优秀履职代表", HeldOn: r.today.AddDate(0, 0, -30), DeputyIDs: one(1)}
	if _, err := r.confirm(ctx, r.today.AddDate(0, 0, -28), award); err != nil {
		return err
	}
	if _, err := r.add(ctx, r.today.AddDate(0, 0, -2), performance.Supplement{Class: "outside", Title: "市人大水环境专题调研", HeldOn: r.today.AddDate(0, 0, -6), DeputyIDs: one(2)}); err != nil {
		return err
	}
	step, err := r.add(ctx, r.today.AddDate(0, 0, -15), performance.Supplement{Class: "award", Title: "社区优秀志愿者", HeldOn: r.today.AddDate(0, 0, -40), DeputyIDs: one(3)})
	if err == nil {
		err = r.store.Refuse(ctx, r.who["director"], step, "不是履职表彰")
	}
	if err != nil {
		return err
	}
	if step, err = r.add(ctx, r.today.AddDate(0, 0, -14), performance.Supplement{Class: "outside", Title: "市人大代表培训班", HeldOn: r.today.AddDate(0, 0, -18), DeputyIDs: one(4)}); err == nil {
		err = r.store.Withdraw(ctx, r.who["staff"], step, "已在培训里签到，重复")
	}
	if err != nil {
		return err
	}
	if step, err = r.confirm(ctx, r.today.AddDate(0, 0, -12), performance.Supplement{Class: "outside", Title: "市人大养老服务视察", HeldOn: r.today.AddDate(0, 0, -16), DeputyIDs: one(5)}); err == nil {
		err = r.store.Revoke(ctx, r.who["director"], step, "日期抄错，重新补录")
	}
	return err
}

// older is the last quarter but one, with disputes that are over.
func (r *record) older(ctx context.Context) error {
	day := r.today.AddDate(0, 0, -3)
	r.at(day.AddDate(0, 0, -60))
	pub, err := r.store.Publish(ctx, r.who["staff"], performance.Ended(day, 2)[1], "")
	if err != nil {
		return err
	}
	own := r.who["deputy"]
	dispute := func(class, reason string) (performance.Step, error) {
		r.at(day.AddDate(0, 0, -57))
		id, err := r.store.File(ctx, own, performance.Dispute{Key: r.key("dispute"), Publication: pub, Class: class, Reason: reason})
		return performance.Step{ID: id, Version: 1}, err
	}
	step, err := dispute("outside", "我参加了市人大的营商环境调研，没有记上。")
	if err != nil {
		return err
	}
	proof, err := r.confirm(ctx, day.AddDate(0, 0, -55), performance.Supplement{Class: "outside", Title: "市人大营商环境调研", HeldOn: day.AddDate(0, 0, -100), DeputyIDs: []int64{own.DeputyID}})
	if err != nil {
		return err
	}
	r.at(day.AddDate(0, 0, -52))
	if err := r.store.Grant(ctx, r.who["deputy-director"], step, performance.Answer{Text: "与市代表工委核对，您参加了这次调研，已补录。", Remedy: "supplement", SupplementID: proof.ID}); err != nil {
		return err
	}
	if step, err = dispute("reception", "我到站接待两次，只记了一次。"); err != nil {
		return err
	}
	r.at(day.AddDate(0, 0, -51))
	if err := r.store.Deny(ctx, r.who["staff"], step, "联络站登记簿和平台一致，另一次是其他代表接待，附登记复印件备查。"); err != nil {
		return err
	}
	if step, err = dispute("training", "漏了一次培训。"); err != nil {
		return err
	}
	return r.store.TakeBack(ctx, own, step)
}

// newest is the last quarter, which can still be disputed.
func (r *record) newest(ctx context.Context) error {
	day := r.today.AddDate(0, 0, -3)
	r.at(day)
	pub, err := r.store.Publish(ctx, r.who["staff"], performance.Ended(day, 1)[0], "")
	if err != nil {
		return err
	}
	r.at(day.AddDate(0, 0, 1))
	_, err = r.store.File(ctx, r.who["deputy"], performance.Dispute{
		Key: r.key("dispute"), Publication: pub, Class: "reception", Reason: "上月我到社区联络站接待了一次，没有记上，联络员可以证明。",
	})
	return err
}

// points are given in one street; another tried them and gave them up.
func (r *record) points(ctx context.Context) error {
	scheme := performance.Preset(r.today.Year())
	scheme.Active, scheme.Reason = true, "工委主任会议研究同意试行，只在内部使用"
	r.at(r.today.AddDate(0, 0, -25))
	switch r.name {
	case "东城街道":
		return r.store.Choose(ctx, r.who["director"], scheme, 0)
	case "南城街道":
		if err := r.store.Choose(ctx, r.who["director"], scheme, 0); err != nil {
			return err
		}
		r.at(r.today.AddDate(0, 0, -9))
		scheme.Active, scheme.Reason = false, "积分不能反映履职实效，暂停使用"
		return r.store.Choose(ctx, r.who["director"], scheme, 1)
	}
	return nil
}
