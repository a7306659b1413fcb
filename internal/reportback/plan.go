package reportback

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/gathering"
)

// New is a session as it is planned.
type New struct {
	Key      string // of the form: sent twice, it makes one session
	Title    string
	District string // whose voters hear the reports
	Place    string
	StartsAt time.Time
	EndsAt   time.Time
	Deputies []int64
}

func keeps(actor access.Actor) bool {
	return actor.May(access.KeepReportsBack) || actor.Role == access.Operator
}

// Plan enters a session of the actor's street at which deputies are to report, and
// calls them; it returns the session's ID. A deputy reports once a term. It needs
// KeepReportsBack. It complains about the fields title, place, starts_at, ends_at,
// district and deputies.
func (s *Store) Plan(ctx context.Context, actor access.Actor, street int64, n New) (id int64, err error) {
	defer fault.Wrap(&err, "plan session of reports")
	if !keeps(actor) {
		return 0, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	var bad fault.Fields
	if n.District == "" || len([]rune(n.District)) > MaxDistrict {
		bad.Add("district", fmt.Sprintf("请填写选区，不超过 %d 个字", MaxDistrict))
	}
	if len(n.Deputies) == 0 || len(n.Deputies) > MaxDeputies {
		bad.Add("deputies", fmt.Sprintf("请选择述职的代表，一次最多 %d 位", MaxDeputies))
	}
	if err := bad.Err(); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.plan(ctx, tx, actor, street, n)
		if db.Violates(err, "deputy_reports_once_a_term") {
			return fault.Fields{{Name: "deputies", Text: refusals["deputy_reports_once_a_term"]}}
		}
		return refused(err)
	})
	return id, err
}

// reporter is a deputy who is to report.
type reporter struct {
	ID       int64
	Name     string
	Term     string
	PersonID *int64
}

func (s *Store) plan(ctx context.Context, tx db.Tx, actor access.Actor, street int64, n New) (id int64, err error) {
	var list []reporter
	err = db.Do(ctx, tx, db.Many(&list, `
		SELECT d.id, d.name, d.term, coalesce(h.merged_into, h.id) AS person_id
		FROM deputies d
		LEFT JOIN people h ON h.street_id = d.street_id AND h.id = d.person_id
		WHERE d.street_id = @street AND d.id = ANY (@ids) AND d.level = 'city' AND (d.ended_on IS NULL OR d.ended_on > @day::date)
		ORDER BY d.id`, db.Args{"street": street, "ids": n.Deputies, "day": calendar.On(n.StartsAt)}))
	switch {
	case err != nil:
		return 0, err
	case len(list) == 0:
		return 0, fault.Fields{{Name: "deputies", Text: "请选择在任的市人大代表"}}
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO report_sessions (street_id, term, district, key, created_at, modified_at)
		VALUES (@street, @term, @district, @key, @now, @now)
		ON CONFLICT (street_id, key) DO NOTHING
		RETURNING id`, db.Args{"street": street, "term": list[0].Term, "district": n.District, "key": n.Key, "now": s.now()})
	if errors.Is(err, fault.NotFound) { // the form has been sent before
		return id, db.Do(ctx, tx, db.Value(&id, `SELECT id FROM report_sessions WHERE street_id = @street AND key = @key`, db.Args{"street": street, "key": n.Key}))
	}
	if err != nil {
		return 0, err
	}
	g, err := s.gatherings.Plan(ctx, tx, actor, gathering.New{
		StreetID: street, Kind: gathering.ReportSession, RecordID: id, Title: n.Title, Place: n.Place, StartsAt: n.StartsAt, EndsAt: n.EndsAt,
	})
	if err != nil {
		return 0, err
	}
	var b db.Batch
	b.Add(`UPDATE report_sessions SET gathering_id = @gathering WHERE street_id = @street AND id = @id`, db.Args{"gathering": g, "street": street, "id": id})
	var people []int64
	for _, d := range list {
		b.Add(`
			INSERT INTO deputy_reports (street_id, session_id, deputy_id, term, held_on, created_at, modified_at)
			VALUES (@street, @session, @deputy, @term, @day::date, @now, @now)`,
			db.Args{"street": street, "session": id, "deputy": d.ID, "term": d.Term, "day": calendar.On(n.StartsAt), "now": s.now()})
		if d.PersonID != nil {
			people = append(people, *d.PersonID)
		}
	}
	if err := b.Run(ctx, tx); err != nil {
		return 0, err
	}
	if len(people) > 0 {
		if _, err := s.gatherings.Invite(ctx, tx, actor, g, gathering.Invitation{People: people, Capacity: "deputy", Due: true}); err != nil {
			return 0, err
		}
	}
	return id, s.record(ctx, tx, actor, &session{ID: id, StreetID: street}, "plan", fmt.Sprintf("计划述职会，述职代表 %d 位", len(list)), "")
}
