package voter

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/person"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/internal/voter"
	"portal/web/page"
	"portal/web/ui"
)

// consequences say what a move brings about, where that is not plain.
var consequences = map[string]string{
	"opening":            "开始推荐以后，选区、名额、任期和目标都不再改。",
	"recommendation":     "只登记推选需要的情况。人选当选并经确认以前，不是选民代表。",
	"vetting":            "提交以后不再接受新的推荐。",
	"review":             "勾选结果相同的人选一起登记。三项条件都符合才通过；没有通过的，不再列入。",
	"withdrawal":         "撤回以后，这位人选本次不再参加推选，不能恢复。",
	"publicity":          "开始后，人选的姓名、性别和选区在居民网站公示，公示期满才能开会推选。",
	"objection":          "异议只有工委办公室和主任、副主任能看到。",
	"objection-decision": "异议成立的，人选不再列入；不成立的，人选保留。",
	"publicity-end":      "公示期已满，可以进入推选会议。",
	"submission":         "提交以后推选结果不能再改，等工委主任会议确认。",
	"confirmation":       "确认以后当选人即为选民代表；换届的，上一届同时届满。不能恢复。会议全体组成人员人数按当天在任的主任、副主任、委员计算。",
	"announcement":       "签发以后编发文号，名单在居民网站公开，公告不能再改。",
	"certificates":       "证书可在选民代表页面下载打印，盖章后发给本人。",
	"closure":            "结束以后，这项推选工作不再变化。",
	"stop":               "终止以后不能恢复，要重新启动。",
}

// primary are the moves that people come for; of those open, the first is shown
// unfolded.
var primary = []string{"publicity-end", "objection-decision", "submission", "review", "publicity", "recommendation", "opening", "confirmation", "announcement", "certificates", "closure"}

// elsewhere are the moves that have pages of their own.
var elsewhere = []string{"result", "runoff"}

// moves are the moves that the reader may make now.
func (h handler) moves(rec *voter.Record, open []procedure.Move, sent *page.Sent) []ui.Move {
	var list []ui.Move
	for _, m := range open {
		if slices.Contains(elsewhere, m.Name) {
			continue
		}
		u := ui.Move{
			Label: m.Label, Action: page.SelectionURL(rec.ID) + "/" + m.Name, Consequence: consequences[m.Name],
			Primary: slices.Contains(primary, m.Name), Grave: m.Grave, Version: strconv.Itoa(rec.Version),
		}
		sent.Fill(&u, m.Name, h.controls(rec, m.Name))
		list = append(list, u)
	}
	sent.Unfold(list)
	return list
}

// controls are the fields of a move's form.
func (h handler) controls(rec *voter.Record, name string) []ui.Control {
	today := calendar.ISO(h.voters.Now())
	why := func(name, label string, optional bool) ui.Control {
		return ui.Control{"text", ui.Field{Name: name, Label: label, Rows: 3, Max: voter.MaxNote, Optional: optional}}
	}
	switch name {
	case "recommendation":
		return recommendationControls(rec)
	case "review":
		return []ui.Control{
			{"check", ui.Field{Name: "candidates", Label: "人选", Options: candidates(rec.Standing(), func(c voter.Candidate) bool { return c.VetResult == "" })}},
			{"check", ui.Field{Name: "conditions", Label: "符合的条件", Optional: true, Chosen: []string{"adult", "standing", "clear"}, Options: []ui.Option{
				{Value: "adult", Label: "年满 18 周岁"}, {Value: "standing", Label: "是本选区选民，或在本选区长期居住"}, {Value: "clear", Label: "没有被采取刑事强制措施"},
			}}},
			{"input", ui.Field{Name: "organs", Label: "参加联审的部门", Hint: "例如 组织、纪检监察、公安、司法", Max: voter.MaxOrgans}},
			why("note", "说明（没有通过的写明原因）", true),
		}
	case "withdrawal":
		return []ui.Control{{"select", ui.Field{Name: "candidate", Label: "撤回哪位人选", Options: candidateChoice(rec)}}, why("reason", "理由", false)}
	case "objection":
		return []ui.Control{
			{"select", ui.Field{Name: "candidate", Label: "对哪位人选", Options: candidateChoice(rec)}},
			{"input", ui.Field{Name: "from", Label: "提出人", Optional: true, Hint: "匿名的不填", Max: voter.MaxRecommender}},
			{"text", ui.Field{Name: "content", Label: "异议内容", Rows: 4, Max: voter.MaxContent}},
		}
	case "objection-decision":
		return []ui.Control{
			{"select", ui.Field{Name: "objection", Label: "哪条异议", Options: objections(rec)}},
			{"radio", ui.Field{Name: "decision", Label: "处理结果", Options: page.Terms(voter.Decisions, "")}},
			why("note", "核查情况", false),
		}
	case "confirmation":
		return []ui.Control{
			{"input", ui.Field{Name: "met_on", Label: "工委主任会议日期", Type: "date", Value: today}},
			{"select", ui.Field{Name: "chair", Label: "主持人", Hint: committee.PresidingHint, Options: page.Rows(committee.PostChoices(rec.Chairs), "请选择")}},
			{"input", ui.Field{Name: "met_present", Label: "到会人数", Type: "number", Hint: fmt.Sprintf("今天全体组成人员 %d 人，到会要过半", len(rec.Chairs)), Attrs: whole}},
			{"input", ui.Field{Name: "met_for", Label: "赞成人数", Type: "number", Hint: "赞成超过全体组成人员的一半才通过", Attrs: whole}},
		}
	case "certificates":
		return []ui.Control{
			{"check", ui.Field{Name: "list", Label: "领到证书的选民代表", Options: waiting(rec)}},
			{"input", ui.Field{Name: "on", Label: "发证日期", Type: "date", Value: today}},
		}
	case "stop":
		return []ui.Control{why("reason", "理由", false)}
	}
	return nil
}

