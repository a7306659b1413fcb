package institution_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"portal/internal/fault"
	"portal/internal/institution"
)

func read(t *testing.T, typed string, before []institution.Clause) []institution.Clause {
	t.Helper()
	list, err := institution.ReadText(typed, before)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestReadText(t *testing.T) {
	first := read(t, "第一条　为了规范工作。\n\n第二条 代表应当进站。\n（一）每季一次；\n第3条：本办法自公布之日起施行。", nil)
	if len(first) != 3 || first[1].Text != "代表应当进站。\n（一）每季一次；" || first[2].Label() != "第三条" {
		t.Fatalf("clauses = %+v", first)
	}
	second := read(t, "第一条 为了规范工作。\n第二条 （废止）\n第二条之一 代表应当每月进站。\n第三条 本办法自公布之日起施行。\n第四条 由工委解释。", first)
	var labels []string
	for _, c := range second {
		labels = append(labels, c.Label())
	}
	if got := strings.Join(labels, " "); got != "第一条 第二条 第二条之一 第三条 第四条" || !second[1].Repealed || second[1].Text != "" {
		t.Errorf("labels = %s, second = %+v", got, second[1])
	}
	for typed, want := range map[string]string{
		"":                  "请填写条文",
		"前言\n第一条 甲":         "请从“第一条”开始",
		"第一条 甲\n第三条 丙":      "缺第二条",
		"第一条 甲\n第一条 乙":      "第一条应当排在第一条前面",
		"第一条\n第二条 乙":        "请填写第一条的内容",
		"第一条 甲\n第一条之一 乙":    "新起草的制度不用“之一”",
		"第一条 （废止）":          "第一条是新的，不能写废止",
		"第二条 甲":             "缺第一条",
		"第一条 " + long(5001): "第一条不能超过 5000 个字",
	} {
		if _, err := institution.ReadText(typed, nil); !complains(err, want) {
			t.Errorf("%.30q: %v, want %s", typed, err, want)
		}
	}
	for typed, want := range map[string]string{
		"第一条 甲\n第三条 丙":                 "不能少了第二条",
		"第一条 甲\n第二条 乙":                 "不能少了第三条",
		"第一条 甲\n第二条 乙\n第三条 丙\n第三条之一 丁": "最后一条之后请用第四条",
		"第一条 甲\n第二条 乙\n第三条 丙\n第五条 丁":   "缺第四条",
		"第一条 甲\n第二条之一 乙\n第二条 丙\n第三条 丙": "第二条应当排在第二条之一前面",
	} {
		if _, err := institution.ReadText(typed, first); !complains(err, want) {
			t.Errorf("%q: %v, want %s", typed, err, want)
		}
	}
}

func long(n int) string { return strings.Repeat("长", n) }

func complains(err error, want string) bool {
	var bad fault.Fields
	return errors.As(err, &bad) && strings.Contains(bad.Error(), want)
}

// A text that is written out and typed again is the same, whatever its numbers.
func TestTypedAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 150).Draw(t, "clauses")
		var list []institution.Clause
		for i := range n {
			list = append(list, institution.Clause{Place: institution.Place{Number: i + 1}, Text: rapid.StringMatching(`[甲乙䶮𠮷丙丁]{1,8}`).Draw(t, "text")})
		}
		got, err := institution.ReadText(institution.TypeText(list), nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(list, got); diff != "" {
			t.Fatal(diff)
		}
		for _, c := range list {
			if p, ok := institution.ParsePlace(c.Key()); !ok || p != c.Place {
				t.Fatalf("ParsePlace(%s) = %v", c.Key(), p)
			}
		}
	})
}

func TestCompare(t *testing.T) {
	before := read(t, "第一条 代表每季度进站一次。\n第二条 公布电话。\n第三条 施行。", nil)
	after := read(t, "第一条 代表每月进站一次。\n第一条之一 结果应当反馈。\n第二条 （废止）\n第三条 施行。", before)
	var hows []string
	changes := institution.Compare(before, after)
	for _, c := range changes {
		hows = append(hows, c.Label()+c.How)
	}
	if got := strings.Join(hows, " "); got != "第一条修改 第一条之一新增 第二条废止 第三条" {
		t.Errorf("changes = %s", got)
	}
	want := []institution.Piece{{Text: "代表每"}, {Text: "季度", Changed: true}, {Text: "进站一次。"}}
	if diff := cmp.Diff(want, changes[0].Before); diff != "" {
		t.Error(diff)
	}
}

// What both sides show is what each version says.
func TestPiecesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[甲乙䶮𠮷丙丁，。]{1,40}`)
		a := []institution.Clause{{Place: institution.Place{Number: 1}, Text: text.Draw(t, "before")}}
		b := []institution.Clause{{Place: institution.Place{Number: 1}, Text: text.Draw(t, "after")}}
		c := institution.Compare(a, b)[0]
		for _, side := range []struct {
			pieces []institution.Piece
			want   string
		}{{c.Before, a[0].Text}, {c.After, b[0].Text}} {
			got := ""
			for _, p := range side.pieces {
				got += p.Text
			}
			if got != side.want {
				t.Fatalf("pieces = %q, want %q", got, side.want)
			}
		}
	})
}
