package activity

import (
	"context"
	"fmt"
	"strings"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/mandate"
)

// Survey records what the survey before an appraisal found.
func (s *Store) Survey(ctx context.Context, actor access.Actor, step Step, text string) error {
	if err := written("text", "调查情况", text, MaxText); err != nil {
		return err
	}
	return s.move(ctx, actor, "survey", step, func(tx db.Tx, a locked) (done, error) {
		if a.Kind != Appraisal {
			return done{}, fault.Fields{{Name: "state", Text: "只有工作评议要登记评议调查"}}
		}
		return done{title: "登记评议调查"}, s.set(ctx, tx, a, `survey = @text`, db.Args{"text": text})
	})
}

// Outcome is what an activity came to.
type Outcome struct {
	Summary  string
	Visited  string   // places and units
	Findings []string // what was found and is suggested, each for itself; deputies do not settle it themselves (DEP31)
	Files    []file.Upload
}

// Record records what an activity came to; until it is reported or archived this can
// be done again. It complains about the fields summary, visited, findings and files.
func (s *Store) Record(ctx context.Context, actor access.Actor, step Step, o Outcome) error {
	if err := written("summary", "活动情况", o.Summary, MaxText); err != nil {
		return err
	}
	if err := checkFindings(o.Findings); err != nil {
		return err
	}
	if err := s.files.Prepare(ctx, actor, actor.StreetID, "files", o.Files); err != nil {
		return err
	}
	return s.move(ctx, actor, "record", step, func(tx db.Tx, a locked) (done, error) {
		err := s.set(ctx, tx, a, `state = 'recorded', summary = @summary, visited = @visited`, db.Args{"summary": o.Summary, "visited": o.Visited})
		if err != nil {
			return done{}, err
		}
		if err := findings(ctx, tx, a, o.Findings); err != nil {
			return done{}, err
		}
		if a.Supervises {
			if err := mandate.Outcome(ctx, tx, a.StreetID, a.ActID, firstLine(o.Summary, 200)); err != nil {
				return done{}, err
			}
		}
		err = s.files.Attach(ctx, tx, actor, file.Owner{StreetID: a.StreetID, Kind: "activity", ID: a.ID}, "files", o.Files)
		return done{title: fmt.Sprintf("登记活动情况，意见建议 %d 条", len(o.Findings))}, err
	})
}

func checkFindings(list []string) error {
	if len(list) > MaxFindings {
		return fault.Fields{{Name: "findings", Text: fmt.Sprintf("意见建议不能超过 %d 条", MaxFindings)}}
	}
	for _, f := range list {
		if n := len([]rune(f)); n == 0 || n > MaxFinding {
			return fault.Fields{{Name: "findings", Text: fmt.Sprintf("每条一行，不超过 %d 个字", MaxFinding)}}
		}
	}
	return nil
}

// firstLine is the first line of a text, at most so many characters of it.
func firstLine(text string, most int) string {
	line, _, _ := strings.Cut(text, "\n")
	if r := []rune(line); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return line
}

func findings(ctx context.Context, tx db.Tx, a locked, list []string) error {
	_, err := db.Exec(ctx, tx, `DELETE FROM activity_findings WHERE street_id = @street AND activity_id = @id`, db.Args{"street": a.StreetID, "id": a.ID})
	if err != nil || len(list) == 0 {
		return err
	}
	_, err = db.Exec(ctx, tx, `
		INSERT INTO activity_findings (street_id, activity_id, no, text)
		SELECT @street::bigint, @id::bigint, n, t
		FROM unnest(@list::text[]) WITH ORDINALITY AS x (t, n)`, db.Args{"street": a.StreetID, "id": a.ID, "list": list})
	return err
}

// Attach adds photos and papers to an activity.
func (s *Store) Attach(ctx context.Context, actor access.Actor, step Step, uploads []file.Upload) error {
	if len(uploads) == 0 {
		return fault.Fields{{Name: "files", Text: "请选择文件"}}
	}
	if err := s.files.Prepare(ctx, actor, actor.StreetID, "files", uploads); err != nil {
		return err
	}
	return s.move(ctx, actor, "photos", step, func(tx db.Tx, a locked) (done, error) {
		err := s.files.Attach(ctx, tx, actor, file.Owner{StreetID: a.StreetID, Kind: "activity", ID: a.ID}, "files", uploads)
		return done{title: fmt.Sprintf("上传照片和材料 %d 件", len(uploads))}, err
	})
}

// Report lays the report down, which does not change afterwards.
func (s *Store) Report(ctx context.Context, actor access.Actor, step Step, text string) error {
	if err := written("text", "报告", text, MaxReport); err != nil {
		return err
	}
	return s.move(ctx, actor, "report", step, func(tx db.Tx, a locked) (done, error) {
		err := s.set(ctx, tx, a, `state = 'reported', report = @text, reported_on = @today`, db.Args{"text": text, "today": s.today()})
		if err != nil {
			return done{}, err
		}
		return done{title: "形成报告"}, s.tell(ctx, tx, a, "活动报告待转交", access.Director, access.DeputyDirector)
	})
}
