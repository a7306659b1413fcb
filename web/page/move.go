package page

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"portal/internal/choice"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/text"
	"portal/web/ui"
)

// Sent is one move of a record as its maker sent it. The fields of a move's form
// bear its name ("reply-text"), so that several forms can stand on one page; what
// does not fit is complained about at its field.
//
// A nil Sent is a page that is opened, not sent.
type Sent struct {
	Name    string // of the move
	ID      int64  // of the record
	Version int    // of the record as it was shown; 0, which no row has, for what is no number
	Read    text.Reader
	values  url.Values
	request *http.Request
	bad     fault.Fields // why it was not accepted
}

// ReadMove reads the form of a move, with or without files, about the record that
// the address names.
func ReadMove(w http.ResponseWriter, r *http.Request, name string) (*Sent, error) {
	id, err := ID(r, "id")
	if err != nil {
		return nil, err
	}
	s, err := ReadForm(w, r, name)
	s.ID = id
	return s, err
}

// ReadForm reads a form that is about no record yet.
func ReadForm(w http.ResponseWriter, r *http.Request, name string) (*Sent, error) {
	f, err := Upload[struct {
		Version string `form:"version"`
	}](w, r)
	return &Sent{Name: name, Version: Version(f.Version), values: r.PostForm, request: r}, err
}

// Version reads the version that a form carries: 0, which no row has, for what is no
// number.
func Version(typed string) int {
	n, _ := strconv.Atoi(typed)
	return n
}

// Field is the name that a field of the move bears in its form.
func (s *Sent) Field(name string) string { return s.Name + "-" + name }

// Value is what was typed in a field.
func (s *Sent) Value(name string) string { return s.values.Get(s.Field(name)) }

// Values are the boxes that were ticked.
func (s *Sent) Values(name string) []string { return s.values[s.Field(name)] }

// Named are the ends of the fields that begin with prefix, where each of several
// rows has fields of its own.
func (s *Sent) Named(prefix string) (ends []string) {
	for name := range s.values {
		if end, ok := strings.CutPrefix(name, s.Field(prefix)); ok {
			ends = append(ends, end)
		}
	}
	slices.Sort(ends)
	return ends
}

// Has reports whether a box was ticked.
func (s *Sent) Has(name, value string) bool { return slices.Contains(s.Values(name), value) }

// Line, Text, Date, Int, Choice, Row and Rows read a field as internal/text does.
func (s *Sent) Line(name, label string, limit int, required bool) string {
	return s.Read.Line(s.Field(name), s.Value(name), label, limit, required)
}

// Text reads a field of several lines.
func (s *Sent) Text(name, label string, limit int, required bool) string {
	return s.Read.Text(s.Field(name), s.Value(name), label, limit, required)
}

// Date reads a day.
func (s *Sent) Date(name, label string, required bool) time.Time {
	return s.Read.Date(s.Field(name), s.Value(name), label, required)
}

// Clock reads a time of day.
func (s *Sent) Clock(name, label string) string {
	return s.Read.Clock(s.Field(name), s.Value(name), label)
}

// Int reads a number from low to high.
func (s *Sent) Int(name, label string, low, high int) int {
	return s.Read.Int(s.Field(name), s.Value(name), label, low, high)
}

// Choice reads one of the terms.
func (s *Sent) Choice(name, label string, terms []choice.Term) string {
	return s.Read.Choice(s.Field(name), s.Value(name), label, choice.Keys(terms)...)
}

// Word reads one of words that are their own value.
func (s *Sent) Word(name, label string, words ...string) string {
	return s.Read.Choice(s.Field(name), s.Value(name), label, words...)
}

// Row reads which row was chosen; one must be.
func (s *Sent) Row(name, label string) int64 {
	id := Int64(s.Value(name))
	if id == 0 {
		s.Complain(name, "请选择"+label)
	}
	return id
}

