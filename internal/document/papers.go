package document

import (
	"context"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Store reads the register of papers.
type Store struct {
	db  *db.DB
	now func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, now func() time.Time) *Store { return &Store{d, now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// Filter narrows the register. Zero fields do not narrow it.
type Filter struct {
	Street int64 // a street; OfCity for what the city issued
	Year   int
	Kind   string
	Text   string // in the title
	After  db.Cursor
	Limit  int
}

// OfCity as a Filter's Street means what the city's standing committee issued.
const OfCity = -1

// Line is one paper in the register.
type Line struct {
	ID          int64
	StreetID    int64
	Issuing     string // the committee, or the city's standing committee
	Kind        Kind
	Prefix      string
	Year        int
	Number      int
	Title       string
	SubjectKind string
	SubjectID   int64
	SignedOn    time.Time
	Issuer      string
}

// Text writes the line's 发文字号.
func (l Line) Text() string { return Number(l.Prefix, l.Year, l.Number) }

// Listing is a page of the register.
type Listing struct {
	Lines   []Line
	Next    db.Cursor // zero on the last page
	Count   int
	Years   []int        // in which papers were issued, newest first
	Streets []choice.Row // of the city, for its filter
	Own     Prefix       // the actor's own issuer's
}

// Prefix is an issuer's 发文代字.
type Prefix struct {
	Street  int64
	Text    string
	Version int // 0 where the default holds
}

// Papers reads a page of the register, newest first. It needs ViewPapers.
func (s *Store) Papers(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list papers")
	if !actor.May(access.ViewPapers) {
		return l, fault.Forbidden
	}
	where, args := f.where(actor)
	counted := f
	counted.After = db.Cursor{}
	all, allArgs := counted.where(actor)
	args["limit"] = f.Limit + 1
	city := db.Args{"city": actor.CityID}
	err = s.db.Read(ctx, actor,
		db.Many(&l.Lines, selectLine+where+`
		ORDER BY p.signed_on DESC, p.id DESC
		LIMIT @limit`, args),
		db.Value(&l.Count, `SELECT count(*) FROM papers p`+all, allArgs),
		db.Values(&l.Years, `SELECT DISTINCT year FROM papers WHERE city_id = @city ORDER BY year DESC LIMIT 100`, city),
		db.Many(&l.Streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, city),
		s.prefix(&l.Own, actor))
	if err != nil {
		return l, err
	}
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x Line) db.Cursor { return db.Cursor{At: x.SignedOn, ID: x.ID} })
	return l, nil
}

const selectLine = `
	SELECT p.id, p.street_id, p.kind, p.prefix, p.year, p.number, p.title, p.subject_kind, p.subject_id, p.signed_on, p.issuer,
	       coalesce((SELECT s.committee FROM streets s WHERE s.id = p.street_id), (SELECT c.name || '人大常委会' FROM cities c WHERE c.id = p.city_id)) AS issuing
	FROM papers p`

func (f Filter) where(actor access.Actor) (string, db.Args) {
	var b strings.Builder
	args := db.Args{"city": actor.CityID}
	b.WriteString("\n\tWHERE p.city_id = @city")
	add := func(is bool, name string, value any, sql string) {
		if is {
			b.WriteString("\n\t  AND " + sql)
			args[name] = value
		}
	}
	street := f.Street
	if street == OfCity {
		street = 0
	}
	add(f.Street != 0, "street", street, "p.street_id = @street")
	add(f.Year != 0, "year", f.Year, "p.year = @year")
	add(f.Kind != "", "kind", f.Kind, "p.kind = @kind")
	add(f.Text != "", "text", "%"+likeEscaper.Replace(f.Text)+"%", "(p.title LIKE @text OR p.prefix || '〔' || p.year || '〕' || p.number || '号' LIKE @text)")
	if !f.After.IsZero() {
		args["after_on"] = f.After.At
		add(true, "after_id", f.After.ID, "(p.signed_on, p.id) < (@after_on::date, @after_id)")
	}
	return b.String(), args
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// prefix reads what the actor's issuer writes before the year.
func (s *Store) prefix(p *Prefix, actor access.Actor) db.Query {
	return db.One(p, `
		SELECT @street::bigint AS street, coalesce(app.paper_prefix(@city, @street), '') AS text,
		       coalesce((SELECT version FROM paper_prefixes WHERE city_id = @city AND street_id = @street), 0) AS version`, db.Args{"city": actor.CityID, "street": actor.StreetID})
}

// Prefix reads the 发文代字 of the actor's own issuer. It needs KeepPapers.
func (s *Store) Prefix(ctx context.Context, actor access.Actor) (p Prefix, err error) {
	defer fault.Wrap(&err, "prefix of papers")
	if !actor.May(access.KeepPapers) {
		return p, fault.Forbidden
	}
	return p, s.db.Read(ctx, actor, s.prefix(&p, actor))
}

// MaxPrefix is the longest 发文代字, in characters.
const MaxPrefix = 20

// ChoosePrefix sets the 发文代字 of the actor's own issuer, for the papers from now
// on; the count goes on. It is fault.Stale when the one with version is no longer
// in force. It needs KeepPapers.
func (s *Store) ChoosePrefix(ctx context.Context, actor access.Actor, version int, prefix string) (err error) {
	defer fault.Wrap(&err, "choose the prefix of papers")
	if !actor.May(access.KeepPapers) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		n, err := db.Exec(ctx, tx, `
			INSERT INTO paper_prefixes (city_id, street_id, prefix, modified_at)
			SELECT @city::bigint, @street::bigint, @prefix::text, @now::timestamptz
			WHERE @version::integer = 0 OR EXISTS (SELECT FROM paper_prefixes WHERE city_id = @city AND street_id = @street)
			ON CONFLICT (city_id, street_id) DO UPDATE
			SET prefix = excluded.prefix, version = paper_prefixes.version + 1, modified_at = excluded.modified_at
			WHERE paper_prefixes.version = @version::integer`,
			db.Args{"city": actor.CityID, "street": actor.StreetID, "prefix": prefix, "version": version, "now": s.now()})
		switch {
		case db.Violates(err, "paper_prefixes_short"), db.Violates(err, "paper_prefixes_plain"):
			return fault.Fields{{Name: "prefix", Text: "请填写代字，不超过 20 个字，不带年份、括号和空格"}}
		case err != nil:
			return err
		case n == 0:
			return fault.Stale
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: s.now(), StreetID: actor.StreetID, Kind: "paper", Action: "paper.prefix", Title: "发文代字改为 " + prefix,
		})
	})
}
