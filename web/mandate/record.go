package mandate

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/mandate"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// line is the way of an authorisation in a street that goes well.
var line = []struct {
	label  string
	states []procedure.State
}{
	{"起草", []procedure.State{mandate.Draft}},
	{"审批", []procedure.State{mandate.InApproval, mandate.Approved}},
	{"下达", []procedure.State{mandate.Issued}},
	{"签收", []procedure.State{mandate.Received}},
	{"执行", []procedure.State{mandate.Active, mandate.Expired}},
	{"报告", []procedure.State{mandate.Reported, mandate.Returned}},
	{"完结", []procedure.State{mandate.Concluded}},
}

func steps(s procedure.State) []ui.ProcedureStep {
	var list []ui.ProcedureStep
	at := -1
	for i, l := range line {
		if slices.Contains(l.states, s) {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	for i, l := range line {
		x := ui.ProcedureStep{Label: l.label}
		switch {
		case i < at || s == mandate.Concluded:
			x.State = "past"
		case i == at:
			x.State = "now"
		}
		list = append(list, x)
	}
	return list
}

// asked is a move as its maker sent it.
type asked struct {
	name   string
	values url.Values
	read   text.Reader
	chosen func(string) string
}

func (a *asked) value(name string) string { return a.values.Get(a.name + "-" + name) }

func (a *asked) reason(name, label string, required bool) string {
	return a.read.Text(a.name+"-"+name, a.value(name), label, mandate.MaxReason, required)
}

// mine renames the room's complaints to the fields of this move's form.
func (a *asked) mine(bad fault.Fields) (out fault.Fields) {
	for _, b := range bad {
		if b.Name != "" && !strings.HasPrefix(b.Name, a.name+"-") {
			b.Name = a.name + "-" + b.Name
		}
		out = append(out, b)
	}
	return out
}

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v, err := h.view(r, &rec, street(r, &rec), nil, nil)
	if err != nil {
		return err
	}
	return page.OK(w, r, recordPage(v))
}

// street is the street whose part the reader looks at: their own, the one
// asked for, or the one that waits for the city.
func street(r *http.Request, rec *mandate.Record) int64 {
	if own := page.Actor(r).StreetID; own != 0 {
		return own
	}
	if id := page.Int64(r.URL.Query().Get("street")); rec.Street(id) != nil {
		return id
	}
	for _, s := range rec.Streets {
		if s.State == mandate.Reported {
			return s.StreetID
		}
	}
	return 0
}

func facts(rec *mandate.Record) []ui.Fact {
	decided := choice.Name(mandate.Bodies, rec.Body)
	if rec.Meeting != "" {
		decided = strings.TrimSuffix(decided, "会议") + rec.Meeting + "会议"
	}
	if rec.DecidedOn != nil {
		decided += "，" + calendar.Date(*rec.DecidedOn)
	}
	list := []ui.Fact{
		{Label: "方式", Text: choice.Name(mandate.Modes, rec.Mode)},
		{Label: "文号", Text: rec.Number},
		{Label: "议定", Text: decided},
		{Label: "下达", Text: page.Day(rec.IssuedOn)},
		{Label: "依据", Text: strings.TrimSpace(rec.Basis + " " + rec.BasisClause)},
		{Label: "起草", Text: rec.Drafter},
		{Label: "批准", Text: strings.TrimSpace(rec.Approver + " " + page.Day(rec.ApprovedOn))},
	}
	if rec.WithdrawnOn != nil {
		list = append(list, ui.Fact{Label: "撤回", Text: "自" + page.Day(rec.WithdrawnOn) + "起：" + rec.Why, Wide: true})
	}
	if rec.RequestID != 0 {
		list = append(list, ui.Fact{Label: "来自", Text: "街道的请示", URL: page.MandateRequestURL(rec.RequestID)})
	}
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

func matters(title string, list []mandate.MatterLine) ui.Table {
	t := ui.Table{Caption: title, Columns: []ui.Column{{Label: "事项"}, {Label: "对象"}, {Label: "监督方式"}, {Label: "期限"}, {Label: "报告"}}}
	for _, m := range list {
		var how []string
		for _, x := range m.Measures {
			how = append(how, choice.Name(mandate.Measures, x))
		}
		span, due := calendar.Date(m.FromOn)+"起，至撤回", "每年一次，首次 "+calendar.Date(m.ReportBy)+"前"
		if m.ThroughOn != nil {
			span, due = calendar.Date(m.FromOn)+"至"+calendar.Date(*m.ThroughOn), calendar.Date(m.ReportBy)+"前"
		}
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: "第" + strconv.Itoa(m.No) + "项 " + choice.Name(mandate.Subjects, m.Subject), Sub: m.Content},
			{Text: object(m.Object)},
			{Text: strings.Join(how, "、")},
			{Text: span},
			{Text: due, Sub: choice.Name(mandate.Forms, m.Form)},
		}})
	}
	return t
}

