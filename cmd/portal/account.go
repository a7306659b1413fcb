package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"portal/internal/access"
	"portal/internal/account"
	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/text"
)

type accountCommand struct {
	Admins        accountAdmins  `cmd:"" help:"Make the three administrators of a city that has none yet."`
	Create        accountCreate  `cmd:"" help:"Make an account, and print the password to hand over once."`
	List          accountList    `cmd:"" help:"List the accounts of a city."`
	ResetPassword accountReset   `cmd:"" help:"Give an account a new password to hand over. Its sessions end."`
	Disable       accountDisable `cmd:"" help:"Shut an account. Its sessions end at once."`
}

func accounts(d *db.DB) *account.Store {
	return account.NewStore(account.Config{DB: d, Now: time.Now})
}

type accountAdmins struct {
	operatorFlags

	City   string `env:"PORTAL_CITY" placeholder:"CODE" help:"Code or name of the city. Empty: the only one."`
	Prefix string `env:"PORTAL_PREFIX" placeholder:"TEXT" help:"What the three account names begin with, such as dg-: account names are unique in the whole installation."`

	System   string `arg:"" help:"Name of the system administrator, who keeps accounts and settings."`
	Security string `arg:"" help:"Name of the security administrator, who approves roles."`
	Audit    string `arg:"" help:"Name of the audit administrator, who reads the record."`
}

// Run makes those of the three that the city lacks.
func (c *accountAdmins) Run(ctx context.Context) error {
	return c.with(ctx, func(d *db.DB) error {
		actor, city, err := inCity(ctx, committee.NewStore(d, time.Now), c.City)
		if err != nil {
			return err
		}
		s := accounts(d)
		for _, a := range []struct {
			role        access.Role
			login, name string
		}{{access.SystemAdmin, "sysadmin", c.System}, {access.SecurityAdmin, "secadmin", c.Security}, {access.AuditAdmin, "auditor", c.Audit}} {
			_, have, _, err := s.Accounts(ctx, actor, account.Filter{Role: string(a.role), State: "open", Limit: 1})
			if err != nil {
				return err
			}
			if have > 0 {
				say("%s已有%s there is a %s already", city, a.role.Name(), a.role)
				continue
			}
			if err := makeAccount(ctx, s, actor, c.Prefix+a.login, a.name, []string{string(a.role)}); err != nil {
				return err
			}
		}
		return nil
	})
}

type accountCreate struct {
	operatorFlags

	City  string   `env:"PORTAL_CITY" placeholder:"CODE" help:"Code or name of the city. Empty: the only one."`
	Role  []string `env:"PORTAL_ROLE" placeholder:"ROLE" enum:"system_admin,security_admin,audit_admin" help:"Administrator's role to give: system_admin, security_admin or audit_admin, of which a person has one. All other roles are asked for and approved on the pages."`
	Login string   `arg:"" help:"Account name: small letters, digits, points and hyphens."`
	Name  string   `arg:"" help:"Name of the person."`
}

// Run makes the account.
func (c *accountCreate) Run(ctx context.Context) error {
	return c.with(ctx, func(d *db.DB) error {
		actor, _, err := inCity(ctx, committee.NewStore(d, time.Now), c.City)
		if err != nil {
			return err
		}
		return makeAccount(ctx, accounts(d), actor, c.Login, c.Name, c.Role)
	})
}

func makeAccount(ctx context.Context, s *account.Store, actor access.Actor, login, name string, roles []string) error {
	var r text.Reader
	n := account.NewAccount{Login: login, Name: r.Line("name", name, "姓名", text.Name, true)}
	if err := r.Bad.Err(); err != nil {
		return err
	}
	id, password, err := s.CreateAccount(ctx, actor, n)
	if err != nil {
		return err
	}
	handOver(login, n.Name, password)
	for _, role := range roles {
		if err := s.GrantRole(ctx, actor, id, account.Grant{Role: access.Role(role)}); err != nil {
			return err
		}
		fmt.Printf("  身份     role      %s %s\n", access.Role(role).Name(), role)
	}
	return nil
}

