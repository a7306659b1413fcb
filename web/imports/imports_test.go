package imports_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/deputy"
	"portal/internal/register"
	web "portal/web/imports"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	s *register.Store
	n int
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	h.s = register.NewStore(h.DB, h.Keys, slog.New(slog.DiscardHandler), h.Now, deputy.NewStore(h.DB, h.Keys, h.Now).Sheet())
	t.Cleanup(h.s.Wait)
	web.Register(h.Routes, h.s)
	return h
}

// sheet is a filled workbook of n deputies; bad of them have no date.
func sheet(t testing.TB, n, bad int) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	rows := [][]any{{"姓名", "性别", "选区", "届别", "专业小组", "任职日期", "联系电话", "简介", "确认文号", "确认日期"}}
	for i := range n {
		since := "2021-12-01"
		if i < bad {
			since = "去年冬天"
		}
		rows = append(rows, []any{fmt.Sprintf("代表%04d", i), "女", "东城第一选区", "市十七届", "财经", since, fmt.Sprintf("138%08d", i), "𠮷田"})
	}
	for i := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &rows[i]); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// send sends a sheet and returns its page.
func (h *house) send(a access.Actor, b []byte) string {
	h.Helper()
	h.n++
	code, to := h.Upload(a, "/imports", url.Values{"key": {fmt.Sprint("k", h.n)}, "register": {"deputies"}}, webtest.File{Field: "file", Name: "名册.xlsx", Content: b})
	if code != http.StatusSeeOther {
		h.Fatalf("send = %d %s", code, webtest.Complaints(to))
	}
	h.s.Wait()
	return to
}

func (h *house) version(path string) string {
	return dbtest.Scan[string](h, h.Admin, `SELECT version::text FROM imports WHERE '/imports/' || id = $1`, path)
}

func TestThroughItsPages(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	path := h.send(staff, sheet(t, 60, 2))
	body := h.Get(staff, path)
	for _, want := range []string{"待确认", "新增 58", "错误 2", "F2", "任职日期不是日期", "新增 58 条", "下载标出错误的表格"} {
		if !strings.Contains(body, want) {
			t.Errorf("the preview lacks %s", want)
		}
	}
	if strings.Contains(body, "13800000005") {
		t.Error("the preview shows a number")
	}
	if body := h.Get(staff, path+"?kind=error"); strings.Contains(body, "代表0010") || !strings.Contains(body, "代表0001") {
		t.Error("the filter of errors is wrong")
	}
	if body := h.Get(staff, path+"?after=51"); !strings.Contains(body, "代表0055") || strings.Contains(body, "代表0010") {
		t.Error("the second page is wrong")
	}
	marked, err := excelize.OpenReader(bytes.NewReader(h.Raw(staff, path+"/corrections")))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := marked.GetCellValue("代表名册", "K2"); !strings.Contains(got, "F2：任职日期不是日期") {
		t.Errorf("the marked sheet says %q", got)
	}
	if code, body := h.Do(staff, "POST", path+"/confirmation", url.Values{"version": {"1"}}); code != http.StatusConflict || !strings.Contains(body, "刚刚被别人改过") {
		t.Errorf("stale confirmation = %d", code)
	}
	h.Post(staff, path+"/confirmation", url.Values{"version": {h.version(path)}})
	h.s.Wait()
	if body := h.Get(staff, path); !strings.Contains(body, "已导入") || !strings.Contains(body, "整批撤销") || !strings.Contains(body, "确认导入：新增 58 行") {
		t.Error("the result page is wrong")
	}
	if code, body := h.Do(staff, "POST", path+"/undo", url.Values{"version": {h.version(path)}, "undo-why": {""}}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "请填写撤销理由") {
		t.Errorf("undo without a reason = %d", code)
	}
	h.Post(staff, path+"/undo", url.Values{"version": {h.version(path)}, "undo-why": {"发错了"}})
	h.s.Wait()
	if body := h.Get(staff, path); !strings.Contains(body, "已撤销") || !strings.Contains(body, "发错了") {
		t.Error("the undone page is wrong")
	}
	if body := h.Get(staff, "/imports"); !strings.Contains(body, "名册.xlsx") || !strings.Contains(body, "已撤销") {
		t.Error("the list is wrong")
	}
	gone := h.send(staff, sheet(t, 1, 0))
	h.Post(staff, gone+"/discard", url.Values{"version": {h.version(gone)}})
	if body := h.Get(staff, gone); !strings.Contains(body, "已放弃") {
		t.Error("the discarded page is wrong")
	}
}

func TestWhatCannotBeSent(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	for want, form := range map[string]url.Values{
		"请选择名册":           {"key": {"a"}, "register": {"secrets"}},
		"请选择填好的 .xlsx 表格": {"key": {"b"}, "register": {"deputies"}},
	} {
		if code, body := h.Upload(staff, "/imports", form); code != http.StatusUnprocessableEntity || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", want, code, webtest.Complaints(body))
		}
	}
	city := h.Actor(access.CityDeputy)
	code, body := h.Upload(city, "/imports", url.Values{"key": {"c"}, "register": {"deputies"}, "street": {fmt.Sprint(h.FarStreet)}}, webtest.File{Field: "file", Name: "x.xlsx", Content: sheet(t, 1, 0)})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "请选择本市的街道") {
		t.Errorf("another city's street = %d", code)
	}
	path := h.send(staff, []byte("no workbook"))
	if body := h.Get(staff, path); !strings.Contains(body, "读不出来") || !strings.Contains(body, "不是 .xlsx") {
		t.Error("the page of an unreadable sheet is wrong")
	}
}

func TestNastyInput(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	path := h.send(staff, sheet(t, 2, 1))
	for _, s := range webtest.Nasty {
		for _, form := range []url.Values{{"key": {s}, "register": {"deputies"}}, {"key": {"x" + s}, "register": {s}, "street": {s}}} {
			h.Upload(staff, "/imports", form, webtest.File{Field: "file", Name: s + ".xlsx", Content: []byte(s)})
		}
		h.s.Wait()
		q := url.Values{"street": {s}, "register": {s}, "state": {s}, "after": {s}, "kind": {s}, "outcome": {s}}.Encode()
		for _, at := range []string{"/imports?" + q, path + "?" + q, "/imports/new?" + q, "/imports/templates/deputies?" + q, "/imports/templates/" + url.PathEscape(s)} {
			h.Do(staff, "GET", at, nil)
		}
		for _, move := range []string{"confirmation", "discard", "undo", "resumption"} {
			h.Do(staff, "POST", path+"/"+move, url.Values{"version": {s}, "undo-why": {s}})
		}
	}
}

func TestOtherStreet(t *testing.T) {
	h := open(t)
	path := h.send(h.Actor(access.Staff), sheet(t, 1, 1))
	for _, a := range []access.Actor{h.Other(access.Staff), h.Far(access.CityDeputy)} {
		for _, at := range []string{path, path + "/corrections"} {
			if code, _ := h.Do(a, "GET", at, nil); code != http.StatusNotFound {
				t.Errorf("%s opens %s: %d", a.Role, at, code)
			}
		}
		if code, _ := h.Do(a, "POST", path+"/discard", url.Values{"version": {"2"}}); code != http.StatusNotFound {
			t.Errorf("%s discards: %d", a.Role, code)
		}
		if strings.Contains(h.Get(a, "/imports"), path) {
			t.Errorf("%s lists it", a.Role)
		}
	}
}
