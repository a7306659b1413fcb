package station

import (
	"slices"
	"strconv"
	"time"

	"portal/internal/calendar"
	"portal/internal/fault"
	"portal/internal/opinion"
)

func itoa(n int) string { return strconv.Itoa(n) }

// NewVisit is a reception that took place, as it is logged.
type NewVisit struct {
	Key         string // of the form: sent twice, it makes one visit
	StationID   int64
	ReceptionID int64 // the planned one; 0 where there was none
	HeldOn      time.Time
	FromTime    string
	ToTime      string
	Residents   int     // 联系群众人次
	Deputies    []int64 // present
	Staff       string
	Note        string
	Opinions    []opinion.New // of which the visit fills in where and when
}

// Limits of a visit: opinions it can carry, residents at it, and characters of
// its note.
const (
	MostOpinions  = 50
	MostResidents = 999
	MaxNote       = 500
)

// check returns the complaints about v.
func (v *NewVisit) check(now time.Time, late int) error {
	var bad fault.Fields
	today := calendar.On(now)
	switch {
	case v.HeldOn.After(today):
		bad.Add("held_on", "接待日期不能晚于今天")
	case calendar.DaysBetween(v.HeldOn, today) > late:
		bad.Add("held_on", "接待已过去 "+itoa(late)+" 天以上，请交工委办公室补登")
	}
	if v.FromTime != "" && v.ToTime != "" && v.ToTime <= v.FromTime {
		bad.Add("to_time", "结束时间要晚于开始时间")
	}
	if len(v.Deputies) == 0 {
		bad.Add("deputies", "请选择到场的代表")
	}
	if len(v.Opinions) > MostOpinions {
		bad.Add("residents", "一次接待最多登记 "+itoa(MostOpinions)+" 条意见")
	}
	if v.Residents < 0 || v.Residents > MostResidents {
		bad.Add("residents", "请填写联系群众人次，0 到 "+itoa(MostResidents)+" 之间的数")
	}
	for i, o := range v.Opinions {
		if !o.Anonymous && o.Resident == "" {
			bad.Add("opinions["+itoa(i)+"].resident", "请填写姓名，不愿留名的请勾选匿名")
		}
	}
	return bad.Err()
}

// once drops deputies that were named twice.
func (v *NewVisit) once() {
	v.Deputies = slices.Clone(v.Deputies)
	slices.Sort(v.Deputies)
	v.Deputies = slices.Compact(v.Deputies)
}
