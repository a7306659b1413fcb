package mandate

import (
	"context"
	"maps"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/institution"
)

const kindAct = "mandate_act"

// RecordAct records an act of supervision of the actor's street that has no room
// of its own yet. A past act may be recorded later; the day decides what covers it.
// It returns *Uncovered where nothing does.
func (s *Store) RecordAct(ctx context.Context, actor access.Actor, a Act) (id int64, err error) {
	defer fault.Wrap(&err, "record act of supervision")
	if !actor.May(access.RecordAct) {
		return 0, fault.Forbidden
	}
	a.StreetID, a.At, a.Kind = actor.StreetID, s.now(), "record"
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		if id, err = Require(ctx, tx, actor, a); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, a.StreetID, kindAct, id, "begin", done{title: "登记监督活动", detail: map[string]any{"measure": a.Measure, "on": calendar.ISO(a.On)}})
	})
	return id, err
}

// ActLine is one act of supervision.
type ActLine struct {
	ID           int64
	StreetID     int64
	Street       string
	MandateID    int64
	Mandate      string
	Number       string
	No           int
	Subject      string
	Measure      string
	Object       string
	Title        string
	Kind         string // the room whose record it is; record: it was only recorded here
	SubjectID    int64  // that record, or 0: of a meeting for those who may see it
	ActOn        time.Time
	CompletedOn  *time.Time
	Result       string
	Beyond       bool // 超授权期限
	CancelledOn  *time.Time
	CancelledWhy string
	ReportState  string // of the report that holds it; "" where none does
	Creator      string
	Version      int
}

const selectAct = `
	SELECT a.id, a.street_id, t.name AS street, a.mandate_id, d.title AS mandate, d.number, x.no, a.subject, a.measure, a.object, a.title, a.kind,
	       CASE WHEN a.kind = 'meeting' AND NOT EXISTS (SELECT FROM meetings m WHERE m.street_id = a.street_id AND m.id = a.subject_id) THEN 0 ELSE a.subject_id END AS subject_id, a.act_on,
	       a.completed_on, a.result, a.beyond, a.cancelled_on, a.cancelled_why, coalesce(r.state, '') AS report_state, a.creator, a.version` + fromAct

const fromAct = `
	FROM mandate_acts a
	JOIN streets t ON t.id = a.street_id
	JOIN mandates d ON d.id = a.mandate_id
	JOIN mandate_matters x ON x.id = a.matter_id
	LEFT JOIN mandate_reports r ON r.street_id = a.street_id AND r.id = a.report_id`

// Done reports whether the act has taken place.
func (a *ActLine) Done() bool { return a.CompletedOn != nil }

// Over reports whether nothing happens to the act any more.
func (a *ActLine) Over() bool { return a.CompletedOn != nil || a.CancelledOn != nil }

// ActFilter narrows a list of acts.
type ActFilter struct {
	StreetID int64
	Measure  string
	Subject  string
	From, To time.Time
	State    string // done, open, beyond, unreported or cancelled
	Text     string
	After    db.Cursor
	Limit    int
}

// ActStates are the states that acts are looked for by.
var ActStates = []choice.Term{{Key: "open", Name: "进行中"}, {Key: "done", Name: "已完成"}, {Key: "unreported", Name: "未报告"}, {Key: "beyond", Name: "超授权期限"}, {Key: "cancelled", Name: "已取消"}}

var actStates = map[string]string{
	"open": "a.completed_on IS NULL AND a.cancelled_on IS NULL", "done": "a.completed_on IS NOT NULL", "beyond": "a.beyond",
	"unreported": "a.cancelled_on IS NULL AND coalesce(r.state, '') <> 'accepted'", "cancelled": "a.cancelled_on IS NOT NULL",
	"held": "a.cancelled_on IS NULL",
}

