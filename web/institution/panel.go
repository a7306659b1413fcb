package institution

import (
	"slices"
	"strconv"
	"strings"

	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/institution"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// consequences say what a move brings about.
var consequences = map[string]string{
	"consultation":      "草案发给街道党工委、市人大常委会对口工委和代表；此前只有本工委能看到。",
	"city-consultation": "草案发给各街道；此前只有市人大常委会机关能看到。",
	"opinion":           "意见由起草方逐条答复是否采纳。",
	"submission":        "提请后条文不能再改，除非会议决定修改后再议。",
	"city-submission":   "提请后条文不能再改，除非会议决定修改后再议。",
	"deliberation":      "应到人数按会议当天在任的工委组成人员计算；过半数出席，赞成超过全体半数为通过。",
	"vote":              "赞成超过常委会全体组成人员的半数为通过，由系统按票数判定。",
	"signature":         "签发后编文号，条文不能再改；要改的，另行修订。只能由在任的工委主任本人签发。",
	"issue":             "签发后编文号，条文不能再改；要改的，另行修订。",
	"filing":            "报市人大常委会备案，编报告文号。",
	"return":            "退回后由街道另起一稿修改，重新报备案；两稿都保留。",
	"record":            "备案后街道可以公布施行。",
	"rework":            "另起一稿，按备案意见修改条文，重新走一遍程序。",
	"effect":            "公布后所有人都能看到，施行日期不能再改；原来的文本同日失效。",
	"city-effect":       "公布后所有人都能看到，施行日期不能再改；原来的文本同日失效。",
	"revision":          "另起一稿，现行文本在新稿施行前继续有效。各条保留原来的编号。",
	"city-revision":     "另起一稿，现行文本在新稿施行前继续有效。各条保留原来的编号。",
	"repeal":            "到失效日期整项制度失效，不能恢复；文本保留可查。",
	"city-repeal":       "到失效日期整项制度失效，不能恢复；文本保留可查。",
}

// aside are the moves that are not the one people come for.
var aside = []string{"return", "repeal", "city-repeal", "revision", "city-revision", "opinion"}

// forms are the moves that the reader may make now.
func (h handler) forms(rec *institution.Record, moves []procedure.Move, sent *page.Sent) (list []ui.Move) {
	for _, m := range moves {
		out := ui.Move{
			Label: m.Label, Action: page.InstitutionURL(rec.ID) + "/" + m.Name, Consequence: consequences[m.Name],
			Primary: !slices.Contains(aside, m.Name), Grave: m.Grave, Version: strconv.Itoa(rec.Version),
		}
		sent.Fill(&out, m.Name, h.controls(rec, m.Name))
		list = append(list, out)
	}
	sent.Unfold(list)
	return list
}

// controls are the fields of a move's form.
func (h handler) controls(rec *institution.Record, name string) []ui.Control {
	long := func(name, label string, optional bool) ui.Control {
		return ui.Control{Kind: "text", Field: ui.Field{Name: name, Label: label, Rows: 3, Max: institution.MaxReason, Optional: optional}}
	}
	date := func(name, label, hint, value string, optional bool) ui.Control {
		return ui.Control{Kind: "input", Field: ui.Field{Name: name, Label: label, Hint: hint, Type: "date", Value: value, Optional: optional}}
	}
	number := func(name, label string) ui.Control {
		return ui.Control{Kind: "input", Field: ui.Field{Name: name, Label: label, Type: "number", Attrs: map[string]any{"min": "0", "inputmode": "numeric"}}}
	}
	today := calendar.ISO(h.today())
	switch strings.TrimPrefix(name, "city-") {
	case "consultation":
		return []ui.Control{date("until", "截止日期", "", "", false)}
	case "opinion":
		return h.opinionControls(rec)
	case "answer":
		return []ui.Control{
			{Kind: "select", Field: ui.Field{Name: "opinion", Label: "哪条意见", Options: unanswered(rec)}},
			{Kind: "radio", Field: ui.Field{Name: "answer", Label: "是否采纳", Options: page.Terms(institution.Answers, "")}},
			long("reason", "说明（不采纳的写明理由）", true),
		}
	case "deliberation":
		return []ui.Control{
			date("met_on", "会议日期", "", today, false),
			{Kind: "select", Field: ui.Field{Name: "chair", Label: "主持人", Hint: committee.PresidingHint, Options: page.Rows(rec.Posts, "请选择主持人")}},
			number("present", "实到人数"), number("for", "赞成人数"),
			{Kind: "radio", Field: ui.Field{Name: "verdict", Label: "审议结果", Options: page.Terms(institution.Verdicts, "")}},
			long("note", "修改意见或者不通过的理由", true),
		}
	case "vote":
		return []ui.Control{
			{Kind: "input", Field: ui.Field{Name: "session", Label: "会议", Hint: "例如 市十六届人大常委会第二十四次会议", Max: institution.MaxTitle}},
			date("voted_on", "表决日期", "", today, false), number("members", "全体组成人员"), number("present", "出席"), number("for", "赞成"), number("against", "反对"),
			number("abstained", "弃权"),
			{Kind: "box", Field: ui.Field{Name: "again", Label: "未获通过的，修改后再议"}},
		}
	case "signature", "issue":
		return []ui.Control{date("trial", "试行期满", "不是试行的不填", "", true)}
	case "return":
		list := []ui.Control{{Kind: "text", Field: ui.Field{Name: "comment", Label: "总的意见", Rows: 3, Max: institution.MaxOpinion}}}
		for _, c := range rec.Text {
			if !c.Repealed {
				list = append(list, ui.Control{Kind: "text", Field: ui.Field{Name: "remark-" + c.Key(), Label: c.Label(), Rows: 2, Max: institution.MaxOpinion, Optional: true}})
			}
		}
		return list
	case "record":
		return []ui.Control{long("comment", "备案意见", true)}
	case "effect":
		return []ui.Control{date("on", "施行日期", "今天或者以后的一天", today, false)}
	case "revision":
		return []ui.Control{long("reason", "修订理由", false)}
	case "repeal":
		return []ui.Control{date("on", "失效日期", "今天或者以后的一天", today, false), long("why", "废止理由", false)}
	}
	return nil
}

func (h handler) opinionControls(rec *institution.Record) []ui.Control {
	clauses := []ui.Option{{Label: "全文"}}
	for _, c := range rec.Text {
		clauses = append(clauses, ui.Option{Value: c.Key(), Label: c.Label()})
	}
	return []ui.Control{
		{Kind: "select", Field: ui.Field{Name: "clause", Label: "对哪一条", Options: clauses}},
		{Kind: "text", Field: ui.Field{Name: "text", Label: "意见", Rows: 4, Max: institution.MaxOpinion}},
		{Kind: "select", Field: ui.Field{Name: "source", Label: "代为登记谁的意见", Hint: "自己的意见不用选", Optional: true, Options: page.Terms(institution.Sources, "自己的意见")}},
		{Kind: "input", Field: ui.Field{Name: "author", Label: "提意见的人或单位", Hint: "代为登记时填写", Optional: true, Max: 50}},
	}
}

func unanswered(rec *institution.Record) []ui.Option {
	list := []ui.Option{{Label: "请选择意见"}}
	for _, o := range rec.Unanswered() {
		text := []rune(o.Text)
		if len(text) > 30 {
			text = append(text[:30], '…')
		}
		list = append(list, ui.Option{Value: page.Number(o.ID), Label: o.Author + "：" + string(text)})
	}
	return list
}

// returned is the filing that the city sent back last, while the street answers it.
func (v *recordView) returned() *institution.FilingLine {
	if len(v.filings) == 0 || v.rec.Latest().Published {
		return nil
	}
	if f := &v.filings[0]; f.Verdict == "returned" {
		return f
	}
	return nil
}
