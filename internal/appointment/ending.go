package appointment

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/notice"
)

// Proof is what proves that a post ended by itself, as owner of attachments.
const Proof = "post_ending"

// Endings are why a post ends without a vote (GDA 15). A new congress ends none
// (GDA 14), nor does another name of the body.
var Endings = []choice.Term{{Key: "died", Name: "去世"}, {Key: "abolished", Name: "机构撤销或者合并"}}

// Ending is the report that a post ended by itself, and what the city did with it.
type Ending struct {
	ID          int64
	StreetID    int64
	PostID      int64
	Committee   string
	Name        string
	Post        string // one of committee.PostNames
	Since       time.Time
	Why         string // one of Endings
	EndedOn     time.Time
	Document    string
	Creator     string
	CreatedAt   time.Time
	RecordedOn  *time.Time
	Recorder    string
	ReturnedOn  *time.Time
	ReturnedWhy string
	Held        bool // the post has no end yet
}

// Open reports whether the city has yet to file it or to return it.
func (e *Ending) Open() bool { return e.RecordedOn == nil && e.ReturnedOn == nil }

// PostName is the post as screens name it: 主任.
func (e *Ending) PostName() string { return choice.Name(committee.PostNames, e.Post) }

const selectEnding = `
	SELECT e.id, e.street_id, e.post_id, s.committee, h.name, p.post, p.since, e.why, e.ended_on, e.document, e.creator, e.created_at,
	       e.recorded_on, e.recorder, e.returned_on, e.returned_why, p.until_on IS NULL AS held
	FROM post_endings e
	JOIN streets s ON s.id = e.street_id
	JOIN posts p ON p.street_id = e.street_id AND p.id = e.post_id
	JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id`

// Ending returns one report of a street with its proof.
func (s *Store) Ending(ctx context.Context, actor access.Actor, street, id int64) (e Ending, proof []file.Attachment, err error) {
	defer fault.Wrap(&err, "ending %d", id)
	if !may(actor, access.ViewAppointments) {
		return e, nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor,
		db.One(&e, selectEnding+` WHERE e.street_id = @street AND e.id = @id`, db.Args{"street": street, "id": id}),
		file.Of(&proof, Proof, id))
	return e, proof, err
}

// Term returns the term that a report would end, and fault.NotFound for one that
// has ended.
func (s *Store) Term(ctx context.Context, actor access.Actor, street, post int64) (t committee.PostLine, err error) {
	defer fault.Wrap(&err, "term %d", post)
	if !may(actor, access.ReportEnding) {
		return t, fault.Forbidden
	}
	var list []committee.PostLine
	if err := s.db.Read(ctx, actor, committee.InPost(&list, street, calendar.On(s.now()))); err != nil {
		return t, err
	}
	for _, t := range list {
		if t.ID == post && t.UntilOn == nil {
			return t, nil
		}
	}
	return t, fault.NotFound
}

// NewEnding is a report that a post ended by itself.
type NewEnding struct {
	StreetID int64
	PostID   int64
	Why      string // one of Endings
	On       time.Time
	Document string // the paper by which it is reported to the city, with its number
	Proof    []file.Upload
}

// ReportEnding reports that a post ended by itself: by death, or because the body
// was abolished or merged (GDA 15). The report of the street waits for the city,
// which files it for the record; the city's own is filed at once. Sent twice it is
// one report.
func (s *Store) ReportEnding(ctx context.Context, actor access.Actor, n NewEnding) (id int64, err error) {
	defer fault.Wrap(&err, "report the end of post %d", n.PostID)
	switch {
	case !may(actor, access.ReportEnding):
		return 0, fault.Forbidden
	case actor.StreetID != 0 && actor.StreetID != n.StreetID:
		return 0, fault.NotFound
	}
	if err := s.files.Prepare(ctx, actor, n.StreetID, "proof", n.Proof); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.report(ctx, tx, actor, n)
		return err
	})
	if db.Violates(err, "post_endings_once") {
		id, err = s.reported(ctx, actor, n)
	}
	return id, endingFault(err)
}

