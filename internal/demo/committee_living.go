package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"portal/internal/appointment"
	"portal/internal/calendar"
	"portal/internal/committee"
)

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
	if err := p.changes(ctx, day); err != nil {
		return err
	}
	switch p.index() {
	case 1:
		return p.report(ctx, day(1))
	case 2:
		return p.ending(ctx, day)
	}
	return nil
}

// report leaves the report of a member's death for the city to file.
func (p *personnel) report(ctx context.Context, on time.Time) error {
	var posts []committee.PostLine
	if err := p.c.DB.Read(ctx, operator, committee.InPost(&posts, p.id, on)); err != nil {
		return err
	}
	dead := posts[len(posts)-2] // the last came this year
	p.now = clock(on, 16, 0)
	_, err := p.files.ReportEnding(ctx, p.staff, appointment.NewEnding{
		StreetID: p.id, PostID: dead.ID, Why: "died", On: calendar.AddDays(on, -2), Document: "关于" + dead.Name + "职务自行终止的报告", Proof: sheet("证明"),
	})
	return err
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