func (h handler) view(r *http.Request, rec *mandate.Record, at int64, a *asked, bad fault.Fields) (*recordView, error) {
	actor, now := page.Actor(r), h.mandates.Now()
	cal, err := h.mandates.Calendar(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	v := &recordView{
		head: ui.PageHead{Title: rec.Title, Sub: rec.Number, Back: &ui.Link{Label: "授权交办", URL: page.MandatesURL}}, bad: bad,
		facts: facts(rec), events: page.Events(rec.Timeline), status: *tag(&mandate.Procedure, rec.State), turn: mandate.Procedure.Info(rec.State).Turn, steps: steps(rec.State),
	}
	if rec.Number != "" {
		v.head.Links = append(v.head.Links, ui.Link{Label: "授权通知", URL: page.MandateURL(rec.ID) + "/document.docx", Icon: "document"})
	}
	if rec.State == mandate.Draft && actor.May(access.DraftMandate) {
		v.head.Links = append(v.head.Links, ui.Link{Label: "修改草稿", URL: page.MandateURL(rec.ID) + "/edit"})
	}
	if slices.ContainsFunc(rec.Moves(actor), func(m procedure.Move) bool { return m.Name == "change" }) {
		v.head.Links = append(v.head.Links, ui.Link{Label: "变更", URL: page.MandateURL(rec.ID) + "/change"})
	}
	if p := rec.Street(at); p != nil && rec.State != mandate.Draft && p.State != mandate.Planned {
		info := mandate.StreetProcedure.Info(p.State)
		v.status, v.turn, v.steps = *tag(&mandate.StreetProcedure, p.State), info.Turn, steps(p.State)
		if actor.StreetID == 0 {
			v.turn = p.Street + "：" + v.turn
		}
	}
	for _, c := range rec.Clocks {
		if at == 0 || c.StreetID == at {
			v.due = page.Due(cal, now, c.Label, c.DueOn, c.ID)
			v.due.Text += "，" + calendar.MonthDay(c.DueOn) + "到期"
			break
		}
	}
	v.parts = append(v.parts, part{id: "matters", title: "授权事项", table: matters("授权事项", rec.InForce())})
	if p := rec.Proposed(); p != nil && actor.StreetID == 0 {
		v.parts = append(v.parts, part{
			id: "proposed", title: "等审批的变更", note: page.Day(p.EffectiveOn) + "起。" + p.Reason, table: matters("变更后的事项", rec.Of(p.Version)),
		})
	}
	for _, x := range rec.Versions {
		if x.State == "superseded" {
			v.parts = append(v.parts, part{
				id: "version-" + strconv.Itoa(x.Version), title: "第" + strconv.Itoa(x.Version) + "版事项（已变更）", note: page.Day(x.EffectiveOn) + "起，到" + page.Day(x.UntilOn) + "前有效", table: matters("原来的事项", rec.Of(x.Version)),
			})
		}
	}
	if actor.StreetID == 0 && rec.State != mandate.Draft {
		v.parts = append(v.parts, part{id: "streets", title: "各街道进度", table: progress(rec)})
	}
	if len(rec.Acts) > 0 {
		v.parts = append(v.parts, part{id: "acts", title: "按此授权开展的监督活动", table: acts(rec.Acts, actor.StreetID == 0)})
	}
	for _, x := range rec.Reports {
		if at == 0 || x.StreetID == at {
			v.stories = append(v.stories, tale(rec, x))
		}
	}
	v.panels = h.panels(actor, rec, at, a, bad)
	return v, nil
}

func progress(rec *mandate.Record) ui.Table {
	t := ui.Table{Caption: "各街道进度", Columns: []ui.Column{{Label: "街道"}, {Label: "状态"}, {Label: "签收"}, {Label: "监督活动（次）", Number: true}, {Label: "超授权期限（次）", Number: true, Less: true}}}
	for _, s := range rec.Streets {
		url := page.FilteredURL(page.MandateURL(rec.ID), "street", itoa(s.StreetID))
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{
			{Text: s.Street, URL: url}, {Status: tag(&mandate.StreetProcedure, s.State)}, {Text: page.Day(s.ReceivedOn), Sub: s.Receiver}, {Text: strconv.Itoa(s.Acts)}, {Text: strconv.Itoa(s.Beyond)},
		}})
	}
	return t
}

