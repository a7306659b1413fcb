package activity_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/activity"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/mandate"
	"portal/internal/plan"
	"portal/internal/procedure"
)

// house is a street whose deputies go out, with one clock that tests turn.
type house struct {
	*testing.T
	*dbtest.World
	db                      *db.DB
	admin                   *pgxpool.Pool
	now                     time.Time
	s                       *activity.Store
	g                       *gathering.Store
	m                       *mandate.Store
	staff, director, deputy access.Actor
	unit, second            access.Actor
	n                       int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	clock := func() time.Time { return h.now }
	files := file.NewStore(d, clock)
	h.s, h.g, h.m = activity.NewStore(d, files, clock), gathering.NewStore(d, clock), mandate.NewStore(d, files, clock)
	h.staff, h.director, h.deputy = h.Actor(access.Staff), h.Actor(access.Director), h.Actor(access.Deputy)
	h.unit, h.second = h.Actor(access.Unit), h.Actor(access.Unit)
	h.second.UnitID = h.SecondUnit
	dbtest.InPost(t, admin, h.Street, "director", "黄主任", &h.director, "2021-12-01")
	h.deputy.DeputyID = h.newDeputy(h.Street, "𠮷田光")
	h.newDeputy(h.Street, "䶮明")
	return h
}

func (h *house) newDeputy(street int64, name string) int64 {
	h.Helper()
	return dbtest.Scan[int64](h, h.admin, `
		INSERT INTO deputies (street_id, name, sex, electoral_district, term, professional_group, since, key)
		VALUES ($1, $2, 'female', '第一选区', '市十七届', 'law', '2021-12-01', $2) RETURNING id`, street, name)
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) pass(days int) { h.now = h.now.AddDate(0, 0, days) }

// on is three in the afternoon, so many days from now.
func (h *house) on(days int) time.Time {
	return calendar.Starts(calendar.AddDays(calendar.On(h.now), days)).Add(15 * time.Hour)
}

func (h *house) plan(kind string, days int) activity.Plan {
	h.n++
	from := h.on(days)
	p := activity.Plan{
		Key: fmt.Sprint("k", h.n), Kind: kind, Title: "视察黄沙河整治", Purpose: "看水质、看截污", Themes: []string{"水污染治理"}, Place: "黄沙河东城段",
		StartsAt: from, EndsAt: from.Add(2 * time.Hour), Teams: []string{"deputy"}, Planned: plan.Link{Outside: "群众反映集中"},
	}
	if activity.Supervises(kind) {
		p.UnitID = h.Unit
	}
	return p
}

func (h *house) planned(kind string, days int) int64 {
	h.Helper()
	id, err := h.s.Plan(h.Context(), h.staff, h.plan(kind, days))
	h.must(err)
	return id
}

