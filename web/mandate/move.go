package mandate

import (
	"context"
	"net/http"
	"strings"

	"portal/internal/access"
	"portal/internal/mandate"
	"portal/web/page"
)

// asked is a move as it was sent, with the street whose part it is about.
type asked struct {
	*page.Sent
	street int64
}

func (a asked) step() mandate.Step {
	return mandate.Step{ID: a.ID, StreetID: a.street, Version: a.Version}
}

func (a asked) reason(name, label string, required bool) string {
	return a.Text(name, label, mandate.MaxReason, required)
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *mandate.Store, actor access.Actor, a asked) error

// plain is a move whose form has no fields.
func plain(do func(*mandate.Store, context.Context, access.Actor, mandate.Step) error) act {
	return func(ctx context.Context, s *mandate.Store, actor access.Actor, a asked) error {
		return do(s, ctx, actor, a.step())
	}
}

// reasoned is a move with a reason, which is the field name.
func reasoned(name, label string, required bool, do func(*mandate.Store, context.Context, access.Actor, mandate.Step, string) error) act {
	return func(ctx context.Context, s *mandate.Store, actor access.Actor, a asked) error {
		why := a.reason(name, label, required)
		return a.Try(func() error { return do(s, ctx, actor, a.step(), why) })
	}
}

// moves are what the moves of an authorisation and of a street's part do. A test finds
// a move that is not here.
var moves = map[string]act{
	"submission":      plain((*mandate.Store).Submit),
	"approval":        plain((*mandate.Store).Approve),
	"issue":           plain((*mandate.Store).Issue),
	"change-approval": plain((*mandate.Store).ApproveChange),
	"receipt":         plain((*mandate.Store).Receive),
	"refusal":         reasoned("reason", "理由", true, (*mandate.Store).Refuse),
	"change-refusal":  reasoned("reason", "理由", true, (*mandate.Store).RefuseChange),
	"dropping":        reasoned("reason", "理由", true, (*mandate.Store).Drop),
	"acceptance":      reasoned("note", "验收意见", false, (*mandate.Store).Accept),
	"return":          reasoned("note", "要补充什么", true, (*mandate.Store).Return),
	"withdrawal": func(ctx context.Context, s *mandate.Store, actor access.Actor, a asked) error {
		on, why := a.Date("on", "撤回日期", true), a.reason("reason", "撤回理由", true)
		return a.Try(func() error { return s.Withdraw(ctx, actor, a.step(), on, why) })
	},
	"report": func(ctx context.Context, s *mandate.Store, actor access.Actor, a asked) error {
		t := a.Text("text", "报告正文", mandate.MaxReport, true)
		var nos []int
		for _, n := range a.Rows("matters", mandate.MaxMatters) {
			nos = append(nos, int(n))
		}
		return a.Try(func() error { return s.Report(ctx, actor, a.step(), nos, t, a.Files("files")...) })
	},
}

// move serves one move of an authorisation.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		a := asked{Sent: sent}
		if strings.Contains(r.URL.Path, "/streets/") {
			if a.street, err = page.ID(r, "street"); err != nil {
				return err
			}
		}
		err = moves[name](r.Context(), h.mandates, page.Actor(r), a)
		to := page.MandateURL(a.ID)
		if a.street != 0 && page.Actor(r).StreetID == 0 {
			to = page.FilteredURL(to, "street", page.Number(a.street))
		}
		return sent.Answer(w, err, to, "“"+label(name)+"”已完成。", func(code int) error { return h.again(w, r, code, a) })
	}
}

func label(name string) string {
	if mandate.Procedure.Has(name) {
		return mandate.Procedure.Move(name).Label
	}
	return mandate.StreetProcedure.Move(name).Label
}

// again shows the record with the form that was not accepted, as it was typed.
func (h handler) again(w http.ResponseWriter, r *http.Request, code int, a asked) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	if a.street == 0 {
		a.street = street(r, &rec)
	}
	v, err := h.view(r, &rec, a.street, a.Sent)
	if err != nil {
		return err
	}
	return v.answer(w, r, code, a.Sent, "这件授权")
}

// answer renders a record, what names it, after a move that was not made.
func (v *recordView) answer(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent, what string) error {
	if code == http.StatusConflict {
		v.changed, v.left = page.Changed(what), sent.Left(v.moves)
	}
	return page.Render(w, r, code, recordPage(v))
}
