package person_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/person"
	web "portal/web/person"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	s *person.Store
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	h.s = person.NewStore(h.DB, h.Keys, h.Now)
	web.Register(h.Routes, h.s)
	return h
}

func (h *house) add(n person.New) string {
	h.Helper()
	staff := h.Actor(access.Staff)
	var id int64
	err := h.DB.Write(h.Context(), staff, func(tx db.Tx) (err error) {
		id, err = h.s.Add(h.Context(), tx, staff, h.Street, n)
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return "/people/" + strconv.FormatInt(id, 10)
}

func TestMergedThroughItsPages(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	a := h.add(person.New{Key: "a", Name: "李䶮", Sex: "female", Born: 1980, Work: "东城中学教师", Phone: "13700001111"})
	b := h.add(person.New{Key: "b", Name: "李䶮", Born: 1980, Phone: "13700002222"})
	if body := h.Get(staff, "/people?q=䶮"); !strings.Contains(body, a) || !strings.Contains(body, b) || !strings.Contains(body, "1 组可能重复") || strings.Contains(body, "13700001111") {
		t.Error("the list is wrong")
	}
	pair := "/people/duplicates/" + strconv.FormatInt(dbtest.Scan[int64](t, h.Admin, `SELECT id FROM person_pairs`), 10)
	if body := h.Get(staff, "/people/duplicates"); !strings.Contains(body, pair) {
		t.Error("the list of likely duplicates lacks the pair")
	}
	if body := h.Get(staff, pair); !strings.Contains(body, "137****1111") || !strings.Contains(body, "137****2222") || !strings.Contains(body, "东城中学教师") {
		t.Error("the two are not shown side by side")
	}
	if code, body := h.Do(staff, "POST", pair+"/merge", url.Values{"keep": {""}, "why": {""}}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "请选择保留哪一条") || !strings.Contains(body, "请填写合并依据") {
		t.Errorf("merge without words = %d %s", code, webtest.Complaints(body))
	}
	if to := h.Post(staff, pair+"/merge", url.Values{"keep": {"first"}, "why": {"本人确认"}}); to != a {
		t.Errorf("merging leads to %s, want %s", to, a)
	}
	if body := h.Get(staff, b); !strings.Contains(body, "已经合并") || !strings.Contains(body, a) {
		t.Error("the merged row does not lead on")
	}
	if body := h.Get(staff, "/people"); strings.Contains(body, `"`+b+`"`) {
		t.Error("the list shows the merged row")
	}
	undo := "/people/merges/" + strconv.FormatInt(dbtest.Scan[int64](t, h.Admin, `SELECT id FROM person_merges`), 10) + "/undo"
	if code, _ := h.Do(staff, "POST", undo, url.Values{"part-why": {""}}); code != http.StatusUnprocessableEntity {
		t.Errorf("undone without a reason: %d", code)
	}
	h.Post(staff, undo, url.Values{"part-why": {"认错了"}})
	if body := h.Get(staff, a); !strings.Contains(body, "认错了") {
		t.Error("the timeline lacks the undoing")
	}
	code, body := h.Do(staff, "POST", a+"/phone", url.Values{"phone-reason": {"通知开会"}})
	if code != http.StatusOK || !strings.Contains(body, "13700001111") {
		t.Errorf("unmask = %d", code)
	}
	h.Post(staff, pair+"/apart", url.Values{"apart-why": {"两个人"}})
	for _, other := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy)} {
		for _, at := range []string{a, pair} {
			if code, _ := h.Do(other, "GET", at, nil); code != http.StatusNotFound {
				t.Errorf("%s of elsewhere opens %s: %d", other.Role, at, code)
			}
		}
	}
	for _, s := range webtest.Nasty {
		h.Do(staff, "GET", "/people?"+url.Values{"q": {s}, "street": {s}, "after": {s}}.Encode(), nil)
		h.Do(staff, "POST", a+"/phone", url.Values{"phone-reason": {s}})
		h.Do(staff, "POST", pair+"/merge", url.Values{"keep": {s}, "why": {s}})
		h.Do(staff, "POST", pair+"/apart", url.Values{"apart-why": {s}})
		h.Do(staff, "POST", undo, url.Values{"part-why": {s}})
	}
}

func TestCorrectedThroughItsPages(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	at := h.add(person.New{Key: "a", Name: "李龙", Phone: "13700001111"})
	b := h.Browser(staff)
	b.Go(at).Press("修改资料").Fill("姓名", "李䶮").Press("保存").See("更正姓名要写明理由")
	b.Fill("修改的理由", "身份证上是“䶮”").Fill("出生年份", "1980").Accessible().Fits()
	b.Press("保存").See("已保存", "李䶮", "更正姓名：李龙 → 李䶮", "137****1111").Accessible()
	form := url.Values{"version": {"1"}, "name": {"李𠮷"}, "reason": {"再改"}}
	if code, body := h.Do(staff, "POST", at, form); code != http.StatusConflict || !strings.Contains(body, "李𠮷") || !strings.Contains(body, "李䶮") {
		t.Errorf("on an old version = %d", code)
	}
	if code, body := h.Do(staff, "POST", at+"/account", url.Values{"version": {"2"}, "account": {"nobody"}, "account-reason": {"任命䶮"}}); code != http.StatusUnprocessableEntity ||
		!strings.Contains(body, "任命䶮") || !strings.Contains(body, "没有这个登录名") {
		t.Errorf("an account that is not = %d", code)
	}
	if code, _ := h.Do(staff, "POST", at+"/account", url.Values{"version": {"1"}, "account": {"nobody"}, "account-reason": {"任命"}}); code != http.StatusConflict {
		t.Errorf("an account on an old version = %d", code)
	}
	for _, path := range []string{at + "/edit", at} {
		if code, _ := h.Do(h.Other(access.Staff), "GET", path, nil); code != http.StatusNotFound {
			t.Errorf("another street reads %s = %d", path, code)
		}
	}
	for _, v := range webtest.Nasty {
		for _, path := range []string{at, at + "/account"} {
			f := url.Values{"version": {"2"}, "name": {v}, "sex": {v}, "born": {v}, "work": {v}, "phone": {v}, "reason": {v}, "account": {v}, "account-reason": {v}}
			if code, _ := h.Do(staff, "POST", path, f); code >= 500 {
				t.Errorf("%s with %q = %d", path, v, code)
			}
		}
	}
}
