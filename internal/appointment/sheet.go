package appointment

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/procedure"
	"portal/internal/register"
	"portal/internal/text"
)

// Sheet describes whom the files that are being prepared are about, for their
// template, export and import. Nobody comes into a post or leaves one by a sheet:
// the papers, the submission and the vote follow (domain.md hard rule 5).
func (s *Store) Sheet() *register.Sheet {
	return &register.Sheet{
		Register: "appointees", Title: "提请任免人选", URL: "/appointments", View: access.ViewAppointments, Keep: access.PrepareAppointment,
		Guide: []string{
			"导入只把人选放进正在准备材料的任免文件，不会使任何人任职或者离任：之后还要上传材料、提请，由市人大常委会会议表决。",
			"先在任免的页面新建文件，再下载模板：列表里只有材料准备中的文件和现在在任的人。",
			"任命现在不在任的人，填姓名、性别、工作单位和职务。任命现任人员担任其他职务，只选现任人员，不填姓名等。",
			"免职和接受辞职只选现任人员；拟任职务、姓名、性别等不填。",
		},
		Columns: []register.Column{
			{Key: "file", Head: "任免文件", Kind: register.Name, Required: true, Natural: true, Names: fileNames, Max: MaxTitle + 20, Width: 40},
			{Key: "act", Head: "任免", Kind: register.Choice, Required: true, Natural: true, Terms: Acts, Width: 12},
			{Key: "holder", Head: "现任人员", Kind: register.Name, Natural: true, Names: s.holderNames, Max: 2 * text.Name, Width: 20},
			{Key: "name", Head: "姓名", Natural: true, Max: text.Name, Width: 12},
			{Key: "post", Head: "拟任职务", Kind: register.Choice, Terms: committee.PostNames, Width: 12},
			{Key: "sex", Head: "性别", Kind: register.Choice, Terms: person.Sexes, Width: 8},
			{Key: "born", Head: "出生年份", Kind: register.Int, Low: 1920, High: 2020, Width: 10},
			{Key: "work", Head: "工作单位和职务", Max: MaxOffice, Width: 30},
			{Key: "phone", Head: "电话", Kind: register.Phone, Width: 16, Hint: "加密保存，不对外公开。"},
			{Key: "other_office", Head: "担任的其他职务", Max: MaxOffice, Width: 26, Hint: "行政、监察、审判、检察职务，请先核对是否允许。"},
		},
		Rows: s.sheetRows, Check: sheetCheck, Insert: s.sheetInsert, Change: s.sheetChange, Remove: s.sheetRemove,
	}
}

// fileNames are the files of a street that are being prepared.
func fileNames(ctx context.Context, tx db.Tx, street int64) (list []choice.Row, err error) {
	err = db.Do(ctx, tx, db.Many(&list, `
		SELECT id, title AS name
		FROM appointments
		WHERE street_id = @street AND state = 'preparing'
		ORDER BY id
		LIMIT 500`, db.Args{"street": street}))
	return distinct(list), err
}

// holderNames are the terms in the posts of a street today: 委员 李䶮.
func (s *Store) holderNames(ctx context.Context, tx db.Tx, street int64) ([]choice.Row, error) {
	var list []committee.PostLine
	err := db.Do(ctx, tx, committee.InPost(&list, street, calendar.On(s.now())))
	return distinct(committee.PostChoices(list)), err
}

// distinct tells rows of one name apart by their numbers.
func distinct(list []choice.Row) []choice.Row {
	count := map[string]int{}
	for _, r := range list {
		count[r.Name]++
	}
	for i, r := range list {
		if count[r.Name] > 1 {
			list[i].Name = fmt.Sprintf("%s（编号 %d）", r.Name, r.ID)
		}
	}
	return list
}

func sheetCheck(r register.Record, _ time.Time) (bad fault.Fields) {
	appoint, held := r.Term("act") == Appoint, r.Text("holder") != ""
	switch {
	case !appoint && !held:
		bad.Add("holder", "请从列表里选要免职或者辞职的现任人员")
	case appoint && !held && r.Text("name") == "":
		bad.Add("name", "请填写姓名；现任人员改任的，请选现任人员")
	}
	switch {
	case appoint && r.Text("post") == "":
		bad.Add("post", "请选择拟任职务")
	case !appoint && r.Text("post") != "":
		bad.Add("post", "免职和接受辞职不填拟任职务")
	}
	if held {
		for _, key := range []string{"name", "sex", "born", "work", "phone"} {
			if r.Text(key) != "" {
				bad.Add(key, "选了现任人员，这一格不用填")
			}
		}
		return bad
	}
	if appoint && r.Text("sex") == "" {
		bad.Add("sex", "请选择性别")
	}
	if appoint && r.Text("work") == "" {
		bad.Add("work", "请填写工作单位和职务")
	}
	return bad
}

