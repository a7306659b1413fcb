package audit

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Kinds names the kinds of thing that are acted on.
var Kinds = []choice.Term{
	{Key: "opinion", Name: "群众意见"},
	{Key: "suggestion", Name: "代表建议"},
	{Key: "activity", Name: "代表活动"},
	{Key: "visit", Name: "接待登记"},
	{Key: "station", Name: "联络站"},
	{Key: "reception", Name: "接待安排"},
	{Key: "deputy", Name: "代表"},
	{Key: "deputy_election", Name: "代表补选"},
	{Key: "deputy_group", Name: "代表小组"},
	{Key: "term", Name: "届别"},
	{Key: "selection", Name: "选民代表推选"},
	{Key: "voter_representative", Name: "选民代表"},
	{Key: "mandate", Name: "授权"},
	{Key: "mandate_act", Name: "监督活动"},
	{Key: "mandate_request", Name: "授权请示"},
	{Key: "expert", Name: "咨询专家"},
	{Key: "officer", Name: "联络员和信息员"},
	{Key: "import", Name: "名册导入"},
	{Key: "person", Name: "人员"},
	{Key: "street", Name: "街道、社区和承办单位"},
	{Key: "appointment", Name: "任免"},
	{Key: "delegation", Name: "授权委托书"},
	{Key: "fund", Name: "工委经费"},
	{Key: "city", Name: "城市"},
	{Key: "ledger", Name: "台账导出"},
	{Key: "account", Name: "账号"},
	{Key: "setting", Name: "设置"},
	{Key: "calendar", Name: "节假日"},
	{Key: "institution", Name: "制度"},
	{Key: "landing", Name: "制度落实"},
	{Key: "clause", Name: "条款执行"},
	{Key: "paper", Name: "发文"},
	{Key: "training", Name: "培训"},
	{Key: "gathering", Name: "召集和签到"},
	{Key: "plan", Name: "年度计划"},
	{Key: "plan_idea", Name: "计划提议"},
	{Key: "feed", Name: "日历订阅"},
	{Key: "poll", Name: "无记名投票"},
	{Key: "meeting", Name: "会议"},
	{Key: "meeting_topic", Name: "会议议题"},
	{Key: "meeting_task", Name: "议定事项"},
	{Key: "performance_supplement", Name: "履职补录"},
	{Key: "performance_publication", Name: "履职公布"},
	{Key: "performance_dispute", Name: "履职申诉"},
	{Key: "performance_scheme", Name: "履职积分办法"},
	{Key: "report_session", Name: "述职会"},
	{Key: "deputy_report", Name: "代表述职"},
	{Key: "audit", Name: "操作记录"},
}

// KindName is the name of a kind; one that is not in Kinds is its own.
func KindName(kind string) string {
	if name := choice.Name(Kinds, kind); name != "" {
		return name
	}
	return kind
}

// Filter narrows the record. Zero fields do not narrow it.
type Filter struct {
	StreetID int64
	Kind     string
	Action   string    // part of what the timeline says, or the start of the action's name
	Person   string    // part of a name
	From, To time.Time // first and last day
	After    db.Cursor
	Limit    int
}

// Line is an entry with the name of its street, "" for a matter of the city.
type Line struct {
	Entry
	Street string
}

// Cursor marks the line in the list.
func (l Line) Cursor() db.Cursor { return db.Cursor{At: l.At, ID: l.ID} }

const selectLine = `
	SELECT e.id, e.at, e.street_id, e.user_name, e.role, e.kind, e.subject_id, e.action, e.title, e.reason, e.detail, coalesce(s.name, '') AS street
	FROM audit_events e
	LEFT JOIN streets s ON s.id = e.street_id
	WHERE e.city_id = @city`

// where puts the filter into SQL.
func (f Filter) where(actor access.Actor) (string, db.Args) {
	sql, args := "", db.Args{"city": actor.CityID}
	add := func(on bool, name string, value any, condition string) {
		if on {
			sql += " AND " + condition
			args[name] = value
		}
	}
	add(f.StreetID != 0, "street", f.StreetID, "e.street_id = @street")
	add(f.Kind != "", "kind", f.Kind, "e.kind = @kind")
	add(f.Action != "", "action", f.Action, "(strpos(e.title, @action) > 0 OR starts_with(e.action, @action))")
	add(f.Person != "", "person", f.Person, "strpos(e.user_name, @person) > 0")
	add(!f.From.IsZero(), "from", f.From, "e.at >= (@from::date)::timestamp AT TIME ZONE 'Asia/Shanghai'")
	add(!f.To.IsZero(), "to", f.To, "e.at < (@to::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'")
	if !f.After.IsZero() {
		args["after_at"] = f.After.At
		add(true, "after_id", f.After.ID, "(e.at, e.id) < (@after_at, @after_id)")
	}
	return sql, args
}

const newestFirst = ` ORDER BY e.at DESC, e.id DESC LIMIT @limit`

// Store reads the record to the audit administrator.
type Store struct {
	db  *db.DB
	now func() time.Time
}

// NewStore returns a Store on d.
func NewStore(d *db.DB, now func() time.Time) *Store { return &Store{d, now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// Listing is one page of the record, and the streets to filter by.
type Listing struct {
	Lines   []Line
	Next    db.Cursor // zero on the last page
	Streets []choice.Row
}

// Entries lists what happened in the auditor's city, newest first. It needs
// ViewAudit.
func (s *Store) Entries(ctx context.Context, actor access.Actor, f Filter) (l Listing, err error) {
	defer fault.Wrap(&err, "list audit events")
	if !actor.May(access.ViewAudit) {
		return l, fault.Forbidden
	}
	where, args := f.where(actor)
	args["limit"] = f.Limit + 1
	err = s.db.Read(ctx, actor, db.Many(&l.Lines, selectLine+where+newestFirst, args),
		db.Many(&l.Streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, db.Args{"city": actor.CityID}))
	l.Lines, l.Next = db.Page(l.Lines, f.Limit, Line.Cursor)
	return l, err
}

// Entry reads one event of the auditor's city. It needs ViewAudit.
func (s *Store) Entry(ctx context.Context, actor access.Actor, id int64) (l Line, err error) {
	defer fault.Wrap(&err, "read audit event %d", id)
	if !actor.May(access.ViewAudit) {
		return l, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.One(&l, selectLine+` AND e.id = @id`, db.Args{"city": actor.CityID, "id": id}))
	return l, err
}

// ExportMost is how many events one export has at most.
const ExportMost = 20_000

// Export reads the newest events that f finds, ExportMost at most, and records
// that they were taken out, by which filter. It needs ViewAudit.
func (s *Store) Export(ctx context.Context, actor access.Actor, f Filter) (lines []Line, err error) {
	defer fault.Wrap(&err, "export audit events")
	if !actor.May(access.ViewAudit) {
		return nil, fault.Forbidden
	}
	f.After = db.Cursor{}
	where, args := f.where(actor)
	args["limit"] = ExportMost
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		if err := db.Do(ctx, tx, db.Many(&lines, selectLine+where+newestFirst, args)); err != nil {
			return err
		}
		detail := map[string]any{"rows": len(lines)}
		for name, v := range args {
			if name != "city" && name != "limit" {
				detail[name] = v
			}
		}
		return Record(ctx, tx, actor, Event{At: s.now(), Kind: "audit", Action: "audit.export", Title: "导出操作记录", Detail: detail})
	})
	return lines, err
}
