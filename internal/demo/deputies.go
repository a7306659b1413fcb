package demo

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"time"

	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deputy"
	"portal/internal/file"
	"portal/internal/procedure"
)

// sixteenth is the term of the source's story.
const sixteenth = "市十六届"

// openTerm opens the term in which the source's story takes place. Its deputies
// are still in office on the day of the demonstration, so it ends soon after that
// and not when it did.
func (c Config) openTerm(ctx context.Context, city int64) error {
	register := deputy.NewStore(c.DB, c.Keys, func() time.Time { return clock(issued, 8, 0) })
	return register.AddTerm(ctx, operator, deputy.NewTerm{
		CityID: city, Name: sixteenth, FromOn: calendar.Day(2016, time.December, 30), UntilOn: calendar.On(c.Now).AddDate(0, 2, 0),
	})
}

// elect enters a deputy by a by-election of 2018, with whose seat it was: before
// the story begins, so that its figures count one of them.
func (s *street) elect(ctx context.Context, register *deputy.Store, names *people, n deputy.New) (int64, error) {
	before := n
	before.Key, before.Name, before.Phone = n.Key+"-before", names.name(), names.phone()
	left, err := s.leave(ctx, register, before, "acceptance", calendar.Day(2018, time.March, 15), "莞人常公告〔2018〕2号")
	if err != nil {
		return 0, err
	}
	id, err := register.Elect(ctx, operator, deputy.NewElection{
		Key: n.Key, Fills: left, Name: n.Name, Sex: n.Sex, Phone: n.Phone, Group: n.Group, Intro: n.Intro,
		ElectedOn: calendar.Day(2018, time.August, 18), Voters: 5120, Ballots: 3391, Votes: 2206,
	})
	if err != nil {
		return 0, err
	}
	return register.Decide(ctx, operator, "confirmation", id, deputy.Step{
		Version: 1, On: calendar.Day(2018, time.September, 26), Document: "莞人常公告〔2018〕6号", Announced: calendar.Day(2018, time.September, 27),
	})
}

// leave enters somebody who left by move on a day, and returns them.
func (s *street) leave(ctx context.Context, register *deputy.Store, n deputy.New, move string, on time.Time, document string) (id int64, err error) {
	if id, err = register.Enter(ctx, operator, n); err != nil {
		return 0, err
	}
	version := 1
	if move == "acceptance" {
		if err := register.Move(ctx, operator, "resignation", id, deputy.Step{Version: version, On: on.AddDate(0, 0, -20), Note: "书面辞职"}); err != nil {
			return 0, err
		}
		version++
	}
	return id, register.Move(ctx, operator, move, id, deputy.Step{Version: version, On: on, Document: document, Announced: on, Ground: map[string]string{"termination": "moved_away"}[move]})
}

// seats are what goes on with the seats and the groups of the street: leaders and
// plans since 2019, and each state of a seat in the weeks before now.
func (s *street) seats(ctx context.Context) error {
	var groups []struct {
		ID      int64
		Members []int64
	}
	err := s.c.DB.Read(ctx, operator, db.Many(&groups, `
		SELECT g.id, ARRAY (SELECT m.deputy_id FROM group_members m WHERE m.street_id = g.street_id AND m.group_id = g.id AND m.until_on IS NULL ORDER BY m.deputy_id) AS members
		FROM deputy_groups g
		WHERE g.street_id = @street AND g.professional
		ORDER BY g.id`, db.Args{"street": s.id}))
	if err != nil {
		return err
	}
	today := calendar.On(s.c.Now)
	for i, g := range groups {
		lead := deputy.Change{DeputyID: g.Members[0], GroupID: g.ID, On: calendar.Day(2017, time.February, 10)}
		if err := s.deputiesOn(today).Lead(ctx, operator, lead); err != nil {
			return err
		}
		if i == 0 {
			lead.DeputyID, lead.On = g.Members[1], calendar.Day(2021, time.March, 1)
			if err := s.deputiesOn(today).Lead(ctx, operator, lead); err != nil {
				return err
			}
		}
		for _, year := range []int{2019, 2020, today.Year()} {
			as := deputy.Sent
			if year == today.Year() {
				as = []procedure.State{deputy.Sent, deputy.Passed, deputy.Draft, ""}[i] // of the last group a desk misses it
			}
			if err := s.planGroup(ctx, g.ID, len(g.Members), i, year, as); err != nil {
				return err
			}
		}
	}
	if err := s.pictures(ctx); err != nil {
		return err
	}
	return s.living(ctx, today)
}

