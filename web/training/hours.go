package training

import (
	"net/http"
	"strconv"
	"time"

	"portal/internal/calendar"
	"portal/internal/document"
	"portal/internal/text"
	"portal/internal/training"
	"portal/web/page"
	"portal/web/ui"
)

// period is the address of the hours.
type period struct {
	From   string `form:"from"`
	To     string `form:"to"`
	Street string `form:"street"`
	Format string `form:"format"`
}

// days are the first and last day; what cannot be read is this year's.
func (q period) days(now time.Time) (from, to time.Time) {
	var r text.Reader
	year := calendar.On(now).Year()
	if from = r.Date("from", q.From, "起始日期", false); from.IsZero() {
		from = calendar.Day(year, time.January, 1)
	}
	if to = r.Date("to", q.To, "截止日期", false); to.IsZero() {
		to = calendar.Day(year, time.December, 31)
	}
	return from, to
}

// hoursView is the page of the hours.
type hoursView struct {
	head          ui.PageHead
	from, to      string
	query         period
	streets       []ui.Option
	teams, people ui.Table
	more          bool
}

func (h handler) hours(w http.ResponseWriter, r *http.Request) error {
	q, actor := page.Query[period](r), page.Actor(r)
	from, to := q.days(h.trainings.Now())
	whole := q.Format == "xlsx" || q.Format == "csv"
	found, err := h.trainings.Hours(r.Context(), actor, page.Int64(q.Street), from, to, whole)
	if err != nil {
		return err
	}
	if whole {
		return h.exportHours(w, q, found)
	}
	v := hoursView{query: q, from: calendar.ISO(from), to: calendar.ISO(to), more: found.More, teams: teams(found.Teams), people: persons(found.People, actor.StreetID == 0)}
	v.head = ui.PageHead{
		Title: "学时统计", Sub: calendar.Date(from) + "至" + calendar.Date(to) + "，按签到计，截至" + calendar.DateTime(h.trainings.Now()) + "。",
		Back: &ui.Link{Label: "培训", URL: page.TrainingsURL}, Print: true,
		Links: []ui.Link{{Label: "导出", URL: page.With(r, "format", "xlsx"), Icon: "export"}},
	}
	if actor.StreetID == 0 {
		v.streets = page.Rows(found.Streets, "全部")
	}
	return page.OK(w, r, hoursPage(v))
}

func teams(list []training.TeamHours) ui.Table {
	t := ui.Table{Caption: "各队伍学时", Columns: []ui.Column{
		{Label: "队伍"}, {Label: "培训（次）", Number: true}, {Label: "参训（人）", Number: true}, {Label: "参训（人次）", Number: true}, {Label: "学时合计", Number: true}, {Label: "人均学时", Number: true},
	}}
	for _, x := range list {
		mean := "—"
		if x.People > 0 {
			mean = strconv.FormatFloat(float64(x.Tenths)/10/float64(x.People), 'f', 1, 64)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: teamName(x.Team)}, {Text: strconv.Itoa(x.Trainings)}, {Text: strconv.Itoa(x.People)}, {Text: strconv.Itoa(x.Times)}, {Text: training.Written(x.Tenths)}, {Text: mean},
		}})
	}
	return t
}

func persons(list []training.PersonHours, city bool) ui.Table {
	t := ui.Table{Caption: "各人学时", Columns: []ui.Column{{Label: "姓名"}, {Label: "队伍"}, {Label: "参训（次）", Number: true}, {Label: "学时", Number: true}, {Label: "测试及格（次）", Number: true}}}
	for _, x := range list {
		url := page.PersonTrainingURL(x.PersonID)
		row := ui.Row{URL: url, Cells: []ui.Cell{
			{Text: x.Name, URL: url}, {Text: teamName(x.Team)}, {Text: strconv.Itoa(x.Times)}, {Text: training.Written(x.Tenths)}, {Text: strconv.Itoa(x.Passed)},
		}}
		if city {
			row.Cells[0].Sub = x.Street
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (h handler) exportHours(w http.ResponseWriter, q period, found training.Hours) error {
	s := document.Sheet{Name: "学时统计", Head: []string{"序号", "街道", "姓名", "队伍", "参训次数", "学时", "测试及格次数"}}
	for i, x := range found.People {
		s.Rows = append(s.Rows, []any{int64(i + 1), x.Street, x.Name, teamName(x.Team), int64(x.Times), float64(x.Tenths) / 10, int64(x.Passed)})
	}
	return send(w, "学时统计"+calendar.ISO(h.trainings.Now()), q.Format, s)
}

// personView is the page of one person's training.
type personView struct {
	head  ui.PageHead
	table ui.Table
}

func (h handler) person(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	p, err := h.trainings.Person(r.Context(), page.Actor(r), id)
	if err != nil {
		return err
	}
	head := ui.PageHead{Title: p.Name + "的培训", Sub: teamName(p.Team) + "。" + hoursOf(p), Back: &ui.Link{Label: "学时统计", URL: page.TrainingHoursURL}, Print: true}
	return page.OK(w, r, personPage(personView{head, lines(p.Lines)}))
}

func (h handler) mine(w http.ResponseWriter, r *http.Request) error {
	p, err := h.trainings.Person(r.Context(), page.Actor(r), 0)
	if err != nil {
		return err
	}
	head := ui.PageHead{Title: "我的学时", Sub: hoursOf(p), Back: &ui.Link{Label: "培训", URL: page.TrainingsURL}, Print: true}
	return page.OK(w, r, personPage(personView{head, lines(p.Lines)}))
}

func hoursOf(p training.Person) string {
	return "签到的培训累计 " + training.Written(p.Tenths) + " 学时。"
}

func lines(list []training.PersonLine) ui.Table {
	t := ui.Table{Caption: "参加的培训", Columns: []ui.Column{{Label: "培训"}, {Label: "日期", Day: true}, {Label: "学时", Number: true}, {Label: "签到"}, {Label: "成绩", Number: true}}}
	for _, x := range list {
		url := page.TrainingURL(x.ID)
		row := ui.Row{URL: url, Cells: []ui.Cell{{Text: x.Title, URL: url}, {Text: calendar.Date(x.HeldOn)}, {Text: "0"}, {Text: "没有签到"}, {Text: "—"}}}
		switch {
		case x.SignedAt != nil:
			row.Cells[2], row.Cells[3] = ui.Cell{Text: training.Written(x.Tenths)}, ui.Cell{Text: "已签到"}
		case x.State == string(training.Cancelled):
			row.Cells[3].Text = "已取消"
		case x.State != string(training.Closed):
			row.Cells[3].Text = "待签到"
		}
		if x.Score != nil {
			row.Cells[4] = ui.Cell{Text: strconv.Itoa(*x.Score), Sub: verdict(x.Passed)}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
