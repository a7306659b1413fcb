package deputy

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/deputy"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// consequences say what a move means for the deputy, in words.
var consequences = map[string]string{
	"report":        "上报后，市人大代表工委会收到消息；代表的任职情况不变。",
	"resignation":   "只登记书面辞职。市人大常委会决定接受以前，代表仍然在任。",
	"acceptance":    "从这一天起不再是代表：退出代表小组和驻站，居民网站不再显示，席位出缺待补选。",
	"suspension":    "暂停期间仍计入代表人数，名册上有标记，不安排接待。",
	"termination":   "从这一天起不再是代表：退出代表小组和驻站，居民网站不再显示，席位出缺待补选。",
	"recall":        "从这一天起不再是代表：退出代表小组和驻站，居民网站不再显示，席位出缺待补选。",
	"death":         "从这一天起不再列入在任代表，退出代表小组和驻站，席位出缺待补选。",
	"transfer":      "在这里离任，同一天列入另一个街道的名册，任何一天只计一次。",
	"reinstatement": "用于登记错误。恢复在任，并恢复当天随离任结束的小组和驻站。",
}

// panel is the form of a move.
func (h handler) panel(rec *deputy.Record, m procedure.Move) panel {
	f := func(name string) string { return m.Name + "-" + name }
	today := calendar.ISO(h.deputies.Now())
	controls := []ui.Control{{"input", ui.Field{Name: f("on"), Label: onLabel(m.Name), Type: "date", Value: today}}}
	if m.Name == "suspension" {
		controls = append(controls, ui.Control{"input", ui.Field{Name: f("until"), Label: "预计恢复日期", Optional: true, Type: "date"}})
	}
	if list := deputy.Grounds(m.Name); list != nil {
		controls = append(controls, ui.Control{"select", ui.Field{Name: f("ground"), Label: "情形", Options: page.Terms(list, "请选择")}})
	}
	if m.Name == "transfer" {
		controls = append(controls,
			ui.Control{"select", ui.Field{Name: f("street"), Label: "调到哪个街道", Options: page.Rows(rec.Streets, "请选择街道")}},
			ui.Control{"input", ui.Field{Name: f("district"), Label: "选区", Value: rec.District, Max: deputy.MaxDistrict}},
			ui.Control{"select", ui.Field{Name: f("group"), Label: "在那里参加的专业小组", Options: page.Terms(deputy.Groups, "请选择")}})
	}
	if m.Need == access.DecideDeputies && m.Name != "reinstatement" {
		controls = append(controls,
			ui.Control{"input", ui.Field{Name: f("document"), Label: "决定或公告文号", Optional: !deputy.Documented(m.Name), Max: deputy.MaxDistrict}},
			ui.Control{"input", ui.Field{Name: f("announced"), Label: "公告日期", Optional: true, Type: "date"}})
	}
	controls = append(controls, ui.Control{"text", ui.Field{Name: f("note"), Label: "说明", Optional: true, Rows: 2, Max: deputy.MaxReason}})
	return panel{ui.Move{
		Label: m.Label, Action: page.DeputyURL(rec.ID) + "/" + m.Name, Grave: m.Grave, Button: m.Label, Version: strconv.Itoa(rec.Version),
		Consequence: consequences[m.Name],
	}, controls}
}

func onLabel(move string) string {
	switch move {
	case "report":
		return "情形发生的日期"
	case "resignation":
		return "书面提出的日期"
	case "death":
		return "去世日期"
	}
	return "决定的日期"
}

// move makes one move of the procedure.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := page.ID(r, "id")
		if err != nil {
			return err
		}
		if _, err := page.Form[struct{}](w, r); err != nil {
			return err
		}
		t, bad := step(r, name)
		err = bad.Err()
		if err == nil {
			err = fault.Under(name+"-", h.deputies.Move(r.Context(), page.Actor(r), name, id, t))
		}
		if err != nil {
			return h.again(w, r, err)
		}
		return page.Done(w, r, page.DeputyURL(id), "已登记："+deputy.Procedure.Move(name).Label+"。")
	}
}

