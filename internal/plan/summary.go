package plan

import (
	"context"
	"fmt"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Summarise drafts the year's summary from the data, from December of the plan's year
// on (default): what was planned, done, late, changed and given up.
func (s *Store) Summarise(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "summary", step, func(tx db.Tx, p locked) (done, error) {
		if s.today().Before(calendar.Day(p.Year, time.December, 1)) {
			return done{}, fault.Fields{{Name: "state", Text: fmt.Sprintf("%d年12月起才能总结", p.Year)}}
		}
		text, err := s.compose(ctx, tx, p)
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO plan_summaries (street_id, plan_id, text, drafted_on)
			VALUES (@street, @plan, @text, @on)`, db.Args{"street": p.StreetID, "plan": p.ID, "text": text, "on": s.today()})
		if err == nil {
			err = s.to(ctx, tx, p, Summarising, "", nil)
		}
		return done{title: "起草总结"}, err
	})
}

// Compose writes the draft of the summary again from the data as they are now.
func (s *Store) Compose(ctx context.Context, actor access.Actor, id int64) (text string, err error) {
	defer fault.Wrap(&err, "compose summary of plan %d", id)
	if !may(actor, access.DraftPlan) {
		return "", fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		p, err := lock(ctx, tx, id)
		if err == nil {
			text, err = s.compose(ctx, tx, p)
		}
		return err
	})
	return text, err
}

// compose is the summary as the data have it.
func (s *Store) compose(ctx context.Context, tx db.Tx, p locked) (string, error) {
	var items []Line
	var editions []Edition
	err := db.Do(ctx, tx, itemsOf(&items, p.ID), editionsOf(&editions, p.ID))
	if err != nil {
		return "", err
	}
	return summary(p.Street, p.Year, items, editions, s.today()), nil
}

// summary is the text: counts first, then what stands behind them.
func summary(street string, year int, items []Line, editions []Edition, today time.Time) string {
	var finished, unfinished, dropped, added []string
	records := 0
	for _, i := range items {
		what := fmt.Sprintf("%s（%d月，%s）", i.Theme, i.Month, choice.Name(Kinds, i.Kind))
		records += i.Records
		switch {
		case i.Dropped:
			dropped = append(dropped, what)
		case i.Status == Done:
			finished = append(finished, what)
		default:
			unfinished = append(unfinished, what+i.behind(year, today))
		}
		if i.Added {
			added = append(added, what)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d年，%s年度工作计划共列条目 %d 项", year, street, len(items)-len(added))
	if len(editions) > 1 {
		fmt.Fprintf(&b, "，年中经工委主任会议审议调整 %d 次，增加 %d 项，取消 %d 项", len(editions)-1, len(added), len(dropped))
	}
	planned := len(items) - len(dropped)
	fmt.Fprintf(&b, "。应完成 %d 项，完成 %d 项，未完成 %d 项。", planned, len(finished), len(unfinished))
	if records > 0 {
		fmt.Fprintf(&b, "按计划开展的活动和会议 %d 次。", records)
	}
	b.WriteString("\n")
	for _, part := range []struct {
		title string
		list  []string
	}{{"一、已完成", finished}, {"二、未完成", unfinished}, {"三、取消", dropped}} {
		if len(part.list) > 0 {
			b.WriteString("\n" + part.title + "\n" + strings.Join(part.list, "；") + "。\n")
		}
	}
	for _, e := range editions[min(1, len(editions)):] {
		fmt.Fprintf(&b, "\n%s调整的理由：%s\n", calendar.Date(e.DecidedOn), e.Reason)
	}
	return cut(b.String(), MaxSummary)
}

func cut(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return strings.TrimSpace(text)
}

// Word writes the text of a summary that has not been signed.
func (s *Store) Word(ctx context.Context, actor access.Actor, step Step, text string) error {
	return s.move(ctx, actor, "wording", step, func(tx db.Tx, p locked) (done, error) {
		_, err := db.Exec(ctx, tx, `UPDATE plan_summaries SET text = @text, drafted_on = @on WHERE street_id = @street AND plan_id = @plan`,
			db.Args{"text": text, "on": s.today(), "street": p.StreetID, "plan": p.ID})
		return done{title: "修改总结"}, err
	})
}

// Conclude signs the summary, which is then public. Only the director does, or whom
// the director delegated it to.
func (s *Store) Conclude(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "conclusion", step, func(tx db.Tx, p locked) (done, error) {
		post, err := s.signingPost(ctx, tx, actor, p.StreetID)
		if err != nil {
			return done{}, err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE plan_summaries
			SET concluded_on = @on, concluder_post_id = @post, concluder = @who
			WHERE street_id = @street AND plan_id = @plan`,
			db.Args{"on": s.today(), "post": post, "who": actor.Name, "street": p.StreetID, "plan": p.ID})
		if err == nil {
			err = s.to(ctx, tx, p, Concluded, "", nil)
		}
		return done{title: "审定总结并公开"}, err
	})
}
