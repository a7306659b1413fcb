package demo_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/desk"
	"portal/internal/performance"
	"portal/internal/procedure"
)

// sheets holds every cell of every yearly sheet of the demonstration against a count
// of the base tables, row by row in Go, that knows neither the view nor the room.
func sheets(t *testing.T, d *db.DB, admin *pgxpool.Pool) {
	count := recount{want: map[string]performance.Cell{}, whose: map[int64][]seat{}, kept: map[int64]int64{}}
	count.people(t, admin)
	count.gatherings(t, admin)
	count.receptions(t, admin)
	count.opinions(t, admin)
	count.suggestions(t, admin)
	count.trainings(t, admin)
	count.supplements(t, admin)
	city := dbtest.Scan[int64](t, admin, `SELECT id FROM cities WHERE demo`)
	actor := access.Actor{UserID: 1, Name: "市代表工委", Role: access.CityDeputy, CityID: city}
	store, filled := performance.NewStore(d, nil, dbtest.Clock), map[string]int{}
	for _, y := range []int{2019, 2020, dbtest.Now.Year() - 1, dbtest.Now.Year()} {
		for _, street := range column[int64](t, admin, `SELECT id FROM streets WHERE city_id = $1`, city) {
			sheet, err := store.Sheet(t.Context(), actor, performance.Query{StreetID: street, Year: y})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range sheet.Lines {
				for i, c := range performance.Classes {
					l.Cells[i].Keys = 0 // of which how many are key suggestions is no number of its own on the sheet
					key := cellKey(l.ID, y, c.Key)
					if want := count.want[key]; l.Cells[i] != want {
						t.Errorf("%s %d %s of %s = %+v, counted %+v", sheet.Street, y, c.Name, l.Name, l.Cells[i], want)
					}
					if l.Cells[i] != (performance.Cell{}) {
						filled[c.Key]++
						count.seen++
					}
					delete(count.want, key)
				}
			}
		}
	}
	for _, key := range []string{"reception", "opinion", "lead", "signed", "rating", "training", "congress", "outside", "award"} {
		if filled[key] == 0 {
			t.Errorf("no cell of %s has anything to show", key)
		}
	}
	for key, left := range count.want {
		if year, _ := strconv.Atoi(key[:4]); year == 2019 || year == 2020 || year >= dbtest.Now.Year()-1 {
			t.Errorf("%s = %+v is on no sheet", key, left)
		}
	}
}

// performed looks at what belongs to the record: each state of each procedure, the
// alert, points in one street, and the desks that ask for them.
func performed(t *testing.T, d *db.DB, admin *pgxpool.Pool) {
	for table, p := range map[string]procedure.Table{"supplements": performance.Supplements, "disputes": performance.Disputes} {
		for _, s := range p.States {
			if dbtest.Scan[int64](t, admin, `SELECT count(*) FROM performance_`+table+` WHERE state = $1`, string(s.State)) == 0 {
				t.Errorf("no %s is %s", table, s.Name)
			}
		}
	}
	for what, want := range map[string]int64{
		`SELECT count(*) FROM performance_absences WHERE sessions >= 2`: 1,
		`SELECT count(DISTINCT street_id) FROM performance_schemes s WHERE active AND revision = (SELECT max(revision) FROM performance_schemes x WHERE x.street_id = s.street_id AND x.year = s.year)`: 1,
		`SELECT count(*) FROM performance_publications`: 8,
	} {
		if got := dbtest.Scan[int64](t, admin, what); got != want {
			t.Errorf("%s = %d, want %d", what, got, want)
		}
	}
	who := rowsOf[struct{ ID, City, Street, Deputy int64 }](t, admin, `SELECT u.id, s.city_id AS city, s.id AS street, g.deputy_id AS deputy
		FROM role_grants g JOIN users u ON u.id = g.user_id JOIN streets s ON s.id = g.street_id WHERE u.login = 'dongcheng-deputy' AND g.deputy_id <> 0 LIMIT 1`)
	if len(who) != 1 {
		t.Fatal("nobody is dongcheng-deputy")
	}
	desks := desk.NewStore(d, dbtest.Clock)
	for _, x := range []struct {
		role access.Role
		want []string
	}{
		{access.DeputyDirector, []string{"确认补录", "核实缺席人代会"}},
		{access.Staff, []string{"答复履职申诉"}},
		{access.CityDeputy, []string{"核实缺席人代会"}},
		{access.Deputy, []string{"核对公布的履职情况，有出入的申诉"}},
	} {
		a := access.Actor{UserID: 1, Name: "某", Role: x.role, CityID: who[0].City, StreetID: who[0].Street}
		switch x.role {
		case access.CityDeputy:
			a.StreetID = 0
		case access.Deputy:
			a.UserID, a.DeputyID = who[0].ID, who[0].Deputy
		}
		asks(t, desks, a, x.want)
	}
}

