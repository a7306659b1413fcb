package meeting

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// NewTask is what follows from an item that was passed (议定事项).
type NewTask struct {
	ItemID  int64
	Text    string
	Owner   string
	CoOwner string
	DueOn   time.Time
}

// Task is one decided item with how it stands.
type Task struct {
	ID         int64
	StreetID   int64
	Street     string
	MeetingID  int64
	Meeting    string // its title
	Kind       string // of the meeting
	ItemID     int64
	Item       string // the topic
	Text       string
	Owner      string
	CoOwner    string
	DueOn      time.Time
	State      procedure.State
	Progress   string
	DoneOn     *time.Time
	ReplacedBy int64
	Version    int
	HeldOn     time.Time
}

// Overdue reports whether a task is not done on a day after it was due.
func (t *Task) Overdue(on time.Time) bool {
	return (t.State == Waiting || t.State == Doing) && t.DueOn.Before(on)
}

const selectTask = `
	SELECT k.id, k.street_id, s.name AS street, k.meeting_id, g.title AS meeting, m.kind, k.item_id, t.title AS item, k.text, k.owner, k.co_owner, k.due_on, k.state, k.progress,
	       k.done_on, coalesce(k.replaced_by, 0) AS replaced_by, k.version, m.held_on
	FROM meeting_tasks k
	JOIN meetings m ON m.street_id = k.street_id AND m.id = k.meeting_id
	JOIN gatherings g ON g.street_id = m.street_id AND g.id = m.gathering_id
	JOIN meeting_items i ON i.street_id = k.street_id AND i.id = k.item_id
	JOIN meeting_topics t ON t.street_id = i.street_id AND t.id = i.topic_id
	JOIN streets s ON s.id = k.street_id`

// carried are the tasks of earlier meetings that were not done when the meeting @id
// began, as they stood then; before it begins, as they stand now.
const carried = `
	SELECT k.id, k.street_id, s.name AS street, k.meeting_id, g.title AS meeting, m.kind, k.item_id, t.title AS item, k.text, k.owner, k.co_owner, coalesce(c.due_on, k.due_on) AS due_on,
	       coalesce(c.state, k.state) AS state, coalesce(c.progress, k.progress) AS progress, CASE WHEN c.task_id IS NULL THEN k.done_on END AS done_on,
	       coalesce(k.replaced_by, 0) AS replaced_by, k.version, m.held_on
	FROM meetings x
	JOIN meeting_tasks k ON k.street_id = x.street_id AND k.meeting_id <> x.id
	JOIN meetings m ON m.street_id = k.street_id AND m.id = k.meeting_id AND m.kind = x.kind
	JOIN gatherings g ON g.street_id = m.street_id AND g.id = m.gathering_id
	JOIN meeting_items i ON i.street_id = k.street_id AND i.id = k.item_id
	JOIN meeting_topics t ON t.street_id = i.street_id AND t.id = i.topic_id
	JOIN streets s ON s.id = k.street_id
	LEFT JOIN meeting_carried c ON c.street_id = x.street_id AND c.meeting_id = x.id AND c.task_id = k.id
	WHERE x.id = @id
	  AND CASE WHEN x.began_at IS NOT NULL THEN c.task_id IS NOT NULL
	           ELSE x.state IN ('planned', 'called', 'open') AND k.state IN ('waiting', 'doing') AND m.held_on <= x.held_on END
	ORDER BY due_on, k.id
	LIMIT 200`

// Decide enters what follows from an item that was passed: what, who, by when. It needs
// KeepMeetings and complains about the fields item and due_on.
func (s *Store) Decide(ctx context.Context, actor access.Actor, step Step, n NewTask) error {
	return s.move(ctx, actor, "decided", step, func(tx db.Tx, m *locked) (done, error) {
		if _, err := itemOf(ctx, tx, m, n.ItemID); err != nil {
			return done{}, err
		}
		_, err := s.addTask(ctx, tx, actor, m, n)
		return done{title: "议定事项：" + n.Text + "（" + n.Owner + "）"}, err
	})
}

func (s *Store) addTask(ctx context.Context, tx db.Tx, actor access.Actor, m *locked, n NewTask) (id int64, err error) {
	id, err = db.Insert(ctx, tx, `
		INSERT INTO meeting_tasks (street_id, meeting_id, item_id, text, owner, co_owner, due_on, created_at, modified_at)
		VALUES (@street, @id, @item, @text, @owner, @co_owner, @due, @now, @now)
		RETURNING id`,
		db.Args{"street": m.StreetID, "id": m.ID, "item": n.ItemID, "text": n.Text, "owner": n.Owner, "co_owner": n.CoOwner, "due": n.DueOn, "now": s.now()})
	if err != nil {
		return 0, err
	}
	return id, s.record(ctx, tx, actor, "meeting_task", m.StreetID, id, "decision", done{title: "议定：" + n.Text})
}

