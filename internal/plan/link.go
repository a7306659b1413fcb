package plan

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// MaxOutside is the longest reason for being outside the plan, in characters.
const MaxOutside = 200

// Link says which item of the annual plan a record carries out or, where it is
// outside the plan, why (domain.md §3 e: every activity). Exactly one of the two is
// set. A room keeps it as the columns plan_item_id and outside_plan_reason, with the
// constraints and the trigger that stand at app.only_planned_item; its forms show it
// with page.PlanFields.
type Link struct {
	ItemID  int64
	Outside string
}

// Require checks a link of a record of street that is held on a day, in the
// transaction that saves it. It complains about the fields plan_item and
// outside_plan.
func Require(ctx context.Context, tx db.Tx, street int64, l Link, on time.Time) (err error) {
	defer fault.Wrap(&err, "plan of street %d", street)
	switch n := utf8.RuneCountInString(l.Outside); {
	case l.ItemID == 0 && n == 0:
		return fault.Fields{{Name: "outside_plan", Text: "请选择计划条目；计划外的，请写明理由"}}
	case l.ItemID != 0 && n > 0:
		return fault.Fields{{Name: "outside_plan", Text: "已经选了计划条目，不用写计划外的理由"}}
	case n > MaxOutside:
		return fault.Fields{{Name: "outside_plan", Text: "理由不能超过 200 个字"}}
	case l.ItemID == 0:
		return nil
	}
	var there bool
	err = db.Do(ctx, tx, db.Value(&there, `SELECT EXISTS (`+linkable+` AND i.id = @item)`, db.Args{"street": street, "years": []int{on.Year()}, "item": l.ItemID}))
	if err == nil && !there {
		err = fault.Fields{{Name: "plan_item", Text: fmt.Sprintf("请选择 %d 年计划里的条目，与日期同一年", on.Year())}}
	}
	return err
}

// Keeps checks that a record which carries out an item, 0 for none, stays in the year of
// its plan when it is moved to another day. It complains about the field starts_on.
func Keeps(ctx context.Context, tx db.Tx, street, item int64, on time.Time) (err error) {
	defer fault.Wrap(&err, "plan of street %d", street)
	if item == 0 {
		return nil
	}
	var year int
	err = db.Do(ctx, tx, db.Value(&year, `
		SELECT p.year
		FROM plan_items i
		JOIN plans p ON p.street_id = i.street_id AND p.id = i.plan_id
		WHERE i.street_id = @street AND i.id = @item`, db.Args{"street": street, "item": item}))
	if err == nil && year != on.Year() {
		err = fault.Fields{{Name: "starts_on", Text: fmt.Sprintf("它是 %d 年计划的条目，不能改到别的年份；推到下一年的，请取消后在下一年重新策划", year)}}
	}
	return err
}

// Refused turns the refusal of app.only_planned_item into a complaint about the field
// plan_item, and returns any other err as it is.
func Refused(err error) error {
	if db.Violates(err, "only_planned_item") {
		return fault.Fields{{Name: "plan_item", Text: "请选择计划里的条目，与日期同一年"}}
	}
	return err
}

// linkable are the items that records of some years may name.
const linkable = `
	SELECT i.id, i.month || '月 ' || i.theme AS name, p.year || '年计划' AS heading
	FROM plan_items i
	JOIN plans p ON p.street_id = i.street_id AND p.id = i.plan_id
	WHERE i.street_id = @street AND p.year = ANY (@years) AND p.passed_on IS NOT NULL AND NOT i.dropped`

// Choices reads the items that a record of street may name, by year and month: those of
// this year and the next, and of the year of each day that is typed or kept, which may
// be zero. For page.PlanFields.
func Choices(list *[]choice.Grouped, street int64, today time.Time, days ...time.Time) db.Query {
	years := []int{today.Year(), today.Year() + 1}
	for _, d := range days {
		if y := d.Year(); !d.IsZero() && !slices.Contains(years, y) {
			years = append(years, y)
		}
	}
	return db.Many(list, linkable+`
		ORDER BY p.year, i.month, i.id
		LIMIT 600`, db.Args{"street": street, "years": years})
}

// Linked is one record that carries out an item.
type Linked struct {
	Kind   string // as page.RecordURL knows it
	ID     int64
	Title  string
	HeldOn time.Time
	State  string // 中文
}

// linkers are the rooms whose records carry out items: of each a SELECT of street_id,
// plan_item_id, kind, id, title, held_on, held (whether it took place and counts by
// itself) and state (in Chinese), in this order. A room that links adds its own.
var linkers = []string{
	`SELECT a.street_id, a.plan_item_id, 'activity'::text AS kind, a.id, a.title, a.held_on,
	       a.parent_id IS NULL AND a.state NOT IN ('draft', 'approval', 'approved', 'notified', 'open', 'cancelled') AS held,
	       CASE a.state WHEN 'draft' THEN '策划' WHEN 'approval' THEN '待审批' WHEN 'approved' THEN '待通知' WHEN 'notified' THEN '已通知' WHEN 'open' THEN '进行中'
	            WHEN 'archived' THEN '已归档' WHEN 'cancelled' THEN '已取消' ELSE '已开展' END AS state
	FROM activities a
	WHERE a.plan_item_id IS NOT NULL`,
	`SELECT m.street_id, m.plan_item_id, 'meeting'::text AS kind, m.id, coalesce(g.title, '会议') AS title, m.held_on,
	       m.state IN ('ended', 'recorded', 'drafting', 'signed', 'issued', 'archived') AS held,
	       CASE WHEN m.state IN ('planned', 'called') THEN '拟开' WHEN m.state IN ('open', 'sitting', 'talk') THEN '进行中' WHEN m.state = 'failed' THEN '流会' WHEN m.state = 'cancelled' THEN '已取消' ELSE '已召开' END AS state
	FROM meetings m
	LEFT JOIN gatherings g ON g.street_id = m.street_id AND g.id = m.gathering_id
	WHERE m.plan_item_id IS NOT NULL`,
}
