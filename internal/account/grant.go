package account

import (
	"context"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/choice"
	"portal/internal/db"
	"portal/internal/fault"
)

// Need says what a role is bound to beside its city.
type Need string

// The needs. Each but the first comes with a street.
const (
	NeedsCity      Need = "city"
	NeedsStreet    Need = "street"
	NeedsCommunity Need = "community"
	NeedsUnit      Need = "unit"
	NeedsDispatch  Need = "dispatch" // the unit that is the street's 党政办
	NeedsDeputy    Need = "deputy"
)

// NeedOf returns what role is bound to (domain.md §2).
func NeedOf(role access.Role) Need {
	switch role {
	case access.OfficeDispatch:
		return NeedsDispatch
	case access.Unit:
		return NeedsUnit
	case access.Deputy, access.GroupLeader:
		return NeedsDeputy
	case access.Liaison:
		return NeedsCommunity
	}
	if s := role.Info().Scope; s == access.ScopeCity || s == access.ScopeAdmin {
		return NeedsCity
	}
	return NeedsStreet
}

// bound keeps of g what its role is bound to.
func (g Grant) bound() Grant {
	b := Grant{Role: g.Role}
	need := NeedOf(g.Role)
	if need != NeedsCity {
		b.StreetID = g.StreetID
	}
	switch need {
	case NeedsCommunity:
		b.CommunityID = g.CommunityID
	case NeedsUnit, NeedsDispatch:
		b.UnitID = g.UnitID
	case NeedsDeputy:
		b.DeputyID = g.DeputyID
	}
	return b
}

// ScopeChoices are what a form for granting a role offers.
type ScopeChoices struct {
	Streets []choice.Row
	Within  []choice.Row // communities, units or deputies of the street, as the role needs
}

var withinQueries = map[Need]string{
	NeedsCommunity: `SELECT id, name FROM communities WHERE street_id = @street AND ended_on IS NULL ORDER BY code LIMIT 500`,
	NeedsUnit:      `SELECT id, name FROM units WHERE street_id = @street AND ended_on IS NULL AND kind <> 'dispatch' ORDER BY kind, id LIMIT 500`,
	NeedsDispatch:  `SELECT id, name FROM units WHERE street_id = @street AND ended_on IS NULL AND kind = 'dispatch' LIMIT 1`,
	NeedsDeputy:    `SELECT id, name || '（' || electoral_district || '）' AS name FROM deputies WHERE street_id = @street AND ended_on IS NULL ORDER BY name, id LIMIT 500`,
}

// ScopeChoices lists what role could be bound to in actor's city; Within is
// empty until a street is given.
func (s *Store) ScopeChoices(ctx context.Context, actor access.Actor, role access.Role, street int64) (c ScopeChoices, err error) {
	defer fault.Wrap(&err, "choices for %s", role)
	if !manages(actor) {
		return c, fault.Forbidden
	}
	queries := []db.Query{db.Many(&c.Streets, `SELECT id, name FROM streets WHERE city_id = @city ORDER BY code LIMIT 500`, db.Args{"city": actor.CityID})}
	if sql, ok := withinQueries[NeedOf(role)]; ok && street != 0 {
		queries = append(queries, db.Many(&c.Within, sql, db.Args{"street": street}))
	}
	return c, s.db.Read(ctx, actor, queries...)
}

// RequestGrant asks for a role for an account; somebody else decides.
func (s *Store) RequestGrant(ctx context.Context, actor access.Actor, user int64, g Grant) (err error) {
	defer fault.Wrap(&err, "request grant for account %d", user)
	if !actor.May(access.ManageAccounts) {
		return fault.Forbidden
	}
	return grantFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		if _, err := s.insertGrant(ctx, tx, actor, user, g.bound()); err != nil {
			return err
		}
		return s.note(ctx, tx, actor, user, "account.request_grant", "申请授予身份："+g.Role.Name(), "")
	}))
}

// GrantRole gives an account a role without a second person: the operator makes
// the first administrators so, and the demonstration.
func (s *Store) GrantRole(ctx context.Context, actor access.Actor, user int64, g Grant) (err error) {
	defer fault.Wrap(&err, "grant role to account %d", user)
	if actor.Role != access.Operator {
		return fault.Forbidden
	}
	return grantFault(s.db.Write(ctx, actor, func(tx db.Tx) error {
		id, err := s.insertGrant(ctx, tx, actor, user, g.bound())
		if err != nil {
			return err
		}
		if _, err := db.Exec(ctx, tx, `UPDATE role_grants SET decided_by = 0, decided_at = @now, approved = true WHERE id = @id`,
			db.Args{"now": s.now(), "id": id}); err != nil {
			return err
		}
		return s.note(ctx, tx, actor, user, "account.grant_role", "由服务器操作员授予身份："+g.Role.Name(), "")
	}))
}

