package public_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/dbtest"
	"portal/internal/deputy"
	"portal/internal/figure"
	"portal/internal/file"
	"portal/internal/opinion"
	"portal/internal/performance"
	"portal/internal/person"
	"portal/internal/station"
	"portal/internal/voter"
	"portal/web/page"
	web "portal/web/public"
	"portal/web/webtest"
)

// town is the residents' site of a street with stations, deputies and a
// reception to come.
type town struct {
	*webtest.Site
	opinions                *opinion.Store
	station, closed, deputy int64
	staff, unit             access.Actor
	jar                     map[string]string // a resident's cookies
	address                 string
}

var nobody = access.Resident(nil)

func open(t *testing.T) *town {
	s := &town{Site: webtest.NewSite(t), jar: map[string]string{}, address: "203.0.113.7:5000"}
	s.opinions = opinion.NewStore(s.DB, s.Keys, file.NewStore(s.DB, s.Now), s.Now)
	web.Register(s.Routes, web.Rooms{
		Opinions: s.opinions, Stations: station.NewStore(s.DB, s.opinions, s.Keys, s.Now),
		Deputies: deputy.NewStore(s.DB, s.Keys, s.Now), Voters: voter.NewStore(s.DB, person.NewStore(s.DB, s.Keys, s.Now), s.Now), Figures: figure.NewStore(s.DB, s.Now), Address: page.Address, Committees: committee.NewStore(s.DB, s.Now), Performance: performance.NewStore(s.DB, nil, s.Now),
	})
	s.Routes.Post(page.DisplayURL, access.Anyone, page.Display)
	s.staff, s.unit = s.Actor(access.Staff), s.Actor(access.Unit)
	add := func(name, code string, closed *time.Time) int64 {
		return dbtest.Scan[int64](t, s.Admin, `
			INSERT INTO stations (street_id, community_id, kind, name, code, address, hours, phone, head, liaison, opened_on, closed_on, key)
			VALUES ($1, $2, 'community', $3, $4, '东城街道岗贝路1号', '周一至周五 9:00–17:00', '0769-22330000', '王建国', '陈小红', '2019-06-27', $5, $4) RETURNING id`,
			s.Street, s.Community, name, code, closed)
	}
	gone := dbtest.Now
	s.station, s.closed = add("岗贝社区代表联络站", "01", nil), add("旧联络站", "02", &gone)
	s.deputy = dbtest.Scan[int64](t, s.Admin, `
		INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, intro, since, phone_mask, key)
		VALUES ($1, '𠮷田光', '东城一选区', '市十六届', 'law', '', '2017-01-01', '138****8000', 'a') RETURNING id`, s.Street)
	dbtest.Exec(t, s.Admin, `INSERT INTO station_deputies (street_id, station_id, deputy_id, from_on) VALUES ($1, $2, $3, '2020-01-01')`, s.Street, s.station, s.deputy)
	r := dbtest.Scan[int64](t, s.Admin, `
		INSERT INTO receptions (street_id, station_id, held_on, from_time, to_time, theme, state, published_at, key)
		VALUES ($1, $2, '2026-03-12', '09:00', '11:30', '路灯', 'published', '2026-03-01', 'r') RETURNING id`, s.Street, s.station)
	dbtest.Exec(t, s.Admin, `INSERT INTO reception_deputies (street_id, reception_id, deputy_id) VALUES ($1, $2, $3)`, s.Street, r, s.deputy)
	return s
}

// ask sends a request as a resident's browser does, with its cookies.
func (s *town) ask(method, path string, form url.Values) (int, string) {
	s.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.serve(r)
}

func (s *town) serve(r *http.Request) (int, string) {
	s.Helper()
	r.RemoteAddr = s.address
	for name, v := range s.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: v})
	}
	w := s.Serve(nobody, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(s.jar, c.Name)
		} else {
			s.jar[c.Name] = c.Value
		}
	}
	if w.Code == http.StatusSeeOther {
		return w.Code, w.Header().Get("Location")
	}
	return w.Code, w.Body.String()
}

func (s *town) want(method, path string, form url.Values, code int, parts ...string) string {
	s.Helper()
	got, body := s.ask(method, path, form)
	if got != code {
		s.Fatalf("%s %s = %d, want %d\n%s", method, path, got, code, webtest.Complaints(body))
	}
	for _, p := range parts {
		if !strings.Contains(body, p) {
			s.Errorf("%s %s lacks %q", method, path, p)
		}
	}
	return body
}

func (s *town) place() string { return fmt.Sprintf("%d-%d", s.Street, s.Community) }

func (s *town) filled() url.Values {
	return url.Values{
		"key": {page.Key()}, "kind": {"complaint"}, "field": {"construction"}, "text": {"小区门口路灯不亮"}, "place": {s.place()},
		"location": {"岗贝路口"}, "who": {"named"}, "resident": {"李䶮"}, "phone": {"138-0013-8000"}, "notice": {"on"},
	}
}

