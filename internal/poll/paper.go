package poll

import (
	"context"
	"fmt"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/secret"
)

// IssueSlips makes a slip for each of the voters, rows of the circle who have not
// taken part, and returns the codes in no order that says whose they are: print
// them, fold them, let people draw. They are kept nowhere. It needs KeepPolls. It
// complains about the field voters.
func (s *Store) IssueSlips(ctx context.Context, actor access.Actor, step Step, voters []int64) (codes []string, err error) {
	err = s.step(ctx, actor, "slips", step, func(tx db.Tx, p *Poll) (string, error) {
		n, err := free(ctx, tx, p, voters)
		if err != nil {
			return "", err
		}
		codes, err = issue(ctx, tx, p, voters, n, false)
		return fmt.Sprintf("发投票码 %d 张", n), err
	})
	return codes, err
}

// RenewSlips makes all slips void that nobody has used and returns as many new
// codes, for example because the printer failed. It needs KeepPolls.
func (s *Store) RenewSlips(ctx context.Context, actor access.Actor, step Step) (codes []string, err error) {
	err = s.step(ctx, actor, "renewal", step, func(tx db.Tx, p *Poll) (string, error) {
		n := p.Slips - p.Used
		if n == 0 {
			return "", fault.Fields{{Name: "state", Text: "没有还没用过的投票码"}}
		}
		codes, err = issue(ctx, tx, p, nil, n, true)
		return fmt.Sprintf("作废重印投票码 %d 张", n), err
	})
	return codes, err
}

func issue(ctx context.Context, tx db.Tx, p *Poll, voters []int64, n int, renew bool) (codes []string, err error) {
	hashes := make([][]byte, n)
	for i := range n {
		codes = append(codes, secret.SlipCode())
		hashes[i] = secret.SlipHash(p.ID, codes[i])
	}
	_, err = db.Exec(ctx, tx, `SELECT app.issue_slips(@street, @id, @voters, @codes, @renew)`,
		db.Args{"street": p.StreetID, "id": p.ID, "voters": append([]int64{}, voters...), "codes": hashes, "renew": renew})
	return codes, err
}

// free counts those of voters who may still be given a slip or paper.
func free(ctx context.Context, tx db.Tx, p *Poll, voters []int64) (n int, err error) {
	err = db.Do(ctx, tx, db.Value(&n, `
		SELECT count(*)
		FROM poll_voters
		WHERE street_id = @street AND poll_id = @id AND id = ANY (@voters) AND channel = '' AND NOT took_part`,
		db.Args{"street": p.StreetID, "id": p.ID, "voters": append([]int64{}, voters...)}))
	if err == nil && n == 0 {
		err = fault.Fields{{Name: "voters", Text: "请勾选还没有投票、没有领票的人"}}
	}
	return n, err
}

// HandPapers records who has been given a paper ballot; they cast in no other way.
// It needs KeepPolls. It complains about the field voters.
func (s *Store) HandPapers(ctx context.Context, actor access.Actor, step Step, voters []int64) error {
	return s.step(ctx, actor, "papers", step, func(tx db.Tx, p *Poll) (string, error) {
		if _, err := free(ctx, tx, p, voters); err != nil {
			return "", err
		}
		n, err := db.Exec(ctx, tx, `
			UPDATE poll_voters
			SET channel = 'paper'
			WHERE street_id = @street AND poll_id = @id AND id = ANY (@voters) AND channel = '' AND NOT took_part`,
			db.Args{"street": p.StreetID, "id": p.ID, "voters": voters})
		return fmt.Sprintf("发纸质票 %d 张", n), err
	})
}

// Count is a count of the paper ballots.
type Count struct {
	Counter   string // who counted
	Collected int
	// Votes has a map for each question in order: how many marked each option, and
	// how many are Invalid. A question's votes add up to Collected.
	Votes []map[string]int
}

// CountPapers enters the teller's count (唱票); it takes the place of an earlier one.
// CheckPapers enters the scrutineer's (监票): another person counts again, and the
// numbers must be the same. They need KeepPolls. They complain about the fields
// counter, collected and state.
func (s *Store) CountPapers(ctx context.Context, actor access.Actor, step Step, c Count) error {
	return s.count(ctx, actor, "count", step, c)
}

// CheckPapers enters the second count; see CountPapers.
func (s *Store) CheckPapers(ctx context.Context, actor access.Actor, step Step, c Count) error {
	return s.count(ctx, actor, "check", step, c)
}

func (s *Store) count(ctx context.Context, actor access.Actor, name string, step Step, c Count) error {
	return s.step(ctx, actor, name, step, func(tx db.Tx, p *Poll) (string, error) {
		c.Counter = trimmed(c.Counter)
		if c.Counter == "" || len([]rune(c.Counter)) > MaxName {
			return "", fault.Fields{{Name: "counter", Text: fmt.Sprintf("请填写清点人的姓名，不超过 %d 个字", MaxName)}}
		}
		if c.Collected > p.Papers {
			return "", fault.Fields{{Name: "collected", Text: fmt.Sprintf("收回的不能多于发出的 %d 张", p.Papers)}}
		}
		var asked []Question
		if err := db.Do(ctx, tx, questions(&asked, p.ID)); err != nil {
			return "", err
		}
		totals, err := c.totals(asked)
		if err != nil {
			return "", err
		}
		var result string
		pass := map[string]int{"count": 1, "check": 2}[name]
		err = db.Do(ctx, tx, db.Value(&result, `SELECT app.enter_count(@street, @id, @pass, @who, @collected, @totals)`,
			db.Args{"street": p.StreetID, "id": p.ID, "pass": pass, "who": c.Counter, "collected": c.Collected, "totals": totals}))
		switch {
		case err != nil:
			return "", err
		case result == "differs":
			return "", fault.Fields{{Name: "state", Text: "和唱票人录入的不一致。请两人重新清点，由唱票人、监票人先后再录入"}}
		case result == "same":
			return "", fault.Fields{{Name: "counter", Text: "监票人要是另一个人"}}
		}
		if pass == 1 {
			return "唱票人" + c.Counter + "录入纸质票", nil
		}
		return fmt.Sprintf("监票人%s复核纸质票，收回 %d 张", c.Counter, c.Collected), nil
	})
}

// totals writes a count as the database keeps it.
func (c *Count) totals(asked []Question) (lines []string, err error) {
	for i, q := range asked {
		sum := 0
		for _, o := range append(Options(q.Scale), InvalidTerm) {
			n := 0
			if i < len(c.Votes) {
				n = c.Votes[i][o.Key]
			}
			if n < 0 {
				return nil, fault.Fields{{Name: "state", Text: refusals["poll_counts_add_up"]}}
			}
			sum += n
			lines = append(lines, fmt.Sprintf("%d:%s:%d", q.Number, o.Key, n))
		}
		if sum != c.Collected {
			return nil, fault.Fields{{Name: "state", Text: fmt.Sprintf("第 %d 问的各项票数加起来是 %d，收回的是 %d 张", q.Number, sum, c.Collected)}}
		}
	}
	return lines, nil
}
