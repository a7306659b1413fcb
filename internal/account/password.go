package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"portal/internal/fault"
)

// argon2id's cost (security.md §2): 2 passes over 19 MiB.
const (
	passes   = 2
	kibibyte = 19 * 1024
	threads  = 1
	saltSize = 16
	hashSize = 32
)

// Hash returns what is kept of a password.
func Hash(password string) string {
	salt := make([]byte, saltSize)
	rand.Read(salt)
	sum := argon2.IDKey([]byte(password), salt, passes, kibibyte, threads, hashSize)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, kibibyte, passes, threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum))
}

// nobody's hash is compared where there is no account, so that an unknown name
// takes as long as a wrong password.
var nobody = Hash(rand.Text())

// matches reports whether password is the one that hash was made of. It takes
// the same time for an empty hash and says no.
func (s *Store) matches(password, hash string) bool {
	s.hashing <- struct{}{}
	defer func() { <-s.hashing }()
	known := hash != ""
	if !known {
		hash = nobody
	}
	parts := strings.Split(hash, "$")
	if len(parts) != 6 {
		return false
	}
	var m, t uint32
	var p uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &m, &t, &p); err != nil {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil {
		return false
	}
	got := argon2.IDKey([]byte(password), salt, t, m, p, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1 && known
}

// newToken is a random cookie.
func newToken() string { return rand.Text() + rand.Text() }

// IssuedPassword makes a password for somebody else, who changes it first.
func IssuedPassword() string {
	s := rand.Text()
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:16]
}

// common passwords, or their beginnings, that everybody tries first.
var common = []string{"password", "12345678", "qwerty", "dongguan", "admin", "abc123", "88888888", "renda"}

// checkPassword complains about a password that is too easy to guess.
func checkPassword(password, again, login string) error {
	var bad fault.Fields
	lower := strings.ToLower(password)
	switch n := utf8.RuneCountInString(password); {
	case n < 10:
		bad.Add("new", "密码至少 10 个字符")
	case n > 200:
		bad.Add("new", "密码最多 200 个字符")
	case strings.Contains(lower, login):
		bad.Add("new", "密码不能包含账号")
	case sameKind(password):
		bad.Add("new", "密码要包含字母、数字、符号中的至少两种")
	}
	for _, c := range common {
		if strings.HasPrefix(lower, c) && len(bad) == 0 {
			bad.Add("new", "这个密码太常见，请换一个")
		}
	}
	if password != again {
		bad.Add("again", "两次填写的密码不一样")
	}
	return bad.Err()
}

func sameKind(s string) bool {
	letters := strings.ContainsFunc(s, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
	digits := strings.ContainsFunc(s, func(r rune) bool { return r >= '0' && r <= '9' })
	others := strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
	n := 0
	for _, has := range []bool{letters, digits, others} {
		if has {
			n++
		}
	}
	return n < 2
}