var slip = regexp.MustCompile(`<dd>([^<]+)</dd>`)

// submit sends a filled form and returns the number and the code of its receipt.
func (s *town) submit(form url.Values) (number, code string) {
	s.Helper()
	if to := s.want("POST", "/public/opinions", form, 303); to != "/public/opinions/receipt" {
		s.Fatalf("submit leads to %s", to)
	}
	m := slip.FindAllStringSubmatch(s.want("GET", "/public/opinions/receipt", nil, 200, "拍照"), -1)
	if len(m) != 2 {
		s.Fatalf("receipt shows %v", m)
	}
	return m[0][1], m[1][1]
}

func (s *town) id(number string) int64 {
	return dbtest.Scan[int64](s, s.Admin, `SELECT id FROM opinions WHERE number = $1`, number)
}

func (s *town) step(number string) opinion.Step {
	return opinion.Step{ID: s.id(number), Version: dbtest.Scan[int](s, s.Admin, `SELECT version FROM opinions WHERE number = $1`, number)}
}

func (s *town) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func TestSubmitFollowAndRate(t *testing.T) {
	s := open(t)
	form := s.filled()
	s.want("POST", "/public/opinions/new", form, 200, "请核对", "李䶮，13800138000（不告诉承办单位）", "东城街道 岗贝社区", `name="photos"`)
	number, code := s.submit(form)
	if again, other := s.submit(form); again != number || other != code {
		t.Errorf("the same form again = %s %s, want %s %s", again, other, number, code)
	}
	if n := dbtest.Scan[int](t, s.Admin, `SELECT count(*)::int FROM opinions WHERE source = 'online' AND station_id IS NULL`); n != 1 {
		t.Errorf("opinions = %d, want 1", n)
	}
	s.want("GET", "/public/opinions/status", nil, 200, number, "正在看这件事该由谁办", "应在3月5日前决定由谁办", "收到您的意见")
	s.want("POST", "/public/opinions/leave", nil, 303)
	s.want("GET", "/public/opinions/status", nil, 200, "填写回执上的编号和查询码")
	s.want("GET", "/public/opinions/receipt", nil, 200, "回执已经不在本机上")

	ctx := t.Context()
	s.must(s.opinions.Accept(ctx, s.staff, s.step(number)))
	s.must(s.opinions.Assign(ctx, s.staff, s.step(number), opinion.Assignment{Lead: s.Unit, Urgency: "ordinary"}))
	s.must(s.opinions.SignFor(ctx, s.unit, s.step(number)))
	answer := func(text string) {
		s.must(s.opinions.Reply(ctx, s.unit, s.step(number), text))
		s.must(s.opinions.Approve(ctx, s.staff, s.step(number), ""))
		s.must(s.opinions.FeedBack(ctx, s.staff, s.step(number), "电话", calendar.On(dbtest.Now)))
	}
	s.want("POST", "/public/opinions/status", url.Values{"number": {strings.ReplaceAll(number, "-", "")}, "code": {strings.ToLower(code)}}, 303)
	body := s.want("GET", "/public/opinions/status", nil, 200, "东城街道城市建设办公室", "签收")
	if strings.Contains(body, code) || strings.Contains(body, "13800138000") || strings.Contains(body, "李䶮") {
		t.Error("the status page shows the code or who it is")
	}
	answer("已更换灯具")
	s.want("GET", "/public/opinions/status", nil, 200, "已更换灯具", "请您评价")
	s.want("POST", "/public/opinions/rating", url.Values{"rating": {""}, "note": {"䶮"}}, 422, "请选择您的评价", "䶮")
	s.want("POST", "/public/opinions/rating", url.Values{"rating": {"dissatisfied"}}, 422, "请写一写哪里不满意")
	s.want("POST", "/public/opinions/rating", url.Values{"rating": {"dissatisfied"}, "note": {"又坏了"}}, 303)
	s.want("GET", "/public/opinions/status", nil, 200, "会再办一次", "正在再办一次", "第一次的答复")
	s.want("POST", "/public/opinions/rating", url.Values{"rating": {"satisfied"}}, 422, "现在不能评价")
	answer("已换线路")
	s.want("POST", "/public/opinions/rating", url.Values{"rating": {"satisfied"}}, 303)
	s.want("GET", "/public/opinions/status", nil, 200, "已经办结", "已换线路", "满意")
	s.want("POST", "/public/opinions/rating", url.Values{"rating": {"satisfied"}}, 422, "现在不能评价")
}

