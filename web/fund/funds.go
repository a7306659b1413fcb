// Package fund serves the page of what a street's committee may spend and spends.
package fund

import (
	"net/http"
	"strconv"

	"portal/internal/access"
	"portal/internal/calendar"
	"portal/internal/choice"
	"portal/internal/committee"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/fund"
	"portal/internal/text"
	"portal/web/page"
	"portal/web/ui"
)

type handler struct {
	funds   *fund.Store
	streets *committee.Store
}

// Register adds the room's routes: a year of a street, or of all streets for the
// city, and what is entered there.
func Register(rs *page.Routes, s *fund.Store, streets *committee.Store) {
	h := handler{s, streets}
	rs.Get(page.FundsURL, access.ViewFunds, h.year)
	rs.Post(page.FundsURL+"/budget", access.KeepFunds, h.budget)
	rs.Post(page.FundsURL+"/spending", access.KeepFunds, h.spend)
}

// query is the page's address. The year is that of to where it is not given.
type query struct {
	Street string `form:"street"`
	Year   string `form:"year"`
	To     string `form:"to"`
	Format string `form:"format"`
}

func (h handler) asked(r *http.Request, q query) (street int64, year int) {
	var typed text.Reader
	year = calendar.On(h.funds.Now()).Year()
	if n, err := strconv.Atoi(q.Year); err == nil && n >= 2000 && n <= 2100 {
		year = n
	} else if to := typed.Date("to", q.To, "", false); !to.IsZero() {
		year = min(max(to.Year(), 2000), 2100)
	}
	street = page.Actor(r).StreetID
	if street == 0 {
		street = page.Int64(q.Street)
	}
	return street, year
}

// view is the page.
type view struct {
	head    ui.PageHead
	year    fund.Year
	years   []ui.Option
	figures []ui.Figure
	items   ui.Table
	version ui.Table
	spent   ui.Table
	moves   []ui.Move
	bad     fault.Fields
	changed string
}

func (h handler) year(w http.ResponseWriter, r *http.Request) error {
	q := page.Query[query](r)
	street, year := h.asked(r, q)
	if street == 0 {
		return h.city(w, r, year)
	}
	y, err := h.funds.Year(r.Context(), page.Actor(r), street, year)
	if err != nil {
		return err
	}
	if q.Format == "xlsx" {
		return export(w, &y)
	}
	return page.OK(w, r, yearPage(h.view(page.Actor(r), y, nil)))
}

func (h handler) view(actor access.Actor, y fund.Year, sent *page.Sent) *view {
	v := &view{year: y, years: years(h), bad: sent.Bad()}
	t := y.Totals()
	v.head = ui.PageHead{
		Title: "工委经费", Sub: y.Committee + "，" + strconv.Itoa(y.Year) + " 年，单位万元",
		Links: []ui.Link{{Label: "导出", URL: page.FundURL(y.StreetID, y.Year) + "&format=xlsx", Icon: "export"}},
	}
	v.head.Links = append(v.head.Links, page.ImportLinks(actor, "funds", "预算", access.KeepFunds)...)
	if actor.StreetID == 0 {
		v.head.Back = &ui.Link{Label: "各街道经费", URL: page.FilteredURL(page.FundsURL, "year", strconv.Itoa(y.Year))}
	}
	v.figures = []ui.Figure{
		{Label: "预算", Value: t.Budgeted.String(), Unit: "万元"},
		{Label: "已支出", Value: t.Spent.String(), Unit: "万元"},
		{Label: "余额", Value: (t.Budgeted - t.Spent).String(), Unit: "万元"},
	}
	v.items, v.version, v.spent = items(&y), versions(&y), spendings(&y)
	if actor.May(access.KeepFunds) {
		v.moves = moves(h, &y, sent)
	}
	return v
}

func years(h handler) []ui.Option {
	var list []ui.Option
	for y := calendar.On(h.funds.Now()).Year() + 1; y >= 2019; y-- {
		list = append(list, ui.Option{Value: strconv.Itoa(y), Label: strconv.Itoa(y) + " 年"})
	}
	return list
}

func items(y *fund.Year) ui.Table {
	t := ui.Table{Caption: "预算和支出（万元）", Columns: []ui.Column{{Label: "项目"}, {Label: "预算", Number: true}, {Label: "已支出", Number: true}, {Label: "余额", Number: true}}}
	line := func(label string, i fund.ItemLine) ui.Row {
		return ui.Row{Cells: []ui.Cell{{Text: label}, {Text: i.Budgeted.String()}, {Text: i.Spent.String()}, {Text: (i.Budgeted - i.Spent).String()}}}
	}
	for _, i := range y.Items {
		t.Rows = append(t.Rows, line(choice.Name(fund.Items, i.Item), i))
	}
	total := line("合计", y.Totals())
	t.Total = &total
	return t
}

