package voter

import (
	"context"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
)

// Result is what a district's selection meeting counted.
type Result struct {
	DistrictID int64
	HeldOn     time.Time
	Place      string
	Due        int
	Present    int
	Votes      map[int64]int // by candidate
}

// district is a district of a selection as its results are computed.
type district struct {
	Seats   int
	HeldOn  *time.Time
	Present int
	Tied    bool
}

// RecordResult records a district's selection meeting. Who is selected is
// computed from the votes. It may be recorded again until the selection is
// submitted; a second vote is forgotten then.
func (s *Store) RecordResult(ctx context.Context, actor access.Actor, step Step, r Result) error {
	return s.move(ctx, actor, "result", step, func(tx db.Tx, l locked) (done, error) {
		if bad := r.check(calendar.On(s.now())); len(bad) > 0 {
			return done{}, bad
		}
		d, list, err := s.standing(ctx, tx, l, r.DistrictID)
		if err != nil {
			return done{}, err
		}
		total := 0
		for i := range list {
			votes, ok := r.Votes[list[i].ID]
			if !ok || votes < 0 || votes > r.Present {
				return done{}, fault.Fields{{Name: fmt.Sprintf("votes-%d", list[i].ID), Text: fmt.Sprintf("得票请填 0 到 %d", r.Present)}}
			}
			list[i].Votes, list[i].Runoff = votes, nil
			total += votes
		}
		if total > r.Present*d.Seats {
			return done{}, fault.Fields{{Name: "present", Text: fmt.Sprintf("得票合计 %d，多于到会人数 × 名额 = %d，请核对", total, r.Present*d.Seats)}}
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE selection_districts
			SET held_on = @on, place = @place, due = @due, present = @present
			WHERE street_id = @street AND selection_id = @id AND district_id = @district`,
			db.Args{"street": l.StreetID, "id": l.ID, "district": r.DistrictID, "on": r.HeldOn, "place": r.Place, "due": r.Due, "present": r.Present})
		if err != nil {
			return done{}, err
		}
		d.Present = r.Present
		return done{title: "登记推选结果"}, s.elect(ctx, tx, l, r.DistrictID, d, list)
	})
}

func (r Result) check(today time.Time) (bad fault.Fields) {
	if r.HeldOn.After(today) {
		bad.Add("held_on", "会议日期不能晚于今天")
	}
	if r.Present > r.Due || r.Present*2 <= r.Due {
		bad.Add("present", "到会人数要超过应到的一半，也不能比应到多")
	}
	return bad
}

// RecordRunoff records the second vote among those tied in a district.
func (s *Store) RecordRunoff(ctx context.Context, actor access.Actor, step Step, districtID int64, votes map[int64]int) error {
	return s.move(ctx, actor, "runoff", step, func(tx db.Tx, l locked) (done, error) {
		d, list, err := s.standing(ctx, tx, l, districtID)
		switch {
		case err != nil:
			return done{}, err
		case d.HeldOn == nil || !d.Tied:
			return done{}, fault.Fields{{Name: "district", Text: "这个选区没有并列，不用再次投票"}}
		}
		for i := range list {
			list[i].Runoff = nil
		}
		_, tied := Elect(list, d.Present, d.Seats, l.PassPercent)
		for i := range list {
			if !slices.Contains(tied, list[i].ID) {
				continue
			}
			n, ok := votes[list[i].ID]
			if !ok || n < 0 || n > d.Present {
				return done{}, fault.Fields{{Name: fmt.Sprintf("votes-%d", list[i].ID), Text: fmt.Sprintf("得票请填 0 到 %d", d.Present)}}
			}
			list[i].Runoff = &n
		}
		return done{title: "登记再次投票"}, s.elect(ctx, tx, l, districtID, d, list)
	})
}

// standing reads a district of the selection and those who stand in it.
func (s *Store) standing(ctx context.Context, tx db.Tx, l locked, id int64) (d district, list []Vote, err error) {
	args := db.Args{"street": l.StreetID, "id": l.ID, "district": id}
	err = db.Do(ctx, tx,
		db.One(&d, `
			SELECT seats, held_on, coalesce(present, 0) AS present, tied
			FROM selection_districts
			WHERE street_id = @street AND selection_id = @id AND district_id = @district`, args),
		db.Many(&list, `
			SELECT id, coalesce(votes, 0) AS votes, runoff
			FROM selection_candidates
			WHERE street_id = @street AND selection_id = @id AND district_id = @district AND dropped_why = ''
			ORDER BY id
			LIMIT 500`, args))
	if sent(err) {
		err = fault.Fields{{Name: "district", Text: "请选择选区"}}
	}
	return d, list, err
}

// elect keeps the votes and who is selected by them.
func (s *Store) elect(ctx context.Context, tx db.Tx, l locked, id int64, d district, list []Vote) error {
	selected, tied := Elect(list, d.Present, d.Seats, l.PassPercent)
	var b db.Batch
	args := db.Args{"street": l.StreetID, "id": l.ID, "district": id}
	b.Add(`
		UPDATE selection_candidates
		SET place = NULL, votes = NULL, runoff = NULL
		WHERE street_id = @street AND selection_id = @id AND district_id = @district`, args)
	for _, v := range list {
		var place *int
		if i := slices.Index(selected, v.ID); i >= 0 {
			i++
			place = &i
		}
		b.Add(`
			UPDATE selection_candidates
			SET votes = @votes, runoff = @runoff, place = @place
			WHERE street_id = @street AND id = @candidate`,
			db.Args{"street": l.StreetID, "candidate": v.ID, "votes": v.Votes, "runoff": v.Runoff, "place": place})
	}
	b.Add(`
		UPDATE selection_districts
		SET tied = @tied
		WHERE street_id = @street AND selection_id = @id AND district_id = @district`,
		db.Args{"street": l.StreetID, "id": l.ID, "district": id, "tied": len(tied) > 0})
	return b.Run(ctx, tx)
}

// Submit hands the results to the committee's directors' meeting. Who is tied
// needs a second vote first; where that is equal too the seat stays vacant.
func (s *Store) Submit(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "submission", step, func(tx db.Tx, l locked) (done, error) {
		var now struct {
			Waiting, Tied string
			Selected      int
		}
		err := db.Do(ctx, tx, db.One(&now, `
			SELECT coalesce(string_agg(v.name, '、' ORDER BY v.position) FILTER (WHERE d.held_on IS NULL), '') AS waiting,
			       coalesce(string_agg(v.name, '、' ORDER BY v.position) FILTER (WHERE d.tied AND NOT EXISTS (
			           SELECT FROM selection_candidates c
			           WHERE c.street_id = d.street_id AND c.selection_id = d.selection_id AND c.district_id = d.district_id AND c.runoff IS NOT NULL)), '') AS tied,
			       (SELECT count(*) FROM selection_candidates c WHERE c.street_id = @street AND c.selection_id = @id AND c.place IS NOT NULL)::integer AS selected
			FROM selection_districts d
			JOIN voter_districts v ON v.street_id = d.street_id AND v.id = d.district_id
			WHERE d.street_id = @street AND d.selection_id = @id`, db.Args{"street": l.StreetID, "id": l.ID}))
		switch {
		case err != nil:
			return done{}, err
		case now.Waiting != "":
			return done{}, fault.Fields{{Name: "state", Text: "还没有登记推选结果的选区：" + now.Waiting}}
		case now.Tied != "":
			return done{}, fault.Fields{{Name: "state", Text: "得票相同、要再次投票的选区：" + now.Tied}}
		case now.Selected == 0:
			return done{}, fault.Fields{{Name: "state", Text: "没有人当选，不能提请确认"}}
		}
		if err := s.to(ctx, tx, l, Confirming); err != nil {
			return done{}, err
		}
		return done{title: "提请工委主任会议确认"}, s.tell(ctx, tx, l, access.Director, "选民代表推选结果待确认")
	})
}
