package team

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/team"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// asked is one move as its maker sent it. The fields of a move's form bear its
// name, so that several forms can stand on one page.
type asked struct {
	name   string
	step   team.Step
	values url.Values
	read   text.Reader
}

// asks reads which record, as it was shown, a move is about.
func asks(name string, id int64, values url.Values) *asked {
	version, _ := strconv.Atoi(values.Get("version")) // what is no number is no version that any row has
	return &asked{name: name, step: team.Step{ID: id, Version: version}, values: values}
}

func (a *asked) field(name string) string { return a.name + "-" + name }
func (a *asked) value(name string) string { return a.values.Get(a.field(name)) }

func (a *asked) line(name, label string, limit int, required bool) string {
	return a.read.Line(a.field(name), a.value(name), label, limit, required)
}

func (a *asked) text(name, label string, limit int, required bool) string {
	return a.read.Text(a.field(name), a.value(name), label, limit, required)
}

func (a *asked) date(name, label string, required bool) time.Time {
	return a.read.Date(a.field(name), a.value(name), label, required)
}

func (a *asked) choice(name, label string, terms []choice.Term) string {
	return a.read.Choice(a.field(name), a.value(name), label, choice.Keys(terms)...)
}

func (a *asked) count(name, label string) int {
	return a.read.Int(a.field(name), a.value(name), label, 0, 999)
}

// ids are the rows that were checked.
func (a *asked) ids(name string) []int64 { return numbers(a.values[a.field(name)]) }

func numbers(typed []string) []int64 {
	var list []int64
	for _, v := range typed {
		if id := page.Int64(v); id != 0 && len(list) < 500 {
			list = append(list, id)
		}
	}
	return list
}

// lines are the lines of a text, each at most limit characters.
func (a *asked) lines(name, label string, limit int) []string {
	var list []string
	for l := range strings.Lines(a.text(name, label, limit*team.MostStands, false)) {
		if l = a.read.Line(a.field(name), l, label+"（每行）", limit, false); l != "" {
			list = append(list, l)
		}
	}
	if len(list) > team.MostStands {
		a.read.Bad.Add(a.field(name), label+"最多 "+strconv.Itoa(team.MostStands)+" 行")
	}
	return list
}

// try makes the move unless its form has complaints.
func (a *asked) try(do func() error) error {
	if err := a.read.Bad.Err(); err != nil {
		return err
	}
	return do()
}

// mine renames the room's complaints to the fields of this move's form.
func (a *asked) mine(bad fault.Fields) fault.Fields {
	var out fault.Fields
	for _, b := range bad {
		if b.Name != "" && !strings.HasPrefix(b.Name, a.name+"-") {
			b.Name = a.field(b.Name)
		}
		out = append(out, b)
	}
	return out
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *team.Store, actor access.Actor, a *asked) error

// panel is one move that the reader may make, with the fields of its form.
type panel struct {
	ui.Move
	controls []ui.Control
}

// fill names the controls after their move and shows what was typed, where this
// move was tried and not accepted.
func (p *panel) fill(name string, controls []ui.Control, a *asked, bad fault.Fields) {
	for _, c := range controls {
		c.Name = name + "-" + c.Name
		if a != nil && a.name == name {
			p.Open = true
			c.Value, c.Chosen = a.values.Get(c.Name), a.values[c.Name]
			c.Field = c.For(bad)
		}
		p.controls = append(p.controls, c)
	}
	if a != nil && a.name == name {
		p.Open = true
	}
}

func jumps(panels []panel) []ui.Move {
	var list []ui.Move
	for _, p := range panels {
		list = append(list, p.Move)
	}
	return list
}

// human is the part of a form that is about a person, as it was typed.
type human struct {
	Name    string `form:"name"`
	Sex     string `form:"sex"`
	Born    string `form:"born"`
	Work    string `form:"work"`
	Phone   string `form:"phone"`
	NoPhone string `form:"no_phone"`
}

func (f *human) parse(r *text.Reader, now time.Time) team.Person {
	p := team.Person{
		Name:  r.Line("name", f.Name, "姓名", text.Name, true),
		Work:  r.Line("work", f.Work, "工作单位和职务", team.MaxWork, false),
		Phone: r.Phone("phone", f.Phone, "联系电话", false),
	}
	if f.Sex != "" {
		p.Sex = r.Choice("sex", f.Sex, "性别", choice.Keys(person.Sexes)...)
	}
	if f.Born != "" {
		p.Born = r.Int("born", f.Born, "出生年份", 1900, now.Year())
	}
	if f.NoPhone == "on" && p.Phone != "" {
		r.Bad.Add("no_phone", "填了新号码就不要勾选删除")
	}
	return p
}

func phoneHint(mask string) string {
	if mask != "" {
		return "已登记 " + mask + "，不改就留空"
	}
	return "加密保存，不对外公开"
}
