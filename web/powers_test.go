package web_test

import (
	"archive/zip"
	"bytes"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"
)

// Hard rule 1 (domain.md §0): a street has no congress of its own and none of the three
// powers. What a page or a paper says may not claim them for its working committee, its
// directors' meeting or the meeting of voter representatives: they give opinions, pick,
// rate and report.
const (
	streetBody = `(?:街道工委|街道人大|人大工委|工委主任会议|工委主任|人大办|选民代表会议|选民代表|工委)`
	cityPower  = `(?:预算|决算|任命|任免|免职|免去|重大事项|人事)`
	near       = `[^\n。；，、：？！（）]`
)

// claims are the ways to claim a power of the city's.
var claims = []*regexp.Regexp{
	regexp.MustCompile(streetBody + near + `{0,8}(?:批准|决定)` + near + `{0,10}` + cityPower),
	regexp.MustCompile(streetBody + near + `{0,6}(?:任命|罢免|免去|选举产生)`),
	regexp.MustCompile(cityPower + near + `{0,10}[由经]` + near + `{0,6}` + streetBody + near + `{0,4}(?:批准|决定|通过)`),
	regexp.MustCompile(streetBody + near + `{0,6}(?:审查|审议)?(?:批准|通过)了?` + near + `{0,10}(?:预算|决算)(?:草案|报告|方案)?`),
	regexp.MustCompile(`选民代表会议` + near + `{0,6}(?:批准|决定)`),
	regexp.MustCompile(`街道(?:人民代表大会|人代会|人大常委会|人大代表大会)`),
	regexp.MustCompile(`工委(?:决定|批准)(?:设立|撤销|任用)`),
}

// disclaims are how a sentence says that somebody else has the power, or that the street
// has not.
var disclaims = regexp.MustCompile(`不|无|没有|市人大|市人民代表大会|常委会|提请|报请|意见|建议`)

// claimed returns the sentences of a text that claim a power for the street.
func claimed(said string) (list []string) {
	for _, sentence := range strings.FieldsFunc(said, func(r rune) bool { return strings.ContainsRune("\n。；？！", r) }) {
		for _, claim := range claims {
			if claim.MatchString(sentence) && !disclaims.MatchString(sentence) {
				list = append(list, strings.TrimSpace(sentence))
				break
			}
		}
	}
	return list
}

var (
	unread = regexp.MustCompile(`(?s)<(script|style)\b.*?</(script|style)>`)
	inline = regexp.MustCompile(`</?(?:a|b|strong|em|span|small|mark|abbr|time|code|i|w:r|w:t|w:rPr|w:rFonts|w:sz|w:b)\b[^>]*>`)
	tag    = regexp.MustCompile(`<[^>]*>`)
)

// words are what a page, a .docx or an .xlsx says to its reader.
func words(body string) string {
	if !strings.HasPrefix(body, "PK") {
		return plain(body)
	}
	z, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body)))
	if err != nil {
		return plain(body)
	}
	var all strings.Builder
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".xml") || !strings.HasPrefix(f.Name, "word/") && !strings.HasPrefix(f.Name, "xl/") {
			continue
		}
		if r, err := f.Open(); err == nil {
			part, _ := io.ReadAll(r)
			all.WriteString(plain(string(part)) + "\n")
		}
	}
	return all.String()
}

func plain(markup string) string {
	markup = unread.ReplaceAllString(markup, "\n")
	return html.UnescapeString(tag.ReplaceAllString(inline.ReplaceAllString(markup, ""), "\n"))
}

// TestClaims: what the walk of every page looks for is found, and what a street may say
// is not.
func TestClaims(t *testing.T) {
	for _, claims := range []string{
		"东城街道人大工委批准2020年预算", "<p>工委主任会议<b>决定</b>街道预算调整</p>", "选民代表会议批准了民生实事项目", "预算草案由选民代表会议通过",
		"选民代表会议审议通过预算报告", "经工委主任会议决定，任命王芳为主任。工委任命王芳", "街道人民代表大会第一次会议", "重大事项由工委决定",
	} {
		if len(claimed(words(claims))) == 0 {
			t.Errorf("%s claims a power and is let pass", claims)
		}
	}
	for _, may := range []string{
		"工委主任会议通过年度工作计划", "选民代表会议票选产生民生实事意见", "工委对预算草案提出初审意见", "市人大常委会决定任命王芳为工委主任", "工委不批准预算，批准权属于市人民代表大会",
		"预算由谁批准？\nA. 工委", "延期由工委主任决定", "街道人大工作规范化建设", "工委主任会议听取街道预算执行情况",
	} {
		if list := claimed(words(may)); len(list) > 0 {
			t.Errorf("%s is complained about: %q", may, list)
		}
	}
}
