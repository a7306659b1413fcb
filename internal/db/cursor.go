package db

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Cursor marks a row in a list ordered by a time and then ID, newest first. The
// zero Cursor marks the start.
type Cursor struct {
	At time.Time
	ID int64
}

// IsZero reports whether c marks the start.
func (c Cursor) IsZero() bool { return c.ID == 0 }

// String returns c in a form that fits a URL.
func (c Cursor) String() string {
	if c.IsZero() {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%d", c.At.UnixMicro(), c.ID))
}

// ParseCursor reads what String wrote. Anything else gives the zero Cursor.
func ParseCursor(s string) Cursor {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) > 48 {
		return Cursor{}
	}
	at, id, _ := strings.Cut(string(b), ".")
	micros, err1 := strconv.ParseInt(at, 10, 64)
	n, err2 := strconv.ParseInt(id, 10, 64)
	if err1 != nil || err2 != nil || n <= 0 || micros < -1e17 || micros > 1e17 {
		return Cursor{}
	}
	return Cursor{time.UnixMicro(micros).UTC(), n}
}

// Page cuts a list read with LIMIT n+1 to n rows and returns the cursor of the
// next page, which is zero on the last.
func Page[T any](list []T, n int, cursor func(T) Cursor) ([]T, Cursor) {
	if len(list) <= n {
		return list, Cursor{}
	}
	return list[:n], cursor(list[n-1])
}
