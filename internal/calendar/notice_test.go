package calendar

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// worded writes a year's notice as the State Council does.
func worded(n notice) string {
	var b strings.Builder
	for i, s := range n.spans {
		from, to := mustParse(s.from), mustParse(s.to)
		fmt.Fprintf(&b, "%c、%s：", []rune("一二三四五六七八九十")[i], s.name)
		if from.Year() != n.year {
			fmt.Fprintf(&b, "%d年", from.Year())
		}
		fmt.Fprintf(&b, "%s（%s）", MonthDay(from), Weekday(from))
		if !to.Equal(from) {
			b.WriteString("至")
			if from.Year() != to.Year() {
				fmt.Fprintf(&b, "%d年", to.Year())
			}
			if from.Month() == to.Month() {
				fmt.Fprintf(&b, "%d日（%s）", to.Day(), Weekday(to))
			} else {
				fmt.Fprintf(&b, "%s（%s）", MonthDay(to), Weekday(to))
			}
		}
		fmt.Fprintf(&b, "放假调休，共%d天。", DaysBetween(from, to)+1)
		for j, d := range strings.Fields(s.makeUp) {
			if j > 0 {
				b.WriteString("、")
			}
			fmt.Fprintf(&b, "%s（%s）", MonthDay(mustParse(d)), Weekday(mustParse(d)))
		}
		if s.makeUp != "" {
			b.WriteString("上班。")
		}
		b.WriteString("\r\n")
	}
	return b.String()
}

func TestParseNotice(t *testing.T) {
	for _, n := range notices {
		got, complaints := ParseNotice(n.year, worded(n), n.source)
		if len(complaints) > 0 {
			t.Errorf("%d: %v\n%s", n.year, complaints, worded(n))
		}
		var want []Exception
		for _, e := range NationalDays() {
			if e.Source == n.source {
				want = append(want, e)
			}
		}
		want = New(want).all()
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%d (-want +got):\n%s", n.year, d)
		}
	}
}

// all lists every exceptional day in order.
func (c *Calendar) all() []Exception {
	var list []Exception
	for y := 2018; y < 2030; y++ {
		list = append(list, c.Exceptions(y)...)
	}
	return list
}

func TestParseNoticePlain(t *testing.T) {
	got, complaints := ParseNotice(2027, "元旦:1月1日至3日放假\n\n清明节：4月5日（周一）放假，与周末连休。\n", "国办发明电〔2026〕8号")
	if len(complaints) > 0 || len(got) != 4 || got[3].Name != "清明节" {
		t.Errorf("ParseNotice = %v %v", got, complaints)
	}
}

func TestParseNoticeComplains(t *testing.T) {
	for text, want := range map[string]string{
		"":               "请填写放假和调休安排",
		"元旦 1月1日":        "请按",
		"元旦：1月1日":        "缺少“放假”",
		"元旦：放假":          "没有看懂",
		"元旦：2月30日放假":     "没有“2月30日”这一天",
		"元旦：1月1日至5月3日放假": "1 到 15 天",
		"元旦：1月3日至1日放假":   "1 到 15 天",
		"元旦：1日放假":        "这一天",
		"元旦：1月1日放假。1月4日上班。":                 "本来就上班",
		"元旦：1月1日放假。1月3日":                    "缺少“上班”",
		"元旦：1月1日放假\n春节：1月1日至3日放假":           "第 2 行：1月1日 已经写在“元旦”里",
		"元旦：2029年1月1日放假":                    "没有“2029年1月1日”这一天",
		strings.Repeat("长", 30) + "：1月1日放假": "太长",
		strings.Repeat("\n", 100):           "最多",
	} {
		got, complaints := ParseNotice(2027, text, "x")
		if !strings.Contains(strings.Join(complaints, "\n"), want) {
			t.Errorf("ParseNotice(%q) = %v %v, want %q", text, got, complaints, want)
		}
	}
}

func FuzzParseNotice(f *testing.F) {
	f.Add(worded(notices[0]))
	f.Add("元旦：99999年99月99日至1日放假")
	f.Fuzz(func(t *testing.T, s string) {
		days, complaints := ParseNotice(2027, s, "x")
		if len(days) > mostLines*(longest+20) || len(days)+len(complaints) == 0 {
			t.Errorf("%d days, %d complaints", len(days), len(complaints))
		}
	})
}
