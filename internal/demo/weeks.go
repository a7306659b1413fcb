package demo

import (
	"context"
	"time"

	"portal/internal/calendar"
	"portal/internal/file"
)

// plot is an opinion of the weeks before today: where it came from, its steps,
// and how many working days ago the last of them was.
type plot struct {
	source string
	item   *item
	steps  []step
	age    int
}

// weeks plans the living part: opinions in every state, on time, near their day
// and past it; receptions behind and ahead; a draft. It adds to no period of
// 2019 and 2020.
func (s *street) weeks() {
	for i, p := range s.plots() {
		start := back(s.end, p.age+days(p.steps))
		at := s.sites[i%len(s.sites)]
		s.at(clock(start, 9+i%3, 10+i), func(ctx context.Context) error {
			if err := s.arrive(ctx, p, at, 5+(i*7)%11); err != nil {
				return err
			}
			s.follow(p.item, p.steps)
			return nil
		})
	}
	s.schedule()
	s.at(clock(back(s.end, 3), 19, 0), s.readAll)
	s.at(s.end, s.draft)
}

func (s *street) arrive(ctx context.Context, p plot, at site, residents int) error {
	if p.source == "reception" {
		return s.visit(ctx, at, residents, 0, []*item{p.item})
	}
	return s.register(ctx, p.item, p.source)
}

// plots are the opinions of the weeks before today.
func (s *street) plots() []plot {
	own, other := units[ownUnit].name, "公用事业服务中心"
	overdue := func(more ...step) []step { return with(handled(), more...) }
	wet := s.ofUnit(own, 3)
	wet.Files = []file.Upload{upload("现场照片.png", flooded())}
	dark := s.ofUnit(other, 5)
	dark.Files = []file.Upload{upload("路灯.png", lit(false)), upload("积水.png", flooded())}
	leading := s.ofUnit(own, 8)
	again := s.ofUnit(own, 8)
	again.Text = "同样的问题：" + leading.Text
	urged := urge(14, "urge", "已到期，请抓紧答复")
	supervised := urge(4, "supervision", "逾期五个工作日，请说明原因并限期答复")
	list := []plot{
		{"online", anonymous(s.handleable(0)), nil, 0},
		{"reception", s.handleable(0), nil, 1},
		{"qr", s.handleable(2), nil, 5}, // not looked at in time
		{"online", s.sensitive(), nil, 1},
		{"reception", s.handleable(4), []step{accept(1)}, 2},
		{"letter", s.ofUnit(own, 1), []step{accept(1), assign(1, "ordinary")}, 0},
		{"reception", s.ofUnit(own, 2), []step{accept(1), assign(1, "ordinary")}, 4}, // not signed for in time
		{"online", wet, []step{accept(1), assign(1, "urgent"), sign(1)}, 1},
		{"reception", leading, handled(), 11}, // two days left
		{"reception", s.ofUnit(own, 6), overdue(urged), 2},
		{"letter", s.ofUnit(other, 7), overdue(urged, supervised), 3},
		{"reception", s.ofUnit(own, 7), overdue(urged, supervised, urge(10, "report", "逾期十五个工作日仍未答复")), 1},
		{"reception", s.ofUnit(own, 9), overdue(extend(8, 10)), 1},
		{"reception", dark, []step{accept(1), assign(1, "complex", own, "公安分局"), sign(1), begin(1), comment(2, "公安分局", "夜间已增派巡逻。")}, 1},
		{"online", s.handleable(1), []step{accept(1), assign(1, "ordinary"), giveBack(1, own)}, 1},
		{"reception", s.ofUnit(own, 0), with(handled(), reply(6, true)), 1},
		{"letter", s.handleable(3), with(handled(), reply(5, false)), 5}, // not reviewed in time
		{"reception", s.handleable(0), replied(), 1},
		{"online", s.handleable(6), replied(), 6}, // not fed back in time
		{"reception", s.handleable(2), told(), 2},
		{"online", s.handleable(4), told(), 6}, // rating ends tomorrow
		{"reception", s.ofUnit(own, 5), with(told(), rate(2, "dissatisfied", "只说已安排，没有说什么时候完成")), 4},
		{"reception", s.about(longMatters[0], s.communities[3]), with(handled(), reply(8, false), promise(1, calendar.AddDays(s.end, 6))), 9},
		{"letter", s.about(longMatters[3], s.communities[5]), []step{accept(1), toCity(1)}, 3},
		{"online", s.handleable(7), []step{decline(1, "个人信访事项，请向街道信访部门提出")}, 8},
		{"reception", again, []step{merge(1, leading)}, 7},
		{"qr", s.handleable(5), []step{accept(1), withdraw(2)}, 6},
		{"reception", s.handleable(3), with(told(), rate(1, "satisfied", "处理得很快")), 3},
		{"online", s.handleable(2), with(told(), rate(3, "satisfied", "")), 5},
		{"qr", s.handleable(1), with(told(), rate(2, "basically", "希望以后更快")), 8},
		{"reception", s.handleable(6), with(told(), lapse()), 2},
		{"letter", anonymous(s.handleable(0)), replied(), 4},
	}
	return list
}

// sensitive is a complaint that only the director reads.
func (s *street) sensitive() *item {
	it := s.about(matter{"complaint", "other", units[0].name, "接待时工作人员态度敷衍，没有听完就说不归他们管，希望了解情况并改进。", ""}, s.communities[1])
	it.Sensitive = true
	return it
}

// schedule plans receptions: one that has been held, and ahead one announced at
// the central station, one in a community, one cancelled, one not yet announced.
func (s *street) schedule() {
	central, local, other := s.sites[0], s.sites[1], s.sites[2]
	s.plan(central, calendar.AddDays(s.end, -9), "垃圾分类和人居环境", func(ctx context.Context, id int64) error {
		it := s.handleable(1)
		if err := s.visit(ctx, central, 12, id, []*item{it}); err != nil {
			return err
		}
		s.follow(it, []step{accept(1), assign(1, "ordinary")})
		return nil
	})
	ahead := func(at site, days int, theme string, announced bool) {
		day := calendar.AddDays(s.end, days)
		s.at(clock(calendar.AddDays(s.end, -3), 10, days), func(ctx context.Context) error {
			if err := s.planReception(ctx, at, day, theme); err != nil || !announced {
				return err
			}
			_, err := s.stations.PublishReceptions(ctx, s.who["staff"], day, day, at.id)
			return err
		})
	}
	ahead(central, 8, "学位和入学", true)
	ahead(local, 13, "", true)
	ahead(other, 6, "老旧小区改造", true)
	ahead(other, 20, "交通和停车", false)
	s.at(s.end.Add(-20*time.Hour), func(ctx context.Context) error {
		r, err := s.reception(ctx, other, calendar.AddDays(s.end, 6))
		if err != nil {
			return err
		}
		return s.stations.CancelReception(ctx, s.who["staff"], r.ID, r.Version, "场地维修，改到下月同一天")
	})
}

// draft leaves a visit half typed, by the deputy with an account.
func (s *street) draft(ctx context.Context) error {
	key := s.key("draft")
	return s.stations.SaveDraft(ctx, s.who["deputy"], key, map[string]any{
		"Key": key, "Station": decimal(s.sites[0].id), "HeldOn": calendar.ISO(s.now), "FromTime": "15:00", "Residents": "4",
		"Deputies": []string{decimal(s.deputies[0].id)}, "Note": "下午的接待，回去再补完",
		"Opinions": []map[string]string{{"Text": "广场舞音响声音太大，晚上九点以后影响孩子做作业。", "Kind": "complaint", "Field": "other"}},
	})
}