func (h handler) depiction(rec *deputy.Record) panel {
	consent := page.Day(rec.Photo.ConsentOn)
	if rec.Photo.ConsentOn != nil {
		consent = calendar.ISO(*rec.Photo.ConsentOn)
	}
	return panel{ui.Move{
		Label: "照片", Action: page.DeputyURL(rec.ID) + "/photo", Button: "保存照片", Upload: true, Version: strconv.Itoa(rec.Version),
		Consequence: "没有本人书面同意的日期，照片只在内部显示。照片重新绘制后保存，不带拍摄地点等信息。",
	}, []ui.Control{
		{"files", ui.Field{Name: "photo", Label: "新照片", Optional: true, Hint: "JPG、PNG 或 WebP；不选就只改同意日期"}},
		{"input", ui.Field{Name: "consent", Label: "本人书面同意公开的日期", Optional: true, Type: "date", Value: consent}},
	}}
}

func (h handler) photo(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	f, err := page.Upload[struct {
		Version string `form:"version"`
		Consent string `form:"consent"`
	}](w, r)
	if err != nil {
		return err
	}
	var read text.Reader
	p := deputy.Picture{Version: version(f.Version), Uploads: first(page.Files(r, "photo")), ConsentOn: read.Date("consent", f.Consent, "同意的日期", false)}
	err = read.Bad.Err()
	if err == nil {
		err = h.deputies.Depict(r.Context(), page.Actor(r), id, p)
	}
	if err != nil {
		return h.again(w, r, err)
	}
	return page.Done(w, r, page.DeputyURL(id), "已保存照片。")
}

func first(list []file.Upload) []file.Upload { return list[:min(1, len(list))] }

// steps are what happened to the seat.
func steps(rec *deputy.Record) ui.Table {
	t := ui.Table{Caption: "任职变动", Columns: []ui.Column{{Label: "日期"}, {Label: "事项"}, {Label: "文号"}, {Label: "公告", Less: true}}}
	for _, l := range rec.Steps {
		label := "确认代表资格"
		if l.Step != "confirmation" {
			label = deputy.Procedure.Move(l.Step).Label
		}
		sub := l.GroundName()
		if l.UntilOn != nil {
			sub += "，预计到" + page.Day(l.UntilOn)
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{{Text: calendar.Date(l.OnDay)}, {Text: label, Sub: sub}, {Text: l.Document}, {Text: page.Day(l.Announced)}}})
	}
	return t
}

// memberships are the groups over time.
func memberships(actor access.Actor, rec *deputy.Record) ui.Table {
	t := ui.Table{Caption: "代表小组", Columns: []ui.Column{{Label: "小组"}, {Label: "从"}, {Label: "到"}, {Label: "说明", Less: true}}}
	for _, m := range rec.Groups {
		name := m.Group
		if m.Leader {
			name += "（任过组长）"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: name, URL: page.LinkTo(actor, access.ViewDeputies, m.GroupID, page.GroupURL)}, {Text: calendar.Date(m.FromOn)}, {Text: untilNow(page.Day(m.UntilOn))}, {Text: m.Note},
		}})
	}
	return t
}

// step reads the fields of a move's form, whose names begin with the move's.
func step(r *http.Request, move string) (deputy.Step, interface{ Err() error }) {
	var read text.Reader
	get := func(name string) string { return r.PostForm.Get(move + "-" + name) }
	t := deputy.Step{
		Version: version(r.PostForm.Get("version")),
		On:      read.Date(move+"-on", get("on"), onLabel(move), true), Until: read.Date(move+"-until", get("until"), "预计恢复日期", false),
		Document:  read.Line(move+"-document", get("document"), "文号", deputy.MaxDistrict, deputy.Documented(move)),
		Announced: read.Date(move+"-announced", get("announced"), "公告日期", false),
		Note:      read.Text(move+"-note", get("note"), "说明", deputy.MaxReason, false),
		Street:    page.Int64(get("street")),
	}
	if list := deputy.Grounds(move); list != nil {
		t.Ground = read.Choice(move+"-ground", get("ground"), "情形", choice.Keys(list)...)
	}
	if move == "transfer" {
		t.District = read.Line(move+"-district", get("district"), "选区", deputy.MaxDistrict, true)
		t.Group = read.Choice(move+"-group", get("group"), "专业小组", choice.Keys(deputy.Groups)...)
	}
	return t, read.Bad
}
