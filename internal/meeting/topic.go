package meeting

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/mandate"
	"portal/internal/procedure"
)

// NewTopic is a topic as somebody proposes it.
type NewTopic struct {
	Key      string // of the form: sent twice, it makes one topic
	Kind     string // one of Kinds: for which meeting
	Type     string // one of Types
	Title    string
	Content  string
	Proposer string
	Subject  string // of supervision: what it is about, one of mandate.Subjects
	Measure  string // and what is done, one of mandate.Measures
	UnitID   int64  // and the unit concerned
}

// check complains about the fields kind, type, subject, measure and unit.
func (n *NewTopic) check() error {
	var bad fault.Fields
	if choice.Name(Kinds, n.Kind) == "" {
		bad.Add("kind", "请选择会议的种类")
	}
	if choice.Name(Types, n.Type) == "" {
		bad.Add("type", "请选择议题的类型")
	}
	if !Supervises(n.Type) {
		n.Subject, n.Measure, n.UnitID = "", "", 0
		return bad.Err()
	}
	if choice.Name(mandate.Subjects, n.Subject) == "" {
		bad.Add("subject", "监督议题请选择监督内容")
	}
	if choice.Name(mandate.Measures, n.Measure) == "" {
		bad.Add("measure", "监督议题请选择监督方式")
	}
	if n.UnitID == 0 {
		bad.Add("unit", "监督议题请选择监督对象")
	}
	return bad.Err()
}

// Propose proposes a topic of the actor's street. It needs ProposeTopics.
func (s *Store) Propose(ctx context.Context, actor access.Actor, street int64, n NewTopic) (id int64, err error) {
	defer fault.Wrap(&err, "propose topic")
	if !may(actor, access.ProposeTopics) {
		return 0, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.propose(ctx, tx, actor, street, n)
		return complaint(err)
	})
	return id, err
}

