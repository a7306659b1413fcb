package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"portal/internal/dbtest"
	"portal/internal/demo"
	"portal/web/webtest"
	"portal/web/webtest/whole"
)

// people are the demonstration's accounts whose pages are walked.
var people = []string{
	"city-leader", "city-office", "city-deputies", "city-finance", "city-sysadmin", "city-secadmin", "city-auditor",
	"dongcheng-director", "dongcheng-deputy-director", "dongcheng-member", "dongcheng-staff", "dongcheng-party", "dongcheng-office", "dongcheng-unit",
	"dongcheng-deputy", "dongcheng-leader", "dongcheng-voter", "dongcheng-expert", "dongcheng-liaison", "dongcheng-informer",
}

// TestEveryPage walks the demonstration as every role and as a resident. Every
// link that is shown opens; no page, paper or sheet claims a power that a street has
// not; every kind of page passes the Nu HTML checker and, on a phone, axe. (The rooms'
// own tests run axe at both widths.)
func TestEveryPage(t *testing.T) {
	p := whole.Demo(t)
	pages, whose, looked := map[string]string{}, map[string]string{}, map[string]bool{}
	walk := func(who string, c *whole.Client, start string) {
		w := &walker{t: t, c: c, who: who, seen: map[string]int{}}
		w.any = func(path, body string) {
			for _, sentence := range claimed(words(body)) {
				t.Errorf("%s claims a power at %s: %s", who, path, sentence)
			}
		}
		w.page = func(path, body string) {
			if s := shape(path); pages[s] == "" {
				pages[s] = body
			}
			place, _, _ := strings.Cut(shape(path), "?")
			if !looked[place] {
				looked[place], whose[path] = true, who
			}
		}
		w.walk(start)
	}
	walk("", p.Client(), "/")
	for _, who := range people {
		walk(who, p.SignIn(who), "/desk")
	}
	webtest.Valid(t, pages)
	byPerson := map[string][]string{}
	for path, who := range whose {
		byPerson[who] = append(byPerson[who], path)
	}
	for _, who := range slices.Sorted(maps.Keys(byPerson)) {
		b := p.Browser().Phone()
		if who != "" {
			b.SignIn(who, demo.Password)
		}
		for _, path := range byPerson[who] {
			b.Go(path).Axe()
			if wide := webtest.Eval[bool](b, `document.documentElement.scrollWidth > innerWidth`); wide {
				t.Errorf("%s is wider than a phone", path)
			}
		}
	}
	t.Logf("%d kinds of page", len(pages))
}

// walker follows every link that pages show, as one person.
type walker struct {
	t    *testing.T
	c    *whole.Client
	who  string
	seen map[string]int // pages opened, by shape of address
	page func(path, body string)
	any  func(path, body string) // hears of downloads, too
}

// perShape is how many pages of one shape, such as /opinions/{id}, are opened.
const perShape = 2

var (
	link   = regexp.MustCompile(`<a [^>]*href="(/[^"#]*)`)
	number = regexp.MustCompile(`\d+`)
)

// shape is the address with its numbers and values taken out.
func shape(path string) string {
	p, query, _ := strings.Cut(path, "?")
	values, _ := url.ParseQuery(query)
	keys := slices.DeleteFunc(slices.Sorted(maps.Keys(values)), func(k string) bool { return k == "after" || k == "next" })
	return number.ReplaceAllString(p, "{id}") + "?" + strings.Join(keys, "&")
}

// walk opens path and everything it leads to. A link that is shown must open.
func (w *walker) walk(path string) {
	w.t.Helper()
	for todo := []string{path}; len(todo) > 0; {
		path, todo = todo[0], todo[1:]
		s := shape(path)
		if w.seen[s] >= perShape {
			continue
		}
		w.seen[s]++
		code, kind, body := w.open(path)
		if code != http.StatusOK {
			w.t.Errorf("%s follows a link to %s: %d", w.who, path, code)
			continue
		}
		if w.any != nil {
			w.any(path, body)
		}
		if !strings.HasPrefix(kind, "text/html") {
			continue
		}
		if w.page != nil {
			w.page(path, body)
		}
		for _, m := range link.FindAllStringSubmatch(body, -1) {
			todo = append(todo, strings.ReplaceAll(m[1], "&amp;", "&"))
		}
	}
}

func (w *walker) open(path string) (code int, kind, body string) {
	w.t.Helper()
	r := w.c.Request(http.MethodGet, path)
	res, body := w.c.SendRaw(r)
	if to := res.Header.Get("Location"); res.StatusCode == http.StatusSeeOther && to != path {
		return w.open(to)
	}
	return res.StatusCode, res.Header.Get("Content-Type"), body
}

// canary is a text that stands in every column of 东城街道 that holds text.
const canary = "金丝雀不该出现"

