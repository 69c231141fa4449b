package app

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/app/search"
	"chiso/store"
)

// opened opens the search of an App and brings it up to date.
func opened(t *testing.T, a *App) *App {
	t.Helper()
	if err := a.OpenSearch(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.CloseSearch(); err != nil {
			t.Error(err)
		}
	})
	refreshed(t, a)
	return a
}

func refreshed(t *testing.T, a *App) {
	t.Helper()
	if err := a.RefreshSearch(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
}

// firstFound names what is found first as the list of queries does, "" if nothing is.
func firstFound(t *testing.T, a *App, text string) (name, snippet string) {
	t.Helper()
	res, err := a.Search(a.System(), SearchQuery{Text: text, Limit: 3})
	if err != nil {
		t.Fatal(err)
	}
	if len(res.Found) == 0 {
		return "", ""
	}
	return string(res.Found[0].Kind) + " " + res.Found[0].Code, joined(res.Found[0].Snippet)
}

func joined(list []search.Piece) string {
	var b strings.Builder
	for _, p := range list {
		b.WriteString(p.Text)
	}
	return b.String()
}

// addTexts adds the official texts that lie beside the repository, and reports whether they are there.
func addTexts(t *testing.T, a *App) bool {
	t.Helper()
	dir := filepath.Join("..", "..", "shared", "data", "guidance")
	for file, in := range map[string]GuidanceInput{
		"nghi-quyet-57-nq-tw.md":           {Number: "57-NQ/TW", Title: "Nghị quyết về đột phá phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số quốc gia"},
		"nghi-quyet-03-nq-cp.md":           {Number: "03/NQ-CP", Title: "Nghị quyết ban hành Chương trình hành động của Chính phủ thực hiện Nghị quyết số 57-NQ/TW"},
		"ket-luan-69-kl-tw.md":             {Number: "69-KL/TW", Title: "Kết luận về tiếp tục thực hiện Nghị quyết về phát triển khoa học và công nghệ"},
		"cong-van-1960-cv-tu-lam-dong.txt": {Number: "1960-CV/TU", Title: "Công văn về triển khai bộ chỉ số theo dõi, giám sát, đánh giá"},
	} {
		data, err := os.ReadFile(filepath.Join(dir, file))
		if os.IsNotExist(err) {
			return false
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.AddGuidance(a.System(), file, data, in); err != nil {
			t.Fatal(file, err)
		}
	}
	return true
}

// TestSearch_OwnQueries asks what officials ask and wants the answer first.
func TestSearch_OwnQueries(t *testing.T) {
	t.Parallel()
	a := demoApp(t, local(2026, 11, 20, 9, 0))
	if _, err := a.SeedDemo(demoPassword); err != nil {
		t.Fatal(err)
	}
	texts := addTexts(t, a)
	opened(t, a)
	for _, number := range []string{"3158-CV/VPTW", "57-NQ/TW"} { // as they are written: nobody is asked whether they are meant
		if res, err := a.Search(a.System(), SearchQuery{Text: number, Limit: 1}); err != nil || res.Meant != "" {
			t.Errorf("«%s»: meant %q, %v", number, res.Meant, err)
		}
	}
	file, err := os.Open("testdata/search-queries.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	asked, lines := 0, bufio.NewScanner(file)
	for lines.Scan() {
		query, want, ok := strings.Cut(lines.Text(), " | ")
		if !ok {
			continue
		}
		want, phrase, _ := strings.Cut(want, ": ")
		if !texts && strings.HasPrefix(want, string(kpi.FindGuidance)) {
			continue
		}
		asked++
		got, snippet := firstFound(t, a, query)
		if got != want || !strings.Contains(snippet, strings.TrimSpace(phrase)) {
			t.Errorf("«%s»: first is %s (%s), want %s %s", query, got, kpi.Clip(snippet, 80), want, phrase)
		}
	}
	if asked < 60 {
		t.Errorf("only %d queries", asked)
	}
	if !texts {
		t.Log("the official texts are not there: queries for them were left out")
	}
}

func TestSearch_FollowsChanges(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	a := opened(t, f.App)
	actor := f.as(t, "dieuphoi")
	if err := a.SaveUnit(actor, kpi.Unit{Code: "MOI", Name: "Trung tâm Khuyến nông", Kind: kpi.Agency}, true); err != nil {
		t.Fatal(err)
	}
	refreshed(t, a)
	if got, _ := firstFound(t, a, "khuyen nong"); got != "unit MOI" {
		t.Errorf("after adding: %q", got)
	}
	if got := a.Suggest(actor, "khuyến n", 5); len(got) != 1 || got[0].Code != "MOI" {
		t.Errorf("suggested: %v", got)
	}
	if err := a.SaveUnit(actor, kpi.Unit{Code: "MOI", Name: "Chi cục Thủy lợi", Kind: kpi.Agency}, false); err != nil {
		t.Fatal(err)
	}
	refreshed(t, a)
	if got, _ := firstFound(t, a, "khuyến nông"); got != "" {
		t.Errorf("after renaming: %q", got)
	}
	f.merge(t, f.m+1)
	refreshed(t, a)
	if res, err := a.Search(actor, SearchQuery{Text: "XA1", Limit: 1}); err != nil || len(res.Found) != 1 || !strings.HasPrefix(res.Found[0].Where, "Đã sáp nhập vào ") {
		t.Errorf("a merged unit: %+v, %v", res.Found, err)
	}
	if err := a.SaveAbbreviations(actor, "CCTL = chi cục thủy lợi"); err != nil {
		t.Fatal(err)
	}
	refreshed(t, a)
	if got, _ := firstFound(t, a, "cctl"); got != "unit MOI" {
		t.Errorf("by a new abbreviation: %q", got)
	}
	if err := a.SaveAbbreviations(actor, "CCTL = chi cục thủy lợi\nhỏng"); kpi.KindOf(err) != kpi.Invalid || !strings.Contains(err.Error(), "dòng 2") {
		t.Errorf("a broken list: %v", err)
	}
	last, err := a.lastEvent()
	if err != nil || a.find.index.Load().Seq() > last || a.find.seen.Load() != last {
		t.Errorf("at %d of %d: %v", a.find.seen.Load(), last, err)
	}
}

func TestSearch_RebuiltWhenTheStoreIsOlder(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	a := opened(t, f.App)
	if err := a.find.index.Load().Apply(1<<40, nil, []search.Document{{ID: "unit/GHOST", Title: "Ma"}}); err != nil {
		t.Fatal(err)
	}
	if err := a.CloseSearch(); err != nil {
		t.Fatal(err)
	}
	opened(t, a)
	if got, _ := firstFound(t, a, "ma"); got == "unit GHOST" || a.find.seen.Load() >= 1<<40 {
		t.Errorf("found %q at %d", got, a.find.seen.Load())
	}
}

// TestSearch_DamagedRoot breaks the file in which Bleve notes what its index consists of. Bleve would meet that in
// goroutines of its own, where it ends the process; instead the index is built anew.
func TestSearch_DamagedRoot(t *testing.T) {
	t.Parallel()
	a := opened(t, newMonth(t).App)
	flip := func(at int) func([]byte) []byte {
		return func(data []byte) []byte {
			data[at*os.Getpagesize()+10] ^= 0xff // how many elements page at has
			return data
		}
	}
	for name, damage := range map[string]func([]byte) []byte{
		"cut":              func(data []byte) []byte { return data[:len(data)*2/5] },
		"cut to a page":    func(data []byte) []byte { return data[:4096] },
		"zeroed":           func(data []byte) []byte { return make([]byte, len(data)) },
		"empty":            func([]byte) []byte { return nil },
		"page 2 flipped":   flip(2),
		"page 3 flipped":   flip(3),
		"page 4 flipped":   flip(4),
		"page 5 flipped":   flip(5),
		"both heads wrong": func(data []byte) []byte { return flip(0)(append(make([]byte, 4096), data[4096:]...)) },
	} {
		if err := a.CloseSearch(); err != nil {
			t.Fatal(err)
		}
		roots, err := filepath.Glob(filepath.Join(a.dir, indexFolder, "*", "store", "root.bolt"))
		if err != nil || len(roots) != 1 {
			t.Fatalf("%v %v", roots, err)
		}
		data, err := os.ReadFile(roots[0])
		if err == nil {
			err = os.WriteFile(roots[0], damage(data), 0o600)
		}
		if err == nil {
			err = a.OpenSearch()
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		noticed := a.SearchState().Trouble != ""
		refreshed(t, a)
		if got, _ := firstFound(t, a, "sở y tế"); got != "unit SYT" || a.SearchState().Trouble != "" {
			t.Errorf("%s: found %q, trouble %q", name, got, a.SearchState().Trouble)
		}
		if !noticed && !strings.HasPrefix(name, "page") { // a free page may be anything
			t.Errorf("%s is not noticed", name)
		}
	}
}

func TestSearch_WithoutIndex(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	res, err := f.Search(f.as(t, "nhap"), SearchQuery{Text: "chỉ số", Limit: 10})
	if err != nil || res.Ready || len(res.Found) != 0 {
		t.Errorf("%+v %v", res, err)
	}
	if got := f.Suggest(f.as(t, "nhap"), "chỉ", 5); len(got) != 0 {
		t.Errorf("suggested %v", got)
	}
}

// TestSearch_Rights: what was returned to a unit is found by that unit and by those who see all units.
func TestSearch_Rights(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	f.upTo(t, kpi.Approved)
	f.must(t, f.ProvinceReturn(f.as(t, "dieuphoi"), f.id(t, "SYT"), "", map[string]string{"1": "Mẫu số thiếu phòng khám tư nhân"}))
	a := opened(t, f.App)
	for login, want := range map[string]int{"nhap": 1, "duyet": 1, "dieuphoi": 1, "lanhdao": 1, "xanhap": 0, "xaduyet": 0} {
		res, err := a.Search(f.as(t, login), SearchQuery{Text: "phòng khám tư nhân", Limit: 10})
		if err != nil || len(res.Found) != want || res.Total != want {
			t.Errorf("%s found %d of %d, want %d: %v", login, len(res.Found), res.Total, want, err)
		}
		if want == 1 && len(res.Found) == 1 && (res.Found[0].Code != "1" || res.Found[0].Kind != kpi.FindReturn || res.Found[0].Cell.Unit != "SYT" || !strings.Contains(res.Found[0].Where, "6/2026")) {
			t.Errorf("%s found %+v", login, res.Found[0])
		}
	}
	user := f.as(t, "nhap")
	user.User.Grants = []kpi.Grant{{Role: kpi.Clerk, Unit: "XA1"}} // moved since the index was asked
	if mayFind(user, "return/nq57/2026-06/SYT/1") || mayFind(user, "evidence/SYT/x") || !mayFind(user, "unit/SYT") {
		t.Error("rights are not those of the person now")
	}
}

func TestSearch_PublishedAnswers(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	a := opened(t, f.App)
	thread := kpi.Thread{ID: kpi.NewThreadID(f.Now(), "0123456789ab"), Kind: kpi.Question, Title: "Hỏi", Unit: "SYT", State: kpi.ThreadAnswered, Posts: 1, Version: 1, By: "nhap"}
	put := func() {
		f.must(t, f.store.Update(func(tx *store.Tx) error {
			return tx.PutThread(thread, f.as(t, "dieuphoi").Event(kpi.VerbChange, thread.Object(), "", "", ""))
		}))
		refreshed(t, a)
	}
	ask := func() int {
		res, err := a.Search(f.as(t, "xanhap"), SearchQuery{Text: "trạm y tế lưu động", Kind: kpi.FindAnswer, Limit: 5})
		f.must(t, err)
		return len(res.Found)
	}
	put()
	if n := ask(); n != 0 {
		t.Errorf("%d found before it is published", n)
	}
	thread.Published = &kpi.PublishedQA{Question: "Mẫu số có tính trạm y tế lưu động không?", Answer: "Có, tính từ tháng 6.", At: f.Now(), By: "dieuphoi"}
	put()
	if n := ask(); n != 1 {
		t.Errorf("%d found after it is published", n)
	}
	thread.Published = nil
	put()
	if n := ask(); n != 0 {
		t.Errorf("%d found after it is taken back", n)
	}
}

func TestKeepSearch_FindsWithinASecond(t *testing.T) {
	t.Parallel()
	f := newMonth(t)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.KeepSearch(ctx)
	}()
	wait := func(text, want string, limit time.Duration) {
		t.Helper()
		for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
			if got, _ := firstFound(t, f.App, text); got == want {
				return
			}
			if time.Since(start) > limit {
				t.Fatalf("«%s» is not found after %s: %+v", text, limit, f.SearchState())
			}
		}
	}
	wait("xã", "unit XA1", 20*time.Second)
	if err := f.SaveUnit(f.as(t, "dieuphoi"), kpi.Unit{Code: "MOI", Name: "Trung tâm Khuyến nông", Kind: kpi.Agency}, true); err != nil {
		t.Fatal(err)
	}
	wait("khuyến nông", "unit MOI", 5*time.Second) // a second on a machine that does nothing else
	stop()
	<-done
	if f.SearchState().Open {
		t.Error("the index is still open")
	}
}
