package gathering

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// Call sends the notice of a gathering: everybody on the list gets a message, and
// the list is frozen as names and duties are now. Whether the notice goes out early
// enough is the owner's rule. It needs KeepGatherings, and somebody on the list.
func (s *Store) Call(ctx context.Context, tx db.Tx, actor access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "call gathering %d", id)
	g, err := s.move(ctx, tx, actor, "notice", id)
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE attendances a
		SET name = h.name
		FROM people h
		WHERE a.street_id = @street AND a.gathering_id = @id AND h.street_id = a.person_street_id AND h.id = a.person_id AND h.name <> a.name`,
		db.Args{"street": g.StreetID, "id": g.ID})
	if err != nil {
		return refused(err)
	}
	if err := s.to(ctx, tx, &g, Called); err != nil {
		return err
	}
	if err := s.tell(ctx, tx, &g, "请参加：", everybody); err != nil {
		return err
	}
	c, err := Counted(ctx, tx, id)
	if err != nil {
		return err
	}
	return s.record(ctx, tx, actor, &g, "notice", fmt.Sprintf("发通知，应到 %d 人，列席 %d 人", c.Due, c.Beside), "", nil)
}

// to moves a gathering to a state.
func (s *Store) to(ctx context.Context, tx db.Tx, g *Gathering, state procedure.State) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE gatherings
		SET state = @state, version = version + 1, modified_at = @now,
		    called_at = CASE WHEN @state = 'called' THEN @now ELSE called_at END,
		    opened_at = CASE WHEN @state = 'open' THEN @now ELSE opened_at END,
		    closed_at = CASE WHEN @state = 'closed' THEN @now ELSE closed_at END
		WHERE street_id = @street AND id = @id`, db.Args{"state": string(state), "now": s.now(), "street": g.StreetID, "id": g.ID})
	return refused(err)
}