var whole = map[string]any{"min": "0", "inputmode": "numeric"}

func recommendationControls(rec *voter.Record) []ui.Control {
	var districts []choice.Row
	for _, d := range rec.Districts {
		districts = append(districts, choice.Row{ID: d.ID, Name: fmt.Sprintf("%s（名额 %d）", d.Name, d.Seats)})
	}
	list := []ui.Control{
		{"select", ui.Field{Name: "district", Label: "选区", Options: page.Rows(districts, "请选择选区")}},
		{"input", ui.Field{Name: "name", Label: "姓名", Max: text.Name}},
		{"radio", ui.Field{Name: "sex", Label: "性别", Options: page.Terms(person.Sexes, "")}},
		{"input", ui.Field{Name: "born", Label: "出生年份", Type: "number", Hint: "四位数，用于核对年龄", Attrs: map[string]any{"min": "1900", "max": "2100", "inputmode": "numeric"}}},
		{"input", ui.Field{Name: "work", Label: "工作单位和职务", Optional: true, Max: voter.MaxWork}},
		{"input", ui.Field{Name: "phone", Label: "联系电话", Optional: true, Type: "tel", Hint: "加密保存，不对外公开", Max: 30}},
		{"radio", ui.Field{Name: "standing", Label: "资格", Options: page.Terms(voter.Standings, "")}},
		{"radio", ui.Field{Name: "hukou", Label: "户籍", Options: []ui.Option{{Value: "yes", Label: "户籍人口"}, {Value: "no", Label: "非户籍人口"}}}},
		{"select", ui.Field{Name: "occupation", Label: "职业", Options: page.Terms(voter.Occupations, "请选择职业")}},
		{"radio", ui.Field{Name: "recommended_by", Label: "推荐方式", Options: page.Terms(voter.Recommenders, "")}},
		{"input", ui.Field{Name: "recommender", Label: "推荐方", Hint: "组织名称，或者联名的第一位选民", Max: voter.MaxRecommender}},
		{"input", ui.Field{Name: "signers", Label: "联名人数", Optional: true, Type: "number", Hint: "联名推荐的填写", Attrs: whole}},
	}
	if len(districts) == 1 {
		list[0].Value = page.Number(districts[0].ID)
	}
	return list
}

func candidates(list []voter.Candidate, want func(voter.Candidate) bool) (options []ui.Option) {
	for _, c := range list {
		if want(c) {
			options = append(options, ui.Option{Value: page.Number(c.ID), Label: c.Name, Hint: c.District})
		}
	}
	return options
}

func candidateChoice(rec *voter.Record) []ui.Option {
	options := []ui.Option{{Label: "请选择人选"}}
	for _, c := range rec.Standing() {
		options = append(options, ui.Option{Value: page.Number(c.ID), Label: c.Name + "（" + c.District + "）"})
	}
	return options
}

func objections(rec *voter.Record) []ui.Option {
	options := []ui.Option{{Label: "请选择异议"}}
	for _, o := range rec.Undecided() {
		start := []rune(strings.ReplaceAll(o.Content, "\n", " "))
		options = append(options, ui.Option{Value: page.Number(o.ID), Label: calendar.MonthDay(o.ReceivedOn) + " 对" + o.Name + "：" + string(start[:min(20, len(start))])})
	}
	return options
}

func waiting(rec *voter.Record) (options []ui.Option) {
	for _, l := range rec.Representatives {
		if l.CertificateOn == nil && l.EndedOn == nil {
			options = append(options, ui.Option{Value: page.Number(l.ID), Label: l.Name, Hint: l.District + "，第 " + l.CertificateNumber + " 号"})
		}
	}
	return options
}
