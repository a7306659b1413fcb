package demo

import (
	"context"
	"fmt"
	"time"

	"portal/internal/calendar"
	"portal/internal/db"
	"portal/internal/mandate"
)

// reconsider is what the city does in the last days: it withdraws, proposes a
// change and approves another, and has drafts at every stage on its desk.
func (c Config) reconsider(ctx context.Context, streets []*street, laws *lawbook) error {
	h := c.hall(streets, laws)
	h.now = c.Now
	var known []struct {
		ID    int64
		Title string
	}
	err := c.DB.Read(ctx, h.office, db.Many(&known, `SELECT id, title FROM mandates WHERE city_id = @city ORDER BY id LIMIT 100`, db.Args{"city": h.office.CityID}))
	if err != nil {
		return err
	}
	for _, k := range known {
		object := "公安分局"
		if k.Title == "授权开展安全生产法执法检查" {
			object = "城市建设办公室"
		}
		switch k.Title {
		case "授权听取营商环境专项工作报告":
			err = h.do(ctx, k.ID, func(st mandate.Step) error {
				return h.s.Withdraw(ctx, h.leader, st, calendar.AddDays(c.Now, 1), "改由市人大常委会统一听取报告")
			})
		case "授权开展消防条例执法检查", "授权开展安全生产法执法检查":
			more := within("law_check", object, "检查法律法规实施情况，并检查上一次检查意见的整改情况。", calendar.AddDays(c.Now, -60), calendar.AddDays(c.Now, 120), "law_check", "hear_report")
			err = h.do(ctx, k.ID, func(st mandate.Step) error {
				return h.s.ProposeChange(ctx, h.office, st, calendar.AddDays(c.Now, 1), "检查期限延长，增加听取整改情况报告", []mandate.Matter{more})
			})
			if err == nil && k.Title == "授权开展消防条例执法检查" {
				err = h.do(ctx, k.ID, func(st mandate.Step) error { return h.s.ApproveChange(ctx, h.leader, st) })
			}
		}
		if err != nil {
			return fmt.Errorf("%s: %w", k.Title, err)
		}
	}
	if err := h.drafts(ctx, c.Now, streets); err != nil {
		return err
	}
	return h.requests(ctx, streets)
}

// drafts are authorisations that are not issued: one at each stage.
func (h *cityHall) drafts(ctx context.Context, now time.Time, streets []*street) error {
	for i, d := range []struct{ title, subject, measure, object, content string }{
		{"授权听取历史文化街区保护工作报告", "hear_report", "hear_report", "住房规划建设局", "听取历史文化街区保护利用情况报告，提出意见建议。"},
		{"授权开展河道管理条例执法检查", "law_check", "law_check", "生态环境分局", "检查河道管理条例实施情况，提出意见建议。"},
		{"授权对公共文化服务开展评议", "appraisal", "inspect_appraise", "宣教文体局", "对公共文化设施开放和服务情况开展评议。"},
		{"授权听取物业管理工作报告", "hear_report", "hear_report", "住房规划建设局", "听取物业管理工作情况报告。"},
	} {
		t := h.one(mandate.Project, d.title, "chairpersons", "", back(now, 3), byDuty,
			within(d.subject, d.object, d.content, calendar.AddDays(now, 7), calendar.AddDays(now, 90), d.measure))
		for _, s := range streets {
			t.Streets = append(t.Streets, s.id)
		}
		id, err := h.s.DraftMandate(ctx, h.office, fmt.Sprint("demo-draft-", i), t)
		moves := []func(mandate.Step) error{
			func(st mandate.Step) error { return h.s.Submit(ctx, h.office, st) },
			func(st mandate.Step) error { return h.s.Approve(ctx, h.leader, st) },
		}[:i%3]
		if i == 3 {
			moves = []func(mandate.Step) error{func(st mandate.Step) error { return h.s.Drop(ctx, h.office, st, "与已下达的授权重复") }}
		}
		if err == nil {
			err = h.do(ctx, id, moves...)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", d.title, err)
		}
	}
	return nil
}
