package deputy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/person"
	"portal/internal/procedure"
)

// The states of an election.
const (
	Elected   procedure.State = "elected"
	Confirmed procedure.State = "confirmed"
	Void      procedure.State = "void"
	Withdrawn procedure.State = "withdrawn"
)

// Credentials is the way from an election into the register: nobody is a deputy
// before the standing committee, on the report of its credentials committee, has
// confirmed their credentials 代表资格 (electoral law, art. 47; after a by-election
// art. 57).
var Credentials = procedure.Table{
	Title: "当选代表资格确认",
	States: []procedure.StateInfo{
		{State: Elected, Name: "已当选", Turn: "待市人大常委会确认代表资格"},
		{State: Confirmed, Name: "资格有效", Ended: true},
		{State: Void, Name: "当选无效", Ended: true},
		{State: Withdrawn, Name: "登记已撤回", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "confirmation", Label: "确认代表资格", From: states(Elected), To: states(Confirmed), Need: access.DecideDeputies, Needs: "公告文号；列入代表名册，居民网站公布", Grave: true},
		{Name: "annulment", Label: "确认当选无效", From: states(Elected), To: states(Void), Need: access.DecideDeputies, Needs: "决定的文号、理由", Grave: true},
		{Name: "withdrawal", Label: "撤回登记", From: states(Elected), To: states(Withdrawn), Need: access.KeepDeputies, Needs: "理由；登记错误时用", Grave: true},
	},
}

// NewElection is somebody elected, to be confirmed.
type NewElection struct {
	Key                    string
	StreetID               int64 // of who acts for a whole city
	Fills                  int64 // the deputy whose seat a by-election fills
	Name                   string
	Sex                    string
	Phone                  string
	Group                  string // one of Groups
	Intro                  string
	ElectedOn              time.Time
	Voters, Ballots, Votes int  // of the electoral district; 0 where not known
	Rerun                  bool // elected at a second poll 另行选举
}

// Vacancy is a seat that its deputy left before the end of the term.
type Vacancy struct {
	DeputyID   int64
	StreetID   int64
	Street     string
	Name       string
	District   string
	Term       string
	EndedOn    time.Time
	EndedWhy   string
	ElectionID int64 // the by-election that fills it, or 0
	State      string
}

// ElectionLine is one election in a list and on its page.
type ElectionLine struct {
	ID          int64
	StreetID    int64
	Street      string
	District    string
	Term        string
	Name        string
	Sex         string
	PhoneMask   string
	Group       string
	How         string
	Fills       int64
	FillsName   string
	ElectedOn   *time.Time
	Since       *time.Time // of a general election: the day from which they are to be a deputy
	Voters      *int
	Ballots     *int
	Votes       *int
	Rerun       bool
	Intro       string
	State       procedure.State
	DecidedOn   *time.Time
	Document    string
	AnnouncedOn *time.Time
	Note        string
	DeputyID    int64
	Version     int
}

const selectElection = `
	SELECT e.id, e.street_id, s.name AS street, c.name AS district, c.term, p.name, p.sex, p.phone_mask, e.group_kind AS "group", e.how,
	       coalesce(e.fills, 0) AS fills, coalesce(d.name, '') AS fills_name, e.elected_on, e.since, e.voters, e.ballots, e.votes, e.rerun, e.intro,
	       e.state, e.decided_on, e.document, e.announced_on, e.note, coalesce(e.deputy_id, 0) AS deputy_id, e.version
	FROM deputy_elections e
	JOIN streets s ON s.id = e.street_id
	JOIN electoral_districts c ON c.street_id = e.street_id AND c.id = e.district_id
	JOIN people p ON p.street_id = e.street_id AND p.id = e.person_id
	LEFT JOIN deputies d ON d.street_id = e.street_id AND d.id = e.fills`

// vacated are the seats of the city's congress left before the end of the term,
// not by a move within the city.
const vacated = `d.level = 'city' AND d.ended_on IS NOT NULL AND d.ended_why IN ('resigned', 'terminated', 'recalled', 'died')`

// Elections lists the vacancies and the elections that the actor sees, the latest
// first.
func (s *Store) Elections(ctx context.Context, actor access.Actor) (vacant []Vacancy, list []ElectionLine, err error) {
	defer fault.Wrap(&err, "list elections")
	if !actor.May(access.ViewDeputies) {
		return nil, nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor,
		db.Many(&vacant, `
			SELECT d.id AS deputy_id, d.street_id, s.name AS street, d.name, d.electoral_district AS district, d.term, d.ended_on, d.ended_why,
			       coalesce(e.id, 0) AS election_id, coalesce(e.state, '') AS state
			FROM deputies d
			JOIN streets s ON s.id = d.street_id
			LEFT JOIN deputy_elections e ON e.street_id = d.street_id AND e.fills = d.id AND e.state IN ('elected', 'confirmed')
			WHERE d.street_id = ANY ((SELECT app.streets())::bigint[]) AND `+vacated+`
			ORDER BY e.id IS NOT NULL, d.ended_on DESC, d.id
			LIMIT 200`, db.Args{}),
		db.Many(&list, selectElection+`
			WHERE e.street_id = ANY ((SELECT app.streets())::bigint[])
			ORDER BY e.state = 'elected' DESC, coalesce(e.elected_on, e.since) DESC, e.id DESC
			LIMIT 200`, db.Args{}))
	return vacant, list, err
}

// Election returns one election with its timeline.
func (s *Store) Election(ctx context.Context, actor access.Actor, id int64) (e ElectionLine, timeline []audit.Entry, err error) {
	defer fault.Wrap(&err, "election %d", id)
	if !actor.May(access.ViewDeputies) {
		return e, nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.One(&e, selectElection+` WHERE e.id = @id`, db.Args{"id": id}), audit.Timeline(&timeline, "deputy_election", id))
	return e, timeline, err
}

