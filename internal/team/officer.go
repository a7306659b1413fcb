package team

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// LeftWhy are why an officer is dismissed.
var LeftWhy = []choice.Term{
	{Key: "request", Name: "本人请辞"},
	{Key: "moved", Name: "调离社区"},
	{Key: "health", Name: "健康原因"},
	{Key: "unfit", Name: "不能履职"},
	{Key: "not_confirmed", Name: "年度未确认"},
	{Key: "died", Name: "去世"},
}

// Proposal is what a community proposes: a person for one role or both, in one
// community or several.
type Proposal struct {
	Key         string // of the form: sent twice, it makes one
	StreetID    int64  // of the operator only; of others it is their own
	Person      Person
	Roles       []string // of Roles
	Communities []int64
	Proposer    string // the community that proposes
	On          time.Time
	quiet       bool // one of many of a sheet: desks show it, nobody is told of each
}

// Propose enters a proposal and returns the officer's ID. One person has one
// record, whatever posts they have or had (domain.md §3 i).
func (s *Store) Propose(ctx context.Context, actor access.Actor, p Proposal) (id int64, err error) {
	defer fault.Wrap(&err, "propose officer")
	if !may(actor, access.KeepOfficers) {
		return 0, fault.Forbidden
	}
	if err := p.check(s.now()); err != nil {
		return 0, err
	}
	p.StreetID = own(actor, p.StreetID)
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		human, err := s.people.Add(ctx, tx, actor, p.StreetID, p.Person.known("officer-"+p.Key))
		if err != nil {
			return err
		}
		id, err = db.Insert(ctx, tx, `
			INSERT INTO officers (street_id, person_id, key, created_at, modified_at)
			VALUES (@street, @person, @key, @now, @now)
			ON CONFLICT (street_id, person_id) DO UPDATE SET modified_at = excluded.modified_at
			RETURNING id`, db.Args{"street": p.StreetID, "person": human, "key": p.Key, "now": s.now()})
		if err != nil {
			return err
		}
		return s.addPosts(ctx, tx, actor, id, p)
	})
	return id, officerFault(err)
}

// ProposeMore proposes somebody who has a record for further posts.
func (s *Store) ProposeMore(ctx context.Context, actor access.Actor, step Step, p Proposal) (err error) {
	defer fault.Wrap(&err, "propose officer %d for more", step.ID)
	if !may(actor, access.KeepOfficers) {
		return fault.Forbidden
	}
	if err := p.check(s.now()); err != nil {
		return err
	}
	return officerFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		if p.StreetID, err = s.touch(ctx, tx, "officers", step); err != nil {
			return err
		}
		return s.addPosts(ctx, tx, actor, step.ID, p)
	}))
}

func (p Proposal) check(now time.Time) error {
	var bad fault.Fields
	if p.On.After(calendar.On(now)) {
		bad.Add("on", "推荐日期不能晚于今天")
	}
	if len(p.Roles) == 0 {
		bad.Add("roles", "请选择联络员、信息员，或者两项都选")
	}
	for _, r := range p.Roles {
		if choice.Name(Roles, r) == "" {
			bad.Add("roles", "请选择联络员、信息员，或者两项都选")
		}
	}
	if len(p.Communities) == 0 {
		bad.Add("communities", "请选择社区")
	}
	return bad.Err()
}

// addPosts adds a proposed post for each role and community that the person does
// not have and is not proposed for already.
func (s *Store) addPosts(ctx context.Context, tx db.Tx, actor access.Actor, officer int64, p Proposal) error {
	var added []string
	err := db.Do(ctx, tx, db.Values(&added, `
		WITH wanted AS (
			SELECT r.role, c.id, c.name
			FROM unnest(@roles::text[]) AS r (role)
			CROSS JOIN communities c
			WHERE c.street_id = @street AND c.id = ANY (@communities::bigint[]) AND c.ended_on IS NULL
			  AND NOT EXISTS (SELECT FROM officer_posts x
			                  WHERE x.street_id = @street AND x.officer_id = @officer AND x.role = r.role AND x.community_id = c.id
			                    AND x.state IN ('proposed', 'in_post'))
		), added AS (
			INSERT INTO officer_posts (street_id, officer_id, role, community_id, proposed_on, proposer, created_at)
			SELECT @street, @officer, role, id, @on, @proposer, @now FROM wanted ORDER BY id, role DESC
			RETURNING role, community_id
		)
		SELECT w.name || CASE a.role WHEN 'liaison' THEN '联络员' ELSE '信息员' END
		FROM added a
		JOIN wanted w ON w.role = a.role AND w.id = a.community_id
		ORDER BY w.id, a.role DESC`, db.Args{
		"roles": p.Roles, "communities": p.Communities, "street": p.StreetID, "officer": officer, "on": p.On, "proposer": p.Proposer, "now": s.now(),
	}))
	switch {
	case err != nil:
		return err
	case len(added) == 0:
		var again bool // the form has been sent before, or all of it is known
		err := db.Do(ctx, tx, db.Value(&again, `SELECT EXISTS (SELECT FROM officers WHERE street_id = @street AND id = @officer AND key = @key)`,
			db.Args{"street": p.StreetID, "officer": officer, "key": p.Key}))
		if err == nil && !again {
			err = fault.Fields{{Name: "communities", Text: "这个人在所选社区已经有这些岗位或推荐"}}
		}
		return err
	}
	if err := s.record(ctx, tx, actor, act{"officer", p.StreetID, officer, "proposal", p.Proposer + "推荐：" + strings.Join(added, "、"), ""}); err != nil || p.quiet {
		return err
	}
	return s.tell(ctx, tx, p.StreetID, access.Director, "社区推荐了联络员、信息员，待聘任", link("officers", officer))
}

