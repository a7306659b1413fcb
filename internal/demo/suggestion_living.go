package demo

import (
	"context"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/suggestion"
)

// suggestNow plans the suggestions around today: one in every state, some with time left
// and some past it, promises ahead and behind.
func (s *street) suggestNow() {
	own := s.units[units[ownUnit].name]
	n := 0
	add := func(class string, age int, change func(x *suggested), turns ...turn) *suggested {
		x := s.proposal(n, n+2, class)
		n++
		if change != nil {
			change(x)
		}
		s.follows(x, back(s.end, age), turns)
		return x
	}
	mine := func(x *suggested) { x.lead = s.who["deputy"]; s.others(x) }
	atOwn := func(x *suggested) { x.units = []int64{own, s.units["公安分局"]} }
	both := func(x *suggested) { mine(x); atOwn(x) }
	director := func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().MakeKey(ctx, s.who["city-leader"], step, "市人大常委会主任会议确定")
	}

	add(suggestion.City, 2, func(x *suggested) { // waits for a signature
		mine(x)
		x.Signers = append(x.Signers, s.who["leader"].DeputyID)
	})
	add(suggestion.City, 4, func(x *suggested) { // waits for the demonstration's deputy to sign
		x.lead, x.joint, x.Signers = s.as(9), nil, []int64{s.who["deputy"].DeputyID}
	})
	add(suggestion.City, 3, mine, signAll(), by(0, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().RequestReview(ctx, x.lead, step)
	}))
	add(suggestion.City, 9, mine, signAll(), submit(1), by(3, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().Refuse(ctx, s.decider(x), step, "several", "请把两件事分开提出")
	}))
	add(suggestion.City, 3, nil, signAll(), submit(1))
	add(suggestion.Street, 4, nil, signAll(), submit(1))
	add(suggestion.City, 7, nil, signAll(), submit(1), acceptIt(3))
	add(suggestion.City, 9, atOwn, signAll(), submit(1), acceptIt(2), assignIt(2, false))
	add(suggestion.Street, 10, atOwn, signAll(), submit(1), acceptIt(2), assignIt(2, false), by(2, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().Return(ctx, s.clerks[x.units[0]], step, "主要涉及道路养护，建议由公用事业服务中心主办")
	}))
	big := add(suggestion.City, 55, both, more(taken(false), append(worked(), by(1, director))...)...)
	add(suggestion.City, 80, atOwn, append(taken(false), worked()...)...) // past its day
	add(suggestion.Street, 60, atOwn, more(taken(false), append(worked(), by(20, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().RequestExtension(ctx, s.clerks[x.units[0]], step, "管线迁改涉及多家单位，需分段施工")
	}))...)...)
	add(suggestion.City, 40, both, more(more(taken(false), worked()...), replyIt(15, "A", 0))...)
	add(suggestion.City, 66, both, more(more(taken(true), worked()...), replyIt(20, "D", 0), rateIt(3, "satisfied", "dissatisfied", "没有说明什么时候解决"))...)
	add(suggestion.Street, 90, both, more(more(taken(false), worked()...), replyIt(18, "D", 0), rateIt(2, "satisfied", "dissatisfied", "没有实质进展"),
		talk(5, "meeting", "召开座谈会说明情况。"), replyIt(6, "C", 0), rateIt(4, "basically", "dissatisfied", "仍没有列入计划"))...)
	add(suggestion.City, 70, both, more(more(taken(false), worked()...), replyIt(20, "B", 70), rateIt(4, "satisfied", "satisfied", ""))...)
	add(suggestion.City, 88, both, more(more(taken(false), worked()...), replyIt(20, "B", 62), rateIt(4, "satisfied", "basically", "请按期完成"), sweep(44))...) // past its day
	add(suggestion.Street, 78, both, more(more(taken(false), worked()...), replyIt(18, "B", 75), rateIt(3, "satisfied", "satisfied", ""), by(20, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().RequestLater(ctx, s.clerks[x.units[0]], step, calendar.AddDays(s.end, 45), "连续降雨影响施工进度")
	}))...)
	add(suggestion.City, 64, func(x *suggested) { x.source = true }, more(more(taken(false), worked()...), replyIt(18, "A", 0), rateIt(3, "satisfied", "satisfied", "办得扎实"))...)
	add(suggestion.City, 20, nil, signAll(), submit(1), by(4, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().MakeLetter(ctx, s.decider(x), step, "letter", "所附为群众来信，已转信访部门")
	}))
	add(suggestion.City, 30, func(x *suggested) { x.into = big }, signAll(), submit(1), by(5, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().Merge(ctx, s.decider(x), step, x.into.number)
	}))
	add(suggestion.City, 25, nil, signAll(), submit(1), acceptIt(3), by(2, func(ctx context.Context, s *street, x *suggested, step suggestion.Step) error {
		return s.rooms().Withdraw(ctx, x.lead, step, "情况已经变化，经全体署名代表书面同意撤回")
	}))
}

// others are the joint signers once the lead is somebody else.
func (s *street) others(x *suggested) {
	var joint []access.Actor
	x.Signers = nil
	for _, j := range x.joint {
		if j.DeputyID != x.lead.DeputyID {
			joint = append(joint, j)
			x.Signers = append(x.Signers, j.DeputyID)
		}
	}
	x.joint = joint
}
