package register

import (
	"context"
	"fmt"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Counts says how many rows of a sheet are what to the register.
type Counts struct{ New, Changed, Same, Error int }

func (c *Counts) read(street, id int64) db.Query {
	return db.One(c, `
		SELECT count(*) FILTER (WHERE kind = 'new') AS new,
		       count(*) FILTER (WHERE kind = 'changed') AS changed,
		       count(*) FILTER (WHERE kind = 'same') AS same,
		       count(*) FILTER (WHERE kind = 'error') AS error
		FROM import_rows
		WHERE street_id = @street AND import_id = @id`, db.Args{"street": street, "id": id})
}

func (c Counts) words() string {
	return words([]int{c.New, c.Changed, c.Same, c.Error}, []string{"新增", "修改", "相同", "有错误"})
}

// Outcomes says what became of the rows of an import.
type Outcomes struct{ Applied, Stale, Refused, Undone, Kept int }

func (o *Outcomes) read(street, id int64) db.Query {
	return db.One(o, `
		SELECT count(*) FILTER (WHERE outcome = 'applied') AS applied,
		       count(*) FILTER (WHERE outcome = 'stale') AS stale,
		       count(*) FILTER (WHERE outcome = 'refused') AS refused,
		       count(*) FILTER (WHERE outcome = 'undone') AS undone,
		       count(*) FILTER (WHERE outcome = 'kept') AS kept
		FROM import_rows
		WHERE street_id = @street AND import_id = @id`, db.Args{"street": street, "id": id})
}

func (o Outcomes) words() string {
	return words([]int{o.Applied, o.Undone, o.Stale, o.Refused, o.Kept}, []string{"写入", "撤销", "别人改过未覆盖", "未被接受", "不能撤销"})
}

func words(counts []int, names []string) string {
	var parts []string
	for i, n := range counts {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d 行", names[i], n))
		}
	}
	if parts == nil {
		return "没有需要处理的行"
	}
	return strings.Join(parts, "，")
}

// Line is one import in a list.
type Line struct {
	ID       int64
	StreetID int64
	Street   string
	Register string
	FileName string
	State    procedure.State
	Sender   string
	SentAt   time.Time
	BeatAt   time.Time
	Total    int
	Done     int
}

// Silent reports whether work on the import was interrupted.
func (l *Line) Silent(now time.Time) bool {
	return Working(l.State) && now.Sub(l.BeatAt) > silentSecs*time.Second
}

// Working reports whether work is under way in a state.
func Working(s procedure.State) bool { return s == Reading || s == Applying || s == Undoing }

const selectLine = `
	SELECT i.id, i.street_id, s.name AS street, i.register, i.file_name, i.state, i.sender, i.sent_at, i.beat_at, i.total, i.done
	FROM imports i
	JOIN streets s ON s.id = i.street_id`

// Filter narrows the list of imports. Zero fields do not narrow it.
type Filter struct {
	StreetID int64
	Register string
	State    string
	After    db.Cursor
	Limit    int
}

// Listing is one page of the list of imports.
type Listing struct {
	Lines   []Line
	Next    db.Cursor
	Streets []choice.Row // of the actor's city, to send for or to filter by
}

// Imports lists imports, newest first.
func (s *Store) Imports(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list imports")
	if !actor.May(access.ViewImports) {
		return l, fault.Forbidden
	}
	where, args := "\nWHERE true", db.Args{"limit": f.Limit + 1}
	add := func(on bool, name string, value any, condition string) {
		if on {
			where += "\n  AND " + condition
			args[name] = value
		}
	}
	if actor.StreetID != 0 {
		f.StreetID = actor.StreetID
	}
	add(f.StreetID != 0, "street", f.StreetID, "i.street_id = @street")
	add(f.Register != "", "register", f.Register, "i.register = @register")
	add(f.State != "", "state", f.State, "i.state = @state")
	if !f.After.IsZero() {
		args["after_at"] = f.After.At
		add(true, "after_id", f.After.ID, "(i.sent_at, i.id) < (@after_at, @after_id)")
	}
	err = s.db.Read(ctx, actor,
		db.Many(&l.Lines, selectLine+where+"\nORDER BY i.sent_at DESC, i.id DESC\nLIMIT @limit", args),
		db.Many(&l.Streets, `SELECT id, name FROM streets WHERE id = ANY ((SELECT app.streets())::bigint[]) ORDER BY code LIMIT 1000`, db.Args{}))
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x Line) db.Cursor { return db.Cursor{At: x.SentAt, ID: x.ID} })
	return l, err
}

