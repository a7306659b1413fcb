package gathering

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Invitation says who is put on the list. Every part may be used alone or with
// others; who is on the list already stays as they are.
type Invitation struct {
	Teams    []string // keys of Teams, as their members are on the day of the gathering
	StreetID int64    // of Teams, where it is another street of the city (a joint activity): deputies and committee members only
	Groups   []int64  // deputies' groups of the gathering's own street, as on the day
	People   []int64  // rows of people of the gathering's own street
	Named    []Named  // people of the gathering's own street, found by name
	Units    []int64  // handling units, which attend without a vote
	Guests   []Guest  // who has no row in people; they attend without a vote
	Capacity string   // of People and Named who belong to no team on the day; "" is "guest"
	Due      bool     // they count in 应到 and may vote; else they attend without a vote (列席)
	Why      string   // needed once the notice has gone out: 补充通知
}

// Named is somebody to be found by name; Work, a part of where they work, tells
// several of one name apart.
type Named struct{ Name, Work string }

// Guest is somebody who is known by name only.
type Guest struct{ Name, Duty string }

// Invite puts people on the list of a gathering in tx, the owner's transaction, and
// returns how many are new. Once the notice has gone out this is a supplement to
// it: it needs a reason, is recorded as such and tells those who are new. It
// needs KeepGatherings. It complains about the fields teams, groups, name, work,
// guest, why and state.
func (s *Store) Invite(ctx context.Context, tx db.Tx, actor access.Actor, id int64, inv Invitation) (added int, err error) {
	defer fault.Wrap(&err, "invite to gathering %d", id)
	g, err := s.move(ctx, tx, actor, "invitation", id)
	if err != nil {
		return 0, err
	}
	ids, err := s.invite(ctx, tx, actor, &g, inv)
	return len(ids), err
}

// Step is which gathering a page's move is about, and the version its maker saw.
type Step struct {
	ID      int64
	Version int
}

// List is Invite for the page of the list, in a transaction of its own. It
// complains where nobody is new.
func (s *Store) List(ctx context.Context, actor access.Actor, step Step, inv Invitation) (added int, err error) {
	defer fault.Wrap(&err, "list for gathering %d", step.ID)
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		g, err := s.move(ctx, tx, actor, "invitation", step.ID)
		switch {
		case err != nil:
			return err
		case g.Version != step.Version:
			return fault.Stale
		}
		ids, err := s.invite(ctx, tx, actor, &g, inv)
		if err == nil && len(ids) == 0 {
			err = fault.Fields{{Name: inv.field(), Text: "没有新的人可以列入名单"}}
		}
		added = len(ids)
		return err
	})
	return added, err
}

// field is the field of a form that most likely holds what inv says.
func (inv *Invitation) field() string {
	switch {
	case len(inv.Groups) > 0:
		return "groups"
	case len(inv.Named) > 0:
		return "name"
	case len(inv.Units) > 0:
		return "units"
	case len(inv.Guests) > 0:
		return "guest"
	}
	return "teams"
}

func (s *Store) invite(ctx context.Context, tx db.Tx, actor access.Actor, g *Gathering, inv Invitation) (ids []int64, err error) {
	if g.State == Planned {
		inv.Why = ""
	} else if n := len([]rune(inv.Why)); n == 0 || n > MaxReason {
		return nil, fault.Fields{{Name: "why", Text: fmt.Sprintf("通知已经发出，请填写补充通知的理由，不超过 %d 个字", MaxReason)}}
	}
	l := lister{store: s, tx: tx, g: g, inv: inv}
	for _, put := range []func(context.Context) error{l.teams, l.groups, l.named, l.people, l.units, l.guests} {
		if err := put(ctx); err != nil {
			return nil, refused(err)
		}
	}
	var n int
	if err := db.Do(ctx, tx, db.Value(&n, `SELECT count(*) FROM attendances WHERE street_id = @street AND gathering_id = @id`, db.Args{"street": g.StreetID, "id": g.ID})); err != nil {
		return nil, err
	}
	if n > MaxList {
		return nil, fault.Fields{{Name: inv.field(), Text: fmt.Sprintf("一份名单最多 %d 人", MaxList)}}
	}
	if len(l.ids) == 0 {
		return nil, nil
	}
	if err := s.touch(ctx, tx, g); err != nil {
		return nil, err
	}
	title := fmt.Sprintf("列入名单 %d 人", len(l.ids))
	if g.State != Planned {
		title = fmt.Sprintf("补充通知 %d 人", len(l.ids))
		if err := s.tell(ctx, tx, g, "请参加：", l.ids); err != nil {
			return nil, err
		}
	}
	return l.ids, s.record(ctx, tx, actor, g, "invitation", title, inv.Why, nil)
}

