package training

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
	"portal/internal/register"
)

// Sheet describes the plan of trainings for its template, export and import: those
// that nobody has been told of yet. Lists, sign-ins and results belong to a
// training's page, where the database guards them. A training is recognised by its
// title and day.
func (s *Store) Sheet() *register.Sheet {
	return &register.Sheet{
		Register: "trainings", Title: "培训计划", URL: "/trainings", View: access.CountTraining, Keep: access.KeepTrainings,
		Guide: []string{
			"这里只有已计划、还没有发通知的培训。列名单、发通知、签到、测试在培训的页面办理。",
			"改名称或者日期的，在培训的页面修改；在表格里改了，就是另一次培训。",
		},
		Columns: []register.Column{
			{Key: "title", Head: "培训名称", Required: true, Natural: true, Max: MaxTitle, Width: 30},
			{Key: "held_on", Head: "培训日期", Kind: register.Date, Required: true, Natural: true, Width: 14},
			{Key: "starts_at", Head: "开始时间", Kind: register.Clock, Width: 10},
			{Key: "theme", Head: "主题", Required: true, Max: MaxTheme, Width: 40, Hint: "小而专：讲清一件事。"},
			{Key: "teacher", Head: "讲师", Required: true, Max: MaxTeacher, Width: 24},
			{Key: "hours", Head: "学时", Kind: register.Tenth, Required: true, Low: 0, High: 80, Width: 8},
			{Key: "place", Head: "地点", Required: true, Max: MaxPlace, Width: 24},
			{Key: "audience", Head: "参训队伍", Kind: register.Choice, Several: true, Required: true, Terms: Teams, Width: 36},
			{Key: "pass_mark", Head: "及格线", Kind: register.Int, Required: true, Low: 1, High: 100, Width: 8, Hint: "测试的及格线，一般填 60；不测试的也填 60。"},
		},
		Rows: s.sheetRows, Insert: s.sheetInsert, Change: s.sheetChange, Remove: s.sheetRemove,
	}
}

func (s *Store) sheetRows(ctx context.Context, tx db.Tx, street int64, ids []int64) (list []register.Row, err error) {
	var rows []struct {
		ID              int64
		Version         int
		Title           string
		HeldOn          time.Time
		StartsAt, Theme string
		Teacher         string
		Tenths          int
		Place           string
		Audience        []string
		PassMark        int
		State           procedure.State
	}
	where, args := " ORDER BY held_on, id LIMIT 200000", db.Args{"street": street}
	if ids != nil {
		where, args["ids"] = " AND id = ANY (@ids) ORDER BY id FOR UPDATE", ids
	}
	err = db.Do(ctx, tx, db.Many(&rows, `
		SELECT id, version, title, held_on, starts_at, theme, teacher, (hours * 10)::integer AS tenths, place, audience, pass_mark, state
		FROM trainings
		WHERE street_id = @street`+where, args))
	for _, r := range rows {
		row := register.Row{ID: r.ID, Version: r.Version, Cells: []string{
			r.Title, calendar.ISO(r.HeldOn), r.StartsAt, r.Theme, r.Teacher, Written(r.Tenths), r.Place, audience(r.Audience), strconv.Itoa(r.PassMark),
		}}
		if r.State != Planned {
			row.Locked = "这次培训" + Procedure.Info(r.State).Name + "，请在培训的页面办理"
		}
		list = append(list, row)
	}
	return list, err
}

// audience names teams in the order of Teams.
func audience(keys []string) string {
	var names []string
	for _, t := range Teams {
		if contains(keys, t.Key) {
			names = append(names, choice.Name(Teams, t.Key))
		}
	}
	return strings.Join(names, "、")
}

// planOf is what a row of the sheet says.
func planOf(key string, r register.Record) Plan {
	return Plan{
		Key: key, Title: r.Text("title"), Theme: r.Text("theme"), Teacher: r.Text("teacher"), HeldOn: r.Date("held_on"), StartsAt: r.Text("starts_at"),
		Tenths: r.Tenths("hours"), Place: r.Text("place"), Audience: r.Terms("audience"), PassMark: r.Int("pass_mark"),
	}
}

func (s *Store) sheetInsert(ctx context.Context, tx db.Tx, actor access.Actor, street int64, key string, r register.Record) (id int64, version int, err error) {
	p := planOf(key, r)
	if err := p.check(); err != nil {
		return 0, 0, err
	}
	id, err = s.plan(ctx, tx, actor, street, p)
	return id, 1, err
}

func (s *Store) sheetChange(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int, r register.Record) (int, error) {
	p := planOf("", r)
	if err := p.check(); err != nil {
		return 0, err
	}
	return version + 1, s.revise(ctx, tx, actor, Step{id, version}, p)
}

// sheetRemove removes a training that an import planned and nobody has worked on
// since.
func (s *Store) sheetRemove(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int) error {
	var title string
	err := db.Do(ctx, tx, db.Value(&title, `DELETE FROM trainings WHERE street_id = @street AND id = @id AND version = @version RETURNING title`,
		db.Args{"street": street, "id": id, "version": version}))
	if errors.Is(err, fault.NotFound) {
		return fault.Stale
	}
	if err != nil {
		return err
	}
	return s.record(ctx, tx, actor, locked{ID: id, StreetID: street}, "removal", "撤销导入，移除培训："+title, "")
}
