package opinion

import (
	"time"

	"portal/internal/calendar"
	"portal/internal/opinion"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// status shows a state; second handling is said, because it is the last.
func status(s procedure.State, round int) *ui.Status {
	info := opinion.Procedure.Info(s)
	tone := ui.TonePlain
	switch {
	case s == opinion.Closed:
		tone = ui.ToneGo
	case info.Ended:
		tone = ui.ToneDone
	case s == opinion.Returned || s == opinion.Promised || s == opinion.ToCity:
		tone = ui.ToneWait
	}
	text := info.Name
	if round == 2 && !info.Ended {
		text += "（二次办理）"
	}
	return &ui.Status{Text: text, Tone: tone}
}

// due says how much time is left until a deadline, with its colour.
func due(cal *calendar.Calendar, now time.Time, what string, on time.Time, id int64) *ui.Due {
	tone := ui.ToneGo
	switch cal.Colour(now, on, calendar.YellowDays) {
	case calendar.Yellow:
		tone = ui.ToneWait
	case calendar.Red:
		tone = ui.ToneStop
	}
	return &ui.Due{Text: what + cal.LeftText(now, on), Tone: tone, URL: page.DeadlineURL(id)}
}

// options turns terms into choices; first, where given, stands before any is
// chosen.
func options(terms []opinion.Term, first string) []ui.Option {
	var list []ui.Option
	if first != "" {
		list = append(list, ui.Option{Label: first})
	}
	for _, t := range terms {
		list = append(list, ui.Option{Value: t.Key, Label: t.Name})
	}
	return list
}

// chosen is an Option for each row to choose from.
func chosen(list []opinion.Choice, first string) []ui.Option {
	var out []ui.Option
	if first != "" {
		out = append(out, ui.Option{Label: first})
	}
	for _, c := range list {
		out = append(out, ui.Option{Value: itoa(c.ID), Label: c.Name})
	}
	return out
}

func day(t *time.Time) string {
	if t == nil {
		return ""
	}
	return calendar.Date(*t)
}
