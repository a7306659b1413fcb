package institution_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/institution"
	"portal/internal/procedure"
)

type house struct {
	*testing.T
	*dbtest.World
	db       *db.DB
	admin    *pgxpool.Pool
	s        *institution.Store
	now      time.Time
	n        int
	staff    access.Actor
	director access.Actor
	office   access.Actor
	chair    int64
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, now: dbtest.Now}
	h.s = institution.NewStore(d, file.NewStore(d, h.clock), h.clock)
	h.staff, h.director, h.office = h.Actor(access.Staff), h.Actor(access.Director), h.Actor(access.CityOffice)
	h.chair = dbtest.InPost(t, admin, h.Street, "director", "李䶮", &h.director, "2019-06-27")
	for i := range 9 {
		dbtest.InPost(t, admin, h.Street, "member", fmt.Sprint("委员", i), nil, "2019-06-27")
	}
	return h
}

func (h *house) clock() time.Time { return h.now }

func (h *house) today() time.Time { return calendar.On(h.now) }

const text = "第一条　为了联系选民，制定本办法。\n第二条　代表应当每季度进站接待一次。\n第三条　本办法自公布之日起施行。"

func (h *house) draft(a access.Actor, tier, core, title string) int64 {
	h.Helper()
	h.n++
	id, err := h.s.Draft(h.Context(), a, institution.New{Key: fmt.Sprint("k", h.n), Tier: tier, Core: core, Title: title, Text: text})
	if err != nil {
		h.Fatal(err)
	}
	return id
}

