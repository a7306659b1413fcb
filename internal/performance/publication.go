package performance

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/notice"
)

// Quarter is a quarter of a year.
type Quarter struct{ Year, Number int }

// Name is 2026年第一季度.
func (q Quarter) Name() string {
	return fmt.Sprintf("%d年第%s季度", q.Year, [...]string{"一", "二", "三", "四"}[q.Number-1])
}

// Ended are the last n quarters that have ended on day, the latest first.
func Ended(day time.Time, n int) (list []Quarter) {
	q := Quarter{day.Year(), (int(day.Month()) + 2) / 3}
	for range n {
		if q.Number--; q.Number == 0 {
			q = Quarter{q.Year - 1, 4}
		}
		list = append(list, q)
	}
	return list
}

// Publish publishes what the deputies of the actor's street did in a quarter that has
// ended, frozen as it is counted now, and opens the days in which a deputy can dispute
// it. A quarter that is published again says why. It needs PublishPerformance and
// complains about the fields quarter and why.
func (s *Store) Publish(ctx context.Context, actor access.Actor, q Quarter, why string) (id int64, err error) {
	defer fault.Wrap(&err, "publish %v", q)
	if !actor.May(access.PublishPerformance) || actor.StreetID == 0 {
		return 0, fault.Forbidden
	}
	if q.Number < 1 || q.Number > 4 || q.Year < 2000 || q.Year > 2100 || !calendar.On(s.now()).After(calendar.AddMonths(calendar.Day(q.Year, time.Month(q.Number*3), 1), 1).AddDate(0, 0, -1)) {
		return 0, fault.Fields{{Name: "quarter", Text: "请选择已经结束的季度"}}
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.publish(ctx, tx, actor, q, why)
		return err
	})
	return id, refused(err)
}