// Open opens the door of a gathering on its day or later: with the code of four
// digits or the QR code that Door shows, or by hand, people check in from now on.
// It needs KeepGatherings.
func (s *Store) Open(ctx context.Context, tx db.Tx, actor access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "open gathering %d", id)
	g, err := s.move(ctx, tx, actor, "opening", id)
	if err != nil {
		return err
	}
	if calendar.On(s.now()).Before(g.HeldOn) {
		return fault.Fields{{Name: "state", Text: "还没有到日期，不能开始签到；日期改了的请先改期"}}
	}
	if err := s.to(ctx, tx, &g, Opened); err != nil {
		return err
	}
	code, err := rand.Int(rand.Reader, big.NewInt(10_000))
	if err != nil {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO gathering_doors (street_id, gathering_id, code, token)
		VALUES (@street, @id, @code, @token)`,
		db.Args{"street": g.StreetID, "id": g.ID, "code": fmt.Sprintf("%04d", code), "token": rand.Text()})
	if err != nil {
		return err
	}
	return s.record(ctx, tx, actor, &g, "opening", "开始签到", "", nil)
}

// Close ends the checking in: who has neither come nor leave is absent. It waits
// for those who are just arriving. It needs KeepGatherings.
func (s *Store) Close(ctx context.Context, tx db.Tx, actor access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "close gathering %d", id)
	g, err := s.move(ctx, tx, actor, "closure", id)
	if err != nil {
		return err
	}
	if err := s.to(ctx, tx, &g, Closed); err != nil {
		return err
	}
	c, err := Counted(ctx, tx, id)
	if err != nil {
		return err
	}
	return s.record(ctx, tx, actor, &g, "closure", fmt.Sprintf("结束签到，应到 %d 人，实到 %d 人，请假 %d 人，缺席 %d 人", c.Due, c.Present, c.Leave, c.Absent), "", nil)
}

// Seal forbids even corrections from now on, for example because the minutes that
// tell who was present are issued (hard rule 12). A gathering that is sealed stays
// so. It needs KeepGatherings.
func (s *Store) Seal(ctx context.Context, tx db.Tx, actor access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "seal gathering %d", id)
	if !keeps(actor) {
		return fault.Forbidden
	}
	g, err := hold(ctx, tx, id, true)
	switch {
	case err != nil || g.Sealed:
		return err
	case g.State != Closed:
		return fault.Fields{{Name: "state", Text: "签到还没有结束"}}
	}
	_, err = db.Exec(ctx, tx, `
		UPDATE gatherings
		SET sealed = true, version = version + 1, modified_at = @now
		WHERE street_id = @street AND id = @id`, db.Args{"now": s.now(), "street": g.StreetID, "id": g.ID})
	if err != nil {
		return refused(err)
	}
	return s.record(ctx, tx, actor, &g, "seal", "签到记录从此不能更正", "", nil)
}

// everybody tells all on the list.
var everybody []int64

// recipient is somebody on a list as messages reach them.
type recipient struct {
	StreetID int64
	Capacity string
	DeputyID *int64
	UnitID   *int64
	Dispatch bool
	UserID   *int64
}

// tell sends a message with words before the title to those on the list whose rows
// are ids, or to all where ids is nil. Who has no account gets a letter.
func (s *Store) tell(ctx context.Context, tx db.Tx, g *Gathering, words string, ids []int64) error {
	var list []recipient
	err := db.Do(ctx, tx, db.Many(&list, `
		SELECT a.person_street_id AS street_id, a.capacity, a.deputy_id, a.unit_id, coalesce(u.kind = 'dispatch', false) AS dispatch,
		       coalesce(h.user_id, k.user_id) AS user_id
		FROM attendances a
		LEFT JOIN people h ON h.street_id = a.person_street_id AND h.id = a.person_id
		LEFT JOIN people k ON k.street_id = h.street_id AND k.id = h.merged_into
		LEFT JOIN units u ON u.street_id = a.street_id AND u.id = a.unit_id
		WHERE a.street_id = @street AND a.gathering_id = @id AND (@all OR a.id = ANY (@ids))
		ORDER BY a.id
		LIMIT 2000`, db.Args{"street": g.StreetID, "id": g.ID, "all": ids == nil, "ids": append([]int64{}, ids...)}))
	if err != nil {
		return err
	}
	var notices []notice.Notice
	title := words + g.Title + "（" + calendar.MonthDay(g.StartsAt) + g.StartsAt.In(calendar.Zone).Format(" 15:04") + "）"
	for _, r := range list {
		for _, n := range r.notices(g.StreetID) {
			n.At, n.Title, n.Link = s.now(), title, "/gatherings/"+strconv.FormatInt(g.ID, 10)
			if !slices.Contains(notices, n) {
				notices = append(notices, n)
			}
		}
	}
	return notice.SendAll(ctx, tx, notices)
}

// readers are the roles in which the called read messages.
var readers = map[string][]access.Role{
	"member": {access.Director, access.DeputyDirector, access.Member}, "representative": {access.VoterRep}, "expert": {access.Expert},
	"officer": {access.Liaison, access.InfoOfficer}, "staff": {access.Staff},
}

// notices are the messages to r of a gathering that street lead holds. A street
// cannot see the accounts of another: there the whole committee is told.
func (r recipient) notices(lead int64) []notice.Notice {
	n := notice.Notice{StreetID: r.StreetID}
	switch {
	case r.DeputyID != nil:
		n.To, n.DeputyID = access.Deputy, *r.DeputyID
		return []notice.Notice{n}
	case r.UnitID != nil:
		n.To, n.UnitID = access.Unit, *r.UnitID
		if r.Dispatch {
			n.To = access.OfficeDispatch
		}
		return []notice.Notice{n}
	case r.StreetID != lead:
		var list []notice.Notice
		for _, role := range readers["member"] {
			n.To = role
			list = append(list, n)
		}
		return list
	case r.UserID == nil:
		return nil
	}
	var list []notice.Notice
	for _, role := range readers[r.Capacity] {
		n.To, n.UserID = role, *r.UserID
		list = append(list, n)
	}
	return list
}
