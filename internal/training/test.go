package training

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
)

// Question is one question of a test with one right answer.
type Question struct {
	Text    string
	Options []string
	Answer  int // of the options, from 1
}

// optionMark begins an option as people type it: A. or Ａ、 with * for the right one.
var optionMark = regexp.MustCompile(`^([*＊]?)\s*[A-Fa-fＡ-Ｆ]\s*[.．、:：)）]\s*(.+)$`)

// ParseQuestions reads questions as the office types them: a line for the question,
// a line for each option, such as "A. 三日" or "*B. 七日" for the right one, and an
// empty line before the next question. It complains about the field questions.
func ParseQuestions(typed string) (list []Question, err error) {
	complain := func(n int, text string) error {
		return fault.Fields{{Name: "questions", Text: fmt.Sprintf("第 %d 题%s", n, text)}}
	}
	for block := range strings.SplitSeq(strings.TrimSpace(typed), "\n\n") {
		n := len(list) + 1
		var q Question
		for line := range strings.SplitSeq(block, "\n") {
			line = strings.TrimSpace(line)
			m := optionMark.FindStringSubmatch(line)
			switch {
			case line == "":
			case m != nil:
				q.Options = append(q.Options, m[2])
				if m[1] != "" {
					if q.Answer != 0 {
						return nil, complain(n, "有两个正确答案，单选题只能有一个")
					}
					q.Answer = len(q.Options)
				}
			case q.Text == "" && len(q.Options) == 0:
				q.Text = line
			default:
				return nil, complain(n, "的选项要以 A. B. 开头，题目写成一行，两题之间空一行")
			}
		}
		if q.Text == "" && len(q.Options) == 0 {
			continue
		}
		switch {
		case q.Text == "" || len([]rune(q.Text)) > 300:
			return nil, complain(n, "请写题目，不超过 300 个字")
		case len(q.Options) < 2 || len(q.Options) > 6:
			return nil, complain(n, "要有 2 到 6 个选项")
		case q.Answer == 0:
			return nil, complain(n, "没有标出正确答案，请在它前面加 *")
		}
		list = append(list, q)
	}
	if len(list) > 50 {
		return nil, fault.Fields{{Name: "questions", Text: "最多 50 道题"}}
	}
	return list, nil
}

// WriteQuestions writes questions as ParseQuestions reads them.
func WriteQuestions(list []Question) string {
	var b strings.Builder
	for i, q := range list {
		if i > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(q.Text)
		for j, o := range q.Options {
			mark := ""
			if j+1 == q.Answer {
				mark = "*"
			}
			fmt.Fprintf(&b, "\n%s%c. %s", mark, 'A'+j, o)
		}
	}
	return b.String()
}

// Ask sets the questions of a training's test; none means that there is no test
// in the portal.
func (s *Store) Ask(ctx context.Context, actor access.Actor, step Step, list []Question) error {
	return s.move(ctx, actor, "questions", step, func(tx db.Tx, t locked) (string, string, error) {
		var b db.Batch
		b.Add(`DELETE FROM training_questions WHERE street_id = @street AND training_id = @id`, db.Args{"street": t.StreetID, "id": t.ID})
		for i, q := range list {
			args := db.Args{"street": t.StreetID, "id": t.ID, "number": i + 1}
			b.Add(`INSERT INTO training_questions (street_id, training_id, number, text, options) VALUES (@street, @id, @number, @text, @options)`,
				db.Args{"street": t.StreetID, "id": t.ID, "number": i + 1, "text": q.Text, "options": q.Options})
			args["answer"] = q.Answer
			b.Add(`INSERT INTO training_answers (street_id, training_id, number, answer) VALUES (@street, @id, @number, @answer)`, args)
		}
		return fmt.Sprintf("出测试题 %d 道", len(list)), "", b.Run(ctx, tx)
	})
}

// Answer hands in the actor's answers to all questions, by number, and returns the
// score in per cent and whether it passes. Who did not pass may try once more
// (default). The database counts the score.
func (s *Store) Answer(ctx context.Context, actor access.Actor, id int64, chosen []int) (score int, passed bool, err error) {
	defer fault.Wrap(&err, "answer the test of training %d", id)
	if !actor.May(access.JoinTrainings) {
		return 0, false, fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		participant, street, err := own(ctx, tx, id)
		if err != nil {
			return err
		}
		var got struct {
			Score  int
			Passed bool
		}
		err = db.Do(ctx, tx, db.One(&got, `
			INSERT INTO training_tests (street_id, training_id, participant_id, way, chosen, entered_by, created_at)
			VALUES (@street, @id, @participant, 'portal', @chosen, @by, @now)
			RETURNING score, passed`,
			db.Args{"street": street, "id": id, "participant": participant, "chosen": chosen, "by": actor.UserID, "now": s.now()}))
		if err != nil {
			return trainingFault(err)
		}
		score, passed = got.Score, got.Passed
		return s.record(ctx, tx, actor, locked{ID: id, StreetID: street}, "test", "交测试卷", "")
	})
	return score, passed, err
}

// Score enters the result of a participant who was tested on paper, in per cent.
func (s *Store) Score(ctx context.Context, actor access.Actor, step Step, participant int64, score int) error {
	return s.move(ctx, actor, "score", step, func(tx db.Tx, t locked) (string, string, error) {
		n, err := db.Exec(ctx, tx, `
			INSERT INTO training_tests (street_id, training_id, participant_id, way, score, entered_by, created_at)
			SELECT @street, @id, p.id, 'desk', @score, @by, @now
			FROM training_participants p
			WHERE p.street_id = @street AND p.training_id = @id AND p.id = @participant`,
			db.Args{"street": t.StreetID, "id": t.ID, "participant": participant, "score": score, "by": actor.UserID, "now": s.now()})
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "participant", Text: "请选择已签到的人"}}
		}
		return "登记测试成绩", "", err
	})
}
