package demo

import (
	"context"
	"slices"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/opinion"
)

// act is a step of one move of the procedure. who is the second part of an
// account's name; "unit" means whoever acts for the item's handling unit.
func act(wait int, who string, do func(ctx context.Context, s *street, a access.Actor, it *item) error) step {
	return step{wait, func(ctx context.Context, s *street, it *item) error {
		a := s.who[who]
		if who == "unit" {
			a = s.clerks[it.lead]
		}
		if err := do(ctx, s, a, it); err != nil {
			return err
		}
		it.version++
		return nil
	}}
}

func accept(wait int) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.Accept(ctx, a, it.step())
	})
}

func answer(wait int) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.Answer(ctx, a, it.step(), it.reply)
	})
}

func decline(wait int, channel string) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.Decline(ctx, a, it.step(), channel)
	})
}

// merge joins an item to another, which is registered by then.
func merge(wait int, into *item) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.Merge(ctx, a, it.step(), into.number)
	})
}

func withdraw(wait int) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.Withdraw(ctx, a, it.step(), "反映人来电说明事情已自行解决，要求撤回")
	})
}

// assign hands an item to its unit; co are other units that have a say.
func assign(wait int, urgency string, co ...string) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		asked := opinion.Assignment{Lead: it.lead, Urgency: urgency, Note: "请按期答复"}
		for _, name := range co {
			asked.Co = append(asked.Co, s.units[name])
		}
		return s.opinions.Assign(ctx, a, it.step(), asked)
	})
}

// through assigns an item to the dispatch office, which passes it on.
func through(wait int) []step {
	var unit int64
	return []step{
		act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
			unit, it.lead = it.lead, s.units[units[0].name]
			return s.opinions.Assign(ctx, a, it.step(), opinion.Assignment{Lead: it.lead, Urgency: "ordinary"})
		}),
		act(1, "office", func(ctx context.Context, s *street, a access.Actor, it *item) error {
			it.lead = unit
			return s.opinions.Dispatch(ctx, a, it.step(), unit)
		}),
	}
}

func sign(wait int) step {
	return act(wait, "unit", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.SignFor(ctx, a, it.step())
	})
}

// giveBack returns an item to the office; the next to have it is the unit to.
func giveBack(wait int, to string) step {
	return act(wait, "unit", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		err := s.opinions.Return(ctx, a, it.step(), "不属于本单位职责，建议交"+to+"办理")
		it.lead = s.units[to]
		return err
	})
}

func begin(wait int) step {
	return act(wait, "unit", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.StartHandling(ctx, a, it.step())
	})
}

// comment is what a co-handling unit has to say.
func comment(wait int, unit, text string) step {
	return act(wait, "", func(ctx context.Context, s *street, _ access.Actor, it *item) error {
		return s.opinions.Comment(ctx, s.clerks[s.units[unit]], it.step(), text)
	})
}

func extend(wait, days int) step {
	return act(wait, "unit", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.RequestExtension(ctx, a, it.step(), days, "需要采购配件和安排施工，原期限内难以完成")
	})
}

func grant(wait int) step {
	return act(wait, "director", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.DecideExtension(ctx, a, it.step(), true, "情况属实，抓紧办理")
	})
}

// reply is the unit's reply, with a photo of what was done where proof is set.
func reply(wait int, proof bool) step {
	return act(wait, "unit", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		if !proof {
			return s.opinions.Reply(ctx, a, it.step(), it.matter.reply)
		}
		return s.opinions.Reply(ctx, a, it.step(), it.matter.reply, upload("整改后.png", lit(true)))
	})
}

func rework(wait int) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.SendBack(ctx, a, it.step(), "请补充完成时间和现场情况")
	})
}

func approve(wait int) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.Approve(ctx, a, it.step(), "")
	})
}

// tell feeds the answer back to the resident: the deputy who brought the item
// does it where they have an account, else the office.
func tell(wait int) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		for _, name := range []string{"deputy", "leader"} {
			if d := s.who[name]; d.DeputyID == it.DeputyID {
				a = d
			}
		}
		return s.opinions.FeedBack(ctx, a, it.step(), pick(s.rng, []string{"电话", "上门", "来站面告", "短信"}), calendar.On(s.now))
	})
}

func tellMerged(wait int) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		it.version++ // the other item's answer came in between
		return s.opinions.TellMerged(ctx, a, it.step(), "电话")
	})
}

// rate is the resident's rating: their own, with number and query code, where
// they sent the item themselves, else as the office recorded it.
func rate(wait int, rating, note string) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		if it.Source == "online" || it.Source == "qr" {
			return s.opinions.Rate(ctx, it.number, s.c.Keys.QueryCode(it.Key), rating, note)
		}
		return s.opinions.RecordRating(ctx, a, it.step(), rating, note)
	})
}

// lapse lets the days for rating pass.
func lapse() step {
	return step{8, func(ctx context.Context, s *street, _ *item) error {
		_, err := s.opinions.Lapse(ctx, s.id)
		return err
	}}
}

// urge reminds the unit: level is a move of the procedure.
func urge(wait int, level, text string) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.Urge(ctx, a, it.step(), level, text)
	})
}

// promise keeps an item open until a day.
func promise(wait int, on time.Time) step {
	return act(wait, "deputy-director", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.Promise(ctx, a, it.step(), on, "工程周期长，列入年度计划分期实施")
	})
}

func toCity(wait int) step {
	return act(wait, "director", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.EscalateToCity(ctx, a, it.step(), "涉及市级事权，街道无法解决")
	})
}

func cityAnswer(wait int) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.RecordCityAnswer(ctx, a, it.step(), "市有关部门已研究，列入明年计划。")
	})
}

// Courses that many items take.

// handled is from registration until a unit has begun.
func handled() []step { return []step{accept(1), assign(1, "ordinary"), sign(1), begin(1)} }

// replied is until the unit has replied and the reply was passed.
func replied() []step { return with(handled(), reply(5, false), approve(1)) }

// told is until the resident knows the answer.
func told() []step { return with(replied(), tell(1)) }

func with(steps []step, more ...step) []step { return append(slices.Clip(steps), more...) }

func fulfil(wait int) step {
	return act(wait, "staff", func(ctx context.Context, s *street, a access.Actor, it *item) error {
		return s.opinions.Fulfil(ctx, a, it.step(), "承诺事项已完成："+it.matter.reply)
	})
}
