package station

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
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
	Street       string
	Deputies     []string
	DeputyIDs    []int64
	Visits       []int64 // logged for it, as far as the actor sees them
}

const selectReception = `
	SELECT r.id, r.street_id, r.station_id, t.name AS station, t.address, r.held_on, to_char(r.from_time, 'HH24:MI') AS from_time,
	       to_char(r.to_time, 'HH24:MI') AS to_time, r.theme, r.state, r.cancel_reason, r.version, s.name AS street,
	       ARRAY (SELECT d.name
	              FROM reception_deputies rd
	              JOIN deputies d ON d.street_id = rd.street_id AND d.id = rd.deputy_id
	              WHERE rd.street_id = r.street_id AND rd.reception_id = r.id
	              ORDER BY d.name, d.id
	              LIMIT 30) AS deputies,
	       ARRAY (SELECT rd.deputy_id
	              FROM reception_deputies rd
	              WHERE rd.street_id = r.street_id AND rd.reception_id = r.id
	              ORDER BY rd.deputy_id
	              LIMIT 30) AS deputy_ids,
	       '{}'::bigint[] AS visits
	FROM receptions r
	JOIN stations t ON t.street_id = r.street_id AND t.id = r.station_id
	JOIN streets s ON s.id = r.street_id`

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
// and returns how many. A liaison officer plans for the stations of their own
// community. It returns fault.Fields when n breaks a rule.
func (s *Store) PlanReception(ctx context.Context, actor access.Actor, n NewReception) (planned int, err error) {
	defer fault.Wrap(&err, "plan reception")
	if !actor.May(access.PlanReception) {
		return 0, fault.Forbidden
	}
	if err := n.check(s.now()); err != nil {
		return 0, err
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
	if db.Violates(err, "receptions_key_once") {
		return s.plannedAs(ctx, actor, n) // the same form, sent twice
	}
	return planned, err
}

func (n *NewReception) check(now time.Time) error {
	var bad fault.Fields
	if n.HeldOn.Before(calendar.On(now)) {
		bad.Add("held_on", "接待日期不能早于今天")
	}
	switch {
	case n.FromTime == "":
		bad.Add("from_time", "请填写开始时间，例如 09:00")
	case n.ToTime <= n.FromTime:
		bad.Add("to_time", "结束时间要晚于开始时间")
	}
	if len(n.Deputies) == 0 {
		bad.Add("deputies", "请选择接待的代表，公告要写明代表姓名")
	}
	return bad.Err()
}

func (s *Store) planOne(ctx context.Context, tx db.Tx, actor access.Actor, n NewReception, day time.Time, i int) error {
	id, err := db.Insert(ctx, tx, `
		INSERT INTO receptions (street_id, station_id, held_on, from_time, to_time, theme, key)
		SELECT street_id, id, @day, @from::text::time, @to::text::time, @theme, @key
		FROM stations
		WHERE street_id = @street AND id = @station AND closed_on IS NULL
		  AND (@community::bigint = 0 OR community_id = @community)
		RETURNING id`,
		db.Args{
			"day": day, "from": n.FromTime, "to": n.ToTime, "theme": n.Theme, "key": n.Key + "-" + itoa(i),
			"street": actor.StreetID, "station": n.StationID, "community": actor.CommunityID,
		})
	switch {
	case errors.Is(err, fault.NotFound):
		return fault.Fields{{Name: "station_id", Text: "请选择联络站"}}
	case db.Violates(err, "receptions_once"):
		return fault.Fields{{Name: "held_on", Text: "这个站点" + calendar.MonthDay(day) + " " + n.FromTime + " 已有接待安排"}}
	case err != nil:
		return err
	}
	var suspended []string
	err = db.Do(ctx, tx, db.Values(&suspended, `
		SELECT name
		FROM deputies
		WHERE street_id = @street AND id = ANY (@deputies::bigint[]) AND state = 'suspended'`, db.Args{"street": actor.StreetID, "deputies": n.Deputies}))
	switch {
	case err != nil:
		return err
	case len(suspended) > 0:
		return fault.Fields{{Name: "deputies", Text: strings.Join(suspended, "、") + "正在暂停执行代表职务，不能安排接待"}}
	}
	count, err := db.Exec(ctx, tx, `
		INSERT INTO reception_deputies (street_id, reception_id, deputy_id)
		SELECT street_id, @id, id
		FROM deputies
		WHERE street_id = @street AND id = ANY (@deputies::bigint[]) AND ended_on IS NULL`,
		db.Args{"id": id, "street": actor.StreetID, "deputies": n.Deputies})
	if err != nil {
		return err
	}
	if count == 0 {
		return fault.Fields{{Name: "deputies", Text: "请选择接待的代表，公告要写明代表姓名"}}
	}
	return s.recordStation(ctx, tx, actor, n.StationID, "reception.plan", "安排接待日："+calendar.Date(day), "")
}

// plannedAs counts what the form with n's key planned.
func (s *Store) plannedAs(ctx context.Context, actor access.Actor, n NewReception) (planned int, err error) {
	err = s.db.Read(ctx, actor, db.Value(&planned, `
		SELECT count(*)
		FROM receptions
		WHERE street_id = @street AND station_id = @station AND starts_with(key, @key)`,
		db.Args{"street": actor.StreetID, "station": n.StationID, "key": n.Key + "-"}))
	return planned, err
}

// PublishReception puts the notice on the residents' site, some days before
// (domain.md §3 j), and tells the deputies concerned.
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
		return "发布接待公告：" + calendar.Date(r.HeldOn), "", s.publish(ctx, tx, r)
	})
}

