package gathering

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// Arrival is what checking in came to.
type Arrival struct {
	GatheringID int64
	At          time.Time
	Already     bool // at another door, or before
}

// Arrive checks the acting person in with the code of four digits that is shown in
// the room. Who is there already is told since when. After five wrong codes only
// the office can, and the QR code does not help (default). It needs JoinGatherings and complains about the field code.
func (s *Store) Arrive(ctx context.Context, actor access.Actor, id int64, code string) (a Arrival, err error) {
	defer fault.Wrap(&err, "arrive at gathering %d", id)
	return s.arrive(ctx, actor, code, "code", func(tx db.Tx) (d door, err error) {
		return d, db.Do(ctx, tx, db.One(&d, `SELECT street_id AS street, id AS gathering FROM gatherings WHERE id = @id`, db.Args{"id": id}))
	})
}

// ArriveAt is Arrive with the token in the address of the QR code.
func (s *Store) ArriveAt(ctx context.Context, actor access.Actor, token string) (a Arrival, err error) {
	defer fault.Wrap(&err, "arrive at a door")
	return s.arrive(ctx, actor, token, "qr", func(tx db.Tx) (d door, err error) {
		return d, db.Do(ctx, tx, db.One(&d, `SELECT street, gathering FROM app.gathering_at(@token) WHERE gathering IS NOT NULL`, db.Args{"token": token}))
	})
}

// door is which gathering a code or a token opens.
type door struct{ Street, Gathering int64 }

func (s *Store) arrive(ctx context.Context, actor access.Actor, typed, way string, find func(db.Tx) (door, error)) (a Arrival, err error) {
	if !actor.May(access.JoinGatherings) {
		return a, fault.Forbidden
	}
	var got struct {
		Result  string
		Arrived *time.Time
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		d, err := find(tx)
		if err != nil {
			return err
		}
		a.GatheringID = d.Gathering
		// A wrong code is counted, so the transaction commits.
		err = db.Do(ctx, tx, db.One(&got, `SELECT result, arrived FROM app.arrive(@street, @id, @typed, @way, @now)`,
			db.Args{"street": d.Street, "id": d.Gathering, "typed": typed, "way": way, "now": s.now()}))
		if err != nil || got.Result != "arrived" {
			return err
		}
		return s.record(ctx, tx, actor, &Gathering{ID: d.Gathering, StreetID: d.Street}, "arrival", ways[way], "", nil)
	})
	switch {
	case err != nil:
		return a, err
	case got.Result == "arrived", got.Result == "already":
		a.At, a.Already = *got.Arrived, got.Result == "already"
		return a, nil
	}
	return a, fault.Fields{{Name: "code", Text: barred[got.Result]}}
}

var ways = map[string]string{"qr": "扫码签到", "code": "凭码签到"}

var barred = map[string]string{
	"wrong": "签到码不对，请看现场屏幕上的四位数字", "locked": "输错次数太多，请到签到台登记",
	"closed": "现在不能签到，请以现场通知为准", "stranger": "您不在名单上，请到签到台登记",
}

// CheckedIn is what checking several people in by hand came to.
type CheckedIn struct {
	Arrived int
	Already []string // who was there before, with since when: 李䶮 已于 14:52 签到
}

// CheckIn records that some of those on the list are there, since at, which is now
// where it is zero. Who is there already stays as recorded. It needs KeepGatherings.
func (s *Store) CheckIn(ctx context.Context, actor access.Actor, id int64, attendances []int64, at time.Time) (c CheckedIn, err error) {
	defer fault.Wrap(&err, "check in at gathering %d", id)
	if at.IsZero() {
		at = s.now()
	}
	err = s.people(ctx, actor, "attendance", id, attendances, func(tx db.Tx, g *Gathering) error {
		if at.After(s.now()) {
			return fault.Fields{{Name: "at", Text: "到场时间不能晚于现在"}}
		}
		var there []struct {
			Name      string
			ArrivedAt time.Time
		}
		err := db.Do(ctx, tx, db.Many(&there, `
			SELECT name, arrived_at
			FROM attendances
			WHERE street_id = @street AND gathering_id = @id AND id = ANY (@ids) AND arrived_at IS NOT NULL
			ORDER BY id`, db.Args{"street": g.StreetID, "id": g.ID, "ids": attendances}))
		if err != nil {
			return err
		}
		for _, p := range there {
			c.Already = append(c.Already, p.Name+" 已于 "+Clock(p.ArrivedAt)+" 签到")
		}
		n, err := db.Exec(ctx, tx, `
			UPDATE attendances
			SET arrived_at = @at, arrived_how = 'hand', modified_at = @now
			WHERE street_id = @street AND gathering_id = @id AND id = ANY (@ids) AND arrived_at IS NULL`,
			db.Args{"at": at, "now": s.now(), "street": g.StreetID, "id": g.ID, "ids": attendances})
		c.Arrived = int(n)
		if err != nil || n == 0 {
			return refused(err)
		}
		return s.record(ctx, tx, actor, g, "attendance", fmt.Sprintf("登记签到 %d 人", n), "", map[string]any{"attendances": attendances})
	})
	return c, err
}

// Clock writes an instant as 14:52, in Shanghai.
func Clock(t time.Time) string { return t.In(calendar.Zone).Format("15:04") }

// people holds a gathering, shared, for a move that is about some on its list.
func (s *Store) people(ctx context.Context, actor access.Actor, name string, id int64, attendances []int64, fn func(db.Tx, *Gathering) error) error {
	if !actor.May(Procedure.Move(name).Need) && actor.Role != access.Operator {
		return fault.Forbidden
	}
	if len(attendances) == 0 {
		return fault.Fields{{Name: "ids", Text: "请勾选人员"}}
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		g, err := hold(ctx, tx, id, false)
		switch {
		case err != nil:
			return err
		case !Procedure.Allows(name, g.State):
			return tooLate(&g, Procedure.Move(name).Label)
		}
		return fn(tx, &g)
	})
}

// Leave records that somebody who had come left at that time. It needs
// KeepGatherings and complains about the fields ids and at.
func (s *Store) Leave(ctx context.Context, actor access.Actor, id, attendance int64, at time.Time) (err error) {
	defer fault.Wrap(&err, "leave gathering %d", id)
	return s.people(ctx, actor, "departure", id, []int64{attendance}, func(tx db.Tx, g *Gathering) error {
		if at.After(s.now()) {
			return fault.Fields{{Name: "at", Text: "离开时间不能晚于现在"}}
		}
		n, err := db.Exec(ctx, tx, `
			UPDATE attendances
			SET left_at = @at, modified_at = @now
			WHERE street_id = @street AND gathering_id = @id AND id = @who AND arrived_at <= @at AND left_at IS NULL`,
			db.Args{"at": at, "now": s.now(), "street": g.StreetID, "id": g.ID, "who": attendance})
		switch {
		case err != nil:
			return refused(err)
		case n == 0:
			return fault.Fields{{Name: "at", Text: "要先签到，离开时间要在签到之后"}}
		}
		return s.record(ctx, tx, actor, g, "departure", "登记离开 1 人", "", map[string]any{"attendance": attendance})
	})
}
