package ui

import (
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"portal/internal/fault"
)

// Field is one input with its words. A field is required unless Optional.
type Field struct {
	Name     string
	ID       string // of its element, where another field has the same name; "" is Name
	Label    string
	Hint     string
	Value    string // as typed
	Bad      string // the complaint, or ""
	Type     string // of an input; "" is text
	Optional bool
	Max      int // length in characters; 0 leaves it to the server
	Rows     int // of a textarea
	Options  []Option
	Chosen   []string // of check boxes
	Attrs    templ.Attributes
	Fold     string // of a Control: neighbours of one Fold are folded under its name, until one of them is filled in
}

// Option is one choice of a select, of radio buttons or of check boxes. In a
// select, neighbours of one Group stand under its name.
type Option struct {
	Value, Label, Hint string
	Group              string
}

// groups are the runs of a select's options that stand under one name.
func (f Field) groups() [][]Option {
	var runs [][]Option
	for i, o := range f.Options {
		if i == 0 || o.Group != f.Options[i-1].Group {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], o)
	}
	return runs
}

// anchor is the address of a field on its own page: names such as
// opinions[0].text hold signs that an address must escape.
func anchor(name string) templ.SafeURL {
	return templ.SafeURL((&url.URL{Fragment: name}).String())
}

// For returns f with the complaint about it in bad.
func (f Field) For(bad fault.Fields) Field {
	f.Bad = bad.For(f.Name)
	return f
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return f.Name
}

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// typed reports whether the input takes text, which alone has a length in HTML.
func (f Field) typed() bool {
	return slices.Contains([]string{"text", "search", "tel", "url", "email", "password"}, f.inputType())
}

// described names the elements that explain the field, for screen readers.
func (f Field) described() string {
	switch {
	case f.Hint != "" && f.Bad != "":
		return f.id() + "-hint " + f.id() + "-error"
	case f.Hint != "":
		return f.id() + "-hint"
	case f.Bad != "":
		return f.id() + "-error"
	}
	return ""
}

// again asks for files once more, which a page cannot choose by itself.
func (f Field) again() Field {
	if f.Value != "" {
		f.Hint += " 请把文件重新选择一次：" + f.Value
	}
	return f
}

func (f Field) class() string {
	if f.Bad != "" {
		return "field bad"
	}
	return "field"
}

func (f Field) chosen(value string) bool { return slices.Contains(f.Chosen, value) }

func (f Field) rows() string {
	if f.Rows == 0 {
		return "4"
	}
	return itoa(f.Rows)
}

// optionID is the element of one choice. The first bears the field's own name,
// so that the error summary's link finds it.
func (f Field) optionID(i int) string {
	if i == 0 {
		return f.id()
	}
	return f.id() + "-" + itoa(i)
}

// Control is a field and the component that shows it.
type Control struct {
	Kind string // input, text, select, radio, check (any number of boxes), box (one box), files or hidden
	Field
}

// fold is a run of controls that are shown plain, or folded under one name.
type fold []Control

func folds(list []Control) (runs []fold) {
	for i, c := range list {
		if i == 0 || c.Fold != list[i-1].Fold {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], c)
	}
	return runs
}

func (f fold) open() bool {
	return slices.ContainsFunc(f, func(c Control) bool { return c.Value != "" || c.Bad != "" })
}

// Move is one step of a procedure that the reader may make now.
type Move struct {
	Label       string
	Action      string // where its form goes
	Consequence string // what happens then; "" where it is plain
	Button      string // the verb on its button; "" is Label
	Primary     bool
	Grave       bool // cannot be undone
	Open        bool // shown unfolded, as after a complaint
	Upload      bool // carries files
	Version     string
	Controls    []Control // the fields of its form
}

func (m Move) class() string {
	if m.Primary {
		return "move primary"
	}
	return "move"
}

// anchor is the place of the move's form on the page, which opens its panel.
func (m Move) anchor() string { return "do-" + m.Action[strings.LastIndexByte(m.Action, '/')+1:] }

func (m Move) button() string {
	if m.Button != "" {
		return m.Button
	}
	return m.Label
}

func (m Move) buttonClass() string {
	switch {
	case m.Grave:
		return "btn grave"
	case m.Primary:
		return "btn primary"
	}
	return "btn"
}

func (m Move) encoding() string {
	if m.Upload {
		return "multipart/form-data"
	}
	return "application/x-www-form-urlencoded"
}
