package gathering

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/gathering"
	"portal/internal/procedure"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

// consequences say what a move brings about, where that is not plain.
var consequences = map[string]string{
	"invitation": "按当天在册的人列入，已在名单上的不重复。应到的计入人数、可以表决，列席的不表决。",
	"addition":   "在册人员按姓名查找；不在册的作为来宾列席。",
	"receipt":    "确认参加。已经请假的，请假随之撤回。",
	"receipts":   "纸质回执、电话答复的，在这里登记。",
	"request":    "批准前仍要参加；批准后不计缺席。",
	"arrival":    "签到码在现场屏幕上。连续输错五次的，请到签到台登记。",
	"attendance": "填序号或姓名，可一次填几个，例如 3 5-9 李某；也可以勾选。已经签到的不受影响。",
	"decision":   "批准的记为请假，不计缺席；本人会收到消息。",
	"correction": "更正会留下记录：原来是什么、改成什么、谁改的、为什么。",
	"removal":    "通知发出以前可以移出。",
}

// primary are the moves that people come for.
var primary = []string{"receipt", "arrival", "attendance", "decision"}

// person are the moves that stand on one person's page.
var person = []string{"removal", "decision", "departure", "correction"}

// asked is a move as it was sent, and how this room reads its fields.
type asked struct {
	*page.Sent
	now time.Time
	rec *gathering.Record
}

func (a asked) step() gathering.Step { return gathering.Step{ID: a.ID, Version: a.Version} }

func (a asked) reason(name, label string, required bool) string {
	return a.Text(name, label, gathering.MaxReason, required)
}

// clock reads a time on the day of the gathering; it may be left empty.
func (a asked) clock(name, label string) time.Time {
	typed := a.Read.Clock(a.Field(name), a.Value(name), label)
	hour, minute, ok := strings.Cut(typed, ":")
	h, err1 := strconv.Atoi(hour)
	m, err2 := strconv.Atoi(minute)
	if !ok || err1 != nil || err2 != nil {
		return time.Time{}
	}
	return calendar.Starts(a.rec.HeldOn).Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute)
}

// act reads the rest of a move's form and makes the move. said is what the page
// says afterwards, "" for the plain sentence.
type act func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) (said string, err error)

func plain(do func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) error) act {
	return func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) (string, error) {
		return "", do(ctx, s, actor, a)
	}
}

// acts are what the moves of lists and of people do; those of the whole belong to
// the activity or meeting.
var acts = map[string]act{
	"invitation": func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) (string, error) {
		inv := gathering.Invitation{
			Teams: a.Values("teams"), StreetID: page.Int64(a.Value("street")), Groups: a.Rows("groups", 50), Units: a.Rows("units", 200), Due: a.Value("due") != "no",
			Why: a.reason("why", "补充通知的理由", false),
		}
		return added(ctx, s, actor, a, inv)
	},
	"addition": func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) (string, error) {
		name, work := a.Line("name", "姓名", text.Name, true), a.Line("work", "单位和职务", gathering.MaxDuty, false)
		inv := gathering.Invitation{Due: a.Value("as") == "due", Why: a.reason("why", "补充通知的理由", false)}
		if a.Value("as") == "guest" {
			inv.Guests = []gathering.Guest{{Name: name, Duty: work}}
		} else {
			inv.Named = []gathering.Named{{Name: name, Work: work}}
		}
		return added(ctx, s, actor, a, inv)
	},
	"removal": plain(func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) error {
		return s.Strike(ctx, actor, a.step(), page.Int64(a.Value("who")))
	}),
	"receipt": func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) (string, error) {
		return "已回执，请按时参加。", s.Receive(ctx, actor, a.ID)
	},
	"receipts": plain(func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) error {
		ids := a.chosen()
		return a.Try(func() error { return s.Receipts(ctx, actor, a.ID, ids) })
	}),
	"request": func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) (string, error) {
		why := a.reason("why", "请假事由", true)
		return "请假已提交，待批准。", a.Try(func() error { return s.AskLeave(ctx, actor, a.ID, why) })
	},
	"decision": plain(func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) error {
		d := gathering.Decision{
			Attendance: page.Int64(a.Value("who")), Version: int(page.Int64(a.Value("seen")) & 0x7fffffff), Grant: a.Word("grant", "是否批准", "yes", "no") == "yes",
			Why: a.reason("why", "理由", false),
		}
		return a.Try(func() error { return s.DecideLeave(ctx, actor, a.ID, d) })
	}),
	"arrival": func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) (string, error) {
		code := a.Read.Digits(a.Field("code"), a.Value("code"), "签到码", 4)
		var said string
		return said, a.Try(func() error {
			_, err := s.Arrive(ctx, actor, a.ID, code)
			return err
		})
	},
	"attendance": func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) (string, error) {
		at, ids := a.clock("at", "到场时间"), a.chosen()
		var said string
		err := a.Try(func() error {
			c, err := s.CheckIn(ctx, actor, a.ID, ids, at)
			said = fmt.Sprintf("登记签到 %d 人。", c.Arrived)
			if len(c.Already) > 0 {
				said += strings.Join(c.Already, "；") + "。"
			}
			return err
		})
		return said, err
	},
	"departure": plain(func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) error {
		at := a.clock("at", "离开时间")
		if at.IsZero() {
			at = a.now
		}
		return a.Try(func() error { return s.Leave(ctx, actor, a.ID, page.Int64(a.Value("who")), at) })
	}),
	"correction": plain(func(ctx context.Context, s *gathering.Store, actor access.Actor, a asked) error {
		c := gathering.Correction{
			Attendance: page.Int64(a.Value("who")), Version: int(page.Int64(a.Value("seen")) & 0x7fffffff), Why: a.reason("why", "更正的理由", true),
		}
		switch a.Word("as", "实际情况", "came", "leave", "absent") {
		case "came":
			if c.ArrivedAt, c.LeftAt = a.clock("arrived_at", "到场时间"), a.clock("left_at", "离开时间"); c.ArrivedAt.IsZero() {
				a.Complain("arrived_at", "请填写到场时间，例如 14:55")
			}
		case "leave":
			c.OnLeave = true
		}
		return a.Try(func() error { return s.Correct(ctx, actor, a.ID, c) })
	}),
}

