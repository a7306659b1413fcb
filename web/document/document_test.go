package document_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/document"
	web "portal/web/document"
	"portal/web/webtest"
)

type house struct{ *webtest.Site }

func open(t *testing.T) *house {
	h := &house{webtest.NewSite(t)}
	web.Register(h.Routes, document.NewStore(h.DB, h.Now))
	return h
}

func (h *house) issue(a access.Actor, title string) {
	h.Helper()
	err := h.DB.Write(h.Context(), a, func(tx db.Tx) error {
		_, err := document.Allot(h.Context(), tx, a, document.Issue{
			At: h.Time, Street: a.StreetID, Kind: document.Notice, Subject: "opinion", SubjectID: 7, Title: title, SignedOn: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC),
		})
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
}

func TestRegister(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	if p := h.Get(staff, "/papers"); !strings.Contains(p, "还没有发文") || !strings.Contains(p, "莞人东城工委") {
		t.Errorf("the empty register: %s", p)
	}
	h.issue(h.Actor(access.Director), "关于召开会议的通知")
	h.issue(h.Other(access.Director), "南城的通知")
	h.issue(h.Actor(access.CityOffice), "全市的通知")
	p := h.Get(staff, "/papers")
	for _, want := range []string{"莞人东城工委〔2026〕1号", "关于召开会议的通知", "/opinions/7", "2026年3月2日"} {
		if !strings.Contains(p, want) {
			t.Errorf("the register lacks %q", want)
		}
	}
	if strings.Contains(p, "南城的") || strings.Contains(p, "全市的") {
		t.Error("a street's register shows papers of others")
	}
	p = h.Get(h.Actor(access.CityLeader), "/papers?street=city&year=2026&kind=notice&q=全市")
	if !strings.Contains(p, "莞人常〔2026〕1号") || strings.Contains(p, "关于召开") {
		t.Errorf("what the city issued: %s", p)
	}
	book, err := excelize.OpenReader(strings.NewReader(string(h.Raw(staff, "/papers?format=xlsx"))))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("发文登记簿")
	if err != nil || len(rows) != 2 || rows[1][1] != "莞人东城工委〔2026〕1号" || rows[1][2] != "人大东城街道工委" {
		t.Errorf("rows = %q, %v", rows, err)
	}
}

func TestPrefix(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	if to := h.Post(staff, "/papers/prefix", url.Values{"version": {"0"}, "prefix": {"䶮人大"}}); to != "/papers" {
		t.Errorf("saved, then %s", to)
	}
	if p := h.Get(staff, "/papers"); !strings.Contains(p, "䶮人大") {
		t.Error("the register does not say the new prefix")
	}
	code, p := h.Do(staff, http.MethodPost, "/papers/prefix", url.Values{"version": {"0"}, "prefix": {"又一个"}})
	if code != http.StatusConflict || !strings.Contains(p, "䶮人大") || !strings.Contains(p, `value="又一个"`) || !strings.Contains(p, `name="version" value="1"`) {
		t.Errorf("a stale prefix = %d %s", code, p)
	}
	code, p = h.Do(staff, http.MethodPost, "/papers/prefix", url.Values{"version": {"1"}, "prefix": {"东城〔"}})
	if code != http.StatusUnprocessableEntity || !strings.Contains(p, `value="东城〔"`) {
		t.Errorf("a bad prefix = %d", code)
	}
}

func TestAsk(t *testing.T) {
	h := open(t)
	h.AskAll(func(pattern string) string { return pattern }, "street", "year", "kind", "q", "after", "format", "version", "prefix")
}

func TestLook(t *testing.T) {
	h := open(t)
	h.issue(h.Actor(access.Director), "关于召开2026年第一次选民代表会议暨开展街道重大民生实事项目票选工作的通知")
	h.issue(h.Actor(access.Director), "关于请求授权开展专题询问的请示")
	b := h.Browser(h.Actor(access.Staff))
	webtest.Look(b, "papers", "/papers")
	webtest.Look(b, "prefix", "/papers/prefix")
	webtest.Look(h.Browser(h.Actor(access.CityOffice)), "papers-city", "/papers")
}
