package demo

import (
	"context"
	"fmt"
	"time"

	"portal/internal/calendar"
	"portal/internal/fund"
)

// fundCommittee enters the funds of 2020 as published, and those of this year with
// what was spent so far.
func (p *personnel) fundCommittee(ctx context.Context) error {
	funds := fund.NewStore(p.c.DB, func() time.Time { return p.now })
	staff := p.staff
	set := func(on time.Time, version int, year int, total fund.Wan, why string) error {
		p.now = clock(on, 10, 0)
		b := fund.Budget{StreetID: p.id, Year: year, Version: version, Document: fmt.Sprintf("%s%d年部门预算", p.name, year), Reason: why, Amounts: map[string]fund.Wan{}}
		rest := total
		for _, share := range []struct {
			item string
			of   fund.Wan
		}{{"meeting", 15}, {"training", 10}, {"deputies", 35}, {"station", 30}} {
			b.Amounts[share.item] = total * share.of / 100
			rest -= b.Amounts[share.item]
		}
		b.Amounts["other"] = rest
		return funds.SetBudget(ctx, staff, b)
	}
	if err := set(calendar.Day(2020, time.January, 15), 0, 2020, p.funds-600, ""); err != nil {
		return err
	}
	if err := set(calendar.Day(2020, time.May, 20), 1, 2020, p.funds, "增加联络站阵地建设"); err != nil {
		return err
	}
	spend := func(on time.Time, item string, amount fund.Wan, purpose string) error {
		p.now = clock(on, 16, 0)
		p.n++
		return funds.Spend(ctx, staff, fund.Spending{Key: fmt.Sprintf("demo-%d", p.n), StreetID: p.id, On: on, Item: item, Amount: amount, Purpose: purpose})
	}
	this := calendar.On(p.c.Now).Year()
	if err := set(calendar.Day(this, time.January, 2), 0, this, p.funds+1200, ""); err != nil {
		return err
	}
	for i, x := range []struct {
		item, purpose string
		amount        fund.Wan
	}{
		{"meeting", "工委主任会议材料印制", 86}, {"training", "选民代表预算监督培训", 640}, {"deputies", "代表视察用车", 325}, {"station", "社区联络站标识更新", 1280}, {"other", "宣传资料", 210},
	} {
		year2020 := calendar.Day(2020, time.Month(3+2*i), 10)
		if err := spend(year2020, x.item, x.amount*2, x.purpose); err != nil {
			return err
		}
		if on := calendar.AddDays(calendar.Day(this, time.January, 8), 9*i); on.Before(p.c.Now) {
			if err := spend(on, x.item, x.amount, x.purpose); err != nil {
				return err
			}
		}
	}
	return spend(calendar.Day(2020, time.December, 20), "other", -20, "冲销重复登记的宣传资料")
}
