package suggestion_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/deadline"
	"portal/internal/document/papertest"
	"portal/internal/file"
	"portal/internal/opinion"
	"portal/internal/procedure"
	"portal/internal/suggestion"
	webdeadline "portal/web/deadline"
	webopinion "portal/web/opinion"
	web "portal/web/suggestion"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	n               int
	s               *suggestion.Store
	lead, other     access.Actor
	unit, co, staff access.Actor
	city            access.Actor
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	files := file.NewStore(h.DB, h.Now)
	h.s = suggestion.NewStore(h.DB, files, h.Now)
	web.Register(h.Routes, h.s)
	webopinion.Register(h.Routes, opinion.NewStore(h.DB, h.Keys, files, h.Now))
	webdeadline.Register(h.Routes, deadline.NewStore(h.DB, h.Now))
	h.lead, h.other = h.deputy("𠮷田光"), h.deputy("䶮明")
	h.unit, h.co, h.staff, h.city = h.Actor(access.Unit), h.Actor(access.Unit), h.Actor(access.Staff), h.Actor(access.CityDeputy)
	h.co.UnitID = h.SecondUnit
	return h
}

func (h *house) deputy(name string) access.Actor {
	h.Helper()
	a := h.Actor(access.Deputy)
	a.Name = name
	a.DeputyID = dbtest.Scan[int64](h, h.Admin, `
		INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, key)
		VALUES ($1, $2, '第一选区', '市十七届', 'construction', '2022-01-01', $2) RETURNING id`, h.Street, name)
	return a
}

func (h *house) form() url.Values {
	h.n++
	return url.Values{
		"key": {fmt.Sprint("k", h.n)}, "class": {"city"}, "title": {"关于在东城中路增设行人过街设施的建议"}, "category": {"transport"},
		"facts": {"东城中路三所学校门前没有过街设施。"}, "proposals": {"增设人行天桥。"}, "open": {"yes"}, "contact": {"yes"},
	}
}

// move makes a move that must be accepted, with the version that the page shows.
func (h *house) move(a access.Actor, at, name string, pairs ...string) {
	h.Helper()
	h.Post(a, at+"/"+name, h.filled(a, at, name, pairs...))
}

func (h *house) filled(a access.Actor, at, name string, pairs ...string) url.Values {
	h.Helper()
	form := url.Values{}
	if m := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(h.Get(a, at)); m != nil {
		form.Set("version", m[1])
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(name+"-"+pairs[i], pairs[i+1])
	}
	return form
}

func id(n int64) string { return fmt.Sprint(n) }

// handled is a suggestion of two signers that a unit handles, with a co-handler.
func (h *house) handled() (at string) {
	h.Helper()
	f := h.form()
	f.Set("signers", id(h.other.DeputyID))
	at = h.Post(h.lead, "/suggestions", f)
	h.move(h.other, at, "signature")
	h.move(h.lead, at, "submission")
	h.move(h.city, at, "acceptance")
	// A unit that is named twice, or beside itself, is assigned once.
	h.move(h.city, at, "assignment", "lead", id(h.Unit), "co", id(h.SecondUnit), "co", id(h.SecondUnit), "co", id(h.Unit))
	h.move(h.unit, at, "receipt")
	return at
}

func (h *house) replied() string {
	h.Helper()
	at := h.handled()
	h.move(h.co, at, "comment", "text", "同意")
	h.move(h.unit, at, "contact", "held_on", "2026-03-02", "how", "visit", "note", "到现场看过")
	h.move(h.unit, at, "reply", "result", "B", "text", "正在办理。", "promise", "建成天桥", "promised_on", "2026-04-01", "signer", "赵主任", "signed_on", "2026-03-02", "number", "东城建函〔2026〕5号")
	return at
}

