package demo

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	humans "portal/internal/person"
	"portal/internal/team"
)

// teamSize is how many experts a street had in 2019 and 2020, and how many of its
// officers look after two communities (domain.md §4: 21 experts and 28 officers in
// 东城; the other streets' numbers are invented).
var teamSize = map[string]struct{ experts, shared int }{
	"dongcheng": {21, 0}, "nancheng": {16, 0}, "wanjiang": {13, 8}, "guancheng": {11, 0},
}

// teams tells of the experts and the officers of a street.
type teams struct {
	*street
	store   *team.Store
	people  *humans.Store
	experts []int64 // in the order in which they came
	keys    int
}

// plan plans what happens with the teams: the experts and officers of 2019, their
// renewal in 2021, the yearly confirmations, and what goes on around today.
func (t *teams) plan() {
	t.found()
	t.goOn()
	t.today()
}

func (s *street) teams() *teams {
	people := humans.NewStore(s.c.DB, s.c.Keys, s.Now)
	return &teams{street: s, people: people, store: team.NewStore(s.c.DB, people, s.Now)}
}

func (t *teams) key() string {
	t.keys++
	return fmt.Sprintf("demo-team-%d", t.keys)
}

// signing is the operator in the name of whoever is director.
func (t *teams) signing(ctx context.Context) (access.Actor, []committee.PostLine, int, error) {
	var posts []committee.PostLine
	due, today := 0, calendar.On(t.now)
	err := t.c.DB.Read(ctx, operator, committee.InPost(&posts, t.id, today),
		db.Value(&due, `SELECT app.members_on(@street::bigint, @on::date)`, db.Args{"street": t.id, "on": today}))
	a := operator
	if len(posts) > 0 {
		a.Name = posts[0].Name
	}
	return a, posts, due, err
}

func (t *teams) step(ctx context.Context, table string, id int64) (team.Step, error) {
	st := team.Step{ID: id}
	err := t.c.DB.Read(ctx, operator, db.Value(&st.Version, `SELECT version FROM `+table+` WHERE id = @id`, db.Args{"id": id}))
	return st, err
}

// onExperts does something to experts one after the other.
func (t *teams) onExperts(ctx context.Context, ids []int64, do func(team.Step) error) error {
	for _, id := range ids {
		st, err := t.step(ctx, "experts", id)
		if err == nil {
			err = do(st)
		}
		if err != nil {
			return fmt.Errorf("expert %d: %w", id, err)
		}
	}
	return nil
}

// callings are what the experts are: a field, a title, and where they work.
var callings = []struct{ field, title, work string }{
	{"audit", "高级会计师", "莞邑会计师事务所合伙人"},
	{"law", "二级律师", "南粤明理律师事务所律师"},
	{"construction", "高级工程师", "东江建筑设计院副总工程师"},
	{"environment", "高级工程师", "碧水环境科技公司技术总监"},
	{"education", "高级教师", "东湖中学副校长"},
	{"health", "主任医师", "康宁医院内科主任"},
	{"information", "高级工程师", "云桥信息公司架构师"},
	{"audit", "注册会计师", "正衡会计师事务所审计经理"},
	{"law", "副教授", "松山职业学院法律系教师"},
	{"other", "高级社会工作师", "向阳社会工作服务中心主任"},
}

var recommenders = []string{"工委办公室", "市注册会计师协会", "市律师协会", "街道教育管理中心", "市人大代表小组"}

func (t *teams) recommend(ctx context.Context, name string, i int, c team.Consent) (int64, error) {
	w := callings[i%len(callings)]
	id, err := t.store.Recommend(ctx, t.who["staff"], team.Recommendation{
		Key: t.key(), Field: w.field, Title: w.title, Recommender: recommenders[i%len(recommenders)], On: calendar.On(t.now), Consent: c,
		Person: team.Person{Name: name, Sex: []string{"female", "male"}[i%2], Born: 1960 + i*7%30, Work: w.work, Phone: t.street.people.phone()},
	})
	t.experts = append(t.experts, id)
	return id, err
}

func (t *teams) agreed() team.Consent {
	today := calendar.On(t.now)
	return team.Consent{Person: today, Unit: today}
}

func (t *teams) review(ctx context.Context, ids []int64) error {
	a, _, _, err := t.signing(ctx)
	if err != nil {
		return err
	}
	return t.onExperts(ctx, ids, func(st team.Step) error { return t.store.Review(ctx, a, st, "符合条件") })
}

// decide has the directors' meeting of the day vote; all but one are there.
func (t *teams) decide(ctx context.Context, ids []int64) error {
	_, posts, due, err := t.signing(ctx)
	if err != nil {
		return err
	}
	present := max(due-1, due/2+1)
	return t.onExperts(ctx, ids, func(st team.Step) error {
		return t.store.Decide(ctx, t.who["staff"], st, team.Decision{On: calendar.On(t.now), Chair: posts[0].ID, Present: present, For: present})
	})
}

func (t *teams) certify(ctx context.Context, ids []int64, until time.Time) error {
	a, _, _, err := t.signing(ctx)
	if err != nil {
		return err
	}
	return t.onExperts(ctx, ids, func(st team.Step) error { return t.store.Certify(ctx, a, st, time.Time{}, until) })
}

// tie gives the account called post to the person of an expert or officer.
func (t *teams) tie(ctx context.Context, table string, id int64, post string) error {
	return t.c.DB.Write(ctx, operator, func(tx db.Tx) error {
		var who int64
		if err := db.Do(ctx, tx, db.Value(&who, `SELECT person_id FROM `+table+` WHERE id = @id`, db.Args{"id": id})); err != nil {
			return err
		}
		return t.people.GiveAccount(ctx, tx, operator, t.id, who, t.who[post].UserID)
	})
}

