package plan_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/plan"
	"portal/internal/procedure"
)

// house is a portal with one clock that tests turn. The committee has eleven members.
type house struct {
	*testing.T
	*dbtest.World
	db                                                   *db.DB
	admin                                                *pgxpool.Pool
	now                                                  time.Time
	s                                                    *plan.Store
	n                                                    int
	chair                                                int64
	staff, director, member, party, office, deputy, vice access.Actor
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: time.Date(2025, 12, 1, 9, 0, 0, 0, calendar.Zone)}
	clock := func() time.Time { return h.now }
	h.s = plan.NewStore(d, file.NewStore(d, clock), clock)
	h.staff, h.director, h.member, h.party = h.Actor(access.Staff), h.Actor(access.Director), h.Actor(access.Member), h.Actor(access.PartyReader)
	h.office, h.deputy, h.vice = h.Actor(access.CityOffice), h.Actor(access.Deputy), h.Actor(access.DeputyDirector)
	h.chair = dbtest.InPost(t, admin, h.Street, "director", "李䶮", &h.director, "2020-01-01")
	dbtest.InPost(t, admin, h.Street, "deputy_director", "𠮷田光", &h.vice, "2020-01-01")
	for i := range 9 {
		dbtest.InPost(t, admin, h.Street, "member", fmt.Sprint("委员", i), nil, "2020-01-01")
	}
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) step(id int64) plan.Step {
	return plan.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM plans WHERE id = $1`, id)}
}

func (h *house) want(id int64, want procedure.State) {
	h.Helper()
	if got := dbtest.Scan[string](h, h.admin, `SELECT state FROM plans WHERE id = $1`, id); got != string(want) {
		h.Fatalf("state = %s, want %s", got, want)
	}
}

func (h *house) today() time.Time { return calendar.On(h.now) }

func (h *house) key() string { h.n++; return fmt.Sprint("k", h.n) }

var study = plan.Item{Month: 5, Theme: "社区养老服务专题调研", Kind: "study", Basis: plan.Duty, Owner: "李䶮", Output: "调研报告一份"}

func (h *house) drafted() int64 {
	h.Helper()
	id, err := h.s.Draft(h.Context(), h.staff, plan.New{Key: h.key(), Year: 2026, Preamble: "围绕中心工作"})
	h.must(err)
	h.must(h.s.Add(h.Context(), h.staff, id, h.key(), study, ""))
	walk := study
	walk.Month, walk.Theme, walk.Kind = 3, "行走街道", "walk"
	h.must(h.s.Add(h.Context(), h.staff, id, h.key(), walk, ""))
	return id
}

func (h *house) meeting(verdict string) plan.Meeting {
	return plan.Meeting{MetOn: h.today(), ChairID: h.chair, Present: 8, For: 7, Verdict: verdict}
}

func (h *house) passed() int64 {
	h.Helper()
	ctx := h.Context()
	id := h.drafted()
	h.must(h.s.Consult(ctx, h.staff, h.step(id)))
	h.now = h.now.AddDate(0, 0, 5)
	h.must(h.s.Advise(ctx, h.party, h.step(id), plan.Opinion{DatedOn: h.today(), Text: "原则同意", Points: []string{"增加养老内容"}}))
	h.must(h.s.Answer(ctx, h.staff, h.step(id), h.point(id, 1), "adopted", ""))
	h.must(h.s.Submit(ctx, h.staff, h.step(id)))
	h.now = h.now.AddDate(0, 0, 20)
	h.must(h.s.Deliberate(ctx, h.staff, h.step(id), h.meeting("passed")))
	return id
}

func (h *house) point(id int64, ordinal int) int64 {
	return dbtest.Scan[int64](h, h.admin, `
		SELECT t.id FROM plan_points t JOIN plan_consultations c ON c.id = t.consultation_id WHERE c.plan_id = $1 AND t.ordinal = $2 ORDER BY t.id DESC LIMIT 1`, id, ordinal)
}

func (h *house) executing() int64 {
	h.Helper()
	id := h.passed()
	h.must(h.s.File(h.Context(), h.staff, h.step(id)))
	h.now = h.now.AddDate(0, 0, 20)
	h.must(h.s.Issue(h.Context(), h.director, h.step(id)))
	return id
}

func (h *house) item(id int64, theme string) int64 {
	h.Helper()
	return dbtest.Scan[int64](h, h.admin, `SELECT id FROM plan_items WHERE plan_id = $1 AND theme = $2`, id, theme)
}

func refused(t *testing.T, what string, err error, field string) {
	t.Helper()
	var bad fault.Fields
	if !errors.As(err, &bad) || bad.For(field) == "" {
		t.Errorf("%s: %v, want a complaint at %q", what, err, field)
	}
}

func forbidden(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, fault.Forbidden) {
		t.Errorf("%s: %v, want Forbidden", what, err)
	}
}

// asApp runs a statement as portal_app for actor and returns the constraint it broke.
func (h *house) asApp(a access.Actor, sql string, args db.Args) error {
	return h.db.Write(h.Context(), a, func(tx db.Tx) error {
		_, err := db.Exec(h.Context(), tx, sql, args)
		return err
	})
}

func TestYear(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.executing()
	h.want(id, plan.Executing)
	h.must(h.s.Receive(ctx, h.office, h.step(id), "建议突出民生实事"))
	refused(t, "received twice", h.s.Receive(ctx, h.office, h.step(id), ""), "state")

	h.now = time.Date(2026, 6, 2, 9, 0, 0, 0, calendar.Zone)
	walk, care := h.item(id, "行走街道"), h.item(id, study.Theme)
	h.must(h.s.Report(ctx, h.member, h.step(id), plan.Progress{ItemID: walk, Month: 3, Status: plan.Done, Note: "走访 12 个小区"}))
	refused(t, "a month ahead", h.s.Report(ctx, h.staff, h.step(id), plan.Progress{ItemID: care, Month: 7, Status: plan.Going, Note: "x"}), "month")
	forbidden(t, "progress by a deputy", h.s.Report(ctx, h.deputy, h.step(id), plan.Progress{ItemID: care, Month: 5, Status: plan.Going, Note: "x"}))

	h.must(h.s.Adjust(ctx, h.staff, h.step(id), "上级部署专项工作"))
	changed := study
	changed.Month = 9
	r, err := h.s.One(ctx, h.staff, care)
	h.must(err)
	h.must(h.s.Alter(ctx, h.staff, id, plan.Step{ID: care, Version: r.Version}, changed, "与市里的调研合并", h.key()))
	refused(t, "a second change of an item", h.s.Drop(ctx, h.staff, h.step(id), care, "x"), "item")
	fresh := study
	fresh.Theme, fresh.Month = "电动自行车充电设施视察", 10
	fresh.Kind = "inspection"
	refused(t, "added without a reason", h.s.Add(ctx, h.staff, id, h.key(), fresh, ""), "reason")
	h.must(h.s.Add(ctx, h.staff, id, h.key(), fresh, "群众反映集中"))
	rec, err := h.s.Record(ctx, h.staff, id)
	h.must(err)
	if got := len(rec.Pending()); got != 2 || rec.Items[1].Month != 5 {
		t.Errorf("%d pending, the item in force in month %d; a proposal changes nothing", got, rec.Items[1].Month)
	}
	refused(t, "dropped while changes wait", h.s.Withdraw(ctx, h.staff, h.step(id)), "state")
	few := h.meeting("passed")
	few.For = 5
	refused(t, "five for", h.s.Decide(ctx, h.staff, h.step(id), few), "for")
	h.must(h.s.Decide(ctx, h.staff, h.step(id), h.meeting("passed")))
	h.want(id, plan.Executing)

	rec, err = h.s.Record(ctx, h.office, id)
	h.must(err)
	if len(rec.Items) != 3 || rec.Items[1].Month != 9 || !rec.Items[2].Added || len(rec.Editions) != 2 || rec.Editions[1].Reason != "上级部署专项工作" {
		t.Errorf("after the change: %+v, %+v", rec.Items, rec.Editions)
	}
	_, _, old, err := h.s.Edition(ctx, h.staff, id, 1)
	h.must(err)
	if len(old) != 2 || old[1].Month != 5 {
		t.Errorf("the first edition = %+v; it stays as it was", old)
	}
	one, err := h.s.One(ctx, h.staff, care)
	h.must(err)
	if len(one.Versions) != 2 || one.Versions[1].Reason != "与市里的调研合并" {
		t.Errorf("versions of the item = %+v", one.Versions)
	}
	h.must(h.s.Refile(ctx, h.staff, h.step(id)))
	refused(t, "filed twice", h.s.Refile(ctx, h.staff, h.step(id)), "state")
	h.must(h.s.Receive(ctx, h.office, h.step(id), ""))

	refused(t, "summed up in June", h.s.Summarise(ctx, h.staff, h.step(id)), "state")
	h.now = time.Date(2026, 12, 20, 9, 0, 0, 0, calendar.Zone)
	h.must(h.s.Summarise(ctx, h.staff, h.step(id)))
	rec, err = h.s.Record(ctx, h.staff, id)
	h.must(err)
	for _, want := range []string{"共列条目 2 项", "调整 1 次，增加 1 项", "应完成 3 项，完成 1 项，未完成 2 项", "已逾期", "上级部署专项工作"} {
		if !strings.Contains(rec.Summary.Text, want) {
			t.Errorf("the summary lacks %q:\n%s", want, rec.Summary.Text)
		}
	}
	if _, err := h.s.PublicPlan(ctx, id); err != nil {
		t.Errorf("PublicPlan = %v", err)
	}
	if p, _ := h.s.PublicPlan(ctx, id); p.Summary != "" {
		t.Error("residents read a summary that nobody has signed")
	}
	h.must(h.s.Word(ctx, h.staff, h.step(id), "一年来，完成 1 项。"))
	forbidden(t, "signed by the office", h.s.Conclude(ctx, h.staff, h.step(id)))
	h.must(h.s.Conclude(ctx, h.director, h.step(id)))
	if p, _ := h.s.PublicPlan(ctx, id); p.Summary != "一年来，完成 1 项。" || len(p.Items) != 3 {
		t.Errorf("PublicPlan = %+v", p)
	}
	h.must(h.s.Archive(ctx, h.staff, h.step(id), "permanent"))
	h.want(id, plan.Archived)
}

// TestConsultedFirst holds the plan back until the Party working committee has
// answered in writing and every point is dealt with: in the store, and by SQL.
func TestConsultedFirst(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	empty, err := h.s.Draft(ctx, h.staff, plan.New{Key: h.key(), Year: 2025})
	h.must(err)
	refused(t, "asked about nothing", h.s.Consult(ctx, h.staff, h.step(empty)), "state")
	id := h.drafted()
	refused(t, "submitted as a draft", h.s.Submit(ctx, h.staff, h.step(id)), "state")
	h.must(h.s.Consult(ctx, h.staff, h.step(id)))
	early := plan.Opinion{DatedOn: h.today().AddDate(0, 0, -1), Text: "同意"}
	refused(t, "an opinion from before it was asked", h.s.Advise(ctx, h.party, h.step(id), early), "dated_on")
	h.must(h.s.Advise(ctx, h.party, h.step(id), plan.Opinion{DatedOn: h.today(), Number: "东街党〔2025〕12号", Text: "总体同意，提两点意见。", Points: []string{"一", "二"}}))
	refused(t, "submitted with points open", h.s.Submit(ctx, h.staff, h.step(id)), "state")
	refused(t, "not adopted without a reason", h.s.Answer(ctx, h.staff, h.step(id), h.point(id, 1), "not_adopted", ""), "reason")
	h.must(h.s.Answer(ctx, h.staff, h.step(id), h.point(id, 1), "partly", "经费有限，先做一半"))
	for _, sql := range []string{
		`UPDATE plans SET state = 'deliberating' WHERE id = @id`,
		`UPDATE plans SET state = 'passed', passed_on = '2025-12-05' WHERE id = @id`,
		`UPDATE plan_consultations SET reply = '改了' WHERE plan_id = @id`,
	} {
		if err := h.asApp(h.staff, sql, db.Args{"id": id}); err == nil {
			t.Errorf("portal_app may %s", sql)
		}
	}
	h.must(h.s.Answer(ctx, h.staff, h.step(id), h.point(id, 2), "adopted", ""))
	h.must(h.s.Submit(ctx, h.staff, h.step(id)))
	if err := h.asApp(h.staff, `UPDATE plans SET state = 'passed', passed_on = '2025-12-05' WHERE id = @id`, db.Args{"id": id}); !db.Violates(err, "plans_passed_by_meeting") {
		t.Errorf("passed without a meeting: %v", err)
	}
	m := h.meeting("passed")
	m.Present = 5
	refused(t, "no quorum", h.s.Deliberate(ctx, h.staff, h.step(id), m), "present")
	m = h.meeting("passed")
	m.ChairID = dbtest.Scan[int64](t, h.admin, `SELECT id FROM posts WHERE post = 'member' LIMIT 1`)
	refused(t, "a member presides", h.s.Deliberate(ctx, h.staff, h.step(id), m), "chair")
	refused(t, "revise without a word", h.s.Deliberate(ctx, h.staff, h.step(id), h.meeting("revise")), "note")
	again := h.meeting("revise")
	again.Note = "再精简"
	h.must(h.s.Deliberate(ctx, h.director, h.step(id), again))
	h.want(id, plan.Revising)
	h.must(h.s.Submit(ctx, h.staff, h.step(id)))
	h.must(h.s.Deliberate(ctx, h.staff, h.step(id), h.meeting("passed")))
	h.want(id, plan.Passed)
}

// TestFixed finds that a passed plan and its papers are not altered by SQL.
func TestFixed(t *testing.T) {
	h := open(t)
	id := h.executing()
	item := h.item(id, study.Theme)
	for _, sql := range []string{
		`UPDATE plan_items SET theme = '另一件事' WHERE id = @item`,
		`DELETE FROM plan_items WHERE id = @item`,
		`UPDATE plans SET preamble = '改了' WHERE id = @id`,
		`UPDATE plans SET doc_number = '莞人东城工委〔2026〕99号' WHERE id = @id`,
		`UPDATE plans SET state = 'concluded' WHERE id = @id`,
		`UPDATE plan_decisions SET met_for = 11 WHERE plan_id = @id`,
		`UPDATE plan_edition_items SET theme = '改了' WHERE item_id = @item`,
		`INSERT INTO plan_editions (street_id, plan_id, ordinal, decision_id, decided_on, reason) SELECT street_id, plan_id, 2, id, met_on, '自己改' FROM plan_decisions WHERE plan_id = @id`,
		`UPDATE plan_items SET status = 'done', done_on = '2026-01-01' WHERE id = @item`,
		`INSERT INTO plan_changes (street_id, plan_id, action, item_id, month, theme, kind, basis, owner, output, reason, proposed_on, proposer, key)
		 SELECT street_id, plan_id, 'alter', id, 9, theme, kind, basis, owner, output, '理由', '2026-06-01', 'x', 'y' FROM plan_items WHERE id = @item`,
	} {
		err := h.asApp(h.staff, sql, db.Args{"id": id, "item": item})
		if err == nil {
			t.Errorf("portal_app may %s", sql)
		}
	}
	if err := h.asApp(h.office, `UPDATE plans SET state = 'adjusting', adjusts_why = 'x' WHERE id = @id`, db.Args{"id": id}); !db.Violates(err, "plans_step_by") {
		t.Errorf("the city moves a street's plan: %v", err)
	}
	if err := h.asApp(h.party, `UPDATE plans SET state = 'adjusting', adjusts_why = 'x' WHERE id = @id`, db.Args{"id": id}); !db.Violates(err, "plans_step_by") {
		t.Errorf("the Party working committee moves a plan on: %v", err)
	}
}

func TestIssuedByDirector(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.passed()
	h.must(h.s.File(ctx, h.staff, h.step(id)))
	stranger := h.Actor(access.Director) // has the role, not the post
	refused(t, "issued by who is not in post", h.s.Issue(ctx, stranger, h.step(id)), "")
	forbidden(t, "issued by the office", h.s.Issue(ctx, h.staff, h.step(id)))
	as := h.vice
	as.Role = access.Director // a deputy director to whom signing was not delegated
	refused(t, "issued by a deputy director", h.s.Issue(ctx, as, h.step(id)), "state")
	h.must(h.s.Issue(ctx, h.director, h.step(id)))
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM papers WHERE subject_kind = 'plan' AND subject_id = $1`, id); n != 3 {
		t.Errorf("%d papers, want a letter, a report and a notice", n)
	}
}

