package meeting

import (
	"context"
	"fmt"

	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/setting"
)

// Rules are how a kind of meeting is called, opened and decides. They are settings
// until the notice goes out, and stay what they were then. A fraction means MORE than
// num/den.
type Rules struct {
	NoticeDays int
	QuorumNum  int // of all who are due
	QuorumDen  int
	PassBase   string // all: of all who are due; present: of those present
	PassNum    int
	PassDen    int
	ChairRule  string // presiding: whom app.may_preside accepts; post: anybody in post
}

// chosen are the settings behind the rules of a kind.
type chosen struct{ notice, quorumNum, quorumDen, passBase, passNum, passDen, chair setting.Setting }

var settings = map[string]chosen{
	Directors:       declare(Directors, "主任会议", 1, 2, "默认值，过半数"),
	Representatives: declare(Representatives, "选民代表会议", 2, 3, "超过三分之二（参照先例）"),
}

func declare(kind, name string, num, den int, source string) chosen {
	one := func(key, label, unit string, value, low, high int, source string) setting.Setting {
		return setting.Declare(setting.Setting{
			Key: "meeting." + kind + "." + key, Room: "活动和会议", Label: name + "：" + label, Unit: unit, Default: value, Min: low, Max: high, Source: source,
		})
	}
	return chosen{
		notice:    one("notice_days", "通知提前", "天", 3, 0, 60, "议事规则先例"),
		quorumNum: one("quorum_num", "开会人数要超过全体的几分之几（分子）", "", num, 0, 99, source),
		quorumDen: one("quorum_den", "开会人数要超过全体的几分之几（分母）", "", den, 1, 100, source),
		passBase:  one("pass_base", "通过的基数", "（0 全体，1 实到）", 0, 0, 1, "默认值，参照地方组织法第五十一条"),
		passNum:   one("pass_num", "赞成要超过基数的几分之几（分子）", "", 1, 1, 99, "默认值，参照地方组织法第五十一条"),
		passDen:   one("pass_den", "赞成要超过基数的几分之几（分母）", "", 2, 2, 100, "默认值，参照地方组织法第五十一条"),
		chair:     one("chair", "主持人", "（0 主任或受委托的人，1 在任的任何组成人员）", 0, 0, 1, "议事规则先例"),
	}
}

// rules reads the rules of a kind of meeting in a street as they are set now.
func rules(ctx context.Context, tx db.Tx, kind string, street int64) (r Rules, err error) {
	n, queries := settings[kind].queries(street)
	if err := db.Do(ctx, tx, queries...); err != nil {
		return r, err
	}
	r = n.rules()
	if r.QuorumNum >= r.QuorumDen || r.PassNum >= r.PassDen {
		return r, fault.Fields{{Name: "state", Text: "会议规则的设置有误：分子要小于分母。请系统管理员在“期限设置”里改正"}}
	}
	return r, nil
}

// numbers are the values of the settings of one kind.
type numbers struct{ notice, quorumNum, quorumDen, passBase, passNum, passDen, chair int }

func (c chosen) queries(street int64) (*numbers, []db.Query) {
	n := &numbers{}
	return n, []db.Query{
		c.notice.Query(&n.notice, street), c.quorumNum.Query(&n.quorumNum, street), c.quorumDen.Query(&n.quorumDen, street), c.passBase.Query(&n.passBase, street),
		c.passNum.Query(&n.passNum, street), c.passDen.Query(&n.passDen, street), c.chair.Query(&n.chair, street),
	}
}

func (n *numbers) rules() Rules {
	r := Rules{
		NoticeDays: n.notice, QuorumNum: n.quorumNum, QuorumDen: n.quorumDen, PassBase: "all", PassNum: n.passNum, PassDen: n.passDen, ChairRule: "presiding",
	}
	if n.passBase == 1 {
		r.PassBase = "present"
	}
	if n.chair == 1 {
		r.ChairRule = "post"
	}
	return r
}

// fraction writes 1/2 as 二分之一.
func fraction(num, den int) string {
	han := []string{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}
	if num < len(han) && den < len(han) {
		return han[den] + "分之" + han[num]
	}
	return fmt.Sprintf("%d/%d", num, den)
}

// QuorumText explains a quorum of a meeting in which due are due.
func (r Rules) QuorumText(due, quorum int) string {
	return fmt.Sprintf("应到 %d 人，实到要超过%s，至少 %d 人才能开会表决", due, fraction(r.QuorumNum, r.QuorumDen), quorum)
}

// PassText explains what a vote needs.
func (r Rules) PassText(due, present, needed int) string {
	if r.PassBase == "present" {
		return fmt.Sprintf("以实到 %d 人为基数，赞成要超过%s，至少 %d 票", present, fraction(r.PassNum, r.PassDen), needed)
	}
	return fmt.Sprintf("以全体 %d 人为基数（不是到会人数），赞成要超过%s，至少 %d 票", due, fraction(r.PassNum, r.PassDen), needed)
}

// PresidingHint says on forms who may preside by default.
const PresidingHint = committee.PresidingHint
