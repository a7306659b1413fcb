package team

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// term is the engagement that a move is about, held until the move commits.
type term struct {
	ID          int64
	StreetID    int64
	ExpertID    int64
	State       procedure.State
	MetOn       *time.Time
	PublicFrom  *time.Time
	PublicUntil *time.Time
	FromOn      *time.Time
	UntilOn     *time.Time
}

// done is what a move has to say for the record.
type done struct{ title, reason string }

// moveExpert runs one move of Experts in one transaction: permission, the version
// that was shown, the state, the rules in fn, the record. Of an expert's terms it
// is about the newest that the move may start from.
func (s *Store) moveExpert(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, t term) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of expert %d", name, step.ID)
	move := Experts.Move(name)
	if !may(actor, move.Need) {
		return fault.Forbidden
	}
	return expertFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		street, err := s.touch(ctx, tx, "experts", step)
		if err != nil {
			return err
		}
		t, err := s.movable(ctx, tx, street, step.ID, name)
		if err != nil {
			return err
		}
		d, err := fn(tx, t)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, act{"expert", street, step.ID, name, d.title, d.reason})
	}))
}

func (s *Store) movable(ctx context.Context, tx db.Tx, street, expert int64, move string) (term, error) {
	var terms []term
	err := db.Do(ctx, tx, db.Many(&terms, `
		SELECT id, street_id, expert_id, state, met_on, public_from, public_until, from_on, until_on
		FROM expert_terms
		WHERE street_id = @street AND expert_id = @expert
		ORDER BY id DESC
		LIMIT 20
		FOR UPDATE`, db.Args{"street": street, "expert": expert}))
	if err != nil || len(terms) == 0 {
		return term{}, errors.Join(err, fault.NotFound)
	}
	today := calendar.On(s.now())
	for i := range terms {
		terms[i].State = stateOn(terms[i].State, terms[i].UntilOn, today)
		if Experts.Allows(move, terms[i].State) {
			return terms[i], nil
		}
	}
	return term{}, notNow("这位专家", Experts.Info(terms[0].State).Name, Experts.Move(move).Label)
}

// set changes columns of a term. assignments is a constant.
func (s *Store) set(ctx context.Context, tx db.Tx, t term, assignments string, args db.Args) error {
	args["street"], args["term"], args["now"] = t.StreetID, t.ID, s.now()
	n, err := db.Exec(ctx, tx, `
		UPDATE expert_terms SET `+assignments+`, version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @term`, args)
	if err == nil && n != 1 {
		err = fault.NotFound
	}
	return err
}

// AgreeTo records who agreed to the engagement.
func (s *Store) AgreeTo(ctx context.Context, actor access.Actor, step Step, c Consent) error {
	return s.moveExpert(ctx, actor, "consent", step, func(tx db.Tx, t term) (done, error) {
		var bad fault.Fields
		c.check(s.now(), &bad)
		if err := bad.Err(); err != nil {
			return done{}, err
		}
		return done{"登记本人和单位意见", c.NoUnit},
			s.set(ctx, tx, t, "person_consent_on = @person_consent, unit_consent_on = @unit_consent, no_unit = @no_unit", c.args())
	})
}

// Review finds the recommendation in order. The person and their unit must have
// agreed.
func (s *Store) Review(ctx context.Context, actor access.Actor, step Step, note string) error {
	return s.moveExpert(ctx, actor, "review", step, func(tx db.Tx, t term) (done, error) {
		err := s.set(ctx, tx, t, "state = 'reviewed', reviewed_on = @today, reviewer = @who, review = @note",
			db.Args{"today": calendar.On(s.now()), "who": actor.Name, "note": note})
		if err != nil {
			return done{}, err
		}
		return done{"审核通过", note}, s.tell(ctx, tx, t.StreetID, access.Staff, "咨询专家推荐审核通过，待主任会议审定", link("experts", t.ExpertID))
	})
}

// Decline ends a recommendation without an engagement.
func (s *Store) Decline(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.moveExpert(ctx, actor, "refusal", step, func(tx db.Tx, t term) (done, error) {
		return done{"不予聘任", why}, s.decline(ctx, tx, t, why)
	})
}

func (s *Store) decline(ctx context.Context, tx db.Tx, t term, why string) error {
	err := s.set(ctx, tx, t, "state = 'declined', declined_on = @today, declined_why = @why", db.Args{"today": calendar.On(s.now()), "why": why})
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, t.StreetID, access.Staff, "咨询专家推荐未通过", link("experts", t.ExpertID))
}

// Decision is what the directors' meeting (工委主任会议) decided.
type Decision struct {
	On      time.Time
	Chair   int64 // the post that presided
	Present int
	For     int
}