func (s *Store) publish(ctx context.Context, tx db.Tx, r Reception) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE receptions
		SET state = 'published', published_at = @now, version = version + 1
		WHERE street_id = @street AND id = @id`, db.Args{"now": s.now(), "street": r.StreetID, "id": r.ID})
	if err != nil {
		return err
	}
	return s.tellDeputies(ctx, tx, r, "您有接待安排")
}

// tellDeputies sends a notice to everybody who was to receive residents at r.
func (s *Store) tellDeputies(ctx context.Context, tx db.Tx, r Reception, title string) error {
	for _, d := range r.DeputyIDs {
		err := notice.Send(ctx, tx, notice.Notice{
			At: s.now(), StreetID: r.StreetID, To: access.Deputy, DeputyID: d,
			Title: title + "：" + calendar.MonthDay(r.HeldOn) + " " + r.FromTime + "，" + r.Station, Link: fmt.Sprintf("/receptions/%d", r.ID),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// PublishReceptions publishes every planned reception between two days, at one
// station or, where station is 0, at all that actor plans for, as far as there
// are enough days left. It returns how many.
func (s *Store) PublishReceptions(ctx context.Context, actor access.Actor, from, to time.Time, station int64) (published int, err error) {
	defer fault.Wrap(&err, "publish receptions")
	if !actor.May(access.PlanReception) {
		return 0, fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		days, err := noticeDays.In(ctx, tx, actor.StreetID)
		if err != nil {
			return err
		}
		if first := calendar.AddDays(s.now(), days); from.Before(first) {
			from = first
		}
		var list []Reception
		err = db.Do(ctx, tx, db.Many(&list, selectReception+`
			WHERE r.street_id = @street AND r.state = 'planned' AND r.held_on BETWEEN @from::date AND @to::date
			  AND (@station::bigint = 0 OR r.station_id = @station)
			  AND (@community::bigint = 0 OR t.community_id = @community)
			ORDER BY r.held_on, r.id
			LIMIT 500
			FOR UPDATE OF r`,
			db.Args{"street": actor.StreetID, "from": from, "to": to, "station": station, "community": actor.CommunityID}))
		if err != nil {
			return err
		}
		for _, r := range list {
			if err := s.publish(ctx, tx, r); err != nil {
				return err
			}
			if err := s.recordStation(ctx, tx, actor, r.StationID, "reception.change", "发布接待公告："+calendar.Date(r.HeldOn), ""); err != nil {
				return err
			}
		}
		published = len(list)
		return nil
	})
	return published, err
}

// CancelReception cancels a reception and tells the deputies concerned. One
// that was published stays on the residents' site, marked as cancelled.
func (s *Store) CancelReception(ctx context.Context, actor access.Actor, id int64, version int, reason string) (err error) {
	defer fault.Wrap(&err, "cancel reception %d", id)
	return s.changeReception(ctx, actor, id, version, func(tx db.Tx, r Reception) (string, string, error) {
		if r.State == "cancelled" {
			return "", "", fault.Fields{{Name: "state", Text: "已经取消"}}
		}
		if reason == "" {
			return "", "", fault.Fields{{Name: "reason", Text: "请填写取消的原因"}}
		}
		return "取消接待：" + calendar.Date(r.HeldOn), reason, s.cancel(ctx, tx, r, reason)
	})
}

func (s *Store) cancel(ctx context.Context, tx db.Tx, r Reception, reason string) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE receptions
		SET state = 'cancelled', cancel_reason = @reason, version = version + 1
		WHERE street_id = @street AND id = @id`, db.Args{"reason": reason, "street": r.StreetID, "id": r.ID})
	if err != nil || r.State != "published" {
		return err
	}
	return s.tellDeputies(ctx, tx, r, "接待已取消")
}

