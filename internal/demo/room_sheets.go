package demo

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"portal/internal/calendar"
	"portal/internal/committee"
	"portal/internal/file"
	"portal/internal/fund"
	"portal/internal/opinion"
	"portal/internal/procedure"
	"portal/internal/register"
	"portal/internal/station"
)

// roomSheets plans what the registers of places and of money were filled with by
// sheet: opening hours put right, a community sent by mistake and taken back, the
// budget of next year that waits to be confirmed.
func (s *street) roomSheets() {
	s.at(clock(back(s.end, 8), 9, 40), s.newHours)
	s.at(clock(back(s.end, 5), 11, 10), s.wrongCommunity)
	s.at(clock(back(s.end, 2), 15, 30), s.nextBudget)
}

// newHours sends the register of stations back with other hours for the first two.
func (s *street) newHours(ctx context.Context) error {
	now := s.standing()
	sheet := station.NewStore(s.c.DB, opinion.NewStore(s.c.DB, s.c.Keys, file.NewStore(s.c.DB, now), now), s.c.Keys, now).Sheet()
	_, err := s.bySheet(ctx, sheet, "联络站名册（调整开放时间）.xlsx", register.Applied, func(f *excelize.File, title string) error {
		for _, line := range []string{"2", "3"} {
			if err := f.SetCellStr(title, "F"+line, "每周一至周五 8:30—17:30"); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// wrongCommunity adds a community of another street, which is undone.
func (s *street) wrongCommunity(ctx context.Context) error {
	_, err := s.bySheet(ctx, committee.NewStore(s.c.DB, s.standing()).CommunitySheet(), "社区名册（误传）.xlsx", register.Undone, func(f *excelize.File, title string) error {
		return addRow(f, title, "441900999001", "外街社区")
	})
	return err
}

// nextBudget sends the budget of next year, to be confirmed.
func (s *street) nextBudget(ctx context.Context) error {
	next := calendar.On(s.now).Year() + 1
	_, err := s.bySheet(ctx, fund.NewStore(s.c.DB, s.standing()).Sheet(), fmt.Sprintf("%d年经费预算.xlsx", next), register.Preview, func(f *excelize.File, title string) error {
		return addRow(f, title, next, fmt.Sprintf("%s%d年部门预算（草案）", s.name, next), "", 18.5, 12, 40, 30.25, 5)
	})
	return err
}

// standing is the clock as it stands now.
func (s *street) standing() func() time.Time {
	at := s.now
	return func() time.Time { return at }
}

// addRow writes a row below those that are there.
func addRow(f *excelize.File, title string, cells ...any) error {
	rows, err := f.GetRows(title)
	if err != nil {
		return err
	}
	return f.SetSheetRow(title, "A"+strconv.Itoa(len(rows)+1), &cells)
}

// bySheet exports a register, changes it and sends it back, and brings the import as
// far as the state says.
func (s *street) bySheet(ctx context.Context, sheet *register.Sheet, name string, to procedure.State, change func(*excelize.File, string) error) (m register.Import, err error) {
	registers, staff := register.NewStore(s.c.DB, s.c.Keys, slog.New(slog.DiscardHandler), s.standing(), sheet), s.who["staff"]
	d, err := registers.Export(ctx, staff, sheet.Register, s.id)
	if err != nil {
		return m, err
	}
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		return m, err
	}
	content, err := edited(&b, change)
	if err != nil {
		return m, err
	}
	id, err := registers.Send(ctx, staff, register.Sending{Key: s.key("import"), Register: sheet.Register, Name: name, Content: content})
	if err == nil {
		m, err = s.stands(ctx, registers, id, register.Preview)
	}
	if err == nil && to != register.Preview {
		if err = registers.Confirm(ctx, staff, m.ID, m.Version); err == nil {
			m, err = s.stands(ctx, registers, id, register.Applied)
		}
	}
	if err == nil && to == register.Undone {
		if err = registers.Undo(ctx, staff, m.ID, m.Version, "这个社区不属于本街道"); err == nil {
			m, err = s.stands(ctx, registers, id, register.Undone)
		}
	}
	return m, err
}
