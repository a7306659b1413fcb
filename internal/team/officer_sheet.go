package team

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/register"
)

// OfficerSheet describes the list of proposed liaison and information officers for
// its template, export and import: what communities proposed and nobody has decided
// yet. Nobody gets into post by a sheet: the director appoints (domain.md §3 i). A
// row is one person, recognised by name and work, with all that is proposed for
// them: one person may hold both roles and counts once.
func (s *Store) OfficerSheet() *register.Sheet {
	const elsewhere = "已登记的推荐不能改岗位和社区，请在这个人的页面推荐别的岗位"
	return &register.Sheet{
		Register: "officers", Title: "联络员信息员推荐名单", URL: "/officers", View: access.ViewOfficers, Keep: access.KeepOfficers,
		Guide: []string{
			"导入只登记社区的推荐，不会使任何人任职：聘任由工委主任在这个人的页面办理。",
			"一个人写一行。联络员、信息员都推荐的，岗位写“联络员、信息员”；推荐到几个社区的，把社区都写上，每个社区都推荐同样的岗位。",
			"这里只有还没有聘任的推荐。已经任职、曾经任职的，在这个人的页面办理。",
		},
		Columns: []register.Column{
			{Key: "name", Head: "姓名", Required: true, Natural: true, Max: 50, Width: 12},
			{Key: "sex", Head: "性别", Kind: register.Choice, Terms: person.Sexes, Width: 8},
			{Key: "born", Head: "出生年份", Kind: register.Int, Low: 1900, High: 2100, Width: 10},
			{Key: "work", Head: "工作单位和职务", Natural: true, Max: MaxWork, Width: 30},
			{Key: "phone", Head: "联系电话", Kind: register.Phone, Width: 16, Hint: "加密保存，不对外公开。"},
			{Key: "roles", Head: "岗位", Kind: register.Choice, Several: true, Required: true, Terms: Roles, Fixed: elsewhere, Width: 18},
			{Key: "communities", Head: "社区", Kind: register.Name, Several: true, Required: true, Names: communityNames, Fixed: elsewhere, Width: 28},
			{Key: "proposer", Head: "推荐的社区", Required: true, Max: MaxLine, Width: 24, Hint: "例如 岗贝社区居委会。"},
			{Key: "on", Head: "推荐日期", Kind: register.Date, Required: true, Width: 14},
		},
		Rows: s.officerRows, Check: officerCheck, Insert: s.officerInsert, Change: s.officerChange, Remove: s.officerRemove,
	}
}

func communityNames(ctx context.Context, tx db.Tx, street int64) (list []choice.Row, err error) {
	return list, db.Do(ctx, tx, db.Many(&list, `
		SELECT id, name FROM communities WHERE street_id = @street AND ended_on IS NULL ORDER BY id LIMIT 500`, db.Args{"street": street}))
}

func officerCheck(r register.Record, now time.Time) fault.Fields {
	var bad fault.Fields
	if r.Date("on").After(calendar.On(now)) {
		bad.Add("on", "推荐日期不能晚于今天")
	}
	if r.Int("born") > calendar.On(now).Year() {
		bad.Add("born", "请填写四位数的出生年份")
	}
	return bad
}

// proposed is what is proposed for one person, over all their posts.
type proposed struct {
	ID              int64
	Version         int
	Name, Sex, Work string
	Born            *int
	PhoneSealed     []byte
	Roles           []string
	Communities     []string
	On              *time.Time
	Proposer        string
	Open            bool // nothing has been decided
	Whole           bool // every role in every community, proposed together
	Ended           bool // a community has ended
}

