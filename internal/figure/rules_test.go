package figure

import (
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"portal/internal/calendar"
)

func TestDocumentIsFresh(t *testing.T) {
	got, err := os.ReadFile("../../docs/figures.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != Markdown() {
		t.Error("docs/figures.md is not what the dictionary says: run make generate")
	}
}

func TestDictionaryIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, i := range Indicators {
		if seen[i.Key] {
			t.Errorf("%s stands twice", i.Key)
		}
		seen[i.Key] = true
		if i.Name == "" || i.Unit == "" || i.Room == "" || i.Definition == "" || i.Formula == "" || i.rows == "" || i.list == "" {
			t.Errorf("%s: incomplete", i.Key)
		}
	}
	for _, r := range Rates {
		if !seen[r.Part] || !seen[r.Whole] {
			t.Errorf("%s divides what is not in the dictionary", r.Key)
		}
	}
}

func TestShares(t *testing.T) {
	for _, c := range []struct {
		part, of       int64
		percent, whole string
	}{{219, 224, "97.8%", "97%"}, {0, 5, "0.0%", "0%"}, {0, 0, "—", "—"}, {5, 5, "100.0%", "100%"}, {1, 2000, "0.1%", "0%"}, {1999, 2000, "100.0%", "99%"}} {
		s := Share{Numerator: c.part, Denominator: c.of}
		if s.Percent() != c.percent || s.Whole() != c.whole {
			t.Errorf("%d/%d = %s, %s, want %s, %s", c.part, c.of, s.Percent(), s.Whole(), c.percent, c.whole)
		}
	}
}

func TestParsePeriod(t *testing.T) {
	night := time.Date(2026, 1, 1, 0, 30, 0, 0, calendar.Zone) // still 2025 in UTC
	for _, c := range []struct{ from, to, want string }{
		{"", "", "2026年1月1日至1月1日"},
		{"2019-06-27", "2020-06-30", "2019年6月27日至2020年6月30日"},
		{"", "2019-12-31", "2019年1月1日至12月31日"},
		{"２０１９年６月２７日", "2019/12/31", "2019年6月27日至12月31日"},
	} {
		p, err := ParsePeriod(c.from, c.to, night)
		if err != nil || p.String() != c.want {
			t.Errorf("%q to %q = %s, %v, want %s", c.from, c.to, p, err, c.want)
		}
	}
	for _, c := range [][2]string{{"2020-01-01", "2019-01-01"}, {"昨天", ""}, {"", "2026-02-30"}, {"1900-01-01", "2026-01-01"}, {"\x00", "'"}} {
		if _, err := ParsePeriod(c[0], c[1], night); err == nil {
			t.Errorf("%q to %q is taken for a period", c[0], c[1])
		}
	}
}

// Spans cover every day of their period once, in order.
func TestSpansCoverThePeriod(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := calendar.Day(2000, 1, 1).AddDate(0, 0, rapid.IntRange(0, 9000).Draw(t, "from"))
		p := Period{from, from.AddDate(0, 0, rapid.IntRange(0, 11000).Draw(t, "days"))}
		spans, _ := p.Spans()
		if len(spans) > LongestYears+2 || !spans[0].From.Equal(p.From) || !spans[len(spans)-1].To.Equal(p.To) {
			t.Fatalf("%d spans of %s", len(spans), p)
		}
		for i, s := range spans {
			if s.To.Before(s.From) || i > 0 && !s.From.Equal(spans[i-1].To.AddDate(0, 0, 1)) {
				t.Fatalf("span %d of %s is %s", i, p, s)
			}
		}
	})
}

func TestNamedPeriods(t *testing.T) {
	named := map[string]string{}
	for _, p := range Presets(time.Date(2026, 3, 2, 10, 0, 0, 0, calendar.Zone)) {
		named[p.Name] = p.String()
	}
	for name, want := range map[string]string{
		"本月": "2026年3月1日至3月2日", "本年": "2026年1月1日至3月2日", "上年": "2025年1月1日至12月31日",
		"口径A：2019年": "2019年1月1日至12月31日", "口径B：意见实施以来": "2019年6月27日至2020年6月30日",
	} {
		if named[name] != want {
			t.Errorf("%s is %s, want %s", name, named[name], want)
		}
	}
}
