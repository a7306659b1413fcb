package team

import (
	"context"
	"errors"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
)

// DismissedWhy are why an expert is dismissed (domain.md §3 i).
var DismissedWhy = []choice.Term{
	{Key: "improper", Name: "行为不当"},
	{Key: "moved", Name: "调离"},
	{Key: "health", Name: "健康原因"},
	{Key: "request", Name: "本人请辞"},
}

// Recommendation is an expert to be engaged.
type Recommendation struct {
	Key         string // of the form: sent twice, it makes one
	StreetID    int64  // of the operator only; of others it is their own
	Person      Person
	Field       string // one of Fields
	Title       string // 职称
	Recommender string // who recommends: a unit or a person
	On          time.Time
	Consent
	quiet bool // one of many of a sheet: desks show it, nobody is told of each
}

// Consent is who agreed to the engagement and when; zero days are open.
type Consent struct {
	Person, Unit time.Time
	NoUnit       string // why no unit has to agree, such as 已退休
}

func (c Consent) check(now time.Time, bad *fault.Fields) {
	for _, d := range []struct {
		name string
		on   time.Time
	}{{"person_consent", c.Person}, {"unit_consent", c.Unit}} {
		if d.on.After(calendar.On(now)) {
			bad.Add(d.name, "同意日期不能晚于今天")
		}
	}
}

func (c Consent) args() db.Args {
	return db.Args{"person_consent": dated(c.Person), "unit_consent": dated(c.Unit), "no_unit": c.NoUnit}
}

// dated is a day as the database takes it: NULL for the zero time.
func dated(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Recommend enters a recommendation and returns the expert's ID. Whoever was an
// expert before keeps their record and gets another term.
func (s *Store) Recommend(ctx context.Context, actor access.Actor, r Recommendation) (id int64, err error) {
	defer fault.Wrap(&err, "recommend expert")
	if !may(actor, access.KeepExperts) {
		return 0, fault.Forbidden
	}
	var bad fault.Fields
	if r.On.After(calendar.On(s.now())) {
		bad.Add("on", "推荐日期不能晚于今天")
	}
	r.check(s.now(), &bad)
	if err := bad.Err(); err != nil {
		return 0, err
	}
	r.StreetID = own(actor, r.StreetID)
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err = s.recommend(ctx, tx, actor, r)
		return err
	})
	return id, expertFault(err)
}

func (s *Store) recommend(ctx context.Context, tx db.Tx, actor access.Actor, r Recommendation) (id int64, err error) {
	if err := db.Do(ctx, tx, db.Value(&id, `SELECT expert_id FROM expert_terms WHERE street_id = @street AND key = @key`,
		db.Args{"street": r.StreetID, "key": r.Key})); !errors.Is(err, fault.NotFound) {
		return id, err // the form has been sent before
	}
	human, err := s.people.Add(ctx, tx, actor, r.StreetID, r.Person.known("expert-"+r.Key))
	if err != nil {
		return 0, err
	}
	return s.recommendPerson(ctx, tx, actor, human, r)
}

// recommendPerson recommends somebody whom the street knows.
func (s *Store) recommendPerson(ctx context.Context, tx db.Tx, actor access.Actor, human int64, r Recommendation) (id int64, err error) {
	id, err = db.Insert(ctx, tx, `
		INSERT INTO experts (street_id, person_id, field, title, key, created_at, modified_at)
		VALUES (@street, @person, @field, @title, @key, @now, @now)
		ON CONFLICT (street_id, person_id) DO UPDATE SET field = excluded.field, title = excluded.title, version = experts.version + 1
		RETURNING id`,
		db.Args{"street": r.StreetID, "person": human, "field": r.Field, "title": r.Title, "key": r.Key, "now": s.now()})
	if err != nil {
		return 0, err
	}
	return id, s.addTerm(ctx, tx, actor, r.StreetID, id, r)
}

