package calendar

import (
	"strings"
	"time"
)

// span is one holiday of a yearly notice: the days off, and the weekend days
// worked in exchange.
type span struct {
	name     string
	from, to string // days off, both included
	makeUp   string // working days, separated by spaces
}

// notice is what the State Council announced for one year.
type notice struct {
	year   int
	source string
	spans  []span
}

// National returns the State Council's calendar for 2019 to 2026. The portal
// works with the rows of calendar_days, which start as a copy of this and which
// an administrator extends and corrects; a test keeps the copy equal.
func National() *Calendar { return New(NationalDays(), NationalYears()...) }

// NationalYears lists the years of National.
func NationalYears() []int {
	var years []int
	for _, n := range notices {
		years = append(years, n.year)
	}
	return years
}

// NationalDays lists the exceptional days of National in order.
func NationalDays() []Exception {
	var list []Exception
	for _, n := range notices {
		for _, s := range n.spans {
			list = append(list, s.days(n.source)...)
		}
	}
	return list
}

func (s span) days(source string) []Exception {
	var list []Exception
	for d := mustParse(s.from); !d.After(mustParse(s.to)); d = d.AddDate(0, 0, 1) {
		list = append(list, Exception{d, false, s.name, source})
	}
	for d := range strings.FieldsSeq(s.makeUp) {
		list = append(list, Exception{mustParse(d), true, s.name + "调休", source})
	}
	return list
}

func mustParse(s string) time.Time {
	day, ok := Parse(s)
	if !ok {
		panic("calendar: " + s + " is not a day")
	}
	return day
}

// notices holds the yearly notices 国务院办公厅关于……年部分节假日安排的通知. Where two
// feasts make one holiday, as in the notices of 2020, 2023 and 2025, they stand
// as one span. A holiday joined to a plain weekend lists only its own days.
var notices = []notice{
	// The second notice lengthened the Labour Day holiday to four days.
	{2019, "国办发明电〔2018〕15号、〔2019〕3号", []span{
		{"元旦", "2019-01-01", "2019-01-01", ""},
		{"春节", "2019-02-04", "2019-02-10", "2019-02-02 2019-02-03"},
		{"清明节", "2019-04-05", "2019-04-07", ""},
		{"劳动节", "2019-05-01", "2019-05-04", "2019-04-28 2019-05-05"},
		{"端午节", "2019-06-07", "2019-06-09", ""},
		{"中秋节", "2019-09-13", "2019-09-15", ""},
		{"国庆节", "2019-10-01", "2019-10-07", "2019-09-29 2019-10-12"},
	}},
	// The second notice extended the Spring Festival holiday to 2 February because
	// of the epidemic; 1 February had been a make-up working day before.
	{2020, "国办发明电〔2019〕16号、〔2020〕1号", []span{
		{"元旦", "2020-01-01", "2020-01-01", ""},
		{"春节", "2020-01-24", "2020-02-02", "2020-01-19"},
		{"清明节", "2020-04-04", "2020-04-06", ""},
		{"劳动节", "2020-05-01", "2020-05-05", "2020-04-26 2020-05-09"},
		{"端午节", "2020-06-25", "2020-06-27", "2020-06-28"},
		{"国庆节、中秋节", "2020-10-01", "2020-10-08", "2020-09-27 2020-10-10"},
	}},
	{2021, "国办发明电〔2020〕27号", []span{
		{"元旦", "2021-01-01", "2021-01-03", ""},
		{"春节", "2021-02-11", "2021-02-17", "2021-02-07 2021-02-20"},
		{"清明节", "2021-04-03", "2021-04-05", ""},
		{"劳动节", "2021-05-01", "2021-05-05", "2021-04-25 2021-05-08"},
		{"端午节", "2021-06-12", "2021-06-14", ""},
		{"中秋节", "2021-09-19", "2021-09-21", "2021-09-18"},
		{"国庆节", "2021-10-01", "2021-10-07", "2021-09-26 2021-10-09"},
	}},
	{2022, "国办发明电〔2021〕11号", []span{
		{"元旦", "2022-01-01", "2022-01-03", ""},
		{"春节", "2022-01-31", "2022-02-06", "2022-01-29 2022-01-30"},
		{"清明节", "2022-04-03", "2022-04-05", "2022-04-02"},
		{"劳动节", "2022-04-30", "2022-05-04", "2022-04-24 2022-05-07"},
		{"端午节", "2022-06-03", "2022-06-05", ""},
		{"中秋节", "2022-09-10", "2022-09-12", ""},
		{"国庆节", "2022-10-01", "2022-10-07", "2022-10-08 2022-10-09"},
	}},
	{2023, "国办发明电〔2022〕16号", []span{
		{"元旦", "2022-12-31", "2023-01-02", ""},
		{"春节", "2023-01-21", "2023-01-27", "2023-01-28 2023-01-29"},
		{"清明节", "2023-04-05", "2023-04-05", ""},
		{"劳动节", "2023-04-29", "2023-05-03", "2023-04-23 2023-05-06"},
		{"端午节", "2023-06-22", "2023-06-24", "2023-06-25"},
		{"中秋节、国庆节", "2023-09-29", "2023-10-06", "2023-10-07 2023-10-08"},
	}},
	{2024, "国办发明电〔2023〕7号", []span{
		{"元旦", "2024-01-01", "2024-01-01", ""},
		{"春节", "2024-02-10", "2024-02-17", "2024-02-04 2024-02-18"},
		{"清明节", "2024-04-04", "2024-04-06", "2024-04-07"},
		{"劳动节", "2024-05-01", "2024-05-05", "2024-04-28 2024-05-11"},
		{"端午节", "2024-06-10", "2024-06-10", ""},
		{"中秋节", "2024-09-15", "2024-09-17", "2024-09-14"},
		{"国庆节", "2024-10-01", "2024-10-07", "2024-09-29 2024-10-12"},
	}},
	{2025, "国办发明电〔2024〕12号", []span{
		{"元旦", "2025-01-01", "2025-01-01", ""},
		{"春节", "2025-01-28", "2025-02-04", "2025-01-26 2025-02-08"},
		{"清明节", "2025-04-04", "2025-04-06", ""},
		{"劳动节", "2025-05-01", "2025-05-05", "2025-04-27"},
		{"端午节", "2025-05-31", "2025-06-02", ""},
		{"国庆节、中秋节", "2025-10-01", "2025-10-08", "2025-09-28 2025-10-11"},
	}},
	{2026, "国办发明电〔2025〕7号", []span{
		{"元旦", "2026-01-01", "2026-01-03", "2026-01-04"},
		{"春节", "2026-02-15", "2026-02-23", "2026-02-14 2026-02-28"},
		{"清明节", "2026-04-04", "2026-04-06", ""},
		{"劳动节", "2026-05-01", "2026-05-05", "2026-05-09"},
		{"端午节", "2026-06-19", "2026-06-21", ""},
		{"中秋节", "2026-09-25", "2026-09-27", ""},
		{"国庆节", "2026-10-01", "2026-10-07", "2026-09-20 2026-10-10"},
	}},
}
