package mandate

import (
	"context"
	"fmt"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/procedure"
)

// Request asks the city for authority to one act (请示). A 请示 asks one matter.
type Request struct {
	Title   string
	Subject string
	Measure string
	Object  string
	ActOn   time.Time // when it is meant to be
	Content string    // what is meant to be done
	Reason  string    // why
	Missing string    // what the guard said, where it refused the act
}

// DraftRequest drafts a request of the actor's street and returns its ID. The
// same key makes one.
func (s *Store) DraftRequest(ctx context.Context, actor access.Actor, key string, r Request) (id int64, err error) {
	defer fault.Wrap(&err, "draft request")
	if !actor.May(access.DraftMandateRequest) {
		return 0, fault.Forbidden
	}
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		args := r.args()
		args["street"], args["name"], args["key"], args["now"], args["missing"] = actor.StreetID, actor.Name, key, s.now(), r.Missing
		var fresh bool
		err := db.Do(ctx, tx, db.Value(&fresh, `SELECT NOT EXISTS (SELECT FROM mandate_requests WHERE street_id = @street AND key = @key)`,
			db.Args{"street": actor.StreetID, "key": key}))
		if err != nil {
			return err
		}
		if !fresh {
			return db.Do(ctx, tx, db.Value(&id, `SELECT id FROM mandate_requests WHERE street_id = @street AND key = @key`, db.Args{"street": actor.StreetID, "key": key}))
		}
		id, err = db.Insert(ctx, tx, `
			INSERT INTO mandate_requests (street_id, title, subject, measure, object, act_on, content, reason, missing, creator, key, created_at, modified_at)
			VALUES (@street, @title, @subject, @measure, @object, @on, @content, @reason, @missing, @name, @key, @now, @now)
			RETURNING id`, args)
		if err != nil {
			return err
		}
		if err := s.tellAbout(ctx, tx, actor.StreetID, requestLink(id), "授权请示待签发："+r.Title, access.Director); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, actor.StreetID, kindRequest, id, "draft", done{title: "起草请示"})
	})
	return id, err
}

func (r *Request) args() db.Args {
	return db.Args{
		"title": r.Title, "subject": r.Subject, "measure": r.Measure, "object": r.Object, "on": r.ActOn, "content": r.Content, "reason": r.Reason,
	}
}

func requestLink(id int64) string { return fmt.Sprintf("/mandate-requests/%d", id) }

// RequestRecord is one request with what happened to it.
type RequestRecord struct {
	Request
	ID          int64
	StreetID    int64
	Street      string
	Committee   string
	City        string
	State       procedure.State
	Number      string
	SignedOn    *time.Time
	Signer      string
	SubmittedOn *time.Time
	DecidedOn   *time.Time
	Decider     string
	Decision    string
	MandateID   int64
	Mandate     string // its number, or title while it is a draft
	Creator     string
	Version     int
	Timeline    []audit.Entry `db:"-"`
}

const selectRequest = `
	SELECT q.title, q.subject, q.measure, q.object, q.act_on, q.content, q.reason, q.missing, q.id, q.street_id, t.name AS street, t.committee, c.name AS city, q.state, q.number,
	       q.signed_on, q.signer, q.submitted_on, q.decided_on, q.decider, q.decision, coalesce(q.mandate_id, 0) AS mandate_id, coalesce(d.number, '') AS mandate,
	       q.creator, q.version
	FROM mandate_requests q
	JOIN streets t ON t.id = q.street_id
	JOIN cities c ON c.id = t.city_id
	LEFT JOIN mandates d ON d.id = q.mandate_id`

// Request returns one request.
func (s *Store) Request(ctx context.Context, actor access.Actor, id int64) (r RequestRecord, err error) {
	defer fault.Wrap(&err, "request %d", id)
	if !actor.May(access.ViewMandates) {
		return r, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.One(&r, selectRequest+` WHERE q.id = @id`, db.Args{"id": id}), audit.Timeline(&r.Timeline, kindRequest, id))
	return r, err
}

