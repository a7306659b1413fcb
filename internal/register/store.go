package register

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/procedure"
	"portal/internal/secret"
)

// Store keeps imports and works on them.
type Store struct {
	db     *db.DB
	keys   *secret.Keys
	log    *slog.Logger
	now    func() time.Time
	Sheets []*Sheet

	turn    chan struct{} // one sheet at a time: it takes memory
	working sync.WaitGroup
}

// NewStore returns a Store on d for the registers that rooms describe.
func NewStore(d *db.DB, keys *secret.Keys, log *slog.Logger, now func() time.Time, sheets ...*Sheet) *Store {
	return &Store{db: d, keys: keys, log: log, now: now, Sheets: sheets, turn: make(chan struct{}, 1)}
}

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

// Wait returns when no work is under way that this Store began.
func (s *Store) Wait() { s.working.Wait() }

// Sheet returns the register called name, nil where there is none.
func (s *Store) Sheet(name string) *Sheet {
	for _, sh := range s.Sheets {
		if sh.Register == name {
			return sh
		}
	}
	return nil
}

// Keeps lists the registers that actor may import.
func (s *Store) Keeps(actor access.Actor) (list []*Sheet) {
	for _, sh := range s.Sheets {
		if keeps(actor, sh) {
			list = append(list, sh)
		}
	}
	return list
}

func keeps(actor access.Actor, sh *Sheet) bool {
	return actor.Role == access.Operator || actor.May(access.ImportRegisters) && actor.May(sh.Keep)
}

// Sending is a sheet as it is sent.
type Sending struct {
	Key      string // of the form: sent twice, it makes one import
	StreetID int64  // of who acts for a whole city; of others it is their own
	Register string
	Name     string // of the file
	Content  []byte
}

// Send keeps a sheet and begins to read it. What is wrong with the choice or the
// size of the file is a complaint; what is wrong inside, the import tells.
func (s *Store) Send(ctx context.Context, actor access.Actor, n Sending) (id int64, err error) {
	defer fault.Wrap(&err, "send sheet")
	sh := s.Sheet(n.Register)
	if actor.StreetID != 0 {
		n.StreetID = actor.StreetID
	}
	var bad fault.Fields
	switch {
	case sh == nil:
		bad.Add("register", "请选择名册")
	case !keeps(actor, sh):
		return 0, fault.Forbidden
	}
	switch {
	case len(n.Content) == 0:
		bad.Add("file", "请选择填好的 .xlsx 表格")
	case len(n.Content) > MaxFile:
		bad.Add("file", "表格不能超过 "+strconv.Itoa(MaxFile>>20)+" MB")
	}
	if len(bad) > 0 {
		return 0, bad
	}
	began := false
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, began, err = s.send(ctx, tx, actor, sh, n)
		return err
	})
	if err == nil && began {
		s.begin(actor, n.StreetID, id)
	}
	return id, err
}

func (s *Store) send(ctx context.Context, tx db.Tx, actor access.Actor, sh *Sheet, n Sending) (id int64, began bool, err error) {
	var mine bool
	if err := db.Do(ctx, tx, db.Value(&mine, `SELECT @street::bigint = ANY (app.streets())`, db.Args{"street": n.StreetID})); err != nil {
		return 0, false, err
	}
	if !mine {
		return 0, false, fault.Fields{{Name: "street", Text: "请选择本市的街道"}}
	}
	id, err = db.Insert(ctx, tx, `
		INSERT INTO imports (street_id, register, file_name, file_size, file_sealed, beat_at, sent_by, sender, sent_at, key)
		VALUES (@street, @register, @name, @size, @file, @now, @user, @sender, @now, @key)
		ON CONFLICT (street_id, key) DO NOTHING
		RETURNING id`, db.Args{
		"street": n.StreetID, "register": sh.Register, "name": short(n.Name), "size": len(n.Content), "file": s.keys.Seal(string(n.Content), sealedFile),
		"now": s.now(), "user": actor.UserID, "sender": actor.Name, "key": n.Key,
	})
	if errors.Is(err, fault.NotFound) { // the form has been sent before
		err = db.Do(ctx, tx, db.Value(&id, `SELECT id FROM imports WHERE street_id = @street AND key = @key`, db.Args{"street": n.StreetID, "key": n.Key}))
		return id, false, err
	}
	if err != nil {
		return 0, false, err
	}
	return id, true, s.record(ctx, tx, actor, n.StreetID, id, "import.send", "上传"+sh.Title+"："+short(n.Name), "", nil)
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, action, title, reason string, detail any) error {
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: street, Kind: "import", ID: id, Action: action, Title: title, Reason: reason, Detail: detail,
	})
}

