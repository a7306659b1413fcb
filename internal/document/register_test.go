package document_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/document"
	"portal/internal/fault"
)

type office struct {
	*dbtest.World
	db    *db.DB
	admin *pgxpool.Pool
	s     *document.Store
}

func openOffice(t *testing.T) *office {
	d, admin := dbtest.Open(t)
	return &office{dbtest.Seed(t, admin), d, admin, document.NewStore(d, dbtest.Clock)}
}

var errChanged = errors.New("changed my mind")

// issue signs a paper off; after, where given, may still fail.
func (o *office) issue(a access.Actor, street int64, on time.Time, after error) (number string, err error) {
	err = o.db.Write(context.Background(), a, func(tx db.Tx) (err error) {
		number, err = document.Allot(context.Background(), tx, a, document.Issue{
			At: dbtest.Now, Street: street, Kind: document.Notice, Subject: "mandate", SubjectID: 7, Title: "关于召开会议的通知", SignedOn: on,
		})
		if err == nil {
			err = after
		}
		return err
	})
	return number, err
}

func TestAllot(t *testing.T) {
	o := openOffice(t)
	director, city := o.Actor(access.Director), o.Actor(access.CityOffice)
	for _, c := range []struct {
		actor  access.Actor
		street int64
		on     time.Time
		want   string
	}{
		{director, o.Street, on, "莞人东城工委〔2020〕1号"},
		{o.Actor(access.Staff), o.Street, on.AddDate(0, 1, 0), "莞人东城工委〔2020〕2号"},
		{director, o.Street, on.AddDate(1, 0, 0), "莞人东城工委〔2021〕1号"},
		{o.Other(access.Director), o.OtherStreet, on, "莞人南城工委〔2020〕1号"},
		{city, 0, on, "莞人常〔2020〕1号"},
		{o.Far(access.CityOffice), 0, on, "山人常〔2020〕1号"},
	} {
		if got, err := o.issue(c.actor, c.street, c.on, nil); err != nil || got != c.want {
			t.Errorf("%s: Allot = %q, %v, want %q", c.actor.Role, got, err, c.want)
		}
	}
	if n := dbtest.Scan[int](t, o.admin, `SELECT count(*)::integer FROM audit_events WHERE action = 'paper.issue'`); n != 6 {
		t.Errorf("%d records of 6 papers", n)
	}
}

// What rolls back leaves no gap, and sign-offs at once get numbers that follow
// each other.
func TestAllotWithoutGaps(t *testing.T) {
	o := openOffice(t)
	const each, people = 10, 8
	var all sync.WaitGroup
	var mu sync.Mutex
	var got []string
	for n := range people {
		a := o.Actor([]access.Role{access.Director, access.Staff}[n%2])
		all.Go(func() {
			for i := range each {
				var after error
				if i%2 == 1 {
					after = errChanged
				}
				number, err := o.issue(a, o.Street, on, after)
				if !errors.Is(err, after) {
					t.Errorf("issue: %v, want %v", err, after)
				}
				if after == nil {
					mu.Lock()
					got = append(got, number)
					mu.Unlock()
				}
			}
		})
	}
	all.Wait()
	for n := 1; n <= each*people/2; n++ {
		if want := document.Number("莞人东城工委", 2020, n); !slices.Contains(got, want) {
			t.Errorf("nobody has %s: %v", want, got)
		}
	}
	if len(got) != each*people/2 {
		t.Errorf("%d numbers, want %d", len(got), each*people/2)
	}
}

// Nobody issues for others, in code or by SQL, and what is issued stays.
func TestPapersAreTheIssuers(t *testing.T) {
	o := openOffice(t)
	if _, err := o.issue(o.Actor(access.Director), o.Street, on, nil); err != nil {
		t.Fatal(err)
	}
	for _, info := range access.Roles {
		a := o.Actor(info.Role)
		for street, may := range map[int64]bool{
			o.Street:      slices.Contains([]access.Role{access.Director, access.DeputyDirector, access.Staff}, info.Role),
			o.OtherStreet: false, o.FarStreet: false,
			0: info.Scope == access.ScopeCity,
		} {
			if _, err := o.issue(a, street, on, errChanged); may != errors.Is(err, errChanged) || !may && !errors.Is(err, fault.Forbidden) {
				t.Errorf("%s issues for street %d: %v", info.Role, street, err)
			}
		}
		for _, sql := range []string{
			`UPDATE papers SET title = 'x'`, `DELETE FROM papers`, `UPDATE paper_series SET last = 0`, `INSERT INTO paper_series VALUES (1, 0, 2020, 9)`,
		} {
			err := o.db.Write(t.Context(), a, func(tx db.Tx) error { _, err := db.Exec(t.Context(), tx, sql, db.Args{}); return err })
			if err == nil {
				t.Errorf("%s may %s", info.Role, sql)
			}
		}
	}
	if _, err := o.admin.Exec(t.Context(), `UPDATE papers SET title = 'x'`); !db.Violates(err, "papers_fixed") {
		t.Errorf("an issued paper was changed: %v", err)
	}
}

