package training

import (
	"context"
	"errors"
	"fmt"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/gathering"
)

// List puts the members of teams on the list, as they are on the day of the
// training. Who is on it already stays for the team they were listed for: one
// person is one participant.
func (s *Store) List(ctx context.Context, actor access.Actor, step Step, teams []string) error {
	return s.move(ctx, actor, "listing", step, func(tx db.Tx, t locked) (string, string, error) {
		if len(teams) == 0 {
			return "", "", fault.Fields{{Name: "teams", Text: "请选择队伍"}}
		}
		var added int64
		for _, team := range Teams {
			if !contains(teams, team.Key) {
				continue
			}
			n, err := db.Exec(ctx, tx, `
				INSERT INTO training_participants (street_id, training_id, team, person_id)
				SELECT @street, @id, @team, m.person_id
				FROM (`+gathering.TeamOn(team.Key)+`) AS m
				ON CONFLICT DO NOTHING`, db.Args{"street": t.StreetID, "id": t.ID, "team": team.Key, "day": t.HeldOn})
			if err != nil {
				return "", "", err
			}
			added += n
		}
		if added == 0 {
			return "", "", fault.Fields{{Name: "teams", Text: "所选队伍没有新的在册人员"}}
		}
		return fmt.Sprintf("列入名单 %d 人", added), "", nil
	})
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Attendee is one person to put on a list by hand.
type Attendee struct {
	Team string
	Name string
	Work string // a part of where they work, where several have the name
}

// Add puts one person on the list, who is found by name among the people of the
// street.
func (s *Store) Add(ctx context.Context, actor access.Actor, step Step, a Attendee) error {
	return s.move(ctx, actor, "attendee", step, func(tx db.Tx, t locked) (string, string, error) {
		if choice.Name(Teams, a.Team) == "" {
			return "", "", fault.Fields{{Name: "team", Text: "请选择队伍"}}
		}
		var found []int64
		err := db.Do(ctx, tx, db.Values(&found, `
			SELECT id
			FROM people
			WHERE street_id = @street AND name = @name AND merged_into IS NULL AND position(@work in work) > 0
			ORDER BY id
			LIMIT 2`, db.Args{"street": t.StreetID, "name": a.Name, "work": a.Work}))
		switch {
		case err != nil:
			return "", "", err
		case len(found) == 0:
			return "", "", fault.Fields{{Name: "name", Text: "名册里没有这个人，请先在所属队伍登记"}}
		case len(found) > 1:
			return "", "", fault.Fields{{Name: "work", Text: "有几位同名的人，请填写工作单位来区分"}}
		}
		n, err := db.Exec(ctx, tx, `
			INSERT INTO training_participants (street_id, training_id, team, person_id)
			VALUES (@street, @id, @team, @who)
			ON CONFLICT DO NOTHING`, db.Args{"street": t.StreetID, "id": t.ID, "team": a.Team, "who": found[0]})
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "name", Text: "这个人已经在名单上"}}
		}
		return "列入名单 1 人", "", err
	})
}

// Attend records who of those listed is present: ids are the participants. It only
// adds; who signed in stays signed in.
func (s *Store) Attend(ctx context.Context, actor access.Actor, step Step, ids []int64) error {
	return s.move(ctx, actor, "attendance", step, func(tx db.Tx, t locked) (string, string, error) {
		n, err := db.Exec(ctx, tx, `
			UPDATE training_participants
			SET signed_at = @now, signed_way = 'desk'
			WHERE street_id = @street AND training_id = @id AND id = ANY (@ids) AND signed_at IS NULL`,
			db.Args{"street": t.StreetID, "id": t.ID, "ids": ids, "now": s.now()})
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "ids", Text: "请勾选到场的人"}}
		}
		return fmt.Sprintf("登记签到 %d 人", n), "", err
	})
}

// SignIn signs the actor in with the code that is shown in the room. After five
// wrong codes only the office can.
func (s *Store) SignIn(ctx context.Context, actor access.Actor, id int64, code string) (err error) {
	defer fault.Wrap(&err, "sign in to training %d", id)
	if !actor.May(access.JoinTrainings) {
		return fault.Forbidden
	}
	var result string
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var t struct {
			StreetID int64
			Title    string
		}
		// A wrong code is counted, so the transaction commits.
		err := db.Do(ctx, tx, db.One(&t, `SELECT street_id, title FROM trainings WHERE id = @id`, db.Args{"id": id}))
		if err != nil {
			return err
		}
		err = db.Do(ctx, tx, db.Value(&result, `SELECT app.sign_in_to_training(@street, @id, @code, @now)`,
			db.Args{"street": t.StreetID, "id": id, "code": code, "now": s.now()}))
		if err != nil || result != "signed" {
			return err
		}
		return s.record(ctx, tx, actor, locked{ID: id, StreetID: t.StreetID}, "sign-in", "凭码签到", "")
	})
	if err != nil || result == "signed" {
		return err
	}
	return fault.Fields{{Name: "code", Text: refusals[result]}}
}

var refusals = map[string]string{
	"wrong": "签到码不对，请看现场屏幕上的六位数字", "locked": "输错次数太多，请到签到台登记",
	"closed": "现在不能签到", "stranger": "您不在这次培训的名单上，请到签到台登记",
}

// own reads which participant of a training the actor is; 0 for none.
func own(ctx context.Context, tx db.Tx, id int64) (participant, street int64, err error) {
	var p struct{ ID, StreetID int64 }
	err = db.Do(ctx, tx, db.One(&p, `
		SELECT id, street_id
		FROM training_participants
		WHERE training_id = @id AND app.is_participant(street_id, person_id)`, db.Args{"id": id}))
	if errors.Is(err, fault.NotFound) {
		return 0, 0, fault.Fields{{Name: "state", Text: "您不在这次培训的名单上"}}
	}
	return p.ID, p.StreetID, err
}
