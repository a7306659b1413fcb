package demo

import (
	"context"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/file"
	"portal/internal/suggestion"
)

// suggested is a suggestion on its course.
type suggested struct {
	proposal
	suggestion.Text
	id     int64
	lead   access.Actor
	joint  []access.Actor
	units  []int64 // the lead unit and the co-handlers
	source bool    // comes from a resident's opinion
	into   *suggested
	number string
}

// turn is one act on a suggestion, so many working days after the one before it.
type turn struct {
	wait int
	do   func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error
}

// suggest plans the street's suggestions: those of the published figure, and around
// today one in every state.
func (s *street) suggest() {
	first, last := calendar.Day(2019, time.July, 1), calendar.Day(2020, time.June, 12)
	span := calendar.DaysBetween(first, last)
	for i := range s.split.suggestions {
		x := s.proposal(i, i, suggestion.City)
		x.source = i%5 == 2
		s.follows(x, back(calendar.AddDays(first, i*span/(s.split.suggestions-1)), 0), s.past(x, i))
	}
	s.suggestNow()
}

// proposal is the n-th matter with deputy d in the lead and up to two joint signers.
func (s *street) proposal(n, d int, class string) *suggested {
	p := proposals[n%len(proposals)]
	at := s.communities[(n*3+1)%len(s.communities)]
	x := &suggested{proposal: p, lead: s.as(d)}
	for k := range (n + 1) % 3 {
		x.joint = append(x.joint, s.as(d+1+k))
	}
	x.Text = suggestion.Text{
		Key: s.key("suggestion"), Class: class, Title: strings.ReplaceAll(p.title, "{c}", at.name), Category: p.category,
		Facts: at.name + "：" + p.facts, Proposals: strings.ReplaceAll(p.proposals, "；", "；\n"), Open: n%6 != 4, Contact: n%2 == 0,
	}
	for _, j := range x.joint {
		x.Signers = append(x.Signers, j.DeputyID)
	}
	x.units = []int64{s.units[p.unit]}
	if n%4 == 1 {
		co := "公用事业服务中心"
		if p.unit == co {
			co = "公安分局"
		}
		x.units = append(x.units, s.units[co])
	}
	return x
}

// as is one of the deputies: with their account where they have one.
func (s *street) as(n int) access.Actor {
	d := s.deputies[n%len(s.deputies)]
	if own := s.who["deputy"]; own.DeputyID == d.id {
		return own
	}
	return access.Actor{Name: d.name, Role: access.Deputy, CityID: s.city, StreetID: s.id, DeputyID: d.id}
}

// decider is who decides about a suggestion of a class.
func (s *street) decider(x *suggested) access.Actor {
	if x.Class == suggestion.City {
		return s.who["city-deputies"]
	}
	return s.who["staff"]
}

func (s *street) rooms() *suggestion.Store {
	return suggestion.NewStore(s.c.DB, file.NewStore(s.c.DB, s.Now), s.Now)
}

// follows drafts a suggestion on a day and plans its turns, each when the one before
// it has been taken.
func (s *street) follows(x *suggested, on time.Time, turns []turn) {
	s.at(clock(on, 9, 20), func(ctx context.Context) error {
		if x.source {
			if err := s.fromOpinion(ctx, x); err != nil {
				return err
			}
		}
		var err error
		if x.id, err = s.rooms().Draft(ctx, x.lead, x.Text); err != nil {
			return err
		}
		s.onward(x, turns)
		return nil
	})
}

func (s *street) onward(x *suggested, turns []turn) {
	if len(turns) == 0 {
		return
	}
	at := s.now.Add(25 * time.Minute)
	if turns[0].wait > 0 {
		at = clock(workdays.AddWorkdays(s.now, turns[0].wait), 9+len(turns)%7, 15)
	}
	s.at(at, func(ctx context.Context) error {
		step := suggestion.Step{ID: x.id}
		err := s.c.DB.Read(ctx, operator, db.Value(&step.Version, `SELECT version FROM suggestions WHERE street_id = @street AND id = @id`, db.Args{"street": s.id, "id": x.id}))
		if err == nil {
			err = turns[0].do(ctx, s, x, step)
		}
		if err == nil {
			s.onward(x, turns[1:])
		}
		return err
	})
}

// fromOpinion lets a suggestion come from what its lead heard at a station.
func (s *street) fromOpinion(ctx context.Context, x *suggested) error {
	var found struct {
		ID, DeputyID int64
	}
	err := s.c.DB.Read(ctx, operator, db.Maybe(&found, `
		SELECT o.id, o.deputy_id
		FROM opinions o
		WHERE o.street_id = @street AND o.deputy_id IS NOT NULL AND NOT o.sensitive AND o.kind <> 'praise' AND o.state IN ('handling', 'to_rate', 'closed', 'promised')
		  AND NOT EXISTS (SELECT FROM suggestion_sources g WHERE g.street_id = o.street_id AND g.opinion_id = o.id)
		ORDER BY o.id DESC
		LIMIT 1`, db.Args{"street": s.id}))
	if err != nil || found.ID == 0 {
		return err
	}
	for i, d := range s.deputies {
		if d.id == found.DeputyID {
			x.lead, x.Opinions = s.as(i), []int64{found.ID}
		}
	}
	return nil
}

