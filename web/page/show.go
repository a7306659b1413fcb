package page

import (
	"fmt"
	"time"

	"github.com/skip2/go-qrcode"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/file"
	"portal/web/ui"
)

// Terms turns terms into options; first, where given, stands before any is
// chosen.
func Terms(terms []choice.Term, first string) []ui.Option {
	list := leading(first)
	for _, t := range terms {
		list = append(list, ui.Option{Value: t.Key, Label: t.Name})
	}
	return list
}

// Rows turns rows into options; first, where given, stands before any is chosen.
func Rows(rows []choice.Row, first string) []ui.Option {
	list := leading(first)
	for _, c := range rows {
		list = append(list, ui.Option{Value: Number(c.ID), Label: c.Name})
	}
	return list
}

// Words turns words that are their own value into options.
func Words(words []string) []ui.Option {
	var list []ui.Option
	for _, w := range words {
		list = append(list, ui.Option{Value: w, Label: w})
	}
	return list
}

func leading(first string) []ui.Option {
	if first == "" {
		return nil
	}
	return []ui.Option{{Label: first}}
}

// Day writes a day that may not have come: "" for nil.
func Day(t *time.Time) string {
	if t == nil {
		return ""
	}
	return calendar.Date(*t)
}

// Moment writes an instant that may not have come: "" for nil.
func Moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return calendar.DateTime(*t)
}

// Due says how much time is left until a deadline, with its colour; what names
// what is due.
func Due(cal *calendar.Calendar, now time.Time, what string, on time.Time, id int64) *ui.Due {
	tone := ui.ToneGo
	switch cal.Colour(now, on, calendar.YellowDays) {
	case calendar.Yellow:
		tone = ui.ToneWait
	case calendar.Red:
		tone = ui.ToneStop
	}
	return &ui.Due{Text: what + cal.LeftText(now, on), Tone: tone, URL: DeadlineURL(id)}
}

// Events turns what was recorded of a thing into its timeline.
func Events(timeline []audit.Entry) []ui.Event {
	var list []ui.Event
	for _, e := range timeline {
		list = append(list, ui.Event{At: calendar.DateTime(e.At), Who: e.UserName, Role: e.Role.Name(), Title: e.Title, Reason: e.Reason})
	}
	return list
}

// Attachments turns kept files into links, pictures with their preview.
func Attachments(list []file.Attachment) []ui.Attachment {
	var out []ui.Attachment
	for _, f := range list {
		a := ui.Attachment{Name: f.Name, URL: FileURL(f.ID), Size: f.Size}
		if f.Picture() {
			a.Preview = PreviewURL(f.ID)
			a.Width, a.Height = f.Width, f.Height
		}
		out = append(out, a)
	}
	return out
}

// UploadHint says which files may be sent.
func UploadHint(l file.Limits) string {
	return fmt.Sprintf("照片、PDF、Word、Excel 或文本文件，每个不超过 %d MB，最多 %d 个。照片里的拍摄位置会自动去掉。", l.Megabytes, l.Count)
}

// LinkTo is the address of something that the actor may open, and "" where
// there is nothing or the actor may not.
func LinkTo(actor access.Actor, need access.Permission, id int64, url func(int64) string) string {
	if id == 0 || !actor.May(need) {
		return ""
	}
	return url(id)
}

// Square draws text as a QR code.
func Square(text string) (ui.QRCode, error) {
	q, err := qrcode.New(text, qrcode.Medium)
	if err != nil {
		return nil, err
	}
	return q.Bitmap(), nil
}
