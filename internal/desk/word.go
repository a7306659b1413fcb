package desk

import (
	"regexp"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/setting"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

var name = regexp.MustCompile(`@[a-z_]+`)

// named lists the arguments that a statement takes.
func named(sql string) []string {
	var names []string
	for _, n := range name.FindAllString(sql, -1) {
		names = append(names, n[1:])
	}
	return names
}

// ladder is what to do about an overdue item, after how many working days: the
// settings of the room of opinions.
var ladder = []rung{
	{"催办", "opinion.urge_after", 1}, {"督办", "opinion.supervise_after", 5}, {"上报", "opinion.report_after", 15},
}

type rung struct {
	do, key   string
	otherwise int
}

func (r rung) after() setting.Setting { return setting.Setting{Key: r.key, Default: r.otherwise} }

const officeName, directorName = "工委办公室", "工委主任"

// verbs says what each clock waits for.
var verbs = map[string]struct{ do, turn string }{
	"triage": {"研判", officeName}, "assign": {"交办", officeName}, "reassign": {"改办", officeName}, "review": {"审核", officeName},
	"feedback": {"反馈群众", officeName}, "promise": {"兑现承诺", officeName}, "rating": {"等群众评价", "反映人"},
	"sign": {"签收", ""}, "reply": {"答复", ""}, "comment": {"会办意见", ""}, "extension": {"决定延期", directorName},
}

// word says what is to be done about t and by whom, as actor sees it.
func (d *Desk) word(t *Task, actor access.Actor, rungs []int) {
	switch t.Subject {
	case Opinion:
		d.wordOpinion(t, actor, rungs)
	case Reception:
		d.wordReception(t, actor)
	case Missed:
		t.Do, t.Turn = "补登接待", "到场代表、联络员"
	case Draft:
		t.Do, t.Turn = "继续登记", "本人"
	case Grant:
		t.Do, t.Turn = "审批授权", "安全管理员"
		t.Number = access.Role(t.Number).Name()
		t.Remind = !actor.May(access.ApproveGrants)
	}
}

func (d *Desk) wordOpinion(t *Task, actor access.Actor, rungs []int) {
	v := verbs[t.Clock]
	t.Do, t.Turn = v.do, v.turn
	late := t.DueOn != nil && calendar.On(d.Now).After(*t.DueOn)
	switch t.Clock {
	case "":
		t.Do, t.Turn, t.Remind = "登记市级答复", "市级研究", true
	case "feedback":
		if t.Deputy != "" {
			t.Turn = "代表" + t.Deputy
		}
	case "comment":
		t.Turn = "会办，" + t.Unit + "主办"
	case "sign", "reply":
		d.wordUnit(t, actor, rungs, late)
	}
	switch actor.Role {
	case access.CityLeader, access.CityFinance:
		t.Do, t.Remind = "转市级", true
	case access.CityOffice, access.CityDeputy:
		t.Do, t.Remind = "转市级", false
	case access.Director:
		if late && (t.Clock == "feedback" || t.Clock == "rating") {
			t.Do, t.Turn = "逾期办结", directorName
		}
		if t.Sensitive && t.Turn == officeName {
			t.Turn = directorName
		}
	case access.Deputy, access.GroupLeader:
		t.Turn = "本人"
	}
}

// wordUnit words what a unit has to sign for or to answer.
func (d *Desk) wordUnit(t *Task, actor access.Actor, rungs []int, late bool) {
	t.Turn = t.Unit
	switch {
	case actor.Role == access.OfficeDispatch && t.Theirs:
		t.Do, t.Remind = "督促"+t.Do, true
	case actor.May(access.HandleOpinion) && t.Waiting:
		t.Turn = "延期待工委主任决定"
	case actor.Role == access.OfficeDispatch && t.Clock == "sign":
		t.Do = "签收或转派"
	case actor.May(access.HandleOpinion):
	case late:
		t.Do = climb(-d.Cal.Left(d.Now, *t.DueOn), t.Rung, rungs)
		t.Remind = actor.Role == access.PartyReader || actor.Role == access.Director && t.Do != "上报"
	}
}

// climb names the highest rung that is due and has not been taken since the
// deadline passed; 跟进 where nothing is due.
func climb(late, taken int, rungs []int) string {
	do := "跟进"
	for i, r := range ladder {
		if late >= rungs[i] && taken <= i {
			do = r.do
		}
	}
	return do
}

func (d *Desk) wordReception(t *Task, actor access.Actor) {
	switch {
	case actor.Role == access.Staff:
		t.Do, t.Turn = "发布接待公告", officeName
	case actor.May(access.LogVisit):
		t.Do, t.Turn, t.Remind = "进站接待", t.Deputy, true
	default:
		t.Do, t.Turn, t.Remind = "接待日", t.Deputy, true
	}
}
