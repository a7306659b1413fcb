package demo

import (
	"context"
	"errors"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/meeting"
	"portal/internal/plan"
)

// living leaves topics and meetings around today: one that is planned, one whose notice
// is out, with a topic of supervision under the package authorisation, one that is
// cancelled, one whose door is open and one that votes.
func (c *convener) living(ctx context.Context) error {
	today := calendar.On(c.end)
	chair, err := c.chair(ctx, today)
	if errors.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	var head access.Actor
	for _, name := range []string{"director", "deputy-director"} {
		if a := c.who[name]; a.UserID == chair.UserID {
			head = a
		}
	}
	if head.UserID == 0 {
		return nil
	}
	c.now = clock(calendar.AddDays(today, -6), 10, 0)
	plan, err := c.agreed(ctx, head, "三季度工作情况和下步安排", "接待日和联络站管理办法", "咨询专家续聘")
	if err != nil {
		return err
	}
	if err := c.collected(ctx, head); err != nil {
		return err
	}
	opening := c.end
	if i := c.index(); i == 0 || i == 3 { // today
		id, err := c.called(ctx, chair.PostID, opening, plan[:2])
		if err == nil {
			err = c.held(ctx, id, i == 3)
		}
		if err != nil {
			return err
		}
		plan = plan[2:]
	}
	c.now = c.end
	switch c.index() {
	case 0:
		id, err := c.planned(ctx, chair.PostID, clock(calendar.AddDays(today, 20), 15, 0), nil)
		if err != nil {
			return err
		}
		return c.s.Cancel(ctx, c.who["staff"], c.step(ctx, id), "与市人大常委会的会议冲突，另行通知")
	case 2:
		_, err := c.planned(ctx, chair.PostID, clock(calendar.AddDays(today, 14), 15, 0), plan[:1])
		if err != nil {
			return err
		}
		plan = plan[1:]
	}
	report, err := c.agree(ctx, head, meeting.NewTopic{
		Key: c.key("topic"), Kind: meeting.Directors, Type: "budget", Title: "听取街道预算执行情况报告", Proposer: "工委办公室", Content: "按市人大常委会的授权，听取街道预算执行情况报告，提出意见和建议。",
		Subject: "budget", Measure: "hear_report", UnitID: c.units[units[0].name],
	})
	if err == nil {
		_, err = c.called(ctx, chair.PostID, clock(calendar.AddDays(today, 5), 15, 0), append(plan, report))
	}
	return err
}

// agreed are topics that the head of the committee has put through.
func (c *convener) agreed(ctx context.Context, head access.Actor, titles ...string) (ids []int64, err error) {
	for _, title := range titles {
		id, err := c.agree(ctx, head, c.topic("工委办公室", title))
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// agree proposes a topic and lets the head of the committee put it through.
func (c *convener) agree(ctx context.Context, head access.Actor, n meeting.NewTopic) (int64, error) {
	id, err := c.s.Propose(ctx, c.who["staff"], c.id, n)
	if err == nil {
		err = c.s.Compile(ctx, c.who["staff"], meeting.Step{ID: id, Version: 1})
	}
	if err == nil {
		err = c.s.Confirm(ctx, head, meeting.Step{ID: id, Version: 2})
	}
	return id, err
}

func (c *convener) topic(proposer, title string) meeting.NewTopic {
	return meeting.NewTopic{Key: c.key("topic"), Kind: meeting.Directors, Type: "plan", Title: title, Proposer: proposer, Content: "请会议审议。"}
}

// collected are topics on their way: proposed, compiled, told to the Party working
// committee, declined and taken back.
func (c *convener) collected(ctx context.Context, head access.Actor) error {
	staff := c.who["staff"]
	for n, title := range []string{"增设两个代表联络点", "代表小组活动经费安排", "组织一次旧小区坡道调研", "统一制作代表公示牌", "调整接待日时间"} {
		by := staff
		if n == 0 {
			by = c.who["member"]
		}
		id, err := c.s.Propose(ctx, by, c.id, c.topic(by.Name, title))
		if err != nil {
			return err
		}
		step := meeting.Step{ID: id, Version: 1}
		switch n {
		case 1:
			err = c.s.Compile(ctx, staff, step)
		case 2:
			if err = c.s.Compile(ctx, staff, step); err == nil {
				err = c.s.TellParty(ctx, staff, meeting.Step{ID: id, Version: 2}, calendar.On(c.now), "同意，注意与年度计划衔接")
			}
		case 3:
			err = c.s.Decline(ctx, head, step, "已在年度计划里安排，不用上会")
		case 4:
			err = c.s.TakeBack(ctx, staff, step, "与上次会议的安排重复")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// step is the meeting as it stands.
func (c *convener) step(ctx context.Context, id int64) meeting.Step {
	s := meeting.Step{ID: id}
	_ = c.c.DB.Read(ctx, operator, db.Value(&s.Version, `SELECT version FROM meetings WHERE id = @id`, db.Args{"id": id}))
	return s
}

func (c *convener) planned(ctx context.Context, chair int64, at time.Time, topics []int64) (id int64, err error) {
	title, err := c.s.Next(ctx, c.who["staff"], meeting.Directors, at)
	if err != nil {
		return 0, err
	}
	planned, err := c.inPlan(ctx, "meeting", at, plan.Link{Outside: "主任会议例会"})
	if err != nil {
		return 0, err
	}
	id, err = c.s.Plan(ctx, c.who["staff"], c.id, meeting.Plan{
		Key: c.key("meeting"), Kind: meeting.Directors, Title: title, Place: c.name + "办事处三楼会议室", StartsAt: at, EndsAt: at.Add(2 * time.Hour), ChairID: chair, Planned: planned,
	})
	if err == nil && len(topics) > 0 {
		err = c.s.Schedule(ctx, c.who["staff"], c.step(ctx, id), topics, "")
	}
	return id, err
}

func (c *convener) called(ctx context.Context, chair int64, at time.Time, topics []int64) (id int64, err error) {
	if id, err = c.planned(ctx, chair, at, topics); err != nil {
		return 0, err
	}
	return id, c.s.Notify(ctx, c.who["staff"], c.step(ctx, id), "")
}

// held opens the door today; where it votes, most have come, the first topic is decided
// and the second is being voted on by name.
func (c *convener) held(ctx context.Context, id int64, votes bool) error {
	staff := c.who["staff"]
	c.now = c.end
	if err := c.s.Open(ctx, staff, c.step(ctx, id)); err != nil {
		return err
	}
	r, err := c.s.Record(ctx, staff, id)
	if err != nil {
		return err
	}
	var came []int64
	for i, s := range r.Seats {
		if s.Due && (i < 4 || votes && i < 9) {
			came = append(came, s.ID)
		}
	}
	if _, err := c.g.CheckIn(ctx, staff, r.GatheringID, came, c.now); err != nil || !votes {
		return err
	}
	if err := c.s.Begin(ctx, staff, c.step(ctx, id), len(came)); err != nil {
		return err
	}
	if err := c.s.ShowHands(ctx, staff, c.step(ctx, id), r.Items[0].ID, "", meeting.Count{For: len(came)}); err != nil {
		return err
	}
	if err := c.s.CallRoll(ctx, staff, c.step(ctx, id), r.Items[1].ID, ""); err != nil {
		return err
	}
	return c.s.EnterVoices(ctx, staff, c.step(ctx, id), came[:3], "for")
}
