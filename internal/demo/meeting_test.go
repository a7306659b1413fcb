package demo_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/dbtest"
	"portal/internal/meeting"
)

// meetings looks at the meetings of the demonstration: a year of directors' meetings in
// each street, every state, and numbers that hold.
func meetings(t *testing.T, admin *pgxpool.Pool) {
	for _, street := range []string{"dongcheng", "nancheng", "wanjiang", "guancheng"} {
		for _, span := range [][2]string{{"2019-07-01", "2019-12-31"}, {"2025-03-01", "2026-03-02"}} {
			n := dbtest.Scan[int64](t, admin, `
				SELECT count(*) FROM meetings m JOIN streets s ON s.id = m.street_id JOIN meeting_minutes x ON x.meeting_id = m.id
				WHERE s.slug = $1 AND m.kind = 'directors' AND m.held_on BETWEEN $2::date AND $3::date AND x.issued_on IS NOT NULL`, street, span[0], span[1])
			if n < 4 && (span[0] > "2020" || n < 3) {
				t.Errorf("%s has %d issued minutes of directors' meetings from %s to %s", street, n, span[0], span[1])
			}
		}
	}
	if n := dbtest.Scan[int64](t, admin, `
		SELECT count(*) FROM meetings m JOIN streets s ON s.id = m.street_id
		WHERE s.slug = 'dongcheng' AND m.kind = 'representatives' AND m.state IN ('issued', 'archived')
		  AND (SELECT count(*) FROM attendances a WHERE a.gathering_id = m.gathering_id AND a.due) BETWEEN 35 AND 37`); n != 2 {
		t.Errorf("东城 has %d meetings of its 37 voter representatives, want 2", n)
	}
	if n := dbtest.Scan[int64](t, admin, `
		SELECT count(*) FROM mandate_acts a JOIN meeting_items i ON i.street_id = a.street_id AND i.act_id = a.id JOIN meetings m ON m.street_id = i.street_id AND m.id = i.meeting_id
		WHERE a.kind = 'meeting' AND m.state = 'called' AND a.cancelled_on IS NULL`); n == 0 {
		t.Error("no called meeting has a topic of supervision under an authorisation")
	}
	for _, s := range meeting.Procedure.States {
		of := `state = $1`
		if s.State == meeting.Talk {
			of = `(state = $1 OR talk)`
		}
		if n := dbtest.Scan[int64](t, admin, `SELECT count(*) FROM meetings WHERE `+of, string(s.State)); n == 0 {
			t.Errorf("no meeting is %s", s.Name)
		}
	}
	for _, s := range meeting.TopicProcedure.States {
		if n := dbtest.Scan[int64](t, admin, `SELECT count(*) FROM meeting_topics WHERE state = $1`, string(s.State)); n == 0 {
			t.Errorf("no topic is %s", s.Name)
		}
	}
	for _, s := range meeting.TaskProcedure.States {
		if n := dbtest.Scan[int64](t, admin, `SELECT count(*) FROM meeting_tasks WHERE state = $1`, string(s.State)); n == 0 {
			t.Errorf("no task is %s", s.Name)
		}
	}
	if n := dbtest.Scan[int64](t, admin, `SELECT count(*) FROM meeting_votes v JOIN meeting_items i ON i.id = v.item_id
		WHERE v.state = 'closed' AND (v.present < v.quorum OR (i.outcome = 'passed') <> (v.for_count >= v.needed))`); n != 0 {
		t.Errorf("%d votes contradict their counts", n)
	}
}