func (s *Store) publish(ctx context.Context, tx db.Tx, actor access.Actor, q Quarter, why string) (id int64, err error) {
	var before struct {
		N    int
		Last int64
	}
	of := db.Args{"street": actor.StreetID, "year": q.Year, "quarter": q.Number}
	err = db.Do(ctx, tx, db.One(&before, `
		SELECT count(*) AS n, coalesce(max(id), 0) AS last
		FROM performance_publications
		WHERE street_id = @street AND year = @year AND quarter = @quarter`, of))
	switch {
	case err != nil:
		return 0, err
	case before.N > 0 && why == "":
		return 0, fault.Fields{{Name: "why", Text: "这个季度已经公布过，请写明为什么重新公布"}}
	case before.N == 0:
		why = ""
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO performance_publications (street_id, year, quarter, revision, why, published_on, published_at, published_by, publisher)
		VALUES (@street, @year, @quarter, @revision, @why, @today::date, @now, @by, @name)
		RETURNING id`, db.Args{
		"street": actor.StreetID, "year": q.Year, "quarter": q.Number, "revision": before.N + 1, "why": why, "today": calendar.On(s.now()), "now": s.now(),
		"by": actor.UserID, "name": actor.Name,
	})
	if err != nil {
		return 0, err
	}
	n, err := db.Exec(ctx, tx, `
		INSERT INTO performance_published (street_id, publication_id, deputy_id, class, done, due, excused, tenths)
		SELECT p.street_id, p.id, c.deputy_id, c.class, c.done, c.due, c.excused, c.tenths
		FROM performance_publications p, app.performance_cells(p.street_id, p.from_on, p.to_on) AS c
		WHERE p.street_id = @street AND p.id = @id`, db.Args{"street": actor.StreetID, "id": id})
	if err == nil && n == 0 {
		err = fault.Fields{{Name: "quarter", Text: "这个季度没有在任的代表"}}
	}
	if err == nil && before.Last != 0 {
		err = deadline.Drop(ctx, tx, actor.StreetID, "performance_publication", before.Last, s.now())
	}
	if err != nil {
		return 0, err
	}
	return id, s.announce(ctx, tx, actor, q, id, why)
}

// announce opens the days for disputes and tells the deputies.
func (s *Store) announce(ctx context.Context, tx db.Tx, actor access.Actor, q Quarter, id int64, why string) error {
	days, err := disputeDays.In(ctx, tx, actor.StreetID)
	if err != nil {
		return err
	}
	if _, err = deadline.Start(ctx, tx, deadline.New{
		StreetID: actor.StreetID, Kind: "performance_publication", SubjectID: id, Name: "dispute", Label: "提出申诉", From: s.now(), Days: days,
		Basis: fmt.Sprintf("%s期限 %d 个工作日", disputeDays.Label, days),
	}); err != nil {
		return err
	}
	err = notice.Send(ctx, tx, notice.Notice{
		At: s.now(), StreetID: actor.StreetID, To: access.Deputy, Title: q.Name() + "履职情况已公布，有出入的可以申诉", Link: "/performance/mine",
	})
	if err != nil {
		return err
	}
	return s.note(ctx, tx, actor, "performance_publication", actor.StreetID, id, "publish", "公布"+q.Name()+"履职情况", why)
}

// PublicationLine is one publication in a list.
type PublicationLine struct {
	ID          int64
	StreetID    int64
	Street      string
	Year        int
	Number      int
	Revision    int
	Latest      bool // of its quarter
	Why         string
	PublishedAt time.Time
	Publisher   string
	DueOn       *time.Time // until when it can be disputed; nil where it no longer stands
	DeadlineID  int64
	Disputes    int // of it
}

// Quarter is the quarter it is about.
func (l *PublicationLine) Quarter() Quarter { return Quarter{l.Year, l.Number} }

const selectPublication = `
	SELECT x.id, x.street_id, (SELECT s.name FROM streets s WHERE s.id = x.street_id) AS street, x.year, x.quarter AS number, x.revision, x.why, x.published_at, x.publisher,
	       NOT EXISTS (SELECT FROM performance_publications y WHERE y.street_id = x.street_id AND y.year = x.year AND y.quarter = x.quarter AND y.revision > x.revision) AS latest,
	       (SELECT d.due_on FROM deadlines d WHERE d.street_id = x.street_id AND d.kind = 'performance_publication' AND d.subject_id = x.id AND d.ended_how <> 'dropped') AS due_on,
	       coalesce((SELECT d.id FROM deadlines d WHERE d.street_id = x.street_id AND d.kind = 'performance_publication' AND d.subject_id = x.id AND d.ended_how <> 'dropped'), 0) AS deadline_id,
	       (SELECT count(*) FROM performance_disputes p WHERE p.street_id = x.street_id AND p.publication_id = x.id) AS disputes
	FROM performance_publications x`

// PublicationList is a page of publications.
type PublicationList struct {
	Lines    []PublicationLine
	Next     db.Cursor // zero on the last page
	Streets  []choice.Row
	Calendar *calendar.Calendar
}

// PublicationList reads a page of publications, the latest first. It needs
// ViewPerformance.
func (s *Store) PublicationList(ctx context.Context, actor access.Actor, f ListFilter) (l PublicationList, err error) {
	defer fault.Wrap(&err, "list publications")
	if !actor.May(access.ViewPerformance) {
		return l, fault.Forbidden
	}
	if actor.StreetID != 0 {
		f.StreetID = actor.StreetID
	}
	f.State, f.Class = "", ""
	where, args := f.where("x.published_at")
	if err = s.db.Read(ctx, actor, db.Many(&l.Lines, selectPublication+where, args), db.Many(&l.Streets, selectStreets, db.Args{})); err != nil {
		return l, err
	}
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x PublicationLine) db.Cursor { return db.Cursor{At: x.PublishedAt, ID: x.ID} })
	l.Calendar, err = deadline.Known(ctx, s.db, actor)
	return l, err
}

// Publication is what was published of a quarter, beside what is counted today.
type Publication struct {
	PublicationLine
	Lines    []PublishedLine
	Timeline []audit.Entry
	Calendar *calendar.Calendar
}

// PublishedLine is one deputy of a publication.
type PublishedLine struct {
	ID    int64
	Name  string
	Cells [Columns]Cell // as published; see Classes
	Now   [Columns]Cell // as counted today, where the whole publication is read
}

// Publication reads one publication: all of it with ReadPerformance, else what it says
// of the deputy who asks.
func (s *Store) Publication(ctx context.Context, actor access.Actor, id int64) (p Publication, err error) {
	defer fault.Wrap(&err, "publication %d", id)
	if !actor.May(access.ViewPerformance) {
		return p, fault.Forbidden
	}
	whole := actor.May(access.ReadPerformance)
	own := actor.DeputyID
	if whole {
		own = 0
	}
	var then, now []counted
	var names []choice.Row
	args := db.Args{"id": id, "own": own}
	queries := []db.Query{
		db.One(&p.PublicationLine, selectPublication+` WHERE x.id = @id`, db.Args{"id": id}),
		db.Many(&then, `
			SELECT deputy_id, class, done, due, excused, tenths, 0 AS keys
			FROM performance_published
			WHERE (street_id, publication_id) IN (SELECT x.street_id, x.id FROM performance_publications x WHERE x.id = @id) AND (@own::bigint = 0 OR deputy_id = @own)
			LIMIT 20000`, args),
		db.Many(&names, `
			SELECT id, name
			FROM deputies d
			WHERE (street_id, id) IN (SELECT y.street_id, y.deputy_id FROM performance_published y
			                          JOIN performance_publications x ON x.street_id = y.street_id AND x.id = y.publication_id WHERE x.id = @id)
			  AND (@own::bigint = 0 OR id = @own)
			ORDER BY name COLLATE "C", id
			LIMIT 500`, args),
	}
	if whole {
		queries = append(queries, audit.Timeline(&p.Timeline, "performance_publication", id), db.Many(&now, `
			SELECT c.deputy_id, c.class, c.done, c.due, c.excused, c.tenths, 0 AS keys
			FROM performance_publications x, app.performance_cells(x.street_id, x.from_on, x.to_on) AS c
			WHERE x.id = @id
			LIMIT 20000`, db.Args{"id": id}))
	}
	if err = s.db.Read(ctx, actor, queries...); err != nil {
		return p, err
	}
	at := map[int64]int{}
	for i, n := range names {
		at[n.ID] = i
		p.Lines = append(p.Lines, PublishedLine{ID: n.ID, Name: n.Name})
	}
	for i, list := range [][]counted{then, now} {
		for _, c := range list {
			_, column, known := Named(c.Class)
			line, listed := at[c.DeputyID]
			if known && listed && i == 0 {
				p.Lines[line].Cells[column] = c.Cell
			} else if known && listed {
				p.Lines[line].Now[column] = c.Cell
			}
		}
	}
	p.Calendar, err = deadline.Known(ctx, s.db, actor)
	return p, err
}

// Fact is what was published of a deputy in a quarter.
type Fact struct {
	Year, Number int
	PublishedOn  time.Time
	Class        string
	Cell
}

// Published are the facts of the last quarters that were published of a deputy, for
// anyone (DEP58): the newest first, without points and without a ranking.
func (s *Store) Published(ctx context.Context, actor access.Actor, deputy int64) (list []Fact, err error) {
	defer fault.Wrap(&err, "published performance of deputy %d", deputy)
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT x.year, x.quarter AS number, x.published_on, y.class, y.done, y.due, y.excused, y.tenths, 0 AS keys
		FROM performance_published y
		JOIN performance_publications x ON x.street_id = y.street_id AND x.id = y.publication_id
		WHERE y.street_id = (SELECT d.street_id FROM deputies d WHERE d.id = @deputy) AND y.deputy_id = @deputy
		  AND NOT EXISTS (SELECT FROM performance_publications z WHERE z.street_id = x.street_id AND z.year = x.year AND z.quarter = x.quarter AND z.revision > x.revision)
		ORDER BY x.year DESC, x.quarter DESC
		LIMIT 112`, db.Args{"deputy": deputy}))
	return list, err
}