func (h *house) step(id int64) institution.Step {
	return institution.Step{ID: id, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM institutions WHERE id = $1`, id)}
}

func (h *house) state(id int64) procedure.State {
	return procedure.State(dbtest.Scan[string](h, h.admin, `SELECT state FROM institution_versions WHERE institution_id = $1 ORDER BY ordinal DESC LIMIT 1`, id))
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) met(verdict string) institution.Meeting {
	return institution.Meeting{MetOn: h.today(), ChairID: h.chair, Present: 8, For: 7, Verdict: verdict, Note: "依会议意见"}
}

// signed takes a draft of the street to its signing.
func (h *house) signed(id int64) {
	h.Helper()
	ctx := h.Context()
	h.must(h.s.Consult(ctx, h.staff, h.step(id), h.today()))
	h.must(h.s.Submit(ctx, h.staff, h.step(id)))
	h.must(h.s.Deliberate(ctx, h.staff, h.step(id), h.met("passed")))
	h.must(h.s.Sign(ctx, h.director, h.step(id), time.Time{}))
}

func (h *house) recorded(id int64) {
	h.Helper()
	ctx := h.Context()
	h.signed(id)
	h.must(h.s.File(ctx, h.staff, h.step(id)))
	h.must(h.s.Accept(ctx, h.office, h.step(id)))
	h.must(h.s.Keep(ctx, h.office, h.step(id), ""))
}

// inForce takes a draft of the street through all steps.
func (h *house) inForce(id int64) {
	h.Helper()
	h.recorded(id)
	h.must(h.s.TakeEffect(h.Context(), h.staff, h.step(id), h.today()))
}

// ofCity takes a draft of the city through all steps.
func (h *house) ofCity(id int64) {
	h.Helper()
	ctx := h.Context()
	h.must(h.s.Consult(ctx, h.office, h.step(id), h.today()))
	h.must(h.s.Submit(ctx, h.office, h.step(id)))
	h.must(h.s.Count(ctx, h.office, h.step(id), institution.Vote{Session: "第二十四次会议", On: h.today(), Members: 41, Present: 35, For: 30, Against: 1, Abstained: 2}))
	h.must(h.s.Issue(ctx, h.office, h.step(id), time.Time{}))
	h.must(h.s.TakeEffect(ctx, h.office, h.step(id), h.today()))
}

func complaint(err error, field string) bool {
	var bad fault.Fields
	return errors.As(err, &bad) && bad.For(field) != ""
}

// A street's rule from its draft to being in force: returned by the city once, filed
// again, revised, repealed. Every text that was signed stays.
func TestWholeWay(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.draft(h.staff, "X", "", "东城街道代表进站办法")
	h.must(h.s.Consult(ctx, h.staff, h.step(id), h.today().AddDate(0, 0, 7)))
	party, deputy := h.Actor(access.PartyReader), h.Actor(access.Deputy)
	for i, a := range []access.Actor{party, deputy, h.Actor(access.CityDeputy)} {
		h.must(h.s.Say(ctx, a, h.step(id), institution.NewOpinion{Key: fmt.Sprint(i), On: institution.Place{Number: 2}, Text: "改为每月一次"}))
	}
	if err := h.s.Submit(ctx, h.staff, h.step(id)); !complaint(err, "state") {
		t.Errorf("submitted with open opinions: %v", err)
	}
	r, err := h.s.Record(ctx, h.staff, id, institution.Ask{})
	if err != nil || len(r.Opinions) != 3 || r.Opinions[0].Source != "party" || r.Opinions[1].Source != "deputy" || r.Opinions[2].Source != "city" {
		t.Fatalf("opinions = %+v, %v", r.Opinions, err)
	}
	if err := h.s.Answer(ctx, h.staff, h.step(id), r.Opinions[0].ID, "not_adopted", ""); !complaint(err, "reason") {
		t.Errorf("not adopted without a reason: %v", err)
	}
	for _, o := range r.Opinions {
		h.must(h.s.Answer(ctx, h.staff, h.step(id), o.ID, "not_adopted", "每季度已经足够"))
	}
	h.must(h.s.Submit(ctx, h.staff, h.step(id)))
	h.must(h.s.Deliberate(ctx, h.staff, h.step(id), h.met("revise")))
	h.must(h.s.Write(ctx, h.staff, h.step(id), "", strings.Replace(text, "季度", "两个月", 1)))
	h.must(h.s.Submit(ctx, h.staff, h.step(id)))
	h.must(h.s.Deliberate(ctx, h.director, h.step(id), h.met("passed")))
	h.must(h.s.Sign(ctx, h.director, h.step(id), time.Time{}))
	h.must(h.s.File(ctx, h.staff, h.step(id)))
	h.must(h.s.Accept(ctx, h.office, h.step(id)))
	h.must(h.s.SendBack(ctx, h.office, h.step(id), "第二条与代表联系选民制度不一致", []institution.Remark{{institution.Place{Number: 2}, "应为每季度"}}))
	h.must(h.s.Rework(ctx, h.staff, h.step(id)))
	h.must(h.s.Write(ctx, h.staff, h.step(id), "", text))
	h.recorded(id)
	h.must(h.s.TakeEffect(ctx, h.staff, h.step(id), h.today()))
	first := h.today()

	h.now = h.now.AddDate(0, 1, 0)
	h.must(h.s.Revise(ctx, h.staff, h.step(id), "接待次数增加"))
	h.must(h.s.Write(ctx, h.staff, h.step(id), "", strings.Replace(text, "季度", "月", 1)+"\n第四条 由工委办公室解释。"))
	h.inForce(id)
	h.now = h.now.AddDate(0, 1, 0)
	h.must(h.s.Repeal(ctx, h.director, h.step(id), h.today(), "并入新的办法"))

	if r, err = h.s.Record(ctx, h.staff, id, institution.Ask{}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range r.Versions {
		got = append(got, fmt.Sprint(v.Ordinal, v.State, v.DocNumber))
	}
	if s := strings.Join(got, " "); s != "3repealed莞人东城工委〔2026〕5号 2revised莞人东城工委〔2026〕3号 1reworked莞人东城工委〔2026〕1号" {
		t.Errorf("versions = %s", s)
	}
	if len(r.Filings) != 3 || r.Filings[2].Verdict != "returned" || len(r.Filings[2].Remarks) != 1 || r.Filings[1].Verdict != "recorded" {
		t.Errorf("filings = %+v", r.Filings)
	}
	if len(r.Meetings) != 4 || r.Meetings[0].Verdict != "revise" || r.Meetings[0].Due != 10 || r.Meetings[0].Chair != "李䶮" {
		t.Errorf("meetings = %+v", r.Meetings)
	}
	for day, want := range map[time.Time]string{
		first.AddDate(0, 0, -1): "", first: "季度", first.AddDate(0, 0, 27): "季度", first.AddDate(0, 1, 0): "每月", h.today().AddDate(0, 0, -1): "每月", h.today(): "",
	} {
		r, err := h.s.Record(ctx, h.staff, id, institution.Ask{On: day})
		if err != nil || (r.Shown == nil) != (want == "") || want != "" && !strings.Contains(r.Text[1].Text, want) {
			t.Errorf("on %s: %v %v, want %q, %v", day, r.Shown, r.Text, want, err)
		}
		books, err := h.s.Books(ctx, h.staff, institution.Filter{On: day})
		if err != nil || (len(books) == 0) != (want == "") || want != "" && !strings.Contains(books[0].Text[1].Text, want) {
			t.Errorf("books on %s: %v, want %q, %v", day, books, want, err)
		}
	}
	before, after, err := h.s.Both(ctx, h.staff, id, 2, 3)
	if err != nil || len(institution.Compare(before, after)) != 4 {
		t.Errorf("compare: %v", err)
	}
}

func TestMeetingRules(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.draft(h.staff, "X", "", "办法")
	h.must(h.s.Consult(ctx, h.staff, h.step(id), h.today()))
	h.must(h.s.Submit(ctx, h.staff, h.step(id)))
	for field, m := range map[string]institution.Meeting{
		"present": {MetOn: h.today(), ChairID: h.chair, Present: 5, For: 5, Verdict: "passed"},
		"for":     {MetOn: h.today(), ChairID: h.chair, Present: 9, For: 5, Verdict: "passed"},
		"met_on":  {MetOn: h.today().AddDate(0, 0, 1), ChairID: h.chair, Present: 9, For: 9, Verdict: "passed"},
		"verdict": {MetOn: h.today(), ChairID: h.chair, Present: 9, For: 9},
		"note":    {MetOn: h.today(), ChairID: h.chair, Present: 9, For: 9, Verdict: "rejected"},
		"chair":   {MetOn: h.today(), ChairID: 999_999, Present: 9, For: 9, Verdict: "passed"},
	} {
		if err := h.s.Deliberate(ctx, h.staff, h.step(id), m); !complaint(err, field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := h.s.Deliberate(ctx, h.staff, h.step(id), institution.Meeting{MetOn: calendar.Day(2019, 6, 1), ChairID: h.chair, Present: 9, For: 9, Verdict: "passed"}); !complaint(err, "met_on") {
		t.Errorf("before anybody was in post: %v", err)
	}
	h.must(h.s.Deliberate(ctx, h.staff, h.step(id), h.met("passed")))
	if err := h.s.Sign(ctx, h.Actor(access.Director), h.step(id), time.Time{}); !complaint(err, "") {
		t.Errorf("signed by a director who is not in post: %v", err)
	}
	if err := h.s.Sign(ctx, h.staff, h.step(id), time.Time{}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("signed by staff: %v", err)
	}
}

func TestCityVotes(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.draft(h.office, "5", "voters", "")
	h.must(h.s.Consult(ctx, h.office, h.step(id), h.today()))
	h.must(h.s.Say(ctx, h.director, h.step(id), institution.NewOpinion{Key: "a", Text: "同意"}))
	r, err := h.s.Record(ctx, h.office, id, institution.Ask{})
	if err != nil || len(r.Opinions) != 1 || r.Opinions[0].Source != "street" || r.Title != "人大代表联系选民制度" {
		t.Fatalf("record = %+v, %v", r, err)
	}
	h.must(h.s.Answer(ctx, h.office, h.step(id), r.Opinions[0].ID, "adopted", ""))
	h.must(h.s.Submit(ctx, h.office, h.step(id)))
	vote := institution.Vote{Session: "第二十四次会议", On: h.today(), Members: 41, Present: 21, For: 20, Against: 1, Again: true}
	h.must(h.s.Count(ctx, h.office, h.step(id), vote))
	if got := h.state(id); got != institution.Revising {
		t.Errorf("20 of 41 made it %s: not half of all members", got)
	}
	h.must(h.s.Submit(ctx, h.office, h.step(id)))
	vote.For, vote.Against = 21, 0
	h.must(h.s.Count(ctx, h.office, h.step(id), vote))
	h.must(h.s.Issue(ctx, h.office, h.step(id), h.today().AddDate(1, 0, 0)))
	h.must(h.s.TakeEffect(ctx, h.office, h.step(id), h.today()))
	if _, err := h.s.Draft(ctx, h.office, institution.New{Key: "again", Tier: "5", Core: "voters", Text: text}); !complaint(err, "core") {
		t.Errorf("a core rule twice: %v", err)
	}
	if _, err := h.s.Draft(ctx, h.office, institution.New{Key: "x", Tier: "X", Title: "办法", Text: text}); !complaint(err, "tier") {
		t.Errorf("the city made an X: %v", err)
	}
	if got := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM notices WHERE to_role = 'staff'`); got != 4 {
		t.Errorf("%d notices to the staff of two streets, want 4", got)
	}
}

