package voter_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/committee"
	"portal/internal/dbtest"
	"portal/internal/person"
	"portal/internal/voter"
	"portal/web/page"
	web "portal/web/voter"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	table    []page.Route
	staff    access.Actor
	director access.Actor
	n        int
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	web.Register(h.Routes, voter.NewStore(h.DB, person.NewStore(h.DB, h.Keys, h.Now), h.Now))
	h.table = h.Routes.Table
	h.staff, h.director = h.Actor(access.Staff), h.Actor(access.Director)
	dbtest.InPost(t, h.Admin, h.Street, committee.Director, "黄振邦", &h.director, "2020-01-01")
	for i := range 4 {
		dbtest.InPost(t, h.Admin, h.Street, committee.Member, fmt.Sprint("委员", i), nil, "2020-01-01")
	}
	return h
}

func (h *house) plan() url.Values {
	h.n++
	return url.Values{
		"key": {fmt.Sprint("k", h.n)}, "term": {"第一届"}, "from": {"2026-03-01"}, "basis": {"市人大常委会意见"},
		"districts[0].name": {"第一选区"}, "districts[0].area": {"岗贝社区"}, "districts[0].quota": {"2"},
		"districts[2].name": {"第二选区"}, "districts[2].quota": {"1"}, "target-women": {"30"},
	}
}

func (h *house) version(path string) string {
	id := path[strings.LastIndex(path, "/")+1:]
	table := strings.ReplaceAll(strings.Split(path, "/")[1], "-", "_")
	return strconv.Itoa(dbtest.Scan[int](h, h.Admin, `SELECT coalesce(max(version), 0) FROM `+table+` WHERE id = $1::text::bigint`, id))
}

// do makes a move that must be accepted. pairs are the fields of its form.
func (h *house) do(a access.Actor, path, move string, pairs ...string) {
	h.Helper()
	code, to := h.try(a, path, move, pairs...)
	if code != http.StatusSeeOther {
		h.Fatalf("%s = %d\n%s", move, code, webtest.Complaints(to))
	}
}

func (h *house) try(a access.Actor, path, move string, pairs ...string) (int, string) {
	h.Helper()
	f := url.Values{"version": {h.version(path)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		name := pairs[i]
		if move != "result" && move != "runoff" {
			name = move + "-" + name
		}
		f.Add(name, pairs[i+1])
	}
	return h.Do(a, "POST", path+"/"+move, f)
}

func (h *house) districts() []string {
	return dbtest.Scan[[]string](h, h.Admin, `SELECT array_agg(id::text ORDER BY id) FROM voter_districts`)
}

func (h *house) recommend(path, district, name string, more ...string) string {
	h.Helper()
	h.n++
	h.do(h.staff, path, "recommendation", append([]string{
		"district", district, "name", name, "sex", "female", "born", "1985", "work", "社区网格员", "phone", fmt.Sprintf("1370000%04d", h.n), "standing", "voter",
		"hukou", "yes", "occupation", "community", "recommended_by", "organisation", "recommender", "社区党委",
	}, more...)...)
	return dbtest.Scan[string](h, h.Admin, `SELECT max(id)::text FROM selection_candidates`)
}

// publicity is a selection whose publicity runs, with its candidates.
func (h *house) publicity() (path string, first, second []string) {
	h.Helper()
	path = h.Post(h.staff, "/selections", h.plan())
	h.do(h.staff, path, "opening")
	d := h.districts()
	for _, n := range []string{"𠮷田光", "李䶮", "王芳"} {
		first = append(first, h.recommend(path, d[0], n))
	}
	second = []string{h.recommend(path, d[1], "陈㛃")}
	h.do(h.staff, path, "vetting")
	pairs := []string{"organs", "纪检监察、公安", "conditions", "adult", "conditions", "standing", "conditions", "clear"}
	for _, c := range append(second, first...) {
		pairs = append(pairs, "candidates", c)
	}
	h.do(h.staff, path, "review", pairs...)
	h.do(h.staff, path, "publicity")
	return path, first, second
}

// announced is a selection that has been announced.
func (h *house) announced() string {
	h.Helper()
	path, first, second := h.publicity()
	h.Time = h.Time.AddDate(0, 0, 8)
	h.do(h.staff, path, "publicity-end")
	d := h.districts()
	today := h.Time.Format("2006-01-02")
	h.do(h.staff, path, "result", "district", d[0], "held_on", today, "due", "40", "present", "30",
		"votes-"+first[0], "28", "votes-"+first[1], "20", "votes-"+first[2], "12")
	h.do(h.staff, path, "result", "district", d[1], "held_on", today, "due", "40", "present", "30", "votes-"+second[0], "25")
	h.do(h.staff, path, "submission")
	chair := dbtest.Scan[string](h, h.Admin, `SELECT min(id)::text FROM posts`)
	h.do(h.director, path, "confirmation", "met_on", today, "chair", chair, "met_present", "4", "met_for", "3")
	h.do(h.director, path, "announcement")
	return path
}

// handOut hands out every certificate and closes the selection.
func (h *house) handOut(path string) {
	h.Helper()
	pairs := []string{"on", h.Time.Format("2006-01-02")}
	for _, id := range dbtest.Scan[[]string](h, h.Admin, `SELECT array_agg(id::text) FROM voter_representatives WHERE certificate_on IS NULL AND ended_on IS NULL`) {
		pairs = append(pairs, "list", id)
	}
	h.do(h.staff, path, "certificates", pairs...)
	h.do(h.staff, path, "closure")
}

func TestLook(t *testing.T) {
	if os.Getenv("LOOK") == "" {
		t.Skip("a look at the pages, by hand")
	}
	h := open(t)
	path := h.announced()
	h.handOut(path)
	rep := dbtest.Scan[string](t, h.Admin, `SELECT '/voter-representatives/' || min(id) FROM voter_representatives`)
	h.Post(h.staff, rep+"/leaving", url.Values{"version": {h.version(rep)}, "leaving-on": {"2026-03-10"}, "leaving-why": {"resigned"}, "leaving-note": {"本人申请"}})
	plan := h.plan()
	plan.Set("term", "第二届")
	second := h.Post(h.staff, "/selections", plan)
	h.do(h.staff, second, "opening")
	for name, at := range map[string]string{
		"list": "/selections", "record": path, "recommending": second, "new": "/selections/new", "by": "/selections/by/new",
		"register": "/voter-representatives", "member": rep, "composition": "/voter-representatives/composition",
	} {
		b := h.Browser(h.staff)
		b.Desk().Go(at).Shot("/tmp/vt-" + name + ".png")
		b.Phone().Go(at).Fits().Shot("/tmp/vt-" + name + "-p.png")
	}
}