func TestSupervisionNeedsAuthority(t *testing.T) {
	h := open(t)
	id := h.drafted()
	i := study
	i.Kind = "budget"
	refused(t, "budget supervision as own duty", h.s.Add(t.Context(), h.staff, id, h.key(), i, ""), "basis")
	i.Basis = plan.Request
	h.must(h.s.Add(t.Context(), h.staff, id, h.key(), i, ""))
	i.Basis = plan.Mandate
	refused(t, "no matter", h.s.Add(t.Context(), h.staff, id, h.key(), i, ""), "matter")
	i.MatterID = 99
	refused(t, "a matter of nobody", h.s.Add(t.Context(), h.staff, id, h.key(), i, ""), "matter")
	err := h.asApp(h.staff, `UPDATE plan_items SET kind = 'appraisal' WHERE plan_id = @id`, db.Args{"id": id})
	if !db.Violates(err, "plan_items_supervision_authorised") {
		t.Errorf("an appraisal as own duty by SQL: %v", err)
	}
}

// TestSight finds who sees a plan, step by step.
func TestSight(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	other, far := h.Other(access.Staff), h.Far(access.CityOffice)
	see := func(id int64, want string) {
		t.Helper()
		var got []string
		for _, x := range []struct {
			name string
			a    access.Actor
		}{{"staff", h.staff}, {"member", h.member}, {"party", h.party}, {"deputy", h.deputy}, {"city", h.office}, {"other", other}, {"far", far}} {
			if _, err := h.s.Record(ctx, x.a, id); err == nil {
				got = append(got, x.name)
			} else if !errors.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", x.name, err)
			}
		}
		if _, err := h.s.PublicPlan(ctx, id); err == nil {
			got = append(got, "public")
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Error(diff)
		}
	}
	id := h.drafted()
	see(id, "staff member")
	h.must(h.s.Consult(ctx, h.staff, h.step(id)))
	see(id, "staff member party")
	h.must(h.s.Advise(ctx, h.staff, h.step(id), plan.Opinion{DatedOn: h.today(), Text: "同意"}))
	h.must(h.s.Submit(ctx, h.staff, h.step(id)))
	h.must(h.s.Deliberate(ctx, h.staff, h.step(id), h.meeting("passed")))
	see(id, "staff member party deputy")
	h.must(h.s.File(ctx, h.staff, h.step(id)))
	see(id, "staff member party deputy city")
	h.must(h.s.Issue(ctx, h.director, h.step(id)))
	see(id, "staff member party deputy city public")
	r, err := h.s.Record(ctx, h.deputy, id)
	h.must(err)
	if len(r.Consultations) != 0 {
		t.Error("a deputy reads the opinion of the Party working committee")
	}
	if err := h.s.Adjust(ctx, other, h.step(id), "x"); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street moves it: %v", err)
	}
	if _, err := h.s.One(ctx, other, h.item(id, study.Theme)); !errors.Is(err, fault.NotFound) {
		t.Errorf("another street reads an item: %v", err)
	}
}

