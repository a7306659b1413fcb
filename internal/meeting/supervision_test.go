package meeting_test

import (
	"fmt"
	"testing"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/file"
	"portal/internal/gathering"
	"portal/internal/mandate"
	"portal/internal/meeting"
)

// A topic of supervision passes the guard in code and in the database.
func TestSupervisionNeedsMandate(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	topic, err := h.s.Propose(ctx, h.staff, 0, meeting.NewTopic{
		Key: "s", Kind: meeting.Directors, Type: "report", Title: "听取河涌整治情况", Proposer: "办公室", Subject: "hear_report", Measure: "hear_report", UnitID: h.Unit,
	})
	h.must(err)
	h.must(h.s.Compile(ctx, h.staff, meeting.Step{ID: topic, Version: 1}))
	h.must(h.s.Confirm(ctx, h.director, meeting.Step{ID: topic, Version: 2}))
	id := h.planned(meeting.Directors, topic)
	if err := h.s.Notify(ctx, h.staff, h.step(id), ""); mandate.Refusal(err) == nil {
		t.Errorf("a notice without authority: %v", err)
	}
	err = h.db.Write(ctx, h.staff, func(tx db.Tx) error {
		_, err := h.g.Invite(ctx, tx, h.staff, h.record(id).GatheringID, gathering.Invitation{Teams: []string{"member"}, Due: true})
		if err == nil {
			err = h.g.Call(ctx, tx, h.staff, h.record(id).GatheringID)
		}
		if err == nil {
			_, err = db.Exec(ctx, tx, `UPDATE meetings SET state = 'called', called_on = '2026-03-02', notice_days = 3, quorum_num = 1, quorum_den = 2, pass_base = 'all',
				pass_num = 1, pass_den = 2, chair_rule = 'presiding'`, db.Args{})
		}
		return err
	})
	if !db.Violates(err, "meetings_need_mandate") {
		t.Errorf("a notice without authority by SQL: %v", err)
	}
}

// authorised is an authorisation of the city by which the street hears reports, from
// the year's beginning.
func (h *house) authorised() (id int64) {
	h.Helper()
	ctx, office := h.Context(), h.Actor(access.CityOffice)
	s := mandate.NewStore(h.db, file.NewStore(h.db, func() time.Time { return h.now }), func() time.Time { return h.now })
	id, err := s.DraftMandate(ctx, office, h.key(), mandate.Terms{
		Mode: mandate.Package, Title: "授权听取报告", Body: "chairpersons", Meeting: "第三十次", DecidedOn: calendar.Day(2026, 2, 27), Basis: "意见", BasisClause: "第三条",
		Streets: []int64{h.Street}, Matters: []mandate.Matter{{
			Subject: "hear_report", Content: "听取街道办事处部门的工作报告", Measures: []string{"hear_report"}, FromOn: calendar.Day(2026, 1, 1), ReportBy: calendar.Day(2026, 12, 31), Form: "written",
		}},
	})
	h.must(err)
	step := func() mandate.Step {
		return mandate.Step{ID: id, StreetID: h.Street, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM mandates WHERE id = $1`, id)}
	}
	h.must(s.Submit(ctx, office, step()))
	h.must(s.Approve(ctx, h.Actor(access.CityLeader), step()))
	h.must(s.Issue(ctx, office, step()))
	h.must(s.Receive(ctx, h.staff, mandate.Step{ID: id, StreetID: h.Street, Version: dbtest.Scan[int](h, h.admin, `SELECT version FROM mandate_streets WHERE mandate_id = $1`, id)}))
	return id
}

// supervising is a topic of supervision that the director has put through.
func (h *house) supervising(title string) int64 {
	h.Helper()
	ctx := h.Context()
	id, err := h.s.Propose(ctx, h.staff, 0, meeting.NewTopic{
		Key: h.key(), Kind: meeting.Directors, Type: "report", Title: title, Proposer: "办公室", Subject: "hear_report", Measure: "hear_report", UnitID: h.Unit,
	})
	h.must(err)
	h.must(h.s.Compile(ctx, h.staff, meeting.Step{ID: id, Version: 1}))
	h.must(h.s.Confirm(ctx, h.director, meeting.Step{ID: id, Version: 2}))
	return id
}

// Under a live authorisation a topic of supervision is called and heard: one act of
// it, finished with the item; so is a temporary one.
func TestSupervisionUnderMandate(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	h.authorised()
	id := h.planned(meeting.Directors, h.supervising("听取河涌整治情况"))
	h.must(h.s.Notify(ctx, h.staff, h.step(id), ""))
	acts := func(where string) int {
		return dbtest.Scan[int](t, h.admin, `SELECT count(*)::integer FROM mandate_acts WHERE kind = 'meeting' AND `+where)
	}
	if acts(fmt.Sprintf("subject_id = %d AND act_on = '2026-03-06' AND cancelled_on IS NULL AND completed_on IS NULL", id)) != 1 || !h.record(id).Items[0].Covered {
		t.Error("the item is no act of the authorisation")
	}
	h.now = day(4, 15)
	h.must(h.s.Open(ctx, h.staff, h.step(id)))
	h.arrive(id, 8)
	h.must(h.s.Begin(ctx, h.staff, h.step(id), 8))
	h.must(h.s.AddTemporary(ctx, h.staff, h.step(id), meeting.Temporary{TopicID: h.supervising("听取内涝整治情况"), Consent: 8}))
	h.must(h.s.Conclude(ctx, h.staff, h.step(id), h.record(id).Items[0].ID, meeting.Heard, "听取了汇报"))
	if acts("completed_on = '2026-03-06'") != 1 || acts("true") != 2 {
		t.Error("what was heard is not finished, or what was added is no act")
	}
	h.must(h.s.Conclude(ctx, h.staff, h.step(id), h.record(id).Items[1].ID, meeting.Heard, ""))
	h.must(h.s.End(ctx, h.staff, h.step(id)))
}

// Withdrawn while the meeting sits, an authorisation covers neither what is on the
// agenda nor what is to be added: it may only be postponed.
func TestSupervisionWithdrawn(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	m := h.authorised()
	topic, late := h.supervising("听取河涌整治情况"), h.supervising("听取噪声整治情况")
	id := h.sitting(8, topic)
	leader, office := h.Actor(access.CityLeader), mandate.NewStore(h.db, nil, func() time.Time { return h.now })
	step := mandate.Step{ID: m, Version: dbtest.Scan[int](t, h.admin, `SELECT version FROM mandates WHERE id = $1`, m)}
	h.must(office.Withdraw(ctx, leader, step, calendar.Day(2026, 3, 6), "另有安排"))
	if err := h.s.AddTemporary(ctx, h.staff, h.step(id), meeting.Temporary{TopicID: late, Consent: 8}); mandate.Refusal(err) == nil {
		t.Errorf("a temporary topic after the withdrawal: %v", err)
	}
	item := h.record(id).Items[0].ID
	if err := h.s.Conclude(ctx, h.staff, h.step(id), item, meeting.Heard, ""); err == nil {
		t.Error("heard after the withdrawal")
	}
	if err := h.s.ShowHands(ctx, h.staff, h.step(id), item, "", meeting.Count{For: 8}); err == nil {
		t.Error("voted on after the withdrawal")
	}
	if err := h.sql(`UPDATE meeting_items SET outcome = 'heard', concluded_at = now() WHERE outcome = ''`); !db.Violates(err, "meetings_need_mandate") {
		t.Errorf("heard without authority by SQL: %v", err)
	}
	h.must(h.s.Conclude(ctx, h.staff, h.step(id), item, meeting.Postponed, ""))
}
