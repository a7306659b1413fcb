package performance

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Item is something that a scheme gives points for.
type Item struct {
	Key, Name string
	Classes   []string // whose rows are its evidence
	Means     string   // how its numbers are read
	Each      string   // the label of its number for one; "" where it has none
	Extra     string   // the label of its other number; "" where it has none
	Bonus     bool     // comes on top of what can be had
}

// Items are the items of every scheme, in their order (domain.md §3 g).
var Items = []Item{
	{Key: "congress", Name: "出席人代会", Classes: []string{"congress"}, Means: "满分里扣：无故缺席、请假每半天各扣", Each: "缺席半天扣", Extra: "请假半天扣"},
	{Key: "activity", Name: "参加活动", Classes: []string{"inspection", "activity"}, Means: "满分 × 出席次数 ÷ 应到次数，请假的不计入应到"},
	{Key: "reception", Name: "进站接待", Classes: []string{"reception"}, Means: "每次得分，到满分为止", Each: "每次"},
	{Key: "suggestion", Name: "代表建议", Classes: []string{"lead", "signed", "street"}, Means: "领衔、联名每件得分，重点督办的另加，到满分为止", Each: "每件", Extra: "重点督办加"},
	{Key: "opinion", Name: "收集群众意见", Classes: []string{"opinion"}, Means: "每条得分，到满分为止", Each: "每条"},
	{Key: "training", Name: "培训", Classes: []string{"training"}, Means: "满分 × 签到次数 ÷ 应训次数"},
	{Key: "reportback", Name: "述职", Classes: []string{"reportback"}, Means: "列入述职会的年份计分，每届一次；请假的、没有安排的不计入", Each: "每次"},
	{Key: "award", Name: "表彰加分", Classes: []string{"award"}, Means: "每项加分，到上限为止，不占满分", Each: "每项", Bonus: true},
}

// Behind is what the rows called key are: those of one class, or of all the classes
// that an item gives points for. Its Classes are nil where there is no such.
func Behind(key string) Item {
	if c, _, known := Named(key); known {
		return Item{Key: key, Name: c.Name, Classes: []string{key}, Means: c.Means}
	}
	for _, item := range Items {
		if item.Key == key && len(item.Classes) > 1 {
			return item
		}
	}
	return Item{}
}

// Worth is what a scheme gives for an item, in hundredths of a point.
type Worth struct {
	Item  string
	Top   int
	Each  int
	Extra int
}

// Scheme is how a street turns a year's record into points (domain.md §3 g).
type Scheme struct {
	ID       int64
	StreetID int64
	Year     int
	Revision int
	Active   bool
	Good     int // per cent of what could be had from which on the grade is 好; Fair: 较好; Pass: 一般
	Fair     int
	Pass     int
	Reason   string
	Maker    string
	MadeAt   time.Time
	Worth    []Worth `db:"-"` // as Items
}

// Preset is the scheme that domain.md §3(g) proposes [D]. No street has it before its
// heads choose it.
func Preset(year int) Scheme {
	return Scheme{Year: year, Good: 80, Fair: 70, Pass: 60, Worth: []Worth{
		{"congress", 3000, 500, 100},
		{"activity", 2000, 0, 0},
		{"reception", 1500, 375, 0},
		{"suggestion", 1500, 300, 200},
		{"opinion", 1000, 200, 0},
		{"training", 500, 0, 0},
		{"reportback", 500, 500, 0},
		{"award", 1000, 500, 0},
	}}
}

// Points are what one item gives.
type Points struct {
	Item   Item
	Got    int // hundredths
	Top    int // that could be had; 0 where there was nothing to do
	Owed   bool
	Counts Cell // of its classes
}

// Score is what a scheme makes of a year's cells.
type Score struct {
	Items []Points
	Got   int // hundredths, the bonus included
	Top   int // that could be had
	Cent  int // tenths of a per cent
	Grade string
}

// Grades are the bands, the best first.
var Grades = []string{"好", "较好", "一般", "差"}

// Score gives the points of a year's cells: from the rows alone, nothing is typed. An
// item where there was nothing to do (no activity, no training, no session recorded)
// counts neither for nor against.
func (s *Scheme) Score(cells [Columns]Cell) (sum Score) {
	for i, item := range Items {
		p := s.Worth[i].points(item, cells)
		sum.Items = append(sum.Items, p)
		sum.Got += p.Got
		if !item.Bonus {
			sum.Top += p.Top
		}
	}
	if sum.Top > 0 {
		sum.Cent = min(sum.Got*1000/sum.Top, 1000)
	}
	sum.Grade = Grades[3]
	for i, from := range []int{s.Good, s.Fair, s.Pass} {
		if sum.Cent >= from*10 {
			sum.Grade = Grades[i]
			break
		}
	}
	return sum
}

func (w Worth) points(item Item, cells [Columns]Cell) Points {
	p, known := Points{Item: item}, false
	for _, key := range item.Classes {
		if _, at, ok := Named(key); ok {
			p.Counts, known = p.Counts.Plus(cells[at]), true
		}
	}
	c := p.Counts
	switch item.Key {
	case "congress":
		if c.Due > 0 {
			p.Top, p.Got = w.Top, max(w.Top-c.Missed()*w.Each-c.Excused*w.Extra, 0)
		}
	case "activity", "training":
		if due := c.Due - c.Excused; due > 0 {
			p.Top, p.Got = w.Top, min(w.Top*c.Done/due, w.Top)
		}
	case "reportback": // once a term: a year in which none was due takes nothing away
		if c.Due > c.Excused {
			p.Top, p.Got = w.Top, min(c.Done*w.Each, w.Top)
		}
	default:
		if known {
			p.Top, p.Got = w.Top, min(c.Done*w.Each+c.Keys*w.Extra, w.Top)
		}
	}
	return p
}

