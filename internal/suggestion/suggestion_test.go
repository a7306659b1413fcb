package suggestion_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/procedure"
	"portal/internal/suggestion"
)

// house is a portal with one clock that tests turn.
type house struct {
	*testing.T
	*dbtest.World
	db                           *db.DB
	admin                        *pgxpool.Pool
	now                          time.Time
	s                            *suggestion.Store
	n                            int
	lead, other, third, stranger access.Actor // deputies; the last of another street
	unit, co, second             access.Actor
	city, staff                  access.Actor
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	clock := func() time.Time { return h.now }
	h.s = suggestion.NewStore(d, file.NewStore(d, clock), clock)
	deputy := func(street int64, name string) access.Actor {
		a := h.Actor(access.Deputy)
		a.Name, a.StreetID = name, street
		a.DeputyID = dbtest.Scan[int64](t, admin, `
			INSERT INTO deputies (street_id, name, electoral_district, term, professional_group, since, key)
			VALUES ($1, $2, '第一选区', '市十七届', 'construction', '2022-01-01', $2) RETURNING id`, street, name)
		return a
	}
	h.lead, h.other, h.third = deputy(h.Street, "𠮷田光"), deputy(h.Street, "䶮明"), deputy(h.Street, "黄志强")
	h.stranger = deputy(h.OtherStreet, "陈小兰")
	h.unit, h.co, h.second = h.Actor(access.Unit), h.Actor(access.Unit), h.Actor(access.Unit)
	h.co.UnitID = h.SecondUnit
	h.second.UnitID = dbtest.Scan[int64](t, admin, `INSERT INTO units (street_id, name, kind) VALUES ($1, '交通运输分局', 'stationed') RETURNING id`, h.Street)
	h.city, h.staff = h.Actor(access.CityDeputy), h.Actor(access.Staff)
	return h
}

