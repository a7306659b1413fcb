package deputy

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
)

// Sheet describes the register for its template, its export and its import. A
// deputy is recognised by name, electoral district and term.
func (s *Store) Sheet() *register.Sheet {
	return &register.Sheet{
		Register: "deputies", Title: "代表名册", URL: "/deputies", View: access.ViewDeputies, Keep: access.KeepDeputies,
		Guide: []string{"这里只有在任代表，新增的按换届选举产生登记。补选、辞职、资格终止、小组变动要在代表的页面登记；驻站在联络站的页面安排。"},
		Columns: []register.Column{
			{Key: "name", Head: "姓名", Required: true, Natural: true, Max: 50, Width: 12},
			{Key: "sex", Head: "性别", Kind: register.Choice, Terms: Sexes, Width: 8},
			{Key: "district", Head: "选区", Required: true, Natural: true, Max: MaxDistrict, Width: 22, Hint: "例如 东城第一选区。"},
			{Key: "term", Head: "届别", Kind: register.Name, Required: true, Natural: true, Names: termNames, Width: 12},
			{Key: "group", Head: "专业小组", Kind: register.Choice, Required: true, Terms: Groups, Width: 22, Fixed: "专业小组的变动，请在代表的页面登记"},
			{Key: "since", Head: "任职日期", Kind: register.Date, Required: true, Width: 14},
			{Key: "phone", Head: "联系电话", Kind: register.Phone, Width: 16, Hint: "加密保存，不对外公开。"},
			{Key: "intro", Head: "简介", Max: MaxIntro, Lines: true, Width: 60, Hint: "在居民网站公开，不要写住址、证件号码等个人信息。"},
		},
		Rows: s.sheetRows, Check: sheetCheck, Insert: s.sheetInsert, Change: s.sheetChange, Remove: s.sheetRemove,
	}
}

// termNames are the terms of the street's city.
func termNames(ctx context.Context, tx db.Tx, street int64) (list []choice.Row, err error) {
	return list, db.Do(ctx, tx, db.Many(&list, `
		SELECT t.id, t.name
		FROM congress_terms t
		JOIN streets s ON s.city_id = t.city_id
		WHERE s.id = @street
		ORDER BY t.from_on DESC
		LIMIT 50`, db.Args{"street": street}))
}

func sheetCheck(r register.Record, now time.Time) fault.Fields {
	var bad fault.Fields
	if r.Date("since").After(calendar.On(now)) {
		bad.Add("since", "任职日期不能晚于今天")
	}
	return bad
}

func (s *Store) sheetRows(ctx context.Context, tx db.Tx, street int64, ids []int64) (list []register.Row, err error) {
	var rows []struct {
		ID          int64
		Version     int
		Name        string
		Sex         string
		District    string
		Term        string
		Group       string
		Since       time.Time
		PhoneSealed []byte
		Intro       string
		Ended       bool
	}
	where, args := "", db.Args{"street": street}
	if ids != nil {
		where, args["ids"] = " AND id = ANY (@ids) ORDER BY id FOR UPDATE", ids
	} else {
		where = ` ORDER BY name COLLATE "C", id LIMIT 200000`
	}
	err = db.Do(ctx, tx, db.Many(&rows, `
		SELECT id, version, name, sex, electoral_district AS district, term, professional_group AS "group", since, phone_sealed, intro, ended_on IS NOT NULL AS ended
		FROM deputies
		WHERE street_id = @street AND level = 'city'`+where, args))
	for _, r := range rows {
		phone := ""
		if r.PhoneSealed != nil {
			if phone, err = s.keys.Open(r.PhoneSealed, sealedPhone); err != nil {
				return nil, err
			}
		}
		row := register.Row{ID: r.ID, Version: r.Version, Cells: []string{
			r.Name, choice.Name(Sexes, r.Sex), r.District, r.Term, choice.Name(Groups, r.Group), calendar.ISO(r.Since), phone, r.Intro,
		}}
		if r.Ended {
			row.Locked = "这位代表已经离任，名册不再修改"
		}
		list = append(list, row)
	}
	return list, err
}

// newOf is what a row of the sheet says.
func newOf(r register.Record, street int64) New {
	return New{
		StreetID: street, Name: r.Text("name"), Sex: r.Term("sex"), District: r.Text("district"), Term: r.Text("term"), Group: r.Term("group"),
		Since: r.Date("since"), Intro: r.Text("intro"), Phone: r.Text("phone"), NoPhone: r.Text("phone") == "",
	}
}

func (s *Store) sheetInsert(ctx context.Context, tx db.Tx, actor access.Actor, street int64, key string, r register.Record) (id int64, version int, err error) {
	n := newOf(r, street)
	n.Key = key
	id, err = s.enter(ctx, tx, actor, n)
	return id, 1, deputyFault(err)
}

func (s *Store) sheetChange(ctx context.Context, tx db.Tx, actor access.Actor, _, id int64, version int, r register.Record) (int, error) {
	n := newOf(r, 0)
	var elected *time.Time // which the sheet does not have
	if err := db.Do(ctx, tx, db.Value(&elected, `SELECT elected_on FROM deputies WHERE id = @id`, db.Args{"id": id})); err != nil {
		return 0, err
	}
	if elected != nil {
		n.Elected = *elected
	}
	return version + 1, deputyFault(s.revise(ctx, tx, actor, id, version, n))
}

// sheetRemove removes a deputy whom an import added, with the membership and the
// person that came with them. Who has been to a station, collected opinions or
// otherwise left a trace stays.
func (s *Store) sheetRemove(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int) error {
	var d struct {
		PersonID int64
		Key      string
	}
	args := db.Args{"street": street, "id": id, "version": version}
	err := db.Do(ctx, tx, db.One(&d, `SELECT person_id, key FROM deputies WHERE street_id = @street AND id = @id AND version = @version`, args))
	if errors.Is(err, fault.NotFound) {
		return fault.Stale
	}
	if err != nil {
		return err
	}
	delete(args, "version")
	if _, err := db.Exec(ctx, tx, `DELETE FROM group_members WHERE street_id = @street AND deputy_id = @id`, args); err != nil {
		return err
	}
	if _, err := db.Exec(ctx, tx, `DELETE FROM deputies WHERE street_id = @street AND id = @id`, args); err != nil {
		return err
	}
	if err := s.people.Forget(ctx, tx, street, d.PersonID, "deputy:"+d.Key); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, street, id, "deputy.remove", "撤销导入，移出代表名册", "")
}
