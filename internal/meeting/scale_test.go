package meeting_test

import (
	"testing"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/dbtest/scale"
	"portal/internal/meeting"
)

// TestScale: the lists of meetings and topics, their filters and later pages look at
// about as many rows among 20,000 as among a hundred, for the desk, for the city and for
// who is called to a few.
func TestScale(t *testing.T) {
	h := open(t)
	voter := h.Actor(access.VoterRep)
	me := dbtest.Scan[int64](t, h.admin, `INSERT INTO people (street_id, name, user_id, key) VALUES ($1, '陈代表', $2, 'me') RETURNING id`, h.Street, voter.UserID)
	h.many(1, 100, me, voter.UserID)
	few := h.costs(voter)
	h.many(1001, 20_000, 0, 0)
	for name, many := range h.costs(voter) {
		scale.Alike(t, name, few[name], many)
	}
}

// many makes n archived meetings of eleven with a topic each, from a day back on, past
// the rules, which take minutes; one in twenty calls me where me is somebody.
func (h *house) many(first, n int, me, user int64) {
	h.Helper()
	tx, err := h.admin.Begin(h.Context())
	h.must(err)
	for _, sql := range []string{
		`SET LOCAL session_replication_role = replica`,
		`CREATE TEMPORARY TABLE made ON COMMIT DROP AS
		 SELECT k, ('2026-02-27'::date - (k % 2000)) AS day FROM generate_series($1::integer, $1::integer + $2::integer - 1) k`,
		`INSERT INTO gatherings (street_id, kind, record_id, title, place, held_on, starts_at, ends_at, state, called_at, opened_at, closed_at, sealed)
		 SELECT $1, 'meeting', k, '第' || k || '次会议', '室', day, day + time '09:00', day + time '11:00', 'closed', day - 5, day + time '09:00', day + time '11:00', true FROM made`,
		`INSERT INTO attendances (street_id, gathering_id, held_on, person_street_id, person_id, name, duty, capacity, due, arrived_at, arrived_how, outcome)
		 SELECT g.street_id, g.id, g.held_on, g.street_id, p.id, p.name, '工委委员', 'member', true, g.starts_at, 'hand', 'present'
		 FROM made JOIN gatherings g ON g.street_id = $1 AND g.record_id = made.k, people p
		 WHERE p.street_id = $1 AND (p.id <> $2 AND p.key <> 'me' OR p.id = $2 AND made.k % 20 = 0)`,
		`INSERT INTO meetings (street_id, kind, gathering_id, held_on, state, entered, chair_post_id, called_on, notice_days, quorum_num, quorum_den, pass_base, pass_num, pass_den, chair_rule,
		                       began_at, agenda_for, agenda_present, ended_at, archived_on, creator, key)
		 SELECT $1, CASE k % 10 WHEN 0 THEN 'representatives' ELSE 'directors' END, g.id, day, CASE k % 50 WHEN 0 THEN 'issued' ELSE 'archived' END, true, 1, day - 5, 3, 1, 2, 'all', 1, 2, 'presiding',
		        day + time '09:00', 6, 6, day + time '11:00', CASE WHEN k % 50 > 0 THEN day + 60 END, '员', 'many' || k
		 FROM made JOIN gatherings g ON g.street_id = $1 AND g.record_id = made.k`,
		`INSERT INTO meeting_topics (street_id, kind, type, title, proposer, state, created_by, creator, key, created_at)
		 SELECT $1, CASE k % 10 WHEN 0 THEN 'representatives' ELSE 'directors' END, 'plan', '议题' || k, '办公室', CASE k % 50 WHEN 0 THEN 'proposed' ELSE 'considered' END,
		        CASE k % 20 WHEN 0 THEN $2 ELSE 0 END, '员', 'many' || k, day + make_interval(secs => k) FROM made`,
		`INSERT INTO meeting_items (street_id, meeting_id, topic_id, position, outcome, concluded_at)
		 SELECT m.street_id, m.id, t.id, 1, 'heard', m.ended_at
		 FROM made JOIN meetings m ON m.street_id = $1 AND m.key = 'many' || k JOIN meeting_topics t ON t.street_id = $1 AND t.key = 'many' || k WHERE t.state = 'considered'`,
	} {
		args := map[string][]any{"CREATE TEMP": {first, n}, "attendances": {h.Street, me}, "meeting_top": {h.Street, user}}[key(sql)]
		if args == nil && sql[:3] != "SET" {
			args = []any{h.Street}
		}
		_, err := tx.Exec(h.Context(), sql, args...)
		h.must(err)
	}
	h.must(tx.Commit(h.Context()))
	for _, table := range []string{"gatherings", "attendances", "meetings", "meeting_topics", "meeting_items"} {
		dbtest.Exec(h, h.admin, `VACUUM ANALYZE `+table)
	}
}

// key is what a statement begins with, or inserts into.
func key(sql string) string {
	if sql[:11] == "INSERT INTO" {
		return sql[12:23]
	}
	return sql[:11]
}

// costs is what each read costs.
func (h *house) costs(voter access.Actor) map[string]scale.Cost {
	h.Helper()
	ctx := h.Context()
	costs := map[string]scale.Cost{}
	for name, read := range map[string]struct {
		actor access.Actor
		f     meeting.Filter
	}{
		"meetings":            {h.staff, meeting.Filter{}},
		"meetings, running":   {h.staff, meeting.Filter{State: "running"}},
		"meetings of a kind":  {h.staff, meeting.Filter{Kind: meeting.Representatives}},
		"meetings of a year":  {h.staff, meeting.Filter{Year: 2025}},
		"meetings later":      {h.staff, meeting.Filter{After: db.Cursor{At: day(-30, 0), ID: 1}}},
		"meetings of a city":  {h.Actor(access.CityOffice), meeting.Filter{}},
		"meetings of a voter": {voter, meeting.Filter{}},
	} {
		read.f.Limit = 20
		costs[name] = scale.Reads(h, h.admin, func(d *db.DB) error {
			l, err := meeting.NewStore(d, nil, nil, h.s.Now).Meetings(ctx, read.actor, read.f)
			if err == nil && len(l.Lines) == 0 {
				h.Fatalf("%s: nothing", name)
			}
			return err
		})
	}
	for name, read := range map[string]struct {
		actor access.Actor
		f     meeting.TopicFilter
	}{
		"topics":            {h.staff, meeting.TopicFilter{}},
		"topics, proposed":  {h.staff, meeting.TopicFilter{State: "proposed"}},
		"topics of a kind":  {h.staff, meeting.TopicFilter{Kind: meeting.Representatives}},
		"topics later":      {h.staff, meeting.TopicFilter{After: db.Cursor{At: day(-30, 0), ID: 1}}},
		"topics of a voter": {voter, meeting.TopicFilter{}},
	} {
		read.f.Limit = 20
		costs[name] = scale.Reads(h, h.admin, func(d *db.DB) error {
			list, _, _, _, err := meeting.NewStore(d, nil, nil, h.s.Now).Topics(ctx, read.actor, read.f)
			if err == nil && len(list) == 0 {
				h.Fatalf("%s: nothing", name)
			}
			return err
		})
	}
	return costs
}