func versions(y *fund.Year) ui.Table {
	t := ui.Table{Caption: "预算的版本", Columns: []ui.Column{{Label: "版本"}, {Label: "合计（万元）", Number: true}, {Label: "依据"}, {Label: "调整的理由"}, {Label: "登记", Less: true}}}
	for _, x := range y.Versions {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: "第 " + strconv.Itoa(x.Number) + " 版"}, {Text: x.Total.String()}, {Text: x.Document}, {Text: x.Reason}, {Text: calendar.Date(x.CreatedAt), Sub: x.Creator},
		}})
	}
	return t
}

func spendings(y *fund.Year) ui.Table {
	t := ui.Table{Caption: "支出", Columns: []ui.Column{{Label: "日期", Day: true}, {Label: "用途"}, {Label: "项目"}, {Label: "金额（万元）", Number: true}}}
	for _, x := range y.Spendings {
		t.Rows = append(t.Rows, ui.Row{Cells: []ui.Cell{
			{Text: calendar.Date(x.SpentOn)}, {Text: x.Purpose, Sub: x.Creator}, {Text: choice.Name(fund.Items, x.Item)}, {Text: x.Amount.String()},
		}})
	}
	return t
}

// moves are what the office may enter: spending, and a version of the budget.
func moves(h handler, y *fund.Year, sent *page.Sent) []ui.Move {
	year := ui.Control{Kind: "hidden", Field: ui.Field{Name: "year", Value: strconv.Itoa(y.Year)}}
	money := map[string]any{"inputmode": "decimal"}
	budget := ui.Move{
		Label: "登记预算", Action: page.FundsURL + "/budget", Button: "登记", Version: strconv.Itoa(y.Version()), Primary: y.Version() == 0,
		Consequence: "登记后不能修改。预算调整的，登记新的一版并写明理由，原来的版本保留。",
	}
	amounts := []ui.Control{year, {Kind: "input", Field: ui.Field{Name: "document", Label: "依据的文件", Hint: "例如 街道2020年部门预算", Max: fund.MaxDocument}}}
	if y.Version() > 0 {
		budget.Label = "调整预算"
		amounts = append(amounts, ui.Control{Kind: "text", Field: ui.Field{Name: "reason", Label: "调整的理由", Rows: 2, Max: fund.MaxReason}})
	}
	for _, i := range y.Items {
		amounts = append(amounts, ui.Control{Kind: "input", Field: ui.Field{
			Name: "amount-" + i.Item, Label: choice.Name(fund.Items, i.Item) + "（万元）", Value: i.Budgeted.String(), Max: 12, Attrs: money,
		}})
	}
	spending := ui.Move{
		Label: "登记支出", Action: page.FundsURL + "/spending", Button: "登记", Consequence: "登记后不能修改。登记错了的，再登记一笔负数冲销。", Primary: y.Version() > 0,
	}
	sent.Fill(&spending, "spending", []ui.Control{
		year,
		{Kind: "hidden", Field: ui.Field{Name: "key", Value: page.Key()}},
		{Kind: "input", Field: ui.Field{Name: "spent_on", Label: "支出日期", Type: "date", Value: calendar.ISO(h.funds.Now())}},
		{Kind: "select", Field: ui.Field{Name: "item", Label: "项目", Options: page.Terms(fund.Items, "请选择")}},
		{Kind: "input", Field: ui.Field{Name: "spent", Label: "金额（万元）", Hint: "最多两位小数", Max: 12, Attrs: money}},
		{Kind: "input", Field: ui.Field{Name: "purpose", Label: "用途", Max: fund.MaxPurpose}},
	})
	sent.Fill(&budget, "budget", amounts)
	return []ui.Move{spending, budget}
}

func (h handler) budget(w http.ResponseWriter, r *http.Request) error {
	return h.enter(w, r, "budget", func(sent *page.Sent, year int) error {
		b := fund.Budget{StreetID: page.Actor(r).StreetID, Year: year, Version: sent.Version, Amounts: map[string]fund.Wan{}}
		b.Document = sent.Line("document", "依据的文件", fund.MaxDocument, true)
		b.Reason = sent.Text("reason", "调整的理由", fund.MaxReason, false)
		for _, i := range fund.Items {
			b.Amounts[i.Key] = amount(sent, "amount-"+i.Key)
			if b.Amounts[i.Key] < 0 {
				sent.Complain("amount-"+i.Key, "预算不能是负数")
			}
		}
		return sent.Try(func() error { return h.funds.SetBudget(r.Context(), page.Actor(r), b) })
	})
}

