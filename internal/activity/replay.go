package activity

import (
	"context"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/gathering"
)

// Past is an activity of the past as a register or the demonstration knows it: held,
// recorded and, where it was reported, answered by its units.
type Past struct {
	Plan
	StreetID int64
	People   []gathering.HeldPerson
	Summary  string
	Visited  string
	Findings []string
	Report   string // "" where there is none
	Units    []int64
	Content  string // what the units were asked to do
	Answer   string // of every unit
}

// Replay enters activities of the past, archived, in a few statements for any number,
// and returns their IDs in the order of list. Every rule of the database holds; what
// was approved before the committee was appointed bears no signature. Nobody is told.
// Acts of supervision cannot be entered so: they need their authorisation. Only the
// operator's shell may.
func (s *Store) Replay(ctx context.Context, tx db.Tx, actor access.Actor, list []Past) (ids []int64, err error) {
	defer fault.Wrap(&err, "replay activities")
	if actor.Role != access.Operator {
		return nil, fault.Forbidden
	}
	var c pastColumns
	for _, p := range list {
		if err := p.check(); err != nil {
			return nil, err
		}
		if p.Supervises {
			return nil, fault.Fields{{Name: "mandate", Text: "监督活动不能补录，要有授权"}}
		}
		c.add(p)
	}
	if ids, err = s.enter(ctx, tx, actor, &c); err != nil {
		return nil, complaint(err)
	}
	held := make([]gathering.Held, len(list))
	for i, p := range list {
		held[i] = gathering.Held{
			New: gathering.New{
				StreetID: p.StreetID, Kind: gathering.Activity, RecordID: ids[i], GroupID: p.GroupID, Title: p.Title, Place: p.Place, StartsAt: p.StartsAt, EndsAt: p.EndsAt,
			},
			People: p.People,
		}
	}
	gatherings, err := s.gatherings.Replay(ctx, tx, actor, held)
	if err != nil {
		return nil, err
	}
	if err := s.settle(ctx, tx, list, ids, gatherings, &c); err != nil {
		return nil, complaint(err)
	}
	events := make([]audit.Event, len(list))
	for i, p := range list {
		events[i] = audit.Event{At: p.EndsAt, StreetID: p.StreetID, Kind: "activity", ID: ids[i], Action: "activity.replay", Title: "录入活动台账"}
	}
	return ids, audit.RecordAll(ctx, tx, actor, events)
}

// pastColumns are activities, a slice a column.
type pastColumns struct {
	street, group                                                      []int64
	kind, title, purpose, themes, place, key, summary, visited, report []string
	day, from, to                                                      []time.Time
	forwarded                                                          []bool
}

func (c *pastColumns) add(p Past) {
	c.street, c.group = append(c.street, p.StreetID), append(c.group, p.GroupID)
	c.kind, c.title, c.purpose = append(c.kind, p.Kind), append(c.title, p.Title), append(c.purpose, p.Purpose)
	c.themes, c.place, c.key = append(c.themes, strings.Join(p.Themes, "、")), append(c.place, p.Place), append(c.key, p.Key)
	c.summary, c.visited, c.report = append(c.summary, p.Summary), append(c.visited, p.Visited), append(c.report, p.Report)
	c.day, c.from, c.to = append(c.day, calendar.On(p.StartsAt)), append(c.from, p.StartsAt), append(c.to, p.EndsAt)
	c.forwarded = append(c.forwarded, len(p.Units) > 0)
}

func (s *Store) enter(ctx context.Context, tx db.Tx, actor access.Actor, c *pastColumns) (ids []int64, err error) {
	return ids, db.Do(ctx, tx, db.Values(&ids, `
		WITH added AS (
			INSERT INTO activities (street_id, kind, title, purpose, themes, group_id, supervises, place, held_on, starts_at, ends_at, entered, creator, key, created_at, modified_at)
			SELECT x.street, x.kind, x.title, x.purpose, string_to_array(nullif(x.themes, ''), '、'), nullif(x.grp, 0), false, x.place, x.day, x.since, x.till, true, @name, x.key,
			       x.since - interval '7 days', x.till
			FROM unnest(@street::bigint[], @kind::text[], @title::text[], @purpose::text[], @themes::text[], @group::bigint[], @place::text[], @day::date[], @from::timestamptz[],
			            @to::timestamptz[], @key::text[]) AS x (street, kind, title, purpose, themes, grp, place, day, since, till, key)
			RETURNING id, street_id, key)
		SELECT a.id
		FROM unnest(@street::bigint[], @key::text[]) WITH ORDINALITY AS x (street, key, n)
		JOIN added a ON a.street_id = x.street AND a.key = x.key
		ORDER BY x.n`, db.Args{
		"street": c.street, "kind": c.kind, "title": c.title, "purpose": c.purpose, "themes": c.themes, "group": c.group, "place": c.place, "day": c.day, "from": c.from,
		"to": c.to, "key": c.key, "name": actor.Name,
	}))
}