// deputiesOn is the deputies' room on some day.
func (s *street) deputiesOn(day time.Time) *deputy.Store {
	now := func() time.Time { return clock(day, 9, 0) }
	return deputy.NewStore(s.c.DB, s.c.Keys, now).Files(file.NewStore(s.c.DB, now))
}

// planThemes are what groups plan, by professional type.
var planThemes = [4][]deputy.Item{
	{{Month: 3, Theme: "未成年人保护工作", Kind: "study", Output: "调研报告"}, {Month: 6, Theme: "社区法律顾问履职", Kind: "inspection", Output: "视察意见"}, {Month: 10, Theme: "基层治安防控", Kind: "talk", Output: "座谈纪要"}},
	{{Month: 4, Theme: "减税降费政策落实", Kind: "enterprise", Output: "企业诉求清单"}, {Month: 8, Theme: "上半年预算执行", Kind: "study", Output: "调研报告"}, {Month: 11, Theme: "预算初审培训", Kind: "training", Output: "学习记录"}},
	{{Month: 3, Theme: "内河涌水污染治理", Kind: "inspection", Output: "视察意见"}, {Month: 7, Theme: "老旧小区停车和交通拥堵", Kind: "walk", Output: "问题清单"}, {Month: 9, Theme: "垃圾分类推进", Kind: "study", Output: "调研报告"}},
	{{Month: 5, Theme: "公办学位供给", Kind: "study", Output: "调研报告"}, {Month: 6, Theme: "社区卫生服务中心建设", Kind: "inspection", Output: "视察意见"}, {Month: 9, Theme: "侨企走访", Kind: "enterprise", Output: "走访记录"}},
}

// planGroup writes the plan of a group for a year as far as a state; "" is none.
func (s *street) planGroup(ctx context.Context, group int64, members, kind, year int, as procedure.State) error {
	if as == "" {
		return nil
	}
	day := calendar.Day(year, time.January, 12)
	if day.After(calendar.On(s.c.Now)) {
		day = calendar.On(s.c.Now)
	}
	register := s.deputiesOn(day)
	id, err := register.Draft(ctx, operator, group, year, fmt.Sprintf("demo-plan-%d-%d", group, year))
	if err != nil {
		return err
	}
	for _, item := range planThemes[kind] {
		if err := register.AddItem(ctx, operator, id, item); err != nil {
			return err
		}
	}
	for i, move := range []string{"passage", "sending"} {
		if as == deputy.Draft || as == deputy.Passed && move == "sending" {
			break
		}
		if _, err := register.MovePlan(ctx, operator, move, id, deputy.PlanStep{Version: i + 1, On: day, Present: members}); err != nil {
			return err
		}
	}
	return nil
}

// pictures are drawn for the first deputies of the street; all but one agreed to
// have theirs shown.
func (s *street) pictures(ctx context.Context) error {
	register := s.deputiesOn(calendar.On(s.c.Now))
	for i, d := range s.deputies[:4] {
		p := deputy.Picture{Version: 1, Uploads: []file.Upload{upload("照片.png", portrait(uint8(40*i)))}}
		if i < 3 {
			p.ConsentOn = calendar.Day(2019, time.July, 1)
		}
		if err := register.Depict(ctx, operator, d.id, p); err != nil {
			return err
		}
	}
	return nil
}

