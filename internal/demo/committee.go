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
// meeting. In one street the director came two weeks later.
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
	const ground = "根据市人大常委会关于加强街道人大工作规范化建设的意见，组建街道人大工委。"
	file := func(begun time.Time, title, ground, session string, list []candidate) error {
		p.now = clock(begun, 9, 0)
		id, err := p.begin(ctx, title, ground, list)
		if err != nil {
			return err
		}
		if err := p.papers(ctx, id); err != nil {
			return err
		}
		passed := calendar.AddDays(begun, 12)
		if err := p.submit(ctx, id, passed); err != nil {
			return err
		}
		if err := p.decide(ctx, id, calendar.AddDays(begun, 6), passed, session, 58-p.rng.IntN(3)); err != nil {
			return err
		}
		return p.conclude(ctx, id, calendar.AddDays(passed, 1), true)
	}
	now, later, posts := list, []candidate(nil), "主任、副主任、委员"
	if p.index() == 3 {
		now, later, posts = list[1:], list[:1], "副主任、委员"
	}
	err := file(calendar.Day(2019, time.June, 28), "关于提请任命人大"+p.name+"工委"+posts+"的议案", ground, "第十六届第二十五次会议", now)
	if err == nil && later != nil {
		err = p.head(ctx)
	}
	if err == nil && later != nil {
		err = file(calendar.Day(2019, time.July, 12), "关于提请任命人大"+p.name+"工委主任的议案", "工委主任空缺，需要补充。", "第十六届第二十六次会议", later)
	}
	if err != nil {
		return err
	}
	return p.giveAccounts(ctx, list)
}

// head notes that the deputy director heads the committee until a director comes.
func (p *personnel) head(ctx context.Context) error {
	p.now = clock(calendar.Day(2019, time.July, 11), 16, 0)
	_, deputies, err := p.files.Deputies(ctx, p.city, p.id)
	if err != nil {
		return err
	}
	_, err = p.files.NoteActingHead(ctx, p.city, appointment.NewActingHead{
		Key: "demo", StreetID: p.id, PostID: deputies[0].ID, FromOn: calendar.On(p.now), Document: "关于" + p.name + "工委副主任主持工作的通知", Papers: sheet("通知"),
	})
	return err
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

// index is the street's place among the four.
func (s *street) index() int {
	return slices.IndexFunc(splits, func(x split) bool { return x.slug == s.slug })
}

// cityActor is who acts for the city in a role.
func cityActor(city int64, people []account.DemoPerson, ids []int64, role access.Role) access.Actor {
	i := slices.IndexFunc(people, func(p account.DemoPerson) bool { return p.Grants[0].Role == role })
	return access.Actor{UserID: ids[i], Name: people[i].Name, Role: role, CityID: city, Demo: true}
}