// candidate is a row of appointees as the sheet has it.
type candidate struct {
	ID, FileID, PersonID int64
	Version              int // of the person: nothing else of a row changes
	Title, Act, Post     string
	State                procedure.State
	Name, Sex, Work      string
	Born                 *int
	PhoneSealed          []byte
	OtherOffice, Key     string
	Term                 int64 // in which the person is now, 0 for none
	Forms, Reviews       int
}

const selectCandidate = `
	SELECT p.id, p.appointment_id AS file_id, p.person_id, h.version, a.title, p.act, p.post, a.state, h.name, h.sex, h.work, h.born, h.phone_sealed,
	       p.other_office, p.key,
	       coalesce((SELECT min(t.id)
	                 FROM posts t
	                 WHERE t.street_id = p.street_id AND t.since <= @today::date AND (t.until_on IS NULL OR @today::date < t.until_on)
	                   AND (t.id = p.post_id OR p.post_id IS NULL AND t.person_id = p.person_id)), 0) AS term,
	       (SELECT count(*) FROM files x WHERE x.street_id = p.street_id AND x.owner_kind = 'appointee_form' AND x.owner_id = p.id) AS forms,
	       (SELECT count(*) FROM files x WHERE x.street_id = p.street_id AND x.owner_kind = 'appointee_review' AND x.owner_id = p.id) AS reviews
	FROM appointees p
	JOIN appointments a ON a.street_id = p.street_id AND a.id = p.appointment_id
	JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
	WHERE p.street_id = @street`

func (s *Store) sheetRows(ctx context.Context, tx db.Tx, street int64, ids []int64) (list []register.Row, err error) {
	where, args := ` AND a.state = 'preparing' ORDER BY p.appointment_id, p.id LIMIT 200000`, db.Args{"street": street, "today": calendar.On(s.now())}
	if ids != nil {
		where, args["ids"] = ` AND p.id = ANY (@ids) ORDER BY p.id FOR UPDATE OF p`, ids
	}
	var rows []candidate
	if err := db.Do(ctx, tx, db.Many(&rows, selectCandidate+where, args)); err != nil {
		return nil, err
	}
	files, err := fileNames(ctx, tx, street)
	if err != nil {
		return nil, err
	}
	holders, err := s.holderNames(ctx, tx, street)
	if err != nil {
		return nil, err
	}
	for _, c := range rows {
		row := register.Row{ID: c.ID, Version: c.Version}
		if row.Cells, err = s.cells(&c, named(files, c.FileID), named(holders, c.Term)); err != nil {
			return nil, err
		}
		switch {
		case c.State != Preparing:
			row.Locked = "任免文件已经提请或者撤回，人选不再修改"
		case c.Act != Appoint && c.Term == 0:
			row.Locked = "这个人已经不在任，请在任免文件的页面移出"
		}
		list = append(list, row)
	}
	return list, nil
}

// cells writes out who is known from their post by the post, and others in full.
func (s *Store) cells(c *candidate, file, holder string) ([]string, error) {
	post := choice.Name(committee.PostNames, c.Post)
	if c.Act != Appoint {
		post = ""
	}
	if c.Act != Appoint || c.Term != 0 {
		return []string{file, choice.Name(Acts, c.Act), holder, "", post, "", "", "", "", c.OtherOffice}, nil
	}
	phone, born := "", ""
	if c.PhoneSealed != nil {
		var err error
		if phone, err = s.people.Phone(c.PhoneSealed); err != nil {
			return nil, err
		}
	}
	if c.Born != nil {
		born = strconv.Itoa(*c.Born)
	}
	return []string{file, choice.Name(Acts, c.Act), "", c.Name, post, choice.Name(person.Sexes, c.Sex), born, c.Work, phone, c.OtherOffice}, nil
}

func named(list []choice.Row, id int64) string {
	for _, r := range list {
		if r.ID == id {
			return r.Name
		}
	}
	return ""
}

