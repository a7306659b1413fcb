package register

import (
	"context"
	"errors"
	"fmt"

	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// kept is a row of an import as work takes it up.
type kept struct {
	Line         int
	Kind         string
	Cells        []string
	Sealed       []byte
	Before       []string
	BeforeSealed []byte
	SubjectID    *int64
	Version      *int
}

// done is what became of a row.
type done struct {
	line    int
	outcome string
	note    string
	subject *int64
	version *int
}

// apply writes the new and changed rows into the register, a few in each
// transaction, until none is left.
func (j *job) apply(ctx context.Context) error {
	err := j.write(ctx, func(tx db.Tx) (err error) {
		if j.names, _, err = j.sheet.learn(ctx, tx, j.street); err != nil {
			return err
		}
		rows, err := j.sheet.Rows(ctx, tx, j.street, nil)
		j.there = make(map[string]bool, len(rows))
		for _, r := range rows {
			j.there[j.sheet.natural(j.sheet.tidy(r.Cells, j.names))] = true
		}
		return err
	})
	if err == nil {
		err = j.all(ctx, Applying, "outcome = '' AND kind IN ('new', 'changed')", "line", j.applyRows)
	}
	if err != nil {
		return err
	}
	return j.finish(ctx, "applying", "applied", "导入完成")
}

// undo takes the applied rows back, the last ones first.
func (j *job) undo(ctx context.Context) error {
	err := j.write(ctx, func(tx db.Tx) (err error) {
		j.names, _, err = j.sheet.learn(ctx, tx, j.street)
		return err
	})
	if err == nil {
		err = j.all(ctx, Undoing, "outcome = 'applied'", "line DESC", j.undoRows)
	}
	if err != nil {
		return err
	}
	return j.finish(ctx, "undoing", "undone", "撤销完成")
}

// taking works on some rows of an import in tx and says what became of each.
type taking func(ctx context.Context, tx db.Tx, rows []kept) ([]done, error)

// all takes the rows that where finds in chunks. A chunk that fails is taken
// again row by row, so that a row that the database refuses costs no other.
// PostgreSQL learns now and then how large the tables have become.
func (j *job) all(ctx context.Context, state procedure.State, where, order string, fn taking) error {
	alone := 0 // how many rows are still to be taken one by one
	for taken, known := 0, -survey; ; {
		if taken-known >= survey {
			j.measure(ctx)
			known = taken
		}
		size := chunk
		if alone > 0 {
			size = 1
		}
		rows, err := j.some(ctx, state, where, order, size, fn)
		switch {
		case err == nil && len(rows) == 0:
			return nil
		case err == nil:
			alone = max(0, alone-len(rows))
			taken += len(rows)
		case len(rows) == 0 || db.Unavailable(err):
			return err
		case size > 1:
			alone = len(rows)
		default:
			if err := j.leave(ctx, rows[0], state, err); err != nil {
				return err
			}
			alone--
		}
	}
}

// measure lets PostgreSQL measure what has grown, without which it goes on with
// plans for tables that were empty. Work goes on without it, only slower.
func (j *job) measure(ctx context.Context) {
	err := j.write(ctx, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `SELECT app.catch_up_statistics()`, db.Args{})
		return err
	})
	if err != nil {
		j.s.log.Warn("measure tables during an import", "import", j.id, "err", err)
	}
}

// some takes the next rows in one transaction with what became of them. It
// returns no rows when none is left or the import has moved on.
func (j *job) some(ctx context.Context, state procedure.State, where, order string, size int, fn taking) (rows []kept, err error) {
	err = j.write(ctx, func(tx db.Tx) error {
		h, err := lock(ctx, tx, j.id)
		if err != nil || h.State != state {
			return err
		}
		err = db.Do(ctx, tx, db.Many(&rows, `
			SELECT line, kind, cells, sealed, before, before_sealed, subject_id, version
			FROM import_rows
			WHERE street_id = @street AND import_id = @id AND `+where+`
			ORDER BY `+order+`
			LIMIT @size`, db.Args{"street": j.street, "id": j.id, "size": size}))
		if err != nil || len(rows) == 0 {
			return err
		}
		list, err := fn(ctx, tx, rows)
		if err != nil {
			return err
		}
		return j.put(ctx, tx, list)
	})
	return rows, err
}

// put notes what became of rows.
func (j *job) put(ctx context.Context, tx db.Tx, list []done) error {
	var b db.Batch
	for _, d := range list {
		b.Add(`
			UPDATE import_rows
			SET outcome = @outcome, note = @note, subject_id = coalesce(@subject::bigint, subject_id), version = coalesce(@version::integer, version)
			WHERE street_id = @street AND import_id = @id AND line = @line`,
			db.Args{"street": j.street, "id": j.id, "line": d.line, "outcome": d.outcome, "note": d.note, "subject": d.subject, "version": d.version})
	}
	if err := b.Run(ctx, tx); err != nil {
		return err
	}
	return j.s.beat(ctx, tx, j.street, j.id, len(list))
}

