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
		Guide: []string{
			"这里是在任代表和待确认的换届当选人。表格里新增的，先作为当选人登记，市人大常委会确认代表资格以后才列入名册、计数和公开。",
			"“确认文号”和“确认日期”由市人大代表工委填写：填了的直接列入名册；街道填表时留空。",
			"补选、辞职、资格终止、小组变动要在代表的页面登记；驻站在联络站的页面安排。",
		},
		Columns: []register.Column{
			{Key: "name", Head: "姓名", Required: true, Natural: true, Max: 50, Width: 12},
			{Key: "sex", Head: "性别", Kind: register.Choice, Terms: Sexes, Width: 8},
			{Key: "district", Head: "选区", Required: true, Natural: true, Max: MaxDistrict, Width: 22, Hint: "例如 东城第一选区。"},
			{Key: "term", Head: "届别", Kind: register.Name, Required: true, Natural: true, Names: termNames, Width: 12},
			{Key: "group", Head: "专业小组", Kind: register.Choice, Required: true, Terms: Groups, Width: 22, Fixed: "专业小组的变动，请在代表的页面登记"},
			{Key: "since", Head: "任职日期", Kind: register.Date, Required: true, Width: 14},
			{Key: "phone", Head: "联系电话", Kind: register.Phone, Width: 16, Hint: "加密保存，不对外公开。"},
			{Key: "intro", Head: "简介", Max: MaxIntro, Lines: true, Width: 60, Hint: "在居民网站公开，不要写住址、证件号码等个人信息。"},
			{Key: "document", Head: "确认文号", Max: MaxDistrict, Width: 24, Hint: "确认代表资格的公告，由市人大代表工委填写。"},
			{Key: "confirmed", Head: "确认日期", Kind: register.Date, Width: 14, Hint: "由市人大代表工委填写。"},
		},
		Rows: s.sheetRows, Check: sheetCheck, Judge: sheetJudge, Insert: s.sheetInsert, Change: s.sheetChange, Remove: s.sheetRemove,
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
	if (r.Text("document") == "") != (r.Text("confirmed") == "") {
		bad.Add("confirmed", "确认文号和确认日期要一起填写")
	}
	if r.Date("confirmed").After(r.Date("since")) {
		bad.Add("confirmed", "确认代表资格的日期不能晚于任职日期")
	}
	return bad
}

// sheetJudge says who may name the paper that confirms somebody's credentials: the
// city, of those who wait for it.
func sheetJudge(actor access.Actor, there *register.Row, r register.Record) (bad fault.Fields) {
	document, confirmed := "", ""
	if there != nil {
		document, confirmed = there.Cells[documentCell], there.Cells[documentCell+1]
	}
	switch {
	case r.Text("document") == document && r.Text("confirmed") == confirmed:
	case there != nil && there.ID > 0:
		bad.Add("document", "代表资格确认以后，确认文号和日期不能用表格修改")
	case !decides(actor):
		bad.Add("document", "确认文号和日期由市人大代表工委填写，请留空")
	}
	return bad
}

// documentCell is where the sheet has the paper; its day follows.
const documentCell = 8

// sheetRows are the deputies of the city, and with negative IDs those who wait for
// their credentials to be confirmed after a general election.
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
		Credentials string
		ConfirmedOn *time.Time
		Ended       bool
	}
	args, sitting, waiting := db.Args{"street": street}, "", ""
	if ids != nil {
		for _, lock := range []string{
			`SELECT FROM deputies WHERE street_id = @street AND id = ANY (@ids) ORDER BY id FOR UPDATE`,
			`SELECT FROM deputy_elections WHERE street_id = @street AND -id = ANY (@ids) ORDER BY id FOR UPDATE`,
		} {
			if _, err := db.Exec(ctx, tx, lock, db.Args{"street": street, "ids": ids}); err != nil {
				return nil, err
			}
		}
		args["ids"] = ids
		sitting, waiting = " AND d.id = ANY (@ids)", " AND -e.id = ANY (@ids)"
	}
	err = db.Do(ctx, tx, db.Many(&rows, `
		SELECT id, version, name, sex, district, term, "group", since, phone_sealed, intro, credentials, confirmed_on, ended FROM (
		SELECT d.id, d.version, d.name, d.sex, d.electoral_district AS district, d.term, d.professional_group AS "group", d.since, d.phone_sealed, d.intro,
		       d.credentials, d.confirmed_on, d.ended_on IS NOT NULL AS ended
		FROM deputies d
		WHERE d.street_id = @street AND d.level = 'city'`+sitting+`
		UNION ALL
		SELECT -e.id, e.version, p.name, p.sex, c.name, c.term, e.group_kind, e.since, p.phone_sealed, e.intro, '', NULL, false
		FROM deputy_elections e
		JOIN electoral_districts c ON c.street_id = e.street_id AND c.id = e.district_id
		JOIN people p ON p.street_id = e.street_id AND p.id = e.person_id
		WHERE e.street_id = @street AND e.state = 'elected' AND e.how = 'general'`+waiting+`
		) AS rows
		ORDER BY name COLLATE "C", id
		LIMIT 200000`, args))
	for _, r := range rows {
		phone := ""
		if r.PhoneSealed != nil {
			if phone, err = s.sheetPhone(r.ID, r.PhoneSealed); err != nil {
				return nil, err
			}
		}
		confirmed := ""
		if r.ConfirmedOn != nil {
			confirmed = calendar.ISO(*r.ConfirmedOn)
		}
		row := register.Row{ID: r.ID, Version: r.Version, Cells: []string{
			r.Name, choice.Name(Sexes, r.Sex), r.District, r.Term, choice.Name(Groups, r.Group), calendar.ISO(r.Since), phone, r.Intro, r.Credentials, confirmed,
		}}
		if r.Ended {
			row.Locked = "这位代表已经离任，名册不再修改"
		}
		list = append(list, row)
	}
	return list, err
}

