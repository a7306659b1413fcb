BEGIN;

CREATE OR REPLACE VIEW performance_rows WITH (security_invoker = true) AS
SELECT street_id, deputy_id, held_on, CASE WHEN NOT due THEN 'guest' WHEN class IN ('inspection', 'appraisal') THEN 'inspection' WHEN kind = 'report_session' THEN 'reportback' ELSE kind END AS class,
       capacity AS detail, outcome,
       CASE WHEN outcome IN ('present', 'late', 'early') THEN 1 ELSE 0 END AS done,
       CASE WHEN due THEN 1 ELSE 0 END AS due,
       CASE WHEN due AND outcome = 'leave' THEN 1 ELSE 0 END AS excused,
       0 AS tenths, title, 'gathering' AS source, gathering_id AS source_id
FROM (SELECT DISTINCT ON (d.street_id, d.id, a.held_on, a.gathering_id)
             d.street_id, d.id AS deputy_id, a.held_on, a.gathering_id, a.capacity, a.outcome, a.due, g.kind, g.title, t.class
      FROM deputies d
      JOIN people h ON h.street_id = d.street_id AND h.id = d.person_id
      JOIN people p ON p.street_id = h.street_id AND (p.id = coalesce(h.merged_into, h.id) OR p.merged_into = coalesce(h.merged_into, h.id))
      JOIN attendances a ON a.person_street_id = p.street_id AND a.person_id = p.id AND a.held_on >= d.since AND a.held_on < coalesce(d.ended_on, 'infinity')
      JOIN gatherings g ON g.street_id = a.street_id AND g.id = a.gathering_id
      LEFT JOIN activities t ON t.street_id = g.street_id AND t.id = g.record_id AND g.kind = 'activity'
      WHERE d.level = 'city' AND d.ended_why <> 'duplicate' AND g.state = 'closed' AND t.parent_id IS NULL
      ORDER BY d.street_id, d.id, a.held_on, a.gathering_id, a.due DESC, a.arrived_at, a.id) AS called
WHERE due OR outcome IN ('present', 'late', 'early')
UNION ALL
SELECT v.street_id, x.deputy_id, v.held_on, 'reception', '', 'done', 1, 0, 0, 0,
       (SELECT s.name FROM stations s WHERE s.street_id = v.street_id AND s.id = v.station_id), 'visit', v.id
FROM visits v
JOIN visit_deputies x ON x.street_id = v.street_id AND x.visit_id = v.id
UNION ALL
-- Complaints about deputies and the office are the director's alone and count for nobody.
SELECT o.street_id, o.deputy_id, o.received_on, 'opinion', o.kind, o.state, 1, 0, 0, 0, o.number, 'opinion', o.id
FROM opinions o
WHERE o.deputy_id IS NOT NULL AND NOT o.sensitive AND o.state NOT IN ('declined', 'merged', 'withdrawn')
UNION ALL
SELECT s.street_id, x.deputy_id, s.submitted_on, CASE WHEN s.class = 'street' THEN 'street' WHEN x.deputy_id = s.lead_id THEN 'lead' ELSE 'signed' END,
       CASE WHEN s.key_on IS NULL THEN '' ELSE 'key' END, s.state, 1, 0, 0, 0, s.title, 'suggestion', s.id
FROM suggestions s, unnest(s.signers) AS x (deputy_id)
WHERE s.submitted_on IS NOT NULL AND s.state NOT IN ('review', 'sent_back', 'to_letter', 'merged', 'withdrawn')
UNION ALL
SELECT s.street_id, s.lead_id, (r.replied_at AT TIME ZONE 'Asia/Shanghai')::date, 'rating', '',
       CASE WHEN g.rated_at IS NOT NULL THEN 'rated' WHEN s.state = 'replied' THEN 'open' ELSE 'unrated' END,
       CASE WHEN g.rated_at IS NOT NULL THEN 1 ELSE 0 END, CASE WHEN g.rated_at IS NULL AND s.state = 'replied' THEN 0 ELSE 1 END, 0, 0, s.title, 'suggestion', s.id
FROM suggestion_replies r
JOIN suggestions s ON s.street_id = r.street_id AND s.id = r.suggestion_id
LEFT JOIN suggestion_ratings g ON g.street_id = r.street_id AND g.suggestion_id = r.suggestion_id AND g.round = r.round
WHERE r.kind = 'reply' AND s.state NOT IN ('merged', 'withdrawn')
UNION ALL
SELECT street_id, deputy_id, held_on, 'training', '', CASE WHEN signed_at IS NULL THEN 'absent' ELSE 'present' END,
       CASE WHEN signed_at IS NULL THEN 0 ELSE 1 END, 1, 0, CASE WHEN signed_at IS NULL THEN 0 ELSE tenths END, title, 'training', training_id
FROM (SELECT DISTINCT ON (d.street_id, d.id, t.held_on, t.id)
             d.street_id, d.id AS deputy_id, t.held_on, t.id AS training_id, t.title, (t.hours * 10)::integer AS tenths, x.signed_at
      FROM deputies d
      JOIN people h ON h.street_id = d.street_id AND h.id = d.person_id
      JOIN people p ON p.street_id = h.street_id AND (p.id = coalesce(h.merged_into, h.id) OR p.merged_into = coalesce(h.merged_into, h.id))
      JOIN training_participants x ON x.street_id = p.street_id AND x.person_id = p.id
      JOIN trainings t ON t.street_id = x.street_id AND t.id = x.training_id AND t.held_on >= d.since AND t.held_on < coalesce(d.ended_on, 'infinity')
      WHERE d.level = 'city' AND d.ended_why <> 'duplicate' AND t.state = 'closed'
      ORDER BY d.street_id, d.id, t.held_on, t.id, x.signed_at, x.id) AS listed
UNION ALL
-- What was confirmed against a proof; of a session of the congress in half days.
SELECT s.street_id, x.deputy_id, s.held_on, s.class, '', CASE WHEN s.class = 'congress' AND s.attended = 0 THEN CASE WHEN s.missed > 0 THEN 'absent' ELSE 'leave' END ELSE 'present' END,
       CASE WHEN s.class = 'congress' THEN s.attended ELSE 1 END, s.attended + s.excused + s.missed, s.excused, 0, s.title, 'performance_supplement', s.id
FROM performance_supplements s
JOIN performance_supplement_deputies x ON x.street_id = s.street_id AND x.supplement_id = s.id
WHERE s.state = 'confirmed';

DROP INDEX people_as_one;

END;
