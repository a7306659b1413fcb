package training

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/notice"
	"portal/internal/procedure"
)

// move runs one move of the procedure in one transaction: permission, the version
// that was shown, the state, the rules in fn, the record.
func (s *Store) move(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, t locked) (title, reason string, err error)) (err error) {
	defer fault.Wrap(&err, "%s of training %d", name, step.ID)
	if !actor.May(Procedure.Move(name).Need) && !keeps(actor) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		t, err := lock(ctx, tx, step)
		switch {
		case err != nil:
			return err
		case !Procedure.Allows(name, t.State):
			return tooLate(t, Procedure.Move(name).Label)
		}
		if err := s.touch(ctx, tx, t); err != nil {
			return err
		}
		title, reason, err := fn(tx, t)
		if err != nil {
			return trainingFault(err)
		}
		return s.record(ctx, tx, actor, t, name, title, reason)
	})
}

// to moves a training to a state, with what the state needs to know.
func (s *Store) to(ctx context.Context, tx db.Tx, t locked, state procedure.State, outcome string) error {
	_, err := db.Exec(ctx, tx, `
		UPDATE trainings
		SET state = @state, outcome = @outcome,
		    notified_at = CASE WHEN @state = 'notified' THEN @now ELSE notified_at END,
		    opened_at = CASE WHEN @state = 'held' THEN @now ELSE opened_at END,
		    closed_at = CASE WHEN @state IN ('closed', 'cancelled') THEN @now ELSE closed_at END
		WHERE street_id = @street AND id = @id`,
		db.Args{"state": string(state), "outcome": outcome, "now": s.now(), "street": t.StreetID, "id": t.ID})
	return err
}

// Notify tells those on the list that they are to come.
func (s *Store) Notify(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "notice", step, func(tx db.Tx, t locked) (string, string, error) {
		n, err := count(ctx, tx, t, "true")
		if err != nil {
			return "", "", err
		}
		if n == 0 {
			return "", "", fault.Fields{{Name: "state", Text: "名单上还没有人，请先按队伍列入名单"}}
		}
		if err := s.to(ctx, tx, t, Notified, ""); err != nil {
			return "", "", err
		}
		return fmt.Sprintf("通知参训人员 %d 人", n), "", s.tell(ctx, tx, t, "请参加培训：")
	})
}

// readers are the roles in which the teams read messages.
var readers = map[string][]access.Role{
	"deputy": {access.Deputy, access.GroupLeader}, "member": {access.Director, access.DeputyDirector, access.Member}, "voter": {access.VoterRep},
	"expert": {access.Expert}, "liaison": {access.Liaison}, "information": {access.InfoOfficer},
}

func (s *Store) tell(ctx context.Context, tx db.Tx, t locked, words string) error {
	var teams []string
	err := db.Do(ctx, tx, db.Values(&teams, `
		SELECT DISTINCT team
		FROM training_participants
		WHERE street_id = @street AND training_id = @id
		ORDER BY team`, db.Args{"street": t.StreetID, "id": t.ID}))
	for _, team := range teams {
		for _, role := range readers[team] {
			if err == nil {
				err = notice.Send(ctx, tx, notice.Notice{At: s.now(), StreetID: t.StreetID, To: role, Title: words + t.Title, Link: "/trainings/" + itoa(t.ID)})
			}
		}
	}
	return err
}

func count(ctx context.Context, tx db.Tx, t locked, where string) (n int, err error) {
	err = db.Do(ctx, tx, db.Value(&n, `
		SELECT count(*)
		FROM training_participants
		WHERE street_id = @street AND training_id = @id AND `+where, db.Args{"street": t.StreetID, "id": t.ID}))
	return n, err
}

// Open begins the training: whoever is present signs in, on the office's list or
// with a code of six digits that is shown in the room.
func (s *Store) Open(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "opening", step, func(tx db.Tx, t locked) (string, string, error) {
		n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
		if err != nil {
			return "", "", err
		}
		moved, err := db.Exec(ctx, tx, `
			INSERT INTO training_codes (street_id, training_id, code)
			SELECT street_id, id, @code
			FROM trainings
			WHERE street_id = @street AND id = @id AND held_on <= @today::date`,
			db.Args{"street": t.StreetID, "id": t.ID, "code": fmt.Sprintf("%06d", n), "today": today(s.now())})
		if err == nil && moved == 0 {
			err = fault.Fields{{Name: "state", Text: "还没有到培训日期，日期改了的请先修改安排"}}
		}
		if err != nil {
			return "", "", err
		}
		return "开始签到", "", s.to(ctx, tx, t, Held, "")
	})
}

// Close ends the training; sign-ins and results are final from then on.
func (s *Store) Close(ctx context.Context, actor access.Actor, step Step, outcome string) error {
	return s.move(ctx, actor, "closure", step, func(tx db.Tx, t locked) (string, string, error) {
		n, err := count(ctx, tx, t, "signed_at IS NOT NULL")
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "state", Text: "还没有人签到，不能结束"}}
		}
		if err != nil {
			return "", "", err
		}
		return fmt.Sprintf("结束培训，签到 %d 人", n), outcome, s.to(ctx, tx, t, Closed, outcome)
	})
}

// Cancel gives a training up that has not begun, and tells who was to come.
func (s *Store) Cancel(ctx context.Context, actor access.Actor, step Step, why string) error {
	return s.move(ctx, actor, "cancellation", step, func(tx db.Tx, t locked) (string, string, error) {
		if why == "" {
			return "", "", fault.Fields{{Name: "outcome", Text: "请填写取消的理由"}}
		}
		if t.State == Notified {
			if err := s.tell(ctx, tx, t, "培训已取消："); err != nil {
				return "", "", err
			}
		}
		return "取消培训", why, s.to(ctx, tx, t, Cancelled, why)
	})
}

// Hand adds materials to a training.
func (s *Store) Hand(ctx context.Context, actor access.Actor, step Step, uploads ...file.Upload) (err error) {
	if len(uploads) == 0 {
		return fault.Fields{{Name: "files", Text: "请选择文件"}}
	}
	if err := s.files.Prepare(ctx, actor, actor.StreetID, "files", uploads); err != nil {
		return err
	}
	return s.move(ctx, actor, "materials", step, func(tx db.Tx, t locked) (string, string, error) {
		err := s.files.Attach(ctx, tx, actor, file.Owner{StreetID: t.StreetID, Kind: "training", ID: t.ID}, "files", uploads)
		return "上传培训资料", "", err
	})
}

func trainingFault(err error) error {
	for constraint, text := range map[string]string{
		"training_tests_of_present": "只有在举办中、已签到的人可以测试", "training_tests_passed": "已经及格，不用再考",
		"training_tests_whole": "请答完全部题目", "training_tests_twice": "只能补考一次", "training_list_closed": "名单已经不能再改",
		"training_not_held": "还没有开始签到", "training_questions_fixed": "开始签到后不能改题", "trainings_over": "培训已经结束",
	} {
		if db.Violates(err, constraint) {
			return fault.Fields{{Name: "state", Text: text}}
		}
	}
	return err
}