func TestAnonymousFromAPoster(t *testing.T) {
	s := open(t)
	at := "?station=" + strconv.FormatInt(s.station, 10)
	s.want("GET", "/public/opinions/new"+at, nil, 200, "岗贝社区代表联络站", fmt.Sprintf(`value="%s" selected`, s.place()))
	if body := s.want("GET", "/public/opinions/new"+at, nil, 200); strings.Contains(body, "鸿福社区") {
		t.Error("a poster's form offers other streets")
	}
	s.want("GET", fmt.Sprintf("/public/opinions/new?station=%d", s.closed), nil, 200, "联络站已经没有了", "鸿福社区")
	form := s.filled()
	form.Set("station", strconv.FormatInt(s.station, 10))
	form.Set("who", "anonymous")
	form.Set("sensitive", "on")
	s.want("POST", "/public/opinions/new", form, 200, "匿名", "只有工委主任能看到")
	number, _ := s.submit(form)
	got := dbtest.Scan[string](t, s.Admin, `SELECT concat_ws(' ', source, station_id = $2, anonymous, sensitive, resident, phone_mask) FROM opinions WHERE number = $1`, number, s.station)
	if got != "qr t t t  " {
		t.Errorf("opinion = %q", got)
	}
}

func TestComplaintsKeepWhatWasTyped(t *testing.T) {
	s := open(t)
	form := s.filled()
	for name, want := range map[string]string{
		"kind": "请选择哪一类", "field": "请选择哪个方面", "text": "请填写您要反映的事", "place": "请选择街道和社区", "who": "请选择留姓名电话，还是匿名",
		"resident": "请填写姓名", "phone": "请填写电话",
	} {
		f := s.filled()
		f.Del(name)
		s.want("POST", "/public/opinions/new", f, 422, want)
		s.want("POST", "/public/opinions", f, 422, want)
	}
	form.Set("phone", "不告诉你")
	s.want("POST", "/public/opinions/new", form, 422, `value="李䶮"`, `value="不告诉你"`, "小区门口路灯不亮", "请填写正确的电话")
	form = s.filled()
	form.Del("notice")
	s.want("POST", "/public/opinions", form, 422, "请先看个人信息保护说明", `value="李䶮"`, "小区门口路灯不亮")
	form.Set("step", "edit")
	s.want("POST", "/public/opinions/new", form, 200, `value="李䶮"`, "下一步：核对")
	form.Set("place", fmt.Sprintf("%d-%d", s.Street, s.OtherCommunity)) // another street's community
	s.want("POST", "/public/opinions", form, 422, "请选择街道和社区")
}

func TestPhotos(t *testing.T) {
	s := open(t)
	var picture bytes.Buffer
	s.must(png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 40, 30))))
	send := func(name string, content []byte) (int, string) {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for k, v := range s.filled() {
			s.must(m.WriteField(k, v[0]))
		}
		part, err := m.CreateFormFile("photos", name)
		s.must(err)
		part.Write(content)
		s.must(m.Close())
		r := httptest.NewRequest("POST", "/public/opinions", &b)
		r.Header.Set("Content-Type", m.FormDataContentType())
		return s.serve(r)
	}
	if code, body := send("路灯.png", picture.Bytes()); code != 303 {
		t.Errorf("with a photo = %d %s", code, webtest.Complaints(body))
	}
	if n := dbtest.Scan[int](t, s.Admin, `SELECT count(*)::int FROM files WHERE owner_kind = 'opinion'`); n != 1 {
		t.Errorf("attachments = %d, want 1", n)
	}
	if code, body := send("路灯.png", []byte("MZ\x90\x00 no picture")); code != 422 || !strings.Contains(body, "李䶮") || !strings.Contains(body, `id="photos-error"`) {
		t.Errorf("with a false photo = %d %s", code, webtest.Complaints(body))
	}
	if n := dbtest.Scan[int](t, s.Admin, `SELECT count(*)::int FROM opinions`); n != 1 {
		t.Errorf("opinions = %d, want 1", n)
	}
}

func TestWrongCodesAndTooMany(t *testing.T) {
	s := open(t)
	number, code := s.submit(s.filled())
	other, _ := s.submit(s.filled())
	s.want("POST", "/public/opinions/leave", nil, 303)
	wrong := func(number, code string) string {
		return webtest.Complaints(s.want("POST", "/public/opinions/status", url.Values{"number": {number}, "code": {code}}, 422))
	}
	s.want("POST", "/public/opinions/status", url.Values{"number": {" "}}, 422, "请填写编号", "请填写查询码")
	first := wrong(number, "AAAAA-AAAAA")
	if first == "" || first != wrong("2026-999", "AAAAA-AAAAA") || first != wrong(other, code) {
		t.Error("a wrong code and a wrong number differ in their answer")
	}
	for range 30 {
		s.want("POST", "/public/opinions/status", url.Values{"number": {number}, "code": {code}}, 303) // right ones cost nothing
	}
	s.jar = map[string]string{}
	for range 17 {
		wrong("2026-1", "BBBBB-BBBBB")
	}
	s.want("POST", "/public/opinions/status", url.Values{"number": {number}, "code": {code}}, 422, "次数太多")
	s.address = "203.0.113.8:5000"
	s.want("POST", "/public/opinions/status", url.Values{"number": {number}, "code": {code}}, 303)
	for i := range 25 { // a cookie made by hand is a guess like any other
		s.address = fmt.Sprintf("203.0.113.%d:5000", 20+i)
		s.forge(number, "CCCCC-CCCCC")
		s.want("GET", "/public/opinions/status", nil, 200, "填写回执上的编号和查询码")
	}
	s.jar = map[string]string{}
	s.want("POST", "/public/opinions/status", url.Values{"number": {number}, "code": {code}}, 422, "次数太多")
	s.Time = s.Time.Add(2 * time.Minute)
	s.want("POST", "/public/opinions/status", url.Values{"number": {number}, "code": {code}}, 303)
}

