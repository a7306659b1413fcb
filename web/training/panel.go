package training

import (
	"fmt"
	"slices"
	"strconv"

	"portal/internal/procedure"
	"portal/internal/training"
	"portal/web/page"
	"portal/web/ui"
)

// consequences say what a move brings about, where that is not plain.
var consequences = map[string]string{
	"listing":      "按培训当天在册的人列入，已在名单上的不重复；一个人只列一次。",
	"attendee":     "补充名册里的个别人员。",
	"questions":    "参训人员签到后在这里答题，系统自动计分；不及格的可以补考一次。开始签到后不能再改题。",
	"notice":       "名单上各队伍的账号收到消息，培训出现在他们的页面上。",
	"opening":      "开始后显示六位签到码，请投在现场屏幕上。",
	"sign-in":      "签到码在现场屏幕上。连续输错五次的，请到签到台登记。",
	"test":         "交卷后马上出分，不能修改；不及格的可以补考一次。",
	"attendance":   "勾选到场的人。已经签到的不受影响。",
	"score":        "纸面测试的成绩在这里登记，登记后不能修改；不及格的可以再登记一次补考成绩。",
	"closure":      "结束后签到和成绩不能再改，学时计入各人和各队伍。",
	"cancellation": "取消后不能恢复；已发通知的，参训人员会收到取消的消息。",
}

// primary are the moves that people come for; of those open, the first is shown
// unfolded.
var primary = []string{"notice", "opening", "sign-in", "test", "closure"}

// moves are the moves that the reader may make now.
func moves(rec *training.Record, open []procedure.Move, sent *page.Sent) []ui.Move {
	var list []ui.Move
	for _, m := range open {
		u := ui.Move{
			Label: m.Label, Action: page.TrainingURL(rec.ID) + "/" + m.Name, Consequence: consequences[m.Name],
			Primary: slices.Contains(primary, m.Name), Grave: m.Grave, Version: strconv.Itoa(rec.Version),
		}
		sent.Fill(&u, m.Name, controls(rec, m.Name))
		list = append(list, u)
	}
	sent.Unfold(list)
	return list
}

// controls are the fields of a move's form.
func controls(rec *training.Record, name string) []ui.Control {
	var list []ui.Control
	add := func(kind string, f ui.Field) {
		list = append(list, ui.Control{Kind: kind, Field: f})
	}
	switch name {
	case "listing":
		add("check", ui.Field{Name: "teams", Label: "队伍", Options: teamOptions, Chosen: rec.Audience})
	case "attendee":
		add("input", ui.Field{Name: "name", Label: "姓名", Max: 50})
		add("select", ui.Field{Name: "team", Label: "计入的队伍", Options: page.Terms(training.Teams, "请选择队伍")})
		add("input", ui.Field{Name: "work", Label: "工作单位", Optional: true, Hint: "有同名的人时用来区分", Max: 100})
	case "questions":
		add("text", ui.Field{
			Name: "questions", Label: "题目", Rows: 12, Value: training.WriteQuestions(rec.Questions()), Optional: true,
			Hint: "题目写一行，选项各写一行，以 A. B. 开头，正确答案前加 *，两题之间空一行。留空表示不测试。",
		})
	case "sign-in":
		add("input", ui.Field{Name: "code", Label: "签到码", Attrs: map[string]any{"inputmode": "numeric", "autocomplete": "one-time-code"}})
	case "test":
		for _, q := range rec.Asked {
			f := ui.Field{Name: "q" + strconv.Itoa(q.Number), Label: fmt.Sprintf("%d. %s", q.Number, q.Text)}
			for i, o := range q.Options {
				f.Options = append(f.Options, ui.Option{Value: strconv.Itoa(i + 1), Label: o})
			}
			add("radio", f)
		}
	case "attendance":
		f := ui.Field{Name: "ids", Label: "到场的人"}
		for _, p := range rec.Participants {
			if p.SignedAt == nil {
				f.Options = append(f.Options, ui.Option{Value: page.Number(p.ID), Label: p.Name, Hint: teamName(p.Team)})
			}
		}
		add("check", f)
	case "score":
		f := ui.Field{Name: "participant", Label: "姓名", Options: []ui.Option{{Label: "请选择"}}}
		for _, p := range rec.Participants {
			if p.SignedAt != nil && !p.Passed {
				f.Options = append(f.Options, ui.Option{Value: page.Number(p.ID), Label: p.Name, Group: teamName(p.Team)})
			}
		}
		add("select", f)
		add("input", ui.Field{Name: "score", Label: "成绩（百分制）", Attrs: map[string]any{"inputmode": "numeric"}})
	case "materials":
		add("files", ui.Field{Name: "files", Label: "资料", Hint: page.UploadHint(rec.Limits)})
	case "closure":
		add("text", ui.Field{Name: "outcome", Label: "培训效果", Optional: true, Rows: 3, Max: training.MaxOutcome})
	case "cancellation":
		add("text", ui.Field{Name: "outcome", Label: "取消理由", Rows: 3, Max: training.MaxOutcome})
	}
	return list
}
