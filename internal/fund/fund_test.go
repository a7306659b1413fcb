package fund_test

import (
	"errors"
	"testing"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/fund"
)

func TestParseWan(t *testing.T) {
	for in, want := range map[string]string{"398": "398.00", "12.5": "12.50", "-0.07": "-0.07", "0": "0.00"} {
		if w, ok := fund.ParseWan(in); !ok || w.String() != want {
			t.Errorf("ParseWan(%s) = %s, %v, want %s", in, w, ok, want)
		}
	}
	for _, in := range []string{"", "-", "1.234", "1,000", "1e3", "九", "9999999", ".5", "+1"} {
		if w, ok := fund.ParseWan(in); ok {
			t.Errorf("ParseWan(%q) = %s, want nothing", in, w)
		}
	}
}

func TestFunds(t *testing.T) {
	d, admin := dbtest.Open(t)
	w := dbtest.Seed(t, admin)
	s, ctx := fund.NewStore(d, dbtest.Clock), t.Context()
	staff := w.Actor(access.Staff)
	first := fund.Budget{StreetID: w.Street, Year: 2026, Document: "街道2026年部门预算", Amounts: map[string]fund.Wan{"meeting": 4000, "deputies": 7600}}
	if err := s.SetBudget(ctx, staff, first); err != nil {
		t.Fatal(err)
	}
	if err := s.SetBudget(ctx, staff, first); !errors.Is(err, fault.Stale) {
		t.Errorf("set twice: %v, want stale", err)
	}
	second := fund.Budget{StreetID: w.Street, Year: 2026, Version: 1, Document: "调整方案", Amounts: map[string]fund.Wan{"meeting": 5000}}
	var bad fault.Fields
	if err := s.SetBudget(ctx, staff, second); !errors.As(err, &bad) {
		t.Errorf("revised without a reason: %v", err)
	}
	second.Reason = "压减活动"
	if err := s.SetBudget(ctx, staff, second); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Spend(ctx, staff, fund.Spending{Key: "a", StreetID: w.Street, On: calendar.On(dbtest.Now), Item: "meeting", Amount: 1234, Purpose: "主任会议"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Spend(ctx, staff, fund.Spending{Key: "b", StreetID: w.Street, On: calendar.AddDays(dbtest.Now, 1), Item: "meeting", Amount: 1, Purpose: "x"}); !errors.As(err, &bad) {
		t.Errorf("spent tomorrow: %v", err)
	}
	y, err := s.Year(ctx, w.Actor(access.Director), w.Street, 2026)
	if err != nil || y.Totals() != (fund.ItemLine{Budgeted: 5000, Spent: 1234}) || len(y.Versions) != 2 || len(y.Spendings) != 1 {
		t.Errorf("the year = %+v, %v", y, err)
	}
	for _, a := range []access.Actor{w.Other(access.Staff), w.Far(access.CityOffice)} {
		if _, err := s.Year(ctx, a, w.Street, 2026); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s of elsewhere reads funds: %v", a.Role, err)
		}
	}
	for _, info := range access.Roles {
		a := w.Actor(info.Role)
		if err := s.Spend(ctx, a, fund.Spending{Key: string(info.Role), StreetID: w.Street, On: calendar.On(dbtest.Now), Item: "other", Amount: 1, Purpose: "x"}); a.May(access.KeepFunds) != (err == nil) {
			t.Errorf("%s spends: %v", info.Role, err)
		}
		for _, sql := range []string{`UPDATE npc_spendings SET amount = 1`, `DELETE FROM npc_budgets`} {
			err := d.Write(ctx, a, func(tx db.Tx) error { _, err := db.Exec(ctx, tx, sql, db.Args{}); return err })
			if !db.Refused(err) {
				t.Errorf("%s: %s: %v, want a refusal", info.Role, sql, err)
			}
		}
	}
}
