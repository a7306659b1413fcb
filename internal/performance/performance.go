// Package performance keeps the performance record of the city's deputies
// (履职档案, domain.md §3 g): what they did and had to do, read from where it
// happened, by deputy and by street.
package performance

import (
	"time"

	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/file"
)

// Class is a column of the yearly sheet.
type Class struct {
	Key, Name string
	Unit      string
	Owed      bool // there is a number that was due, beside what was done
	Hours     bool // hours are added up, too
	Means     string
}

// Classes are the columns of the yearly sheet, in their order (domain.md §3 g).
var Classes = []Class{
	{Key: "congress", Name: "人代会", Unit: "半天", Owed: true, Means: "市人民代表大会会议，按半天计；由补录的会议出席情况生成，请假经批准的不算缺席"},
	{Key: "inspection", Name: "视察调研评议", Unit: "次", Owed: true, Means: "列入名单的视察、专题调研和工作评议，按签到计；请假经批准的不算缺席"},
	{Key: "activity", Name: "其他活动", Unit: "次", Owed: true, Means: "列入名单的其他代表活动，按签到计；人大活动周只计一次，周内的分项不另计"},
	{Key: "meeting", Name: "会议", Unit: "次", Owed: true, Means: "应出席的会议，按签到计；请假经批准的不算缺席"},
	{Key: "reportback", Name: "述职", Unit: "次", Owed: true, Means: "列入述职会、向选民报告履职情况，按签到计；每届一次"},
	{Key: "guest", Name: "列席", Unit: "次", Means: "列席的会议和活动，按签到计"},
	{Key: "reception", Name: "进站接待", Unit: "次", Means: "到联络站接待群众，按接待登记计"},
	{Key: "opinion", Name: "群众意见", Unit: "条", Means: "代表收集的群众意见；不含不予受理、已合并、已撤回的，也不含涉及代表和工委人员的投诉"},
	{Key: "lead", Name: "领衔建议", Unit: "件", Means: "领衔提交的市人大代表建议；不含退回、转来信、已合并、已撤回的"},
	{Key: "signed", Name: "联名建议", Unit: "件", Means: "联名提交的市人大代表建议；口径同领衔建议"},
	{Key: "street", Name: "街道督办建议", Unit: "件", Means: "领衔或联名提交的街道督办建议，与市人大代表建议分开计"},
	{Key: "rating", Name: "建议评价", Unit: "次", Owed: true, Means: "对领衔建议的答复作出评价，按答复日计；还在评价期内的不算欠"},
	{Key: "training", Name: "培训", Unit: "次", Owed: true, Hours: true, Means: "列入名单的培训，按签到计"},
	{Key: "outside", Name: "市级活动", Unit: "次", Means: "参加市级组织的活动，凭证明补录并经他人确认"},
	{Key: "award", Name: "表彰", Unit: "项", Means: "履职获得的表彰，凭证明补录并经他人确认"},
}

// Columns is how many classes there are.
const Columns = 15

// Named returns the class called key and its place among Classes.
func Named(key string) (c Class, at int, ok bool) {
	for i, x := range Classes {
		if x.Key == key {
			return x, i, true
		}
	}
	return c, 0, false
}

// Cell is what one deputy did of one class in a period.
type Cell struct {
	Done    int
	Due     int // 0 where nothing is owed
	Excused int // of Due
	Tenths  int // of an hour
	Keys    int // of Done, key suggestions (重点督办)
}

// Missed is what was due and neither done nor excused.
func (c Cell) Missed() int { return c.Due - min(c.Done, c.Due) - c.Excused }

// Plus adds two cells up.
func (c Cell) Plus(x Cell) Cell {
	return Cell{c.Done + x.Done, c.Due + x.Due, c.Excused + x.Excused, c.Tenths + x.Tenths, c.Keys + x.Keys}
}

// Row is one thing that happened.
type Row struct {
	DeputyID int64
	Deputy   string
	HeldOn   time.Time
	Class    string
	Detail   string
	Outcome  string
	Done     int
	Due      int
	Excused  int
	Tenths   int
	Title    string
	Source   string // the kind of the record that says so, as page.RecordURL knows it
	SourceID int64
}

// Outcomes name what came of a row, where that is more than that it was done.
var Outcomes = []choice.Term{
	{Key: "present", Name: "出席"},
	{Key: "late", Name: "迟到"},
	{Key: "early", Name: "早退"},
	{Key: "leave", Name: "请假"},
	{Key: "absent", Name: "缺席"},
	{Key: "rated", Name: "已评价"},
	{Key: "open", Name: "待评价"},
	{Key: "unrated", Name: "催请后未评价"},
}

// Store reads the record and keeps what belongs to it: supplements, publications,
// disputes and schemes.
type Store struct {
	db    *db.DB
	files *file.Store
	now   func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, files *file.Store, now func() time.Time) *Store { return &Store{d, files, now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// year is the first and the last day of a year.
func year(y int) (from, to time.Time) {
	return calendar.Day(y, time.January, 1), calendar.Day(y, time.December, 31)
}