func TestPapers(t *testing.T) {
	o := openOffice(t)
	ctx := t.Context()
	for i := range 3 {
		if _, err := o.issue(o.Actor(access.Director), o.Street, on.AddDate(0, 0, i), nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range []access.Actor{o.Other(access.Director), o.Actor(access.CityOffice)} {
		if _, err := o.issue(a, a.StreetID, on, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		actor access.Actor
		f     document.Filter
		want  int
	}{
		{o.Actor(access.Staff), document.Filter{}, 3},
		{o.Actor(access.Member), document.Filter{Year: 2020, Kind: "notice", Text: "〔2020〕3号"}, 1},
		{o.Actor(access.Staff), document.Filter{Street: o.OtherStreet}, 0},
		{o.Other(access.Staff), document.Filter{}, 1},
		{o.Far(access.Staff), document.Filter{}, 0},
		{o.Far(access.CityLeader), document.Filter{}, 0},
		{o.Actor(access.CityLeader), document.Filter{}, 5},
		{o.Actor(access.CityLeader), document.Filter{Street: document.OfCity}, 1},
		{o.Actor(access.CityLeader), document.Filter{Text: "100%"}, 0},
	} {
		c.f.Limit = 10
		l, err := o.s.Papers(ctx, c.actor, c.f)
		if err != nil || len(l.Lines) != c.want || l.Count != c.want {
			t.Errorf("%s of %d: %d papers of %d, %v, want %d", c.actor.Role, c.actor.StreetID, len(l.Lines), l.Count, err, c.want)
		}
	}
	var all []string
	f := document.Filter{Limit: 2}
	for {
		l, err := o.s.Papers(ctx, o.Actor(access.Staff), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range l.Lines {
			all = append(all, x.Text())
		}
		if f.After = l.Next; f.After.IsZero() {
			break
		}
	}
	if want := "[莞人东城工委〔2020〕3号 莞人东城工委〔2020〕2号 莞人东城工委〔2020〕1号]"; fmt.Sprint(all) != want {
		t.Errorf("pages = %v, want %s", all, want)
	}
}

func TestChoosePrefix(t *testing.T) {
	o := openOffice(t)
	ctx, staff := t.Context(), o.Actor(access.Staff)
	if err := o.s.ChoosePrefix(ctx, staff, 0, "东城人大"); err != nil {
		t.Fatal(err)
	}
	if err := o.s.ChoosePrefix(ctx, staff, 0, "又一个"); !errors.Is(err, fault.Stale) {
		t.Errorf("a stale prefix: %v", err)
	}
	for _, bad := range []string{"", "东城〔2020〕", "东 城", "一二三四五六七八九十一二三四五六七八九十一"} {
		if err := o.s.ChoosePrefix(ctx, staff, 1, bad); !errors.As(err, &fault.Fields{}) {
			t.Errorf("prefix %q: %v", bad, err)
		}
	}
	if got, err := o.issue(staff, o.Street, on, nil); err != nil || got != "东城人大〔2020〕1号" {
		t.Errorf("Allot = %q, %v", got, err)
	}
	// A new prefix goes on in the year's series; what is issued stays as it is.
	for i, prefix := range []string{"莞人东城工委办", "东城人大"} {
		if err := o.s.ChoosePrefix(ctx, staff, i+1, prefix); err != nil {
			t.Fatal(err)
		}
		if got, err := o.issue(staff, o.Street, on, nil); err != nil || got != fmt.Sprint(prefix, "〔2020〕", i+2, "号") {
			t.Errorf("Allot after a change = %q, %v", got, err)
		}
	}
	l, err := o.s.Papers(ctx, staff, document.Filter{Limit: 10})
	if err != nil || len(l.Lines) != 3 || l.Lines[1].Text() != "莞人东城工委办〔2020〕2号" || l.Lines[2].Text() != "东城人大〔2020〕1号" {
		t.Errorf("the register = %+v, %v", l.Lines, err)
	}
	if p, err := o.s.Prefix(ctx, o.Other(access.Staff)); err != nil || p.Text != "莞人南城工委" || p.Version != 0 {
		t.Errorf("the other street's prefix = %+v, %v", p, err)
	}
}