func (h *house) text(class string) suggestion.Text {
	h.n++
	return suggestion.Text{
		Key: fmt.Sprintf("key-%d", h.n), Class: class, Title: "关于在东城中路增设行人过街设施的建议", Category: "transport",
		Facts: "东城中路三所学校门前没有过街设施，上下学时段人车混行。", Proposals: "一是增设人行天桥；二是上下学时段安排疏导。", Open: true,
	}
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) step(id int64) suggestion.Step {
	return suggestion.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM suggestions WHERE id = $1`, id)}
}

func (h *house) want(id int64, want procedure.State) {
	h.Helper()
	if got := dbtest.Scan[string](h, h.admin, `SELECT state FROM suggestions WHERE id = $1`, id); got != string(want) {
		h.Fatalf("state = %s, want %s", got, want)
	}
}

func (h *house) due(id int64, name string) string {
	h.Helper()
	return dbtest.Scan[string](h, h.admin, `
		SELECT coalesce((SELECT due_on::text FROM deadlines WHERE kind = 'suggestion' AND subject_id = $1 AND name = $2 AND ended_on IS NULL), '')`, id, name)
}

func (h *house) pass(days int) { h.now = h.now.AddDate(0, 0, days) }

func (h *house) today() time.Time { return calendar.On(h.now) }

func refused(t *testing.T, what string, err error) {
	t.Helper()
	var bad fault.Fields
	if !errors.As(err, &bad) {
		t.Errorf("%s: %v, want a complaint", what, err)
	}
}

func forbidden(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, fault.Forbidden) {
		t.Errorf("%s: %v, want Forbidden", what, err)
	}
}

// assigned brings a new suggestion of the class to the units.
func (h *house) assigned(t suggestion.Text, co ...int64) int64 {
	h.Helper()
	ctx := h.Context()
	id, err := h.s.Draft(ctx, h.lead, t)
	h.must(err)
	h.must(h.s.Submit(ctx, h.lead, h.step(id)))
	by := h.city
	if t.Class == suggestion.Street {
		by = h.staff
	}
	h.must(h.s.Accept(ctx, by, h.step(id)))
	h.must(h.s.Assign(ctx, by, h.step(id), suggestion.Assignment{Lead: h.Unit, Co: co}))
	return id
}

func (h *house) contacted(id int64) {
	h.Helper()
	h.must(h.s.Contact(h.Context(), h.unit, h.step(id), suggestion.Talk{On: h.today(), How: "visit", Note: "与领衔代表到现场看过，听取意见"}))
}

func (h *house) answer(result string) suggestion.Answer {
	return suggestion.Answer{Result: result, Text: "经研究，答复如下：……", Signer: "赵主任", SignedOn: h.today()}
}

func (h *house) promising(days int) suggestion.Answer {
	a := h.answer("B")
	a.Promise, a.DueOn = "年底前建成人行天桥", calendar.AddDays(h.today(), days)
	return a
}

// replied brings a new suggestion to a reply that waits for its rating.
func (h *house) replied(a suggestion.Answer) int64 {
	h.Helper()
	id := h.assigned(h.text(suggestion.City))
	h.must(h.s.SignFor(h.Context(), h.unit, h.step(id)))
	h.contacted(id)
	h.must(h.s.Reply(h.Context(), h.unit, h.step(id), a))
	return id
}

func photo(name string) file.Upload {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 8, 8)))
	return file.Upload{Name: name, Size: int64(b.Len()), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }}
}

// The story of issue 4: two signers, one co-handler, answered B, a promise whose day
// passes and wakes, kept with proof.
func TestFollowedToItsEnd(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	text := h.text(suggestion.City)
	text.Signers = []int64{h.other.DeputyID}
	id, err := h.s.Draft(ctx, h.lead, text)
	h.must(err)
	if again, err := h.s.Draft(ctx, h.lead, text); err != nil || again != id {
		t.Errorf("the same form again = %d, %v, want %d", again, err, id)
	}
	refused(t, "submit before the other has signed", h.s.Submit(ctx, h.lead, h.step(id)))
	h.must(h.s.Sign(ctx, h.other, h.step(id)))
	h.must(h.s.Submit(ctx, h.lead, h.step(id)))
	h.want(id, suggestion.Submitted)
	if got := h.due(id, "assign"); got != "2026-03-16" {
		t.Errorf("to be assigned by %s, want ten working days after 2 March", got)
	}
	forbidden(t, "the street accepts for the city", h.s.Accept(ctx, h.staff, h.step(id)))
	h.must(h.s.Accept(ctx, h.city, h.step(id)))
	h.must(h.s.Assign(ctx, h.city, h.step(id), suggestion.Assignment{Lead: h.Unit, Co: []int64{h.SecondUnit}}))
	if got := [4]string{h.due(id, "sign"), h.due(id, "reply"), h.due(id, "contact"), h.due(id, "comment")}; got != [4]string{"2026-03-16", "2026-06-02", "2026-03-30", "2026-04-02"} {
		t.Errorf("clocks = %v", got)
	}
	h.must(h.s.SignFor(ctx, h.unit, h.step(id)))
	refused(t, "the co-handler replies", h.s.Reply(ctx, h.co, h.step(id), h.answer("A")))
	h.must(h.s.Comment(ctx, h.co, h.step(id), "同意，公安部门配合疏导"))
	if h.due(id, "comment") != "" {
		t.Error("the co-handlers' clock goes on though all have spoken")
	}
	refused(t, "reply without a contact", h.s.Reply(ctx, h.unit, h.step(id), h.promising(30)))
	h.contacted(id)
	bare := h.answer("B")
	refused(t, "B without a promise", h.s.Reply(ctx, h.unit, h.step(id), bare))
	h.must(h.s.Reply(ctx, h.unit, h.step(id), h.promising(30)))
	h.want(id, suggestion.Replied)
	for _, d := range []access.Actor{h.lead, h.other} {
		if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM notices WHERE to_deputy = $1 AND title LIKE '建议已答复%'`, d.DeputyID); n != 1 {
			t.Errorf("%s was told of the reply %d times", d.Name, n)
		}
	}
	refused(t, "the co-signer rates", h.s.Rate(ctx, h.other, h.step(id), suggestion.Rating{Attitude: "satisfied", Result: "satisfied"}))
	h.must(h.s.Rate(ctx, h.lead, h.step(id), suggestion.Rating{Attitude: "satisfied", Result: "basically"}))
	h.want(id, suggestion.Promised)

	h.pass(30)
	if n, err := h.s.Sweep(ctx); n != 0 || err != nil {
		t.Errorf("on the day itself %d woke, %v", n, err)
	}
	h.pass(1)
	if n, err := h.s.Sweep(ctx); n != 1 || err != nil {
		t.Fatalf("the day after %d woke, %v", n, err)
	}
	if n, err := h.s.Sweep(ctx); n != 0 || err != nil {
		t.Errorf("it woke again: %d, %v", n, err)
	}
	for _, role := range []access.Role{access.Unit, access.CityDeputy, access.Director, access.Staff, access.Deputy} {
		if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM notices WHERE to_role = $1 AND title LIKE '承诺到期未兑现%'`, string(role)); n == 0 {
			t.Errorf("%s was not told that the promise is due", role)
		}
	}
	late, err := h.s.Promises(ctx, h.city, suggestion.PromiseFilter{View: "overdue", Limit: 10})
	h.must(err)
	if len(late.Lines) != 1 || late.Lines[0].ID != id {
		t.Errorf("overdue promises = %+v", late.Lines)
	}

	h.must(h.s.RequestLater(ctx, h.unit, h.step(id), calendar.AddDays(h.today(), 20), "台风影响施工"))
	forbidden(t, "the street consents for the city", h.s.DecideLater(ctx, h.staff, h.step(id), true, "同意"))
	h.must(h.s.DecideLater(ctx, h.city, h.step(id), true, "同意，抓紧施工"))
	if got := h.due(id, "promise"); got != calendar.ISO(calendar.AddDays(h.today(), 20)) {
		t.Errorf("promise due %s after the extension", got)
	}
	refused(t, "kept without proof", h.s.Fulfil(ctx, h.unit, h.step(id), h.answer("")))
	kept := h.answer("")
	kept.Proof = []file.Upload{photo("建成.png")}
	h.must(h.s.Fulfil(ctx, h.unit, h.step(id), kept))
	h.want(id, suggestion.Closed)
	rec, err := h.s.Record(ctx, h.lead, id)
	h.must(err)
	if rec.Number != "东城建2026-001" || len(rec.Replies) != 2 || len(rec.ProofsOf(rec.Replies[1].ID)) != 1 || len(rec.Deadlines) != 0 || rec.Promise() != nil {
		t.Errorf("record = %s, %d replies, %d deadlines, promise %+v", rec.Number, len(rec.Replies), len(rec.Deadlines), rec.Promise())
	}
	if len(rec.Timeline) < 14 {
		t.Errorf("timeline has %d entries", len(rec.Timeline))
	}
}

func TestDissatisfied(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.replied(h.promising(60))
	refused(t, "dissatisfied without a word", h.s.Rate(ctx, h.lead, h.step(id), suggestion.Rating{Attitude: "basically", Result: "dissatisfied"}))
	h.must(h.s.Rate(ctx, h.lead, h.step(id), suggestion.Rating{Attitude: "basically", Result: "dissatisfied", Note: "没有说何时完成"}))
	h.want(id, suggestion.Handling)
	if got := h.due(id, "reply"); got != "2026-04-02" {
		t.Errorf("second handling due %s, want a month", got)
	}
	refused(t, "second reply without a second contact", h.s.Reply(ctx, h.unit, h.step(id), h.answer("C")))
	refused(t, "withdrawn after a reply", h.s.Withdraw(ctx, h.lead, h.step(id), "不再需要"))
	h.contacted(id)
	h.must(h.s.Reply(ctx, h.unit, h.step(id), h.answer("C")))
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM suggestion_promises WHERE suggestion_id = $1 AND state = 'replaced'`, id); n != 1 {
		t.Errorf("the first reply's promise was replaced %d times", n)
	}
	h.must(h.s.Rate(ctx, h.lead, h.step(id), suggestion.Rating{Attitude: "satisfied", Result: "dissatisfied", Note: "仍没有解决"}))
	h.want(id, suggestion.Coordination)
	forbidden(t, "the street coordinates for the city", h.s.Coordinate(ctx, h.staff, h.step(id), "已协调"))
	h.must(h.s.Coordinate(ctx, h.city, h.step(id), "经协调，列入明年计划"))
	h.want(id, suggestion.Closed)
}

