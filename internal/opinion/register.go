package opinion

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/deadline"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/notice"
	"portal/internal/secret"
	"portal/internal/setting"
)

// New is an opinion to register.
type New struct {
	StreetID       int64
	Key            string // of the form: sent twice, it makes one opinion
	Source         string
	VisitID        int64
	StationID      int64
	CommunityID    int64
	DeputyID       int64
	Kind           string
	Field          string
	Location       string
	Text           string
	Anonymous      bool
	Resident       string // empty when anonymous
	Phone          string // digits; may be empty
	ConsentContact bool   // the handling unit may see the contact
	Sensitive      bool   // about a deputy or the committee's own staff
	ReceivedOn     time.Time
	Files          []file.Upload // photos and documents; complaints are at "photos"
}

// Receipt is what the resident takes home.
type Receipt struct {
	ID     int64
	Number string
	Code   string // opens the item to its resident, with the number
}

// check returns the complaints about n, each at the field of the form.
func (n *New) check(now time.Time) error {
	var bad fault.Fields
	if !n.Anonymous && n.Resident == "" {
		bad.Add("resident", "请填写姓名，不愿留名的请勾选匿名")
	}
	if n.ReceivedOn.After(calendar.On(now)) {
		bad.Add("received_on", "收到日期不能晚于今天")
	}
	if n.Anonymous {
		n.Resident, n.Phone, n.ConsentContact = "", "", false
	}
	return bad.Err()
}

// Register registers an opinion in tx as actor's act: on its own or as part of
// a visit. A key that was used before returns what it made then. The caller has
// checked that the actor may register.
func (s *Store) Register(ctx context.Context, tx db.Tx, actor access.Actor, n New) (r Receipt, err error) {
	defer fault.Wrap(&err, "register opinion")
	if err := n.check(s.now()); err != nil {
		return r, err
	}
	r.Code = s.keys.QueryCode(n.Key)
	var had []Receipt
	err = db.Do(ctx, tx, db.Many(&had, `
		SELECT id, number, @code::text AS code
		FROM opinions
		WHERE street_id = @street AND key = @key`, db.Args{"street": n.StreetID, "key": n.Key, "code": r.Code}))
	if err != nil || len(had) > 0 {
		return append(had, r)[0], err
	}
	if r.Number, err = s.nextNumber(ctx, tx, n); err != nil {
		return r, err
	}
	if r.ID, err = s.insert(ctx, tx, actor, n, r); err != nil {
		return r, err
	}
	if err := s.started(ctx, tx, actor, n, r); err != nil {
		return r, err
	}
	return r, s.files.Attach(ctx, tx, actor, file.Owner{StreetID: n.StreetID, Kind: "opinion", ID: r.ID}, "photos", n.Files)
}

// Prepare checks the files of opinions to register and makes ready what will be
// kept of them, which takes long and is better done before a transaction.
func (s *Store) Prepare(ctx context.Context, actor access.Actor, n New) error {
	return s.files.Prepare(ctx, actor, n.StreetID, "photos", n.Files)
}

// started starts the first clock, tells whose turn it is and records the act.
func (s *Store) started(ctx context.Context, tx db.Tx, actor access.Actor, n New, r Receipt) error {
	s.memory.acted(n.StreetID)
	if err := s.startClock(ctx, tx, n.StreetID, r.ID, "triage", triageDays); err != nil {
		return err
	}
	to := access.Staff
	if n.Sensitive {
		to = access.Director
	}
	err := notice.Send(ctx, tx, notice.Notice{
		At: s.now(), StreetID: n.StreetID, To: to, Title: "新登记意见 " + r.Number, Link: fmt.Sprintf("/opinions/%d", r.ID),
	})
	if err != nil {
		return err
	}
	return audit.Record(ctx, tx, actor, audit.Event{
		At: s.now(), StreetID: n.StreetID, Kind: "opinion", ID: r.ID, Action: "opinion.register",
		Title: "登记，来源：" + choice.Name(Sources, n.Source), Detail: map[string]any{"number": r.Number, "source": n.Source, "kind": n.Kind},
	})
}

