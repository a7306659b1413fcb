package meeting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/plan"
	"portal/internal/procedure"
)

// Step is which record a move is about, and the version its maker was shown.
type Step struct {
	ID      int64
	Version int
}

// locked is a meeting that a move holds for itself until it commits.
type locked struct {
	ID          int64
	StreetID    int64
	Kind        string
	GatheringID int64
	HeldOn      time.Time
	State       procedure.State
	Version     int
	ChairPostID int64
	Title       string
	Committee   string
}

// done is what a move has to say for the record.
type done struct {
	title, reason string
	detail        map[string]any
}

// move runs one move of the procedure in one transaction: permission, the version
// that was shown, the state, the rules in fn, the record.
func (s *Store) move(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, m *locked) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of meeting %d", name, step.ID)
	if !may(actor, Procedure.Move(name).Need) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		m, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case m.Version != step.Version:
			return fault.Stale
		case !Procedure.Allows(name, m.State):
			return fault.Fields{{Name: "state", Text: fmt.Sprintf("这次会议现在是“%s”，不能%s", Procedure.Info(m.State).Name, Procedure.Move(name).Label)}}
		}
		if err := s.touch(ctx, tx, m); err != nil {
			return complaint(err)
		}
		d, err := fn(tx, m)
		if err != nil {
			return complaint(err)
		}
		return s.record(ctx, tx, actor, "meeting", m.StreetID, m.ID, name, d)
	})
}

func lock(ctx context.Context, tx db.Tx, id int64) (*locked, error) {
	m := &locked{}
	return m, db.Do(ctx, tx, db.One(m, `
		SELECT m.id, m.street_id, m.kind, coalesce(m.gathering_id, 0) AS gathering_id, m.held_on, m.state, m.version, coalesce(m.chair_post_id, 0) AS chair_post_id,
		       coalesce((SELECT g.title FROM gatherings g WHERE g.street_id = m.street_id AND g.id = m.gathering_id), '') AS title,
		       (SELECT s.committee FROM streets s WHERE s.id = m.street_id) AS committee
		FROM meetings m
		WHERE m.id = @id
		FOR UPDATE OF m`, db.Args{"id": id}))
}