func tale(rec *mandate.Record, x mandate.ReportLine) story {
	var nos []string
	for _, n := range x.Nos {
		nos = append(nos, "第"+strconv.Itoa(int(n))+"项")
	}
	s := story{
		head: calendar.Date(x.SubmittedOn) + " " + x.Street + " " + x.Reporter + "，" + strings.Join(nos, "、"), text: x.Text, files: page.Attachments(rec.FilesOf(x.ID)),
		paper: page.MandateURL(rec.ID) + "/reports/" + itoa(x.ID) + "/document.docx",
	}
	switch x.State {
	case "accepted":
		s.answer = page.Day(x.DecidedOn) + " " + x.Decider + "验收。" + x.Note
	case "returned":
		s.answer = page.Day(x.DecidedOn) + " " + x.Decider + "退回补充：" + x.Note
	default:
		s.answer = "待市人大常委会办公室验收"
	}
	return s
}

// consequences say what a move brings about, where that is not plain.
var consequences = map[string]string{
	"submission":      "交市人大常委会领导审批，审批期间不能修改。",
	"approval":        "批准后由办公室编发文号、下达街道。",
	"refusal":         "退回办公室修改。",
	"issue":           "编发文号，送各街道签收。下达后不能修改，只能变更或者撤回。",
	"change-approval": "从生效日起按变更后的事项。那天起安排的监督活动，不再被覆盖的自动取消。不能恢复。",
	"change-refusal":  "仍按原来的事项。",
	"withdrawal":      "从撤回之日起（含当天）不能再按此授权开展监督，那天起安排的活动自动取消。以前的活动不受影响，仍要报告。不能恢复。",
	"dropping":        "作废后不能恢复。",
	"receipt":         "签收之日起可以按授权事项开展监督。",
	"report":          "报告交市人大常委会办公室验收；勾选事项下还没有报告的监督活动随之上报。",
	"acceptance":      "全部事项报告完毕的即完结，不能恢复；一揽子授权接着计下一年度的报告。",
	"return":          "街道按要求补充后重新报告。",
}

var primary = []string{"submission", "approval", "issue", "receipt", "report", "acceptance", "change-approval"}

func (h handler) panels(actor access.Actor, rec *mandate.Record, at int64, a *asked, bad fault.Fields) (list []panel) {
	for _, m := range rec.Moves(actor) {
		if m.Name == "change" {
			continue
		}
		list = append(list, h.panel(rec, m, page.MandateURL(rec.ID)+"/"+m.Name, rec.Version, at, a, bad))
	}
	if p := rec.Street(at); p != nil {
		for _, m := range rec.StreetMoves(actor, at) {
			list = append(list, h.panel(rec, m, page.MandateURL(rec.ID)+"/streets/"+itoa(at)+"/"+m.Name, p.Version, at, a, bad))
		}
	}
	if i := slices.IndexFunc(list, func(p panel) bool { return p.Primary }); i >= 0 && a == nil {
		list[i].Open = true
	}
	return list
}