// Seals tie what is encrypted to its place.
const (
	sealedFile  = "imports.file"
	sealedCells = "import_rows.sealed"
)

// hide masks what must not be read in a copy of the database, and seals it.
func (s *Store) hide(sh *Sheet, cells []string) (shown []string, sealed []byte) {
	var hidden map[string]string
	shown = make([]string, len(cells))
	for i, c := range cells {
		shown[i] = c
		if sh.Columns[i].sealed() && c != "" && !masked(c) {
			if hidden == nil {
				hidden = map[string]string{}
			}
			hidden[sh.Columns[i].Key] = c
			shown[i] = secret.MaskPhone(c)
		}
	}
	if hidden == nil {
		return shown, nil
	}
	b, _ := json.Marshal(hidden) // a map of texts
	return shown, s.keys.Seal(string(b), sealedCells)
}

// bare is the reverse of hide.
func (s *Store) bare(sh *Sheet, shown []string, sealed []byte) ([]string, error) {
	cells := append([]string(nil), shown...)
	if sealed == nil {
		return cells, nil
	}
	b, err := s.keys.Open(sealed, sealedCells)
	if err != nil {
		return nil, err
	}
	var hidden map[string]string
	if err := json.Unmarshal([]byte(b), &hidden); err != nil {
		return nil, err
	}
	for i, c := range sh.Columns {
		if v, ok := hidden[c.Key]; ok && i < len(cells) {
			cells[i] = v
		}
	}
	return cells, nil
}

// step locks an import that actor keeps and whose state and version allow a move.
func (s *Store) step(ctx context.Context, tx db.Tx, actor access.Actor, id int64, version int, move string) (h head, err error) {
	if h, err = lock(ctx, tx, id); err != nil {
		return h, err
	}
	sh := s.Sheet(h.Register)
	switch {
	case sh == nil:
		return h, fault.NotFound
	case !keeps(actor, sh):
		return h, fault.Forbidden
	case h.Version != version, !Procedure.Allows(move, h.State):
		return h, fault.Stale
	}
	return h, nil
}

// head is what work needs to know of an import.
type head struct {
	StreetID    int64
	Register    string
	State       procedure.State
	Version     int
	BeatAt      time.Time
	ConfirmedAt *time.Time
	FileName    string
	Total, Done int
}

func (h *head) silent(now time.Time) bool { return now.Sub(h.BeatAt) > silentSecs*time.Second }

func lock(ctx context.Context, tx db.Tx, id int64) (h head, err error) {
	return h, db.Do(ctx, tx, db.One(&h, `
		SELECT street_id, register, state, version, beat_at, confirmed_at, file_name, total, done
		FROM imports
		WHERE id = @id
		FOR UPDATE`, db.Args{"id": id}))
}

// Confirm begins to write what the preview shows into the register.
func (s *Store) Confirm(ctx context.Context, actor access.Actor, id int64, version int) (err error) {
	defer fault.Wrap(&err, "confirm import %d", id)
	var h head
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		if h, err = s.step(ctx, tx, actor, id, version, "confirmation"); err != nil {
			return err
		}
		var c Counts
		if err := db.Do(ctx, tx, c.read(h.StreetID, id)); err != nil {
			return err
		}
		if c.New+c.Changed == 0 {
			return fault.Fields{{Text: "没有新增或修改的行，不用导入"}}
		}
		_, err := db.Exec(ctx, tx, `
			UPDATE imports
			SET state = 'applying', confirmed_by = @user, confirmer = @name, confirmed_at = @now, beat_at = @now, done = 0, total = @total, version = version + 1
			WHERE street_id = @street AND id = @id`,
			db.Args{"street": h.StreetID, "id": id, "user": actor.UserID, "name": actor.Name, "now": s.now(), "total": c.New + c.Changed})
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, h.StreetID, id, "import.confirm",
			"确认导入："+c.words(), "", map[string]int{"new": c.New, "changed": c.Changed, "same": c.Same, "error": c.Error})
	})
	if err == nil {
		s.begin(actor, h.StreetID, id)
	}
	return err
}

