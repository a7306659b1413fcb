package register

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// The sheets beside the register's own.
const (
	guideSheet  = "填写说明"
	choiceSheet = "选项"
)

// extraColumn is a column that a download adds at the right, with the texts of its
// rows.
type extraColumn struct {
	head  string
	texts []string
}

// write writes the register's workbook: its head and rows, what each column wants,
// and the choices as lists. With no rows it is the template. Cells are texts, that nothing typed becomes a formula; dates are dates, amounts are numbers.
func (s *Sheet) write(w io.Writer, rows [][]string, lists map[string][]string, extra *extraColumn) error {
	f := excelize.NewFile()
	defer f.Close()
	b := &book{f: f, sheet: s, lists: lists, extra: extra}
	for _, step := range []func() error{
		func() error { return f.SetSheetName("Sheet1", s.Title) }, b.style, b.choices, b.validate,
		func() error { return b.rows(rows) }, b.guide,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return f.Write(w)
}

// book is a workbook being written.
type book struct {
	f                            *excelize.File
	sheet                        *Sheet
	lists                        map[string][]string
	extra                        *extraColumn
	head, need, text, date, wrap int
	money                        int
}

func (b *book) style() (err error) {
	frame := []excelize.Border{}
	for _, side := range []string{"left", "right", "top", "bottom"} {
		frame = append(frame, excelize.Border{Type: side, Color: "BFB9AE", Style: 1})
	}
	day := "yyyy-mm-dd"
	for _, s := range []struct {
		id *int
		st excelize.Style
	}{
		{&b.head, excelize.Style{Font: &excelize.Font{Bold: true}, Border: frame, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F0EDE7"}}, Alignment: &excelize.Alignment{Vertical: "center"}}},
		{&b.need, excelize.Style{Font: &excelize.Font{Bold: true, Color: "A61B1B"}, Border: frame, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F0EDE7"}}, Alignment: &excelize.Alignment{Vertical: "center"}}},
		{&b.text, excelize.Style{NumFmt: 49}},
		{&b.date, excelize.Style{CustomNumFmt: &day, Alignment: &excelize.Alignment{Horizontal: "left"}}},
		{&b.money, excelize.Style{NumFmt: 4}},
		{&b.wrap, excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
	} {
		if *s.id, err = b.f.NewStyle(&s.st); err != nil {
			return err
		}
	}
	return nil
}

// options are what may be chosen in a column.
func (b *book) options(c *Column) []string {
	if c.Kind == Name {
		return b.lists[c.Key]
	}
	var names []string
	for _, t := range c.Terms {
		names = append(names, t.Name)
	}
	return names
}

// choices writes what may be chosen, a column for each column that has choices:
// lists in a validation itself end at 255 characters.
func (b *book) choices() error {
	at := 0
	for i := range b.sheet.Columns {
		c := &b.sheet.Columns[i]
		list := b.options(c)
		if c.Kind != Choice && c.Kind != Name || len(list) == 0 {
			continue
		}
		if at == 0 {
			if _, err := b.f.NewSheet(choiceSheet); err != nil {
				return err
			}
		}
		at++
		name, _ := excelize.ColumnNumberToName(at)
		cells := make([]any, 0, len(list)+1)
		for _, v := range append([]string{c.Head}, list...) {
			cells = append(cells, v)
		}
		if err := b.f.SetSheetCol(choiceSheet, name+"1", &cells); err != nil {
			return err
		}
		if err := b.f.SetColWidth(choiceSheet, name, name, 22); err != nil {
			return err
		}
		if err := b.listed(i, name, len(list)); err != nil {
			return err
		}
	}
	return nil
}

// filled is how many rows of a template know what they want.
const filled = MaxRows + 1

func (b *book) column(i int) string {
	name, _ := excelize.ColumnNumberToName(i + 1)
	return name + "2:" + name + strconv.Itoa(filled)
}

func (b *book) listed(i int, name string, n int) error {
	c := &b.sheet.Columns[i]
	v := excelize.NewDataValidation(true)
	v.SetSqref(b.column(i))
	v.SetSqrefDropList(choiceSheet + "!$" + name + "$2:$" + name + "$" + strconv.Itoa(n+1))
	v.SetInput(c.Head, c.hint())
	if !c.Several { // several are typed one after another
		v.SetError(excelize.DataValidationErrorStyleStop, c.Head, "请从列表里选")
	}
	return b.f.AddDataValidation(b.sheet.Title, v)
}

// validate says at every cell of the other columns what it wants.
func (b *book) validate() error {
	for i := range b.sheet.Columns {
		c := &b.sheet.Columns[i]
		if (c.Kind == Choice || c.Kind == Name) && len(b.options(c)) > 0 {
			continue
		}
		v := excelize.NewDataValidation(true)
		v.SetSqref(b.column(i))
		var err error
		switch c.Kind {
		case Date:
			err = v.SetRange("1", "73415", excelize.DataValidationTypeDate, excelize.DataValidationOperatorBetween)
			v.SetError(excelize.DataValidationErrorStyleWarning, c.Head, "请填日期，例如 2026-03-02")
		case Text:
			if c.Max > 0 {
				err = v.SetRange(0, c.Max, excelize.DataValidationTypeTextLength, excelize.DataValidationOperatorBetween)
				v.SetError(excelize.DataValidationErrorStyleStop, c.Head, "最多 "+strconv.Itoa(c.Max)+" 个字")
			}
		case Int:
			err = v.SetRange(c.Low, c.High, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween)
			v.SetError(excelize.DataValidationErrorStyleWarning, c.Head, "请填 "+strconv.Itoa(c.Low)+" 到 "+strconv.Itoa(c.High)+" 之间的整数")
		}
		if c.Kind == Money {
			err = v.SetRange(0.0, 999_999_999_999.99, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween)
			v.SetError(excelize.DataValidationErrorStyleStop, c.Head, "请填金额，单位"+c.unit()+"，最多两位小数")
		}
		if err != nil {
			return err
		}
		v.SetInput(c.Head, c.hint())
		if err := b.f.AddDataValidation(b.sheet.Title, v); err != nil {
			return err
		}
	}
	return nil
}

// hint is what a column wants, in one sentence.
func (c *Column) hint() string {
	parts := []string{map[bool]string{true: "必填。", false: "可不填。"}[c.Required]}
	switch c.Kind {
	case Date:
		parts = append(parts, "日期，例如 2026-03-02。")
	case Choice, Name:
		parts = append(parts, "从列表里选。")
		if c.Several {
			parts = append(parts, "有几项的，用“、”隔开。")
		}
	case Phone:
		parts = append(parts, map[bool]string{true: "号码。导出时中间几位显示为 *，不改就保持原样。", false: "号码，例如 0769-22000000。"}[c.sealed()])
	case Int:
		parts = append(parts, "整数。")
	case Tenth:
		parts = append(parts, "数字，最多一位小数，例如 2.5。")
	case Clock:
		parts = append(parts, "时间，例如 09:30。")
	case Money:
		parts = append(parts, "金额，单位"+c.unit()+"，最多两位小数。")
	case Text:
		parts = append(parts, "文字，最多 "+strconv.Itoa(c.Max)+" 个字。")
	}
	if c.Natural {
		parts = append(parts, "用来识别是不是同一条记录。")
	}
	if c.Once {
		parts = append(parts, "不能和别的记录相同。")
	}
	return strings.Join(append(parts, c.Hint), "")
}

func (c *Column) unit() string {
	if c.Unit == "" {
		return "元"
	}
	return c.Unit
}

func (b *book) rows(rows [][]string) error {
	out, err := b.f.NewStreamWriter(b.sheet.Title)
	if err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	head := make([]any, 0, len(b.sheet.Columns)+1)
	for i, c := range b.sheet.Columns {
		style, st := b.text, b.head
		switch c.Kind {
		case Date:
			style = b.date
		case Money:
			style = b.money
		}
		if c.Required {
			st = b.need
		}
		if err := out.SetColStyle(i+1, i+1, style); err != nil {
			return err
		}
		if err := out.SetColWidth(i+1, i+1, max(c.Width, 8)); err != nil {
			return err
		}
		head = append(head, excelize.Cell{StyleID: st, Value: c.Head})
	}
	if b.extra != nil {
		n := len(head) + 1
		if err := out.SetColWidth(n, n, 60); err != nil {
			return err
		}
		head = append(head, excelize.Cell{StyleID: b.need, Value: b.extra.head})
	}
	if err := out.SetRow("A1", head, excelize.RowOpts{Height: 24}); err != nil {
		return err
	}
	for i, r := range rows {
		cells := b.cells(r)
		if b.extra != nil {
			cells = append(cells, excelize.Cell{StyleID: b.wrap, Value: b.extra.texts[i]})
		}
		if err := out.SetRow("A"+strconv.Itoa(i+2), cells); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (b *book) cells(row []string) []any {
	out := make([]any, len(row), len(row)+1)
	for i, v := range row {
		switch b.sheet.Columns[i].Kind {
		case Date:
			if day, err := time.Parse(time.DateOnly, v); err == nil {
				out[i] = excelize.Cell{StyleID: b.date, Value: day}
				continue
			}
		case Money:
			if n, err := strconv.ParseFloat(v, 64); err == nil {
				out[i] = excelize.Cell{StyleID: b.money, Value: n}
				continue
			}
		}
		out[i] = excelize.Cell{StyleID: b.text, Value: v}
	}
	return out
}

// guide says on a sheet of its own how to fill the register in.
func (b *book) guide() error {
	if _, err := b.f.NewSheet(guideSheet); err != nil {
		return err
	}
	rows := [][]any{
		{b.sheet.Title + "填写说明"},
		{"从第二行起填写，每条记录一行；表头不要改，列不要删。红色表头的列必须填。"},
		{"不要用公式，不要合并单元格。" + b.sheet.naturalHeads() + "都相同的，是同一条记录：名册里已有的会按表格修改，没有的会新增；表格里没写的记录不动。"},
		{"上传后先看预览，确认前名册不会变；确认后 " + strconv.Itoa(UndoDays) + " 日内可以整批撤销。"},
	}
	for _, g := range b.sheet.Guide {
		rows = append(rows, []any{g})
	}
	rows = append(rows, nil, []any{"列", "怎么填"})
	headAt := len(rows)
	for i := range b.sheet.Columns {
		rows = append(rows, []any{b.sheet.Columns[i].Head, b.sheet.Columns[i].hint()})
	}
	for i := range rows {
		if err := b.f.SetSheetRow(guideSheet, "A"+strconv.Itoa(i+1), &rows[i]); err != nil {
			return err
		}
	}
	last := strconv.Itoa(len(rows))
	for _, step := range []func() error{
		func() error { return b.f.SetColWidth(guideSheet, "A", "A", 18) },
		func() error { return b.f.SetColWidth(guideSheet, "B", "B", 80) },
		func() error { return b.f.SetCellStyle(guideSheet, "A1", "A1", b.head) },
		func() error {
			return b.f.SetCellStyle(guideSheet, "A"+strconv.Itoa(headAt), "B"+strconv.Itoa(headAt), b.head)
		},
		func() error { return b.f.SetCellStyle(guideSheet, "A"+strconv.Itoa(headAt+1), "B"+last, b.wrap) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	b.f.SetActiveSheet(0)
	return nil
}
