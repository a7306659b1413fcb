package gathering

import (
	"errors"
	"net/http"

	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/web/page"
	"portal/web/ui"
)

const perPage = 50

// mineView is what the page of one's own gatherings shows.
type mineView struct {
	coming      []ownLine
	past        ui.Table
	next, first string
}

// ownLine is one gathering that is to come.
type ownLine struct {
	gathering.Own
	url     string
	receipt bool // can be answered with one tap
	door    bool // open now
}

func (h handler) mine(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[struct {
		After string `form:"after"`
	}](r)
	o, err := h.gatherings.Owns(r.Context(), page.Actor(r), db.ParseCursor(q.After), perPage)
	if err != nil {
		return err
	}
	v := mineView{next: page.Next(r, o.Next.String()), past: past(o.Past)}
	if q.After != "" {
		v.first = page.With(r, "after", "")
	}
	for _, x := range o.Coming {
		v.coming = append(v.coming, line(x))
	}
	return page.OK(w, r, minePage(&v))
}

func line(x gathering.Own) ownLine {
	return ownLine{
		Own: x, url: page.GatheringURL(x.ID), receipt: x.ArrivedAt == nil && x.ReceivedAt == nil && x.LeaveState == "",
		door: x.State == gathering.Opened && x.ArrivedAt == nil,
	}
}

// standing says how it stands with the actor.
func (l *ownLine) standing() ui.Status {
	switch {
	case l.ArrivedAt != nil:
		return ui.Status{Text: "已签到 " + gathering.Clock(*l.ArrivedAt), Tone: ui.ToneGo}
	case l.LeaveState == gathering.LeaveGranted:
		return ui.Status{Text: "已准假", Tone: ui.ToneDone}
	case l.LeaveState == gathering.LeaveAsked:
		return ui.Status{Text: "请假待批", Tone: ui.ToneWait}
	case l.LeaveState == gathering.LeaveRefused:
		return ui.Status{Text: "不准假", Tone: ui.ToneStop}
	case l.door:
		return ui.Status{Text: "正在签到", Tone: ui.ToneWait}
	case l.State == gathering.Closed || l.State == gathering.Cancelled:
		return statusOf(l.State)
	case l.ReceivedAt != nil:
		return ui.Status{Text: "已回执", Tone: ui.ToneGo}
	}
	return ui.Status{Text: "待回执", Tone: ui.ToneWait}
}

func past(list []gathering.Own) ui.Table {
	t := ui.Table{Caption: "参加过的", Columns: []ui.Column{{Label: "名称"}, {Label: "时间"}, {Label: "类别", Less: true}, {Label: "结果"}}}
	for _, x := range list {
		s := result(gathering.Attendance{Outcome: x.Outcome})
		if x.State == gathering.Cancelled {
			s = ui.Status{Text: "已取消", Tone: ui.ToneDone}
		}
		url := page.GatheringURL(x.ID)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{{Text: x.Title, URL: url, Sub: x.Place}, {Text: x.When()}, {Text: choice.Name(gathering.Kinds, x.Kind)}, {Status: &s}}})
	}
	return t
}

// todayView is what the page of checking in shows.
type todayView struct {
	lines []ownLine
	code  *ui.Move // the form of the only one that is open
}

// today leads to what is open now: with one, its code can be typed at once.
func (h handler) today(w http.ResponseWriter, r *http.Request) error {
	list, _, err := h.gatherings.Today(r.Context(), page.Actor(r), "")
	if err != nil {
		return err
	}
	v := todayView{}
	var open []gathering.Own
	for _, x := range list {
		if x.State == gathering.Opened && x.ArrivedAt == nil {
			open = append(open, x)
		}
	}
	for _, x := range list {
		if len(open) != 1 || x.ID != open[0].ID {
			v.lines = append(v.lines, line(x))
		}
	}
	if len(open) == 1 {
		v.code = &ui.Move{Label: open[0].Title, Button: "签到", Action: page.GatheringURL(open[0].ID) + "/arrival", Consequence: consequences["arrival"], Primary: true, Open: true}
		var nobody *page.Sent
		nobody.Fill(v.code, "arrival", h.controls(nil, "arrival"))
	}
	return page.OK(w, r, todayPage(&v))
}

// scannedView is what the QR code leads to.
type scannedView struct {
	at  *ownLine // nil for who is not called
	url string
	bad fault.Fields
}

func (h handler) scanned(w http.ResponseWriter, r *http.Request) error {
	return h.scan(w, r, http.StatusOK, nil)
}

func (h handler) scan(w http.ResponseWriter, r *http.Request, code int, bad fault.Fields) error {
	token := page.Param(r, "token")
	list, at, err := h.gatherings.Today(r.Context(), page.Actor(r), token)
	if err != nil {
		return err
	}
	if at == 0 {
		return fault.NotFound
	}
	v := scannedView{url: page.DoorURL(token), bad: bad}
	for _, x := range list {
		if x.ID == at {
			l := line(x)
			v.at = &l
		}
	}
	return page.Render(w, r, code, scannedPage(&v))
}

// arriveAt checks in whoever scanned the code.
func (h handler) arriveAt(w http.ResponseWriter, r *http.Request) error {
	a, err := h.gatherings.ArriveAt(r.Context(), page.Actor(r), page.Param(r, "token"))
	bad, complaints := page.Complaints(err)
	switch {
	case complaints:
		return h.scan(w, r, http.StatusUnprocessableEntity, bad)
	case errors.Is(err, fault.NotFound):
		return fault.NotFound
	case err != nil:
		return err
	case a.Already:
		return page.Done(w, r, page.GatheringURL(a.GatheringID), "您已于 "+gathering.Clock(a.At)+" 签到。")
	}
	return page.Done(w, r, page.GatheringURL(a.GatheringID), "签到成功，"+gathering.Clock(a.At)+"。")
}
