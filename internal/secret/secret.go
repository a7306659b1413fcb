// Package secret keeps what must not be read in a copy of the database: it
// seals phone numbers, derives residents' query codes and masks what screens
// show.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Keys are the portal's keys, all derived from one master key that is kept
// outside the database.
type Keys struct {
	seal cipher.AEAD
	code []byte
	mark []byte
}

// masterSize is the length of a master key in bytes.
const masterSize = 32

// New derives the keys from a master key of 32 bytes.
func New(master []byte) (*Keys, error) {
	if len(master) != masterSize {
		return nil, fmt.Errorf("the secret has %d bytes, want %d", len(master), masterSize)
	}
	seal, err := hkdf.Key(sha256.New, master, nil, "portal seal 1", 32)
	if err != nil {
		return nil, err
	}
	code, err := hkdf.Key(sha256.New, master, nil, "portal query code 1", 32)
	if err != nil {
		return nil, err
	}
	mark, err := hkdf.Key(sha256.New, master, nil, "portal mark 1", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(seal)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &Keys{aead, code, mark}, err
}

// Load returns the keys from text, 64 hexadecimal digits, or, where text is
// empty, from the file secret.key in dir, which it makes at the first start.
func Load(text, dir string) (*Keys, error) {
	if text == "" {
		var err error
		if text, err = keyFile(filepath.Join(dir, "secret.key")); err != nil {
			return nil, err
		}
	}
	master, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, errors.New("the secret must be 64 hexadecimal digits")
	}
	return New(master)
}

func keyFile(path string) (string, error) {
	b, err := os.ReadFile(path)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return string(b), err
	}
	master := make([]byte, masterSize)
	rand.Read(master)
	text := hex.EncodeToString(master) + "\n"
	return text, os.WriteFile(path, []byte(text), 0o600)
}

// Seal encrypts text. about ties it to its place, such as "opinions.phone": it
// cannot be opened elsewhere.
func (k *Keys) Seal(text, about string) []byte {
	nonce := make([]byte, k.seal.NonceSize())
	rand.Read(nonce)
	return k.seal.Seal(nonce, nonce, []byte(text), []byte(about))
}

// Open decrypts what Seal made for the same place.
func (k *Keys) Open(sealed []byte, about string) (string, error) {
	n := k.seal.NonceSize()
	if len(sealed) < n {
		return "", errors.New("sealed text is too short")
	}
	b, err := k.seal.Open(nil, sealed[:n], sealed[n:], []byte(about))
	if err != nil {
		return "", errors.New("sealed text does not open: another key, or another place")
	}
	return string(b), nil
}

// Mark is a digest of text that nobody can make without the portal's keys: equal
// texts of one place have equal marks. It finds what Seal hides.
func (k *Keys) Mark(text, about string) []byte {
	mac := hmac.New(sha256.New, k.mark)
	mac.Write([]byte(about + "\n" + text))
	return mac.Sum(nil)
}

// letters of query codes: no 0, 1, I and O, which look like others.
var codeText = base32.NewEncoding("23456789ABCDEFGHJKLMNPQRSTUVWXYZ").WithPadding(base32.NoPadding)

// codeLength gives 50 bits, guessed against a budget of tries.
const codeLength = 10

// QueryCode derives a resident's query code from the key of the form that was
// sent, so that a form sent twice answers with the same code. Nobody can derive
// it without the portal's keys.
func (k *Keys) QueryCode(formKey string) string {
	mac := hmac.New(sha256.New, k.code)
	mac.Write([]byte(formKey))
	s := codeText.EncodeToString(mac.Sum(nil))[:codeLength]
	return s[:5] + "-" + s[5:]
}

// Password derives a password to hand over from the key of the form that asked
// for it, so that a form sent twice shows the one that counts.
func (k *Keys) Password(formKey string) string {
	mac := hmac.New(sha256.New, k.code)
	mac.Write([]byte("issued password\n" + formKey))
	s := codeText.EncodeToString(mac.Sum(nil))
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:16]
}

// QueryHash is what the database keeps of a query code. It is tolerant of how
// people type: case, spaces, hyphens and full-width characters do not matter.
func QueryHash(code string) []byte {
	sum := sha256.Sum256([]byte("query code 1\n" + plain(code)))
	return sum[:]
}

func plain(s string) string {
	var b strings.Builder
	for _, r := range s {
		if 0xFF01 <= r && r <= 0xFF5E { // full-width forms
			r -= 0xFEE0
		}
		if '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' {
			b.WriteRune(r)
		} else if 'a' <= r && r <= 'z' {
			b.WriteRune(r - 'a' + 'A')
		}
	}
	return b.String()
}

// Hash is the SHA-256 of a random token, for finding its row.
func Hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// MaskPhone hides the middle of a number: 138****8000.
func MaskPhone(phone string) string {
	if len(phone) < 7 {
		return strings.Repeat("*", len(phone))
	}
	return phone[:3] + "****" + phone[len(phone)-4:]
}

// MaskName hides all but the surname: 王**.
func MaskName(name string) string {
	r := []rune(name)
	if len(r) < 2 {
		return name
	}
	return string(r[0]) + strings.Repeat("*", min(len(r)-1, 2))
}
