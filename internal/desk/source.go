package desk

import (
	"strings"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/setting"
)

// task is what every source selects of an opinion o and its clock d.
const task = `
	SELECT 'opinion' AS subject, o.id, o.street_id, coalesce(d.name, '') AS clock, left(o.text, 80) AS text, o.number,
	       coalesce((SELECT c.name FROM communities c WHERE c.street_id = o.street_id AND c.id = o.community_id), '') AS place,
	       coalesce((SELECT u.name FROM units u WHERE u.street_id = o.street_id AND u.id = o.lead_unit_id), '') AS unit,
	       coalesce((SELECT p.name FROM deputies p WHERE p.street_id = o.street_id AND p.id = o.deputy_id), '') AS deputy,
	       o.round = 2 AS again, o.sensitive, coalesce(o.lead_unit_id <> (SELECT app.unit()), true) AS theirs,
	       EXISTS (SELECT FROM opinion_extensions x WHERE x.street_id = o.street_id AND x.opinion_id = o.id AND x.granted IS NULL) AS waiting,
	       coalesce((SELECT max(array_position(ARRAY ['urge', 'supervise', 'report'], x.level))
	                 FROM opinion_urges x
	                 WHERE x.street_id = o.street_id AND x.opinion_id = o.id AND x.at::date > d.due_on), 0) AS rung,
	       o.received_at AS at, d.due_on, coalesce(d.id, 0) AS deadline_id`

// as is task under another clock's name.
func as(clock string) string {
	return strings.Replace(task, "coalesce(d.name, '') AS clock", "'"+clock+"' AS clock", 1)
}

// clocked are the open clocks of a street with their opinions. An assigned
// opinion has two, of which signing comes first.
const clocked = task + `
	FROM deadlines d
	JOIN opinions o ON o.street_id = d.street_id AND o.id = d.subject_id
	WHERE d.street_id = @street
	  AND d.kind = 'opinion'
	  AND d.ended_on IS NULL
	  AND NOT (d.name = 'reply' AND o.state = 'assigned')`

// atUnit is what a unit has to sign for or to answer. The states say what the
// clocks say already; they lead to the index of the open ones.
const atUnit = `d.name IN ('sign', 'reply') AND o.state IN ('assigned', 'signed', 'handling')`

const nextClock = `
	LEFT JOIN LATERAL (
		SELECT d.id, d.name, d.due_on
		FROM deadlines d
		WHERE d.street_id = o.street_id AND d.kind = 'opinion' AND d.subject_id = o.id AND d.ended_on IS NULL
		ORDER BY d.due_on, d.id
		LIMIT 1) AS d ON true`

func byUnit(a access.Actor) db.Args   { return db.Args{"unit": a.UnitID} }
func byDeputy(a access.Actor) db.Args { return db.Args{"deputy": a.DeputyID} }

// streetFirst names the street before the community.
const streetFirst = `(SELECT s.name || ' ' FROM streets s WHERE s.id = o.street_id) || coalesce((SELECT c.name`

// What stands on desks about opinions.
var (
	office      = source{sql: clocked + ` AND d.name IN ('triage', 'assign', 'reassign', 'review', 'feedback')`}
	reviews     = source{sql: clocked + ` AND d.name = 'review'`}
	officeLate  = source{sql: clocked + ` AND d.name IN ('triage', 'assign', 'reassign', 'feedback') AND d.due_on < @today::date`}
	chased      = source{sql: clocked + ` AND ` + atUnit + ` AND d.due_on < @today::date`}
	closable    = source{sql: clocked + ` AND d.name IN ('feedback', 'rating') AND d.due_on < @today::date AND o.state IN ('to_feedback', 'to_rate')`}
	promisesDue = source{sql: clocked + ` AND d.name = 'promise' AND d.due_on <= @today::date + 30`}
	reported    = source{sql: clocked + ` AND ` + atUnit + ` AND d.due_on < @today::date
		AND EXISTS (SELECT FROM opinion_urges x WHERE x.street_id = o.street_id AND x.opinion_id = o.id AND x.level = 'report')`}

	handling    = source{sql: clocked + ` AND ` + atUnit + ` AND o.lead_unit_id = @unit`, more: byUnit}
	departments = source{sql: clocked + ` AND ` + atUnit + ` AND o.lead_unit_id <> @unit AND d.due_on <= @today::date + 5`, more: byUnit}
	comments    = source{sql: as("comment") + `
		FROM opinion_assignments a
		JOIN opinions o ON o.street_id = a.street_id AND o.id = a.opinion_id` + nextReply + `
		WHERE a.street_id = @street
		  AND a.unit_id = @unit
		  AND a.part = 'co'
		  AND a.ended_at IS NULL
		  AND a.comment = ''
		  AND o.state IN ('assigned', 'signed', 'handling')`, more: byUnit}

	ownFeedback       = source{sql: clocked + ` AND d.name = 'feedback' AND o.deputy_id = @deputy`, more: byDeputy}
	communityFeedback = source{sql: clocked + ` AND d.name = 'feedback'`}

	extensions = source{sql: as("extension") + `
		FROM opinion_extensions x
		JOIN opinions o ON o.street_id = x.street_id AND o.id = x.opinion_id` + nextReply + `
		WHERE x.street_id = @street
		  AND x.granted IS NULL
		  AND o.state IN ('signed', 'handling')`}
	sensitive = source{sql: task + `
		FROM opinions o` + nextClock + `
		WHERE o.street_id = @street
		  AND o.sensitive
		  AND ` + running}
	cityWaits = source{sql: task + `
		FROM opinions o` + nextClock + `
		WHERE o.street_id = @street
		  AND o.state = 'to_city'`}
	escalated = source{sql: strings.Replace(task, "coalesce((SELECT c.name", streetFirst, 1) + `
		FROM opinions o` + nextClock + `
		WHERE o.street_id = ANY ((SELECT app.streets())::bigint[])
		  AND o.state = 'to_city'`}
)

