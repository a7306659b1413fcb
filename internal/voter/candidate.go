package voter

import (
	"context"
	"errors"
	"fmt"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/person"
)

// CandidateNew is who is recommended.
type CandidateNew struct {
	Key           string // of the form: sent twice, it makes one candidate
	DistrictID    int64
	Person        person.New // their key is the form's
	RecommendedBy string     // one of Recommenders
	Recommender   string     // which organisation, or who leads the signers
	Signers       int        // of a joint recommendation
	Standing      string     // one of Standings
	Hukou         bool
	Occupation    string // one of Occupations
}

// Recommend adds a candidate to a district of the selection. Who is in office
// stands again at the next term only.
func (s *Store) Recommend(ctx context.Context, actor access.Actor, step Step, n CandidateNew) error {
	return s.move(ctx, actor, "recommendation", step, func(tx db.Tx, l locked) (done, error) {
		var least int
		var district bool
		var known *int64
		err := db.Do(ctx, tx, signersLeast.Query(&least, l.StreetID),
			db.Value(&district, `
				SELECT EXISTS (SELECT FROM selection_districts WHERE street_id = @street AND selection_id = @id AND district_id = @district)`,
				db.Args{"street": l.StreetID, "id": l.ID, "district": n.DistrictID}),
			db.Value(&known, `SELECT (SELECT id FROM selection_candidates WHERE street_id = @street AND key = @key)`,
				db.Args{"street": l.StreetID, "key": n.Key}))
		switch {
		case err != nil:
			return done{}, err
		case known != nil:
			return done{}, fault.Stale // the form has been sent before
		case !district:
			return done{}, fault.Fields{{Name: "district", Text: "请选择选区"}}
		case n.RecommendedBy == "joint" && n.Signers < least:
			return done{}, fault.Fields{{Name: "signers", Text: fmt.Sprintf("联名推荐至少 %d 人", least)}}
		}
		if n.RecommendedBy != "joint" {
			n.Signers = 0
		}
		id, err := s.personOf(ctx, tx, actor, l, n)
		if err != nil {
			return done{}, err
		}
		_, err = s.addCandidate(ctx, tx, l, n, id)
		return done{title: "推荐人选"}, err
	})
}

func (s *Store) addCandidate(ctx context.Context, tx db.Tx, l locked, n CandidateNew, who int64) (int64, error) {
	return db.Insert(ctx, tx, `
		INSERT INTO selection_candidates (street_id, selection_id, district_id, person_id, recommended_by, recommender, signers, standing, hukou, occupation, key, created_at)
		VALUES (@street, @id, @district, @person, @by, @recommender, @signers, @standing, @hukou, @occupation, @key, @now)
		RETURNING id`,
		db.Args{
			"street": l.StreetID, "id": l.ID, "district": n.DistrictID, "person": who, "by": n.RecommendedBy, "recommender": n.Recommender,
			"signers": n.Signers, "standing": n.Standing, "hukou": n.Hukou, "occupation": n.Occupation, "key": n.Key, "now": s.now(),
		})
}

// personOf adds the person, or finds them again and brings their facts up to
// date.
func (s *Store) personOf(ctx context.Context, tx db.Tx, actor access.Actor, l locked, n CandidateNew) (int64, error) {
	n.Person.Key = "candidate-" + n.Key
	id, err := s.people.Add(ctx, tx, actor, l.StreetID, n.Person)
	if err != nil {
		return 0, err
	}
	if err := s.maySit(ctx, tx, l, id); err != nil {
		return 0, err
	}
	var same bool
	err = db.Do(ctx, tx, db.Value(&same, `
		SELECT p.sex = @sex AND p.born IS NOT DISTINCT FROM @born::integer AND p.work = @work
		FROM people p
		WHERE p.street_id = @street AND p.id = @id`,
		db.Args{"street": l.StreetID, "id": id, "sex": n.Person.Sex, "born": n.Person.Born, "work": n.Person.Work}))
	if err == nil && !same {
		err = s.people.Revise(ctx, tx, actor, l.StreetID, id, n.Person)
	}
	return id, err
}

// maySit complains where a by-selection is to bring in who is in office already.
func (s *Store) maySit(ctx context.Context, tx db.Tx, l locked, who int64) error {
	var inOffice bool
	err := db.Do(ctx, tx, db.Value(&inOffice, `
		SELECT EXISTS (SELECT FROM voter_representatives r
		               WHERE r.street_id = @street AND r.person_id = @id AND (r.ended_on IS NULL OR r.ended_on > @today::date))`,
		db.Args{"street": l.StreetID, "id": who, "today": calendar.On(s.now())}))
	if err == nil && inOffice && l.Kind == By {
		err = fault.Fields{{Name: "name", Text: "这个人已经是在任的选民代表，不用补选"}}
	}
	return err
}

