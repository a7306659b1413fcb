package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"portal/internal/db"
	"portal/internal/fault"
	"portal/internal/file"
)

// attachments returns the store of attachments, and what closes it. Those that
// are on the disk from earlier stay readable when new ones go into the database.
func (c *serveCommand) attachments(d *db.DB) (s *file.Store, done func() error, err error) {
	defer fault.Wrap(&err, "open the directory of attachments")
	dir, keep := filepath.Join(c.Data, "files"), c.Files == "disk"
	if keep {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, nil, err
		}
	}
	s = file.NewStore(d, time.Now)
	root, err := os.OpenRoot(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return s, func() error { return nil }, nil
	case err != nil:
		return nil, nil, err
	}
	return s.Disk(root, keep), root.Close, nil
}
