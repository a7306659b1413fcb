package figure_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/figure"
)

// seeded is the rows of one random city, kept so that they can be counted
// without SQL.
type seeded struct {
	deputies []person
	stations []place
	visits   []visit
	opinions []opinion
}

type person struct {
	street       int64
	group        string
	since, ended time.Time
}

type place struct {
	street         int64
	kind           string
	opened, closed time.Time
}

type visit struct {
	street             int64
	held               time.Time
	residents, present int
}

type opinion struct {
	street              int64
	kind, state, rating string
	received            time.Time
	sensitive           bool
}

var (
	first   = calendar.Day(2019, 11, 1)
	groups  = []string{"law", "finance", "construction", "education"}
	kinds   = []string{"consult", "suggest", "complaint", "praise"}
	sorts   = []string{"central", "community", "contact"}
	ratings = []string{"", "none", "satisfied", "basically", "dissatisfied"}
	states  = []string{
		"registered", "to_assign", "assigned", "signed", "handling", "returned", "replied", "to_feedback", "to_rate", "closed",
		"declined", "merged", "withdrawn", "promised", "to_city",
	}
)

func draw(t *rapid.T, streets []int64) (s seeded) {
	day := func(name string) time.Time { return first.AddDate(0, 0, rapid.IntRange(0, 120).Draw(t, name)) }
	street := func() int64 { return rapid.SampledFrom(streets).Draw(t, "street") }
	maybe := func(after time.Time) time.Time {
		if rapid.Bool().Draw(t, "ended") {
			return after.AddDate(0, 0, rapid.IntRange(0, 60).Draw(t, "days"))
		}
		return time.Time{}
	}
	for range rapid.IntRange(0, 8).Draw(t, "deputies") {
		p := person{street: street(), group: rapid.SampledFrom(groups).Draw(t, "group"), since: day("since")}
		p.ended = maybe(p.since)
		s.deputies = append(s.deputies, p)
	}
	for range rapid.IntRange(0, 5).Draw(t, "stations") {
		p := place{street: street(), kind: rapid.SampledFrom(sorts).Draw(t, "kind"), opened: day("opened")}
		p.closed = maybe(p.opened)
		s.stations = append(s.stations, p)
	}
	for range rapid.IntRange(0, 8).Draw(t, "visits") {
		s.visits = append(s.visits, visit{street(), day("held"), rapid.IntRange(0, 40).Draw(t, "residents"), rapid.IntRange(0, 2).Draw(t, "present")})
	}
	for range rapid.IntRange(0, 20).Draw(t, "opinions") {
		s.opinions = append(s.opinions, opinion{
			street(), rapid.SampledFrom(kinds).Draw(t, "kind"), rapid.SampledFrom(states).Draw(t, "state"),
			rapid.SampledFrom(ratings).Draw(t, "rating"), day("received"), rapid.IntRange(0, 9).Draw(t, "sensitive") == 0,
		})
	}
	return s
}

