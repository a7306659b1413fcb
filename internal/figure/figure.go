package figure

import (
	"context"
	"fmt"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Period is from one day to another, both included.
type Period struct{ From, To time.Time }

// Street is a street that figures are split by.
type Street struct {
	ID   int64
	Name string
}

type cell struct {
	StreetID int64
	Month    time.Time
	Kind     string
	N        int64
}

// Figure is an indicator counted over a period.
//
// It keeps sums by street, month and kind.
type Figure struct {
	*Indicator
	Period Period
	cells  []cell
	closed bool // whoever asked may not open the ledger
}

// Cut narrows a figure. Zero fields do not narrow it.
type Cut struct {
	Street int64
	Kind   string
	In     Period // months as wholes: the figure itself knows no other days
}

// Count is the figure within a cut.
func (f *Figure) Count(c Cut) int64 {
	return f.sum(func(x cell) bool {
		return (x.StreetID == c.Street || c.Street == 0 && !f.shared) && (c.Kind == "" || x.Kind == c.Kind) &&
			(c.In.From.IsZero() || !x.Month.Before(date(c.In.From.Year(), c.In.From.Month(), 1)) && !x.Month.After(c.In.To))
	})
}

// Total is the figure for all the streets asked for.
func (f *Figure) Total() int64 { return f.Count(Cut{}) }

// Text writes a count of the figure in its unit: 398.00 for money.
func (f *Figure) Text(n int64) string {
	if f.Money {
		return fmt.Sprintf("%d.%02d", n/100, n%100)
	}
	return fmt.Sprint(n)
}

// Street is the figure for one street.
func (f *Figure) Street(id int64) int64 { return f.Count(Cut{Street: id}) }

// Kind is the figure for one kind.
func (f *Figure) Kind(key string) int64 { return f.Count(Cut{Kind: key}) }

func (f *Figure) sum(in func(cell) bool) int64 {
	var n int64
	kinds := map[string]bool{}
	for _, c := range f.cells {
		if in(c) {
			n += c.N
			kinds[c.Kind] = true
		}
	}
	if f.Distinct {
		return int64(len(kinds))
	}
	return n
}

// List is the address of the rows behind a cut of the figure: a path and pairs
// of parameter and value, of which a later one replaces an earlier one. The path is
// "" for whoever may not open the ledger.
func (f *Figure) List(c Cut) (path string, pairs []string) {
	if f.closed {
		return "", nil
	}
	if f.record && c.Street != 0 {
		return fmt.Sprintf("%s/%d", f.list, c.Street), nil
	}
	pairs = slices.Clone(f.fixed)
	in := f.Period
	if !c.In.From.IsZero() {
		in = c.In
	}
	switch {
	case f.Nature == Stock && f.on != "":
		pairs = append(pairs, f.on, in.To.Format(time.DateOnly))
	case f.from != "":
		pairs = append(pairs, f.from, in.From.Format(time.DateOnly), f.to, in.To.Format(time.DateOnly))
	}
	if c.Street != 0 {
		pairs = append(pairs, "street", fmt.Sprint(c.Street))
	}
	if c.Kind != "" && f.kind != "" {
		pairs = append(pairs, f.kind, c.Kind)
	}
	return f.list, pairs
}

// Share is a rate with both its numbers.
type Share struct {
	Rate
	Numerator, Denominator int64
}

// Percent is the share to one decimal, rounded half up, or "—" where there is
// nothing to divide by.
func (s Share) Percent() string {
	if s.Denominator == 0 {
		return "—"
	}
	tenths := (s.Numerator*2000 + s.Denominator) / (2 * s.Denominator)
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

// Whole is the share in whole percent, cut off and not rounded, as some summaries
// write it.
func (s Share) Whole() string {
	if s.Denominator == 0 {
		return "—"
	}
	return fmt.Sprintf("%d%%", s.Numerator*100/s.Denominator)
}

// Table is what a page of figures shows.
type Table struct {
	Period  Period
	AsOf    time.Time
	Streets []Street
	Figures []*Figure
}

// Figure returns the figure called key, or nil.
func (t *Table) Figure(key string) *Figure {
	for _, f := range t.Figures {
		if f.Key == key {
			return f
		}
	}
	return nil
}

// Share returns a rate for one street, or for all where street is 0.
func (t *Table) Share(r Rate, street int64) Share {
	count := func(key string, kinds []string) int64 {
		f := t.Figure(key)
		if f == nil {
			return 0
		}
		return f.sum(func(c cell) bool {
			return (street == 0 || c.StreetID == street) && (kinds == nil || slices.Contains(kinds, c.Kind))
		})
	}
	return Share{Rate: r, Numerator: count(r.Part, r.kinds), Denominator: count(r.Whole, nil)}
}

// Store counts.
type Store struct {
	db  *db.DB
	now func() time.Time
}

// NewStore returns a Store on d. now tells the time of counting.
func NewStore(d *db.DB, now func() time.Time) *Store { return &Store{d, now} }

// Now tells the time by the store's clock.
func (s *Store) Now() time.Time { return s.now() }

// Streets lists the streets whose figures actor may see, in the order of their
// codes. It needs ViewFigures.
func (s *Store) Streets(ctx context.Context, actor access.Actor) (list []Street, err error) {
	defer fault.Wrap(&err, "streets of figures")
	if !actor.May(access.ViewFigures) {
		return nil, fault.Forbidden
	}
	return s.streets(ctx, counter(actor), 0)
}

// Figures counts every indicator over p for the streets in actor's scope, or
// for one of them where street is not 0. It needs ViewFigures.
func (s *Store) Figures(ctx context.Context, actor access.Actor, p Period, street int64, keys ...string) (t *Table, err error) {
	defer fault.Wrap(&err, "figures")
	if !actor.May(access.ViewFigures) {
		return nil, fault.Forbidden
	}
	t, err = s.count(ctx, counter(actor), p, street, keys)
	if err != nil {
		return nil, err
	}
	for _, f := range t.Figures {
		f.closed = f.need != "" && !actor.May(f.need)
	}
	return t, nil
}

// Open counts every indicator over p for a city, for anybody: only sums leave.
// city 0 means the first city of the installation.
func (s *Store) Open(ctx context.Context, city int64, p Period) (t *Table, err error) {
	defer fault.Wrap(&err, "open figures")
	if city == 0 {
		err := s.db.Read(ctx, access.Resident(nil),
			db.Value(&city, `SELECT coalesce(min(id), 0)::bigint FROM cities`, db.Args{}))
		if err != nil {
			return nil, err
		}
	}
	return s.count(ctx, access.Actor{Role: access.Counter, CityID: city, Name: "统计"}, p, 0, nil)
}

func (s *Store) count(ctx context.Context, as access.Actor, p Period, street int64, keys []string) (*Table, error) {
	t := &Table{Period: p, AsOf: s.now()}
	streets, err := s.streets(ctx, as, street)
	if err != nil {
		return nil, err
	}
	t.Streets = streets
	ids := make([]int64, len(streets))
	for i, st := range streets {
		ids[i] = st.ID
	}
	var queries []db.Query
	for _, ind := range Indicators {
		if len(keys) > 0 && !slices.Contains(keys, ind.Key) {
			continue
		}
		f := &Figure{Indicator: ind, Period: p}
		t.Figures = append(t.Figures, f)
		queries = append(queries, ind.query(&f.cells, ids, p))
	}
	return t, s.db.Read(ctx, as, queries...)
}

func (s *Store) streets(ctx context.Context, as access.Actor, street int64) (list []Street, err error) {
	err = s.db.Read(ctx, as, db.Many(&list, `
		SELECT id, name
		FROM streets
		WHERE id = ANY ((SELECT app.streets())::bigint[])
		  AND (@street::bigint = 0 OR id = @street)
		ORDER BY code
		LIMIT 1000`, db.Args{"street": street}))
	if err == nil && street != 0 && len(list) == 0 {
		return nil, fault.NotFound
	}
	return list, err
}