func TestForms(t *testing.T) {
	h := open(t)
	bad := h.form()
	bad.Set("title", "")
	bad.Set("category", "x")
	bad.Set("facts", "东城中路\x00")
	code, p := h.Do(h.lead, http.MethodPost, "/suggestions", bad)
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, "请填写题目") || !strings.Contains(p, "增设人行天桥。") {
		t.Errorf("a bad form = %d %s", code, webtest.Complaints(p))
	}
	f := h.form()
	at := h.Post(h.lead, "/suggestions", f)
	if again := h.Post(h.lead, "/suggestions", f); again != at {
		t.Errorf("sent twice it made %s and %s", at, again)
	}
	f.Set("version", "1")
	f.Set("title", "𠮷田的建议")
	h.Post(h.lead, at, f)
	f.Set("title", "又一个题目")
	code, p = h.Do(h.lead, http.MethodPost, at, f)
	if code != http.StatusConflict || !strings.Contains(p, "𠮷田的建议") || !strings.Contains(p, `value="又一个题目"`) {
		t.Errorf("a stale revision = %d", code)
	}
	code, p = h.Do(h.staff, http.MethodPost, "/suggestions", h.form())
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, "请选择领衔代表") {
		t.Errorf("the office without a lead = %d %s", code, webtest.Complaints(p))
	}
	at = h.replied()
	code, p = h.Do(h.lead, http.MethodPost, at+"/rating", h.filled(h.lead, at, "rating", "attitude", "satisfied", "result", "dissatisfied"))
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, "请填写意见") {
		t.Errorf("dissatisfied without a word = %d %s", code, webtest.Complaints(p))
	}
	code, p = h.Do(h.lead, http.MethodPost, at+"/rating", url.Values{"version": {"1"}, "rating-attitude": {"satisfied"}, "rating-result": {"satisfied"}, "rating-note": {"很好"}})
	if code != http.StatusConflict || !strings.Contains(p, "刚刚被别人改过") || !strings.Contains(p, "很好") {
		t.Errorf("a stale rating = %d", code)
	}
	// What was typed for a move that is over is shown, too.
	h.move(h.lead, at, "rating", "attitude", "satisfied", "result", "satisfied")
	code, p = h.Do(h.lead, http.MethodPost, at+"/rating", url.Values{"version": {"1"}, "rating-attitude": {"satisfied"}, "rating-result": {"satisfied"}, "rating-note": {"第二个窗口里写的"}})
	if code != http.StatusConflict || !strings.Contains(p, "第二个窗口里写的") {
		t.Errorf("a rating from a second tab = %d", code)
	}
}

// Every move of the procedure has a route that reads its form.
func TestEveryMoveIsServed(t *testing.T) {
	h := open(t)
	at := h.Post(h.lead, "/suggestions", h.form())
	for _, m := range suggestion.Procedure.Moves {
		for _, role := range access.Roles {
			a := h.Actor(role.Role)
			if a.Role == access.Deputy {
				a = h.lead
			}
			code, _ := h.Do(a, http.MethodPost, at+"/"+m.Name, url.Values{"version": {"99"}})
			if code == http.StatusNotFound && a.Role == access.Staff || code == http.StatusMethodNotAllowed {
				t.Errorf("%s as %s = %d", m.Name, a.Role, code)
			}
			if !a.May(m.Need) && code != http.StatusForbidden {
				t.Errorf("%s as %s = %d, want 403", m.Name, a.Role, code)
			}
		}
	}
}

func TestOtherStreetSeesNothing(t *testing.T) {
	h := open(t)
	at := h.replied()
	for _, role := range []access.Role{access.Staff, access.Director, access.Unit, access.OfficeDispatch, access.Deputy, access.Member} {
		other := h.Other(role)
		for _, path := range []string{at, at + "/document.docx", at + "/assignment.docx"} {
			if code, _ := h.Do(other, http.MethodGet, path, nil); code != http.StatusNotFound {
				t.Errorf("%s as %s of another street = %d, want 404", path, role, code)
			}
		}
		if body := h.Get(other, "/suggestions"); strings.Contains(body, "东城中路") {
			t.Errorf("%s of another street lists it", role)
		}
		if body := h.Get(other, "/promises"); strings.Contains(body, "天桥") {
			t.Errorf("%s of another street reads the promise", role)
		}
	}
	if code, _ := h.Do(h.Far(access.CityDeputy), http.MethodGet, at, nil); code != http.StatusNotFound {
		t.Errorf("another city opens it: %d", code)
	}
}

