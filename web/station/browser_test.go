package station_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/web/page"
	"portal/web/webtest"
)

// upload sends a form with one file in it.
func (h *house) upload(a access.Actor, f url.Values, field, name string, content []byte) (int, string) {
	h.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, list := range f {
		for _, v := range list {
			if err := m.WriteField(k, v); err != nil {
				h.Fatal(err)
			}
		}
	}
	w, err := m.CreateFormFile(field, name)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		h.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/visits", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	rec := h.Serve(a, r)
	return rec.Code, rec.Body.String()
}

// fillIn fills in a visit with two opinions, as a deputy would on a phone.
func fillIn(b *webtest.Browser) {
	b.Fill("意见内容", "小区门口路灯不亮").Check("投诉求助").Choose("领域", "城建交通").Fill("反映人姓名", "𠮷田光").Fill("联系电话", "13800138000")
	b.Tap("再加一条意见").Row(2, func() {
		b.Fill("意见内容", "小学学位紧张").Check("建议").Choose("领域", "教育").Check("匿名")
	})
}

func (h *house) counts() string {
	return dbtest.Scan[string](h, h.Admin, `SELECT (SELECT count(*) FROM visits) || ' ' || (SELECT count(*) FROM opinions)`)
}

// TestOnAPhone logs a reception with two opinions, tapping twice.
func TestOnAPhone(t *testing.T) {
	h := open(t)
	h.plan("r1", "2026-03-02")
	b := h.Browser(h.deputy).Phone().Go("/visits/new")
	fillIn(b)
	b.Tap("登记接待").Tap("登记接待").Await("接待已登记").See("2026-441900003-01-0001", "2026-441900003-01-0002", "查询码")
	if got := h.counts(); got != "1 2" {
		t.Errorf("visits and opinions = %s, want 1 2", got)
	}
	if kept := webtest.Eval[int](b, `Object.keys(localStorage).length`); kept != 0 {
		t.Errorf("the phone keeps %d items", kept)
	}
	b.Accessible()
}

// TestWithoutNetwork loses the connection, keeps what was typed on the phone,
// closes the page, comes back and submits once.
func TestWithoutNetwork(t *testing.T) {
	h := open(t)
	b := h.Browser(h.deputy).Phone().Go("/visits/new")
	webtest.Eval[bool](b, `(document.querySelector('form[data-keep]').dataset.autosave = '/nowhere', true)`) // only the phone keeps it
	b.Offline(true)
	fillIn(b)
	b.Tap("登记接待").Await("没有网络，已保存在本机，可再提交")
	if got := h.counts(); got != "0 0" {
		t.Errorf("visits and opinions = %s, want none", got)
	}
	b.Offline(false).Go("/stations").Go("/visits/new").Await("已恢复本机上")
	if got := webtest.Eval[string](b, `document.getElementById('opinions[1].text').value + document.getElementById('opinions[0].resident').value`); got != "小学学位紧张𠮷田光" {
		t.Errorf("restored = %q", got)
	}
	b.Tap("登记接待").Await("接待已登记")
	if got := h.counts(); got != "1 2" {
		t.Errorf("visits and opinions = %s, want 1 2", got)
	}
	if kept := webtest.Eval[int](b, `Object.keys(localStorage).length`); kept != 0 {
		t.Errorf("the phone keeps %d items", kept)
	}
}

// TestAnswerLost loses the answer, not the request: the second press makes no
// second row.
func TestAnswerLost(t *testing.T) {
	h := open(t)
	b := h.Browser(h.deputy).Phone().Go("/visits/new")
	fillIn(b)
	webtest.Eval[bool](b, `(() => { const f = fetch; window.fetch = async (...a) => { await f(...a); window.fetch = f; throw new TypeError('lost'); }; return true; })()`)
	b.Tap("登记接待").Await("没有网络，已保存在本机，可再提交")
	b.Tap("登记接待").Await("接待已登记")
	if got := h.counts(); got != "1 2" {
		t.Errorf("visits and opinions = %s, want 1 2", got)
	}
}

// TestComplaintOnAPhone keeps everything on screen, the chosen file included,
// and the draft reaches the server by itself.
func TestComplaintOnAPhone(t *testing.T) {
	h := open(t)
	b := h.Browser(h.deputy).Phone().Go("/visits/new")
	fillIn(b)
	b.Row(2, func() { b.Fill("意见内容", "") }).Tap("登记接待").Await("请填写意见内容").See("请检查下面的内容")
	if got := webtest.Eval[string](b, `document.getElementById('opinions[0].text').value`); got != "小区门口路灯不亮" {
		t.Errorf("first opinion = %q", got)
	}
	b.Row(1, func() { b.Tap("删除这条") }).Fill("意见内容", "小学学位紧张，请扩招")
	b.Tap("存草稿").Await("草稿已保存")
	if kept := webtest.Eval[int](b, `Object.keys(localStorage).length`); kept != 0 {
		t.Errorf("the phone keeps %d items although the server has the draft", kept)
	}
	b.Go("/visits/new").See("存的草稿").Tap("登记接待").Await("接待已登记")
	if got := h.counts(); got != "1 1" {
		t.Errorf("visits and opinions = %s, want 1 1", got)
	}
}

// TestPages checks every page with axe and the Nu checker.
func TestPages(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	visit, reception := page.VisitURL(h.log(h.deputy, "v1")), page.ReceptionURL(h.plan("r1", "2026-03-20"))
	at := page.StationURL(h.station)
	_, wrong := h.Do(h.deputy, "POST", "/visits", url.Values{"opinions[1].text": {"路灯"}})
	valid := map[string]string{"complaints": wrong}
	b := h.Browser(staff)
	for _, p := range []string{
		"/stations", "/stations?q=x", "/stations/new", at, at + "/edit", at + "/poster",
		"/receptions?month=2026-03", "/receptions?month=2026-05", "/receptions/new", reception, reception + "/notice", "/receptions/notice?month=2026-03",
		"/visits", "/visits?from=2026-04-01", "/visits/new", visit, visit + "/sheets", visit + "/receipts",
	} {
		valid[p] = string(h.Raw(staff, p))
		b.Go(p).Accessible()
		if wide := webtest.Eval[int](b.Phone(), `document.documentElement.scrollWidth`); wide > 390 {
			t.Errorf("%s is %d pixels wide on a phone", p, wide)
		}
		b.Desk()
	}
	webtest.Valid(t, valid)
	if strings.Contains(valid[visit], "13800138000") {
		t.Error("the record holds a phone number")
	}
}
