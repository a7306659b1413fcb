// Package sheettest drives the registers of rooms by sheet, as their keepers do:
// template, import, export, undoing.
package sheettest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/register"
	"portal/internal/secret"
)

// Desk is where a keeper fills one register.
type Desk struct {
	*testing.T
	Keeper access.Actor
	Street int64 // of a keeper for the whole city
	Store  *register.Store
	sheet  *register.Sheet
	sent   int
}

// Open opens the desk of a register.
func Open(t *testing.T, d *db.DB, keys *secret.Keys, now func() time.Time, keeper access.Actor, sheet *register.Sheet) *Desk {
	s := register.NewStore(d, keys, slog.New(slog.NewTextHandler(t.Output(), nil)), now, sheet)
	t.Cleanup(s.Wait)
	return &Desk{T: t, Keeper: keeper, Store: s, sheet: sheet}
}

func (d *Desk) street() int64 { return cmp.Or(d.Keeper.StreetID, d.Street) }

// Fill writes rows into the register's own template.
func (d *Desk) Fill(rows [][]any) []byte {
	d.Helper()
	template, err := d.Store.Template(d.Context(), d.Keeper, d.sheet.Register, d.street())
	if err != nil {
		d.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(d.written(template)))
	if err != nil {
		d.Fatal(err)
	}
	defer f.Close()
	for i := range rows {
		if err := f.SetSheetRow(d.sheet.Title, fmt.Sprintf("A%d", i+2), &rows[i]); err != nil {
			d.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		d.Fatal(err)
	}
	return b.Bytes()
}

// Export is the register as it stands.
func (d *Desk) Export() []byte {
	d.Helper()
	export, err := d.Store.Export(d.Context(), d.Keeper, d.sheet.Register, d.street())
	if err != nil {
		d.Fatal(err)
	}
	return d.written(export)
}

func (d *Desk) written(w register.Download) []byte {
	d.Helper()
	var b bytes.Buffer
	if err := w.Write(&b); err != nil {
		d.Fatal(err)
	}
	return b.Bytes()
}

// Send sends a sheet, whose preview must count its rows so.
func (d *Desk) Send(content []byte, want register.Counts) register.Import {
	d.Helper()
	d.sent++
	id, err := d.Store.Send(d.Context(), d.Keeper, register.Sending{
		Key: fmt.Sprint("sheet-", d.Keeper.Role, d.sent), StreetID: d.street(), Register: d.sheet.Register, Name: "名册.xlsx", Content: content,
	})
	if err != nil {
		d.Fatal(err)
	}
	m := d.read(id)
	if m.State != register.Preview || m.Counts != want {
		d.Fatalf("import is %s with %+v %s, want %+v\n%s", m.State, m.Counts, m.Failure, want, d.Complaints(m))
	}
	return m
}

func (d *Desk) read(id int64) register.Import {
	d.Helper()
	d.Store.Wait()
	m, err := d.Store.Import(d.Context(), d.Keeper, id)
	if err != nil {
		d.Fatal(err)
	}
	return m
}

// Confirm applies an import, which must end with these outcomes.
func (d *Desk) Confirm(m register.Import, want register.Outcomes) register.Import {
	d.Helper()
	if err := d.Store.Confirm(d.Context(), d.Keeper, m.ID, m.Version); err != nil {
		d.Fatal(err)
	}
	return d.ended(m.ID, want)
}

// Undo undoes an import, which must end with these outcomes.
func (d *Desk) Undo(m register.Import, want register.Outcomes) register.Import {
	d.Helper()
	if err := d.Store.Undo(d.Context(), d.Keeper, m.ID, m.Version, "表格发错了"); err != nil {
		d.Fatal(err)
	}
	return d.ended(m.ID, want)
}

func (d *Desk) ended(id int64, want register.Outcomes) register.Import {
	d.Helper()
	m := d.read(id)
	if m.Outcomes != want {
		d.Fatalf("import ended %s with %+v, want %+v\n%s", m.State, m.Outcomes, want, d.Notes(m))
	}
	return m
}

// Complaints says what is wrong with a sheet, a line a row.
func (d *Desk) Complaints(m register.Import) string {
	d.Helper()
	var b strings.Builder
	for _, r := range d.rows(m) {
		if r.Kind == register.Error {
			b.WriteString(register.Words(r.Complaints) + "\n")
		}
	}
	return b.String()
}

// Notes says what became of the rows of an import, a line a row.
func (d *Desk) Notes(m register.Import) string {
	d.Helper()
	var b strings.Builder
	for _, r := range d.rows(m) {
		fmt.Fprintln(&b, r.Line, r.Outcome, r.Note)
	}
	return b.String()
}

func (d *Desk) rows(m register.Import) []register.Entry {
	d.Helper()
	rows, _, err := d.Store.Rows(d.Context(), d.Keeper, &m, register.RowFilter{Limit: 1000})
	if err != nil {
		d.Fatal(err)
	}
	return rows
}

// Unseen holds that others see nothing of an import and do not move it.
func (d *Desk) Unseen(m register.Import, others ...access.Actor) {
	d.Helper()
	for _, a := range others {
		if _, err := d.Store.Import(d.Context(), a, m.ID); !errors.Is(err, fault.NotFound) {
			d.Errorf("%s of street %d reads the import: %v", a.Role, a.StreetID, err)
		}
		if err := d.Store.Undo(d.Context(), a, m.ID, m.Version, "x"); !errors.Is(err, fault.NotFound) {
			d.Errorf("%s of street %d undoes the import: %v", a.Role, a.StreetID, err)
		}
	}
}
