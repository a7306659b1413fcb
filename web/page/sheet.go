package page

import (
	"portal/internal/access"
	"portal/web/ui"
)

// SheetLinks are the links from the page of a register of street to its sheet:
// export for who may, import for who keeps the register.
func SheetLinks(actor access.Actor, register, title string, street int64, keep access.Permission) (list []ui.Link) {
	if actor.May(access.ViewImports) {
		list = append(list, ui.Link{
			Label: "导出" + title, URL: FilteredURL(ImportsURL+"/exports/"+register, "street", Number(street)), Icon: "export",
		})
	}
	return append(list, ImportLinks(actor, register, title, keep)...)
}

// ImportLinks is the link to the import of a register for who keeps it, for pages
// whose own export is fuller than the sheet.
func ImportLinks(actor access.Actor, register, title string, keep access.Permission) []ui.Link {
	if !actor.May(access.ImportRegisters) || !actor.May(keep) {
		return nil
	}
	return []ui.Link{{Label: "导入" + title, URL: ImportRegisterURL(register), Icon: "document"}}
}