func added(ctx context.Context, s *gathering.Store, actor access.Actor, a asked, inv gathering.Invitation) (string, error) {
	n := 0
	err := a.Try(func() (err error) {
		n, err = s.List(ctx, actor, a.step(), inv)
		return err
	})
	return fmt.Sprintf("列入名单 %d 人。", n), err
}

// chosen are those on the list that were typed by number or name, or ticked.
func (a asked) chosen() []int64 {
	typed := a.Line("which", "序号或姓名", 500, false)
	ids, unknown := numbers(typed, a.rec.People)
	if len(unknown) > 0 {
		a.Complain("which", "名单上没有："+strings.Join(unknown, "、"))
	}
	return append(ids, a.Rows("ids", gathering.MaxList)...)
}

// move serves one move. A complaint shows the list, or the person, again with the
// form as it was typed; so does what somebody else has changed meanwhile.
func (h handler) move(name string) page.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		sent, err := page.ReadMove(w, r, name)
		if err != nil {
			return err
		}
		actor := page.Actor(r)
		rec, err := h.gatherings.Record(r.Context(), actor, sent.ID, gathering.Filter{})
		if err != nil {
			return err
		}
		said, err := acts[name](r.Context(), h.gatherings, actor, asked{sent, h.gatherings.Now(), &rec})
		if said == "" {
			said = "“" + gathering.Procedure.Move(name).Label + "”已完成。"
		}
		to := page.GatheringURL(sent.ID)
		if who := page.Int64(sent.Value("who")); who != 0 && name != "removal" {
			to = page.AttendanceURL(sent.ID, who)
		}
		return sent.Answer(w, err, to, said, func(code int) error { return h.again(w, r, code, sent) })
	}
}

// again shows the page of the move with the form that was not accepted.
func (h handler) again(w http.ResponseWriter, r *http.Request, code int, sent *page.Sent) error {
	actor := page.Actor(r)
	if slices.Contains(person, sent.Name) {
		rec, a, err := h.gatherings.Person(r.Context(), actor, sent.ID, page.Int64(sent.Value("who")))
		if err != nil {
			return err
		}
		v := h.personView(r, &rec, a, sent)
		if code == http.StatusConflict {
			v.changed, v.left = page.Changed(a.Name+"的记录"), sent.Left(v.moves)
		}
		return page.Render(w, r, code, personPage(v))
	}
	rec, err := h.gatherings.Record(r.Context(), actor, sent.ID, gathering.Filter{})
	if err != nil {
		return err
	}
	v := h.view(r, rec, sent)
	if code == http.StatusConflict {
		v.changed, v.left = page.Changed("这份名单"), sent.Left(v.moves)
	}
	return page.Render(w, r, code, recordPage(v))
}

func (h handler) moves(rec *gathering.Record, open []procedure.Move, sent *page.Sent) []ui.Move {
	var list []ui.Move
	for _, m := range open {
		controls := h.controls(rec, m.Name)
		if controls == nil && m.Name != "receipt" {
			continue
		}
		u := ui.Move{
			Label: m.Label, Action: page.GatheringURL(rec.ID) + "/" + m.Name, Consequence: consequences[m.Name],
			Primary: slices.Contains(primary, m.Name), Grave: m.Grave, Version: strconv.Itoa(rec.Version),
		}
		if rec.State != gathering.Planned && (m.Name == "invitation" || m.Name == "addition") {
			u.Consequence += "通知已经发出，这是补充通知：只通知新列入的人，名单上注明理由。"
		}
		sent.Fill(&u, m.Name, controls)
		list = append(list, u)
	}
	sent.Unfold(list)
	return list
}

