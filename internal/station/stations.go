package station

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
)

// Station is a liaison station.
type Station struct {
	ID          int64
	StreetID    int64
	CommunityID int64
	Kind        string
	Name        string
	Code        string
	Address     string
	Hours       string
	Phone       string
	Head        string
	Liaison     string
	OpenedOn    time.Time
	ClosedOn    *time.Time
	Version     int
	Street      string
	Community   string
	Committee   string   // of its street
	Deputies    []string // names of those assigned
	NextOn      *time.Time
}

// NewStation is a station to open or the new facts of one.
type NewStation struct {
	Key         string
	CommunityID int64
	Kind        string
	Name        string
	Code        string
	Address     string
	Hours       string
	Phone       string
	Head        string
	Liaison     string
	OpenedOn    time.Time
}

const selectStation = `
	SELECT t.id, t.street_id, coalesce(t.community_id, 0) AS community_id, t.kind, t.name, t.code, t.address, t.hours, t.phone, t.head, t.liaison,
	       t.opened_on, t.closed_on, t.version, s.name AS street, s.committee, coalesce(c.name, '') AS community,
	       ARRAY (SELECT d.name
	              FROM station_deputies sd
	              JOIN deputies d ON d.street_id = sd.street_id AND d.id = sd.deputy_id
	              WHERE sd.street_id = t.street_id AND sd.station_id = t.id AND sd.until_on IS NULL
	              ORDER BY d.name
	              LIMIT 30) AS deputies,
	       (SELECT min(r.held_on)
	        FROM receptions r
	        WHERE r.street_id = t.street_id AND r.station_id = t.id AND r.state = 'published' AND r.held_on >= @today::date) AS next_on
	FROM stations t
	JOIN streets s ON s.id = t.street_id
	LEFT JOIN communities c ON c.street_id = t.street_id AND c.id = t.community_id`

// Filter narrows a list of stations. Zero fields do not narrow it.
type Filter struct {
	StreetID    int64
	CommunityID int64
	Kind        string
	Text        string
	Closed      bool      // those that were closed instead of those that are open
	On          time.Time // those open at the end of this day instead
}

// StationsMost is how many stations one list shows; a street has some thirty.
const StationsMost = 500

// Stations lists stations in the order of their street and code.
func (s *Store) Stations(ctx context.Context, actor access.Actor, f Filter) (list []Station, err error) {
	defer fault.Wrap(&err, "list stations")
	if !actor.Public() && !actor.May(access.ViewStations) {
		return nil, fault.Forbidden
	}
	args := db.Args{"today": calendar.On(s.now()), "limit": StationsMost}
	sql := selectStation + "\nWHERE t.closed_on IS NULL"
	switch {
	case !f.On.IsZero():
		sql = selectStation + "\nWHERE t.opened_on <= @on::date AND (t.closed_on IS NULL OR t.closed_on > @on::date)"
		args["on"] = f.On
	case f.Closed:
		sql = selectStation + "\nWHERE t.closed_on IS NOT NULL"
	}
	add := func(on bool, name string, value any, condition string) {
		if on {
			sql += "\n  AND " + condition
			args[name] = value
		}
	}
	if actor.StreetID != 0 {
		f.StreetID = actor.StreetID
	}
	add(f.StreetID != 0, "street", f.StreetID, "t.street_id = @street")
	add(f.CommunityID != 0, "community", f.CommunityID, "t.community_id = @community")
	add(f.Kind != "", "kind", f.Kind, "t.kind = @kind")
	add(f.Text != "", "text", f.Text, "(strpos(t.name, @text) > 0 OR strpos(t.address, @text) > 0 OR strpos(coalesce(c.name, ''), @text) > 0)")
	err = s.db.Read(ctx, actor, db.Many(&list, sql+`
		ORDER BY s.code, t.code, t.id
		LIMIT @limit`, args))
	return list, err
}

// StationRecord is a station with its schedule and latest visits.
type StationRecord struct {
	Station
	Assigned   []Assigned
	Receptions []Reception
	Visits     []VisitLine
	Timeline   []audit.Entry
}

// Assigned is a deputy assigned to a station.
type Assigned struct {
	DeputyID int64
	Name     string
	Group    string
	FromOn   time.Time
}

const selectAssigned = `
	SELECT sd.deputy_id, d.name, d.professional_group AS "group", sd.from_on
	FROM station_deputies sd
	JOIN deputies d ON d.street_id = sd.street_id AND d.id = sd.deputy_id
	WHERE sd.station_id = @id AND sd.until_on IS NULL
	ORDER BY d.name
	LIMIT 100`

