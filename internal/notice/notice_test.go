package notice_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/notice"
)

type house struct {
	*testing.T
	*dbtest.World
	db    *db.DB
	admin *pgxpool.Pool
	s     *notice.Store
	now   time.Time
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	h.s = notice.NewStore(d, func() time.Time { return h.now })
	return h
}

func (h *house) send(n notice.Notice) {
	h.Helper()
	n.At, n.Link = h.now, "/opinions/1"
	from := h.Actor(access.Staff)
	from.StreetID = n.StreetID
	if err := h.db.Write(h.Context(), from, func(tx db.Tx) error { return notice.Send(h.Context(), tx, n) }); err != nil {
		h.Fatal(err)
	}
	h.now = h.now.Add(time.Minute)
}

// titles are the actor's notices, with * before those unread.
func (h *house) titles(a access.Actor) []string {
	h.Helper()
	list, unread, _, err := h.s.Notices(h.Context(), a, db.Cursor{}, 50)
	if err != nil {
		h.Fatal(err)
	}
	titles := []string{}
	for _, e := range list {
		if e.Unread {
			e.Title = "*" + e.Title
			unread--
		}
		titles = append(titles, e.Title)
	}
	if unread != 0 {
		h.Errorf("the count of unread is off by %d", unread)
	}
	return titles
}

func (h *house) want(a access.Actor, want ...string) {
	h.Helper()
	if d := cmp.Diff(append([]string{}, want...), h.titles(a)); d != "" {
		h.Errorf("%s (-want +got):\n%s", a.Role, d)
	}
}

func TestNoticesReachWhomTheyAreFor(t *testing.T) {
	h := open(t)
	h.send(notice.Notice{StreetID: h.Street, To: access.Staff, Title: "给办公室"})
	h.send(notice.Notice{StreetID: h.Street, To: access.Unit, UnitID: h.Unit, Title: "给城建办"})
	h.send(notice.Notice{StreetID: h.Street, To: access.Unit, Title: "给各单位"})
	h.send(notice.Notice{StreetID: h.Street, To: access.Deputy, DeputyID: 7, Title: "给代表"})
	h.send(notice.Notice{StreetID: h.OtherStreet, To: access.CityOffice, Title: "给市里"})
	second, leader := h.Actor(access.Unit), h.Actor(access.GroupLeader)
	second.UnitID, leader.DeputyID = h.SecondUnit, 7
	h.want(h.Actor(access.Staff), "*给办公室")
	h.want(h.Actor(access.Unit), "*给各单位", "*给城建办")
	h.want(second, "*给各单位")
	h.want(leader, "*给代表")
	h.want(h.Actor(access.Deputy))
	h.want(h.Actor(access.CityOffice), "*给市里")
	h.want(h.Other(access.Staff))
	h.want(h.Far(access.CityOffice))
	h.want(h.Actor(access.SystemAdmin))
	if _, _, _, err := h.s.Notices(t.Context(), access.Resident(nil), db.Cursor{}, 9); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a resident: %v, want Forbidden", err)
	}
}

func TestMarkRead(t *testing.T) {
	h := open(t)
	staff, colleague := h.Actor(access.Staff), h.Actor(access.Staff)
	h.send(notice.Notice{StreetID: h.Street, To: access.Staff, Title: "一"})
	h.send(notice.Notice{StreetID: h.Street, To: access.Staff, Title: "二"})
	list, _, _, err := h.s.Notices(t.Context(), staff, db.Cursor{}, 50)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := h.s.Count(t.Context(), staff); n != 2 || err != nil {
		t.Errorf("Count = %d, %v", n, err)
	}
	h.send(notice.Notice{StreetID: h.Street, To: access.Staff, Title: "三"})
	if n, _ := h.s.Count(t.Context(), staff); n != 2 {
		t.Errorf("Count = %d: it was asked for again at once", n)
	}
	for range 2 { // once more changes nothing
		if err := h.s.MarkRead(t.Context(), staff, list[0].Cursor()); err != nil {
			t.Fatal(err)
		}
	}
	h.want(staff, "*三", "二", "一")
	h.want(colleague, "*三", "*二", "*一")
	if n, err := h.s.Count(t.Context(), staff); n != 1 || err != nil {
		t.Errorf("Count = %d, %v, want that of now", n, err)
	}
	h.now = h.now.AddDate(0, 4, 0)
	h.want(colleague, "三", "二", "一") // long past
	if err := h.s.MarkRead(t.Context(), h.Other(access.Staff), list[0].Cursor()); err != nil {
		t.Fatal(err)
	}
	if got := dbtest.Scan[int64](t, h.admin, `SELECT count(*) FROM notice_reads`); got != 2 {
		t.Errorf("notices read = %d, want 2", got)
	}
}

func TestNoticesByPage(t *testing.T) {
	h := open(t)
	for i := range 5 {
		h.send(notice.Notice{StreetID: h.Street, To: access.Staff, Title: fmt.Sprint(i)})
	}
	var got []string
	var at db.Cursor
	for {
		list, _, next, err := h.s.Notices(t.Context(), h.Actor(access.Staff), at, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			got = append(got, e.Title)
		}
		if at = next; at.IsZero() {
			break
		}
	}
	if d := cmp.Diff([]string{"4", "3", "2", "1", "0"}, got); d != "" {
		t.Errorf("pages (-want +got):\n%s", d)
	}
}
