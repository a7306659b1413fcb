package register

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strings"
)

// Limits of a sheet that is sent. A workbook of 20,000 rows and twelve columns
// has about 2 MB and unfolds to about 20.
const (
	MaxFile     = 8 << 20  // bytes as sent
	MaxRows     = 50_000   // rows below the head
	MostLines   = 1 << 20  // the last row that a sheet can have
	maxUnpacked = 32 << 20 // bytes of all parts
	maxParts    = 1000
	maxStrings  = 16 << 20 // bytes of the table of texts
	maxCell     = 16 << 10 // bytes of one cell that are looked at: more than any column takes
	maxColumns  = 200
)

// Unreadable is why a file cannot be read, in Chinese, for who sent it.
type Unreadable string

func (u Unreadable) Error() string { return "unreadable sheet: " + string(u) }

const (
	notXLSX   Unreadable = "这不是 .xlsx 工作簿。请用下载的模板填写，另存为 .xlsx 后再上传"
	hasMacros Unreadable = "工作簿里有宏。请另存为不带宏的 .xlsx 后再上传"
	tooPacked Unreadable = "工作簿解开后太大。请只保留要导入的表，删去图片和多余的表后再上传"
	broken    Unreadable = "工作簿已损坏，读不出来。请用 Excel 或 WPS 打开另存一次再上传"
)

// scan refuses bombs, macros and what is no workbook. It unpacks every part,
// whatever size it claims.
func scan(z *zip.Reader) error {
	if len(z.File) > maxParts {
		return tooPacked
	}
	left, seen := int64(maxUnpacked), map[string]bool{}
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		if strings.HasSuffix(name, "vbaproject.bin") {
			return hasMacros
		}
		if seen[name] {
			return broken
		}
		seen[name] = true
		r, err := f.Open()
		if err != nil {
			return broken
		}
		n, err := io.CopyN(io.Discard, r, left+1)
		r.Close()
		if left -= n; left < 0 {
			return tooPacked
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return broken
		}
	}
	types, err := part(z, "[Content_Types].xml", 1<<20)
	switch {
	case err != nil:
		return notXLSX
	case bytes.Contains(types, []byte("macroEnabled")):
		return hasMacros
	case !bytes.Contains(types, []byte("spreadsheetml.sheet.main+xml")):
		return notXLSX
	}
	return nil
}

// part reads a small part to its end.
func part(z *zip.Reader, name string, limit int64) ([]byte, error) {
	for _, f := range z.File {
		if strings.EqualFold(strings.TrimPrefix(f.Name, "/"), name) {
			r, err := f.Open()
			if err != nil {
				return nil, err
			}
			defer r.Close()
			return io.ReadAll(io.LimitReader(r, limit))
		}
	}
	return nil, notXLSX
}