func (h *house) step(id int64) activity.Step {
	return activity.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM activities WHERE id = $1`, id)}
}

func (h *house) want(id int64, want procedure.State) {
	h.Helper()
	if got := dbtest.Scan[string](h, h.admin, `SELECT state FROM activities WHERE id = $1`, id); got != string(want) {
		h.Fatalf("state = %s, want %s", got, want)
	}
}

func (h *house) complains(what string, err error, field, says string) {
	h.Helper()
	var bad fault.Fields
	if !errors.As(err, &bad) || !strings.Contains(bad.For(field), says) {
		h.Errorf("%s: %v, want a complaint about %s that says %q", what, err, field, says)
	}
}

func (h *house) look(a access.Actor, id int64) activity.Record {
	h.Helper()
	r, err := h.s.Look(h.Context(), a, id)
	h.must(err)
	return r
}

// authorised is an authorisation that covers appraisals and checks of all units from
// the year's beginning.
func (h *house) authorised(subject, measure string) int64 {
	h.Helper()
	ctx, office := h.Context(), h.Actor(access.CityOffice)
	day := func(s string) time.Time { d, _ := calendar.Parse(s); return d }
	h.n++
	id, err := h.m.DraftMandate(ctx, office, fmt.Sprint("m", h.n), mandate.Terms{
		Mode: mandate.Package, Title: "授权开展工作评议", Body: "chairpersons", Meeting: "第三十次", DecidedOn: day("2026-02-27"), Basis: "意见", BasisClause: "第三条",
		Streets: []int64{h.Street}, Matters: []mandate.Matter{{
			Subject: subject, Content: "对街道办事处部门开展工作评议", Measures: []string{measure}, FromOn: day("2026-01-01"), ReportBy: day("2026-12-31"), Form: "written",
		}},
	})
	h.must(err)
	step := func() mandate.Step {
		return mandate.Step{ID: id, StreetID: h.Street, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM mandates WHERE id = $1`, id)}
	}
	h.must(h.m.Submit(ctx, office, step()))
	h.must(h.m.Approve(ctx, h.Actor(access.CityLeader), step()))
	h.must(h.m.Issue(ctx, office, step()))
	h.must(h.m.Receive(ctx, h.staff, mandate.Step{ID: id, StreetID: h.Street, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM mandate_streets WHERE mandate_id = $1`, id)}))
	return id
}

// approved brings a planned activity to where its notice can go out.
func (h *house) approved(id int64) {
	h.Helper()
	h.must(h.s.Submit(h.Context(), h.staff, h.step(id)))
	h.must(h.s.Approve(h.Context(), h.director, h.step(id), ""))
}

// took brings an approved activity so many days ahead to its end: one of those called
// came.
func (h *house) took(id int64, days int) {
	h.Helper()
	ctx := h.Context()
	h.must(h.s.Notify(ctx, h.staff, h.step(id)))
	h.pass(days)
	h.must(h.s.Open(ctx, h.staff, h.step(id)))
	h.checkIn(id)
	h.must(h.s.Close(ctx, h.staff, h.step(id)))
}

func (h *house) checkIn(id int64) {
	h.Helper()
	at := dbtest.Scan[int64](h, h.admin, `SELECT gathering_id FROM activities WHERE id = $1`, id)
	who := dbtest.Scan[int64](h, h.admin, `SELECT id FROM attendances WHERE gathering_id = $1 AND due ORDER BY id LIMIT 1`, at)
	_, err := h.g.CheckIn(h.Context(), h.staff, at, []int64{who}, time.Time{})
	h.must(err)
}

// forwarded brings a planned activity to its units.
func (h *house) forwarded(id int64, days int, units ...int64) {
	h.Helper()
	ctx := h.Context()
	h.approved(id)
	h.took(id, days)
	h.must(h.s.Record(ctx, h.staff, h.step(id), activity.Outcome{Summary: "看了三处排口。", Visited: "黄沙河泵站", Findings: []string{"截污管网有一处错接", "建议每月公布水质"}}))
	h.must(h.s.Report(ctx, h.staff, h.step(id), "总体情况良好，问题如下。"))
	h.must(h.s.Forward(ctx, h.director, h.step(id), activity.Letter{Units: units, Content: "请研究处理"}))
}

// The story of issue 4: an inspection from the plan to the feedback.
func TestInspection(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	p := h.plan(activity.Inspection, 4)
	id, err := h.s.Plan(ctx, h.staff, p)
	h.must(err)
	if again, err := h.s.Plan(ctx, h.staff, p); err != nil || again != id {
		t.Errorf("the same form again = %d, %v, want %d", again, err, id)
	}
	h.complains("a group that is none", h.s.Revise(ctx, h.staff, activity.Step{ID: id, Version: 1}, func() activity.Plan { q := p; q.Place = ""; return q }()), "place", "地点")
	if err := h.s.Approve(ctx, h.director, h.step(id), ""); err == nil {
		t.Error("approved before it was sent")
	}
	h.must(h.s.Submit(ctx, h.staff, h.step(id)))
	if err := h.s.Approve(ctx, h.staff, h.step(id), ""); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the office approves: %v", err)
	}
	other := h.Actor(access.DeputyDirector)
	h.complains("a deputy director who is not in post", h.s.Approve(ctx, other, h.step(id), ""), "", "没有担任")
	h.must(h.s.Approve(ctx, h.director, h.step(id), "同意"))
	h.pass(2)
	h.complains("notice two days ahead", h.s.Notify(ctx, h.staff, h.step(id)), "state", "提前 3 天")
	from := h.on(5)
	h.must(h.s.Reschedule(ctx, h.staff, h.step(id), activity.Change{Place: p.Place, StartsAt: from, EndsAt: from.Add(time.Hour), Why: "天气"}))
	h.must(h.s.Notify(ctx, h.staff, h.step(id)))
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM notices WHERE to_deputy = $1 AND title LIKE '请参加：%'`, h.deputy.DeputyID); n != 1 {
		t.Errorf("the deputy was told %d times, want once", n)
	}
	h.complains("rescheduled to tomorrow after the notice", h.s.Reschedule(ctx, h.staff, h.step(id), activity.Change{Place: p.Place, StartsAt: h.on(1), EndsAt: h.on(1).Add(time.Hour), Why: "急"}), "starts_on", "提前 3 天")
	if err := h.s.Open(ctx, h.staff, h.step(id)); err == nil {
		t.Error("opened before its day")
	}
	h.pass(5)
	h.must(h.s.Open(ctx, h.staff, h.step(id)))
	h.complains("ended with nobody there", h.s.Close(ctx, h.staff, h.step(id)), "state", "还没有人签到")
	h.checkIn(id)
	h.must(h.s.Close(ctx, h.staff, h.step(id)))
	h.complains("archived without a word", h.s.Archive(ctx, h.staff, h.step(id), ""), "state", "不能归档")
	h.must(h.s.Record(ctx, h.staff, h.step(id), activity.Outcome{Summary: "看了三处排口。", Findings: []string{"一处错接"}}))
	h.must(h.s.Record(ctx, h.staff, h.step(id), activity.Outcome{Summary: "看了三处排口。", Visited: "黄沙河泵站", Findings: []string{"截污管网有一处错接", "建议每月公布水质"}}))
	h.must(h.s.Report(ctx, h.staff, h.step(id), "报告正文"))
	h.complains("archived without forwarding", h.s.Archive(ctx, h.staff, h.step(id), ""), "unforwarded_why", "转交")
	h.must(h.s.Forward(ctx, h.director, h.step(id), activity.Letter{Units: []int64{h.Unit, h.SecondUnit}, Content: "请研究处理"}))
	h.complains("archived before the units answered", h.s.Archive(ctx, h.staff, h.step(id), ""), "state", "还有单位没有反馈")
	r := h.look(h.unit, id)
	if len(r.Forwardings) != 1 || len(r.Deadlines) != 2 || r.Count.Due != 2 || r.Count.Present != 1 || len(r.Findings) != 2 || r.Number == "" {
		t.Errorf("the unit reads %d forwardings, %d clocks, %+v", len(r.Forwardings), len(r.Deadlines), r.Count)
	}
	h.must(h.s.Feed(ctx, h.unit, h.step(id), activity.Answer{Text: "已整改"}))
	h.complains("a second answer", h.s.Feed(ctx, h.unit, h.step(id), activity.Answer{Text: "再说一次"}), "state", "已经反馈")
	r = h.look(h.staff, id)
	second := r.Owing("feedback")
	if len(second) != 1 {
		t.Fatalf("owing = %v, want one", second)
	}
	h.must(h.s.EnterFeedback(ctx, h.staff, h.step(id), activity.Answer{ID: second[0].ID, Text: "书面回复", Who: "李主任"}))
	h.must(h.s.Archive(ctx, h.staff, h.step(id), ""))
	h.want(id, activity.Archived)
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM deadlines WHERE kind = 'activity' AND ended_on IS NULL`); n != 0 {
		t.Errorf("%d clocks run on", n)
	}
	public, err := h.s.PublicActivity(ctx, id)
	if err != nil || public.Title != p.Title || public.Visited != "黄沙河泵站" {
		t.Errorf("residents read %+v, %v", public, err)
	}
	for _, sql := range []string{
		`UPDATE activities SET summary = '改写', version = version + 1 WHERE id = $1`,
		`UPDATE activities SET state = 'forwarded' WHERE id = $1`,
		`INSERT INTO activity_findings (street_id, activity_id, no, text) SELECT street_id, id, 9, '补一条' FROM activities WHERE id = $1`,
		`UPDATE activity_forwardings SET answer = '改写' WHERE activity_id = $1`,
	} {
		if _, err := h.admin.Exec(ctx, sql, id); err == nil {
			t.Errorf("what is archived changes: %s", sql)
		}
	}
}

// Hard rule 2: without an authorisation refused in code and by the database, with
// one accepted; another day is another act; withdrawn, it does not go ahead.
func TestAppraisalNeedsAuthority(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.planned(activity.Appraisal, 10)
	err := h.s.Submit(ctx, h.staff, h.step(id))
	if mandate.Refusal(err) == nil {
		t.Fatalf("submitted without an authorisation: %v", err)
	}
	h.complains("without an authorisation", err, "mandate", "没有“工作评议”方面的授权")
	h.want(id, activity.Draft)
	for _, sql := range []string{
		`UPDATE activities SET state = 'approval' WHERE id = $1`,
		`UPDATE activities SET state = 'approval', supervises = false, subject = '', unit_id = NULL WHERE id = $1`,
	} {
		if err := h.db.Write(ctx, h.staff, func(tx db.Tx) error {
			_, err := db.Exec(ctx, tx, strings.ReplaceAll(sql, "$1", "@id"), db.Args{"id": id})
			return err
		}); err == nil {
			t.Errorf("the database lets it pass: %s", sql)
		}
	}
	m := h.authorised("appraisal", "inspect_appraise")
	h.must(h.s.Submit(ctx, h.staff, h.step(id)))
	r := h.look(h.staff, id)
	if r.Chain.MandateID != m || r.Chain.ActOn != r.HeldOn || !strings.Contains(r.Basis(), "授权开展工作评议") {
		t.Errorf("chain = %+v, basis %q", r.Chain, r.Basis())
	}
	first := r.ActID
	h.must(h.s.SendBack(ctx, h.director, h.step(id), "改一个日期"))
	if dbtest.Scan[bool](t, h.admin, `SELECT cancelled_on IS NULL FROM mandate_acts WHERE id = $1`, first) {
		t.Error("sent back, the act stands")
	}
	h.approved(id)
	from := h.on(12)
	h.must(h.s.Reschedule(ctx, h.staff, h.step(id), activity.Change{Place: "会议室", StartsAt: from, EndsAt: from.Add(time.Hour), Why: "单位请求"}))
	if got := h.look(h.staff, id).Chain; got.ActOn != calendar.On(from) || got.CancelledOn != nil {
		t.Errorf("after another day the act is %+v", got)
	}
	h.must(h.s.Notify(ctx, h.staff, h.step(id)))
	h.must(h.m.Withdraw(ctx, h.Actor(access.CityLeader), mandate.Step{ID: m, Version: dbtest.Scan[int](t, h.admin, `SELECT version FROM mandates WHERE id = $1`, m)}, calendar.On(h.on(3)), "另有安排"))
	if r := h.look(h.staff, id); !r.Uncovered() {
		t.Error("withdrawn, the activity does not say so")
	}
	h.pass(12)
	h.complains("opened after the withdrawal", h.s.Open(ctx, h.staff, h.step(id)), "mandate", "没有有效的授权")
	h.must(h.s.Cancel(ctx, h.staff, h.step(id), "授权已撤回"))
	h.want(id, activity.Cancelled)
}

func TestAppraisal(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	h.authorised("appraisal", "inspect_appraise")
	id := h.planned(activity.Appraisal, 5)
	h.approved(id)
	h.must(h.s.Notify(ctx, h.staff, h.step(id)))
	h.must(h.s.Survey(ctx, h.staff, h.step(id), "走访了六个小区"))
	if err := h.s.State(ctx, h.second, h.step(id), "别的单位", ""); err == nil {
		t.Error("another unit makes the statement")
	}
	h.must(h.s.State(ctx, h.unit, h.step(id), "今年以来……", ""))
	h.pass(5)
	h.must(h.s.Open(ctx, h.staff, h.step(id)))
	h.checkIn(id)
	h.must(h.s.Close(ctx, h.staff, h.step(id)))
	if dbtest.Scan[bool](t, h.admin, `SELECT completed_on IS NULL FROM mandate_acts WHERE subject_id = $1 AND kind = 'activity'`, id) {
		t.Error("ended, the act of supervision is not completed")
	}
	h.must(h.s.Record(ctx, h.staff, h.step(id), activity.Outcome{Summary: "提出意见两条。", Findings: []string{"响应慢", "台账不全"}}))
	h.must(h.s.Report(ctx, h.staff, h.step(id), "评议报告"))
	h.complains("not to the appraised unit", h.s.Forward(ctx, h.director, h.step(id), activity.Letter{Units: []int64{h.SecondUnit}, Content: "请整改"}), "units", "被评议")
	h.must(h.s.Forward(ctx, h.director, h.step(id), activity.Letter{Units: []int64{h.Unit}, Content: "请整改"}))
	h.complains("the report before the plan", h.s.Rectify(ctx, h.unit, h.step(id), activity.Answer{Text: "改好了"}), "state", "先报送整改方案")
	f := h.look(h.staff, id).Forwardings[0]
	if f.DueOn != calendar.AddDays(f.SentOn, 30) || *f.RectifyBy != calendar.AddDays(f.SentOn, 90) {
		t.Errorf("due %v and %v, want 30 and 90 days", f.DueOn, f.RectifyBy)
	}
	h.must(h.s.Feed(ctx, h.unit, h.step(id), activity.Answer{Text: "整改方案"}))
	h.complains("archived before the report", h.s.Archive(ctx, h.staff, h.step(id), ""), "state", "还有单位没有反馈")
	h.must(h.s.Rectify(ctx, h.unit, h.step(id), activity.Answer{Text: "整改报告"}))
	h.must(h.s.Archive(ctx, h.staff, h.step(id), ""))
}

func TestWaived(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.planned(activity.Study, 4)
	h.forwarded(id, 4, h.Unit)
	f := h.look(h.staff, id).Forwardings[0]
	h.complains("without a reason", h.s.Waive(ctx, h.staff, h.step(id), f.ID, ""), "why", "请填写")
	h.must(h.s.Waive(ctx, h.staff, h.step(id), f.ID, "单位已撤并"))
	h.must(h.s.Archive(ctx, h.staff, h.step(id), ""))
}

func TestOtherStreetSeesNothing(t *testing.T) {
	h := open(t)
	id := h.planned(activity.Study, 4)
	h.forwarded(id, 4, h.Unit)
	for _, role := range []access.Role{access.Staff, access.Director, access.Member, access.Deputy, access.Unit, access.OfficeDispatch} {
		other := h.Other(role)
		if _, err := h.s.Look(t.Context(), other, id); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of another street: %v, want NotFound", role, err)
		}
		if l, err := h.s.Activities(t.Context(), other, activity.Filter{Limit: 10}); err != nil || len(l.Lines) != 0 || l.Count != 0 {
			t.Errorf("%s of another street lists %d of %d, %v", role, len(l.Lines), l.Count, err)
		}
	}
	if _, err := h.s.Look(t.Context(), h.second, id); !errors.Is(err, fault.NotFound) {
		t.Errorf("a unit that was sent nothing: %v", err)
	}
	if err := h.s.Archive(t.Context(), h.Other(access.Staff), h.step(id), "x"); !errors.Is(err, fault.NotFound) {
		t.Errorf("archived from another street: %v", err)
	}
	if _, err := h.s.PublicActivity(t.Context(), id); !errors.Is(err, fault.NotFound) {
		t.Errorf("residents read what is not archived: %v", err)
	}
}

// A joint activity counts once, for the street that leads it; a week counts once,
// its parts do not.
func TestCountedOnce(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	h.newDeputy(h.OtherStreet, "外街道代表")
	joint := h.plan("walk", 4)
	joint.Partners = []int64{h.OtherStreet}
	id, err := h.s.Plan(ctx, h.staff, joint)
	h.must(err)
	week := h.plan(activity.Week, 4)
	week.EndsAt = week.StartsAt.AddDate(0, 0, 4)
	weekID, err := h.s.Plan(ctx, h.staff, week)
	h.must(err)
	part := h.plan("forum", 5)
	part.ParentID = weekID
	partID, err := h.s.Plan(ctx, h.staff, part)
	h.must(err)
	outside := h.plan("forum", 12)
	outside.ParentID = weekID
	_, err = h.s.Plan(ctx, h.staff, outside)
	h.complains("a part outside its week", err, "parent", "日期以内")
	for _, x := range []int64{id, weekID, partID} {
		h.approved(x)
		h.must(h.s.Notify(ctx, h.staff, h.step(x)))
	}
	h.pass(5)
	for _, x := range []int64{id, weekID, partID} {
		h.must(h.s.Open(ctx, h.staff, h.step(x)))
		h.checkIn(x)
		h.must(h.s.Close(ctx, h.staff, h.step(x)))
	}
	l, err := h.s.Activities(ctx, h.staff, activity.Filter{State: activity.Counted, Limit: 10})
	if err != nil || l.Count != 2 {
		t.Errorf("the street counts %d, %v, want 2", l.Count, err)
	}
	other := h.Other(access.Staff)
	l, err = h.s.Activities(ctx, other, activity.Filter{State: activity.Counted, Limit: 10})
	if err != nil || l.Count != 0 {
		t.Errorf("the partner counts %d, %v, want 0", l.Count, err)
	}
	l, err = h.s.Activities(ctx, other, activity.Filter{Limit: 10})
	if err != nil || len(l.Lines) != 1 || l.Lines[0].ID != id {
		t.Errorf("the partner lists %v, %v, want the joint one", l.Lines, err)
	}
	r := h.look(other, id)
	if moves := r.Moves(other, h.now); len(moves) != 0 {
		t.Errorf("the partner may %v", moves)
	}
}
