package figure

import (
	"fmt"
	"strings"
)

// Markdown writes the dictionary as docs/figures.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# 统计指标\n\n由 `internal/figure` 生成（`make generate`）；请改代码，不要改本文件。\n\n" +
		"不保存任何合计数：每个数字都由明细行现算，点开就是明细。单位不同的数字不相加；比率一律同时给出分子和分母，保留一位小数。\n" +
		"涉及代表和工委人员的投诉计入数字，明细只有工委主任能看到。\n")
	room := ""
	for _, i := range Indicators {
		if i.Room != room {
			room = i.Room
			fmt.Fprintf(&b, "\n## %s\n\n| 指标 | 代号 | 单位 | 定义 | 公式 | 统计期 | 分类 | 明细 |\n|---|---|---|---|---|---|---|---|\n", room)
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s | %s | %s | %s | `%s` |\n",
			i.Name, i.Key, i.Unit, i.Definition, i.Formula, i.PeriodRule(), strings.Join(i.kindNames(), "、"), i.list)
	}
	b.WriteString("\n## 比率\n\n| 比率 | 代号 | 公式 | 分子 | 分母 |\n|---|---|---|---|---|\n")
	for _, r := range Rates {
		fmt.Fprintf(&b, "| %s | `%s` | %s | `%s` | `%s` |\n", r.Name, r.Key, r.Formula, r.Part, r.Whole)
	}
	b.WriteString("\n## 统计口径\n\n| 口径 | 统计期 | 说明 |\n|---|---|---|\n")
	for _, p := range Presets(date(2026, 1, 1)) {
		if p.Note != "" {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", p.Name, p.Period, p.Note)
		}
	}
	return b.String()
}

func (i *Indicator) kindNames() []string {
	var names []string
	for _, k := range i.Kinds {
		names = append(names, k.Name)
	}
	return names
}
