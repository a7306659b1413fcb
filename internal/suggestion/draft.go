package suggestion

import (
	"context"
	"fmt"
	"slices"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/opinion"
)

// Text is what deputies suggest: one matter each (一事一议).
type Text struct {
	Key       string // of the form: sent twice, it makes one suggestion
	Class     string // fixed once drafted
	LeadID    int64  // fixed once drafted; a deputy leads their own
	Title     string
	Category  string
	Facts     string
	Analysis  string // may be empty
	Proposals string
	Open      bool    // may be made public
	Contact   bool    // contact is wanted
	Signers   []int64 // who else is to sign
	Opinions  []int64 // residents' opinions that it came from
	Files     []file.Upload
}

// Draft drafts a suggestion. A deputy leads their own and signs it with that; the
// committee's office helps a deputy who then confirms. A key that was used before
// returns what it made then.
func (s *Store) Draft(ctx context.Context, actor access.Actor, t Text) (id int64, err error) {
	defer fault.Wrap(&err, "draft suggestion")
	if !actor.May(access.DraftSuggestion) {
		return 0, fault.Forbidden
	}
	if actor.DeputyID != 0 {
		t.LeadID = actor.DeputyID
	}
	if err := s.files.Prepare(ctx, actor, actor.StreetID, "files", t.Files); err != nil {
		return 0, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		var had []int64
		err := db.Do(ctx, tx, db.Values(&had, `SELECT id FROM suggestions WHERE street_id = @street AND key = @key`, db.Args{"street": actor.StreetID, "key": t.Key}))
		if err != nil {
			return err
		}
		if len(had) > 0 {
			id = had[0]
			return nil
		}
		id, err = s.insert(ctx, tx, actor, t)
		return complaint(err)
	})
	if db.Violates(err, "suggestions_key_once") { // the same form, sent twice at once
		err = s.db.Read(ctx, actor, db.Value(&id, `SELECT id FROM suggestions WHERE street_id = @street AND key = @key`, db.Args{"street": actor.StreetID, "key": t.Key}))
	}
	return id, err
}

func (s *Store) insert(ctx context.Context, tx db.Tx, actor access.Actor, t Text) (id int64, err error) {
	if err := known(ctx, tx, actor.StreetID, append([]int64{t.LeadID}, t.Signers...)); err != nil {
		return 0, err
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO suggestions (street_id, class, title, category, facts, analysis, proposals, open, contact, lead_id, filed_at, created_by, creator, key, modified_at)
		VALUES (@street, @class, @title, @category, @facts, @analysis, @proposals, @open, @contact, @lead, @now, @user, @name, @key, @now)
		RETURNING id`, db.Args{
		"street": actor.StreetID, "class": t.Class, "title": t.Title, "category": t.Category, "facts": t.Facts, "analysis": t.Analysis, "proposals": t.Proposals,
		"open": t.Open, "contact": t.Contact, "lead": t.LeadID, "now": s.now(), "user": actor.UserID, "name": actor.Name, "key": t.Key,
	})
	if err != nil {
		return 0, err
	}
	o := locked{ID: id, StreetID: actor.StreetID, Title: t.Title, LeadID: t.LeadID}
	if err := s.sign(ctx, tx, actor, o); err != nil {
		return 0, err
	}
	if err := s.invite(ctx, tx, o, t.Signers); err != nil {
		return 0, err
	}
	if err := s.cite(ctx, tx, actor, o, t.Opinions); err != nil {
		return 0, err
	}
	if err := s.files.Attach(ctx, tx, actor, file.Owner{StreetID: o.StreetID, Kind: "suggestion", ID: id}, "files", t.Files); err != nil {
		return 0, err
	}
	return id, s.record(ctx, tx, actor, o, "draft", done{title: "起草《" + t.Title + "》", detail: map[string]any{"class": t.Class, "lead": t.LeadID}})
}

// known refuses who is no deputy in office of the street.
func known(ctx context.Context, tx db.Tx, street int64, ids []int64) error {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var n int
	err := db.Do(ctx, tx, db.Value(&n, `SELECT count(*) FROM deputies WHERE street_id = @street AND id = ANY (@ids) AND ended_on IS NULL`,
		db.Args{"street": street, "ids": ids}))
	if err == nil && n != len(ids) {
		err = fault.Fields{{Name: "lead", Text: "请选择本街道在任的代表"}}
	}
	return err
}

// sign enters the lead, who has signed where they draft for themselves.
func (s *Store) sign(ctx context.Context, tx db.Tx, actor access.Actor, o locked) error {
	_, err := db.Exec(ctx, tx, `
		INSERT INTO suggestion_signers (street_id, suggestion_id, deputy_id, lead, confirmed_at, how)
		SELECT @street::bigint, @id::bigint, @deputy::bigint, true, CASE WHEN @own::boolean THEN @now::timestamptz END, CASE WHEN @own THEN 'portal' ELSE '' END`,
		db.Args{"street": o.StreetID, "id": o.ID, "deputy": o.LeadID, "own": actor.DeputyID == o.LeadID, "now": s.now()})
	if err != nil || actor.DeputyID == o.LeadID {
		return err
	}
	return s.tell(ctx, tx, o, access.Deputy, 0, o.LeadID, "工委办公室代拟了建议，请确认署名")
}

// invite asks deputies to sign, and lets go those who are no longer asked.
func (s *Store) invite(ctx context.Context, tx db.Tx, o locked, ids []int64) error {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return id == o.LeadID })
	_, err := db.Exec(ctx, tx, `
		DELETE FROM suggestion_signers
		WHERE street_id = @street AND suggestion_id = @id AND NOT lead AND deputy_id <> ALL (@ids)`, db.Args{"street": o.StreetID, "id": o.ID, "ids": ids})
	if err != nil {
		return err
	}
	var added []int64
	err = db.Do(ctx, tx, db.Values(&added, `
		INSERT INTO suggestion_signers (street_id, suggestion_id, deputy_id, lead)
		SELECT @street::bigint, @id::bigint, x, false FROM unnest(@ids::bigint[]) AS x
		ON CONFLICT (street_id, suggestion_id, deputy_id) DO NOTHING
		RETURNING deputy_id`, db.Args{"street": o.StreetID, "id": o.ID, "ids": ids}))
	for _, d := range added {
		if err == nil {
			err = s.tell(ctx, tx, o, access.Deputy, 0, d, "请您联名，请确认或说明不参加")
		}
	}
	return err
}

// cite links the opinions that the suggestion came from; each opinion's own record
// tells of it.
func (s *Store) cite(ctx context.Context, tx db.Tx, actor access.Actor, o locked, ids []int64) error {
	for _, id := range ids {
		number, err := opinion.Raise(ctx, tx, actor, s.now(), o.StreetID, id, "转为代表建议《"+o.Title+"》")
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			INSERT INTO suggestion_sources (street_id, suggestion_id, opinion_id, number)
			VALUES (@street, @id, @opinion, @number)
			ON CONFLICT (street_id, suggestion_id, opinion_id) DO NOTHING`, db.Args{"street": o.StreetID, "id": o.ID, "opinion": id, "number": number})
		if err != nil {
			return err
		}
	}
	return nil
}

