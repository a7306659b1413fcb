package meeting

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/gathering"
	"portal/internal/procedure"
)

// Held is a meeting of the past as a register or the demonstration knows it.
type Held struct {
	StreetID int64
	Kind     string
	Title    string
	Place    string
	StartsAt time.Time
	EndsAt   time.Time
	ChairID  int64
	State    procedure.State // Ended, Recorded, Drafting, Signed, Issued, Archived or Failed
	Talk     bool
	Why      string // of a discussion or a meeting given up
	People   []gathering.HeldPerson
	Items    []HeldItem
	Record   string
	Signer   string // of the minutes, who holds the chair's post
}

// HeldItem is an item of the agenda of a Held.
type HeldItem struct {
	Type, Title, Content, Proposer string
	Outcome                        string
	Count                          Count // of the show of hands, where there was a vote
	Note                           string
	Tasks                          []HeldTask
}

// HeldTask is what followed.
type HeldTask struct {
	Text, Owner, CoOwner string
	DueOn                time.Time
	State                procedure.State // Waiting, Doing or Done
	Progress             string
	DoneOn               time.Time // of one that is done
}

// Replay enters meetings of the past as they ended, with lists, votes, minutes and
// tasks, and returns their IDs in the order of list. Every rule of the database about
// numbers holds; nobody is told. Only the operator's shell may.
func (s *Store) Replay(ctx context.Context, actor access.Actor, list []Held) (ids []int64, err error) {
	defer fault.Wrap(&err, "replay meetings")
	if actor.Role != access.Operator {
		return nil, fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var gatherings []gathering.Held
		for i := range list {
			h := &list[i]
			id, err := s.replayMeeting(ctx, tx, actor, h)
			if err != nil {
				return err
			}
			ids = append(ids, id)
			gatherings = append(gatherings, gathering.Held{
				New:    gathering.New{StreetID: h.StreetID, Kind: gathering.Meeting, RecordID: id, Title: h.Title, Place: h.Place, StartsAt: h.StartsAt, EndsAt: h.EndsAt},
				People: h.People,
			})
		}
		held, err := s.gatherings.Replay(ctx, tx, actor, gatherings)
		if err != nil {
			return err
		}
		for i := range list {
			if err := s.replayRest(ctx, tx, actor, &list[i], ids[i], held[i]); err != nil {
				return fmt.Errorf("%s: %w", list[i].Title, err)
			}
		}
		return nil
	})
	return ids, err
}

func (h *Held) due() (due, there int) {
	for _, p := range h.People {
		if p.Due {
			due++
			if p.Outcome == gathering.Present || p.Outcome == gathering.Late || p.Outcome == gathering.Early {
				there++
			}
		}
	}
	return due, there
}

func (s *Store) replayMeeting(ctx context.Context, tx db.Tx, actor access.Actor, h *Held) (id int64, err error) {
	r, err := rules(ctx, tx, h.Kind, h.StreetID)
	if err != nil {
		return 0, err
	}
	_, there := h.due()
	began, agenda, archived := &h.StartsAt, &there, (*time.Time)(nil)
	if h.State == Failed || h.Talk {
		began, agenda = nil, nil
	}
	if h.State == Archived {
		on := calendar.AddDays(calendar.On(h.StartsAt), 60)
		archived = &on
	}
	return db.Insert(ctx, tx, `
		INSERT INTO meetings (street_id, kind, held_on, state, chair_post_id, called_on, notice_days, quorum_num, quorum_den, pass_base, pass_num, pass_den, chair_rule,
		                      agenda_for, agenda_present, began_at, ended_at, outcome_why, talk, archived_on, entered, creator, key, created_at, modified_at)
		VALUES (@street, @kind, @day, @state, @chair, @day::date - 5, @notice, @quorum_num, @quorum_den, @pass_base, @pass_num, @pass_den, @chair_rule,
		        @agenda::integer, @agenda::integer, @began::timestamptz, @ended, @why, @talk, @archived::date, true, @creator, @key, @ended, @ended)
		RETURNING id`,
		db.Args{
			"street": h.StreetID, "kind": h.Kind, "day": calendar.On(h.StartsAt), "state": string(h.State), "chair": h.ChairID, "notice": r.NoticeDays,
			"quorum_num": r.QuorumNum, "quorum_den": r.QuorumDen, "pass_base": r.PassBase, "pass_num": r.PassNum, "pass_den": r.PassDen, "chair_rule": r.ChairRule,
			"agenda": agenda, "began": began, "ended": h.EndsAt, "why": h.Why, "talk": h.Talk, "archived": archived, "creator": actor.Name,
			"key": "replay-" + h.Kind + "-" + calendar.ISO(h.StartsAt),
		})
}