// Decide records the vote of the directors' meeting on an expert. It passes with
// the votes of more than half of those in post that day, whose number the
// register of posts gives (domain.md §3 d, a default by analogy to ORG51); less is
// a refusal. A meeting that was not attended by more than half decides nothing.
func (s *Store) Decide(ctx context.Context, actor access.Actor, step Step, d Decision) error {
	return s.moveExpert(ctx, actor, "decision", step, func(tx db.Tx, t term) (done, error) {
		due, err := committee.MembersOn(ctx, tx, t.StreetID, d.On)
		if err != nil {
			return done{}, err
		}
		if err := d.check(s.now(), due); err != nil {
			return done{}, err
		}
		said := fmt.Sprintf("应到%d人，到会%d人，赞成%d票", due, d.Present, d.For)
		args := db.Args{"on": d.On, "chair": d.Chair, "due": due, "present": d.Present, "for": d.For}
		const met = "met_on = @on, chair_post_id = @chair, met_due = @due, met_present = @present, met_for = @for"
		if 2*d.For <= due {
			args["today"] = calendar.On(s.now())
			return done{calendar.Date(d.On) + "主任会议未通过", said},
				s.set(ctx, tx, t, met+", state = 'declined', declined_on = @today, declined_why = '主任会议未通过'", args)
		}
		if err := s.set(ctx, tx, t, met+", state = 'approved'", args); err != nil {
			return done{}, err
		}
		return done{calendar.Date(d.On) + "主任会议审定通过", said},
			s.tell(ctx, tx, t.StreetID, access.Director, "咨询专家已审定，待签发聘书", link("experts", t.ExpertID))
	})
}

func (d Decision) check(now time.Time, due int) error {
	var bad fault.Fields
	switch {
	case d.On.After(calendar.On(now)):
		bad.Add("on", "会议日期不能晚于今天")
	case due == 0:
		bad.Add("on", "这一天本街道工委没有在任的组成人员")
	case d.Present > due:
		bad.Add("present", fmt.Sprintf("当天应到 %d 人，到会人数不能更多", due))
	case 2*d.Present <= due:
		bad.Add("present", fmt.Sprintf("当天应到 %d 人，到会没有超过一半，不能作出决定", due))
	case d.For > d.Present:
		bad.Add("for", "赞成票不能多于到会人数")
	}
	return bad.Err()
}

// Publicise makes the intended engagement known from a day on, for as many working
// days as the setting says.
func (s *Store) Publicise(ctx context.Context, actor access.Actor, step Step, from time.Time) error {
	return s.moveExpert(ctx, actor, "publicity", step, func(tx db.Tx, t term) (done, error) {
		today := calendar.On(s.now())
		switch {
		case t.PublicFrom != nil:
			return done{}, fault.Fields{{Name: "state", Text: "已经公示过，可以签发聘书"}}
		case from.Before(*t.MetOn) || from.After(calendar.AddDays(today, 60)):
			return done{}, fault.Fields{{Name: "from", Text: "公示从审定之后、60 天之内开始"}}
		}
		days, err := publicityDays.In(ctx, tx, t.StreetID)
		if err != nil {
			return done{}, err
		}
		cal, err := deadline.Calendar(ctx, tx)
		if err != nil {
			return done{}, err
		}
		until := cal.AddWorkdays(from, days)
		return done{fmt.Sprintf("公示：%s至%s", calendar.Date(from), calendar.Date(until)), ""},
			s.set(ctx, tx, t, "state = 'publicised', public_from = @from, public_until = @until", db.Args{"from": from, "until": until})
	})
}

// EndPublicity records what was said while the engagement was made known: it goes
// on where nothing stands against it.
func (s *Store) EndPublicity(ctx context.Context, actor access.Actor, step Step, goesOn bool, result string) error {
	return s.moveExpert(ctx, actor, "publicity-result", step, func(tx db.Tx, t term) (done, error) {
		if !calendar.On(s.now()).After(*t.PublicUntil) {
			return done{}, fault.Fields{{Name: "result", Text: "公示到" + calendar.Date(*t.PublicUntil) + "才期满"}}
		}
		if !goesOn {
			if err := s.set(ctx, tx, t, "public_result = @result", db.Args{"result": result}); err != nil {
				return done{}, err
			}
			return done{"公示有异议，不予聘任", result}, s.decline(ctx, tx, t, result)
		}
		if err := s.set(ctx, tx, t, "state = 'approved', public_result = @result", db.Args{"result": result}); err != nil {
			return done{}, err
		}
		return done{"公示期满", result}, s.tell(ctx, tx, t.StreetID, access.Director, "咨询专家公示期满，待签发聘书", link("experts", t.ExpertID))
	})
}

