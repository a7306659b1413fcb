package mandate_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/mandate"
	"portal/internal/procedure"
)

// house is a city that authorises and two streets that act.
type house struct {
	*testing.T
	*dbtest.World
	db     *db.DB
	admin  *pgxpool.Pool
	now    time.Time
	s      *mandate.Store
	office access.Actor
	leader access.Actor
	staff  access.Actor
	n      int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	clock := func() time.Time { return h.now }
	h.s = mandate.NewStore(d, file.NewStore(d, clock), clock)
	h.office, h.leader, h.staff = h.Actor(access.CityOffice), h.Actor(access.CityLeader), h.Actor(access.Staff)
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func day(s string) time.Time {
	d, ok := calendar.Parse(s)
	if !ok {
		panic(s)
	}
	return d
}

// at sets the clock to ten in the morning of a day.
func (h *house) at(s string) { h.now = calendar.Starts(day(s)).Add(10 * time.Hour) }

func budget() mandate.Matter {
	return mandate.Matter{
		Subject: "budget", Content: "对街道预算编制和执行情况进行监督", Measures: []string{"hear_report", "budget_supervision", "inspect_appraise"},
		FromOn: day("2026-01-01"), ReportBy: day("2026-12-31"), Form: "written",
	}
}

func project(object string, through string) mandate.Matter {
	return mandate.Matter{
		Subject: "law_check", Object: object, Content: "检查水污染防治法实施情况", Measures: []string{"law_check", "hear_report"},
		FromOn: day("2026-01-01"), ThroughOn: day(through), ReportBy: day(through), Form: "both",
	}
}

func (h *house) terms(mode string, matters ...mandate.Matter) mandate.Terms {
	return mandate.Terms{
		Mode: mode, Title: "授权开展街道预算监督", Body: "chairpersons", Meeting: "第三十次", DecidedOn: day("2026-02-27"), Basis: "意见", BasisClause: "第三条",
		Streets: []int64{h.Street, h.OtherStreet}, Matters: matters,
	}
}

func (h *house) key() string {
	h.n++
	return fmt.Sprint("k", h.n)
}

func (h *house) step(id int64) mandate.Step {
	return mandate.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM mandates WHERE id = $1`, id)}
}

func (h *house) part(id, street int64) mandate.Step {
	return mandate.Step{
		ID: id, StreetID: street, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM mandate_streets WHERE mandate_id = $1 AND street_id = $2`, id, street),
	}
}

func (h *house) state(id, street int64) procedure.State {
	return procedure.State(dbtest.Scan[string](h, h.admin, `SELECT state FROM mandate_streets WHERE mandate_id = $1 AND street_id = $2`, id, street))
}

// issued is an authorisation that was drafted, approved and issued.
func (h *house) issued(t mandate.Terms) int64 {
	h.Helper()
	ctx := h.Context()
	id, err := h.s.DraftMandate(ctx, h.office, h.key(), t)
	h.must(err)
	h.must(h.s.Submit(ctx, h.office, h.step(id)))
	h.must(h.s.Approve(ctx, h.leader, h.step(id)))
	h.must(h.s.Issue(ctx, h.office, h.step(id)))
	return id
}

// live is one that the street has signed for.
func (h *house) live(t mandate.Terms) int64 {
	h.Helper()
	id := h.issued(t)
	h.must(h.s.Receive(h.Context(), h.staff, h.part(id, h.Street)))
	return id
}

func (h *house) act(subject, measure, object, on string) (int64, error) {
	return h.s.RecordAct(h.Context(), h.staff, mandate.Act{Subject: subject, Measure: measure, Object: object, Title: "监督", On: day(on), Key: h.key()})
}

// refused expects a refusal that says so.
func (h *house) refused(err error, why, says string) {
	h.Helper()
	u := mandate.Refusal(err)
	if u == nil || u.Why != why || !strings.Contains(u.Text, says) {
		h.Errorf("err = %v (%+v), want a refusal for %s that says %q", err, u, why, says)
	}
	var bad fault.Fields
	if u != nil && (!errors.As(err, &bad) || bad.For("mandate") != u.Text) {
		h.Errorf("the refusal is no complaint at the field: %v", bad)
	}
}