// Revise changes a draft, or what was sent back. Signers other than who revises it
// confirm anew: they had signed another text. Class and lead stay.
func (s *Store) Revise(ctx context.Context, actor access.Actor, step Step, t Text) (err error) {
	defer fault.Wrap(&err, "revise suggestion %d", step.ID)
	if !actor.May(access.DraftSuggestion) {
		return fault.Forbidden
	}
	if err := s.files.Prepare(ctx, actor, actor.StreetID, "files", t.Files); err != nil {
		return err
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		o, err := lock(ctx, tx, step.ID)
		switch {
		case err != nil:
			return err
		case !drafter(actor, o.LeadID):
			return fault.Forbidden
		case o.Version != step.Version:
			return fault.Stale
		case !slices.Contains(drafts, o.State):
			return fault.Fields{{Name: "title", Text: fmt.Sprintf("这件建议现在是“%s”，不能再修改", Procedure.Info(o.State).Name)}}
		}
		if err := known(ctx, tx, o.StreetID, slices.Clone(t.Signers)); err != nil {
			return err
		}
		if err := s.touch(ctx, tx, o); err != nil {
			return err
		}
		err = s.set(ctx, tx, o, `title = @title, category = @category, facts = @facts, analysis = @analysis, proposals = @proposals, open = @open, contact = @contact`, db.Args{
			"title": t.Title, "category": t.Category, "facts": t.Facts, "analysis": t.Analysis, "proposals": t.Proposals, "open": t.Open, "contact": t.Contact,
		})
		if err != nil {
			return complaint(err)
		}
		o.Title = t.Title
		if err := s.invite(ctx, tx, o, t.Signers); err != nil {
			return complaint(err)
		}
		if err := s.files.Attach(ctx, tx, actor, file.Owner{StreetID: o.StreetID, Kind: "suggestion", ID: o.ID}, "files", t.Files); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, o, "revise", done{title: "修改建议"})
	})
}

// drafter reports whether the actor drafts what lead leads: the lead themselves, or
// the committee's office, which helps.
func drafter(actor access.Actor, lead int64) bool {
	return actor.Role == access.Staff || actor.DeputyID != 0 && actor.DeputyID == lead
}

// Sources returns what the actor may cite of some opinions: their numbers and texts.
func (s *Store) Sources(ctx context.Context, actor access.Actor, ids []int64) (list []Source, err error) {
	defer fault.Wrap(&err, "opinions to cite")
	if !actor.May(access.DraftSuggestion) || len(ids) == 0 {
		return nil, nil
	}
	err = s.db.Read(ctx, actor, db.Many(&list, `
		SELECT id AS opinion_id, number, text, true AS seen
		FROM opinions
		WHERE street_id = @street AND id = ANY (@ids) AND NOT sensitive AND state NOT IN ('declined', 'merged', 'withdrawn')
		ORDER BY id
		LIMIT 100`, db.Args{"street": actor.StreetID, "ids": ids}))
	return list, err
}