// found plans the experts and officers of 2019, who are those of the published
// figures.
func (t *teams) found() {
	day := func(m time.Month, d int) time.Time { return clock(calendar.Day(2019, m, d), 10, 10) }
	t.at(day(time.July, 22), func(ctx context.Context) error {
		for i := range teamSize[t.slug].experts {
			name := t.street.people.name()
			if i == 0 {
				name = t.who["expert"].Name
			}
			id, err := t.recommend(ctx, name, i, t.agreed())
			if err == nil && i == 0 {
				err = t.tie(ctx, "experts", id, "expert")
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	t.at(day(time.August, 26), t.proposeOfficers)
	t.at(day(time.September, 2), func(ctx context.Context) error { return t.review(ctx, t.experts) })
	t.at(day(time.September, 6), func(ctx context.Context) error { return t.decide(ctx, t.experts) })
	t.at(day(time.September, 9), t.appointAll)
	t.at(day(time.September, 16), func(ctx context.Context) error { return t.certify(ctx, t.experts, time.Time{}) })
	t.at(day(time.September, 20), func(ctx context.Context) error {
		return t.store.Declare(ctx, t.who["expert"], t.experts[0], team.Statement{Key: t.key(), Units: []string{"城市建设办公室"}, Matters: []string{"温塘旧改项目"}})
	})
	t.at(day(time.November, 12), func(ctx context.Context) error {
		for i, w := range []team.Work{
			{Kind: "review", Subject: "审阅2020年街道预算草案", About: "街道财政分局", Text: "建议压减一般性支出，把绩效目标写到项目。", Tenths: 60},
			{Kind: "meeting", Subject: "预算初审座谈会", Tenths: 30},
		} {
			w.Key, w.On = t.key(), calendar.On(t.now)
			if err := t.store.LogWork(ctx, t.who["staff"], t.experts[7*i], w); err != nil {
				return err
			}
		}
		return t.adopt(ctx, t.experts[0], "partly", "绩效目标已补充，压减比例待年中调整")
	})
}

// adopt records what became of an expert's newest confirmed work.
func (t *teams) adopt(ctx context.Context, expert int64, adoption, why string) error {
	var work int64
	err := t.c.DB.Read(ctx, operator, db.Value(&work, `SELECT max(id) FROM expert_works WHERE street_id = @street AND expert_id = @id AND state = 'confirmed'`,
		db.Args{"street": t.id, "id": expert}))
	if err != nil {
		return err
	}
	return t.store.Adopt(ctx, t.who["staff"], expert, work, adoption, why)
}

// proposeOfficers has each community propose somebody for both roles; some look
// after two communities, and the last two communities have one person a role.
func (t *teams) proposeOfficers(ctx context.Context) error {
	list, shared := t.communities, teamSize[t.slug].shared
	both := []string{team.Liaison, team.Information}
	for n := 0; len(list) > 0; n++ {
		take, roles := 1, [][]string{both}
		switch {
		case len(list) <= 2:
			roles = [][]string{{team.Information}, {team.Liaison}}
		case n > 0 && n <= shared:
			take = 2
		}
		for i, r := range roles {
			name, account := t.street.people.name(), ""
			switch {
			case n == 0:
				name, account = t.who["liaison"].Name, "liaison"
			case len(list) == 2 && i == 0:
				name, account = t.who["informer"].Name, "informer"
			}
			if err := t.propose(ctx, name, account, r, list[:take]...); err != nil {
				return err
			}
		}
		list = list[take:]
	}
	return nil
}

func (t *teams) propose(ctx context.Context, name, account string, roles []string, communities ...community) error {
	p := team.Proposal{Key: t.key(), Roles: roles, Proposer: communities[0].name + "居委会", On: calendar.On(t.now)}
	p.Person = team.Person{Name: name, Work: communities[0].name + "居委会工作人员", Phone: t.street.people.phone()}
	for _, c := range communities {
		p.Communities = append(p.Communities, c.id)
	}
	id, err := t.store.Propose(ctx, t.who["staff"], p)
	if err != nil || account == "" {
		return err
	}
	return t.tie(ctx, "officers", id, account)
}

// appointAll appoints whoever is proposed.
func (t *teams) appointAll(ctx context.Context) error {
	a, _, _, err := t.signing(ctx)
	if err != nil {
		return err
	}
	return t.onPosts(ctx, "proposed", 0, func(st team.Step, posts []int64) error {
		return t.store.Appoint(ctx, a, st, posts, time.Time{})
	})
}

// onPosts does something to the posts in a state, of the newest so many officers
// who have one, or of all.
func (t *teams) onPosts(ctx context.Context, state string, newest int, do func(team.Step, []int64) error) error {
	if newest == 0 {
		newest = 1000
	}
	var rows []struct {
		ID      int64
		Version int
		Posts   []int64
	}
	err := t.c.DB.Read(ctx, operator, db.Many(&rows, `
		SELECT o.id, o.version, array_agg(p.id ORDER BY p.id) AS posts
		FROM officers o
		JOIN officer_posts p ON p.street_id = o.street_id AND p.officer_id = o.id
		WHERE o.street_id = @street AND p.state = @state
		GROUP BY o.street_id, o.id
		ORDER BY o.id DESC
		LIMIT @n`, db.Args{"street": t.id, "state": state, "n": newest}))
	for _, r := range rows {
		if err == nil {
			err = do(team.Step{ID: r.ID, Version: r.Version}, r.Posts)
		}
	}
	return err
}