// check holds n against the electoral law: more than half of the voters took part and
// more than half of those voted for the elected, at a second poll a third (art. 45).
func (n NewElection) check(now time.Time) error {
	var bad fault.Fields
	if n.ElectedOn.After(calendar.On(now)) {
		bad.Add("elected", "当选日期不能晚于今天")
	}
	if choice.Name(Groups, n.Group) == "" {
		bad.Add("group", "请选择专业小组")
	}
	switch {
	case n.Voters == 0 && n.Ballots == 0 && n.Votes == 0:
	case n.Voters == 0 || n.Ballots == 0 || n.Votes == 0:
		bad.Add("votes", "选民数、参加投票人数和得票数要一起填写")
	case n.Ballots > n.Voters:
		bad.Add("ballots", "参加投票的人数不能多于选民数")
	case n.Votes > n.Ballots:
		bad.Add("votes", "得票数不能多于参加投票的人数")
	case n.Ballots*2 <= n.Voters:
		bad.Add("ballots", "参加投票的选民没有过半数，选举无效（选举法第四十五条）")
	case n.Votes*2 <= n.Ballots && !n.Rerun:
		bad.Add("votes", "得票没有超过参加投票选民的半数，不能当选（选举法第四十五条）")
	case n.Votes*3 < n.Ballots:
		bad.Add("votes", "另行选举得票也不能少于选票的三分之一（选举法第四十五条）")
	}
	return bad.Err()
}

// Elect registers who won the by-election to a vacant seat; they wait for the
// standing committee to confirm their credentials. Two who fill one seat at once:
// the second is told that it is filled.
func (s *Store) Elect(ctx context.Context, actor access.Actor, n NewElection) (id int64, err error) {
	defer fault.Wrap(&err, "register election")
	if !keeps(actor) {
		return 0, fault.Forbidden
	}
	if err := n.check(s.now()); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.elect(ctx, tx, actor, n)
		return err
	})
	return id, electionFault(err)
}

func (s *Store) elect(ctx context.Context, tx db.Tx, actor access.Actor, n NewElection) (id int64, err error) {
	var v struct {
		StreetID   int64
		DistrictID int64
		EndedOn    time.Time
	}
	err = db.Do(ctx, tx, db.One(&v, `
		SELECT d.street_id, d.district_id, d.ended_on
		FROM deputies d
		WHERE d.id = @id AND `+vacated, db.Args{"id": n.Fills}))
	switch {
	case errors.Is(err, fault.NotFound):
		return 0, fault.Fields{{Name: "fills", Text: "请选择出缺的席位"}}
	case err != nil:
		return 0, err
	case n.ElectedOn.Before(v.EndedOn):
		return 0, fault.Fields{{Name: "elected", Text: "当选日期不能早于席位出缺的日期 " + calendar.Date(v.EndedOn)}}
	}
	who, err := s.people.Add(ctx, tx, actor, v.StreetID, person.New{Key: "elected:" + n.Key, Name: n.Name, Sex: n.Sex, Phone: n.Phone})
	if err != nil {
		return 0, err
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO deputy_elections (street_id, district_id, person_id, how, fills, group_kind, elected_on, voters, ballots, votes, rerun, intro, key, created_at)
		VALUES (@street, @district, @person, 'by_election', @fills, @group, @elected, nullif(@voters::integer, 0), nullif(@ballots::integer, 0), nullif(@votes::integer, 0), @rerun, @intro, @key, @now)
		ON CONFLICT (street_id, key) DO NOTHING
		RETURNING id`, db.Args{
		"street": v.StreetID, "district": v.DistrictID, "person": who, "fills": n.Fills, "group": n.Group, "elected": n.ElectedOn,
		"voters": n.Voters, "ballots": n.Ballots, "votes": n.Votes, "rerun": n.Rerun, "intro": n.Intro, "key": n.Key, "now": s.now(),
	})
	if errors.Is(err, fault.NotFound) { // the form has been sent before
		err = db.Do(ctx, tx, db.Value(&id, `SELECT id FROM deputy_elections WHERE street_id = @street AND key = @key`, db.Args{"street": v.StreetID, "key": n.Key}))
		return id, err
	}
	if err != nil {
		return 0, err
	}
	if err := s.recordElection(ctx, tx, actor, v.StreetID, id, "elect", "登记补选结果", ""); err != nil {
		return 0, err
	}
	return id, notice.Send(ctx, tx, notice.Notice{
		At: s.now(), StreetID: v.StreetID, To: access.CityDeputy, Title: "补选结果待确认代表资格：" + n.Name, Link: fmt.Sprintf("/deputies/elections/%d", id),
	})
}

func (s *Store) recordElection(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: street, Kind: "deputy_election", ID: id, Action: "deputy." + action, Title: title, Reason: reason,
	})
}

func electionFault(err error) error {
	switch {
	case db.Violates(err, "deputy_elections_fill_once"), db.Violates(err, "deputies_fill_once"):
		return fault.Fields{{Name: "fills", Text: "这个席位已经有补选结果了"}}
	case db.Violates(err, "deputy_elections_person_once"):
		return fault.Fields{{Name: "name", Text: "这个人已经登记为当选人，正待确认代表资格"}}
	case db.Violates(err, "deputy_elections_decided_after"):
		return fault.Fields{{Name: "on", Text: "确认日期不能早于当选日期，公告日期不能早于确认日期"}}
	}
	var bad fault.Fields
	if errors.As(deputyFault(err), &bad) {
		return bad
	}
	return err
}
