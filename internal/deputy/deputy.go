// Package deputy keeps the register of the city's deputies, each in the street
// where they were elected, with their professional group.
package deputy

import (
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/person"
	"portal/internal/secret"
)

// Groups are the professional groups 专业小组. A deputy belongs to one of them
// (domain.md §3 f).
var Groups = []choice.Term{
	{Key: "law", Name: "法制与社会建设"},
	{Key: "finance", Name: "财经"},
	{Key: "construction", Name: "城建环境与资源保护"},
	{Key: "education", Name: "教科文卫华侨外事"},
}

// Sexes are as the register has them.
var Sexes = []choice.Term{{Key: "female", Name: "女"}, {Key: "male", Name: "男"}}

// Levels are the congresses that a deputy may belong to. Figures count those of
// the city (domain.md §1).
var Levels = []choice.Term{{Key: "city", Name: "市人大代表"}, {Key: "province", Name: "省人大代表"}, {Key: "nation", Name: "全国人大代表"}}

// Elections are how a deputy was elected.
var Elections = []choice.Term{{Key: "general", Name: "换届选举"}, {Key: "by_election", Name: "补选"}}

// Endings are why somebody is no longer a deputy of the street: the term is over
// (law on deputies, art. 2), the qualification ended (art. 62) or they died; moved
// and duplicate are for the register: another street, or another row, has them now.
var Endings = []choice.Term{
	{Key: "expired", Name: "届满"},
	{Key: "resigned", Name: "辞去代表职务"},
	{Key: "terminated", Name: "代表资格终止"},
	{Key: "recalled", Name: "罢免"},
	{Key: "moved", Name: "调到其他街道"},
	{Key: "died", Name: "去世"},
	{Key: "duplicate", Name: "重复登记"},
}

// How long texts may be, in characters.
const (
	MaxDistrict = 50
	MaxTerm     = 20
	MaxIntro    = 500
	MaxReason   = 500
)

// sealedPhone ties a sealed number to its column.
const sealedPhone = "deputies.phone"

// Store reads and writes the register.
type Store struct {
	db     *db.DB
	keys   *secret.Keys
	now    func() time.Time
	people *person.Store
	files  *file.Store
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, keys *secret.Keys, now func() time.Time) *Store {
	return &Store{db: d, keys: keys, now: now, people: person.NewStore(d, keys, now), files: file.NewStore(d, now)}
}

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// New is a deputy to enter or the new facts of one.
type New struct {
	Key      string // of the form: entered twice, it makes one deputy
	StreetID int64  // of who acts for a whole city; of others it is their own
	Name     string
	Sex      string // one of Sexes, or "" where it is not known
	District string // electoral district 选区; a new name makes a district
	Term     string // congress term 届, one of the city's Terms
	Level    string // one of Levels; "" is the city's
	Group    string // one of Groups, from Since on; on Revise it stays: see Transfer
	Since    time.Time
	How      string    // one of Elections; "" is a general one
	Elected  time.Time // the day of the election; zero where it is not known
	Intro    string    // what the residents' site says of them
	Phone    string    // digits; on Revise "" keeps the number there is
	NoPhone  bool      // on Revise: remove the number

	// The standing committee's paper that confirmed the credentials, with its
	// number, and its day. Revise leaves them as they are.
	Credentials string
	Confirmed   time.Time
}

// check holds n against the rules that the schema does not know.
func (n New) check(now time.Time) error {
	var bad fault.Fields
	if n.Since.After(calendar.On(now)) {
		bad.Add("since", "任职日期不能晚于今天")
	}
	if choice.Name(Groups, n.Group) == "" && (n.Group != "" || n.Level == "" || n.Level == "city") {
		bad.Add("group", "请选择专业小组")
	}
	if n.Level != "" && choice.Name(Levels, n.Level) == "" {
		bad.Add("level", "请选择代表级别")
	}
	if n.How != "" && choice.Name(Elections, n.How) == "" {
		bad.Add("how", "请选择当选方式")
	}
	if !n.Elected.IsZero() && n.Elected.After(n.Since) {
		bad.Add("elected", "当选日期不能晚于任职日期")
	}
	return bad.Err()
}

// confirmed holds the paper that n names against the other days.
func (n New) confirmed() error {
	var bad fault.Fields
	switch {
	case n.Credentials == "":
		bad.Add("document", "请填写确认代表资格的公告文号")
	case n.Confirmed.IsZero():
		bad.Add("confirmed", "请填写确认代表资格的日期")
	case n.Confirmed.After(n.Since):
		bad.Add("confirmed", "确认代表资格的日期不能晚于任职日期")
	case !n.Elected.IsZero() && n.Confirmed.Before(n.Elected):
		bad.Add("confirmed", "确认代表资格的日期不能早于当选日期")
	}
	return bad.Err()
}

// keeps reports whether actor may change the register of some street.
func keeps(actor access.Actor) bool {
	return actor.May(access.KeepDeputies) || actor.Role == access.Operator
}

// decides reports whether actor enters what the standing committee decided.
func decides(actor access.Actor) bool {
	return actor.May(access.DecideDeputies) || actor.Role == access.Operator
}
