package station

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// staffMayLogSince is how far back the office may enter old ledgers, in days.
const staffMayLogSince = 50 * 366

// LogVisit logs a visit of actor's street with the opinions it collected, all or
// nothing, and returns its ID. A key that was used before returns what it made
// then. It ends actor's draft. It returns fault.Fields when v breaks a rule.
func (s *Store) LogVisit(ctx context.Context, actor access.Actor, v NewVisit) (id int64, err error) {
	defer fault.Wrap(&err, "log visit to station %d", v.StationID)
	if !actor.May(access.LogVisit) {
		return 0, fault.Forbidden
	}
	v.once()
	for i, o := range v.Opinions {
		o.StreetID = actor.StreetID
		if err := s.opinions.Prepare(ctx, actor, o); err != nil {
			return 0, fault.Under(fmt.Sprintf("opinions[%d].", i), err)
		}
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var had []int64
		err := db.Do(ctx, tx, db.Values(&had, `SELECT id FROM visits WHERE street_id = @street AND key = @key`,
			db.Args{"street": actor.StreetID, "key": v.Key}))
		if err == nil {
			err = dropDraft(ctx, tx, actor)
		}
		if err != nil || len(had) > 0 {
			id = append(had, 0)[0]
			return err
		}
		if err := s.mayLog(ctx, tx, actor, &v); err != nil {
			return err
		}
		id, err = s.logVisit(ctx, tx, actor, v)
		return err
	})
	if db.Violates(err, "visits_key_once") {
		return s.loggedAs(ctx, actor, v.Key) // the same form, sent twice at once
	}
	return id, err
}

func (s *Store) mayLog(ctx context.Context, tx db.Tx, actor access.Actor, v *NewVisit) error {
	late := staffMayLogSince
	if actor.Role != access.Staff {
		var err error
		if late, err = lateDays.In(ctx, tx, actor.StreetID); err != nil {
			return err
		}
	}
	return v.check(s.now(), late)
}

func (s *Store) loggedAs(ctx context.Context, actor access.Actor, key string) (id int64, err error) {
	err = s.db.Read(ctx, actor, db.Value(&id, `SELECT id FROM visits WHERE street_id = @street AND key = @key`,
		db.Args{"street": actor.StreetID, "key": key}))
	return id, err
}

func (s *Store) logVisit(ctx context.Context, tx db.Tx, actor access.Actor, v NewVisit) (int64, error) {
	var community int64
	err := db.Do(ctx, tx, db.Value(&community, `
		SELECT coalesce(community_id, 0) FROM stations WHERE street_id = @street AND id = @station AND closed_on IS NULL`,
		db.Args{"street": actor.StreetID, "station": v.StationID}))
	if errors.Is(err, fault.NotFound) {
		return 0, fault.Fields{{Name: "station_id", Text: "请选择联络站"}}
	}
	if err != nil {
		return 0, err
	}
	id, err := db.Insert(ctx, tx, `
		INSERT INTO visits (street_id, station_id, reception_id, held_on, from_time, to_time, residents, staff, note, logged_by, logger, key)
		VALUES (@street, @station,
		        (SELECT id FROM receptions WHERE street_id = @street AND id = @reception AND station_id = @station AND held_on = @on AND state <> 'cancelled'),
		        @on, nullif(@from::text, '')::time, nullif(@to::text, '')::time, @residents, @staff, @note, @user, @name, @key)
		RETURNING id`,
		db.Args{
			"street": actor.StreetID, "station": v.StationID, "reception": v.ReceptionID, "on": v.HeldOn, "from": v.FromTime, "to": v.ToTime, "residents": v.Residents,
			"staff": v.Staff, "note": v.Note, "user": actor.UserID, "name": actor.Name, "key": v.Key,
		})
	if err != nil {
		return 0, err
	}
	n, err := db.Exec(ctx, tx, `
		INSERT INTO visit_deputies (street_id, visit_id, deputy_id)
		SELECT street_id, @id, id
		FROM deputies
		WHERE street_id = @street AND id = ANY (@deputies::bigint[])`,
		db.Args{"id": id, "street": actor.StreetID, "deputies": v.Deputies})
	if err != nil {
		return 0, err
	}
	if int(n) != len(v.Deputies) {
		return 0, fault.Fields{{Name: "deputies", Text: "请选择到场的代表"}}
	}
	if err := s.registerOpinions(ctx, tx, actor, id, community, v); err != nil {
		return 0, err
	}
	return id, audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: actor.StreetID, Kind: "visit", ID: id, Action: "visit.log", Title: "登记接待",
		Detail: map[string]any{"station": v.StationID, "on": calendar.ISO(v.HeldOn), "residents": v.Residents, "opinions": len(v.Opinions)},
	})
}

func (s *Store) registerOpinions(ctx context.Context, tx db.Tx, actor access.Actor, id, community int64, v NewVisit) error {
	for i, o := range v.Opinions {
		o.StreetID, o.Key, o.Source = actor.StreetID, fmt.Sprintf("%s/%d", v.Key, i), "reception"
		o.VisitID, o.StationID, o.CommunityID, o.ReceivedOn = id, v.StationID, community, v.HeldOn
		if o.DeputyID = v.Deputies[0]; actor.DeputyID != 0 {
			o.DeputyID = actor.DeputyID
		}
		if _, err := s.opinions.Register(ctx, tx, actor, o); err != nil {
			return fault.Under(fmt.Sprintf("opinions[%d].", i), err)
		}
	}
	return nil
}

// VisitLine is one visit in a list.
type VisitLine struct {
	ID        int64
	StreetID  int64
	HeldOn    time.Time
	FromTime  string
	ToTime    string
	Station   string
	Street    string
	Residents int
	Deputies  []string
	Opinions  int
	Logger    string
}

