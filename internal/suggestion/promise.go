package suggestion

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
)

// promise enters what a B reply promises in the ledger, with its clock.
func (s *Store) promise(ctx context.Context, tx db.Tx, o locked, reply int64, a Answer) error {
	_, err := db.Exec(ctx, tx, `
		INSERT INTO suggestion_promises (street_id, suggestion_id, reply_id, unit_id, text, made_on, first_due_on, due_on)
		VALUES (@street, @id, @reply, @unit, @text, @today, @due, @due)`, db.Args{
		"street": o.StreetID, "id": o.ID, "reply": reply, "unit": o.LeadUnitID, "text": a.Promise, "today": s.today(), "due": a.DueOn,
	})
	if err != nil {
		return err
	}
	return deadline.StartOn(ctx, tx, deadline.New{
		StreetID: o.StreetID, Kind: "suggestion", SubjectID: o.ID, Name: "promise", Label: clocks["promise"], From: s.now(), Basis: "答复中承诺的日期",
	}, a.DueOn)
}

// replacePromise ends the promise of the first reply when the second comes.
func (s *Store) replacePromise(ctx context.Context, tx db.Tx, o locked) error {
	n, err := db.Exec(ctx, tx, `
		UPDATE suggestion_promises
		SET state = 'replaced', ended_on = @today
		WHERE street_id = @street AND suggestion_id = @id AND state = 'open'`, db.Args{"today": s.today(), "street": o.StreetID, "id": o.ID})
	if err != nil || n == 0 {
		return err
	}
	return s.end(ctx, tx, o, "promise")
}

// openPromise is the promise that a suggestion still has to keep.
type openPromise struct {
	ID    int64
	DueOn time.Time
}

func promiseOf(ctx context.Context, tx db.Tx, o locked) (p openPromise, err error) {
	err = db.Do(ctx, tx, db.Maybe(&p, `
		SELECT id, due_on
		FROM suggestion_promises
		WHERE street_id = @street AND suggestion_id = @id AND state = 'open'`, db.Args{"street": o.StreetID, "id": o.ID}))
	if err == nil && p.ID == 0 {
		err = fault.Fields{{Name: "state", Text: "没有待兑现的承诺"}}
	}
	return p, err
}

// RequestLater asks to move a promise to a later day.
func (s *Store) RequestLater(ctx context.Context, actor access.Actor, step Step, due time.Time, reason string) error {
	return s.move(ctx, actor, "promise-extension", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		p, err := promiseOf(ctx, tx, o)
		if err == nil && !(due.After(p.DueOn) && due.After(s.today())) {
			err = fault.Fields{{Name: "promised_on", Text: "新的日期要晚于今天和原来的日期"}}
		}
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO suggestion_promise_extensions (street_id, promise_id, due_from, due_to, reason, asked_at, asker)
			VALUES (@street, @promise, @from, @to, @reason, @now, @name)`, db.Args{
			"street": o.StreetID, "promise": p.ID, "from": p.DueOn, "to": due, "reason": reason, "now": s.now(), "name": actor.Name,
		})
		if err != nil {
			return done{}, err
		}
		return done{title: "申请承诺延期，由" + calendar.Date(p.DueOn) + "到" + calendar.Date(due), reason: reason}, s.tellDecider(ctx, tx, o, "申请承诺延期")
	})
}

// DecideLater consents to the later day that was asked for, or not. Only with consent
// does a promise move.
func (s *Store) DecideLater(ctx context.Context, actor access.Actor, step Step, grant bool, decision string) error {
	return s.move(ctx, actor, "promise-decision", step, func(tx db.Tx, o locked) (done, error) {
		p, err := promiseOf(ctx, tx, o)
		if err != nil {
			return done{}, err
		}
		var to []time.Time
		err = db.Do(ctx, tx, db.Values(&to, `
			UPDATE suggestion_promise_extensions
			SET granted = @grant, decided_at = @now, decider = @name, decision = @decision
			WHERE street_id = @street AND promise_id = @promise AND granted IS NULL
			RETURNING due_to`, db.Args{"grant": grant, "now": s.now(), "name": actor.Name, "decision": decision, "street": o.StreetID, "promise": p.ID}))
		if err == nil && len(to) == 0 {
			err = fault.Fields{{Name: "state", Text: "没有待决定的延期申请"}}
		}
		if err != nil {
			return done{}, err
		}
		d := done{title: "不同意承诺延期", reason: decision}
		if grant {
			d.title = "同意承诺延期，至" + calendar.Date(to[0])
			_, err := db.Exec(ctx, tx, `UPDATE suggestion_promises SET due_on = @due, woken_on = NULL WHERE street_id = @street AND id = @promise`,
				db.Args{"due": to[0], "street": o.StreetID, "promise": p.ID})
			if err != nil {
				return d, err
			}
			if err := deadline.Postpone(ctx, tx, actor, o.StreetID, "suggestion", o.ID, "promise", to[0], "交办机关同意延期："+decision, s.now()); err != nil {
				return d, err
			}
			if err := s.tellSigners(ctx, tx, o, d.title); err != nil {
				return d, err
			}
		}
		return d, s.tellUnit(ctx, tx, o, o.LeadUnitID, d.title)
	})
}

// Fulfil keeps a promise: a second reply, signed by the head of the unit, with proof.
// What was rated before is closed with that.
func (s *Store) Fulfil(ctx context.Context, actor access.Actor, step Step, a Answer) error {
	if err := s.files.Prepare(ctx, actor, actor.StreetID, "proof", a.Proof); err != nil {
		return err
	}
	return s.move(ctx, actor, "fulfilment", step, func(tx db.Tx, o locked) (done, error) {
		if err := onlyLead(actor, o); err != nil {
			return done{}, err
		}
		p, err := promiseOf(ctx, tx, o)
		if err != nil {
			return done{}, err
		}
		a.Result = "A"
		if err := a.check(o, s.today()); err != nil {
			return done{}, err
		}
		if len(a.Proof) == 0 {
			return done{}, fault.Fields{broken["suggestion_promises_kept_with_proof"]}
		}
		id, err := s.insertReply(ctx, tx, actor, o, "fulfilment", a)
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE suggestion_promises
			SET state = 'kept', ended_on = @today, kept_by = @reply
			WHERE street_id = @street AND id = @promise`, db.Args{"today": s.today(), "reply": id, "street": o.StreetID, "promise": p.ID})
		if err != nil {
			return done{}, err
		}
		if err := s.end(ctx, tx, o, "promise"); err != nil {
			return done{}, err
		}
		if err := s.tellSigners(ctx, tx, o, "承诺事项已兑现"); err != nil {
			return done{}, err
		}
		if o.State == Promised {
			err = s.set(ctx, tx, o, `state = 'closed', closed_on = @today, closed_how = '承诺事项已兑现'`, db.Args{"today": s.today()})
		}
		return done{title: "承诺已兑现，再次答复"}, err
	})
}