// Import is everything about one import but its rows.
type Import struct {
	Line
	FileSize    int
	Failure     string
	Remark      string
	Confirmer   string
	ConfirmedAt *time.Time
	Undoer      string
	UndoneAt    *time.Time
	UndoneWhy   string
	Version     int
	Counts      Counts
	Outcomes    Outcomes
	Timeline    []audit.Entry
	Sheet       *Sheet
	Keeps       bool // its reader may move it on
}

// details are the columns of an Import beyond a Line.
type details struct {
	FileSize    int
	Failure     string
	Remark      string
	Confirmer   string
	ConfirmedAt *time.Time
	Undoer      string
	UndoneAt    *time.Time
	UndoneWhy   string
	Version     int
}

// Import returns one import, in one round trip.
func (s *Store) Import(ctx context.Context, actor access.Actor, id int64) (m Import, err error) {
	defer fault.Wrap(&err, "import %d", id)
	if !actor.May(access.ViewImports) {
		return m, fault.Forbidden
	}
	arg := db.Args{"id": id}
	var d details
	err = s.db.Read(ctx, actor,
		db.One(&m.Line, selectLine+` WHERE i.id = @id`, arg),
		db.One(&d, `
			SELECT file_size, failure, remark, confirmer, confirmed_at, undoer, undone_at, undone_why, version
			FROM imports
			WHERE id = @id`, arg),
		db.One(&m.Counts, `
			SELECT count(*) FILTER (WHERE r.kind = 'new') AS new, count(*) FILTER (WHERE r.kind = 'changed') AS changed,
			       count(*) FILTER (WHERE r.kind = 'same') AS same, count(*) FILTER (WHERE r.kind = 'error') AS error
			FROM imports i
			LEFT JOIN import_rows r ON r.street_id = i.street_id AND r.import_id = i.id
			WHERE i.id = @id`, arg),
		db.One(&m.Outcomes, `
			SELECT count(*) FILTER (WHERE r.outcome = 'applied') AS applied, count(*) FILTER (WHERE r.outcome = 'stale') AS stale,
			       count(*) FILTER (WHERE r.outcome = 'refused') AS refused, count(*) FILTER (WHERE r.outcome = 'undone') AS undone,
			       count(*) FILTER (WHERE r.outcome = 'kept') AS kept
			FROM imports i
			LEFT JOIN import_rows r ON r.street_id = i.street_id AND r.import_id = i.id
			WHERE i.id = @id`, arg),
		audit.Timeline(&m.Timeline, "import", id))
	if err != nil {
		return m, err
	}
	m.FileSize, m.Failure, m.Remark, m.Confirmer, m.ConfirmedAt = d.FileSize, d.Failure, d.Remark, d.Confirmer, d.ConfirmedAt
	m.Undoer, m.UndoneAt, m.UndoneWhy, m.Version = d.Undoer, d.UndoneAt, d.UndoneWhy, d.Version
	if m.Sheet = s.Sheet(m.Register); m.Sheet == nil || !actor.May(m.Sheet.View) {
		return m, fault.NotFound
	}
	m.Keeps = keeps(actor, m.Sheet)
	return m, nil
}

// Entry is one row of an import.
type Entry struct {
	Line       int
	Kind       string
	Cells      []string // phone numbers masked
	Before     []string
	Complaints []Complaint
	SubjectID  *int64
	Outcome    string
	Note       string
}

// RowFilter narrows the rows of an import.
type RowFilter struct {
	Kind    string // New, Changed, Same or Error
	Outcome string
	After   int // the line that the page before ended with
	Limit   int
}

// Rows lists the rows of an import in the sheet's order, and the line to ask the
// next page after, 0 on the last. Read the import first: that says who may.
func (s *Store) Rows(ctx context.Context, actor access.Actor, m *Import, f RowFilter) (list []Entry, next int, err error) {
	defer fault.Wrap(&err, "rows of import %d", m.ID)
	where, args := "", db.Args{"street": m.StreetID, "id": m.ID, "limit": f.Limit + 1, "after": f.After}
	if f.Kind != "" {
		where, args["kind"] = where+" AND kind = @kind", f.Kind
	}
	if f.Outcome != "" {
		where, args["outcome"] = where+" AND outcome = @outcome", f.Outcome
	}
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT line, kind, cells, before, complaints, subject_id, outcome, note
		FROM import_rows
		WHERE street_id = @street AND import_id = @id AND line > @after`+where+`
		ORDER BY line
		LIMIT @limit`, args))
	if len(list) > f.Limit {
		list = list[:f.Limit]
		next = list[f.Limit-1].Line
	}
	return list, next, err
}
