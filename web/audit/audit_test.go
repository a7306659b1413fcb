package audit_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/dbtest"
	web "portal/web/audit"
	"portal/web/webtest"
)

func open(t *testing.T) *webtest.Site {
	s := webtest.NewSite(t)
	web.Register(s.Routes, audit.NewStore(s.DB, s.Now))
	staff := s.Actor(access.Staff)
	staff.Name = "𠮷田光"
	record(s, staff, audit.Event{StreetID: s.Street, Kind: "opinion", ID: 7, Action: "opinion.assignment", Title: "交办给城市建设办公室", Reason: "=1+1", Detail: map[string]any{"number": "2026-1", "days": []string{"甲", "乙"}}})
	record(s, s.Actor(access.SystemAdmin), audit.Event{Kind: "setting", Action: "setting.choose", Title: "全市：答复设为 20 个工作日", Detail: map[string]any{"before": nil, "after": 20}})
	record(s, s.Far(access.Staff), audit.Event{StreetID: s.FarStreet, Kind: "opinion", ID: 9, Action: "opinion.assignment", Title: "外市的事"})
	return s
}

func record(s *webtest.Site, a access.Actor, e audit.Event) {
	s.Helper()
	e.At = s.Time
	err := s.DB.Write(s.Context(), a, func(tx db.Tx) error { return audit.Record(s.Context(), tx, a, e) })
	if err != nil {
		s.Fatal(err)
	}
}

func event(s *webtest.Site, title string) string {
	return "/audit/" + strconv.FormatInt(dbtest.Scan[int64](s, s.Admin, `SELECT id FROM audit_events WHERE title = $1`, title), 10)
}

func TestRecordIsReadable(t *testing.T) {
	s := open(t)
	auditor := s.Actor(access.AuditAdmin)
	body := s.Get(auditor, "/audit")
	if !strings.Contains(body, "交办给城市建设办公室") || !strings.Contains(body, "群众意见 7") || !strings.Contains(body, "𠮷田光") || strings.Contains(body, "外市的事") {
		t.Error("the list lacks an event of the city, or has one of another")
	}
	if strings.Contains(body, `"/opinions/`) {
		t.Error("the list links to what the auditor may not open")
	}
	if body := s.Get(auditor, "/audit?kind=setting"); strings.Contains(body, "交办给") || !strings.Contains(body, "20 个工作日") {
		t.Error("the filter does not narrow")
	}
	body = s.Get(auditor, event(s, "交办给城市建设办公室"))
	for _, want := range []string{"=1+1", "甲\n乙", "opinion.assignment", "2026年3月2日 10:00"} {
		if !strings.Contains(body, want) {
			t.Errorf("the event's page lacks %q", want)
		}
	}
	if strings.Contains(body, `"/opinions/`) {
		t.Error("the event links to what the auditor may not open")
	}
	if code, _ := s.Do(auditor, "GET", event(s, "外市的事"), nil); code != http.StatusNotFound {
		t.Errorf("another city's event = %d, want 404", code)
	}
}

func TestExport(t *testing.T) {
	s := open(t)
	auditor := s.Actor(access.AuditAdmin)
	body := s.Get(auditor, "/audit?format=csv&person="+url.QueryEscape("𠮷"))
	if !strings.Contains(body, "𠮷田光") || !strings.Contains(body, "'=1+1") || strings.Contains(body, "20 个工作日") {
		t.Errorf("export = %s", body)
	}
	if body := s.Get(auditor, "/audit"); !strings.Contains(body, "导出操作记录") {
		t.Error("the export is not in the record")
	}
	s.Get(auditor, "/audit?format=xlsx")
}

func TestPages(t *testing.T) {
	s := open(t)
	for range 60 {
		record(s, s.Actor(access.Staff), audit.Event{StreetID: s.Street, Kind: "visit", ID: 1, Action: "visit.log", Title: "登记接待"})
	}
	auditor := s.Actor(access.AuditAdmin)
	body := s.Get(auditor, "/audit?kind=visit")
	_, rest, _ := strings.Cut(body, `rel="next" href="`)
	next, _, _ := strings.Cut(rest, `"`)
	if n := strings.Count(body, `data-href="/audit/`); n != 50 || next == "" {
		t.Fatalf("%d rows, next page %q", n, next)
	}
	if n := strings.Count(s.Get(auditor, next), `data-href="/audit/`); n != 10 {
		t.Errorf("second page has %d rows, want 10", n)
	}
}

func TestEveryRoute(t *testing.T) {
	s := open(t)
	at := event(s, "交办给城市建设办公室")
	s.AskAll(func(p string) string { return strings.Replace(p, "/audit/{id}", at, 1) }, "from", "to", "street", "person", "kind", "action", "after")
}

func TestAccessible(t *testing.T) {
	s := open(t)
	auditor := s.Actor(access.AuditAdmin)
	b := s.Browser(auditor)
	at := event(s, "交办给城市建设办公室")
	webtest.Look(b, "audit-list", "/audit")
	webtest.Look(b, "audit-event", at)
	webtest.Look(b, "audit-none", "/audit?kind=visit")
	webtest.Valid(t, map[string]string{"/audit": string(s.Raw(auditor, "/audit")), at: string(s.Raw(auditor, at))})
}
