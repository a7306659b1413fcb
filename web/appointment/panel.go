package appointment

import (
	"strconv"

	"portal/internal/access"
	"portal/internal/appointment"
	"portal/internal/calendar"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// consequences say what a move brings about, where that is not plain.
var consequences = map[string]string{
	"papers":       "由提请机关负责人签署的任免案，扫描或 Word 文件。",
	"submission":   "提请以后材料和人选不能再改；要改的请市里退回，或者撤回。",
	"withdrawal":   "撤回后不能恢复，要任免的重新准备。",
	"return":       "退回后街道补充材料，再次提请。",
	"tabling":      "登记市人大常委会主任会议的决定。",
	"deliberation": "登记常委会会议的审议，接着无记名表决。",
	"vote":         "每人的赞成、反对、弃权、未按表决器相加等于出席人数。赞成超过全体组成人员半数的通过，从表决之日起任职或者离任。登记后不能更改。",
	"publication":  "公布后居民可以看到任职的人。不能撤销。",
	"certificate":  "编发任命书文号，每人一份。任命书由常委会主任签署，签名和印章在纸上加。",
}

// moves are the moves that the reader may make now.
func (h handler) moves(actor access.Actor, rec *appointment.Record, sent *page.Sent) []ui.Move {
	var list []ui.Move
	add := func(name, label string, grave, primary bool) {
		m := ui.Move{
			Label: label, Action: page.AppointmentURL(rec.ID) + "/" + name, Consequence: consequences[name], Version: strconv.Itoa(rec.Version),
			Grave: grave, Primary: primary,
		}
		sent.Fill(&m, name, h.controls(rec, name))
		list = append(list, m)
	}
	if prepares(actor, rec) {
		add("papers", "上传任免案", false, false)
	}
	for _, m := range rec.Moves(actor) {
		add(m.Name, m.Label, m.Grave, m.Name != "return" && m.Name != "withdrawal")
	}
	if prepares(actor, rec) {
		add("revision", "修改标题和事由", false, false)
	}
	sent.Unfold(list)
	return list
}

func (h handler) controls(rec *appointment.Record, name string) []ui.Control {
	today := calendar.ISO(h.files.Now())
	day := func(name, label, value string) ui.Control {
		return ui.Control{"input", ui.Field{Name: name, Label: label, Type: "date", Value: value}}
	}
	name50 := func(name, label, hint string) ui.Control {
		return ui.Control{"input", ui.Field{Name: name, Label: label, Hint: hint, Max: text.Name}}
	}
	session := ""
	if rec.SessionOn != nil {
		session = calendar.ISO(*rec.SessionOn)
	}
	late := ui.Control{"input", ui.Field{
		Name: "late_reason", Label: "没有提前送达的理由", Optional: true, Value: rec.LateReason, Max: appointment.MaxReason,
		Hint: "材料一般在会议 " + strconv.Itoa(max(rec.File.PapersDays, rec.PapersDays)) + " 天前送达；来不及的写明理由",
	}}
	switch name {
	case "papers":
		return []ui.Control{{"files", ui.Field{Name: "files", Label: "任免案", Hint: page.UploadHint(rec.Limits)}}}
	case "submission":
		return []ui.Control{name50("signed_by", "签署任免案的负责人", ""), day("session_on", "提请的常委会会议日期", session), late}
	case "withdrawal":
		return []ui.Control{why("撤回的理由")}
	case "return":
		return []ui.Control{why("要补什么")}
	case "tabling":
		return []ui.Control{
			day("on", "主任会议日期", today), name50("session", "提请哪次常委会会议", "例如 第十六届第二十四次会议"), day("session_on", "常委会会议日期", session), late,
		}
	case "deliberation":
		return []ui.Control{day("on", "审议日期", session), name50("explained_by", "到会说明的人", "提请机关负责人或者委托的人")}
	case "vote":
		return []ui.Control{
			day("on", "表决日期", session), number("total", "市人大常委会全体组成人员", ""), number("present", "出席", ""),
		}
	case "publication":
		return []ui.Control{day("on", "公布日期", today), {"input", ui.Field{Name: "how", Label: "公布的方式", Hint: "例如 东莞市人大常委会公告〔2019〕12号", Max: appointment.MaxTitle}}}
	case "certificate":
		return []ui.Control{day("on", "颁发日期", today), name50("signer", "签署的市人大常委会主任", "")}
	case "revision":
		return []ui.Control{
			{"input", ui.Field{Name: "title", Label: "标题", Value: rec.Title, Max: appointment.MaxTitle}},
			{"text", ui.Field{Name: "ground", Label: "事由", Value: rec.Ground, Rows: 4, Max: appointment.MaxGround}},
		}
	}
	return nil
}

// why is the field of a reason.
func why(label string) ui.Control {
	return ui.Control{"text", ui.Field{Name: "reason", Label: label, Rows: 3, Max: appointment.MaxReason}}
}

func number(name, label, value string) ui.Control {
	return ui.Control{"input", ui.Field{Name: name, Label: label, Type: "number", Value: value, Attrs: map[string]any{"min": "0", "inputmode": "numeric"}}}
}

// counts are the fields of the vote: a group for each person.
func counts(rec *appointment.Record, sent *page.Sent) []fieldGroup {
	var list []fieldGroup
	for i := range rec.People {
		a := &rec.People[i]
		id := "-" + page.Number(a.ID)
		var g ui.Move
		sent.Fill(&g, "vote", []ui.Control{
			number("for"+id, "赞成", ""), number("against"+id, "反对", "0"), number("abstained"+id, "弃权", "0"), number("not_pressed"+id, "未按表决器", "0"),
		})
		list = append(list, fieldGroup{a.Name + "，" + a.ActName() + a.PostName(), g.Controls})
	}
	return list
}

type fieldGroup struct {
	legend   string
	controls []ui.Control
}
