package file

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"portal/internal/access"
	"portal/internal/fault"
)

// content is an upload that was found acceptable, as it will be kept.
type content struct {
	kind          *kind
	name          string
	bytes         []byte
	sha           [sha256.Size]byte
	preview       []byte
	width, height int
	sent          int // bytes that came in
}

// refusal is what to tell the sender of a file that is not accepted.
type refusal string

func (r refusal) Error() string { return string(r) }

const (
	notAllowed = refusal("不是可以上传的类型，请用照片（JPG、PNG、WebP）、PDF、Word（docx）、Excel（xlsx）或文本文件")
	onlyPhotos = refusal("不是照片，这里只能上传照片（JPG、PNG、WebP）")
	isEmpty    = refusal("是空的，请重新选择")
	isBroken   = refusal("打不开，可能已损坏，请重新选择")
	tooManyPix = refusal("超过 4000 万像素，请缩小后再传")
	hasMacros  = refusal("带有宏，请另存为不带宏的文件后再传")
	tooPacked  = refusal("展开后太大，请拆分后再传")
)

// Prepare checks the uploads and makes of each what will be kept, so that this
// work is done before a transaction begins. It returns fault.Fields with
// complaints at field. Residents may send photos only.
func (s *Store) Prepare(ctx context.Context, actor access.Actor, street int64, field string, uploads []Upload) (err error) {
	defer fault.Wrap(&err, "prepare uploads")
	if len(uploads) == 0 {
		return nil
	}
	var l Limits
	if err := s.db.Read(ctx, actor, l.Queries(street)...); err != nil {
		return err
	}
	return s.prepare(ctx, actor, l, 0, field, uploads)
}

func (s *Store) prepare(ctx context.Context, actor access.Actor, l Limits, had int, field string, uploads []Upload) error {
	if had+len(uploads) > l.Count {
		return fault.Fields{{Name: field, Text: fmt.Sprintf("附件最多 %d 个，请减少后再提交", l.Count)}}
	}
	var bad fault.Fields
	for i := range uploads {
		u := &uploads[i]
		err := s.ready(ctx, actor, l, u)
		var no refusal
		switch {
		case errors.As(err, &no):
			bad.Add(field, "“"+short(u.Name)+"”"+string(no))
		case err != nil:
			return err
		}
	}
	return bad.Err()
}

// ready fills in what will be kept of u, once.
func (s *Store) ready(ctx context.Context, actor access.Actor, l Limits, u *Upload) error {
	most := l.Megabytes << 20
	tooLarge := refusal(fmt.Sprintf("超过 %d MB，请缩小后再传", l.Megabytes))
	switch {
	case u.ready != nil && u.ready.sent > most, u.Size > int64(most):
		return tooLarge
	case u.ready != nil:
		return nil
	}
	b, err := read(u, most)
	switch {
	case err != nil:
		return err
	case len(b) > most:
		return tooLarge
	case len(b) == 0:
		return isEmpty
	}
	k, err := detect(b)
	if err != nil {
		return err
	}
	if actor.Public() && k.decode == nil {
		return onlyPhotos
	}
	c := &content{kind: k, bytes: b, sent: len(b)}
	if k.decode != nil {
		if err := s.redraw(ctx, c); err != nil {
			return err
		}
	}
	c.name = cleanName(u.Name, c.kind.extension)
	c.sha = sha256.Sum256(c.bytes)
	u.ready = c
	return nil
}

// read reads at most one byte more than most.
func read(u *Upload, most int) ([]byte, error) {
	f, err := u.Open()
	if err != nil {
		return nil, fmt.Errorf("open upload: %w", err)
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, int64(most)+1))
}

// redraw replaces a picture by one drawn from its pixels. One at a time a slot:
// decoding takes memory.
func (s *Store) redraw(ctx context.Context, c *content) error {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return c.redraw()
}