func (s *Store) propose(ctx context.Context, tx db.Tx, actor access.Actor, street int64, n NewTopic) (id int64, err error) {
	if err := n.check(); err != nil {
		return 0, err
	}
	var had []int64
	err = db.Do(ctx, tx, db.Values(&had, `SELECT id FROM meeting_topics WHERE street_id = @street AND key = @key`, db.Args{"street": street, "key": n.Key}))
	if err != nil || len(had) > 0 {
		return append(had, 0)[0], err
	}
	if n.UnitID != 0 {
		var known int
		err := db.Do(ctx, tx, db.Value(&known, `SELECT count(*) FROM units WHERE street_id = @street AND id = @unit`, db.Args{"street": street, "unit": n.UnitID}))
		if err != nil {
			return 0, err
		}
		if known == 0 {
			return 0, fault.Fields{{Name: "unit", Text: "请选择本街道的单位"}}
		}
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO meeting_topics (street_id, kind, type, title, content, proposer, subject, measure, unit_id, created_by, creator, key, created_at, modified_at)
		VALUES (@street, @kind, @type, @title, @content, @proposer, @subject, @measure, nullif(@unit::bigint, 0), @user, @name, @key, @now, @now)
		RETURNING id`,
		db.Args{
			"street": street, "kind": n.Kind, "type": n.Type, "title": n.Title, "content": n.Content, "proposer": n.Proposer, "subject": n.Subject,
			"measure": n.Measure, "unit": n.UnitID, "user": actor.UserID, "name": actor.Name, "key": n.Key, "now": s.now(),
		})
	if err != nil {
		return 0, err
	}
	return id, s.record(ctx, tx, actor, "meeting_topic", street, id, "proposal", done{title: "提出议题：" + n.Title})
}

// Topic is one topic.
type Topic struct {
	ID          int64
	StreetID    int64
	Street      string
	Kind        string
	Type        string
	Title       string
	Content     string
	Proposer    string
	Subject     string
	Measure     string
	UnitID      int64
	Unit        string
	State       procedure.State
	PartyOn     *time.Time
	PartyNote   string
	ConfirmedOn *time.Time
	Confirmer   string
	Why         string
	CreatedAt   time.Time
	Version     int
	Rejected    bool // the last meeting that voted on it did not pass it
}

const selectTopic = `
	SELECT t.id, t.street_id, s.name AS street, t.kind, t.type, t.title, t.content, t.proposer, t.subject, t.measure, coalesce(t.unit_id, 0) AS unit_id,
	       coalesce((SELECT u.name FROM units u WHERE u.street_id = t.street_id AND u.id = t.unit_id), '') AS unit, t.state, t.party_on, t.party_note, t.confirmed_on,
	       coalesce((SELECT h.name FROM posts p JOIN people h ON h.street_id = p.street_id AND h.id = p.person_id WHERE p.street_id = t.street_id AND p.id = t.confirmed_post_id), '') AS confirmer,
	       t.why, t.created_at, t.version,
	       coalesce((SELECT i.outcome = 'rejected' FROM meeting_items i WHERE i.street_id = t.street_id AND i.topic_id = t.id ORDER BY i.id DESC LIMIT 1), false) AS rejected
	FROM meeting_topics t
	JOIN streets s ON s.id = t.street_id`

// moveTopicBy runs one move of TopicProcedure.
func (s *Store) moveTopicBy(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, t *Topic) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of topic %d", name, step.ID)
	if !may(actor, TopicProcedure.Move(name).Need) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var t Topic
		err := db.Do(ctx, tx, db.One(&t, selectTopic+` WHERE t.id = @id FOR UPDATE OF t`, db.Args{"id": step.ID}))
		switch {
		case err != nil:
			return err
		case t.Version != step.Version:
			return fault.Stale
		case !TopicProcedure.Allows(name, t.State):
			return fault.Fields{{Name: "state", Text: fmt.Sprintf("这个议题现在是“%s”，不能%s", TopicProcedure.Info(t.State).Name, TopicProcedure.Move(name).Label)}}
		}
		d, err := fn(tx, &t)
		if err != nil {
			return complaint(err)
		}
		return s.record(ctx, tx, actor, "meeting_topic", t.StreetID, t.ID, name, d)
	})
}

// Compile takes a topic into the office's list for the director.
func (s *Store) Compile(ctx context.Context, actor access.Actor, step Step) error {
	return s.moveTopicBy(ctx, actor, "compilation", step, func(tx db.Tx, t *Topic) (done, error) {
		return done{title: "汇总"}, s.moveTopic(ctx, tx, t.StreetID, t.ID, Compiled, "")
	})
}

// TellParty records that the street's Party working committee was told of a major
// matter beforehand, and what it said.
func (s *Store) TellParty(ctx context.Context, actor access.Actor, step Step, on time.Time, note string) error {
	return s.moveTopicBy(ctx, actor, "party", step, func(tx db.Tx, t *Topic) (done, error) {
		if on.After(s.today()) {
			return done{}, fault.Fields{{Name: "on", Text: "日期不能晚于今天"}}
		}
		_, err := db.Exec(ctx, tx, `
			UPDATE meeting_topics
			SET party_on = @on, party_note = @note, version = version + 1, modified_at = @now
			WHERE street_id = @street AND id = @id`, db.Args{"on": on, "note": note, "now": s.now(), "street": t.StreetID, "id": t.ID})
		return done{title: "先报党工委，" + calendar.Date(on)}, err
	})
}

// Confirm puts a topic through for an agenda: the director in post does, or whom the
// director delegated presiding to. It needs ConfirmTopics.
func (s *Store) Confirm(ctx context.Context, actor access.Actor, step Step) error {
	return s.moveTopicBy(ctx, actor, "confirmation", step, func(tx db.Tx, t *Topic) (done, error) {
		post, err := committee.ActingPost(ctx, tx, actor, t.StreetID, s.today())
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE meeting_topics
			SET state = 'confirmed', confirmed_post_id = @post, confirmed_on = @on, version = version + 1, modified_at = @now
			WHERE street_id = @street AND id = @id`, db.Args{"post": post, "on": s.today(), "now": s.now(), "street": t.StreetID, "id": t.ID})
		if db.Violates(err, "only_presiding") {
			err = fault.Fields{{Text: "议题由在任的主任，或者主任书面委托主持的人确定"}}
		}
		return done{title: "确定为议题"}, err
	})
}

// Decline does not take a topic up, with a reason. It needs ConfirmTopics.
func (s *Store) Decline(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.moveTopicBy(ctx, actor, "refusal", step, func(tx db.Tx, t *Topic) (done, error) {
		return done{title: "不列入议程", reason: why}, s.moveTopic(ctx, tx, t.StreetID, t.ID, Declined, why)
	})
}

// TakeBack takes a topic back before a meeting considers it.
func (s *Store) TakeBack(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.moveTopicBy(ctx, actor, "withdrawal", step, func(tx db.Tx, t *Topic) (done, error) {
		return done{title: "撤回", reason: why}, s.moveTopic(ctx, tx, t.StreetID, t.ID, TakenBack, why)
	})
}

// Retable brings a topic that was not passed before the director again.
func (s *Store) Retable(ctx context.Context, actor access.Actor, step Step) error {
	return s.moveTopicBy(ctx, actor, "retabling", step, func(tx db.Tx, t *Topic) (done, error) {
		return done{title: "再次提请"}, s.moveTopic(ctx, tx, t.StreetID, t.ID, Compiled, "")
	})
}

// Subjects and Measures are what an authorisation can be about.
var (
	Subjects = mandate.Subjects
	Measures = mandate.Measures
)