func TestNotRatedIsLeftOut(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.replied(h.answer("A"))
	h.pass(60)
	if n, err := h.s.Sweep(ctx); n != 1 || err != nil {
		t.Fatalf("swept %d, %v", n, err)
	}
	h.want(id, suggestion.Replied)
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM suggestion_urges WHERE suggestion_id = $1 AND whom = 'lead'`, id); n != 1 {
		t.Errorf("the lead was urged %d times", n)
	}
	h.pass(30)
	if _, err := h.s.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	h.want(id, suggestion.Closed)
	if got := dbtest.Scan[string](t, h.admin, `SELECT rating FROM suggestions WHERE id = $1`, id); got != "none" {
		t.Errorf("rating = %q, want none", got)
	}
}

func TestSixMonths(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.assigned(h.text(suggestion.City))
	h.must(h.s.SignFor(ctx, h.unit, h.step(id)))
	h.must(h.s.RequestExtension(ctx, h.unit, h.step(id), "涉及管线迁改"))
	forbidden(t, "the street consents for the city", h.s.DecideExtension(ctx, h.Actor(access.Director), h.step(id), true, "同意"))
	h.must(h.s.DecideExtension(ctx, h.city, h.step(id), true, "同意"))
	if got := h.due(id, "reply"); got != "2026-09-02" {
		t.Errorf("reply due %s, want six months after 2 March", got)
	}
	refused(t, "a second extension", h.s.RequestExtension(ctx, h.unit, h.step(id), "再延"))
}

func TestReturnedAndAssignedAnew(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.assigned(h.text(suggestion.Street))
	h.pass(3)
	h.must(h.s.Return(ctx, h.unit, h.step(id), "不属于本单位职责"))
	h.must(h.s.Assign(ctx, h.staff, h.step(id), suggestion.Assignment{Lead: h.Dispatch, Long: true, Note: "涉及面广"}))
	office := h.Actor(access.OfficeDispatch)
	h.must(h.s.Dispatch(ctx, office, h.step(id), h.second.UnitID))
	if got := h.due(id, "reply"); got != "2026-09-02" {
		t.Errorf("reply due %s, want six months after the first assignment", got)
	}
	forbidden(t, "the city assigns the street's", h.s.Assign(ctx, h.city, h.step(id), suggestion.Assignment{Lead: h.Unit}))
	h.must(h.s.SignFor(ctx, h.second, h.step(id)))
	late := h.assigned(h.text(suggestion.Street))
	h.pass(30)
	refused(t, "returned too late", h.s.Return(ctx, h.unit, h.step(late), "不属于本单位职责"))
}

func TestReviewAndRefusal(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id, err := h.s.Draft(ctx, h.lead, h.text(suggestion.City))
	h.must(err)
	h.must(h.s.RequestReview(ctx, h.lead, h.step(id)))
	h.must(h.s.SendBack(ctx, h.staff, h.step(id), "请补充数据"))
	text := h.text(suggestion.City)
	text.Title = "关于东城中路行人过街的建议"
	h.must(h.s.Revise(ctx, h.lead, h.step(id), text))
	h.must(h.s.RequestReview(ctx, h.lead, h.step(id)))
	self := h.lead
	self.Role = access.GroupLeader
	forbidden(t, "approve one's own", h.s.Approve(ctx, self, h.step(id), ""))
	h.groupReviews()
	h.must(h.s.Approve(ctx, h.staff, h.step(id), ""))
	h.must(h.s.Refuse(ctx, h.city, h.step(id), "several", "请分成两件"))
	h.want(id, suggestion.SentBack)
	h.must(h.s.Submit(ctx, h.lead, h.step(id)))
	h.must(h.s.MakeLetter(ctx, h.city, h.step(id), "letter", ""))
	h.want(id, suggestion.ToLetter)

	first := h.assigned(h.text(suggestion.City))
	second, err := h.s.Draft(ctx, h.other, h.text(suggestion.City))
	h.must(err)
	h.must(h.s.Submit(ctx, h.other, h.step(second)))
	refused(t, "merge into what is none", h.s.Merge(ctx, h.city, h.step(second), "东城建2020-999"))
	number := dbtest.Scan[string](t, h.admin, `SELECT number FROM suggestions WHERE id = $1`, first)
	h.must(h.s.Merge(ctx, h.city, h.step(second), number))
	h.must(h.s.SignFor(ctx, h.unit, h.step(first)))
	h.contacted(first)
	h.must(h.s.Reply(ctx, h.unit, h.step(first), h.answer("A")))
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM notices WHERE to_deputy = $1 AND title LIKE '建议已答复%'`, h.other.DeputyID); n != 1 {
		t.Errorf("the signer of the merged one was told %d times", n)
	}

	gone, err := h.s.Draft(ctx, h.lead, h.text(suggestion.City))
	h.must(err)
	h.must(h.s.Submit(ctx, h.lead, h.step(gone)))
	if err := h.s.Withdraw(ctx, h.other, h.step(gone), "x"); !errors.Is(err, fault.NotFound) {
		t.Errorf("withdraw another's: %v, want NotFound", err)
	}
	if rec, err := h.s.Record(ctx, h.other, first); err != nil || len(rec.Replies) != 1 {
		t.Errorf("the signer of the merged one reads %d replies, %v", len(rec.Replies), err)
	}
	h.must(h.s.Withdraw(ctx, h.lead, h.step(gone), "情况已变化，书面申请撤回"))
	h.want(gone, suggestion.Withdrawn)
}

