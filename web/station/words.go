package station

import (
	"slices"
	"strings"
	"time"

	"portal/internal/calendar"
	"portal/internal/station"
	"portal/web/page"
	"portal/web/ui"
)

// hours writes from and to as 09:00–11:30; what is missing is left out.
func hours(from, to string) string {
	if from != "" && to != "" {
		return from + "–" + to
	}
	return from + to
}

// weekday writes a day with its weekday: 3月2日 星期一.
func weekday(day time.Time) string { return calendar.MonthDay(day) + " " + calendar.Weekday(day) }

func names(list []string) string { return strings.Join(list, "、") }

// states are the states of a planned reception.
var states = map[string]ui.Status{
	"planned":   {Text: "未发布", Tone: ui.ToneWait},
	"published": {Text: "已发布", Tone: ui.ToneGo},
	"cancelled": {Text: "已取消", Tone: ui.ToneDone},
}

func state(r station.Reception) *ui.Status {
	s := states[r.State]
	return &s
}

func filled(list []ui.Fact) []ui.Fact {
	return slices.DeleteFunc(list, func(f ui.Fact) bool { return f.Text == "" })
}

// short is the start of a text, for one line.
func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// ids reads the numbers that check boxes sent; what is no number is left out.
func ids(typed []string) []int64 {
	var list []int64
	for _, s := range typed {
		if id := page.Int64(s); id != 0 && !slices.Contains(list, id) && len(list) < 500 {
			list = append(list, id)
		}
	}
	return list
}

func strs(list []int64) []string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = page.Number(n)
	}
	return out
}
