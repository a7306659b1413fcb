package mandate

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/setting"
)

// ProposeChange writes a new version of an issued authorisation's matters, with
// the reason and the day from which they are to hold. Until the leader approves
// it the old ones do. Matters keep their places: the third stays the third.
func (s *Store) ProposeChange(ctx context.Context, actor access.Actor, step Step, from time.Time, reason string, list []Matter) error {
	return s.move(ctx, actor, "change", step, func(tx db.Tx, m locked) (done, error) {
		bad := checkMatters(m.Mode, list)
		if from.Before(s.today()) {
			bad.Add("effective_on", "变更从今天或者今天以后的日期起生效")
		}
		if len(list) == 0 {
			bad.Add("matters[0].content", "请至少填写一个授权事项；全部取消的请用撤回")
		}
		if err := bad.Err(); err != nil {
			return done{}, err
		}
		var version int
		err := db.Do(ctx, tx, db.Value(&version, `
			INSERT INTO mandate_versions (mandate_id, version, effective_on, reason, drafter)
			SELECT @id, max(version) + 1, @from, @reason, @name
			FROM mandate_versions
			WHERE mandate_id = @id
			RETURNING version`, db.Args{"id": m.ID, "from": from, "reason": reason, "name": actor.Name}))
		switch {
		case db.Violates(err, "mandate_versions_one_change"):
			return done{}, fault.Fields{{Name: "state", Text: "已有一个变更在等审批"}}
		case err != nil:
			return done{}, err
		}
		if err := writeMatters(ctx, tx, m.ID, m.Mode, version, list); err != nil {
			return done{}, err
		}
		street, err := s.set(ctx, tx, m, Issued, "", nil)
		if err != nil {
			return done{}, err
		}
		return done{title: "提出变更，" + calendar.Date(from) + "起", reason: reason}, s.tell(ctx, tx, street, m.ID, "授权变更待审批："+m.Title, access.CityLeader)
	})
}

type pending struct {
	Version     int
	EffectiveOn time.Time
	Reason      string
}

func change(ctx context.Context, tx db.Tx, id int64) (p pending, err error) {
	err = db.Do(ctx, tx, db.Maybe(&p, `
		SELECT version, effective_on, reason
		FROM mandate_versions
		WHERE mandate_id = @id AND state = 'draft' AND version > 1`, db.Args{"id": id}))
	if err == nil && p.Version == 0 {
		err = fault.Fields{{Name: "state", Text: "没有等审批的变更"}}
	}
	return p, err
}

// ApproveChange brings a proposed change into force on its day, or today where
// that has passed. The schema calls off what was planned and is covered no more.
func (s *Store) ApproveChange(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "change-approval", step, func(tx db.Tx, m locked) (done, error) {
		p, err := change(ctx, tx, m.ID)
		if err != nil {
			return done{}, err
		}
		if p.EffectiveOn.Before(s.today()) {
			p.EffectiveOn = s.today()
		}
		args := db.Args{"id": m.ID, "version": p.Version, "on": p.EffectiveOn, "name": actor.Name, "now": s.now()}
		var b db.Batch
		b.Add(`UPDATE mandates SET rule = @version, modified_at = @now WHERE id = @id`, only(args, "version", "now", "id"))
		b.Add(`
			UPDATE mandate_versions
			SET state = 'in_force', effective_on = @on, approver = @name
			WHERE mandate_id = @id AND version = @version`, only(args, "on", "name", "id", "version"))
		if err := covered(b.Run(ctx, tx), "变更"); err != nil {
			return done{}, err
		}
		if err := s.restart(ctx, tx, m, p.Version); err != nil {
			return done{}, err
		}
		return done{title: "批准变更，" + calendar.Date(p.EffectiveOn) + "起生效", reason: p.Reason}, nil
	})
}

func only(args db.Args, names ...string) db.Args {
	few := db.Args{}
	for _, n := range names {
		few[n] = args[n]
	}
	return few
}

// covered says in words that acts which are done keep their cover.
func covered(err error, what string) error {
	if db.Violates(err, "acts_done_stay_covered") {
		return fault.Fields{{Name: "on", Text: "这一天起已有按此授权完成的监督活动，" + what + "最早从那以后一天起生效"}}
	}
	return err
}

// restart runs the clocks of the new version instead of the old in each street
// that is not done, and tells them.
func (s *Store) restart(ctx context.Context, tx db.Tx, m locked, version int) error {
	streets, err := openStreets(ctx, tx, m.ID)
	for _, street := range streets {
		if err == nil {
			err = s.dropReports(ctx, tx, street, m.ID)
		}
		if err == nil {
			err = s.startClocks(ctx, tx, street, m.ID, version)
		}
		if err == nil {
			err = s.tell(ctx, tx, street, m.ID, "授权已变更："+m.Title, access.Director, access.Staff)
		}
	}
	return err
}

