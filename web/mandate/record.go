package mandate

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/mandate"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v, err := h.view(r, &rec, street(r, &rec), nil)
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
		decided = "市人大常委会" + rec.Meeting + strings.TrimPrefix(decided, "市人大常委会")
	}
	if rec.DecidedOn != nil {
		decided += "，" + calendar.Date(*rec.DecidedOn)
	}
	var list []ui.Fact
	if g := rec.Ground(); g != nil {
		list = append(list, ui.Fact{Label: "依据", Text: g.Name(), URL: page.ClauseURL(g.ID, g.Key()), Wide: true})
	}
	list = append(list, []ui.Fact{
		{Label: "方式", Text: choice.Name(mandate.Modes, rec.Mode)},
		{Label: "文号", Text: rec.Number},
		{Label: "议定", Text: decided},
		{Label: "下达", Text: page.Day(rec.IssuedOn)},
		{Label: "其他依据", Text: strings.TrimSpace(rec.Basis + " " + rec.BasisClause)},
		{Label: "起草", Text: rec.Drafter},
		{Label: "批准", Text: strings.TrimSpace(rec.Approver + " " + page.Day(rec.ApprovedOn))},
	}...)
	if rec.WithdrawnOn != nil {
		list = append(list, ui.Fact{Label: "撤回", Text: "自" + page.Day(rec.WithdrawnOn) + "起：" + rec.Why, Wide: true})
	}
	if rec.RequestID != 0 {
		list = append(list, ui.Fact{Label: "来自", Text: "街道的请示", URL: page.MandateRequestURL(rec.RequestID)})
	}
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

func (h handler) view(r *http.Request, rec *mandate.Record, at int64, sent *page.Sent) (*recordView, error) {
	actor, now := page.Actor(r), h.mandates.Now()
	cal, err := h.mandates.Calendar(r.Context(), actor)
	if err != nil {
		return nil, err
	}
	v := &recordView{
		head: ui.PageHead{Title: rec.Title, Sub: rec.Number, Back: &ui.Link{Label: "授权交办", URL: page.MandatesURL}}, bad: sent.Bad(),
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
	v.chain = chainOf(rec)
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
	v.moves = h.moves(actor, rec, at, sent)
	return v, nil
}
