package reportback_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/poll"
	"portal/internal/procedure"
	"portal/internal/reportback"
)

type house struct {
	*testing.T
	*dbtest.World
	db         *db.DB
	admin      *pgxpool.Pool
	now        time.Time
	s          *reportback.Store
	polls      *poll.Store
	gatherings *gathering.Store
	staff      access.Actor
	n          int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	clock := func() time.Time { return h.now }
	h.s, h.polls, h.gatherings = reportback.NewStore(d, file.NewStore(d, clock), clock), poll.NewStore(d, clock), gathering.NewStore(d, clock)
	h.staff = h.Actor(access.Staff)
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) complains(err error, field string) {
	h.Helper()
	var bad fault.Fields
	if !errors.As(err, &bad) || bad.For(field) == "" {
		h.Errorf("err = %v, want a complaint about %s", err, field)
	}
}

func (h *house) deputy(name string) (a access.Actor) {
	h.Helper()
	h.n++
	a = h.Actor(access.Deputy)
	a.DeputyID = dbtest.Scan[int64](h, h.admin, `
		INSERT INTO deputies (street_id, name, sex, electoral_district, term, professional_group, since, key)
		VALUES ($1, $2, 'female', '第一选区', '市十七届', 'law', '2021-12-01', $3) RETURNING id`, h.Street, name, fmt.Sprint("d", h.n))
	return a
}

func (h *house) new(deputies ...int64) reportback.New {
	h.n++
	from := time.Date(2026, 3, 12, 15, 0, 0, 0, dbtest.Now.Location())
	return reportback.New{Key: fmt.Sprint("k", h.n), Title: "第一选区代表述职会", District: "第一选区", Place: "岗贝社区会议室", StartsAt: from, EndsAt: from.Add(2 * time.Hour), Deputies: deputies}
}

func (h *house) plan(n reportback.New) int64 {
	h.Helper()
	id, err := h.s.Plan(h.Context(), h.staff, 0, n)
	h.must(err)
	return id
}

func (h *house) session(id int64) reportback.Session {
	h.Helper()
	x, err := h.s.Session(h.Context(), h.staff, id)
	h.must(err)
	return x
}

func (h *house) at(id int64) reportback.Step {
	return reportback.Step{ID: id, Version: h.session(id).Version}
}

func (h *house) report(a access.Actor, id int64) reportback.Report {
	h.Helper()
	r, err := h.s.Report(h.Context(), a, id)
	h.must(err)
	return r
}

func (h *house) of(id int64) reportback.Step {
	return reportback.Step{ID: id, Version: h.report(h.staff, id).Version}
}

// opened is a session on its day with guests who have come.
func (h *house) opened(guests int, deputies ...int64) (id int64, reports []int64) {
	h.Helper()
	ctx := h.Context()
	h.now = dbtest.Now
	id = h.plan(h.new(deputies...))
	var a reportback.Audience
	for i := range guests {
		a.Guests = append(a.Guests, gathering.Guest{Name: fmt.Sprintf("选民%d", i+1), Duty: "岗贝社区"})
	}
	h.must(h.s.Invite(ctx, h.staff, h.at(id), a))
	h.must(h.s.Notify(ctx, h.staff, h.at(id)))
	h.now = time.Date(2026, 3, 12, 14, 50, 0, 0, dbtest.Now.Location())
	h.must(h.s.Open(ctx, h.staff, h.at(id)))
	dbtest.Exec(h, h.admin, `UPDATE attendances SET arrived_at = $1, arrived_how = 'hand' WHERE gathering_id = $2`, h.now, h.session(id).GatheringID)
	for _, r := range h.session(id).Reports {
		reports = append(reports, r.ID)
	}
	return id, reports
}

// rated casts a rating for each option, with slips.
func (h *house) rated(report int64, options ...string) {
	h.Helper()
	ctx := h.Context()
	id := h.report(h.staff, report).Rating.ID
	rec, err := h.polls.Record(ctx, h.staff, id)
	h.must(err)
	var voters []int64
	for _, v := range rec.Voters {
		voters = append(voters, v.ID)
	}
	codes, err := h.polls.IssueSlips(ctx, h.staff, poll.Step{ID: id, Version: rec.Version}, voters)
	h.must(err)
	for i, o := range options {
		h.must(h.polls.CastSlip(ctx, id, codes[i], []string{o}))
	}
}

