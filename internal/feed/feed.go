// Package feed keeps the secret addresses at which calendar programs read what a person
// is called to, what a street holds, and when a station receives.
package feed

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// The kinds of calendars.
const (
	Person  = "person"  // gatherings one is called to, receptions one is on duty at
	Street  = "street"  // all meetings and activities of the street
	Station = "station" // the receptions of a station
)

// Kinds names them.
var Kinds = []choice.Term{{Key: Person, Name: "我的日程"}, {Key: Street, Name: "街道的会议和活动"}, {Key: Station, Name: "联络站的接待日"}}

// kept is how long what is over stays in a calendar, in days (default).
const kept = 90

// Store makes, revokes and reads feeds.
type Store struct {
	db  *db.DB
	now func() time.Time
}

// NewStore returns a Store on d. now tells the time; tests pass a fixed one.
func NewStore(d *db.DB, now func() time.Time) *Store { return &Store{d, now} }

// Now tells the time by the room's clock.
func (s *Store) Now() time.Time { return s.now() }

func hash(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// needs says what making a feed of a kind takes.
var needs = map[string]access.Permission{Person: access.OwnFeed, Street: access.StreetFeed, Station: access.StationFeed}

// Make gives the actor a new secret address and revokes the one they had for the same
// calendar. The token is returned once and kept nowhere; station is of kind Station only.
func (s *Store) Make(ctx context.Context, actor access.Actor, kind string, station int64) (token string, err error) {
	defer fault.Wrap(&err, "make %s feed", kind)
	need, known := needs[kind]
	switch {
	case !known:
		return "", fault.Fields{{Name: "kind", Text: "请选择日历"}}
	case !actor.May(need) || actor.StreetID == 0:
		return "", fault.Forbidden
	case kind == Station && station == 0:
		return "", fault.Fields{{Name: "station", Text: "请选择联络站"}}
	case kind != Station:
		station = 0
	}
	b := make([]byte, 24)
	rand.Read(b)
	token = base64.RawURLEncoding.EncodeToString(b)
	err = s.db.Write(ctx, actor, func(tx db.Tx) error {
		args := db.Args{"street": actor.StreetID, "kind": kind, "station": station, "user": actor.UserID, "who": actor.Name, "now": s.now()}
		_, err := db.Exec(ctx, tx, `
			UPDATE feeds
			SET revoked_at = @now, revoker = @who
			WHERE street_id = @street AND user_id = @user AND kind = @kind AND coalesce(station_id, 0) = @station AND revoked_at IS NULL`, args)
		if err != nil {
			return err
		}
		args["hash"] = hash(token)
		id, err := db.Insert(ctx, tx, `
			INSERT INTO feeds (street_id, kind, station_id, token_hash, user_id, maker, made_at)
			VALUES (@street, @kind, nullif(@station::bigint, 0), @hash, @user, @who, @now)
			RETURNING id`, args)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, id, "make", "建立日历订阅地址："+choice.Name(Kinds, kind))
	})
	switch {
	case db.Violates(err, "feeds_station"):
		err = fault.Fields{{Name: "station", Text: "请选择本街道的联络站"}}
	case db.Violates(err, "feeds_one_live"):
		err = fault.Fields{{Name: "kind", Text: "刚刚已经建立了一个，请再试一次"}}
	}
	return token, err
}

// Revoke ends a feed: its address answers no more. Of one's own, or, for who keeps the
// street, of the street and its stations.
func (s *Store) Revoke(ctx context.Context, actor access.Actor, id int64) (err error) {
	defer fault.Wrap(&err, "revoke feed %d", id)
	if !actor.May(access.OwnFeed) {
		return fault.Forbidden
	}
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		n, err := db.Exec(ctx, tx, `
			UPDATE feeds
			SET revoked_at = @now, revoker = @who
			WHERE street_id = @street AND id = @id AND revoked_at IS NULL`, db.Args{"now": s.now(), "who": actor.Name, "street": actor.StreetID, "id": id})
		if err == nil && n != 1 {
			err = fault.NotFound
		}
		if err != nil {
			return err
		}
		return s.record(ctx, tx, actor, id, "revoke", "撤销日历订阅地址")
	})
}

func (s *Store) record(ctx context.Context, tx db.Tx, actor access.Actor, id int64, name, title string) error {
	return audit.Record(ctx, tx, actor, audit.Event{At: s.now(), StreetID: actor.StreetID, Kind: "feed", ID: id, Action: "feed." + name, Title: title})
}

// Line is one live feed.
type Line struct {
	ID      int64
	Kind    string
	Station string // its name, of kind Station
	Maker   string
	Mine    bool
	MadeAt  time.Time
}

// Listing is the live feeds that the actor may revoke, and the stations of the street.
type Listing struct {
	Lines    []Line
	Stations []choice.Row
}

// Feeds lists them. It needs OwnFeed.
func (s *Store) Feeds(ctx context.Context, actor access.Actor) (l Listing, err error) {
	defer fault.Wrap(&err, "list feeds")
	if !actor.May(access.OwnFeed) {
		return l, fault.Forbidden
	}
	queries := []db.Query{db.Many(&l.Lines, `
		SELECT f.id, f.kind, f.maker, f.made_at, f.user_id = @user AS mine,
		       coalesce((SELECT t.name FROM stations t WHERE t.street_id = f.street_id AND t.id = f.station_id), '') AS station
		FROM feeds f
		WHERE f.street_id = @street AND f.revoked_at IS NULL
		ORDER BY f.user_id <> @user, f.id
		LIMIT 200`, db.Args{"user": actor.UserID, "street": actor.StreetID})}
	if actor.May(access.StationFeed) {
		queries = append(queries, db.Many(&l.Stations, `
			SELECT id, name FROM stations WHERE street_id = @street AND closed_on IS NULL ORDER BY code LIMIT 500`, db.Args{"street": actor.StreetID}))
	}
	return l, s.db.Read(ctx, actor, queries...)
}

// Event is one entry of a calendar. It says when, where and what, and nothing about
// anybody.
type Event struct {
	Kind       string // activity, meeting or reception
	ID         int64
	StationID  int64 // of a reception
	Sequence   int   // rises with every change
	Title      string
	Place      string
	Organiser  string
	StartsAt   time.Time
	EndsAt     time.Time
	Cancelled  bool
	ModifiedAt time.Time
}

// Calendar is what stands behind an address.
type Calendar struct {
	Kind   string
	Name   string // of the street or station
	Events []Event
}

// Read reads the calendar of an address, for whoever knows it: fault.NotFound where
// there is none, or none any more.
func (s *Store) Read(ctx context.Context, token string) (c Calendar, err error) {
	defer fault.Wrap(&err, "read feed")
	arg := db.Args{"hash": hash(token), "since": calendar.AddDays(s.now(), -kept)}
	var of struct{ Kind, Name *string }
	err = s.db.Read(ctx, access.Resident(nil),
		db.One(&of, `SELECT kind, name FROM app.feed_name(@hash)`, db.Args{"hash": hash(token)}),
		db.Many(&c.Events, `
			SELECT kind, id, station_id, sequence, title, place, organiser, starts_at, ends_at, cancelled, modified_at
			FROM app.feed_events(@hash, @since::date)`, arg))
	if err == nil && of.Kind == nil {
		err = fault.NotFound
	}
	if err != nil {
		return Calendar{}, err
	}
	c.Kind, c.Name = *of.Kind, *of.Name
	return c, nil
}
