package performance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// Remedies are where a dispute that was right is put right.
var Remedies = []choice.Term{{Key: "source", Name: "在原记录更正"}, {Key: "supplement", Name: "补录"}}

// Dispute is a deputy's objection to an entry of what was published, or to one that
// is missing.
type Dispute struct {
	Key         string // of the form: sent twice, it makes one dispute
	Publication int64
	Class       string
	Source      string // of the entry; "" where one is missing
	SourceID    int64
	Reason      string
}

// File files a dispute within the days that the publication gives (domain.md §3 g:
// 10 working days [D]). It needs DisputePerformance and complains about the fields
// entry, reason and state.
func (s *Store) File(ctx context.Context, actor access.Actor, x Dispute) (id int64, err error) {
	defer fault.Wrap(&err, "dispute publication %d", x.Publication)
	if !actor.May(access.DisputePerformance) {
		return 0, fault.Forbidden
	}
	if actor.DeputyID == 0 {
		return 0, fault.NotFound
	}
	var bad fault.Fields
	if _, _, known := Named(x.Class); !known || (x.Source == "") != (x.SourceID == 0) {
		bad.Add("entry", "请选择有出入的一条，或者漏记的类别")
	}
	if x.Reason == "" {
		bad.Add("reason", "请写明哪里有出入")
	}
	if err := bad.Err(); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.file(ctx, tx, actor, x)
		return err
	})
	return id, refused(err)
}