func (h handler) panel(rec *mandate.Record, m procedure.Move, action string, version int, at int64, a *asked, bad fault.Fields) panel {
	p := panel{Move: ui.Move{
		Label: m.Label, Action: action, Consequence: consequences[m.Name], Primary: slices.Contains(primary, m.Name), Grave: m.Grave, Version: strconv.Itoa(version),
	}}
	p.controls, p.Open = dress(m.Name, h.controls(rec, m.Name, at), a, bad)
	p.Upload = m.Name == "report"
	return p
}

// dress names a form's fields after its move, and fills in what was typed.
func dress(name string, list []ui.Control, a *asked, bad fault.Fields) (out []ui.Control, open bool) {
	for _, c := range list {
		c.Name = name + "-" + c.Name
		if a != nil && a.name == name {
			c.Value, c.Chosen = a.values.Get(c.Name), a.values[c.Name]
			if c.Kind == "files" && a.chosen != nil {
				c.Value = a.chosen(c.Name)
			}
			c.Field = c.For(bad)
		}
		out = append(out, c)
	}
	return out, a != nil && a.name == name
}

func why(name, label string, optional bool) ui.Control {
	return control("text", ui.Field{Name: name, Label: label, Rows: 3, Max: mandate.MaxReason, Optional: optional})
}

func (h handler) controls(rec *mandate.Record, name string, at int64) []ui.Control {
	switch name {
	case "refusal", "change-refusal", "dropping":
		return []ui.Control{why("reason", "理由", false)}
	case "withdrawal":
		return []ui.Control{
			control("input", ui.Field{Name: "on", Label: "从哪一天起撤回", Type: "date", Value: calendar.ISO(h.mandates.Now())}), why("reason", "撤回理由", false),
		}
	case "acceptance":
		return []ui.Control{why("note", "验收意见", true)}
	case "return":
		return []ui.Control{why("note", "要补充什么", false)}
	case "report":
		var list []ui.Option
		var all []string
		for _, c := range rec.Owed(at) {
			n := strconv.Itoa(c.No())
			list, all = append(list, ui.Option{Value: n, Label: "第" + n + "项", Hint: calendar.Date(c.DueOn) + "前"}), append(all, n)
		}
		return []ui.Control{
			control("check", ui.Field{Name: "matters", Label: "报告哪些事项", Options: list, Chosen: all}),
			control("text", ui.Field{Name: "text", Label: "报告正文", Hint: "开展了哪些监督、发现什么问题、提出什么意见、整改情况", Rows: 8, Max: mandate.MaxReport}),
			control("files", ui.Field{Name: "files", Label: "附件", Optional: true, Hint: page.UploadHint(rec.Limits)}),
		}
	}
	return nil
}

// move serves one move of an authorisation. A complaint shows the record again
// with the form as it was typed.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := page.ID(r, "id")
		if err != nil {
			return err
		}
		step := mandate.Step{ID: id}
		if strings.Contains(r.URL.Path, "/streets/") {
			if step.StreetID, err = page.ID(r, "street"); err != nil {
				return err
			}
		}
		f, err := page.Upload[struct {
			Version string `form:"version"`
		}](w, r)
		if err != nil {
			return err
		}
		step.Version = number(f.Version)
		a := &asked{name: name, values: r.PostForm, chosen: func(n string) string { return page.Chosen(r, n) }}
		err = h.do(r, name, step, a, page.Files(r, name+"-files"))
		to := page.MandateURL(id)
		if step.StreetID != 0 && page.Actor(r).StreetID == 0 {
			to = page.FilteredURL(to, "street", itoa(step.StreetID))
		}
		switch bad, ok := page.Complaints(err); {
		case err == nil:
			return page.Done(w, r, to, "“"+label(name)+"”已完成。")
		case ok:
			return h.again(w, r, http.StatusUnprocessableEntity, step.StreetID, a, a.mine(bad))
		case errors.Is(err, fault.Stale):
			return h.again(w, r, http.StatusConflict, step.StreetID, a, nil)
		}
		return err
	}
}

