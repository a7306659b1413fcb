package training

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"portal/internal/access"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/text"
	"portal/internal/training"
	"portal/web/page"
)

// sent is one move as its maker sent it.
type sent struct {
	name   string
	step   training.Step
	values url.Values
	files  []file.Upload
	read   text.Reader
}

func (a *sent) field(name string) string { return a.name + "-" + name }
func (a *sent) value(name string) string { return a.values.Get(a.field(name)) }

// try makes the move unless its form has complaints.
func (a *sent) try(do func() error) error {
	if err := a.read.Bad.Err(); err != nil {
		return err
	}
	return do()
}

// act reads the rest of a move's form and makes the move. said is what the page
// says afterwards, "" for the plain sentence.
type act func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) (said string, err error)

func plain(do func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) error) act {
	return func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) (string, error) {
		return "", do(ctx, s, actor, a)
	}
}

// acts are what the moves of the procedure do. A test finds a move that is not here.
var acts = map[string]act{
	"listing": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) error {
		return s.List(ctx, actor, a.step, a.values[a.field("teams")])
	}),
	"attendee": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) error {
		who := training.Attendee{
			Team: a.value("team"), Name: a.read.Line(a.field("name"), a.value("name"), "姓名", text.Name, true),
			Work: a.read.Line(a.field("work"), a.value("work"), "工作单位", 100, false),
		}
		return a.try(func() error { return s.Add(ctx, actor, a.step, who) })
	}),
	"questions": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) error {
		typed := a.read.Text(a.field("questions"), a.value("questions"), "题目", 20_000, false)
		return a.try(func() error {
			list, err := training.ParseQuestions(typed)
			if err != nil {
				return err
			}
			return s.Ask(ctx, actor, a.step, list)
		})
	}),
	"notice": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) error {
		return s.Notify(ctx, actor, a.step)
	}),
	"opening": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) error {
		return s.Open(ctx, actor, a.step)
	}),
	"sign-in": func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) (string, error) {
		code := a.read.Digits(a.field("code"), a.value("code"), "签到码", 6)
		return "已签到。", a.try(func() error { return s.SignIn(ctx, actor, a.step.ID, code) })
	},
	"test": answer,
	"attendance": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) error {
		var ids []int64
		for _, v := range a.values[a.field("ids")] {
			ids = append(ids, page.Int64(v))
		}
		return s.Attend(ctx, actor, a.step, ids)
	}),
	"score": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) error {
		n := a.read.Int(a.field("score"), a.value("score"), "成绩", 0, 100)
		return a.try(func() error { return s.Score(ctx, actor, a.step, page.Int64(a.value("participant")), n) })
	}),
	"materials": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) error {
		return s.Hand(ctx, actor, a.step, a.files...)
	}),
	"closure": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) error {
		t := a.read.Text(a.field("outcome"), a.value("outcome"), "培训效果", training.MaxOutcome, false)
		return a.try(func() error { return s.Close(ctx, actor, a.step, t) })
	}),
	"cancellation": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a *sent) error {
		t := a.read.Text(a.field("outcome"), a.value("outcome"), "取消理由", training.MaxOutcome, true)
		return a.try(func() error { return s.Cancel(ctx, actor, a.step, t) })
	}),
}

// answer hands in a test. The questions are numbered, so an answer that is
// missing shows as the first question without one.
func answer(ctx context.Context, s *training.Store, actor access.Actor, a *sent) (string, error) {
	rec, err := s.Record(ctx, actor, a.step.ID)
	if err != nil {
		return "", err
	}
	var chosen []int
	for _, q := range rec.Asked {
		name := "q" + strconv.Itoa(q.Number)
		n := page.Int64(a.value(name))
		if n < 1 || n > int64(len(q.Options)) {
			a.read.Bad.Add(a.field(name), fmt.Sprintf("请选择第 %d 题的答案", q.Number))
		}
		chosen = append(chosen, int(min(n, 9)))
	}
	var said string
	err = a.try(func() error {
		score, passed, err := s.Answer(ctx, actor, a.step.ID, chosen)
		said = fmt.Sprintf("测试 %d 分，%s。", score, verdict(passed))
		return err
	})
	return said, err
}

// move serves one move. A complaint shows the record again with the form as it
// was typed; so does a training that somebody else has changed meanwhile.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := page.ID(r, "id")
		if err != nil {
			return err
		}
		f, err := page.Upload[struct {
			Version string `form:"version"`
		}](w, r)
		if err != nil {
			return err
		}
		a := &sent{name: name, step: training.Step{ID: id, Version: version(f.Version)}, values: r.PostForm, files: page.Files(r, "materials-files")}
		said, err := acts[name](r.Context(), h.trainings, page.Actor(r), a)
		bad, complaints := page.Complaints(err)
		stale := errors.Is(err, fault.Stale)
		switch {
		case err == nil:
			if said == "" {
				said = "“" + training.Procedure.Move(name).Label + "”已完成。"
			}
			return page.Done(w, r, page.TrainingURL(id), said)
		case !complaints && !stale:
			return err
		}
		rec, err := h.read(r)
		if err != nil {
			return err
		}
		for i, b := range bad {
			if !strings.HasPrefix(b.Name, name+"-") {
				bad[i].Name = a.field(b.Name)
			}
		}
		v, code := h.view(r, rec, &asked{name, r.PostForm, bad}), http.StatusUnprocessableEntity
		v.bad = bad
		if stale {
			code, v.changed = http.StatusConflict, "这次培训刚刚被别人改过，下面是现在的内容。您填写的还在，请核对后再决定要不要提交。"
		}
		return page.Render(w, r, code, recordPage(v))
	}
}
