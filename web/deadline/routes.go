// Package deadline serves the page that explains one deadline day by day.
package deadline

import (
	"fmt"
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/deadline"
	"portal/web/page"
	"portal/web/ui"
)

type handler struct{ deadlines *deadline.Store }

// Register adds the room's route. Who sees a deadline is who sees its record.
func Register(rs *page.Routes, s *deadline.Store) {
	h := handler{s}
	rs.Get("/deadlines/{id}", access.SignedIn, h.record)
}

// explanation is what the page shows.
type explanation struct {
	head   ui.PageHead
	status ui.Status
	turn   string
	due    *ui.Due
	facts  []ui.Fact
	moves  []ui.Event
	days   ui.Table
	notes  []string
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	rec, err := h.deadlines.Deadline(r.Context(), page.Actor(r), id)
	if err != nil {
		return err
	}
	return page.OK(w, r, recordPage(h.explain(page.Actor(r), &rec)))
}

func (h handler) explain(actor access.Actor, rec *deadline.Record) explanation {
	v := explanation{head: ui.PageHead{Title: rec.Label + "期限：" + calendar.Date(rec.DueOn), Sub: sentence(rec)}, facts: facts(rec)}
	if url, label := page.LinkURL(actor, rec.Kind, rec.SubjectID); url != "" {
		v.head.Back = &ui.Link{Label: label, URL: url}
	}
	switch {
	case rec.EndedOn == nil:
		v.due = page.Due(rec.Calendar, h.deadlines.Now(), "", rec.DueOn, rec.ID)
		v.due.URL = ""
	case rec.EndedHow == "dropped":
		v.status, v.turn = ui.Status{Text: "不再需要", Tone: ui.ToneDone}, calendar.Date(*rec.EndedOn)+"起不再计时。"
	case rec.EndedOn.After(rec.DueOn):
		late := rec.Calendar.WorkdaysBetween(rec.DueOn, *rec.EndedOn)
		v.status, v.turn = ui.Status{Text: "逾期完成", Tone: ui.ToneStop}, fmt.Sprintf("%s完成，逾期 %d 个工作日。", calendar.Date(*rec.EndedOn), late)
	default:
		v.status, v.turn = ui.Status{Text: "按期完成", Tone: ui.ToneGo}, calendar.Date(*rec.EndedOn)+"完成。"
	}
	for _, m := range rec.Moves {
		v.moves = append(v.moves, move(m))
	}
	v.days, v.notes = days(rec)
	return v
}

// sentence says in one breath how the date came about.
func sentence(rec *deadline.Record) string {
	if rec.Days == nil {
		return "这是一个确定的日期，不随节假日变动。到期当天结束前都算按期。"
	}
	s := fmt.Sprintf("%s（%s）起算，当天不计，第 %d 个工作日到期；到期当天结束前都算按期。", calendar.Date(rec.StartedOn), calendar.Weekday(rec.StartedOn), rec.Total())
	if rec.ExtendedDays > 0 {
		s = fmt.Sprintf("%s其中原定 %d 个工作日，延期 %d 个工作日。", s, *rec.Days, rec.ExtendedDays)
	}
	return s
}

func facts(rec *deadline.Record) []ui.Fact {
	list := []ui.Fact{{Label: "依据", Text: rec.Basis}, {Label: "起算日", Text: calendar.Date(rec.StartedOn)}}
	if rec.Days != nil {
		list = append(list, ui.Fact{Label: "期限", Text: strconv.Itoa(*rec.Days) + " 个工作日"})
	}
	if rec.ExtendedDays > 0 {
		list = append(list, ui.Fact{Label: "批准延期", Text: strconv.Itoa(rec.ExtendedDays) + " 个工作日"})
	}
	return append(list, ui.Fact{Label: "到期日", Text: calendar.Date(rec.DueOn) + "（" + calendar.Weekday(rec.DueOn) + "）"})
}

func move(m deadline.Move) ui.Event {
	cause := "延期"
	if m.Cause == "calendar" {
		cause = "节假日更正"
	}
	return ui.Event{
		At: calendar.DateTime(m.At), Who: m.UserName, Reason: m.Why,
		Title: cause + "，由" + calendar.Date(m.DueFrom) + "改为" + calendar.Date(m.DueTo),
	}
}

// days counts day by day, and says where today's calendar is not that by which
// the date was made, or is not known yet.
func days(rec *deadline.Record) (ui.Table, []string) {
	t := ui.Table{Caption: "逐日计算", Columns: []ui.Column{{Label: "日期", Day: true}, {Label: "星期"}, {Label: "怎么算"}}}
	if rec.Days == nil {
		return t, nil
	}
	counted := 0
	unknown := map[int]bool{}
	for _, s := range rec.Steps() {
		cell := ui.Cell{Text: s.Why()}
		if s.Day.Equal(rec.DueOn) {
			cell.Status = &ui.Status{Text: "到期", Tone: ui.ToneStop}
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: calendar.Date(s.Day)}, {Text: calendar.Weekday(s.Day)}, cell}})
		counted = max(counted, s.Count)
		unknown[s.Day.Year()] = !s.Known
	}
	var notes []string
	for y := rec.StartedOn.Year(); y <= rec.DueOn.Year(); y++ {
		if unknown[y] {
			notes = append(notes, fmt.Sprintf("%d年的节假日安排还没有录入，暂按周末推算；录入后，还在计时的期限会自动改期。", y))
		}
	}
	if counted != rec.Total() {
		notes = append(notes, fmt.Sprintf("节假日后来有更正，按现在的日历是 %d 个工作日。已经结束的期限不再改动。", counted))
	}
	return t, notes
}
