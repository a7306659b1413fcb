package voter

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/text"
	"portal/internal/voter"
	"portal/web/page"
)

// asked is one move as its maker sent it. The fields of a move's form bear its
// name, so that several forms can stand on one page.
type asked struct {
	name   string
	step   voter.Step
	values url.Values
	read   text.Reader
}

func (a *asked) field(name string) string { return a.name + "-" + name }
func (a *asked) value(name string) string { return a.values.Get(a.field(name)) }

func (a *asked) line(name, label string, most int, required bool) string {
	return a.read.Line(a.field(name), a.value(name), label, most, required)
}

func (a *asked) text(name, label string, most int, required bool) string {
	return a.read.Text(a.field(name), a.value(name), label, most, required)
}

func (a *asked) choice(name, label string, terms []choice.Term) string {
	return a.read.Choice(a.field(name), a.value(name), label, choice.Keys(terms)...)
}

func (a *asked) number(name, label string, low, high int) int {
	return a.read.Int(a.field(name), a.value(name), label, low, high)
}

func (a *asked) id(name, label string) int64 {
	id := page.Int64(a.value(name))
	if id == 0 {
		a.read.Bad.Add(a.field(name), "请选择"+label)
	}
	return id
}

func (a *asked) ids(name, label string, most int) (list []int64) {
	for _, v := range a.values[a.field(name)] {
		if id := page.Int64(v); id != 0 && len(list) < most {
			list = append(list, id)
		}
	}
	if list == nil {
		a.read.Bad.Add(a.field(name), "请选择"+label)
	}
	return list
}

// mine renames the room's complaints to the fields of this move's form.
func (a *asked) mine(bad fault.Fields) fault.Fields {
	var out fault.Fields
	for _, b := range bad {
		if !strings.HasPrefix(b.Name, a.name+"-") {
			b.Name = a.field(b.Name)
		}
		out = append(out, b)
	}
	return out
}

// try makes the move unless its form has complaints.
func (a *asked) try(do func() error) error {
	if err := a.read.Bad.Err(); err != nil {
		return err
	}
	return do()
}

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *voter.Store, actor access.Actor, a *asked) error

// plain is a move whose form has no fields.
func plain(do func(*voter.Store, context.Context, access.Actor, voter.Step) error) act {
	return func(ctx context.Context, s *voter.Store, actor access.Actor, a *asked) error {
		return do(s, ctx, actor, a.step)
	}
}

// acts are what the moves of the procedure do. A test finds a move that is not here.
var acts = map[string]act{
	"opening":        plain((*voter.Store).Open),
	"vetting":        plain((*voter.Store).Vet),
	"publicity":      plain((*voter.Store).Publish),
	"publicity-end":  plain((*voter.Store).EndPublicity),
	"submission":     plain((*voter.Store).Submit),
	"announcement":   plain((*voter.Store).Announce),
	"closure":        plain((*voter.Store).Close),
	"recommendation": recommendation,
	"review": func(ctx context.Context, s *voter.Store, actor access.Actor, a *asked) error {
		r := voter.Review{
			Candidates: a.ids("candidates", "人选", voter.MaxCandidates),
			Adult:      a.has("conditions", "adult"), Standing: a.has("conditions", "standing"), Clear: a.has("conditions", "clear"),
			Organs: a.line("organs", "参加联审的部门", voter.MaxOrgans, true), Note: a.text("note", "说明", voter.MaxNote, false),
		}
		return a.try(func() error { return s.RecordReview(ctx, actor, a.step, r) })
	},
	"withdrawal": func(ctx context.Context, s *voter.Store, actor access.Actor, a *asked) error {
		c, why := a.id("candidate", "人选"), a.text("reason", "撤回的理由", voter.MaxNote, true)
		return a.try(func() error { return s.Withdraw(ctx, actor, a.step, c, why) })
	},
	"objection": func(ctx context.Context, s *voter.Store, actor access.Actor, a *asked) error {
		n := voter.ObjectionNew{
			Key: page.Key(), Candidate: a.id("candidate", "人选"), FromWhom: a.line("from", "提出人", voter.MaxRecommender, false),
			Content: a.text("content", "异议内容", voter.MaxContent, true),
		}
		return a.try(func() error { return s.Object(ctx, actor, a.step, n) })
	},
	"objection-decision": func(ctx context.Context, s *voter.Store, actor access.Actor, a *asked) error {
		o, d := a.id("objection", "异议"), a.choice("decision", "处理结果", voter.Decisions)
		note := a.text("note", "核查情况", voter.MaxNote, true)
		return a.try(func() error { return s.DecideObjection(ctx, actor, a.step, o, d == "upheld", note) })
	},
	"confirmation": func(ctx context.Context, s *voter.Store, actor access.Actor, a *asked) error {
		c := voter.Confirmation{
			MetOn: a.read.Date(a.field("met_on"), a.value("met_on"), "会议日期", true), Chair: a.id("chair", "主持人"),
			Present: a.number("met_present", "到会人数", 1, 100), For: a.number("met_for", "赞成人数", 0, 100),
		}
		return a.try(func() error { return s.Confirm(ctx, actor, a.step, c) })
	},
	"certificates": func(ctx context.Context, s *voter.Store, actor access.Actor, a *asked) error {
		list := a.ids("list", "领到证书的选民代表", voter.MaxCandidates)
		on := a.read.Date(a.field("on"), a.value("on"), "发证日期", true)
		return a.try(func() error { return s.HandOut(ctx, actor, a.step, list, on) })
	},
	"stop": func(ctx context.Context, s *voter.Store, actor access.Actor, a *asked) error {
		why := a.text("reason", "终止的理由", voter.MaxNote, true)
		return a.try(func() error { return s.Stop(ctx, actor, a.step, why) })
	},
}

