package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/dbtest/scale"
	"portal/internal/desk"
	"portal/internal/file"
	"portal/internal/opinion"
	"portal/internal/secret"
	"portal/internal/setting"
	_ "portal/internal/station" // declares its settings
	_ "portal/internal/team"
)

// house is a street in which something waits for everybody.
type house struct {
	*testing.T
	*dbtest.World
	db     *db.DB
	admin  *pgxpool.Pool
	now    time.Time
	s      *opinion.Store
	desks  *desk.Store
	staff  access.Actor
	deputy int64
	n      int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return h.now }
	h.s, h.desks = opinion.NewStore(d, keys, file.NewStore(d, clock), clock), desk.NewStore(d, clock)
	h.staff = h.Actor(access.Staff)
	h.fill()
	h.now = dbtest.Now
	return h
}

// register registers an opinion on a day.
func (h *house) register(text string, on time.Time, change func(*opinion.New)) opinion.Step {
	h.Helper()
	h.now = on
	h.n++
	n := opinion.New{
		StreetID: h.Street, Key: fmt.Sprint("key-", h.n), Source: "letter", CommunityID: h.Community, Kind: "complaint", Field: "construction",
		Text: text, Resident: "𠮷田光", ReceivedOn: calendar.On(on),
	}
	if change != nil {
		change(&n)
	}
	r, err := h.s.RegisterOne(h.Context(), h.staff, n)
	if err != nil {
		h.Fatal(err)
	}
	return h.step(r.ID)
}

