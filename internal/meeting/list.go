package meeting

import (
	"context"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/plan"
	"portal/internal/procedure"
)

// Filter narrows a list of meetings. Zero fields do not narrow it.
type Filter struct {
	StreetID int64
	Kind     string
	State    string // of the procedure; running: not over yet; held: with a quorum, and ended
	Year     int
	Text     string // in title or place
	From, To time.Time
	After    db.Cursor
	Limit    int
}

// Line is one meeting in a list.
type Line struct {
	ID          int64
	StreetID    int64
	Street      string
	Kind        string
	GatheringID int64
	Title       string
	Place       string
	HeldOn      time.Time
	StartsAt    time.Time
	EndsAt      time.Time
	State       procedure.State
	Talk        bool
	ItemCount   int
	PassedCount int
	DueCount    int // by the list; 0 before the notice
	CameCount   int // of them
	Number      string
}

const selectLine = `
	SELECT m.id, m.street_id, (SELECT s.name FROM streets s WHERE s.id = m.street_id) AS street, m.kind, coalesce(m.gathering_id, 0) AS gathering_id, g.title, g.place, m.held_on, g.starts_at, g.ends_at,
	       m.state, m.talk,
	       (SELECT count(*) FROM meeting_items i WHERE i.street_id = m.street_id AND i.meeting_id = m.id) AS item_count,
	       (SELECT count(*) FROM meeting_items i WHERE i.street_id = m.street_id AND i.meeting_id = m.id AND i.outcome = 'passed') AS passed_count,
	       (SELECT count(*) FROM attendances a WHERE a.street_id = m.street_id AND a.gathering_id = m.gathering_id AND a.due AND m.called_on IS NOT NULL) AS due_count,
	       (SELECT count(*) FROM attendances a WHERE a.street_id = m.street_id AND a.gathering_id = m.gathering_id AND a.due AND a.arrived_at IS NOT NULL) AS came_count,
	       coalesce((SELECT x.number FROM meeting_minutes x WHERE x.street_id = m.street_id AND x.meeting_id = m.id), '') AS number
	FROM meetings m
	JOIN gatherings g ON g.street_id = m.street_id AND g.id = m.gathering_id`

// Listing is a page of meetings.
type Listing struct {
	Lines   []Line
	Next    db.Cursor    // zero on the last page
	Count   int          // of all pages, up to CountCap
	Streets []choice.Row // of the city, for its filter
}

// CountCap is the highest number that a listing counts to.
const CountCap = 500

// Meetings reads a page of meetings, the latest first: those of the committee, or those
// to which the actor is called. It needs ViewMeetings.
func (s *Store) Meetings(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list meetings")
	if !may(actor, access.ViewMeetings) {
		return l, fault.Forbidden
	}
	where, args := f.where(actor)
	counted := f
	counted.After = db.Cursor{}
	all, allArgs := counted.where(actor)
	err = s.db.Read(ctx, actor,
		db.Many(&l.Lines, selectLine+where+"\n\tORDER BY m.held_on DESC, m.id DESC\n\tLIMIT "+strconv.Itoa(f.Limit+1), args),
		db.Value(&l.Count, `SELECT count(*) FROM (SELECT FROM meetings m`+f.named()+all+"\n\tLIMIT "+strconv.Itoa(CountCap)+") AS capped", allArgs),
		db.Many(&l.Streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, db.Args{"city": actor.CityID}))
	if err != nil {
		return l, err
	}
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, func(x Line) db.Cursor { return db.Cursor{At: x.HeldOn, ID: x.ID} })
	return l, nil
}

// narrower collects conditions with their arguments.
type narrower struct {
	b    strings.Builder
	args db.Args
}

func narrow() *narrower {
	n := &narrower{args: db.Args{}}
	n.b.WriteString("\n\tWHERE true")
	return n
}

func (n *narrower) add(is bool, name string, value any, sql string) {
	if is {
		n.b.WriteString("\n\t  AND " + sql)
		n.args[name] = value
	}
}

// named joins what the text of a filter is looked for in.
func (f Filter) named() string {
	if f.Text == "" {
		return ""
	}
	return ` JOIN gatherings g ON g.street_id = m.street_id AND g.id = m.gathering_id`
}

