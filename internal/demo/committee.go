package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/appointment"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/file"
	"portal/internal/fund"
	human "portal/internal/person"
)

// membersOf is how many members each committee has beside its director and deputy
// directors.
const membersOf = 9

// personnel makes files of appointment, with a clock of its own: the committees
// are there before the first event of their streets.
type personnel struct {
	*street
	files  *appointment.Store
	people *human.Store
	now    time.Time
	staff  access.Actor
	city   access.Actor
	n      int
}

// appointCommittee has the committee of the street appointed, and leaves a file in
// each state behind. clerk acts for the city's deputies' work committee.
func (s *street) appointCommittee(ctx context.Context, clerk access.Actor) error {
	p := &personnel{street: s, staff: s.who["staff"], city: clerk}
	clock := func() time.Time { return p.now }
	p.people = human.NewStore(s.c.DB, s.c.Keys, clock)
	p.files = appointment.NewStore(s.c.DB, p.people, file.NewStore(s.c.DB, clock), clock)
	if err := p.first(ctx); err != nil {
		return err
	}
	if err := p.fundCommittee(ctx); err != nil {
		return err
	}
	p.delegate()
	return p.living(ctx)
}

// candidate is somebody to appoint, with the account that they have, if any.
type candidate struct {
	post  string
	name  string
	phone string
	works string
	login string
}

// first is the file of 2019: after the opinion of 27 June, passed before the first
// meeting.
func (p *personnel) first(ctx context.Context) error {
	list := []candidate{
		{post: committee.Director, name: p.who["director"].Name, works: p.name + "党工委委员", login: "director"},
		{post: committee.DeputyDirector, name: p.who["deputy-director"].Name, works: p.name + "人大办主任", login: "deputy-director"},
	}
	member := p.deputies[deputyOf["member"]]
	list = append(list, candidate{post: committee.Member, name: member.name, phone: member.phone, works: p.communities[0].name + "党委书记", login: "member"})
	for i := 1; i < membersOf; i++ {
		list = append(list, candidate{post: committee.Member, name: p.street.people.name(), works: pick(p.rng, works)})
	}
	p.now = clock(calendar.Day(2019, time.June, 28), 9, 0)
	id, err := p.begin(ctx, "关于提请任命人大"+p.name+"工委主任、副主任、委员的议案", "根据市人大常委会关于加强街道人大工作规范化建设的意见，组建街道人大工委。", list)
	if err != nil {
		return err
	}
	if err := p.papers(ctx, id); err != nil {
		return err
	}
	if err := p.submit(ctx, id, calendar.Day(2019, time.July, 10)); err != nil {
		return err
	}
	if err := p.decide(ctx, id, calendar.Day(2019, time.July, 4), calendar.Day(2019, time.July, 10), "第十六届第二十五次会议", 58-p.rng.IntN(3)); err != nil {
		return err
	}
	if err := p.conclude(ctx, id, calendar.Day(2019, time.July, 11), true); err != nil {
		return err
	}
	return p.giveAccounts(ctx, list)
}

var works = []string{"街道总工会主席", "街道妇联主席", "社区居委会主任", "街道商会会长", "中学校长", "社区卫生服务中心主任", "街道团工委书记", "企业负责人", "律师"}

