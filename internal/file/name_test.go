package file

import (
	"mime"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestCleanName(t *testing.T) {
	for _, c := range []struct{ sent, want string }{
		{"路灯.jpg", "路灯.jpg"},
		{"𠮷田光 䶮.JPEG", "𠮷田光 䶮.jpg"},
		{"../../etc/passwd", "passwd.jpg"},
		{`C:\照片\路灯.png`, "路灯.jpg"},
		{"a.jpg\r\nSet-Cookie: x=1", "a.jpgSet-Cookie_ x=1.jpg"},
		{"发票\u202egpj.exe", "发票gpj.jpg"},
		{"\u200b\ufeff", "附件.jpg"},
		{"", "附件.jpg"},
		{".jpg", "jpg.jpg"},
		{"...", "附件.jpg"},
		{"a\x00b\xff.png", "ab.jpg"},
		{"2026.3.2会议纪要", "2026.3.2会议纪要.jpg"},
		{`<a>"b"|?*.jpg`, "_a__b____.jpg"},
		{"e\u0301.jpg", "\u00e9.jpg"},
	} {
		if got := cleanName(c.sent, ".jpg"); got != c.want {
			t.Errorf("cleanName(%q) = %q, want %q", c.sent, got, c.want)
		}
	}
	long := cleanName(strings.Repeat("长", 500)+".jpg", ".jpg")
	if utf8.RuneCountInString(long) != maxName {
		t.Errorf("a long name has %d characters", utf8.RuneCountInString(long))
	}
	for _, name := range []string{"路灯 (1).jpg", "a\"b\r\n.jpg", "𠮷.jpg"} {
		header := mime.FormatMediaType("attachment", map[string]string{"filename": cleanName(name, ".jpg")})
		if header == "" || strings.ContainsAny(header, "\r\n") {
			t.Errorf("header for %q = %q", name, header)
		}
	}
}