func TestPapers(t *testing.T) {
	h := open(t)
	at := h.replied()
	r := papertest.Render(t, h.Raw(h.lead, at+"/document.docx"))
	all := strings.NewReplacer(" ", "", "\n", "").Replace(strings.Join(r.Text, ""))
	for _, want := range []string{"B类", "东城街道城市建设办公室", "东城建函〔2026〕5号", "对东城建2026-001号代表建议的答复", "𠮷田光、䶮明代表：", "我单位承诺：2026年4月1日前，建成天桥。", "签发人：赵主任", "2026年3月2日"} {
		if !strings.Contains(all, want) {
			t.Errorf("the reply lacks %q:\n%s", want, all)
		}
	}
	if strings.Index(all, "B类") > strings.Index(all, "对东城建") {
		t.Error("the class does not stand at the top")
	}
	r = papertest.Render(t, h.Raw(h.unit, at+"/assignment.docx"))
	all = strings.NewReplacer(" ", "", "\n", "").Replace(strings.Join(r.Text, ""))
	for _, want := range []string{"东莞市人大常委会", "代表建议交办单", "公安分局", "2026年6月2日", "增设人行天桥"} {
		if !strings.Contains(all, want) {
			t.Errorf("the assignment lacks %q:\n%s", want, all)
		}
	}
}

func TestExports(t *testing.T) {
	h := open(t)
	h.replied()
	for path, want := range map[string][]string{
		"/suggestions?format=xlsx": {"东城建2026-001", "𠮷田光", "䶮明", "城市建设办公室", "公安分局", "B类", "建成天桥"},
		"/promises?format=xlsx":    {"代表建议", "东城建2026-001", "建成天桥", "2026年4月1日"},
	} {
		f, err := excelize.OpenReader(bytes.NewReader(h.Raw(h.staff, path)))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows(f.GetSheetName(0))
		if err != nil || len(rows) != 2 {
			t.Fatalf("%s has %d rows, %v", path, len(rows), err)
		}
		for _, w := range want {
			if !strings.Contains(strings.Join(rows[1], "|"), w) {
				t.Errorf("%s lacks %q: %v", path, w, rows[1])
			}
		}
		f.Close()
	}
	if code, _ := h.Do(h.unit, http.MethodGet, "/suggestions?format=csv", nil); code != http.StatusForbidden {
		t.Errorf("a unit exports: %d", code)
	}
}

func TestLineage(t *testing.T) {
	h := open(t)
	o := dbtest.Scan[int64](t, h.Admin, `
		INSERT INTO opinions (street_id, number, query_hash, source, deputy_id, kind, field, text, anonymous, received_on, received_at, creator, key)
		VALUES ($1, '2026-441900003-00-0001', '\x01', 'letter', $2, 'suggest', 'construction', '东城中路过街危险', true, '2026-02-01', now(), '员', 'o1') RETURNING id`, h.Street, h.lead.DeputyID)
	at := "/opinions/" + id(o)
	if body := h.Get(h.lead, at); !strings.Contains(body, "/suggestions/new?opinion="+id(o)) {
		t.Error("the opinion does not lead to the form")
	}
	body := h.Get(h.lead, "/suggestions/new?opinion="+id(o))
	if !strings.Contains(body, "2026-441900003-00-0001") || !strings.Contains(body, "东城中路过街危险") {
		t.Error("the form does not begin with the opinion")
	}
	f := h.form()
	f.Set("opinions", id(o))
	s := h.Post(h.lead, "/suggestions", f)
	if body := h.Get(h.lead, s); !strings.Contains(body, `href="`+at+`"`) {
		t.Error("the suggestion does not show where it came from")
	}
	if body := h.Get(h.lead, at); !strings.Contains(body, `href="`+s+`"`) || !strings.Contains(body, "转为代表建议《") {
		t.Error("the opinion does not show what it became")
	}
	if body := h.Get(h.Actor(access.Director), at); strings.Contains(body, `href="`+s+`"`) {
		t.Error("the director is shown a draft")
	}
	if code, _ := h.Do(h.Other(access.Staff), http.MethodGet, "/suggestions/new?opinion="+id(o), nil); code != http.StatusNotFound {
		t.Errorf("another street begins with it: %d", code)
	}
}

