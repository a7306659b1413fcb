package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// chunk is how many rows of a register change in one transaction; page is how
// many rows of a sheet are kept in one; every survey rows the tables are measured.
const (
	chunk  = 50
	page   = 500
	survey = 100
)

// begin works on an import in the background, as who asked for it. An error is
// logged; the import then stands still and can be resumed.
func (s *Store) begin(actor access.Actor, street, id int64) {
	s.working.Go(func() {
		ctx := context.Background()
		if err := s.await(ctx, actor, street, id); err != nil {
			s.log.Error("wait for an import's turn", "import", id, "err", err)
			return
		}
		defer func() { <-s.turn }()
		defer func() {
			if v := recover(); v != nil {
				s.log.Error("panic in import", "import", id, "value", v)
			}
		}()
		if err := s.work(ctx, actor, id); err != nil {
			s.log.Error("work on import", "import", id, "err", err)
		}
	})
}

// await waits for the turn and meanwhile tells that the import is not forgotten.
func (s *Store) await(ctx context.Context, actor access.Actor, street, id int64) error {
	for {
		select {
		case s.turn <- struct{}{}:
			return nil
		case <-time.After(10 * time.Second):
			err := s.db.Write(ctx, actor, func(tx db.Tx) error { return s.beat(ctx, tx, street, id, 0) })
			if err != nil {
				return err
			}
		}
	}
}

func (s *Store) beat(ctx context.Context, tx db.Tx, street, id int64, more int) error {
	_, err := db.Exec(ctx, tx, `UPDATE imports SET beat_at = @now, done = done + @more WHERE street_id = @street AND id = @id`,
		db.Args{"street": street, "id": id, "now": s.now(), "more": more})
	return err
}

func (s *Store) work(ctx context.Context, actor access.Actor, id int64) (err error) {
	var h head
	err = s.db.Read(ctx, actor, db.One(&h, `
		SELECT street_id, register, state, version, beat_at, confirmed_at, file_name, total, done
		FROM imports
		WHERE id = @id`, db.Args{"id": id}))
	if err != nil {
		return err
	}
	j := &job{s: s, actor: actor, street: h.StreetID, id: id, sheet: s.Sheet(h.Register)}
	if j.sheet == nil {
		return fmt.Errorf("no register %s", h.Register)
	}
	switch h.State {
	case Reading:
		return j.read(ctx)
	case Applying:
		return j.apply(ctx)
	case Undoing:
		return j.undo(ctx)
	}
	return nil
}

// job is work on one import.
type job struct {
	s      *Store
	actor  access.Actor
	street int64
	id     int64
	sheet  *Sheet
	names  names
	there  map[string]bool // natural keys of the register, as applying begins
}

func (j *job) write(ctx context.Context, fn func(db.Tx) error) error {
	return j.s.db.Write(ctx, j.actor, fn)
}

// read reads the sheet, compares it with the register and keeps the preview.
func (j *job) read(ctx context.Context) error {
	var sealed []byte
	if err := j.s.db.Read(ctx, j.actor, db.Value(&sealed, `SELECT file_sealed FROM imports WHERE id = @id`, db.Args{"id": j.id})); err != nil {
		return err
	}
	file, err := j.s.keys.Open(sealed, sealedFile)
	if err != nil {
		return err
	}
	var rows []Row
	var rules func(Record) fault.Fields
	err = j.write(ctx, func(tx db.Tx) error {
		if j.names, _, err = j.sheet.learn(ctx, tx, j.street); err != nil {
			return err
		}
		if j.sheet.Rules != nil {
			if rules, err = j.sheet.Rules(ctx, tx, j.street); err != nil {
				return err
			}
		}
		rows, err = j.sheet.Rows(ctx, tx, j.street, nil)
		return err
	})
	if err != nil {
		return err
	}
	c := newComparer(j.sheet, j.names, rows, j.s.now())
	c.rules, c.actor = rules, j.actor
	list, remark, err := c.readSheet([]byte(file))
	var why Unreadable
	if errors.As(err, &why) {
		return j.fail(ctx, string(why))
	}
	if err != nil {
		return err
	}
	return j.keep(ctx, list, remark)
}