func (s *Store) report(ctx context.Context, tx db.Tx, actor access.Actor, n NewEnding) (id int64, err error) {
	var recorded *time.Time
	recorder := ""
	if may(actor, access.DecideAppointment) {
		today := calendar.On(s.now())
		recorded, recorder = &today, actor.Name
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO post_endings (street_id, post_id, why, ended_on, document, creator, created_at, recorded_on, recorder)
		VALUES (@street, @post, @why, @on, @document, @name, @now, @recorded, @recorder)
		RETURNING id`, db.Args{
		"street": n.StreetID, "post": n.PostID, "why": n.Why, "on": n.On, "document": n.Document, "name": actor.Name, "now": s.now(),
		"recorded": recorded, "recorder": recorder,
	})
	if err != nil {
		return 0, err
	}
	if err := s.files.Attach(ctx, tx, actor, file.Owner{StreetID: n.StreetID, Kind: Proof, ID: id}, "proof", n.Proof); err != nil {
		return 0, err
	}
	e, err := ending(ctx, tx, n.StreetID, id, "")
	if err != nil {
		return 0, err
	}
	if recorded != nil {
		return id, s.tellEnding(ctx, tx, actor, e, "备案职务自行终止", "file", e.Document, streetRoles)
	}
	return id, s.tellEnding(ctx, tx, actor, e, "报备职务自行终止", "report", e.Document, cityRoles)
}

// reported returns the report that is there already, where it is the same one.
func (s *Store) reported(ctx context.Context, actor access.Actor, n NewEnding) (id int64, err error) {
	var had []int64
	err = s.db.Read(ctx, actor, db.Values(&had, `
		SELECT id
		FROM post_endings
		WHERE street_id = @street AND post_id = @post AND returned_on IS NULL AND why = @why AND ended_on = @on AND document = @document`,
		db.Args{"street": n.StreetID, "post": n.PostID, "why": n.Why, "on": n.On, "document": n.Document}))
	if err == nil && len(had) == 0 {
		err = fault.Fields{{Text: "这个职务的自行终止已经报备，正等市人大常委会备案"}}
	}
	return append(had, 0)[0], err
}

// ending reads a report in tx, with more behind it such as FOR UPDATE.
func ending(ctx context.Context, tx db.Tx, street, id int64, more string) (e Ending, err error) {
	return e, db.Do(ctx, tx, db.One(&e, selectEnding+` WHERE e.street_id = @street AND e.id = @id`+more, db.Args{"street": street, "id": id}))
}

// FileEnding files a report for the record: the term ends with it, from the day on
// that was reported. One that was filed or returned meanwhile is fault.Stale.
func (s *Store) FileEnding(ctx context.Context, actor access.Actor, street, id int64) error {
	return s.settle(ctx, actor, street, id, func(tx db.Tx, e Ending) error {
		_, err := db.Exec(ctx, tx, `UPDATE post_endings SET recorded_on = @today, recorder = @name WHERE street_id = @street AND id = @id`,
			db.Args{"today": calendar.On(s.now()), "name": actor.Name, "street": street, "id": id})
		if err != nil {
			return err
		}
		return s.tellEnding(ctx, tx, actor, e, "备案职务自行终止", "file", e.Document, streetRoles)
	})
}

// ReturnEnding returns a report to the street: why says what is wrong with it. The
// post goes on.
func (s *Store) ReturnEnding(ctx context.Context, actor access.Actor, street, id int64, why string) error {
	return s.settle(ctx, actor, street, id, func(tx db.Tx, e Ending) error {
		_, err := db.Exec(ctx, tx, `UPDATE post_endings SET returned_on = @today, returned_why = @why WHERE street_id = @street AND id = @id`,
			db.Args{"today": calendar.On(s.now()), "why": why, "street": street, "id": id})
		if err != nil {
			return err
		}
		return s.tellEnding(ctx, tx, actor, e, "退回职务自行终止的报备", "return", why, streetRoles)
	})
}

func (s *Store) settle(ctx context.Context, actor access.Actor, street, id int64, fn func(tx db.Tx, e Ending) error) (err error) {
	defer fault.Wrap(&err, "settle ending %d", id)
	if !may(actor, access.DecideAppointment) {
		return fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		e, err := ending(ctx, tx, street, id, " FOR UPDATE OF e")
		if err == nil && !e.Open() {
			err = fault.Stale
		}
		if err != nil {
			return err
		}
		return fn(tx, e)
	})
	return endingFault(err)
}

// tellEnding records an act about a report in the street's timeline, and tells
// whose turn it is.
func (s *Store) tellEnding(ctx context.Context, tx db.Tx, actor access.Actor, e Ending, act, action, reason string, to []access.Role) error {
	title := fmt.Sprintf("%s：%s%s（%s）", act, e.PostName(), e.Name, choice.Name(Endings, e.Why))
	for _, role := range to {
		err := notice.Send(ctx, tx, notice.Notice{At: s.now(), StreetID: e.StreetID, To: role, Title: act, Link: fmt.Sprintf("/committees/%d/endings/%d", e.StreetID, e.ID)})
		if err != nil {
			return err
		}
	}
	return committee.Recorded(ctx, tx, actor, s.now(), e.StreetID, "post."+action, title, reason)
}

func endingFault(err error) error {
	for _, c := range []struct{ constraint, field, text string }{
		{"post_endings_not_ahead", "on", "日期不能晚于今天"},
		{"posts_until_after_since", "on", "日期不能早于任职日期"},
		{"post_endings_why_known", "why", "请选择终止的原因"},
		{"post_endings_document_filled", "document", "请填写报备文件，最多 100 个字"},
		{"appointees_in_post", "", "这个职务已经终止"},
	} {
		if db.Violates(err, c.constraint) {
			return fault.Fields{{Name: c.field, Text: c.text}}
		}
	}
	if db.Violates(err, "post_endings_post") {
		return fault.NotFound
	}
	return err
}