// Certify issues the certificate 聘书 and begins the term. The director signs it,
// who is in post that day; it gets the next number of the street's series. Zero
// days begin today, or the day after the term before it, and end as the settings
// say.
func (s *Store) Certify(ctx context.Context, actor access.Actor, step Step, from, until time.Time) error {
	return s.moveExpert(ctx, actor, "certificate", step, func(tx db.Tx, t term) (done, error) {
		today := calendar.On(s.now())
		post, err := s.signer(ctx, tx, actor, t.StreetID, today)
		if err != nil {
			return done{}, err
		}
		if from.IsZero() {
			if from, err = s.begins(ctx, tx, t, today); err != nil {
				return done{}, err
			}
		}
		if until.IsZero() {
			if until, err = s.until(ctx, tx, t.StreetID, from); err != nil {
				return done{}, err
			}
		}
		number, err := document.Allot(ctx, tx, actor, document.Issue{
			At: s.now(), Street: t.StreetID, Kind: document.Engagement, Subject: "expert", SubjectID: t.ExpertID, Title: "咨询专家聘书", SignedOn: today,
		})
		if err != nil {
			return done{}, err
		}
		err = s.set(ctx, tx, t, `state = 'engaged', certificate = @number, certified_on = @today, certifier_post_id = @post, from_on = @from, until_on = @until,
			(holder, holder_field) = (SELECT p.name, e.field FROM experts e JOIN people p ON p.street_id = e.street_id AND p.id = e.person_id
			                          WHERE e.street_id = expert_terms.street_id AND e.id = expert_terms.expert_id)`,
			db.Args{"number": number, "today": today, "post": post, "from": from, "until": until})
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `UPDATE experts SET since = coalesce(since, @from::date) WHERE street_id = @street AND id = @id`,
			db.Args{"from": from, "street": t.StreetID, "id": t.ExpertID})
		if err != nil {
			return done{}, err
		}
		return done{"签发聘书" + number, fmt.Sprintf("聘期%s至%s", calendar.Date(from), calendar.Date(until))},
			s.tell(ctx, tx, t.StreetID, access.Staff, "聘书已签发："+number, link("experts", t.ExpertID))
	})
}

// begins is the first day of t where none is chosen.
func (s *Store) begins(ctx context.Context, tx db.Tx, t term, today time.Time) (time.Time, error) {
	var last *time.Time
	err := db.Do(ctx, tx, db.Value(&last, `
		SELECT max(coalesce(ended_on, until_on + 1))
		FROM expert_terms
		WHERE street_id = @street AND expert_id = @expert AND certified_on IS NOT NULL`, db.Args{"street": t.StreetID, "expert": t.ExpertID}))
	if err == nil && last != nil && last.After(today) {
		return *last, nil
	}
	return today, err
}

// signer is the post that actor signs with. The operator signs for whoever is
// director that day.
func (s *Store) signer(ctx context.Context, tx db.Tx, actor access.Actor, street int64, on time.Time) (int64, error) {
	if actor.Role != access.Operator {
		return committee.ActingPost(ctx, tx, actor, street, on)
	}
	var posts []committee.PostLine
	err := db.Do(ctx, tx, committee.InPost(&posts, street, on))
	if err == nil && len(posts) == 0 {
		err = committee.NotInPost(actor.Name, on)
	}
	if err != nil {
		return 0, err
	}
	return posts[0].ID, nil
}

// Renew recommends an expert for another term, which goes through the procedure
// again.
func (s *Store) Renew(ctx context.Context, actor access.Actor, step Step, key, recommender string, on time.Time, c Consent) error {
	return s.moveExpert(ctx, actor, "renewal", step, func(tx db.Tx, t term) (done, error) {
		var bad fault.Fields
		c.check(s.now(), &bad)
		if on.After(calendar.On(s.now())) {
			bad.Add("on", "推荐日期不能晚于今天")
		}
		if err := bad.Err(); err != nil {
			return done{}, err
		}
		title := "再次推荐"
		if t.State == Engaged || t.State == Expired {
			title = "推荐续聘"
		}
		return done{title, recommender},
			s.addTerm(ctx, tx, actor, t.StreetID, t.ExpertID, Recommendation{Key: key, Recommender: recommender, On: on, Consent: c})
	})
}

// Dismissal ends a term before its last day.
type Dismissal struct {
	On   time.Time // the first day on which they are no longer an expert
	Why  string    // one of DismissedWhy
	Note string
}

// Dismiss ends an expert's engagement: the term that runs, and one that would
// follow it before it begins. The director decides, who is in post that day.
func (s *Store) Dismiss(ctx context.Context, actor access.Actor, step Step, d Dismissal) error {
	return s.moveExpert(ctx, actor, "dismissal", step, func(tx db.Tx, t term) (done, error) {
		today := calendar.On(s.now())
		if d.On.After(today) {
			return done{}, fault.Fields{{Name: "on", Text: "解聘日期不能晚于今天"}}
		}
		post, err := s.signer(ctx, tx, actor, t.StreetID, d.On)
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE expert_terms
			SET state = 'dismissed', ended_on = CASE WHEN from_on > @today::date THEN from_on ELSE @on::date END, ended_why = @why, ended_note = @note,
			    ender_post_id = @post, version = version + 1, modified_at = @now
			WHERE street_id = @street AND expert_id = @expert AND state = 'engaged' AND until_on >= @today::date`, db.Args{
			"today": today, "on": d.On, "why": d.Why, "note": d.Note, "post": post, "now": s.now(), "street": t.StreetID, "expert": t.ExpertID,
		})
		return done{"解聘：" + choice.Name(DismissedWhy, d.Why), d.Note}, err
	})
}