// sheetPhone opens the number of a deputy, or of the person who waits.
func (s *Store) sheetPhone(id int64, sealed []byte) (string, error) {
	if id < 0 {
		return s.people.Phone(sealed)
	}
	return s.keys.Open(sealed, sealedPhone)
}

// newOf is what a row of the sheet says.
func newOf(r register.Record, street int64) New {
	return New{
		StreetID: street, Name: r.Text("name"), Sex: r.Term("sex"), District: r.Text("district"), Term: r.Text("term"), Group: r.Term("group"),
		Since: r.Date("since"), Intro: r.Text("intro"), Phone: r.Text("phone"), NoPhone: r.Text("phone") == "",
		Credentials: r.Text("document"), Confirmed: r.Date("confirmed"),
	}
}

// sheetInsert enters a deputy where the city names the paper that confirms the
// credentials, and else somebody who waits for it.
func (s *Store) sheetInsert(ctx context.Context, tx db.Tx, actor access.Actor, street int64, key string, r register.Record) (id int64, version int, err error) {
	n := newOf(r, street)
	n.Key = key
	switch {
	case n.Credentials == "":
		id, err = s.propose(ctx, tx, actor, n)
		return -id, 1, electionFault(err)
	case !decides(actor):
		return 0, 0, fault.Forbidden
	}
	if err := n.confirmed(); err != nil {
		return 0, 0, err
	}
	id, err = s.enter(ctx, tx, actor, n)
	return id, 1, deputyFault(err)
}

func (s *Store) sheetChange(ctx context.Context, tx db.Tx, actor access.Actor, _, id int64, version int, r register.Record) (int, error) {
	if id < 0 {
		return s.sheetConfirm(ctx, tx, actor, -id, version, newOf(r, 0))
	}
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

// sheetConfirm amends a proposal, and confirms it where the city names the paper.
func (s *Store) sheetConfirm(ctx context.Context, tx db.Tx, actor access.Actor, id int64, version int, n New) (int, error) {
	if err := s.amend(ctx, tx, actor, id, version, n); err != nil || n.Credentials == "" {
		return version + 1, electionFault(err)
	}
	if !decides(actor) {
		return 0, fault.Forbidden
	}
	_, err := s.decide(ctx, tx, actor, "confirmation", id, Step{Version: version + 1, On: n.Confirmed, Document: n.Credentials})
	return version + 2, electionFault(err)
}

// sheetRemove removes a deputy or a proposal that an import added, with the membership and the
// person that came with them. Who has been to a station, collected opinions or
// otherwise left a trace stays.
func (s *Store) sheetRemove(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int) error {
	var d struct {
		PersonID int64
		Key      string
	}
	args := db.Args{"street": street, "id": id, "version": version}
	if id < 0 {
		return s.sheetRetract(ctx, tx, actor, street, -id, version)
	}
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

// sheetRetract removes a proposal, with the person that came with it.
func (s *Store) sheetRetract(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int) error {
	var gone []struct {
		PersonID int64
		Key      string
	}
	err := db.Do(ctx, tx, db.Many(&gone, `
		DELETE FROM deputy_elections
		WHERE street_id = @street AND id = @id AND version = @version AND state = 'elected'
		RETURNING person_id, key`, db.Args{"street": street, "id": id, "version": version}))
	switch {
	case err != nil:
		return err
	case len(gone) == 0:
		return fault.Stale
	}
	if err := s.people.Forget(ctx, tx, street, gone[0].PersonID, "elected:"+gone[0].Key); err != nil {
		return err
	}
	return s.recordElection(ctx, tx, actor, street, id, "retract", "撤销导入，移出待确认名单", "")
}