// TestGuardNamesWhatIsMissing walks the ways in which nothing covers an act.
func TestGuardNamesWhatIsMissing(t *testing.T) {
	h := open(t)
	_, err := h.act("budget", "hear_report", "财政分局", "2026-03-02")
	h.refused(err, "none", "没有“预算监督”方面的授权")
	id := h.issued(h.terms(mandate.Package, budget()))
	_, err = h.act("budget", "hear_report", "财政分局", "2026-03-02")
	h.refused(err, "receipt", "还没有签收")
	h.must(h.s.Receive(t.Context(), h.staff, h.part(id, h.Street)))
	if _, err = h.act("budget", "hear_report", "财政分局", "2026-03-02"); err != nil {
		t.Errorf("a covered act: %v", err)
	}
	if got := h.state(id, h.Street); got != mandate.Active {
		t.Errorf("after the first act the authorisation is %s", got)
	}
	_, err = h.act("budget", "inquiry", "财政分局", "2026-03-02")
	h.refused(err, "measure", "“授权开展街道预算监督”（莞人常〔2026〕1号）第1项没有授权“专题询问”")
	_, err = h.act("budget", "hear_report", "财政分局", "2026-03-01")
	h.refused(err, "dates", "2026年3月2日起才生效")
	h.live(h.terms(mandate.Project, project("生态环境分局", "2026-06-30")))
	_, err = h.act("law_check", "law_check", "生态环境分局", "2026-07-01")
	h.refused(err, "dates", "2026年7月1日不在期限内")
	_, err = h.act("law_check", "law_check", "公安分局", "2026-03-02")
	h.refused(err, "object", "监督对象是生态环境分局，不含公安分局")
	if _, err = h.act("law_check", "law_check", "生态环境分局", "2026-06-30"); err != nil {
		t.Errorf("an act on the last day: %v", err)
	}
	if _, err := h.s.RecordAct(t.Context(), h.Other(access.Staff), mandate.Act{Subject: "budget", Measure: "hear_report", Object: "x", Title: "x", On: day("2026-03-02"), Key: "o"}); mandate.Refusal(err) == nil {
		t.Errorf("the other street, which has not signed, acts: %v", err)
	}
}