// controls are the fields of a move's form; nil where there is nobody to move.
func (h handler) controls(rec *gathering.Record, name string) []ui.Control {
	why := func(label string, optional bool) ui.Control {
		return ui.Control{Kind: "text", Field: ui.Field{Name: "why", Label: label, Rows: 2, Max: gathering.MaxReason, Optional: optional}}
	}
	var list []ui.Control
	switch name {
	case "invitation":
		list = h.invitation(rec)
	case "addition":
		list = []ui.Control{
			{Kind: "input", Field: ui.Field{Name: "name", Label: "姓名", Max: text.Name}},
			{Kind: "input", Field: ui.Field{Name: "work", Label: "单位和职务", Optional: true, Hint: "有同名的人时用来区分；来宾请填写", Max: gathering.MaxDuty}},
			{Kind: "radio", Field: ui.Field{Name: "as", Label: "参加方式", Value: "beside", Options: []ui.Option{{Value: "due", Label: "在册人员，应到"}, {Value: "beside", Label: "在册人员，列席"}, {Value: "guest", Label: "来宾，列席"}}}},
		}
	case "request":
		return []ui.Control{why("请假事由", false)}
	case "arrival":
		return []ui.Control{{Kind: "input", Field: ui.Field{Name: "code", Label: "签到码", Hint: "现场屏幕上的四位数字", Attrs: map[string]any{"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "4"}}}}
	case "receipts":
		return choose(rec, "回执", func(a *gathering.Attendance) bool { return a.ReceivedAt == nil })
	case "attendance":
		if list := choose(rec, "到场", func(a *gathering.Attendance) bool { return a.ArrivedAt == nil }); list != nil {
			return append(list, ui.Control{Kind: "input", Field: ui.Field{Name: "at", Label: "到场时间", Type: "time", Optional: true, Hint: "不填就是现在", Value: h.onTime(rec)}})
		}
		return nil
	}
	if list != nil && rec.State != gathering.Planned {
		list = append(list, why("补充通知的理由", false))
	}
	return list
}

// onTime is the beginning for a gathering that is entered after it ended.
func (h handler) onTime(rec *gathering.Record) string {
	if h.gatherings.Now().After(rec.EndsAt) {
		return gathering.Clock(rec.StartsAt)
	}
	return ""
}

// choose is a field for numbers and names, and boxes to tick.
func choose(rec *gathering.Record, who string, which func(*gathering.Attendance) bool) []ui.Control {
	f := ui.Field{Name: "ids", Label: who + "的人", Optional: true}
	for i := range rec.People {
		if a := &rec.People[i]; which(a) {
			f.Options = append(f.Options, ui.Option{Value: page.Number(a.ID), Label: strconv.Itoa(a.Number) + " " + a.Name, Hint: a.Duty})
		}
	}
	if f.Options == nil {
		return nil
	}
	typed := ui.Field{Name: "which", Label: who + "的序号或姓名", Optional: true, Attrs: map[string]any{"autocomplete": "off"}}
	return []ui.Control{{Kind: "input", Field: typed}, {Kind: "check", Field: f}}
}

func (h handler) invitation(rec *gathering.Record) []ui.Control {
	list := []ui.Control{{Kind: "check", Field: ui.Field{Name: "teams", Label: "队伍", Optional: true, Options: page.Terms(gathering.Teams, "")}}}
	if len(rec.Groups) > 0 {
		list = append(list, ui.Control{Kind: "check", Field: ui.Field{Name: "groups", Label: "代表小组", Optional: true, Options: page.Rows(rec.Groups, "")}})
	}
	if len(rec.Units) > 0 {
		list = append(list, ui.Control{Kind: "check", Field: ui.Field{Name: "units", Label: "承办单位（列席）", Optional: true, Options: page.Rows(rec.Units, "")}})
	}
	others := slices.DeleteFunc(slices.Clone(rec.Streets), func(c choice.Row) bool { return c.ID == rec.StreetID })
	if len(others) > 0 {
		list = append(list, ui.Control{Kind: "select", Field: ui.Field{Name: "street", Label: "队伍所在街道", Optional: true, Hint: "联合活动才选；外街道只召集代表和工委组成人员", Options: page.Rows(others, "本街道")}})
	}
	return append(list, ui.Control{Kind: "radio", Field: ui.Field{Name: "due", Label: "参加方式", Value: "yes", Options: []ui.Option{{Value: "yes", Label: "应到"}, {Value: "no", Label: "列席"}}}})
}
