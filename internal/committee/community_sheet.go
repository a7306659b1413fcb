package committee

import (
	"context"
	"errors"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/register"
)

// CommunitySheet describes the communities for their template, export and import.
// A community is recognised by its division code; those that have ended are not in
// it.
func (s *Store) CommunitySheet() *register.Sheet {
	return &register.Sheet{
		Register: "communities", Title: "社区名册", URL: "/committees", View: access.ViewCommittees, Keep: access.ManageCommittees,
		Guide: []string{"这里只有在用的社区，按区划代码识别：代码相同、名称不同的，是社区更名。撤销社区要在街道的页面办理。"},
		Columns: []register.Column{
			{Key: "code", Head: "统计用区划代码", Required: true, Natural: true, Max: CodeLength, Width: 20, Hint: "12 位数字，前 9 位是街道的代码。"},
			{Key: "name", Head: "社区名称", Required: true, Once: true, Max: 50, Width: 28},
		},
		Rows: s.communityRows, Check: communityCheck, Insert: s.communityInsert, Change: s.communityChange, Remove: s.communityRemove,
	}
}

// CodeLength is how many digits a community's division code has.
const CodeLength = 12

func communityCheck(r register.Record, _ time.Time) (bad fault.Fields) {
	if !digits(r.Text("code"), CodeLength) {
		bad.Add("code", "区划代码是 12 位数字")
	}
	return bad
}

func digits(s string, n int) bool {
	for _, c := range s {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) == n
}

func (s *Store) communityRows(ctx context.Context, tx db.Tx, street int64, ids []int64) (list []register.Row, err error) {
	var rows []Community
	where, args := " AND c.ended_on IS NULL ORDER BY c.code, c.id LIMIT 200000", db.Args{"street": street}
	if ids != nil {
		where, args["ids"] = " AND c.id = ANY (@ids) ORDER BY c.id FOR UPDATE", ids
	}
	err = db.Do(ctx, tx, db.Many(&rows, selectCommunity+` WHERE c.street_id = @street`+where, args))
	for _, c := range rows {
		row := register.Row{ID: c.ID, Version: c.Version, Cells: []string{c.Code, c.Name}}
		if c.EndedOn != nil {
			row.Locked = "这个社区已经撤销，名册不再修改"
		}
		list = append(list, row)
	}
	return list, err
}

func (s *Store) communityInsert(ctx context.Context, tx db.Tx, actor access.Actor, street int64, _ string, r register.Record) (id int64, version int, err error) {
	id, err = s.insertCommunity(ctx, tx, actor, street, NewCommunity{Name: r.Text("name"), Code: r.Text("code")})
	return id, 1, communityFault(err)
}

func (s *Store) communityChange(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int, r register.Record) (int, error) {
	return version + 1, communityFault(s.changeIn(ctx, tx, actor, renaming(street, id, version, r.Text("name"))))
}

// communityRemove removes a community that an import added. One that a station, an
// opinion, an officer or an account belongs to stays.
func (s *Store) communityRemove(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int) error {
	var name string
	err := db.Do(ctx, tx, db.Value(&name, `DELETE FROM communities WHERE street_id = @street AND id = @id AND version = @version RETURNING name`,
		db.Args{"street": street, "id": id, "version": version}))
	switch {
	case errors.Is(err, fault.NotFound):
		return fault.Stale
	case db.Referenced(err):
		return fault.Fields{{Name: "code", Text: "已经有联络站、意见、联络员或账号属于这个社区，不能移除"}}
	case err != nil:
		return err
	}
	return s.record(ctx, tx, actor, street, "committee.remove_community", "撤销导入，移除社区："+name, "")
}
