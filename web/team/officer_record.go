package team

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/procedure"
	"portal/internal/team"
	"portal/web/page"
	"portal/web/ui"
)

// officerView is what the page of one officer shows.
type officerView struct {
	rec      team.OfficerRecord
	head     ui.PageHead
	status   ui.Status
	turn     string
	facts    []ui.Fact
	posts    ui.Table
	moves    []ui.Move
	events   []ui.Event
	bad      fault.Fields
	changed  string
	left     []ui.Fact
	unmasked string
}

func (h handler) officer(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.readOfficer(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, officerPage(h.officerView(r, rec, nil)))
}

func (h handler) officerView(r *http.Request, rec team.OfficerRecord, sent *page.Sent) *officerView {
	actor := page.Actor(r)
	v := &officerView{
		rec: rec, bad: sent.Bad(), status: *officerStatus(rec.OfficerLine), turn: strings.Join(rec.Posts, "、"),
		facts: officerFacts(&rec)[1:], posts: officerPosts(rec.All), events: page.Events(rec.Timeline),
	}
	v.head = ui.PageHead{Title: rec.Name, Sub: rec.Street, Back: &ui.Link{Label: "联络员、信息员", URL: page.OfficersURL}}
	if !actor.May(access.ViewTeams) {
		v.head.Back = nil // their own record is the only one they see
	}
	if actor.May(access.KeepOfficers) {
		v.head.Links = []ui.Link{{Label: "修改资料", URL: page.OfficerURL(rec.ID) + "/edit", Icon: "document"}}
	}
	v.moves = h.officerMoves(actor, &rec, sent)
	return v
}

func officerFacts(rec *team.OfficerRecord) []ui.Fact {
	return filled([]ui.Fact{
		{Label: "姓名", Text: rec.Name},
		{Label: "现任岗位", Text: strings.Join(rec.Posts, "、")},
		{Label: "工作单位和职务", Text: rec.Work},
		{Label: "性别", Text: sex(rec.Sex)},
		{Label: "出生年份", Text: year(rec.Born)},
		{Label: "联系电话", Text: rec.PhoneMask},
		{Label: "任职", Text: page.Day(rec.Since)},
	})
}

