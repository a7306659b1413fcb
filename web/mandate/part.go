package mandate

import (
	"slices"
	"strconv"
	"strings"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/mandate"
	"portal/web/page"
	"portal/web/ui"
)

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

func progress(rec *mandate.Record) ui.Table {
	t := ui.Table{Caption: "各街道进度", Columns: []ui.Column{{Label: "街道"}, {Label: "状态"}, {Label: "签收"}, {Label: "监督活动（次）", Number: true}, {Label: "超授权期限（次）", Number: true, Less: true}}}
	for _, s := range rec.Streets {
		url := page.FilteredURL(page.MandateURL(rec.ID), "street", page.Number(s.StreetID))
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
		paper: page.MandateURL(rec.ID) + "/reports/" + page.Number(x.ID) + "/document.docx",
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

// chain is what an authorisation hangs on and what hangs on it.
type chain struct {
	clause ui.Link
	text   string // of the clause
	links  []chained
}

// chained is one matter with the acts under it.
type chained struct {
	label string
	acts  []ui.Link
}

// chainOf leads from the clause over the matters to the acts, the oldest first.
func chainOf(rec *mandate.Record) *chain {
	g := rec.Ground()
	if g == nil || rec.State == mandate.Draft {
		return nil
	}
	c := &chain{clause: ui.Link{Label: g.Name(), URL: page.ClauseURL(g.ID, g.Key())}, text: rec.GroundText}
	for _, m := range rec.InForce() {
		x := chained{label: "第" + strconv.Itoa(m.No) + "项 " + choice.Name(mandate.Subjects, m.Subject)}
		for _, a := range slices.Backward(rec.Acts) {
			if a.No == m.No && a.CancelledOn == nil {
				x.acts = append(x.acts, ui.Link{Label: calendar.Date(a.ActOn) + " " + a.Street + " " + a.Title, URL: page.MandateActURL(a.ID)})
			}
		}
		c.links = append(c.links, x)
	}
	return c
}