// TestOneMatterFillsTheGap: a package without 专题询问 refuses an inquiry; the
// request leads to a one-matter authorisation, under which it passes, once.
func TestOneMatterFillsTheGap(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	h.live(h.terms(mandate.Package, budget()))
	_, err := h.act("budget", "inquiry", "财政分局", "2026-03-10")
	u := mandate.Refusal(err)
	if u == nil {
		t.Fatalf("an inquiry under the package: %v", err)
	}
	req, err := h.s.DraftRequest(ctx, h.staff, "r", mandate.Request{
		Title: "开展预算专题询问", Subject: "budget", Measure: "inquiry", Object: "财政分局", ActOn: day("2026-03-10"), Content: "就预算开展专题询问", Reason: "代表关注", Missing: u.Text,
	})
	h.must(err)
	rstep := func() mandate.Step {
		return mandate.Step{ID: req, Version: dbtest.Scan[int](t, h.admin, `SELECT version FROM mandate_requests WHERE id = $1`, req)}
	}
	if _, err := h.s.Request(ctx, h.office, req); !errors.Is(err, fault.NotFound) {
		t.Errorf("the city reads a draft request: %v", err)
	}
	if err := h.s.SignRequest(ctx, h.staff, rstep()); !errors.Is(err, fault.Forbidden) {
		t.Errorf("staff signs: %v", err)
	}
	director := h.Actor(access.Director)
	var bad fault.Fields
	if err := h.s.SignRequest(ctx, director, rstep()); !errors.As(err, &bad) {
		t.Errorf("a director who is not in post signs: %v", err)
	}
	dbtest.InPost(t, h.admin, h.Street, "director", "李䶮", &director, "2026-01-01")
	h.must(h.s.SignRequest(ctx, director, rstep()))
	h.must(h.s.SubmitRequest(ctx, h.staff, rstep()))
	id, err := h.s.Grant(ctx, h.office, rstep())
	h.must(err)
	r, err := h.s.Record(ctx, h.office, id)
	h.must(err)
	terms := mandate.Terms{Mode: r.Mode, Title: r.Title, Body: r.Body, DecidedOn: day("2026-03-02"), Streets: []int64{h.Street}, Matters: []mandate.Matter{{
		Subject: "budget", Object: "财政分局", Content: r.Matters[0].Content, Measures: r.Matters[0].Measures, FromOn: day("2026-03-02"),
		ThroughOn: *r.Matters[0].ThroughOn, ReportBy: r.Matters[0].ReportBy, Form: "written",
	}}}
	h.must(h.s.Redraft(ctx, h.office, h.step(id), terms))
	h.must(h.s.Submit(ctx, h.office, h.step(id)))
	h.must(h.s.Refuse(ctx, h.leader, h.step(id), "写明询问对象"))
	h.must(h.s.Submit(ctx, h.office, h.step(id)))
	h.must(h.s.Approve(ctx, h.leader, h.step(id)))
	h.must(h.s.Issue(ctx, h.office, h.step(id)))
	if got, _ := h.s.Request(ctx, h.staff, req); got.State != mandate.Granted || got.Mandate == "" {
		t.Errorf("the request is %s, answered by %q", got.State, got.Mandate)
	}
	h.must(h.s.Receive(ctx, h.staff, h.part(id, h.Street)))
	if _, err := h.act("budget", "inquiry", "财政分局", "2026-03-10"); err != nil {
		t.Errorf("the inquiry under the one-matter authorisation: %v", err)
	}
	_, err = h.act("budget", "inquiry", "财政分局", "2026-03-11")
	h.refused(err, "used", "已经用过")
}

// TestWithdrawal: withdrawn on D, an act dated D+1 or D is refused and one dated
// D−1 passes; what was planned for later is called off.
func TestWithdrawal(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.live(h.terms(mandate.Package, budget()))
	planned, err := h.act("budget", "hear_report", "财政分局", "2026-03-20")
	h.must(err)
	h.at("2026-03-10")
	if err := h.s.Withdraw(ctx, h.leader, h.step(id), day("2026-03-09"), "追溯"); err == nil {
		t.Error("a withdrawal reaches back")
	}
	if err := h.s.Withdraw(ctx, h.office, h.step(id), day("2026-03-10"), "理由"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the office withdraws: %v", err)
	}
	h.must(h.s.Withdraw(ctx, h.leader, h.step(id), day("2026-03-10"), "机构调整"))
	for on, passes := range map[string]bool{"2026-03-09": true, "2026-03-10": false, "2026-03-11": false} {
		_, err := h.act("budget", "hear_report", "财政分局", on)
		if passes != (err == nil) {
			t.Errorf("act on %s: %v", on, err)
		}
		if !passes {
			h.refused(err, "withdrawn", "已自2026年3月10日起撤回")
		}
	}
	if why := dbtest.Scan[string](t, h.admin, `SELECT cancelled_why FROM mandate_acts WHERE id = $1`, planned); why != "授权已撤回" {
		t.Errorf("the planned act was called off because of %q", why)
	}
	h.bare()
	// What was done is still reported, and that ends it.
	h.must(h.s.Report(ctx, h.staff, h.part(id, h.Street), []int{1}, "撤回前听取一次报告"))
	h.must(h.s.Accept(ctx, h.office, h.part(id, h.Street), ""))
	if got := h.state(id, h.Street); got != mandate.Concluded {
		t.Errorf("after the last report it is %s", got)
	}
}

