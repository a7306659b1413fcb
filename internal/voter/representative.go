package voter

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
)

// member is the kind of a representative among audit events.
const member = "voter_representative"

// Representative is the record of one representative.
type Representative struct {
	Line
	Committee string
	Vote      *Vote // at the meeting that selected them
	Present   int
	Others    []Term // the same person's other terms
	Timeline  []audit.Entry
}

// Term is a time in office.
type Term struct {
	ID       int64
	Term     string
	District string
	Since    time.Time
	EndedOn  *time.Time
	EndedWhy string
}

// Representative returns one representative with what belongs to them.
func (s *Store) Representative(ctx context.Context, actor access.Actor, id int64) (r Representative, err error) {
	defer fault.Wrap(&err, "voter representative %d", id)
	if !actor.May(access.ViewVoters) && !actor.May(access.OwnVoter) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	var votes []struct {
		ID      int64
		Votes   int
		Runoff  *int
		Present int
	}
	queries := []db.Query{
		db.One(&r.Line, selectLine+` WHERE r.id = @id`, arg),
		db.Value(&r.Committee, `SELECT s.committee FROM voter_representatives r JOIN streets s ON s.id = r.street_id WHERE r.id = @id`, arg),
		db.Many(&votes, `
			SELECT c.id, coalesce(c.votes, 0) AS votes, c.runoff, coalesce(d.present, 0) AS present
			FROM voter_representatives r
			JOIN selection_candidates c ON c.street_id = r.street_id AND c.id = r.candidate_id
			JOIN selection_districts d ON d.street_id = c.street_id AND d.selection_id = c.selection_id AND d.district_id = c.district_id
			WHERE r.id = @id
			LIMIT 1`, arg),
		db.Many(&r.Others, `
			SELECT o.id, x.term, v.name AS district, o.since, o.ended_on, o.ended_why
			FROM voter_representatives r
			JOIN voter_representatives o ON o.street_id = r.street_id AND o.person_id = r.person_id AND o.id <> r.id
			JOIN selections x ON x.street_id = o.street_id AND x.id = o.selection_id
			JOIN voter_districts v ON v.street_id = o.street_id AND v.id = o.district_id
			WHERE r.id = @id
			ORDER BY o.since DESC
			LIMIT 50`, arg),
	}
	if actor.May(access.ViewSelections) {
		queries = append(queries, audit.Timeline(&r.Timeline, member, id))
	}
	err = s.db.Read(ctx, actor, queries...)
	if len(votes) == 1 {
		r.Vote, r.Present = &Vote{votes[0].ID, votes[0].Votes, votes[0].Runoff}, votes[0].Present
	}
	return r, err
}

// Leaving is the end of a representative's time in office.
type Leaving struct {
	On   time.Time // the first day on which they are no longer in office
	Why  string    // one of Endings
	Note string
}

