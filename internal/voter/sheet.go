package voter

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/person"
	"portal/internal/register"
)

var households = []choice.Term{{Key: "yes", Name: "户籍人口"}, {Key: "no", Name: "非户籍人口"}}

// Sheet describes the list of candidates for its template, export and import: those
// of the selections that take recommendations now, by district. It is not the
// register of voter representatives: nobody is in office but through vetting,
// publicity, a meeting of the district and the directors' meeting (domain.md §3 h),
// so that register is only exported. A candidate is recognised by selection and
// district, name and work.
func (s *Store) Sheet() *register.Sheet {
	return &register.Sheet{
		Register: "voter-candidates", Title: "选民代表人选推荐名单", URL: "/selections", View: access.ViewSelections, Keep: access.KeepSelections,
		Guide: []string{
			"导入只登记推荐的人选，不会使任何人成为选民代表：推荐之后还要联审、公示、推选会议、主任会议确认，在推选的页面办理。",
			"只有正在推荐阶段的推选可以导入人选。提交联审以后，人选在推选的页面办理；换选区的，先在推选的页面撤回。",
		},
		Columns: []register.Column{
			{Key: "place", Head: "推选和选区", Kind: register.Name, Required: true, Natural: true, Max: 100, Names: placeNames, Width: 30},
			{Key: "name", Head: "姓名", Required: true, Natural: true, Max: 50, Width: 12},
			{Key: "sex", Head: "性别", Kind: register.Choice, Required: true, Terms: person.Sexes, Width: 8},
			{Key: "born", Head: "出生年份", Kind: register.Int, Required: true, Low: 1900, High: 2100, Width: 10},
			{Key: "work", Head: "工作单位和职务", Natural: true, Max: MaxWork, Width: 30},
			{Key: "phone", Head: "联系电话", Kind: register.Phone, Width: 16, Hint: "加密保存，不对外公开。"},
			{Key: "standing", Head: "资格", Kind: register.Choice, Required: true, Terms: Standings, Width: 26},
			{Key: "hukou", Head: "户籍", Kind: register.Choice, Required: true, Terms: households, Width: 12},
			{Key: "occupation", Head: "职业", Kind: register.Choice, Required: true, Terms: Occupations, Width: 30},
			{Key: "by", Head: "推荐方式", Kind: register.Choice, Required: true, Terms: Recommenders, Width: 14},
			{Key: "recommender", Head: "推荐方", Required: true, Max: MaxRecommender, Width: 24, Hint: "推荐的组织，或者联名的领衔人。"},
			{Key: "signers", Head: "联名人数", Kind: register.Int, Low: 1, High: 10000, Width: 10, Hint: "只有选民联名推荐的填写。"},
		},
		Rows: s.sheetRows, Check: sheetCheck, Rules: sheetRules, Insert: s.sheetInsert, Change: s.sheetChange, Remove: s.sheetRemove,
	}
}

// places are the districts of a street in which recommendations are taken, each
// with a name of its own.
const places = `
	SELECT x.id AS selection_id, d.district_id, v.position,
	       x.term || CASE x.kind WHEN 'by' THEN '补选 ' ELSE '换届推选 ' END || v.name
	       || CASE WHEN count(*) OVER (PARTITION BY x.kind, x.term, v.name) > 1 THEN '（' || x.id || '）' ELSE '' END AS name
	FROM selections x
	JOIN selection_districts d ON d.street_id = x.street_id AND d.selection_id = x.id
	JOIN voter_districts v ON v.street_id = d.street_id AND v.id = d.district_id
	WHERE x.street_id = @street AND x.state = 'recommending'`

func placeNames(ctx context.Context, tx db.Tx, street int64) (list []choice.Row, err error) {
	return list, db.Do(ctx, tx, db.Many(&list, `
		SELECT row_number() OVER (ORDER BY selection_id, position) AS id, name
		FROM (`+places+`) AS o
		ORDER BY id
		LIMIT 500`, db.Args{"street": street}))
}

func sheetCheck(r register.Record, now time.Time) fault.Fields {
	var bad fault.Fields
	if year := calendar.On(now).Year(); r.Int("born") > year || r.Int("born") < year-110 {
		bad.Add("born", "请填写四位数的出生年份")
	}
	switch joint := r.Term("by") == "joint"; {
	case joint && r.Int("signers") == 0:
		bad.Add("signers", "联名推荐的，请填写联名人数")
	case !joint && r.Int("signers") > 0:
		bad.Add("signers", "组织推荐的，不填联名人数")
	}
	return bad
}