// TestNothingCrosses writes canaries into all that 东城街道 has and walks the
// portal as everybody of 南城街道: no page and no download holds one. Then it
// asks for each of its rows by address.
func TestNothingCrosses(t *testing.T) {
	p := whole.Demo(t)
	plant(t, p)
	own := p.SignIn("dongcheng-staff")
	if !strings.Contains(own.Get("/opinions"), canary) {
		t.Fatal("the test is void: 东城街道 itself sees no canary")
	}
	if !strings.Contains(own.Get("/institutions"), canary) {
		t.Fatal("the test is void: 东城街道 sees no canary in its drafts")
	}
	for _, who := range people {
		who, ok := strings.CutPrefix(who, "dongcheng-")
		if !ok {
			continue
		}
		who = "nancheng-" + who
		w := &walker{t: t, c: p.SignIn(who), who: who, seen: map[string]int{}}
		w.any = func(path, body string) {
			if strings.HasPrefix(path, "/public/") || path == "/" {
				return // what is public is public
			}
			if strings.Contains(body, canary) {
				t.Errorf("%s sees 东城街道 at %s", who, path)
			}
		}
		w.walk("/desk")
		askForRows(t, p, w)
	}
}

// plant writes the canary into every column of the street's rows that takes it.
func plant(t *testing.T, p *whole.Portal) {
	t.Helper()
	dbtest.Exec(t, p.Admin, `
		DO $plant$
		DECLARE
			mine bigint := (SELECT id FROM streets WHERE slug = 'dongcheng');
			c    record;
		BEGIN
			SET LOCAL session_replication_role = replica;
			FOR c IN
				SELECT col.table_name AS tab, col.column_name AS col,
				       EXISTS (SELECT FROM information_schema.columns i
				               WHERE i.table_schema = 'public' AND i.table_name = col.table_name AND i.column_name = 'id') AS numbered
				FROM information_schema.columns col
				JOIN information_schema.columns s ON s.table_schema = 'public' AND s.table_name = col.table_name AND s.column_name = 'street_id'
				JOIN pg_class k ON k.relname = col.table_name AND k.relkind = 'r' AND k.relnamespace = 'public'::regnamespace
				WHERE col.table_schema = 'public' AND col.data_type = 'text' AND col.is_generated = 'NEVER'
			LOOP
				BEGIN
					EXECUTE format('UPDATE %I SET %I = %L || %s WHERE street_id = $1 AND length(%I) > 0 AND %s',
					               c.tab, c.col, '`+canary+`', CASE WHEN c.numbered THEN 'id' ELSE '1' END, c.col,
					               CASE c.tab -- what is in force everybody reads
					                   WHEN 'institutions' THEN 'NOT published'
					                   WHEN 'institution_versions' THEN 'NOT published'
					                   WHEN 'institution_clauses' THEN 'version_id IN (SELECT id FROM institution_versions WHERE NOT published)'
					                   ELSE 'true' END) USING mine;
				EXCEPTION WHEN check_violation OR unique_violation OR foreign_key_violation THEN
					NULL; -- a column that takes certain values only holds no canary
				END;
			END LOOP;
		END $plant$`)
}

// nouns are the addresses of single rows, by table.
var nouns = map[string]string{
	"opinions": "/opinions/", "visits": "/visits/", "stations": "/stations/", "deputies": "/deputies/", "deadlines": "/deadlines/",
	"experts": "/experts/", "officers": "/officers/", "files": "/files/", "appointments": "/appointments/", "imports": "/imports/",
	"performance_supplements": "/performance/supplements/", "performance_publications": "/performance/publications/", "performance_disputes": "/performance/disputes/",
	"mandate_acts": "/mandates/acts/", "mandate_requests": "/mandate-requests/",
	"plans": "/plans/", "plan_items": "/plans/items/", "plan_ideas": "/plans/ideas/",
	"trainings": "/trainings/", "suggestions": "/suggestions/", "activities": "/activities/", "meetings": "/meetings/",
	"selections": "/selections/", "voter_representatives": "/voter-representatives/",
}

// askForRows asks for rows of 东城街道 by address: they look as if they were
// missing.
func askForRows(t *testing.T, p *whole.Portal, w *walker) {
	t.Helper()
	for table, noun := range nouns {
		for _, order := range []string{"ASC", "DESC"} {
			id := dbtest.Scan[int64](t, p.Admin, `
				SELECT t.id FROM `+table+` t JOIN streets s ON s.id = t.street_id WHERE s.slug = 'dongcheng' ORDER BY t.id `+order+` LIMIT 1`)
			path := noun + strconv.FormatInt(id, 10)
			if code, _, _ := w.open(path); code != http.StatusNotFound && code != http.StatusForbidden {
				t.Errorf("%s opens %s: %d, want 404", w.who, path, code)
			}
		}
	}
}
