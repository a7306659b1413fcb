package gathering

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/document"
	"portal/internal/gathering"
	"portal/web/page"
	"portal/web/ui"
)

// sheet is the list to sign on paper.
func (h handler) sheet(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.kept(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, sheetPage(&rec, calendar.Date(h.gatherings.Now())))
}

// slips are letters to everybody on the list, each with a receipt to send back.
func (h handler) slips(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.kept(r)
	if err != nil {
		return err
	}
	return page.OK(w, r, slipsPage(&rec, calendar.Date(h.gatherings.Now())))
}

// doorView is what the screen at the door shows.
type doorView struct {
	rec   gathering.Record
	qr    ui.QRCode
	count string
	still bool // it is not loaded anew by itself
}

func (h handler) door(w http.ResponseWriter, r *http.Request) error {
	rec, err := h.kept(r)
	if err != nil {
		return err
	}
	if rec.State != gathering.Opened || rec.Door.Token == "" {
		return page.Redirect(w, r, page.GatheringURL(rec.ID))
	}
	v := doorView{rec: rec, still: r.URL.Query().Get("still") != ""}
	if v.qr, err = page.Square(h.base + page.DoorURL(rec.Door.Token)); err != nil {
		return err
	}
	v.count = fmt.Sprintf("实到 %d / 应到 %d", rec.Count.Present, rec.Count.Due)
	if rec.Count.Beside > 0 {
		v.count += fmt.Sprintf("　列席 %d / %d", rec.Count.There, rec.Count.Beside)
	}
	return page.OK(w, r, doorPage(&v))
}

var columns = []string{"序号", "姓名", "单位和职务", "身份", "参加方式", "补充通知的理由", "回执", "请假", "请假事由", "签到时间", "签到方式", "离开时间", "结果", "更正的理由"}

// export sends the list as the page shows it as a file; who does not keep the
// gathering has no column for the reasons of leave.
func (h handler) export(w http.ResponseWriter, rec *gathering.Record, format string, keeps bool) error {
	why := slices.Index(columns, "请假事由")
	s := document.Sheet{Name: "名单", Head: slices.Clone(columns)}
	for _, a := range rec.People {
		s.Rows = append(s.Rows, []any{
			int64(a.Number), a.Name, a.Duty, choice.Name(gathering.Capacities, a.Capacity), part(a), a.AddedWhy, page.Moment(a.ReceivedAt), leaves[a.LeaveState], a.LeaveWhy,
			page.Moment(a.ArrivedAt), ways[a.ArrivedHow], page.Moment(a.LeftAt), choice.Name(gathering.Outcomes, a.Outcome), a.CorrectedWhy,
		})
	}
	if !keeps {
		s.Head = slices.Delete(s.Head, why, why+1)
		for i, row := range s.Rows {
			s.Rows[i] = slices.Delete(row, why, why+1)
		}
	}
	name := rec.Title + "名单" + calendar.ISO(rec.HeldOn)
	if format != "csv" {
		page.Attachment(w, name+".xlsx", document.XLSX)
		return document.WriteWorkbook(w, s)
	}
	rows := make([][]string, len(s.Rows))
	for i, row := range s.Rows {
		rows[i] = append(rows[i], strconv.Itoa(i+1))
		for _, v := range row[1:] {
			rows[i] = append(rows[i], v.(string)) //nolint:forcetypeassert // all but the number are
		}
	}
	page.Attachment(w, name+".csv", document.CSV)
	return document.WriteCSV(w, s.Head, rows)
}

var leaves = map[string]string{gathering.LeaveAsked: "待批", gathering.LeaveGranted: "准假", gathering.LeaveRefused: "不准假"}

func attends(a gathering.Attendance) string {
	switch {
	case a.Due:
		return "参加"
	case a.Ceased:
		return "不再应到"
	}
	return "列席"
}