// has reports whether a box of a group was ticked.
func (a *asked) has(name, value string) bool {
	for _, v := range a.values[a.field(name)] {
		if v == value {
			return true
		}
	}
	return false
}

func recommendation(ctx context.Context, s *voter.Store, actor access.Actor, a *asked) error {
	key := page.Key()
	year := s.Now().Year()
	n := voter.CandidateNew{
		Key: key, DistrictID: a.id("district", "选区"),
		Person: person.New{
			Name: a.line("name", "姓名", text.Name, true), Sex: a.choice("sex", "性别", person.Sexes),
			Born: a.number("born", "出生年份", year-110, year), Work: a.line("work", "工作单位和职务", voter.MaxWork, false),
			Phone: a.read.Phone(a.field("phone"), a.value("phone"), "联系电话", false),
		},
		Standing:      a.choice("standing", "资格", voter.Standings),
		Hukou:         a.value("hukou") == "yes",
		Occupation:    a.choice("occupation", "职业", voter.Occupations),
		RecommendedBy: a.choice("recommended_by", "推荐方式", voter.Recommenders),
		Recommender:   a.line("recommender", "推荐方", voter.MaxRecommender, true),
	}
	a.read.Choice(a.field("hukou"), a.value("hukou"), "户籍", "yes", "no")
	if n.RecommendedBy == "joint" {
		n.Signers = a.number("signers", "联名人数", 1, 10000)
	}
	return a.try(func() error { return s.Recommend(ctx, actor, a.step, n) })
}

// move serves one move. A complaint shows the record again with the form as it
// was typed; so does a record that somebody else has changed meanwhile.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := page.ID(r, "id")
		if err != nil {
			return err
		}
		f, err := page.Form[struct {
			Version string `form:"version"`
		}](w, r)
		if err != nil {
			return err
		}
		a := &asked{name: name, step: voter.Step{ID: id, Version: number(f.Version)}, values: r.PostForm}
		err = acts[name](r.Context(), h.voters, page.Actor(r), a)
		bad, complaints := page.Complaints(err)
		switch {
		case err == nil:
			return page.Done(w, r, page.SelectionURL(id), "“"+voter.Procedure.Move(name).Label+"”已完成。")
		case complaints:
			return h.again(w, r, http.StatusUnprocessableEntity, a, a.mine(bad))
		case errors.Is(err, fault.Stale):
			return h.again(w, r, http.StatusConflict, a, nil)
		}
		return err
	}
}

// again shows the record with the form that was not accepted, as it was typed.
func (h handler) again(w http.ResponseWriter, r *http.Request, code int, a *asked, bad fault.Fields) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v := h.view(r, rec, a, bad)
	if code == http.StatusConflict {
		v.changed = "这项推选工作刚刚有了变化，下面是现在的内容。您填写的还在，请核对后再决定要不要提交。"
	}
	return page.Render(w, r, code, recordPage(v))
}
