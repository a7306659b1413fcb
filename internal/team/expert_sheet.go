package team

import (
	"context"
	"errors"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/procedure"
	"portal/internal/register"
)

// ExpertSheet describes the preparatory list of experts for its template, export
// and import: recommendations that nobody has reviewed yet. Nobody becomes an
// expert through a sheet (domain.md §3 i). A row is recognised by name and work.
func (s *Store) ExpertSheet() *register.Sheet {
	return &register.Sheet{
		Register: "experts", Title: "咨询专家推荐名单", URL: "/experts", View: access.ViewExperts, Keep: access.KeepExperts,
		Guide: []string{
			"导入只登记推荐，不会使任何人成为咨询专家：推荐之后还要审核、工委主任会议审定、签发聘书，在专家的页面办理。",
			"这里只有待审核的推荐。已进入审核、在聘和曾经受聘的，在专家的页面办理；续聘也在那里推荐。",
		},
		Columns: []register.Column{
			{Key: "name", Head: "姓名", Required: true, Natural: true, Max: 50, Width: 12},
			{Key: "sex", Head: "性别", Kind: register.Choice, Terms: person.Sexes, Width: 8},
			{Key: "born", Head: "出生年份", Kind: register.Int, Low: 1900, High: 2100, Width: 10},
			{Key: "work", Head: "工作单位和职务", Natural: true, Max: MaxWork, Width: 30},
			{Key: "phone", Head: "联系电话", Kind: register.Phone, Width: 16, Hint: "加密保存，不对外公开。"},
			{Key: "field", Head: "专业领域", Kind: register.Choice, Required: true, Terms: Fields, Width: 12},
			{Key: "title", Head: "职称", Max: MaxTitle, Width: 16},
			{Key: "recommender", Head: "推荐人或推荐单位", Required: true, Max: MaxLine, Width: 24},
			{Key: "on", Head: "推荐日期", Kind: register.Date, Required: true, Width: 14},
			{Key: "person_consent", Head: "本人同意日期", Kind: register.Date, Width: 14},
			{Key: "unit_consent", Head: "单位同意日期", Kind: register.Date, Width: 14},
			{Key: "no_unit", Head: "不需要单位同意的原因", Max: MaxLine, Width: 20, Hint: "例如 已退休。"},
		},
		Rows: s.expertRows, Check: expertCheck, Insert: s.expertInsert, Change: s.expertChange, Remove: s.expertRemove,
	}
}

func expertCheck(r register.Record, now time.Time) fault.Fields {
	var bad fault.Fields
	if r.Date("on").After(calendar.On(now)) {
		bad.Add("on", "推荐日期不能晚于今天")
	}
	if r.Int("born") > calendar.On(now).Year() {
		bad.Add("born", "请填写四位数的出生年份")
	}
	recommendationOf(r).check(now, &bad)
	return bad
}

func (s *Store) expertRows(ctx context.Context, tx db.Tx, street int64, ids []int64) (list []register.Row, err error) {
	var rows []struct {
		ID                             int64
		Version                        int
		Name, Sex, Work                string
		Born                           *int
		PhoneSealed                    []byte
		Field, Title, Recommender      string
		On                             time.Time
		PersonConsentOn, UnitConsentOn *time.Time
		NoUnit                         string
		State                          procedure.State
		Before                         bool
	}
	where, args := ` ORDER BY p.name COLLATE "C", e.id LIMIT 200000`, db.Args{"street": street}
	if ids != nil {
		where, args["ids"] = " AND e.id = ANY (@ids) ORDER BY e.id FOR UPDATE OF e", ids
	}
	err = db.Do(ctx, tx, db.Many(&rows, `
		SELECT e.id, e.version, p.name, p.sex, p.work, p.born, p.phone_sealed, e.field, e.title, t.recommender, t.recommended_on AS "on",
		       t.person_consent_on, t.unit_consent_on, t.no_unit, t.state,
		       EXISTS (SELECT FROM expert_terms o WHERE o.street_id = e.street_id AND o.expert_id = e.id AND o.id < t.id) AS before
		FROM experts e
		JOIN people p ON p.street_id = e.street_id AND p.id = e.person_id
		JOIN expert_terms t ON t.street_id = e.street_id AND t.expert_id = e.id
		WHERE e.street_id = @street
		  AND t.id = (SELECT max(n.id) FROM expert_terms n WHERE n.street_id = e.street_id AND n.expert_id = e.id)`+where, args))
	for _, r := range rows {
		phone, born := "", ""
		if r.PhoneSealed != nil {
			if phone, err = s.people.Phone(r.PhoneSealed); err != nil {
				return nil, err
			}
		}
		if r.Born != nil {
			born = strconv.Itoa(*r.Born)
		}
		row := register.Row{ID: r.ID, Version: r.Version, Cells: []string{
			r.Name, choice.Name(person.Sexes, r.Sex), born, r.Work, phone, choice.Name(Fields, r.Field), r.Title, r.Recommender,
			calendar.ISO(r.On), iso(r.PersonConsentOn), iso(r.UnitConsentOn), r.NoUnit,
		}}
		if r.State != Recommended || r.Before {
			row.Locked = "这位专家已进入审核或已有聘期，请在专家的页面办理"
		}
		list = append(list, row)
	}
	return list, err
}

