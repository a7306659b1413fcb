package procedure_test

import (
	"strings"
	"testing"

	"portal/internal/access"
	"portal/internal/procedure"
)

var lamp = procedure.Table{
	Title: "路灯",
	States: []procedure.StateInfo{
		{State: "dark", Name: "不亮", Turn: "待维修"},
		{State: "lit", Name: "亮", Ended: true},
	},
	Moves: []procedure.Move{
		{Name: "repair", Label: "维修", From: []procedure.State{"dark"}, To: []procedure.State{"lit"}, Need: access.HandleOpinion, Clock: "5 个工作日"},
		{Name: "replacement", Label: "更换", From: []procedure.State{"dark"}, To: []procedure.State{"lit"}, Need: access.ExtendOpinion, Grave: true},
		{Name: "note", Label: "备注", From: []procedure.State{"dark", "lit"}, Need: access.HandleOpinion},
	},
}

func TestOpen(t *testing.T) {
	unit, director := access.Actor{Role: access.Unit}, access.Actor{Role: access.Director}
	for _, c := range []struct {
		actor access.Actor
		state procedure.State
		want  string
	}{
		{unit, "dark", "repair note"},
		{director, "dark", "replacement"},
		{unit, "lit", "note"},
		{director, "lit", ""},
		{access.Actor{}, "dark", ""},
	} {
		var names []string
		for _, m := range lamp.Open(c.actor, c.state) {
			names = append(names, m.Name)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("Open(%s, %s) = %q, want %q", c.actor.Role, c.state, got, c.want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	got := procedure.Markdown(&lamp)
	for _, want := range []string{
		"## 路灯", "    dark: 不亮\n", "    [*] --> dark\n", "    dark --> lit: 维修、更换\n", "    lit --> [*]\n",
		"| 不亮 | 待维修 |", "| 亮 | 结束 |",
		"| 维修 | 不亮 | 亮 | 街道办党政办、承办单位 |  | 5 个工作日 |",
		"| 更换（不能恢复） | 不亮 | 亮 | 工委主任 |", "| 备注 | 不亮、亮 | 不变 |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q:\n%s", want, got)
		}
	}
}
