package reportback_test

import (
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/gathering"
	"portal/internal/reportback"
)

// day is a day of March 2026 at three.
func day(d int) time.Time { return time.Date(2026, 3, d, 15, 0, 0, 0, calendar.Zone) }

func change(d int, why string) reportback.Change {
	return reportback.Change{Place: "岗贝社区会议室", StartsAt: day(d), EndsAt: day(d).Add(2 * time.Hour), Why: why}
}

// dueOn is the day by which the report is to be written.
func (h *house) dueOn(report int64) string {
	h.Helper()
	return dbtest.Scan[string](h, h.admin, `SELECT coalesce(string_agg(due_on::text, ' '), '') FROM deadlines WHERE kind = 'deputy_report' AND subject_id = $1 AND ended_on IS NULL`, report)
}

func TestReschedule(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	chen, zhou := h.deputy("陈𠮷"), h.deputy("周䶮")
	id := h.plan(h.new(chen.DeputyID, zhou.DeputyID))
	h.complains(h.s.Reschedule(ctx, h.staff, h.at(id), change(12, "")), "held_on") // nothing changes
	h.complains(h.s.Reschedule(ctx, h.staff, h.at(id), change(1, "")), "held_on")  // has passed
	back := change(13, "")
	back.EndsAt = back.StartsAt.Add(-time.Hour)
	h.complains(h.s.Reschedule(ctx, h.staff, h.at(id), back), "ends_at")
	h.must(h.s.Reschedule(ctx, h.staff, h.at(id), change(13, "")))
	h.must(h.s.Invite(ctx, h.staff, h.at(id), reportback.Audience{Guests: []gathering.Guest{{Name: "甲"}}}))
	h.must(h.s.Notify(ctx, h.staff, h.at(id)))
	x := h.session(id)
	due, written := x.Reports[0].ID, x.Reports[1].ID
	h.must(h.s.Write(ctx, h.staff, h.of(written), "报告"))
	if got := h.dueOn(due); got != "2026-03-10" {
		t.Errorf("the report is due on %s", got)
	}
	h.complains(h.s.Reschedule(ctx, h.staff, h.at(id), change(20, "")), "why")
	h.complains(h.s.Reschedule(ctx, h.staff, h.at(id), change(5, "提前")), "held_on") // too late to tell everybody
	h.must(h.s.Reschedule(ctx, h.staff, h.at(id), change(20, "场地维修")))
	x = h.session(id)
	if x.State != reportback.Called || calendar.ISO(x.Gathering.HeldOn) != "2026-03-20" || x.Gathering.Sequence != 1 {
		t.Errorf("moved to %+v", x.Gathering)
	}
	for _, r := range x.Reports {
		if calendar.ISO(r.HeldOn) != "2026-03-20" {
			t.Errorf("the report of %s stays on %v", r.Name, r.HeldOn)
		}
	}
	if got := h.dueOn(due); got != "2026-03-17" {
		t.Errorf("the report is due on %s after the change", got)
	}
	if got := h.dueOn(written); got != "" {
		t.Errorf("a report that is written is asked for by %s", got)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM notices WHERE to_deputy = $1 AND title LIKE '请在3月17日前交述职报告%'`, x.Reports[0].DeputyID); n != 1 {
		t.Errorf("the deputy is told %d times", n)
	}
	h.now = day(20)
	h.must(h.s.Open(ctx, h.staff, h.at(id)))
	h.complains(h.s.Reschedule(ctx, h.staff, h.at(id), change(25, "停电")), "state")
}

// Who was there can be corrected until the last report of the session is archived.
func TestSeal(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id, reports := h.opened(3, h.deputy("陈某").DeputyID, h.deputy("周某").DeputyID, h.deputy("吴某").DeputyID)
	for _, r := range reports[:2] {
		h.must(h.s.Write(ctx, h.staff, h.of(r), "报告"))
		h.must(h.s.Speak(ctx, h.staff, h.of(r)))
		h.must(h.s.Rate(ctx, h.staff, h.of(r)))
		h.rated(r, "satisfied", "satisfied", "basically")
		h.must(h.s.Publish(ctx, h.staff, h.of(r)))
	}
	h.must(h.s.Archive(ctx, h.staff, h.of(reports[0])))
	h.must(h.s.Miss(ctx, h.staff, h.of(reports[2]), "住院"))
	h.must(h.s.Close(ctx, h.staff, h.at(id)))
	if h.session(id).Gathering.Sealed {
		t.Error("the list is sealed while a report waits")
	}
	h.must(h.s.Archive(ctx, h.staff, h.of(reports[1])))
	if !h.session(id).Gathering.Sealed {
		t.Error("the list can still be corrected")
	}
	// Where all are archived before the session ends, it is sealed at its end.
	id, reports = h.opened(3, h.deputy("郑某").DeputyID)
	h.must(h.s.Write(ctx, h.staff, h.of(reports[0]), "报告"))
	h.must(h.s.Speak(ctx, h.staff, h.of(reports[0])))
	h.must(h.s.Rate(ctx, h.staff, h.of(reports[0])))
	h.must(h.s.Publish(ctx, h.staff, h.of(reports[0])))
	h.must(h.s.Archive(ctx, h.staff, h.of(reports[0])))
	h.must(h.s.Close(ctx, h.staff, h.at(id)))
	if !h.session(id).Gathering.Sealed {
		t.Error("the list can still be corrected after the end")
	}
}

// What the code refuses, the database does, whoever writes past it.
func TestRulesBySQL(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	chen := h.deputy("陈某")
	id, reports := h.opened(3, chen.DeputyID)
	try := func(a access.Actor, what, constraint, sql string, args db.Args) {
		t.Helper()
		args["street"], args["id"], args["session"] = h.Street, reports[0], id
		err := h.db.Write(ctx, a, func(tx db.Tx) error {
			n, err := db.Exec(ctx, tx, sql, args)
			if err == nil && n == 0 {
				t.Logf("%s: no row", what)
			}
			return err
		})
		if err == nil || constraint != "" && !db.Violates(err, constraint) {
			t.Errorf("%s: %v, want %s", what, err, constraint)
		}
	}
	set := func(a access.Actor, what, constraint, to string) {
		t.Helper()
		try(a, what, constraint, `UPDATE deputy_reports SET `+to+` WHERE street_id = @street AND id = @id AND session_id = @session`, db.Args{})
	}
	const insert = `INSERT INTO deputy_reports (street_id, session_id, deputy_id, term, held_on, text) SELECT @street, @session, r.deputy_id, @term, r.held_on, @text FROM deputy_reports r WHERE r.id = @id`
	try(h.staff, "a report for a session that runs", "deputy_reports_begin", insert, db.Args{"term": "别届", "text": ""})
	try(h.staff, "a session that begins open", "report_sessions_begin", `
		INSERT INTO report_sessions (street_id, term, district, state, key) SELECT @street, '十七', '一', 'open', 'x' WHERE @id <> @session + 1000000`, db.Args{})
	try(h.staff, "another list", "report_sessions_fixed", `UPDATE report_sessions SET gathering_id = gathering_id + 1000 WHERE street_id = @street AND id = @session AND @id <> 0`, db.Args{})
	try(h.staff, "a session that goes back", "report_sessions_forward", `UPDATE report_sessions SET state = 'planned' WHERE street_id = @street AND id = @session AND @id <> 0`, db.Args{})
	try(h.staff, "an end before all are heard", "report_sessions_all_heard", `UPDATE report_sessions SET state = 'closed' WHERE street_id = @street AND id = @session AND @id <> 0`, db.Args{})
	set(h.staff, "a speech without a text", "deputy_reports_in_order", `state = 'written'`)
	set(h.staff, "a step that is none", "deputy_reports_forward", `state = 'spoken', spoken_at = now(), text = 'x', written_at = now()`)
	set(chen, "a deputy moves the day", "", `state = 'written', text = 'x', written_at = now(), held_on = held_on + 1`)
	h.must(h.s.Write(ctx, h.staff, h.of(reports[0]), "报告"))
	h.must(h.s.Speak(ctx, h.staff, h.of(reports[0])))
	set(h.staff, "another text", "deputy_reports_fixed", `text = 'x'`)
	set(h.staff, "another day", "deputy_reports_fixed", `held_on = held_on + 1`)
	set(h.staff, "another deputy", "deputy_reports_fixed", `deputy_id = deputy_id + 1`)
	h.must(h.s.Rate(ctx, h.staff, h.of(reports[0])))
	set(h.staff, "a result while people rate", "deputy_reports_rated", `state = 'published', published_at = now()`)
	h.rated(reports[0], "satisfied", "satisfied", "basically")
	h.must(h.s.Publish(ctx, h.staff, h.of(reports[0])))
	set(h.staff, "another result", "deputy_reports_fixed", `published_at = now() + interval '1 day'`)
	h.must(h.s.Note(ctx, h.staff, h.of(reports[0]), reportback.Remark{Text: "多走走"}))
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM notices WHERE to_deputy = $1 AND title LIKE '%书面反馈选民对述职的意见'`, chen.DeputyID); n != 1 {
		t.Errorf("the deputy is told %d times of the opinion", n)
	}
	set(h.staff, "an archive with an open opinion", "deputy_reports_answered", `state = 'archived', archived_at = now()`)
	remark := func(a access.Actor, what, constraint, to string) {
		t.Helper()
		try(a, what, constraint, `UPDATE report_remarks SET `+to+` WHERE street_id = @street AND report_id = @id AND @session <> 0`, db.Args{})
	}
	remark(chen, "another opinion", "report_remarks_fixed", `text = '很好'`)
	h.must(h.s.Answer(ctx, chen, h.of(reports[0]), h.report(chen, reports[0]).Remarks[0].ID, "好的"))
	remark(chen, "another answer", "report_remarks_fixed", `answer = '改一改'`)
	h.must(h.s.Archive(ctx, h.staff, h.of(reports[0])))
	try(h.staff, "a remark after the archive", "report_remarks_over", `
		INSERT INTO report_remarks (street_id, report_id, kind, text) SELECT @street, @id, 'opinion', '晚了' WHERE @session <> 0`, db.Args{})
	h.must(h.s.Close(ctx, h.staff, h.at(id)))
	try(h.staff, "a session that is over", "report_sessions_over", `UPDATE report_sessions SET district = 'x' WHERE street_id = @street AND id = @session AND @id <> 0`, db.Args{})
	// Who is not the reporting deputy answers nothing and writes nothing.
	zhou := h.deputy("周某")
	_, later := h.opened(3, zhou.DeputyID)
	h.must(h.db.Write(ctx, chen, func(tx db.Tx) error {
		n, err := db.Exec(ctx, tx, `UPDATE deputy_reports SET text = 'x', state = 'written', written_at = now() WHERE id = @id`, db.Args{"id": later[0]})
		if n != 0 {
			t.Error("a deputy writes another's report")
		}
		return err
	}))
}
