package activity_test

import (
	"strings"
	"testing"

	"portal/internal/activity"
	"portal/internal/dbtest"
)

// One letter goes to several units; a unit can get a text of its own, the others get
// the common one.
func TestForwardedWithOwnText(t *testing.T) {
	h := open(t)
	ctx := t.Context()
	id := h.reported()
	l := activity.Letter{Units: []int64{h.Unit}, Content: "请研究处理", Own: map[int64]string{h.SecondUnit: "请公布水质"}}
	h.complains("a text for a unit that gets none", h.s.Forward(ctx, h.director, h.step(id), l), activity.OwnField(h.SecondUnit), "没有勾选")
	l.Units = append(l.Units, h.SecondUnit)
	l.Own[h.SecondUnit] = strings.Repeat("长", activity.MaxContent+1)
	h.complains("too long", h.s.Forward(ctx, h.director, h.step(id), l), activity.OwnField(h.SecondUnit), "不能超过")
	l.Own[h.SecondUnit], l.Own[h.Unit] = "请公布水质", ""
	h.must(h.s.Forward(ctx, h.director, h.step(id), l))
	for unit, want := range map[int64]string{h.Unit: "请研究处理", h.SecondUnit: "请公布水质"} {
		if got := dbtest.Scan[string](t, h.admin, `SELECT content FROM activity_forwardings WHERE unit_id = $1`, unit); got != want {
			t.Errorf("unit %d is asked %q, want %q", unit, got, want)
		}
	}
	if r := h.look(h.second, id); len(r.Forwardings) != 1 || r.Forwardings[0].Content != "请公布水质" {
		t.Errorf("the second unit reads %+v", r.Forwardings)
	}
}