// living is what happens to seats in the weeks before today. Whoever left had come
// after 2020, so that the figures of the story stay.
func (s *street) living(ctx context.Context, today time.Time) error {
	register := s.deputiesOn(today)
	last, second := s.deputies[len(s.deputies)-1].id, s.deputies[len(s.deputies)-2].id
	n := deputy.New{
		Key: "demo-" + s.slug + "-later", StreetID: s.id, Name: s.people.name(), Sex: "male", District: s.name + "第二十选区", Term: sixteenth,
		Group: "finance", Since: calendar.Day(2021, time.March, 1), Phone: s.people.phone(), Intro: intros[0],
		How: "by_election", Elected: calendar.Day(2021, time.January, 16), Credentials: "莞人常公告〔2021〕2号", Confirmed: calendar.Day(2021, time.February, 24),
	}
	if err := s.proposed(ctx, register); err != nil {
		return err
	}
	switch s.slug {
	case "dongcheng": // elected, to be confirmed
		left, err := s.leave(ctx, register, n, "death", today.AddDate(0, 0, -100), "")
		if err != nil {
			return err
		}
		_, err = register.Elect(ctx, operator, deputy.NewElection{
			Key: "demo-elected", Fills: left, Name: s.people.name(), Sex: "female", Phone: s.people.phone(), Group: "finance", Intro: intros[1],
			ElectedOn: today.AddDate(0, 0, -6), Voters: 4876, Ballots: 3012, Votes: 1998,
		})
		return err
	case "nancheng": // vacant; and somebody who wants to resign
		if _, err := s.leave(ctx, register, n, "acceptance", today.AddDate(0, 0, -40), "莞人常公告〔"+fmt.Sprint(today.Year())+"〕1号"); err != nil {
			return err
		}
		return register.Move(ctx, operator, "resignation", last, deputy.Step{Version: 1, On: today.AddDate(0, 0, -5), Note: "工作调动，书面辞职"})
	case "wanjiang": // suspended for a while, and reported
		if err := register.Move(ctx, operator, "report", second, deputy.Step{Version: 1, On: today.AddDate(0, 0, -3), Ground: "moved_away", Note: "户籍已迁往外市"}); err != nil {
			return err
		}
		return register.Move(ctx, operator, "suspension", last, deputy.Step{
			Version: 1, On: today.AddDate(0, 0, -60), Until: today.AddDate(0, 0, 12), Ground: "detained", Document: "莞人常函〔" + fmt.Sprint(today.Year()) + "〕1号",
		})
	case "guancheng": // somebody elected whose election was void, then nobody yet
		left, err := s.leave(ctx, register, n, "termination", today.AddDate(0, 0, -120), "莞人常公告〔"+fmt.Sprint(today.Year())+"〕2号")
		if err != nil {
			return err
		}
		id, err := register.Elect(ctx, operator, deputy.NewElection{
			Key: "demo-void", Fills: left, Name: s.people.name(), Sex: "male", Group: "finance", ElectedOn: today.AddDate(0, 0, -30),
		})
		if err != nil {
			return err
		}
		_, err = register.Decide(ctx, operator, "annulment", id, deputy.Step{Version: 1, On: today.AddDate(0, 0, -10), Document: "莞人常决定〔" + fmt.Sprint(today.Year()) + "〕3号", Note: "选民登记有误"})
		return err
	}
	return nil
}

// proposed are those of the general election whom the office registered late: one
// waits for the city to confirm the credentials, one was registered by mistake.
func (s *street) proposed(ctx context.Context, register *deputy.Store) error {
	staff := s.who["staff"]
	n := deputy.New{
		Name: s.people.name(), Sex: "female", District: s.name + "第二十选区", Term: sixteenth, Group: "law",
		Since: calendar.Day(2016, time.December, 30), Phone: s.people.phone(), Intro: intros[2],
	}
	switch s.slug {
	case "wanjiang":
		n.Key = "demo-proposed"
		_, err := register.Propose(ctx, staff, n)
		return err
	case "guancheng":
		n.Key = "demo-withdrawn"
		id, err := register.Propose(ctx, staff, n)
		if err != nil {
			return err
		}
		_, err = register.Decide(ctx, staff, "withdrawal", id, deputy.Step{Version: 1, On: calendar.On(s.c.Now), Note: "重复登记，本人已在名册上"})
		return err
	}
	return nil
}

// portrait draws somebody who does not exist.
func portrait(hue uint8) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 360, 480))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{206 - hue/4, 216, 224, 255}), image.Point{}, draw.Src)
	disc := func(x, y, rx, ry float64, c color.RGBA) {
		for py := int(y - ry); py <= int(y+ry) && py < 480; py++ {
			half := rx * math.Sqrt(1-math.Pow((float64(py)-y)/ry, 2))
			draw.Draw(img, image.Rect(int(x-half), py, int(x+half), py+1), image.NewUniform(c), image.Point{}, draw.Src)
		}
	}
	disc(180, 480, 150, 150, color.RGBA{52, 60 + hue/2, 84, 255}) // shoulders
	disc(180, 300, 34, 70, color.RGBA{222, 184, 156, 255})
	disc(180, 190, 88, 108, color.RGBA{40 + hue/4, 34, 34, 255}) // hair
	disc(180, 212, 74, 92, color.RGBA{234, 198, 170, 255})
	return encoded(img)
}