func (s *Store) changeReception(ctx context.Context, actor access.Actor, id int64, version int, fn func(db.Tx, Reception) (title, reason string, err error)) error {
	if !actor.May(access.PlanReception) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var r Reception
		err := db.Do(ctx, tx, db.One(&r, selectReception+`
			WHERE r.id = @id AND (@community::bigint = 0 OR t.community_id = @community)
			FOR UPDATE OF r`, db.Args{"id": id, "community": actor.CommunityID}))
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

// Reception returns one reception with the visits that were logged for it.
func (s *Store) Reception(ctx context.Context, actor access.Actor, id int64) (r Reception, err error) {
	defer fault.Wrap(&err, "reception %d", id)
	if !actor.Public() && !actor.May(access.ViewStations) {
		return r, fault.Forbidden
	}
	queries := []db.Query{db.One(&r, selectReception+` WHERE r.id = @id`, db.Args{"id": id})}
	var visits []int64
	if actor.May(access.ViewVisits) {
		queries = append(queries, db.Values(&visits, `SELECT id FROM visits WHERE reception_id = @id ORDER BY id LIMIT 20`, db.Args{"id": id}))
	}
	err = s.db.Read(ctx, actor, queries...)
	r.Visits = visits
	return r, err
}

// ReceptionFilter narrows a schedule. Zero fields but From and To do not narrow
// it.
type ReceptionFilter struct {
	StreetID  int64
	StationID int64
	DeputyID  int64
	State     string
	From, To  time.Time
}

// ReceptionsMost is how many receptions one schedule shows: a month of a street
// has some thirty.
const ReceptionsMost = 1000

// Receptions lists the receptions between two days, in their order.
func (s *Store) Receptions(ctx context.Context, actor access.Actor, f ReceptionFilter) (list []Reception, err error) {
	defer fault.Wrap(&err, "list receptions")
	if !actor.May(access.ViewStations) {
		return nil, fault.Forbidden
	}
	sql := selectReception + "\nWHERE r.held_on BETWEEN @from::date AND @to::date"
	args := db.Args{"from": f.From, "to": f.To, "limit": ReceptionsMost}
	add := func(on bool, name string, value any, condition string) {
		if on {
			sql += "\n  AND " + condition
			args[name] = value
		}
	}
	if actor.StreetID != 0 {
		f.StreetID = actor.StreetID
	}
	add(f.StreetID != 0, "street", f.StreetID, "r.street_id = @street")
	add(f.StationID != 0, "station", f.StationID, "r.station_id = @station")
	add(f.DeputyID != 0, "deputy", f.DeputyID, "EXISTS (SELECT FROM reception_deputies x WHERE x.street_id = r.street_id AND x.reception_id = r.id AND x.deputy_id = @deputy)")
	add(f.State != "", "state", f.State, "r.state = @state")
	err = s.db.Read(ctx, actor, db.Many(&list, sql+`
		ORDER BY r.held_on, r.from_time, r.id
		LIMIT @limit`, args))
	return list, err
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
