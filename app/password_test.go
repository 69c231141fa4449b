package app

import (
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"chiso/app/kpi"

	"golang.org/x/text/unicode/norm"
)

// newTestHasher hashes in microseconds.
func newTestHasher() hasher { return makeHasher(cost{time: 1, memory: 64, threads: 1}) }

func TestHasher_PHC(t *testing.T) {
	t.Parallel()
	h := newHasher()
	phc := h.make("Một câu dễ nhớ")
	if ok, _ := regexp.MatchString(`^\$argon2id\$v=19\$m=47104,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`, phc); !ok {
		t.Fatalf("PHC string %q", phc)
	}
	if phc == h.make("Một câu dễ nhớ") {
		t.Error("two hashes of one password are equal: the salt is not random")
	}
	for _, c := range []struct {
		password string
		want     bool
	}{
		{"Một câu dễ nhớ", true},
		{norm.NFD.String("Một câu dễ nhớ"), true},
		{"Một câu dễ nhớ ", false},
		{"một câu dễ nhớ", false},
		{"", false},
	} {
		ok, stale, err := h.verify(phc, c.password)
		if ok != c.want || stale || err != nil {
			t.Errorf("verify %q = %v, stale %v, %v", c.password, ok, stale, err)
		}
	}
}

func TestHasher_OtherCost_Stale(t *testing.T) {
	t.Parallel()
	old := newTestHasher().make("x")
	h := makeHasher(cost{time: 2, memory: 64, threads: 1})
	if ok, stale, err := h.verify(old, "x"); !ok || !stale || err != nil {
		t.Errorf("verify = %v, stale %v, %v", ok, stale, err)
	}
}

func TestHasher_BadPHC_RefusedBeforeHashing(t *testing.T) {
	t.Parallel()
	h := newTestHasher()
	good := h.make("x")
	h.derive = func([]byte, []byte, uint32, uint32, uint8, uint32) []byte { panic("hashed") }
	for _, phc := range []string{
		"", "x", "$argon2i$" + good, strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=4194304", 1), strings.Replace(good, "m=64", "m=-1", 1), strings.Replace(good, "m=64", "m=4", 1),
		strings.Replace(good, "t=1", "t=1000000", 1), strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "p=1", "p=256", 1), strings.Replace(good, "p=1", "p=1x", 1),
		good[:len(good)-30], good + "=", good + strings.Repeat("A", 400),
	} {
		if ok, _, err := h.verify(phc, "x"); ok || err == nil {
			t.Errorf("verify %.60q = %v, %v", phc, ok, err)
		}
	}
}

func TestHasher_FourAtATime_SixtyFourWait_NextRefused(t *testing.T) {
	t.Parallel()
	h := newTestHasher()
	phc := h.make("x")
	var under, most, calls atomic.Int32
	gate := make(chan struct{})
	derive := h.derive
	h.derive = func(p, s []byte, t, m uint32, n uint8, size uint32) []byte {
		calls.Add(1)
		if u := under.Add(1); u > most.Load() {
			most.Store(u)
		}
		defer under.Add(-1)
		<-gate
		return derive(p, s, t, m, n, size)
	}
	var wg sync.WaitGroup
	for range 68 {
		wg.Go(func() {
			if ok, _, err := h.verify(phc, "x"); !ok || err != nil {
				t.Errorf("verify = %v, %v", ok, err)
			}
		})
	}
	for len(h.queue) < 68 || under.Load() < 4 {
		time.Sleep(time.Millisecond)
	}
	if _, _, err := h.verify(phc, "x"); kpi.KindOf(err) != kpi.Unavailable {
		t.Errorf("the 69th: %v, want Unavailable", err)
	}
	close(gate)
	wg.Wait()
	if most.Load() != 4 || calls.Load() != 68 {
		t.Errorf("%d at a time, %d in all; want 4 and 68", most.Load(), calls.Load())
	}
	if ok, _, err := h.verify(phc, "x"); !ok || err != nil {
		t.Errorf("after the rush: %v, %v", ok, err)
	}
}