// TestDoneActsKeepTheirCover: an act completed today puts a withdrawal off until tomorrow.
func TestDoneActsKeepTheirCover(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.live(h.terms(mandate.Package, budget()))
	act, err := h.act("budget", "hear_report", "财政分局", "2026-03-02")
	h.must(err)
	h.must(h.s.Complete(ctx, h.staff, mandate.Step{ID: act, Version: 1}, day("2026-03-02"), "听取完毕"))
	var bad fault.Fields
	if err := h.s.Withdraw(ctx, h.leader, h.step(id), day("2026-03-02"), "理由"); !errors.As(err, &bad) || !strings.Contains(bad.For("on"), "已有按此授权完成的监督活动") {
		t.Errorf("withdrawn over a completed act: %v", err)
	}
	h.must(h.s.Withdraw(ctx, h.leader, h.step(id), day("2026-03-03"), "理由"))
	h.bare()
}

// bare fails where any act lacks the cover of its authorisation, counted by a
// statement that knows nothing of the guard's.
func (h *house) bare() {
	h.Helper()
	n := dbtest.Scan[int](h, h.admin, `
		SELECT count(*)
		FROM mandate_acts a
		WHERE a.cancelled_on IS NULL AND NOT EXISTS (
			SELECT FROM mandate_matters x, mandate_versions v, mandate_streets s
			WHERE x.mandate_id = a.mandate_id AND v.mandate_id = x.mandate_id AND v.version = x.version AND s.mandate_id = x.mandate_id AND s.street_id = a.street_id
			  AND x.subject = a.subject AND a.measure = ANY (x.measures) AND (x.object = '' OR x.object = a.object)
			  AND a.act_on BETWEEN greatest(x.from_on, s.received_on, v.effective_on) AND coalesce(x.through_on, 'infinity')
			  AND a.act_on < coalesce(v.until_on, 'infinity') AND a.act_on < coalesce(s.withdrawn_on, 'infinity'))`)
	if n > 0 {
		h.Errorf("%d acts of supervision are not covered", n)
	}
}