func asks(t *testing.T, desks *desk.Store, a access.Actor, want []string) {
	t.Helper()
	d, err := desks.Desk(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	for _, do := range want {
		if !slices.ContainsFunc(d.Tasks, func(x desk.Task) bool { return x.Do == do }) {
			t.Errorf("the desk of %s does not ask to %s", a.Role, do)
		}
	}
}

// recount counts cells from base tables.
type recount struct {
	want  map[string]performance.Cell
	whose map[int64][]seat // by person
	kept  map[int64]int64  // who a row of people is
	seen  int
}

// seat is a deputy's time in office.
type seat struct {
	id    int64
	since time.Time
	ended *time.Time
}

func cellKey(deputy int64, year int, class string) string {
	return strconv.Itoa(year) + " " + class + " " + strconv.FormatInt(deputy, 10)
}

func (r *recount) add(deputy int64, on time.Time, class string, c performance.Cell) {
	key := cellKey(deputy, on.Year(), class)
	r.want[key] = r.want[key].Plus(c)
}

// of are the deputies that a person was on a day.
func (r *recount) of(person int64, on time.Time) (list []int64) {
	for _, s := range r.whose[r.kept[person]] {
		if !on.Before(s.since) && (s.ended == nil || on.Before(*s.ended)) {
			list = append(list, s.id)
		}
	}
	return list
}

func (r *recount) people(t *testing.T, admin *pgxpool.Pool) {
	for _, p := range rowsOf[struct {
		ID     int64
		Merged *int64
	}](t, admin, `SELECT id, merged_into AS merged FROM people`) {
		r.kept[p.ID] = p.ID
		if p.Merged != nil {
			r.kept[p.ID] = *p.Merged
		}
	}
	for _, d := range rowsOf[struct {
		ID, PersonID int64
		Since        time.Time
		Ended        *time.Time
	}](t, admin, `SELECT id, person_id, since, ended_on AS ended FROM deputies WHERE level = 'city' AND ended_why <> 'duplicate'`) {
		r.whose[r.kept[d.PersonID]] = append(r.whose[r.kept[d.PersonID]], seat{d.ID, d.Since, d.Ended})
	}
}

func (r *recount) gatherings(t *testing.T, admin *pgxpool.Pool) {
	for _, a := range rowsOf[struct {
		Person  int64
		On      time.Time
		Kind    string
		Due     bool
		Outcome string
	}](t, admin, `SELECT a.person_id AS person, g.held_on AS on,
		CASE WHEN EXISTS (SELECT FROM activities x WHERE x.gathering_id = g.id AND x.kind IN ('inspection', 'study', 'appraisal')) THEN 'inspection' WHEN g.kind = 'report_session' THEN 'reportback' ELSE g.kind END AS kind, a.due, a.outcome
		FROM attendances a JOIN gatherings g ON g.id = a.gathering_id
		WHERE g.state = 'closed' AND a.person_id IS NOT NULL AND g.id NOT IN (SELECT x.gathering_id FROM activities x WHERE x.parent_id IS NOT NULL)`) {
		came := a.Outcome == "present" || a.Outcome == "late" || a.Outcome == "early"
		for _, d := range r.of(a.Person, a.On) {
			switch {
			case !a.Due && came:
				r.add(d, a.On, "guest", performance.Cell{Done: 1})
			case came:
				r.add(d, a.On, a.Kind, performance.Cell{Done: 1, Due: 1})
			case a.Due && a.Outcome == "leave":
				r.add(d, a.On, a.Kind, performance.Cell{Due: 1, Excused: 1})
			case a.Due:
				r.add(d, a.On, a.Kind, performance.Cell{Due: 1})
			}
		}
	}
}

func (r *recount) receptions(t *testing.T, admin *pgxpool.Pool) {
	for _, v := range rowsOf[struct {
		Deputy int64
		On     time.Time
	}](t, admin, `SELECT x.deputy_id AS deputy, v.held_on AS on FROM visit_deputies x JOIN visits v ON v.id = x.visit_id`) {
		r.add(v.Deputy, v.On, "reception", performance.Cell{Done: 1})
	}
}

func (r *recount) opinions(t *testing.T, admin *pgxpool.Pool) {
	for _, o := range rowsOf[struct {
		Deputy int64
		At     time.Time
		State  string
	}](t, admin, `SELECT deputy_id AS deputy, received_on::timestamptz AS at, state FROM opinions WHERE deputy_id IS NOT NULL AND sensitive = false`) {
		if o.State != "declined" && o.State != "merged" && o.State != "withdrawn" {
			r.add(o.Deputy, o.At, "opinion", performance.Cell{Done: 1})
		}
	}
}

func (r *recount) suggestions(t *testing.T, admin *pgxpool.Pool) {
	for _, s := range rowsOf[struct {
		Deputy       int64
		On           *time.Time
		Lead         bool
		Class, State string
	}](t, admin, `SELECT g.deputy_id AS deputy, s.submitted_on AS on, g.lead, s.class, s.state FROM suggestion_signers g JOIN suggestions s ON s.id = g.suggestion_id`) {
		class := "signed"
		switch {
		case s.On == nil || s.State == "review" || s.State == "sent_back" || s.State == "to_letter" || s.State == "merged" || s.State == "withdrawn":
			continue
		case s.Class == "street":
			class = "street"
		case s.Lead:
			class = "lead"
		}
		r.add(s.Deputy, *s.On, class, performance.Cell{Done: 1})
	}
	for _, s := range rowsOf[struct {
		Lead  int64
		At    time.Time
		State string
		Rated bool
	}](t, admin, `SELECT s.lead_id AS lead, r.replied_at AS at, s.state, r.round IN (SELECT x.round FROM suggestion_ratings x WHERE x.suggestion_id = s.id) AS rated
		FROM suggestion_replies r JOIN suggestions s ON s.id = r.suggestion_id WHERE r.kind <> 'fulfilment' AND s.state NOT IN ('merged', 'withdrawn')`) {
		c := performance.Cell{Due: 1}
		if s.Rated {
			c.Done = 1
		} else if s.State == "replied" {
			continue
		}
		r.add(s.Lead, calendar.On(s.At), "rating", c)
	}
}

func (r *recount) supplements(t *testing.T, admin *pgxpool.Pool) {
	for _, x := range rowsOf[struct {
		Deputy                    int64
		On                        time.Time
		Class                     string
		Attended, Excused, Missed int
	}](t, admin, `SELECT d.deputy_id AS deputy, s.held_on AS on, s.class, s.attended, s.excused, s.missed
		FROM performance_supplement_deputies d JOIN performance_supplements s ON s.id = d.supplement_id WHERE s.confirmed_by <> s.entered_by AND s.ended_at IS NULL`) {
		c := performance.Cell{Done: 1}
		if x.Class == "congress" {
			c = performance.Cell{Done: x.Attended, Due: x.Attended + x.Excused + x.Missed, Excused: x.Excused}
		}
		r.add(x.Deputy, x.On, x.Class, c)
	}
}

func (r *recount) trainings(t *testing.T, admin *pgxpool.Pool) {
	for _, p := range rowsOf[struct {
		Person int64
		On     time.Time
		Hours  float64
		Signed bool
	}](t, admin, `SELECT p.person_id AS person, t.held_on AS on, t.hours::float8 AS hours, p.signed_at IS NOT NULL AS signed
		FROM training_participants p JOIN trainings t ON t.id = p.training_id WHERE t.state = 'closed'`) {
		c := performance.Cell{Due: 1}
		if p.Signed {
			c.Done, c.Tenths = 1, int(p.Hours*10+0.5)
		}
		for _, d := range r.of(p.Person, p.On) {
			r.add(d, p.On, "training", c)
		}
	}
}

func rowsOf[T any](t *testing.T, admin *pgxpool.Pool, sql string, args ...any) []T {
	t.Helper()
	rows, err := admin.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[T])
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func column[T any](t *testing.T, admin *pgxpool.Pool, sql string, args ...any) []T {
	t.Helper()
	rows, err := admin.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatal(err)
	}
	return list
}