func TestReport(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	chen := h.deputy("陈𠮷")
	id := h.plan(h.new(chen.DeputyID))
	h.complains(h.s.Notify(ctx, h.staff, h.at(id)), "state") // nobody is invited
	h.complains(h.s.Invite(ctx, h.staff, h.at(id), reportback.Audience{Representatives: true}), "guests")
	h.must(h.s.Invite(ctx, h.staff, h.at(id), reportback.Audience{Guests: []gathering.Guest{{Name: "甲"}, {Name: "乙"}, {Name: "丙"}, {Name: "丁"}}}))
	h.now = dbtest.Now.AddDate(0, 0, 7)
	h.complains(h.s.Notify(ctx, h.staff, h.at(id)), "state") // three days before
	h.now = dbtest.Now
	if err := h.s.Notify(ctx, h.staff, reportback.Step{ID: id, Version: 1}); !errors.Is(err, fault.Stale) {
		t.Errorf("a stale move: %v", err)
	}
	h.must(h.s.Notify(ctx, h.staff, h.at(id)))
	x := h.session(id)
	report := x.Reports[0].ID
	r := h.report(chen, report)
	if x.State != reportback.Called || x.Voters != 4 || r.State != reportback.Due || r.Clock == nil || r.Clock.DueOn.Format(time.DateOnly) != "2026-03-09" {
		t.Fatalf("called: %+v, clock %+v", x, r.Clock)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM notices WHERE to_deputy = $1 AND title LIKE '%交述职报告%'`, chen.DeputyID); n != 1 {
		t.Errorf("the deputy is told %d times", n)
	}
	h.complains(h.s.Write(ctx, chen, h.of(report), ""), "text")
	h.must(h.s.Write(ctx, chen, h.of(report), "五年来，我收集意见 30 条。"))
	h.must(h.s.Write(ctx, chen, h.of(report), "五年来，我收集意见 31 条。"))
	if err := h.s.Speak(ctx, chen, h.of(report)); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the deputy does the office's part: %v", err)
	}
	h.complains(h.s.Speak(ctx, h.staff, h.of(report)), "state") // the session is not open
	h.now = time.Date(2026, 3, 12, 14, 50, 0, 0, dbtest.Now.Location())
	h.must(h.s.Open(ctx, h.staff, h.at(id)))
	h.must(h.s.Speak(ctx, h.staff, h.of(report)))
	h.complains(h.s.Write(ctx, chen, h.of(report), "改一改"), "state")
	h.complains(h.s.Rate(ctx, h.staff, h.of(report)), "state") // nobody is there
	dbtest.Exec(t, h.admin, `UPDATE attendances SET arrived_at = $1, arrived_how = 'hand'`, h.now)
	h.complains(h.s.Ask(ctx, h.staff, h.of(report), reportback.Remark{Text: "河涌什么时候治好"}), "answer")
	h.must(h.s.Ask(ctx, h.staff, h.of(report), reportback.Remark{Text: "河涌什么时候治好", Author: "甲", Answer: "已列入今年计划"}))
	h.must(h.s.Rate(ctx, h.staff, h.of(report)))
	rating := h.report(h.staff, report).Rating
	if rating.Circle != 4 {
		t.Errorf("%d may rate, want the four voters without the deputy", rating.Circle)
	}
	h.must(h.s.Repeat(ctx, h.staff, h.of(report), "投影的姓名写错了"))
	h.must(h.s.Rate(ctx, h.staff, h.of(report)))
	h.rated(report, "satisfied", "satisfied", "satisfied", "basically")
	h.complains(h.s.Close(ctx, h.staff, h.at(id)), "state")
	if r := h.report(chen, report); len(r.Ratings) > 0 || r.Ballots != 0 {
		t.Errorf("before the end the deputy reads %+v", r.Ratings)
	}
	h.must(h.s.Publish(ctx, h.staff, h.of(report)))
	r = h.report(chen, report)
	if r.State != reportback.Published || r.Satisfied != 3 || r.Basically != 1 || r.Not != 0 || r.Ballots != 4 || r.Ratings[0].Circle != 4 {
		t.Errorf("published: %+v", r.Line)
	}
	h.must(h.s.Close(ctx, h.staff, h.at(id)))
	h.complains(h.s.Note(ctx, h.staff, h.of(report), reportback.Remark{}), "text")
	h.must(h.s.Note(ctx, h.staff, h.of(report), reportback.Remark{Text: "多到老旧小区走走"}))
	h.complains(h.s.Archive(ctx, h.staff, h.of(report)), "state")
	r = h.report(chen, report)
	opinion := r.Remarks[1]
	if opinion.DueOn == nil || r.Unanswered() != 1 {
		t.Errorf("the clock of the answer does not run: %+v", opinion)
	}
	h.complains(h.s.Answer(ctx, chen, h.of(report), r.Remarks[0].ID, "x"), "remark")
	h.must(h.s.Answer(ctx, chen, h.of(report), opinion.ID, "每季度走访一次，第一次在四月。"))
	h.must(h.s.Archive(ctx, h.staff, h.of(report)))
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM deadlines WHERE kind IN ('deputy_report', 'report_remark') AND ended_on IS NULL`); n != 0 {
		t.Errorf("%d clocks run on", n)
	}
	if _, err := h.admin.Exec(ctx, `UPDATE deputy_reports SET text = 'x'`); !db.Violates(err, "deputy_reports_over") {
		t.Errorf("an archived report changes: %v", err)
	}
	r = h.report(h.staff, report)
	p, ok := r.ResultPaper()
	if !ok || !strings.Contains(docText(t, p), "75.0%（3/4）") {
		t.Error("the result sheet does not tell the result")
	}
	x = h.session(id)
	if text := docText(t, x.Notice(h.now)); !strings.Contains(text, "陈𠮷") || !strings.Contains(text, "无记名测评") {
		t.Errorf("notice: %s", text)
	}
}