// touch gives a gathering its next version.
func (s *Store) touch(ctx context.Context, tx db.Tx, g *Gathering) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE gatherings
		SET version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, db.Args{"now": s.now(), "street": g.StreetID, "id": g.ID})
	return refused(err)
}

// lister puts people on one list and remembers the new rows.
type lister struct {
	store *Store
	tx    db.Tx
	g     *Gathering
	inv   Invitation
	ids   []int64
}

// put inserts the rows of a SELECT of person_street_id, person_id, deputy_id,
// post_id, unit_id, name, duty, capacity and due.
func (l *lister) put(ctx context.Context, rows string, args db.Args) error {
	args["gathering_street"], args["id"], args["held_on"], args["why"], args["now"] = l.g.StreetID, l.g.ID, l.g.HeldOn, l.inv.Why, l.store.now()
	var ids []int64
	err := db.Do(ctx, l.tx, db.Values(&ids, `
		INSERT INTO attendances (street_id, gathering_id, held_on, person_street_id, person_id, deputy_id, post_id, unit_id, name, duty, capacity, due, added_why, created_at, modified_at)
		SELECT @gathering_street, @id, @held_on, m.person_street_id, m.person_id, m.deputy_id, m.post_id, m.unit_id, m.name, m.duty, m.capacity, m.due, @why, @now, @now
		FROM (`+rows+`) AS m
		ON CONFLICT DO NOTHING
		RETURNING id`, args))
	l.ids = append(l.ids, ids...)
	return err
}

// ranked puts the heads of a committee first, then orders by name.
const ranked = `
		ORDER BY coalesce(array_position(ARRAY ['工委主任', '工委副主任', '工委委员'], m.duty), 0), h.name COLLATE "C", h.id`

func (l *lister) members(ctx context.Context, source, capacity string, args db.Args) error {
	args["street"], args["day"], args["capacity"], args["due"] = l.g.StreetID, l.g.HeldOn, capacity, l.inv.Due
	return l.put(ctx, `
		SELECT @street::bigint AS person_street_id, m.person_id, m.deputy_id, m.post_id, NULL::bigint AS unit_id, h.name, m.duty, @capacity AS capacity, @due::boolean AS due
		FROM (`+source+`) AS m
		JOIN people h ON h.street_id = @street AND h.id = m.person_id`+ranked, args)
}

