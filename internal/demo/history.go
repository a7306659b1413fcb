package demo

import (
	"context"
	"math"
	"time"

	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/notice"
)

// live tells the street's story: the half year of the published figures, the
// second half of 2020, the weeks before today.
func (s *street) live(ctx context.Context) error {
	if err := s.openStations(ctx); err != nil {
		return err
	}
	if err := s.recall(ctx); err != nil {
		return err
	}
	s.firstHalfYear()
	s.electVoters()
	s.teach()
	s.suggest()
	s.hear()
	s.teams().plan()
	if err := s.run(ctx, clock(calendar.Day(2020, time.July, 1), 0, 0)); err != nil {
		return err
	}
	s.c.Progress(s.name + "：2019年的接待和意见")
	s.secondHalf2020()
	if err := s.run(ctx, clock(calendar.Day(2021, time.March, 1), 0, 0)); err != nil {
		return err
	}
	s.c.Progress(s.name + "：2020年的接待和意见")
	s.weeks()
	s.goOut()
	s.sheets()
	if err := s.run(ctx, s.end.Add(time.Nanosecond)); err != nil {
		return err
	}
	s.c.Progress(s.name + "：近几周的接待和意见")
	return s.seats(ctx)
}

// readAll has everybody read what there is to read.
func (s *street) readAll(ctx context.Context) error {
	notices := notice.NewStore(s.c.DB, s.Now)
	for _, p := range posts {
		if err := notices.MarkRead(ctx, s.who[p.name], db.Cursor{At: s.now, ID: math.MaxInt64}); err != nil {
			return err
		}
	}
	return nil
}

// The period of the published figures of receptions and opinions.
var (
	firstDay = issued
	lastDay  = calendar.Day(2019, time.December, 31)
)

// firstHalfYear plans the receptions and opinions of 27 June to 31 December 2019:
// as many residents and opinions as the split says, on its first and last day
// too. Nothing of either kind lies in the half year after it, so that the figures
// are the same for both published periods.
func (s *street) firstHalfYear() {
	byVisit := s.split.opinions * 4 / 5
	var items []*item
	for i := range s.split.opinions {
		items = append(items, s.historic(i))
	}
	s.receptions(items[:byVisit])
	span := calendar.DaysBetween(firstDay, lastDay)
	for i, it := range items[byVisit:] {
		day := calendar.AddDays(firstDay, (i*span+span/2)/(len(items)-byVisit))
		source := []string{"letter", "online", "visit", "qr", "activity"}[i%5]
		s.at(clock(day, 9+s.rng.IntN(8), s.rng.IntN(60)), func(ctx context.Context) error {
			if err := s.register(ctx, it, source); err != nil {
				return err
			}
			s.follow(it, s.course(it))
			return nil
		})
	}
}

// historic is opinion i of the half year; the last few are those that stay open.
func (s *street) historic(i int) *item {
	at := s.communities[i%len(s.communities)]
	if n := i - s.closed; n >= 0 {
		it := s.about(longMatters[(s.longBefore()+n)%len(longMatters)], at)
		it.long, it.n = true, s.longBefore()+n
		return it
	}
	it := s.next(at)
	it.n = i
	if i%9 == 4 && it.Kind != "praise" {
		anonymous(it)
	}
	return it
}

// longBefore counts the long matters of the streets before this one, so that
// each street has its own.
func (s *street) longBefore() int {
	n := 0
	for _, sp := range splits {
		if sp.slug == s.slug {
			break
		}
		n += sp.opinions - sp.closed
	}
	return n
}

// receptions plans the receptions that collect the items. Every sixth is at the
// central station, on a published day.
func (s *street) receptions(items []*item) {
	n := (s.residents + 9) / 10
	left := s.residents
	span := calendar.DaysBetween(firstDay, lastDay)
	for i := range n {
		day := calendar.AddDays(firstDay, i*span/(n-1))
		residents := left / (n - i)
		if i < n-1 {
			residents += s.rng.IntN(7) - 3
		}
		left -= residents
		first, last := i*len(items)/n, (i+1)*len(items)/n
		held := s.reception2019(residents, items[first:last])
		switch at := s.sites[i%len(s.sites)]; {
		case i%6 == 5:
			s.plan(s.sites[0], day, pick(s.rng, themes), func(ctx context.Context, id int64) error { return held(ctx, s.sites[0], id) })
		default:
			s.at(clock(day, 11, 40), func(ctx context.Context) error { return held(ctx, at, 0) })
		}
	}
}

