package team

import (
	"context"
	"maps"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/procedure"
)

// OfficerFilter narrows the list of officers. Zero fields do not narrow it, but
// that without State it holds those in post on the day On, which is today where it
// is zero.
type OfficerFilter struct {
	StreetID    int64
	Role        string // one of Roles
	CommunityID int64
	State       string // Waiting, Former, Everything or ""
	On          time.Time
	Unconfirmed bool   // those whose confirmation of this year is due
	Text        string // in the name or, from two characters on, where they work
	After       int64  // the officer that the page before ended with
	Limit       int
}

// OfficerLine is one person with their posts in a list.
type OfficerLine struct {
	ID          int64
	StreetID    int64
	Street      string
	Name        string
	Sex         string
	Work        string
	PhoneMask   string
	Version     int
	Posts       []string // 岗贝社区联络员, those that the list is about
	Since       *time.Time
	Unconfirmed bool
	Waiting     bool // a proposal is under way
}

const selectOfficer = `
	SELECT o.id, o.street_id, s.name AS street, h.name, h.sex, h.work, h.phone_mask, o.version, t.posts, t.since, t.unconfirmed,
	       EXISTS (SELECT FROM officer_posts w WHERE w.street_id = o.street_id AND w.officer_id = o.id AND w.state = 'proposed') AS waiting
	FROM officers o
	JOIN people h ON h.street_id = o.street_id AND h.id = o.person_id
	JOIN streets s ON s.id = o.street_id
	LEFT JOIN LATERAL (
		SELECT coalesce(array_agg(c.name || CASE p.role WHEN 'liaison' THEN '联络员' ELSE '信息员' END ORDER BY c.code, p.role DESC), '{}') AS posts,
		       min(p.from_on) AS since, coalesce(bool_or(` + confirmationDue + `), false) AS unconfirmed
		FROM officer_posts p
		JOIN communities c ON c.street_id = p.street_id AND c.id = p.community_id
		WHERE p.street_id = o.street_id AND p.officer_id = o.id AND (@every::boolean OR ` + inPostOn + `)) AS t ON true`

// inPostOn holds for a post p on the day @on.
const inPostOn = `p.appointed_on IS NOT NULL AND p.from_on <= @on::date AND (p.ended_on IS NULL OR p.ended_on > @on::date)`

// Officers lists officers in the order in which they came, a line a person, and
// the ID to ask the next page after, which is 0 on the last. Officers themselves
// find their own record only.
func (s *Store) Officers(ctx context.Context, actor access.Actor, f OfficerFilter) (list []OfficerLine, next int64, err error) {
	defer fault.Wrap(&err, "list officers")
	if !may(actor, access.ViewOfficers) {
		return nil, 0, fault.Forbidden
	}
	sql, args := f.query(actor, s.now(), f.Limit+1)
	err = s.db.Read(ctx, actor, db.Many(&list, sql, args))
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].ID
	}
	return list, next, err
}

func (f OfficerFilter) query(actor access.Actor, now time.Time, limit int) (string, db.Args) {
	where, args := f.where(actor, now)
	args["today"], args["every"] = calendar.On(now), f.State != ""
	if _, ok := args["on"]; !ok {
		args["on"] = calendar.On(now)
	}
	return selectOfficer + where + `
		ORDER BY o.street_id, o.id
		LIMIT ` + itoa(limit), args
}

// where puts the conditions together from constant pieces.
func (f OfficerFilter) where(actor access.Actor, now time.Time) (string, db.Args) {
	var b, of strings.Builder
	args := db.Args{}
	b.WriteString("\nWHERE true")
	add := func(to *strings.Builder, on bool, name string, value any, condition string) {
		if on {
			to.WriteString("\n  AND " + condition)
			if name != "" {
				args[name] = value
			}
		}
	}
	if f.On.IsZero() {
		f.On = calendar.On(now)
	}
	if actor.StreetID != 0 {
		f.StreetID = actor.StreetID
	}
	add(&b, f.StreetID != 0, "street", f.StreetID, "o.street_id = @street")
	add(&of, f.Role != "", "role", f.Role, "p.role = @role")
	add(&of, f.CommunityID != 0, "community", f.CommunityID, "p.community_id = @community")
	const some = "EXISTS (SELECT FROM officer_posts p WHERE p.street_id = o.street_id AND p.officer_id = o.id AND "
	const those = "(o.street_id, o.id) IN (SELECT p.street_id, p.officer_id FROM officer_posts p WHERE "
	switch {
	case f.Unconfirmed:
		add(&b, true, "today", calendar.On(now), some+confirmationDue+of.String()+")")
	case f.State == Waiting:
		add(&b, true, "", nil, those+"p.state = 'proposed'"+of.String()+")")
	case f.State == Former:
		add(&b, true, "on", f.On, some+"p.ended_on <= @on::date"+of.String()+") AND NOT "+some+inPostOn+")")
	case f.State == Everything:
		add(&b, of.Len() > 0, "", nil, some+"true"+of.String()+")")
	default:
		add(&b, true, "on", f.On, some+inPostOn+of.String()+")")
	}
	if f.Text != "" {
		found, of := person.Found("o", f.Text)
		add(&b, true, "", nil, found)
		maps.Copy(args, of)
	}
	add(&b, f.After != 0, "after", f.After, "(o.street_id, o.id) > (SELECT a.street_id, a.id FROM officers a WHERE a.id = @after)")
	return b.String(), args
}

