package open_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/figure"
	"portal/internal/open"
	web "portal/web/open"
	"portal/web/webtest"
)

func site(t *testing.T) *webtest.Site {
	s := webtest.NewSite(t)
	web.Register(s.Routes, open.NewStore(s.DB), figure.NewStore(s.DB, s.Now))
	return s
}

// ask reads an address as anybody would.
func ask[T any](t *testing.T, s *webtest.Site, path string, code int) (v T) {
	t.Helper()
	w := s.Serve(access.Resident(nil), httptest.NewRequest("GET", path, nil))
	if w.Code != code || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		t.Fatalf("GET %s = %d %s\n%s", path, w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	if public := strings.Contains(w.Header().Get("Cache-Control"), "public"); public != (code == http.StatusOK) {
		t.Errorf("GET %s may be cached: %v", path, public)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("GET %s: %v\n%s", path, err, w.Body)
	}
	return v
}

type list struct {
	Data  []map[string]any
	Links struct{ First, Next string }
}

func TestListsPageByCursor(t *testing.T) {
	s := site(t)
	for i := range 5 {
		dbtest.Exec(t, s.Admin, `
			INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, ended_on, ended_why, key, modified_at)
			VALUES ($1, $2, '一选区', '十六届', 'law', '2017-01-01', CASE WHEN $3 = 2 THEN date '2020-01-01' END, CASE WHEN $3 = 2 THEN 'moved' ELSE '' END, $2, timestamptz '2026-01-01 00:00+08' + make_interval(hours => $3))`,
			s.Street, fmt.Sprint("代表", i), i)
	}
	var ids []any
	next := "http://portal.test/open/v1/deputies?limit=2"
	for pages := 0; next != ""; pages++ {
		if pages > 3 {
			t.Fatal("the list has no end")
		}
		page := ask[list](t, s, strings.TrimPrefix(next, "http://portal.test"), 200)
		for _, r := range page.Data {
			ids = append(ids, r["id"])
			if deleted := r["deleted"].(bool); deleted == (r["name"] != nil) || r["created"] == nil || r["modified"] == nil || deleted && len(r) != 4 {
				t.Errorf("record = %v", r)
			}
		}
		next = page.Links.Next
	}
	if len(ids) != 5 {
		t.Errorf("ids = %v", ids)
	}
	last := ask[list](t, s, "/open/v1/deputies?modified_since="+url.QueryEscape("2026-01-01T04:00:00+08:00"), 200)
	if len(last.Data) != 1 || last.Data[0]["name"] != "代表4" {
		t.Errorf("modified since = %v", last.Data)
	}
	again := ask[list](t, s, "/open/v1/deputies?modified_since="+last.Data[0]["modified"].(string), 200) // its plus sign not escaped
	if len(again.Data) != 1 {
		t.Errorf("modified handed back finds %d records, want 1", len(again.Data))
	}
	if got := ask[list](t, s, "/open/v1/stations", 200); got.Data == nil || len(got.Data) != 0 {
		t.Errorf("no stations = %v, want an empty list", got.Data)
	}
	if got := ask[list](t, s, "/open/v1/streets", 200); len(got.Data) != 3 || got.Data[0]["name"] != "东城街道" {
		t.Errorf("streets = %v", got.Data)
	}
}

func TestFigures(t *testing.T) {
	s := site(t)
	type figures struct {
		From, To string
		AsOf     string `json:"as_of"`
		Figures  map[string]float64
		Streets  map[string]map[string]float64
	}
	dbtest.Exec(t, s.Admin, `
		INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, key)
		VALUES ($1, '甲', '一选区', '十六届', 'law', '2017-01-01', 'a'), ($2, '乙', '一选区', '十六届', 'law', '2017-01-01', 'b'),
		       ($3, '丙', '一选区', '十六届', 'law', '2017-01-01', 'c')`, s.Street, s.OtherStreet, s.FarStreet)
	const path = "/open/v1/figures?from=2019-01-01&to=2019-12-31"
	got := ask[figures](t, s, path, 200)
	if got.From != "2019-01-01" || got.To != "2019-12-31" || got.AsOf != "2026-03-02T10:00:00+08:00" {
		t.Errorf("figures are of %s to %s as of %s", got.From, got.To, got.AsOf)
	}
	if got.Figures["deputies"] != 2 || got.Figures["streets"] != 2 || got.Streets["东城街道"]["deputies"] != 1 || len(got.Streets) != 2 {
		t.Errorf("figures = %v, %v", got.Figures, got.Streets)
	}
	dbtest.Exec(t, s.Admin, `UPDATE deputies SET since = '2020-01-01' WHERE key = 'a'`)
	if got = ask[figures](t, s, path, 200); got.Figures["deputies"] != 1 || got.Streets["东城街道"]["deputies"] != 0 {
		t.Errorf("after a row was changed: %v, %v", got.Figures, got.Streets)
	}
	if got = ask[figures](t, s, path+"&city=442000", 200); got.Figures["deputies"] != 1 || got.Streets["石岐街道"] == nil {
		t.Errorf("the other city: %v, %v", got.Figures, got.Streets)
	}
	if got = ask[figures](t, s, "/open/v1/figures", 200); got.From != "2026-01-01" || got.To != "2026-03-02" {
		t.Errorf("without a period: %s to %s", got.From, got.To)
	}
}

func TestBadParameters(t *testing.T) {
	s := site(t)
	type failure struct {
		Error      string
		Parameters []struct{ Parameter, Message string }
	}
	for path, parameter := range map[string]string{
		"figures?from=gestern": "from", "figures?to=2019-02-30": "to", "figures?from=2020-01-01&to=2019-01-01": "from",
		"figures?city=dongguan": "city", "streets?limit=0": "limit", "streets?limit=1e3": "limit", "stations?cursor=MQ": "cursor",
		"deputies?modified_since=gestern": "modified_since", "deputies?modified_since=0001-01-01T00:00:00Z": "modified_since",
	} {
		got := ask[failure](t, s, "/open/v1/"+path, 400)
		if len(got.Parameters) != 1 || got.Parameters[0].Parameter != parameter || got.Error != got.Parameters[0].Message {
			t.Errorf("%s: %+v", path, got)
		}
	}
	for _, v := range webtest.Nasty {
		for _, noun := range []string{"streets", "stations", "deputies", "institutions", "committees", "figures"} {
			q := url.Values{"from": {v}, "to": {v}, "city": {v}, "cursor": {v}, "limit": {v}, "modified_since": {v}}
			w := s.Serve(access.Resident(nil), httptest.NewRequest("GET", "/open/v1/"+noun+"?"+q.Encode(), nil))
			if w.Code != 200 && w.Code != 400 {
				t.Errorf("%s with %q = %d", noun, v, w.Code)
			}
		}
	}
}
