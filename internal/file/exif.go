package file

import (
	"bytes"
	"encoding/binary"
)

// orientation reads how the camera was held, 1 to 8, from a picture's EXIF
// block; 1, upright, where it does not say.
func orientation(exif []byte) int {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(exif, []byte("II*\x00")):
		order = binary.LittleEndian
	case bytes.HasPrefix(exif, []byte("MM\x00*")):
		order = binary.BigEndian
	default:
		return 1
	}
	if len(exif) < 8 {
		return 1
	}
	at := uint64(order.Uint32(exif[4:]))
	if at+2 > uint64(len(exif)) {
		return 1
	}
	entries := exif[at+2:]
	for n := order.Uint16(exif[at:]); n > 0 && len(entries) >= 12; n-- {
		const tag, short = 0x0112, 3
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			return int(order.Uint16(entries[8:]))
		}
		entries = entries[12:]
	}
	return 1
}

// jpegExif finds the EXIF block in a JPEG's segments, or nil.
func jpegExif(b []byte) []byte {
	const app1, scan = 0xe1, 0xda
	for at := 2; at+4 <= len(b) && b[at] == 0xff && b[at+1] != scan; {
		end := at + 2 + int(binary.BigEndian.Uint16(b[at+2:]))
		if end > len(b) || end < at+4 {
			return nil
		}
		if exif, ok := bytes.CutPrefix(b[at+4:end], []byte("Exif\x00\x00")); ok && b[at+1] == app1 {
			return exif
		}
		at = end
	}
	return nil
}

// pngExif finds the EXIF block in a PNG's chunks, or nil.
func pngExif(b []byte) []byte {
	for at := 8; at+8 <= len(b); {
		size := uint64(binary.BigEndian.Uint32(b[at:]))
		rest := b[at+8:]
		if size+4 > uint64(len(rest)) {
			return nil
		}
		if string(b[at+4:at+8]) == "eXIf" {
			return rest[:size]
		}
		at += 12 + int(size)
	}
	return nil
}

// webpExif finds the EXIF block in a WebP's chunks, or nil.
func webpExif(b []byte) []byte {
	for at := 12; at+8 <= len(b); {
		size := uint64(binary.LittleEndian.Uint32(b[at+4:]))
		rest := b[at+8:]
		if size > uint64(len(rest)) {
			return nil
		}
		if string(b[at:at+4]) == "EXIF" {
			return bytes.TrimPrefix(rest[:size], []byte("Exif\x00\x00"))
		}
		at += 8 + int(size+size%2)
	}
	return nil
}