// giveAccounts ties the accounts of the street to the persons appointed: by them
// the database knows who signs.
func (p *personnel) giveAccounts(ctx context.Context, list []candidate) error {
	return p.c.DB.Write(ctx, operator, func(tx db.Tx) error {
		for _, c := range list {
			if c.login == "" {
				continue
			}
			var id int64
			err := db.Do(ctx, tx, db.Value(&id, `
				SELECT coalesce(h.merged_into, h.id)
				FROM posts t
				JOIN people h ON h.street_id = t.street_id AND h.id = t.person_id
				WHERE t.street_id = @street AND t.post = @post AND h.name = @name`, db.Args{"street": p.id, "post": c.post, "name": c.name}))
			if err != nil {
				return err
			}
			if err := p.people.GiveAccount(ctx, tx, operator, p.id, id, p.who[c.login].UserID); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *personnel) step(ctx context.Context, id int64) (step appointment.Step, err error) {
	step.ID = id
	err = p.c.DB.Read(ctx, operator, db.Value(&step.Version, `SELECT version FROM appointments WHERE id = @id`, db.Args{"id": id}))
	return step, err
}

func (p *personnel) begin(ctx context.Context, title, ground string, list []candidate) (id int64, err error) {
	p.n++
	id, err = p.files.Begin(ctx, p.staff, appointment.New{Key: fmt.Sprintf("demo-%s-%d", p.slug, p.n), StreetID: p.id, Title: title, Ground: ground})
	if err != nil {
		return 0, err
	}
	for i, c := range list {
		step, err := p.step(ctx, id)
		if err != nil {
			return 0, err
		}
		_, err = p.files.Add(ctx, p.staff, step, appointment.NewAppointee{
			Key: fmt.Sprintf("demo-%s-%d-%d", p.slug, p.n, i), Act: appointment.Appoint, Post: c.post,
			Person: human.New{Name: c.name, Sex: []string{"female", "male"}[i%2], Born: 1968 + (i*7)%18, Work: c.works, Phone: c.phone},
		})
		if err != nil {
			return 0, err
		}
	}
	return id, nil
}

func sheet(name string) []file.Upload {
	content := []byte(name + "（演示材料）\n姓名、职务和过程均为虚构。\n")
	return []file.Upload{{Name: name + ".txt", Size: int64(len(content)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}}
}

func (p *personnel) papers(ctx context.Context, id int64) error {
	rec, err := p.files.Record(ctx, p.staff, id)
	if err != nil {
		return err
	}
	attach := func(what appointment.Paper, name string) error {
		step, err := p.step(ctx, id)
		if err != nil {
			return err
		}
		return p.files.Attach(ctx, p.staff, step, what, "files", sheet(name))
	}
	if err := attach(appointment.Paper{Kind: appointment.Motion}, "任免案"); err != nil {
		return err
	}
	for _, a := range rec.People {
		if err := attach(appointment.Paper{Kind: appointment.Form, Appointee: a.ID}, "任免呈报表"); err != nil {
			return err
		}
		if err := attach(appointment.Paper{Kind: appointment.Review, Appointee: a.ID}, appointment.ReviewName(a.Act)); err != nil {
			return err
		}
	}
	return nil
}

func (p *personnel) submit(ctx context.Context, id int64, session time.Time) error {
	step, err := p.step(ctx, id)
	if err != nil {
		return err
	}
	return p.files.Submit(ctx, p.staff, step, appointment.Submission{SignedBy: p.who["party"].Name, SessionOn: session})
}

// decide takes a file through the city's steps up to the vote; votes is how many
// of 61 members vote for each person, of 59 present.
func (p *personnel) decide(ctx context.Context, id int64, tabled, session time.Time, name string, votes int) error {
	p.now = clock(tabled, 15, 0)
	step, err := p.step(ctx, id)
	if err != nil {
		return err
	}
	if err := p.files.Table(ctx, p.city, step, appointment.Tabling{On: tabled, Session: name, SessionOn: session}); err != nil {
		return err
	}
	p.now = clock(session, 10, 0)
	step.Version++
	if err := p.files.Deliberate(ctx, p.city, step, session, p.who["party"].Name); err != nil || votes < 0 {
		return err
	}
	rec, err := p.files.Record(ctx, p.city, id)
	if err != nil {
		return err
	}
	p.now = clock(session, 11, 30)
	r := appointment.Result{On: session, Total: 61, Present: 59, Counts: map[int64]appointment.Count{}}
	for i, a := range rec.People {
		n := max(votes-i%2, 0)
		r.Counts[a.ID] = appointment.Count{For: n, Against: (59 - n) / 2, Abstained: 59 - n - (59-n)/2}
	}
	step.Version++
	return p.files.Vote(ctx, p.city, step, r)
}

// conclude publishes the outcome on a day and hands the certificates over.
func (p *personnel) conclude(ctx context.Context, id int64, on time.Time, certify bool) error {
	p.now = clock(on, 9, 0)
	step, err := p.step(ctx, id)
	if err != nil {
		return err
	}
	if err := p.files.Publish(ctx, p.city, step, on, "东莞人大网"); err != nil || !certify {
		return err
	}
	p.now = clock(on, 15, 0)
	step.Version++
	return p.files.Certify(ctx, p.city, step, on, "常委会主任")
}

// living leaves a file in each state of the procedure, without changing who is a
// member in 2019 and 2020 or how many are today.
func (p *personnel) living(ctx context.Context) error {
	day := func(back int) time.Time { return calendar.AddDays(p.c.Now, -back) }
	states := []struct {
		state string
		begun int // days ago
	}{
		{"preparing", 2}, {"submitted", 5}, {"tabled", 18}, {"deliberated", 20}, {"failed", 70}, {"withdrawn", 50},
	}
	// Each street has some of them, all four together have each.
	for i, st := range states {
		if i%len(splits) != p.index()%len(splits) && i%2 != p.index()%2 {
			continue
		}
		p.now = clock(day(st.begun), 9, 30)
		id, err := p.begin(ctx, "关于提请任命人大"+p.name+"工委副主任的议案", "副主任出缺，需要补充。",
			[]candidate{{post: committee.DeputyDirector, name: p.street.people.name(), works: pick(p.rng, works)}})
		if err != nil {
			return err
		}
		if err := p.until(ctx, id, st.state, day); err != nil {
			return fmt.Errorf("%s: %w", st.state, err)
		}
	}
	if err := p.changes(ctx, day); err != nil || p.index() != 2 {
		return err
	}
	return p.ending(ctx, day)
}

// ending is a second deputy director who came last year and died: the street's
// first report was returned, the second filed.
func (p *personnel) ending(ctx context.Context, day func(int) time.Time) error {
	const name = "周䶮"
	p.now = clock(day(300), 10, 0)
	id, err := p.begin(ctx, "关于提请任命人大"+p.name+"工委副主任的议案", "工作需要。",
		[]candidate{{post: committee.DeputyDirector, name: name, works: "街道党政办副主任"}})
	if err != nil {
		return err
	}
	if err := p.papers(ctx, id); err != nil {
		return err
	}
	if err := p.submit(ctx, id, day(285)); err != nil {
		return err
	}
	if err := p.decide(ctx, id, day(292), day(285), "去年常委会会议", 57); err != nil {
		return err
	}
	if err := p.conclude(ctx, id, day(284), true); err != nil {
		return err
	}
	var terms []committee.PostLine
	if err := p.c.DB.Read(ctx, operator, committee.InPost(&terms, p.id, day(120))); err != nil {
		return err
	}
	i := slices.IndexFunc(terms, func(t committee.PostLine) bool { return t.Name == name })
	report := func(back int) (int64, error) {
		p.now = clock(day(back), 9, 0)
		return p.files.ReportEnding(ctx, p.staff, appointment.NewEnding{
			StreetID: p.id, PostID: terms[i].ID, Why: "died", On: day(112), Document: "关于" + name + "职务自行终止的报告", Proof: sheet("证明"),
		})
	}
	if id, err = report(110); err != nil {
		return err
	}
	p.now = clock(day(109), 9, 0)
	if err := p.files.ReturnEnding(ctx, p.city, p.id, id, "证明材料不清楚"); err != nil {
		return err
	}
	if id, err = report(108); err != nil {
		return err
	}
	p.now = clock(day(107), 9, 0)
	return p.files.FileEnding(ctx, p.city, p.id, id)
}

// until takes a file that has just begun to a state.
func (p *personnel) until(ctx context.Context, id int64, state string, day func(int) time.Time) error {
	if state == "preparing" {
		return nil
	}
	if err := p.papers(ctx, id); err != nil {
		return err
	}
	begun := calendar.On(p.now)
	if err := p.submit(ctx, id, calendar.AddDays(begun, 15)); err != nil {
		return err
	}
	step, err := p.step(ctx, id)
	if err != nil {
		return err
	}
	switch state {
	case "withdrawn":
		p.now = p.now.Add(48 * time.Hour)
		return p.files.Withdraw(ctx, p.staff, step, "人选另行考虑")
	case "tabled":
		p.now = p.now.Add(72 * time.Hour)
		return p.files.Table(ctx, p.city, step, appointment.Tabling{On: calendar.On(p.now), Session: "下一次常委会会议", SessionOn: calendar.AddDays(begun, 25)})
	case "deliberated":
		return p.decide(ctx, id, calendar.AddDays(begun, 6), calendar.AddDays(begun, 15), "本月常委会会议", -1)
	case "failed":
		return p.decide(ctx, id, calendar.AddDays(begun, 6), calendar.AddDays(begun, 15), "上次常委会会议", 30)
	}
	return nil
}

// changes are a resignation and who came after, this year, published and certified
// to different states.
func (p *personnel) changes(ctx context.Context, day func(int) time.Time) error {
	var members []committee.PostLine
	if err := p.c.DB.Read(ctx, operator, committee.InPost(&members, p.id, calendar.On(p.c.Now))); err != nil {
		return err
	}
	last := members[len(members)-1]
	p.now = clock(day(60), 10, 0)
	id, err := p.begin(ctx, "关于接受"+last.Name+"辞去委员职务和补充任命委员的议案", "原委员因工作调动提出辞职，同时补充任命。",
		[]candidate{{post: committee.Member, name: p.street.people.name(), works: pick(p.rng, works)}})
	if err != nil {
		return err
	}
	step, err := p.step(ctx, id)
	if err != nil {
		return err
	}
	if _, err := p.files.Add(ctx, p.staff, step, appointment.NewAppointee{Key: "out", Act: appointment.Resign, TermID: last.ID}); err != nil {
		return err
	}
	if err := p.papers(ctx, id); err != nil {
		return err
	}
	if err := p.submit(ctx, id, day(40)); err != nil {
		return err
	}
	if err := p.decide(ctx, id, day(52), day(40), "上次常委会会议", 57); err != nil {
		return err
	}
	// One street waits for the publication, one for the certificate.
	switch p.index() {
	case 2:
		return nil
	case 3:
		return p.conclude(ctx, id, day(38), false)
	}
	if err := p.conclude(ctx, id, day(38), true); err != nil || p.index() != 1 {
		return err
	}
	return p.removal(ctx, day)
}

// removal is the removal of a deputy director who came last year.
func (p *personnel) removal(ctx context.Context, day func(int) time.Time) error {
	p.now = clock(day(400), 10, 0)
	id, err := p.begin(ctx, "关于提请任命人大"+p.name+"工委副主任的议案", "工作需要。",
		[]candidate{{post: committee.DeputyDirector, name: p.street.people.name(), works: pick(p.rng, works)}})
	if err != nil {
		return err
	}
	if err := p.papers(ctx, id); err != nil {
		return err
	}
	if err := p.submit(ctx, id, day(385)); err != nil {
		return err
	}
	if err := p.decide(ctx, id, day(392), day(385), "去年常委会会议", 55); err != nil {
		return err
	}
	if err := p.conclude(ctx, id, day(384), true); err != nil {
		return err
	}
	var terms []committee.PostLine
	if err := p.c.DB.Read(ctx, operator, committee.InPost(&terms, p.id, day(100))); err != nil {
		return err
	}
	i := slices.IndexFunc(terms, func(t committee.PostLine) bool {
		return t.Post == committee.DeputyDirector && !t.Since.Before(day(385))
	})
	p.now = clock(day(100), 10, 0)
	if id, err = p.begin(ctx, "关于提请免去"+terms[i].Name+"副主任职务的议案", "工作变动。", nil); err != nil {
		return err
	}
	step, err := p.step(ctx, id)
	if err != nil {
		return err
	}
	if _, err := p.files.Add(ctx, p.staff, step, appointment.NewAppointee{Key: "out", Act: appointment.Remove, TermID: terms[i].ID}); err != nil {
		return err
	}
	if err := p.papers(ctx, id); err != nil {
		return err
	}
	if err := p.submit(ctx, id, day(85)); err != nil {
		return err
	}
	if err := p.decide(ctx, id, day(92), day(85), "上半年常委会会议", 56); err != nil {
		return err
	}
	return p.conclude(ctx, id, day(84), false)
}

// fundCommittee enters the funds of 2020 as published, and those of this year with
// what was spent so far.
func (p *personnel) fundCommittee(ctx context.Context) error {
	funds := fund.NewStore(p.c.DB, func() time.Time { return p.now })
	staff := p.staff
	set := func(on time.Time, version int, year int, total fund.Wan, why string) error {
		p.now = clock(on, 10, 0)
		b := fund.Budget{StreetID: p.id, Year: year, Version: version, Document: fmt.Sprintf("%s%d年部门预算", p.name, year), Reason: why, Amounts: map[string]fund.Wan{}}
		rest := total
		for _, share := range []struct {
			item string
			of   fund.Wan
		}{{"meeting", 15}, {"training", 10}, {"deputies", 35}, {"station", 30}} {
			b.Amounts[share.item] = total * share.of / 100
			rest -= b.Amounts[share.item]
		}
		b.Amounts["other"] = rest
		return funds.SetBudget(ctx, staff, b)
	}
	if err := set(calendar.Day(2020, time.January, 15), 0, 2020, p.funds-600, ""); err != nil {
		return err
	}
	if err := set(calendar.Day(2020, time.May, 20), 1, 2020, p.funds, "增加联络站阵地建设"); err != nil {
		return err
	}
	spend := func(on time.Time, item string, amount fund.Wan, purpose string) error {
		p.now = clock(on, 16, 0)
		p.n++
		return funds.Spend(ctx, staff, fund.Spending{Key: fmt.Sprintf("demo-%d", p.n), StreetID: p.id, On: on, Item: item, Amount: amount, Purpose: purpose})
	}
	this := calendar.On(p.c.Now).Year()
	if err := set(calendar.Day(this, time.January, 2), 0, this, p.funds+1200, ""); err != nil {
		return err
	}
	for i, x := range []struct {
		item, purpose string
		amount        fund.Wan
	}{
		{"meeting", "工委主任会议材料印制", 86}, {"training", "选民代表预算监督培训", 640}, {"deputies", "代表视察用车", 325}, {"station", "社区联络站标识更新", 1280}, {"other", "宣传资料", 210},
	} {
		year2020 := calendar.Day(2020, time.Month(3+2*i), 10)
		if err := spend(year2020, x.item, x.amount*2, x.purpose); err != nil {
			return err
		}
		if on := calendar.AddDays(calendar.Day(this, time.January, 8), 9*i); on.Before(p.c.Now) {
			if err := spend(on, x.item, x.amount, x.purpose); err != nil {
				return err
			}
		}
	}
	return spend(calendar.Day(2020, time.December, 20), "other", -20, "冲销重复登记的宣传资料")
}

// delegate plans what the director delegates to the deputy director: once in 2019,
// for now, and once what was withdrawn.
func (p *personnel) delegate() {
	places, director := committee.NewStore(p.c.DB, p.Now), p.who["director"]
	plan := func(on time.Time, days int, reason, withdrawn string, powers ...string) {
		p.at(clock(on, 9, 10), func(ctx context.Context) error {
			today := calendar.On(p.Now())
			var posts []committee.PostLine
			if err := p.c.DB.Read(ctx, director, committee.InPost(&posts, p.id, today)); err != nil {
				return err
			}
			i := slices.IndexFunc(posts, func(l committee.PostLine) bool { return l.Post == committee.DeputyDirector })
			id, err := places.Delegate(ctx, director, committee.NewDelegation{
				Key: "demo-" + calendar.ISO(on), StreetID: p.id, ToPostID: posts[i].ID, Powers: powers,
				FromOn: today, ThroughOn: calendar.AddDays(today, days), Reason: reason,
			})
			if err != nil || withdrawn == "" {
				return err
			}
			p.at(clock(calendar.AddDays(today, 3), 9, 20), func(ctx context.Context) error {
				return places.WithdrawDelegation(ctx, director, p.id, id, withdrawn)
			})
			return nil
		})
	}
	plan(calendar.Day(2019, time.September, 2), 18, "外出参加培训", "", "preside")
	plan(back(p.end, 40), 30, "下乡调研", "调研推迟", "preside", "sign")
	plan(back(p.end, 4), 21, "外出学习", "", "preside", "sign")
}

// index is the street's place among the four.
func (s *street) index() int {
	return slices.IndexFunc(splits, func(x split) bool { return x.slug == s.slug })
}

// cityActor is who acts for the city in a role.
func cityActor(city int64, people []account.DemoPerson, ids []int64, role access.Role) access.Actor {
	i := slices.IndexFunc(people, func(p account.DemoPerson) bool { return p.Grants[0].Role == role })
	return access.Actor{UserID: ids[i], Name: people[i].Name, Role: role, CityID: city, Demo: true}
}
