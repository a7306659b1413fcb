package public_test

import (
	"fmt"
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/dbtest"
	"portal/internal/performance"
)

// Residents read the facts that a street published of a deputy, and nothing else.
func TestPublishedPerformance(t *testing.T) {
	s := open(t)
	id := dbtest.Scan[int64](t, s.Admin, `
		INSERT INTO deputies (street_id, name, sex, electoral_district, term, professional_group, since, key)
		VALUES ($1, '𠮷田', 'female', '第九选区', '市十七届', 'law', '2021-12-01', 'published') RETURNING id`, s.Street)
	station := dbtest.Scan[int64](t, s.Admin, `SELECT id FROM stations WHERE street_id = $1 LIMIT 1`, s.Street)
	visit := dbtest.Scan[int64](t, s.Admin, `
		INSERT INTO visits (street_id, station_id, held_on, residents, logged_by, logger, key) VALUES ($1, $2, '2025-11-04', 3, 1, '某', 'published') RETURNING id`, s.Street, station)
	dbtest.Exec(t, s.Admin, `INSERT INTO visit_deputies (street_id, visit_id, deputy_id) VALUES ($1, $2, $3)`, s.Street, visit, id)
	path := fmt.Sprint("/public/deputies/", id)
	if p := s.Get(access.Resident(nil), path); strings.Contains(p, "履职情况") {
		t.Error("residents read what is not published")
	}
	if _, err := performance.NewStore(s.DB, nil, s.Now).Publish(t.Context(), s.Actor(access.Staff), performance.Quarter{Year: 2025, Number: 4}, ""); err != nil {
		t.Fatal(err)
	}
	p := s.Get(access.Resident(nil), path)
	for _, want := range []string{"2025年第四季度", "进站接待 1 次"} {
		if !strings.Contains(p, want) {
			t.Errorf("the deputy's page lacks %q", want)
		}
	}
	for _, secret := range []string{"积分", "名次", "排名"} {
		if strings.Contains(p, secret) {
			t.Errorf("the deputy's page tells of %s", secret)
		}
	}
}