func (l *lister) teams(ctx context.Context) error {
	elsewhere := l.inv.StreetID != 0 && l.inv.StreetID != l.g.StreetID
	for _, team := range Teams {
		if !slices.Contains(l.inv.Teams, team.Key) {
			continue
		}
		var err error
		switch {
		case !elsewhere:
			err = l.members(ctx, TeamOn(team.Key), capacities[team.Key], db.Args{})
		case team.Key != "deputy" && team.Key != "member":
			err = fault.Fields{{Name: "teams", Text: "外街道只能召集市人大代表和工委组成人员"}}
		default:
			err = l.put(ctx, `
				SELECT @from::bigint AS person_street_id, h.person_id, h.deputy_id, NULL::bigint AS post_id, NULL::bigint AS unit_id, h.name,
				       (SELECT name FROM streets WHERE id = @from) || h.duty AS duty, @capacity AS capacity, @due::boolean AS due
				FROM app.called_from(@from, @team, @day::date) h
				ORDER BY h.name COLLATE "C", h.person_id`,
				db.Args{"from": l.inv.StreetID, "team": team.Key, "day": l.g.HeldOn, "capacity": capacities[team.Key], "due": l.inv.Due})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *lister) groups(ctx context.Context) error {
	for _, group := range l.inv.Groups {
		if err := l.members(ctx, groupOn, "deputy", db.Args{"group": group}); err != nil {
			return err
		}
	}
	return nil
}

// named finds people by name and puts them on the list like people.
func (l *lister) named(ctx context.Context) error {
	for _, n := range l.inv.Named {
		var found []int64
		err := db.Do(ctx, l.tx, db.Values(&found, `
			SELECT id
			FROM people
			WHERE street_id = @street AND name = @name AND merged_into IS NULL AND position(@work in work) > 0
			ORDER BY id
			LIMIT 2`, db.Args{"street": l.g.StreetID, "name": n.Name, "work": n.Work}))
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			return fault.Fields{{Name: "name", Text: "名册里没有“" + n.Name + "”；不在册的人请作为来宾列入"}}
		case len(found) > 1:
			return fault.Fields{{Name: "work", Text: "有几位“" + n.Name + "”，请填写工作单位来区分"}}
		}
		l.inv.People = append(l.inv.People, found[0])
	}
	return nil
}

// people puts single persons on the list, in the part that they have on the day:
// that of the first of Teams to which they belong.
func (l *lister) people(ctx context.Context) error {
	if len(l.inv.People) == 0 {
		return nil
	}
	capacity := l.inv.Capacity
	if choice.Name(Capacities, capacity) == "" || capacity == "unit" {
		capacity = "guest"
	}
	var teams strings.Builder
	for i, t := range Teams {
		if i > 0 {
			teams.WriteString("\n\t\tUNION ALL\n")
		}
		fmt.Fprintf(&teams, "SELECT %d AS rank, '%s' AS capacity, t%d.* FROM (%s) AS t%d", i, capacities[t.Key], i, TeamOn(t.Key), i)
	}
	return l.put(ctx, `
		SELECT @street::bigint AS person_street_id, h.id AS person_id, m.deputy_id, m.post_id, NULL::bigint AS unit_id, h.name, coalesce(m.duty, left(h.work, 100)) AS duty,
		       coalesce(m.capacity, @capacity) AS capacity, @due::boolean AS due
		FROM people h
		LEFT JOIN (SELECT DISTINCT ON (person_id) * FROM (`+teams.String()+`) AS t ORDER BY person_id, rank) AS m ON m.person_id = h.id
		WHERE h.street_id = @street AND h.id = ANY (@people) AND h.merged_into IS NULL`+ranked,
		db.Args{"street": l.g.StreetID, "day": l.g.HeldOn, "people": l.inv.People, "capacity": capacity, "due": l.inv.Due})
}

func (l *lister) units(ctx context.Context) error {
	if len(l.inv.Units) == 0 {
		return nil
	}
	return l.put(ctx, `
		SELECT u.street_id AS person_street_id, NULL::bigint AS person_id, NULL::bigint AS deputy_id, NULL::bigint AS post_id, u.id AS unit_id, u.name, '列席单位' AS duty,
		       'unit' AS capacity, false AS due
		FROM units u
		WHERE u.street_id = @street AND u.id = ANY (@units) AND u.ended_on IS NULL
		ORDER BY u.id`, db.Args{"street": l.g.StreetID, "units": l.inv.Units})
}

func (l *lister) guests(ctx context.Context) error {
	for _, p := range l.inv.Guests {
		switch {
		case p.Name == "" || len([]rune(p.Name)) > MaxName:
			return fault.Fields{{Name: "guest", Text: fmt.Sprintf("请填写来宾的姓名，不超过 %d 个字", MaxName)}}
		case len([]rune(p.Duty)) > MaxDuty:
			return fault.Fields{{Name: "duty", Text: fmt.Sprintf("单位和职务不能超过 %d 个字", MaxDuty)}}
		}
		err := l.put(ctx, `
			SELECT @street::bigint AS person_street_id, NULL::bigint AS person_id, NULL::bigint AS deputy_id, NULL::bigint AS post_id, NULL::bigint AS unit_id,
			       @name AS name, @duty AS duty, 'guest' AS capacity, false AS due`, db.Args{"street": l.g.StreetID, "name": p.Name, "duty": p.Duty})
		if err != nil {
			return err
		}
	}
	return nil
}

// Strike takes somebody off the list of a gathering whose notice has not gone out.
func (s *Store) Strike(ctx context.Context, actor access.Actor, step Step, attendance int64) (err error) {
	defer fault.Wrap(&err, "strike from gathering %d", step.ID)
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		g, err := s.move(ctx, tx, actor, "removal", step.ID)
		switch {
		case err != nil:
			return err
		case g.Version != step.Version:
			return fault.Stale
		}
		n, err := db.Exec(ctx, tx, `DELETE FROM attendances WHERE street_id = @street AND gathering_id = @id AND id = @who`,
			db.Args{"street": g.StreetID, "id": g.ID, "who": attendance})
		switch {
		case err != nil:
			return refused(err)
		case n == 0:
			return fault.NotFound
		}
		if err := s.touch(ctx, tx, &g); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, &g, "removal", "移出名单 1 人", "", nil)
	})
}
