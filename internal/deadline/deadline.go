// Package deadline keeps what is to be done by when, for any record of any room,
// in working days that can explain themselves day by day.
package deadline

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// New is a deadline to start. The day of From is not counted; the first working
// day after it is working day 1, and the last one lasts until its end.
type New struct {
	StreetID  int64
	Kind      string // "opinion"
	SubjectID int64
	Name      string // "reply": one open deadline of a name a record
	Label     string // 中文: 答复
	From      time.Time
	Days      int    // working days
	Basis     string // 中文: why this many days
}

// Start starts a deadline in tx and returns the day on which it is due.
func Start(ctx context.Context, tx db.Tx, n New) (due time.Time, err error) {
	defer fault.Wrap(&err, "start deadline %s", n.Name)
	cal, err := Calendar(ctx, tx)
	if err != nil {
		return due, err
	}
	due = cal.AddWorkdays(n.From, n.Days)
	_, err = db.Exec(ctx, tx, `
		INSERT INTO deadlines (street_id, kind, subject_id, name, label, started_on, days, basis, due_on)
		VALUES (@street, @kind, @subject, @name, @label, @from, @days, @basis, @due)`,
		db.Args{
			"street": n.StreetID, "kind": n.Kind, "subject": n.SubjectID, "name": n.Name, "label": n.Label,
			"from": calendar.On(n.From), "days": n.Days, "basis": n.Basis, "due": due,
		})
	return due, err
}

// StartOn starts a deadline in tx that is due on a fixed day, which no holiday
// moves, such as a date that was promised.
func StartOn(ctx context.Context, tx db.Tx, n New, due time.Time) (err error) {
	defer fault.Wrap(&err, "start deadline %s", n.Name)
	if err := db.Do(ctx, tx, hold()); err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO deadlines (street_id, kind, subject_id, name, label, started_on, basis, due_on)
		VALUES (@street, @kind, @subject, @name, @label, @from, @basis, @due)`,
		db.Args{
			"street": n.StreetID, "kind": n.Kind, "subject": n.SubjectID, "name": n.Name, "label": n.Label,
			"from": calendar.On(n.From), "basis": n.Basis, "due": calendar.On(due),
		})
	return err
}

// End ends every open deadline of a record in tx: what was due is done.
func End(ctx context.Context, tx db.Tx, street int64, kind string, id int64, at time.Time) error {
	return end(ctx, tx, street, kind, id, "", at, "done")
}

// EndNamed ends one open deadline of a record in tx.
func EndNamed(ctx context.Context, tx db.Tx, street int64, kind string, id int64, name string, at time.Time) error {
	return end(ctx, tx, street, kind, id, name, at, "done")
}

// Drop ends every open deadline of a record in tx that no longer matters.
func Drop(ctx context.Context, tx db.Tx, street int64, kind string, id int64, at time.Time) error {
	return end(ctx, tx, street, kind, id, "", at, "dropped")
}

func end(ctx context.Context, tx db.Tx, street int64, kind string, id int64, name string, at time.Time, how string) (err error) {
	defer fault.Wrap(&err, "end deadlines of %s %d", kind, id)
	if err := db.Do(ctx, tx, hold()); err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE deadlines
		SET ended_on = @on, ended_how = @how
		WHERE street_id = @street
		  AND kind = @kind
		  AND subject_id = @id
		  AND (@name::text = '' OR name = @name)
		  AND ended_on IS NULL`,
		db.Args{"on": calendar.On(at), "how": how, "street": street, "kind": kind, "id": id, "name": name})
	return err
}

// Extend gives an open deadline more working days in tx, and records the move.
func Extend(ctx context.Context, tx db.Tx, actor access.Actor, street int64, kind string, id int64, name string, days int, why string, at time.Time) (due time.Time, err error) {
	defer fault.Wrap(&err, "extend deadline %s of %s %d", name, kind, id)
	type row struct {
		ID            int64
		StartedOn     time.Time
		Days, Already int
		DueOn         time.Time
	}
	cal, err := Calendar(ctx, tx)
	if err != nil {
		return due, err
	}
	var d row
	err = db.Do(ctx, tx, db.One(&d, `
		SELECT id, started_on, days, extended_days AS already, due_on
		FROM deadlines
		WHERE street_id = @street AND kind = @kind AND subject_id = @id AND name = @name
		  AND ended_on IS NULL AND days IS NOT NULL
		FOR UPDATE`, db.Args{"street": street, "kind": kind, "id": id, "name": name}))
	if err != nil {
		return due, err
	}
	due = cal.AddWorkdays(d.StartedOn, d.Days+d.Already+days)
	var b db.Batch
	b.Add(`
		UPDATE deadlines
		SET due_on = @due, extended_days = extended_days + @days
		WHERE street_id = @street AND id = @id`,
		db.Args{"due": due, "days": days, "street": street, "id": d.ID})
	b.Add(recordMove, db.Args{
		"street": street, "id": d.ID, "at": at, "cause": "extension", "from": d.DueOn, "to": due, "why": why,
		"user": actor.UserID, "name": actor.Name,
	})
	return due, b.Run(ctx, tx)
}

// Postpone moves an open deadline of a fixed day to a later one in tx, and records
// the move and why. It returns fault.NotFound where there is none.
func Postpone(ctx context.Context, tx db.Tx, actor access.Actor, street int64, kind string, id int64, name string, due time.Time, why string, at time.Time) (err error) {
	defer fault.Wrap(&err, "postpone deadline %s of %s %d", name, kind, id)
	if err := db.Do(ctx, tx, hold()); err != nil {
		return err
	}
	var d struct {
		ID    int64
		DueOn time.Time
	}
	err = db.Do(ctx, tx, db.One(&d, `
		SELECT id, due_on
		FROM deadlines
		WHERE street_id = @street AND kind = @kind AND subject_id = @id AND name = @name
		  AND ended_on IS NULL AND days IS NULL
		FOR UPDATE`, db.Args{"street": street, "kind": kind, "id": id, "name": name}))
	if err != nil {
		return err
	}
	var b db.Batch
	b.Add(`UPDATE deadlines SET due_on = @due WHERE street_id = @street AND id = @id`, db.Args{"due": calendar.On(due), "street": street, "id": d.ID})
	b.Add(recordMove, db.Args{
		"street": street, "id": d.ID, "at": at, "cause": "extension", "from": d.DueOn, "to": calendar.On(due), "why": why,
		"user": actor.UserID, "name": actor.Name,
	})
	return b.Run(ctx, tx)
}

const recordMove = `
	INSERT INTO deadline_moves (street_id, deadline_id, at, cause, due_from, due_to, why, user_id, user_name)
	VALUES (@street, @id, @at, @cause, @from, @to, @why, @user, @name)`
