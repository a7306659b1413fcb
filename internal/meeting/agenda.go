package meeting

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Schedule puts topics that the director has put through on the agenda of a meeting
// whose notice has not gone out. It needs KeepMeetings and complains about topics.
func (s *Store) Schedule(ctx context.Context, actor access.Actor, step Step, topics []int64, reporter string) error {
	return s.move(ctx, actor, "agenda", step, func(tx db.Tx, m *locked) (done, error) {
		if len(topics) == 0 {
			return done{}, fault.Fields{{Name: "topics", Text: "请勾选议题"}}
		}
		return done{title: fmt.Sprintf("列入议程 %d 个议题", len(topics))}, s.schedule(ctx, tx, actor, m, topics, reporter)
	})
}

func (s *Store) schedule(ctx context.Context, tx db.Tx, actor access.Actor, m *locked, topics []int64, reporter string) error {
	slices.Sort(topics)
	for _, t := range topics {
		if _, err := s.add(ctx, tx, m, t, reporter, db.Args{"consent": nil, "present": nil}); err != nil {
			return err
		}
		err := s.moveTopic(ctx, tx, m.StreetID, t, Scheduled, "")
		if err == nil {
			err = s.record(ctx, tx, actor, "meeting_topic", m.StreetID, t, "scheduling", done{title: "列入议程"})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// add appends an item to an agenda. consent and present are nil but for a temporary one.
func (s *Store) add(ctx context.Context, tx db.Tx, m *locked, topic int64, reporter string, consent db.Args) (id int64, err error) {
	args := db.Args{"street": m.StreetID, "id": m.ID, "topic": topic, "reporter": reporter, "most": MaxItems}
	for k, v := range consent {
		args[k] = v
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO meeting_items (street_id, meeting_id, topic_id, position, reporter, temporary, consent_for, consent_present)
		SELECT @street, @id, t.id, 1 + (SELECT coalesce(max(i.position), 0) FROM meeting_items i WHERE i.street_id = @street AND i.meeting_id = @id),
		       CASE WHEN @reporter::text = '' THEN t.proposer ELSE @reporter END, @consent::integer IS NOT NULL, @consent::integer, @present::integer
		FROM meeting_topics t
		WHERE t.street_id = @street AND t.id = @topic
		  AND (SELECT count(*) FROM meeting_items i WHERE i.street_id = @street AND i.meeting_id = @id) < @most
		RETURNING id`, args)
	if errors.Is(err, fault.NotFound) {
		err = fault.Fields{{Name: "topics", Text: fmt.Sprintf("没有这个议题，或者议程已满 %d 项", MaxItems)}}
	}
	return id, err
}

func (s *Store) moveTopic(ctx context.Context, tx db.Tx, street, topic int64, state any, why string) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE meeting_topics
		SET state = @state::text, why = CASE WHEN @why::text = '' THEN why ELSE @why END, version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @topic`, db.Args{"state": fmt.Sprint(state), "why": why, "now": s.now(), "street": street, "topic": topic})
	return err
}

// Strike takes an item off the agenda of a meeting whose notice has not gone out; its
// topic waits for another. It needs KeepMeetings.
func (s *Store) Strike(ctx context.Context, actor access.Actor, step Step, item int64) error {
	return s.move(ctx, actor, "strike", step, func(tx db.Tx, m *locked) (done, error) {
		i, err := itemOf(ctx, tx, m, item)
		if err != nil {
			return done{}, err
		}
		if _, err := db.Exec(ctx, tx, `DELETE FROM meeting_items WHERE street_id = @street AND id = @item`, db.Args{"street": m.StreetID, "item": item}); err != nil {
			return done{}, err
		}
		return done{title: "移出议程：" + i.Title}, s.moveTopic(ctx, tx, m.StreetID, i.TopicID, Confirmed, "")
	})
}

// itemRow is an item as moves need it.
type itemRow struct {
	ID, TopicID int64
	Title       string
	Subject     string
	Outcome     string
	ActID       int64
}

func itemOf(ctx context.Context, tx db.Tx, m *locked, item int64) (i itemRow, err error) {
	err = db.Do(ctx, tx, db.One(&i, `
		SELECT i.id, i.topic_id, t.title, t.subject, i.outcome, coalesce(i.act_id, 0) AS act_id
		FROM meeting_items i
		JOIN meeting_topics t ON t.street_id = i.street_id AND t.id = i.topic_id
		WHERE i.street_id = @street AND i.meeting_id = @id AND i.id = @item`, db.Args{"street": m.StreetID, "id": m.ID, "item": item}))
	if errors.Is(err, fault.NotFound) {
		err = fault.Fields{{Name: "item", Text: "请选择议程上的议题"}}
	}
	return i, err
}

// Temporary is a topic raised during a meeting.
type Temporary struct {
	TopicID int64 // one that is known; 0: a new one
	New     NewTopic
	Consent int // how many of those present agree
}

// AddTemporary puts a topic on the agenda of a meeting that sits, with the consent of
// more than half of those present (domain.md §3 d, default). A topic of supervision
// needs its authorisation here, too. It needs KeepMeetings.
func (s *Store) AddTemporary(ctx context.Context, actor access.Actor, step Step, t Temporary) error {
	return s.move(ctx, actor, "temporary", step, func(tx db.Tx, m *locked) (done, error) {
		p, err := s.there(ctx, tx, m)
		if err != nil {
			return done{}, err
		}
		if t.Consent > p.Present {
			return done{}, fault.Fields{{Name: "consent", Text: fmt.Sprintf("到会的只有 %d 人", p.Present)}}
		}
		topic := t.TopicID
		if topic == 0 {
			t.New.Kind = m.Kind
			if topic, err = s.propose(ctx, tx, actor, m.StreetID, t.New); err != nil {
				return done{}, err
			}
		}
		id, err := s.add(ctx, tx, m, topic, "", db.Args{"consent": t.Consent, "present": p.Present})
		if err != nil {
			if db.Violates(err, "meeting_items_consent") {
				err = fault.Fields{{Name: "consent", Text: "同意的要超过到会人数的一半"}}
			}
			return done{}, err
		}
		if err := s.moveTopic(ctx, tx, m.StreetID, topic, Scheduled, ""); err != nil {
			return done{}, err
		}
		i, err := itemOf(ctx, tx, m, id)
		if err != nil {
			return done{}, err
		}
		return done{title: fmt.Sprintf("增加临时议题：%s（到会 %d 人，同意 %d 人）", i.Title, p.Present, t.Consent)}, s.authorise(ctx, tx, actor, m)
	})
}
