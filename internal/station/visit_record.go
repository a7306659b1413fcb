package station

import (
	"context"
	"fmt"
	"strings"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/opinion"
)

// VisitRecord is one visit with the opinions it collected.
type VisitRecord struct {
	VisitLine
	StationID   int64
	ReceptionID int64
	CommunityID int64 // of the station
	Staff       string
	Note        string
	Version     int
	Collected   []opinion.Line
	Timeline    []audit.Entry
}

// Visit returns one visit.
func (s *Store) Visit(ctx context.Context, actor access.Actor, id int64) (r VisitRecord, err error) {
	defer fault.Wrap(&err, "visit %d", id)
	if !actor.May(access.ViewVisits) {
		return r, fault.Forbidden
	}
	type rest struct {
		StationID, ReceptionID, CommunityID int64
		Staff, Note                         string
		Version                             int
	}
	var more rest
	arg := db.Args{"id": id}
	err = s.db.Read(ctx, actor,
		db.One(&r.VisitLine, selectVisitLine+` WHERE v.id = @id`, arg),
		db.One(&more, `
			SELECT v.station_id, coalesce(v.reception_id, 0) AS reception_id, coalesce(t.community_id, 0) AS community_id, v.staff, v.note, v.version
			FROM visits v
			JOIN stations t ON t.street_id = v.street_id AND t.id = v.station_id
			WHERE v.id = @id`, arg),
		audit.Timeline(&r.Timeline, "visit", id))
	if err != nil {
		return r, err
	}
	r.StationID, r.ReceptionID, r.CommunityID, r.Staff, r.Note, r.Version = more.StationID, more.ReceptionID, more.CommunityID, more.Staff, more.Note, more.Version
	r.Collected, err = s.opinions.OfVisit(ctx, actor, r.StreetID, id)
	return r, err
}

// Sheets returns the opinions of a visit in full, as far as actor sees them, for
// the forms that are printed and the receipts that are handed out.
func (s *Store) Sheets(ctx context.Context, actor access.Actor, r VisitRecord) ([]opinion.Opinion, error) {
	if !actor.May(access.ViewVisits) {
		return nil, fault.Forbidden
	}
	return s.opinions.Collected(ctx, actor, r.StreetID, r.ID)
}

// Receipts returns what each resident of a visit takes home.
func (s *Store) Receipts(ctx context.Context, actor access.Actor, r VisitRecord) ([]Slip, error) {
	if !actor.May(access.LogVisit) {
		return nil, fault.Forbidden
	}
	list, err := s.opinions.Collected(ctx, actor, r.StreetID, r.ID)
	slips := make([]Slip, len(list))
	for i, o := range list {
		slips[i] = Slip{o, s.opinions.Code(o)}
	}
	return slips, err
}

// Slip is an opinion with its query code.
type Slip struct {
	opinion.Opinion
	Code string
}

// Correction is what can be corrected of a visit, and why.
type Correction struct {
	Version   int // the one that was shown
	FromTime  string
	ToTime    string
	Residents int
	Staff     string
	Note      string
	Reason    string
}

func (c *Correction) check() error {
	var bad fault.Fields
	if c.FromTime != "" && c.ToTime != "" && c.ToTime <= c.FromTime {
		bad.Add("to_time", "结束时间要晚于开始时间")
	}
	if c.Residents < 0 || c.Residents > MostResidents {
		bad.Add("residents", "请填写联系群众人次，0 到 "+itoa(MostResidents)+" 之间的数")
	}
	if c.Reason == "" {
		bad.Add("reason", "请填写更正的理由")
	}
	return bad.Err()
}

// CorrectVisit corrects what was logged. The reason and the old values are
// recorded (hard rule 12 of domain.md).
func (s *Store) CorrectVisit(ctx context.Context, actor access.Actor, id int64, c Correction) (err error) {
	defer fault.Wrap(&err, "correct visit %d", id)
	if !actor.May(access.CorrectVisit) {
		return fault.Forbidden
	}
	if err := c.check(); err != nil {
		return err
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var had Correction
		err := db.Do(ctx, tx, db.One(&had, `
			SELECT version, coalesce(to_char(from_time, 'HH24:MI'), '') AS from_time, coalesce(to_char(to_time, 'HH24:MI'), '') AS to_time,
			       residents, staff, note, '' AS reason
			FROM visits
			WHERE street_id = @street AND id = @id
			FOR UPDATE`, db.Args{"street": actor.StreetID, "id": id}))
		if err != nil {
			return err
		}
		if had.Version != c.Version {
			return fault.Stale
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE visits
			SET from_time = nullif(@from::text, '')::time, to_time = nullif(@to::text, '')::time,
			    residents = @residents, staff = @staff, note = @note, version = version + 1
			WHERE street_id = @street AND id = @id`,
			db.Args{
				"from": c.FromTime, "to": c.ToTime, "residents": c.Residents, "staff": c.Staff, "note": c.Note, "street": actor.StreetID, "id": id,
			})
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: actor.StreetID, Kind: "visit", ID: id, Action: "visit.correct", Title: had.changed(c), Reason: c.Reason,
			Detail: map[string]any{"before": had, "after": c},
		})
	})
}

// changed says for the timeline what a correction changed.
func (c *Correction) changed(to Correction) string {
	var list []string
	if c.Residents != to.Residents {
		list = append(list, fmt.Sprintf("联系群众 %d → %d 人次", c.Residents, to.Residents))
	}
	if c.FromTime != to.FromTime || c.ToTime != to.ToTime {
		list = append(list, "起止时间")
	}
	if c.Staff != to.Staff {
		list = append(list, "工作人员")
	}
	if c.Note != to.Note {
		list = append(list, "备注")
	}
	if list == nil {
		return "更正接待登记"
	}
	return "更正接待登记：" + strings.Join(list, "、")
}
