// Package imports serves the import and the export of registers: sheets are sent,
// looked at, confirmed and undone.
package imports

import (
	"io"
	"net/http"

	"portal/internal/access"
	"portal/internal/document"
	"portal/internal/fault"
	"portal/internal/file"
	"portal/internal/register"
	"portal/web/page"
)

type handler struct{ registers *register.Store }

// Register adds the routes: the list, the form, an import with its moves, and the
// workbooks to download.
func Register(rs *page.Routes, s *register.Store) {
	h := handler{s}
	rs.Get("/imports", access.ViewImports, h.list)
	rs.Get("/imports/new", access.ImportRegisters, h.form)
	rs.Post("/imports", access.ImportRegisters, h.send)
	rs.Get("/imports/templates/{register}", access.ViewImports, h.template)
	rs.Get("/imports/exports/{register}", access.ViewImports, h.export)
	rs.Get("/imports/{id}", access.ViewImports, h.record)
	rs.Get("/imports/{id}/corrections", access.ImportRegisters, h.corrections)
	for name := range acts {
		rs.Post("/imports/{id}/"+name, access.ImportRegisters, h.move(name))
	}
}

// workbook sends a workbook to be saved.
func workbook(w http.ResponseWriter, d register.Download) error {
	page.Attachment(w, d.Name+".xlsx", document.XLSX)
	return d.Write(w)
}

func (h handler) template(w http.ResponseWriter, r *http.Request) error {
	d, err := h.registers.Template(r.Context(), page.Actor(r), page.Param(r, "register"), page.Int64(r.URL.Query().Get("street")))
	if err != nil {
		return err
	}
	return workbook(w, d)
}

func (h handler) export(w http.ResponseWriter, r *http.Request) error {
	d, err := h.registers.Export(r.Context(), page.Actor(r), page.Param(r, "register"), page.Int64(r.URL.Query().Get("street")))
	if err != nil {
		return err
	}
	return workbook(w, d)
}

func (h handler) corrections(w http.ResponseWriter, r *http.Request) error {
	m, err := h.read(r)
	if err != nil {
		return err
	}
	if m.State != register.Preview {
		return fault.NotFound
	}
	d, err := h.registers.Corrections(r.Context(), page.Actor(r), &m)
	if err != nil {
		return err
	}
	return workbook(w, d)
}

// read reads the import that the address names.
func (h handler) read(r *http.Request) (register.Import, error) {
	id, err := page.ID(r, "id")
	if err != nil {
		return register.Import{}, err
	}
	return h.registers.Import(r.Context(), page.Actor(r), id)
}

// content reads the one file of a form, a byte more than a sheet may have.
func content(files []file.Upload) (name string, b []byte, err error) {
	if len(files) == 0 {
		return "", nil, nil
	}
	f, err := files[0].Open()
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	b, err = io.ReadAll(io.LimitReader(f, register.MaxFile+1))
	return files[0].Name, b, err
}
