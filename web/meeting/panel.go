package meeting

import (
	"fmt"
	"slices"
	"strconv"

	"portal/internal/meeting"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// consequences say what a move brings about, where that is not plain.
var consequences = map[string]string{
	"agenda":       "只列主任确定的议题和以前缓议的议题。",
	"notice":       "名单上的人收到消息，请他们回执。会议规则从此固定，以后改设置也不影响这次会议；应到的人以开会当天在任的成员为准。",
	"chair":        "主持人离任、不能到会的，开会以前可以更换。",
	"opening":      "应到的人按今天在任的成员核定：通知后离任的不再应到。开始后，大屏显示签到二维码和四位签到码。",
	"beginning":    "会议开始。以前没有办完的议定事项同时列入议程，按现在的进展记下。",
	"remote":       "远程参会的同样签到，名单和纪要会注明。",
	"recusal":      "回避的人不参加这个议题的表决；人数、票数的基数不变。",
	"hands":        "人数和结果由系统按现在到会的人计算，登记后不能修改。",
	"roll":         "到会的成员在自己的页面上表决，也可以唱名后由办公室登记。结束以前不显示结果。",
	"ballot":       "到会、没有回避的成员在“去投票”里投票，没有账号的发投票码或纸质票。谁投了什么不留任何记录。",
	"voice":        "记名表决，结束后公布每个人的表决；结束以前可以改。",
	"roll-closure": "结束后不能再表决，结果马上公布，不能修改。",
	"conclusion":   "没有表决的议题在这里登记结果。通过与否只能由表决决定。",
	"temporary":    "到会的过半数同意，才能列入。监督议题同样要有授权。",
	"talk":         "转为座谈会后只听取意见、讨论，不能表决，不能作出决定。",
	"failure":      "流会后不能恢复，议题留到下次会议。",
	"closing":      "签到同时结束，没有签到、没有准假的记为缺席。",
	"record":       "逐人记下发言；会议纪要只写结果，是另一份文件。",
	"check":        "核定后会议记录不能再改。",
	"minutes":      "按签到、议题、表决和议定事项起草，可以修改。",
	"signature":    "签发后编发文号，纪要不能再改。",
	"issue":        "印发后，签到记录也不能再更正；参会人员收到消息。",
	"archive":      "议定事项都已办完，会议归档。",
	"opinion":      "选民代表在会上提的意见，先登记为群众意见，来源选“选民代表会议”，再把编号填在这里。",
	"cancellation": "取消后不能恢复，议题留到下次会议；通知过的人会收到消息。",
}

// primary are the moves that people come for; of those open, the first is shown
// unfolded.
var primary = []string{"agenda", "notice", "opening", "beginning", "voice", "hands", "roll-closure", "conclusion", "closing", "check", "minutes", "signature", "issue"}

func (h handler) moves(rec *meeting.Record, open []procedure.Move, sent *page.Sent) []ui.Move {
	var list []ui.Move
	for _, m := range open {
		u := ui.Move{
			Label: m.Label, Action: page.MeetingURL(rec.ID) + "/" + m.Name, Consequence: consequences[m.Name],
			Primary: slices.Contains(primary, m.Name), Grave: m.Grave, Version: strconv.Itoa(rec.Version),
		}
		sent.Fill(&u, m.Name, controls(rec, m.Name))
		if m.Name == "voice" {
			ofVote(&u, strconv.FormatInt(rec.Open.ID, 10))
		}
		list = append(list, u)
	}
	slices.SortStableFunc(list, func(a, b ui.Move) int { return rank(a) - rank(b) })
	sent.Unfold(list)
	return list
}

// ofVote makes a form that was sent for another vote one of the vote that is open, in
// which nothing is chosen yet.
func ofVote(m *ui.Move, vote string) {
	i := slices.IndexFunc(m.Controls, func(c ui.Control) bool { return c.Kind == "hidden" })
	if m.Controls[i].Value == vote {
		return
	}
	m.Controls[i].Value = vote
	for k := range m.Controls {
		if m.Controls[k].Kind == "radio" {
			m.Controls[k].Value, m.Controls[k].Chosen = "", nil
		}
	}
}

// rank puts the moves that people come for first.
func rank(m ui.Move) int {
	if m.Primary {
		return 0
	}
	return 1
}

// items are options of the agenda's items that which chooses.
func items(rec *meeting.Record, which func(*meeting.Item) bool) []ui.Option {
	list := []ui.Option{{Label: "请选择"}}
	for i := range rec.Items {
		if it := &rec.Items[i]; which(it) {
			list = append(list, ui.Option{Value: page.Number(it.ID), Label: fmt.Sprintf("%d. %s", i+1, it.Title)})
		}
	}
	if len(list) == 2 {
		list = list[1:]
	}
	return list
}

func free(it *meeting.Item) bool { return it.Outcome == "" && it.Vote == nil }

// seats are options of those on the list that which chooses.
func seats(rec *meeting.Record, which func(*meeting.Seat) bool) (list []ui.Option) {
	for i := range rec.Seats {
		if s := &rec.Seats[i]; which(s) {
			list = append(list, ui.Option{Value: page.Number(s.ID), Label: s.Name, Hint: s.Duty})
		}
	}
	return list
}

func choose(list []ui.Option) []ui.Option {
	return append([]ui.Option{{Label: "请选择"}}, list...)
}

var digits = map[string]any{"inputmode": "numeric"}

// controls are the fields of a move's form.
func controls(rec *meeting.Record, name string) []ui.Control {
	var list []ui.Control
	add := func(kind string, f ui.Field) { list = append(list, ui.Control{Kind: kind, Field: f}) }
	question := func() {
		add("input", ui.Field{Name: "question", Label: "表决事项", Optional: true, Hint: "不填就是议题名称", Max: meeting.MaxQuestion})
	}
	switch name {
	case "agenda":
		add("check", ui.Field{Name: "topics", Label: "议题", Options: page.Rows(rec.Topics, "")})
		add("input", ui.Field{Name: "reporter", Label: "汇报人", Optional: true, Hint: "不填就是提出人", Max: meeting.MaxName})
	case "strike":
		add("select", ui.Field{Name: "item", Label: "议题", Options: items(rec, func(*meeting.Item) bool { return true })})
	case "notice":
		add("text", ui.Field{Name: "urgent", Label: "紧急开会的理由", Optional: true, Hint: fmt.Sprintf("通知要提前 %d 天，不够的才填", rec.Rules.NoticeDays), Rows: 2, Max: meeting.MaxWhy})
	case "papers":
		add("files", ui.Field{Name: "files", Label: "会议材料", Hint: page.UploadHint(rec.Limits)})
	case "chair":
		add("select", ui.Field{Name: "chair", Label: "主持人", Options: choose(page.Rows(rec.Chairs, ""))})
	case "beginning":
		add("input", ui.Field{Name: "agenda", Label: "同意议程的人数", Value: strconv.Itoa(rec.Present), Hint: fmt.Sprintf("到会 %d 人，要超过一半", rec.Present), Attrs: digits})
	case "remote":
		add("select", ui.Field{Name: "who", Label: "人员", Options: choose(seats(rec, func(s *meeting.Seat) bool { return s.Remote == "" }))})
		add("input", ui.Field{Name: "how", Label: "方式", Value: "视频连线", Max: 50})
	case "recusal":
		add("select", ui.Field{Name: "item", Label: "议题", Options: items(rec, free)})
		add("select", ui.Field{Name: "who", Label: "回避的人", Options: choose(seats(rec, func(s *meeting.Seat) bool { return s.Due }))})
		add("text", ui.Field{Name: "why", Label: "回避的理由", Rows: 2, Max: meeting.MaxReason})
	case "hands":
		add("select", ui.Field{Name: "item", Label: "议题", Hint: rec.Rules.PassText(rec.Due, rec.Present, rec.Needed), Options: items(rec, free)})
		question()
		add("input", ui.Field{Name: "for", Label: "赞成（人）", Attrs: digits})
		add("input", ui.Field{Name: "against", Label: "反对（人）", Value: "0", Attrs: digits})
		add("input", ui.Field{Name: "abstain", Label: "弃权（人）", Value: "0", Attrs: digits})
	case "roll", "ballot":
		add("select", ui.Field{Name: "item", Label: "议题", Hint: rec.Rules.PassText(rec.Due, rec.Present, rec.Needed), Options: items(rec, free)})
		question()
	case "voice":
		add("hidden", ui.Field{Name: "vote", Value: strconv.FormatInt(rec.Open.ID, 10)})
		add("radio", ui.Field{Name: "voice", Label: rec.Open.Question, Value: rec.Own.Voice, Options: page.Terms(meeting.Voices, "")})
	case "roll-entry":
		add("check", ui.Field{Name: "who", Label: "人员", Options: seats(rec, func(s *meeting.Seat) bool { return s.Due && s.Here() })})
		add("radio", ui.Field{Name: "voice", Label: "表决", Options: page.Terms(meeting.Voices, "")})
	case "conclusion":
		add("select", ui.Field{Name: "item", Label: "议题", Options: items(rec, free)})
		add("radio", ui.Field{Name: "outcome", Label: "结果", Value: meeting.Heard, Options: page.Terms(meeting.Outcomes[2:], "")})
		add("text", ui.Field{Name: "note", Label: "审议情况", Optional: true, Rows: 3, Max: meeting.MaxNote})
	case "temporary":
		list = temporary(rec)
	case "decided":
		list = taskFields(items(rec, func(it *meeting.Item) bool { return it.Outcome == meeting.Passed }))
	case "talk", "failure", "cancellation", "roll-void":
		add("text", ui.Field{Name: "why", Label: "理由", Rows: 2, Max: meeting.MaxWhy})
	case "record":
		f := ui.Field{Name: "text", Label: "会议记录", Rows: 14, Max: meeting.MaxRecord}
		if rec.Verbatim != nil {
			f.Value = rec.Verbatim.Text
		}
		add("text", f)
	case "minutes-text":
		add("input", ui.Field{Name: "title", Label: "标题", Value: rec.Minutes.Title, Max: 100})
		add("text", ui.Field{Name: "body", Label: "正文", Hint: "出席、请假、列席的名单按签到记录，不在这里写。", Value: rec.Minutes.Body, Rows: 20, Max: meeting.MaxMinutes})
	case "opinion":
		add("input", ui.Field{Name: "number", Label: "群众意见的编号", Max: 50})
	}
	return list
}

func taskFields(of []ui.Option) []ui.Control {
	return []ui.Control{
		{Kind: "select", Field: ui.Field{Name: "item", Label: "出自的议题", Options: of}},
		{Kind: "text", Field: ui.Field{Name: "text", Label: "事项", Rows: 2, Max: meeting.MaxTask}},
		{Kind: "input", Field: ui.Field{Name: "owner", Label: "负责人", Max: text.Name}},
		{Kind: "input", Field: ui.Field{Name: "co_owner", Label: "协同", Optional: true, Max: 100}},
		{Kind: "input", Field: ui.Field{Name: "due_on", Label: "完成日期", Type: "date"}},
	}
}

func temporary(rec *meeting.Record) []ui.Control {
	list := []ui.Control{}
	if len(rec.Topics) > 0 {
		list = append(list, ui.Control{Kind: "select", Field: ui.Field{Name: "topic", Label: "已有的议题", Optional: true, Options: page.Rows(rec.Topics, "新的议题，在下面填写")}})
	}
	list = append(list,
		ui.Control{Kind: "input", Field: ui.Field{Name: "title", Label: "议题名称", Optional: true, Max: meeting.MaxTitle}},
		ui.Control{Kind: "select", Field: ui.Field{Name: "type", Label: "类型", Value: "other", Options: page.Terms(meeting.Types, "")}},
		ui.Control{Kind: "input", Field: ui.Field{Name: "proposer", Label: "提出人", Optional: true, Max: meeting.MaxName}})
	list = append(list, supervision(page.Rows(rec.Units, "监督议题才选"))...)
	return append(list, ui.Control{Kind: "input", Field: ui.Field{Name: "consent", Label: "同意列入的人数", Hint: fmt.Sprintf("到会 %d 人，要超过一半", rec.Present), Attrs: digits}})
}

// supervision are the fields by which a topic of supervision finds its authorisation.
func supervision(units []ui.Option) []ui.Control {
	return []ui.Control{
		{Kind: "select", Field: ui.Field{Name: "subject", Label: "监督内容", Optional: true, Hint: "听取报告、监督议题、预算意见要有市人大常委会的授权", Options: page.Terms(meeting.Subjects, "监督议题才选")}},
		{Kind: "select", Field: ui.Field{Name: "measure", Label: "监督方式", Optional: true, Options: page.Terms(meeting.Measures, "监督议题才选")}},
		{Kind: "select", Field: ui.Field{Name: "unit", Label: "监督对象", Optional: true, Options: units}},
	}
}
