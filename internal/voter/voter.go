// Package voter keeps a street's voter representatives 选民代表: how they are
// selected in the electoral districts, who is in office, and why somebody left.
//
// They are no office of the law and no deputies: the committee consults them
// (domain.md §3 h, hard rules 1 and 6).
package voter

import (
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/person"
	"portal/internal/setting"
)

// Kinds of selection: of all seats for a term, and of vacant ones.
const (
	General = "general"
	By      = "by"
)

// Kinds names the kinds of selection.
var Kinds = []choice.Term{{Key: General, Name: "换届推选"}, {Key: By, Name: "补选"}}

// Recommenders are who may recommend a candidate.
var Recommenders = []choice.Term{{Key: "organisation", Name: "组织推荐"}, {Key: "joint", Name: "选民联名推荐"}}

// Standings say by what a candidate belongs to the district (domain.md §3 h).
var Standings = []choice.Term{{Key: "voter", Name: "本选区选民"}, {Key: "resident", Name: "在本选区长期居住，不是选民"}}

// Occupations are what representativeness is counted by. The first three are
// 基层一线.
var Occupations = []choice.Term{
	{Key: "worker", Name: "一线工人、农民"},
	{Key: "service", Name: "快递、外卖、家政等服务业从业人员"},
	{Key: "community", Name: "社区、物业、志愿服务"},
	{Key: "business", Name: "个体工商户、企业经营管理"},
	{Key: "professional", Name: "教师、医生、律师等专业人员"},
	{Key: "official", Name: "机关、事业单位干部"},
	{Key: "other", Name: "退休、自由职业和其他"},
}

const grassroots = `('worker', 'service', 'community')`

// Traits are the shares that a street may aim at, with what each counts.
var Traits = []Trait{
	{"women", "女性", "p.sex = 'female'", 30},
	{"non_hukou", "非户籍", "NOT c.hukou", 20},
	{"under_45", "45 岁以下", "p.born > extract(year FROM @today::date)::integer - 45", 40},
	{"grassroots", "基层一线", "c.occupation IN " + grassroots, 40},
}

// Trait is one share of representativeness.
type Trait struct {
	Key, Name string
	counts    string // a condition over candidate c and person p
	Usual     int    // the target that the form proposes, in percent; default
}

// Drops are why a candidate no longer stands.
var Drops = []choice.Term{{Key: "vetting", Name: "联审未通过"}, {Key: "objection", Name: "异议成立"}, {Key: "withdrawn", Name: "撤回推荐"}}

// Endings are why a representative is no longer in office (domain.md §3 h).
// Expiry is not among them: it comes with the next term.
var Endings = []choice.Term{
	{Key: "resigned", Name: "辞任"},
	{Key: "moved", Name: "调离选区"},
	{Key: "removed", Name: "撤换"},
	{Key: "died", Name: "去世"},
}

// AllEndings are Endings and 届满.
var AllEndings = append(Endings[:len(Endings):len(Endings)], choice.Term{Key: "expired", Name: "届满"})

// Decisions are what comes of an objection.
var Decisions = []choice.Term{{Key: "dismissed", Name: "不成立，人选保留"}, {Key: "upheld", Name: "成立，人选不再列入"}}

// How long texts may be, in characters.
const (
	MaxTerm        = 20
	MaxBasis       = 500
	MaxArea        = 200
	MaxRecommender = 100
	MaxWork        = 100
	MaxOrgans      = 100
	MaxNote        = 500
	MaxContent     = 2000
	MaxDistricts   = 50 // of one plan
	MaxCandidates  = 500
)

// What a street may set; all are defaults of domain.md §3 h.
var (
	publicityDays = declare("voter.publicity_days", "人选公示", "个工作日", 5, 1, 60)
	passPercent   = declare("voter.pass_percent", "推选通过：得票超过到会人数的", "%", 50, 50, 90)
	termYears     = declare("voter.term_years", "选民代表任期", "年", 5, 1, 10)
	signersLeast  = declare("voter.signers", "联名推荐至少", "人", 10, 2, 1000)
	warnDays      = declare("voter.warn_days", "届满前提醒", "天", 90, 1, 400)
)

func declare(key, label, unit string, usual, low, high int) setting.Setting {
	return setting.Declare(setting.Setting{
		Key: key, Room: "选民代表", Label: label, Unit: unit, Default: usual, Min: low, Max: high, Source: "系统建议值，不是法定标准",
	})
}

// Store reads and writes selections and the register.
type Store struct {
	db     *db.DB
	people *person.Store
	now    func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, people *person.Store, now func() time.Time) *Store {
	return &Store{d, people, now}
}

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// may reports whether actor has p, or is who loads data from the server's shell.
func may(actor access.Actor, p access.Permission) bool {
	return actor.May(p) || actor.Role == access.Operator
}
