package team

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Coverage is which community has whom: the rows are communities, the columns the
// two roles.
type Coverage struct {
	StreetID int64
	Street   string
	Least    int // of each role in each community (a default of domain.md §3 i)
	Lines    []Covered
	Persons  int // distinct, in post on that day
	On       time.Time
}

// Covered is one community of a coverage.
type Covered struct {
	CommunityID int64
	Community   string
	Liaisons    []Holder
	Informers   []Holder
}

// Holder is somebody in post.
type Holder struct {
	ID   int64 // the officer
	Name string
}

// Gaps counts the roles of communities with fewer than the least.
func (c *Coverage) Gaps() (n int) {
	for _, l := range c.Lines {
		n += c.short(l.Liaisons) + c.short(l.Informers)
	}
	return n
}

func (c *Coverage) short(h []Holder) int {
	if len(h) < c.Least {
		return 1
	}
	return 0
}

// Short reports whether fewer than the least hold a role.
func (c *Coverage) Short(h []Holder) bool { return c.short(h) == 1 }

// Coverage returns which communities of a street have liaison and information
// officers on a day, zero for today. People of a street find their own only.
func (s *Store) Coverage(ctx context.Context, actor access.Actor, street int64, on time.Time) (c Coverage, err error) {
	defer fault.Wrap(&err, "coverage of street %d", street)
	if !may(actor, access.ViewTeams) {
		return c, fault.Forbidden
	}
	if on.IsZero() {
		on = calendar.On(s.now())
	}
	c.StreetID, c.On = own(actor, street), on
	type holder struct {
		CommunityID, ID int64
		Role, Name      string
	}
	var holders []holder
	var communities []choice.Row
	args := db.Args{"street": c.StreetID, "on": on}
	err = s.db.Read(ctx, actor,
		db.Value(&c.Street, `SELECT name FROM streets WHERE id = @street AND id = ANY (app.streets())`, db.Args{"street": c.StreetID}),
		perCommunity.Query(&c.Least, c.StreetID),
		db.Many(&communities, `
			SELECT id, name
			FROM communities
			WHERE street_id = @street AND (ended_on IS NULL OR ended_on > @on::date)
			ORDER BY code, id
			LIMIT 500`, args),
		db.Many(&holders, `
			SELECT p.community_id, o.id, p.role, h.name
			FROM officer_posts p
			JOIN officers o ON o.street_id = p.street_id AND o.id = p.officer_id
			JOIN people h ON h.street_id = o.street_id AND h.id = o.person_id
			WHERE p.street_id = @street AND `+inPostOn+`
			ORDER BY p.from_on, p.id
			LIMIT 5000`, args))
	if err != nil {
		return c, err
	}
	at, seen := map[int64]int{}, map[int64]bool{}
	for _, x := range communities {
		at[x.ID] = len(c.Lines)
		c.Lines = append(c.Lines, Covered{CommunityID: x.ID, Community: x.Name})
	}
	for _, h := range holders {
		i, ok := at[h.CommunityID]
		if !seen[h.ID] {
			seen[h.ID] = true
			c.Persons++
		}
		switch {
		case !ok:
		case h.Role == Liaison:
			c.Lines[i].Liaisons = append(c.Lines[i].Liaisons, Holder{h.ID, h.Name})
		default:
			c.Lines[i].Informers = append(c.Lines[i].Informers, Holder{h.ID, h.Name})
		}
	}
	return c, nil
}

// StreetTeams is one street's teams today, counted in persons, with what is
// missing or due.
type StreetTeams struct {
	StreetID    int64
	Street      string
	Voters      int // representatives of voters
	Seats       int // of the quota plan in force
	Experts     int
	Expiring    int // experts whose term ends within the reminder's days
	Officers    int // distinct persons
	Liaisons    int
	Informers   int
	Communities int
	Gaps        int // roles of communities that have too few
	Unconfirmed int // officers whose confirmation of this year is due
}

