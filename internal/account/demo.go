package account

import (
	"context"
	"errors"
	"time"

	"portal/internal/access"
	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
)

// DemoPerson is a person of the demonstration with the roles they may act in,
// the usual one first.
type DemoPerson struct {
	Login, Name string
	Grants      []Grant
}

// errNoAdministrators says that a demonstration lacks the two who grant roles.
var errNoAdministrators = errors.New("a demonstration needs a system and a security administrator")

// CreateDemonstration makes the accounts of the demonstration city, which sign
// in only in demonstration mode, all with one password that nobody has to
// change, and returns their IDs. The operator grants the administrators' roles;
// the others the system administrator requests and the security administrator
// approves. Only the operator does this.
func CreateDemonstration(ctx context.Context, d *db.DB, actor access.Actor, password string, people []DemoPerson, now time.Time) (ids []int64, err error) {
	defer fault.Wrap(&err, "create demonstration accounts")
	if actor.Role != access.Operator {
		return nil, fault.Forbidden
	}
	if ids, err = demoUsers(ctx, d, actor, Hash(password), people, now); err != nil {
		return nil, err
	}
	system, security := actor, actor
	for i, p := range people {
		as := access.Actor{UserID: ids[i], Name: p.Name, Role: p.Grants[0].Role, CityID: actor.CityID, Demo: true}
		switch as.Role {
		case access.SystemAdmin:
			system = as
		case access.SecurityAdmin:
			security = as
		}
	}
	if system.UserID == 0 || security.UserID == 0 {
		return nil, errNoAdministrators
	}
	admins := func(g Grant) bool { return g.Role.Administrator() }
	others := func(g Grant) bool { return !g.Role.Administrator() }
	if err := demoGrants(ctx, d, actor, people, ids, admins, now); err != nil {
		return nil, err
	}
	if err := demoGrants(ctx, d, system, people, ids, others, now); err != nil {
		return nil, err
	}
	return ids, d.Write(ctx, security, func(tx db.Tx) error {
		_, err := db.Exec(ctx, tx, `
			UPDATE role_grants
			SET decided_by = @by, decided_at = @now, approved = true
			WHERE city_id = @city AND requested_by = @system AND decided_at IS NULL`,
			db.Args{"by": security.UserID, "now": now, "city": actor.CityID, "system": system.UserID})
		return err
	})
}

func demoUsers(ctx context.Context, d *db.DB, actor access.Actor, hash string, people []DemoPerson, now time.Time) ([]int64, error) {
	ids := make([]int64, len(people))
	queries := make([]db.Query, len(people))
	for i, p := range people {
		queries[i] = db.Value(&ids[i], `
			INSERT INTO users (city_id, login, name, password_hash, must_change, demo)
			SELECT id, @login, @name, @hash, false, true
			FROM cities
			WHERE id = @city AND demo
			RETURNING id`, db.Args{"city": actor.CityID, "login": p.Login, "name": p.Name, "hash": hash})
	}
	return ids, d.Write(ctx, actor, func(tx db.Tx) error {
		if err := db.Do(ctx, tx, queries...); err != nil {
			return err
		}
		return audit.Record(ctx, tx, actor, audit.Event{
			At: now, Kind: "account", Action: "account.demonstration", Title: "建立演示账号", Detail: map[string]any{"accounts": len(ids)},
		})
	})
}

// demoGrants requests the grants of a kind as actor. What the operator requests
// counts at once, decided by another administrator.
func demoGrants(ctx context.Context, d *db.DB, actor access.Actor, people []DemoPerson, ids []int64, kind func(Grant) bool, now time.Time) error {
	var b db.Batch
	for i, p := range people {
		for _, g := range p.Grants {
			if !kind(g) {
				continue
			}
			b.Add(`
				INSERT INTO role_grants (user_id, city_id, role, street_id, community_id, unit_id, deputy_id, requested_by, requested_at,
				                         decided_by, decided_at, approved)
				SELECT @user, @city, @role, @street, @community, @unit, @deputy, @by::bigint, @now::timestamptz, x.id, x.at, x.id IS NOT NULL
				FROM (SELECT CASE WHEN @by::bigint = 0 THEN (SELECT min(u.id) FROM users u WHERE u.city_id = @city AND u.id <> @user) END AS id,
				             CASE WHEN @by::bigint = 0 THEN @now::timestamptz END AS at) AS x`,
				db.Args{
					"user": ids[i], "city": actor.CityID, "role": string(g.Role), "street": g.StreetID, "community": g.CommunityID,
					"unit": g.UnitID, "deputy": g.DeputyID, "by": actor.UserID, "now": now,
				})
		}
	}
	return d.Write(ctx, actor, func(tx db.Tx) error { return b.Run(ctx, tx) })
}