func openStreets(ctx context.Context, tx db.Tx, id int64) (streets []int64, err error) {
	return streets, db.Do(ctx, tx, db.Values(&streets, `
		SELECT street_id
		FROM mandate_streets
		WHERE mandate_id = @id AND state <> 'concluded'
		ORDER BY street_id
		LIMIT 500`, db.Args{"id": id}))
}

// dropReports ends the clocks of reports that no longer matter.
func (s *Store) dropReports(ctx context.Context, tx db.Tx, street, id int64) error {
	var names []string
	err := db.Do(ctx, tx, db.Values(&names, `
		SELECT name
		FROM deadlines
		WHERE street_id = @street AND kind = 'mandate' AND subject_id = @id AND ended_on IS NULL AND name LIKE 'report-%'
		ORDER BY name
		LIMIT 50`, db.Args{"street": street, "id": id}))
	for _, n := range names {
		if err == nil {
			err = deadline.EndNamed(ctx, tx, street, kind, id, n, s.now())
		}
	}
	return err
}

// RefuseChange leaves the matters as they are.
func (s *Store) RefuseChange(ctx context.Context, actor access.Actor, step Step, reason string) error {
	return s.move(ctx, actor, "change-refusal", step, func(tx db.Tx, m locked) (done, error) {
		p, err := change(ctx, tx, m.ID)
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `UPDATE mandate_versions SET state = 'refused', approver = @name WHERE mandate_id = @id AND version = @version`,
			db.Args{"name": actor.Name, "id": m.ID, "version": p.Version})
		if err != nil {
			return done{}, err
		}
		street, err := s.set(ctx, tx, m, Issued, "", nil)
		if err != nil {
			return done{}, err
		}
		return done{title: "不同意变更", reason: reason}, s.tell(ctx, tx, street, m.ID, "授权变更未获同意："+m.Title, access.CityOffice)
	})
}

// Withdraw takes an authorisation back from a day on, today or later. That day is
// the first without authority: an act dated on it is refused, so that whoever
// acts on the day of a withdrawal is never uncovered (default, the safe reading
// of domain.md §3 b). Acts planned for that day or later are called off; where one
// has been completed already, the withdrawal begins the day after.
func (s *Store) Withdraw(ctx context.Context, actor access.Actor, step Step, on time.Time, reason string) error {
	return s.move(ctx, actor, "withdrawal", step, func(tx db.Tx, m locked) (done, error) {
		if on.Before(s.today()) {
			return done{}, fault.Fields{{Name: "on", Text: "撤回从今天或者今天以后的日期起生效，不溯及以前的监督活动"}}
		}
		_, err := s.set(ctx, tx, m, Withdrawn, `, withdrawn_on = @on, why = @why, modified_at = @now`, db.Args{"on": on, "why": reason, "now": s.now()})
		if err := covered(err, "撤回"); err != nil {
			return done{}, err
		}
		streets, err := openStreets(ctx, tx, m.ID)
		for _, street := range streets {
			if err == nil {
				err = s.settle(ctx, tx, street, m.ID)
			}
			if err == nil {
				err = s.tell(ctx, tx, street, m.ID, fmt.Sprintf("授权自%s起撤回：%s", calendar.Date(on), m.Title), access.Director, access.Staff)
			}
		}
		return done{title: "撤回，" + calendar.Date(on) + "起失效", reason: reason}, err
	})
}

// settle ends the clocks that a withdrawal makes pointless: all of a street in
// which nothing was done, else that of the receipt only, since what was done is
// still to be reported (hard rule 2).
func (s *Store) settle(ctx context.Context, tx db.Tx, street, id int64) error {
	var acts int
	err := db.Do(ctx, tx, db.Value(&acts, `
		SELECT count(*)
		FROM mandate_acts
		WHERE street_id = @street AND mandate_id = @id AND cancelled_on IS NULL`, db.Args{"street": street, "id": id}))
	switch {
	case err != nil:
		return err
	case acts == 0:
		return deadline.Drop(ctx, tx, street, kind, id, s.now())
	}
	return deadline.EndNamed(ctx, tx, street, kind, id, "receipt", s.now())
}

func (s *Store) startClock(ctx context.Context, tx db.Tx, street, id int64, name, label string, limit setting.Setting) error {
	return startClock(ctx, tx, s.now(), street, id, name, label, limit)
}

func startClock(ctx context.Context, tx db.Tx, at time.Time, street, id int64, name, label string, limit setting.Setting) error {
	n, err := limit.In(ctx, tx, street)
	if err != nil {
		return err
	}
	_, err = deadline.Start(ctx, tx, deadline.New{
		StreetID: street, Kind: kind, SubjectID: id, Name: name, Label: label, From: at, Days: n, Basis: fmt.Sprintf("%s期限 %d 个工作日", label, n),
	})
	return err
}
