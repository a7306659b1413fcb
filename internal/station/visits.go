package station

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/opinion"
)

// staffMayLogSince is how far back the office may enter old ledgers, in days.
const staffMayLogSince = 50 * 366

// LogVisit logs a visit of actor's street with the opinions it collected, all or
// nothing, and returns its ID. A key that was used before returns what it made
// then. It returns fault.Fields when v breaks a rule.
func (s *Store) LogVisit(ctx context.Context, actor access.Actor, v NewVisit) (id int64, err error) {
	defer fault.Wrap(&err, "log visit to station %d", v.StationID)
	if !actor.May(access.LogVisit) {
		return 0, fault.Forbidden
	}
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
	if err != nil {
		return 0, fault.Fields{{Name: "station_id", Text: "请选择联络站"}}
	}
	id, err := db.Insert(ctx, tx, `
		INSERT INTO visits (street_id, station_id, held_on, from_time, to_time, residents, staff, note, logged_by, logger, key)
		VALUES (@street, @station, @on, nullif(@from::text, '')::time, nullif(@to::text, '')::time, @residents, @staff, @note, @user, @name, @key)
		RETURNING id`,
		db.Args{
			"street": actor.StreetID, "station": v.StationID, "on": v.HeldOn, "from": v.FromTime, "to": v.ToTime, "residents": v.Residents,
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

const selectVisitLine = `
	SELECT v.id, v.street_id, v.held_on, coalesce(to_char(v.from_time, 'HH24:MI'), '') AS from_time, coalesce(to_char(v.to_time, 'HH24:MI'), '') AS to_time,
	       t.name AS station, s.name AS street, v.residents, v.logger,
	       ARRAY (SELECT d.name
	              FROM visit_deputies vd
	              JOIN deputies d ON d.street_id = vd.street_id AND d.id = vd.deputy_id
	              WHERE vd.street_id = v.street_id AND vd.visit_id = v.id
	              ORDER BY d.name
	              LIMIT 20) AS deputies,
	       (SELECT count(*) FROM opinions o WHERE o.street_id = v.street_id AND o.visit_id = v.id) AS opinions
	FROM visits v
	JOIN stations t ON t.street_id = v.street_id AND t.id = v.station_id
	JOIN streets s ON s.id = v.street_id`

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

// VisitRecord is one visit with the opinions it collected.
type VisitRecord struct {
	VisitLine
	StationID int64
	Staff     string
	Note      string
	Version   int
	Collected []opinion.Line
	Timeline  []audit.Entry
}

// Visit returns one visit.
func (s *Store) Visit(ctx context.Context, actor access.Actor, id int64) (r VisitRecord, err error) {
	defer fault.Wrap(&err, "visit %d", id)
	if !actor.May(access.ViewVisits) {
		return r, fault.Forbidden
	}
	type rest struct {
		StationID   int64
		Staff, Note string
		Version     int
	}
	var more rest
	arg := db.Args{"id": id}
	err = s.db.Read(ctx, actor,
		db.One(&r.VisitLine, selectVisitLine+` WHERE v.id = @id`, arg),
		db.One(&more, `SELECT station_id, staff, note, version FROM visits WHERE id = @id`, arg),
		audit.Timeline(&r.Timeline, "visit", id))
	if err != nil {
		return r, err
	}
	r.StationID, r.Staff, r.Note, r.Version = more.StationID, more.Staff, more.Note, more.Version
	r.Collected, err = s.opinions.OfVisit(ctx, actor, r.StreetID, id)
	return r, err
}

// CorrectVisit corrects what was logged: times and numbers. version is the one
// that was shown; the reason and the old values are recorded.
func (s *Store) CorrectVisit(ctx context.Context, actor access.Actor, id int64, version, residents int, note, reason string) (err error) {
	defer fault.Wrap(&err, "correct visit %d", id)
	if actor.Role != access.Staff {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var had struct {
			Residents, Version int
			Note               string
		}
		err := db.Do(ctx, tx, db.One(&had, `SELECT residents, version, note FROM visits WHERE street_id = @street AND id = @id FOR UPDATE`,
			db.Args{"street": actor.StreetID, "id": id}))
		if err != nil {
			return err
		}
		if had.Version != version {
			return fault.Stale
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE visits
			SET residents = @residents, note = @note, version = version + 1
			WHERE street_id = @street AND id = @id`,
			db.Args{"residents": residents, "note": note, "street": actor.StreetID, "id": id})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: actor.StreetID, Kind: "visit", ID: id, Action: "visit.correct", Title: "更正接待登记", Reason: reason,
			Detail: map[string]any{"residents": []int{had.Residents, residents}},
		})
	})
}

const sealedDraft = "visit_drafts"

// SaveDraft keeps what actor has typed, encrypted, until it is saved or dropped.
// There is one draft a person.
func (s *Store) SaveDraft(ctx context.Context, actor access.Actor, form any) (err error) {
	defer fault.Wrap(&err, "save draft of visit")
	if !actor.May(access.LogVisit) {
		return fault.Forbidden
	}
	b, err := json.Marshal(form)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO visit_drafts (street_id, user_id, sealed, saved_at)
			VALUES (@street, @user, @sealed, @now)
			ON CONFLICT (street_id, user_id) DO UPDATE
			SET sealed = excluded.sealed, saved_at = excluded.saved_at`,
			db.Args{"street": actor.StreetID, "user": actor.UserID, "sealed": s.keys.Seal(string(b), sealedDraft), "now": s.now()})
		return err
	})
}

// Draft reads actor's draft into form and returns when it was saved; the zero
// time means that there is none.
func (s *Store) Draft(ctx context.Context, actor access.Actor, form any) (at time.Time, err error) {
	defer fault.Wrap(&err, "draft of visit")
	var d struct {
		Sealed  []byte
		SavedAt time.Time
	}
	err = s.db.Read(ctx, actor, db.Maybe(&d, `SELECT sealed, saved_at FROM visit_drafts WHERE street_id = @street AND user_id = @user`,
		db.Args{"street": actor.StreetID, "user": actor.UserID}))
	if err != nil || d.Sealed == nil {
		return time.Time{}, err
	}
	text, err := s.keys.Open(d.Sealed, sealedDraft)
	if err != nil {
		return time.Time{}, err
	}
	return d.SavedAt, json.Unmarshal([]byte(text), form)
}

// DropDraft forgets actor's draft.
func (s *Store) DropDraft(ctx context.Context, actor access.Actor) (err error) {
	defer fault.Wrap(&err, "drop draft of visit")
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `DELETE FROM visit_drafts WHERE street_id = @street AND user_id = @user`,
			db.Args{"street": actor.StreetID, "user": actor.UserID})
		return err
	})
}

