package meeting

import (
	"context"
	"errors"
	"fmt"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/mandate"
	"portal/internal/poll"
)

// Count is what was counted in a show of hands.
type Count struct{ For, Against, Abstain int }

// ShowHands enters a show of hands on an item: who is due and present, the quorum and
// what is needed are computed by the database at this moment. It needs KeepMeetings and
// complains about the fields item, for and state.
func (s *Store) ShowHands(ctx context.Context, actor access.Actor, step Step, item int64, question string, c Count) error {
	return s.move(ctx, actor, "hands", step, func(tx db.Tx, m *locked) (done, error) {
		i, err := itemOf(ctx, tx, m, item)
		if err != nil {
			return done{}, err
		}
		p, err := s.there(ctx, tx, m)
		if err != nil {
			return done{}, err
		}
		var v Vote
		err = db.Do(ctx, tx, db.One(&v, `
			INSERT INTO meeting_votes (street_id, meeting_id, item_id, way, question, state, opened_at, closed_at, for_count, against_count, abstain_count)
			VALUES (@street, @id, @item, 'hands', @question, 'closed', @now, @now, @for, @against, @abstain)
			RETURNING `+voteColumns,
			db.Args{
				"street": m.StreetID, "id": m.ID, "item": item, "question": or(question, i.Title), "now": p.At,
				"for": c.For, "against": c.Against, "abstain": c.Abstain,
			}))
		if err != nil {
			return done{}, err
		}
		return done{title: "举手表决“" + i.Title + "”：" + v.Text(m.Kind)}, s.settle(ctx, tx, actor, m, i, v)
	})
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// settle gives an item the outcome that its vote has.
func (s *Store) settle(ctx context.Context, tx db.Tx, actor access.Actor, m *locked, i itemRow, v Vote) error {
	outcome := Rejected
	if v.Passed != nil && *v.Passed {
		outcome = Passed
	}
	return s.conclude(ctx, tx, actor, m, i, outcome, "")
}

// conclude gives an item its outcome, and its topic the state that follows. An act of
// supervision that took place is finished with it, so that a withdrawal of the
// authority comes wholly before or wholly after.
func (s *Store) conclude(ctx context.Context, tx db.Tx, actor access.Actor, m *locked, i itemRow, outcome, note string) error {
	held := outcome == Passed || outcome == Rejected || outcome == Heard
	if i.ActID != 0 && held {
		if err := mandate.Finish(ctx, tx, m.StreetID, i.ActID, s.today()); err != nil {
			return err
		}
	} else if i.ActID != 0 {
		if err := mandate.CallOff(ctx, tx, m.StreetID, i.ActID, s.today(), "议题没有审议"); err != nil {
			return err
		}
	}
	_, err := db.Exec(ctx, tx, `
		UPDATE meeting_items
		SET outcome = @outcome, note = CASE WHEN @note::text = '' THEN note ELSE @note END, concluded_at = @now
		WHERE street_id = @street AND id = @item`, db.Args{"outcome": outcome, "note": note, "now": s.now(), "street": m.StreetID, "item": i.ID})
	if err != nil {
		return err
	}
	state, why := Considered, ""
	switch outcome {
	case Postponed:
		state = PutOff
	case Withdrawn:
		state, why = TakenBack, or(note, "会上撤回")
	}
	if err := s.moveTopic(ctx, tx, m.StreetID, i.TopicID, state, why); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, "meeting_topic", m.StreetID, i.TopicID, "conclusion", done{title: OutcomeName(m.Kind, outcome) + "，" + m.Title})
}

// Conclude gives an item without a vote its outcome: heard, postponed or withdrawn. It
// needs KeepMeetings and complains about the fields item and outcome.
func (s *Store) Conclude(ctx context.Context, actor access.Actor, step Step, item int64, outcome, note string) error {
	return s.move(ctx, actor, "conclusion", step, func(tx db.Tx, m *locked) (done, error) {
		i, err := itemOf(ctx, tx, m, item)
		switch {
		case err != nil:
			return done{}, err
		case outcome != Heard && outcome != Postponed && outcome != Withdrawn:
			return done{}, fault.Fields{{Name: "outcome", Text: "请选择结果；通过与否由表决决定"}}
		case i.Outcome != "":
			return done{}, fault.Fields{{Name: "item", Text: "这个议题已经有结果"}}
		}
		return done{title: OutcomeName(m.Kind, outcome) + "：" + i.Title, reason: note}, s.conclude(ctx, tx, actor, m, i, outcome, note)
	})
}