func (s *Store) replayRest(ctx context.Context, tx db.Tx, actor access.Actor, h *Held, id, held int64) error {
	_, err := db.Exec(ctx, tx, `UPDATE meetings SET gathering_id = @gathering WHERE street_id = @street AND id = @id`, db.Args{"gathering": held, "street": h.StreetID, "id": id})
	if err != nil {
		return err
	}
	for i := range h.Items {
		if err := s.replayItem(ctx, tx, actor, h, id, i); err != nil {
			return err
		}
	}
	if h.Record != "" {
		_, err := db.Exec(ctx, tx, `
			INSERT INTO meeting_records (street_id, meeting_id, text, writer, checker, checked_at)
			VALUES (@street, @id, @text, '工委办公室', CASE WHEN @checked::boolean THEN '工委办公室' ELSE '' END, CASE WHEN @checked THEN @at::timestamptz END)`,
			db.Args{"street": h.StreetID, "id": id, "text": h.Record, "checked": h.State != Ended, "at": h.EndsAt.Add(time.Hour)})
		if err != nil {
			return err
		}
	}
	if h.State == Issued || h.State == Archived {
		if err := s.gatherings.Seal(ctx, tx, actor, held); err != nil {
			return err
		}
	}
	if h.Signer != "" {
		if err := s.replayMinutes(ctx, tx, actor, h, id); err != nil {
			return err
		}
	}
	return audit.Record(ctx, tx, actor, audit.Event{At: h.EndsAt, StreetID: h.StreetID, Kind: "meeting", ID: id, Action: "meeting.replay", Title: "录入会议：" + h.Title})
}

func (s *Store) replayItem(ctx context.Context, tx db.Tx, actor access.Actor, h *Held, id int64, n int) error {
	it := &h.Items[n]
	voted := it.Outcome == Passed || it.Outcome == Rejected
	state := Considered
	switch it.Outcome {
	case "":
		state = Confirmed
	case Postponed:
		state = PutOff
	}
	var concluded *time.Time
	if it.Outcome != "" {
		at := h.StartsAt.Add(time.Duration(60+n) * time.Minute)
		concluded = &at
	}
	var item int64
	err := db.Do(ctx, tx, db.Value(&item, `
		WITH topic AS (
			INSERT INTO meeting_topics (street_id, kind, type, title, content, proposer, state, confirmed_post_id, confirmed_on, creator, key, created_at, modified_at)
			VALUES (@street, @kind, @type, @title, @content, @proposer, @state, @chair, @day::date - 6, @creator, @key, @at::timestamptz - interval '20 days', @at)
			RETURNING id)
		INSERT INTO meeting_items (street_id, meeting_id, topic_id, position, reporter, outcome, note, concluded_at)
		SELECT @street, @id, id, @position, @proposer, @outcome, @note, @concluded::timestamptz FROM topic
		RETURNING id`,
		db.Args{
			"street": h.StreetID, "kind": h.Kind, "type": it.Type, "title": it.Title, "content": it.Content, "proposer": it.Proposer, "state": string(state), "chair": h.ChairID,
			"day": calendar.On(h.StartsAt), "creator": actor.Name, "key": fmt.Sprintf("replay-%d-%d", id, n), "at": h.StartsAt, "id": id, "position": n + 1,
			"outcome": it.Outcome, "note": it.Note, "concluded": concluded,
		}))
	if err != nil {
		return err
	}
	var b db.Batch
	if voted {
		b.Add(`
			INSERT INTO meeting_votes (street_id, meeting_id, item_id, way, question, state, opened_at, closed_at, for_count, against_count, abstain_count)
			VALUES (@street, @id, @item, 'hands', @title, 'closed', @at, @at, @for, @against, @abstain)`,
			db.Args{"street": h.StreetID, "id": id, "item": item, "title": it.Title, "at": *concluded, "for": it.Count.For, "against": it.Count.Against, "abstain": it.Count.Abstain})
	}
	for _, k := range it.Tasks {
		var doneOn *time.Time
		if k.State == Done {
			doneOn = &k.DoneOn
		}
		b.Add(`
			INSERT INTO meeting_tasks (street_id, meeting_id, item_id, text, owner, co_owner, due_on, state, progress, done_on, created_at, modified_at)
			VALUES (@street, @id, @item, @text, @owner, @co, @due, @state, @progress, @done::date, @at, @at)`,
			db.Args{
				"street": h.StreetID, "id": id, "item": item, "text": k.Text, "owner": k.Owner, "co": k.CoOwner, "due": k.DueOn, "state": string(k.State), "progress": k.Progress,
				"done": doneOn, "at": h.EndsAt,
			})
	}
	return b.Run(ctx, tx)
}