func null(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

// store writes the rows, each street having two deputies and one station more
// for visits to point at, opened after every period.
func (s seeded) store(t *rapid.T, admin *pgxpool.Pool, streets []int64) {
	b := &pgx.Batch{}
	b.Queue(`TRUNCATE opinions, visit_deputies, visits, stations, deputies CASCADE`)
	const late = "2099-01-01"
	for _, id := range streets {
		for i := range 2 {
			b.Queue(`INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, key) VALUES ($1, '后来', '一', '十七', 'law', $2, $3)`, id, late, fmt.Sprint("late", i))
		}
		b.Queue(`INSERT INTO stations (street_id, kind, name, code, opened_on, key) VALUES ($1, 'contact', '后来', '9999', $2, 'late')`, id, late)
		b.Queue(`INSERT INTO opinions (street_id, number, query_hash, source, kind, field, text, anonymous, state, declined_why, received_on, received_at, creator, key)
			VALUES ($1, 'late', '\x00', 'letter', 'consult', 'other', '归并到的', true, 'declined', '不属于', $2, now(), '员', 'late')`, id, late)
	}
	for i, p := range s.deputies {
		b.Queue(`INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, ended_on, ended_why, key)
			VALUES ($1, '代表', '一', '十七', $2, $3, $4, CASE WHEN $4::date IS NULL THEN '' ELSE 'resigned' END, $5)`, p.street, p.group, p.since, null(p.ended), fmt.Sprint(i))
	}
	for i, p := range s.stations {
		b.Queue(`INSERT INTO stations (street_id, kind, name, code, opened_on, closed_on, key) VALUES ($1, $2, $3, $4, $5, $6, $3)`,
			p.street, p.kind, fmt.Sprint("站", i), fmt.Sprintf("%02d", i), p.opened, null(p.closed))
	}
	for i, v := range s.visits {
		b.Queue(`WITH v AS (INSERT INTO visits (street_id, station_id, held_on, residents, logged_by, logger, key)
			SELECT $1, id, $2, $3, 0, '员', $4 FROM stations WHERE street_id = $1 AND code = '9999' RETURNING street_id, id)
			INSERT INTO visit_deputies (street_id, visit_id, deputy_id)
			SELECT v.street_id, v.id, d.id FROM v JOIN deputies d ON d.street_id = v.street_id AND d.key LIKE 'late%' AND d.key < 'late' || $5::text`,
			v.street, v.held, v.residents, fmt.Sprint(i), fmt.Sprint(v.present))
	}
	for i, o := range s.opinions {
		b.Queue(`INSERT INTO opinions (street_id, number, query_hash, source, kind, field, text, anonymous, sensitive, state, rating, received_on, received_at, creator, key,
			merged_into, declined_why, promised_on, closed_on)
			VALUES ($1, $2, $3, 'letter', $4, 'other', '意见', true, $5, $6, nullif($7, ''), $8, now(), '员', $2,
			CASE WHEN $6 = 'merged' THEN (SELECT id FROM opinions WHERE street_id = $1 AND key = 'late') END,
			CASE WHEN $6 = 'declined' THEN '不属于' ELSE '' END, CASE WHEN $6 = 'promised' THEN $8::date END, CASE WHEN $6 = 'closed' THEN $8::date END)`,
			o.street, fmt.Sprint(i), []byte(fmt.Sprint(i)), o.kind, o.sensitive, o.state, o.rating, o.received)
	}
	if err := admin.SendBatch(context.Background(), b).Close(); err != nil {
		t.Fatal(err)
	}
}

// count counts the rows of one street as the dictionary defines it, in Go.
func (s seeded) count(key string, street int64, p figure.Period) (n int64) {
	in := func(d time.Time) bool { return !d.Before(p.From) && !d.After(p.To) }
	there := func(from, to time.Time) bool { return !from.After(p.To) && (to.IsZero() || to.After(p.To)) }
	kinds := map[string]bool{}
	for _, d := range s.deputies {
		if d.street == street && there(d.since, d.ended) {
			kinds[d.group] = true
			if key == "deputies" {
				n++
			}
		}
	}
	if key == "deputy_groups" {
		return int64(len(kinds))
	}
	for _, st := range s.stations {
		if key == "stations" && st.street == street && there(st.opened, st.closed) {
			n++
		}
	}
	for _, v := range s.visits {
		if v.street == street && in(v.held) {
			n += map[string]int64{"visits": 1, "residents_received": int64(v.residents), "deputies_present": int64(v.present)}[key]
		}
	}
	for _, o := range s.opinions {
		accepted := o.state != "declined" && o.state != "merged" && o.state != "withdrawn"
		rated := o.rating != "" && o.rating != "none"
		if o.street == street && in(o.received) && accepted &&
			(key == "opinions" || key == "opinions_closed" && o.state == "closed" || key == "opinions_rated" && rated) {
			n++
		}
	}
	return n
}

// TestFiguresAreCounted compares every indicator with a count of the same rows
// that knows no SQL, for any rows and any period.
func TestFiguresAreCounted(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	s := figure.NewStore(d, dbtest.Clock)
	streets := []int64{w.Street, w.OtherStreet, w.FarStreet}
	city, staff := w.Actor(access.CityOffice), w.Actor(access.Staff)
	rapid.Check(t, func(t *rapid.T) {
		rows := draw(t, streets)
		rows.store(t, admin, streets)
		from := first.AddDate(0, 0, rapid.IntRange(-5, 125).Draw(t, "from"))
		p := figure.Period{From: from, To: from.AddDate(0, 0, rapid.IntRange(0, 130).Draw(t, "length"))}
		all, err := s.Figures(context.Background(), city, p, 0)
		if err != nil {
			t.Fatal(err)
		}
		own, err := s.Figures(context.Background(), staff, p, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all.Figures {
			if f.Key == "streets" {
				continue
			}
			here, there := rows.count(f.Key, w.Street, p), rows.count(f.Key, w.OtherStreet, p)
			if f.Street(w.Street) != here || f.Street(w.OtherStreet) != there || f.Street(w.FarStreet) != 0 {
				t.Fatalf("%s in %s = %d, %d, %d, want %d, %d, 0", f.Key, p, f.Street(w.Street), f.Street(w.OtherStreet), f.Street(w.FarStreet), here, there)
			}
			if !f.Distinct && f.Total() != here+there {
				t.Fatalf("%s = %d, want the sum of its streets, %d", f.Key, f.Total(), here+there)
			}
			adds(t, f)
			if g := own.Figure(f.Key); g.Total() != here {
				t.Fatalf("%s as the street sees it = %d, want %d", f.Key, g.Total(), here)
			}
		}
	})
}

// adds checks that the parts of a figure add up to it.
func adds(t *rapid.T, f *figure.Figure) {
	if f.Distinct {
		return
	}
	var byKind, bySpan int64
	for _, k := range f.Kinds {
		byKind += f.Kind(k.Key)
	}
	if f.Kinds != nil && byKind != f.Total() {
		t.Fatalf("the kinds of %s add up to %d, want %d", f.Key, byKind, f.Total())
	}
	if f.Nature == figure.Stock {
		return
	}
	spans, _ := f.Period.Spans()
	for _, in := range spans {
		bySpan += f.Count(figure.Cut{In: in})
	}
	if bySpan != f.Total() {
		t.Fatalf("the months of %s add up to %d, want %d", f.Key, bySpan, f.Total())
	}
}

func TestOtherStreetsFiguresAreTheirs(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	s := figure.NewStore(d, dbtest.Clock)
	p := figure.Presets(dbtest.Now)[1].Period
	for _, a := range []access.Actor{w.Other(access.Staff), w.Far(access.CityOffice)} {
		if _, err := s.Figures(t.Context(), a, p, w.Street); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s asks for another's street: %v, want NotFound", a.Role, err)
		}
		list, err := s.Streets(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		for _, st := range list {
			if st.ID == w.Street {
				t.Errorf("%s sees %s among the streets", a.Role, st.Name)
			}
		}
	}
	for _, info := range access.Roles {
		_, err := s.Figures(t.Context(), w.Actor(info.Role), p, 0, "opinions")
		if may := access.Granted(info.Role, access.ViewFigures); may == errors.Is(err, fault.Forbidden) {
			t.Errorf("figures as %s: %v", info.Role, err)
		}
	}
}

func TestOpenFiguresNeedNoAccount(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	table, err := figure.NewStore(d, dbtest.Clock).Open(t.Context(), w.City, figure.Presets(dbtest.Now)[1].Period)
	if err != nil || len(table.Streets) != 2 || table.Figure("streets").Total() != 2 {
		t.Errorf("open figures = %+v, %v", table, err)
	}
}
