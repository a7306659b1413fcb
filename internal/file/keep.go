package file

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
)

// keep writes prepared uploads.
func (s *Store) keep(ctx context.Context, tx db.Tx, actor access.Actor, owner Owner, uploads []Upload) (err error) {
	defer fault.Wrap(&err, "attach to %s %d", owner.Kind, owner.ID)
	var b db.Batch
	var kept []map[string]any
	for i := range uploads {
		c := uploads[i].ready
		args := db.Args{
			"street": owner.StreetID, "kind": owner.Kind, "id": owner.ID, "name": c.name, "type": c.kind.mediaType, "size": len(c.bytes),
			"sha": c.sha[:], "content": c.bytes, "place": "", "preview": c.preview, "width": c.width, "height": c.height,
			"user": actor.UserID, "creator": actor.Name, "now": s.now(),
		}
		if s.onDisk {
			if args["place"], err = s.write(owner.StreetID, c.bytes); err != nil {
				return err
			}
			args["content"] = nil
		}
		b.Add(`
			INSERT INTO files (street_id, owner_kind, owner_id, name, media_type, size, sha256, content, place, preview, width, height, created_by, creator, created_at)
			VALUES (@street, @kind, @id, @name, @type, @size, @sha, @content::bytea, @place, @preview, @width, @height, @user, @creator, @now)`, args)
		kept = append(kept, map[string]any{"sha256": hex.EncodeToString(c.sha[:]), "size": len(c.bytes), "type": c.kind.mediaType})
	}
	if err := b.Run(ctx, tx); err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: owner.StreetID, Kind: owner.Kind, ID: owner.ID, Action: "file.attach",
		Title: fmt.Sprintf("上传附件 %d 个", len(uploads)), Detail: map[string]any{"files": kept},
	})
}

// write puts content into a new file of the street's directory, and returns
// where. It is on the disk before the row that names it can be committed; a
// transaction that fails afterwards leaves a file that no row names.
func (s *Store) write(street int64, content []byte) (place string, err error) {
	name := rand.Text()
	dir := fmt.Sprintf("%d/%s", street, name[:2])
	if err := s.disk.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	place = path.Join(dir, name)
	f, err := s.disk.OpenFile(place, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if errClose := f.Close(); err == nil {
		err = errClose
	}
	if err == nil {
		err = s.sync(dir)
	}
	return place, err
}

// sync makes the entry of a new file in dir survive a crash.
func (s *Store) sync(dir string) error {
	d, err := s.disk.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// stored is an attachment with what its content is or where.
type stored struct {
	Attachment
	Content []byte
	Place   string
}

// File returns an attachment with its content, and fault.NotFound to who may
// not see what it belongs to.
func (s *Store) File(ctx context.Context, actor access.Actor, id int64) (a Attachment, content []byte, err error) {
	defer fault.Wrap(&err, "file %d", id)
	var f stored
	err = s.db.Read(ctx, actor, db.One(&f, `
		SELECT id, owner_kind, owner_id, name, media_type, size, sha256, width, height, content, place
		FROM files
		WHERE id = @id`, db.Args{"id": id}))
	switch {
	case err != nil:
		return a, nil, err
	case !actor.Public() && !actor.May(Kinds[f.OwnerKind]):
		return a, nil, fault.NotFound
	case f.Place != "":
		f.Content, err = s.read(&f)
	}
	return f.Attachment, f.Content, err
}

// Preview returns a small JPEG of a picture, and fault.NotFound for what is no
// picture or not for actor to see.
func (s *Store) Preview(ctx context.Context, actor access.Actor, id int64) (a Attachment, content []byte, err error) {
	defer fault.Wrap(&err, "preview of file %d", id)
	var f stored
	err = s.db.Read(ctx, actor, db.One(&f, `
		SELECT id, owner_kind, owner_id, name, media_type, size, sha256, width, height, preview AS content, '' AS place
		FROM files
		WHERE id = @id AND preview IS NOT NULL`, db.Args{"id": id}))
	if err == nil && !actor.Public() && !actor.May(Kinds[f.OwnerKind]) {
		err = fault.NotFound
	}
	return f.Attachment, f.Content, err
}

// read reads content from the disk, where nothing but its hash tells that it was
// not changed.
func (s *Store) read(f *stored) ([]byte, error) {
	if s.disk == nil {
		return nil, fmt.Errorf("%s is on a disk that the portal was not told of", f.Place)
	}
	b, err := s.disk.ReadFile(f.Place)
	if err == nil && sha256.Sum256(b) != [sha256.Size]byte(f.SHA256) {
		err = fmt.Errorf("%s was changed on the disk", f.Place)
	}
	return b, err
}