func officerPosts(list []team.OfficerPost) ui.Table {
	t := ui.Table{Caption: "岗位", Columns: []ui.Column{{Label: "岗位"}, {Label: "状态"}, {Label: "推荐"}, {Label: "聘任"}, {Label: "年度确认"}}}
	for _, p := range list {
		row := ui.Row{Cells: []ui.Cell{
			{Text: p.Name()},
			{Status: postStatus(p.State)},
			{Text: calendar.Date(p.ProposedOn), Sub: p.Proposer},
			{},
			{Text: years(p.Confirmed)},
		}}
		switch {
		case p.EndedOn != nil:
			row.Cells[3] = ui.Cell{Text: page.Day(p.FromOn) + "至" + page.Day(p.EndedOn), Sub: strings.Trim(choice.Name(team.LeftWhy, p.EndedWhy)+"。"+p.EndedNote, "。")}
		case p.FromOn != nil:
			row.Cells[3] = ui.Cell{Text: page.Day(p.FromOn) + "起", Sub: p.Appointer + "聘任"}
		case p.DeclinedWhy != "":
			row.Cells[3] = ui.Cell{Text: p.DeclinedWhy}
		}
		if p.Due {
			row.Cells[4].Status = &ui.Status{Text: "今年待确认", Tone: ui.ToneWait}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func postStatus(s procedure.State) *ui.Status {
	tone := ui.ToneDone
	switch s {
	case team.Proposed:
		tone = ui.ToneWait
	case team.InPost:
		tone = ui.ToneGo
	}
	return &ui.Status{Text: team.Officers.Info(s).Name, Tone: tone}
}

func years(list []int32) string {
	var words []string
	for _, y := range list {
		words = append(words, strconv.Itoa(int(y))+"年")
	}
	return strings.Join(words, "、")
}

// officerSays are what the moves bring about, where that is not plain.
var officerSays = map[string]string{
	"appointment":  "聘任后即在任、计入统计，聘任人和日期不能再改。",
	"refusal":      "这些推荐即告结束，不能恢复；社区可以另行推荐。",
	"confirmation": "确认今年继续任职，每年一次。",
	"dismissal":    "从解聘之日起不再任职，不能恢复；社区可能出现空缺。",
	"proposal":     "登记后由工委主任聘任。",
	"phone":        "谁在什么时候为什么查看，都会记录下来。",
}

func (h handler) officerMoves(actor access.Actor, rec *team.OfficerRecord, sent *page.Sent) (list []ui.Move) {
	add := func(name, label, button string, grave bool, controls []ui.Control) {
		m := ui.Move{
			Label: label, Button: button, Action: page.OfficerURL(rec.ID) + "/" + name, Consequence: officerSays[name],
			Primary: name == "appointment" || name == "confirmation", Grave: grave, Version: strconv.Itoa(rec.Version),
		}
		sent.Fill(&m, name, controls)
		list = append(list, m)
	}
	today := calendar.ISO(h.teams.Now())
	for _, m := range rec.Moves(actor) {
		posts := ui.Control{"check", ui.Field{Name: "posts", Label: "岗位", Options: page.Rows(m.Posts, ""), Chosen: every(m.Posts, m.Grave)}}
		controls := []ui.Control{posts}
		switch m.Name {
		case "appointment":
			controls = append(controls, day("from", "任职开始日期", today, false))
		case "refusal":
			controls = append(controls, ui.Control{"text", ui.Field{Name: "why", Label: "理由", Rows: 2, Max: team.MaxReason}})
		case "dismissal":
			controls = append(controls, day("on", "解聘日期", today, false),
				ui.Control{"radio", ui.Field{Name: "why", Label: "原因", Options: page.Terms(team.LeftWhy, "")}},
				ui.Control{"text", ui.Field{Name: "note", Label: "说明", Optional: true, Rows: 2, Max: team.MaxReason}})
		}
		add(m.Name, m.Label, "", m.Grave, controls)
	}
	if actor.May(access.KeepOfficers) {
		add("proposal", "增加推荐", "登记推荐", false, []ui.Control{
			{"check", ui.Field{Name: "roles", Label: "岗位", Options: page.Terms(team.Roles, "")}},
			{"check", ui.Field{Name: "communities", Label: "社区", Options: page.Rows(rec.Communities, "")}},
			{"input", ui.Field{Name: "proposer", Label: "推荐的社区", Max: team.MaxLine}},
			day("on", "推荐日期", today, false),
		})
	}
	if actor.May(access.UnmaskTeam) && rec.PhoneMask != "" {
		add("phone", "查看电话", "查看", false, []ui.Control{{"input", ui.Field{Name: "reason", Label: "查看理由", Max: team.MaxReason}}})
	}
	sent.Unfold(list)
	return list
}

// every checks all the posts beforehand, but for what cannot be undone.
func every(posts []choice.Row, grave bool) []string {
	if grave && len(posts) > 1 {
		return nil
	}
	var list []string
	for _, p := range posts {
		list = append(list, page.Number(p.ID))
	}
	return list
}

// officerActs are what the moves on an officer's page do. A test finds a move that
// is not here.
var officerActs = map[string]act{
	"appointment": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		from := a.Date("from", "任职开始日期", true)
		return a.Try(func() error { return s.Appoint(ctx, actor, a.step(), a.ids("posts"), from) })
	},
	"refusal": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		why := a.reason("why", "理由", true)
		return a.Try(func() error { return s.DeclineOfficer(ctx, actor, a.step(), a.ids("posts"), why) })
	},
	"confirmation": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		return s.Confirm(ctx, actor, a.step(), a.ids("posts"))
	},
	"dismissal": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		l := team.Leaving{On: a.Date("on", "解聘日期", true), Why: a.Choice("why", "原因", team.LeftWhy), Note: a.reason("note", "说明", false)}
		return a.Try(func() error { return s.DismissOfficer(ctx, actor, a.step(), a.ids("posts"), l) })
	},
	"proposal": func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error {
		p := team.Proposal{
			Roles: a.Values("roles"), Communities: a.ids("communities"),
			Proposer: a.Line("proposer", "推荐的社区", team.MaxLine, true), On: a.Date("on", "推荐日期", true),
		}
		return a.Try(func() error { return s.ProposeMore(ctx, actor, a.step(), p) })
	},
}