func (h handler) spend(w http.ResponseWriter, r *http.Request) error {
	return h.enter(w, r, "spending", func(sent *page.Sent, _ int) error {
		n := fund.Spending{
			StreetID: page.Actor(r).StreetID, Key: sent.Line("key", "表单编号", 64, true),
			On: sent.Date("spent_on", "支出日期", true), Item: sent.Choice("item", "项目", fund.Items),
			Amount:  amount(sent, "spent"),
			Purpose: sent.Line("purpose", "用途", fund.MaxPurpose, true),
		}
		if n.Amount == 0 && sent.Read.Bad.For(sent.Field("spent")) == "" {
			sent.Complain("spent", "请填写金额，例如 12.50")
		}
		return sent.Try(func() error { return h.funds.Spend(r.Context(), page.Actor(r), n) })
	})
}

func amount(sent *page.Sent, name string) fund.Wan {
	w, ok := fund.ParseWan(sent.Value(name))
	if !ok {
		sent.Complain(name, "请填写以万元计的金额，最多两位小数，例如 12.50")
	}
	return w
}

// enter serves a form of the page.
func (h handler) enter(w http.ResponseWriter, r *http.Request, name string, do func(sent *page.Sent, year int) error) error {
	sent, err := page.ReadForm(w, r, name)
	if err != nil {
		return err
	}
	street, year := h.asked(r, query{Year: sent.Value("year")})
	err = do(sent, year)
	return sent.Answer(w, err, page.FundURL(street, year), "已登记。", func(code int) error {
		y, err := h.funds.Year(r.Context(), page.Actor(r), street, year)
		if err != nil {
			return err
		}
		v := h.view(page.Actor(r), y, sent)
		if code == http.StatusConflict {
			v.changed = "预算刚刚被别人改过，下面是现在的版本。您填写的还在，请核对后再登记。"
		}
		return page.Render(w, r, code, yearPage(v))
	})
}

// city lists the streets of the city with their sums.
func (h handler) city(w http.ResponseWriter, r *http.Request, year int) error {
	list, _, err := h.streets.Streets(r.Context(), page.Actor(r), "")
	if err != nil {
		return err
	}
	t := ui.Table{Caption: "各街道经费（万元）", Columns: []ui.Column{{Label: "街道"}, {Label: "预算", Number: true}, {Label: "已支出", Number: true}, {Label: "余额", Number: true}}}
	var all fund.ItemLine
	for _, s := range list {
		y, err := h.funds.Year(r.Context(), page.Actor(r), s.ID, year)
		if err != nil {
			return err
		}
		i := y.Totals()
		all.Budgeted += i.Budgeted
		all.Spent += i.Spent
		url := page.FundURL(s.ID, year)
		t.Rows = append(t.Rows, ui.Row{URL: url, Cells: []ui.Cell{{Text: s.Name, URL: url}, {Text: i.Budgeted.String()}, {Text: i.Spent.String()}, {Text: (i.Budgeted - i.Spent).String()}}})
	}
	t.Total = &ui.Row{Cells: []ui.Cell{{Text: "合计"}, {Text: all.Budgeted.String()}, {Text: all.Spent.String()}, {Text: (all.Budgeted - all.Spent).String()}}}
	return page.OK(w, r, cityPage(ui.PageHead{Title: "工委经费", Sub: strconv.Itoa(year) + " 年，单位万元"}, years(h), strconv.Itoa(year), t))
}

func export(w http.ResponseWriter, y *fund.Year) error {
	sums := document.Sheet{Name: "预算和支出", Head: []string{"项目", "预算（万元）", "已支出（万元）"}}
	for _, i := range y.Items {
		sums.Rows = append(sums.Rows, []any{choice.Name(fund.Items, i.Item), i.Budgeted.String(), i.Spent.String()})
	}
	spent := document.Sheet{Name: "支出", Head: []string{"日期", "项目", "金额（万元）", "用途", "登记人"}}
	for _, x := range y.Spendings {
		spent.Rows = append(spent.Rows, []any{calendar.ISO(x.SpentOn), choice.Name(fund.Items, x.Item), x.Amount.String(), x.Purpose, x.Creator})
	}
	page.Attachment(w, y.Street+strconv.Itoa(y.Year)+"年经费使用表.xlsx", document.XLSX)
	return document.WriteWorkbook(w, sums, spent)
}