// appointeeOf is what a row of the sheet says.
func appointeeOf(r register.Record, key string) NewAppointee {
	return NewAppointee{
		Key: key, Act: r.Term("act"), Post: r.Term("post"), TermID: r.ID("holder"), OtherOffice: r.Text("other_office"),
		Person: person.New{Name: r.Text("name"), Sex: r.Term("sex"), Born: r.Int("born"), Work: r.Text("work"), Phone: r.Text("phone")},
	}
}

// drafted locks a file that a sheet names.
func drafted(ctx context.Context, tx db.Tx, street, id int64) (f locked, err error) {
	err = db.Do(ctx, tx, db.One(&f, `SELECT id, street_id, title, state, version FROM appointments WHERE street_id = @street AND id = @id FOR UPDATE`,
		db.Args{"street": street, "id": id}))
	return f, err
}

func (s *Store) sheetInsert(ctx context.Context, tx db.Tx, actor access.Actor, street int64, key string, r register.Record) (id int64, version int, err error) {
	f, err := drafted(ctx, tx, street, r.ID("file"))
	if err != nil {
		return 0, 0, err
	}
	n := appointeeOf(r, key)
	err = s.prepareIn(ctx, tx, actor, "person", f, func(tx db.Tx, f locked) (d done, err error) {
		id, d, err = s.add(ctx, tx, actor, f, n)
		return d, err
	})
	if err != nil {
		return 0, 0, err
	}
	c, err := s.candidate(ctx, tx, street, id)
	if err == nil && n.TermID == 0 && c.Term != 0 {
		err = fault.Fields{{Name: "holder", Text: "这个人现在在任，请选现任人员，姓名等不用填"}}
	}
	return id, c.Version, err
}

func (s *Store) candidate(ctx context.Context, tx db.Tx, street, id int64) (c candidate, err error) {
	err = db.Do(ctx, tx, db.One(&c, selectCandidate+` AND p.id = @id`, db.Args{"street": street, "id": id, "today": calendar.On(s.now())}))
	return c, err
}

func (s *Store) sheetChange(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int, r register.Record) (int, error) {
	c, err := s.unchanged(ctx, tx, street, id, version)
	if err != nil {
		return 0, err
	}
	f, err := drafted(ctx, tx, street, c.FileID)
	if err != nil {
		return 0, err
	}
	n := appointeeOf(r, "")
	if n.Act != Appoint {
		n.Post = c.Post // the one to leave
	}
	err = s.prepareIn(ctx, tx, actor, "person", f, func(tx db.Tx, f locked) (d done, err error) {
		_, err = db.Exec(ctx, tx, `UPDATE appointees SET post = @post, other_office = @office WHERE street_id = @street AND id = @id`,
			db.Args{"post": n.Post, "office": n.OtherOffice, "street": street, "id": id})
		if err == nil && n.TermID == 0 {
			n.Person.NoPhone = n.Person.Phone == ""
			err = s.people.Revise(ctx, tx, actor, street, c.PersonID, n.Person)
		}
		return done{title: "按导入的名单修改：" + c.Name}, err
	})
	if err != nil {
		return 0, err
	}
	c, err = s.candidate(ctx, tx, street, id)
	return c.Version, err
}

func (s *Store) unchanged(ctx context.Context, tx db.Tx, street, id int64, version int) (c candidate, err error) {
	c, err = s.candidate(ctx, tx, street, id)
	if errors.Is(err, fault.NotFound) || err == nil && c.Version != version {
		err = fault.Stale
	}
	return c, err
}

// sheetRemove takes somebody whom an import put into a file out of it, with the
// person who came with them. For whom papers were uploaded stays.
func (s *Store) sheetRemove(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int) error {
	c, err := s.unchanged(ctx, tx, street, id, version)
	if err != nil {
		return err
	}
	if c.Forms+c.Reviews > 0 {
		return fault.Fields{{Name: "name", Text: "已经为" + c.Name + "上传了材料，不能移出；确实不要的，请在任免文件的页面移出"}}
	}
	f, err := drafted(ctx, tx, street, c.FileID)
	if err != nil {
		return err
	}
	err = s.prepareIn(ctx, tx, actor, "take_out", f, func(tx db.Tx, f locked) (d done, err error) {
		_, err = db.Exec(ctx, tx, `DELETE FROM appointees WHERE street_id = @street AND id = @id`, db.Args{"street": street, "id": id})
		return done{title: "撤销导入，移出：" + c.Name}, err
	})
	if err != nil {
		return err
	}
	return s.people.Forget(ctx, tx, street, c.PersonID, "appointment:"+c.Key)
}
