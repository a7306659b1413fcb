package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	persons "portal/internal/person"
	"portal/internal/procedure"
	"portal/internal/voter"
)

// voterSeats are the quotas of the electoral districts, by street. 东城 has the
// published 37 since 2019; the others selected theirs in the months before today.
var voterSeats = map[string][]int{
	"dongcheng": {4, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3},
	"nancheng":  {3, 3, 3, 3},
	"wanjiang":  {3, 3, 3},
	"guancheng": {3, 3, 3, 2},
}

// steps of a selection, in working days after its start.
var voterSteps = []struct {
	to  procedure.State
	day int
}{
	{voter.Plan, 0},
	{voter.Recommending, 2},
	{voter.Vetting, 9},
	{voter.Publicity, 14},
	{voter.Meeting, 20},
	{voter.Confirming, 23},
	{voter.Confirmed, 26},
	{voter.Announced, 27},
	{voter.Ended, 31},
}

// electorate is the street's voters and what they select.
type electorate struct {
	*street
	voters *voter.Store
	people *persons.Store
	rng    *rand.Rand
	names  *people
	known  []voter.CandidateNew // who is in office and stands again
	vacant map[int64]bool       // districts that somebody has left
	numb   int
}

// selecting is one selection on its way.
type selecting struct {
	*electorate
	id   int64
	plan voter.PlanNew
	by   *voter.ByNew // of a by-selection
	last procedure.State
}

// electVoters plans in 东城 the selection of 2019 and that of five years
// later, in the others one of this year; and by-selections in every state of the
// procedure.
func (s *street) electVoters() {
	e := &electorate{street: s, rng: rand.New(rand.NewPCG(37, uint64(s.id))), names: newPeople(uint64(370 + s.id)), vacant: map[int64]bool{}}
	e.people = persons.NewStore(s.c.DB, s.c.Keys, s.Now)
	e.voters = voter.NewStore(s.c.DB, e.people, s.Now)
	e.known = []voter.CandidateNew{e.candidate(s.who["voter"].Name)}
	if s.slug == "dongcheng" {
		e.general("第一届", calendar.Day(2019, time.August, 1), calendar.Day(2019, time.July, 8))
		e.vacate(calendar.Day(2019, time.October, 10), "resigned", "本人书面申请，工作调动")
		e.fill(calendar.Day(2019, time.October, 14), voter.Ended)
		e.general("第二届", calendar.Day(2024, time.August, 1), calendar.Day(2024, time.June, 24))
		return
	}
	start := back(s.end, 75)
	e.general("第一届", calendar.AddDays(start, 20), start)
	living := map[string][]procedure.State{
		"nancheng":  {voter.Publicity, voter.Recommending, voter.Stopped},
		"guancheng": {voter.Vetting, voter.Meeting, voter.Confirmed},
		"wanjiang":  {voter.Confirming, voter.Plan, voter.Announced},
	}
	for i, state := range living[s.slug] {
		e.vacate(back(s.end, 42), []string{"resigned", "moved", "removed"}[i], []string{"本人书面申请", "户口和工作单位迁出本街道", "选区推选会议决定撤换"}[i])
		e.fill(back(s.end, 1+dayOf(state)), state)
	}
}

func dayOf(state procedure.State) int {
	for _, st := range voterSteps {
		if st.to == state {
			return st.day
		}
	}
	return voterSteps[3].day // stopped in its publicity
}

// general plans a general selection that goes well.
func (e *electorate) general(term string, from, start time.Time) {
	x := &selecting{electorate: e, last: voter.Ended}
	x.plan = voter.PlanNew{
		Key: e.key("selection"), Term: term, From: from, Basis: "《关于加强街道人大工作规范化建设的意见（试行）》和本街道选民代表工作办法",
		Targets: map[string]int{"women": 30, "non_hukou": 20, "under_45": 40, "grassroots": 40},
	}
	quotas := voterSeats[e.slug]
	each := (len(e.communities) + len(quotas) - 1) / len(quotas)
	for i, q := range quotas {
		var area []string
		for _, c := range e.communities[min(i*each, len(e.communities)):min((i+1)*each, len(e.communities))] {
			area = append(area, c.name)
		}
		x.plan.Districts = append(x.plan.Districts, voter.DistrictNew{Name: fmt.Sprintf("第%d选区", i+1), Area: strings.Join(area, "、"), Quota: q})
	}
	x.schedule(start)
}

// fill plans a by-selection of the vacancy that comes first, as far as last.
func (e *electorate) fill(start time.Time, last procedure.State) {
	x := &selecting{electorate: e, last: last, by: &voter.ByNew{Key: e.key("selection"), Seats: 1, Basis: "选民代表离任，名额空缺"}}
	x.schedule(start)
}