// TestRaces sets 200 withdrawals against acts of the day of the withdrawal, half
// of them without the check in code.
func TestRaces(t *testing.T) {
	h := open(t)
	const races = 200
	ids := make([]int64, races)
	for i := range ids {
		terms := h.terms(mandate.Project, project(fmt.Sprint("单位", i), "2026-06-30"))
		terms.Streets = []int64{h.Street}
		ids[i] = h.live(terms)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	began, withdrew := 0, 0
	slots := make(chan struct{}, 3)
	for i, id := range ids {
		step, a := h.step(id), mandate.Act{
			StreetID: h.Street, Subject: "law_check", Measure: "law_check", Object: fmt.Sprint("单位", i), Title: "检查", On: day("2026-03-02"), At: h.now, Key: h.key(),
		}
		act := func() {
			err := h.db.Write(t.Context(), h.staff, func(tx db.Tx) (err error) {
				if i%2 == 0 {
					_, err = mandate.Require(t.Context(), tx, h.staff, a)
				} else {
					_, err = mandate.Begin(t.Context(), tx, h.staff, a)
				}
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				began++
			case mandate.Refusal(err) == nil:
				t.Errorf("act %d: %v", i, err)
			}
		}
		withdraw := func() {
			if err := h.s.Withdraw(t.Context(), h.leader, step, day("2026-03-02"), "竞争"); err != nil {
				t.Errorf("withdrawal %d: %v", i, err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			withdrew++
		}
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			var both sync.WaitGroup
			both.Go(act)
			both.Go(func() {
				time.Sleep(time.Duration(i%8) * 5 * time.Millisecond)
				withdraw()
			})
			both.Wait()
		})
	}
	all.Wait()
	t.Logf("%d of %d acts began before their withdrawal and were called off by it", began, races)
	if withdrew != races {
		t.Errorf("%d of %d were withdrawn", withdrew, races)
	}
	h.bare()
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM mandate_acts WHERE cancelled_on IS NULL`); n != 0 {
		t.Errorf("%d acts of the day of the withdrawal stand", n)
	}
}

// TestDatabaseRefusesByItself: without the check in code, and by plain SQL as the
// portal's own role.
func TestDatabaseRefusesByItself(t *testing.T) {
	h := open(t)
	id := h.live(h.terms(mandate.Package, budget()))
	a := mandate.Act{StreetID: h.Street, Subject: "budget", Measure: "inquiry", Object: "财政分局", Title: "询问", On: day("2026-03-02"), At: h.now, Key: "k"}
	err := h.db.Write(t.Context(), h.staff, func(tx db.Tx) error {
		_, err := mandate.Begin(t.Context(), tx, h.staff, a)
		return err
	})
	h.refused(err, "covered_no_more", "没有有效的授权")
	insert := func(matter int64, measure, on string) error {
		return h.db.Write(t.Context(), h.staff, func(tx db.Tx) error {
			_, err := db.Exec(t.Context(), tx, `
				INSERT INTO mandate_acts (street_id, mandate_id, matter_id, subject, measure, object, title, act_on, creator, key, created_at)
				VALUES (@street, @id, @matter, 'budget', @measure, '财政分局', '询问', @on::date, 'x', @key, now())`,
				db.Args{"street": h.Street, "id": id, "matter": matter, "measure": measure, "on": day(on), "key": h.key()})
			return err
		})
	}
	matter := dbtest.Scan[int64](t, h.admin, `SELECT id FROM mandate_matters WHERE mandate_id = $1`, id)
	for _, c := range []struct{ measure, on string }{{"inquiry", "2026-03-02"}, {"hear_report", "2026-03-01"}} {
		if err := insert(matter, c.measure, c.on); !db.Violates(err, "acts_need_live_matter") {
			t.Errorf("SQL inserts %v: %v", c, err)
		}
	}
	h.must(insert(matter, "hear_report", "2026-03-02"))
	for _, sql := range []string{
		`UPDATE mandate_acts SET measure = 'inquiry'`, `UPDATE mandate_acts SET act_on = act_on - 1`, `UPDATE mandate_acts SET object = '公安分局'`,
	} {
		err := h.db.Write(t.Context(), h.staff, func(tx db.Tx) error {
			_, err := db.Exec(t.Context(), tx, sql, nil)
			return err
		})
		if !db.Violates(err, "acts_do_not_change") {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// TestIssuedIsFinal: by SQL, with each role that may write, nothing of an issued
// authorisation changes, and no side takes the other's steps.
func TestIssuedIsFinal(t *testing.T) {
	h := open(t)
	id := h.issued(h.terms(mandate.Package, budget()))
	try := func(a access.Actor, constraint, sql string) {
		t.Helper()
		var n int64
		err := h.db.Write(t.Context(), a, func(tx db.Tx) (err error) {
			n, err = db.Exec(t.Context(), tx, sql, nil)
			return err
		})
		if constraint == "" && (err != nil && !db.Refused(err) || n > 0) || constraint != "" && !db.Violates(err, constraint) {
			t.Errorf("%s: %s = %d rows, %v; want %s", a.Role, sql, n, err, constraint)
		}
	}
	final, city, street := "mandates_issued_is_final", "mandates_step_by_role", "mandate_streets_step_by_role"
	try(h.office, final, `UPDATE mandates SET title = 'x'`)
	try(h.office, final, `UPDATE mandates SET number = 'x'`)
	try(h.leader, final, `UPDATE mandates SET decided_on = '2020-01-01'`)
	try(h.office, city, `UPDATE mandates SET state = 'draft'`)
	try(h.office, city, `UPDATE mandates SET state = 'withdrawn', withdrawn_on = '2026-03-02', why = 'x'`)
	try(h.office, final, `INSERT INTO mandate_matters (mandate_id, mode, version, no, subject, content, measures, from_on, report_by, yearly, form)
		SELECT id, 'package', 1, 9, 'budget', 'x', '{inquiry}', '2020-01-01', '2026-12-31', true, 'written' FROM mandates`)
	try(h.office, final, `DELETE FROM mandate_matters`)
	try(h.office, "", `DELETE FROM mandate_streets`)
	try(h.staff, "", `UPDATE mandates SET title = 'x'`)
	try(h.office, street, `UPDATE mandate_streets SET state = 'received', received_on = '2026-03-02'`)
	try(h.leader, street, `UPDATE mandate_streets SET state = 'received', received_on = '2026-03-02'`)
	try(h.staff, street, `UPDATE mandate_streets SET state = 'concluded', concluded_on = '2026-03-02'`)
	try(h.staff, street, `UPDATE mandate_streets SET state = 'received', received_on = '2020-01-01'`)
	try(h.staff, street, `UPDATE mandate_streets SET withdrawn_on = '2027-01-01'`)
	try(h.Actor(access.Member), "", `UPDATE mandate_streets SET state = 'received', received_on = '2026-03-02'`)
	h.must(h.s.Receive(t.Context(), h.staff, h.part(id, h.Street)))
	h.must(h.s.Report(t.Context(), h.staff, h.part(id, h.Street), []int{1}, "年度报告"))
	try(h.staff, street, `UPDATE mandate_streets SET state = 'active'`)
	try(h.office, "mandate_reports_final", `UPDATE mandate_reports SET text = 'x'`)
	try(h.staff, "", `UPDATE mandate_reports SET state = 'accepted', decided_on = '2026-03-02'`)
}

// TestReportBack: a package's report is returned once, accepted, and the next
// year's begins; a project ends with its report.
func TestReportBack(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.live(h.terms(mandate.Package, budget()))
	_, err := h.act("budget", "hear_report", "财政分局", "2026-03-02")
	h.must(err)
	h.at("2026-12-01")
	h.must(h.s.Report(ctx, h.staff, h.part(id, h.Street), []int{1}, "听取一次报告"))
	h.must(h.s.Return(ctx, h.office, h.part(id, h.Street), "补充整改情况"))
	if got := h.state(id, h.Street); got != mandate.Returned {
		t.Errorf("returned is %s", got)
	}
	h.must(h.s.Report(ctx, h.staff, h.part(id, h.Street), []int{1}, "听取一次报告，整改两项"))
	h.must(h.s.Accept(ctx, h.office, h.part(id, h.Street), "内容完整"))
	r, err := h.s.Record(ctx, h.staff, id)
	h.must(err)
	owed := r.Owed(h.Street)
	if r.Streets[0].State != mandate.Active || len(owed) != 1 || r.Reports[0].State != "accepted" || r.Reports[1].State != "returned" || r.Acts[0].ReportState != "accepted" {
		t.Errorf("after acceptance: %s, owes %v, reports %+v, acts %+v", r.Streets[0].State, owed, r.Reports, r.Acts)
	}
	h.at("2026-03-02")
	id = h.live(h.terms(mandate.Project, project("生态环境分局", "2026-06-30")))
	act, err := h.act("law_check", "law_check", "生态环境分局", "2026-06-29")
	h.must(err)
	h.at("2026-07-05")
	if n, err := h.s.Sweep(ctx); n != 1 || err != nil {
		t.Errorf("Sweep = %d, %v", n, err)
	}
	if got := h.state(id, h.Street); got != mandate.Expired {
		t.Errorf("after its last day it is %s", got)
	}
	_, err = h.act("law_check", "hear_report", "生态环境分局", "2026-07-05")
	h.refused(err, "dates", "不在期限内")
	h.must(h.s.Complete(ctx, h.staff, mandate.Step{ID: act, Version: 1}, day("2026-07-03"), "完成"))
	if a, err := h.s.Act(ctx, h.staff, act); err != nil || !a.Beyond {
		t.Errorf("completed after its term: %+v, %v", a, err)
	}
	h.must(h.s.Report(ctx, h.staff, h.part(id, h.Street), []int{1}, "检查报告"))
	h.must(h.s.Accept(ctx, h.office, h.part(id, h.Street), ""))
	if got := h.state(id, h.Street); got != mandate.Concluded {
		t.Errorf("with its report accepted it is %s", got)
	}
	_, err = h.act("law_check", "hear_report", "生态环境分局", "2026-06-30")
	h.refused(err, "closed", "不能再开展")
	h.bare()
}

// TestChange: from its day on the new matters hold, up to it the old ones; a plan
// that loses its cover is called off, one that keeps it goes on under the new.
func TestChange(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.live(h.terms(mandate.Package, budget()))
	heard, err := h.act("budget", "hear_report", "财政分局", "2026-03-20")
	h.must(err)
	visit, err := h.act("budget", "inspect_appraise", "财政分局", "2026-03-21")
	h.must(err)
	less := budget()
	less.Measures = []string{"hear_report", "inquiry"}
	h.must(h.s.ProposeChange(ctx, h.office, h.step(id), day("2026-03-10"), "增加专题询问", []mandate.Matter{less}))
	_, err = h.act("budget", "inquiry", "财政分局", "2026-03-12")
	h.refused(err, "measure", "没有授权")
	h.must(h.s.ApproveChange(ctx, h.leader, h.step(id)))
	if _, err := h.act("budget", "inquiry", "财政分局", "2026-03-12"); err != nil {
		t.Errorf("an inquiry after the change: %v", err)
	}
	if _, err := h.act("budget", "inquiry", "财政分局", "2026-03-09"); mandate.Refusal(err) == nil {
		t.Errorf("an inquiry before the day of the change: %v", err)
	}
	if _, err := h.act("budget", "inspect_appraise", "财政分局", "2026-03-09"); err != nil {
		t.Errorf("what the old version covers before that day: %v", err)
	}
	if off := dbtest.Scan[string](t, h.admin, `SELECT cancelled_why FROM mandate_acts WHERE id = $1`, visit); off != "授权已变更" {
		t.Errorf("the visit was called off because of %q", off)
	}
	if v := dbtest.Scan[int](t, h.admin, `SELECT x.version FROM mandate_acts a JOIN mandate_matters x ON x.id = a.matter_id WHERE a.id = $1`, heard); v != 2 {
		t.Errorf("the hearing stands under version %d", v)
	}
	h.bare()
	h.must(h.s.ProposeChange(ctx, h.office, h.step(id), day("2026-04-01"), "再改", []mandate.Matter{budget()}))
	h.must(h.s.RefuseChange(ctx, h.leader, h.step(id), "不必"))
}

// TestOtherStreetSeesNothing: what is another street's is not there.
func TestOtherStreetSeesNothing(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	terms := h.terms(mandate.Package, budget())
	terms.Streets = []int64{h.Street}
	id := h.live(terms)
	act, err := h.act("budget", "hear_report", "财政分局", "2026-03-02")
	h.must(err)
	req, err := h.s.DraftRequest(ctx, h.staff, "r", mandate.Request{Title: "t", Subject: "budget", Measure: "inquiry", Object: "x", ActOn: day("2026-03-10"), Content: "c", Reason: "r"})
	h.must(err)
	draft, err := h.s.DraftMandate(ctx, h.office, h.key(), h.terms(mandate.Package, budget()))
	h.must(err)
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityOffice), h.Far(access.Staff)} {
		_, err1 := h.s.Record(ctx, a, id)
		_, err2 := h.s.Act(ctx, a, act)
		_, err3 := h.s.Request(ctx, a, req)
		_, err4 := h.s.Record(ctx, a, draft)
		for _, err := range []error{err1, err2, err3, err4} {
			if !errors.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", a.Role, err)
			}
		}
		l, err := h.s.Mandates(ctx, a, mandate.Filter{Limit: 10})
		acts, _, _, _, err2 := h.s.Acts(ctx, a, mandate.ActFilter{Limit: 10})
		cover, _, err3 := h.s.Coverage(ctx, a, mandate.CoverFilter{})
		if err := errors.Join(err, err2, err3); err != nil || len(l.Lines)+len(acts)+len(cover) > 0 {
			t.Errorf("%s lists %v %v %v, %v", a.Role, l.Lines, acts, cover, err)
		}
		if err := h.s.Receive(ctx, a, mandate.Step{ID: id, StreetID: h.Street, Version: 2}); !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Forbidden) {
			t.Errorf("%s signs: %v", a.Role, err)
		}
	}
	if _, err := h.s.Record(ctx, h.staff, draft); !errors.Is(err, fault.NotFound) {
		t.Errorf("the street reads a draft of the city: %v", err)
	}
}