// nextReply is the clock of the reply, whatever else runs.
const nextReply = `
	LEFT JOIN deadlines d ON d.street_id = o.street_id AND d.kind = 'opinion' AND d.subject_id = o.id AND d.name = 'reply' AND d.ended_on IS NULL`

// reception is what every source selects of a reception r at a station t; due is
// an expression.
func reception(subject, due string) string {
	return `
	SELECT '` + subject + `' AS subject, r.id, r.street_id, '' AS clock, t.name AS text,
	       to_char(r.held_on, 'FMMM"月"FMDD"日" ') || to_char(r.from_time, 'HH24:MI') || '–' || to_char(r.to_time, 'HH24:MI') AS number,
	       t.address AS place, '' AS unit,
	       array_to_string(ARRAY (SELECT p.name
	                              FROM reception_deputies x
	                              JOIN deputies p ON p.street_id = x.street_id AND p.id = x.deputy_id
	                              WHERE x.street_id = r.street_id AND x.reception_id = r.id
	                              ORDER BY p.name
	                              LIMIT 5), '、') AS deputy,
	       false AS again, false AS sensitive, false AS theirs, false AS waiting, 0 AS rung, (r.held_on + r.from_time)::timestamptz AS at, ` + due + ` AS due_on, 0::bigint AS deadline_id
	FROM receptions r
	JOIN stations t ON t.street_id = r.street_id AND t.id = r.station_id
	WHERE r.street_id = @street`
}

var (
	next      = reception(Reception, `r.held_on`) + ` AND r.state = 'published' AND r.held_on BETWEEN @today::date AND @today::date + 30`
	toPublish = reception(Reception, `r.held_on - `+noticeDays.SQL("r.street_id")) + ` AND r.state = 'planned' AND r.held_on BETWEEN @today::date AND @today::date + 30`
	notLogged = reception(Missed, `NULL::date`) + ` AND r.state = 'published' AND r.held_on BETWEEN @today::date - 14 AND @today::date - 1
		AND NOT EXISTS (SELECT FROM visits v WHERE v.street_id = r.street_id AND (v.reception_id = r.id OR v.station_id = r.station_id AND v.held_on = r.held_on))`
	mine        = ` AND EXISTS (SELECT FROM reception_deputies x WHERE x.street_id = r.street_id AND x.reception_id = r.id AND x.deputy_id = @deputy)`
	inCommunity = ` AND t.community_id = @community`
)

// noticeDays is how long before a reception its notice is due: the setting of
// the room of stations.
var noticeDays = setting.Setting{Key: "station.notice_days", Default: 3}

func byCommunity(a access.Actor) db.Args { return db.Args{"community": a.CommunityID} }

// What stands on desks about receptions.
var (
	published           = source{sql: next}
	unpublished         = source{sql: toPublish}
	missed              = source{sql: notLogged}
	ownReceptions       = source{sql: next + mine, more: byDeputy}
	ownMissed           = source{sql: notLogged + mine, more: byDeputy}
	communityReceptions = source{sql: reception(Reception, `r.held_on`) + ` AND r.state IN ('planned', 'published') AND r.held_on BETWEEN @today::date AND @today::date + 30` + inCommunity, more: byCommunity}
	communityMissed     = source{sql: notLogged + inCommunity, more: byCommunity}
)

// draft is the visit that the actor has typed and not saved.
var draft = source{sql: `
	SELECT 'draft' AS subject, 0::bigint AS id, street_id, '' AS clock, '没有提交的接待登记' AS text, '' AS number, '' AS place, '' AS unit, '' AS deputy,
	       false AS again, false AS sensitive, false AS theirs, false AS waiting, 0 AS rung, saved_at AS at, NULL::date AS due_on, 0::bigint AS deadline_id
	FROM visit_drafts
	WHERE street_id = @street
	  AND user_id = @user`, more: func(a access.Actor) db.Args { return db.Args{"user": a.UserID} }}

// grants are the roles asked for and not decided.
var grants = source{sql: `
	SELECT 'grant' AS subject, g.id, g.street_id, '' AS clock, u.name AS text, g.role AS number,
	       coalesce((SELECT s.name FROM streets s WHERE s.id = g.street_id), '') AS place, '' AS unit, '' AS deputy,
	       false AS again, false AS sensitive, false AS theirs, false AS waiting, 0 AS rung, g.requested_at AS at, NULL::date AS due_on, 0::bigint AS deadline_id
	FROM role_grants g
	JOIN users u ON u.id = g.user_id
	WHERE g.city_id = @city
	  AND g.decided_at IS NULL
	  AND g.revoked_at IS NULL`, more: func(a access.Actor) db.Args { return db.Args{"city": a.CityID} }}

// selectStreets is the city at a glance.
const selectStreets = `
	SELECT s.id, s.name,
	       (SELECT count(*) FROM opinions o WHERE o.street_id = s.id AND ` + running + `) AS open,
	       (SELECT count(*) FROM opinions o WHERE o.street_id = s.id AND ` + running + ` AND ` + openLate + `) AS overdue,
	       (SELECT count(*) FROM opinions o WHERE o.street_id = s.id AND o.state = 'promised') AS promised,
	       (SELECT count(*) FROM opinions o WHERE o.street_id = s.id AND o.state = 'to_city') AS to_city
	FROM streets s
	WHERE s.id = ANY ((SELECT app.streets())::bigint[])
	ORDER BY s.code
	LIMIT 300`