// check complains about a scheme that cannot be.
func (s *Scheme) check() error {
	var bad fault.Fields
	if s.Reason == "" {
		bad.Add("reason", "请写明依据或者修改的理由")
	}
	if !(s.Good <= 100 && s.Good > s.Fair && s.Fair > s.Pass && s.Pass > 0) {
		bad.Add("good", "三条分数线要从高到低，在 1 到 100 之间")
	}
	for i, item := range Items {
		if i >= len(s.Worth) || s.Worth[i].Item != item.Key {
			return fault.Malformed
		}
	}
	return bad.Err()
}

// Choose makes a new version of the actor's street's scheme of a year; one that is not
// active switches points off. It needs ScorePerformance. after is the revision that
// was seen; it is fault.Stale where there is a newer one.
func (s *Store) Choose(ctx context.Context, actor access.Actor, x Scheme, after int) (err error) {
	defer fault.Wrap(&err, "choose scheme of %d", x.Year)
	if !actor.May(access.ScorePerformance) || actor.StreetID == 0 {
		return fault.Forbidden
	}
	if err := x.check(); err != nil {
		return err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var have int
		of := db.Args{"street": actor.StreetID, "year": x.Year}
		if err := db.Do(ctx, tx, db.Value(&have, `SELECT count(*) FROM performance_schemes WHERE street_id = @street AND year = @year`, of)); err != nil {
			return err
		}
		if have != after {
			return fault.Stale
		}
		id, err := db.Insert(ctx, tx, `
			INSERT INTO performance_schemes (street_id, year, revision, active, good, fair, pass, reason, made_by, maker, made_at)
			VALUES (@street, @year, @revision, @active, @good, @fair, @pass, @reason, @by, @name, @now)
			RETURNING id`, db.Args{
			"street": actor.StreetID, "year": x.Year, "revision": have + 1, "active": x.Active, "good": x.Good, "fair": x.Fair, "pass": x.Pass, "reason": x.Reason,
			"by": actor.UserID, "name": actor.Name, "now": s.now(),
		})
		if err != nil {
			return err
		}
		var b db.Batch
		for _, w := range x.Worth {
			b.Add(`INSERT INTO performance_scheme_items (street_id, scheme_id, item, top, each, extra) VALUES (@street, @id, @item, @top, @each, @extra)`,
				db.Args{"street": actor.StreetID, "id": id, "item": w.Item, "top": w.Top, "each": w.Each, "extra": w.Extra})
		}
		if err := b.Run(ctx, tx); err != nil {
			return err
		}
		title := fmt.Sprintf("%d年履职积分办法第 %d 版", x.Year, have+1)
		if !x.Active {
			title = fmt.Sprintf("停用%d年履职积分", x.Year)
		}
		return s.note(ctx, tx, actor, "performance_scheme", actor.StreetID, id, "choose", title, x.Reason)
	})
	return refused(err)
}

// Schemes are the versions of a street's scheme of a year, the newest first.
type Schemes struct {
	StreetID int64
	Street   string
	Versions []Scheme
	Streets  []choice.Row
}

// Schemes reads the versions of a year's scheme. It needs ViewPerformance.
func (s *Store) Schemes(ctx context.Context, actor access.Actor, street int64, y int) (l Schemes, err error) {
	defer fault.Wrap(&err, "schemes of %d", y)
	if !actor.May(access.ViewPerformance) {
		return l, fault.Forbidden
	}
	if actor.StreetID != 0 {
		street = actor.StreetID
	}
	var at choice.Row
	var worth []worthOf
	args := db.Args{"street": street, "year": y}
	err = s.db.Read(ctx, actor,
		db.One(&at, `SELECT id, name FROM streets WHERE id = `+chosenStreet, db.Args{"street": street}),
		db.Many(&l.Versions, selectScheme+` WHERE street_id = `+chosenStreet+` AND year = @year ORDER BY revision DESC LIMIT 50`, args),
		db.Many(&worth, selectWorth+` WHERE s.street_id = `+chosenStreet+` AND s.year = @year LIMIT 1000`, args),
		db.Many(&l.Streets, selectStreets, db.Args{}))
	l.StreetID, l.Street = at.ID, at.Name
	for i := range l.Versions {
		l.Versions[i].fill(worth)
	}
	return l, err
}

const (
	selectScheme = `SELECT id, street_id, year, revision, active, good, fair, pass, reason, maker, made_at FROM performance_schemes`
	selectWorth  = `SELECT i.scheme_id, i.item, i.top, i.each, i.extra FROM performance_scheme_items i JOIN performance_schemes s ON s.street_id = i.street_id AND s.id = i.scheme_id`
)

type worthOf struct {
	SchemeID int64
	Worth
}

func (s *Scheme) fill(list []worthOf) {
	s.Worth = make([]Worth, len(Items))
	for i, item := range Items {
		s.Worth[i].Item = item.Key
		for _, w := range list {
			if w.SchemeID == s.ID && w.Item == item.Key {
				s.Worth[i] = w.Worth
			}
		}
	}
}

// current reads the scheme that holds for a street in a year into *x, which stays
// without an ID where there is none or points are switched off.
func current(x *Scheme, worth *[]worthOf, street string, args db.Args) []db.Query {
	const newest = ` AND revision = (SELECT max(n.revision) FROM performance_schemes n WHERE n.street_id = s.street_id AND n.year = s.year)`
	return []db.Query{
		db.Maybe(x, selectScheme+` s WHERE s.street_id = `+street+` AND s.year = @year AND s.active`+newest, args),
		db.Many(worth, selectWorth+` WHERE s.street_id = `+street+` AND s.year = @year AND s.active`+newest+` LIMIT 50`, args),
	}
}