func TestOneTimeCode(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^[a-hj-km-np-z2-9]{4}(-[a-hj-km-np-z2-9]{4}){4}$`)
	seen := map[string]bool{}
	letters := map[rune]bool{}
	for range 500 {
		code := oneTimeCode()
		if !shape.MatchString(code) || seen[code] {
			t.Fatalf("code %q", code)
		}
		seen[code] = true
		for _, r := range code {
			letters[r] = true
		}
	}
	if len(letters) != 32 { // 31 and the dash
		t.Errorf("%d different characters in 500 codes, want 32", len(letters))
	}
}

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	about := []string{"nv.an.syt", "Nguyễn Văn An", "SYT", "Sở Y tế tỉnh Lâm Đồng"}
	for _, c := range []struct {
		password string
		refusal  string // part of the sentence, "" if the password is good
	}{
		{"con mèo trèo cây cau", ""},
		{norm.NFD.String("con mèo trèo cây cau"), ""},
		{"Trời xanh mây trắng, nắng vàng", ""},
		{"k7#Vq9!zT2@xLw5", ""},
		{"8$2-9!4%7&3*6(1)x5", ""},
		{"nguyễn văn an thích uống cà phê", ""},
		{"東京の朝はとても静かで美しいです", ""},
		{"con mèo trèo cây cau " + strings.Repeat("x1y8", 25), ""},

		{"", "có 0 ký tự, cần ít nhất 15"},
		{"con mèo trèo câ", ""}, // 15 characters, more bytes
		{"con mèo trèo c", "có 14 ký tự"},
		{norm.NFD.String("con mèo trèo c"), "có 14 ký tự"},
		{"con mèo trèo cây cau" + strings.Repeat("z8k", 37), "tối đa 128"},
		{"con mèo trèo cây \xff\xfe", "không đọc được"},

		{"aaaaaaaaaaaaaaaaaaaa", "dãy lặp lại"},
		{"abcabcabcabcabcabc", "dãy lặp lại"},
		{"Mèo đen!Mèo đen!Mèo", "dãy lặp lại"},
		{"abcdefghijklmnopqrstuvwxyz", "dãy lặp lại"},
		{"zyxwvutsrqponmlkj", "dãy lặp lại"},
		{"123456789012345678", "dãy lặp lại"},
		{"qwertyuiopasdfghjkl", "dãy lặp lại"},
		{"aaaa1111bbbb2222!!!!", "dãy lặp lại"},

		{"1q2w3e4r5t6y7u8i", "nhiều người dùng"},
		{"The quick brown fox!", "nhiều người dùng"},
		{"Sunshine-Basketball", "nhiều người dùng"},
		{"Độc lập - Tự do - Hạnh phúc", "nhiều người dùng"},

		{"NguyenVanAn@20261", "chủ yếu gồm"},
		{"nv.an.syt-k7#2026", "chủ yếu gồm"},
		{"Sở Y tế tỉnh Lâm Đồng 2026", "chủ yếu gồm"},
		{"SoYTeLamDong#2026!", "chủ yếu gồm"},
		{"UBND-Tinh-Chiso-57!", "chủ yếu gồm"},
		{"MatKhau@2026!chiso", "chủ yếu gồm"},
		{"chi so nghi quyet 57", "chủ yếu gồm"},
		{"Hanoi2026!!!!!!!!", "chủ yếu gồm"},
		{"8472910365928174", "chủ yếu gồm"},
	} {
		err := checkPassword(c.password, about...)
		switch {
		case c.refusal == "" && err != nil:
			t.Errorf("%q refused: %v", c.password, err)
		case c.refusal != "" && (kpi.KindOf(err) != kpi.Invalid || !strings.Contains(err.Error(), c.refusal)):
			t.Errorf("%q: %v, want «%s»", c.password, err, c.refusal)
		case c.refusal != "" && err.(*kpi.Error).Fields["new"] != err.Error():
			t.Errorf("%q: fields %v", c.password, err.(*kpi.Error).Fields)
		}
	}
}

func TestCheckPassword_RandomTexts_Accepted(t *testing.T) {
	t.Parallel()
	refused := 0
	for range 2000 {
		if err := checkPassword(randomToken(15), "nv.an", "Nguyễn Văn An", "Sở Y tế"); err != nil {
			refused++
			t.Log(err)
		}
	}
	if refused > 10 {
		t.Errorf("%d of 2000 random passwords of 20 characters refused", refused)
	}
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	code := f.add(t, "nv.an", kpi.Grant{Role: kpi.Clerk, Unit: "SYT"})
	token, _, s, err := f.SignIn("nv.an", code, "10.0.0.1", "")
	if err != nil {
		t.Fatal(err)
	}
	other := f.signIn(t, "nv.an", code)
	u, _, err := f.Session(token)
	if err != nil || !u.MustChange {
		t.Fatalf("session before: must change %v, %v", u.MustChange, err)
	}
	f.clock.forward(proofLife) // the code is asked for again
	actor := kpi.Actor{User: u, At: f.Now(), Addr: "10.0.0.1"}
	const fresh = "con mèo trèo cây cau"

	for _, c := range []struct {
		name, old, new, token, field string
		kind                         kpi.ErrorKind
	}{
		{"wrong old", "sai", fresh, token, "old", kpi.Invalid},
		{"short new", code, "ngắn", token, "new", kpi.Invalid},
		{"own unit", code, "So Y te 2026 nv.an", token, "new", kpi.Invalid},
		{"same", code, code, token, "new", kpi.Invalid},
		{"no session", code, fresh, "x", "", kpi.Login},
	} {
		_, err := f.ChangePassword(actor, c.old, c.new, c.token)
		if kpi.KindOf(err) != c.kind {
			t.Errorf("%s: %v", c.name, err)
		} else if e := err.(*kpi.Error); c.field != "" && e.Fields[c.field] == "" {
			t.Errorf("%s: fields %v", c.name, e.Fields)
		}
	}

	rotated, err := f.ChangePassword(actor, code, fresh, token)
	if err != nil {
		t.Fatal(err)
	}
	for name, ended := range map[string]string{"own old": token, "other": other} {
		if _, _, err := f.Session(ended); kpi.KindOf(err) != kpi.Login {
			t.Errorf("%s session after the change: %v", name, err)
		}
	}
	u, now, err := f.Session(rotated)
	if err != nil || u.MustChange || now.CSRF == s.CSRF || now.Login != "nv.an" {
		t.Errorf("session after the change: %+v, must change %v, %v", now, u.MustChange, err)
	}
	if _, _, _, err := f.SignIn("nv.an", code, "10.0.0.1", ""); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("old code after the change: %v", err)
	}
	f.signIn(t, "nv.an", norm.NFD.String(fresh))
	if ev := f.history(t, "user/nv.an"); !hasVerb(ev, kpi.VerbPassword) {
		t.Errorf("events %v", ev)
	}
}

// TestChangePassword_JustSignedInWithCode: whoever came by a link is not asked for what it held.
func TestChangePassword_JustSignedInWithCode(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	code := f.add(t, "nv.an", kpi.Grant{Role: kpi.Leader})
	token := f.signIn(t, "nv.an", code)
	actor := kpi.Actor{User: kpi.User{Login: "nv.an"}, At: f.Now()}
	if _, err := f.ChangePassword(actor, "", code, token); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("the code itself: %v", err)
	}
	const first, second = "con mèo trèo cây cau", "hỏi thăm chú chuột đi đâu"
	token, err := f.ChangePassword(actor, "", first, token)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.ChangePassword(actor, "", second, token); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("one's own password is changed without it: %v", err)
	}
	f.signIn(t, "nv.an", first)
}

func TestChangePassword_FiveWrong_PausedEvenIfRight(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	code := f.add(t, "nv.an", kpi.Grant{Role: kpi.Leader})
	token := f.signIn(t, "nv.an", code)
	f.clock.forward(proofLife)
	actor := kpi.Actor{User: kpi.User{Login: "nv.an"}, At: f.Now()}
	for i := range 5 {
		if _, err := f.ChangePassword(actor, "sai", "con mèo trèo cây cau", token); kpi.KindOf(err) != kpi.Invalid {
			t.Fatalf("failure %d: %v", i+1, err)
		}
	}
	if _, err := f.ChangePassword(actor, code, "con mèo trèo cây cau", token); kpi.KindOf(err) != kpi.Busy {
		t.Errorf("sixth: %v", err)
	}
}

func TestChangePassword_SessionOfAnother_Denied(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	code := f.add(t, "nv.an", kpi.Grant{Role: kpi.Leader})
	token := f.signIn(t, "nv.an", code)
	if _, err := f.ChangePassword(f.admin(t), code, "con mèo trèo cây cau", token); kpi.KindOf(err) != kpi.Denied {
		t.Errorf("got %v", err)
	}
}
