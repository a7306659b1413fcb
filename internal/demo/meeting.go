package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/meeting"
	"portal/internal/procedure"
)

// convener holds the meetings of a street, with a clock of its own.
type convener struct {
	*street
	s   *meeting.Store
	g   *gathering.Store
	now time.Time
	n   map[int]int // directors' meetings of a year so far
}

// convene enters the meetings of 2019, 2020 and the last twelve months as they ended,
// and leaves around today one in every state of the procedure.
func (s *street) convene(ctx context.Context) error {
	c := &convener{street: s, n: map[int]int{}}
	clock := func() time.Time { return c.now }
	c.g = gathering.NewStore(s.c.DB, clock)
	c.s = meeting.NewStore(s.c.DB, c.g, file.NewStore(s.c.DB, clock), clock)
	c.now = s.end
	if err := c.past(ctx); err != nil {
		return fmt.Errorf("past meetings: %w", err)
	}
	if err := c.living(ctx); err != nil {
		return fmt.Errorf("meetings around today: %w", err)
	}
	return nil
}

// business is what directors' meetings are about, three topics a meeting.
var business = [][3]meeting.HeldItem{
	{
		{Type: "study", Title: "学习加强街道人大工作规范化建设的意见", Proposer: "工委办公室", Outcome: meeting.Heard, Note: "会议学习了意见全文，讨论了五项核心制度怎样落实。"},
		{Type: "plan", Title: "下半年工作安排", Proposer: "工委办公室", Outcome: meeting.Passed, Tasks: []meeting.HeldTask{{Text: "印发下半年工作安排并报市人大常委会", Owner: "工委副主任", CoOwner: "工委办公室"}}},
		{Type: "institution", Title: "代表联系选民工作实施办法", Proposer: "工委副主任", Outcome: meeting.Passed},
	},
	{
		{Type: "opinions", Title: "群众意见督办情况", Proposer: "工委办公室", Outcome: meeting.Heard, Note: "办公室汇报了到期意见的办理情况。"},
		{Type: "team", Title: "审定咨询专家人选", Proposer: "工委副主任", Outcome: meeting.Passed, Tasks: []meeting.HeldTask{{Text: "按审定名单制作聘书", Owner: "工委办公室"}}},
		{Type: "other", Title: "代表活动月安排", Proposer: "工委委员", Outcome: meeting.Rejected, Note: "几位委员建议与接待日合并后再议。"},
	},
	{
		{Type: "plan", Title: "代表小组活动情况", Proposer: "工委委员", Outcome: meeting.Heard, Note: "四个小组分别汇报。"},
		{Type: "project", Title: "民生实事项目征集工作", Proposer: "工委办公室", Outcome: meeting.Passed, Tasks: []meeting.HeldTask{{Text: "汇总各联络站征集的项目，提出初筛名单", Owner: "工委副主任", CoOwner: "街道党政办"}}},
		{Type: "opinions", Title: "重点意见督办名单", Proposer: "工委办公室", Outcome: meeting.Passed},
	},
	{
		{Type: "plan", Title: "年度工作总结", Proposer: "工委主任", Outcome: meeting.Passed, Tasks: []meeting.HeldTask{{Text: "修改年度工作总结后报送", Owner: "工委副主任", CoOwner: "工委办公室"}}},
		{Type: "plan", Title: "下一年度工作计划（草案）", Proposer: "工委办公室", Outcome: meeting.Passed},
		{Type: "team", Title: "联络员、信息员年度确认", Proposer: "工委办公室", Outcome: meeting.Postponed, Note: "名单补齐后再议。"},
	},
}

func (c *convener) past(ctx context.Context) error {
	day := calendar.Day
	i := c.index()
	var list []meeting.Held
	add := func(on time.Time, state procedure.State) error {
		h, err := c.directors(ctx, back(calendar.AddDays(on, i), 0), state, len(list))
		if errors.Is(err, fault.NotFound) { // nobody presides on the day
			return nil
		}
		list = append(list, h)
		return err
	}
	for _, on := range []time.Time{
		day(2019, time.August, 13), day(2019, time.September, 17), day(2019, time.October, 29), day(2019, time.December, 17), day(2020, time.March, 24), day(2020, time.June, 16),
	} {
		if err := add(on, meeting.Archived); err != nil {
			return err
		}
	}
	today := calendar.On(c.end)
	for n, state := range []procedure.State{meeting.Archived, meeting.Issued, meeting.Issued, meeting.Issued} {
		if err := add(calendar.AddDays(today, -300+85*n), state); err != nil {
			return err
		}
	}
	last := []procedure.State{meeting.Ended, meeting.Recorded, meeting.Drafting, meeting.Signed}
	if err := add(calendar.AddDays(today, -5-i), last[i]); err != nil {
		return err
	}
	switch c.slug {
	case "nancheng":
		if err := add(calendar.AddDays(today, -24), meeting.Failed); err != nil {
			return err
		}
	case "guancheng":
		if err := add(calendar.AddDays(today, -24), meeting.Talk); err != nil {
			return err
		}
	case "dongcheng":
		for n, on := range []time.Time{day(2019, time.December, 19), calendar.AddDays(today, -40)} {
			h, err := c.representatives(ctx, back(on, 0), n)
			if err != nil {
				return err
			}
			list = append(list, h)
		}
	}
	ids, err := c.s.Replay(ctx, operator, list)
	if err != nil {
		return err
	}
	for n, h := range list {
		if h.State == meeting.Drafting {
			return c.adjust(ctx, ids[n])
		}
	}
	return nil
}

