package account

import (
	"context"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"portal/internal/audit"
	"portal/internal/db"
	"portal/internal/fault"
)

const sealedTOTP = "users.totp"

// ChangePassword changes the person's own password. Their other sessions end.
func (s *Store) ChangePassword(ctx context.Context, x Session, old, fresh, again string) (err error) {
	defer fault.Wrap(&err, "change password")
	if !s.tries.Allow("name "+x.Login, s.now()) {
		return ErrBudget
	}
	var hash string
	err = s.db.Read(ctx, x.Actor, db.Value(&hash, `SELECT password_hash FROM users WHERE id = @id`, db.Args{"id": x.Actor.UserID}))
	if err != nil {
		return err
	}
	if !s.matches(old, hash) {
		return fault.Fields{{Name: "old", Text: "现在的密码不对"}}
	}
	if err := checkPassword(fresh, again, x.Login); err != nil {
		return err
	}
	if old == fresh {
		return fault.Fields{{Name: "new", Text: "新密码不能和现在的一样"}}
	}
	defer s.forgetAll()
	return s.db.Write(ctx, x.Actor, func(tx db.Tx) error {
		var b db.Batch
		b.Add(`UPDATE users SET password_hash = @hash, must_change = false, version = version + 1 WHERE id = @id`,
			db.Args{"hash": Hash(fresh), "id": x.Actor.UserID})
		b.Add(`UPDATE sessions SET ended_at = @now WHERE user_id = @user AND id <> @id AND ended_at IS NULL`,
			db.Args{"now": s.now(), "user": x.Actor.UserID, "id": x.ID})
		if err := b.Run(ctx, tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, x.Actor, audit.Event{
			At: s.now(), Kind: "account", ID: x.Actor.UserID, Action: "account.change_password", Title: "修改密码",
		})
	})
}

func (s *Store) forgetAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.cache)
}

// Enrolment is a second factor that is being set up: its address for the
// authenticator's camera, and its letters for typing.
type Enrolment struct{ Address, Letters string }

// Enrolment returns what Enrol made and ConfirmCode has not yet seen a right code
// of; it is empty where there is none.
func (s *Store) Enrolment(ctx context.Context, x Session) (e Enrolment, err error) {
	defer fault.Wrap(&err, "enrolment of second factor")
	var sealed [][]byte
	err = s.db.Read(ctx, x.Actor, db.Values(&sealed, `
		SELECT totp_sealed FROM users WHERE id = @id AND totp_at IS NULL AND totp_sealed IS NOT NULL`, db.Args{"id": x.Actor.UserID}))
	if err != nil || len(sealed) == 0 {
		return e, err
	}
	address, err := s.keys.Open(sealed[0], sealedTOTP)
	if err != nil {
		return e, err
	}
	key, err := otp.NewKeyFromURL(address)
	if err != nil {
		return e, err
	}
	return Enrolment{address, key.Secret()}, nil
}

// Enrol makes a secret for the person's second factor, in place of one that
// never saw a right code.
func (s *Store) Enrol(ctx context.Context, x Session) (e Enrolment, err error) {
	defer fault.Wrap(&err, "enrol second factor")
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Portal", AccountName: x.Login})
	if err != nil {
		return e, err
	}
	err = s.db.Write(ctx, x.Actor, func(tx db.Tx) error {
		n, err := db.Exec(ctx, tx, `UPDATE users SET totp_sealed = @sealed WHERE id = @id AND totp_at IS NULL`,
			db.Args{"sealed": s.keys.Seal(key.URL(), sealedTOTP), "id": x.Actor.UserID})
		if err == nil && n == 0 {
			err = fault.Fields{{Name: "code", Text: "已启用动态口令"}}
		}
		return err
	})
	return Enrolment{key.URL(), key.Secret()}, err
}

// ConfirmCode checks a code of the second factor, each once, and makes the
// session a verified one.
func (s *Store) ConfirmCode(ctx context.Context, x Session, code string) (err error) {
	defer fault.Wrap(&err, "confirm code")
	if !s.tries.Allow("code "+x.Login, s.now()) {
		return fault.Fields{{Name: "code", Text: "尝试次数过多，请 15 分钟后再试"}}
	}
	wrong := fault.Fields{{Name: "code", Text: "动态口令不对，请填写手机上当前的 6 位数字"}}
	defer s.forgetAll()
	return s.db.Write(ctx, x.Actor, func(tx db.Tx) error {
		var u struct {
			TotpSealed []byte
			TotpStep   int64
		}
		err := db.Do(ctx, tx, db.One(&u, `SELECT totp_sealed, totp_step FROM users WHERE id = @id FOR UPDATE`, db.Args{"id": x.Actor.UserID}))
		if err != nil || u.TotpSealed == nil {
			return wrong
		}
		url, err := s.keys.Open(u.TotpSealed, sealedTOTP)
		if err != nil {
			return err
		}
		key, err := otp.NewKeyFromURL(url)
		if err != nil {
			return err
		}
		step, ok := s.stepOf(key.Secret(), code)
		if !ok || step <= u.TotpStep {
			return wrong
		}
		var b db.Batch
		b.Add(`UPDATE users SET totp_at = coalesce(totp_at, @now), totp_step = @step WHERE id = @id`,
			db.Args{"now": s.now(), "step": step, "id": x.Actor.UserID})
		b.Add(`UPDATE sessions SET verified = true WHERE id = @id`, db.Args{"id": x.ID})
		if err := b.Run(ctx, tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, x.Actor, audit.Event{
			At: s.now(), Kind: "account", ID: x.Actor.UserID, Action: "account.second_factor", Title: "通过动态口令",
		})
	})
}

// period is how long one code is right, in seconds.
const period = 30

// stepOf finds the time step, now or a neighbour, whose code this is.
func (s *Store) stepOf(key, code string) (int64, bool) {
	now := s.now().Unix() / period
	for step := now - 1; step <= now+1; step++ {
		want, err := totp.GenerateCode(key, time.Unix(step*period, 0))
		if err == nil && want == code {
			return step, true
		}
	}
	return 0, false
}