// Discard gives an import up before it has changed anything.
func (s *Store) Discard(ctx context.Context, actor access.Actor, id int64, version int) (err error) {
	defer fault.Wrap(&err, "discard import %d", id)
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		h, err := s.step(ctx, tx, actor, id, version, "discard")
		if err != nil {
			return err
		}
		_, err = db.Exec(ctx, tx, `
			UPDATE imports SET state = 'discarded', file_sealed = NULL, version = version + 1 WHERE street_id = @street AND id = @id`,
			db.Args{"street": h.StreetID, "id": id})
		if err != nil {
			return err
		}
		if _, err = db.Exec(ctx, tx, `DELETE FROM import_rows WHERE street_id = @street AND import_id = @id`, db.Args{"street": h.StreetID, "id": id}); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, h.StreetID, id, "import.discard", "放弃导入", "", nil)
	})
}

// Undo begins to put back what an import changed and to remove what it added, but
// for rows that were changed since or that others refer to. It is possible for
// UndoDays after the confirmation.
func (s *Store) Undo(ctx context.Context, actor access.Actor, id int64, version int, why string) (err error) {
	defer fault.Wrap(&err, "undo import %d", id)
	var h head
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		if h, err = s.step(ctx, tx, actor, id, version, "undo"); err != nil {
			return err
		}
		var applied int
		if err := db.Do(ctx, tx, db.Value(&applied, `
			SELECT count(*) FROM import_rows WHERE street_id = @street AND import_id = @id AND outcome = 'applied'`,
			db.Args{"street": h.StreetID, "id": id})); err != nil {
			return err
		}
		_, err := db.Exec(ctx, tx, `
			UPDATE imports
			SET state = 'undoing', undone_by = @user, undoer = @name, undone_at = @now, undone_why = @why, beat_at = @now, done = 0, total = @total, version = version + 1
			WHERE street_id = @street AND id = @id`,
			db.Args{"street": h.StreetID, "id": id, "user": actor.UserID, "name": actor.Name, "now": s.now(), "why": why, "total": applied})
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, h.StreetID, id, "import.undo", "整批撤销导入", why, nil)
	})
	switch {
	case db.Violates(err, "imports_undone_within"):
		return fault.Fields{{Name: "undo-why", Text: "确认导入已超过 " + strconv.Itoa(UndoDays) + " 日，不能整批撤销"}}
	case db.Violates(err, "imports_undone_with_reason"):
		return fault.Fields{{Name: "undo-why", Text: "请填写撤销理由"}}
	case err == nil:
		s.begin(actor, h.StreetID, id)
	}
	return err
}

// Resume goes on with work that was interrupted, as by a restart of the portal.
// Work that is still under way is fault.Stale.
func (s *Store) Resume(ctx context.Context, actor access.Actor, id int64, version int) (err error) {
	defer fault.Wrap(&err, "resume import %d", id)
	var h head
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		if h, err = s.step(ctx, tx, actor, id, version, "resumption"); err != nil {
			return err
		}
		if !h.silent(s.now()) {
			return fault.Stale
		}
		_, err := db.Exec(ctx, tx, `UPDATE imports SET beat_at = @now, version = version + 1 WHERE street_id = @street AND id = @id`,
			db.Args{"street": h.StreetID, "id": id, "now": s.now()})
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, h.StreetID, id, "import.resume", "继续中断的导入", "", nil)
	})
	if err == nil {
		s.begin(actor, h.StreetID, id)
	}
	return err
}
