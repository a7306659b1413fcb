package public

import (
	"errors"
	"net/http"
	"strings"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/opinion"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// asked is the form that finds an item.
type asked struct {
	Number string `form:"number"`
	Code   string `form:"code"`
}

// rating is the form that rates an answer.
type rating struct {
	Rating string `form:"rating"`
	Note   string `form:"note"`
}

// status shows the item that was opened, or asks for number and code.
func (h handler) status(w http.ResponseWriter, r *http.Request) error {
	m := opened(r)
	if m == nil {
		return page.OK(w, r, askPage(asked{}, nil))
	}
	st, err := h.look(r, *m)
	if _, wrong := page.Complaints(err); wrong {
		page.Forget(w, r, mineCookie)
		return page.OK(w, r, askPage(asked{Number: m.Number}, nil))
	}
	if err != nil {
		return err
	}
	return h.show(w, r, http.StatusOK, st, rating{}, nil)
}

// find opens an item.
func (h handler) find(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[asked](w, r)
	if err != nil {
		return err
	}
	var bad fault.Fields
	if strings.TrimSpace(f.Number) == "" {
		bad.Add("number", "请填写编号")
	}
	if strings.TrimSpace(f.Code) == "" {
		bad.Add("code", "请填写查询码")
	}
	if len(bad) == 0 {
		m := mine{first(f.Number, 40), first(f.Code, 40)}
		_, err = h.look(r, m)
		if err == nil {
			remember(w, r, m)
			return page.Redirect(w, r, page.PublicStatusURL)
		}
		var wrong bool
		if bad, wrong = page.Complaints(err); !wrong {
			return err
		}
	}
	return page.Render(w, r, http.StatusUnprocessableEntity, askPage(asked{Number: f.Number}, bad))
}

// first is the beginning of s, which fits a cookie: no number and no code is
// longer.
func first(s string, n int) string {
	r := []rune(strings.TrimSpace(s))
	return string(r[:min(len(r), n)])
}

// rate takes the resident's rating of the answer, once.
func (h handler) rate(w http.ResponseWriter, r *http.Request) error {
	f, err := page.Form[rating](w, r)
	if err != nil {
		return err
	}
	m := opened(r)
	if m == nil {
		page.Flash(w, r, ui.ToneWait, "隔了太久，请重新填写编号和查询码，再评价。")
		return page.Redirect(w, r, page.PublicStatusURL)
	}
	st, err := h.look(r, *m)
	if _, wrong := page.Complaints(err); wrong {
		return page.Redirect(w, r, page.PublicStatusURL)
	}
	if err != nil {
		return err
	}
	var read text.Reader
	score := read.Choice("rating", f.Rating, "您的评价", choice.Keys(opinion.Ratings)...)
	note := read.Text("note", f.Note, "想说的话", opinion.MaxReason, false)
	if score == "dissatisfied" && strings.TrimSpace(f.Note) == "" {
		read.Bad.Add("note", "请写一写哪里不满意，再办的时候好对照")
	}
	bad := read.Bad
	if len(bad) == 0 {
		err = h.Opinions.Rate(r.Context(), m.Number, m.Code, score, note)
		switch refused, ok := page.Complaints(err); {
		case ok:
			bad = refused
		case errors.Is(err, fault.Stale): // sent twice at once
		case err != nil:
			return err
		}
	}
	if len(bad) > 0 {
		return h.show(w, r, http.StatusUnprocessableEntity, st, f, bad)
	}
	thanks := "已记下您的评价，谢谢。"
	if score == "dissatisfied" && st.Round == 1 {
		thanks = "已记下您的评价。这件事会再办一次，请过些日子来看。"
	}
	return page.Done(w, r, page.PublicStatusURL, thanks)
}

func (h handler) show(w http.ResponseWriter, r *http.Request, code int, st opinion.Status, f rating, bad fault.Fields) error {
	cal, err := h.Opinions.Calendar(r.Context(), resident)
	if err != nil {
		return err
	}
	now := h.site.Now()
	v := view{
		number: st.Number, sub: calendar.Date(st.ReceivedOn) + "收到 · " + st.Street + st.Community, text: st.Text, answer: st.Answer,
		turn: turnOf(st), events: events(st.Steps), rate: st.State == opinion.ToRate, again: st.Round == 2, form: f, bad: bad,
		anonymous: st.Anonymous, ended: opinion.Procedure.Info(st.State).Ended,
		facts: []ui.Fact{
			{Label: "哪一类", Text: choice.Name(opinion.Kinds, st.Kind)},
			{Label: "哪个方面", Text: choice.Name(opinion.Fields, st.Field)},
		},
	}
	v.status = ui.Status{Text: opinion.Procedure.Info(st.State).Name, Tone: ui.ToneWait}
	if v.ended {
		v.status.Tone = ui.ToneDone
	}
	if st.Location != "" {
		v.facts = append(v.facts, ui.Fact{Label: "地点", Text: st.Location})
	}
	if st.Rating != nil && !v.rate {
		if name := choice.Name(opinion.Ratings, *st.Rating); name != "" {
			v.facts = append(v.facts, ui.Fact{Label: "您的评价", Text: name})
		}
	}
	if len(st.Due) > 0 {
		due := page.Due(cal, now, "", st.Due[0].DueOn, 0)
		must := "应在"
		if v.rate {
			must = "请在"
		}
		v.due = &ui.Due{Text: must + calendar.MonthDay(st.Due[0].DueOn) + "前" + verbs[st.Due[0].Name] + "，" + due.Text, Tone: due.Tone}
	}
	return page.Render(w, r, code, statusPage(v))
}

// view is an item as its page shows it.
type view struct {
	number, sub, text, answer string
	status                    ui.Status
	turn                      string
	due                       *ui.Due
	facts                     []ui.Fact
	events                    []ui.Event
	rate, again               bool
	anonymous, ended          bool
	form                      rating
	bad                       fault.Fields
}

func (v view) answerTitle() string {
	if v.again && !v.rate && !v.ended {
		return "第一次的答复"
	}
	return "答复"
}
