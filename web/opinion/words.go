package opinion

import (
	"portal/internal/opinion"
	"portal/internal/procedure"
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