// CallRoll opens a named vote on an item: members vote on their own, or the office
// enters what they call out. It needs KeepMeetings.
func (s *Store) CallRoll(ctx context.Context, actor access.Actor, step Step, item int64, question string) error {
	return s.move(ctx, actor, "roll", step, func(tx db.Tx, m *locked) (done, error) {
		i, err := itemOf(ctx, tx, m, item)
		if err != nil {
			return done{}, err
		}
		p, err := s.there(ctx, tx, m)
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO meeting_votes (street_id, meeting_id, item_id, way, question, state, opened_at)
			VALUES (@street, @id, @item, 'named', @question, 'open', @now)`,
			db.Args{"street": m.StreetID, "id": m.ID, "item": item, "question": or(question, i.Title), "now": p.At})
		return done{title: "开始记名表决：" + i.Title}, err
	})
}

// CallBallot opens a vote without names on an item: a poll among those present who are
// not recused (hard rule 7). CloseRoll closes it. It needs KeepMeetings.
func (s *Store) CallBallot(ctx context.Context, actor access.Actor, step Step, item int64, question string) error {
	return s.move(ctx, actor, "ballot", step, func(tx db.Tx, m *locked) (done, error) {
		i, err := itemOf(ctx, tx, m, item)
		if err != nil {
			return done{}, err
		}
		p, err := s.there(ctx, tx, m)
		if err != nil {
			return done{}, err
		}
		var recused []int64
		err = db.Do(ctx, tx, db.Values(&recused, `
			SELECT a.person_id
			FROM meeting_recusals r
			JOIN attendances a ON a.street_id = r.street_id AND a.id = r.attendance_id
			WHERE r.street_id = @street AND r.item_id = @item
			ORDER BY a.id`, db.Args{"street": m.StreetID, "item": item}))
		if err != nil {
			return done{}, err
		}
		question = or(question, i.Title)
		id, err := s.polls.Open(ctx, tx, actor, poll.New{
			StreetID: m.StreetID, Kind: poll.Topic, RecordID: item, Title: question, Link: fmt.Sprintf("/meetings/%d", m.ID),
			Questions: []poll.Question{{Text: question, Scale: poll.Vote}}, GatheringID: m.GatheringID, Recused: recused,
		})
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO meeting_votes (street_id, meeting_id, item_id, way, question, state, opened_at, poll_id)
			VALUES (@street, @id, @item, 'anonymous', @question, 'open', @now, @poll)`,
			db.Args{"street": m.StreetID, "id": m.ID, "item": item, "question": question, "now": p.At, "poll": id})
		return done{title: "开始无记名表决：" + i.Title}, err
	})
}

// Cast votes in a named vote of a meeting, which is the open one, as the acting person;
// until it closes they may vote anew. It needs CastVote. It does not ask for the meeting's
// version: members vote at the same time; a form of another vote than the open is refused.
func (s *Store) Cast(ctx context.Context, actor access.Actor, meeting, vote int64, voice string) (err error) {
	defer fault.Wrap(&err, "cast vote in meeting %d", meeting)
	if !actor.May(access.CastVote) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var own struct{ StreetID, VoteID, AttendanceID int64 }
		err := db.Do(ctx, tx, db.One(&own, `
			SELECT v.street_id, v.id AS vote_id, a.id AS attendance_id
			FROM meetings m
			JOIN meeting_votes v ON v.street_id = m.street_id AND v.meeting_id = m.id AND v.state = 'open' AND v.way = 'named'
			JOIN attendances a ON a.street_id = m.street_id AND a.gathering_id = m.gathering_id
			     AND a.person_street_id = app.street() AND a.person_id = ANY (app.own_people())
			WHERE m.id = @id
			ORDER BY a.due DESC, a.id
			LIMIT 1`, db.Args{"id": meeting}))
		if errors.Is(err, fault.NotFound) {
			return fault.Fields{{Name: "state", Text: "现在没有您可以参加的表决"}}
		}
		if err == nil && own.VoteID != vote {
			err = fault.Fields{{Name: "state", Text: "您看到的那次表决已经结束或者作废，这一票没有计入；现在是另一次表决，请看清后再投"}}
		}
		if err != nil {
			return err
		}
		return complaint(s.enter(ctx, tx, own.StreetID, own.VoteID, own.AttendanceID, voice, "self"))
	})
}