// leave notes why a row was left as it is.
func (j *job) leave(ctx context.Context, r kept, state procedure.State, cause error) error {
	d := done{line: r.Line, outcome: "refused"}
	if state == Undoing {
		d.outcome = "kept"
	}
	var bad fault.Fields
	switch {
	case errors.As(cause, &bad) && len(bad) > 0:
		d.note = bad[0].Text
	case errors.Is(cause, fault.Stale):
		d.note = changedSince
	case errors.Is(cause, fault.NotFound):
		d.note = "名册里已经没有这条记录"
	case db.Referenced(cause):
		d.note = "已经有别的记录用到它，不能移除"
	default:
		d.note = "名册没有接受这一行"
		j.s.log.Warn("import left a row", "import", j.id, "line", r.Line, "err", cause)
	}
	return j.write(ctx, func(tx db.Tx) error { return j.put(ctx, tx, []done{d}) })
}

const changedSince = "这条记录后来又被修改过，没有改动它"

// applyRows writes rows into the register. What was changed since the preview it
// leaves alone.
func (j *job) applyRows(ctx context.Context, tx db.Tx, rows []kept) (list []done, err error) {
	current, err := j.current(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		d := done{line: r.Line, outcome: "applied"}
		cells, err := j.s.bare(j.sheet, r.Cells, r.Sealed)
		if err != nil {
			return nil, err
		}
		rec := Record{j.sheet, j.names, cells}
		switch {
		case r.Kind == New && j.there[j.sheet.natural(cells)]:
			d.outcome, d.note = "stale", "预览之后名册里已经登记了这条记录"
		case r.Kind == New:
			id, version, err := j.sheet.Insert(ctx, tx, j.actor, j.street, fmt.Sprintf("import-%d-%d", j.id, r.Line), rec)
			if err != nil {
				return nil, err
			}
			d.subject, d.version = &id, &version
		case current[*r.SubjectID].Version != *r.Version || current[*r.SubjectID].Locked != "":
			d.outcome, d.note = "stale", "预览之后被别人改过，没有覆盖"
		default:
			version, err := j.sheet.Change(ctx, tx, j.actor, j.street, *r.SubjectID, *r.Version, rec)
			if err != nil {
				return nil, err
			}
			d.version = &version
		}
		list = append(list, d)
	}
	return list, nil
}

// current reads, and locks, the rows of the register that rows are about.
func (j *job) current(ctx context.Context, tx db.Tx, rows []kept) (map[int64]Row, error) {
	ids := []int64{}
	for _, r := range rows {
		if r.SubjectID != nil {
			ids = append(ids, *r.SubjectID)
		}
	}
	found := map[int64]Row{}
	if len(ids) == 0 {
		return found, nil
	}
	list, err := j.sheet.Rows(ctx, tx, j.street, ids)
	for _, r := range list {
		found[r.ID] = r
	}
	return found, err
}

// undoRows takes rows back.
func (j *job) undoRows(ctx context.Context, tx db.Tx, rows []kept) (list []done, err error) {
	current, err := j.current(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		d := done{line: r.Line, outcome: "undone"}
		switch now, there := current[*r.SubjectID]; {
		case !there:
			d.outcome, d.note = "kept", "名册里已经没有这条记录"
		case now.Locked != "":
			d.outcome, d.note = "kept", now.Locked
		case now.Version != *r.Version:
			d.outcome, d.note = "kept", changedSince
		case r.Kind == New:
			err = j.sheet.Remove(ctx, tx, j.actor, j.street, *r.SubjectID, *r.Version)
		default:
			err = j.restore(ctx, tx, r, &d)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

func (j *job) restore(ctx context.Context, tx db.Tx, r kept, d *done) error {
	cells, err := j.s.bare(j.sheet, r.Before, r.BeforeSealed)
	if err != nil {
		return err
	}
	put := j.sheet.Restore
	if put == nil {
		put = j.sheet.Change
	}
	version, err := put(ctx, tx, j.actor, j.street, *r.SubjectID, *r.Version, Record{j.sheet, j.names, cells})
	d.version = &version
	return err
}

// finish ends work that is through.
func (j *job) finish(ctx context.Context, from, to, title string) error {
	return j.write(ctx, func(tx db.Tx) error {
		var o Outcomes
		n, err := db.Exec(ctx, tx, `UPDATE imports SET state = @to, version = version + 1 WHERE street_id = @street AND id = @id AND state = @from`,
			db.Args{"street": j.street, "id": j.id, "from": from, "to": to})
		if err != nil || n == 0 {
			return err
		}
		if err := db.Do(ctx, tx, o.read(j.street, j.id)); err != nil {
			return err
		}
		return j.s.record(ctx, tx, j.actor, j.street, j.id, "import."+to, title+"："+o.words(), "", o)
	})
}
