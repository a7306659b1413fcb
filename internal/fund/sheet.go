package fund

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/register"
)

// Sheet describes the budgets for their template, export and import: a row for each
// year, as its newest version has it. A budget that was entered is never changed: a
// row that says something else is a new version with its reason, and so is what an
// import is undone by.
func (s *Store) Sheet() *register.Sheet {
	columns := []register.Column{
		{Key: "year", Head: "年度", Kind: register.Int, Required: true, Natural: true, Low: 2000, High: 2100, Width: 8},
		{Key: "document", Head: "依据的文件", Required: true, Max: MaxDocument, Width: 32, Hint: "例如 街道2020年部门预算。"},
		{Key: "reason", Head: "调整的理由", Max: MaxReason, Width: 32, Hint: "第一次登记的年度不写；金额有调整的，写这一次的理由。"},
	}
	for _, i := range Items {
		columns = append(columns, register.Column{
			Key: i.Key, Head: i.Name + "（万元）", Kind: register.Money, Unit: "万元", Required: true, Width: 18, Hint: "没有的写 0。",
		})
	}
	return &register.Sheet{
		Register: "funds", Title: "工委经费预算", URL: "/funds", View: access.ViewFunds, Keep: access.KeepFunds,
		Guide: []string{
			"每个年度一行，各项金额的单位都是万元。导出的是每个年度现行的一版。",
			"已经登记的预算不会被改动：表格里金额不同的年度，导入后是新的一版，原来的版本保留。",
			"撤销导入也是登记新的一版：调整的年度恢复为原来的金额，新增的年度各项归零。这一年已经登记支出的，不能撤销。",
			"支出不在这张表里，在经费的页面逐笔登记。",
		},
		Columns: columns,
		Rows:    s.sheetRows, Check: sheetCheck, Weigh: sheetWeigh, Insert: s.sheetInsert, Change: s.sheetChange, Restore: s.sheetRestore, Remove: s.sheetRemove,
	}
}

func sheetCheck(r register.Record, now time.Time) (bad fault.Fields) {
	if next := calendar.On(now).Year() + 1; r.Int("year") > next {
		bad.Add("year", "年度最晚到 "+strconv.Itoa(next)+" 年")
	}
	for _, i := range Items {
		if r.Cents(i.Key) > mostWan {
			bad.Add(i.Key, i.Name+"不能超过 "+Wan(mostWan).String()+" 万元")
		}
	}
	return bad
}

// sheetWeigh asks for the reason of a revision, which a first version has not.
func sheetWeigh(before []string, r register.Record) (bad fault.Fields) {
	switch reason := r.Text("reason"); {
	case before == nil && reason != "":
		bad.Add("reason", "这个年度还没有预算，第一次登记不写调整的理由")
	case before != nil && reason == "":
		bad.Add("reason", "这个年度已有预算，请写明为什么调整")
	case before != nil && reason == before[2]:
		bad.Add("reason", "这是上一次调整的理由，请写明这一次为什么调整")
	}
	return bad
}

// sheetRows reads the newest version of each year. A year stands for its row's ID,
// the number of the version for the row's version.
func (s *Store) sheetRows(ctx context.Context, tx db.Tx, street int64, ids []int64) (list []register.Row, err error) {
	var rows []struct {
		Year, Number                                int
		Document, Reason                            string
		Meeting, Training, Deputies, Station, Other Wan
	}
	where, args := "", db.Args{"street": street}
	if ids != nil {
		where, args["ids"] = " AND b.year = ANY (@ids::bigint[])", ids
	}
	err = db.Do(ctx, tx, db.Many(&rows, `
		SELECT DISTINCT ON (b.year) b.year, b.number, b.document, b.reason,
		       `+amountOf("meeting")+`, `+amountOf("training")+`, `+amountOf("deputies")+`, `+amountOf("station")+`, `+amountOf("other")+`
		FROM npc_budgets b
		WHERE b.street_id = @street`+where+`
		ORDER BY b.year, b.number DESC
		LIMIT 200`, args))
	for _, r := range rows {
		list = append(list, register.Row{ID: int64(r.Year), Version: r.Number, Cells: []string{
			strconv.Itoa(r.Year), r.Document, r.Reason, r.Meeting.String(), r.Training.String(), r.Deputies.String(), r.Station.String(), r.Other.String(),
		}})
	}
	return list, err
}

func amountOf(item string) string {
	return `coalesce((SELECT (x.amount * 100)::bigint FROM npc_budget_items x WHERE x.street_id = b.street_id AND x.budget_id = b.id AND x.item = '` + item + `'), 0) AS ` + item
}

// budgetOf is what a row of the sheet says, to follow a version.
func budgetOf(r register.Record, street int64, version int) Budget {
	b := Budget{StreetID: street, Year: r.Int("year"), Version: version, Document: r.Text("document"), Reason: r.Text("reason"), Amounts: map[string]Wan{}}
	for _, i := range Items {
		b.Amounts[i.Key] = Wan(r.Cents(i.Key))
	}
	return b
}

func (s *Store) sheetInsert(ctx context.Context, tx db.Tx, actor access.Actor, street int64, _ string, r register.Record) (id int64, version int, err error) {
	b := budgetOf(r, street, 0)
	return int64(b.Year), 1, s.setBudget(ctx, tx, actor, b)
}

func (s *Store) sheetChange(ctx context.Context, tx db.Tx, actor access.Actor, street, _ int64, version int, r register.Record) (int, error) {
	return version + 1, s.setBudget(ctx, tx, actor, budgetOf(r, street, version))
}

// sheetRestore enters the amounts that were there before an import as a version
// more.
func (s *Store) sheetRestore(ctx context.Context, tx db.Tx, actor access.Actor, street, _ int64, version int, r register.Record) (int, error) {
	b := budgetOf(r, street, version)
	b.Reason = fmt.Sprintf("撤销导入，恢复第 %d 版的金额", version-1)
	return version + 1, s.setBudget(ctx, tx, actor, b)
}

// sheetRemove takes back a year that an import added: no version is removed, one of
// nothing follows it. A year of which something was spent stays.
func (s *Store) sheetRemove(ctx context.Context, tx db.Tx, actor access.Actor, street, id int64, version int) error {
	var was struct {
		Document string
		Spent    bool
	}
	err := db.Do(ctx, tx, db.One(&was, `
		SELECT b.document,
		       EXISTS (SELECT FROM npc_spendings x
		               WHERE x.street_id = b.street_id AND x.spent_on BETWEEN make_date(b.year, 1, 1) AND make_date(b.year, 12, 31)) AS spent
		FROM npc_budgets b
		WHERE b.street_id = @street AND b.year = @year AND b.number = @number`, db.Args{"street": street, "year": id, "number": version}))
	switch {
	case err != nil:
		return err
	case was.Spent:
		return fault.Fields{{Name: "year", Text: "这一年已经登记支出，不能撤销；请在经费的页面调整预算"}}
	}
	return s.setBudget(ctx, tx, actor, Budget{
		StreetID: street, Year: int(id), Version: version, Document: was.Document, Reason: "撤销导入，各项归零", Amounts: map[string]Wan{},
	})
}