// What the database itself refuses, in words of SQL as the portal's own role.
func TestRulesHoldBySQL(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.draft(h.staff, "X", "", "办法")
	sql := func(a access.Actor, statement string) error {
		return h.db.Write(ctx, a, func(tx db.Tx) error {
			n, err := db.Exec(ctx, tx, statement, db.Args{"id": id})
			if err == nil && n == 0 {
				return fault.NotFound
			}
			return err
		})
	}
	const version = `(SELECT v.id FROM institution_versions v WHERE v.institution_id = @id ORDER BY v.ordinal DESC LIMIT 1)`
	refused := func(what string, a access.Actor, statement, constraint string) {
		t.Helper()
		err := sql(a, statement)
		if err == nil || constraint != "" && !db.Violates(err, constraint) {
			t.Errorf("%s: %v, want %s", what, err, constraint)
		}
	}
	refused("signed from draft", h.director, `UPDATE institution_versions SET state = 'signed' WHERE institution_id = @id`, "institution_step")
	refused("changed by the city unseen", h.office, `UPDATE institution_versions SET state = 'consulting', opened = true WHERE institution_id = @id`, "")
	h.must(h.s.Consult(ctx, h.staff, h.step(id), h.today()))
	refused("moved by the city", h.office, `UPDATE institution_versions SET state = 'deliberating' WHERE institution_id = @id`, "institution_step_by")
	h.must(h.s.Submit(ctx, h.staff, h.step(id)))
	refused("passed without a meeting", h.staff, `UPDATE institution_versions SET state = 'passed', passed_on = '2026-03-02' WHERE institution_id = @id`, "institution_passed_by_meeting")
	const meeting = `
		INSERT INTO institution_meetings (street_id, version_id, met_on, chair_post_id, met_due, met_present, met_for, verdict, note)
		SELECT street_id, id, '2026-03-02', (SELECT min(id) FROM posts), `
	for counts, constraint := range map[string]string{
		"10, 5, 5, 'revise', '改'": "institution_meetings_quorum", "10, 6, 5, 'passed', ''": "institution_meetings_majority",
		"9, 8, 8, 'passed', ''": "only_all_due", "10, 6, 6, 'rejected', ''": "institution_meetings_note",
	} {
		refused(counts, h.staff, meeting+counts+` FROM institution_versions WHERE institution_id = @id`, constraint)
	}
	h.must(h.s.Deliberate(ctx, h.staff, h.step(id), h.met("passed")))
	const signs = `UPDATE institution_versions SET state = 'signed', signed_on = '2026-03-02', doc_number = '1号', signer = '李', signer_post_id = (SELECT min(id) FROM posts) WHERE institution_id = @id`
	refused("signed in another's post", h.Actor(access.Director), signs, "only_in_post")
	refused("signed in another's post by staff", h.staff, signs, "only_in_post")
	refused("signed in no post", h.staff, strings.Replace(signs, "(SELECT min(id) FROM posts)", "NULL", 1), "institution_versions_signed_by_post")
	h.must(h.s.Sign(ctx, h.director, h.step(id), time.Time{}))
	for _, statement := range []string{
		`UPDATE institution_clauses SET text = '改' WHERE version_id = ` + version,
		`DELETE FROM institution_clauses WHERE version_id = ` + version,
		`INSERT INTO institution_clauses (street_id, version_id, number, text) SELECT street_id, id, 9, '新' FROM institution_versions WHERE institution_id = @id`,
		`UPDATE institution_versions SET doc_number = '2号' WHERE institution_id = @id`,
		`UPDATE institution_versions SET trial_until = '2030-01-01' WHERE institution_id = @id`,
	} {
		refused(statement, h.staff, statement, "institution_signed")
	}
	refused("filed without a report", h.staff, `UPDATE institution_versions SET state = 'filed' WHERE institution_id = @id`, "institution_filed")
	h.must(h.s.File(ctx, h.staff, h.step(id)))
	refused("in force unrecorded", h.staff, `UPDATE institution_versions SET state = 'in_force', effective_on = '2026-03-02' WHERE institution_id = @id`, "institution_step")
	refused("accepted by the street", h.staff, `UPDATE institution_versions SET state = 'accepted' WHERE institution_id = @id`, "institution_step_by")
	h.must(h.s.Accept(ctx, h.office, h.step(id)))
	refused("recorded without an answer", h.office, `UPDATE institution_versions SET state = 'recorded', recorded_on = '2026-03-02' WHERE institution_id = @id`, "institution_filed")
	refused("answered by the street", h.staff, `UPDATE institution_filings SET verdict = 'recorded', decided_on = '2026-03-02'`, "")
	h.must(h.s.Keep(ctx, h.office, h.step(id), ""))
	h.must(h.s.TakeEffect(ctx, h.staff, h.step(id), h.today()))
	refused("dated back", h.staff, `UPDATE institution_versions SET effective_on = '2026-03-01' WHERE institution_id = @id`, "institution_signed")
	refused("a meeting rewritten", h.staff, `UPDATE institution_meetings SET met_for = 10`, "")
	refused("deleted", h.staff, `DELETE FROM institutions WHERE id = @id`, "")
}