func TestMalformed(t *testing.T) {
	h := open(t)
	at := h.handled()
	draft := h.Post(h.lead, "/suggestions", h.form())
	for _, v := range webtest.Nasty {
		q := url.Values{}
		for _, name := range []string{"q", "view", "state", "class", "category", "result", "rating", "street", "unit", "deputy", "from", "to", "after", "of", "page", "format", "opinion", "reply"} {
			q.Set(name, v)
		}
		for _, path := range []string{"/suggestions", "/promises", "/suggestions/new", at + "/document.docx"} {
			h.Do(h.staff, http.MethodGet, path+"?"+q.Encode(), nil)
		}
		f := url.Values{}
		for name := range h.form() {
			f.Set(name, v)
		}
		f.Set("signers", v)
		f.Set("opinions", v)
		f.Set("lead", v)
		h.Do(h.lead, http.MethodPost, "/suggestions", f)
		h.Do(h.staff, http.MethodPost, "/suggestions", f)
		f.Set("version", v)
		h.Do(h.lead, http.MethodPost, draft, f)
		// each field alone, beside good ones
		for name := range h.form() {
			f := h.form()
			f.Set(name, v)
			h.Do(h.lead, http.MethodPost, "/suggestions", f)
		}
	}
	for _, m := range suggestion.Procedure.Moves {
		by := map[access.Permission]access.Actor{
			access.DraftSuggestion: h.lead, access.ReviewSuggestion: h.staff, access.DecideSuggestion: h.city, access.DispatchSuggestion: h.Actor(access.OfficeDispatch),
			access.HandleSuggestion: h.unit, access.RateSuggestion: h.lead, access.UrgeSuggestion: h.staff, access.KeySuggestion: h.city,
		}[m.Need]
		for _, v := range webtest.Nasty {
			f := url.Values{"version": {v}}
			for _, name := range []string{
				"deputy", "note", "reason", "number", "lead", "co", "long", "unit", "text", "held_on", "how", "grant", "result", "promise", "promised_on", "signer", "signed_on", "attitude", "basis",
			} {
				f.Set(m.Name+"-"+name, v)
			}
			h.Do(by, http.MethodPost, at+"/"+m.Name, f)
		}
	}
}

// A rare name comes back byte for byte.
func TestRareNames(t *testing.T) {
	h := open(t)
	f := h.form()
	f.Set("title", "关于䶮塘𠮷巷路灯的建议")
	at := h.Post(h.lead, "/suggestions", f)
	if body := h.Get(h.lead, at); !strings.Contains(body, "关于䶮塘𠮷巷路灯的建议") || !strings.Contains(body, "𠮷田光") {
		t.Error("a rare character is lost")
	}
	if body := h.Get(h.staff, "/suggestions?q="+url.QueryEscape("塘𠮷")); !strings.Contains(body, "䶮塘𠮷巷") {
		t.Error("a rare character is not found")
	}
}