// replayMinutes drafts the minutes as Draft does, from the rows.
func (s *Store) replayMinutes(ctx context.Context, tx db.Tx, actor access.Actor, h *Held, id int64) error {
	r := Record{}
	due, _ := h.due()
	err := db.Do(ctx, tx,
		db.One(&r.Line, selectLine+` WHERE m.id = @id`, db.Args{"id": id}),
		db.Many(&r.Items, selectItem, db.Args{"id": id}),
		db.Many(&r.Tasks, selectTask+` WHERE k.meeting_id = @id ORDER BY k.due_on, k.id LIMIT 200`, db.Args{"id": id}),
		db.Value(&r.Committee, `SELECT committee FROM streets WHERE id = @street`, db.Args{"street": h.StreetID}),
		db.Value(&r.Quorum, `SELECT app.more_than(@due, quorum_num, quorum_den) FROM meetings WHERE id = @id`, db.Args{"due": due, "id": id}))
	if err != nil {
		return err
	}
	if r.Rules, err = rules(ctx, tx, h.Kind, h.StreetID); err != nil {
		return err
	}
	var votes []Vote
	if err := db.Do(ctx, tx, db.Many(&votes, `SELECT `+voteColumns+` FROM meeting_votes WHERE meeting_id = @id ORDER BY id`, db.Args{"id": id})); err != nil {
		return err
	}
	r.Due, r.Chair = due, h.Signer
	for _, p := range h.People {
		seat := Seat{Name: p.Name, Due: p.Due, Leave: p.Outcome == gathering.OnLeave}
		if p.Outcome != gathering.OnLeave && p.Outcome != gathering.Absent {
			seat.ArrivedAt = &h.StartsAt
		}
		r.Seats = append(r.Seats, seat)
	}
	r.join(votes, nil)
	d := r.draft()
	number, post, signer := "", (*int64)(nil), ""
	var signedOn, issuedOn *time.Time
	if h.State == Signed || h.State == Issued || h.State == Archived {
		on := calendar.AddDays(calendar.On(h.StartsAt), 1)
		signedOn, post, signer = &on, &h.ChairID, h.Signer
		number, err = document.Allot(ctx, tx, actor, document.Issue{
			At: h.EndsAt, Street: h.StreetID, Kind: document.Minutes, Subject: "meeting", SubjectID: id, Title: d.Title, SignedOn: on,
		})
		if err != nil {
			return err
		}
		if h.State != Signed {
			issuedOn = signedOn
		}
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO meeting_minutes (street_id, meeting_id, title, body, present, absent, attending, signed_post_id, signed_on, signer, number, issued_on)
		VALUES (@street, @id, @title, @body, @present, @absent, @attending, @post::bigint, @signed::date, @signer, @number, @issued::date)`,
		db.Args{
			"street": h.StreetID, "id": id, "title": d.Title, "body": d.Body, "present": d.Present, "absent": d.Absent, "attending": d.Attending,
			"post": post, "signed": signedOn, "signer": signer, "number": number, "issued": issuedOn,
		})
	return err
}
