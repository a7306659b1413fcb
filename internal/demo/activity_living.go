package demo

import (
	"context"
	"fmt"
	"time"

	"portal/internal/activity"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/plan"
	"portal/internal/poll"
)

// appraise is an appraisal of a unit under the street's package authorisation, from
// the plan to the rating after the rectification.
func (s *street) appraise(on time.Time, unit, theme string) {
	j := s.outing(activity.Appraisal, theme+"工作评议", theme, "街道办事处三楼会议室", on, "archive")
	j.UnitID, j.forTo = s.units[unit], []string{unit}
	j.found = []string{theme + "的台账不全，建议逐项登记", "对群众诉求响应偏慢，建议公开时限", "部门之间衔接不够，建议明确牵头人", "宣传不够，建议进社区讲解"}
	j.report = "评议认为，" + theme + "工作总体扎实，群众有获得感；存在的问题和意见见意见建议。"
	j.grades, j.after = []int{6, 3, 1}, []int{8, 2, 0}
	s.travel(j)
}

// outing is an activity of the deputies on a day.
func (s *street) outing(kind, title, theme, place string, on time.Time, until string) *journey {
	from := clock(on, 8, 30)
	j := &journey{day: on, until: until, Plan: activity.Plan{
		Key: s.key("activity"), Kind: kind, Title: title, Purpose: "听取情况，实地查看，听取群众意见。", Themes: []string{theme}, Place: place,
		Planned: plan.Link{Outside: "根据群众反映和上级部署临时安排"}, StartsAt: from, EndsAt: from.Add(3 * time.Hour), Teams: []string{"deputy"},
	}}
	if activity.Reports(kind) {
		j.report = "总体情况：有关工作有序推进。问题和建议见意见建议。"
		j.found = []string{"个别点位整改不彻底，建议复查", "建议公开进度，接受群众监督"}
	}
	return j
}

// goOut plans the activities around today: one in every state.
func (s *street) goOut() {
	today := calendar.On(s.end)
	day := func(n int) time.Time { return calendar.AddDays(today, n) }
	at := func(n int) string { return s.communities[n%len(s.communities)].name }
	own := units[ownUnit].name
	go_ := func(j *journey, to ...string) *journey {
		j.forTo = to
		s.travel(j)
		return j
	}
	go_(s.outing(activity.Study, "夜间经济规范管理调研", "夜间经济", at(3), day(24), "plan"))
	go_(s.outing("walk", "行走"+at(4), "社区治理", at(4), day(20), "submission"))
	go_(s.outing(activity.Inspection, "视察消防通道整治", "消防安全", at(5), day(16), "approval"))
	go_(s.outing("enterprise", "走访"+at(6)+"企业", "营商环境", at(6)+"工业园", day(5), "notice"))
	go_(s.outing("day", "代表活动日", "联系群众", at(7)+"代表联络站", today, "opening"))
	go_(s.outing("forum", at(8)+"居民座谈会", "物业管理", at(8)+"党群服务中心", day(-2), "closure"))
	go_(s.outing("training", "代表法修改学习", "履职能力", "街道办事处三楼会议室", day(-6), "record"))
	go_(s.outing(activity.Study, "电动自行车充电设施调研", "充电设施", at(9), day(-9), "report"))
	go_(s.outing(activity.Inspection, "视察内街巷改造", "城市更新", at(10), day(-18), "forwarding"), own, "公用事业服务中心")
	late := s.outing(activity.Inspection, "视察河涌保洁", "水污染治理", at(11), day(-75), "feedback")
	late.slow = true
	go_(late, "生态环境分局")
	go_(s.outing(activity.Study, "社区长者饭堂调研", "养老服务", at(12), day(-48), "archive"), own)
	off := go_(s.outing("walk", "行走"+at(13), "交通安全", at(13), day(9), "approval"))
	s.at(clock(day(-1), 16, 0), func(ctx context.Context) error {
		step, err := s.stepOf(ctx, off)
		if err != nil {
			return err
		}
		return s.activities().Cancel(ctx, s.who["staff"], step, "遇台风预警，改为线上征求意见")
	})
	s.week(day(10))
	s.together(day(12))
}

// week is a 人大活动周 with two activities of it, which are not counted again.
func (s *street) week(on time.Time) {
	w := s.outing(activity.Week, "人大活动周", "联系群众", s.name, on, "plan")
	w.EndsAt = w.StartsAt.AddDate(0, 0, 4)
	s.travel(w)
	for i, kind := range []string{"walk", "forum"} {
		j := s.outing(kind, fmt.Sprintf("活动周：%s", []string{"行走社区", "选民见面会"}[i]), "联系群众", s.communities[i].name, calendar.AddDays(on, i+1), "plan")
		s.at(s.end.Add(-time.Minute), func(ctx context.Context) error {
			j.ParentID = w.id
			return s.advance(ctx, j, "plan")
		})
	}
}

// together is a joint activity of the last street with the one before it.
func (s *street) together(on time.Time) {
	if s.index() != len(splits)-1 {
		return
	}
	j := s.outing("walk", "两街道联合行走交界路段", "交通拥堵", "两街道交界路段", on, "notice")
	s.at(clock(calendar.AddDays(on, -22), 8, 0), func(ctx context.Context) error {
		err := s.c.DB.Read(ctx, operator, db.Values(&j.Partners, `SELECT id FROM streets WHERE city_id = @city AND name = @name`, db.Args{"city": s.city, "name": splits[len(splits)-2].name}))
		s.travel(j)
		return err
	})
}

// grade replays a rating of an appraisal: satisfied, basically, not.
func (s *street) grade(ctx context.Context, j *journey, votes []int, title string) error {
	if len(votes) == 0 {
		return nil
	}
	unit := j.forTo[0]
	return s.c.DB.Write(ctx, operator, func(tx db.Tx) error {
		h := poll.Held{At: s.now, New: poll.New{
			StreetID: s.id, Kind: poll.Appraisal, RecordID: j.id, Title: title + j.Title, Link: fmt.Sprintf("/activities/%d", j.id),
			Questions: []poll.Question{{Text: "对" + unit + "这项工作的评价", Scale: poll.Rating}},
		}}
		var present []int64
		err := db.Do(ctx, tx,
			db.Value(&h.GatheringID, `SELECT gathering_id FROM activities WHERE street_id = @street AND id = @id`, db.Args{"street": s.id, "id": j.id}),
			db.Values(&present, `
				SELECT x.person_id
				FROM activities a
				JOIN attendances x ON x.street_id = a.street_id AND x.gathering_id = a.gathering_id
				WHERE a.street_id = @street AND a.id = @id AND x.due AND x.arrived_at IS NOT NULL
				ORDER BY x.id
				LIMIT 500`, db.Args{"street": s.id, "id": j.id}))
		if err != nil {
			return err
		}
		if title != "评议测评：" {
			h.GatheringID, h.People = 0, present
		}
		for i, option := range []string{poll.Satisfied, poll.Basically, "dissatisfied"} {
			for range votes[i] {
				if len(h.Ballots) < len(present) {
					h.Ballots = append(h.Ballots, []string{option})
				}
			}
		}
		_, err = poll.NewStore(s.c.DB, s.Now).Replay(ctx, tx, operator, h)
		return err
	})
}