// settle adds what was found, what units were sent and answered, and archives.
func (s *Store) settle(ctx context.Context, tx db.Tx, list []Past, ids, gatherings []int64, c *pastColumns) error {
	var street, activity, no, to, sender []int64
	var text, content, answer []string
	for i, p := range list {
		for n, f := range p.Findings {
			street, activity, no, text = append(street, p.StreetID), append(activity, ids[i]), append(no, int64(n+1)), append(text, f)
		}
	}
	var sentTo, of []int64
	for i, p := range list {
		for _, u := range p.Units {
			sender, of, sentTo = append(sender, p.StreetID), append(of, ids[i]), append(sentTo, u)
			content, answer = append(content, p.Content), append(answer, p.Answer)
		}
	}
	to = sentTo
	var b db.Batch
	b.Add(`
		INSERT INTO activity_findings (street_id, activity_id, no, text)
		SELECT * FROM unnest(@street::bigint[], @activity::bigint[], @no::int[], @text::text[])`, db.Args{"street": street, "activity": activity, "no": no, "text": text})
	b.Add(`
		INSERT INTO activity_forwardings (street_id, activity_id, unit_id, content, sent_on, due_on, answer, answered_at, answered_how, answerer)
		SELECT x.street, x.activity, x.unit, x.content, f.sent_on, f.sent_on + 45, x.answer, f.sent_on + interval '25 days', 'paper', u.name
		FROM unnest(@street::bigint[], @activity::bigint[], @unit::bigint[], @content::text[], @answer::text[]) AS x (street, activity, unit, content, answer)
		JOIN activities a ON a.street_id = x.street AND a.id = x.activity
		JOIN units u ON u.street_id = x.street AND u.id = x.unit
		CROSS JOIN LATERAL (SELECT greatest(a.held_on + 7, @committees::date) AS sent_on) AS f`,
		db.Args{"street": sender, "activity": of, "unit": to, "content": content, "answer": answer, "committees": committees})
	b.Add(`
		UPDATE activities a
		SET state = 'archived', gathering_id = x.gathering, notified_on = a.held_on - 4, approved_on = a.held_on - 5, approver_post_id = `+inPost("a.held_on - 5")+`,
		    summary = x.summary, visited = x.visited, report = x.report, reported_on = CASE WHEN x.report <> '' THEN a.held_on + 5 END,
		    forwarded_on = CASE WHEN x.forwarded THEN greatest(a.held_on + 7, @committees::date) END,
		    forward_post_id = CASE WHEN x.forwarded THEN `+inPost("greatest(a.held_on + 7, @committees::date)")+` END,
		    unforwarded_why = CASE WHEN x.report <> '' AND NOT x.forwarded THEN '没有需要转交的意见' ELSE '' END,
		    archived_on = greatest(a.held_on + 7, @committees::date) + CASE WHEN x.forwarded THEN 30 ELSE 0 END, version = a.version + 1
		FROM unnest(@ids::bigint[], @gatherings::bigint[], @summary::text[], @visited::text[], @report::text[], @forwarded::boolean[]) AS x (id, gathering, summary, visited, report, forwarded)
		WHERE a.id = x.id`, db.Args{
		"ids": ids, "gatherings": gatherings, "summary": c.summary, "visited": c.visited, "report": c.report, "forwarded": c.forwarded, "committees": committees,
	})
	return b.Run(ctx, tx)
}

// committees is when every street had a committee that could sign letters.
var committees = calendar.Day(2019, time.July, 16)

// inPost is who headed the committee of the activity a on a day; NULL where nobody did.
func inPost(day string) string {
	return `(SELECT p.id FROM posts p
		     WHERE p.street_id = a.street_id AND p.post IN ('director', 'deputy_director') AND p.since <= ` + day + ` AND (p.until_on IS NULL OR ` + day + ` < p.until_on)
		     ORDER BY p.post = 'director' DESC, p.id LIMIT 1)`
}