func label(name string) string {
	for _, t := range []*procedure.Table{&mandate.Procedure, &mandate.StreetProcedure, &mandate.RequestProcedure} {
		for _, m := range t.Moves {
			if m.Name == name {
				return m.Label
			}
		}
	}
	return name
}

func (h handler) again(w http.ResponseWriter, r *http.Request, code int, at int64, a *asked, bad fault.Fields) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if at == 0 {
		at = street(r, &rec)
	}
	v, err := h.view(r, &rec, at, a, bad)
	if err != nil {
		return err
	}
	if code == http.StatusConflict {
		v.banner = "这件授权刚刚被别人改过，下面是现在的内容。您填写的还在，请核对后再决定要不要提交。"
		if !slices.ContainsFunc(v.panels, func(p panel) bool { return p.Open }) {
			v.left = leftover(a)
		}
	}
	return page.Render(w, r, code, recordPage(v))
}

// leftover is what was typed for a move that the record no longer allows.
func leftover(a *asked) (list []ui.Fact) {
	for name, values := range a.values {
		if strings.HasPrefix(name, a.name+"-") && strings.Join(values, "") != "" {
			list = append(list, ui.Fact{Label: "您填写的", Text: strings.Join(values, "、"), Wide: true})
		}
	}
	return list
}

// do reads the rest of a move's form and makes the move.
func (h handler) do(r *http.Request, name string, step mandate.Step, a *asked, files []file.Upload) error {
	ctx, actor, s := r.Context(), page.Actor(r), h.mandates
	try := func(fn func() error) error {
		if err := a.read.Bad.Err(); err != nil {
			return err
		}
		return fn()
	}
	switch name {
	case "submission":
		return s.Submit(ctx, actor, step)
	case "approval":
		return s.Approve(ctx, actor, step)
	case "issue":
		return s.Issue(ctx, actor, step)
	case "change-approval":
		return s.ApproveChange(ctx, actor, step)
	case "receipt":
		return s.Receive(ctx, actor, step)
	case "refusal":
		t := a.reason("reason", "理由", true)
		return try(func() error { return s.Refuse(ctx, actor, step, t) })
	case "change-refusal":
		t := a.reason("reason", "理由", true)
		return try(func() error { return s.RefuseChange(ctx, actor, step, t) })
	case "dropping":
		t := a.reason("reason", "理由", true)
		return try(func() error { return s.Drop(ctx, actor, step, t) })
	case "withdrawal":
		on := a.read.Date("withdrawal-on", a.value("on"), "撤回日期", true)
		t := a.reason("reason", "撤回理由", true)
		return try(func() error { return s.Withdraw(ctx, actor, step, on, t) })
	case "report":
		t := a.read.Text("report-text", a.value("text"), "报告正文", mandate.MaxReport, true)
		var nos []int
		for _, n := range a.values["report-matters"] {
			nos = append(nos, number(n))
		}
		return try(func() error { return s.Report(ctx, actor, step, nos, t, files...) })
	case "acceptance":
		t := a.reason("note", "验收意见", false)
		return try(func() error { return s.Accept(ctx, actor, step, t) })
	case "return":
		t := a.reason("note", "要补充什么", true)
		return try(func() error { return s.Return(ctx, actor, step, t) })
	}
	panic("mandate: no move " + name)
}

func (h handler) paper(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	return send(w, rec.Title, rec.Paper())
}

func (h handler) reportPaper(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "report")
	if err != nil {
		return err
	}
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	for _, x := range rec.Reports {
		if x.ID == id {
			return send(w, rec.Title+"报告", x.Paper(&rec.Mandate, x.SubmittedOn))
		}
	}
	return fault.NotFound
}
