package main

import (
	"context"
	"errors"
	"fmt"

	"portal/internal/access"
	"portal/internal/committee"
	"portal/internal/db"
)

// operatorFlags are those of commands with which whoever has a shell on the
// server does what nobody can do on a page.
type operatorFlags struct{ databaseFlags }

// operator is who acts in such commands.
var operator = access.Actor{Role: access.Operator, Name: "服务器操作员"}

// with opens the database for fn. The private one is brought to the newest
// schema first, as serve does.
func (f operatorFlags) with(ctx context.Context, fn func(*db.DB) error) (err error) {
	url, closing, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing()) }()
	err = db.CheckSchema(ctx, url)
	if errors.Is(err, db.ErrOldSchema) && f.private() {
		err = db.Migrate(ctx, url)
	}
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, url, 2)
	if err != nil {
		return err
	}
	defer d.Close()
	return fn(d)
}

// inCity returns the operator acting in the city with the code or name; the
// only city needs no naming.
func inCity(ctx context.Context, cities *committee.Store, city string) (access.Actor, string, error) {
	list, err := cities.Cities(ctx, operator)
	if err != nil {
		return operator, "", err
	}
	for _, c := range list {
		if c.Code == city || c.Name == city || city == "" && len(list) == 1 {
			a := operator
			a.CityID = c.ID
			return a, c.Name, nil
		}
	}
	switch {
	case len(list) == 0:
		return operator, "", errors.New("还没有城市，请先运行 portal city found。\nThere is no city yet: run `portal city found`")
	case city == "":
		return operator, "", errors.New("有几个城市，请用 --city 指明。\nThere are several cities: name one with --city")
	}
	return operator, "", fmt.Errorf("没有这个城市：%[1]s。\nThere is no city %[1]s: `portal city list` shows them", city)
}
