package voter

import (
	"fmt"
	"net/http"
	"strings"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/voter"
	"portal/web/page"
	"portal/web/ui"
)

// ownView is what a voter representative sees of themselves.
type ownView struct {
	head    ui.PageHead
	warning string
	terms   []ownTerm
	news    ui.Table
}

type ownTerm struct {
	id     string
	title  string
	status ui.Status
	facts  []ui.Fact
}

func (h handler) own(w http.ResponseWriter, r *http.Request) error {
	o, err := h.voters.Own(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	today := calendar.On(h.voters.Now())
	v := ownView{head: ui.PageHead{Title: "我的任职"}, news: announcements(o.Announcements)}
	for i, l := range o.Terms {
		v.terms = append(v.terms, ownTerm{fmt.Sprint("term-", i), l.Term + "选民代表", inOffice(l, today.After(l.UntilOn)), filled([]ui.Fact{
			{Label: "街道", Text: l.Street},
			{Label: "选区", Text: l.District},
			{Label: "任期", Text: calendar.Date(l.Since) + "至" + calendar.Date(l.UntilOn)},
			{Label: "产生", Text: choice.Name(voter.Kinds, l.Kind)},
			{Label: "证书", Text: handed(l)},
			{Label: "登记的电话", Text: l.PhoneMask},
		})})
		if left := calendar.DaysBetween(today, l.UntilOn); l.EndedOn == nil && left >= 0 && left <= o.Warn {
			v.warning = fmt.Sprintf("您的任期到 %s 届满，还有 %d 天。", calendar.Date(l.UntilOn), left)
		}
	}
	return page.OK(w, r, ownPage(v))
}

func announcements(list []voter.Announcement) ui.Table {
	t := ui.Table{Caption: "本街道公告", Columns: []ui.Column{{Label: "事项"}, {Label: "时间"}, {Label: "文号"}}}
	for _, a := range list {
		title := strings.TrimSpace(a.Term + " " + a.District + choice.Name(voter.Kinds, a.Kind))
		row := ui.Row{Cells: []ui.Cell{{Text: title + "名单公告"}, {Text: page.Day(a.AnnouncedOn)}, {Text: a.DocumentNumber}}}
		if a.AnnouncedOn == nil {
			row.Cells[0].Text = title + "人选公示"
			row.Cells[1].Text = page.Day(a.PublicityFrom)
			if a.DueOn != nil {
				row.Cells[1].Text += "至" + page.Day(a.DueOn)
			}
		}
		row.Cells[0].URL = page.PublicVotersURL
		t.Rows = append(t.Rows, row)
	}
	return t
}
