package plan

import (
	"context"
	"errors"
	"fmt"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Progress is how far an item is, for a month.
type Progress struct {
	ItemID int64
	Month  int
	Status string // one of Progresses
	Note   string
}

// Report keeps the progress of an item. What was wrong is reported again; both stay.
func (s *Store) Report(ctx context.Context, actor access.Actor, step Step, r Progress) error {
	return s.move(ctx, actor, "progress", step, func(tx db.Tx, p locked) (done, error) {
		var bad fault.Fields
		switch {
		case r.Month < 1 || r.Month > 12:
			bad.Add("month", "请选择月份")
		case s.today().Before(lastDay(p.Year, r.Month).AddDate(0, 0, 1-lastDay(p.Year, r.Month).Day())):
			bad.Add("month", "还没有到这个月")
		}
		if choice.Name(Progresses, r.Status) == "" {
			bad.Add("status", "请选择进展")
		}
		if err := bad.Err(); err != nil {
			return done{}, err
		}
		var theme string
		err := db.Do(ctx, tx, db.Value(&theme, `
			SELECT theme FROM plan_items WHERE street_id = @street AND plan_id = @plan AND id = @item AND NOT dropped`,
			db.Args{"street": p.StreetID, "plan": p.ID, "item": r.ItemID}))
		if errors.Is(err, fault.NotFound) {
			return done{}, fault.Fields{{Name: "item", Text: "请选择条目"}}
		}
		if err == nil {
			_, err = db.Exec(ctx, tx, `
				INSERT INTO plan_progress (street_id, item_id, month, status, note, reported_on, reporter, created_at)
				VALUES (@street, @item, @month, @status, @note, @on, @who, @now)`, db.Args{
				"street": p.StreetID, "item": r.ItemID, "month": r.Month, "status": r.Status, "note": r.Note, "on": s.today(), "who": actor.Name, "now": s.now(),
			})
		}
		return done{title: fmt.Sprintf("%d月进度：%s，%s", r.Month, theme, choice.Name(Progresses, r.Status)), reason: r.Note}, err
	})
}
