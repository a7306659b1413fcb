package public_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/dbtest"
)

// Residents see who is in post, by name, post and since when, and nobody whose
// appointment is not published, has not begun, or has ended: neither on the page
// nor by SQL as the portal's role.
func TestCommittees(t *testing.T) {
	s := open(t)
	dbtest.InPost(t, s.Admin, s.Street, committee.Director, "李䶮", nil, "2019-07-01")
	dbtest.InPost(t, s.Admin, s.Street, committee.DeputyDirector, "𠮷田芳", nil, "2020-01-01")
	dbtest.InPost(t, s.Admin, s.OtherStreet, committee.Director, "赵南", nil, "2019-07-01")
	hidden := dbtest.InPost(t, s.Admin, s.Street, committee.Member, "未公布", nil, "2026-03-01")
	dbtest.Exec(t, s.Admin, `UPDATE posts SET published_on = NULL WHERE id = $1`, hidden)
	left := dbtest.InPost(t, s.Admin, s.Street, committee.Member, "离任", nil, "2019-07-01")
	dbtest.Exec(t, s.Admin, `UPDATE posts SET until_on = '2026-03-01', ended_why = 'died' WHERE id = $1`, left)
	dbtest.InPost(t, s.Admin, s.Street, committee.Member, "还没到", nil, "2099-01-01")
	dbtest.Exec(t, s.Admin, `INSERT INTO people (street_id, name, work, phone_mask, phone_sealed, phone_mark, born, key)
		VALUES ($1, '提名人选', '某单位', '138****8000', 'x', 'x', 1970, 'x')`, s.Street)
	dbtest.Exec(t, s.Admin, `UPDATE people SET work = '街道办事处', born = 1971, phone_mask = '139****9000', phone_sealed = 'y', phone_mark = 'y' WHERE name = '李䶮'`)

	s.want("GET", "/public/committees", nil, http.StatusOK, "人大东城街道工委", fmt.Sprintf("/public/committees/%d", s.Street), "2 人")
	at := fmt.Sprintf("/public/committees/%d", s.Street)
	body := s.want("GET", at, nil, http.StatusOK, "李䶮", "主任", "2019年7月1日起", "𠮷田芳", "副主任", "主任会议")
	for _, not := range []string{"未公布", "离任", "还没到", "提名人选", "赵南", "1971", "139****9000", "街道办事处</td>"} {
		if strings.Contains(body, not) {
			t.Errorf("the page shows %s", not)
		}
	}
	s.want("GET", "/public/committees/999999", nil, http.StatusNotFound)
	s.want("GET", "/public/committees/x", nil, http.StatusNotFound)
	var seen []string
	err := s.DB.Read(t.Context(), nobody, db.Values(&seen, `
		SELECT h.name FROM posts p JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id WHERE p.street_id = @street ORDER BY p.id LIMIT 10`,
		db.Args{"street": s.Street}))
	if err != nil || fmt.Sprint(seen) != "[李䶮 𠮷田芳]" {
		t.Errorf("by SQL residents see %v, %v", seen, err)
	}
	for _, column := range []string{"born::text", "work", "phone_mask", "phone_sealed::text", "user_id::text"} {
		if err := s.DB.Read(t.Context(), nobody, db.Values(&seen, `SELECT `+column+` FROM people LIMIT 10`, db.Args{})); !db.Refused(err) {
			t.Errorf("residents read people.%s: %v", column, err)
		}
	}
}
