package file_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/dbtest"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/opinion"
	"portal/internal/secret"
)

// house is a portal whose opinions have attachments.
type house struct {
	*testing.T
	*dbtest.World
	db       *db.DB
	admin    *pgxpool.Pool
	files    *file.Store
	opinions *opinion.Store
	n        int
}

func open(t *testing.T) *house {
	d, admin := dbtest.Open(t)
	keys, err := secret.Load("", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, World: dbtest.Seed(t, admin), db: d, admin: admin, files: file.NewStore(d, dbtest.Clock)}
	h.opinions = opinion.NewStore(d, keys, h.files, dbtest.Clock)
	return h
}

// upload is a file as a browser sends it.
func upload(name string, b []byte) file.Upload {
	return file.Upload{Name: name, Size: int64(len(b)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

func (h *house) new(files ...file.Upload) opinion.New {
	h.n++
	return opinion.New{
		StreetID: h.Street, Key: fmt.Sprintf("key-%d", h.n), Source: "letter", CommunityID: h.Community, Kind: "complaint", Field: "construction",
		Text: "路灯不亮", Resident: "𠮷田光", ReceivedOn: calendar.On(dbtest.Now), Files: files,
	}
}

func (h *house) register(a access.Actor, files ...file.Upload) (int64, error) {
	r, err := h.opinions.RegisterOne(h.Context(), a, h.new(files...))
	return r.ID, err
}

// attached returns the one attachment of an opinion.
func (h *house) attached(a access.Actor, id int64) file.Attachment {
	h.Helper()
	var list []file.Attachment
	if err := h.db.Read(h.Context(), a, file.Of(&list, "opinion", id)); err != nil {
		h.Fatal(err)
	}
	if len(list) != 1 {
		h.Fatalf("attachments = %v, want one", list)
	}
	return list[0]
}

func TestContentComesBack(t *testing.T) {
	for _, disk := range []bool{false, true} {
		h := open(t)
		if disk {
			h.onDisk()
		}
		staff := h.Actor(access.Staff)
		id, err := h.register(staff, upload("说明.txt", []byte("路灯编号 𠮷-7\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		a := h.attached(staff, id)
		_, b, err := h.files.File(t.Context(), staff, a.ID)
		if err != nil || string(b) != "路灯编号 𠮷-7\r\n" || sha256.Sum256(b) != [32]byte(a.SHA256) || a.Name != "说明.txt" {
			t.Errorf("on disk %t: File = %q, %v; attachment %+v", disk, b, err, a)
		}
		if inside := dbtest.Scan[bool](t, h.admin, `SELECT content IS NOT NULL FROM files`); inside == disk {
			t.Errorf("on disk %t: content in the database: %t", disk, inside)
		}
	}
}

func (h *house) onDisk() *os.Root {
	root, err := os.OpenRoot(h.TempDir())
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(func() { root.Close() })
	h.files.Disk(root, true)
	return root
}

func TestWhatIsOnDiskStaysReadable(t *testing.T) {
	h := open(t)
	staff, root := h.Actor(access.Staff), h.onDisk()
	id, err := h.register(staff, upload("a.txt", []byte("甲")))
	if err != nil {
		t.Fatal(err)
	}
	a := h.attached(staff, id)
	h.files.Disk(root, false)
	if _, b, err := h.files.File(t.Context(), staff, a.ID); err != nil || string(b) != "甲" {
		t.Errorf("after new files go into the database: %q, %v", b, err)
	}
	for _, change := range []string{"甲甲", ""} {
		if err := root.WriteFile(dbtest.Scan[string](t, h.admin, `SELECT place FROM files`), []byte(change), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.files.File(t.Context(), staff, a.ID); err == nil {
			t.Errorf("content that was changed to %q on the disk is served", change)
		}
	}
}

func TestOtherStreetSeesNothing(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	id, err := h.register(staff, upload("a.txt", []byte("甲")))
	if err != nil {
		t.Fatal(err)
	}
	a := h.attached(staff, id)
	for _, who := range []access.Actor{h.Other(access.Staff), h.Other(access.Director), h.Far(access.CityOffice), h.Actor(access.Unit), h.Actor(access.SystemAdmin), access.Resident(nil)} {
		if _, _, err := h.files.File(t.Context(), who, a.ID); !errors.Is(err, fault.NotFound) {
			t.Errorf("%s reads it: %v, want NotFound", who.Role, err)
		}
		var list []file.Attachment
		if err := h.db.Read(t.Context(), who, file.Of(&list, "opinion", id)); err != nil || len(list) > 0 {
			t.Errorf("%s lists %v, %v", who.Role, list, err)
		}
	}
	err = h.attach(h.Other(access.Staff), id)
	if !db.Refused(err) {
		t.Errorf("another street attaches: %v, want a refusal", err)
	}
}

// attach adds a photo to an opinion of h.Street as a.
func (h *house) attach(a access.Actor, id int64) error {
	photos := []file.Upload{upload("b.jpg", asJPEG(h, photo(40, 30)))}
	return h.db.Write(h.Context(), a, func(tx db.Tx) error {
		return h.files.Attach(h.Context(), tx, a, file.Owner{StreetID: h.Street, Kind: "opinion", ID: id}, "photos", photos)
	})
}

func resident(code string) access.Actor { return access.Resident(secret.QueryHash(code)) }

func TestFilesNeverChange(t *testing.T) {
	h := open(t)
	staff := h.Actor(access.Staff)
	if _, err := h.register(staff, upload("a.txt", []byte("甲"))); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{`UPDATE files SET name = 'b.txt'`, `DELETE FROM files`} {
		err := h.db.Write(t.Context(), staff, func(tx db.Tx) error {
			_, err := db.Exec(t.Context(), tx, sql, nil)
			return err
		})
		if !db.Refused(err) {
			t.Errorf("%s: %v, want a refusal", sql, err)
		}
	}
	if _, err := h.admin.Exec(t.Context(), `UPDATE files SET content = 'b'`); err == nil {
		t.Error("even a superuser changes a file without being asked to disable the trigger")
	}
	if n := dbtest.Scan[int](t, h.admin, `SELECT count(*) FROM audit_events WHERE action = 'file.attach'`); n != 1 {
		t.Errorf("records of attaching = %d, want 1", n)
	}
}