// handOver prints what to tell the person.
func handOver(login, name, password string) {
	fmt.Printf("账号       account   %s（%s）\n", login, name)
	fmt.Printf("  初始密码 password  %s\n", password)
	fmt.Printf("  请当面告诉本人，只显示这一次。Shown once: tell the person, who changes it first.\n")
}

type accountList struct {
	operatorFlags

	City string `env:"PORTAL_CITY" placeholder:"CODE" help:"Code or name of the city. Empty: the only one."`
	Role string `env:"PORTAL_ROLE" placeholder:"ROLE" help:"Only those with this role, such as system_admin."`
}

// Run prints the accounts, a line each.
func (c *accountList) Run(ctx context.Context) error {
	return c.with(ctx, func(d *db.DB) error {
		actor, _, err := inCity(ctx, committee.NewStore(d, time.Now), c.City)
		if err != nil {
			return err
		}
		s := accounts(d)
		for f := (account.Filter{Role: c.Role, Limit: 500}); ; {
			list, _, next, err := s.Accounts(ctx, actor, f)
			if err != nil {
				return err
			}
			for i := range list {
				fmt.Println(accountLine(&list[i]))
			}
			if f.After = next; next == "" {
				return nil
			}
		}
	})
}

func accountLine(a *account.Account) string {
	words := []string{fmt.Sprintf("%-24s %s", a.Login, a.Name)}
	for i, role := range a.Roles {
		words = append(words, role.Name()+"（"+a.Places[i]+"）")
	}
	if a.Disabled {
		words = append(words, "[已停用 disabled]")
	}
	return strings.Join(words, "  ")
}

type accountReset struct {
	operatorFlags

	SecondFactor bool   `name:"second-factor" env:"PORTAL_SECOND_FACTOR" help:"Forget the second factor, too, as when a phone was lost."`
	Login        string `arg:"" help:"Account name."`
}

// Run prints the new password.
func (c *accountReset) Run(ctx context.Context) error {
	return c.with(ctx, func(d *db.DB) error {
		s := accounts(d)
		a, actor, err := byLogin(ctx, s, c.Login)
		if err != nil {
			return err
		}
		password, err := s.ResetPassword(ctx, actor, a.ID, "")
		if err != nil {
			return err
		}
		if c.SecondFactor {
			if err := s.ResetSecondFactor(ctx, actor, a.ID, "服务器操作员重设"); err != nil {
				return err
			}
		}
		handOver(a.Login, a.Name, password)
		return nil
	})
}

type accountDisable struct {
	operatorFlags

	Reason string `env:"PORTAL_REASON" required:"" help:"Why, for the record."`
	Login  string `arg:"" help:"Account name."`
}

// Run shuts the account.
func (c *accountDisable) Run(ctx context.Context) error {
	return c.with(ctx, func(d *db.DB) error {
		s := accounts(d)
		a, actor, err := byLogin(ctx, s, c.Login)
		if err != nil {
			return err
		}
		var r text.Reader
		reason := r.Line("reason", c.Reason, "理由", 500, true)
		if err := r.Bad.Err(); err != nil {
			return err
		}
		if err := s.Disable(ctx, actor, a.ID, reason); err != nil {
			return err
		}
		say("已停用 disabled: %s（%s）", a.Login, a.Name)
		return nil
	})
}

func byLogin(ctx context.Context, s *account.Store, login string) (account.Account, access.Actor, error) {
	a, city, err := s.AccountByLogin(ctx, operator, login)
	if errors.Is(err, fault.NotFound) {
		err = fmt.Errorf("没有这个账号：%[1]s。\nThere is no account %[1]s: `portal account list` shows them", login)
	}
	actor := operator
	actor.CityID = city
	return a, actor, err
}
