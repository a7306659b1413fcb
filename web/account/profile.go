package account

import (
	"net/http"
	"strings"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/calendar"
	"portal/web/page"
	"portal/web/ui"
)

// profileView is one's own account.
type profileView struct {
	person account.Session
	facts  []ui.Fact
	roles  []ui.RoleChoice
	open   []openSession
	feeds  bool // the acting role may subscribe to calendars
}

// openSession is one of one's own sessions, in words.
type openSession struct {
	id      int64
	device  string
	words   string
	current bool
}

func (h handler) profile(w http.ResponseWriter, r *http.Request) error {
	p, _, err := h.sessions.person(r)
	if err != nil {
		return err
	}
	open, err := h.accounts.Sessions(r.Context(), p.Actor)
	if err != nil {
		return err
	}
	v := profileView{person: p, roles: page.VisitorOf(r).Roles, facts: []ui.Fact{
		{Label: "姓名", Text: p.Actor.Name},
		{Label: "账号", Text: p.Login},
		{Label: "当前身份", Text: p.Actor.Role.Name()},
		{Label: "所在", Text: p.Place},
	}}
	v.feeds = p.Actor.May(access.OwnFeed)
	for _, o := range open {
		v.open = append(v.open, openSession{
			id: o.ID, device: device(o.Agent), current: o.ID == p.ID,
			words: o.Address + "，" + calendar.DateTime(o.CreatedAt) + "登录，" + calendar.DateTime(o.SeenAt) + "还在使用",
		})
	}
	return page.OK(w, r, profilePage(v))
}

func (h handler) endSession(w http.ResponseWriter, r *http.Request) error {
	id, err := page.ID(r, "id")
	if err != nil {
		return err
	}
	if err := h.accounts.EndSession(r.Context(), page.Actor(r), id); err != nil {
		return err
	}
	return page.Done(w, r, page.ProfileURL, "那次登录已退出。")
}

// device says in a few words what a browser says of itself. It is a help to
// memory, not a proof.
func device(agent string) string {
	name := func(list ...[2]string) string {
		for _, x := range list {
			if strings.Contains(agent, x[0]) {
				return x[1]
			}
		}
		return ""
	}
	browser := name(
		[2]string{"MicroMessenger", "微信"}, [2]string{"wxwork", "企业微信"}, [2]string{"Edg", "Edge 浏览器"}, [2]string{"Firefox", "Firefox 浏览器"},
		[2]string{"Chrome", "Chrome 浏览器"}, [2]string{"Safari", "Safari 浏览器"})
	system := name(
		[2]string{"HarmonyOS", "鸿蒙"}, [2]string{"Android", "安卓手机"}, [2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"},
		[2]string{"Windows", "Windows 电脑"}, [2]string{"Macintosh", "Mac 电脑"}, [2]string{"Linux", "Linux 电脑"})
	if browser == "" && system == "" {
		return "其他设备"
	}
	return strings.TrimPrefix(system+" · "+browser, " · ")
}