func (s *Store) file(ctx context.Context, tx db.Tx, actor access.Actor, x Dispute) (id int64, err error) {
	var p PublicationLine
	if err := db.Do(ctx, tx, db.One(&p, selectPublication+` WHERE x.id = @id`, db.Args{"id": x.Publication})); err != nil {
		return 0, err
	}
	if !p.Latest {
		return 0, fault.Fields{{Name: "state", Text: "这个季度已经重新公布，请对新的公布提出"}}
	}
	entry := ""
	if x.Source != "" {
		var row struct {
			HeldOn time.Time
			Title  string
		}
		err := db.Do(ctx, tx, db.One(&row, `
			SELECT held_on, title
			FROM performance_rows
			WHERE street_id = @street AND deputy_id = @deputy AND class = @class AND source = @source AND source_id = @id AND held_on BETWEEN @from::date AND @to::date
			LIMIT 1`, db.Args{
			"street": actor.StreetID, "deputy": actor.DeputyID, "class": x.Class, "source": x.Source, "id": x.SourceID,
			"from": calendar.Day(p.Year, time.Month(p.Number*3-2), 1), "to": calendar.AddMonths(calendar.Day(p.Year, time.Month(p.Number*3), 1), 1).AddDate(0, 0, -1),
		}))
		if errors.Is(err, fault.NotFound) {
			return 0, fault.Fields{{Name: "entry", Text: "请选择有出入的一条，或者漏记的类别"}}
		}
		if err != nil {
			return 0, err
		}
		entry = calendar.Date(row.HeldOn) + " " + row.Title
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO performance_disputes (street_id, deputy_id, publication_id, class, source, source_id, entry, reason, filed_on, filed_at, filer, key, modified_at)
		VALUES (@street, @deputy, @publication, @class, @source, @source_id, @entry, @reason, @today::date, @now, @name, @key, @now)
		ON CONFLICT (street_id, key) DO NOTHING
		RETURNING id`, db.Args{
		"street": actor.StreetID, "deputy": actor.DeputyID, "publication": x.Publication, "class": x.Class, "source": x.Source, "source_id": x.SourceID,
		"entry": entry, "reason": x.Reason, "today": calendar.On(s.now()), "now": s.now(), "name": actor.Name, "key": x.Key,
	})
	if errors.Is(err, fault.NotFound) { // the form has been sent before
		err = db.Do(ctx, tx, db.Value(&id, `SELECT id FROM performance_disputes WHERE street_id = @street AND key = @key`, db.Args{"street": actor.StreetID, "key": x.Key}))
		return id, err
	}
	if err != nil {
		return 0, err
	}
	return id, s.await(ctx, tx, actor, p.Quarter(), id)
}

// await starts the clock of the answer and tells the office.
func (s *Store) await(ctx context.Context, tx db.Tx, actor access.Actor, q Quarter, id int64) error {
	n, err := answerDays.In(ctx, tx, actor.StreetID)
	if err != nil {
		return err
	}
	if _, err := deadline.Start(ctx, tx, deadline.New{
		StreetID: actor.StreetID, Kind: "performance_dispute", SubjectID: id, Name: "answer", Label: "答复申诉", From: s.now(), Days: n,
		Basis: fmt.Sprintf("%s期限 %d 个工作日", answerDays.Label, n),
	}); err != nil {
		return err
	}
	err = notice.Send(ctx, tx, notice.Notice{At: s.now(), StreetID: actor.StreetID, To: access.Staff, Title: "代表对" + q.Name() + "履职情况提出申诉", Link: disputeLink(id)})
	if err != nil {
		return err
	}
	return s.note(ctx, tx, actor, "performance_dispute", actor.StreetID, id, "file", "对"+q.Name()+"履职情况提出申诉", "")
}

func disputeLink(id int64) string { return fmt.Sprint("/performance/disputes/", id) }

// Answer is what the office says to a dispute.
type Answer struct {
	Text         string
	Remedy       string // one of Remedies, of what was granted
	SupplementID int64  // with the remedy supplement
}

// Grant says that a dispute is right and where it is put right: the entry is corrected
// at its source, or a supplement is entered. It changes no number itself.
func (s *Store) Grant(ctx context.Context, actor access.Actor, step Step, a Answer) error {
	var bad fault.Fields
	if choice.Name(Remedies, a.Remedy) == "" {
		bad.Add("remedy", "请选择怎样更正")
	}
	if a.Remedy == "supplement" && a.SupplementID == 0 {
		bad.Add("supplement", "请先补录，再选择这条补录")
	}
	if a.Remedy != "supplement" {
		a.SupplementID = 0
	}
	if a.Text == "" {
		bad.Add("answer", "请填写答复")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return s.answer(ctx, actor, "grant", Granted, step, a)
}

// Deny says that a dispute is not right, and why.
func (s *Store) Deny(ctx context.Context, actor access.Actor, step Step, text string) error {
	if text == "" {
		return fault.Fields{{Name: "answer", Text: "请填写答复"}}
	}
	return s.answer(ctx, actor, "refusal", Refused, step, Answer{Text: text})
}

// TakeBack ends a deputy's own dispute.
func (s *Store) TakeBack(ctx context.Context, actor access.Actor, step Step) error {
	return s.answer(ctx, actor, "withdrawal", Withdrawn, step, Answer{})
}

func (s *Store) answer(ctx context.Context, actor access.Actor, name string, to procedure.State, step Step, a Answer) (err error) {
	defer fault.Wrap(&err, "%s of dispute %d", name, step.ID)
	move := Disputes.Move(name)
	if !actor.May(move.Need) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var d struct {
			StreetID, DeputyID int64
			State              procedure.State
			Version            int
		}
		err := db.Do(ctx, tx, db.One(&d, `SELECT street_id, deputy_id, state, version FROM performance_disputes WHERE id = @id FOR UPDATE`, db.Args{"id": step.ID}))
		switch {
		case err != nil:
			return err
		case d.Version != step.Version:
			return fault.Stale
		case !slices.Contains(move.From, d.State):
			return fault.Fields{{Name: "state", Text: "这件申诉" + Disputes.Info(d.State).Name + "，不能再" + move.Label}}
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE performance_disputes
			SET state = @state, remedy = @remedy, supplement_id = nullif(@supplement::bigint, 0), answer = @answer,
			    answered_by = CASE WHEN @answer = '' THEN NULL ELSE @by::bigint END, answerer = CASE WHEN @answer = '' THEN '' ELSE @name END,
			    answered_at = CASE WHEN @answer = '' THEN NULL ELSE @now::timestamptz END, version = version + 1, modified_at = @now
			WHERE street_id = @street AND id = @id`, db.Args{
			"state": string(to), "remedy": a.Remedy, "supplement": a.SupplementID, "answer": a.Text, "by": actor.UserID, "name": actor.Name, "now": s.now(),
			"street": d.StreetID, "id": step.ID,
		})
		if err != nil {
			return refused(err)
		}
		if to == Withdrawn {
			err = deadline.Drop(ctx, tx, d.StreetID, "performance_dispute", step.ID, s.now())
		} else if err = deadline.End(ctx, tx, d.StreetID, "performance_dispute", step.ID, s.now()); err == nil {
			err = notice.Send(ctx, tx, notice.Notice{At: s.now(), StreetID: d.StreetID, To: access.Deputy, DeputyID: d.DeputyID, Title: "您的履职申诉已答复", Link: disputeLink(step.ID)})
		}
		if err != nil {
			return err
		}
		return s.note(ctx, tx, actor, "performance_dispute", d.StreetID, step.ID, name, Disputes.Info(to).Name, a.Text)
	})
}

// DisputeLine is one dispute in a list.
type DisputeLine struct {
	ID            int64
	StreetID      int64
	Street        string
	DeputyID      int64
	Deputy        string
	PublicationID int64
	Year          int
	Number        int
	Class         string
	Source        string
	SourceID      int64
	Entry         string
	State         procedure.State
	FiledAt       time.Time
	DueOn         *time.Time // of the answer
	DeadlineID    int64
}

// Quarter is the quarter it is about.
func (l *DisputeLine) Quarter() Quarter { return Quarter{l.Year, l.Number} }

const selectDispute = `
	SELECT x.id, x.street_id, (SELECT s.name FROM streets s WHERE s.id = x.street_id) AS street, x.deputy_id,
	       (SELECT d.name FROM deputies d WHERE d.street_id = x.street_id AND d.id = x.deputy_id) AS deputy,
	       x.publication_id, p.year, p.quarter AS number, x.class, x.source, x.source_id, x.entry, x.state, x.filed_at,
	       (SELECT d.due_on FROM deadlines d WHERE d.street_id = x.street_id AND d.kind = 'performance_dispute' AND d.subject_id = x.id AND d.ended_on IS NULL) AS due_on,
	       coalesce((SELECT d.id FROM deadlines d WHERE d.street_id = x.street_id AND d.kind = 'performance_dispute' AND d.subject_id = x.id AND d.ended_on IS NULL), 0) AS deadline_id
	FROM performance_disputes x
	JOIN performance_publications p ON p.street_id = x.street_id AND p.id = x.publication_id`

