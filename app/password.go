package app

import (
	"cmp"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"chiso/app/kpi"
	"chiso/store"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// cost is what one argon2id hash takes.
type cost struct {
	time, memory uint32 // rounds, KiB
	threads      uint8
}

const (
	saltSize = 16
	hashSize = 32

	hashGarbage = 160 << 10 // KiB of finished hashes that may lie about
)

// hasher makes and verifies password hashes, a few at a time: each takes 46 MiB for its duration.
type hasher struct {
	cost   cost
	derive func(password, salt []byte, time, memory uint32, threads uint8, size uint32) []byte
	slots  chan struct{} // one for each hash under way
	queue  chan struct{} // one for each verification under way or waiting
	spent  *atomic.Int64 // KiB given to hashes since they were last collected
	dummy  string        // PHC string that no password fits, verified when there is no account
}

func newHasher() hasher { return makeHasher(cost{time: 1, memory: 46 << 10, threads: 1}) }

func makeHasher(c cost) hasher {
	return hasher{
		cost:   c,
		derive: argon2.IDKey,
		slots:  make(chan struct{}, 4),
		queue:  make(chan struct{}, 4+64),
		spent:  new(atomic.Int64),
		dummy:  encodePHC(c, randomBytes(saltSize), randomBytes(hashSize)),
	}
}

// make returns the PHC string of the password, which may be in any normal form. It waits for its turn.
func (h hasher) make(password string) string {
	salt := randomBytes(saltSize)
	return encodePHC(h.cost, salt, h.run(password, salt, h.cost, hashSize))
}

// verify reports whether the password fits the PHC string, and whether that string is of another cost than new ones
// are. It fails with kpi.Unavailable when too many wait already.
func (h hasher) verify(phc, password string) (ok, stale bool, err error) {
	c, salt, want, err := decodePHC(phc)
	if err != nil {
		return false, false, err
	}
	select {
	case h.queue <- struct{}{}:
		defer func() { <-h.queue }()
	default:
		return false, false, kpi.Errorf(kpi.Unavailable, "Nhiều người đang đăng nhập cùng lúc. Thử lại sau vài giây.")
	}
	got := h.run(password, salt, c, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, c != h.cost || len(salt) != saltSize || len(want) != hashSize, nil
}

func (h hasher) run(password string, salt []byte, c cost, size uint32) []byte {
	if len(password) > 4096 {
		password = "" // fits no account, and takes as long as any other
	}
	h.slots <- struct{}{}
	defer func() { <-h.slots }()
	key := h.derive([]byte(norm.NFC.String(password)), salt, c.time, c.memory, c.threads, size)
	if h.spent.Add(int64(c.memory)) >= hashGarbage {
		h.spent.Store(0)
		runtime.GC() // a burst of sign-ins would otherwise fill three times what it needs
	}
	return key
}

func encodePHC(c cost, salt, hash []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.time, c.threads,
		b.EncodeToString(salt), b.EncodeToString(hash))
}

// decodePHC reads what encodePHC wrote. A cost out of proportion is refused: a damaged record must not take the
// server's memory.
func decodePHC(phc string) (c cost, salt, hash []byte, err error) {
	bad := errors.New("password hash is not argon2id within bounds")
	parts := strings.Split(phc, "$")
	if len(parts) != 6 {
		return c, nil, nil, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.time, &c.threads); err != nil {
		return c, nil, nil, bad
	}
	salt, _ = base64.RawStdEncoding.DecodeString(parts[4])
	hash, _ = base64.RawStdEncoding.DecodeString(parts[5])
	switch {
	case encodePHC(c, salt, hash) != phc, len(salt) < 8, len(salt) > 64, len(hash) < 16, len(hash) > 64,
		c.time < 1, c.time > 8, c.threads < 1, c.threads > 8, c.memory < 8*uint32(c.threads), c.memory > 256<<10:
		return c, nil, nil, bad
	}
	return c, salt, hash, nil
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return b
}

// randomToken returns n random bytes as URL-safe text.
func randomToken(n int) string { return base64.RawURLEncoding.EncodeToString(randomBytes(n)) }

// oneTimeCode returns a first password, «xxxx-xxxx-xxxx-xxxx-xxxx»: 99 bits.
func oneTimeCode() string { return randomCode(5) }

// randomCode returns groups of four characters that are not taken for one another, 20 bits each.
func randomCode(groups int) string {
	const alphabet = "abcdefghjkmnpqrstuvwxyz23456789" // 31, without i l o 0 1
	var b strings.Builder
	for n := 0; n < 4*groups; {
		x := randomBytes(1)[0]
		if x >= 248 { // 8 × 31: what lies above would favour the first letters
			continue
		}
		if n > 0 && n%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[x%31])
		n++
	}
	return b.String()
}

