package training

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/text"
	"portal/internal/training"
	"portal/web/page"
)

// asked is a move as it was sent, and how this room reads its fields.
type asked struct{ *page.Sent }

func (a asked) step() training.Step { return training.Step{ID: a.ID, Version: a.Version} }

// act reads the rest of a move's form and makes the move. said is what the page
// says afterwards, "" for the plain sentence.
type act func(ctx context.Context, s *training.Store, actor access.Actor, a asked) (said string, err error)

func plain(do func(ctx context.Context, s *training.Store, actor access.Actor, a asked) error) act {
	return func(ctx context.Context, s *training.Store, actor access.Actor, a asked) (string, error) {
		return "", do(ctx, s, actor, a)
	}
}

// acts are what the moves of the procedure do. A test finds a move that is not here.
var acts = map[string]act{
	"listing": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a asked) error {
		return s.List(ctx, actor, a.step(), a.Values("teams"))
	}),
	"attendee": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a asked) error {
		who := training.Attendee{
			Team: a.Value("team"), Name: a.Line("name", "姓名", text.Name, true),
			Work: a.Line("work", "工作单位", 100, false),
		}
		return a.Try(func() error { return s.Add(ctx, actor, a.step(), who) })
	}),
	"questions": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a asked) error {
		typed := a.Text("questions", "题目", 20_000, false)
		return a.Try(func() error {
			list, err := training.ParseQuestions(typed)
			if err != nil {
				return err
			}
			return s.Ask(ctx, actor, a.step(), list)
		})
	}),
	"notice": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a asked) error {
		return s.Notify(ctx, actor, a.step())
	}),
	"opening": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a asked) error {
		return s.Open(ctx, actor, a.step())
	}),
	"sign-in": func(ctx context.Context, s *training.Store, actor access.Actor, a asked) (string, error) {
		code := a.Read.Digits(a.Field("code"), a.Value("code"), "签到码", 6)
		return "已签到。", a.Try(func() error { return s.SignIn(ctx, actor, a.ID, code) })
	},
	"test": answer,
	"attendance": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a asked) error {
		return s.Attend(ctx, actor, a.step(), a.Rows("ids", training.MaxListed))
	}),
	"score": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a asked) error {
		n := a.Int("score", "成绩", 0, 100)
		return a.Try(func() error { return s.Score(ctx, actor, a.step(), page.Int64(a.Value("participant")), n) })
	}),
	"materials": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a asked) error {
		return s.Hand(ctx, actor, a.step(), a.Files("files")...)
	}),
	"closure": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a asked) error {
		t := a.Text("outcome", "培训效果", training.MaxOutcome, false)
		return a.Try(func() error { return s.Close(ctx, actor, a.step(), t) })
	}),
	"cancellation": plain(func(ctx context.Context, s *training.Store, actor access.Actor, a asked) error {
		t := a.Text("outcome", "取消理由", training.MaxOutcome, true)
		return a.Try(func() error { return s.Cancel(ctx, actor, a.step(), t) })
	}),
}

// answer hands in a test. The questions are numbered, so an answer that is
// missing shows as the first question without one.
func answer(ctx context.Context, s *training.Store, actor access.Actor, a asked) (string, error) {
	rec, err := s.Record(ctx, actor, a.ID)
	if err != nil {
		return "", err
	}
	var chosen []int
	for _, q := range rec.Asked {
		name := "q" + strconv.Itoa(q.Number)
		n := page.Int64(a.Value(name))
		if n < 1 || n > int64(len(q.Options)) {
			a.Complain(name, fmt.Sprintf("请选择第 %d 题的答案", q.Number))
		}
		chosen = append(chosen, int(min(n, 9)))
	}
	var said string
	err = a.Try(func() error {
		score, passed, err := s.Answer(ctx, actor, a.ID, chosen)
		said = fmt.Sprintf("测试 %d 分，%s。", score, verdict(passed))
		return err
	})
	return said, err
}

// move serves one move.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		said, err := acts[name](r.Context(), h.trainings, page.Actor(r), asked{sent})
		if said == "" {
			said = "“" + training.Procedure.Move(name).Label + "”已完成。"
		}
		return sent.Answer(w, err, page.TrainingURL(sent.ID), said, func(code int) error {
			rec, err := h.read(r)
			if err != nil {
				return err
			}
			v := h.view(r, rec, sent)
			if code == http.StatusConflict {
				v.changed, v.left = page.Changed("这次培训"), sent.Left(v.moves)
			}
			return page.Render(w, r, code, recordPage(v))
		})
	}
}