// RegisterOne registers an opinion outside a visit, such as a letter.
func (s *Store) RegisterOne(ctx context.Context, actor access.Actor, n New) (r Receipt, err error) {
	defer fault.Wrap(&err, "register one opinion")
	if !actor.May(access.RegisterOpinion) {
		return r, fault.Forbidden
	}
	n.StreetID = actor.StreetID
	if actor.DeputyID != 0 {
		n.DeputyID = actor.DeputyID
	}
	if err := s.Prepare(ctx, actor, n); err != nil {
		return r, err
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		r, err = s.Register(ctx, tx, actor, n)
		return err
	})
	return r, err
}

// nextNumber takes the next number of the street, station and year, in which
// there are no gaps: a transaction that fails gives its number back.
func (s *Store) nextNumber(ctx context.Context, tx db.Tx, n New) (string, error) {
	var street, station string
	err := db.Do(ctx, tx,
		db.Value(&street, `SELECT code FROM streets WHERE id = @street`, db.Args{"street": n.StreetID}),
		db.Value(&station, `SELECT coalesce((SELECT code FROM stations WHERE street_id = @street AND id = @station), '00')`,
			db.Args{"street": n.StreetID, "station": n.StationID}))
	if err != nil {
		return "", err
	}
	series := fmt.Sprintf("%d-%s-%s", n.ReceivedOn.Year(), street, station)
	var last int
	err = db.Do(ctx, tx, db.Value(&last, `
		INSERT INTO opinion_counters AS c (street_id, series, last)
		VALUES (@street, @series, 1)
		ON CONFLICT (street_id, series) DO UPDATE
		SET last = c.last + 1
		RETURNING last`, db.Args{"street": n.StreetID, "series": series}))
	return fmt.Sprintf("%s-%04d", series, last), err
}

func (s *Store) insert(ctx context.Context, tx db.Tx, actor access.Actor, n New, r Receipt) (int64, error) {
	var sealed []byte
	if n.Phone != "" {
		sealed = s.keys.Seal(n.Phone, sealedPhone)
	}
	at := s.now()
	if !calendar.On(at).Equal(n.ReceivedOn) { // entered later than it was received
		at = calendar.Starts(n.ReceivedOn).Add(12 * time.Hour)
	}
	return db.Insert(ctx, tx, `
		INSERT INTO opinions (street_id, number, query_hash, source, visit_id, station_id, community_id, deputy_id, kind, field, location, text,
		                      anonymous, resident, phone_sealed, phone_mask, consent_contact, sensitive,
		                      received_on, received_at, created_by, creator, key, modified_at)
		VALUES (@street, @number, @hash, @source, nullif(@visit::bigint, 0), nullif(@station::bigint, 0),
		        coalesce(nullif(@community::bigint, 0), (SELECT community_id FROM stations WHERE street_id = @street AND id = @station)),
		        nullif(@deputy::bigint, 0), @kind, @field, @location, @text,
		        @anonymous, @resident, @sealed, @mask, @consent, @sensitive, @on, @at, @user, @name, @key, @now)
		RETURNING id`,
		db.Args{
			"street": n.StreetID, "number": r.Number, "hash": secret.QueryHash(r.Code), "source": n.Source, "visit": n.VisitID,
			"station": n.StationID, "community": n.CommunityID, "deputy": n.DeputyID, "kind": n.Kind, "field": n.Field,
			"location": n.Location, "text": n.Text, "anonymous": n.Anonymous, "resident": n.Resident, "sealed": sealed,
			"mask": secret.MaskPhone(n.Phone), "consent": n.ConsentContact, "sensitive": n.Sensitive, "on": n.ReceivedOn, "at": at,
			"user": actor.UserID, "name": actor.Name, "key": n.Key, "now": s.now(),
		})
}

// startClock starts a deadline of a setting's length, from now.
func (s *Store) startClock(ctx context.Context, tx db.Tx, street, id int64, name string, limit setting.Setting) error {
	n, err := limit.In(ctx, tx, street)
	if err != nil {
		return err
	}
	_, err = deadline.Start(ctx, tx, deadline.New{
		StreetID: street, Kind: "opinion", SubjectID: id, Name: name, Label: clockLabels[name], From: s.now(), Days: n,
		Basis: fmt.Sprintf("%s期限 %d 个工作日", clockLabels[name], n),
	})
	return err
}

var clockLabels = map[string]string{
	"triage": "研判", "assign": "交办", "sign": "签收", "reply": "答复", "reassign": "改办", "review": "审核",
	"feedback": "反馈群众", "rating": "群众评价", "promise": "兑现承诺",
}
