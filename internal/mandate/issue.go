package mandate

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/document"
	"portal/internal/fault"
)

// Submit sends a draft to the city's leader.
func (s *Store) Submit(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "submission", step, func(tx db.Tx, m locked) (done, error) {
		if m.DecidedOn == nil {
			return done{}, fault.Fields{{Name: "state", Text: "还没有填写议定日期。授权要由常委会会议或者主任会议议定，请先修改草稿"}}
		}
		if m.DecidedOn.After(s.today()) {
			return done{}, fault.Fields{{Name: "state", Text: "议定日期还没有到，议定以后再送审"}}
		}
		street, err := s.set(ctx, tx, m, InApproval, "", nil)
		if err != nil {
			return done{}, err
		}
		return done{title: "送审"}, s.tell(ctx, tx, street, m.ID, "授权待审批："+m.Title, access.CityLeader)
	})
}

// set moves m to a state with what comes with it, and returns one of its
// streets, under which notices to the city are kept.
func (s *Store) set(ctx context.Context, tx db.Tx, m locked, to any, more string, args db.Args) (street int64, err error) {
	all := db.Args{"id": m.ID, "state": to}
	for k, v := range args {
		all[k] = v
	}
	if _, err := db.Exec(ctx, tx, `UPDATE mandates SET state = @state`+more+` WHERE id = @id`, all); err != nil {
		return 0, err
	}
	return street, db.Do(ctx, tx, db.Value(&street, `SELECT min(street_id) FROM mandate_streets WHERE mandate_id = @id`, db.Args{"id": m.ID}))
}

// Approve lets an authorisation be issued.
func (s *Store) Approve(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "approval", step, func(tx db.Tx, m locked) (done, error) {
		street, err := s.set(ctx, tx, m, Approved, `, approver = @name, approved_on = @today`, db.Args{"name": actor.Name, "today": s.today()})
		if err != nil {
			return done{}, err
		}
		return done{title: "批准"}, s.tell(ctx, tx, street, m.ID, "授权已批准，待下达："+m.Title, access.CityOffice)
	})
}

// Refuse gives a draft back.
func (s *Store) Refuse(ctx context.Context, actor access.Actor, step Step, reason string) error {
	return s.move(ctx, actor, "refusal", step, func(tx db.Tx, m locked) (done, error) {
		street, err := s.set(ctx, tx, m, Draft, "", nil)
		if err != nil {
			return done{}, err
		}
		return done{title: "退回修改", reason: reason}, s.tell(ctx, tx, street, m.ID, "授权草稿退回修改："+m.Title, access.CityOffice)
	})
}

// Drop gives a draft up. The request that it answered waits for the city again.
func (s *Store) Drop(ctx context.Context, actor access.Actor, step Step, reason string) error {
	return s.move(ctx, actor, "dropping", step, func(tx db.Tx, m locked) (done, error) {
		if _, err := s.set(ctx, tx, m, Dropped, `, why = @why`, db.Args{"why": reason}); err != nil {
			return done{}, err
		}
		return done{title: "作废", reason: reason}, s.answerRequest(ctx, tx, actor, m, Submitted)
	})
}

// Issue gives an approved authorisation its number and sends it to its streets.
// From here on it is immutable but by a change; each street has some working
// days to sign for it, and the clocks of its reports run.
func (s *Store) Issue(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "issue", step, func(tx db.Tx, m locked) (done, error) {
		number, err := document.Allot(ctx, tx, actor, document.Issue{
			At: s.now(), Kind: document.Notice, Subject: kind, SubjectID: m.ID, Title: paperTitle(m.Mode, m.Title), SignedOn: s.today(),
		})
		if err != nil {
			return done{}, err
		}
		if _, err := s.set(ctx, tx, m, Issued, `, number = @number, issued_on = @today`, db.Args{"number": number, "today": s.today()}); err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `UPDATE mandate_versions SET state = 'in_force', effective_on = @today WHERE mandate_id = @id AND version = 1`,
			db.Args{"today": s.today(), "id": m.ID})
		if err != nil {
			return done{}, err
		}
		var streets []int64
		err = db.Do(ctx, tx, db.Values(&streets, `
			WITH issued AS (UPDATE mandate_streets SET state = 'issued', modified_at = @now WHERE mandate_id = @id RETURNING street_id)
			SELECT street_id FROM issued ORDER BY street_id`, db.Args{"now": s.now(), "id": m.ID}))
		if err != nil {
			return done{}, err
		}
		for _, street := range streets {
			if err := s.startClocks(ctx, tx, street, m.ID, 1); err != nil {
				return done{}, err
			}
			if err := s.startClock(ctx, tx, street, m.ID, "receipt", "签收", receiptDays); err != nil {
				return done{}, err
			}
			if err := s.tell(ctx, tx, street, m.ID, "收到授权，请签收："+m.Title, access.Director, access.Staff); err != nil {
				return done{}, err
			}
		}
		return done{title: "下达 " + number}, s.answerRequest(ctx, tx, actor, m, Granted)
	})
}

// duty is a report that a matter owes.
type duty struct {
	No       int
	Subject  string
	ReportBy time.Time
	Yearly   bool
}

// startClocks starts the clocks of the reports of a version in one street.
func (s *Store) startClocks(ctx context.Context, tx db.Tx, street, id int64, version int) error {
	var duties []duty
	err := db.Do(ctx, tx, db.Many(&duties, `
		SELECT no, subject, report_by, yearly
		FROM mandate_matters
		WHERE mandate_id = @id AND version = @version
		ORDER BY no
		LIMIT 20`, db.Args{"id": id, "version": version}))
	for _, d := range duties {
		if err == nil {
			err = s.startReport(ctx, tx, street, id, d.No, d.ReportBy, "按授权事项报告，期限由授权文件规定")
		}
	}
	return err
}

func reportClock(no int) string { return "report-" + itoa(no) }

func (s *Store) startReport(ctx context.Context, tx db.Tx, street, id int64, no int, due time.Time, basis string) error {
	from := s.today()
	if due.Before(from) {
		from = due
	}
	return deadline.StartOn(ctx, tx, deadline.New{
		StreetID: street, Kind: kind, SubjectID: id, Name: reportClock(no), Label: "第" + itoa(no) + "项报告", From: from, Basis: basis,
	}, due)
}
