package main

import (
	"context"
	"fmt"
	"time"

	"portal/internal/committee"
	"portal/internal/db"
	"portal/internal/text"
)

type cityCommand struct {
	Found  cityFound  `cmd:"" help:"Found a city: the first thing in a new installation."`
	Street cityStreet `cmd:"" help:"Found a street of a city."`
	List   cityList   `cmd:"" help:"List the cities and their streets."`
}

type cityFound struct {
	operatorFlags

	Name string `arg:"" help:"Name of the city, such as 东莞市."`
	Code string `arg:"" help:"Its division code of six digits, such as 441900."`
}

// Run makes the city.
func (c *cityFound) Run(ctx context.Context) error {
	var r text.Reader
	n := committee.NewCity{Name: r.Line("name", c.Name, "城市名称", text.Name, true), Code: r.Digits("code", c.Code, "区划代码", 6)}
	if err := r.Bad.Err(); err != nil {
		return err
	}
	return c.with(ctx, func(d *db.DB) error {
		if _, err := committee.NewStore(d, time.Now).FoundCity(ctx, operator, n); err != nil {
			return err
		}
		say("已设立 founded: %s (%s)", n.Name, n.Code)
		say("接着 next: portal city street, portal account admins")
		return nil
	})
}

type cityStreet struct {
	operatorFlags

	City      string `env:"PORTAL_CITY" placeholder:"CODE" help:"Code or name of the city. Empty: the only one."`
	Committee string `env:"PORTAL_COMMITTEE" placeholder:"NAME" help:"Short name of the street's committee. Empty: 人大, the street's name, 工委."`
	Name      string `arg:"" help:"Name of the street, such as 东城街道."`
	Code      string `arg:"" help:"Its division code of nine digits, such as 441900003."`
	Slug      string `arg:"" help:"Its name in Latin letters, such as dongcheng."`
}

// Run makes the street.
func (c *cityStreet) Run(ctx context.Context) error {
	var r text.Reader
	n := committee.NewStreet{
		Name: r.Line("name", c.Name, "街道名称", text.Name, true), Code: r.Digits("code", c.Code, "区划代码", 9),
		Slug: r.Line("slug", c.Slug, "拼音", text.Name, true), Committee: r.Line("committee", c.Committee, "工委简称", text.Name, false),
	}
	if err := r.Bad.Err(); err != nil {
		return err
	}
	if n.Committee == "" {
		n.Committee = "人大" + n.Name + "工委"
	}
	return c.with(ctx, func(d *db.DB) error {
		s := committee.NewStore(d, time.Now)
		actor, city, err := inCity(ctx, s, c.City)
		if err != nil {
			return err
		}
		n.CityID = actor.CityID
		if _, err := s.FoundStreet(ctx, actor, n); err != nil {
			return err
		}
		say("已设立 founded: %s %s (%s), %s", city, n.Name, n.Code, n.Committee)
		return nil
	})
}

type cityList struct{ operatorFlags }

// Run prints the cities and their streets.
func (c *cityList) Run(ctx context.Context) error {
	return c.with(ctx, func(d *db.DB) error {
		list, err := committee.NewStore(d, time.Now).Cities(ctx, operator)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			say("还没有城市 no city yet: portal city found")
		}
		for _, city := range list {
			fmt.Printf("%s  %s\n", city.Code, city.Name)
			for i, street := range city.Streets {
				fmt.Printf("  %s  %s\n", city.Codes[i], street)
			}
		}
		return nil
	})
}
