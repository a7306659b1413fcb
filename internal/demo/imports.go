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
	"portal/internal/deputy"
	"portal/internal/procedure"
	"portal/internal/register"
	"portal/internal/team"
)

// sheets plans what was filled in by sheet in the weeks before today: a register
// that was put right, one that was sent by mistake and taken back, one that waits
// with its mistakes; and two proposals of today that may be of one person.
func (s *street) sheets() {
	s.at(clock(back(s.end, 9), 15, 20), s.putRight)
	s.at(clock(back(s.end, 6), 16, 5), s.sentByMistake)
	s.at(clock(back(s.end, 1), 16, 30), s.withMistakes)
	s.at(s.end, s.proposedTwice)
	s.roomSheets()
}

// putRight sends the register of deputies back with three new introductions.
func (s *street) putRight(ctx context.Context) error {
	registers := s.registers()
	d, err := registers.Export(ctx, s.who["staff"], "deputies", s.id)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		return err
	}
	mine := map[string]string{}
	for i, p := range s.deputies[5:8] {
		mine[p.name] = intros[(i+3)%len(intros)] + "每季度到联络站接待选民。"
	}
	content, err := edited(&b, func(f *excelize.File, title string) error {
		rows, err := f.GetRows(title)
		for i, r := range rows {
			if intro := mine[r[0]]; intro != "" && err == nil {
				err = f.SetCellStr(title, "H"+strconv.Itoa(i+1), intro)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	m, err := s.sendSheet(ctx, registers, "代表名册（更新简介）.xlsx", content)
	if err == nil {
		err = registers.Confirm(ctx, s.who["staff"], m.ID, m.Version)
	}
	if err != nil {
		return err
	}
	_, err = s.stands(ctx, registers, m.ID, register.Applied)
	return err
}

// sentByMistake adds three deputies of another district, which is undone.
func (s *street) sentByMistake(ctx context.Context) error {
	registers, staff := s.registers(), s.who["staff"]
	var rows [][]any
	for range 3 {
		rows = append(rows, []any{s.people.name(), "女", "第九十选区", sixteenth, "财经", "2016-12-30", s.people.phone(), intros[6]})
	}
	content, err := s.filled(ctx, registers, rows)
	if err != nil {
		return err
	}
	m, err := s.sendSheet(ctx, registers, "代表名册（补录）.xlsx", content)
	if err == nil {
		err = registers.Confirm(ctx, staff, m.ID, m.Version)
	}
	if err == nil {
		m, err = s.stands(ctx, registers, m.ID, register.Applied)
	}
	if err == nil {
		err = registers.Undo(ctx, staff, m.ID, m.Version, "表格用错了，这三人不是本街道选区的代表")
	}
	if err != nil {
		return err
	}
	_, err = s.stands(ctx, registers, m.ID, register.Undone)
	return err
}

// withMistakes sends a sheet most of whose rows cannot be taken.
func (s *street) withMistakes(ctx context.Context) error {
	registers := s.registers()
	row := func() []any {
		return []any{s.people.name(), "男", s.name + "第三十选区", sixteenth, "财经", "2016-12-30", s.people.phone(), intros[2]}
	}
	rows := [][]any{row(), row(), row(), row(), row()}
	rows[1][5], rows[2][3], rows[3][4], rows[4][6] = "二〇一六年底", "市九十届", "体育", "无"
	content, err := s.filled(ctx, registers, rows)
	if err != nil {
		return err
	}
	_, err = s.sendSheet(ctx, registers, "代表名册（待核对）.xlsx", content)
	return err
}

// proposedTwice has two communities propose somebody of the same name and place
// of work, with different numbers: perhaps one person.
func (s *street) proposedTwice(ctx context.Context) error {
	t := s.teams()
	name, at := s.people.name(), s.communities[:2]
	for i, role := range []string{team.Liaison, team.Information} {
		_, err := t.store.Propose(ctx, s.who["staff"], team.Proposal{
			Key: s.key("proposed"), Roles: []string{role}, Communities: []int64{at[i].id}, Proposer: at[i].name + "居委会", On: calendar.On(s.now),
			Person: team.Person{Name: name, Work: s.name + "社区服务中心", Phone: s.people.phone()},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// registers is the room of imports as it stands now. What it works on in the
// background it must be through with before the clock goes on.
func (s *street) registers() *register.Store {
	at := s.now
	now := func() time.Time { return at }
	return register.NewStore(s.c.DB, s.c.Keys, slog.New(slog.DiscardHandler), now, deputy.NewStore(s.c.DB, s.c.Keys, now).Sheet())
}

// sendSheet sends a register of deputies and waits for its preview.
func (s *street) sendSheet(ctx context.Context, registers *register.Store, name string, content []byte) (m register.Import, err error) {
	id, err := registers.Send(ctx, s.who["staff"], register.Sending{Key: s.key("import"), Register: "deputies", Name: name, Content: content})
	if err != nil {
		return m, err
	}
	return s.stands(ctx, registers, id, register.Preview)
}

// stands waits for the work on an import, which must leave it in a state.
func (s *street) stands(ctx context.Context, registers *register.Store, id int64, state procedure.State) (m register.Import, err error) {
	registers.Wait()
	m, err = registers.Import(ctx, s.who["staff"], id)
	if err == nil && m.State != state {
		err = fmt.Errorf("import %d is %s, want %s: %s", id, m.State, state, m.Failure)
	}
	return m, err
}

// filled is the template of the register of deputies with rows.
func (s *street) filled(ctx context.Context, registers *register.Store, rows [][]any) ([]byte, error) {
	d, err := registers.Template(ctx, s.who["staff"], "deputies", s.id)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		return nil, err
	}
	return edited(&b, func(f *excelize.File, title string) error {
		for i := range rows {
			if err := f.SetSheetRow(title, "A"+strconv.Itoa(i+2), &rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// edited is a workbook after a change of its first sheet.
func edited(in *bytes.Buffer, change func(f *excelize.File, title string) error) ([]byte, error) {
	f, err := excelize.OpenReader(in)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := change(f, f.GetSheetName(0)); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = f.Write(&out)
	return out.Bytes(), err
}