// addTerm begins another term with its recommendation.
func (s *Store) addTerm(ctx context.Context, tx db.Tx, actor access.Actor, street, expert int64, r Recommendation) error {
	args := r.args()
	args["street"], args["expert"], args["on"], args["recommender"], args["key"], args["now"] = street, expert, r.On, r.Recommender, r.Key, s.now()
	_, err := db.Exec(ctx, tx, `
		INSERT INTO expert_terms (street_id, expert_id, recommended_on, recommender, person_consent_on, unit_consent_on, no_unit, key, created_at, modified_at)
		VALUES (@street, @expert, @on, @recommender, @person_consent, @unit_consent, @no_unit, @key, @now, @now)`, args)
	if err != nil {
		return err
	}
	if err := s.record(ctx, tx, actor, act{"expert", street, expert, "recommendation", "推荐为咨询专家：" + r.Recommender, ""}); err != nil {
		return err
	}
	if r.quiet {
		return nil
	}
	for _, to := range []access.Role{access.Director, access.DeputyDirector} {
		if err := s.tell(ctx, tx, street, to, "有咨询专家推荐待审核", link("experts", expert)); err != nil {
			return err
		}
	}
	return nil
}

// Revision is what of an expert may change at any time. Where they work is in it
// because it bears on what they stand back from.
type Revision struct {
	Person  Person // with Phone "" the number stays
	NoPhone bool   // remove the number
	Field   string
	Title   string
}

// Revise changes what is known of an expert. A certificate keeps the name that it
// was issued to.
func (s *Store) Revise(ctx context.Context, actor access.Actor, step Step, r Revision) (err error) {
	defer fault.Wrap(&err, "revise expert %d", step.ID)
	if !may(actor, access.KeepExperts) {
		return fault.Forbidden
	}
	return expertFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		street, err := s.touch(ctx, tx, "experts", step)
		if err != nil {
			return err
		}
		var human int64
		err = db.Do(ctx, tx, db.Value(&human, `
			UPDATE experts SET field = @field, title = @title
			WHERE street_id = @street AND id = @id
			RETURNING person_id`, db.Args{"field": r.Field, "title": r.Title, "street": street, "id": step.ID}))
		if err != nil {
			return err
		}
		n := r.Person.known("")
		n.NoPhone = r.NoPhone
		if err := s.people.Revise(ctx, tx, actor, street, human, n); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, act{"expert", street, step.ID, "revision", "修改专家资料", ""})
	}))
}

func expertFault(err error) error {
	field := func(name, text string) error { return fault.Fields{{Name: name, Text: text}} }
	switch {
	case db.Violates(err, "expert_terms_one_open"):
		return field("state", "这位专家已有在办的推荐，请到专家页面办理")
	case db.Violates(err, "expert_terms_apart"):
		return field("from_on", "聘期和原来的聘期重叠，请从原聘期届满的第二天起算")
	case db.Violates(err, "expert_terms_consented"):
		return field("state", "请先登记本人同意和单位同意")
	case db.Violates(err, "expert_terms_from_decision"):
		return field("until_on", "聘期从审定之日或以后起算，结束日期不能早于开始日期")
	case db.Violates(err, "expert_terms_in_order"):
		return field("on", "日期不能早于上一步的日期")
	case db.Violates(err, "expert_terms_ended_within"):
		return field("on", "解聘日期要在聘期内")
	case db.Violates(err, "expert_terms_signed"):
		return field("state", "已审定、已签发的内容不能修改")
	case db.Violates(err, "experts_field_known"):
		return field("field", "请选择专业领域")
	case db.Violates(err, "expert_works_in_term"):
		return field("done_on", "这一天不在聘期内")
	case db.Violates(err, "expert_works_no_conflict"):
		return field("about", "这是该专家应当回避的单位或事项，不能登记为其工作")
	case db.Violates(err, "only_presiding"):
		return field("chair", committee.NotPresiding)
	case db.Violates(err, "only_in_post"):
		return field("state", "所选的人当天没有担任本街道工委职务，或者不是本人")
	}
	return err
}

// notNow complains about a move that the state does not allow.
func notNow(what, state, move string) error {
	return fault.Fields{{Name: "state", Text: fmt.Sprintf("%s现在是“%s”，不能%s", what, state, move)}}
}