// adjust has a meeting whose minutes are drafted decide anew on what an earlier one
// left.
func (c *convener) adjust(ctx context.Context, id int64) error {
	r, err := c.s.Record(ctx, c.who["staff"], id)
	if err != nil {
		return err
	}
	var open meeting.Task
	list, _, _, _, err := c.s.Tasks(ctx, c.who["staff"], meeting.TaskFilter{State: "open", Limit: 50})
	for _, k := range list {
		if k.MeetingID != id {
			open = k
		}
	}
	for _, it := range r.Items {
		if err == nil && open.ID != 0 && it.Outcome == meeting.Passed {
			return c.s.Adjust(ctx, c.who["staff"], meeting.Step{ID: open.ID, Version: open.Version}, meeting.NewTask{
				ItemID: it.ID, Text: open.Text, Owner: open.Owner, CoOwner: open.CoOwner, DueOn: calendar.AddDays(c.end, 40),
			})
		}
	}
	return err
}

// presides is who may preside over a meeting on a day: fault.NotFound where nobody may.
type presides struct {
	PostID int64
	Name   string
	UserID int64
}

func (c *convener) chair(ctx context.Context, on time.Time) (p presides, err error) {
	return p, c.c.DB.Read(ctx, operator, db.One(&p, `
		SELECT p.id AS post_id, h.name, coalesce(h.user_id, 0) AS user_id
		FROM posts p
		JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
		WHERE p.street_id = @street AND p.since <= @on::date AND (p.until_on IS NULL OR @on::date < p.until_on) AND app.may_preside(p.street_id, p.id, @on::date)
		ORDER BY array_position(ARRAY ['director', 'deputy_director', 'member'], p.post), p.id
		LIMIT 1`, db.Args{"street": c.id, "on": on}))
}

// members are who belongs to a meeting on a day.
func (c *convener) members(ctx context.Context, team, capacity string, on time.Time) (list []gathering.HeldPerson, err error) {
	var rows []struct {
		PersonID, PostID int64
		Name, Duty       string
	}
	err = c.c.DB.Read(ctx, operator, db.Many(&rows, `
		SELECT m.person_id, coalesce(m.post_id, 0) AS post_id, h.name, m.duty
		FROM (`+gathering.TeamOn(team)+`) AS m
		JOIN people h ON h.street_id = @street AND h.id = m.person_id
		ORDER BY coalesce(array_position(ARRAY ['工委主任', '工委副主任', '工委委员'], m.duty), 0), h.id`, db.Args{"street": c.id, "day": on}))
	for _, r := range rows {
		list = append(list, gathering.HeldPerson{PersonID: r.PersonID, PostID: r.PostID, Name: r.Name, Duty: r.Duty, Capacity: capacity, Due: true, Outcome: gathering.Present})
	}
	return list, err
}

// directors is a directors' meeting of a day, the nth that is entered.
func (c *convener) directors(ctx context.Context, on time.Time, state procedure.State, n int) (h meeting.Held, err error) {
	chair, err := c.chair(ctx, on)
	if err != nil {
		return h, err
	}
	c.n[on.Year()]++
	h = meeting.Held{
		StreetID: c.id, Kind: meeting.Directors, Title: meeting.TitleOf(meeting.Directors, on.Year(), c.n[on.Year()]), Place: c.name + "办事处三楼会议室",
		StartsAt: clock(on, 15, 0), EndsAt: clock(on, 17, 0), ChairID: chair.PostID, State: state,
	}
	if h.People, err = c.members(ctx, "member", "member", on); err != nil {
		return h, err
	}
	due := len(h.People)
	for k := range h.People {
		p := &h.People[k]
		switch {
		case k == 0 || p.PostID == chair.PostID:
		case (state == meeting.Failed || state == meeting.Talk) && k > due/2-1:
			p.Outcome = gathering.OnLeave
			p.Why = "防汛值班"
		case k == (n*3+2)%due:
			p.Outcome = gathering.OnLeave
		case k == (n*5+4)%due && n%2 == 1:
			p.Outcome = gathering.Late
		case k == (n*7+6)%due && n%5 == 4:
			p.Outcome = gathering.Absent
		}
	}
	h.People = append(h.People, gathering.HeldPerson{Name: "街道办事处负责人", Duty: c.name + "办事处", Capacity: "guest", Outcome: gathering.Present})
	c.fill(&h, n)
	return h, nil
}

