package deputy

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/deputy"
	"portal/internal/file"
	"portal/internal/procedure"
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

// moves are what the reader may do with the deputy now.
func (h handler) moves(actor access.Actor, rec *deputy.Record, sent *page.Sent) (list []ui.Move) {
	add := func(name string, m ui.Move, controls []ui.Control) {
		m.Action, m.Version = page.DeputyURL(rec.ID)+"/"+name, strconv.Itoa(rec.Version)
		sent.Fill(&m, name, controls)
		list = append(list, m)
	}
	if actor.May(access.UnmaskDeputy) && rec.PhoneMask != "" {
		add("phone", ui.Move{Label: "查看电话", Button: "查看", Consequence: "谁在什么时候为什么查看，都会记录下来。"}, []ui.Control{{"input", ui.Field{Name: "reason", Label: "查看理由", Max: deputy.MaxReason}}})
	}
	for _, m := range rec.Moves(actor) {
		add(m.Name, ui.Move{Label: m.Label, Grave: m.Grave, Button: m.Label, Consequence: consequences[m.Name]}, h.controls(rec, m))
	}
	if actor.May(access.KeepDeputies) && rec.EndedOn == nil {
		add("photo", ui.Move{Label: "照片", Button: "保存照片", Consequence: "没有本人书面同意的日期，照片只在内部显示。照片重新绘制后保存，不带拍摄地点等信息。"}, picture(rec))
	}
	return list
}

// controls are the fields of a move of the procedure.
func (h handler) controls(rec *deputy.Record, m procedure.Move) []ui.Control {
	controls := []ui.Control{{"input", ui.Field{Name: "on", Label: onLabel(m.Name), Type: "date", Value: calendar.ISO(h.deputies.Now())}}}
	if m.Name == "suspension" {
		controls = append(controls, ui.Control{"input", ui.Field{Name: "until", Label: "预计恢复日期", Optional: true, Type: "date"}})
	}
	if list := deputy.Grounds(m.Name); list != nil {
		controls = append(controls, ui.Control{"select", ui.Field{Name: "ground", Label: "情形", Options: page.Terms(list, "请选择")}})
	}
	if m.Name == "transfer" {
		controls = append(controls,
			ui.Control{"select", ui.Field{Name: "street", Label: "调到哪个街道", Options: page.Rows(rec.Streets, "请选择街道")}},
			ui.Control{"input", ui.Field{Name: "district", Label: "选区", Value: rec.District, Max: deputy.MaxDistrict}},
			ui.Control{"select", ui.Field{Name: "group", Label: "在那里参加的专业小组", Options: page.Terms(deputy.Groups, "请选择")}})
	}
	if m.Need == access.DecideDeputies && m.Name != "reinstatement" {
		controls = append(controls,
			ui.Control{"input", ui.Field{Name: "document", Label: "决定或公告文号", Optional: !deputy.Documented(m.Name), Max: deputy.MaxDistrict}},
			ui.Control{"input", ui.Field{Name: "announced", Label: "公告日期", Optional: true, Type: "date"}})
	}
	return append(controls, ui.Control{"text", ui.Field{Name: "note", Label: "说明", Optional: true, Rows: 2, Max: deputy.MaxReason}})
}

func picture(rec *deputy.Record) []ui.Control {
	consent := ""
	if rec.Photo.ConsentOn != nil {
		consent = calendar.ISO(*rec.Photo.ConsentOn)
	}
	return []ui.Control{
		{"files", ui.Field{Name: "photo", Label: "新照片", Optional: true, Hint: "JPG、PNG 或 WebP；不选就只改同意日期"}},
		{"input", ui.Field{Name: "consent", Label: "本人书面同意公开的日期", Optional: true, Type: "date", Value: consent}},
	}
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
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		t := step(sent)
		err = sent.Try(func() error { return h.deputies.Move(r.Context(), page.Actor(r), name, sent.ID, t) })
		return h.answer(w, r, sent, err, "已登记："+deputy.Procedure.Move(name).Label+"。")
	}
}

// step reads the fields of a move's form.
func step(sent *page.Sent) deputy.Step {
	t := deputy.Step{
		Version: sent.Version,
		On:      sent.Date("on", onLabel(sent.Name), true), Until: sent.Date("until", "预计恢复日期", false),
		Document:  sent.Line("document", "文号", deputy.MaxDistrict, deputy.Documented(sent.Name)),
		Announced: sent.Date("announced", "公告日期", false),
		Note:      sent.Text("note", "说明", deputy.MaxReason, false),
		Street:    page.Int64(sent.Value("street")),
	}
	if list := deputy.Grounds(sent.Name); list != nil {
		t.Ground = sent.Choice("ground", "情形", list)
	}
	if sent.Name == "transfer" {
		t.District = sent.Line("district", "选区", deputy.MaxDistrict, true)
		t.Group = sent.Choice("group", "专业小组", deputy.Groups)
	}
	return t
}

func (h handler) photo(w http.ResponseWriter, r *http.Request) error {
	sent, err := page.ReadMove(w, r, "photo")
	if err != nil {
		return err
	}
	p := deputy.Picture{Version: sent.Version, Uploads: first(sent.Files("photo")), ConsentOn: sent.Date("consent", "同意的日期", false)}
	err = sent.Try(func() error { return h.deputies.Depict(r.Context(), page.Actor(r), sent.ID, p) })
	return h.answer(w, r, sent, err, "已保存照片。")
}

func first(list []file.Upload) []file.Upload { return list[:min(1, len(list))] }

// steps are what happened to the seat.
func steps(rec *deputy.Record) ui.Table {
	t := ui.Table{Caption: "任职变动", Columns: []ui.Column{{Label: "日期", Day: true}, {Label: "事项"}, {Label: "文号"}, {Label: "公告", Less: true}}}
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
