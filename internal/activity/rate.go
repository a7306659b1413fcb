package activity

import (
	"context"
	"fmt"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/poll"
)

// rating returns the rating of an appraisal that runs; 0 where none does.
func rating(ctx context.Context, tx db.Tx, a locked) (id int64, err error) {
	return id, db.Do(ctx, tx, db.Value(&id, `
		SELECT coalesce((SELECT p.id FROM polls p WHERE p.street_id = @street AND p.kind = 'appraisal' AND p.record_id = @id AND p.state = 'open'), 0)`,
		db.Args{"street": a.StreetID, "id": a.ID}))
}

// unrated complains where a rating runs: an activity does not end before it.
func (s *Store) unrated(ctx context.Context, tx db.Tx, a locked) error {
	running, err := rating(ctx, tx, a)
	if err == nil && running != 0 {
		err = fault.Fields{{Name: "state", Text: unrated}}
	}
	return err
}

const unrated = "测评还没有结束，请先结束测评"

// Rate puts the rating of the appraised unit, 满意, 基本满意 or 不满意, without names
// (hard rule 7) to those who are due and there. Once the unit has reported what it put
// right, those who were there at the appraisal rate it again (跟踪测评).
func (s *Store) Rate(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "rating", step, func(tx db.Tx, a locked) (done, error) {
		if a.Kind != Appraisal {
			return done{}, fault.Fields{{Name: "state", Text: "只有工作评议有测评"}}
		}
		n, title := poll.New{StreetID: a.StreetID, Kind: poll.Appraisal, RecordID: a.ID, Link: "/activities/" + itoa(a.ID)}, "评议测评："
		if a.State == Open {
			n.GatheringID = a.GatheringID
		} else {
			title = "跟踪测评："
			var owed bool
			err := db.Do(ctx, tx,
				db.Values(&n.People, `
					SELECT person_id
					FROM attendances
					WHERE street_id = @street AND gathering_id = @id AND due AND arrived_at IS NOT NULL AND person_street_id = @street
					ORDER BY id
					LIMIT 2000`, db.Args{"street": a.StreetID, "id": a.GatheringID}),
				db.Value(&owed, `
					SELECT EXISTS (SELECT FROM activity_forwardings
					               WHERE street_id = @street AND activity_id = @id AND rectify_by IS NOT NULL AND rectified_at IS NULL AND waived_at IS NULL)`,
					db.Args{"street": a.StreetID, "id": a.ID}))
			if err == nil && owed {
				err = fault.Fields{{Name: "state", Text: "单位报送整改报告以后才能跟踪测评"}}
			}
			if err != nil {
				return done{}, err
			}
		}
		var unit string
		if err := db.Do(ctx, tx, db.Value(&unit, `SELECT name FROM units WHERE street_id = @street AND id = @unit`, db.Args{"street": a.StreetID, "unit": a.UnitID})); err != nil {
			return done{}, err
		}
		n.Title = title + a.Title
		n.Questions = []poll.Question{{Text: "对" + unit + "这项工作的评价", Scale: poll.Rating}}
		_, err := s.polls.Open(ctx, tx, actor, n)
		return done{title: "开始" + title[:len(title)-len("：")]}, err
	})
}

// CloseRating ends the rating that runs.
func (s *Store) CloseRating(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "rating-closure", step, func(tx db.Tx, a locked) (done, error) {
		id, err := s.running(ctx, tx, a)
		if err != nil {
			return done{}, err
		}
		r, err := s.polls.Close(ctx, tx, actor, id)
		return done{title: fmt.Sprintf("结束测评，应投 %d 人，投票 %d 人", r.Circle, r.Cast())}, err
	})
}

// CancelRating gives the rating that runs up, for a reason; it can be put anew.
func (s *Store) CancelRating(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "rating-cancellation", step, func(tx db.Tx, a locked) (done, error) {
		id, err := s.running(ctx, tx, a)
		if err == nil {
			err = s.polls.Cancel(ctx, tx, actor, id, why)
		}
		return done{title: "作废测评", reason: why}, err
	})
}

func (s *Store) running(ctx context.Context, tx db.Tx, a locked) (int64, error) {
	id, err := rating(ctx, tx, a)
	if err == nil && id == 0 {
		err = fault.Fields{{Name: "state", Text: "没有正在进行的测评"}}
	}
	return id, err
}
