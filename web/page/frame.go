package page

import (
	"net/http"
	"strings"

	"portal/internal/access"
	"portal/web/ui"
)

// place is one entry of the navigation.
type place struct {
	label, url, icon string
	need             access.Permission
}

type group struct {
	label  string
	places []place
}

// navigation is the left rail: the rooms, grouped by what people do
// (interface.md). Each shows only to those who may open it.
var navigation = []group{
	{"今日", []place{
		{"工作台", DeskURL, "desk", access.SignedIn},
		{"消息", NoticesURL, "bell", access.SignedIn},
		{"我要参加的", MyGatheringsURL, "calendar", access.JoinGatherings},
	}},
	{"联系群众", []place{
		{"群众意见", OpinionsURL, "opinion", access.ViewOpinions},
		{"接待登记", VisitsURL, "visit", access.ViewVisits},
		{"联络站", StationsURL, "station", access.ViewStations},
		{"接待安排", ReceptionsURL, "calendar", access.ViewStations},
	}},
	{"代表", []place{
		{"代表名册", DeputiesURL, "deputy", access.ViewDeputies},
		{"代表小组", GroupsURL, "visit", access.ViewDeputies},
		{"代表活动", ActivitiesURL, "calendar", access.ViewActivities},
		{"代表建议", SuggestionsURL, "opinion", access.ViewSuggestions},
		{"承诺台账", PromisesURL, "document", access.ViewSuggestions},
		{"履职档案", PerformancesURL, "figure", access.ReadPerformance},
		{"我的履职", MyPerformanceURL, "figure", access.OwnPerformance},
		{"代表述职", ReportsBackURL, "document", access.ViewReportsBack},
		{"投票和测评", PollsURL, "figure", access.ViewPolls},
		{"当选和届别", ElectionsURL, "calendar", access.KeepDeputies},
	}},
	{"会议和计划", []place{
		{"年度计划", PlansURL, "calendar", access.ViewPlans},
		{"会议", MeetingsURL, "committee", access.ViewMeetings},
		{"议题", MeetingTopicsURL, "document", access.ViewTopics},
		{"议定事项", MeetingTasksURL, "calendar", access.ReadMeetings},
	}},
	{"监督", []place{
		{"授权交办", MandatesURL, "committee", access.ViewMandates},
		{"授权请示", MandateRequestsURL, "opinion", access.ViewMandates},
	}},
	{"制度与队伍", []place{
		{"制度", InstitutionsURL, "document", access.ViewInstitutions},
		{"人大街道工委", CommitteesURL, "committee", access.ViewCommittees},
		{"四支队伍", TeamsURL, "visit", access.ViewTeams},
		{"咨询专家", ExpertsURL, "deputy", access.ViewExperts},
		{"联络员、信息员", OfficersURL, "station", access.ViewOfficers},
		{"选民代表", VotersURL, "visit", access.ViewVoters},
		{"推选工作", SelectionsURL, "document", access.ViewSelections},
		{"我的任职", OwnVoterURL, "visit", access.OwnVoter},
		{"任免", AppointmentsURL, "account", access.ViewAppointments},
		{"培训", TrainingsURL, "calendar", access.ViewTrainings},
		{"工委经费", FundsURL, "figure", access.ViewFunds},
	}},
	{"公文", []place{
		{"发文登记簿", PapersURL, "document", access.ViewPapers},
	}},
	{"名册", []place{
		{"人员", PeopleURL, "deputy", access.ViewPeople},
		{"导入导出", ImportsURL, "export", access.ViewImports},
	}},
	{"统计", []place{
		{"统计", FiguresURL, "figure", access.ViewFigures},
	}},
	{"管理", []place{
		{"账号", AccountsURL, "account", access.ManageAccounts},
		{"授权审批", GrantsURL, "account", access.ApproveGrants},
		{"期限设置", SettingsURL, "setting", access.ManageSettings},
		{"节假日", CalendarURL, "calendar", access.SignedIn},
		{"操作记录", AuditURL, "audit", access.ViewAudit},
	}},
}

// doors are the residents' ways in.
var doors = []ui.NavItem{
	{Label: "提意见", URL: PublicOpinionURL, Icon: "opinion"},
	{Label: "查进度", URL: PublicStatusURL, Icon: "search"},
	{Label: "找代表", URL: PublicDeputiesURL, Icon: "deputy"},
	{Label: "找联络站", URL: PublicStationsURL, Icon: "station"},
	{Label: "读制度", URL: PublicInstitutionsURL, Icon: "document"},
}

// tabsOnPhone is how many places the bar at the bottom of a phone shows.
const tabsOnPhone = 4

