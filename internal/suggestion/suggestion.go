// Package suggestion keeps deputies' formal suggestions from the draft to the kept
// promise: who signed, who handles, what was replied by when, how the lead rated it,
// and what was promised (domain.md §3 k).
package suggestion

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/file"
)

// The dictionaries of suggestions.
var (
	// Classes are never counted together: what goes to the city, and what the
	// street's committee supervises itself [D].
	Classes    = []choice.Term{{Key: City, Name: "市人大代表建议"}, {Key: Street, Name: "街道督办建议"}}
	Categories = []choice.Term{
		{Key: "construction", Name: "城乡建设"},
		{Key: "transport", Name: "交通运输"},
		{Key: "environment", Name: "生态环境"},
		{Key: "education", Name: "教育"},
		{Key: "health", Name: "医疗卫生"},
		{Key: "welfare", Name: "社会保障"},
		{Key: "safety", Name: "社会治理"},
		{Key: "economy", Name: "经济发展"},
		{Key: "culture", Name: "文化体育"},
		{Key: "other", Name: "其他"},
	}
	// Refusals are why a suggestion is not accepted (domain.md §3 k).
	Refusals = []choice.Term{
		{Key: "personal", Name: "涉及代表本人或亲属的个人事项"},
		{Key: "judicial", Name: "涉及具体司法案件"},
		{Key: "letter", Name: "转交群众来信"},
		{Key: "promotion", Name: "学术探讨、产品推介"},
		{Key: "empty", Name: "没有实际内容"},
		{Key: "accusation", Name: "检举、控告、申诉"},
		{Key: "tender", Name: "涉及正在进行的招标投标"},
		{Key: "several", Name: "不是一事一议"},
		{Key: "elsewhere", Name: "不属于本级职权"},
		{Key: "wording", Name: "需要修改补充"},
	}
	// Results are the classes of a reply, shown at its top right.
	Results = []choice.Term{
		{Key: "A", Name: "A类：已解决或基本解决"},
		{Key: "B", Name: "B类：正在解决或列入规划逐步解决"},
		{Key: "C", Name: "C类：因条件限制待以后解决"},
		{Key: "D", Name: "D类：留作参考"},
	}
	Ratings  = []choice.Term{{Key: "satisfied", Name: "满意"}, {Key: "basically", Name: "基本满意"}, {Key: dissatisfied, Name: "不满意"}}
	Contacts = []choice.Term{{Key: "visit", Name: "上门面商"}, {Key: "meeting", Name: "座谈"}, {Key: "phone", Name: "电话"}, {Key: "survey", Name: "现场调研"}, {Key: "writing", Name: "书面"}}
)

// The classes of suggestions.
const (
	City   = "city"
	Street = "street"
)

const (
	dissatisfied = "dissatisfied"
	promisedBy   = "B" // the class of a reply that promises
)

// Limits of what can be typed, in characters.
const (
	MaxTitle   = 100
	MaxText    = 4000
	MaxReply   = 8000
	MaxReason  = 500
	MaxNote    = 200
	MaxPromise = 500
	MaxSigners = 30
	MaxSources = 20
)

// Store reads and writes suggestions.
type Store struct {
	db    *db.DB
	files *file.Store
	now   func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, files *file.Store, now func() time.Time) *Store { return &Store{d, files, now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// Calendar returns the working-day calendar, to say how much time is left.
func (s *Store) Calendar(ctx context.Context, actor access.Actor) (*calendar.Calendar, error) {
	return deadline.Known(ctx, s.db, actor)
}

// Decides reports whether the actor's role decides about suggestions of a class:
// the city's body for deputies about those of the city, the street's committee about
// its own.
func Decides(actor access.Actor, class string) bool {
	if !actor.May(access.DecideSuggestion) {
		return false
	}
	return (class == City) == (actor.Role == access.CityDeputy)
}