// groupReviews: who leads the group of the lead reviews, who leads another does not,
// though they sign it and so read it.
func (h *house) groupReviews() {
	h.Helper()
	ctx := h.Context()
	text := h.text(suggestion.City)
	text.Signers = []int64{h.other.DeputyID, h.third.DeputyID}
	id, err := h.s.Draft(ctx, h.lead, text)
	h.must(err)
	h.must(h.s.Sign(ctx, h.other, h.step(id)))
	h.must(h.s.Sign(ctx, h.third, h.step(id)))
	h.must(h.s.RequestReview(ctx, h.lead, h.step(id)))
	group := dbtest.Scan[int64](h, h.admin, `SELECT group_id FROM group_members WHERE deputy_id = $1 AND until_on IS NULL LIMIT 1`, h.lead.DeputyID)
	dbtest.Exec(h, h.admin, `INSERT INTO group_leaders (street_id, group_id, deputy_id, from_on) VALUES ($1, $2, $3, '2022-01-01')`, h.Street, group, h.other.DeputyID)
	leads, signs := h.other, h.third
	leads.Role, signs.Role = access.GroupLeader, access.GroupLeader
	forbidden(h.T, "another group's leader approves", h.s.Approve(ctx, signs, h.step(id), ""))
	forbidden(h.T, "another group's leader sends back", h.s.SendBack(ctx, signs, h.step(id), "x"))
	h.must(h.s.SendBack(ctx, leads, h.step(id), "请补充数据"))
	h.must(h.s.RequestReview(ctx, h.lead, h.step(id)))
	h.must(h.s.Approve(ctx, leads, h.step(id), ""))
	h.want(id, suggestion.Submitted)
}

// What is asked and not decided before the reply that ends the matter is moot: nobody
// is asked to decide it, and nothing waits for it.
func TestUndecidedIsMoot(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.assigned(h.text(suggestion.City))
	h.must(h.s.SignFor(ctx, h.unit, h.step(id)))
	h.must(h.s.RequestExtension(ctx, h.unit, h.step(id), "涉及管线迁改"))
	h.contacted(id)
	h.must(h.s.Reply(ctx, h.unit, h.step(id), h.promising(30)))
	h.must(h.s.RequestLater(ctx, h.unit, h.step(id), calendar.AddDays(h.today(), 60), "台风影响施工"))
	h.must(h.s.Rate(ctx, h.lead, h.step(id), suggestion.Rating{Attitude: "basically", Result: dissatisfied, Note: "没有说何时完成"}))
	refused(t, "six months for the second handling", h.s.DecideExtension(ctx, h.city, h.step(id), true, "同意"))
	if rec, err := h.s.Record(ctx, h.city, id); err != nil || suggestion.Waiting(rec.Extension) != nil || suggestion.Waiting(rec.Later) == nil {
		t.Errorf("waiting in the second handling: %+v, %+v, %v", rec.Extension, rec.Later, err)
	}
	h.contacted(id)
	h.must(h.s.Reply(ctx, h.unit, h.step(id), h.promising(40)))
	if rec, err := h.s.Record(ctx, h.unit, id); err != nil || suggestion.Waiting(rec.Later) != nil {
		t.Errorf("the first promise's request still waits: %+v, %v", rec.Later, err)
	}
	h.must(h.s.RequestLater(ctx, h.unit, h.step(id), calendar.AddDays(h.today(), 60), "台风影响施工"))
	h.must(h.s.DecideLater(ctx, h.city, h.step(id), true, "同意"))
}