func sheetRules(ctx context.Context, tx db.Tx, street int64) (func(register.Record) fault.Fields, error) {
	var least int
	err := db.Do(ctx, tx, signersLeast.Query(&least, street))
	return func(r register.Record) (bad fault.Fields) {
		if n := r.Int("signers"); n > 0 && n < least {
			bad.Add("signers", fmt.Sprintf("联名推荐至少 %d 人", least))
		}
		return bad
	}, err
}

func (s *Store) sheetRows(ctx context.Context, tx db.Tx, street int64, ids []int64) (list []register.Row, err error) {
	var rows []listed
	where, args := ` AND o.name IS NOT NULL ORDER BY o.selection_id, o.position, p.name COLLATE "C", c.id LIMIT 200000`, db.Args{"street": street}
	if ids != nil {
		if err := lockOf(ctx, tx, street, ids); err != nil {
			return nil, err
		}
		where, args["ids"] = " AND c.id = ANY (@ids) ORDER BY c.id FOR UPDATE OF c, p", ids
	}
	err = db.Do(ctx, tx, db.Many(&rows, `
		SELECT c.id, c.version + p.version AS version, coalesce(o.name, '') AS place, p.name, p.sex, coalesce(p.born, 0) AS born, p.work, p.phone_sealed,
		       c.standing, c.hukou, c.occupation, c.recommended_by, c.recommender, c.signers, c.dropped_why
		FROM selection_candidates c
		JOIN people p ON p.street_id = c.street_id AND p.id = c.person_id
		LEFT JOIN (`+places+`) AS o ON o.selection_id = c.selection_id AND o.district_id = c.district_id
		WHERE c.street_id = @street`+where, args))
	for _, r := range rows {
		row, err := s.sheetRow(r)
		if err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, err
}

// lockOf locks the selections of candidates before the candidates, as moves do.
func lockOf(ctx context.Context, tx db.Tx, street int64, candidates []int64) error {
	var ids []int64
	return db.Do(ctx, tx, db.Values(&ids, `
		SELECT x.id
		FROM selections x
		WHERE x.street_id = @street
		  AND x.id IN (SELECT c.selection_id FROM selection_candidates c WHERE c.street_id = @street AND c.id = ANY (@ids))
		ORDER BY x.id
		FOR UPDATE`, db.Args{"street": street, "ids": candidates}))
}

// listed is a candidate as the list has them.
type listed struct {
	ID                         int64
	Version                    int
	Place, Name, Sex           string
	Born                       int
	Work                       string
	PhoneSealed                []byte
	Standing                   string
	Hukou                      bool
	Occupation                 string
	RecommendedBy, Recommender string
	Signers                    int
	DroppedWhy                 string
}

func (s *Store) sheetRow(r listed) (row register.Row, err error) {
	phone, household := "", "no"
	if r.PhoneSealed != nil {
		if phone, err = s.people.Phone(r.PhoneSealed); err != nil {
			return row, err
		}
	}
	if r.Hukou {
		household = "yes"
	}
	row = register.Row{ID: r.ID, Version: r.Version, Cells: []string{
		r.Place, r.Name, choice.Name(person.Sexes, r.Sex), positive(r.Born), r.Work, phone, choice.Name(Standings, r.Standing),
		choice.Name(households, household), choice.Name(Occupations, r.Occupation), choice.Name(Recommenders, r.RecommendedBy), r.Recommender, positive(r.Signers),
	}}
	switch {
	case r.Place == "":
		row.Locked = notTaken
	case r.DroppedWhy != "":
		row.Locked = "这位人选已经撤回，本次推选不再列入"
	}
	return row, nil
}

const notTaken = "这项推选已经不在推荐阶段，人选请在推选的页面办理"

func positive(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// candidateOf is what a row of the sheet says.
func candidateOf(key string, r register.Record) CandidateNew {
	return CandidateNew{
		Key: key,
		Person: person.New{
			Key: "candidate:" + key, Name: r.Text("name"), Sex: r.Term("sex"), Born: r.Int("born"), Work: r.Text("work"), Phone: r.Text("phone"),
		},
		RecommendedBy: r.Term("by"), Recommender: r.Text("recommender"), Signers: r.Int("signers"),
		Standing: r.Term("standing"), Hukou: r.Term("hukou") == "yes", Occupation: r.Term("occupation"),
	}
}

func (s *Store) sheetInsert(ctx context.Context, tx db.Tx, actor access.Actor, street int64, key string, r register.Record) (id int64, version int, err error) {
	var at struct{ SelectionID, DistrictID int64 }
	err = db.Do(ctx, tx, db.One(&at, `SELECT selection_id, district_id FROM (`+places+`) AS o WHERE name = @name`,
		db.Args{"street": street, "name": r.Text("place")}))
	if errors.Is(err, fault.NotFound) {
		return 0, 0, fault.Fields{{Name: "place", Text: notTaken}}
	}
	if err != nil {
		return 0, 0, err
	}
	l, err := takes(ctx, tx, at.SelectionID)
	if err != nil {
		return 0, 0, err
	}
	n := candidateOf(key, r)
	n.DistrictID = at.DistrictID
	who, err := s.people.AddFromSheet(ctx, tx, actor, street, n.Person)
	if err == nil {
		err = s.maySit(ctx, tx, l, who)
	}
	if err == nil {
		id, err = s.addCandidate(ctx, tx, l, n, who)
	}
	if err != nil {
		return 0, 0, voterFault(err)
	}
	if err := s.done(ctx, tx, actor, l, "recommendation", "按导入的名单推荐人选", ""); err != nil {
		return 0, 0, err
	}
	c, err := candidateAt(ctx, tx, street, id)
	return id, c.Version, err
}

// takes locks a selection, which must take recommendations.
func takes(ctx context.Context, tx db.Tx, id int64) (locked, error) {
	l, err := lock(ctx, tx, id)
	if err == nil && !Procedure.Allows("recommendation", l.State) {
		err = fault.Fields{{Name: "place", Text: notTaken}}
	}
	return l, err
}

// candidateKey is who a row is about. Its version counts the changes of the
// candidate and of the person.
type candidateKey struct {
	SelectionID, PersonID int64
	Key                   string
	Version               int
}

func candidateAt(ctx context.Context, tx db.Tx, street, id int64) (c candidateKey, err error) {
	return c, db.Do(ctx, tx, db.One(&c, `
		SELECT c.selection_id, c.person_id, c.key, c.version + p.version AS version
		FROM selection_candidates c
		JOIN people p ON p.street_id = c.street_id AND p.id = c.person_id
		WHERE c.street_id = @street AND c.id = @id
		FOR UPDATE`, db.Args{"street": street, "id": id}))
}

// takenUp is a candidate as candidateAt finds them, who must have a version, with
// their selection, which must take recommendations.
func takenUp(ctx context.Context, tx db.Tx, street, id int64, version int) (l locked, c candidateKey, err error) {
	if err := lockOf(ctx, tx, street, []int64{id}); err != nil {
		return l, c, err
	}
	c, err = candidateAt(ctx, tx, street, id)
	switch {
	case err != nil:
		return l, c, err
	case c.Version != version:
		return l, c, fault.Stale
	}
	l, err = takes(ctx, tx, c.SelectionID)
	return l, c, err
}

func (s *Store) sheetChange(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int, r register.Record) (int, error) {
	l, c, err := takenUp(ctx, tx, street, id, version)
	if err != nil {
		return 0, err
	}
	n := candidateOf("", r)
	_, err = db.Exec(ctx, tx, `
		UPDATE selection_candidates
		SET recommended_by = @by, recommender = @recommender, signers = @signers, standing = @standing, hukou = @hukou, occupation = @occupation,
		    version = version + 1
		WHERE street_id = @street AND id = @id`, db.Args{
		"by": n.RecommendedBy, "recommender": n.Recommender, "signers": n.Signers, "standing": n.Standing, "hukou": n.Hukou, "occupation": n.Occupation,
		"street": street, "id": id,
	})
	if err != nil {
		return 0, voterFault(err)
	}
	n.Person.NoPhone = n.Person.Phone == ""
	if err := s.people.Revise(ctx, tx, actor, street, c.PersonID, n.Person); err != nil {
		return 0, err
	}
	if err := s.done(ctx, tx, actor, l, "revision", "按导入的名单修改人选", ""); err != nil {
		return 0, err
	}
	c, err = candidateAt(ctx, tx, street, id)
	return c.Version, err
}

// sheetRemove takes a candidate off the list whom an import added, while
// recommendations are taken, with the person who came with them.
func (s *Store) sheetRemove(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int) error {
	l, c, err := takenUp(ctx, tx, street, id, version)
	if err != nil {
		return err
	}
	n, err := db.Exec(ctx, tx, `DELETE FROM selection_candidates WHERE street_id = @street AND id = @id`, db.Args{"street": street, "id": id})
	switch {
	case err != nil:
		return err
	case n == 0:
		return fault.Stale
	}
	if err := s.people.Forget(ctx, tx, street, c.PersonID, "candidate:"+c.Key); err != nil {
		return err
	}
	return s.done(ctx, tx, actor, l, "removal", "撤销导入，移出人选", "")
}