func TestStatesHaveAWay(t *testing.T) {
	for _, s := range suggestion.Procedure.States {
		if len(suggestion.Procedure.Info(s.State).Name) == 0 {
			t.Errorf("%s has no name", s.State)
		}
		leads := false
		for _, m := range suggestion.Procedure.Moves {
			for _, from := range m.From {
				leads = leads || from == s.State && len(m.To) > 0
			}
		}
		if s.Ended == leads {
			t.Errorf("%s: ended %v, but moves lead on: %v", s.State, s.Ended, leads)
		}
	}
	var reached []procedure.State
	for _, m := range suggestion.Procedure.Moves {
		reached = append(reached, m.To...)
	}
	for _, s := range suggestion.Procedure.States[1:] {
		found := false
		for _, r := range reached {
			found = found || r == s.State
		}
		if !found {
			t.Errorf("nothing leads to %s", s.State)
		}
	}
}

// Residents read what is public and answered, and nothing else.
func TestResidentsRead(t *testing.T) {
	h := open(t)
	resident := access.Resident(nil)
	make := func(title, public string) string {
		f := h.form()
		f.Set("title", title)
		f.Set("open", public)
		at := h.Post(h.lead, "/suggestions", f)
		h.move(h.lead, at, "submission")
		h.move(h.city, at, "acceptance")
		h.move(h.city, at, "assignment", "lead", id(h.Unit))
		h.move(h.unit, at, "receipt")
		h.move(h.unit, at, "contact", "held_on", "2026-03-02", "how", "phone", "note", "内部沟通")
		h.move(h.unit, at, "reply", "result", "A", "text", "已经办好。", "signer", "赵主任", "signed_on", "2026-03-02")
		return at
	}
	public, hidden, waiting := make("公开的建议", "yes"), make("不公开的建议", "no"), make("还没评价的建议", "yes")
	for _, at := range []string{public, hidden} {
		h.move(h.lead, at, "rating", "attitude", "satisfied", "result", "satisfied")
	}
	list := h.Get(resident, "/public/suggestions")
	if !strings.Contains(list, "公开的建议") || strings.Contains(list, "不公开的建议") || strings.Contains(list, "还没评价") {
		t.Error("the residents' list is not what is public and answered")
	}
	if body := h.Get(resident, "/public"+public); !strings.Contains(body, "已经办好。") || strings.Contains(body, "内部沟通") || !strings.Contains(body, "𠮷田光") {
		t.Error("the residents' page lacks the reply, or tells too much")
	}
	for _, at := range []string{hidden, waiting} {
		if code, _ := h.Do(resident, http.MethodGet, "/public"+at, nil); code != http.StatusNotFound {
			t.Errorf("a resident opens %s: %d", at, code)
		}
	}
	h.Browser(resident).Phone().Go("/public/suggestions").Fits().Accessible().Go("/public" + public).Fits().Accessible()
}

func picture(t *testing.T) string {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "建成.png")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestStory is the journey of issue 4 in a browser: a suggestion with two signers and
// one co-handler, answered B with a promise whose date passes and wakes.
// TestLook takes the screenshots that are looked at.
func TestLook(t *testing.T) {
	dir := os.Getenv("SHOTS")
	if dir == "" {
		t.Skip("SHOTS names a directory for screenshots")
	}
	h := open(t)
	at := h.replied()
	h.Post(h.lead, "/suggestions", h.form())
	for name, look := range map[string]struct {
		a    access.Actor
		path string
	}{
		"list": {h.staff, "/suggestions"}, "record": {h.lead, at}, "unit": {h.unit, h.handled()}, "form": {h.lead, "/suggestions/new"}, "promises": {h.city, "/promises"},
	} {
		b := h.Browser(look.a)
		b.Desk().Go(look.path).Shot(filepath.Join(dir, name+"-desk.png"))
		b.Phone().Go(look.path).Shot(filepath.Join(dir, name+"-phone.png"))
		b.Dark(true).Desk().Go(look.path).Shot(filepath.Join(dir, name+"-dark.png"))
	}
}