// moveTask runs one move of TaskProcedure.
func (s *Store) moveTask(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, t *Task) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of task %d", name, step.ID)
	if !may(actor, TaskProcedure.Move(name).Need) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var t Task
		err := db.Do(ctx, tx, db.One(&t, selectTask+` WHERE k.id = @id FOR UPDATE OF k`, db.Args{"id": step.ID}))
		switch {
		case err != nil:
			return err
		case t.Version != step.Version:
			return fault.Stale
		case !TaskProcedure.Allows(name, t.State):
			return fault.Fields{{Name: "state", Text: fmt.Sprintf("这一项现在是“%s”，不能%s", TaskProcedure.Info(t.State).Name, TaskProcedure.Move(name).Label)}}
		}
		d, err := fn(tx, &t)
		if err != nil {
			return complaint(err)
		}
		return s.record(ctx, tx, actor, "meeting_task", t.StreetID, t.ID, name, d)
	})
}

func (s *Store) setTask(ctx context.Context, tx db.Tx, t *Task, state procedure.State, progress string, doneOn *time.Time, replacedBy int64) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE meeting_tasks
		SET state = @state, progress = @progress, done_on = @done::date, replaced_by = nullif(@by::bigint, 0), version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`,
		db.Args{"state": string(state), "progress": progress, "done": doneOn, "by": replacedBy, "now": s.now(), "street": t.StreetID, "id": t.ID})
	return err
}

// Advance enters how far a task is. It needs KeepMeetings.
func (s *Store) Advance(ctx context.Context, actor access.Actor, step Step, progress string) error {
	return s.moveTask(ctx, actor, "progress", step, func(tx db.Tx, t *Task) (done, error) {
		return done{title: "进展：" + progress}, s.setTask(ctx, tx, t, Doing, progress, nil, 0)
	})
}

// Finish enters that a task is done, and what came of it. It needs KeepMeetings and
// complains about the field on.
func (s *Store) Finish(ctx context.Context, actor access.Actor, step Step, on time.Time, result string) error {
	return s.moveTask(ctx, actor, "completion", step, func(tx db.Tx, t *Task) (done, error) {
		if on.After(s.today()) || on.Before(t.HeldOn) {
			return done{}, fault.Fields{{Name: "on", Text: "完成日期要在会议以后、今天以前"}}
		}
		return done{title: "完成：" + result}, s.setTask(ctx, tx, t, Done, result, &on, 0)
	})
}

// Adjust replaces a task by what a later meeting passed: other words, another day. It
// needs KeepMeetings and complains about the fields item and due_on.
func (s *Store) Adjust(ctx context.Context, actor access.Actor, step Step, n NewTask) error {
	return s.moveTask(ctx, actor, "adjustment", step, func(tx db.Tx, t *Task) (done, error) {
		var meeting int64
		err := db.Do(ctx, tx, db.Value(&meeting, `
			SELECT coalesce((SELECT i.meeting_id FROM meeting_items i WHERE i.street_id = @street AND i.id = @item AND i.outcome = 'passed' AND i.meeting_id <> @old), 0)`,
			db.Args{"street": t.StreetID, "item": n.ItemID, "old": t.MeetingID}))
		if err != nil {
			return done{}, err
		}
		if meeting == 0 {
			return done{}, fault.Fields{{Name: "item", Text: "请选择以后一次会议通过的议题"}}
		}
		by, err := s.addTask(ctx, tx, actor, &locked{ID: meeting, StreetID: t.StreetID}, n)
		if err != nil {
			return done{}, err
		}
		return done{title: "调整为：" + n.Text}, s.setTask(ctx, tx, t, Adjusted, t.Progress, nil, by)
	})
}

// TaskRecord is one task with its history.
type TaskRecord struct {
	Task
	Items    []choice.Row // passed by later meetings, by which it may be adjusted
	Timeline []audit.Entry
}

// Task reads one task. It needs ReadMeetings.
func (s *Store) Task(ctx context.Context, actor access.Actor, id int64) (r TaskRecord, err error) {
	defer fault.Wrap(&err, "task %d", id)
	if !may(actor, access.ReadMeetings) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id}
	return r, s.db.Read(ctx, actor,
		db.One(&r.Task, selectTask+` WHERE k.id = @id`, arg),
		db.Many(&r.Items, `
			SELECT i.id, g.title || '：' || t.title AS name
			FROM meeting_tasks k
			JOIN meetings o ON o.street_id = k.street_id AND o.id = k.meeting_id
			JOIN meetings m ON m.street_id = k.street_id AND m.kind = o.kind AND m.id <> o.id AND m.held_on >= o.held_on AND m.state IN ('sitting', 'ended', 'recorded', 'drafting')
			JOIN gatherings g ON g.street_id = m.street_id AND g.id = m.gathering_id
			JOIN meeting_items i ON i.street_id = m.street_id AND i.meeting_id = m.id AND i.outcome = 'passed'
			JOIN meeting_topics t ON t.street_id = i.street_id AND t.id = i.topic_id
			WHERE k.id = @id
			ORDER BY m.held_on DESC, i.position
			LIMIT 100`, arg),
		audit.Timeline(&r.Timeline, "meeting_task", id))
}

// Moves lists what the actor may do with the task now.
func (r *TaskRecord) Moves(actor access.Actor) (list []procedure.Move) {
	for _, m := range TaskProcedure.Open(actor, r.State) {
		if actor.StreetID == r.StreetID && (m.Name != "adjustment" || len(r.Items) > 0) {
			list = append(list, m)
		}
	}
	return list
}

// TaskFilter narrows a list of tasks. Zero fields do not narrow it.
type TaskFilter struct {
	StreetID int64
	State    string // one of TaskProcedure's, "open" or "overdue"
	Text     string // in text or owner
	From, To time.Time
	After    db.Cursor
	Limit    int
}

func (s *Store) taskWhere(f TaskFilter) (string, db.Args) {
	n := narrow()
	n.add(f.StreetID != 0, "street", f.StreetID, "k.street_id = @street")
	switch f.State {
	case "open":
		n.b.WriteString("\n\t  AND k.state IN ('waiting', 'doing')")
	case "overdue":
		n.add(true, "today", s.today(), "k.state IN ('waiting', 'doing') AND k.due_on < @today::date")
	case "":
	default:
		n.add(true, "state", f.State, "k.state = @state")
	}
	n.add(f.Text != "", "text", "%"+likeEscaper.Replace(f.Text)+"%", "(k.text LIKE @text OR k.owner LIKE @text OR k.co_owner LIKE @text)")
	n.add(!f.From.IsZero(), "from", f.From, "k.due_on >= @from::date")
	n.add(!f.To.IsZero(), "to", f.To, "k.due_on <= @to::date")
	if !f.After.IsZero() {
		n.args["after_on"] = f.After.At
		n.add(true, "after_id", f.After.ID, "(k.due_on, k.id) < (@after_on::date, @after_id)")
	}
	return n.b.String(), n.args
}

// Tasks reads a page of tasks, the latest due first. It needs ReadMeetings.
func (s *Store) Tasks(ctx context.Context, actor access.Actor, f TaskFilter) (list []Task, count int, next db.Cursor, streets []choice.Row, err error) {
	defer fault.Wrap(&err, "list tasks")
	if !may(actor, access.ReadMeetings) {
		return nil, 0, next, nil, fault.Forbidden
	}
	where, args := s.taskWhere(f)
	args["limit"] = f.Limit + 1
	f.After = db.Cursor{}
	all, allArgs := s.taskWhere(f)
	err = s.db.Read(ctx, actor,
		db.Many(&list, selectTask+where+`
		ORDER BY k.due_on DESC, k.id DESC
		LIMIT @limit`, args),
		db.Value(&count, `SELECT count(*) FROM meeting_tasks k`+all, allArgs),
		db.Many(&streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, db.Args{"city": actor.CityID}))
	if err != nil {
		return nil, 0, next, nil, err
	}
	list, next = db.Page(list, f.Limit, func(t Task) db.Cursor { return db.Cursor{At: t.DueOn, ID: t.ID} })
	return list, count, next, streets, nil
}

// Link joins an opinion, by its number, to the meeting of voter representatives in which
// it was raised. It needs KeepMeetings and complains about the field number.
func (s *Store) Link(ctx context.Context, actor access.Actor, step Step, number string) error {
	return s.move(ctx, actor, "opinion", step, func(tx db.Tx, m *locked) (done, error) {
		n, err := db.Exec(ctx, tx, `
			INSERT INTO meeting_opinions (street_id, meeting_id, opinion_id)
			SELECT o.street_id, @id, o.id
			FROM opinions o
			WHERE o.street_id = @street AND o.number = @number AND o.source = 'voter_meeting'
			ON CONFLICT DO NOTHING`, db.Args{"street": m.StreetID, "id": m.ID, "number": number})
		switch {
		case err != nil:
			return done{}, err
		case m.Kind != Representatives:
			return done{}, fault.Fields{{Name: "number", Text: "只有选民代表会议关联群众意见"}}
		case n == 0:
			return done{}, fault.Fields{{Name: "number", Text: "没有这个编号的、来源是“选民代表会议”的群众意见，或者已经关联"}}
		}
		return done{title: "关联群众意见 " + number}, nil
	})
}
