package poll

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"portal/internal/access"
	"portal/internal/poll"
	"portal/internal/procedure"
	"portal/web/page"
	"portal/web/ui"
)

// consequences say what a move brings about.
var consequences = map[string]string{
	"ballot":    "每人投一次，投出后不能修改。系统只记您投过票，不记您选了什么。",
	"admission": "开始投票以后签到的人，列入后才能投票。",
	"slips":     "每人一张投票码，只显示这一次：打印、折好、由本人抽取，不登记谁拿哪一张。领了投票码的人不能再用账号或者纸质票投。",
	"renewal":   "没有用过的投票码全部作废，重新打印同样张数，请收回旧的。",
	"papers":    "领了纸质票的人不能再用账号投。只有一两个人用手机投时，清点纸质票的人能从总数推算他们的选择：请让大家用同一种方式。",
	"count":     "唱票人清点收回的纸质票。重新录入会代替上一次，并需要再次复核。",
	"check":     "监票人另行清点，看不到唱票人录入的数；两次一致才能结束投票。",
}

func moves(rec *poll.Record, open []procedure.Move, sent *page.Sent) (list []ui.Move) {
	for _, m := range open {
		u := ui.Move{Label: m.Label, Action: page.PollURL(rec.ID) + "/" + m.Name, Consequence: consequences[m.Name], Primary: m.Name == "ballot", Grave: m.Grave, Version: strconv.Itoa(rec.Version)}
		if m.Name == "ballot" {
			u.Grave = false // the button stays the primary one; the consequence stands above it
			u.Button = "投出"
		}
		sent.Fill(&u, m.Name, controls(rec, m.Name))
		list = append(list, u)
	}
	sent.Unfold(list)
	return list
}

// controls are the fields of a move's form.
func controls(rec *poll.Record, name string) (list []ui.Control) {
	add := func(kind string, f ui.Field) { list = append(list, ui.Control{Kind: kind, Field: f}) }
	number := map[string]any{"inputmode": "numeric"}
	switch name {
	case "ballot":
		return ballot(rec.Questions)
	case "slips", "papers":
		f := ui.Field{Name: "voters", Label: "领票的人"}
		for _, x := range rec.Voters {
			if x.Channel == "" && !x.TookPart {
				id := page.Number(x.ID)
				f.Options = append(f.Options, ui.Option{Value: id, Label: x.Name, Hint: x.Duty})
				if !x.Account && name == "slips" {
					f.Chosen = append(f.Chosen, id)
				}
			}
		}
		add("check", f)
	case "count", "check":
		who := "唱票人"
		if name == "check" {
			who = "监票人"
		}
		add("input", ui.Field{Name: "counter", Label: who + "姓名", Max: poll.MaxName})
		add("input", ui.Field{Name: "collected", Label: "收回的纸质票（张）", Hint: fmt.Sprintf("发出 %d 张", rec.Papers), Attrs: number})
		for _, q := range rec.Questions {
			for _, o := range append(poll.Options(q.Scale), poll.InvalidTerm) {
				label := o.Name + "（票）"
				if len(rec.Questions) > 1 {
					label = strconv.Itoa(q.Number) + ". " + q.Text + "：" + label
				}
				add("input", ui.Field{Name: field(q.Number, o.Key), Label: label, Value: "0", Attrs: number})
			}
		}
	}
	return list
}

// ballot is a radio group for each question.
func ballot(questions []poll.Question) (list []ui.Control) {
	for _, q := range questions {
		label := q.Text
		if len(questions) > 1 {
			label = strconv.Itoa(q.Number) + ". " + q.Text
		}
		list = append(list, ui.Control{Kind: "radio", Field: ui.Field{Name: "q" + strconv.Itoa(q.Number), Label: label, Options: page.Terms(poll.Options(q.Scale), "")}})
	}
	return list
}

func field(number int, option string) string { return "q" + strconv.Itoa(number) + "-" + option }

// chosen reads the options of a ballot; a question without one is complained about.
func chosen(sent *page.Sent, questions []poll.Question) (list []string) {
	for _, q := range questions {
		name := "q" + strconv.Itoa(q.Number)
		v := sent.Value(name)
		if !slices.ContainsFunc(page.Terms(poll.Options(q.Scale), ""), func(o ui.Option) bool { return o.Value == v }) {
			sent.Complain(name, "请选择一项")
		}
		list = append(list, v)
	}
	return list
}

// counted reads a count of the paper.
func counted(sent *page.Sent, rec *poll.Record) poll.Count {
	c := poll.Count{Counter: sent.Line("counter", "姓名", poll.MaxName, true), Collected: sent.Int("collected", "收回的张数", 0, 2000)}
	for _, q := range rec.Questions {
		votes := map[string]int{}
		for _, o := range append(poll.Options(q.Scale), poll.InvalidTerm) {
			votes[o.Key] = sent.Int(field(q.Number, o.Key), o.Name+"的票数", 0, 2000)
		}
		c.Votes = append(c.Votes, votes)
	}
	return c
}

func (h handler) act(ctx context.Context, actor access.Actor, sent *page.Sent, rec *poll.Record) error {
	step := poll.Step{ID: sent.ID, Version: sent.Version}
	switch sent.Name {
	case "ballot":
		list := chosen(sent, rec.Questions)
		return sent.Try(func() error { return h.polls.Cast(ctx, actor, sent.ID, list) })
	case "admission":
		return h.polls.Admit(ctx, actor, step)
	case "papers":
		return h.polls.HandPapers(ctx, actor, step, sent.Rows("voters", 2000))
	}
	c := counted(sent, rec)
	return sent.Try(func() error {
		if sent.Name == "check" {
			return h.polls.CheckPapers(ctx, actor, step, c)
		}
		return h.polls.CountPapers(ctx, actor, step, c)
	})
}

var done = map[string]string{
	"ballot": "已投票。结果在结束后公布。", "admission": "已补列。", "papers": "已登记发出的纸质票。", "count": "已录入，请监票人复核。", "check": "复核一致，可以结束投票。",
}

// move serves one move.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		rec, err := h.read(r)
		if err != nil {
			return err
		}
		err = h.act(r.Context(), page.Actor(r), sent, &rec)
		return sent.Answer(w, err, page.PollURL(sent.ID), done[name], func(code int) error { return h.again(w, r, code, sent) })
	}
}

// again shows the poll with the form that was not accepted, as it was typed.
func (h handler) again(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	rec, err := h.read(r)
	if err != nil {
		return err
	}
	v := h.view(r, rec, sent)
	if code == http.StatusConflict {
		v.changed, v.left = page.Changed("这次投票"), sent.Left(v.moves)
	}
	return page.Render(w, r, code, recordPage(v))
}