// Station returns one station. Residents see no visits.
func (s *Store) Station(ctx context.Context, actor access.Actor, id int64) (r StationRecord, err error) {
	defer fault.Wrap(&err, "station %d", id)
	if !actor.Public() && !actor.May(access.ViewStations) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	queries := []db.Query{
		db.One(&r.Station, selectStation+` WHERE t.id = @id`, db.Args{"id": id, "today": calendar.On(s.now())}),
		db.Many(&r.Assigned, selectAssigned, arg),
		db.Many(&r.Receptions, selectReception+`
			WHERE r.station_id = @id AND r.held_on >= @today::date
			ORDER BY r.held_on, r.from_time
			LIMIT 24`, db.Args{"id": id, "today": calendar.On(s.now())}),
	}
	if actor.May(access.ViewVisits) {
		queries = append(queries,
			db.Many(&r.Visits, selectVisitLine+` WHERE v.station_id = @id ORDER BY v.held_on DESC, v.id DESC LIMIT 10`, arg),
			audit.Timeline(&r.Timeline, "station", id))
	}
	return r, s.db.Read(ctx, actor, queries...)
}

// OpenStation opens a station of actor's street and returns its ID.
func (s *Store) OpenStation(ctx context.Context, actor access.Actor, n NewStation) (id int64, err error) {
	defer fault.Wrap(&err, "open station")
	if !actor.May(access.KeepStations) {
		return 0, fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var had []int64
		err := db.Do(ctx, tx, db.Values(&had, `SELECT id FROM stations WHERE street_id = @street AND key = @key`,
			db.Args{"street": actor.StreetID, "key": n.Key}))
		if err != nil || len(had) > 0 {
			id = append(had, 0)[0]
			return err
		}
		id, err = s.insert(ctx, tx, actor, n)
		return err
	})
	if db.Violates(err, "stations_key_once") || db.Violates(err, "stations_code_once") || db.Violates(err, "stations_name_once") {
		if had, again := s.openedAs(ctx, actor, n.Key); again == nil {
			return had, nil // the same form, sent twice at once
		}
	}
	return id, stationFault(err)
}

func (s *Store) insert(ctx context.Context, tx db.Tx, actor access.Actor, n NewStation) (id int64, err error) {
	id, err = db.Insert(ctx, tx, `
		INSERT INTO stations (street_id, community_id, kind, name, code, address, hours, phone, head, liaison, opened_on, key, modified_at)
		VALUES (@street, nullif(@community::bigint, 0), @kind, @name, @code, @address, @hours, @phone, @head, @liaison, @opened, @key, @now)
		RETURNING id`, n.args(actor, s.now()))
	if err != nil {
		return 0, err
	}
	return id, s.recordStation(ctx, tx, actor, id, "station.open", "开设联络站："+n.Name, "")
}

func (s *Store) openedAs(ctx context.Context, actor access.Actor, key string) (id int64, err error) {
	err = s.db.Read(ctx, actor, db.Value(&id, `SELECT id FROM stations WHERE street_id = @street AND key = @key`,
		db.Args{"street": actor.StreetID, "key": key}))
	return id, err
}

func (n NewStation) args(actor access.Actor, now time.Time) db.Args {
	return db.Args{
		"street": actor.StreetID, "community": n.CommunityID, "kind": n.Kind, "name": n.Name, "code": n.Code, "address": n.Address,
		"hours": n.Hours, "phone": n.Phone, "head": n.Head, "liaison": n.Liaison, "opened": n.OpenedOn, "key": n.Key, "now": now,
	}
}

func stationFault(err error) error {
	switch {
	case db.Violates(err, "stations_code_once"):
		return fault.Fields{{Name: "code", Text: "这个站码已经有联络站在用，请换一个"}}
	case db.Violates(err, "stations_name_once"):
		return fault.Fields{{Name: "name", Text: "本街道已有同名的联络站"}}
	case db.Violates(err, "stations_code_digits"):
		return fault.Fields{{Name: "code", Text: "站码是 2 到 4 位数字，例如 01"}}
	case db.Violates(err, "stations_street_id_community_id_fkey"):
		return fault.Fields{{Name: "community_id", Text: "请选择本街道的社区"}}
	}
	return err
}

func (s *Store) recordStation(ctx context.Context, tx db.Tx, actor access.Actor, id int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: actor.StreetID, Kind: "station", ID: id, Action: action, Title: title, Reason: reason,
	})
}

// ReviseStation changes a station's facts. version is the one that was shown.
func (s *Store) ReviseStation(ctx context.Context, actor access.Actor, id int64, version int, n NewStation) (err error) {
	defer fault.Wrap(&err, "revise station %d", id)
	if !actor.May(access.KeepStations) {
		return fault.Forbidden
	}
	return stationFault(s.db.Write(ctx, actor, func(tx db.Tx) error { return s.revise(ctx, tx, actor, id, version, n) }))
}