// TestLink is what activities and meetings rely on.
func TestLink(t *testing.T) {
	h := open(t)
	draft := h.drafted()
	item := h.item(draft, study.Theme)
	day := calendar.Day(2026, time.May, 8)
	require := func(a access.Actor, l plan.Link, on time.Time) error {
		return h.db.Write(t.Context(), a, func(tx db.Tx) error { return plan.Require(t.Context(), tx, a.StreetID, l, on) })
	}
	refused(t, "an item of a draft", require(h.staff, plan.Link{ItemID: item}, day), "plan_item")
	dbtest.Exec(t, h.admin, `DELETE FROM plan_items WHERE plan_id = $1`, draft)
	dbtest.Exec(t, h.admin, `DELETE FROM plans WHERE id = $1`, draft)
	h.n = 100
	id := h.executing()
	item = h.item(id, study.Theme)
	h.must(require(h.staff, plan.Link{ItemID: item}, day))
	h.must(require(h.staff, plan.Link{Outside: "上级临时部署"}, day))
	refused(t, "another year", require(h.staff, plan.Link{ItemID: item}, calendar.Day(2027, time.May, 8)), "plan_item")
	refused(t, "neither", require(h.staff, plan.Link{}, day), "outside_plan")
	refused(t, "both", require(h.staff, plan.Link{ItemID: item, Outside: "x"}, day), "outside_plan")
	refused(t, "another street's", require(h.Other(access.Staff), plan.Link{ItemID: item}, day), "plan_item")
	for today, want := range map[time.Time]int{
		calendar.Day(2026, time.May, 8): 2, calendar.Day(2025, time.December, 8): 2, calendar.Day(2027, time.January, 8): 0, calendar.Day(2024, time.May, 8): 0,
	} {
		var rows []choice.Grouped
		h.must(h.db.Read(t.Context(), h.staff, plan.Choices(&rows, h.Street, today, time.Time{})))
		if len(rows) != want || want > 0 && (rows[0].Name != "3月 行走街道" || rows[0].Heading != "2026年计划") {
			t.Errorf("Choices on %v = %v", today, rows)
		}
		rows = nil
		h.must(h.db.Read(t.Context(), h.staff, plan.Choices(&rows, h.Street, today, day)))
		if len(rows) != 2 {
			t.Errorf("Choices on %v for 2026 = %v", today, rows)
		}
	}

	// The trigger, on a table as the rooms have theirs.
	dbtest.Exec(t, h.admin, `
		CREATE TABLE acts (street_id bigint, id bigint, held_on date, plan_item_id bigint, FOREIGN KEY (street_id, plan_item_id) REFERENCES plan_items (street_id, id))`)
	dbtest.Exec(t, h.admin, `CREATE TRIGGER acts_planned BEFORE INSERT OR UPDATE OF plan_item_id ON acts FOR EACH ROW EXECUTE FUNCTION app.only_planned_item('held_on')`)
	dbtest.Exec(t, h.admin, `GRANT SELECT, INSERT ON acts TO portal_app`)
	put := func(on string) error {
		return h.asApp(h.staff, `INSERT INTO acts VALUES (@street, 1, @on::date, @item)`, db.Args{"street": h.Street, "on": on, "item": item})
	}
	h.must(put("2026-05-08"))
	if err := put("2025-05-08"); !db.Violates(err, "only_planned_item") {
		t.Errorf("linked to the plan of another year: %v", err)
	}
	if got := plan.Refused(put("2025-05-08")); !strings.Contains(fmt.Sprint(got), "与日期同一年") {
		t.Errorf("Refused = %v", got)
	}
}

func TestCopiesLastYear(t *testing.T) {
	h := open(t)
	h.passed()
	id, err := h.s.Draft(t.Context(), h.staff, plan.New{Key: h.key(), Year: 2025})
	h.must(err)
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM plan_items WHERE plan_id = $1`, id); n != 0 {
		t.Errorf("%d items, want none", n)
	}
	h.now = time.Date(2026, 11, 5, 9, 0, 0, 0, calendar.Zone)
	key := h.key()
	id, err = h.s.Draft(t.Context(), h.staff, plan.New{Key: key, Year: 2027, Copy: true})
	h.must(err)
	again, err := h.s.Draft(t.Context(), h.staff, plan.New{Key: key, Year: 2027, Copy: true})
	if err != nil || again != id {
		t.Errorf("sent twice: %d, %v; want %d", again, err, id)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM plan_items WHERE plan_id = $1`, id); n != 2 {
		t.Errorf("%d items, want last year's 2", n)
	}
	_, err = h.s.Draft(t.Context(), h.staff, plan.New{Key: h.key(), Year: 2027})
	refused(t, "a second plan of a year", err, "year")
}