// ReviseOfficer changes what is known of the person.
func (s *Store) ReviseOfficer(ctx context.Context, actor access.Actor, step Step, p Person, noPhone bool) (err error) {
	defer fault.Wrap(&err, "revise officer %d", step.ID)
	if !may(actor, access.KeepOfficers) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		street, err := s.touch(ctx, tx, "officers", step)
		if err != nil {
			return err
		}
		var human int64
		if err := db.Do(ctx, tx, db.Value(&human, `SELECT person_id FROM officers WHERE street_id = @street AND id = @id`, db.Args{"street": street, "id": step.ID})); err != nil {
			return err
		}
		n := p.known("")
		n.NoPhone = noPhone
		if err := s.people.Revise(ctx, tx, actor, street, human, n); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, act{"officer", street, step.ID, "revision", "修改人员资料", ""})
	})
}

// officerPost is one post that a move is about.
type officerPost struct {
	ID          int64
	Role        string
	CommunityID int64
	Community   string
	State       procedure.State
}

func (p officerPost) name() string { return p.Community + choice.Name(Roles, p.Role) }

// moveOfficer runs one move of Officers on some posts of one person in one
// transaction.
func (s *Store) moveOfficer(ctx context.Context, actor access.Actor, name string, step Step, posts []int64, reason string, fn func(tx db.Tx, street int64, ids []int64) error) (err error) {
	defer fault.Wrap(&err, "%s of officer %d", name, step.ID)
	if !may(actor, Officers.Move(name).Need) {
		return fault.Forbidden
	}
	return officerFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		street, err := s.touch(ctx, tx, "officers", step)
		if err != nil {
			return err
		}
		var found []officerPost
		err = db.Do(ctx, tx, db.Many(&found, `
			SELECT p.id, p.role, p.community_id, c.name AS community, p.state
			FROM officer_posts p
			JOIN communities c ON c.street_id = p.street_id AND c.id = p.community_id
			WHERE p.street_id = @street AND p.officer_id = @id AND p.id = ANY (@posts)
			ORDER BY p.id
			LIMIT 100
			FOR UPDATE OF p`, db.Args{"street": street, "id": step.ID, "posts": posts}))
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return fault.Fields{{Name: "posts", Text: "请选择岗位"}}
		}
		var ids []int64
		var names []string
		for _, p := range found {
			if !Officers.Allows(name, p.State) {
				return notNow(p.name(), Officers.Info(p.State).Name, Officers.Move(name).Label)
			}
			ids, names = append(ids, p.ID), append(names, p.name())
		}
		if err := fn(tx, street, ids); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, act{"officer", street, step.ID, name, Officers.Move(name).Label + "：" + strings.Join(names, "、"), reason})
	}))
}

// Appoint appoints a person to proposed posts from a day on, which is not before
// the appointment. The director does it, who is in post that day.
func (s *Store) Appoint(ctx context.Context, actor access.Actor, step Step, posts []int64, from time.Time) error {
	today := calendar.On(s.now())
	if from.IsZero() {
		from = today
	}
	if from.Before(today) {
		return fault.Fields{{Name: "from", Text: "任职从聘任之日或以后起算"}}
	}
	return s.moveOfficer(ctx, actor, "appointment", step, posts, "", func(tx db.Tx, street int64, ids []int64) error {
		post, err := s.signer(ctx, tx, actor, street, today)
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE officer_posts SET state = 'in_post', appointed_on = @today, appointer_post_id = @post, from_on = @from
			WHERE street_id = @street AND id = ANY (@ids)`,
			db.Args{"today": today, "post": post, "from": from, "street": street, "ids": ids})
		if err != nil {
			return err
		}
		return s.tell(ctx, tx, street, access.Staff, "联络员、信息员已聘任", link("officers", step.ID))
	})
}

// DeclineOfficer refuses proposed posts.
func (s *Store) DeclineOfficer(ctx context.Context, actor access.Actor, step Step, posts []int64, why string) error {
	return s.moveOfficer(ctx, actor, "refusal", step, posts, why, func(tx db.Tx, street int64, ids []int64) error {
		_, err := db.Exec(ctx, tx, `
			UPDATE officer_posts SET state = 'declined', declined_on = @today, declined_why = @why
			WHERE street_id = @street AND id = ANY (@ids)`,
			db.Args{"today": calendar.On(s.now()), "why": why, "street": street, "ids": ids})
		return err
	})
}

// Leaving ends posts.
type Leaving struct {
	On   time.Time // the first day on which they are no longer held
	Why  string    // one of LeftWhy
	Note string
}

// DismissOfficer ends posts of a person. The director does it, who is in post that
// day.
func (s *Store) DismissOfficer(ctx context.Context, actor access.Actor, step Step, posts []int64, l Leaving) error {
	if l.On.After(calendar.On(s.now())) {
		return fault.Fields{{Name: "on", Text: "解聘日期不能晚于今天"}}
	}
	return s.moveOfficer(ctx, actor, "dismissal", step, posts, choice.Name(LeftWhy, l.Why)+"。"+l.Note, func(tx db.Tx, street int64, ids []int64) error {
		post, err := s.signer(ctx, tx, actor, street, l.On)
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE officer_posts SET state = 'dismissed', ended_on = @on, ended_why = @why, ended_note = @note, ender_post_id = @post
			WHERE street_id = @street AND id = ANY (@ids)`,
			db.Args{"on": l.On, "why": l.Why, "note": l.Note, "post": post, "street": street, "ids": ids})
		return err
	})
}