// readSheet reads a workbook and compares its rows with those of the register.
func (c *comparer) readSheet(file []byte) (list []read, remark string, err error) {
	sh := c.sheet
	w, err := open(file, sh.Title)
	if err != nil {
		return nil, "", err
	}
	c.epoch = w.epoch
	headed, picked := false, make([]cell, len(sh.Columns))
	err = w.lines(func(l line) (err error) {
		if !headed {
			headed = true
			if l.number != 1 {
				return Unreadable("第一行是空的。表头要在第一行，请用下载的模板填写")
			}
			c.layout, err = sh.layout(l.cells)
			return err
		}
		c.layout.pick(l.cells, picked)
		if blank(picked) {
			return nil
		}
		if len(list) == MaxRows {
			return Unreadable(fmt.Sprintf("一次最多导入 %d 行，请分成几个表格", MaxRows))
		}
		list = append(list, c.compare(l.number, picked))
		return nil
	})
	switch {
	case err != nil:
		return nil, "", err
	case len(list) == 0:
		return nil, "", Unreadable("表头下面没有内容。请从第二行起填写，每条记录一行")
	}
	inMerged(list, mergedLines(w.merged))
	return list, c.layout.remark(w, sh), nil
}

// inMerged complains about rows that are part of merged cells, which only stand
// at the end of a sheet.
func inMerged(list []read, merged map[int]string) {
	for i := range list {
		if ref := merged[list[i].line]; ref != "" {
			list[i].kind = Error
			list[i].complaints = append(list[i].complaints, Complaint{ref, "", "请取消合并单元格 " + ref + "，每一行都填上内容"})
		}
	}
}

func (j *job) fail(ctx context.Context, why string) error {
	return j.write(ctx, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `
			UPDATE imports SET state = 'unreadable', failure = @why, file_sealed = NULL, version = version + 1
			WHERE street_id = @street AND id = @id AND state = 'reading'`, db.Args{"street": j.street, "id": j.id, "why": why})
		if err != nil {
			return err
		}
		return j.s.record(ctx, tx, j.actor, j.street, j.id, "import.fail", "表格读不出来", why, nil)
	})
}

// keep keeps the rows of the preview. Those of a reading that was interrupted go
// first.
func (j *job) keep(ctx context.Context, list []read, remark string) error {
	err := j.write(ctx, func(tx db.Tx) error {
		var b db.Batch
		b.Add(`DELETE FROM import_rows WHERE street_id = @street AND import_id = @id`, db.Args{"street": j.street, "id": j.id})
		b.Add(`UPDATE imports SET total = @total, done = 0, beat_at = @now WHERE street_id = @street AND id = @id`,
			db.Args{"street": j.street, "id": j.id, "total": len(list), "now": j.s.now()})
		return b.Run(ctx, tx)
	})
	for len(list) > 0 && err == nil {
		n := min(page, len(list))
		err = j.write(ctx, func(tx db.Tx) error {
			h, err := lock(ctx, tx, j.id)
			if err == nil && h.State != Reading {
				err = fault.Stale // given up meanwhile
			}
			if err == nil {
				err = j.insert(ctx, tx, list[:n])
			}
			if err == nil {
				err = j.s.beat(ctx, tx, j.street, j.id, n)
			}
			return err
		})
		list = list[n:]
	}
	if errors.Is(err, fault.Stale) {
		return nil
	}
	if err != nil {
		return err
	}
	return j.write(ctx, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `
			UPDATE imports SET state = 'preview', file_sealed = NULL, remark = @remark, version = version + 1
			WHERE street_id = @street AND id = @id AND state = 'reading'`, db.Args{"street": j.street, "id": j.id, "remark": remark})
		return err
	})
}

func (j *job) insert(ctx context.Context, tx db.Tx, list []read) error {
	var b db.Batch
	for _, r := range list {
		args := db.Args{"street": j.street, "id": j.id, "line": r.line, "kind": r.kind, "complaints": complaints(r.complaints)}
		args["cells"], args["sealed"] = j.s.hide(j.sheet, r.record.Cells)
		args["subject"], args["version"], args["before"], args["before_sealed"] = (*int64)(nil), (*int)(nil), []string(nil), []byte(nil)
		if r.kind == Changed {
			args["subject"], args["version"] = &r.subject.ID, &r.subject.Version
			args["before"], args["before_sealed"] = j.s.hide(j.sheet, r.subject.Cells)
		}
		b.Add(`
			INSERT INTO import_rows (street_id, import_id, line, kind, cells, sealed, complaints, subject_id, version, before, before_sealed)
			VALUES (@street, @id, @line, @kind, @cells, @sealed, @complaints, @subject, @version, @before, @before_sealed)`, args)
	}
	return b.Run(ctx, tx)
}

// complaints writes what is wrong as JSON, never null.
func complaints(list []Complaint) []Complaint {
	if list == nil {
		return []Complaint{}
	}
	return list
}