// schedule plans the steps of a selection as far as its last.
func (x *selecting) schedule(start time.Time) {
	steps := []func(context.Context) error{x.open, x.recommend, x.vet, x.publish, x.meet, x.submit, x.confirm, x.announce, x.handOut}
	for i, st := range voterSteps {
		x.at(clock(workdays.AddWorkdays(start, st.day), 10, 5+i), steps[i])
		if x.last == st.to || x.last == voter.Stopped && st.to == voter.Publicity {
			break
		}
	}
	if x.last == voter.Stopped {
		x.at(clock(workdays.AddWorkdays(start, voterSteps[3].day), 16, 0), x.stop)
	}
}

func (x *selecting) step(ctx context.Context) (voter.Step, voter.Record, error) {
	r, err := x.voters.Record(ctx, x.who["staff"], x.id)
	return voter.Step{ID: x.id, Version: r.Version}, r, err
}

// now makes a move on the selection as it stands.
func (x *selecting) now(ctx context.Context, do func(voter.Step, voter.Record) error) error {
	step, r, err := x.step(ctx)
	if err != nil {
		return err
	}
	return do(step, r)
}

func (x *selecting) open(ctx context.Context) (err error) {
	if x.by == nil {
		x.id, err = x.voters.OpenSelection(ctx, x.who["staff"], x.plan)
		return err
	}
	vacant, err := x.voters.Vacancies(ctx, x.who["staff"])
	if err != nil {
		return err
	}
	if len(vacant) == 0 {
		return fmt.Errorf("no vacancy to fill")
	}
	x.by.DistrictID = vacant[0].ID
	x.id, err = x.voters.OpenBySelection(ctx, x.who["staff"], *x.by)
	return err
}

// candidate invents a candidate.
func (e *electorate) candidate(name string) voter.CandidateNew {
	e.numb++
	c := voter.CandidateNew{
		Person: persons.New{
			Name: name, Sex: pick(e.rng, []string{"female", "male", "male"}), Born: 1958 + e.rng.IntN(40),
			Phone: fmt.Sprintf("1370001%04d", (e.id%9)*1000+int64(e.numb)), Work: pick(e.rng, []string{"社区网格员", "物业公司项目经理", "小学教师", "个体经营者", "制衣厂车间主任", "外卖站站长", "律师", "退休教师", "社区医生", "志愿服务队队长"}),
		},
		RecommendedBy: "organisation", Recommender: "社区党委", Standing: "voter", Hukou: e.rng.IntN(4) > 0, Occupation: pick(e.rng, []string{"worker", "service", "community", "community", "business", "professional", "other"}),
	}
	if !c.Hukou {
		c.Standing = "resident"
	}
	if e.rng.IntN(6) == 0 {
		c.RecommendedBy, c.Recommender, c.Signers = "joint", name+"等选民", 12+e.rng.IntN(20)
	}
	return c
}

// recommend opens the recommendations and recommends one more in each district
// than it has seats.
func (x *selecting) recommend(ctx context.Context) error {
	staff := x.who["staff"]
	if err := x.now(ctx, func(st voter.Step, _ voter.Record) error { return x.voters.Open(ctx, staff, st) }); err != nil {
		return err
	}
	step, r, err := x.step(ctx)
	if err != nil {
		return err
	}
	again := x.known
	if x.by == nil {
		x.known = nil
	} else {
		again = nil
	}
	for _, d := range r.Districts {
		for k := range d.Seats + 1 {
			c := x.candidate(x.names.name())
			if len(again) > 0 && k < d.Seats {
				c, again = again[0], again[1:]
			}
			if x.by == nil && k < d.Seats && len(x.known) < 30 {
				x.known = append(x.known, c)
			}
			c.Key, c.DistrictID = x.key("candidate"), d.ID
			if err := x.voters.Recommend(ctx, staff, step, c); err != nil {
				return err
			}
			step.Version++
		}
	}
	return nil
}

func (x *selecting) vet(ctx context.Context) error {
	staff := x.who["staff"]
	if err := x.now(ctx, func(st voter.Step, _ voter.Record) error { return x.voters.Vet(ctx, staff, st) }); err != nil || x.last == voter.Vetting {
		return err
	}
	return x.now(ctx, func(st voter.Step, r voter.Record) error {
		review := voter.Review{Adult: true, Standing: true, Clear: true, Organs: "组织、纪检监察、公安、司法"}
		for _, c := range r.Standing() {
			review.Candidates = append(review.Candidates, c.ID)
		}
		return x.voters.RecordReview(ctx, staff, st, review)
	})
}

// publish begins the publicity; somebody objects to a candidate.
func (x *selecting) publish(ctx context.Context) error {
	staff := x.who["staff"]
	if err := x.now(ctx, func(st voter.Step, _ voter.Record) error { return x.voters.Publish(ctx, staff, st) }); err != nil {
		return err
	}
	if x.by != nil && x.last != voter.Publicity {
		return nil
	}
	return x.now(ctx, func(st voter.Step, r voter.Record) error {
		return x.voters.Object(ctx, staff, st, voter.ObjectionNew{
			Key: x.key("objection"), Candidate: r.Standing()[0].ID, FromWhom: "一位选民", Content: "这位人选长期在外地工作，恐怕没有时间参加会议，请核实。",
		})
	})
}