// Rows reads which rows were ticked, each once, at most most of them.
func (s *Sent) Rows(name string, most int) (list []int64) {
	for _, v := range s.Values(name) {
		if id := Int64(v); id != 0 && len(list) < most && !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}

// Files are the files chosen in a field.
func (s *Sent) Files(name string) []file.Upload { return Files(s.request, s.Field(name)) }

// Phone reads a telephone number.
func (s *Sent) Phone(name, label string, required bool) string {
	return s.Read.Phone(s.Field(name), s.Value(name), label, required)
}

// Complain adds a complaint about a field.
func (s *Sent) Complain(name, what string) { s.Read.Bad.Add(s.Field(name), what) }

// Try makes the move unless its form has complaints.
func (s *Sent) Try(do func() error) error {
	if err := s.Read.Bad.Err(); err != nil {
		return err
	}
	return do()
}

// Answer ends the request of a move: done leads on to the record, with a sentence if
// said has one; a
// complaint shows the record again with the form as it was typed, and so does a
// record that somebody else has changed meanwhile.
func (s *Sent) Answer(w http.ResponseWriter, err error, to, said string, again func(code int) error) error {
	bad, complaints := Complaints(err)
	switch {
	case err == nil && said == "":
		return Redirect(w, s.request, to)
	case err == nil:
		return Done(w, s.request, to, said)
	case complaints:
		s.bad = s.mine(bad)
		return again(http.StatusUnprocessableEntity)
	case errors.Is(err, fault.Stale):
		return again(http.StatusConflict)
	}
	return err
}

// Bad are the complaints about the move, for the summary on top of the page.
func (s *Sent) Bad() fault.Fields {
	if s == nil {
		return nil
	}
	return s.bad
}

// mine renames the room's complaints to the fields of this move's form. What is
// said about no field, or about the record's state, belongs to the whole.
func (s *Sent) mine(bad fault.Fields) fault.Fields {
	out := slices.Clone(bad)
	for i, b := range out {
		if b.Name != "" && b.Name != "state" && !strings.HasPrefix(b.Name, s.Name+"-") {
			out[i].Name = s.Field(b.Name)
		}
	}
	return out
}

// Fill gives a move's form its fields, named after the move: as they were typed
// where this move was sent, with the complaints.
func (s *Sent) Fill(m *ui.Move, name string, controls []ui.Control) {
	mine := s != nil && s.Name == name
	m.Open = m.Open || mine
	for _, c := range controls {
		c.Name = name + "-" + c.Name
		if mine {
			c.Value, c.Chosen = s.values.Get(c.Name), s.values[c.Name]
			if c.Kind == "files" {
				c.Value = Chosen(s.request, c.Name)
			}
			c.Field = c.For(s.bad)
		}
		m.Upload = m.Upload || c.Kind == "files"
		m.Controls = append(m.Controls, c)
	}
}

// Unfold shows the first of the moves that people come for unfolded, on a page that
// is opened and not sent.
func (s *Sent) Unfold(moves []ui.Move) {
	if i := slices.IndexFunc(moves, func(m ui.Move) bool { return m.Primary }); i >= 0 && s == nil {
		moves[i].Open = true
	}
}

// Left is what was typed for a move that the record no longer allows.
func (s *Sent) Left(moves []ui.Move) (left []ui.Fact) {
	if s == nil || slices.ContainsFunc(moves, func(m ui.Move) bool { return m.Open && strings.HasSuffix(m.Action, "/"+s.Name) }) {
		return nil
	}
	for _, name := range s.Named("") {
		if list := s.Values(name); name != "key" && strings.Join(list, "") != "" {
			left = append(left, ui.Fact{Label: "您填写的", Text: strings.Join(list, "、"), Wide: true})
		}
	}
	return left
}

// Changed says that somebody else has changed a record meanwhile; what names it: 这条意见.
func Changed(what string) string {
	return what + "刚刚被别人改过，下面是现在的内容。您填写的还在，请核对后再决定要不要提交。"
}
