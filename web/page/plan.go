package page

import (
	"strconv"

	"github.com/a-h/templ"

	"portal/internal/choice"
	"portal/internal/fault"
	"portal/web/ui"
)

// PlanFields are the two fields by which the form of an activity or a meeting says
// which item of the annual plan it carries out or why it is outside the plan: rows are
// plan.Choices, day the field of the record's date, item and outside what was typed in
// plan_item and outside_plan. The items stand under their years; with scripts only
// those of the year of day are offered.
func PlanFields(rows []choice.Grouped, day, item, outside string, bad fault.Fields) []ui.Control {
	hint := "选择与日期同一年的条目，这次活动或会议就列在它下面"
	if len(rows) == 0 {
		hint = "今年和明年的年度计划都还没有通过，请写明计划外的理由"
	}
	options := leading("计划外")
	for _, x := range rows {
		options = append(options, ui.Option{Value: strconv.FormatInt(x.ID, 10), Label: x.Name, Group: x.Heading})
	}
	return []ui.Control{
		{Kind: "select", Field: ui.Field{Name: "plan_item", Label: "年度计划条目", Hint: hint, Value: item, Options: options, Attrs: templ.Attributes{"data-year-of": day}}.For(bad)},
		{Kind: "input", Field: ui.Field{Name: "outside_plan", Label: "计划外的理由", Hint: "只有计划外的才填", Optional: true, Value: outside, Max: 200}.For(bad)},
	}
}