// meet decides what was objected, ends the publicity and holds the districts'
// meetings; in a selection that waits in this state, only the first.
func (x *selecting) meet(ctx context.Context) error {
	staff := x.who["staff"]
	_, r, err := x.step(ctx)
	if err != nil {
		return err
	}
	for _, o := range r.Undecided() {
		err := x.now(ctx, func(st voter.Step, _ voter.Record) error {
			return x.voters.DecideObjection(ctx, staff, st, o.ID, false, "经向所在单位和社区核实，本人常住本选区，能够参加会议。")
		})
		if err != nil {
			return err
		}
	}
	return x.now(ctx, func(st voter.Step, _ voter.Record) error { return x.voters.EndPublicity(ctx, staff, st) })
}

const dueVoters, presentVoters = 52, 40

func (x *selecting) count(ctx context.Context) error {
	step, r, err := x.step(ctx)
	if err != nil {
		return err
	}
	for _, d := range r.Districts {
		votes, left, k := map[int64]int{}, presentVoters*d.Seats, 0
		for _, c := range r.Standing() {
			if c.DistrictID != d.ID {
				continue
			}
			votes[c.ID] = min(presentVoters-2-2*k, left)
			if k++; k > d.Seats {
				votes[c.ID] = min(10, left)
			}
			left -= votes[c.ID]
		}
		err := x.voters.RecordResult(ctx, x.who["staff"], step, voter.Result{
			DistrictID: d.ID, HeldOn: calendar.On(x.Now()), Place: "社区党群服务中心", Due: dueVoters, Present: presentVoters, Votes: votes,
		})
		if err != nil {
			return err
		}
		step.Version++
	}
	return nil
}

func (x *selecting) submit(ctx context.Context) error {
	if err := x.count(ctx); err != nil {
		return err
	}
	return x.now(ctx, func(st voter.Step, _ voter.Record) error { return x.voters.Submit(ctx, x.who["staff"], st) })
}

func (x *selecting) confirm(ctx context.Context) error {
	today := calendar.On(x.Now())
	var posts []committee.PostLine
	if err := x.c.DB.Read(ctx, x.who["director"], committee.InPost(&posts, x.street.id, today)); err != nil {
		return err
	}
	if len(posts) == 0 {
		return fmt.Errorf("nobody is in post on %s", calendar.ISO(today))
	}
	err := x.now(ctx, func(st voter.Step, _ voter.Record) error {
		return x.voters.Confirm(ctx, x.who["director"], st, voter.Confirmation{MetOn: today, Chair: posts[0].ID, Present: len(posts), For: len(posts)})
	})
	if err != nil {
		return err
	}
	return x.meetVoter(ctx)
}

// meetVoter ties the street's account of a voter representative to their person.
func (x *selecting) meetVoter(ctx context.Context) error {
	_, r, err := x.step(ctx)
	if err != nil {
		return err
	}
	for _, l := range r.Representatives {
		if l.Name == x.who["voter"].Name {
			staff := x.who["staff"]
			return x.c.DB.Write(ctx, staff, func(tx db.Tx) error {
				return x.people.GiveAccount(ctx, tx, staff, x.street.id, l.PersonID, x.who["voter"].UserID)
			})
		}
	}
	return nil
}

func (x *selecting) announce(ctx context.Context) error {
	return x.now(ctx, func(st voter.Step, _ voter.Record) error { return x.voters.Announce(ctx, x.who["director"], st) })
}

func (x *selecting) handOut(ctx context.Context) error {
	staff := x.who["staff"]
	err := x.now(ctx, func(st voter.Step, r voter.Record) error {
		var list []int64
		for _, l := range r.Representatives {
			list = append(list, l.ID)
		}
		return x.voters.HandOut(ctx, staff, st, list, calendar.On(x.Now()))
	})
	if err != nil {
		return err
	}
	return x.now(ctx, func(st voter.Step, _ voter.Record) error { return x.voters.Close(ctx, staff, st) })
}

func (x *selecting) stop(ctx context.Context) error {
	return x.now(ctx, func(st voter.Step, _ voter.Record) error {
		return x.voters.Stop(ctx, x.who["staff"], st, "人选在公示期间提出不参加推选，重新推荐")
	})
}

// vacate has a representative leave, of another district each time.
func (e *electorate) vacate(on time.Time, why, note string) {
	e.at(clock(on, 15, 0), func(ctx context.Context) error {
		staff := e.who["staff"]
		list, _, err := e.voters.Representatives(ctx, staff, voter.Filter{Limit: 100})
		if err != nil {
			return err
		}
		for _, l := range slices.Backward(list) {
			if l.Name != e.who["voter"].Name && !e.vacant[l.DistrictID] {
				e.vacant[l.DistrictID] = true
				return e.voters.Leave(ctx, staff, l.ID, l.Version, voter.Leaving{On: calendar.On(e.Now()), Why: why, Note: note})
			}
		}
		return fmt.Errorf("nobody to leave")
	})
}
