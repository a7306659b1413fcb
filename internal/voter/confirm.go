package voter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/document"
	"portal/internal/fault"
)

// Confirmation is the decision of the committee's directors' meeting 工委主任会议.
type Confirmation struct {
	MetOn   time.Time
	Chair   int64 // the post of who presided
	Present int
	For     int
}

// Confirm confirms who was selected: more than half of all in post are present,
// and more than half of all are for it (domain.md §3 d). From here on, or from the
// first day of the term, they are in office; those of the term before are not.
func (s *Store) Confirm(ctx context.Context, actor access.Actor, step Step, c Confirmation) error {
	return s.move(ctx, actor, "confirmation", step, func(tx db.Tx, l locked) (done, error) {
		due, err := committee.MembersOn(ctx, tx, l.StreetID, c.MetOn)
		if err != nil {
			return done{}, err
		}
		if bad := c.check(calendar.On(s.now()), due); len(bad) > 0 {
			return done{}, bad
		}
		since := c.MetOn
		if l.TermFrom.After(since) {
			since = l.TermFrom
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE selections
			SET state = 'confirmed', met_on = @on, chair_post_id = @chair, met_due = @due, met_present = @present, met_for = @for
			WHERE street_id = @street AND id = @id`,
			db.Args{"street": l.StreetID, "id": l.ID, "on": c.MetOn, "chair": c.Chair, "due": due, "present": c.Present, "for": c.For})
		if err != nil {
			return done{}, err
		}
		if l.Kind == General {
			if err := s.expire(ctx, tx, l, since); err != nil {
				return done{}, err
			}
		}
		if err := s.seat(ctx, tx, l, since); err != nil {
			return done{}, err
		}
		return done{title: fmt.Sprintf("工委主任会议确认（应到 %d，实到 %d，赞成 %d）", due, c.Present, c.For)},
			s.tell(ctx, tx, l, access.Staff, "选民代表推选结果已确认")
	})
}

func (c Confirmation) check(today time.Time, due int) (bad fault.Fields) {
	if c.MetOn.After(today) {
		bad.Add("met_on", "会议日期不能晚于今天")
	}
	switch {
	case due == 0:
		bad.Add("met_on", "当天工委没有在任的组成人员，不能开主任会议")
	case c.Present > due:
		bad.Add("met_present", fmt.Sprintf("当天全体组成人员是 %d 人，到会不能更多", due))
	case c.Present*2 <= due:
		bad.Add("met_present", fmt.Sprintf("当天全体组成人员是 %d 人，到会没有过半，会议不能作出决定", due))
	case c.For > c.Present:
		bad.Add("met_for", "赞成不能多于到会")
	case c.For*2 <= due:
		bad.Add("met_for", fmt.Sprintf("当天全体组成人员是 %d 人，赞成没有过半，没有通过，不能确认", due))
	}
	return bad
}

// expire ends who is in office for the term before.
func (s *Store) expire(ctx context.Context, tx db.Tx, l locked, since time.Time) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE voter_representatives
		SET ended_on = greatest(since, @since::date), ended_why = 'expired', version = version + 1, modified_at = @now
		WHERE street_id = @street AND selection_id <> @id AND ended_on IS NULL`,
		db.Args{"street": l.StreetID, "id": l.ID, "since": since, "now": s.now()})
	return err
}

// seat gives everybody selected a free seat of their district.
func (s *Store) seat(ctx context.Context, tx db.Tx, l locked, since time.Time) error {
	args := db.Args{"street": l.StreetID, "id": l.ID, "since": since, "now": s.now()}
	seated, err := db.Exec(ctx, tx, `
		INSERT INTO voter_representatives (street_id, person_id, selection_id, candidate_id, district_id, seat, since, until_on, created_at, modified_at)
		SELECT c.street_id, c.person_id, c.selection_id, c.id, c.district_id, f.seat, @since, s.term_until, @now, @now
		FROM selections s
		JOIN selection_candidates c ON c.street_id = s.street_id AND c.selection_id = s.id AND c.place IS NOT NULL
		JOIN (SELECT v.id AS district_id, g.seat, row_number() OVER (PARTITION BY v.id ORDER BY g.seat) AS n
		      FROM voter_districts v
		      CROSS JOIN generate_series(1, v.quota) AS g (seat)
		      WHERE v.street_id = @street
		        AND v.id IN (SELECT district_id FROM selection_districts WHERE street_id = @street AND selection_id = @id)
		        AND NOT EXISTS (SELECT FROM voter_representatives r
		                        WHERE r.street_id = v.street_id AND r.district_id = v.id AND r.seat = g.seat
		                          AND (r.ended_on IS NULL OR r.ended_on > @since))) AS f
		  ON f.district_id = c.district_id AND f.n = c.place
		WHERE s.street_id = @street AND s.id = @id`, args)
	if err != nil {
		return err
	}
	var selected int64
	err = db.Do(ctx, tx, db.Value(&selected, `
		SELECT count(*) FROM selection_candidates WHERE street_id = @street AND selection_id = @id AND place IS NOT NULL`,
		db.Args{"street": l.StreetID, "id": l.ID}))
	if err == nil && seated != selected {
		err = fault.Fields{{Name: "state", Text: "选区的空缺不够，名额不能超过方案。请核对离任登记"}}
	}
	return err
}

// Announce makes public who was confirmed. The announcement is signed off by who
// is in post, and gets its number then.
func (s *Store) Announce(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "announcement", step, func(tx db.Tx, l locked) (done, error) {
		today := calendar.On(s.now())
		signer, err := committee.ActingPost(ctx, tx, actor, l.StreetID, today)
		if err != nil {
			return done{}, err
		}
		number, err := document.Allot(ctx, tx, actor, document.Issue{
			At: s.now(), Street: l.StreetID, Kind: document.Announcement, Subject: kind, SubjectID: l.ID,
			Title: "关于" + l.Term + "选民代表名单的公告", SignedOn: today,
		})
		if err != nil {
			return done{}, err
		}
		args := db.Args{"street": l.StreetID, "id": l.ID, "today": today, "number": number, "signer": signer}
		_, err = db.Exec(ctx, tx, `
			UPDATE selections
			SET state = 'announced', announced_on = @today::date, signer_post_id = @signer, document_number = @number
			WHERE street_id = @street AND id = @id`, args)
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE voter_representatives r
			SET announced_on = @today::date,
			    certificate_number = (SELECT count(*) FROM voter_representatives o WHERE o.street_id = r.street_id AND o.id <= r.id)::text
			WHERE street_id = @street AND selection_id = @id`, db.Args{"street": l.StreetID, "id": l.ID, "today": today})
		if err != nil {
			return done{}, err
		}
		return done{title: "公告 " + number}, errors.Join(
			s.tell(ctx, tx, l, access.VoterRep, "选民代表名单已公告"), s.tell(ctx, tx, l, access.Staff, "选民代表公告已签发，可以发证"))
	})
}

// HandOut records that certificates were handed out to representatives of the
// selection.
func (s *Store) HandOut(ctx context.Context, actor access.Actor, step Step, representatives []int64, on time.Time) error {
	return s.move(ctx, actor, "certificates", step, func(tx db.Tx, l locked) (done, error) {
		if on.After(calendar.On(s.now())) {
			return done{}, fault.Fields{{Name: "on", Text: "发证日期不能晚于今天"}}
		}
		n, err := db.Exec(ctx, tx, `
			UPDATE voter_representatives
			SET certificate_on = @on, version = version + 1, modified_at = @now
			WHERE street_id = @street AND selection_id = @id AND id = ANY (@list) AND certificate_on IS NULL AND since <= @on`,
			db.Args{"street": l.StreetID, "id": l.ID, "list": representatives, "on": on, "now": s.now()})
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "list", Text: "请选择领到证书的选民代表，发证日期不能早于任职日期"}}
		}
		return done{title: fmt.Sprintf("发证 %d 份", n)}, err
	})
}

// Close ends the selection when every certificate is handed out.
func (s *Store) Close(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "closure", step, func(tx db.Tx, l locked) (done, error) {
		var left int
		err := db.Do(ctx, tx, db.Value(&left, `
			SELECT count(*)
			FROM voter_representatives
			WHERE street_id = @street AND selection_id = @id AND certificate_on IS NULL AND ended_on IS NULL`,
			db.Args{"street": l.StreetID, "id": l.ID}))
		switch {
		case err != nil:
			return done{}, err
		case left > 0:
			return done{}, fault.Fields{{Name: "state", Text: fmt.Sprintf("还有 %d 份证书没有发出", left)}}
		}
		return done{title: "推选工作结束"}, s.end(ctx, tx, l, Ended, "")
	})
}

// Stop ends a selection before it is confirmed. It cannot be undone.
func (s *Store) Stop(ctx context.Context, actor access.Actor, step Step, reason string) error {
	return s.move(ctx, actor, "stop", step, func(tx db.Tx, l locked) (done, error) {
		if reason == "" {
			return done{}, fault.Fields{{Name: "reason", Text: "请填写终止的理由"}}
		}
		if err := deadline.Drop(ctx, tx, l.StreetID, kind, l.ID, s.now()); err != nil {
			return done{}, err
		}
		return done{title: "终止", reason: reason}, s.end(ctx, tx, l, Stopped, reason)
	})
}