// DisputeList is a page of disputes.
type DisputeList struct {
	Lines    []DisputeLine
	Next     db.Cursor // zero on the last page
	Streets  []choice.Row
	Calendar *calendar.Calendar
}

// DisputeList reads a page of disputes, the latest first: those of the street, or the
// deputy's own. It needs ViewPerformance.
func (s *Store) DisputeList(ctx context.Context, actor access.Actor, f ListFilter) (l DisputeList, err error) {
	defer fault.Wrap(&err, "list disputes")
	if !actor.May(access.ViewPerformance) {
		return l, fault.Forbidden
	}
	if actor.StreetID != 0 {
		f.StreetID = actor.StreetID
	}
	where, args := f.where("x.filed_at")
	if err = s.db.Read(ctx, actor, db.Many(&l.Lines, selectDispute+where, args), db.Many(&l.Streets, selectStreets, db.Args{})); err != nil {
		return l, err
	}
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x DisputeLine) db.Cursor { return db.Cursor{At: x.FiledAt, ID: x.ID} })
	l.Calendar, err = deadline.Known(ctx, s.db, actor)
	return l, err
}

// DisputeRecord is one dispute with what belongs to it.
type DisputeRecord struct {
	DisputeLine
	Reason       string
	Remedy       string
	SupplementID *int64
	Answer       string
	Answerer     string
	AnsweredAt   *time.Time
	Version      int
	Supplements  []choice.Row // of the deputy, that an answer may name
	Timeline     []audit.Entry
	Calendar     *calendar.Calendar
}

// DisputeRecord reads one dispute: of the street, or the deputy's own.
func (s *Store) DisputeRecord(ctx context.Context, actor access.Actor, id int64) (r DisputeRecord, err error) {
	defer fault.Wrap(&err, "dispute %d", id)
	if !actor.May(access.ViewPerformance) {
		return r, fault.Forbidden
	}
	var more struct {
		Reason       string
		Remedy       string
		SupplementID *int64
		Answer       string
		Answerer     string
		AnsweredAt   *time.Time
		Version      int
	}
	arg := db.Args{"id": id}
	err = s.db.Read(ctx, actor,
		db.One(&r.DisputeLine, selectDispute+` WHERE x.id = @id`, arg),
		db.One(&more, `SELECT reason, remedy, supplement_id, answer, answerer, answered_at, version FROM performance_disputes WHERE id = @id`, arg),
		db.Many(&r.Supplements, `
			SELECT s.id, s.title AS name
			FROM performance_disputes x
			JOIN performance_supplement_deputies y ON y.street_id = x.street_id AND y.deputy_id = x.deputy_id
			JOIN performance_supplements s ON s.street_id = y.street_id AND s.id = y.supplement_id AND s.state IN ('waiting', 'confirmed')
			WHERE x.id = @id
			ORDER BY s.id DESC
			LIMIT 50`, arg),
		audit.Timeline(&r.Timeline, "performance_dispute", id))
	if err != nil {
		return r, err
	}
	r.Reason, r.Remedy, r.SupplementID, r.Answer, r.Answerer, r.AnsweredAt, r.Version = more.Reason, more.Remedy, more.SupplementID, more.Answer, more.Answerer, more.AnsweredAt, more.Version
	r.Calendar, err = deadline.Known(ctx, s.db, actor)
	return r, err
}

// Disputable is what a deputy can dispute of a publication: its entries.
type Disputable struct {
	PublicationLine
	Rows []Row
}

// Disputable reads what the acting deputy can dispute: of one publication, or where id
// is 0 of the newest one that still can be. It needs DisputePerformance.
func (s *Store) Disputable(ctx context.Context, actor access.Actor, id int64) (d Disputable, err error) {
	defer fault.Wrap(&err, "disputable of publication %d", id)
	if !actor.May(access.DisputePerformance) {
		return d, fault.Forbidden
	}
	args := db.Args{"id": id, "street": actor.StreetID, "deputy": actor.DeputyID}
	const which = `(SELECT y.id FROM performance_publications y WHERE y.street_id = @street AND (@id::bigint = 0 OR y.id = @id) ORDER BY y.published_at DESC, y.id DESC LIMIT 1)`
	err = s.db.Read(ctx, actor,
		db.One(&d.PublicationLine, selectPublication+` WHERE x.id = `+which, db.Args{"id": id, "street": actor.StreetID}),
		db.Many(&d.Rows, selectRow+`
			JOIN performance_publications x ON x.street_id = r.street_id AND x.id = `+which+` AND r.held_on BETWEEN x.from_on AND x.to_on
			WHERE r.street_id = @street AND r.deputy_id = @deputy
			ORDER BY held_on DESC, source_id DESC, class
			LIMIT 300`, args))
	return d, err
}
