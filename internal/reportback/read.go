package reportback

import (
	"context"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/poll"
	"portal/internal/procedure"
)

// Line is one report in a list.
type Line struct {
	ID        int64
	StreetID  int64
	Street    string
	SessionID int64
	DeputyID  int64
	Name      string
	District  string // that elected the deputy
	Term      string
	HeldOn    time.Time
	State     procedure.State
	Satisfied int // of the rating, once it is published
	Basically int
	Not       int
	Ballots   int // 0 before, and where too few have cast to show the split
}

const selectLine = `
	SELECT r.id, r.street_id, s.name AS street, r.session_id, r.deputy_id, d.name, d.electoral_district AS district, r.term, r.held_on, r.state,
	       coalesce(x.satisfied, 0) AS satisfied, coalesce(x.basically, 0) AS basically, coalesce(x.dissatisfied, 0) AS "not", coalesce(x.ballots, 0) AS ballots
	FROM deputy_reports r
	JOIN deputies d ON d.street_id = r.street_id AND d.id = r.deputy_id
	JOIN streets s ON s.id = r.street_id
	LEFT JOIN LATERAL (
		SELECT sum(p.votes) FILTER (WHERE p.option = 'satisfied')::integer AS satisfied, sum(p.votes) FILTER (WHERE p.option = 'basically')::integer AS basically,
		       sum(p.votes) FILTER (WHERE p.option = 'dissatisfied')::integer AS dissatisfied, max(p.ballots) AS ballots
		FROM app.published_rating(r.id) p
		WHERE p.number = 1 AND r.state IN ('published', 'archived')) AS x ON true`

// Filter narrows a list of reports. Zero fields do not narrow it.
type Filter struct {
	StreetID int64
	State    string
	Text     string // in the deputy's name
	From, To time.Time
	After    db.Cursor
	Limit    int
}

func (f Filter) where(actor access.Actor) (string, db.Args) {
	var b strings.Builder
	args := db.Args{}
	b.WriteString("\n\tWHERE true")
	add := func(is bool, name string, value any, sql string) {
		if is {
			b.WriteString("\n\t  AND " + sql)
			args[name] = value
		}
	}
	street := f.StreetID
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	add(street != 0, "street", street, "r.street_id = @street")
	add(f.State != "", "state", f.State, "r.state = @state")
	add(f.Text != "", "text", "%"+likeEscaper.Replace(f.Text)+"%", "d.name LIKE @text")
	add(!f.From.IsZero(), "from", f.From, "r.held_on >= @from::date")
	add(!f.To.IsZero(), "to", f.To, "r.held_on <= @to::date")
	if !f.After.IsZero() {
		args["after_on"] = f.After.At
		add(true, "after_id", f.After.ID, "(r.held_on, r.id) < (@after_on::date, @after_id)")
	}
	return b.String(), args
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Listing is a page of reports.
type Listing struct {
	Lines   []Line
	Next    db.Cursor
	Count   int
	Streets []choice.Row
}

// Reports reads a page of reports, the latest first. It needs ViewReportsBack.
func (s *Store) Reports(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list reports to voters")
	if !actor.May(access.ViewReportsBack) {
		return l, fault.Forbidden
	}
	where, args := f.where(actor)
	counted := f
	counted.After = db.Cursor{}
	all, allArgs := counted.where(actor)
	args["limit"] = f.Limit + 1
	err = s.db.Read(ctx, actor,
		db.Many(&l.Lines, selectLine+where+` ORDER BY r.held_on DESC, r.id DESC LIMIT @limit`, args),
		db.Value(&l.Count, `SELECT count(*) FROM deputy_reports r JOIN deputies d ON d.street_id = r.street_id AND d.id = r.deputy_id`+all, allArgs),
		db.Many(&l.Streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, db.Args{"city": actor.CityID}))
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x Line) db.Cursor { return db.Cursor{At: x.HeldOn, ID: x.ID} })
	return l, err
}

// Session is one session with its reports and its list in numbers.
type Session struct {
	ID          int64
	StreetID    int64
	Term        string
	District    string
	GatheringID int64
	State       procedure.State
	Why         string
	Version     int

	Gathering gathering.Gathering `db:"-"`
	Count     gathering.Count     `db:"-"`
	Voters    int                 `db:"-"` // called to hear and to rate
	There     int                 `db:"-"` // of them, who has come
	Reports   []Line              `db:"-"`
	Districts []string            `db:"-"` // of voters' representatives, to invite
	Timeline  []audit.Entry       `db:"-"`
	Early     int                 `db:"-"` // days of notice
}