// Another street, and the city before it is asked, learn nothing of a draft;
// everybody reads what is in force.
func TestAnotherStreetSeesNothing(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.draft(h.staff, "X", "", "秘密草案")
	others := map[string]access.Actor{"nancheng": h.Other(access.Staff), "director": h.Other(access.Director), "far": h.Far(access.CityOffice)}
	look := func(name string, a access.Actor, sees bool) {
		t.Helper()
		_, err := h.s.Record(ctx, a, id, institution.Ask{})
		if sees == errors.Is(err, fault.NotFound) || err != nil && !errors.Is(err, fault.NotFound) {
			t.Errorf("%s sees the rule: %v, want %t", name, err, sees)
		}
		var n int
		for _, table := range []string{"institutions", "institution_versions", "institution_clauses", "audit_events WHERE kind = 'institution'"} {
			h.must(h.db.Read(ctx, a, db.Value(&n, `SELECT count(*) FROM `+table, db.Args{})))
			if (n > 0) != sees && !(table[0] == 'a' && !sees == false) {
				t.Errorf("%s sees %d rows of %s, want %t", name, n, table, sees)
			}
		}
		if err := h.s.Write(ctx, a, institution.Step{ID: id, Version: 1}, "", text); err == nil {
			t.Errorf("%s wrote it", name)
		}
	}
	for name, a := range others {
		look(name, a, false)
	}
	for name, a := range map[string]access.Actor{"city before": h.office, "party before": h.Actor(access.PartyReader), "deputy before": h.Actor(access.Deputy)} {
		look(name, a, false)
	}
	h.must(h.s.Consult(ctx, h.staff, h.step(id), h.today()))
	for name, a := range map[string]access.Actor{"city asked": h.office, "party asked": h.Actor(access.PartyReader), "deputy asked": h.Actor(access.Deputy)} {
		if _, err := h.s.Record(ctx, a, id, institution.Ask{}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, a := range others {
		look(name+" while asked", a, false)
	}
	h.must(h.s.Submit(ctx, h.staff, h.step(id)))
	h.must(h.s.Deliberate(ctx, h.staff, h.step(id), h.met("passed")))
	h.must(h.s.Sign(ctx, h.director, h.step(id), time.Time{}))
	h.must(h.s.File(ctx, h.staff, h.step(id)))
	h.must(h.s.Accept(ctx, h.office, h.step(id)))
	if list, _, err := h.s.PublicRules(ctx, institution.PublicFilter{Limit: 10}); err != nil || len(list) != 0 {
		t.Errorf("residents see %v before it is in force, %v", list, err)
	}
	h.must(h.s.Keep(ctx, h.office, h.step(id), ""))
	h.must(h.s.TakeEffect(ctx, h.staff, h.step(id), h.today()))
	r, err := h.s.Record(ctx, others["nancheng"], id, institution.Ask{})
	if err != nil || len(r.Text) != 3 || len(r.Timeline)+len(r.Opinions)+len(r.Meetings)+len(r.Filings) != 0 || r.Moves(others["nancheng"], h.today()) != nil {
		t.Errorf("nancheng reads %+v, %v", r, err)
	}
	p, err := h.s.PublicRule(ctx, id, time.Time{})
	if err != nil || len(p.Text) != 3 || p.Shown.DocNumber == "" {
		t.Errorf("residents read %+v, %v", p, err)
	}
	// The next draft is the committee's own again.
	h.must(h.s.Revise(ctx, h.staff, h.step(id), "修订"))
	h.must(h.s.Write(ctx, h.staff, h.step(id), "", strings.Replace(text, "季度", "机密", 1)))
	for name, a := range map[string]access.Actor{"nancheng": others["nancheng"], "city": h.office, "resident": access.Resident(nil)} {
		var n int
		h.must(h.db.Read(ctx, a, db.Value(&n, `SELECT count(*) FROM institution_clauses WHERE text LIKE '%机密%'`, db.Args{})))
		if n != 0 {
			t.Errorf("%s reads the new draft", name)
		}
	}
	// Its text may be taken up, with its lineage.
	theirs, err := h.s.Draft(ctx, others["nancheng"], institution.New{Key: "a", Tier: "X", Title: "南城办法", Text: text, AdoptsID: id})
	if err != nil {
		t.Fatal(err)
	}
	if r, err = h.s.Record(ctx, others["nancheng"], theirs, institution.Ask{}); err != nil || r.Adopted != "秘密草案" || r.AdoptedStreet != "东城街道" {
		t.Errorf("lineage = %+v, %v", r.Institution, err)
	}
	if _, err := h.s.Draft(ctx, h.staff, institution.New{Key: "b", Tier: "X", Title: "办法", Text: text, AdoptsID: theirs}); !complaint(err, "adopts") {
		t.Errorf("a draft of another street was adopted: %v", err)
	}
}

func TestReplacement(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	old := h.draft(h.staff, "X", "", "旧办法")
	h.inForce(old)
	h.now = h.now.AddDate(0, 0, 10)
	id, err := h.s.Draft(ctx, h.staff, institution.New{Key: "n", Tier: "X", Title: "新办法", Text: text, ReplacesID: old})
	h.must(err)
	h.inForce(id)
	r, err := h.s.Record(ctx, h.staff, old, institution.Ask{})
	if err != nil || r.ReplacedBy != "新办法" || r.Latest().EndedHow != "replaced" || !r.Latest().EndedOn.Equal(h.today()) {
		t.Errorf("replaced = %+v, %v", r.Institution, err)
	}
}

// The list of sleeping clauses equals an independent count, for each street.
func TestSleeping(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	h.now = calendar.Starts(calendar.Day(2024, 1, 2)).Add(9 * time.Hour)
	voters := h.draft(h.office, "5", "voters", "")
	h.ofCity(voters)
	x := h.draft(h.staff, "X", "", "办法")
	h.must(h.s.Write(ctx, h.staff, h.step(x), "", "第一条 为了工作。\n第二条 站长应当每日到站。\n第三条 联络员应当每月走访。\n第四条 不得泄露信息。\n第五条 本办法施行。"))
	h.inForce(x)
	h.must(h.s.SetMark(ctx, h.office, voters, institution.Place{Number: 2}, institution.Mark{Obliging: true, Kinds: []string{"visit"}}))
	h.must(h.s.SetMark(ctx, h.staff, x, institution.Place{Number: 4}, institution.Mark{}))
	h.now = dbtest.Now
	station := dbtest.Scan[int64](t, h.admin, `
		INSERT INTO stations (street_id, kind, name, code, opened_on, key) VALUES ($1, 'central', '站', '01', '2019-07-01', 's') RETURNING id`, h.Street)
	dbtest.Exec(t, h.admin, `INSERT INTO visits (street_id, station_id, held_on, residents, logged_by, logger, key) VALUES ($1, $2, '2026-02-10', 6, 1, '王', 'v')`, h.Street, station)
	h.must(h.s.LinkByHand(ctx, h.staff, institution.Act{InstitutionID: x, Place: institution.Place{Number: 3}, Title: "走访", On: calendar.Day(2026, 1, 5)}))
	if err := h.s.LinkByHand(ctx, h.staff, institution.Act{InstitutionID: x, Place: institution.Place{Number: 9}, Title: "走访", On: h.today()}); !complaint(err, "acted_on") {
		t.Errorf("linked to a clause that is not there: %v", err)
	}
	if err := h.s.LinkByHand(ctx, h.Other(access.Staff), institution.Act{InstitutionID: x, Place: institution.Place{Number: 3}, Title: "走访", On: h.today()}); err == nil {
		t.Error("another street linked to the street's rule")
	}
	const independent = `
		SELECT string_agg(s.name || i.title || c.number, ' ' ORDER BY i.id, c.number, s.id)
		FROM streets s, institutions i, institution_versions v, institution_clauses c
		WHERE v.institution_id = i.id AND c.version_id = v.id AND v.state = 'in_force' AND s.city_id = i.city_id AND (i.street_id = 0 OR i.street_id = s.id)
		  AND CASE WHEN i.id = %[2]d AND c.number = 4 THEN false ELSE c.text LIKE '%%应当%%' OR c.text LIKE '%%不得%%' END
		  AND (%[1]d = 0 OR s.id = %[1]d)
		  AND NOT EXISTS (SELECT FROM clause_links l WHERE l.street_id = s.id AND l.institution_id = i.id AND l.number = c.number AND l.acted_on > date '2026-03-02' - interval '12 months')
		  AND NOT (i.core = 'voters' AND c.number = 2 AND EXISTS (SELECT FROM visits w WHERE w.street_id = s.id AND w.held_on > date '2026-03-02' - interval '12 months'))`
	for street, want := range map[int64]string{
		h.Street: "东城街道办法2", h.OtherStreet: "南城街道人大代表联系选民制度2", 0: "南城街道人大代表联系选民制度2 东城街道办法2",
	} {
		l, err := h.s.Sleeping(ctx, h.office, street, 0)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range l.Clauses {
			got = append(got, fmt.Sprint(c.Street, c.Title, c.Number))
		}
		counted := dbtest.Scan[string](t, h.admin, fmt.Sprintf(independent, street, x))
		if s := strings.Join(got, " "); s != counted || s != want || l.Months != 12 {
			t.Errorf("street %d: sleeping = %s, independently %s, want %s", street, s, counted, want)
		}
	}
	if l, err := h.s.Sleeping(ctx, h.staff, h.OtherStreet, 36); err != nil || len(l.Clauses) != 0 {
		t.Errorf("clauses younger than three years = %v, %v", l, err)
	}
	c, err := h.s.Clause(ctx, h.staff, voters, institution.Place{Number: 2})
	if err != nil || c.Count != 1 || c.Acts[0].Kind != "visit" {
		t.Errorf("clause = %+v, %v", c, err)
	}
}

func TestLandings(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	voters, duties := h.draft(h.office, "5", "voters", ""), h.draft(h.office, "5", "duties", "")
	h.ofCity(voters)
	h.ofCity(duties)
	n := institution.NewLanding{InstitutionID: voters, Status: "forwarded", On: h.today(), Note: "转发各社区"}
	h.must(h.s.Land(ctx, h.staff, 0, n))
	if err := h.s.Land(ctx, h.staff, 0, n); !errors.Is(err, fault.Stale) {
		t.Errorf("landed unseen: %v", err)
	}
	n.Status, n.Version = "detailed", 1
	h.must(h.s.Land(ctx, h.staff, 0, n))
	n.InstitutionID = 999_999
	n.Version = 0
	if err := h.s.Land(ctx, h.staff, 0, n); !errors.Is(err, fault.NotFound) {
		t.Errorf("landed what is no core rule: %v", err)
	}
	n.InstitutionID = duties
	h.must(h.s.Land(ctx, h.Other(access.Staff), h.Street, n)) // the street of staff is their own
	m, err := h.s.Landings(ctx, h.office)
	if err != nil || len(m.Rules) != 2 || m.Rules[0].ID != duties || len(m.Streets) != 2 || m.Gaps() != 2 {
		t.Fatalf("matrix = %+v, %v", m, err)
	}
	a, b, gap := m.Of(h.Street, voters), m.Of(h.OtherStreet, duties), m.Of(h.OtherStreet, voters)
	if a.Name() != "已制定实施细则" || b.Name() != "已制定实施细则" || gap.Name() != "未落实" {
		t.Errorf("cells = %+v, %+v, %+v", a, b, gap)
	}
	if m, err = h.s.Landings(ctx, h.staff); err != nil || len(m.Streets) != 1 || m.Gaps() != 1 {
		t.Errorf("own row = %+v, %v", m, err)
	}
}
