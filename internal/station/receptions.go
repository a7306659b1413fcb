package station

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// Reception is a planned time at a station.
type Reception struct {
	ID           int64
	StreetID     int64
	StationID    int64
	Station      string
	Address      string
	HeldOn       time.Time
	FromTime     string
	ToTime       string
	Theme        string
	State        string // planned, published, cancelled
	CancelReason string
	Version      int
	Deputies     []string
}

const selectReception = `
	SELECT r.id, r.street_id, r.station_id, t.name AS station, t.address, r.held_on, to_char(r.from_time, 'HH24:MI') AS from_time,
	       to_char(r.to_time, 'HH24:MI') AS to_time, r.theme, r.state, r.cancel_reason, r.version,
	       ARRAY (SELECT d.name
	              FROM reception_deputies rd
	              JOIN deputies d ON d.street_id = rd.street_id AND d.id = rd.deputy_id
	              WHERE rd.street_id = r.street_id AND rd.reception_id = r.id
	              ORDER BY d.name
	              LIMIT 30) AS deputies
	FROM receptions r
	JOIN stations t ON t.street_id = r.street_id AND t.id = r.station_id`

// NewReception is a reception to plan.
type NewReception struct {
	Key       string
	StationID int64
	HeldOn    time.Time
	FromTime  string
	ToTime    string
	Theme     string
	Deputies  []int64
	Monthly   bool // the same day of every month until the end of the year
}

// PlanReception plans a reception, or one each month for the rest of the year,
// and returns how many.
func (s *Store) PlanReception(ctx context.Context, actor access.Actor, n NewReception) (planned int, err error) {
	defer fault.Wrap(&err, "plan reception")
	if !actor.May(access.PlanReception) {
		return 0, fault.Forbidden
	}
	var bad fault.Fields
	if n.HeldOn.Before(calendar.On(s.now())) {
		bad.Add("held_on", "接待日期不能早于今天")
	}
	if n.ToTime <= n.FromTime {
		bad.Add("to_time", "结束时间要晚于开始时间")
	}
	if bad != nil {
		return 0, bad
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		for day := n.HeldOn; day.Year() == n.HeldOn.Year(); day = calendar.AddMonths(n.HeldOn, planned) {
			if err := s.planOne(ctx, tx, actor, n, day, planned); err != nil {
				return err
			}
			planned++
			if !n.Monthly {
				break
			}
		}
		return nil
	})
	if db.Violates(err, "receptions_once") {
		return 0, fault.Fields{{Name: "held_on", Text: "这个站点当天同一时间已有接待安排"}}
	}
	if db.Violates(err, "receptions_key_once") {
		return 1, nil // the same form, sent twice
	}
	return planned, err
}

func (s *Store) planOne(ctx context.Context, tx db.Tx, actor access.Actor, n NewReception, day time.Time, i int) error {
	id, err := db.Insert(ctx, tx, `
		INSERT INTO receptions (street_id, station_id, held_on, from_time, to_time, theme, key)
		SELECT street_id, id, @day, @from::text::time, @to::text::time, @theme, @key
		FROM stations
		WHERE street_id = @street AND id = @station AND closed_on IS NULL
		RETURNING id`,
		db.Args{
			"day": day, "from": n.FromTime, "to": n.ToTime, "theme": n.Theme, "key": n.Key + "-" + itoa(i),
			"street": actor.StreetID, "station": n.StationID,
		})
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO reception_deputies (street_id, reception_id, deputy_id)
		SELECT street_id, @id, id
		FROM deputies
		WHERE street_id = @street AND id = ANY (@deputies::bigint[]) AND ended_on IS NULL`,
		db.Args{"id": id, "street": actor.StreetID, "deputies": n.Deputies})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: actor.StreetID, Kind: "station", ID: n.StationID, Action: "reception.plan", Title: "安排接待日：" + calendar.Date(day),
	})
}

// PublishReception puts the notice on the residents' site, some days before.
func (s *Store) PublishReception(ctx context.Context, actor access.Actor, id int64, version int) (err error) {
	defer fault.Wrap(&err, "publish reception %d", id)
	return s.changeReception(ctx, actor, id, version, func(tx db.Tx, r Reception) (string, string, error) {
		days, err := noticeDays.In(ctx, tx, r.StreetID)
		if err != nil {
			return "", "", err
		}
		if r.State != "planned" {
			return "", "", fault.Fields{{Name: "state", Text: "只有未发布的安排可以发布"}}
		}
		if calendar.DaysBetween(s.now(), r.HeldOn) < days {
			return "", "", fault.Fields{{Name: "state", Text: "公告要提前 " + itoa(days) + " 天以上，请改期后再发布"}}
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE receptions
			SET state = 'published', published_at = @now, version = version + 1
			WHERE street_id = @street AND id = @id`, db.Args{"now": s.now(), "street": r.StreetID, "id": id})
		return "发布接待公告：" + calendar.Date(r.HeldOn), "", err
	})
}

// CancelReception cancels a reception; one that was published stays on the
// residents' site, marked as cancelled.
func (s *Store) CancelReception(ctx context.Context, actor access.Actor, id int64, version int, reason string) (err error) {
	defer fault.Wrap(&err, "cancel reception %d", id)
	return s.changeReception(ctx, actor, id, version, func(tx db.Tx, r Reception) (string, string, error) {
		if r.State == "cancelled" {
			return "", "", fault.Fields{{Name: "state", Text: "已经取消"}}
		}
		_, err := db.Exec(ctx, tx, `
			UPDATE receptions
			SET state = 'cancelled', cancel_reason = @reason, version = version + 1
			WHERE street_id = @street AND id = @id`, db.Args{"reason": reason, "street": r.StreetID, "id": id})
		return "取消接待：" + calendar.Date(r.HeldOn), reason, err
	})
}

func (s *Store) changeReception(ctx context.Context, actor access.Actor, id int64, version int, fn func(db.Tx, Reception) (title, reason string, err error)) error {
	if !actor.May(access.PlanReception) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var r Reception
		err := db.Do(ctx, tx, db.One(&r, selectReception+` WHERE r.id = @id FOR UPDATE OF r`, db.Args{"id": id}))
		if err != nil {
			return err
		}
		if r.Version != version {
			return fault.Stale
		}
		title, reason, err := fn(tx, r)
		if err != nil {
			return err
		}
		return s.recordStation(ctx, tx, actor, r.StationID, "reception.change", title, reason)
	})
}

// Reception returns one reception.
func (s *Store) Reception(ctx context.Context, actor access.Actor, id int64) (r Reception, err error) {
	defer fault.Wrap(&err, "reception %d", id)
	err = s.db.Read(ctx, actor, db.One(&r, selectReception+` WHERE r.id = @id`, db.Args{"id": id}))
	return r, err
}

// Upcoming lists the next published receptions of a street, or of all where
// street is 0.
func (s *Store) Upcoming(ctx context.Context, actor access.Actor, street int64, limit int) (list []Reception, err error) {
	defer fault.Wrap(&err, "upcoming receptions")
	sql := selectReception + ` WHERE r.state = 'published' AND r.held_on >= @today::date`
	args := db.Args{"today": calendar.On(s.now()), "limit": limit}
	if street != 0 {
		sql += ` AND r.street_id = @street`
		args["street"] = street
	}
	err = s.db.Read(ctx, actor, db.Many(&list, sql+` ORDER BY r.held_on, r.id LIMIT @limit`, args))
	return list, err
}