// Choices are what the form of a visit offers.
type Choices struct {
	Stations []choice.Row
	Deputies []choice.Row
	Mine     int64 // the station that actor is most likely at
}

// Choices reads what the form of a visit offers to actor.
func (s *Store) Choices(ctx context.Context, actor access.Actor) (c Choices, err error) {
	defer fault.Wrap(&err, "choices for a visit")
	args := db.Args{"street": actor.StreetID}
	err = s.db.Read(ctx, actor,
		db.Many(&c.Stations, `
			SELECT id, name FROM stations WHERE street_id = @street AND closed_on IS NULL ORDER BY code LIMIT 500`, args),
		db.Many(&c.Deputies, `
			SELECT id, name FROM deputies WHERE street_id = @street AND ended_on IS NULL ORDER BY name LIMIT 500`, args),
		db.Value(&c.Mine, `
			SELECT coalesce(
				(SELECT sd.station_id FROM station_deputies sd
				 WHERE sd.street_id = @street AND sd.deputy_id = @deputy AND sd.until_on IS NULL ORDER BY sd.from_on DESC LIMIT 1),
				(SELECT t.id FROM stations t
				 WHERE t.street_id = @street AND t.community_id = @community AND t.closed_on IS NULL ORDER BY t.code LIMIT 1), 0)`,
			db.Args{"street": actor.StreetID, "deputy": actor.DeputyID, "community": actor.CommunityID}))
	return c, err
}
