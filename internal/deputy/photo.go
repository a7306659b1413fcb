package deputy

import (
	"context"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
)

// Files tells s where photographs are kept.
func (s *Store) Files(f *file.Store) *Store {
	s.files = f
	return s
}

// Picture is a new photograph of a deputy, or only another consent to the one
// that there is.
type Picture struct {
	Version   int
	Uploads   []file.Upload // none keeps the photograph
	ConsentOn time.Time     // when the deputy agreed in writing to its publication; zero: residents do not see it
}

// Depict keeps a deputy's photograph, drawn anew without anything that is no
// picture, and whether residents may see it (PIPL arts 25, 29).
func (s *Store) Depict(ctx context.Context, actor access.Actor, id int64, p Picture) (err error) {
	defer fault.Wrap(&err, "depict deputy %d", id)
	if !keeps(actor) {
		return fault.Forbidden
	}
	if p.ConsentOn.After(s.now()) {
		return fault.Fields{{Name: "consent", Text: "同意的日期不能晚于今天"}}
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		street, err := s.lock(ctx, tx, id, p.Version)
		if err != nil {
			return err
		}
		if err := s.files.Attach(ctx, tx, actor, file.Owner{StreetID: street, Kind: "deputy", ID: id}, "photo", p.Uploads); err != nil {
			return err
		}
		var newest struct {
			ID      int64
			Picture bool
		}
		err = db.Do(ctx, tx, db.Maybe(&newest, `
			SELECT id, width > 0 AS picture
			FROM files
			WHERE street_id = @street AND owner_kind = 'deputy' AND owner_id = @id
			ORDER BY id DESC
			LIMIT 1`, db.Args{"street": street, "id": id}))
		switch {
		case err != nil:
			return err
		case newest.ID == 0 || !newest.Picture:
			return fault.Fields{{Name: "photo", Text: "请选择一张照片（JPG、PNG 或 WebP）"}}
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE deputies
			SET photo_id = @photo, photo_consent_on = @consent::date, version = version + 1, modified_at = @now
			WHERE street_id = @street AND id = @id`,
			db.Args{"photo": newest.ID, "consent": known(p.ConsentOn), "now": s.now(), "street": street, "id": id})
		if err != nil {
			return err
		}
		title := "更换照片，不对外公开"
		if !p.ConsentOn.IsZero() {
			title = "照片经本人书面同意公开"
		}
		return s.record(ctx, tx, actor, street, id, "deputy.photo", title, "")
	})
}

// Photograph returns a small JPEG of a deputy for the residents' site, and
// fault.NotFound without the deputy's consent.
func (s *Store) Photograph(ctx context.Context, actor access.Actor, id int64) (jpeg []byte, err error) {
	defer fault.Wrap(&err, "photograph of deputy %d", id)
	err = s.db.Read(ctx, actor, db.Value(&jpeg, `
		SELECT f.preview
		FROM deputies d
		JOIN files f ON f.street_id = d.street_id AND f.id = d.photo_id AND f.owner_kind = 'deputy' AND f.owner_id = d.id
		WHERE d.id = @id AND d.photo_consent_on IS NOT NULL AND f.preview IS NOT NULL`, db.Args{"id": id}))
	return jpeg, err
}
