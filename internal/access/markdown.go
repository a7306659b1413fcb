package access

import (
	"fmt"
	"strings"
)

// Markdown writes the roles and the permission table as docs/permissions.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# 权限表\n\n由 `internal/access/permission.go` 生成（`make generate`）；请改代码，不要改本文件。\n\n## 角色\n\n")
	b.WriteString("| 角色 | 代号 | 数据范围 | 第二因子 |\n|---|---|---|---|\n")
	for _, r := range Roles {
		second := ""
		if r.TwoFactor {
			second = "必须"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", r.Name, r.Role, scopeNames[r.Scope], second)
	}
	b.WriteString("\n居民没有账号，只看公开内容和凭编号、查询码打开的自己那一条。\n")
	room := ""
	for _, rule := range Rules {
		if rule.Room != room {
			room = rule.Room
			fmt.Fprintf(&b, "\n## %s\n\n| 权限 | 代号 | 角色 |\n|---|---|---|\n", room)
		}
		var names []string
		for _, r := range rule.Roles {
			names = append(names, r.Name())
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", rule.Does, rule.Permission, strings.Join(names, "、"))
	}
	return b.String()
}

var scopeNames = map[Scope]string{
	ScopePublic: "公开内容", ScopeCity: "本市各街道", ScopeStreet: "本街道", ScopeCommunity: "本社区",
	ScopeUnit: "交给本单位的", ScopeSelf: "本人的", ScopeAdmin: "账号、设置或操作记录，不含业务内容",
}