// Session reads one session. It needs ViewReportsBack.
func (s *Store) Session(ctx context.Context, actor access.Actor, id int64) (x Session, err error) {
	defer fault.Wrap(&err, "session of reports %d", id)
	if !actor.May(access.ViewReportsBack) {
		return x, fault.Forbidden
	}
	arg := db.Args{"id": id}
	const g = `(SELECT gathering_id FROM report_sessions WHERE id = @id)`
	var voters struct{ Called, There int }
	err = s.db.Read(ctx, actor,
		db.One(&x, `SELECT id, street_id, term, district, gathering_id, state, why, version FROM report_sessions WHERE id = @id`, arg),
		gathering.Of(&x.Gathering, gathering.ReportSession, id),
		db.One(&voters, `
			SELECT count(*) AS called, count(*) FILTER (WHERE arrived_at IS NOT NULL AND left_at IS NULL) AS there
			FROM attendances
			WHERE gathering_id = `+g+` AND street_id = (SELECT street_id FROM report_sessions WHERE id = @id) AND capacity IN ('representative', 'guest')`, arg),
		db.Many(&x.Reports, selectLine+` WHERE r.session_id = @id ORDER BY r.id LIMIT 50`, arg),
		db.Values(&x.Districts, `
			SELECT DISTINCT d.name
			FROM report_sessions x
			JOIN voter_representatives v ON v.street_id = x.street_id AND v.ended_on IS NULL
			JOIN voter_districts d ON d.street_id = v.street_id AND d.id = v.district_id
			WHERE x.id = @id
			ORDER BY d.name
			LIMIT 200`, arg),
		noticeDays.Query(&x.Early, actor.StreetID),
		audit.Timeline(&x.Timeline, "report_session", id))
	x.Voters, x.There = voters.Called, voters.There
	return x, err
}

// Moves lists what the actor may do with the session now.
func (x *Session) Moves(actor access.Actor, now time.Time) (list []procedure.Move) {
	for _, m := range Sessions.Open(actor, x.State) {
		if x.fits(m.Name, now) {
			list = append(list, m)
		}
	}
	return list
}

func (x *Session) fits(move string, now time.Time) bool {
	switch move {
	case "notice":
		return x.Voters > 0
	case "opening":
		return !x.Gathering.HeldOn.After(calendar.On(now))
	case "closure":
		for _, r := range x.Reports {
			if r.State != Published && r.State != Archived && r.State != Dropped {
				return false
			}
		}
	}
	return true
}

// Clock is an open deadline.
type Clock struct {
	ID    int64
	Label string
	DueOn time.Time
}

// Remarked is a question or an opinion.
type Remarked struct {
	ID         int64
	Kind       string
	Text       string
	Author     string
	Answer     string
	AnsweredAt *time.Time
	CreatedAt  time.Time
	DeadlineID int64 // 0 where none runs
	DueOn      *time.Time
}

// Report is one report with everything that belongs to it.
type Report struct {
	Line
	Text        string
	WrittenAt   *time.Time
	SpokenAt    *time.Time
	PublishedAt *time.Time
	ArchivedAt  *time.Time
	PollID      *int64
	Why         string
	Version     int
	Committee   string
	Session     procedure.State

	Gathering gathering.Gathering `db:"-"`
	Rating    *poll.Result        `db:"-"` // nil before one is opened, and for whom it is not
	Ratings   []Rated             `db:"-"` // once it is published
	Remarks   []Remarked          `db:"-"`
	Clock     *Clock              `db:"-"`
	Files     []file.Attachment   `db:"-"`
	Limits    file.Limits         `db:"-"`
	Timeline  []audit.Entry       `db:"-"`
}

// Rated is how many chose an option of a published rating.
type Rated struct {
	Number   int
	Question string
	Option   string
	Votes    int
	Circle   int // who could
	Ballots  int // who did
}

func ratings(list *[]Rated, id int64) db.Query {
	return db.Many(list, `SELECT number, question, option, votes, circle, ballots FROM app.published_rating(@id)`, db.Args{"id": id})
}