// insertGrant makes the row, if all that it is bound to belongs together.
func (s *Store) insertGrant(ctx context.Context, tx db.Tx, actor access.Actor, user int64, g Grant) (id int64, err error) {
	var ids []int64
	err = db.Do(ctx, tx,
		db.Value(new(int64), `SELECT id FROM users WHERE id = @user AND city_id = @city`, db.Args{"user": user, "city": actor.CityID}),
		db.Values(&ids, `
			INSERT INTO role_grants (user_id, city_id, role, street_id, community_id, unit_id, deputy_id, requested_by, requested_at)
			SELECT id, city_id, @role, @street::bigint, @community::bigint, @unit::bigint, @deputy::bigint, @by::bigint, @now
			FROM users
			WHERE id = @user AND city_id = @city
			  AND (@street::bigint = 0 OR EXISTS (SELECT FROM streets WHERE id = @street AND city_id = @city))
			  AND (@community::bigint = 0 OR EXISTS (SELECT FROM communities WHERE street_id = @street AND id = @community AND ended_on IS NULL))
			  AND (@unit::bigint = 0 OR EXISTS (SELECT FROM units WHERE street_id = @street AND id = @unit AND ended_on IS NULL
			                                    AND (kind = 'dispatch') = (@role = 'office_dispatch')))
			  AND (@deputy::bigint = 0 OR EXISTS (SELECT FROM deputies WHERE street_id = @street AND id = @deputy AND ended_on IS NULL))
			RETURNING id`,
			db.Args{
				"role": string(g.Role), "street": g.StreetID, "community": g.CommunityID, "unit": g.UnitID, "deputy": g.DeputyID,
				"by": actor.UserID, "now": s.now(), "user": user, "city": actor.CityID,
			}))
	if err == nil && len(ids) == 0 {
		err = fault.Fields{{Name: "within", Text: "所选的街道、单位、社区或代表已不在册，请重新选择"}}
	}
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

func grantFault(err error) error {
	switch {
	case db.Violates(err, "role_grants_administrators_apart"):
		return fault.Fields{{Name: "role", Text: "三类管理员不能兼任，也不能兼有业务身份"}}
	case db.Violates(err, "role_grants_scope"):
		return fault.Fields{{Name: "within", Text: "请为这个身份选择街道，以及单位、社区或代表"}}
	case db.Violates(err, "role_grants_once"):
		return fault.Fields{{Name: "role", Text: "已有相同的身份，或正在审批"}}
	case db.Violates(err, "role_grants_two_persons"), db.Violates(err, "role_grants_not_for_oneself"):
		return fault.Fields{{Name: "reason", Text: "申请和审批不能是同一人，也不能审批自己的身份"}}
	}
	return err
}

// GrantLine is a grant with its history.
type GrantLine struct {
	Grant
	Within      string // the name of the community, unit or deputy
	UserID      int64
	Login       string
	Person      string
	RequestedAt time.Time
	Requester   string
	DecidedAt   *time.Time
	Decider     string
	Approved    bool
	Reason      string
	RevokedAt   *time.Time
	Revoker     string
}

// Label is the grant on screen: 承办单位（东城街道 城市建设办公室）.
func (g *GrantLine) Label() string {
	return g.Role.Name() + "（" + strings.TrimSpace(g.Place+" "+g.Within) + "）"
}

// Active reports whether the person may act in the role now.
func (g *GrantLine) Active() bool { return g.Approved && g.RevokedAt == nil }

// Waiting reports whether the request waits for its decision.
func (g *GrantLine) Waiting() bool { return g.DecidedAt == nil && g.RevokedAt == nil }

const selectGrantLine = `
	SELECT g.id, g.role, g.city_id, g.street_id, g.community_id, g.unit_id, g.deputy_id, coalesce(s.name, c.name) AS place,
	       coalesce(m.name, n.name, d.name, '') AS within,
	       g.user_id, u.login, u.name AS person, g.requested_at, coalesce(q.name, '服务器操作员') AS requester,
	       g.decided_at, coalesce(e.name, '服务器操作员') AS decider, g.approved, g.reason, g.revoked_at, coalesce(r.name, '服务器操作员') AS revoker
	FROM role_grants g
	JOIN users u ON u.id = g.user_id
	JOIN cities c ON c.id = g.city_id
	LEFT JOIN users q ON q.id = g.requested_by
	LEFT JOIN users e ON e.id = g.decided_by
	LEFT JOIN users r ON r.id = g.revoked_by
	LEFT JOIN streets s ON s.id = g.street_id
	LEFT JOIN communities m ON m.street_id = g.street_id AND m.id = g.community_id
	LEFT JOIN units n ON n.street_id = g.street_id AND n.id = g.unit_id
	LEFT JOIN deputies d ON d.street_id = g.street_id AND d.id = g.deputy_id`

// Grants lists the city's grants, newest request first: those that wait for a
// decision, or all. next is zero on the last page.
func (s *Store) Grants(ctx context.Context, actor access.Actor, waiting bool, after db.Cursor, limit int) (list []GrantLine, next db.Cursor, err error) {
	defer fault.Wrap(&err, "list grants")
	if !actor.May(access.ApproveGrants) {
		return nil, next, fault.Forbidden
	}
	sql, args := selectGrantLine+` WHERE g.city_id = @city`, db.Args{"city": actor.CityID, "limit": limit + 1}
	if waiting {
		sql += ` AND g.decided_at IS NULL AND g.revoked_at IS NULL`
	}
	if !after.IsZero() {
		sql += ` AND (g.requested_at, g.id) < (@at, @id)`
		args["at"], args["id"] = after.At, after.ID
	}
	err = s.db.Read(ctx, actor, db.Many(&list, sql+` ORDER BY g.requested_at DESC, g.id DESC LIMIT @limit`, args))
	list, next = db.Page(list, limit, func(g GrantLine) db.Cursor { return db.Cursor{At: g.RequestedAt, ID: g.ID} })
	return list, next, err
}

// GrantRecord is a request with what else its person has.
type GrantRecord struct {
	GrantLine
	Others []GrantLine // the person's other roles, active or asked for
}

// GrantRecord returns one grant of actor's city.
func (s *Store) GrantRecord(ctx context.Context, actor access.Actor, id int64) (r GrantRecord, err error) {
	defer fault.Wrap(&err, "grant %d", id)
	if !actor.May(access.ApproveGrants) {
		return r, fault.Forbidden
	}
	arg := db.Args{"id": id, "city": actor.CityID}
	err = s.db.Read(ctx, actor,
		db.One(&r.GrantLine, selectGrantLine+` WHERE g.id = @id AND g.city_id = @city`, arg),
		db.Many(&r.Others, selectGrantLine+`
			WHERE g.user_id = (SELECT user_id FROM role_grants WHERE id = @id AND city_id = @city)
			  AND g.id <> @id AND g.revoked_at IS NULL AND (g.approved OR g.decided_at IS NULL)
			ORDER BY g.id
			LIMIT 50`, arg))
	return r, err
}

// DecideGrant approves or refuses a requested role (the second person).
func (s *Store) DecideGrant(ctx context.Context, actor access.Actor, id int64, approve bool, reason string) (err error) {
	defer fault.Wrap(&err, "decide grant %d", id)
	if !actor.May(access.ApproveGrants) {
		return fault.Forbidden
	}
	if !approve && strings.TrimSpace(reason) == "" {
		return fault.Fields{{Name: "reason", Text: "请填写不同意的理由"}}
	}
	title := map[bool]string{true: "批准授予身份：", false: "不同意授予身份："}[approve]
	return grantFault(s.decide(ctx, actor, "account.decide_grant", title, reason, `
		UPDATE role_grants
		SET decided_by = @by, decided_at = @now, approved = @approve, reason = @reason
		WHERE id = @id AND city_id = @city AND decided_at IS NULL AND revoked_at IS NULL
		RETURNING user_id, role`,
		db.Args{"by": actor.UserID, "now": s.now(), "approve": approve, "reason": reason, "id": id, "city": actor.CityID}))
}

// RevokeGrant takes a role of an account away, or its request back; sessions that
// act in it end at once. Nobody takes away their own.
func (s *Store) RevokeGrant(ctx context.Context, actor access.Actor, user, id int64, reason string) (err error) {
	defer fault.Wrap(&err, "revoke grant %d", id)
	if !actor.May(access.ManageAccounts) {
		return fault.Forbidden
	}
	return s.decide(ctx, actor, "account.revoke_grant", "收回身份：", reason, `
		UPDATE role_grants
		SET revoked_by = @by, revoked_at = @now
		WHERE id = @id AND city_id = @city AND user_id = @user AND user_id <> @by
		  AND revoked_at IS NULL AND (approved OR decided_at IS NULL)
		RETURNING user_id, role`,
		db.Args{"user": user, "by": actor.UserID, "now": s.now(), "id": id, "city": actor.CityID})
}

func (s *Store) decide(ctx context.Context, actor access.Actor, action, title, reason, sql string, args db.Args) error {
	defer s.forgetAll()
	return s.db.Write(ctx, actor, func(tx db.Tx) error {
		var g struct {
			UserID int64
			Role   access.Role
		}
		if err := db.Do(ctx, tx, db.One(&g, sql, args)); err != nil {
			return err
		}
		if action == "account.revoke_grant" {
			_, err := db.Exec(ctx, tx, `UPDATE sessions SET ended_at = @now WHERE grant_id = @id AND ended_at IS NULL`,
				db.Args{"now": s.now(), "id": args["id"]})
			if err != nil {
				return err
			}
		}
		return s.note(ctx, tx, actor, g.UserID, action, title+g.Role.Name(), reason)
	})
}
