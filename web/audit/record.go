package audit

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"portal/internal/calendar"
	"portal/web/page"
	"portal/web/ui"
)

func (h handler) record(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	l, err := h.events.Entry(r.Context(), page.Actor(r), id)
	if err != nil {
		return err
	}
	facts := []ui.Fact{
		{Label: "时间", Text: calendar.DateTime(l.At)},
		{Label: "人员", Text: l.UserName},
		{Label: "身份", Text: l.Role.Name()},
		{Label: "街道", Text: place(l)},
		{Label: "对象", Text: subject(l)},
		{Label: "操作代码", Text: l.Action},
		{Label: "记录编号", Text: page.Number(l.ID)},
	}
	if l.Reason != "" {
		facts = append(facts, ui.Fact{Label: "理由", Text: l.Reason, Wide: true})
	}
	return page.OK(w, r, recordPage(l.Title, facts, detail(l.Detail)))
}

// words names what events say in their detail.
var words = map[string]string{
	"number": "编号", "rows": "条数", "before": "原来", "after": "现在", "from": "从", "to": "到", "key": "设置", "value": "值",
	"days": "日期", "source": "来源", "moved": "改期的期限数", "deadline": "期限编号", "kind": "类别", "street": "街道编号", "person": "人员", "action": "操作",
	"state": "状态", "version": "版本", "files": "附件", "name": "名称", "role": "身份", "filter": "筛选",
}

// detail lists what an event says beyond its title, in the order of its words.
func detail(raw json.RawMessage) []ui.Fact {
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil
	}
	var list []ui.Fact
	for _, key := range slices.Sorted(maps.Keys(all)) {
		label := words[key]
		if label == "" {
			label = key
		}
		text := plain(all[key])
		list = append(list, ui.Fact{Label: label, Text: text, Wide: strings.Contains(text, "\n")})
	}
	return list
}

// plain writes a value of the detail for people.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return "无"
	case bool:
		if v {
			return "是"
		}
		return "否"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return v
	case []any:
		lines := make([]string, len(v))
		for i, x := range v {
			lines[i] = plain(x)
		}
		return strings.Join(lines, "\n")
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