// Requests lists requests, the newest first, and the cursor of the next page.
func (s *Store) Requests(ctx context.Context, actor access.Actor, state string, after db.Cursor, limit int) (list []RequestRecord, next db.Cursor, err error) {
	defer fault.Wrap(&err, "list requests")
	if !actor.May(access.ViewMandates) {
		return nil, next, fault.Forbidden
	}
	err = s.db.Read(ctx, actor, db.Many(&list, selectRequest+`
		WHERE (@state::text = '' OR q.state = @state)
		  AND (@after::bigint = 0 OR q.id < @after)
		ORDER BY q.id DESC
		LIMIT @limit`, db.Args{"state": state, "after": after.ID, "limit": limit + 1}))
	list, next = db.Page(list, limit, func(r RequestRecord) db.Cursor { return db.Cursor{At: s.now(), ID: r.ID} })
	return list, next, err
}

func (s *Store) moveRequest(ctx context.Context, actor access.Actor, name string, step Step, fn func(tx db.Tx, r RequestRecord) (done, error)) (err error) {
	defer fault.Wrap(&err, "%s of request %d", name, step.ID)
	if !actor.May(RequestProcedure.Move(name).Need) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var r RequestRecord
		err := db.Do(ctx, tx, db.One(&r, selectRequest+` WHERE q.id = @id FOR UPDATE OF q`, db.Args{"id": step.ID}))
		switch {
		case err != nil:
			return err
		case r.Version != step.Version:
			return fault.Stale
		case !RequestProcedure.Allows(name, r.State):
			return refused("这件请示", RequestProcedure, name, r.State)
		}
		d, err := fn(tx, r)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, r.StreetID, kindRequest, r.ID, name, d)
	})
}

// put moves a request to a state with what comes with it.
func (s *Store) put(ctx context.Context, tx db.Tx, r RequestRecord, state procedure.State, more string, args db.Args) error {
	all := db.Args{"street": r.StreetID, "id": r.ID, "state": string(state), "now": s.now()}
	for k, v := range args {
		all[k] = v
	}
	_, err := db.Exec(ctx, tx, `UPDATE mandate_requests SET state = @state, version = version + 1, modified_at = @now`+more+` WHERE street_id = @street AND id = @id`, all)
	return err
}

// Redraft rewrites a request that is not signed.
func (s *Store) RedraftRequest(ctx context.Context, actor access.Actor, step Step, q Request) (err error) {
	defer fault.Wrap(&err, "redraft request %d", step.ID)
	if !actor.May(access.DraftMandateRequest) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var r RequestRecord
		err := db.Do(ctx, tx, db.One(&r, selectRequest+` WHERE q.id = @id FOR UPDATE OF q`, db.Args{"id": step.ID}))
		switch {
		case err != nil:
			return err
		case r.Version != step.Version:
			return fault.Stale
		case r.State != Draft:
			return fault.Fields{{Name: "state", Text: "请示已经签发，不能再修改"}}
		}
		err = s.put(ctx, tx, r, Draft, `, title = @title, subject = @subject, measure = @measure, object = @object, act_on = @on, content = @content, reason = @reason`, q.args())
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, r.StreetID, kindRequest, r.ID, "redraft", done{title: "修改请示"})
	})
}

// SignRequest signs a request by the post of the director who acts, which gives
// it its number and makes it immutable. Who is not in post gets a complaint
// (hard rule 5).
func (s *Store) SignRequest(ctx context.Context, actor access.Actor, step Step) error {
	return s.moveRequest(ctx, actor, "signature", step, func(tx db.Tx, r RequestRecord) (done, error) {
		post, err := committee.ActingPost(ctx, tx, actor, r.StreetID, s.today())
		if err != nil {
			return done{}, err
		}
		number, err := document.Allot(ctx, tx, actor, document.Issue{
			At: s.now(), Street: r.StreetID, Kind: document.Request, Subject: kindRequest, SubjectID: r.ID, Title: requestTitle(r.Title), SignedOn: s.today(),
		})
		if err != nil {
			return done{}, err
		}
		err = s.put(ctx, tx, r, Signed, `, number = @number, signed_on = @today, signed_post_id = @post, signer = @name`,
			db.Args{"number": number, "today": s.today(), "post": post, "name": actor.Name})
		if err != nil {
			return done{}, err
		}
		return done{title: "签发 " + number}, s.tellAbout(ctx, tx, r.StreetID, requestLink(r.ID), "授权请示已签发，待报送："+r.Title, access.Staff)
	})
}