// OfficerChoices counts the officers of a filter, each person once, and returns
// what to filter by.
func (s *Store) OfficerChoices(ctx context.Context, actor access.Actor, f OfficerFilter) (c Choices, err error) {
	defer fault.Wrap(&err, "read choices of officers")
	if !may(actor, access.ViewOfficers) {
		return c, fault.Forbidden
	}
	f.After = 0
	where, args := f.where(actor, s.now())
	street := f.StreetID
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	return c, s.db.Read(ctx, actor,
		db.Value(&c.Count, `SELECT count(*) FROM (SELECT FROM officers o`+where+` LIMIT `+itoa(CountCap)+`) AS capped`, args),
		streets(&c.Streets),
		db.Many(&c.Communities, `
			SELECT id, name
			FROM communities
			WHERE street_id = @street AND ended_on IS NULL
			ORDER BY code
			LIMIT 500`, db.Args{"street": street}))
}

// OfficerRegister returns the 联络员信息员名册 of a filter for export, numbers
// masked. That it was exported is recorded.
func (s *Store) OfficerRegister(ctx context.Context, actor access.Actor, f OfficerFilter) (list []OfficerLine, err error) {
	defer fault.Wrap(&err, "register of officers")
	if !may(actor, access.ViewOfficers) {
		return nil, fault.Forbidden
	}
	f.After = 0
	sql, args := f.query(actor, s.now(), RegisterMost)
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		if err := db.Do(ctx, tx, db.Many(&list, sql, args)); err != nil {
			return err
		}
		return s.exported(ctx, tx, actor, "officer.export", "导出联络员信息员名册", len(list))
	})
	return list, err
}

// OfficerRecord is everything about one officer that its reader may see.
type OfficerRecord struct {
	OfficerLine
	Born        *int
	All         []OfficerPost // the newest first
	Communities []choice.Row  // of the street, for further proposals
	Timeline    []audit.Entry
}

// OfficerPost is one post of an officer.
type OfficerPost struct {
	ID          int64
	Role        string
	Community   string
	State       procedure.State
	ProposedOn  time.Time
	Proposer    string
	AppointedOn *time.Time
	Appointer   string
	FromOn      *time.Time
	DeclinedWhy string
	EndedOn     *time.Time
	EndedWhy    string
	EndedNote   string
	Confirmed   []int32 // the years
	Due         bool    // this year's confirmation is due
}

// Name is the post in words: 岗贝社区联络员.
func (p *OfficerPost) Name() string { return p.Community + choice.Name(Roles, p.Role) }

// Officer returns one officer with everything that belongs to them, in one round
// trip.
func (s *Store) Officer(ctx context.Context, actor access.Actor, id int64) (r OfficerRecord, err error) {
	defer fault.Wrap(&err, "officer %d", id)
	if !may(actor, access.ViewOfficers) {
		return r, fault.Forbidden
	}
	today := calendar.On(s.now())
	arg := db.Args{"id": id}
	const street = `(SELECT street_id FROM officers WHERE id = @id)`
	queries := []db.Query{
		db.One(&r.OfficerLine, selectOfficer+` WHERE o.id = @id`, db.Args{"id": id, "today": today, "on": today, "every": false}),
		db.Value(&r.Born, `SELECT h.born FROM officers o JOIN people h ON h.street_id = o.street_id AND h.id = o.person_id WHERE o.id = @id`, arg),
		db.Many(&r.All, `
			SELECT p.id, p.role, c.name AS community, p.state, p.proposed_on, p.proposer, p.appointed_on,
			       coalesce((SELECT h.name FROM posts a JOIN people h ON h.street_id = a.street_id AND h.id = a.person_id
			                 WHERE a.street_id = p.street_id AND a.id = p.appointer_post_id), '') AS appointer,
			       p.from_on, p.declined_why, p.ended_on, p.ended_why, p.ended_note,
			       ARRAY (SELECT x.year FROM officer_confirmations x WHERE x.street_id = p.street_id AND x.post_id = p.id ORDER BY x.year LIMIT 50) AS confirmed,
			       `+confirmationDue+` AS due
			FROM officer_posts p
			JOIN communities c ON c.street_id = p.street_id AND c.id = p.community_id
			WHERE p.street_id = `+street+` AND p.officer_id = @id
			ORDER BY p.id DESC
			LIMIT 100`, db.Args{"id": id, "today": today}),
	}
	if actor.May(access.KeepOfficers) {
		queries = append(queries, db.Many(&r.Communities, `
			SELECT id, name FROM communities
			WHERE street_id = `+street+` AND ended_on IS NULL
			ORDER BY code
			LIMIT 500`, arg))
	}
	if actor.May(access.ViewTeams) {
		queries = append(queries, audit.Timeline(&r.Timeline, "officer", id))
	}
	return r, s.db.Read(ctx, actor, queries...)
}

// Moves lists what the actor may do with the officer now, each with the posts that
// it may be about.
func (r *OfficerRecord) Moves(actor access.Actor) []OfficerMove {
	var list []OfficerMove
	for _, m := range Officers.Moves {
		o := OfficerMove{Move: m}
		for _, p := range r.All {
			if Officers.Allows(m.Name, p.State) && (m.Name != "confirmation" || p.Due) {
				o.Posts = append(o.Posts, choice.Row{ID: p.ID, Name: p.Name()})
			}
		}
		if o.Posts != nil && actor.May(m.Need) {
			list = append(list, o)
		}
	}
	return list
}

// OfficerMove is a move with the posts that it may be about.
type OfficerMove struct {
	procedure.Move
	Posts []choice.Row
}
