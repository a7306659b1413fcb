package team

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/person"
	"portal/internal/team"
	"portal/internal/text"
	"portal/web/page"
)

// asked is a move as it was sent, and how this room reads its fields.
type asked struct{ *page.Sent }

func (a asked) step() team.Step { return team.Step{ID: a.ID, Version: a.Version} }

func (a asked) reason(name, label string, required bool) string {
	return a.Text(name, label, team.MaxReason, required)
}

func (a asked) count(name, label string) int { return a.Int(name, label, 0, 999) }

// ids are the rows that were checked.
func (a asked) ids(name string) []int64 { return a.Rows(name, mostRows) }

// mostRows is how many rows one form may name.
const mostRows = 500

func numbers(typed []string) []int64 {
	var list []int64
	for _, v := range typed {
		if id := page.Int64(v); id != 0 && len(list) < mostRows {
			list = append(list, id)
		}
	}
	return list
}

// lines are the lines of a text, each at most limit characters.
func (a asked) lines(name, label string, limit int) []string {
	var list []string
	for l := range strings.Lines(a.Text(name, label, limit*team.MostStands, false)) {
		if l = a.Read.Line(a.Field(name), l, label+"（每行）", limit, false); l != "" {
			list = append(list, l)
		}
	}
	if len(list) > team.MostStands {
		a.Complain(name, label+"最多 "+strconv.Itoa(team.MostStands)+" 行")
	}
	return list
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *team.Store, actor access.Actor, a asked) error

// readPhone reads who asks to see a number, and why.
func readPhone(w http.ResponseWriter, r *http.Request) (*page.Sent, string, error) {
	sent, err := page.ReadMove(w, r, "phone")
	if err != nil {
		return nil, "", err
	}
	return sent, sent.Line("reason", "查看理由", team.MaxReason, true), nil
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
