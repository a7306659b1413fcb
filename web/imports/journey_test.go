package imports_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"portal/internal/access"
	"portal/internal/dbtest"
)

// TestJourney is an import of 2,000 deputies with 12 planted errors: sent, put
// right in the sheet that names them, sent again, confirmed and undone.
func TestJourney(t *testing.T) {
	h := open(t)
	dir := t.TempDir()
	save := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	staff := h.Actor(access.Staff)
	b := h.Browser(staff)
	b.Go("/imports/new").Attach("填好的表格", save("名册.xlsx", sheet(t, 2000, 12))).Press("上传并核对")
	h.s.Wait()
	at := b.Path()
	b.Go(at).See("待确认", "有 12 行有错误", "新增 1988", "错误 12").Accessible()
	b.Phone().Go(at).Fits()
	b.Desk().Go(at+"?kind=error").See("F2", "任职日期不是日期")

	marked := save("标出错误.xlsx", h.Raw(staff, at+"/corrections"))
	f, err := excelize.OpenFile(marked)
	if err != nil {
		t.Fatal(err)
	}
	for line := 2; line <= 13; line++ {
		if said, _ := f.GetCellValue("代表名册", fmt.Sprint("K", line)); said == "" {
			t.Errorf("line %d does not say what is wrong", line)
		}
		if err := f.SetCellStr("代表名册", fmt.Sprint("F", line), "2021-12-01"); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SaveAs(marked); err != nil {
		t.Fatal(err)
	}
	b.Go("/imports/new").Attach("填好的表格", marked).Press("上传并核对")
	h.s.Wait()
	at = b.Path()
	b.Go(at).See("新增 2000", "错误 0").Unfold("确认导入").Within("确认导入", func() { b.Press("确认导入") })
	h.s.Wait()
	b.Go(at).See("已导入")
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*) FROM deputy_elections WHERE state = 'elected'`); n != 2000 {
		t.Fatalf("%d are proposed, want 2000", n)
	}
	b.Unfold("整批撤销").Within("整批撤销", func() { b.Fill("撤销理由", "表格发错了").Press("撤销这次导入") })
	h.s.Wait()
	b.Go(at).See("已撤销", "表格发错了")
	if n := dbtest.Scan[int](t, h.Admin, `SELECT count(*) FROM deputy_elections WHERE state = 'elected'`); n != 0 {
		t.Errorf("%d proposals stay", n)
	}
}
