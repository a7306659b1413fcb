package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"

	"portal/internal/file"
)

// upload is a file as a browser would send it.
func upload(name string, content []byte) file.Upload {
	return file.Upload{Name: name, Size: int64(len(content)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	}}
}

// lit draws a street at night, its lamp out or mended.
func lit(on bool) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 640, 480))
	fill := func(r image.Rectangle, c color.RGBA) { draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src) }
	fill(img.Bounds(), color.RGBA{22, 28, 48, 255})
	for i, height := range []int{150, 220, 120, 190, 260} { // houses with some windows lit
		x := 20 + i*122
		fill(image.Rect(x, 380-height, x+104, 380), color.RGBA{44, 50, 70, 255})
		for w := range height / 36 {
			c := color.RGBA{60, 66, 86, 255}
			if (i+w)%3 == 0 {
				c = color.RGBA{228, 200, 120, 255}
			}
			fill(image.Rect(x+16, 392-height+w*34, x+40, 410-height+w*34), c)
			fill(image.Rect(x+62, 392-height+w*34, x+86, 410-height+w*34), c)
		}
	}
	fill(image.Rect(0, 380, 640, 480), color.RGBA{52, 54, 60, 255})
	for x := 10; x < 640; x += 90 {
		fill(image.Rect(x, 426, x+50, 432), color.RGBA{190, 190, 180, 255})
	}
	if on {
		cone(img, 430, 132, 400)
	}
	fill(image.Rect(500, 110, 508, 400), color.RGBA{120, 124, 132, 255})
	fill(image.Rect(420, 110, 508, 118), color.RGBA{120, 124, 132, 255})
	lamp := color.RGBA{80, 82, 90, 255}
	if on {
		lamp = color.RGBA{255, 236, 170, 255}
	}
	fill(image.Rect(412, 118, 448, 132), lamp)
	return encoded(img)
}

// cone is the light that falls from a lamp at x, y to the ground.
func cone(img *image.RGBA, x, y, ground int) {
	for row := y; row < ground; row++ {
		half := 18 + (row-y)/2
		glow := image.NewUniform(color.RGBA{72, 66, 44, 96})
		draw.Draw(img, image.Rect(x-half, row, x+half, row+1), glow, image.Point{}, draw.Over)
	}
}

// flooded draws a road under water after rain.
func flooded() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 640, 480))
	fill := func(r image.Rectangle, c color.RGBA) { draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src) }
	fill(img.Bounds(), color.RGBA{168, 178, 188, 255})
	for i := range 4 {
		fill(image.Rect(i*170, 90+i%2*40, i*170+140, 300), color.RGBA{132, 124, 116, 255})
	}
	fill(image.Rect(0, 280, 640, 480), color.RGBA{96, 98, 102, 255})
	for y := 320; y < 460; y++ { // a puddle
		d := (y - 390) * (y - 390) / 22
		fill(image.Rect(90+d/2, y, 560-d/2, y+1), color.RGBA{120, 138, 152, 255})
	}
	for x := 30; x < 640; x += 46 { // rain
		fill(image.Rect(x, x*7%200, x+2, x*7%200+26), color.RGBA{214, 220, 226, 255})
	}
	return encoded(img)
}

func encoded(img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // a picture in memory can be encoded
	}
	return b.Bytes()
}