func (s *Store) officerRows(ctx context.Context, tx db.Tx, street int64, ids []int64) (list []register.Row, err error) {
	var rows []proposed
	where, args := ` ORDER BY h.name COLLATE "C", o.id LIMIT 200000`, db.Args{"street": street}
	if ids != nil {
		where, args["ids"] = " AND o.id = ANY (@ids) ORDER BY o.id FOR UPDATE OF o, h", ids
	}
	err = db.Do(ctx, tx, db.Many(&rows, `
		SELECT o.id, o.version + h.version AS version, h.name, h.sex, h.work, h.born, h.phone_sealed,
		       p.roles, p.communities, p.on, p.proposer, p.open, p.ended,
		       coalesce(p.posts = cardinality(p.roles) * cardinality(p.communities) AND p.times = 1, false) AS whole
		FROM officers o
		JOIN people h ON h.street_id = o.street_id AND h.id = o.person_id
		JOIN LATERAL (
			SELECT array_agg(DISTINCT x.role) AS roles,
			       ARRAY (SELECT c.name FROM communities c
			              WHERE c.street_id = o.street_id AND c.id IN (SELECT y.community_id FROM officer_posts y WHERE y.street_id = o.street_id AND y.officer_id = o.id)
			              ORDER BY c.id LIMIT 500) AS communities,
			       min(x.proposed_on) AS on, coalesce(min(x.proposer), '') AS proposer, coalesce(bool_and(x.state = 'proposed'), false) AS open,
			       coalesce(bool_or(c.ended_on IS NOT NULL), false) AS ended, count(*) AS posts, count(DISTINCT (x.proposed_on, x.proposer)) AS times
			FROM officer_posts x
			JOIN communities c ON c.street_id = x.street_id AND c.id = x.community_id
			WHERE x.street_id = o.street_id AND x.officer_id = o.id) AS p ON true
		WHERE o.street_id = @street`+where, args))
	for _, r := range rows {
		row, err := s.officerRow(r)
		if err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, err
}

func (s *Store) officerRow(r proposed) (row register.Row, err error) {
	phone, born := "", ""
	if r.PhoneSealed != nil {
		if phone, err = s.people.Phone(r.PhoneSealed); err != nil {
			return row, err
		}
	}
	if r.Born != nil {
		born = strconv.Itoa(*r.Born)
	}
	var roles []string
	for _, t := range Roles {
		for _, role := range r.Roles {
			if role == t.Key {
				roles = append(roles, t.Name)
			}
		}
	}
	row = register.Row{ID: r.ID, Version: r.Version, Cells: []string{
		r.Name, choice.Name(person.Sexes, r.Sex), born, r.Work, phone,
		strings.Join(roles, "、"), strings.Join(r.Communities, "、"), r.Proposer, iso(r.On),
	}}
	switch {
	case !r.Open:
		row.Locked = "这个人已有岗位或推荐已经办结，请在这个人的页面推荐"
	case !r.Whole:
		row.Locked = "这个人有几份不同的推荐，请在这个人的页面办理"
	case r.Ended:
		row.Locked = "推荐到的社区已经撤销，请在这个人的页面办理"
	}
	return row, nil
}

// proposalOf is what a row of the sheet says.
func proposalOf(r register.Record) Proposal {
	return Proposal{
		Person: Person{Name: r.Text("name"), Sex: r.Term("sex"), Born: r.Int("born"), Work: r.Text("work"), Phone: r.Text("phone")},
		Roles:  r.Terms("roles"), Communities: r.IDs("communities"), Proposer: r.Text("proposer"), On: r.Date("on"), quiet: true,
	}
}

// officerInsert proposes somebody who has no record as an officer.
func (s *Store) officerInsert(ctx context.Context, tx db.Tx, actor access.Actor, street int64, key string, r register.Record) (id int64, version int, err error) {
	p := proposalOf(r)
	p.StreetID, p.Key = street, key
	human, err := s.people.AddFromSheet(ctx, tx, actor, street, p.Person.known("officer:"+key))
	if err != nil {
		return 0, 0, err
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO officers (street_id, person_id, key, created_at, modified_at)
		VALUES (@street, @person, @key, @now, @now)
		ON CONFLICT (street_id, person_id) DO NOTHING
		RETURNING id`, db.Args{"street": street, "person": human, "key": key, "now": s.now()})
	if errors.Is(err, fault.NotFound) {
		return 0, 0, fault.Fields{{Name: "name", Text: "这个人已有岗位或推荐，请在这个人的页面推荐"}}
	}
	if err != nil {
		return 0, 0, err
	}
	if err := s.addPosts(ctx, tx, actor, id, p); err != nil {
		return 0, 0, officerFault(err)
	}
	who, err := officerAt(ctx, tx, street, id)
	return id, who.Version, err
}

// officerKey is who a row is about. Its version counts the changes of the record
// and of the person.
type officerKey struct {
	PersonID int64
	Key      string
	Version  int
}

// officerAt locks an officer and the person.
func officerAt(ctx context.Context, tx db.Tx, street, id int64) (who officerKey, err error) {
	err = db.Do(ctx, tx, db.One(&who, `
		SELECT o.person_id, o.key, o.version + h.version AS version
		FROM officers o
		JOIN people h ON h.street_id = o.street_id AND h.id = o.person_id
		WHERE o.street_id = @street AND o.id = @id
		FOR UPDATE`, db.Args{"street": street, "id": id}))
	return who, err
}

func (s *Store) officerChange(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int, r register.Record) (int, error) {
	who, err := officerAt(ctx, tx, street, id)
	switch {
	case err != nil:
		return 0, err
	case who.Version != version:
		return 0, fault.Stale
	}
	p := proposalOf(r)
	var b db.Batch
	b.Add(`UPDATE officer_posts SET proposed_on = @on, proposer = @proposer WHERE street_id = @street AND officer_id = @id AND state = 'proposed'`,
		db.Args{"street": street, "id": id, "on": p.On, "proposer": p.Proposer})
	b.Add(`UPDATE officers SET version = version + 1, modified_at = @now WHERE street_id = @street AND id = @id`,
		db.Args{"street": street, "id": id, "now": s.now()})
	if err := b.Run(ctx, tx); err != nil {
		return 0, officerFault(err)
	}
	n := p.Person.known("")
	n.NoPhone = n.Phone == ""
	if err := s.people.Revise(ctx, tx, actor, street, who.PersonID, n); err != nil {
		return 0, err
	}
	if err := s.record(ctx, tx, actor, act{"officer", street, id, "revision", "按导入的名单修改推荐", ""}); err != nil {
		return 0, err
	}
	who, err = officerAt(ctx, tx, street, id)
	return who.Version, err
}

// officerRemove takes back a proposal that an import added and nobody has decided,
// with the person who came with it.
func (s *Store) officerRemove(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int) error {
	who, err := officerAt(ctx, tx, street, id)
	switch {
	case err != nil:
		return err
	case who.Version != version:
		return fault.Stale
	}
	args := db.Args{"street": street, "id": id}
	var b db.Batch
	b.Add(`DELETE FROM officer_posts WHERE street_id = @street AND officer_id = @id`, args)
	b.Add(`DELETE FROM officers WHERE street_id = @street AND id = @id`, args)
	if err := b.Run(ctx, tx); err != nil {
		return err
	}
	if err := s.people.Forget(ctx, tx, street, who.PersonID, "officer:"+who.Key); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, act{"officer", street, id, "removal", "撤销导入，移出推荐名单", ""})
}
