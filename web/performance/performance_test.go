package performance_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/performance"
	web "portal/web/performance"
	"portal/web/webtest"
)

type house struct {
	*webtest.Site
	g     *gathering.Store
	staff access.Actor
	n     int
}

func open(t *testing.T) *house {
	h := &house{Site: webtest.NewSite(t)}
	h.g = gathering.NewStore(h.DB, h.Now)
	web.Register(h.Routes, performance.NewStore(h.DB, file.NewStore(h.DB, h.Now), h.Now))
	h.staff = h.Actor(access.Staff)
	return h
}

// deputy is a deputy of the street, with an account.
func (h *house) deputy(name string) access.Actor {
	h.Helper()
	h.n++
	a := h.Actor(access.Deputy)
	a.DeputyID = dbtest.Scan[int64](h, h.Admin, `
		INSERT INTO deputies (street_id, name, sex, electoral_district, term, professional_group, since, key)
		VALUES ($1, $2, 'female', '第一选区', '市十七届', 'law', '2021-12-01', $3) RETURNING id`, h.Street, name, fmt.Sprint("d", h.n))
	return a
}

// held is an activity of this year with the deputies' outcomes.
func (h *house) held(title string, on time.Time, outcomes map[int64]string) (id int64) {
	h.Helper()
	h.n++
	from := calendar.Starts(on).Add(9 * time.Hour)
	held := gathering.Held{New: gathering.New{StreetID: h.Street, Kind: gathering.Activity, RecordID: int64(h.n), Title: title, Place: "东城", StartsAt: from, EndsAt: from.Add(2 * time.Hour)}}
	for deputy, outcome := range outcomes {
		person := dbtest.Scan[int64](h, h.Admin, `SELECT person_id FROM deputies WHERE id = $1`, deputy)
		held.People = append(held.People, gathering.HeldPerson{PersonID: person, DeputyID: deputy, Name: "代表", Capacity: "deputy", Due: true, Outcome: outcome})
	}
	op := access.Actor{UserID: 1, Role: access.Operator, Name: "演示", CityID: h.City, StreetID: h.Street}
	err := h.DB.Write(h.Context(), op, func(tx db.Tx) error {
		ids, err := h.g.Replay(h.Context(), tx, op, []gathering.Held{held})
		if err == nil {
			id = ids[0]
		}
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return id
}

var spring = calendar.Day(2026, 1, 20)

func TestSheet(t *testing.T) {
	h := open(t)
	li, zhou := h.deputy("李䶮"), h.deputy("𠮷田")
	id := h.held("视察河涌整治", spring, map[int64]string{li.DeputyID: gathering.Present, zhou.DeputyID: gathering.OnLeave})
	p := h.Get(h.staff, "/performance")
	for _, want := range []string{"2026年履职年度表", "李䶮", "𠮷田", "1/1", "0/1", "请假1", fmt.Sprintf("/performance/rows?class=activity&deputy=%d&year=2026", li.DeputyID)} {
		if !strings.Contains(p, want) {
			t.Errorf("the sheet lacks %q", want)
		}
	}
	rows := h.Get(h.staff, fmt.Sprintf("/performance/rows?class=activity&deputy=%d&year=2026", zhou.DeputyID))
	if !strings.Contains(rows, "视察河涌整治") || !strings.Contains(rows, "请假") || !strings.Contains(rows, fmt.Sprint("/gatherings/", id)) {
		t.Error("a cell does not open its rows")
	}
	if all := h.Get(h.staff, "/performance/rows?class=activity&year=2026"); !strings.Contains(all, "李䶮") || !strings.Contains(all, "𠮷田") || !strings.Contains(all, "1/2") {
		t.Error("a sum does not open its rows")
	}
	if p := h.Get(h.staff, "/performance?q="+url.QueryEscape("李")); !strings.Contains(p, "李䶮") || strings.Contains(p, "𠮷田") {
		t.Error("the name does not narrow the sheet")
	}
	if code, to := h.Do(li, http.MethodGet, "/performance/mine", nil); code != http.StatusSeeOther || !strings.Contains(h.Get(li, to), "我的履职档案") {
		t.Errorf("a deputy's way to their record = %d %s", code, to)
	}
	for _, path := range []string{fmt.Sprintf("/deputies/%d/performance", zhou.DeputyID), "/performance/rows?class=activity", "/deputies/999/performance", "/performance/rows?class=ranking"} {
		if code, _ := h.Do(li, http.MethodGet, path, nil); code != http.StatusNotFound {
			t.Errorf("%s for a deputy = %d", path, code)
		}
	}
	for _, path := range []string{fmt.Sprintf("/deputies/%d/performance", li.DeputyID), fmt.Sprintf("/performance/rows?class=activity&deputy=%d", li.DeputyID)} {
		if code, _ := h.Do(h.Other(access.Staff), http.MethodGet, path, nil); code != http.StatusNotFound {
			t.Errorf("%s for another street = %d", path, code)
		}
	}
}

func TestExport(t *testing.T) {
	h := open(t)
	li, zhou := h.deputy("李䶮"), h.deputy("𠮷田")
	h.held("视察河涌整治", spring, map[int64]string{li.DeputyID: gathering.Present, zhou.DeputyID: gathering.OnLeave})
	f, err := excelize.OpenReader(bytes.NewReader(h.Raw(h.staff, "/performance?format=xlsx")))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("履职年度表")
	if err != nil || len(rows) != 4 {
		t.Fatalf("the workbook = %v, %v", rows, err)
	}
	at := slices.Index(rows[0], "其他活动（次）")
	if want := []string{"1", "李䶮", "第一选区", "法制与社会建设"}; !slices.Equal(rows[1][:4], want) || at < 0 {
		t.Fatalf("the first deputy = %q, want %q", rows[1][:4], want)
	}
	if want := []string{"1", "1", "0"}; !slices.Equal(rows[1][at:at+3], want) {
		t.Errorf("the first deputy's activities = %q, want %q", rows[1][at:at+3], want)
	}
	if want := []string{"1", "2", "1"}; rows[3][1] != "合计" || !slices.Equal(rows[3][at:at+3], want) {
		t.Errorf("the sums = %q, want %q", rows[3], want)
	}
	if csv := string(h.Raw(h.staff, "/performance?format=csv")); !strings.Contains(csv, "𠮷田,第一选区") {
		t.Errorf("the CSV = %s", csv)
	}
	if csv := string(h.Raw(li, fmt.Sprintf("/deputies/%d/performance?format=csv", li.DeputyID))); !strings.Contains(csv, "视察河涌整治,出席") {
		t.Errorf("the record as CSV = %s", csv)
	}
}

// Nothing that a deputy did can be typed: the room has no route that writes it.
func TestAsk(t *testing.T) {
	h := open(t)
	h.deputy("李䶮")
	h.AskAll(func(pattern string) string { return strings.ReplaceAll(pattern, "{id}", "999999") }, "year", "street", "group", "q", "class", "deputy", "after", "format")
}

func TestLooks(t *testing.T) {
	h := open(t)
	var list []access.Actor
	for _, name := range []string{"李䶮", "𠮷田", "王志强", "欧阳建国"} {
		list = append(list, h.deputy(name))
	}
	for i := range 6 {
		h.held(fmt.Sprintf("视察第%d中学食堂", i+1), spring.AddDate(0, 0, i), map[int64]string{
			list[0].DeputyID: gathering.Present, list[1].DeputyID: gathering.OnLeave, list[2].DeputyID: gathering.Absent, list[3].DeputyID: gathering.Late,
		})
	}
	own := fmt.Sprintf("/deputies/%d/performance", list[0].DeputyID)
	webtest.Look(h.Browser(h.staff), "performance-sheet", "/performance")
	webtest.Look(h.Browser(h.staff), "performance-rows", "/performance/rows?class=activity&year=2026")
	webtest.Look(h.Browser(list[0]), "performance-record", own)
}