// reception2019 is a reception with what it collects and what becomes of that.
func (s *street) reception2019(residents int, items []*item) func(context.Context, site, int64) error {
	return func(ctx context.Context, at site, id int64) error {
		if err := s.visit(ctx, at, residents, id, items); err != nil {
			return err
		}
		for _, it := range items {
			s.follow(it, s.course(it))
		}
		return nil
	}
}

// course is what becomes of an opinion of the half year: most are handled once,
// some come back, are handled by two units, take longer or a second time.
func (s *street) course(it *item) []step {
	good := rate(2+it.n%4, "satisfied", "")
	if it.n%5 == 3 {
		good = rate(2, "basically", "希望以后巡查更勤一些")
	}
	end := []step{tell(1), good}
	if it.n%14 == 6 {
		end = []step{tell(1), lapse()}
	}
	if it.Anonymous {
		end = nil // nobody to tell
	}
	switch {
	case it.long:
		return []step{accept(1), assign(1, "complex"), sign(1), begin(2), reply(18, false), promise(2, s.promised(it.n))}
	case it.Kind == "praise", it.Kind == "consult" && it.n%2 == 0:
		return append([]step{answer(1)}, end...)
	case it.n%7 == 1:
		return append(append(with([]step{accept(1)}, through(1)...), sign(1), begin(1), reply(6, false), approve(1)), end...)
	case it.n%8 == 2:
		return append(with(handled(), reply(6, false), rework(1), reply(3, false), approve(1)), end...)
	case it.n%11 == 3:
		to := "公用事业服务中心"
		if it.unit == to {
			to = "城市建设办公室"
		}
		return append([]step{accept(1), assign(1, "ordinary"), giveBack(1, to), assign(1, "ordinary"), sign(1), begin(1), reply(7, false), approve(1)}, end...)
	case it.n%13 == 5 && !it.Anonymous:
		again := []step{reply(8, false), approve(1), tell(1), rate(3, "satisfied", "这次解决了")}
		return append(with(told(), rate(2, "dissatisfied", "只答复了，没有真正解决")), again...)
	case it.n%10 == 7:
		co := "公安分局"
		if it.unit == co {
			co = "交通运输分局"
		}
		return append([]step{accept(1), assign(1, "complex", co), sign(1), begin(1), comment(3, co, "已安排警力和人员配合，无其他意见。"), reply(6, false), approve(1)}, end...)
	case it.n%12 == 9:
		return append(with(handled(), extend(6, 10), grant(1), reply(12, false), approve(1)), end...)
	}
	return append(with(handled(), reply(5+it.n%6, false), approve(1)), end...)
}

// promised is the day, always ahead of today, for which long matter n is promised.
func (s *street) promised(n int) time.Time { return calendar.AddMonths(s.end, 5+3*n) }

// themes are what planned receptions are about.
var themes = []string{"", "垃圾分类和人居环境", "学位和入学", "老旧小区改造", "营商环境", "交通和停车"}

// secondHalf2020 plans a quieter half year that shows what else can become of an
// opinion: merged, declined, withdrawn, answered by the city, promised and kept.
func (s *street) secondHalf2020() {
	twin := s.handleable(0)
	courses := [][]step{
		with(handled(), reply(12, false), approve(1), tell(1), rate(3, "satisfied", "")),
		{merge(1, twin), tellMerged(20)},
		{decline(1, "涉及诉讼、仲裁的，请向受理的人民法院或仲裁机构反映")},
		{accept(1), withdraw(2)},
		{accept(1), toCity(1), cityAnswer(15), tell(1), rate(2, "basically", "")},
		with(handled(), reply(6, false), promise(1, calendar.Day(2020, time.December, 18)), fulfil(20), tell(1), rate(2, "satisfied", "说到做到")),
		with(told(), rate(2, "dissatisfied", "答复太笼统"), reply(8, false), approve(1), tell(1), rate(2, "dissatisfied", "仍未完全解决")),
		with(told(), lapse()),
	}
	for i, steps := range courses {
		it := twin
		if i > 0 {
			it = s.handleable(i)
		}
		if i == 1 {
			it.Text = "同一问题再次反映：" + twin.Text
		}
		day := calendar.AddDays(calendar.Day(2020, time.July, 6), 14*i)
		if i == 1 {
			day = calendar.Day(2020, time.July, 8)
		}
		at := s.sites[i%len(s.sites)]
		s.at(clock(day, 11, 30), func(ctx context.Context) error {
			if err := s.visit(ctx, at, 6+i, 0, []*item{it}); err != nil {
				return err
			}
			s.follow(it, steps)
			return nil
		})
	}
}