func iso(day *time.Time) string {
	if day == nil {
		return ""
	}
	return calendar.ISO(*day)
}

// recommendationOf is what a row of the sheet says.
func recommendationOf(r register.Record) Recommendation {
	return Recommendation{
		Person: Person{Name: r.Text("name"), Sex: r.Term("sex"), Born: r.Int("born"), Work: r.Text("work"), Phone: r.Text("phone")},
		Field:  r.Term("field"), Title: r.Text("title"), Recommender: r.Text("recommender"), On: r.Date("on"),
		Consent: Consent{Person: r.Date("person_consent"), Unit: r.Date("unit_consent"), NoUnit: r.Text("no_unit")},
		quiet:   true,
	}
}

// expertInsert recommends somebody who has no record as an expert.
func (s *Store) expertInsert(ctx context.Context, tx db.Tx, actor access.Actor, street int64, key string, r register.Record) (id int64, version int, err error) {
	n := recommendationOf(r)
	n.StreetID, n.Key = street, key
	human, err := s.people.AddFromSheet(ctx, tx, actor, street, n.Person.known("expert:"+key))
	if err != nil {
		return 0, 0, err
	}
	var known bool
	err = db.Do(ctx, tx, db.Value(&known, `SELECT EXISTS (SELECT FROM experts WHERE street_id = @street AND person_id = @person)`,
		db.Args{"street": street, "person": human}))
	switch {
	case err != nil:
		return 0, 0, err
	case known:
		return 0, 0, fault.Fields{{Name: "name", Text: "这个人已有专家记录，请在专家的页面推荐续聘"}}
	}
	id, err = s.recommendPerson(ctx, tx, actor, human, n)
	return id, 1, expertFault(err)
}

func (s *Store) expertChange(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int, r register.Record) (int, error) {
	if _, err := s.touch(ctx, tx, "experts", Step{id, version}); err != nil {
		return 0, err
	}
	n := recommendationOf(r)
	args := n.args()
	args["street"], args["id"], args["on"], args["recommender"], args["now"] = street, id, n.On, n.Recommender, s.now()
	changed, err := db.Exec(ctx, tx, `
		UPDATE expert_terms
		SET recommended_on = @on, recommender = @recommender, person_consent_on = @person_consent, unit_consent_on = @unit_consent, no_unit = @no_unit,
		    version = version + 1, modified_at = @now
		WHERE street_id = @street AND expert_id = @id AND state = 'recommended'`, args)
	if err != nil {
		return 0, expertFault(err)
	}
	if changed == 0 {
		return 0, fault.Stale
	}
	var human int64
	err = db.Do(ctx, tx, db.Value(&human, `UPDATE experts SET field = @field, title = @title WHERE street_id = @street AND id = @id RETURNING person_id`,
		db.Args{"street": street, "id": id, "field": n.Field, "title": n.Title}))
	if err != nil {
		return 0, expertFault(err)
	}
	p := n.Person.known("")
	p.NoPhone = p.Phone == ""
	if err := s.people.Revise(ctx, tx, actor, street, human, p); err != nil {
		return 0, err
	}
	return version + 1, s.record(ctx, tx, actor, act{"expert", street, id, "revision", "按导入的名单修改推荐", ""})
}

// expertRemove takes back a recommendation that an import added and nobody has
// reviewed, with the person who came with it.
func (s *Store) expertRemove(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int) error {
	var e struct {
		PersonID int64
		Key      string
	}
	args := db.Args{"street": street, "id": id, "version": version}
	err := db.Do(ctx, tx, db.One(&e, `SELECT person_id, key FROM experts WHERE street_id = @street AND id = @id AND version = @version`, args))
	if errors.Is(err, fault.NotFound) {
		return fault.Stale
	}
	if err != nil {
		return err
	}
	for _, table := range []string{"expert_terms WHERE street_id = @street AND expert_id = @id", "experts WHERE street_id = @street AND id = @id"} {
		if _, err := db.Exec(ctx, tx, `DELETE FROM `+table, db.Args{"street": street, "id": id}); err != nil {
			return err
		}
	}
	if err := s.people.Forget(ctx, tx, street, e.PersonID, "expert:"+e.Key); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, act{"expert", street, id, "removal", "撤销导入，移出推荐名单", ""})
}