// Withdraw takes a candidate off the list on the recommender's wish or their
// own. It cannot be undone.
func (s *Store) Withdraw(ctx context.Context, actor access.Actor, step Step, candidate int64, reason string) error {
	return s.move(ctx, actor, "withdrawal", step, func(tx db.Tx, l locked) (done, error) {
		return done{title: "撤回人选", reason: reason}, s.drop(ctx, tx, l, candidate, "withdrawn", reason)
	})
}

func (s *Store) drop(ctx context.Context, tx db.Tx, l locked, candidate int64, why, note string) error {
	n, err := db.Exec(ctx, tx, `
		UPDATE selection_candidates
		SET dropped_why = @why, dropped_note = @note
		WHERE street_id = @street AND selection_id = @id AND id = @candidate AND dropped_why = ''`,
		db.Args{"street": l.StreetID, "id": l.ID, "candidate": candidate, "why": why, "note": note})
	if err == nil && n == 0 {
		err = noCandidate
	}
	return err
}

var noCandidate = fault.Fields{{Name: "candidate", Text: "请选择一位还在名单里的人选"}}

// Vet ends the recommendations: the candidates go to the vetting organs.
func (s *Store) Vet(ctx context.Context, actor access.Actor, step Step) error {
	return s.move(ctx, actor, "vetting", step, func(tx db.Tx, l locked) (done, error) {
		if err := s.everyDistrict(ctx, tx, l); err != nil {
			return done{}, err
		}
		return done{title: "提交资格联审"}, s.to(ctx, tx, l, Vetting)
	})
}

// everyDistrict complains about a district without a candidate.
func (s *Store) everyDistrict(ctx context.Context, tx db.Tx, l locked) error {
	var empty string
	err := db.Do(ctx, tx, db.Value(&empty, `
		SELECT coalesce(string_agg(v.name, '、' ORDER BY v.position), '')
		FROM selection_districts d
		JOIN voter_districts v ON v.street_id = d.street_id AND v.id = d.district_id
		WHERE d.street_id = @street AND d.selection_id = @id
		  AND NOT EXISTS (SELECT FROM selection_candidates c
		                  WHERE c.street_id = d.street_id AND c.selection_id = d.selection_id AND c.district_id = d.district_id AND c.dropped_why = '')`,
		db.Args{"street": l.StreetID, "id": l.ID}))
	if err == nil && empty != "" {
		err = fault.Fields{{Name: "state", Text: "还没有人选的选区：" + empty}}
	}
	return err
}

// Review is what the vetting organs found of candidates. All three conditions
// must hold (domain.md §3 h).
type Review struct {
	Candidates []int64
	Adult      bool // 18 or older
	Standing   bool // voter or long-term resident
	Clear      bool // under no criminal measure
	Organs     string
	Note       string
}

// RecordReview records the vetting of candidates; who does not meet the
// conditions no longer stands.
func (s *Store) RecordReview(ctx context.Context, actor access.Actor, step Step, r Review) error {
	return s.move(ctx, actor, "review", step, func(tx db.Tx, l locked) (done, error) {
		result, title := "failed", fmt.Sprintf("联审未通过 %d 人", len(r.Candidates))
		if r.Adult && r.Standing && r.Clear {
			result, title = "passed", fmt.Sprintf("联审通过 %d 人", len(r.Candidates))
		} else if r.Note == "" {
			return done{}, fault.Fields{{Name: "note", Text: "没有通过的，请写明原因"}}
		}
		n, err := db.Exec(ctx, tx, `
			UPDATE selection_candidates
			SET vet_result = @result, vet_age = @adult, vet_standing = @standing, vet_clear = @clear, vet_organs = @organs, vet_note = @note, vet_on = @today::date,
			    dropped_why = CASE WHEN @result = 'failed' THEN 'vetting' ELSE '' END,
			    dropped_note = CASE WHEN @result = 'failed' THEN @note ELSE '' END
			WHERE street_id = @street AND selection_id = @id AND id = ANY (@candidates) AND dropped_why IN ('', 'vetting')`,
			db.Args{
				"street": l.StreetID, "id": l.ID, "candidates": r.Candidates, "result": result, "adult": r.Adult, "standing": r.Standing, "clear": r.Clear,
				"organs": r.Organs, "note": r.Note, "today": calendar.On(s.now()),
			})
		if err == nil && (n == 0 || int(n) != len(r.Candidates)) {
			err = noCandidate
		}
		return done{title: title}, err
	})
}

// sent reports whether err says that a form has been sent before.
func sent(err error) bool { return errors.Is(err, fault.NotFound) }