// fill gives a meeting its business and its papers.
func (c *convener) fill(h *meeting.Held, n int) {
	on := calendar.On(h.StartsAt)
	there := 0
	for _, p := range h.People {
		if p.Due && p.Outcome != gathering.OnLeave && p.Outcome != gathering.Absent {
			there++
		}
	}
	for k, it := range business[n%len(business)] {
		switch {
		case h.State == meeting.Failed:
			it.Outcome, it.Note = "", ""
		case h.State == meeting.Talk && it.Outcome != meeting.Postponed:
			it.Outcome = meeting.Heard
		case it.Outcome == meeting.Rejected:
			it.Count = meeting.Count{For: 5, Against: there - 6, Abstain: 1}
		case it.Outcome == meeting.Passed:
			it.Count = meeting.Count{For: there - (n+k)%2, Abstain: (n + k) % 2}
		}
		var tasks []meeting.HeldTask
		for _, t := range it.Tasks {
			tasks = append(tasks, c.task(t, h.State, on, n+k))
		}
		if it.Tasks = tasks; it.Outcome != meeting.Passed {
			it.Tasks = nil
		}
		h.Items = append(h.Items, it)
	}
	switch h.State {
	case meeting.Failed:
		h.Why = "多数委员参加防汛值班，到会人数不够"
		return
	case meeting.Talk:
		h.State, h.Talk, h.Why = meeting.Issued, true, "多数委员参加防汛值班，到会人数不够，转为座谈会"
	}
	h.Record = "主持人：人到齐了，现在开会。今天的议题有三项。\n工委办公室：先汇报第一项。\n委员：同意，建议把时间写得再具体一些。"
	if h.State != meeting.Ended && h.State != meeting.Recorded {
		for _, p := range h.People {
			if p.PostID == h.ChairID {
				h.Signer = p.Name
			}
		}
	}
}

// task says how a decided item stands: of old meetings all are done, of the newest one
// is overdue, one on its way and one not begun.
func (c *convener) task(t meeting.HeldTask, state procedure.State, on time.Time, n int) meeting.HeldTask {
	t.DueOn, t.State, t.Progress, t.DoneOn = calendar.AddDays(on, 30), meeting.Done, "已办完", calendar.AddDays(on, 20+n%8)
	if state == meeting.Archived || t.DoneOn.After(c.end) && state == meeting.Issued {
		return t
	}
	switch {
	case calendar.AddDays(on, 60).Before(calendar.On(c.end)) && state == meeting.Issued && n%3 != 0:
		return t
	case state == meeting.Issued:
		t.State, t.Progress = meeting.Doing, "初稿已成，正在征求意见"
	default:
		t.State, t.Progress = meeting.Waiting, ""
	}
	return t
}

// representatives is a meeting of voter representatives: what it passes is an opinion.
func (c *convener) representatives(ctx context.Context, on time.Time, n int) (h meeting.Held, err error) {
	chair, err := c.chair(ctx, on)
	if err != nil {
		return h, err
	}
	h = meeting.Held{
		StreetID: c.id, Kind: meeting.Representatives, Title: meeting.TitleOf(meeting.Representatives, on.Year(), 1), Place: c.name + "文化中心报告厅",
		StartsAt: clock(on, 9, 30), EndsAt: clock(on, 11, 30), ChairID: chair.PostID, State: meeting.Issued, Signer: chair.Name,
		Record: "主持人：今天到会的选民代表超过三分之二，可以开会。\n街道办事处：汇报民生实事项目进展。\n选民代表：建议旧小区的坡道早一点动工。",
	}
	if n == 0 {
		h.State = meeting.Archived
	}
	if h.People, err = c.members(ctx, "voter", "representative", on); err != nil {
		return h, err
	}
	there := len(h.People)
	for k := range h.People {
		switch {
		case k%9 == 4:
			h.People[k].Outcome, there = gathering.OnLeave, there-1
		case k%17 == 11:
			h.People[k].Outcome, there = gathering.Absent, there-1
		}
	}
	host := gathering.HeldPerson{PostID: chair.PostID, Name: chair.Name, Duty: "工委主任", Capacity: "member", Outcome: gathering.Present}
	committee, err := c.members(ctx, "member", "member", on)
	if err != nil {
		return h, err
	}
	for _, p := range committee {
		if p.PostID == chair.PostID {
			host.PersonID, host.Duty = p.PersonID, p.Duty
		}
	}
	h.People = append(h.People, host)
	h.Items = []meeting.HeldItem{
		{Type: "project", Title: "民生实事项目进展情况", Proposer: "街道办事处", Outcome: meeting.Heard, Note: "到会的选民代表提了七条意见。"},
		{Type: "project", Title: "推荐下一年度民生实事候选项目", Proposer: "工委办公室", Outcome: meeting.Passed, Count: meeting.Count{For: there - 2, Against: 1, Abstain: 1}},
	}
	return h, nil
}
