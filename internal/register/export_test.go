package register

import (
	"regexp"
	"time"
	"unicode/utf8"

	"portal/internal/choice"
)

var every = &Sheet{Register: "every", Title: "样表", Columns: []Column{
	{Key: "name", Head: "姓名", Required: true, Natural: true, Max: 50},
	{Key: "intro", Head: "简介", Max: 50, Lines: true},
	{Key: "since", Head: "任职日期", Kind: Date},
	{Key: "sex", Head: "性别", Kind: Choice, Terms: []choice.Term{{Key: "female", Name: "女"}}},
	{Key: "place", Head: "社区", Kind: Name},
	{Key: "phone", Head: "联系电话", Kind: Phone},
	{Key: "hours", Head: "次数", Kind: Int, Low: 0, High: 100},
	{Key: "paid", Head: "金额", Kind: Money},
	{Key: "office", Head: "办公电话", Kind: Phone, Open: true},
	{Key: "length", Head: "学时", Kind: Tenth, Low: 0, High: 80},
	{Key: "at", Head: "开始时间", Kind: Clock},
	{Key: "sexes", Head: "对象", Kind: Choice, Several: true, Terms: []choice.Term{{Key: "female", Name: "女"}, {Key: "male", Name: "男"}}},
}}

// ReadForTest reads a workbook as a register that has every kind of column.
func ReadForTest(b []byte) {
	_, _, _ = newComparer(every, names{}, nil, time.Unix(0, 0)).readSheet(b)
}

var written = map[Kind]*regexp.Regexp{
	Date: regexp.MustCompile(`^(\d{4}-\d\d-\d\d)?$`), Int: regexp.MustCompile(`^\d*$`), Money: regexp.MustCompile(`^(\d+\.\d\d)?$`), Choice: regexp.MustCompile(`^(女?|男|女、男)$`),
	Tenth: regexp.MustCompile(`^(\d+(\.\d)?)?$`), Clock: regexp.MustCompile(`^(\d\d:\d\d)?$`),
}

// CellForTest reads a cell as every kind of column and says what is wrong with
// what was made of it.
func CellForTest(s string, number bool) string {
	for i := range every.Columns {
		c := &every.Columns[i]
		value, complaint := c.read(cell{text: s, number: number}, names{}, false)
		switch form := written[c.Kind]; {
		case !utf8.ValidString(value), complaint != "" && value != "", form != nil && !form.MatchString(value):
			return c.Head + " = " + value + " / " + complaint
		case complaint == "" && value != "" && c.Kind != Phone:
			again, bad := c.read(cell{text: value}, names{}, false)
			if again != value || bad != "" {
				return c.Head + ": " + value + " is read again as " + again + " / " + bad
			}
		}
	}
	return ""
}

// MoneyForTest reads a cell as an amount of 万元.
func MoneyForTest(s string, number bool) (value, complaint string) {
	c := Column{Head: "金额", Kind: Money, Unit: "万元"}
	return c.read(cell{text: s, number: number}, names{}, false)
}
