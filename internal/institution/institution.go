// Package institution keeps the rules of the street people's congress, the "1+5+X":
// their text clause by clause in versions, the procedure of each version, filing
// with the city, and what is done under each clause (domain.md §3 a).
package institution

import (
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/file"
	"portal/internal/procedure"
	"portal/internal/setting"
)

// Tiers are the three kinds of rules (domain.md §1).
var Tiers = []choice.Term{{Key: "1", Name: "总体制度"}, {Key: "5", Name: "重点制度"}, {Key: "X", Name: "街道制度"}}

// Cores are the five core rules by their names.
var Cores = []choice.Term{
	{Key: "duties", Name: "人大街道工委主要职责"},
	{Key: "director", Name: "工委主任主要职责"},
	{Key: "meeting", Name: "工委主任会议议事规则"},
	{Key: "voters", Name: "人大代表联系选民制度"},
	{Key: "groups", Name: "人大代表街道小组活动制度"},
}

// Master is the name of the "1", passed on 27 June 2019.
const Master = "东莞市人大常委会关于加强街道人大工作规范化建设的意见（试行）"

// The terms that forms and pages choose from.
var (
	Sources  = []choice.Term{{Key: "party", Name: "街道党工委"}, {Key: "city", Name: "市人大常委会对口工委"}, {Key: "deputy", Name: "代表"}, {Key: "street", Name: "街道工委"}, {Key: "other", Name: "其他"}}
	Answers  = []choice.Term{{Key: "adopted", Name: "采纳"}, {Key: "not_adopted", Name: "不采纳"}}
	Verdicts = []choice.Term{{Key: "passed", Name: "通过"}, {Key: "revise", Name: "修改后再议"}, {Key: "rejected", Name: "不通过"}}
	Statuses = []choice.Term{{Key: "forwarded", Name: "已转发"}, {Key: "detailed", Name: "已制定实施细则"}}
	// Endings are how a version came out of force.
	Endings = []choice.Term{{Key: "revised", Name: "被修订"}, {Key: "repealed", Name: "废止"}, {Key: "replaced", Name: "被替代"}}
	// Kinds are the records that may count as done under a clause by themselves.
	Kinds = []choice.Term{{Key: "visit", Name: "接待登记"}, {Key: "reception", Name: "公布的接待日"}, {Key: "opinion", Name: "受理的群众意见"}}
	// Records are the kinds of the view clause_records, which are linked one by one.
	Records = []choice.Term{{Key: "mandate", Name: "授权"}, {Key: "mandate_act", Name: "监督活动"}, {Key: "training", Name: "培训"}}
)

// NotLanded is the name of a street's status where it has no row.
const NotLanded = "未落实"

// Limits of what can be typed, in characters.
const (
	MaxTitle   = 100
	MaxText    = 60_000 // a whole rule
	MaxClause  = 5000
	MaxOpinion = 2000
	MaxReason  = 500
)

// Settings, defaults of ours (domain.md §3 a, [D]).
var (
	_ = setting.Declare(setting.Setting{
		Key: "institution.trial_notice_days", Room: "制度", Label: "试行期满前提醒", Unit: "天", Default: 60, Min: 1, Max: 365, Source: "系统建议值",
	})
	sleepMonths = setting.Declare(setting.Setting{
		Key: "institution.sleep_months", Room: "制度", Label: "条款多久没有执行记录算沉睡", Unit: "个月", Default: 12, Min: 1, Max: 120, Source: "系统建议值",
	})
)

// Store reads and writes rules.
type Store struct {
	db    *db.DB
	files *file.Store
	now   func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, files *file.Store, now func() time.Time) *Store { return &Store{d, files, now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

func (s *Store) today() time.Time { return calendar.On(s.now()) }

// OfCity reports whether a rule is the city's own.
func OfCity(street int64) bool { return street == 0 }

// table is the procedure that a rule goes through: the city's or a street's.
func table(street int64) *procedure.Table {
	if OfCity(street) {
		return &CityProcedure
	}
	return &Procedure
}

// of is the street whose rules an actor makes, 0 for the city's.
func of(actor access.Actor) int64 { return actor.StreetID }