// Acts lists acts of supervision, the newest day first, and the cursor of the next page.
func (s *Store) Acts(ctx context.Context, actor access.Actor, f ActFilter) (list []ActLine, count int, next db.Cursor, streets []choice.Row, err error) {
	defer fault.Wrap(&err, "list acts of supervision")
	if !actor.May(access.ViewMandates) {
		return nil, 0, next, nil, fault.Forbidden
	}
	var b strings.Builder
	args := db.Args{}
	add := func(name string, value any, sql string) {
		b.WriteString("\n  AND " + sql)
		if name != "" {
			args[name] = value
		}
	}
	if f.StreetID != 0 {
		add("street", f.StreetID, "a.street_id = @street")
	}
	if f.Measure != "" {
		add("measure", f.Measure, "a.measure = @measure")
	}
	if f.Subject != "" {
		add("subject", f.Subject, "a.subject = @subject")
	}
	if !f.From.IsZero() {
		add("from", f.From, "a.act_on >= @from")
	}
	if !f.To.IsZero() {
		add("to", f.To, "a.act_on <= @to")
	}
	if sql := actStates[f.State]; sql != "" {
		add("", nil, sql)
	}
	if f.Text != "" {
		add("text", f.Text, "(position(@text::text IN a.title) > 0 OR position(@text IN a.object) > 0)")
	}
	counted := db.Value(&count, "SELECT count(*) FROM (SELECT 1 "+fromAct+"\nWHERE true"+b.String()+") AS counted", maps.Clone(args))
	args["limit"] = f.Limit + 1
	if !f.After.IsZero() {
		add("at", calendar.On(f.After.At), "(a.act_on, a.id) < (@at, @id)")
		args["id"] = f.After.ID
	}
	err = s.db.Read(ctx, actor, counted,
		db.Many(&list, selectAct+"\nWHERE true"+b.String()+"\nORDER BY a.act_on DESC, a.id DESC\nLIMIT @limit", args),
		streetsOf(&streets, actor))
	list, next = db.Page(list, f.Limit, func(a ActLine) db.Cursor { return db.Cursor{At: a.ActOn, ID: a.ID} })
	return list, count, next, streets, err
}

func streetsOf(list *[]choice.Row, actor access.Actor) db.Query {
	return db.Many(list, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, db.Args{"city": actor.CityID})
}

// ActRecord is one act with what happened to it.
type ActRecord struct {
	ActLine
	Matter   string // its content
	Clauses  []institution.Ground
	Timeline []audit.Entry
}

// Act returns one act of supervision.
func (s *Store) Act(ctx context.Context, actor access.Actor, id int64) (r ActRecord, err error) {
	defer fault.Wrap(&err, "act of supervision %d", id)
	if !actor.May(access.ViewMandates) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	err = s.db.Read(ctx, actor,
		db.One(&r.ActLine, selectAct+` WHERE a.id = @id`, arg),
		db.Value(&r.Matter, `SELECT x.content FROM mandate_acts a JOIN mandate_matters x ON x.id = a.matter_id WHERE a.id = @id`, arg),
		institution.Under(&r.Clauses, kindAct, id),
		audit.Timeline(&r.Timeline, kindAct, id))
	return r, err
}

// Complete says that an act has taken place and what came of it. Begun under a
// live matter it may be completed after that has ended, and is flagged then.
func (s *Store) Complete(ctx context.Context, actor access.Actor, step Step, on time.Time, result string) error {
	return s.moveAct(ctx, actor, "completion", step, func(tx db.Tx, a ActLine) (done, error) {
		if on.Before(a.ActOn) || on.After(s.today()) {
			return done{}, fault.Fields{{Name: "on", Text: "完成日期要在开展日期以后、今天以前"}}
		}
		_, err := db.Exec(ctx, tx, `UPDATE mandate_acts SET completed_on = @on, result = @result, version = version + 1 WHERE street_id = @street AND id = @id`,
			db.Args{"on": on, "result": result, "street": a.StreetID, "id": a.ID})
		return done{title: "完成，" + calendar.Date(on)}, err
	})
}

// Cancel calls an act off that did not take place.
func (s *Store) Cancel(ctx context.Context, actor access.Actor, step Step, reason string) error {
	return s.moveAct(ctx, actor, "cancellation", step, func(tx db.Tx, a ActLine) (done, error) {
		return done{title: "取消", reason: reason}, cancel(ctx, tx, a.StreetID, a.ID, s.today(), reason)
	})
}

func cancel(ctx context.Context, tx db.Tx, street, id int64, on time.Time, reason string) error {
	_, err := db.Exec(ctx, tx, `UPDATE mandate_acts SET cancelled_on = @on, cancelled_why = @why, version = version + 1 WHERE street_id = @street AND id = @id`,
		db.Args{"on": on, "why": reason, "street": street, "id": id})
	return err
}

func (s *Store) moveAct(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, a ActLine) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of act %d", name, step.ID)
	if !actor.May(access.RecordAct) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var a ActLine
		err := db.Do(ctx, tx, db.One(&a, selectAct+` WHERE a.id = @id FOR UPDATE OF a`, db.Args{"id": step.ID}))
		switch {
		case err != nil:
			return err
		case a.Version != step.Version:
			return fault.Stale
		case a.Kind != "record":
			return fault.Fields{{Name: "state", Text: "请在这次活动或会议的页面办理"}}
		case a.Over():
			return fault.Fields{{Name: "state", Text: "这次活动已经完成或取消"}}
		}
		d, err := fn(tx, a)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, a.StreetID, kindAct, a.ID, name, d)
	})
}
