package station

import (
	"context"
	"errors"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/register"
	"portal/internal/text"
)

// MaxPlace is the longest address or text of opening hours, in characters.
const MaxPlace = 100

// Sheet describes the stations for their template, export and import. A station is
// recognised by its code; those that were closed are not exported.
func (s *Store) Sheet() *register.Sheet {
	return &register.Sheet{
		Register: "stations", Title: "联络站名册", URL: "/stations", View: access.ViewStations, Keep: access.KeepStations,
		Guide: []string{
			"这里只有开放的联络站，按站码识别。站码是意见编号的一部分，已经有的联络站不能用表格换站码。",
			"驻站代表、接待日和撤销联络站，在联络站的页面办理。",
		},
		Columns: []register.Column{
			{Key: "code", Head: "站码", Required: true, Natural: true, Max: 4, Width: 8, Hint: "2 到 4 位数字，例如 01。"},
			{Key: "name", Head: "名称", Required: true, Once: true, Max: text.Name, Width: 26},
			{Key: "kind", Head: "类型", Kind: register.Choice, Required: true, Terms: Kinds, Width: 14},
			{Key: "community_id", Head: "社区", Kind: register.Name, Names: communityNames, Width: 18},
			{Key: "address", Head: "地址", Max: MaxPlace, Width: 36},
			{Key: "hours", Head: "开放时间", Max: MaxPlace, Width: 26, Hint: "例如 每月 15 日 9:00—11:30。"},
			{Key: "phone", Head: "办公电话", Kind: register.Phone, Open: true, Width: 16, Hint: "对外公开，不要写个人号码。"},
			{Key: "head", Head: "站长", Max: text.Name, Width: 12},
			{Key: "liaison", Head: "联络员", Max: text.Name, Width: 12},
			{Key: "opened", Head: "开设日期", Kind: register.Date, Required: true, Width: 14, Fixed: "开设日期登记以后不再修改"},
		},
		Rows: s.sheetRows, Check: sheetCheck, Insert: s.sheetInsert, Change: s.sheetChange, Remove: s.sheetRemove,
	}
}

// communityNames are the communities of a street that are in use, or that an open
// station still lies in; the one in use where two have the same name.
func communityNames(ctx context.Context, tx db.Tx, street int64) (list []choice.Row, err error) {
	return list, db.Do(ctx, tx, db.Many(&list, `
		SELECT id, name
		FROM (SELECT DISTINCT ON (c.name) c.id, c.name, c.code
		      FROM communities c
		      WHERE c.street_id = @street
		        AND (c.ended_on IS NULL
		             OR EXISTS (SELECT FROM stations t WHERE t.street_id = c.street_id AND t.community_id = c.id AND t.closed_on IS NULL))
		      ORDER BY c.name, c.ended_on IS NOT NULL, c.id DESC) AS named
		ORDER BY code, id
		LIMIT 2000`, db.Args{"street": street}))
}

func sheetCheck(r register.Record, _ time.Time) (bad fault.Fields) {
	code := r.Text("code")
	for _, c := range code {
		if c < '0' || c > '9' {
			code = ""
		}
	}
	if len(code) < 2 {
		bad.Add("code", "站码是 2 到 4 位数字，例如 01")
	}
	return bad
}

func (s *Store) sheetRows(ctx context.Context, tx db.Tx, street int64, ids []int64) (list []register.Row, err error) {
	var rows []struct {
		ID                                                                int64
		Version                                                           int
		Code, Name, Kind, Community, Address, Hours, Phone, Head, Liaison string
		OpenedOn                                                          time.Time
		Closed                                                            bool
	}
	where, args := ` ORDER BY t.code, t.id LIMIT 200000`, db.Args{"street": street}
	if ids != nil {
		where, args["ids"] = ` AND t.id = ANY (@ids) ORDER BY t.id FOR UPDATE OF t`, ids
	}
	err = db.Do(ctx, tx, db.Many(&rows, `
		SELECT t.id, t.version, t.code, t.name, t.kind, coalesce(c.name, '') AS community, t.address, t.hours, t.phone, t.head, t.liaison, t.opened_on,
		       t.closed_on IS NOT NULL AS closed
		FROM stations t
		LEFT JOIN communities c ON c.street_id = t.street_id AND c.id = t.community_id
		WHERE t.street_id = @street`+where, args))
	for _, r := range rows {
		row := register.Row{ID: r.ID, Version: r.Version, Cells: []string{
			r.Code, r.Name, choice.Name(Kinds, r.Kind), r.Community, r.Address, r.Hours, r.Phone, r.Head, r.Liaison, calendar.ISO(r.OpenedOn),
		}}
		if r.Closed {
			row.Locked = "这个联络站已经撤销，站码不能再用，名册不再修改"
		}
		list = append(list, row)
	}
	return list, err
}

// stationOf is what a row of the sheet says.
func stationOf(r register.Record) NewStation {
	return NewStation{
		CommunityID: r.ID("community_id"), Kind: r.Term("kind"), Name: r.Text("name"), Code: r.Text("code"), Address: r.Text("address"), Hours: r.Text("hours"),
		Phone: r.Text("phone"), Head: r.Text("head"), Liaison: r.Text("liaison"), OpenedOn: r.Date("opened"),
	}
}

func (s *Store) sheetInsert(ctx context.Context, tx db.Tx, actor access.Actor, street int64, key string, r register.Record) (id int64, version int, err error) {
	n := stationOf(r)
	n.Key, actor.StreetID = key, street // who acts for several streets acts for this one
	id, err = s.insert(ctx, tx, actor, n)
	return id, 1, stationFault(err)
}

func (s *Store) sheetChange(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int, r register.Record) (int, error) {
	actor.StreetID = street
	return version + 1, stationFault(s.revise(ctx, tx, actor, id, version, stationOf(r)))
}

// sheetRemove removes a station that an import added. One that has deputies,
// receptions, visits or opinions stays.
func (s *Store) sheetRemove(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int) error {
	actor.StreetID = street
	var name string
	err := db.Do(ctx, tx, db.Value(&name, `DELETE FROM stations WHERE street_id = @street AND id = @id AND version = @version RETURNING name`,
		db.Args{"street": street, "id": id, "version": version}))
	switch {
	case errors.Is(err, fault.NotFound):
		return fault.Stale
	case db.Referenced(err):
		return fault.Fields{{Name: "code", Text: "已经安排驻站代表、接待日，或者收到意见，不能移除；不再开放的，请在联络站的页面撤销"}}
	case err != nil:
		return err
	}
	return s.recordStation(ctx, tx, actor, id, "station.remove", "撤销导入，移除联络站："+name, "")
}