// Confirm confirms for this year that a person goes on in posts.
func (s *Store) Confirm(ctx context.Context, actor access.Actor, step Step, posts []int64) error {
	return s.moveOfficer(ctx, actor, "confirmation", step, posts, "", func(tx db.Tx, street int64, ids []int64) error {
		_, err := s.confirm(ctx, tx, actor, street, ids)
		return err
	})
}

// confirm confirms posts and returns how many were not confirmed before.
func (s *Store) confirm(ctx context.Context, tx db.Tx, actor access.Actor, street int64, ids []int64) (int64, error) {
	today := calendar.On(s.now())
	return db.Exec(ctx, tx, `
		INSERT INTO officer_confirmations (street_id, post_id, year, confirmed_on, confirmer)
		SELECT @street, id, @year, @today, @who FROM unnest(@ids::bigint[]) AS p (id)
		ON CONFLICT (street_id, post_id, year) DO NOTHING`,
		db.Args{"street": street, "year": today.Year(), "today": today, "who": actor.Name, "ids": ids})
}

// ConfirmAll confirms for this year the officers of the street that were chosen:
// all their posts that are due. It returns how many posts that were.
func (s *Store) ConfirmAll(ctx context.Context, actor access.Actor, officers []int64) (n int64, err error) {
	defer fault.Wrap(&err, "confirm officers")
	switch {
	case !may(actor, access.KeepOfficers):
		return 0, fault.Forbidden
	case len(officers) == 0:
		return 0, fault.Fields{{Name: "officers", Text: "请选择要确认的人"}}
	}
	type due struct{ StreetID, OfficerID, ID int64 }
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var posts []due
		err := db.Do(ctx, tx, db.Many(&posts, `
			SELECT p.street_id, p.officer_id, p.id
			FROM officer_posts p
			WHERE p.street_id = @street AND p.officer_id = ANY (@officers) AND `+confirmationDue+`
			ORDER BY p.officer_id, p.id
			LIMIT 10000
			FOR UPDATE`, db.Args{"street": actor.StreetID, "officers": officers, "today": calendar.On(s.now())}))
		if err != nil {
			return err
		}
		for len(posts) > 0 {
			var ids []int64
			who := posts[0].OfficerID
			for len(posts) > 0 && posts[0].OfficerID == who {
				ids, posts = append(ids, posts[0].ID), posts[1:]
			}
			done, err := s.confirm(ctx, tx, actor, actor.StreetID, ids)
			if err != nil {
				return err
			}
			n += done
			title := fmt.Sprintf("年度确认：%d年，%d个岗位", calendar.On(s.now()).Year(), len(ids))
			if err := s.record(ctx, tx, actor, act{"officer", actor.StreetID, who, "confirmation", title, ""}); err != nil {
				return err
			}
		}
		return nil
	})
	return n, officerFault(err)
}

// confirmationDue holds for a post p whose holder has yet to be confirmed in the
// year of @today: they were in post when it began.
const confirmationDue = `p.state = 'in_post' AND p.from_on < date_trunc('year', @today::date)
	  AND NOT EXISTS (SELECT FROM officer_confirmations x
	                  WHERE x.street_id = p.street_id AND x.post_id = p.id AND x.year = extract(year FROM @today::date))`

func officerFault(err error) error {
	field := func(name, text string) error { return fault.Fields{{Name: name, Text: text}} }
	var bad fault.Fields
	switch {
	case errors.As(err, &bad):
		return err
	case db.Violates(err, "officer_posts_apart"):
		return field("posts", "这个人在这个社区已经担任同一岗位")
	case db.Violates(err, "officer_posts_one_proposal"):
		return field("communities", "这个人在所选社区已经有这些推荐")
	case db.Violates(err, "officer_posts_in_order"):
		return field("from", "日期不能早于推荐日期")
	case db.Violates(err, "officer_posts_ended_after"):
		return field("on", "解聘日期不能早于任职日期")
	case db.Violates(err, "officer_posts_signed"):
		return field("state", "已聘任的内容不能修改")
	}
	return committee.PostFault(err, "posts")
}
