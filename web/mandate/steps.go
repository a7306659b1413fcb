package mandate

import (
	"slices"

	"portal/internal/mandate"
	"portal/internal/procedure"
	"portal/web/ui"
)

// line is the way of an authorisation in a street that goes well.
var line = []struct {
	label  string
	states []procedure.State
}{
	{"起草", []procedure.State{mandate.Draft}},
	{"审批", []procedure.State{mandate.InApproval, mandate.Approved}},
	{"下达", []procedure.State{mandate.Issued}},
	{"签收", []procedure.State{mandate.Received}},
	{"执行", []procedure.State{mandate.Active, mandate.Expired}},
	{"报告", []procedure.State{mandate.Reported, mandate.Returned}},
	{"完结", []procedure.State{mandate.Concluded}},
}

func steps(s procedure.State) []ui.ProcedureStep {
	var list []ui.ProcedureStep
	at := -1
	for i, l := range line {
		if slices.Contains(l.states, s) {
			at = i
		}
	}
	if at < 0 {
		return nil
	}
	for i, l := range line {
		x := ui.ProcedureStep{Label: l.label}
		switch {
		case i < at || s == mandate.Concluded:
			x.State = "past"
		case i == at:
			x.State = "now"
		}
		list = append(list, x)
	}
	return list
}