// officerMove serves one move, as expertMove does.
func (h handler) officerMove(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = officerActs[name](r.Context(), h.teams, page.Actor(r), asked{sent})
		said := "推荐已登记，待工委主任聘任。"
		if name != "proposal" {
			said = "“" + team.Officers.Move(name).Label + "”已完成。"
		}
		return sent.Answer(w, err, page.OfficerURL(sent.ID), said, func(code int) error { return h.officerAgain(w, r, code, sent) })
	}
}

func (h handler) officerAgain(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	rec, err := h.readOfficer(r)
	if err != nil {
		return err
	}
	v := h.officerView(r, rec, sent)
	if code == http.StatusConflict {
		v.changed, v.left = page.Changed("这个人的记录"), sent.Left(v.moves)
	}
	return page.Render(w, r, code, officerPage(v))
}

func (h handler) officerPhone(w http.ResponseWriter, r *http.Request) error {
	sent, reason, err := readPhone(w, r)
	if err != nil {
		return err
	}
	var phone string
	err = sent.Try(func() (err error) {
		phone, err = h.teams.UnmaskOfficer(r.Context(), page.Actor(r), sent.ID, reason)
		return err
	})
	if err != nil {
		return sent.Answer(w, err, "", "", func(code int) error { return h.officerAgain(w, r, code, sent) })
	}
	rec, err := h.readOfficer(r)
	if err != nil {
		return err
	}
	v := h.officerView(r, rec, nil)
	v.unmasked = unmasked(rec.Name, phone)
	return page.OK(w, r, officerPage(v))
}

// confirmView is the page of the yearly confirmation.
type confirmView struct {
	head    ui.PageHead
	options []ui.Option
	bad     fault.Fields
	more    bool
}

// confirmAtOnce is how many officers one page of the yearly confirmation shows.
const confirmAtOnce = 200

func (h handler) confirmations(w http.ResponseWriter, r *http.Request) error {
	return h.showConfirmations(w, r, http.StatusOK, nil)
}

func (h handler) showConfirmations(w http.ResponseWriter, r *http.Request, code int, bad fault.Fields) error {
	list, next, err := h.teams.Officers(r.Context(), page.Actor(r), team.OfficerFilter{Unconfirmed: true, Limit: confirmAtOnce})
	if err != nil {
		return err
	}
	v := confirmView{bad: bad, more: next != 0, head: ui.PageHead{
		Title: strconv.Itoa(h.teams.Now().Year()) + "年年度确认", Count: strconv.Itoa(len(list)) + " 名待确认",
		Sub: "今年以前任职、今年还没有确认的", Back: &ui.Link{Label: "联络员、信息员", URL: page.OfficersURL},
	}}
	for _, l := range list {
		v.options = append(v.options, ui.Option{Value: page.Number(l.ID), Label: l.Name, Hint: strings.Join(l.Posts, "、")})
	}
	return page.Render(w, r, code, confirmPage(v))
}

func (h handler) confirmAll(w http.ResponseWriter, r *http.Request) error {
	if _, err := page.Form[struct{}](w, r); err != nil {
		return err
	}
	n, err := h.teams.ConfirmAll(r.Context(), page.Actor(r), numbers(r.PostForm["officers"]))
	if bad, ok := page.Complaints(err); ok {
		return h.showConfirmations(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.ConfirmationsURL, "已确认 "+page.Number(n)+" 个岗位。")
}