// wake tells everybody concerned of promises whose day has passed.
func (s *Store) wake(ctx context.Context, street int64) (n int, err error) {
	var ids []int64
	err = s.db.Read(ctx, clerk, db.Values(&ids, `
		SELECT suggestion_id
		FROM suggestion_promises
		WHERE state = 'open' AND woken_on IS NULL AND due_on < @today::date AND (@street::bigint = 0 OR street_id = @street)
		ORDER BY due_on, id
		LIMIT 500`, db.Args{"today": s.today(), "street": street}))
	for _, id := range ids {
		if err == nil {
			err = s.wakeOne(ctx, id)
			n++
		}
	}
	return n, err
}

func (s *Store) wakeOne(ctx context.Context, id int64) error {
	return s.db.Write(ctx, clerk, func(tx db.Tx) error {
		o, err := lock(ctx, tx, id)
		if err != nil {
			return err
		}
		var due []time.Time
		err = db.Do(ctx, tx, db.Values(&due, `
			UPDATE suggestion_promises
			SET woken_on = @today
			WHERE street_id = @street AND suggestion_id = @id AND state = 'open' AND woken_on IS NULL AND due_on < @today::date
			RETURNING due_on`, db.Args{"today": s.today(), "street": o.StreetID, "id": o.ID}))
		if err != nil || len(due) == 0 {
			return err
		}
		title := "承诺到期未兑现（" + calendar.MonthDay(due[0]) + "）"
		if err := s.tellUnit(ctx, tx, o, o.LeadUnitID, title); err != nil {
			return err
		}
		if err := s.tellSigners(ctx, tx, o, title); err != nil {
			return err
		}
		to := []access.Role{access.Staff, access.Director}
		if o.Class == City {
			to = append(to, access.CityDeputy)
		}
		for _, r := range to {
			if err := s.tell(ctx, tx, o, r, 0, 0, title); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, clerk, o, "wake", done{title: title, detail: map[string]any{"due": calendar.ISO(due[0])}})
	})
}

// PromiseFilter narrows the promise ledger. Zero fields do not narrow it.
type PromiseFilter struct {
	StreetID int64
	UnitID   int64
	Of       string // "suggestion" or "opinion"
	View     string // one of PromiseViews
	From, To time.Time
	Page     int // 0 is the first
	Limit    int
}

// PromiseViews are the views of the ledger.
var PromiseViews = []View{
	{"", "未兑现", "x.state = 'open'"},
	{"overdue", "已到期", "x.state = 'open' AND x.due_on < @today::date"},
	{"soon", "30 天内到期", "x.state = 'open' AND x.due_on BETWEEN @today::date AND @today::date + 30"},
	{"asked", "待决定延期", "x.state = 'open' AND x.asked"},
	{"kept", "已兑现", "x.state = 'kept'"},
	{"all", "全部", ""},
}