// SubmitRequest sends a signed request to the city.
func (s *Store) SubmitRequest(ctx context.Context, actor access.Actor, step Step) error {
	return s.moveRequest(ctx, actor, "submission", step, func(tx db.Tx, r RequestRecord) (done, error) {
		if err := s.put(ctx, tx, r, Submitted, `, submitted_on = @today`, db.Args{"today": s.today()}); err != nil {
			return done{}, err
		}
		return done{title: "报送市人大常委会"}, s.tellAbout(ctx, tx, r.StreetID, requestLink(r.ID), r.Street+"请示授权："+r.Title, access.CityOffice, access.CityLeader)
	})
}

// DropRequest gives a draft up.
func (s *Store) DropRequest(ctx context.Context, actor access.Actor, step Step) error {
	return s.moveRequest(ctx, actor, "dropping", step, func(tx db.Tx, r RequestRecord) (done, error) {
		return done{title: "撤销"}, s.put(ctx, tx, r, Dropped, "", nil)
	})
}

// Grant begins the one-matter authorisation that a request asks for: a draft of
// the city, filled in from it. It returns its ID. The request is granted when
// that is issued.
func (s *Store) Grant(ctx context.Context, actor access.Actor, step Step) (id int64, err error) {
	err = s.moveRequest(ctx, actor, "grant", step, func(tx db.Tx, r RequestRecord) (done, error) {
		from := s.today()
		through := calendar.AddDays(r.ActOn, 30)
		if through.Before(from) {
			through = calendar.AddDays(from, 60)
		}
		t := Terms{
			Mode: OneMatter, Title: r.Title, Body: "chairpersons", Basis: r.Committee + "请示", BasisClause: r.Number, Streets: []int64{r.StreetID},
			Matters: []Matter{{
				Subject: r.Subject, Object: r.Object, Content: r.Content, Measures: []string{r.Measure},
				FromOn: from, ThroughOn: through, ReportBy: calendar.AddDays(through, 30), Form: "written",
			}},
		}
		var err error
		if id, err = s.draft(ctx, tx, actor, fmt.Sprintf("request-%d-%d", r.ID, r.Version), t, r.StreetID, r.ID); err != nil {
			return done{}, err
		}
		return done{title: "起草一事一授权"}, s.put(ctx, tx, r, Handling, `, mandate_id = @mandate`, db.Args{"mandate": id})
	})
	return id, err
}

// Decline refuses a request and says why.
func (s *Store) Decline(ctx context.Context, actor access.Actor, step Step, reason string) error {
	return s.moveRequest(ctx, actor, "decline", step, func(tx db.Tx, r RequestRecord) (done, error) {
		err := s.put(ctx, tx, r, Declined, `, decided_on = @today, decider = @name, decision = @why`, db.Args{"today": s.today(), "name": actor.Name, "why": reason})
		if err != nil {
			return done{}, err
		}
		return done{title: "不予授权", reason: reason}, s.tellAbout(ctx, tx, r.StreetID, requestLink(r.ID), "市人大常委会未予授权："+r.Title, access.Director, access.Staff)
	})
}

// answerRequest moves the request that an authorisation answers along with it.
func (s *Store) answerRequest(ctx context.Context, tx db.Tx, actor access.Actor, m locked, state procedure.State) error {
	if m.RequestID == 0 {
		return nil
	}
	r := RequestRecord{ID: m.RequestID, StreetID: m.RequestStreetID}
	d, more, args := done{title: "授权草稿作废，重新研究"}, "", db.Args(nil)
	if state == Granted {
		d.title, more = "已授权", `, decided_on = @today, decider = @name`
		args = db.Args{"today": s.today(), "name": actor.Name}
	}
	if err := s.put(ctx, tx, r, state, more, args); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, r.StreetID, kindRequest, r.ID, "answer", d)
}
