package meeting

import (
	"context"
	"net/http"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/meeting"
	"portal/internal/text"
	"portal/web/page"
)

// asked is a move as it was sent, and how this room reads its fields.
type asked struct{ *page.Sent }

func (a asked) step() meeting.Step { return meeting.Step{ID: a.ID, Version: a.Version} }

func (a asked) why(required bool) string { return a.Text("why", "理由", meeting.MaxWhy, required) }

// act reads the rest of a move's form and makes the move.
type act func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error

// plain is a move without fields.
func plain(do func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step) error) act {
	return func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		return do(s)(ctx, actor, a.step())
	}
}

// reasoned is a move with a reason.
func reasoned(do func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step, string) error) act {
	return func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		why := a.why(true)
		return a.Try(func() error { return do(s)(ctx, actor, a.step(), why) })
	}
}

// acts are what the moves of the procedure do. A test finds a move that is not here.
var acts = map[string]act{
	"agenda": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		reporter := a.Line("reporter", "汇报人", meeting.MaxName, false)
		return a.Try(func() error { return s.Schedule(ctx, actor, a.step(), a.Rows("topics", meeting.MaxItems), reporter) })
	},
	"strike": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		item := a.Row("item", "议题")
		return a.Try(func() error { return s.Strike(ctx, actor, a.step(), item) })
	},
	"notice": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		urgent := a.Text("urgent", "紧急开会的理由", meeting.MaxWhy, false)
		return a.Try(func() error { return s.Notify(ctx, actor, a.step(), urgent) })
	},
	"papers": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		return s.Hand(ctx, actor, a.step(), a.Files("files")...)
	},
	"chair": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		post := a.Row("chair", "主持人")
		return a.Try(func() error { return s.Preside(ctx, actor, a.step(), post) })
	},
	"opening": plain(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step) error { return s.Open }),
	"beginning": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		n := a.Int("agenda", "同意议程的人数", 0, 100_000)
		return a.Try(func() error { return s.Begin(ctx, actor, a.step(), n) })
	},
	"remote": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		who, how := a.Row("who", "人员"), a.Line("how", "方式", 50, true)
		return a.Try(func() error { return s.Remote(ctx, actor, a.step(), who, how) })
	},
	"recusal": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		item, who, why := a.Row("item", "议题"), a.Row("who", "人员"), a.Text("why", "回避的理由", meeting.MaxReason, true)
		return a.Try(func() error { return s.Recuse(ctx, actor, a.step(), item, who, why) })
	},
	"hands": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		item, question := a.Row("item", "议题"), a.Line("question", "表决事项", meeting.MaxQuestion, false)
		c := meeting.Count{For: a.Int("for", "赞成", 0, 100_000), Against: a.Int("against", "反对", 0, 100_000), Abstain: a.Int("abstain", "弃权", 0, 100_000)}
		return a.Try(func() error { return s.ShowHands(ctx, actor, a.step(), item, question, c) })
	},
	"roll": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		item, question := a.Row("item", "议题"), a.Line("question", "表决事项", meeting.MaxQuestion, false)
		return a.Try(func() error { return s.CallRoll(ctx, actor, a.step(), item, question) })
	},
	"ballot": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		item, question := a.Row("item", "议题"), a.Line("question", "表决事项", meeting.MaxQuestion, false)
		return a.Try(func() error { return s.CallBallot(ctx, actor, a.step(), item, question) })
	},
	"voice": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		voice, vote := a.Choice("voice", "您的表决", meeting.Voices), page.Int64(a.Value("vote"))
		return a.Try(func() error { return s.Cast(ctx, actor, a.ID, vote, voice) })
	},
	"roll-entry": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		voice := a.Choice("voice", "表决", meeting.Voices)
		return a.Try(func() error { return s.EnterVoices(ctx, actor, a.step(), a.Rows("who", 2000), voice) })
	},
	"roll-closure": plain(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step) error { return s.CloseRoll }),
	"roll-void": reasoned(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step, string) error {
		return s.VoidRoll
	}),
	"conclusion": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		item, note := a.Row("item", "议题"), a.Text("note", "审议情况", meeting.MaxNote, false)
		outcome := a.Word("outcome", "结果", meeting.Heard, meeting.Postponed, meeting.Withdrawn)
		return a.Try(func() error { return s.Conclude(ctx, actor, a.step(), item, outcome, note) })
	},
	"temporary": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		t := meeting.Temporary{TopicID: page.Int64(a.Value("topic")), Consent: a.Int("consent", "同意的人数", 0, 100_000)}
		if t.TopicID == 0 {
			t.New = meeting.NewTopic{
				Key: page.Key(), Type: a.Choice("type", "类型", meeting.Types), Title: a.Line("title", "议题名称", meeting.MaxTitle, true),
				Proposer: a.Line("proposer", "提出人", meeting.MaxName, true), Subject: a.Value("subject"), Measure: a.Value("measure"), UnitID: page.Int64(a.Value("unit")),
			}
		}
		return a.Try(func() error { return s.AddTemporary(ctx, actor, a.step(), t) })
	},
	"decided": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		n := readTask(a)
		return a.Try(func() error { return s.Decide(ctx, actor, a.step(), n) })
	},
	"talk": reasoned(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step, string) error {
		return s.TurnToTalk
	}),
	"failure": reasoned(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step, string) error { return s.Fail }),
	"closing": plain(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step) error { return s.End }),
	"record": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		t := a.Text("text", "会议记录", meeting.MaxRecord, true)
		return a.Try(func() error { return s.Write(ctx, actor, a.step(), t) })
	},
	"check":   plain(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step) error { return s.Check }),
	"minutes": plain(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step) error { return s.Draft }),
	"minutes-text": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		title, body := a.Line("title", "标题", 100, true), a.Text("body", "正文", meeting.MaxMinutes, true)
		return a.Try(func() error { return s.Edit(ctx, actor, a.step(), title, body) })
	},
	"signature": plain(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step) error { return s.Sign }),
	"issue":     plain(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step) error { return s.Issue }),
	"archive":   plain(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step) error { return s.Archive }),
	"opinion": func(ctx context.Context, s *meeting.Store, actor access.Actor, a asked) error {
		number := a.Line("number", "编号", 50, true)
		return a.Try(func() error { return s.Link(ctx, actor, a.step(), number) })
	},
	"cancellation": reasoned(func(s *meeting.Store) func(context.Context, access.Actor, meeting.Step, string) error {
		return s.Cancel
	}),
}

// readTask reads what follows from an item.
func readTask(a asked) meeting.NewTask {
	return meeting.NewTask{
		ItemID: a.Row("item", "议题"), Text: a.Text("text", "事项", meeting.MaxTask, true), Owner: a.Line("owner", "负责人", text.Name, true),
		CoOwner: a.Line("co_owner", "协同", 100, false), DueOn: a.Date("due_on", "完成日期", true),
	}
}

// move serves one move of a meeting.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		err = acts[name](r.Context(), h.meetings, page.Actor(r), asked{sent})
		said := "“" + meeting.Procedure.Move(name).Label + "”已完成。"
		if name == "voice" {
			said = "已表决：" + choice.Name(meeting.Voices, sent.Value("voice")) + "。结束以前可以改。"
		}
		return sent.Answer(w, err, page.MeetingURL(sent.ID), said, func(code int) error {
			rec, err := h.read(r)
			if err != nil {
				return err
			}
			v := h.view(r, rec, sent)
			if code == http.StatusConflict {
				v.changed, v.left = page.Changed("这次会议"), sent.Left(v.moves)
			}
			return page.Render(w, r, code, recordPage(v))
		})
	}
}
