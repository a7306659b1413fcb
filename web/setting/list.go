package setting

import (
	"net/http"
	"strconv"
	"strings"

	"portal/internal/setting"
	"portal/web/page"
	"portal/web/ui"
)

// unchanged is what a change does not do, in words.
const unchanged = "改动只对以后开始的计时起作用；已经在走的期限不变。每次改动都会记录。"

// roomOf is the settings of one room.
type roomOf struct {
	Name  string
	Table ui.Table
}

func (h handler) list(w http.ResponseWriter, r *http.Request) error {
	c, err := h.settings.Choices(r.Context(), page.Actor(r))
	if err != nil {
		return err
	}
	return page.OK(w, r, listPage(rooms(&c)))
}

// rooms groups the settings by room, in the order of their keys.
func rooms(c *setting.Choices) []roomOf {
	var list []roomOf
	at := map[string]int{}
	for _, s := range setting.All() {
		i, ok := at[s.Room]
		if !ok {
			i = len(list)
			at[s.Room] = i
			list = append(list, roomOf{Name: s.Room, Table: ui.Table{Caption: s.Room, Columns: []ui.Column{
				{Label: "设置"}, {Label: "默认", Number: true}, {Label: "全市", Number: true}, {Label: "街道另设"}, {Label: "默认值来源", Less: true},
			}}})
		}
		list[i].Table.Rows = append(list[i].Table.Rows, row(s, c))
	}
	return list
}

func row(s setting.Setting, c *setting.Choices) ui.Row {
	city := "同默认"
	if x := c.Of(s.Key, 0); x.Version != 0 {
		city = strconv.Itoa(x.Value)
	}
	var own []string
	for _, st := range c.Streets {
		if x := c.Of(s.Key, st.ID); x.Version != 0 {
			own = append(own, st.Name+" "+strconv.Itoa(x.Value))
		}
	}
	streets := strings.Join(own, "、")
	if streets == "" {
		streets = "没有"
	}
	url := page.SettingURL(s.Key, 0)
	return ui.Row{URL: url, Cells: []ui.Cell{
		{Text: s.Label, URL: url, Sub: s.Unit}, {Text: strconv.Itoa(s.Default)}, {Text: city}, {Text: streets}, {Text: s.Source},
	}}
}