// Leave ends a representative's time in office. The seat is vacant from then on,
// for a by-selection.
func (s *Store) Leave(ctx context.Context, actor access.Actor, id int64, version int, l Leaving) (err error) {
	defer fault.Wrap(&err, "end voter representative %d", id)
	if !may(actor, access.KeepSelections) {
		return fault.Forbidden
	}
	var bad fault.Fields
	if l.On.After(calendar.On(s.now())) {
		bad.Add("on", "离任日期不能晚于今天")
	}
	if choice.Name(Endings, l.Why) == "" {
		bad.Add("why", "请选择离任的原因")
	}
	if l.Note == "" {
		bad.Add("note", "请写明依据，例如本人申请、选区推选会议的决定")
	}
	if len(bad) > 0 {
		return bad
	}
	return voterFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		var now struct {
			StreetID int64
			Version  int
			Ended    bool
		}
		err := db.Do(ctx, tx, db.One(&now, `
			SELECT street_id, version, ended_on IS NOT NULL AS ended
			FROM voter_representatives
			WHERE id = @id
			FOR UPDATE`, db.Args{"id": id}))
		switch {
		case err != nil:
			return err
		case now.Version != version || now.Ended:
			return fault.Stale
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE voter_representatives
			SET ended_on = @on, ended_why = @why, ended_note = @note, version = version + 1, modified_at = @now
			WHERE street_id = @street AND id = @id`,
			db.Args{"street": now.StreetID, "id": id, "on": l.On, "why": l.Why, "note": l.Note, "now": s.now()})
		if err != nil {
			return err
		}
		err = notice.Send(ctx, tx, notice.Notice{
			At: s.now(), StreetID: now.StreetID, To: access.Director, Title: "选民代表有空缺，可以补选", Link: "/voter-representatives/composition",
		})
		if err != nil {
			return err
		}
		return s.recordMember(ctx, tx, actor, now.StreetID, id, "voter.leave", "离任："+choice.Name(Endings, l.Why), l.Note)
	}))
}

// Unmask returns a representative's phone number to who says why. It is "" where
// none is known.
func (s *Store) Unmask(ctx context.Context, actor access.Actor, id int64, reason string) (phone string, err error) {
	defer fault.Wrap(&err, "unmask voter representative %d", id)
	if !actor.May(access.UnmaskVoter) {
		return "", fault.Forbidden
	}
	if reason == "" {
		return "", fault.Fields{{Name: "reason", Text: "请填写查看理由"}}
	}
	return phone, s.db.Write(ctx, actor, func(tx db.Tx) error {
		var of struct{ StreetID, PersonID int64 }
		err := db.Do(ctx, tx, db.One(&of, `SELECT street_id, person_id FROM voter_representatives WHERE id = @id`, db.Args{"id": id}))
		if err != nil {
			return err
		}
		if phone, err = s.people.Unmask(ctx, tx, actor, of.StreetID, of.PersonID, reason); err != nil {
			return err
		}
		return s.recordMember(ctx, tx, actor, of.StreetID, id, "voter.unmask", "查看电话", reason)
	})
}

func (s *Store) recordMember(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, action, title, reason string) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: street, Kind: member, ID: id, Action: action, Title: title, Reason: reason,
	})
}

// Own is what a voter representative sees of themselves.
type Own struct {
	Terms         []Line // the newest first
	Warn          int    // how many days before the end of a term to say so
	Announcements []Announcement
}

// Announcement is what a street made public of a selection.
type Announcement struct {
	ID             int64
	Kind           string
	Term           string
	District       string
	AnnouncedOn    *time.Time
	DocumentNumber string
	PublicityFrom  *time.Time
	DueOn          *time.Time
}

// Own returns the actor's own terms and their street's announcements.
func (s *Store) Own(ctx context.Context, actor access.Actor) (o Own, err error) {
	defer fault.Wrap(&err, "own record of a voter representative")
	if !actor.May(access.OwnVoter) {
		return o, fault.Forbidden
	}
	return o, s.db.Read(ctx, actor,
		db.Many(&o.Terms, selectLine+`
			WHERE r.street_id = @street AND p.user_id = @user
			ORDER BY r.since DESC, r.id DESC
			LIMIT 20`, db.Args{"street": actor.StreetID, "user": actor.UserID}),
		warnDays.Query(&o.Warn, actor.StreetID),
		db.Many(&o.Announcements, selectAnnouncement+`
			WHERE x.street_id = @street
			ORDER BY coalesce(x.announced_on, x.publicity_from) DESC, x.id DESC
			LIMIT 20`, db.Args{"street": actor.StreetID}))
}

const selectAnnouncement = `
	SELECT x.id, x.kind, x.term, x.announced_on, x.document_number, x.publicity_from,
	       CASE WHEN x.kind = 'by' THEN coalesce((SELECT v.name
	        FROM selection_districts d
	        JOIN voter_districts v ON v.street_id = d.street_id AND v.id = d.district_id
	        WHERE d.street_id = x.street_id AND d.selection_id = x.id LIMIT 1), '') ELSE '' END AS district,
	       (SELECT max(d.due_on) FROM deadlines d
	        WHERE d.street_id = x.street_id AND d.kind = 'selection' AND d.subject_id = x.id AND d.name = 'publicity' AND d.ended_on IS NULL) AS due_on
	FROM selections x`
