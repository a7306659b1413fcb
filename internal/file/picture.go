package file

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
)

const (
	maxPixels  = 40_000_000 // of what is decoded at all
	longSide   = 2560       // of what is kept
	smallSide  = 480        // of previews
	maxPNG     = 2 << 20    // a larger one is a photo, and is kept as JPEG
	quality    = 85
	lowQuality = 80
)

// redraw replaces the picture in c by one that is drawn from its pixels: upright,
// not larger than longSide, and without anything that is no pixel, such as where
// it was taken or what hides behind its end.
func (c *content) redraw() error {
	cfg, err := c.kind.config(bytes.NewReader(c.bytes))
	switch {
	case err != nil || cfg.Width <= 0 || cfg.Height <= 0:
		return isBroken
	case cfg.Width > maxPixels/cfg.Height:
		return tooManyPix
	}
	src, err := c.kind.decode(bytes.NewReader(c.bytes))
	if err != nil {
		return isBroken
	}
	img := upright(scaled(src, longSide), orientation(c.kind.exif(c.bytes)))
	if err := c.encode(img); err != nil {
		return err
	}
	c.width, c.height = img.Rect.Dx(), img.Rect.Dy()
	c.preview, err = encodeJPEG(scaled(img, smallSide), lowQuality)
	return err
}

// encode keeps a picture as it came, PNG or else JPEG; a PNG that is large is
// no drawing but a photo.
func (c *content) encode(img *image.RGBA) (err error) {
	if c.kind == pngKind {
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			return err
		}
		if c.bytes = b.Bytes(); len(c.bytes) <= maxPNG {
			return nil
		}
	}
	c.kind = jpegKind
	c.bytes, err = encodeJPEG(img, quality)
	return err
}

// encodeJPEG draws img on white: JPEG has no transparency.
func encodeJPEG(img *image.RGBA, quality int) ([]byte, error) {
	if !img.Opaque() {
		paper := image.NewRGBA(img.Rect)
		draw.Draw(paper, paper.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
		draw.Draw(paper, paper.Rect, img, img.Rect.Min, draw.Over)
		img = paper
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}

// scaled draws src with at most most pixels on its long side.
func scaled(src image.Image, most int) *image.RGBA {
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	if long := max(w, h); long > most {
		w, h = max(1, w*most/long), max(1, h*most/long)
	}
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if src.Bounds().Size() == dst.Rect.Size() {
		draw.Draw(dst, dst.Rect, src, src.Bounds().Min, draw.Src)
	} else {
		draw.BiLinear.Scale(dst, dst.Rect, src, src.Bounds(), draw.Src, nil)
	}
	return dst
}

// upright turns and mirrors img so that it looks as the camera was held. o is
// the orientation as EXIF numbers it.
func upright(img *image.RGBA, o int) *image.RGBA {
	if o < 2 || o > 8 {
		return img
	}
	w, h := img.Rect.Dx(), img.Rect.Dy()
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if o >= 5 {
		dst = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range dst.Rect.Dy() {
		for x := range dst.Rect.Dx() {
			from := img.PixOffset(source(o, x, y, w, h))
			copy(dst.Pix[dst.PixOffset(x, y):][:4], img.Pix[from:from+4])
		}
	}
	return dst
}

// source is the pixel of a w × h picture that comes to x, y when it is put upright.
func source(o, x, y, w, h int) (int, int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	}
	return w - 1 - y, x // 8
}
