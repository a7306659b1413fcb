package calendar

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of a plausible notice.
const (
	longest   = 15 // days off in one holiday
	mostLines = 60
)

// ParseNotice reads the holidays of one year as the State Council's notice
// words them, one a line:
//
//	一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
//
// Ordinals, weekdays in brackets and counts may be left out. Days of another
// year bear it: 2026年12月31日. It returns the exceptional days in order, or
// what is wrong with which line, in Chinese.
func ParseNotice(year int, text, source string) (days []Exception, complaints []string) {
	seen := map[time.Time]string{}
	lines := strings.Split(text, "\n")
	if len(lines) > mostLines {
		return nil, []string{fmt.Sprintf("最多 %d 行", mostLines)}
	}
	for i, line := range lines {
		line = strings.TrimSpace(brackets.ReplaceAllString(line, ""))
		if line == "" {
			continue
		}
		complain := func(format string, args ...any) {
			complaints = append(complaints, fmt.Sprintf("第 %d 行：", i+1)+fmt.Sprintf(format, args...))
		}
		name, off, makeUp, why := readLine(year, line)
		if why != "" {
			complain("%s", why)
			continue
		}
		for _, e := range exchanged(name, off, makeUp, source) {
			if other, twice := seen[e.Day]; twice {
				complain("%s 已经写在“%s”里", MonthDay(e.Day), other)
			} else if e.Working && !weekend(e.Day) {
				complain("%s 是%s，本来就上班", MonthDay(e.Day), Weekday(e.Day))
			} else {
				seen[e.Day] = e.Name
				days = append(days, e)
			}
		}
	}
	if len(days) == 0 && len(complaints) == 0 {
		complaints = append(complaints, "请填写放假和调休安排")
	}
	slices.SortFunc(days, func(a, b Exception) int { return a.Day.Compare(b.Day) })
	return days, complaints
}

var (
	brackets = regexp.MustCompile(`[（(][^（()）]*[）)]`)
	ordinal  = regexp.MustCompile(`^[（(]?[一二三四五六七八九十0-9]{1,3}[、.．]\s*`)
	aDay     = regexp.MustCompile(`(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日`)
	total    = regexp.MustCompile(`共\d+天`)
)

// readLine takes one line apart: the name, the first and last day off, and the
// days worked in exchange.
func readLine(year int, line string) (name string, off [2]time.Time, makeUp []time.Time, why string) {
	name, rest, found := strings.Cut(strings.Replace(ordinal.ReplaceAllString(line, ""), ":", "：", 1), "：")
	name = strings.TrimSpace(name)
	switch {
	case !found || name == "":
		return name, off, nil, "请按“节日：几月几日至几日放假”的样子写"
	case len([]rune(name)) > 20:
		return name, off, nil, "节日名称太长"
	}
	first, second, found := strings.Cut(total.ReplaceAllString(rest, ""), "放假")
	if !found {
		return name, off, nil, "缺少“放假”两个字"
	}
	month := 0
	offDays, why := readDays(year, &month, first)
	if why != "" {
		return name, off, nil, why
	}
	switch {
	case len(offDays) == 1:
		off = [2]time.Time{offDays[0], offDays[0]}
	case len(offDays) == 2 && strings.ContainsAny(first, "至到-—－~～"):
		off = [2]time.Time{offDays[0], offDays[1]}
	default:
		return name, off, nil, "没有看懂放假的起止日期"
	}
	if n := DaysBetween(off[0], off[1]); n < 0 || n >= longest {
		return name, off, nil, fmt.Sprintf("放假应当是 1 到 %d 天", longest)
	}
	makeUp, why = readDays(year, &month, second)
	if why == "" && len(makeUp) > 0 && !strings.Contains(second, "上班") {
		why = "缺少“上班”两个字"
	}
	return name, off, makeUp, why
}

// readDays reads the days in s. A day without a month is in the month before it.
func readDays(year int, month *int, s string) (days []time.Time, why string) {
	for _, m := range aDay.FindAllStringSubmatch(s, 20) {
		y := year
		if m[1] != "" {
			y, _ = strconv.Atoi(m[1])
		}
		if m[2] != "" {
			*month, _ = strconv.Atoi(m[2])
		}
		n, _ := strconv.Atoi(m[3])
		day := Day(y, time.Month(*month), n)
		if *month < 1 || *month > 12 || day.Day() != n || y < year-1 || y > year+1 {
			return nil, "没有“" + m[0] + "”这一天"
		}
		if y != year && DaysBetween(Day(year, 1, 1), day) < -31 || DaysBetween(Day(year, 12, 31), day) > 31 {
			return nil, fmt.Sprintf("“%s”不在%d年前后", m[0], year)
		}
		days = append(days, day)
	}
	return days, ""
}

func exchanged(name string, off [2]time.Time, makeUp []time.Time, source string) []Exception {
	var list []Exception
	for d := off[0]; !d.After(off[1]); d = d.AddDate(0, 0, 1) {
		list = append(list, Exception{d, false, name, source})
	}
	for _, d := range makeUp {
		list = append(list, Exception{d, true, name + "调休", source})
	}
	return list
}