// Once a term each; who did not report may in another session.
func TestOnceATerm(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	chen, zhou := h.deputy("陈某"), h.deputy("周某")
	n := h.new(chen.DeputyID, zhou.DeputyID)
	id := h.plan(n)
	if again := h.plan(n); again != id {
		t.Error("a form sent twice makes two sessions")
	}
	_, err := h.s.Plan(ctx, h.staff, 0, h.new(chen.DeputyID))
	h.complains(err, "deputies")
	_, err = h.s.Plan(ctx, h.staff, 0, h.new())
	h.complains(err, "deputies")
	owing, err := h.s.Owing(ctx, h.staff, 0)
	h.must(err)
	if len(owing) != 2 || owing[0].PlannedOn == nil || owing[0].DueOn.Format(time.DateOnly) != "2024-12-01" {
		t.Errorf("owing = %+v", owing)
	}
	h.complains(h.s.Cancel(ctx, h.staff, h.at(id), ""), "why")
	h.must(h.s.Cancel(ctx, h.staff, h.at(id), "台风"))
	other := h.plan(h.new(chen.DeputyID))
	_, reports := h.opened(3, zhou.DeputyID)
	h.complains(h.s.Miss(ctx, h.staff, h.of(reports[0]), ""), "why")
	h.must(h.s.Miss(ctx, h.staff, h.of(reports[0]), "生病住院"))
	h.plan(h.new(zhou.DeputyID))
	if list, err := h.s.Candidates(ctx, h.staff); err != nil || len(list) != 0 {
		t.Errorf("candidates = %+v, %v", list, err)
	}
	if h.session(other).Reports[0].State != reportback.Due {
		t.Error("the other session is not planned")
	}
}

func TestOtherStreet(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	chen := h.deputy("陈某")
	id, reports := h.opened(3, chen.DeputyID)
	h.must(h.s.Write(ctx, h.staff, h.of(reports[0]), "报告"))
	colleague := h.deputy("周某")
	if _, err := h.s.Report(ctx, colleague, reports[0]); !errors.Is(err, fault.NotFound) {
		t.Errorf("a colleague reads what is not published: %v", err)
	}
	for _, role := range []access.Role{access.Staff, access.Director, access.Deputy} {
		other := h.Other(role)
		if _, err := h.s.Session(ctx, other, id); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of another street reads the session: %v", role, err)
		}
		if _, err := h.s.Report(ctx, other, reports[0]); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of another street reads the report: %v", role, err)
		}
		if l, err := h.s.Reports(ctx, other, reportback.Filter{Limit: 10}); err != nil || l.Count != 0 || len(l.Lines) != 0 {
			t.Errorf("%s of another street lists %+v, %v", role, l, err)
		}
	}
	if _, err := h.s.PublicReport(ctx, reports[0]); !errors.Is(err, fault.NotFound) {
		t.Errorf("residents read what is not published: %v", err)
	}
	// What the code refuses, the database does, too.
	err := h.db.Write(ctx, chen, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `UPDATE deputy_reports SET state = 'spoken', spoken_at = now() WHERE id = @id`, db.Args{"id": reports[0]})
		return err
	})
	if !db.Refused(err) {
		t.Errorf("a deputy does the office's part: %v", err)
	}
	h.must(h.s.Speak(ctx, h.staff, h.of(reports[0])))
	h.must(h.s.Rate(ctx, h.staff, h.of(reports[0])))
	h.rated(reports[0], "satisfied", "satisfied", "dissatisfied")
	h.must(h.s.Publish(ctx, h.staff, h.of(reports[0])))
	p, err := h.s.PublicReport(ctx, reports[0])
	if err != nil || p.Name != "陈某" || p.Text != "报告" || len(p.Ratings) != 4 || p.Ratings[0].Votes != 2 {
		t.Errorf("residents read %+v, %v", p, err)
	}
	if list, _, err := h.s.PublicReports(ctx, h.Street, db.Cursor{}, 10); err != nil || len(list) != 1 {
		t.Errorf("residents list %+v, %v", list, err)
	}
	if r := h.report(colleague, reports[0]); len(r.Remarks) != 0 || r.Satisfied != 2 {
		t.Errorf("a colleague reads %+v", r)
	}
}

// The table of moves leads from every state somewhere, and each move has a verb.
func TestProcedures(t *testing.T) {
	for _, table := range []*procedure.Table{&reportback.Sessions, &reportback.Procedure} {
		for _, s := range table.States {
			out := 0
			for _, m := range table.Moves {
				if table.Allows(m.Name, s.State) && len(m.To) > 0 {
					out++
				}
			}
			if s.Ended == (out > 0) {
				t.Errorf("%s of %s has %d ways out", s.Name, table.Title, out)
			}
		}
	}
}

// docText is what a paper says.
func docText(t *testing.T, p document.Paper) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.WriteDocx(&b); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	x, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(x), "")
}
