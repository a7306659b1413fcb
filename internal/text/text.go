// Package text checks and tidies what people type.
package text

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"portal/internal/fault"
)

// Reader turns typed strings into values and collects complaints, each saying
// what to do. What was typed stays with the form, to be shown again.
type Reader struct{ Bad fault.Fields }

// Line reads a text of one line with at most limit characters. A Line that is
// required complains when empty.
func (r *Reader) Line(name, typed, label string, limit int, required bool) string {
	return r.read(name, strings.Join(strings.Fields(tidy(typed)), " "), label, limit, required)
}

// Text reads a text of several lines with at most limit characters.
func (r *Reader) Text(name, typed, label string, limit int, required bool) string {
	return r.read(name, tidy(typed), label, limit, required)
}

func (r *Reader) read(name, s, label string, limit int, required bool) string {
	switch {
	case s == "" && required:
		r.Bad.Add(name, "请填写"+label)
	case utf8.RuneCountInString(s) > limit:
		r.Bad.Add(name, label+"不能超过 "+strconv.Itoa(limit)+" 个字")
	case strings.ContainsFunc(s, func(c rune) bool { return !Readable(c) }):
		r.Bad.Add(name, label+"里有不能识别的字符，请删去后重填")
	default:
		return s
	}
	return ""
}

// tidy brings text into one form: NFC, plain line ends, no space around.
func tidy(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", " ").Replace(s)
	return strings.TrimSpace(norm.NFC.String(s))
}

// Readable reports whether c belongs in a text: not controls other than line
// ends, nor what turns the direction of what follows, nor what stands for broken
// bytes. Characters beyond the basic plane, such as 𠮷, are names like any other,
// and so is private use: names in GB 18030 that have no other code point.
func Readable(c rune) bool {
	switch {
	case c == '\n':
		return true
	case unicode.IsControl(c), c == utf8.RuneError, c == 0xFEFF:
		return false
	case 0x202A <= c && c <= 0x202E, 0x2066 <= c && c <= 0x2069, c == 0x200E, c == 0x200F, c == 0x200B:
		return false
	case c&0xFFFE == 0xFFFE, 0xFDD0 <= c && c <= 0xFDEF:
		return false
	}
	return true
}

// Name is the longest name of a person or place, in characters.
const Name = 50

// Date reads a day: 2019-06-27, 2019/6/27 or 2019年6月27日, also in full-width
// digits. A Date that is required complains when empty; else that is the zero
// time.
func (r *Reader) Date(name, typed, label string, required bool) time.Time {
	s := strings.TrimSuffix(narrow(tidy(typed)), "日")
	s = strings.NewReplacer("年", "-", "月", "-", "/", "-", ".", "-").Replace(s)
	if s == "" && !required {
		return time.Time{}
	}
	day, err := time.Parse("2006-1-2", s)
	if err != nil || day.Year() < 1900 || day.Year() > 2100 {
		r.Bad.Add(name, "请填写"+label+"，例如 2026-03-02")
		return time.Time{}
	}
	return day
}

// Clock reads a time of day such as 09:30, "" for none.
func (r *Reader) Clock(name, typed, label string) string {
	s := strings.ReplaceAll(narrow(tidy(typed)), "：", ":")
	if s == "" {
		return ""
	}
	t, err := time.Parse("15:4", s)
	if err != nil {
		if t, err = time.Parse("15:04:05", s); err != nil {
			r.Bad.Add(name, "请填写"+label+"，例如 09:30")
			return ""
		}
	}
	return t.Format("15:04")
}

// Int reads a whole number between low and high.
func (r *Reader) Int(name, typed, label string, low, high int) int {
	n, err := strconv.Atoi(narrow(tidy(typed)))
	if err != nil || n < low || n > high {
		r.Bad.Add(name, "请填写"+label+"，"+strconv.Itoa(low)+" 到 "+strconv.Itoa(high)+" 之间的数")
		return 0
	}
	return n
}

// Digits reads a code of n digits.
func (r *Reader) Digits(name, typed, label string, n int) string {
	s := narrow(tidy(typed))
	if len(s) != n || strings.ContainsFunc(s, func(c rune) bool { return c < '0' || c > '9' }) {
		r.Bad.Add(name, "请填写"+label+"，"+strconv.Itoa(n)+" 位数字")
		return ""
	}
	return s
}

// Phone reads a mainland number, mobile or landline. It returns digits only.
func (r *Reader) Phone(name, typed, label string, required bool) string {
	s := strings.NewReplacer(" ", "", "-", "", "－", "", "(", "", ")", "", "（", "", "）", "").Replace(narrow(tidy(typed)))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "+86"), "0086")
	switch {
	case s == "" && !required:
		return ""
	case s == "":
		r.Bad.Add(name, "请填写"+label)
	case len(s) < 7 || len(s) > 12 || strings.ContainsFunc(s, func(c rune) bool { return c < '0' || c > '9' }):
		r.Bad.Add(name, "请填写正确的"+label+"，手机 11 位，固定电话带区号")
	default:
		return s
	}
	return ""
}

// Choice reads one of the allowed values.
func (r *Reader) Choice(name, typed, label string, allowed ...string) string {
	for _, a := range allowed {
		if typed == a {
			return a
		}
	}
	r.Bad.Add(name, "请选择"+label)
	return ""
}

// narrow turns full-width digits and signs into plain ones.
func narrow(s string) string {
	return strings.Map(func(c rune) rune {
		if 0xFF01 <= c && c <= 0xFF5E {
			return c - 0xFEE0
		}
		return c
	}, s)
}