func by(wait int, do func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error) turn {
	return turn{wait, do}
}

// The turns that suggestions take.

func signAll() turn {
	return by(1, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		for _, j := range x.joint {
			if j.DeputyID == x.lead.DeputyID {
				continue
			}
			if err := s.rooms().Sign(ctx, j, step); err != nil {
				return err
			}
		}
		return nil
	})
}

func submit(wait int) turn {
	return by(wait, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		if err := s.rooms().Submit(ctx, x.lead, step); err != nil {
			return err
		}
		return s.c.DB.Read(ctx, operator, db.Value(&x.number, `SELECT number FROM suggestions WHERE street_id = @street AND id = @id`, db.Args{"street": s.id, "id": x.id}))
	})
}

func acceptIt(wait int) turn {
	return by(wait, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().Accept(ctx, s.decider(x), step)
	})
}

func assignIt(wait int, long bool) turn {
	return by(wait, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		a := suggestion.Assignment{Lead: x.units[0], Co: x.units[1:], Long: long}
		if long {
			a.Note = "涉及多个部门和分年建设，经研究答复期限为六个月"
		}
		return s.rooms().Assign(ctx, s.decider(x), step, a)
	})
}

func receive(wait int) turn {
	return by(wait, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().SignFor(ctx, s.clerks[x.units[0]], step)
	})
}

func opine(wait int) turn {
	return by(wait, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		for _, u := range x.units[1:] {
			if err := s.rooms().Comment(ctx, s.clerks[u], step, "同意主办单位意见，涉及本单位的事项已安排专人配合。"); err != nil {
				return err
			}
		}
		return nil
	})
}

func talk(wait int, how, note string) turn {
	return by(wait, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().Contact(ctx, s.clerks[x.units[0]], step, suggestion.Talk{On: calendar.On(s.now), How: how, Note: note})
	})
}

// replyIt is the unit's reply: of class B with a promise due so many days on, where
// days is not 0, else of the class.
func replyIt(wait int, result string, days int) turn {
	return by(wait, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		a := suggestion.Answer{
			Result: result, Text: "您提出的建议很有针对性，我单位高度重视，组织专人研究办理，现答复如下：\n" + x.reply + "\n感谢您对我们工作的关心和支持。",
			Signer: s.clerks[x.units[0]].Name, SignedOn: calendar.On(s.now),
		}
		if days != 0 {
			a.Result, a.Promise, a.DueOn = "B", x.promise, calendar.AddDays(s.now, days)
			if a.Promise == "" {
				a.Promise = "建议提出的事项全部完成"
			}
		}
		return s.rooms().Reply(ctx, s.clerks[x.units[0]], step, a)
	})
}

func rateIt(wait int, attitude, result, note string) turn {
	return by(wait, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().Rate(ctx, x.lead, step, suggestion.Rating{Attitude: attitude, Result: result, Note: note})
	})
}

func keep(wait int) turn {
	return by(wait, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().Fulfil(ctx, s.clerks[x.units[0]], step, suggestion.Answer{
			Text: "答复中承诺的事项已经完成，请代表查看。", Signer: s.clerks[x.units[0]].Name, SignedOn: calendar.On(s.now), Proof: []file.Upload{upload("完成情况.png", lit(true))},
		})
	})
}

func sweep(wait int) turn {
	return by(wait, func(ctx context.Context, s *street, _ *suggested, _ suggestion.Step) error {
		_, err := s.rooms().SweepStreet(ctx, s.id)
		return err
	})
}

// taken is from the draft until a unit handles it.
func taken(long bool) []turn {
	return []turn{signAll(), submit(0), acceptIt(3), assignIt(4, long), receive(2)}
}

// worked is on from there until the reply can be written.
func worked() []turn {
	return []turn{opine(6), talk(4, "visit", "与领衔代表到现场查看，介绍办理思路，听取意见。")}
}

func more(list []turn, turns ...turn) []turn { return append(list[:len(list):len(list)], turns...) }

// past is what became of a suggestion of 2019 and 2020: all of them are closed.
func (s *street) past(x *suggested, i int) []turn {
	list := more(taken(false), worked()...)
	switch {
	case i%9 == 7: // not rated, though urged
		return more(list, replyIt(22, "C", 0), sweep(22), sweep(12))
	case i%9 == 4: // handled twice
		return more(list, replyIt(20, "D", 0), rateIt(4, "basically", "dissatisfied", "只说研究，没有给出时间"),
			talk(5, "meeting", "召开座谈会，当面说明困难和办法。"), replyIt(8, "A", 0), rateIt(3, "satisfied", "satisfied", ""))
	case x.promise != "":
		return more(list, replyIt(24, "B", 60), rateIt(5, "satisfied", "basically", "希望按期兑现"), keep(36))
	case i%5 == 3:
		return more(list, replyIt(26, "A", 0), rateIt(6, "satisfied", "basically", ""))
	}
	return more(list, replyIt(18+i%9, "A", 0), rateIt(3+i%6, "satisfied", "satisfied", ""))
}
