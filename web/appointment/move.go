package appointment

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/appointment"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// asked is one move as its maker sent it. The fields of a move's form bear its
// name, so that several forms can stand on one page.
type asked struct {
	name   string
	step   appointment.Step
	values url.Values
	read   text.Reader
	files  []file.Upload
	chosen string // the names of the files
}

func (a *asked) field(name string) string { return a.name + "-" + name }

func (a *asked) value(name string) string { return a.values.Get(a.field(name)) }

func (a *asked) line(name, label string, required bool) string {
	return a.read.Line(a.field(name), a.value(name), label, appointment.MaxReason, required)
}

func (a *asked) text(name, label string) string {
	return a.read.Text(a.field(name), a.value(name), label, appointment.MaxReason, true)
}

func (a *asked) day(name, label string) time.Time {
	return a.read.Date(a.field(name), a.value(name), label, true)
}

// try makes the move unless its form has complaints.
func (a *asked) try(do func() error) error {
	if err := a.read.Bad.Err(); err != nil {
		return err
	}
	return do()
}

// mine renames the room's complaints to the fields of this move's form.
func (a *asked) mine(bad fault.Fields) fault.Fields {
	var out fault.Fields
	for _, b := range bad {
		if !strings.HasPrefix(b.Name, a.name+"-") {
			b.Name = a.field(b.Name)
		}
		out = append(out, b)
	}
	return out
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *appointment.Store, actor access.Actor, a *asked) error

// acts are what the moves of the procedure do. A test finds a move that is not here.
var acts = map[string]act{
	"submission": func(ctx context.Context, s *appointment.Store, actor access.Actor, a *asked) error {
		n := appointment.Submission{
			SignedBy: a.line("signed_by", "签署任免案的负责人", true), SessionOn: a.day("session_on", "常委会会议日期"), LateReason: a.line("late_reason", "理由", false),
		}
		return a.try(func() error { return s.Submit(ctx, actor, a.step, n) })
	},
	"withdrawal": func(ctx context.Context, s *appointment.Store, actor access.Actor, a *asked) error {
		why := a.text("reason", "撤回的理由")
		return a.try(func() error { return s.Withdraw(ctx, actor, a.step, why) })
	},
	"return": func(ctx context.Context, s *appointment.Store, actor access.Actor, a *asked) error {
		why := a.text("reason", "要补什么")
		return a.try(func() error { return s.Return(ctx, actor, a.step, why) })
	},
	"tabling": func(ctx context.Context, s *appointment.Store, actor access.Actor, a *asked) error {
		n := appointment.Tabling{
			On: a.day("on", "主任会议日期"), Session: a.read.Line(a.field("session"), a.value("session"), "哪次常委会会议", text.Name, true),
			SessionOn: a.day("session_on", "常委会会议日期"), LateReason: a.line("late_reason", "理由", false),
		}
		return a.try(func() error { return s.Table(ctx, actor, a.step, n) })
	},
	"deliberation": func(ctx context.Context, s *appointment.Store, actor access.Actor, a *asked) error {
		on, who := a.day("on", "审议日期"), a.read.Line(a.field("explained_by"), a.value("explained_by"), "到会说明的人", text.Name, true)
		return a.try(func() error { return s.Deliberate(ctx, actor, a.step, on, who) })
	},
	"vote": func(ctx context.Context, s *appointment.Store, actor access.Actor, a *asked) error {
		r := a.result()
		return a.try(func() error { return s.Vote(ctx, actor, a.step, r) })
	},
	"publication": func(ctx context.Context, s *appointment.Store, actor access.Actor, a *asked) error {
		on, how := a.day("on", "公布日期"), a.read.Line(a.field("how"), a.value("how"), "公布的方式", appointment.MaxTitle, true)
		return a.try(func() error { return s.Publish(ctx, actor, a.step, on, how) })
	},
	"certificate": func(ctx context.Context, s *appointment.Store, actor access.Actor, a *asked) error {
		on, who := a.day("on", "颁发日期"), a.read.Line(a.field("signer"), a.value("signer"), "签署的常委会主任", text.Name, true)
		return a.try(func() error { return s.Certify(ctx, actor, a.step, on, who) })
	},
	"revision": func(ctx context.Context, s *appointment.Store, actor access.Actor, a *asked) error {
		title := a.read.Line(a.field("title"), a.value("title"), "标题", appointment.MaxTitle, true)
		ground := a.read.Text(a.field("ground"), a.value("ground"), "事由", appointment.MaxGround, true)
		return a.try(func() error { return s.Revise(ctx, actor, a.step, title, ground) })
	},
	"papers": func(ctx context.Context, s *appointment.Store, actor access.Actor, a *asked) error {
		return s.Attach(ctx, actor, a.step, appointment.Paper{Kind: appointment.Motion}, a.field("files"), a.files)
	},
}