func (f Filter) where(actor access.Actor) (string, db.Args) {
	n := narrow()
	street := f.StreetID
	if actor.StreetID != 0 {
		street = 0 // row-level security says which
		if may(actor, access.ReadMeetings) {
			street = actor.StreetID
		}
	}
	n.add(street != 0, "street", street, "m.street_id = @street")
	if !may(actor, access.ReadMeetings) {
		n.b.WriteString("\n\t  AND m.gathering_id = ANY ((SELECT app.own_gatherings())::bigint[])")
	}
	n.add(f.Kind != "", "kind", f.Kind, "m.kind = @kind")
	switch f.State {
	case "running":
		n.add(true, "over", []string{"archived", "failed", "cancelled"}, "m.state <> ALL (@over::text[])")
	case "held":
		n.add(true, "held", []string{"ended", "recorded", "drafting", "signed", "issued", "archived"}, "m.state = ANY (@held::text[]) AND NOT m.talk")
	case "":
	default:
		n.add(true, "state", f.State, "m.state = @state")
	}
	n.add(f.Year != 0, "year", f.Year, "m.held_on BETWEEN make_date(@year, 1, 1) AND make_date(@year, 12, 31)")
	n.add(!f.From.IsZero(), "from", f.From, "m.held_on >= @from::date")
	n.add(!f.To.IsZero(), "to", f.To, "m.held_on <= @to::date")
	n.add(f.Text != "", "text", "%"+likeEscaper.Replace(f.Text)+"%", "(g.title LIKE @text OR g.place LIKE @text)")
	if !f.After.IsZero() {
		n.args["after_on"] = f.After.At
		n.add(true, "after_id", f.After.ID, "(m.held_on, m.id) < (@after_on::date, @after_id)")
	}
	return n.b.String(), n.args
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Choices are what the form of a new meeting offers.
type Choices struct {
	Chairs []choice.Row // who may preside today
	Units  []choice.Row
	Items  []choice.Grouped // of the annual plans
}

// Choices reads what forms offer to a meeting on a day, which may be zero. It needs
// ViewMeetings or ProposeTopics.
func (s *Store) Choices(ctx context.Context, actor access.Actor, day time.Time) (c Choices, err error) {
	defer fault.Wrap(&err, "choices of meetings")
	arg := db.Args{"street": actor.StreetID, "today": s.today()}
	return c, s.db.Read(ctx, actor,
		db.Many(&c.Chairs, `
			SELECT p.id, CASE p.post WHEN 'director' THEN '主任 ' WHEN 'deputy_director' THEN '副主任 ' ELSE '委员 ' END || h.name AS name
			FROM posts p
			JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id
			WHERE p.street_id = @street AND p.since <= @today::date AND (p.until_on IS NULL OR @today::date < p.until_on)
			ORDER BY array_position(ARRAY ['director', 'deputy_director', 'member'], p.post), p.id
			LIMIT 100`, arg),
		db.Many(&c.Units, `SELECT id, name FROM units WHERE street_id = @street AND ended_on IS NULL ORDER BY id LIMIT 500`, db.Args{"street": actor.StreetID}),
		plan.Choices(&c.Items, actor.StreetID, s.today(), day))
}

// TopicFilter narrows a list of topics. Zero fields do not narrow it.
type TopicFilter struct {
	StreetID int64
	Kind     string
	State    string
	Type     string
	Text     string
	After    db.Cursor
	Limit    int
}

// Topics reads a page of topics, the newest first: those of the committee, or one's own.
// It needs ProposeTopics or ReadMeetings.
func (s *Store) Topics(ctx context.Context, actor access.Actor, f TopicFilter) (list []Topic, count int, next db.Cursor, streets []choice.Row, err error) {
	defer fault.Wrap(&err, "list topics")
	if !may(actor, access.ViewTopics) {
		return nil, 0, next, nil, fault.Forbidden
	}
	where := func(f TopicFilter) (string, db.Args) {
		n := narrow()
		street := f.StreetID
		if actor.StreetID != 0 {
			street = actor.StreetID
		}
		n.add(street != 0, "street", street, "t.street_id = @street")
		n.add(!may(actor, access.ReadMeetings), "user", actor.UserID, "t.created_by = @user AND t.created_by <> 0")
		n.add(f.Kind != "", "kind", f.Kind, "t.kind = @kind")
		n.add(f.State != "", "state", f.State, "t.state = @state")
		n.add(f.Type != "", "type", f.Type, "t.type = @type")
		n.add(f.Text != "", "text", "%"+likeEscaper.Replace(f.Text)+"%", "(t.title LIKE @text OR t.proposer LIKE @text)")
		if !f.After.IsZero() {
			n.args["after_at"] = f.After.At
			n.add(true, "after_id", f.After.ID, "(t.created_at, t.id) < (@after_at::timestamptz, @after_id)")
		}
		return n.b.String(), n.args
	}
	page, args := where(f)
	f.After = db.Cursor{}
	all, allArgs := where(f)
	err = s.db.Read(ctx, actor,
		db.Many(&list, selectTopic+page+"\n\tORDER BY t.created_at DESC, t.id DESC\n\tLIMIT "+strconv.Itoa(f.Limit+1), args),
		db.Value(&count, `SELECT count(*) FROM (SELECT FROM meeting_topics t`+all+"\n\tLIMIT "+strconv.Itoa(CountCap)+") AS capped", allArgs),
		db.Many(&streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, db.Args{"city": actor.CityID}))
	if err != nil {
		return nil, 0, next, nil, err
	}
	list, next = db.Page(list, f.Limit, func(t Topic) db.Cursor { return db.Cursor{At: t.CreatedAt, ID: t.ID} })
	return list, count, next, streets, nil
}

// Taken is a meeting that took a topic up.
type Taken struct {
	ID      int64
	Title   string
	HeldOn  time.Time
	Outcome string
}

// TopicRecord is one topic with the meetings that took it up.
type TopicRecord struct {
	Topic
	Meetings []Taken
	Timeline []audit.Entry
}

// Topic reads one topic. It needs ViewTopics.
func (s *Store) Topic(ctx context.Context, actor access.Actor, id int64) (r TopicRecord, err error) {
	defer fault.Wrap(&err, "topic %d", id)
	if !may(actor, access.ViewTopics) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	err = s.db.Read(ctx, actor,
		db.One(&r.Topic, selectTopic+` WHERE t.id = @id`, arg),
		db.Many(&r.Meetings, `
			SELECT m.id, g.title, m.held_on, i.outcome
			FROM meeting_items i
			JOIN meetings m ON m.street_id = i.street_id AND m.id = i.meeting_id
			JOIN gatherings g ON g.street_id = m.street_id AND g.id = m.gathering_id
			WHERE i.topic_id = @id
			ORDER BY m.held_on, m.id
			LIMIT 50`, arg),
		audit.Timeline(&r.Timeline, "meeting_topic", id))
	return r, err
}

// Moves lists what the actor may do with the topic now.
func (r *TopicRecord) Moves(actor access.Actor) (list []procedure.Move) {
	for _, m := range TopicProcedure.Open(actor, r.State) {
		if actor.StreetID == r.StreetID && (m.Name != "retabling" || r.Rejected) {
			list = append(list, m)
		}
	}
	return list
}
