package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
)

// slipLength gives 80 bits: nobody guesses the code of a slip.
const slipLength = 16

// SlipCode makes the one-time code of a ballot slip. It is printed once; what is
// kept of it is SlipHash.
func SlipCode() string {
	b := make([]byte, slipLength*5/8)
	rand.Read(b)
	s := codeText.EncodeToString(b)
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
}

// SlipHash is what the database keeps of the code of a slip of one poll. It is
// tolerant of how people type, as QueryHash is.
func SlipHash(poll int64, code string) []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "ballot slip 1\n%d\n%s", poll, plain(code)))
	return sum[:]
}
