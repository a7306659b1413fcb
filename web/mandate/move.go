package mandate

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/mandate"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

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