// PromiseLine is one promise: of a suggestion, or of a resident's opinion.
type PromiseLine struct {
	Of       string // the kind of record: suggestion, opinion
	ID       int64  // of the record
	StreetID int64
	Number   string
	Title    string
	Text     string // what is promised; of an opinion its answer
	Street   string
	Unit     string
	MadeOn   *time.Time
	FirstDue time.Time
	DueOn    time.Time
	State    string // open, kept or replaced
	EndedOn  *time.Time
	Asked    bool // a later day was asked for and is not decided
}

// allPromises are the promises of both rooms in one form.
const allPromises = `
	SELECT 'suggestion' AS of, s.id, p.street_id, s.number, s.title, p.text, p.unit_id, p.made_on, p.first_due_on AS first_due, p.due_on, p.state, p.ended_on,
	       EXISTS (SELECT FROM suggestion_promise_extensions e WHERE e.street_id = p.street_id AND e.promise_id = p.id AND e.granted IS NULL AND p.state = 'open') AS asked
	FROM suggestion_promises p
	JOIN suggestions s ON s.street_id = p.street_id AND s.id = p.suggestion_id
	UNION ALL
	SELECT 'opinion', o.id, o.street_id, o.number, left(o.text, 60), left(o.answer, 200), o.lead_unit_id, NULL::date, o.promised_on, o.promised_on,
	       CASE WHEN o.state = 'promised' THEN 'open' ELSE 'kept' END, o.told_on, false
	FROM opinions o
	WHERE o.promised_on IS NOT NULL AND o.state IN ('promised', 'to_feedback', 'to_rate', 'closed')`

// PromiseListing is a page of the promise ledger.
type PromiseListing struct {
	Lines    []PromiseLine
	More     bool
	Count    int // up to CountCap
	Choices  Choices
	Calendar *calendar.Calendar
}

// Promises reads the promise ledger, the nearest day first: what suggestions and
// opinions promise, as far as the actor sees them.
func (s *Store) Promises(ctx context.Context, actor access.Actor, f PromiseFilter) (l PromiseListing, err error) {
	defer fault.Wrap(&err, "list promises")
	if !actor.May(access.ViewSuggestions) {
		return l, fault.Forbidden
	}
	if l.Calendar, err = s.Calendar(ctx, actor); err != nil {
		return l, err
	}
	where, args := f.where(s.today())
	counted := db.Args{}
	for k, v := range args {
		counted[k] = v
	}
	args["skip"] = f.Page * f.Limit
	err = s.db.Read(ctx, actor, append(l.Choices.filters(actor),
		db.Many(&l.Lines, `
			SELECT x.of, x.id, x.street_id, x.number, x.title, x.text, t.name AS street,
			       coalesce((SELECT u.name FROM units u WHERE u.street_id = x.street_id AND u.id = x.unit_id), '') AS unit,
			       x.made_on, x.first_due, x.due_on, x.state, x.ended_on, x.asked
			FROM (`+allPromises+`) AS x
			JOIN streets t ON t.id = x.street_id`+where+`
			ORDER BY x.due_on, x.of, x.id
			OFFSET @skip
			LIMIT `+itoa(f.Limit+1), args),
		db.Value(&l.Count, `SELECT count(*) FROM (SELECT FROM (`+allPromises+`) AS x`+where+` LIMIT `+itoa(CountCap)+`) AS capped`, counted))...)
	if len(l.Lines) > f.Limit {
		l.Lines, l.More = l.Lines[:f.Limit], true
	}
	return l, err
}

func (f PromiseFilter) where(today time.Time) (string, db.Args) {
	sql, args := "\n\tWHERE true", db.Args{}
	add := func(on bool, name string, value any, condition string) {
		if on {
			sql += "\n\t  AND " + condition
			if name != "" {
				args[name] = value
			}
		}
	}
	add(f.StreetID != 0, "street", f.StreetID, "x.street_id = @street")
	add(f.UnitID != 0, "unit", f.UnitID, "x.unit_id = @unit")
	add(f.Of != "", "of", f.Of, "x.of = @of")
	add(!f.From.IsZero(), "from", f.From, "x.due_on >= @from")
	add(!f.To.IsZero(), "to", f.To, "x.due_on <= @to")
	for _, v := range PromiseViews {
		if v.Key == f.View && v.where != "" {
			add(true, "", nil, v.where)
			if mentionsToday(v.where) {
				args["today"] = today
			}
		}
	}
	return sql, args
}

// Late says how a promise stands today.
func (p PromiseLine) Late(today time.Time) bool { return p.State == "open" && p.DueOn.Before(today) }

// Delay says by how much an extension moved a promise, "" where it did not.
func (p PromiseLine) Delay() string {
	if p.DueOn.Equal(p.FirstDue) {
		return ""
	}
	return fmt.Sprintf("原定%s", calendar.Date(p.FirstDue))
}
