package page

import (
	"portal/internal/choice"
	"portal/internal/fault"
	"portal/web/ui"
)

// PlanFields are the two fields by which the form of an activity or a meeting says
// which item of the annual plan it carries out or why it is outside the plan: rows are
// plan.Choices, item and outside what was typed in plan_item and outside_plan.
func PlanFields(rows []choice.Row, item, outside string, bad fault.Fields) []ui.Control {
	hint := "选择后，这次活动或会议列在计划条目下面"
	if len(rows) == 0 {
		hint = "当年的年度计划还没有通过，请写明计划外的理由"
	}
	return []ui.Control{
		{Kind: "select", Field: ui.Field{Name: "plan_item", Label: "年度计划条目", Hint: hint, Value: item, Options: Rows(rows, "计划外")}.For(bad)},
		{Kind: "input", Field: ui.Field{Name: "outside_plan", Label: "计划外的理由", Hint: "只有计划外的才填", Optional: true, Value: outside, Max: 200}.For(bad)},
	}
}
