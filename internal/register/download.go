package register

import (
	"context"
	"io"
	"strings"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/secret"
)

// Download is a workbook that is ready to be written.
type Download struct {
	Name  string // of the file, without its end
	Write func(io.Writer) error
}

// Template returns the empty sheet of a register, with what may be chosen in a
// street; street is the actor's own where they have one.
func (s *Store) Template(ctx context.Context, actor access.Actor, register string, street int64) (d Download, err error) {
	defer fault.Wrap(&err, "template of %s", register)
	sh, street, err := s.readable(actor, register, street)
	if err != nil {
		return d, err
	}
	var lists map[string][]string
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		_, lists, err = sh.learn(ctx, tx, street)
		return err
	})
	return Download{sh.Title + "模板", func(w io.Writer) error { return sh.write(w, nil, lists, nil) }}, err
}

// Export returns the register of a street in the shape of its template, phone
// numbers masked: sent back, every row is the same. That it was exported is
// recorded.
func (s *Store) Export(ctx context.Context, actor access.Actor, register string, street int64) (d Download, err error) {
	defer fault.Wrap(&err, "export %s", register)
	sh, street, err := s.readable(actor, register, street)
	if err != nil {
		return d, err
	}
	var lists map[string][]string
	var cells [][]string
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		if _, lists, err = sh.learn(ctx, tx, street); err != nil {
			return err
		}
		rows, err := sh.Rows(ctx, tx, street, nil)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.Locked == "" {
				cells = append(cells, sh.masked(r.Cells))
			}
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: street, Kind: "ledger", Action: register + ".export", Title: "导出" + sh.Title, Detail: map[string]any{"rows": len(cells)},
		})
	})
	return Download{sh.Title, func(w io.Writer) error { return sh.write(w, cells, lists, nil) }}, err
}

func (s *Store) readable(actor access.Actor, register string, street int64) (*Sheet, int64, error) {
	sh := s.Sheet(register)
	if sh == nil {
		return nil, 0, fault.NotFound
	}
	if !actor.May(sh.View) {
		return nil, 0, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	return sh, street, nil
}

func (s *Sheet) masked(cells []string) []string {
	out := append([]string(nil), cells...)
	for i, c := range s.Columns {
		if c.sealed() && out[i] != "" {
			out[i] = secret.MaskPhone(out[i])
		}
	}
	return out
}

// numbers are the telephone numbers of a row, masked.
func (s *Sheet) numbers(cells []string) string {
	var list []string
	for i, c := range s.masked(cells) {
		if s.Columns[i].sealed() {
			list = append(list, c)
		}
	}
	return strings.Join(list, "\x1f")
}

// Corrections returns the sheet of an import with a column more that says what is
// wrong with each row: to be put right and sent again. Numbers are whole where
// the sheet had them whole, for who keeps the register.
func (s *Store) Corrections(ctx context.Context, actor access.Actor, m *Import) (d Download, err error) {
	defer fault.Wrap(&err, "corrections of import %d", m.ID)
	if !m.Keeps {
		return d, fault.Forbidden
	}
	var lists map[string][]string
	var rows []struct {
		Cells      []string
		Sealed     []byte
		Complaints []Complaint
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		if _, lists, err = m.Sheet.learn(ctx, tx, m.StreetID); err != nil {
			return err
		}
		return db.Do(ctx, tx, db.Many(&rows, `
			SELECT cells, sealed, complaints
			FROM import_rows
			WHERE street_id = @street AND import_id = @id
			ORDER BY line
			LIMIT 50000`, db.Args{"street": m.StreetID, "id": m.ID}))
	})
	if err != nil {
		return d, err
	}
	cells, extra := make([][]string, len(rows)), &extraColumn{head: complaintHead, texts: make([]string, len(rows))}
	for i, r := range rows {
		if cells[i], err = s.bare(m.Sheet, r.Cells, r.Sealed); err != nil {
			return d, err
		}
		extra.texts[i] = Words(r.Complaints)
	}
	return Download{m.Sheet.Title + "（标出错误）", func(w io.Writer) error { return m.Sheet.write(w, cells, lists, extra) }}, nil
}

// Words says what is wrong with a row: D17：任职日期不是日期。
func Words(list []Complaint) string {
	var parts []string
	for _, c := range list {
		parts = append(parts, c.Cell+"："+c.Text)
	}
	return strings.Join(parts, "\n")
}