// Report reads one report. It needs ViewReportsBack.
func (s *Store) Report(ctx context.Context, actor access.Actor, id int64) (r Report, err error) {
	defer fault.Wrap(&err, "report to voters %d", id)
	if !actor.May(access.ViewReportsBack) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	var polls []poll.Poll
	var clocks []Clock
	queries := []db.Query{
		db.One(&r, `SELECT l.*, r.text, r.written_at, r.spoken_at, r.published_at, r.archived_at, r.poll_id, r.why, r.version, s.committee, x.state AS session
			FROM (`+selectLine+` WHERE r.id = @id) AS l
			JOIN deputy_reports r ON r.street_id = l.street_id AND r.id = l.id
			JOIN report_sessions x ON x.street_id = r.street_id AND x.id = r.session_id
			JOIN streets s ON s.id = r.street_id`, arg),
		db.Maybe(&r.Gathering, selectGathering, arg),
		poll.Of(&polls, poll.Report, id),
		ratings(&r.Ratings, id),
		db.Many(&r.Remarks, `
			SELECT m.id, m.kind, m.text, m.author, m.answer, m.answered_at, m.created_at, coalesce(d.id, 0) AS deadline_id, d.due_on
			FROM report_remarks m
			LEFT JOIN deadlines d ON d.street_id = m.street_id AND d.kind = 'report_remark' AND d.subject_id = m.id AND d.ended_on IS NULL
			WHERE m.report_id = @id AND m.street_id = (SELECT street_id FROM deputy_reports WHERE id = @id)
			ORDER BY m.id
			LIMIT 500`, arg),
		db.Many(&clocks, `
			SELECT id, label, due_on
			FROM deadlines
			WHERE kind = 'deputy_report' AND subject_id = @id AND street_id = (SELECT street_id FROM deputy_reports WHERE id = @id) AND ended_on IS NULL`, arg),
		file.Of(&r.Files, "deputy_report", id),
		audit.Timeline(&r.Timeline, "deputy_report", id),
	}
	err = s.db.Read(ctx, actor, append(queries, r.Limits.Queries(actor.StreetID)...)...)
	if len(polls) > 0 && polls[0].State != poll.Cancelled {
		r.Rating = &poll.Result{Poll: polls[0]}
	}
	if len(clocks) > 0 {
		r.Clock = &clocks[0]
	}
	return r, err
}

// selectGathering reads when and where a report is delivered.
const selectGathering = `
	SELECT g.id, g.street_id, g.kind, g.record_id, g.group_id, g.title, g.place, g.held_on, g.starts_at, g.ends_at, g.grace, g.state,
	       g.called_at, g.opened_at, g.closed_at, g.why, g.sequence, g.sealed, g.version, s.name AS street, s.committee
	FROM deputy_reports r
	JOIN report_sessions x ON x.street_id = r.street_id AND x.id = r.session_id
	JOIN gatherings g ON g.street_id = x.street_id AND g.id = x.gathering_id
	JOIN streets s ON s.id = g.street_id
	WHERE r.id = @id`

// Moves lists what the actor may do with the report now.
func (r *Report) Moves(actor access.Actor) (list []procedure.Move) {
	for _, m := range Procedure.Open(actor, r.State) {
		if (actor.DeputyID == 0 || actor.DeputyID == r.DeputyID) && r.fits(m.Name) {
			list = append(list, m)
		}
	}
	return list
}

func (r *Report) fits(move string) bool {
	switch move {
	case "speech":
		return r.Session == Opened
	case "answer":
		return r.Unanswered() > 0
	case "archive":
		return r.Unanswered() == 0
	case "absence":
		return r.Session != Planned
	}
	return true
}

// Unanswered is how many opinions wait for a written answer.
func (r *Report) Unanswered() (n int) {
	for _, m := range r.Remarks {
		if m.AnsweredAt == nil {
			n++
		}
	}
	return n
}

// Owing is a deputy who has not reported in the term.
type Owing struct {
	DeputyID  int64
	StreetID  int64
	Street    string
	Name      string
	District  string
	Term      string
	Since     time.Time
	DueOn     time.Time // a default of this portal
	ReportID  int64     // of a session that is planned; 0 where none is
	PlannedOn *time.Time
}