// touch gives a meeting its next version, before the move.
func (s *Store) touch(ctx context.Context, tx db.Tx, m *locked) error {
	n, err := db.Exec(ctx, tx, `
		UPDATE meetings
		SET version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, db.Args{"now": s.now(), "street": m.StreetID, "id": m.ID})
	if err == nil && n != 1 {
		err = fault.NotFound
	}
	return err
}

// to moves a meeting to a state with what else the move sets, a constant of the code.
func (s *Store) to(ctx context.Context, tx db.Tx, m *locked, state procedure.State, set string, args db.Args) error {
	all := db.Args{"state": string(state), "street": m.StreetID, "id": m.ID}
	for k, v := range args {
		all[k] = v
	}
	_, err := db.Exec(ctx, tx, `UPDATE meetings SET state = @state`+set+` WHERE street_id = @street AND id = @id`, all)
	return err
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, kind string, street, id int64, name string, d done) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: street, Kind: kind, ID: id, Action: kind + "." + name, Title: d.title, Reason: d.reason, Detail: d.detail,
	})
}

// broken are the rules of the schema that people can run into, as they read.
var broken = map[string]fault.Field{
	"meetings_list_whole":                  {Name: "state", Text: "名单上应到的人和当天在任的全体成员不一致，缺的请补充通知"},
	"meetings_noticed_in_time":             {Name: "urgent", Text: "距离开会的天数不够，请填写紧急开会的理由，或者改期"},
	"meetings_have_an_agenda":              {Name: "state", Text: "议程上还没有议题"},
	"meetings_need_mandate":                {Name: "state", Text: "监督议题没有有效的授权，或者授权已经撤回，不能进行"},
	"meetings_quorum":                      {Name: "state", Text: "到会人数不够，不能开会表决；可以再等，也可以转为座谈会或宣布流会"},
	"meetings_agenda_adopted":              {Name: "agenda", Text: "同意议程的要超过到会人数的一半"},
	"meetings_chair_is_there":              {Name: "chair", Text: "主持人还没有签到"},
	"meetings_have_quorum":                 {Name: "state", Text: "到会人数够，应当开会"},
	"meetings_vote_is_open":                {Name: "state", Text: "有一次表决还没有结束"},
	"meetings_items_concluded":             {Name: "state", Text: "还有议题没有登记结果"},
	"meetings_tasks_done":                  {Name: "state", Text: "还有议定事项没有办完"},
	"meetings_chair":                       {Name: "chair", Text: "请选择主持人"},
	"meeting_votes_quorum":                 {Name: "state", Text: "现在到会人数不够，不能表决、不能作出决定"},
	"meeting_votes_no_more_than_present":   {Name: "for", Text: "赞成、反对、弃权合计不能超过到会、没有回避的人数"},
	"meeting_votes_one_an_item":            {Name: "item", Text: "这个议题已经表决过"},
	"meeting_votes_one_open":               {Name: "state", Text: "有一次表决还没有结束"},
	"meeting_items_concluded_once":         {Name: "item", Text: "这个议题已经有结果"},
	"meeting_items_follow_the_vote":        {Name: "outcome", Text: "结果要和表决一致：表决过的由表决决定，没有表决的不能登记为通过"},
	"meeting_items_decided_in_session":     {Name: "outcome", Text: "座谈会不作决定，只能登记听取、缓议、撤回"},
	"meeting_items_consent":                {Name: "consent", Text: "同意的要超过到会人数的一半"},
	"meeting_items_once":                   {Name: "topics", Text: "这个议题已经在议程上"},
	"meeting_items_of_kind":                {Name: "topics", Text: "这个议题不是这类会议的"},
	"meeting_topics_confirmed_by_director": {Name: "topics", Text: "议题还没有经主任确定"},
	"meeting_recusals_before_vote":         {Name: "who", Text: "要在表决以前、在应到的人里登记回避"},
	"meeting_recusals_pkey":                {Name: "who", Text: "已经登记过"},
	"meeting_remotes_pkey":                 {Name: "who", Text: "已经登记过"},
	"meeting_remotes_listed":               {Name: "who", Text: "请选择名单上的人"},
	"meeting_votes_of_present":             {Name: "state", Text: "已经表决的人里有人离会了，这次表决不能计票，请作废后由在场的人重新表决"},
	"meeting_votes_few_ballots":            {Name: "state", Text: "投票的不到 3 人，不能显示结果，请作废后另行表决"},
	"meeting_voices_over":                  {Name: "state", Text: "表决已经结束"},
	"meeting_voices_of_members":            {Name: "state", Text: "只有应到的人可以表决"},
	"meeting_voices_of_present":            {Name: "state", Text: "请先签到；已经离开的不能表决"},
	"meeting_voices_recused":               {Name: "state", Text: "已经登记回避，不参加这个议题的表决"},
	"meeting_voices_own":                   {Name: "state", Text: "表决由本人作出，不能代为表决"},
	"meeting_minutes_signed_by_director":   {Name: "state", Text: "会议纪要由在任的主任，或者主任书面委托签发的人签发"},
	"meeting_minutes_fixed":                {Name: "state", Text: "会议纪要已经签发，不能再改"},
	"meeting_records_final":                {Name: "state", Text: "会议记录已经核定，不能再改"},
	"meeting_tasks_of_passed_items":        {Name: "item", Text: "议定事项要出自已经通过的议题"},
	"meeting_tasks_after_meeting":          {Name: "due_on", Text: "完成日期要在会议以后"},
	"meeting_tasks_before_signature":       {Name: "state", Text: "会议纪要已经签发，不能再增加议定事项"},
	"meeting_tasks_final":                  {Name: "state", Text: "这一项已经办完或调整"},
	"meeting_tasks_adjusted_by_decision":   {Name: "item", Text: "调整要由以后一次会议重新作出"},
	"meeting_topics_retabled":              {Name: "state", Text: "只有没有通过的议题可以再次提请"},
	"meeting_due_are_members":              {Name: "state", Text: "应到的只能是本会议的成员，其他人请作为列席列入"},
	"meetings_with_gathering":              {Name: "state", Text: "签到的状态和会议不一致"},
}

// complaint turns a broken rule of the schema into a sentence.
func complaint(err error) error {
	var bad fault.Fields
	if err == nil || errors.As(err, &bad) {
		return err
	}
	for name, f := range broken {
		if db.Violates(err, name) {
			return fault.Fields{f}
		}
	}
	return committee.PostFault(plan.Refused(err), "chair")
}