func (s *Store) enter(ctx context.Context, tx db.Tx, street, vote, attendance int64, voice, how string) error {
	_, err := db.Exec(ctx, tx, `
		INSERT INTO meeting_voices (street_id, vote_id, attendance_id, choice, how, at)
		VALUES (@street, @vote, @who, @choice, @how, @now)
		ON CONFLICT (street_id, vote_id, attendance_id) DO UPDATE
		SET choice = excluded.choice, how = excluded.how, at = excluded.at`,
		db.Args{"street": street, "vote": vote, "who": attendance, "choice": voice, "how": how, "now": s.now()})
	return err
}

// EnterVoices enters what members called out in the open named vote. It needs
// EnterVotes and complains about the fields who and state.
func (s *Store) EnterVoices(ctx context.Context, actor access.Actor, step Step, who []int64, voice string) error {
	return s.move(ctx, actor, "roll-entry", step, func(tx db.Tx, m *locked) (done, error) {
		v, err := openVote(ctx, tx, m)
		if err != nil {
			return done{}, err
		}
		if len(who) == 0 {
			return done{}, fault.Fields{{Name: "who", Text: "请勾选人员"}}
		}
		for _, id := range who {
			if err := s.enter(ctx, tx, m.StreetID, v.ID, id, voice, "hand"); err != nil {
				return done{}, err
			}
		}
		return done{title: fmt.Sprintf("登记记名表决 %d 人", len(who))}, nil
	})
}

func openVote(ctx context.Context, tx db.Tx, m *locked) (v Vote, err error) {
	err = db.Do(ctx, tx, db.One(&v, `
		SELECT `+voteColumns+`
		FROM meeting_votes
		WHERE street_id = @street AND meeting_id = @id AND state = 'open'
		FOR UPDATE`, db.Args{"street": m.StreetID, "id": m.ID}))
	if errors.Is(err, fault.NotFound) {
		err = fault.Fields{{Name: "state", Text: "现在没有进行中的表决"}}
	}
	return v, err
}

// CloseRoll closes the open named vote and counts it. Who votes at the last second is
// counted, or told that it is over. Where somebody has voted and left, it is refused:
// the vote is to be void, and those present vote again. It needs KeepMeetings.
func (s *Store) CloseRoll(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "roll-closure", step, func(tx db.Tx, m *locked) (done, error) {
		p, err := s.there(ctx, tx, m)
		if err != nil {
			return done{}, err
		}
		v, err := openVote(ctx, tx, m)
		if err != nil {
			return done{}, err
		}
		i, err := itemOf(ctx, tx, m, v.ItemID)
		if err != nil {
			return done{}, err
		}
		if v.PollID != 0 {
			if _, err := s.polls.Close(ctx, tx, actor, v.PollID); err != nil {
				return done{}, err
			}
		}
		err = db.Do(ctx, tx, db.One(&v, `
			UPDATE meeting_votes
			SET state = 'closed', closed_at = @now
			WHERE street_id = @street AND id = @vote
			RETURNING `+voteColumns, db.Args{"now": p.At, "street": m.StreetID, "vote": v.ID}))
		if err != nil {
			return done{}, err
		}
		return done{title: choice.Name(Ways, v.Way) + "“" + i.Title + "”：" + v.Text(m.Kind)}, s.settle(ctx, tx, actor, m, i, v)
	})
}

// VoidRoll makes the open vote void, for example because the quorum has gone. It needs
// KeepMeetings.
func (s *Store) VoidRoll(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "roll-void", step, func(tx db.Tx, m *locked) (done, error) {
		v, err := openVote(ctx, tx, m)
		if err != nil {
			return done{}, err
		}
		if v.PollID != 0 {
			if err := s.polls.Cancel(ctx, tx, actor, v.PollID, why); err != nil {
				return done{}, err
			}
		}
		_, err = db.Exec(ctx, tx, `UPDATE meeting_votes SET state = 'void', closed_at = @now WHERE street_id = @street AND id = @vote`,
			db.Args{"now": s.now(), "street": m.StreetID, "vote": v.ID})
		return done{title: "作废一次表决：" + v.Question, reason: why}, err
	})
}