func (h *house) step(id int64) opinion.Step {
	return opinion.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM opinions WHERE id = $1`, id)}
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// assigned registers an opinion and hands it to a unit.
func (h *house) assigned(text string, on time.Time, lead int64, urgency string, change func(*opinion.New), co ...int64) opinion.Step {
	h.Helper()
	st := h.register(text, on, change)
	h.must(h.s.Accept(h.Context(), h.staff, st))
	h.must(h.s.Assign(h.Context(), h.staff, h.step(st.ID), opinion.Assignment{Lead: lead, Co: co, Urgency: urgency}))
	return h.step(st.ID)
}

func (h *house) signed(text string, on time.Time, urgency string, change func(*opinion.New)) opinion.Step {
	h.Helper()
	st := h.assigned(text, on, h.Unit, urgency, change)
	h.must(h.s.SignFor(h.Context(), h.Actor(access.Unit), st))
	return h.step(st.ID)
}

func (h *house) replied(text string, on time.Time, change func(*opinion.New)) opinion.Step {
	h.Helper()
	st := h.signed(text, on, "ordinary", change)
	h.must(h.s.Reply(h.Context(), h.Actor(access.Unit), st, "已修复"))
	return h.step(st.ID)
}

func (h *house) fill() {
	h.Helper()
	now, ctx := dbtest.Now, h.Context()
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 10, 0, 0, 0, calendar.Zone) }
	h.deputy = dbtest.Scan[int64](h, h.admin, `
		INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, key)
		VALUES ($1, '王志伟', '一', '十七', 'law', '2025-01-01', 'd') RETURNING id`, h.Street)
	byDeputy := func(n *opinion.New) { n.DeputyID = h.deputy }

	h.register("新登记的", now, nil)
	h.register("研判逾期的", day(2, 5), nil)
	h.register("投诉代表的", now, func(n *opinion.New) { n.Sensitive = true })
	h.must(h.s.Accept(ctx, h.staff, h.register("等交办的", now, nil)))
	h.must(h.s.Return(ctx, h.Actor(access.Unit), h.assigned("退回的", now, h.Unit, "ordinary", nil), "不归本单位"))
	h.assigned("等签收的", now, h.Unit, "ordinary", nil, h.SecondUnit)
	h.assigned("给街道办的", now, h.Dispatch, "ordinary", nil)
	h.signed("早该答复的", day(1, 5), "urgent", nil)
	h.must(h.s.RequestExtension(ctx, h.Actor(access.Unit), h.signed("要延期的", now, "ordinary", nil), 5, "等材料"))
	h.replied("等审核的", now, nil)
	h.must(h.s.Approve(ctx, h.staff, h.replied("由代表反馈的", now, byDeputy), ""))
	h.must(h.s.Promise(ctx, h.staff, h.replied("挂账的", now, nil), day(3, 20), "雨季前完成"))
	h.must(h.s.EscalateToCity(ctx, h.staff, h.register("转市级的", now, nil), "超出街道权限"))
	other := h.staff
	h.staff = h.Other(access.Staff)
	h.register("别的街道的", now, func(n *opinion.New) { n.StreetID, n.CommunityID = h.OtherStreet, h.OtherCommunity })
	h.staff = other

	station := dbtest.Scan[int64](h, h.admin, `
		INSERT INTO stations (street_id, community_id, kind, name, code, opened_on, key)
		VALUES ($1, $2, 'community', '岗贝联络站', '01', '2025-01-01', 's') RETURNING id`, h.Street, h.Community)
	for i, r := range []struct{ on, state string }{{"2026-03-20", "planned"}, {"2026-03-12", "published"}, {"2026-02-26", "published"}} {
		dbtest.Exec(h, h.admin, `
			WITH r AS (
				INSERT INTO receptions (street_id, station_id, held_on, from_time, to_time, state, published_at, key)
				VALUES ($1, $2, $3::date, '09:00', '11:00', $4, CASE WHEN $4 = 'published' THEN now() END, $5) RETURNING street_id, id)
			INSERT INTO reception_deputies (street_id, reception_id, deputy_id) SELECT street_id, id, $6 FROM r`,
			h.Street, station, r.on, r.state, fmt.Sprint("r", i), h.deputy)
	}
	dbtest.Exec(h, h.admin, `INSERT INTO visit_drafts (street_id, user_id, sealed, saved_at) VALUES ($1, $2, '\x00', $3)`, h.Street, h.staff.UserID, now)
	dbtest.Exec(h, h.admin, `
		WITH u AS (INSERT INTO users (city_id, login, name, password_hash) VALUES ($1, 'new.person', '新来的', 'x') RETURNING id)
		INSERT INTO role_grants (user_id, city_id, role, street_id, requested_by, requested_at) SELECT id, $1, 'staff', $2, 99, $3 FROM u`,
		h.City, h.Street, now)
}

func (h *house) desk(a access.Actor) desk.Desk {
	h.Helper()
	d, err := h.desks.Desk(h.Context(), a)
	if err != nil {
		h.Fatalf("desk of %s: %v", a.Role, err)
	}
	return d
}

// lines are the tasks in a few words, in their order.
func lines(d desk.Desk) (list []string) {
	for _, t := range d.Tasks {
		s := t.Do + " " + t.Text
		if t.Remind {
			s = "（" + s + "）"
		}
		list = append(list, s)
	}
	return list
}

func (h *house) actor(role access.Role) access.Actor {
	switch role {
	case access.Staff:
		return h.staff
	case access.Deputy, access.GroupLeader:
		a := h.Actor(role)
		a.DeputyID = h.deputy
		return a
	}
	return h.Actor(role)
}

// TestDesks looks at the desk of every role.
func TestDesks(t *testing.T) {
	h := open(t)
	reception := []string{"（进站接待 岗贝联络站）"}
	deputy := append([]string{"反馈群众 由代表反馈的"}, append(reception, "补登接待 岗贝联络站")...)
	admins := []string{"（审批授权 新来的）"}
	want := map[access.Role][]string{
		access.CityLeader:  {"（转市级 转市级的）"},
		access.CityOffice:  {"转市级 转市级的"},
		access.CityDeputy:  {"转市级 转市级的"},
		access.CityFinance: {"（转市级 转市级的）"},
		access.Director: {
			"上报 早该答复的", "研判 投诉代表的", "兑现承诺 挂账的", "决定延期 要延期的", "（补齐组成人员 工委主任空缺，委员 0 名）",
		},
		access.DeputyDirector: {"上报 早该答复的", "研判 研判逾期的", "审核 等审核的", "兑现承诺 挂账的"},
		access.Member:         {"（接待日 岗贝联络站）"},
		access.Staff: {
			"上报 早该答复的", "研判 研判逾期的", "研判 新登记的", "研判 投诉代表的", "交办 等交办的", "改办 退回的", "审核 等审核的", "反馈群众 由代表反馈的",
			"发布接待公告 岗贝联络站", "兑现承诺 挂账的", "制订年度计划 法制与社会建设小组2026年度计划", "补齐组成人员 工委主任空缺，委员 0 名", "登记经费预算 2026年工委经费", "补登接待 岗贝联络站", "继续登记 没有提交的接待登记", "（登记市级答复 转市级的）",
		},
		access.PartyReader:    nil,
		access.OfficeDispatch: {"（督促答复 早该答复的）", "签收或转派 给街道办的", "（督促签收 等签收的）"},
		access.Unit:           {"答复 早该答复的", "签收 等签收的", "答复 要延期的"},
		access.Deputy:         deputy,
		access.GroupLeader:    deputy,
		access.VoterRep:       nil,
		access.Expert:         nil,
		access.Liaison:        {"反馈群众 由代表反馈的", "（进站接待 岗贝联络站）", "（进站接待 岗贝联络站）", "补登接待 岗贝联络站"},
		access.InfoOfficer:    nil,
		access.SystemAdmin:    admins,
		access.SecurityAdmin:  {"审批授权 新来的"},
		access.AuditAdmin:     nil,
	}
	for _, info := range access.Roles {
		w, ok := want[info.Role]
		if !ok {
			t.Errorf("nobody has said what stands on the desk of %s", info.Name)
		}
		got := lines(h.desk(h.actor(info.Role)))
		if diff := cmp.Diff(w, got); diff != "" {
			t.Errorf("desk of %s (-want +got):\n%s", info.Name, diff)
		}
	}
	second := h.Actor(access.Unit)
	second.UnitID = h.SecondUnit
	if got := lines(h.desk(second)); !slices.Equal(got, []string{"会办意见 等签收的"}) {
		t.Errorf("desk of the co-handling unit = %v", got)
	}
}

func TestTheNearestDueComesFirst(t *testing.T) {
	h := open(t)
	for _, info := range access.Roles {
		var last *time.Time
		undated := false
		for _, task := range h.desk(h.actor(info.Role)).Tasks {
			switch {
			case task.DueOn == nil:
				undated = true
			case undated || last != nil && task.DueOn.Before(*last):
				t.Errorf("%s: %s stands after what is due later", info.Name, task.Text)
			default:
				last = task.DueOn
			}
		}
	}
}

func TestReportedReachesTheParty(t *testing.T) {
	h := open(t)
	id := dbtest.Scan[int64](t, h.admin, `SELECT id FROM opinions WHERE text = '早该答复的'`)
	h.must(h.s.Urge(t.Context(), h.staff, h.step(id), "report", "已逾期十五个工作日"))
	if got := lines(h.desk(h.Actor(access.PartyReader))); !slices.Equal(got, []string{"（跟进 早该答复的）"}) {
		t.Errorf("desk of the Party reader = %v", got)
	}
	if got := lines(h.desk(h.staff))[0]; got != "跟进 早该答复的" {
		t.Errorf("after 上报 the office reads %q first", got)
	}
}

// What is another street's, or only the director's, is on nobody else's desk.
func TestOthersSeeNothing(t *testing.T) {
	h := open(t)
	for _, info := range access.Roles {
		for _, a := range []access.Actor{h.Other(info.Role), h.Far(info.Role)} {
			d := h.desk(a)
			for _, task := range d.Tasks {
				if task.StreetID == h.Street && info.Scope != access.ScopeCity && info.Scope != access.ScopeAdmin || a.CityID != h.City && task.StreetID != a.StreetID {
					t.Errorf("%s of another street or city sees %q", info.Name, task.Text)
				}
			}
			for _, s := range d.Streets {
				if a.CityID != h.City && s.ID == h.Street {
					t.Errorf("%s of another city sees %s", info.Name, s.Name)
				}
			}
		}
		if got := strings.Join(lines(h.desk(h.actor(info.Role))), " "); strings.Contains(got, "投诉代表的") && info.Role != access.Director && info.Role != access.Staff {
			t.Errorf("%s reads the sensitive complaint: %s", info.Name, got)
		}
	}
	if _, err := h.desks.Desk(t.Context(), access.Resident(nil)); err == nil {
		t.Error("a resident has a desk")
	}
}

func TestCityAtAGlance(t *testing.T) {
	h := open(t)
	d := h.desk(h.Actor(access.CityOffice))
	if d.Tasks[0].Place != "东城街道 岗贝社区" {
		t.Errorf("an escalated opinion is of %q", d.Tasks[0].Place)
	}
	if len(d.Streets) != 2 {
		t.Fatalf("streets = %+v", d.Streets)
	}
	got := d.Streets[0]
	want := desk.Street{ID: h.Street, Name: "东城街道", Open: 12, Overdue: 2, Promised: 1, ToCity: 1}
	if got != want {
		t.Errorf("street = %+v, want %+v", got, want)
	}
}

func TestMissingYearIsAnnounced(t *testing.T) {
	h := open(t)
	admin := h.Actor(access.SystemAdmin)
	h.now = time.Date(2026, 10, 15, 9, 0, 0, 0, calendar.Zone)
	d := h.desk(admin)
	if len(d.Tasks) != 2 || d.Tasks[0].Subject != desk.Year || d.Tasks[0].ID != 2027 {
		t.Errorf("in October the desk says %v", lines(d))
	}
	if got := h.desk(h.Actor(access.SecurityAdmin)); len(got.Tasks) != 1 {
		t.Errorf("the security administrator reads %v", lines(got))
	}
}

func TestLongDeskSaysHowMuchIsLeft(t *testing.T) {
	h := open(t)
	for i := range 70 {
		h.register(fmt.Sprint("第", i, "条"), dbtest.Now, nil)
	}
	h.now = dbtest.Now
	d := h.desk(h.staff)
	if len(d.Tasks) != desk.Most || d.More != 70+16-desk.Most {
		t.Errorf("%d tasks and %d more, want %d and %d", len(d.Tasks), d.More, desk.Most, 70+16-desk.Most)
	}
}

// The desk reads settings of rooms that it does not import: by key, with the
// same default.
func TestDefaultsAreTheRooms(t *testing.T) {
	want := map[string]int{"opinion.urge_after": 1, "opinion.supervise_after": 5, "opinion.report_after": 15, "station.notice_days": 3, "team.renew_days": 60, "team.officers_per_community": 1, "team.confirm_month": 3}
	for _, s := range setting.All() {
		if n, ok := want[s.Key]; ok && n == s.Default {
			delete(want, s.Key)
		}
	}
	if len(want) > 0 {
		t.Errorf("these defaults differ from the rooms': %v", want)
	}
}

// TestLargeCity reads every desk of a street with thousands of opinions.
func TestLargeCity(t *testing.T) {
	d, admin := dbtest.Open(t)
	c, err := scale.Fill(t.Context(), admin, 5_000, dbtest.Now)
	if err != nil {
		t.Fatal(err)
	}
	desks := desk.NewStore(d, dbtest.Clock)
	for _, info := range access.Roles {
		a := access.Actor{UserID: 1, Name: info.Name, Role: info.Role, CityID: c.ID}
		if info.Scope != access.ScopeCity && info.Scope != access.ScopeAdmin {
			a.StreetID, a.UnitID, a.DeputyID = c.Street, c.Unit, 1
		}
		start := time.Now()
		got, err := desks.Desk(t.Context(), a)
		if err != nil || len(got.Tasks) > desk.Most {
			t.Errorf("desk of %s: %d tasks, %v", info.Name, len(got.Tasks), err)
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("desk of %s took %s", info.Name, took)
		} else {
			t.Logf("%-12s %3d of %4d tasks %s", info.Role, len(got.Tasks), len(got.Tasks)+got.More, took)
		}
	}
}

// TestAppointments: the street prepares, the city goes on; a full committee and a
// budget take the reminders away.
func TestAppointments(t *testing.T) {
	h := open(t)
	add := func(title, state, submitted string) {
		dbtest.Exec(t, h.admin, `
			INSERT INTO appointments (street_id, title, state, creator, key, created_at, modified_at, signed_by, submitted_on, session_on)
			SELECT $1, $2, 'preparing', '陈小红', $2, $3, $3, '', NULL, NULL`, h.Street, title, h.now)
		if state != "preparing" {
			dbtest.Exec(t, h.admin, `
				SET session_replication_role = replica;
				UPDATE appointments
				SET state = '`+state+`', signed_by = '李䶮', submitted_on = '`+submitted+`', session_on = '2026-03-20', tabled_on = '2026-02-28', session = '第十次',
				    deliberated_on = '2026-03-01', explained_by = '李䶮', voted_on = '2026-03-01', published_on = '2026-03-01', notice = '公告'
				WHERE key = '`+title+`';
				RESET session_replication_role`)
		}
	}
	add("准备的", "preparing", "")
	for _, s := range []string{"submitted", "tabled", "deliberated", "passed", "published"} {
		add(s, s, "2026-02-27")
	}
	for _, role := range []access.Role{access.CityOffice, access.CityDeputy} {
		got := lines(h.desk(h.Actor(role)))
		for _, want := range []string{
			"决定提请审议或退回任免案 submitted", "登记任免案审议 tabled", "登记任免表决结果 deliberated", "公布任免结果 passed", "颁发任命书 published",
		} {
			if !slices.Contains(got, want) {
				t.Errorf("the desk of %s lacks %q: %v", role, want, got)
			}
		}
	}
	got := lines(h.desk(h.staff))
	if !slices.Contains(got, "备齐任免材料并提请 准备的") || slices.Contains(lines(h.desk(h.Other(access.Staff))), "备齐任免材料并提请 准备的") {
		t.Errorf("the street's desk says %v", got)
	}
	for _, reminder := range []string{"补齐组成人员 工委主任空缺，委员 0 名", "登记经费预算 2026年工委经费"} {
		if !slices.Contains(got, reminder) {
			t.Errorf("the street's desk lacks %q", reminder)
		}
	}
	dbtest.InPost(t, h.admin, h.Street, "director", "李䶮", nil, "2026-01-01")
	for i := range 7 {
		dbtest.InPost(t, h.admin, h.Street, "member", fmt.Sprint("委员", i), nil, "2026-01-01")
	}
	if got := strings.Join(lines(h.desk(h.staff)), " "); strings.Contains(got, "补齐组成人员") {
		t.Errorf("the committee is full: %s", got)
	}
}