// Owing reads which city deputies in office have not reported in their term, those
// who should have first. It needs ViewReportsBack, and is for the desks only.
func (s *Store) Owing(ctx context.Context, actor access.Actor, street int64) (list []Owing, err error) {
	defer fault.Wrap(&err, "list deputies who owe a report")
	if !actor.May(access.ViewReportsBack) || actor.DeputyID != 0 {
		return nil, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT d.id AS deputy_id, d.street_id, s.name AS street, d.name, d.electoral_district AS district, d.term, d.since,
		       (d.since + make_interval(months => `+dueMonths.SQL("d.street_id")+`))::date AS due_on, coalesce(r.id, 0) AS report_id, r.held_on AS planned_on
		FROM deputies d
		JOIN streets s ON s.id = d.street_id
		LEFT JOIN deputy_reports r ON r.street_id = d.street_id AND r.deputy_id = d.id AND r.term = d.term AND r.state <> 'dropped'
		WHERE d.level = 'city' AND d.since <= @today::date AND (d.ended_on IS NULL OR d.ended_on > @today::date) AND (@street = 0 OR d.street_id = @street)
		  AND (r.id IS NULL OR r.state IN ('due', 'written', 'spoken', 'rating'))
		ORDER BY due_on, d.id
		LIMIT 1000`, db.Args{"today": calendar.On(s.now()), "street": street}))
	return list, err
}

// Candidates reads which city deputies of the actor's street may be called to report.
func (s *Store) Candidates(ctx context.Context, actor access.Actor) (list []choice.Row, err error) {
	defer fault.Wrap(&err, "list deputies to report")
	if !keeps(actor) {
		return nil, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT d.id, d.name || '（' || d.electoral_district || '）' AS name
		FROM deputies d
		WHERE d.street_id = @street AND d.level = 'city' AND d.since <= @today::date AND (d.ended_on IS NULL OR d.ended_on > @today::date)
		  AND NOT EXISTS (SELECT FROM deputy_reports r WHERE r.street_id = d.street_id AND r.deputy_id = d.id AND r.term = d.term AND r.state <> 'dropped')
		ORDER BY d.electoral_district, d.id
		LIMIT 500`, db.Args{"street": actor.StreetID, "today": calendar.On(s.now())}))
	return list, err
}

// Calendar returns the working days by which clocks are shown.
func (s *Store) Calendar(ctx context.Context, actor access.Actor) (*calendar.Calendar, error) {
	return deadline.Known(ctx, s.db, actor)
}

// PublicLine is a published report as residents read it.
type PublicLine struct {
	ID     int64
	Street string
	Name   string // "" where the deputy has left office since
	Term   string
	HeldOn time.Time
}

// Public is one of them with its text and the sums of its rating.
type Public struct {
	PublicLine
	Text    string
	Ratings []Rated `db:"-"`
}

const publicColumns = `
	SELECT r.id, s.name AS street, coalesce((SELECT d.name FROM deputies d WHERE d.street_id = r.street_id AND d.id = r.deputy_id), '') AS name, r.term, r.held_on`

// PublicReports lists published reports for anybody, the latest first: of a street,
// or, where street is 0, of all.
func (s *Store) PublicReports(ctx context.Context, street int64, after db.Cursor, limit int) (list []PublicLine, next db.Cursor, err error) {
	defer fault.Wrap(&err, "list published reports")
	where, args := "", db.Args{"limit": limit + 1}
	if street != 0 {
		where, args["street"] = " AND r.street_id = @street", street
	}
	if !after.IsZero() {
		where += " AND (r.held_on, r.id) < (@after_on::date, @after_id)"
		args["after_on"], args["after_id"] = after.At, after.ID
	}
	err = s.db.Read(ctx, access.Resident(nil), db.Many(&list, publicColumns+`
		FROM deputy_reports r
		JOIN streets s ON s.id = r.street_id
		WHERE true`+where+`
		ORDER BY r.held_on DESC, r.id DESC
		LIMIT @limit`, args))
	list, next = db.Page(list, limit, func(l PublicLine) db.Cursor { return db.Cursor{At: l.HeldOn, ID: l.ID} })
	return list, next, err
}

// PublicReport reads one of them, and fault.NotFound for any other.
func (s *Store) PublicReport(ctx context.Context, id int64) (p Public, err error) {
	defer fault.Wrap(&err, "published report %d", id)
	err = s.db.Read(ctx, access.Resident(nil),
		db.One(&p, publicColumns+`, r.text FROM deputy_reports r JOIN streets s ON s.id = r.street_id WHERE r.id = @id`, db.Args{"id": id}),
		ratings(&p.Ratings, id))
	return p, err
}
