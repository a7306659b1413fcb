package register

import (
	"slices"
	"strconv"
	"strings"
)

// The columns that downloads add and uploads pass over.
const (
	complaintHead = "错误"
	outcomeHead   = "导入结果"
)

// layout is where the register's columns stand in a sheet.
type layout struct {
	at    []int // of each column of the register
	extra []string
}

// layout finds the register's columns by their heads, in whatever order they
// stand. It is Unreadable when one is missing or there twice.
func (s *Sheet) layout(head []cell) (layout, error) {
	l := layout{at: make([]int, len(s.Columns))}
	for i := range l.at {
		l.at[i] = -1
	}
	var twice, missing []string
	for at, c := range head {
		name := headName(c.text)
		i := slices.IndexFunc(s.Columns, func(c Column) bool { return c.Head == name })
		switch {
		case name == "" || name == complaintHead || name == outcomeHead:
		case i < 0:
			l.extra = append(l.extra, short(name))
		case l.at[i] >= 0:
			twice = append(twice, name)
		default:
			l.at[i] = at
		}
	}
	for i, c := range s.Columns {
		if l.at[i] < 0 {
			missing = append(missing, c.Head)
		}
	}
	switch {
	case len(missing) == len(s.Columns):
		return l, Unreadable("第一行不是" + s.Title + "的表头。请用下载的模板填写，表头要在第一行")
	case len(missing) > 0:
		return l, Unreadable("缺少这些列：" + strings.Join(missing, "、") + "。请用下载的模板填写，不要删列，也不要改表头")
	case len(twice) > 0:
		return l, Unreadable("这些列出现了不止一次：" + strings.Join(twice, "、") + "。请删去多余的列")
	}
	return l, nil
}

// headName is a head without the mark of what must be filled in.
func headName(text string) string {
	name := strings.Join(strings.Fields(strings.ReplaceAll(narrow(text), "*", " ")), "")
	return strings.TrimSuffix(strings.TrimSuffix(name, "（必填）"), "(必填)")
}

// pick takes the register's columns out of a row of the sheet.
func (l layout) pick(cells []cell, into []cell) {
	for i, at := range l.at {
		into[i] = cell{}
		if at < len(cells) {
			into[i] = cells[at]
		}
	}
}

// remark is what the reader of the preview should know of the sheet as a whole.
func (l layout) remark(w *workbook, s *Sheet) string {
	var notes []string
	if len(l.extra) > 0 {
		shown := l.extra[:min(len(l.extra), 8)]
		notes = append(notes, "不属于"+s.Title+"的列没有读取："+strings.Join(shown, "、")+"。")
	}
	if n := len(w.sheets); n > 1 && !slices.Contains(w.sheets, s.Title) {
		notes = append(notes, "工作簿里有 "+strconv.Itoa(n)+" 张表，读的是第一张“"+short(w.sheets[0])+"”。")
	}
	return strings.Join(notes, "")
}

func blank(cells []cell) bool {
	return !slices.ContainsFunc(cells, func(c cell) bool { return c.formula || strings.TrimSpace(c.text) != "" })
}
