package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"portal/internal/text"
)

func TestLine(t *testing.T) {
	long := strings.Repeat("长", 50)
	for _, c := range []struct{ typed, want, bad string }{
		{" 王志伟　", "王志伟", ""},
		{"𠮷田 光", "𠮷田 光", ""},
		{"李䶮", "李䶮", ""},
		{"买买提·艾山", "买买提·艾山", ""},
		{long, long, ""},
		{long + "长", "", "姓名不能超过 50 个字"},
		{"", "", "请填写姓名"},
		{"　", "", "请填写姓名"},
		{"王\u202E伟", "", "姓名里有不能识别的字符，请删去后重填"},
		{"王\uFFFD", "", "姓名里有不能识别的字符，请删去后重填"},
		{"<script>", "<script>", ""},
	} {
		var r text.Reader
		got := r.Line("name", c.typed, "姓名", text.Name, true)
		if got != c.want || r.Bad.For("name") != c.bad {
			t.Errorf("Line(%q) = %q, %q, want %q, %q", c.typed, got, r.Bad.For("name"), c.want, c.bad)
		}
	}
}

func TestDate(t *testing.T) {
	for typed, want := range map[string]string{
		"2019-06-27": "2019-06-27", "2019/6/27": "2019-06-27", "2019年6月27日": "2019-06-27", "２０１９－６－２７": "2019-06-27",
		"": "", "2019-02-30": "", "0001-01-01": "", "明天": "", "2999-01-01": "",
	} {
		var r text.Reader
		got := r.Date("on", typed, "接待日期", true)
		if want == "" && len(r.Bad) == 0 || want != "" && got.Format("2006-01-02") != want {
			t.Errorf("Date(%q) = %v, %v, want %q", typed, got, r.Bad, want)
		}
	}
}

func TestPhone(t *testing.T) {
	for typed, want := range map[string]string{
		"13800138000": "13800138000", "138 0013 8000": "13800138000", "＋86 13800138000": "13800138000",
		"0769-22221111": "076922221111", "abc": "", "123": "", "1380013800013800": "",
	} {
		var r text.Reader
		if got := r.Phone("phone", typed, "电话", true); got != want || want == "" && len(r.Bad) == 0 {
			t.Errorf("Phone(%q) = %q, %v, want %q", typed, got, r.Bad, want)
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, s := range []string{"", "2019-06-27", "１３８", "\x00", "𠮷", "a\u202eb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "\uFFFD")
		var r text.Reader
		for _, got := range []string{
			r.Line("a", s, "甲", 50, false), r.Text("b", s, "乙", 2000, false), r.Phone("c", s, "电话", false), r.Clock("d", s, "时间"),
		} {
			if !utf8.ValidString(got) || strings.ContainsRune(got, 0) || utf8.RuneCountInString(got) > 2000 {
				t.Errorf("%q gave %q", s, got)
			}
		}
		r.Date("e", s, "日期", false)
		r.Int("f", s, "人数", 0, 999)
	})
}
