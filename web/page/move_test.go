package page_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"portal/internal/fault"
	"portal/web/page"
	"portal/web/ui"
)

// sent posts a form to the move "reply" of record 7 and gives it to use.
func sent(t *testing.T, form url.Values, use func(w http.ResponseWriter, s *page.Sent) error) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	router := chi.NewRouter()
	router.Post("/records/{id}/reply", func(w http.ResponseWriter, r *http.Request) {
		s, err := page.ReadMove(w, r, "reply")
		if err == nil {
			err = use(w, s)
		}
		if err != nil {
			t.Error(err)
		}
	})
	r := httptest.NewRequest("POST", "/records/7/reply", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	router.ServeHTTP(w, r)
	return w
}

func TestMoveComesBackAsTyped(t *testing.T) {
	form := url.Values{"version": {"3"}, "reply-text": {"路灯已修"}, "reply-units": {"4", "x", "5", "6"}, "refusal-text": {"别的表单"}}
	sent(t, form, func(w http.ResponseWriter, s *page.Sent) error {
		if s.ID != 7 || s.Version != 3 || s.Text("text", "答复", 100, true) != "路灯已修" {
			t.Errorf("the move is %+v", s)
		}
		if rows := s.Rows("units", 2); len(rows) != 2 || rows[0] != 4 || rows[1] != 5 {
			t.Errorf("Rows = %v, want the first two numbers", rows)
		}
		s.Row("lead", "主办单位")
		made := false
		err := s.Try(func() error { made = true; return nil })
		if made || err == nil {
			t.Errorf("a move with complaints was made: %v, %v", made, err)
		}
		return s.Answer(w, err, "/records/7", "完成", func(code int) error {
			var m, other ui.Move
			s.Fill(&m, "reply", []ui.Control{{Field: ui.Field{Name: "text"}}, {Field: ui.Field{Name: "lead"}}})
			s.Fill(&other, "refusal", []ui.Control{{Field: ui.Field{Name: "text"}}})
			if code != 422 || !m.Open || m.Controls[0].Value != "路灯已修" || m.Controls[1].Bad != "请选择主办单位" || m.Controls[1].Name != "reply-lead" {
				t.Errorf("%d: the form is %+v", code, m)
			}
			if other.Open || other.Controls[0].Value != "" {
				t.Errorf("another form was filled: %+v", other)
			}
			return nil
		})
	})
}

func TestComplaintsOfTheRoomFindTheirFields(t *testing.T) {
	sent(t, url.Values{"reply-text": {"x"}}, func(w http.ResponseWriter, s *page.Sent) error {
		bad := fault.Fields{{Name: "text", Text: "太短"}, {Name: "state", Text: "已办结"}, {Text: "没有字段"}}
		return s.Answer(w, bad, "", "", func(int) error {
			if got := s.Bad(); got[0].Name != "reply-text" || got[1].Name != "state" || got[2].Name != "" || bad[0].Name != "text" {
				t.Errorf("complaints = %v", got)
			}
			return nil
		})
	})
}

func TestWhatNoLongerFitsIsShown(t *testing.T) {
	sent(t, url.Values{"reply-text": {"写了很久"}}, func(w http.ResponseWriter, s *page.Sent) error {
		return s.Answer(w, fault.Stale, "", "", func(code int) error {
			if left := s.Left([]ui.Move{{Action: "/records/7/refusal"}}); code != 409 || len(left) != 1 || left[0].Text != "写了很久" {
				t.Errorf("%d: left over is %v", code, left)
			}
			if left := s.Left([]ui.Move{{Action: "/records/7/reply", Open: true}}); left != nil {
				t.Errorf("what stands in the form is shown twice: %v", left)
			}
			return nil
		})
	})
	rows := url.Values{"reply-row-b": {"乙"}, "reply-row-a": {"甲"}, "reply-key": {"K7"}, "refusal-row-c": {"丙"}}
	sent(t, rows, func(w http.ResponseWriter, s *page.Sent) error {
		if got := s.Named("row-"); len(got) != 2 || got[0] != "a" || got[1] != "b" {
			t.Errorf("Named = %v, want a and b", got)
		}
		if left := s.Left(nil); len(left) != 2 || left[0].Text != "甲" || left[1].Text != "乙" {
			t.Errorf("left over is %v, want what was typed, in order and without the key", left)
		}
		return s.Answer(w, nil, "/records/7", "完成", nil)
	})
	var opened *page.Sent
	moves := []ui.Move{{Label: "退回"}, {Label: "答复", Primary: true}}
	opened.Fill(&moves[0], "return", []ui.Control{{Field: ui.Field{Name: "text", Value: "预填"}}})
	opened.Unfold(moves)
	if moves[0].Open || !moves[1].Open || moves[0].Controls[0].Value != "预填" || opened.Bad() != nil {
		t.Errorf("an opened page shows %+v", moves)
	}
}

func TestMoveDone(t *testing.T) {
	w := sent(t, url.Values{}, func(w http.ResponseWriter, s *page.Sent) error {
		return s.Answer(w, nil, "/records/7", "完成", nil)
	})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/records/7" {
		t.Errorf("a move done = %d to %s", w.Code, w.Header().Get("Location"))
	}
}