const selectTeams = `
	SELECT s.id AS street_id, s.name AS street,
	       (SELECT count(DISTINCT coalesce(h.merged_into, h.id))
	        FROM voter_representatives r
	        JOIN people h ON h.street_id = r.street_id AND h.id = r.person_id
	        WHERE r.street_id = s.id AND r.since <= @on::date AND (r.ended_on IS NULL OR r.ended_on > @on::date)) AS voters,
	       (SELECT coalesce(sum(d.quota), 0)
	        FROM voter_districts d
	        WHERE d.street_id = s.id
	          AND d.selection_id = (SELECT max(g.id) FROM selections g WHERE g.street_id = s.id AND g.kind = 'general' AND g.met_on IS NOT NULL)) AS seats,
	       (SELECT count(DISTINCT coalesce(h.merged_into, h.id))
	        FROM expert_terms x
	        JOIN experts e ON e.street_id = x.street_id AND e.id = x.expert_id
	        JOIN people h ON h.street_id = e.street_id AND h.id = e.person_id
	        WHERE x.street_id = s.id AND x.certified_on IS NOT NULL AND @on::date BETWEEN x.from_on AND x.until_on
	          AND (x.ended_on IS NULL OR x.ended_on > @on::date)) AS experts,
	       (SELECT count(*)
	        FROM expert_terms x
	        WHERE x.street_id = s.id AND x.state = 'engaged' AND x.until_on >= @on::date AND x.until_on <= @on::date + l.ahead
	          AND NOT EXISTS (SELECT FROM expert_terms y WHERE y.street_id = x.street_id AND y.expert_id = x.expert_id AND y.id > x.id
	                          AND y.state IN ('recommended', 'reviewed', 'approved', 'publicised', 'engaged'))) AS expiring,
	       o.officers, o.liaisons, o.informers, o.unconfirmed, l.communities,
	       (SELECT count(*)
	        FROM communities c
	        CROSS JOIN (VALUES ('liaison'), ('information')) AS r (role)
	        WHERE c.street_id = s.id AND c.ended_on IS NULL
	          AND (SELECT count(*) FROM officer_posts p
	               WHERE p.street_id = s.id AND p.community_id = c.id AND p.role = r.role AND ` + inPostOn + `) < l.least) AS gaps
	FROM streets s
	CROSS JOIN LATERAL (
		SELECT count(DISTINCT coalesce(h.merged_into, h.id)) AS officers,
		       count(DISTINCT coalesce(h.merged_into, h.id)) FILTER (WHERE p.role = 'liaison') AS liaisons,
		       count(DISTINCT coalesce(h.merged_into, h.id)) FILTER (WHERE p.role = 'information') AS informers,
		       count(DISTINCT coalesce(h.merged_into, h.id)) FILTER (WHERE ` + confirmationDue + `) AS unconfirmed
		FROM officer_posts p
		JOIN officers f ON f.street_id = p.street_id AND f.id = p.officer_id
		JOIN people h ON h.street_id = f.street_id AND h.id = f.person_id
		WHERE p.street_id = s.id AND ` + inPostOn + `) AS o`

// Teams counts the teams of every street that actor sees, in the order of their
// codes.
func (s *Store) Teams(ctx context.Context, actor access.Actor) (list []StreetTeams, err error) {
	defer fault.Wrap(&err, "teams")
	if !may(actor, access.ViewTeams) {
		return nil, fault.Forbidden
	}
	today := calendar.On(s.now())
	return list, s.db.Read(ctx, actor, db.Many(&list, selectTeams+`
		CROSS JOIN LATERAL (
			SELECT `+renewAhead.SQL("s.id")+` AS ahead, `+perCommunity.SQL("s.id")+` AS least,
			       (SELECT count(*) FROM communities c WHERE c.street_id = s.id AND c.ended_on IS NULL) AS communities) AS l
		WHERE s.id = ANY ((SELECT app.streets())::bigint[])
		ORDER BY s.code
		LIMIT 1000`, db.Args{"on": today, "today": today}))
}
