package committee

import (
	"context"
	"errors"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/register"
)

// Sheet describes the handling units for their template, export and import. A
// unit is recognised by its name; those that have ended are not in it.
func (s *Store) Sheet() *register.Sheet {
	return &register.Sheet{
		Register: "units", Title: "承办单位名册", URL: "/committees", View: access.ViewCommittees, Keep: access.ManageCommittees,
		Guide: []string{"这里只有在用的承办单位。停用单位要在街道的页面办理；每个街道只有一个统一收文的党政办。"},
		Columns: []register.Column{
			{Key: "name", Head: "单位名称", Required: true, Natural: true, Max: 50, Width: 28},
			{Key: "kind", Head: "单位类别", Kind: register.Choice, Required: true, Terms: Kinds, Width: 22},
			{Key: "contact", Head: "联系方式", Max: MaxContact, Width: 40, Hint: "办公电话或者联系人，例如 办公室 2200 0000。"},
		},
		Rows: s.sheetRows, Insert: s.sheetInsert, Change: s.sheetChange, Remove: s.sheetRemove,
	}
}

func (s *Store) sheetRows(ctx context.Context, tx db.Tx, street int64, ids []int64) (list []register.Row, err error) {
	var rows []Unit
	where, args := " AND u.ended_on IS NULL ORDER BY u.id LIMIT 200000", db.Args{"street": street}
	if ids != nil {
		where, args["ids"] = " AND u.id = ANY (@ids) ORDER BY u.id FOR UPDATE", ids
	}
	err = db.Do(ctx, tx, db.Many(&rows, selectUnit+` WHERE u.street_id = @street`+where, args))
	for _, u := range rows {
		row := register.Row{ID: u.ID, Version: u.Version, Cells: []string{u.Name, choice.Name(Kinds, u.Kind), u.Contact}}
		if u.EndedOn != nil {
			row.Locked = "这个单位已经停用，名册不再修改"
		}
		list = append(list, row)
	}
	return list, err
}

// unitOf is what a row of the sheet says.
func unitOf(r register.Record) NewUnit {
	return NewUnit{Name: r.Text("name"), Kind: r.Term("kind"), Contact: r.Text("contact")}
}

func (s *Store) sheetInsert(ctx context.Context, tx db.Tx, actor access.Actor, street int64, _ string, r register.Record) (id int64, version int, err error) {
	id, err = s.insertUnit(ctx, tx, actor, street, unitOf(r))
	return id, 1, unitFault(err)
}

func (s *Store) sheetChange(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int, r register.Record) (int, error) {
	return version + 1, unitFault(s.changeIn(ctx, tx, actor, revision(street, id, version, unitOf(r))))
}

// sheetRemove removes a unit that an import added. One that something was
// assigned to, or that an account acts for, stays.
func (s *Store) sheetRemove(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int) error {
	var name string
	err := db.Do(ctx, tx, db.Value(&name, `DELETE FROM units WHERE street_id = @street AND id = @id AND version = @version RETURNING name`,
		db.Args{"street": street, "id": id, "version": version}))
	if errors.Is(err, fault.NotFound) {
		return fault.Stale
	}
	if err != nil {
		return err
	}
	return s.record(ctx, tx, actor, street, "committee.remove_unit", "撤销导入，移除承办单位："+name, "")
}