func (s *Store) revise(ctx context.Context, tx db.Tx, actor access.Actor, id int64, version int, n NewStation) error {
	args := n.args(actor, s.now())
	delete(args, "key")
	delete(args, "opened")
	args["id"] = id
	return s.change(ctx, tx, actor, id, version, `
		UPDATE stations
		SET community_id = nullif(@community::bigint, 0), kind = @kind, name = @name, code = @code, address = @address, hours = @hours,
		    phone = @phone, head = @head, liaison = @liaison, version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, args, "station.revise", "修改联络站资料", "")
}

// CloseStation closes a station from today on and cancels the receptions it had
// ahead. Its history stays.
func (s *Store) CloseStation(ctx context.Context, actor access.Actor, id int64, version int, reason string) (err error) {
	defer fault.Wrap(&err, "close station %d", id)
	if !actor.May(access.KeepStations) {
		return fault.Forbidden
	}
	if reason == "" {
		return fault.Fields{{Name: "reason", Text: "请填写撤销的原因"}}
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		args := db.Args{"today": calendar.On(s.now()), "now": s.now(), "street": actor.StreetID, "id": id}
		err := s.change(ctx, tx, actor, id, version, `
			UPDATE stations
			SET closed_on = @today, version = version + 1, modified_at = @now
			WHERE street_id = @street AND id = @id`, args, "station.close", "撤销联络站", reason)
		if err != nil {
			return err
		}
		var ahead []Reception
		err = db.Do(ctx, tx, db.Many(&ahead, selectReception+`
			WHERE r.street_id = @street AND r.station_id = @id AND r.state <> 'cancelled' AND r.held_on >= @today::date
			ORDER BY r.id
			LIMIT 1000
			FOR UPDATE OF r`, db.Args{"street": actor.StreetID, "id": id, "today": calendar.On(s.now())}))
		for _, r := range ahead {
			if err == nil {
				err = s.cancel(ctx, tx, r, "联络站撤销："+reason)
			}
		}
		return err
	})
}

// change runs sql on an open station of actor's street.
func (s *Store) change(ctx context.Context, tx db.Tx, actor access.Actor, id int64, version int, sql string, args db.Args, action, title, reason string) error {
	had, err := s.open(ctx, tx, actor, id)
	if err != nil {
		return err
	}
	if had != version {
		return fault.Stale
	}
	if _, err := db.Exec(ctx, tx, sql, args); err != nil {
		return err
	}
	return s.recordStation(ctx, tx, actor, id, action, title, reason)
}

// open holds a station of actor's street that is not closed, and returns its
// version.
func (s *Store) open(ctx context.Context, tx db.Tx, actor access.Actor, id int64) (version int, err error) {
	var had struct {
		Version int
		Closed  bool
	}
	err = db.Do(ctx, tx, db.One(&had, `
		SELECT version, closed_on IS NOT NULL AS closed
		FROM stations
		WHERE street_id = @street AND id = @id
		FOR UPDATE`, db.Args{"street": actor.StreetID, "id": id}))
	if err == nil && had.Closed {
		err = fault.Fields{{Name: "state", Text: "联络站已经撤销"}}
	}
	return had.Version, err
}

// AssignDeputies makes these the deputies of a station from today on, and tells
// those who are new there.
func (s *Store) AssignDeputies(ctx context.Context, actor access.Actor, id int64, version int, deputies []int64) (err error) {
	defer fault.Wrap(&err, "assign deputies to station %d", id)
	if !actor.May(access.KeepStations) {
		return fault.Forbidden
	}
	if deputies == nil {
		deputies = []int64{} // nobody, which is not the same as NULL
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		err := s.change(ctx, tx, actor, id, version, `
			UPDATE stations
			SET version = version + 1, modified_at = @now
			WHERE street_id = @street AND id = @id`, db.Args{"now": s.now(), "street": actor.StreetID, "id": id}, "station.assign", "调整驻站代表", "")
		if err != nil {
			return err
		}
		added, err := s.assign(ctx, tx, actor, id, deputies)
		if err != nil {
			return err
		}
		for _, d := range added {
			err := notice.Send(ctx, tx, notice.Notice{
				At: s.now(), StreetID: actor.StreetID, To: access.Deputy, DeputyID: d.ID, Title: "您已安排到" + d.Name, Link: fmt.Sprintf("/stations/%d", id),
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// assign ends and starts assignments and returns the deputies that are new,
// each with the station's name.
func (s *Store) assign(ctx context.Context, tx db.Tx, actor access.Actor, id int64, deputies []int64) (added []choice.Row, err error) {
	_, err = db.Exec(ctx, tx, `
		UPDATE station_deputies
		SET until_on = @today
		WHERE street_id = @street AND station_id = @id AND until_on IS NULL AND NOT deputy_id = ANY (@deputies::bigint[])`,
		db.Args{"street": actor.StreetID, "id": id, "deputies": deputies, "today": calendar.On(s.now())})
	if err != nil {
		return nil, err
	}
	err = db.Do(ctx, tx, db.Many(&added, `
		INSERT INTO station_deputies (street_id, station_id, deputy_id, from_on)
		SELECT t.street_id, t.id, d.id, @today
		FROM stations t
		JOIN deputies d ON d.street_id = t.street_id AND d.id = ANY (@deputies::bigint[]) AND d.ended_on IS NULL
		WHERE t.street_id = @street AND t.id = @id
		ON CONFLICT DO NOTHING
		RETURNING deputy_id AS id, (SELECT name FROM stations WHERE street_id = @street AND id = @id) AS name`,
		db.Args{"street": actor.StreetID, "id": id, "deputies": deputies, "today": calendar.On(s.now())}))
	return added, err
}