func (rs *Routes) frame(w http.ResponseWriter, r *http.Request) ui.Frame {
	v := VisitorOf(r)
	f := ui.Frame{
		Path: r.URL.Path, Site: rs.Site.Name, BaseURL: rs.Site.BaseURL, Demo: rs.Site.Demo,
		Person: v.Actor.Name, Roles: v.Roles, Doors: marked(doors, r.URL.Path),
		Large: cookie(r, "size") == "large", Theme: theme(r),
	}
	if v.Actor.UserID != 0 {
		f.SignedIn = true
		f.Role = v.Actor.Role.Name()
		f.Place = v.Place
		f.Unread = rs.unread(r, v.Actor)
		f.Nav = nav(v.Actor, r.URL.Path, f.Unread)
		f.Tabs = tabs(f.Nav)
	}
	var flash ui.Flash
	if Recall(r, flashCookie, &flash) && r.Method == http.MethodGet {
		f.Flash = []ui.Flash{flash}
		Forget(w, r.WithContext(ui.WithFrame(r.Context(), f)), flashCookie)
	}
	if f.SignedIn && r.URL.Path == DeskURL {
		f.Flash = append(f.Flash, rs.warnings(r, v.Actor)...)
	}
	return f
}

// unread is the number beside the messages. A page does not fail for want of it.
func (rs *Routes) unread(r *http.Request, a access.Actor) int {
	if rs.Unread == nil {
		return 0
	}
	n, err := rs.Unread(r.Context(), a)
	if err != nil && r.Context().Err() == nil {
		rs.log.Warn("count notices", "err", err)
	}
	return n
}

func (rs *Routes) warnings(r *http.Request, a access.Actor) (list []ui.Flash) {
	if rs.Warnings == nil {
		return nil
	}
	texts, err := rs.Warnings(r.Context(), a)
	if err != nil && r.Context().Err() == nil {
		rs.log.Warn("collect warnings", "err", err)
	}
	for _, t := range texts {
		list = append(list, ui.Flash{Tone: ui.ToneWait, Text: t})
	}
	return list
}

func nav(a access.Actor, path string, unread int) []ui.NavGroup {
	var groups []ui.NavGroup
	current := here(a, path)
	for _, g := range navigation {
		var items []ui.NavItem
		for _, p := range g.places {
			if a.May(p.need) {
				item := ui.NavItem{Label: p.label, URL: p.url, Icon: p.icon, Current: p.url == current}
				if p.url == NoticesURL {
					item.Badge = unread
				}
				items = append(items, item)
			}
		}
		if items != nil {
			groups = append(groups, ui.NavGroup{Label: g.label, Items: items})
		}
	}
	return groups
}

// here is the place to which a page belongs: of those that its address begins with,
// the longest. A deputy's own record is theirs, not one of the register.
func here(a access.Actor, path string) (place string) {
	if a.DeputyID != 0 && within(path, PerformanceURL(a.DeputyID)) {
		path = MyPerformanceURL
	}
	for _, g := range navigation {
		for _, p := range g.places {
			if a.May(p.need) && within(path, p.url) && len(p.url) > len(place) {
				place = p.url
			}
		}
	}
	return place
}

// tabs are the first places of the rail without the messages, which the top
// bar shows already.
func tabs(groups []ui.NavGroup) []ui.NavItem {
	var items []ui.NavItem
	for _, g := range groups {
		for _, i := range g.Items {
			if i.URL != NoticesURL && len(items) < tabsOnPhone {
				items = append(items, i)
			}
		}
	}
	return items
}

func marked(items []ui.NavItem, path string) []ui.NavItem {
	out := make([]ui.NavItem, len(items))
	for i, item := range items {
		item.Current = within(path, item.URL)
		out[i] = item
	}
	return out
}

func within(path, place string) bool {
	return path == place || strings.HasPrefix(path, place+"/")
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

func theme(r *http.Request) string {
	if t := cookie(r, "theme"); t == "light" || t == "dark" {
		return t
	}
	return ""
}

// Display serves the switches for large type and for light and dark, which
// work without an account and without JavaScript.
func Display(w http.ResponseWriter, r *http.Request) error {
	type display struct {
		Size  string `form:"size"`
		Theme string `form:"theme"`
		Back  string `form:"back"`
	}
	f, err := Form[display](w, r)
	if err != nil {
		return err
	}
	const year = 365 * 24 * 3600
	if f.Size == "large" || f.Size == "normal" {
		setCookie(w, r, "size", f.Size, year, true)
	}
	if f.Theme == "light" || f.Theme == "dark" || f.Theme == "auto" {
		setCookie(w, r, "theme", f.Theme, year, true)
	}
	return Redirect(w, r, LocalPath(f.Back, HomeURL))
}

// LocalPath returns path if it is an address of this portal, else otherwise. It
// keeps a link from sending people elsewhere after they sign in.
func LocalPath(path, otherwise string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t\uFFFD") {
		return otherwise
	}
	return path
}