const (
	visitColumns = `
	SELECT v.id, v.street_id, v.held_on, coalesce(to_char(v.from_time, 'HH24:MI'), '') AS from_time, coalesce(to_char(v.to_time, 'HH24:MI'), '') AS to_time,
	       t.name AS station, s.name AS street, v.residents, v.logger,
	       ARRAY (SELECT d.name
	              FROM visit_deputies vd
	              JOIN deputies d ON d.street_id = vd.street_id AND d.id = vd.deputy_id
	              WHERE vd.street_id = v.street_id AND vd.visit_id = v.id
	              ORDER BY d.name
	              LIMIT 20) AS deputies,
	       (SELECT count(*) FROM opinions o WHERE o.street_id = v.street_id AND o.visit_id = v.id) AS opinions`
	fromVisits = `
	FROM visits v
	JOIN stations t ON t.street_id = v.street_id AND t.id = v.station_id
	JOIN streets s ON s.id = v.street_id`
	selectVisitLine = visitColumns + fromVisits
	selectVisitRow  = visitColumns + `, v.staff, v.note` + fromVisits
)

// VisitFilter narrows a list of visits. Zero fields do not narrow it.
type VisitFilter struct {
	StreetID  int64
	StationID int64
	DeputyID  int64
	From, To  time.Time
	After     db.Cursor
	Limit     int
}

// Visits lists visits, newest first, and the cursor of the next page, which is
// zero on the last.
func (s *Store) Visits(ctx context.Context, actor access.Actor, f VisitFilter) (list []VisitLine, next db.Cursor, err error) {
	defer fault.Wrap(&err, "list visits")
	if !actor.May(access.ViewVisits) {
		return nil, next, fault.Forbidden
	}
	sql, args := f.where(actor)
	args["limit"] = f.Limit + 1
	err = s.db.Read(ctx, actor, db.Many(&list, selectVisitLine+sql+`
		ORDER BY v.held_on DESC, v.id DESC
		LIMIT @limit`, args))
	list, next = db.Page(list, f.Limit, func(v VisitLine) db.Cursor { return db.Cursor{At: v.HeldOn, ID: v.ID} })
	return list, next, err
}

// Totals are the sums of a filter's visits.
type Totals struct {
	Visits    int // 次
	Deputies  int // 代表进站人次: deputies × visits
	Residents int // 联系群众人次
	Opinions  int // 条
}

// Totals adds up the visits of a filter that actor sees (domain.md §3 j).
func (s *Store) Totals(ctx context.Context, actor access.Actor, f VisitFilter) (t Totals, err error) {
	defer fault.Wrap(&err, "totals of visits")
	if !actor.May(access.ViewVisits) {
		return t, fault.Forbidden
	}
	f.After = db.Cursor{}
	where, args := f.where(actor)
	err = s.db.Read(ctx, actor, db.One(&t, `
		SELECT count(*) AS visits, coalesce(sum(v.residents), 0) AS residents,
		       coalesce(sum((SELECT count(*) FROM visit_deputies d WHERE d.street_id = v.street_id AND d.visit_id = v.id)), 0)::bigint AS deputies,
		       coalesce(sum((SELECT count(*) FROM opinions o WHERE o.street_id = v.street_id AND o.visit_id = v.id)), 0)::bigint AS opinions
		FROM visits v`+where, args))
	return t, err
}

// VisitRow is one line of the register 接待登记 (domain.md §5).
type VisitRow struct {
	VisitLine
	Staff string
	Note  string
}

// VisitsMost is how many rows one register holds.
const VisitsMost = 100_000

// VisitLedger returns the rows of a filter for export, newest first, and
// records that it did.
func (s *Store) VisitLedger(ctx context.Context, actor access.Actor, f VisitFilter) (rows []VisitRow, err error) {
	defer fault.Wrap(&err, "ledger of visits")
	if !actor.May(access.ViewVisits) {
		return nil, fault.Forbidden
	}
	f.After = db.Cursor{}
	where, args := f.where(actor)
	args["limit"] = VisitsMost
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		err := db.Do(ctx, tx, db.Many(&rows, selectVisitRow+where+`
			ORDER BY v.held_on DESC, v.id DESC
			LIMIT @limit`, args))
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: actor.StreetID, Kind: "ledger", Action: "visit.export", Title: "导出接待登记", Detail: map[string]any{"rows": len(rows)},
		})
	})
	return rows, err
}

func (f VisitFilter) where(actor access.Actor) (string, db.Args) {
	sql, args := "\nWHERE true", db.Args{}
	add := func(on bool, name string, value any, condition string) {
		if on {
			sql += "\n  AND " + condition
			args[name] = value
		}
	}
	if actor.StreetID != 0 {
		f.StreetID = actor.StreetID
	}
	add(f.StreetID != 0, "street", f.StreetID, "v.street_id = @street")
	add(f.StationID != 0, "station", f.StationID, "v.station_id = @station")
	add(f.DeputyID != 0, "deputy", f.DeputyID, "EXISTS (SELECT FROM visit_deputies x WHERE x.street_id = v.street_id AND x.visit_id = v.id AND x.deputy_id = @deputy)")
	add(!f.From.IsZero(), "from", f.From, "v.held_on >= @from::date")
	add(!f.To.IsZero(), "to", f.To, "v.held_on <= @to::date")
	if !f.After.IsZero() {
		args["after_day"] = f.After.At
		add(true, "after_id", f.After.ID, "(v.held_on, v.id) < (@after_day::date, @after_id)")
	}
	return sql, args
}