const dissatisfied = "dissatisfied"

func TestSigners(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	text := h.text(suggestion.City)
	text.Signers = []int64{h.other.DeputyID, h.third.DeputyID}
	id, err := h.s.Draft(ctx, h.lead, text)
	h.must(err)
	h.must(h.s.Sign(ctx, h.other, h.step(id)))
	text.Facts = "补充：早高峰每小时 1200 人过街。"
	h.must(h.s.Revise(ctx, h.lead, h.step(id), text))
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM suggestion_signers WHERE suggestion_id = $1 AND confirmed_at IS NOT NULL`, id); n != 1 {
		t.Errorf("%d signatures stand under a changed text, want the lead's only", n)
	}
	h.must(h.s.Leave(ctx, h.third, h.step(id), "不熟悉情况"))
	if _, err := h.s.Record(ctx, h.third, id); !errors.Is(err, fault.NotFound) {
		t.Errorf("who left sees the draft: %v", err)
	}
	forbidden(t, "a deputy enters another's paper", h.s.SignOnPaper(ctx, h.lead, h.step(id), h.other.DeputyID, "3月1日手签"))
	h.must(h.s.SignOnPaper(ctx, h.staff, h.step(id), h.other.DeputyID, "3月1日手签，原件存工委办公室"))
	h.must(h.s.Submit(ctx, h.lead, h.step(id)))
	refused(t, "change after it was filed", h.s.Revise(ctx, h.lead, h.step(id), text))

	byOffice := h.text(suggestion.Street)
	byOffice.LeadID = h.third.DeputyID
	id, err = h.s.Draft(ctx, h.staff, byOffice)
	h.must(err)
	refused(t, "the office files what the lead has not signed", h.s.Submit(ctx, h.staff, h.step(id)))
	h.must(h.s.Sign(ctx, h.third, h.step(id)))
	h.must(h.s.Submit(ctx, h.staff, h.step(id)))
	alien := h.text(suggestion.City)
	alien.Signers = []int64{h.stranger.DeputyID}
	_, err = h.s.Draft(ctx, h.lead, alien)
	refused(t, "a signer of another street", err)
}

func TestWhoSeesWhat(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	text := h.text(suggestion.City)
	text.Signers = []int64{h.other.DeputyID}
	draft, err := h.s.Draft(ctx, h.lead, text)
	h.must(err)
	filed := h.assigned(h.text(suggestion.City), h.SecondUnit)
	h.must(h.s.Comment(ctx, h.co, h.step(filed), "会办意见"))
	sees := func(a access.Actor, id int64) bool {
		_, err := h.s.Record(ctx, a, id)
		if err != nil && !errors.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		return err == nil
	}
	for _, c := range []struct {
		who          access.Actor
		draft, filed bool
	}{
		{h.lead, true, true},
		{h.other, true, false},
		{h.third, false, false},
		{h.staff, true, true},
		{h.Actor(access.Director), false, true},
		{h.Actor(access.Member), false, true},
		{h.Actor(access.PartyReader), false, true},
		{h.city, false, true},
		{h.Actor(access.CityLeader), false, true},
		{h.unit, false, true},
		{h.co, false, true},
		{h.second, false, false},
		{h.Actor(access.OfficeDispatch), false, true},
		{h.stranger, false, false},
		{h.Other(access.Staff), false, false},
		{h.Other(access.Director), false, false},
		{h.Other(access.Unit), false, false},
		{h.Far(access.CityDeputy), false, false},
	} {
		if got := [2]bool{sees(c.who, draft), sees(c.who, filed)}; got != [2]bool{c.draft, c.filed} {
			t.Errorf("%s %s sees draft, filed = %v", c.who.Role, c.who.Name, got)
		}
		list, err := h.s.Suggestions(ctx, c.who, suggestion.Filter{Limit: 10})
		h.must(err)
		if want := btoi(c.draft) + btoi(c.filed); len(list.Lines) != want || list.Count != want {
			t.Errorf("%s lists %d, counts %d, want %d", c.who.Role, len(list.Lines), list.Count, want)
		}
	}
	for who, want := range map[string]struct {
		actor access.Actor
		n     int
	}{"lead unit": {h.unit, 1}, "co-handler": {h.co, 1}, "deputy": {h.lead, 0}, "city": {h.city, 1}} {
		rec, err := h.s.Record(ctx, want.actor, filed)
		h.must(err)
		if len(rec.Comments) != want.n {
			t.Errorf("%s reads %d comments, want %d", who, len(rec.Comments), want.n)
		}
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Another street sees, changes and counts nothing, whatever the statement.
func TestOtherStreetSeesNothing(t *testing.T) {
	h := open(t)
	h.replied(h.promising(10))
	for _, role := range []access.Role{access.Staff, access.Director, access.Deputy, access.Unit, access.OfficeDispatch} {
		other := h.Other(role)
		other.DeputyID = h.stranger.DeputyID
		for _, table := range []string{
			"suggestions", "suggestion_signers", "suggestion_assignments", "suggestion_contacts", "suggestion_replies", "suggestion_promises", "suggestion_grams",
			"suggestion_counters",
		} {
			var n int
			h.must(h.db.Read(t.Context(), other, db.Value(&n, "SELECT count(*) FROM "+table, db.Args{})))
			if n != 0 {
				t.Errorf("%s of the other street sees %d rows of %s", role, n, table)
			}
		}
		var events int
		h.must(h.db.Read(t.Context(), other, db.Value(&events, "SELECT count(*) FROM audit_events WHERE kind = 'suggestion'", db.Args{})))
		if events != 0 {
			t.Errorf("%s of the other street reads %d events", role, events)
		}
	}
}

// What the schema refuses of people who go past the code.
func TestTheSchemaHolds(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	replied := h.replied(h.promising(10))
	handling := h.assigned(h.text(suggestion.City))
	h.must(h.s.SignFor(ctx, h.unit, h.step(handling)))
	joint := h.text(suggestion.City)
	joint.Signers = []int64{h.other.DeputyID}
	draft, err := h.s.Draft(ctx, h.lead, joint)
	h.must(err)
	talked := h.assigned(h.text(suggestion.City))
	h.must(h.s.SignFor(ctx, h.unit, h.step(talked)))
	h.contacted(talked)
	asked := h.text(suggestion.City)
	asked.Signers = []int64{h.other.DeputyID}
	review, err := h.s.Draft(ctx, h.lead, asked)
	h.must(err)
	h.must(h.s.Sign(ctx, h.other, h.step(review)))
	h.must(h.s.RequestReview(ctx, h.lead, h.step(review)))
	ownLeader, otherLeader := h.lead, h.other // the other signed it, and leads another group
	ownLeader.Role, otherLeader.Role = access.GroupLeader, access.GroupLeader
	reply := dbtest.Scan[int64](t, h.admin, `SELECT id FROM suggestion_replies WHERE suggestion_id = $1`, replied)
	promise := dbtest.Scan[int64](t, h.admin, `SELECT id FROM suggestion_promises WHERE suggestion_id = $1`, replied)
	director := h.Actor(access.Director)
	for _, c := range []struct {
		what string
		who  access.Actor
		sql  string
		id   int64
	}{
		{"suggestions_everybody_signs", h.lead, `UPDATE suggestions SET state = 'submitted', number = 'x', submitted_on = '2026-03-02' WHERE id = @id`, draft},
		{"suggestion_signers_sign_themselves", h.lead, `UPDATE suggestion_signers SET confirmed_at = now(), how = 'portal' WHERE suggestion_id = @id AND NOT lead`, draft},
		{"suggestion_signers_sign_themselves", h.lead, `UPDATE suggestion_signers SET confirmed_at = now(), how = 'paper', note = 'x' WHERE suggestion_id = @id AND NOT lead`, draft},
		{"suggestions_keep_their_lead", h.staff, `UPDATE suggestions SET lead_id = (SELECT max(id) FROM deputies WHERE street_id = suggestions.street_id) WHERE id = @id`, draft},
		{"suggestions_moved_by_lead", h.other, `UPDATE suggestions SET state = 'withdrawn', withdrawn_why = 'x' WHERE id = @id`, draft},
		{"suggestions_moved_by_lead", h.other, `UPDATE suggestions SET title = '改题' WHERE id = @id`, draft},
		{"suggestions_reviewed_by_whom", ownLeader, `UPDATE suggestions SET state = 'submitted', number = 'x', submitted_on = '2026-03-02' WHERE id = @id`, review},
		{"suggestions_reviewed_by_whom", otherLeader, `UPDATE suggestions SET state = 'sent_back' WHERE id = @id`, review},
		{"suggestion_contacts_once", h.unit, `
			INSERT INTO suggestion_contacts (street_id, suggestion_id, unit_id, round, held_on, how, note, at, author)
			SELECT x.street_id, x.suggestion_id, x.unit_id, x.round, x.held_on, x.how, x.note, now(), x.author FROM suggestion_contacts x WHERE x.suggestion_id = @id
			UNION ALL
			SELECT x.street_id, x.suggestion_id, x.unit_id, x.round, x.held_on, x.how, x.note, now(), x.author FROM suggestion_contacts x WHERE x.suggestion_id = @id`, talked},
		{"suggestions_signed_text", h.lead, `UPDATE suggestions SET title = '改题' WHERE id = @id`, handling},
		{"suggestions_moved_by_whom", h.unit, `UPDATE suggestions SET state = 'closed', closed_on = '2026-03-02' WHERE id = @id`, replied},
		{"suggestions_moved_by_whom", h.lead, `UPDATE suggestions SET state = 'replied' WHERE id = @id`, handling},
		{"suggestions_moved_by_whom", h.staff, `UPDATE suggestions SET state = 'returned' WHERE id = @id`, handling},
		{"suggestions_assigned_by_whom", director, `UPDATE suggestions SET lead_unit_id = (SELECT max(id) FROM units WHERE street_id = suggestions.street_id) WHERE id = @id`, handling},
		{"suggestions_time_by_whom", h.unit, `UPDATE suggestions SET months = 12 WHERE id = @id`, handling},
		{"suggestions_key_by_city", director, `UPDATE suggestions SET key_on = '2026-03-02', key_basis = 'x' WHERE id = @id`, handling},
		{"suggestions_replied_in_writing", h.unit, `UPDATE suggestions SET state = 'replied', result = 'A' WHERE id = @id`, handling},
		{"suggestion_replies_after_contact", h.unit, `
			INSERT INTO suggestion_replies (street_id, suggestion_id, unit_id, round, kind, result, text, signer, signed_on, replied_at, replier)
			SELECT street_id, id, lead_unit_id, 1, 'reply', 'A', 'x', 'x', '2026-03-02', now(), 'x' FROM suggestions WHERE id = @id`, handling},
		{"suggestions_rated_first", h.lead, `UPDATE suggestions SET state = 'promised', rating = 'satisfied' WHERE id = @id`, replied},
		{"suggestion_ratings_by_lead", h.staff, `
			INSERT INTO suggestion_ratings (street_id, suggestion_id, round, deputy_id, attitude, result, how, rated_at)
			SELECT street_id, id, 1, lead_id, 'satisfied', 'satisfied', 'portal', now() FROM suggestions WHERE id = @id`, replied},
		{"suggestion_promises_extended_with_consent", h.unit, `UPDATE suggestion_promises SET due_on = due_on + 30 WHERE id = @id`, promise},
		{"suggestion_promises_kept_with_proof", h.unit, `
			UPDATE suggestion_promises SET state = 'kept', ended_on = '2026-03-02', kept_by = reply_id WHERE id = @id`, promise},
		{"suggestion_promises_stand", h.staff, `UPDATE suggestion_promises SET text = '改' WHERE id = @id`, promise},
		{"", h.unit, `UPDATE suggestion_replies SET text = '改' WHERE id = @id`, reply},
		{"", h.staff, `DELETE FROM suggestion_ratings WHERE suggestion_id = @id`, replied},
	} {
		err := h.db.Write(ctx, c.who, func(tx db.Tx) error {
			n, err := db.Exec(ctx, tx, c.sql, db.Args{"id": c.id})
			if err == nil && n == 0 {
				t.Errorf("%s: the statement touched nothing", c.what)
			}
			return err
		})
		switch {
		case err == nil:
			t.Errorf("%s lets %s: %s", c.what, c.who.Role, strings.TrimSpace(c.sql))
		case c.what == "" && !db.Refused(err):
			t.Errorf("%s: %v, want a refusal", strings.TrimSpace(c.sql), err)
		case c.what != "" && !db.Violates(err, c.what):
			t.Errorf("%s as %s: %v", c.what, c.who.Role, err)
		}
	}
	// Who sees nothing of it changes nothing of it.
	other := h.Other(access.Staff)
	h.must(h.db.Write(ctx, other, func(tx db.Tx) error {
		n, err := db.Exec(ctx, tx, `UPDATE suggestions SET withdrawn_why = 'x' WHERE id = @id`, db.Args{"id": handling})
		if n != 0 {
			t.Errorf("another street changed %d rows", n)
		}
		return err
	}))
	// What is signed stays, for the owner of the tables too.
	for _, sql := range []string{`UPDATE suggestion_replies SET text = '改'`, `DELETE FROM suggestion_replies`, `UPDATE suggestion_contacts SET note = '改'`} {
		if _, err := h.admin.Exec(ctx, sql); err == nil {
			t.Errorf("%s: want a refusal", sql)
		}
	}
}

// race runs two acts at once and returns what came of them.
func race(a, b func() error) (errs [2]error) {
	var all sync.WaitGroup
	for i, fn := range []func() error{a, b} {
		all.Go(func() { errs[i] = fn() })
	}
	all.Wait()
	return errs
}

func TestAtOnce(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	for i := range 5 {
		// Two people edit: one is told that it was changed.
		id, err := h.s.Draft(ctx, h.lead, h.text(suggestion.City))
		h.must(err)
		step, one, two := h.step(id), h.text(suggestion.City), h.text(suggestion.City)
		one.Title, two.Title = "关于甲的建议", "关于乙的建议"
		errs := race(func() error { return h.s.Revise(ctx, h.lead, step, one) }, func() error { return h.s.Revise(ctx, h.staff, step, two) })
		if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs[0], errs[1]), fault.Stale) {
			t.Fatalf("round %d: two edits = %v", i, errs)
		}

		// The same form twice: one draft.
		twice := h.text(suggestion.City)
		var ids [2]int64
		errs = race(func() (err error) { ids[0], err = h.s.Draft(ctx, h.lead, twice); return err }, func() (err error) { ids[1], err = h.s.Draft(ctx, h.lead, twice); return err })
		if errs[0] != nil || errs[1] != nil || ids[0] != ids[1] {
			t.Fatalf("round %d: one form sent twice made %v, %v", i, ids, errs)
		}

		// A unit's word twice: once.
		id = h.assigned(h.text(suggestion.City), h.SecondUnit)
		h.must(h.s.SignFor(ctx, h.unit, h.step(id)))
		step = h.step(id)
		for what, say := range map[string]func() error{
			"opinion": func() error { return h.s.Comment(ctx, h.co, step, "同意") },
			"contact": func() error {
				return h.s.Contact(ctx, h.unit, step, suggestion.Talk{On: h.today(), How: "phone", Note: "已沟通"})
			},
		} {
			if errs = race(say, say); (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("round %d: one %s sent twice = %v", i, what, errs)
			}
			refused(t, what+" sent twice", errors.Join(errs[0], errs[1]))
		}

		// Two co-handlers speak: both are heard.
		id = h.assigned(h.text(suggestion.City), h.SecondUnit, h.second.UnitID)
		step = h.step(id)
		errs = race(func() error { return h.s.Comment(ctx, h.co, step, "同意") }, func() error { return h.s.Comment(ctx, h.second, step, "无异议") })
		if errs[0] != nil || errs[1] != nil {
			t.Fatalf("round %d: two opinions = %v", i, errs)
		}
		if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM suggestion_comments WHERE suggestion_id = $1`, id); n != 2 || h.due(id, "comment") != "" {
			t.Fatalf("round %d: %d opinions are kept, clock %q", i, n, h.due(id, "comment"))
		}

		// Rated twice: once.
		id = h.replied(h.answer("A"))
		step = h.step(id)
		rate := func(r string) func() error {
			return func() error { return h.s.Rate(ctx, h.lead, step, suggestion.Rating{Attitude: r, Result: r}) }
		}
		errs = race(rate("satisfied"), rate("basically"))
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("round %d: two ratings = %v", i, errs)
		}
		if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM suggestion_ratings WHERE suggestion_id = $1`, id); n != 1 {
			t.Fatalf("round %d: %d ratings", i, n)
		}
		h.want(id, suggestion.Closed)
	}
}

func TestKeyIsChosenByTheCity(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.assigned(h.text(suggestion.City))
	forbidden(t, "the director chooses", h.s.MakeKey(ctx, h.Actor(access.Director), h.step(id), "x"))
	refused(t, "the street's own is key of the city", h.s.MakeKey(ctx, h.Actor(access.CityLeader), h.step(h.assigned(h.text(suggestion.Street))), "x"))
	h.must(h.s.MakeKey(ctx, h.Actor(access.CityLeader), h.step(id), "市人大常委会第80次主任会议确定"))
	list, err := h.s.Suggestions(ctx, h.city, suggestion.Filter{View: "key", Limit: 10})
	h.must(err)
	if len(list.Lines) != 1 || !list.Lines[0].Key {
		t.Errorf("key suggestions = %+v", list.Lines)
	}
}

// An opinion becomes a suggestion and keeps its lineage both ways.
func TestLineage(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	opinion := dbtest.Scan[int64](t, h.admin, `
		INSERT INTO opinions (street_id, number, query_hash, source, deputy_id, kind, field, text, anonymous, received_on, received_at, creator, key)
		VALUES ($1, '2026-441900003-00-0001', '\x01', 'letter', $2, 'suggest', 'construction', '过街危险', true, '2026-02-01', now(), '员', 'o1') RETURNING id`, h.Street, h.lead.DeputyID)
	sensitive := dbtest.Scan[int64](t, h.admin, `
		INSERT INTO opinions (street_id, number, query_hash, source, kind, field, text, anonymous, sensitive, received_on, received_at, creator, key)
		VALUES ($1, '2026-441900003-00-0002', '\x02', 'letter', 'complaint', 'other', '投诉', true, true, '2026-02-01', now(), '员', 'o2') RETURNING id`, h.Street)
	text := h.text(suggestion.City)
	text.Opinions = []int64{opinion}
	id, err := h.s.Draft(ctx, h.lead, text)
	h.must(err)
	rec, err := h.s.Record(ctx, h.lead, id)
	h.must(err)
	if len(rec.Sources) != 1 || rec.Sources[0].OpinionID != opinion || !rec.Sources[0].Seen {
		t.Errorf("sources = %+v", rec.Sources)
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM audit_events WHERE kind = 'opinion' AND subject_id = $1 AND action = 'opinion.raise'`, opinion); n != 1 {
		t.Errorf("the opinion's record tells %d times that it was raised", n)
	}
	for what, source := range map[string]int64{"one that the deputy does not see": sensitive} {
		text := h.text(suggestion.City)
		text.Opinions = []int64{source}
		if _, err := h.s.Draft(ctx, h.lead, text); err == nil {
			t.Errorf("raised %s", what)
		}
	}
}
