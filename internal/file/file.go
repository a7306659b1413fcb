// Package file keeps attachments: photos and documents that belong to a record
// of some room and are seen by whoever sees that record.
package file

import (
	"context"
	"io"
	"os"
	"time"

	"portal/internal/access"
	"portal/internal/db"
	"portal/internal/setting"
)

// Upload is one file as it came in.
type Upload struct {
	Name string // as its sender called it
	Size int64  // in bytes, as announced; 0 where nobody said
	Open func() (io.ReadCloser, error)

	ready *content // what Prepare made of it
}

// Owner is the record that attachments belong to.
type Owner struct {
	StreetID int64
	Kind     string // one of Kinds
	ID       int64
}

// Kinds are the records that can have attachments, each with the permission
// that seeing them needs. The policy of the table files knows the same kinds.
var Kinds = map[string]access.Permission{
	"opinion":       access.ViewOpinions,
	"opinion_reply": access.ViewOpinions,
	"deputy":        access.ViewDeputies,

	"suggestion":          access.ViewSuggestions,
	"suggestion_reply":    access.ViewSuggestions,
	"activity":            access.ViewActivities,
	"activity_forwarding": access.ViewActivities,

	"plan_consultation": access.ViewPlans,

	"landing":        access.ViewLanding,
	"mandate_report": access.ViewMandates,

	"appointment":      access.ViewAppointments,
	"appointee_form":   access.ViewAppointments,
	"appointee_review": access.ViewAppointments,
	"training":         access.ViewTrainings,
	"meeting":          access.ViewMeetings,
	"deputy_report":    access.ViewReportsBack,
	"post_ending":      access.ViewAppointments,
	"acting_head":      access.ViewDelegations,

	"performance_supplement": access.ViewPerformance,
}

// Attachment is one kept file without its content.
type Attachment struct {
	ID            int64
	OwnerKind     string
	OwnerID       int64
	Name          string // safe as a file's name anywhere
	MediaType     string
	Size          int64 // in bytes
	SHA256        []byte
	Width, Height int // of pictures, in pixels
}

// Picture reports whether a can be shown in a page.
func (a *Attachment) Picture() bool { return a.Width > 0 }

// Store keeps attachments.
type Store struct {
	db     *db.DB
	now    func() time.Time
	disk   *os.Root // nil where there is none
	onDisk bool
	slots  chan struct{}
}

// atOnce is how many pictures are decoded at a time. The largest that is
// accepted takes about 300 MB for a moment.
const atOnce = 2

// NewStore returns a Store that keeps content in the database.
func NewStore(d *db.DB, now func() time.Time) *Store {
	return &Store{db: d, now: now, slots: make(chan struct{}, atOnce)}
}

// Disk tells s of a directory that holds the content of some attachments. With
// keep, that of new ones goes there too; without, into the database.
func (s *Store) Disk(root *os.Root, keep bool) *Store {
	s.disk, s.onDisk = root, keep
	return s
}

var (
	maxMegabytes = setting.Declare(setting.Setting{
		Key: "file.max_megabytes", Room: "附件", Label: "一个附件最大", Unit: " MB", Default: 10, Min: 1, Max: 50, Source: "默认",
	})
	maxCount = setting.Declare(setting.Setting{
		Key: "file.max_count", Room: "附件", Label: "一条记录最多附件", Unit: " 个", Default: 12, Min: 1, Max: 50, Source: "默认",
	})
)

// Limits are what a street allows.
type Limits struct{ Megabytes, Count int }

// Queries read the limits of a street into *l, as part of a batch.
func (l *Limits) Queries(street int64) []db.Query {
	return []db.Query{maxMegabytes.Query(&l.Megabytes, street), maxCount.Query(&l.Count, street)}
}

// Of reads the attachments of one record into *list, oldest first, as part of
// the batch that reads the record.
func Of(list *[]Attachment, kind string, id int64) db.Query {
	return OfThose(list, kind, `SELECT @id::bigint`, db.Args{"id": id})
}

// OfThose reads the attachments of several records of a kind. those is a
// constant SELECT of the records' IDs, args its arguments.
func OfThose(list *[]Attachment, kind, those string, args db.Args) db.Query {
	all := db.Args{"kind": kind}
	for k, v := range args {
		all[k] = v
	}
	return db.Many(list, selectAttachment+`
		WHERE owner_kind = @kind
		  AND owner_id IN (`+those+`)
		ORDER BY id
		LIMIT 500`, all)
}

const selectAttachment = `
	SELECT id, owner_kind, owner_id, name, media_type, size, sha256, width, height
	FROM files`

// Attach keeps the uploads in tx as attachments of owner, and records that.
// The caller has checked that actor may; what row-level security hides from
// actor gets none. It returns fault.Fields with complaints at field when an
// upload is not acceptable. Prepare the uploads before the transaction.
func (s *Store) Attach(ctx context.Context, tx db.Tx, actor access.Actor, owner Owner, field string, uploads []Upload) error {
	if len(uploads) == 0 {
		return nil
	}
	var l Limits
	var had int
	err := db.Do(ctx, tx, append(l.Queries(owner.StreetID), db.Value(&had, `
		SELECT count(*)
		FROM files
		WHERE owner_kind = @kind AND owner_id = @id`, db.Args{"kind": owner.Kind, "id": owner.ID}))...)
	if err != nil {
		return err
	}
	if err := s.prepare(ctx, actor, l, had, field, uploads); err != nil {
		return err
	}
	return s.keep(ctx, tx, actor, owner, uploads)
}