// AsksOld reports whether a new password is accepted only with the old one. Whoever has just signed in with a code that they
// were given, perhaps by a link, does not have it at hand again.
func AsksOld(u kpi.User, s store.Session, now time.Time) bool {
	return !u.MustChange || !Proved(s, now)
}

// ChangePassword gives the actor's account another password. It ends all its sessions, that of token too, and
// returns the token of a new one. An Invalid error names the field: "old" or "new". old is not asked for where AsksOld
// says so.
func (a *App) ChangePassword(actor kpi.Actor, old, new, token string) (newToken string, err error) {
	login, hash := actor.User.Login, tokenHash(token)
	limits := proofLimits(login)
	var user kpi.User
	var now store.Session
	var words []string
	err = a.store.View(func(tx *store.Tx) (err error) {
		if user, now, err = session(tx, hash, actor.At); err != nil {
			return err
		}
		if user.Login != login {
			return kpi.Errorf(kpi.Denied, "Phiên làm việc này là của tài khoản khác.")
		}
		if words, err = wordsAbout(tx, user); err != nil {
			return err
		}
		return stop(tx, limits, actor.At)
	})
	if err != nil {
		return "", err
	}
	if err := checkPassword(new, words...); err != nil {
		return "", err
	}
	asked := AsksOld(user, now, actor.At)
	if !asked {
		old = new // is compared with the one that was given
	}
	ok, _, err := a.hash.verify(user.Password, old)
	if err != nil {
		return "", fmt.Errorf("verify password of %s: %w", login, err)
	}
	if ok && old == new {
		return "", fieldError("new", "Mật khẩu mới trùng mật khẩu hiện tại. Chọn một mật khẩu khác.")
	}
	ok = ok || !asked
	var phc string
	if ok {
		phc = a.hash.make(new)
	}

	newToken = randomToken(32)
	var refused error
	err = a.store.Update(func(tx *store.Tx) error {
		if refused = stop(tx, limits, actor.At); refused != nil {
			return refused
		}
		if !ok {
			refused = fieldError("old", "Mật khẩu hiện tại không đúng.")
			return fail(tx, limits, actor.At)
		}
		u, was, err := session(tx, hash, actor.At)
		if err != nil {
			return err
		}
		if u.Password != user.Password {
			return kpi.Errorf(kpi.Conflict, "Mật khẩu vừa được đổi ở nơi khác. Đăng nhập lại.")
		}
		u.Password, u.MustChange, u.CodeEnds = phc, false, time.Time{}
		if err := tx.PutUser(u, actor.Event(kpi.VerbPassword, userObject(login), "", "", "")); err != nil {
			return err
		}
		if err := succeed(tx, limits); err != nil {
			return err
		}
		if err := tx.SignOut(login); err != nil {
			return err
		}
		return tx.PutSession(tokenHash(newToken), next(was, actor))
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return "", err
	}
	return newToken, nil
}

const (
	minPassword = 15 // characters, as long as there is no second factor
	maxPassword = 128
	minOwn      = 8  // letters that are the person's own idea …
	minMixed    = 12 // … or characters that do not follow from one another, as a random text has
)

// checkPassword returns an Invalid error, on the field "new", if the password may not be chosen. about are texts that
// others know of the person: login, name, unit.
func checkPassword(password string, about ...string) error {
	refuse := func(format string, args ...any) error { return fieldError("new", fmt.Sprintf(format, args...)) }
	if !utf8.ValidString(password) {
		return refuse("Mật khẩu có ký tự không đọc được. Gõ lại mật khẩu.")
	}
	password = norm.NFC.String(password)
	n := utf8.RuneCountInString(password)
	plain := fold(password)
	own, known := withoutWords(plain, about)
	switch {
	case n < minPassword:
		return refuse("Mật khẩu mới có %d ký tự, cần ít nhất %d. Có thể dùng một câu dễ nhớ, có dấu cách và dấu tiếng Việt.", n, minPassword)
	case n > maxPassword:
		return refuse("Mật khẩu mới dài %d ký tự, tối đa %d.", n, maxPassword)
	case repeats(plain) || surprises(plain) < minOwn:
		return refuse("Mật khẩu mới chỉ là một dãy lặp lại hoặc các phím liền nhau. Chọn một câu khó đoán hơn.")
	case common(strings.Join(strings.FieldsFunc(plain, notAlphanumeric), "")):
		return refuse("Mật khẩu mới nằm trong danh sách mật khẩu nhiều người dùng. Chọn một câu khác.")
	case own < minOwn && (known || own == 0 || surprises(plain) < minMixed):
		return refuse("Mật khẩu mới chủ yếu gồm chữ số, dấu, tên người, tên đơn vị hoặc từ của hệ thống. Ngoài các phần đó cần ít nhất %d chữ cái.", minOwn)
	}
	return nil
}

// fold returns s in lower case without Vietnamese marks.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		}
		return r
	}, norm.NFD.String(strings.ToLower(s)))
}