// forge puts a cookie of one's own making into the resident's browser.
func (s *town) forge(number, code string) {
	w := httptest.NewRecorder()
	page.Remember(w, httptest.NewRequest("GET", "/", nil), "opinion", map[string]string{"Number": number, "Code": code}, 60)
	s.jar["opinion"] = w.Result().Cookies()[0].Value
}

func TestTooManyOpinions(t *testing.T) {
	s := open(t)
	for range 20 {
		s.submit(s.filled())
	}
	s.want("POST", "/public/opinions", s.filled(), 422, "从这个网络提交的意见太多", "小区门口路灯不亮")
	s.address = "203.0.113.9:1"
	s.submit(s.filled())
}

func TestReading(t *testing.T) {
	s := open(t)
	s.want("GET", "/", nil, 200, "3月12日 星期四", "09:00–11:30", "岗贝社区代表联络站", "𠮷田光", "2026年1月1日至2026年3月2日", "统计截至2026年3月2日 10:00", "东城街道、南城街道")
	s.want("GET", "/public/stations", nil, 200, "岗贝社区代表联络站", "3月12日 星期四")
	s.want("GET", "/public/stations?q="+url.QueryEscape("没有的"), nil, 200, "没有找到联络站")
	one := s.want("GET", fmt.Sprintf("/public/stations/%d", s.station), nil, 200, "岗贝路1号", "周一至周五", "tel:076922330000", "𠮷田光", "路灯", fmt.Sprintf("?station=%d", s.station))
	if strings.Contains(one, "陈小红") {
		t.Error("the page names the liaison officer")
	}
	s.want("GET", "/public/deputies?group=law&q="+url.QueryEscape("𠮷"), nil, 200, "𠮷田光", "东城一选区")
	s.want("GET", "/public/deputies?group=finance", nil, 200, "没有找到代表")
	d := s.want("GET", fmt.Sprintf("/public/deputies/%d", s.deputy), nil, 200, "𠮷田光", "岗贝社区代表联络站", "3月12日 星期四")
	if strings.Contains(d, "138") {
		t.Error("the page shows a deputy's phone number")
	}
	s.want("GET", "/public/privacy", nil, 200, "办结后三年")
	s.want("GET", "/public/accessibility", nil, 200, "GB/T 37668")
	for _, gone := range []string{fmt.Sprintf("/public/stations/%d", s.closed), "/public/stations/99999", "/public/deputies/0", "/public/deputies/x"} {
		s.want("GET", gone, nil, 404)
	}
	// Whoever is signed in sees the site as a resident does, not just their own street.
	if body := s.Get(s.Other(access.Staff), "/public/stations"); !strings.Contains(body, "岗贝社区代表联络站") {
		t.Error("another street's staff do not see the public station")
	}
}

func TestNothingTypedIsAnInternalError(t *testing.T) {
	s := open(t)
	s.submit(s.filled())
	for i, v := range webtest.Nasty {
		s.address = fmt.Sprintf("198.51.100.%d:1", i)
		for name := range s.filled() {
			for _, path := range []string{"/public/opinions/new", "/public/opinions"} {
				f := s.filled()
				f.Set(name, v)
				f.Set("station", v)
				s.ask("POST", path, f)
			}
		}
		s.ask("POST", "/public/opinions/status", url.Values{"number": {v}, "code": {v}})
		s.ask("POST", "/public/opinions/rating", url.Values{"rating": {v}, "note": {v}})
		q := url.Values{"station": {v}, "street": {v}, "group": {v}, "q": {v}, "after": {v}}.Encode()
		for _, path := range []string{"/public/opinions/new", "/public/stations", "/public/deputies", "/", "/public/opinions/status"} {
			s.want("GET", path+"?"+q, nil, 200)
		}
		s.jar["opinion"] = "%%%"
		s.want("GET", "/public/opinions/receipt", nil, 200)
	}
}
