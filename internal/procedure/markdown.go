package procedure

import (
	"fmt"
	"slices"
	"strings"

	"portal/internal/access"
)

// Markdown writes tables as docs/procedures.md: of each a diagram of its states
// and the table of its moves.
func Markdown(tables ...*Table) string {
	var b strings.Builder
	b.WriteString("# 办理程序\n\n由各业务的程序表（`internal/*/procedure.go`）生成（`make generate`）；请改代码，不要改本文件。\n")
	for _, t := range tables {
		t.markdown(&b)
	}
	return b.String()
}

func (t *Table) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n", t.Title)
	t.diagram(b)
	b.WriteString("\n| 状态 | 等谁 |\n|---|---|\n")
	for _, s := range t.States {
		turn := s.Turn
		if s.Ended {
			turn = "结束"
		}
		fmt.Fprintf(b, "| %s | %s |\n", s.Name, turn)
	}
	b.WriteString("\n| 步骤 | 从 | 到 | 谁 | 条件 | 时限 |\n|---|---|---|---|---|---|\n")
	for _, m := range t.Moves {
		label, to := m.Label, t.names(m.To)
		if m.Grave {
			label += "（不能恢复）"
		}
		if to == "" {
			to = "不变"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", label, t.names(m.From), to, who(m.Need), m.Needs, m.Clock)
	}
}

// diagram draws the states as Mermaid, which code hosts and editors show. One
// arrow bears all the moves between two states.
func (t *Table) diagram(b *strings.Builder) {
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	for _, s := range t.States {
		fmt.Fprintf(b, "    %s: %s\n", s.State, s.Name)
	}
	if len(t.States) > 0 {
		fmt.Fprintf(b, "    [*] --> %s\n", t.States[0].State)
	}
	for _, from := range t.States {
		for _, to := range t.States {
			if labels := t.between(from.State, to.State); labels != nil {
				fmt.Fprintf(b, "    %s --> %s: %s\n", from.State, to.State, strings.Join(labels, "、"))
			}
		}
	}
	for _, s := range t.States {
		if s.Ended {
			fmt.Fprintf(b, "    %s --> [*]\n", s.State)
		}
	}
	b.WriteString("```\n")
}

// between are the moves that lead from one state to another.
func (t *Table) between(from, to State) []string {
	var labels []string
	for _, m := range t.Moves {
		if slices.Contains(m.From, from) && slices.Contains(m.To, to) {
			labels = append(labels, m.Label)
		}
	}
	return labels
}

func (t *Table) names(states []State) string {
	var names []string
	for _, s := range states {
		names = append(names, t.Info(s).Name)
	}
	return strings.Join(names, "、")
}

func who(p access.Permission) string {
	var names []string
	for _, r := range access.Roles {
		if access.Granted(r.Role, p) {
			names = append(names, r.Name)
		}
	}
	return strings.Join(names, "、")
}