func notLetter(r rune) bool       { return !unicode.IsLetter(r) }
func notAlphanumeric(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// withoutWords returns how many letters are left of a folded password once the words of the texts and of the product
// are taken out, and whether there were any.
func withoutWords(plain string, about []string) (left int, found bool) {
	words := []string{"tinh", "ubnd", "chiso", "matkhau", "password", "dangnhap", "taikhoan", "quantri", "nghiquyet"}
	for _, text := range about {
		parts := strings.FieldsFunc(fold(text), notLetter)
		words = append(words, strings.Join(parts, ""))
		words = append(words, parts...)
	}
	slices.SortFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	rest := strings.Join(strings.FieldsFunc(plain, notLetter), "")
	for _, w := range words {
		if len(w) >= 3 && strings.Contains(rest, w) {
			rest, found = strings.ReplaceAll(rest, w, " "), true
		}
	}
	return utf8.RuneCountInString(strings.ReplaceAll(rest, " ", "")), found
}

// repeats reports whether s is a shorter text over and over, the last time perhaps in part.
func repeats(s string) bool {
	r := []rune(s)
	for p := 1; p <= len(r)/2; p++ {
		if slices.Equal(r[p:], r[:len(r)-p]) {
			return true
		}
	}
	return false
}

// surprises counts the characters that are not the one before them again, nor next to it in the alphabet, among the
// digits or on the keyboard.
func surprises(s string) int {
	const rows = "qwertyuiop asdfghjkl zxcvbnm 01234567890 qaz wsx edc rfv tgb yhn ujm"
	n, last := 0, rune(-1)
	for _, r := range s {
		next := string([]rune{last, r})
		back := string([]rune{r, last})
		if last < 0 || r-last < -1 || r-last > 1 {
			if last < 0 || !strings.Contains(rows, next) && !strings.Contains(rows, back) {
				n++
			}
		}
		last = r
	}
	return n
}

// commonList is the most used passwords of public leaks, lower case, one a line.
//
//go:embed password_common.txt
var commonList string

// common reports whether letters and digits are a well-known password, or two of them one after the other.
func common(plain string) bool {
	known := make(map[string]bool, 8000)
	for word := range strings.Lines(commonList) {
		known[strings.TrimSuffix(word, "\n")] = true
	}
	for _, phrase := range commonPhrases() {
		known[phrase] = true
	}
	for i := range plain {
		if known[plain[:i]] && known[plain[i:]] {
			return true
		}
	}
	return known[plain]
}

// commonPhrases lists folded letters and digits of long passwords from public lists that the other rules let pass.
func commonPhrases() []string {
	return []string{
		"1q2w3e4r5t6y7u8i", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8", "1qaz2wsx3edc4rfv", "1qaz2wsx3edc4rfv5tgb", "zaq12wsxcde34rfv",
		"thequickbrownfox", "correcthorsebatterystaple", "iloveyouforever", "iloveyousomuch", "letmeinletmein1", "anhyeuemnhieulam",
		"emyeuanhnhieulam", "anhyeuemmaimai", "emyeuanhmaimai", "yeuemmaimai123", "changemechangeme1", "welcometothejungle",
		"khongcomatkhau", "khongbietmatkhau", "toiquenmatkhau", "matkhaucuatoi", "doclaptudohanhphuc", "vietnammuonnam", "truongsahoangsa",
		"hoangsatruongsa", "hoangsatruongsalacuavietnam", "chucmungnammoi", "congtacchuyendoiso", "chuyendoisoquocgia", "khoahoccongnghe",
	}
}
