package mandate

import (
	"context"
	"slices"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/procedure"
)

// Receive signs for an authorisation. Acts under it may begin from that day on.
func (s *Store) Receive(ctx context.Context, actor access.Actor, step Step) error {
	return s.moveStreet(ctx, actor, "receipt", step, func(tx db.Tx, p part) (done, error) {
		_, err := db.Exec(ctx, tx, `
			UPDATE mandate_streets
			SET state = 'received', received_on = @today, receiver = @name
			WHERE street_id = @street AND mandate_id = @id`,
			db.Args{"today": s.today(), "name": actor.Name, "street": p.StreetID, "id": p.MandateID})
		if err != nil {
			return done{}, err
		}
		return done{title: p.Street + "签收"}, deadline.EndNamed(ctx, tx, p.StreetID, kind, p.MandateID, "receipt", s.now())
	})
}

// to moves a street's part to a state.
func (s *Store) to(ctx context.Context, tx db.Tx, p part, state procedure.State) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE mandate_streets
		SET state = @state, concluded_on = CASE WHEN @state = 'concluded' THEN @today::date END
		WHERE street_id = @street AND mandate_id = @id`,
		db.Args{"state": string(state), "today": s.today(), "street": p.StreetID, "id": p.MandateID})
	return err
}

// owed is a report that is due.
type owed struct {
	No    int
	DueOn time.Time
}

func owes(ctx context.Context, tx db.Tx, p part) (list []owed, err error) {
	return list, db.Do(ctx, tx, db.Many(&list, `
		SELECT substr(name, 8)::int AS no, due_on
		FROM deadlines
		WHERE street_id = @street AND kind = 'mandate' AND subject_id = @id AND ended_on IS NULL AND name LIKE 'report-%'
		ORDER BY no
		LIMIT 50`, db.Args{"street": p.StreetID, "id": p.MandateID}))
}

// Report tells the city what was done under some of the matters, by their
// numbers, with files. Every act under them that no accepted report holds goes
// with it (hard rule 2: each ends with a report to the city).
func (s *Store) Report(ctx context.Context, actor access.Actor, step Step, matters []int, text string, files ...file.Upload) error {
	if err := s.files.Prepare(ctx, actor, actor.StreetID, "files", files); err != nil {
		return err
	}
	return s.moveStreet(ctx, actor, "report", step, func(tx db.Tx, p part) (done, error) {
		due, err := owes(ctx, tx, p)
		if err != nil {
			return done{}, err
		}
		due = slices.DeleteFunc(due, func(o owed) bool { return !slices.Contains(matters, o.No) })
		if len(due) == 0 {
			return done{}, fault.Fields{{Name: "matters", Text: "请勾选这次报告的授权事项"}}
		}
		id, err := db.Insert(ctx, tx, `
			INSERT INTO mandate_reports (street_id, mandate_id, round, text, submitted_on, reporter)
			SELECT @street, @id, count(*) + 1, @text, @today, @name
			FROM mandate_reports
			WHERE street_id = @street AND mandate_id = @id
			RETURNING id`, db.Args{"street": p.StreetID, "id": p.MandateID, "text": text, "today": s.today(), "name": actor.Name})
		if err != nil {
			return done{}, err
		}
		if err := s.answer(ctx, tx, p, id, due); err != nil {
			return done{}, err
		}
		if err := s.files.Attach(ctx, tx, actor, file.Owner{StreetID: p.StreetID, Kind: kindReport, ID: id}, "files", files); err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, p, Reported); err != nil {
			return done{}, err
		}
		if err := s.startClock(ctx, tx, p.StreetID, p.MandateID, "acceptance", "验收", acceptanceDays); err != nil {
			return done{}, err
		}
		return done{title: p.Street + "提交报告（" + numbered(due) + "）"}, s.tell(ctx, tx, p.StreetID, p.MandateID, p.Street+"已报告，待验收："+p.Title, access.CityOffice)
	})
}

func numbered(list []owed) string {
	var b []string
	for _, o := range list {
		b = append(b, "第"+itoa(o.No)+"项")
	}
	return strings.Join(b, "、")
}

// answer notes which duties a report answers and which acts it holds.
func (s *Store) answer(ctx context.Context, tx db.Tx, p part, report int64, due []owed) error {
	var b db.Batch
	for _, o := range due {
		b.Add(`INSERT INTO mandate_report_matters (street_id, report_id, no, due_on) VALUES (@street, @report, @no, @due)`,
			db.Args{"street": p.StreetID, "report": report, "no": o.No, "due": o.DueOn})
		b.Add(`
			UPDATE mandate_acts a
			SET report_id = @report
			FROM mandate_matters x
			WHERE x.id = a.matter_id AND x.no = @no AND a.street_id = @street AND a.mandate_id = @id AND a.cancelled_on IS NULL AND a.act_on <= @today
			  AND NOT EXISTS (SELECT FROM mandate_reports r WHERE r.street_id = a.street_id AND r.id = a.report_id AND r.state = 'accepted')`,
			db.Args{"report": report, "no": o.No, "street": p.StreetID, "id": p.MandateID, "today": s.today()})
	}
	if err := b.Run(ctx, tx); err != nil {
		return err
	}
	for _, o := range due {
		if err := deadline.EndNamed(ctx, tx, p.StreetID, kind, p.MandateID, reportClock(o.No), s.now()); err != nil {
			return err
		}
	}
	return nil
}

// decide ends the clock of acceptance and writes the city's answer on the report.
func (s *Store) decide(ctx context.Context, tx db.Tx, actor access.Actor, p part, state, note string) (report int64, answered []owed, err error) {
	if err := deadline.EndNamed(ctx, tx, p.StreetID, kind, p.MandateID, "acceptance", s.now()); err != nil {
		return 0, nil, err
	}
	err = db.Do(ctx, tx,
		db.Value(&report, `
			UPDATE mandate_reports
			SET state = @state, decided_on = @today, decider = @name, note = @note
			WHERE street_id = @street AND mandate_id = @id AND state = 'submitted'
			RETURNING id`,
			db.Args{"state": state, "today": s.today(), "name": actor.Name, "note": note, "street": p.StreetID, "id": p.MandateID}),
		db.Many(&answered, `
			SELECT m.no, m.due_on
			FROM mandate_report_matters m
			WHERE m.street_id = @street AND m.report_id = (SELECT max(r.id) FROM mandate_reports r WHERE r.street_id = @street AND r.mandate_id = @id)
			ORDER BY m.no
			LIMIT 50`, db.Args{"street": p.StreetID, "id": p.MandateID}))
	return report, answered, err
}

// Accept accepts a street's report. A package's next yearly report begins to
// run; where nothing is owed any more, the file is concluded.
func (s *Store) Accept(ctx context.Context, actor access.Actor, step Step, note string) error {
	return s.moveStreet(ctx, actor, "acceptance", step, func(tx db.Tx, p part) (done, error) {
		_, answered, err := s.decide(ctx, tx, actor, p, "accepted", note)
		if err != nil {
			return done{}, err
		}
		next := p.WithdrawnOn == nil && p.Mode == Package
		for _, o := range answered {
			if next && err == nil {
				due := calendar.AddMonths(o.DueOn, 12)
				err = s.startReport(ctx, tx, p.StreetID, p.MandateID, o.No, due, "一揽子授权每年至少报告一次，从上一次期限起一年")
			}
		}
		if err != nil {
			return done{}, err
		}
		state, err := s.after(ctx, tx, p)
		if err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, p, state); err != nil {
			return done{}, err
		}
		if state == Concluded {
			if err := s.conclude(ctx, tx, actor, p.MandateID); err != nil {
				return done{}, err
			}
		}
		d := done{title: "验收" + p.Street + "的报告（" + numbered(answered) + "）", reason: note}
		if state == Concluded {
			d.title += "，完结"
		}
		return d, s.tell(ctx, tx, p.StreetID, p.MandateID, "报告已验收："+p.Title, access.Director, access.Staff)
	})
}

// after is where a street's part stands once a report is accepted.
func (s *Store) after(ctx context.Context, tx db.Tx, p part) (procedure.State, error) {
	left, err := owes(ctx, tx, p)
	if err != nil {
		return "", err
	}
	if p.WithdrawnOn != nil {
		for _, o := range left { // what was not done needs no report any more
			if err := deadline.EndNamed(ctx, tx, p.StreetID, kind, p.MandateID, reportClock(o.No), s.now()); err != nil {
				return "", err
			}
		}
		return Concluded, nil
	}
	if len(left) == 0 {
		return Concluded, nil
	}
	over, err := s.over(ctx, tx, p)
	if over {
		return Expired, err
	}
	return Active, err
}

// over reports whether every matter in force has ended by date.
func (s *Store) over(ctx context.Context, tx db.Tx, p part) (over bool, err error) {
	return over, db.Do(ctx, tx, db.Value(&over, `
		SELECT bool_and(coalesce(x.through_on < @today, false))
		FROM mandate_matters x
		JOIN mandates d ON d.id = x.mandate_id AND d.rule = x.version
		WHERE d.id = @id`, db.Args{"today": s.today(), "id": p.MandateID}))
}

// conclude ends an authorisation that every street has concluded.
func (s *Store) conclude(ctx context.Context, tx db.Tx, actor access.Actor, id int64) error {
	n, err := db.Exec(ctx, tx, `
		UPDATE mandates
		SET state = 'concluded', version = version + 1, modified_at = @now
		WHERE id = @id AND state = 'issued'
		  AND NOT EXISTS (SELECT FROM mandate_streets s WHERE s.mandate_id = @id AND s.state <> 'concluded')`,
		db.Args{"now": s.now(), "id": id})
	if err != nil || n == 0 {
		return err
	}
	return s.record(ctx, tx, actor, 0, kind, id, "conclusion", done{title: "各街道全部完结"})
}

// Return gives a report back for what it lacks.
func (s *Store) Return(ctx context.Context, actor access.Actor, step Step, note string) error {
	return s.moveStreet(ctx, actor, "return", step, func(tx db.Tx, p part) (done, error) {
		_, answered, err := s.decide(ctx, tx, actor, p, "returned", note)
		if err != nil {
			return done{}, err
		}
		for _, o := range answered {
			if err == nil {
				err = s.startClock(ctx, tx, p.StreetID, p.MandateID, reportClock(o.No), "第"+itoa(o.No)+"项补充报告", supplementDays)
			}
		}
		if err != nil {
			return done{}, err
		}
		if err := s.to(ctx, tx, p, Returned); err != nil {
			return done{}, err
		}
		return done{title: "退回" + p.Street + "的报告补充", reason: note}, s.tell(ctx, tx, p.StreetID, p.MandateID, "报告退回补充："+p.Title, access.Director, access.Staff)
	})
}

// Sweep marks authorisations whose last matter has ended as expired (到期) and
// tells their streets. The guard goes by the date alone and does not wait for it.
// It returns how many it touched. Several portals may sweep at once.
func (s *Store) Sweep(ctx context.Context) (n int, err error) { return s.Expire(ctx, 0) }

// Expire is Sweep for one street, or, where street is 0, for all.
func (s *Store) Expire(ctx context.Context, street int64) (n int, err error) {
	defer fault.Wrap(&err, "expire mandates")
	clerk := access.Actor{Role: access.Clerk, Name: "系统"}
	var due []struct{ StreetID, MandateID int64 }
	err = s.db.Read(ctx, clerk, db.Many(&due, `
		SELECT s.street_id, s.mandate_id
		FROM mandate_streets s
		JOIN mandates d ON d.id = s.mandate_id
		WHERE s.state IN ('received', 'active')
		  AND d.mode <> 'package'
		  AND (@street::bigint = 0 OR s.street_id = @street)
		  AND NOT EXISTS (SELECT FROM mandate_matters x WHERE x.mandate_id = d.id AND x.version = d.rule AND x.through_on >= @today)
		ORDER BY s.mandate_id, s.street_id
		LIMIT 500`, db.Args{"today": s.today(), "street": street}))
	if err != nil {
		return 0, err
	}
	for _, d := range due {
		err := s.db.Write(ctx, clerk, func(tx db.Tx) error {
			p, err := lockPart(ctx, tx, Step{ID: d.MandateID, StreetID: d.StreetID})
			if err != nil || p.State != Received && p.State != Active {
				return err
			}
			if err := s.to(ctx, tx, p, Expired); err != nil {
				return err
			}
			n++
			if err := s.tell(ctx, tx, p.StreetID, p.MandateID, "授权期限已满，请报告："+p.Title, access.Director, access.Staff); err != nil {
				return err
			}
			return s.record(ctx, tx, clerk, p.StreetID, kind, p.MandateID, "expiry", done{title: p.Street + "授权到期"})
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}