// most is more than any standing committee has members.
const most = 1000

// result reads the counts: the session's, and those of every person whose fields
// the form holds.
func (a *asked) result() appointment.Result {
	r := appointment.Result{
		On: a.day("on", "表决日期"), Counts: map[int64]appointment.Count{},
		Total:   a.read.Int(a.field("total"), a.value("total"), "全体组成人员", 1, most),
		Present: a.read.Int(a.field("present"), a.value("present"), "出席人数", 0, most),
	}
	for name := range a.values {
		id := page.Int64(strings.TrimPrefix(name, a.field("for-")))
		if !strings.HasPrefix(name, a.field("for-")) || id == 0 || len(r.Counts) == most {
			continue
		}
		n := func(what, label string) int {
			f := what + "-" + strconv.FormatInt(id, 10)
			return a.read.Int(a.field(f), a.value(f), label, 0, most)
		}
		c := appointment.Count{For: n("for", "赞成票"), Against: n("against", "反对票"), Abstained: n("abstained", "弃权票"), NotPressed: n("not_pressed", "未按表决器")}
		if len(a.read.Bad) == 0 && c.For+c.Against+c.Abstained+c.NotPressed != r.Present {
			a.read.Bad.Add(a.field("for-"+strconv.FormatInt(id, 10)), "赞成、反对、弃权、未按表决器相加，要等于出席人数 "+strconv.Itoa(r.Present))
		}
		r.Counts[id] = c
	}
	return r
}

// move serves one move. A complaint shows the record again with the form as it
// was typed; so does a record that somebody else has changed meanwhile, beside
// what it says now.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := page.ID(r, "id")
		if err != nil {
			return err
		}
		a, err := ask(w, r, name, id)
		if err != nil {
			return err
		}
		err = acts[name](r.Context(), h.files, page.Actor(r), a)
		bad, complaints := page.Complaints(err)
		switch {
		case err == nil:
			return page.Done(w, r, page.AppointmentURL(id), said(name))
		case complaints:
			return h.again(w, r, http.StatusUnprocessableEntity, a, a.mine(bad))
		case errors.Is(err, fault.Stale):
			return h.again(w, r, http.StatusConflict, a, nil)
		}
		return err
	}
}

func ask(w http.ResponseWriter, r *http.Request, name string, id int64) (*asked, error) {
	f, err := page.Upload[struct {
		Version string `form:"version"`
	}](w, r)
	if err != nil {
		return nil, err
	}
	version, _ := strconv.Atoi(f.Version)
	a := &asked{name: name, step: appointment.Step{ID: id, Version: version}, values: r.PostForm}
	a.files, a.chosen = page.Files(r, a.field("files")), page.Chosen(r, a.field("files"))
	return a, nil
}

// said is what the page says after a move.
func said(name string) string {
	switch name {
	case "revision":
		return "标题和事由已保存。"
	case "papers":
		return "任免案已上传。"
	}
	return "“" + appointment.Procedure.Move(name).Label + "”已完成。"
}

func (h handler) again(w http.ResponseWriter, r *http.Request, code int, a *asked, bad fault.Fields) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v := h.view(page.Actor(r), rec, a, bad)
	if code == http.StatusConflict {
		v.changed = "这件任免刚刚被别人改过，下面是现在的内容。您填写的还在，请核对后再决定要不要提交。"
		v.leftover(a)
	}
	return page.Render(w, r, code, recordPage(v))
}

// leftover keeps what was typed for a move that the file no longer allows.
func (v *recordView) leftover(a *asked) {
	for _, p := range v.panels {
		if p.Open && strings.HasSuffix(p.Action, "/"+a.name) {
			return
		}
	}
	for name, list := range a.values {
		if strings.HasPrefix(name, a.name+"-") && strings.Join(list, "") != "" {
			v.left = append(v.left, ui.Fact{Label: "您填写的", Text: strings.Join(list, "、"), Wide: true})
		}
	}
}
