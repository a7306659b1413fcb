package fund_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/committee"
	"portal/internal/fund"
	web "portal/web/fund"
	"portal/web/webtest"
)

func open(t *testing.T) *webtest.Site {
	s := webtest.NewSite(t)
	web.Register(s.Routes, fund.NewStore(s.DB, s.Now), committee.NewStore(s.DB, s.Now))
	return s
}

func budget(version string) url.Values {
	return url.Values{
		"budget-year": {"2026"}, "version": {version}, "budget-document": {"2026年部门预算"}, "budget-reason": {"调整"},
		"budget-amount-meeting": {"40"}, "budget-amount-training": {"10"}, "budget-amount-deputies": {"50.5"}, "budget-amount-station": {"15.50"}, "budget-amount-other": {"0"},
	}
}

func TestFunds(t *testing.T) {
	s := open(t)
	staff := s.Actor(access.Staff)
	s.Post(staff, "/funds/budget", budget("0"))
	code, body := s.Do(staff, "POST", "/funds/budget", budget("0")) // the page that was open meanwhile
	if code != http.StatusConflict || !strings.Contains(body, "刚刚被别人改过") {
		t.Errorf("stale = %d", code)
	}
	spending := url.Values{
		"spending-year": {"2026"}, "spending-key": {"a"}, "spending-spent_on": {"2026-03-01"}, "spending-item": {"meeting"}, "spending-spent": {"1.234"}, "spending-purpose": {"𠮷"},
	}
	if code, body = s.Do(staff, "POST", "/funds/spending", spending); code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="1.234"`) {
		t.Errorf("three decimals = %d", code)
	}
	spending.Set("spending-spent", "1.23")
	s.Post(staff, "/funds/spending", spending)
	s.Post(staff, "/funds/spending", spending)
	if body = s.Get(s.Actor(access.Director), "/funds?year=2026"); !strings.Contains(body, "116.00") || !strings.Contains(body, "114.77") {
		t.Error("the page lacks the budget or what is left of it")
	}
	if body = s.Get(s.Actor(access.CityFinance), "/funds?year=2026"); !strings.Contains(body, "116.00") {
		t.Error("the city's table lacks the street")
	}
	if body = s.Get(s.Other(access.Staff), "/funds?year=2026"); strings.Contains(body, "116.00") {
		t.Error("another street sees the budget")
	}
	pages := map[string]string{"street": string(s.Raw(staff, "/funds?year=2026")), "city": string(s.Raw(s.Actor(access.CityOffice), "/funds?year=2026"))}
	webtest.Look(s.Browser(staff), "funds", "/funds?year=2026")
	webtest.Look(s.Browser(s.Actor(access.CityOffice)), "funds-city", "/funds?year=2026")
	webtest.Valid(t, pages)
}

func TestEveryRoute(t *testing.T) {
	s := open(t)
	s.AskAll(func(p string) string { return p }, "street", "year", "to", "format", "version", "budget-year", "budget-document", "budget-reason", "budget-amount-meeting",
		"budget-amount-training", "budget-amount-deputies", "budget-amount-station", "budget-amount-other", "spending-year", "spending-key", "spending-spent_on", "spending-item", "spending-spent",
		"spending-purpose")
}
