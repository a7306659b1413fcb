package ui

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is written by hand escapes as templates do, and says the same.
func TestLedgerRows(t *testing.T) {
	columns := []Column{{Label: "编号"}, {Label: "内容"}, {Label: `"数"`, Number: true, Less: true}}
	rows := []Row{
		{URL: "/opinions/1?a=1&b=2", Cells: []Cell{
			{Text: "<b>1</b>", URL: "/opinions/1?a=1&b=2", Sub: "𠮷田 & 䶮"},
			{Status: &Status{Text: "办结", Tone: ToneGo}},
			{Due: &Due{Text: "剩 3 个工作日", Tone: ToneWait, URL: "/deadlines/1"}},
		}},
		{Cells: []Cell{{Text: `" onclick="x`}, {}, {Due: &Due{Text: "今天到期", Tone: ToneStop}}}},
	}
	want := `<tr data-href="/opinions/1?a=1&amp;b=2">` +
		`<th scope="row"><a href="/opinions/1?a=1&amp;b=2">&lt;b&gt;1&lt;/b&gt;</a><span class="sub">𠮷田 &amp; 䶮</span></th>` +
		`<td data-label="内容"><span class="status go">办结</span></td>` +
		`<td class="num less" data-label="&#34;数&#34;"><a class="due wait" href="/deadlines/1">剩 3 个工作日</a></td></tr>` +
		`<tr><th scope="row">&#34; onclick=&#34;x</th><td data-label="内容"></td>` +
		`<td class="num less" data-label="&#34;数&#34;"><span class="due stop">今天到期</span></td></tr>`
	var got strings.Builder
	if err := ledgerRows(columns, rows).Render(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestOptions(t *testing.T) {
	var got strings.Builder
	list := []Option{{Label: "全部"}, {Value: "1", Label: "<社区>"}, {Value: `"2"`, Label: "城建办"}}
	if err := options(list, "1").Render(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	want := `<option value="">全部</option><option value="1" selected>&lt;社区&gt;</option><option value="&#34;2&#34;">城建办</option>`
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("options (-want +got):\n%s", diff)
	}
}
