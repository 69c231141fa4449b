package search

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func everybody() []string { return []string{"all"} }

// library is a small collection of every kind.
func library() []Document {
	return []Document{
		{ID: "indicator/nq57/5.01", Title: "Tỷ lệ hồ sơ trực tuyến toàn trình", Body: "Số hồ sơ thủ tục hành chính nộp, xử lý và trả kết quả hoàn toàn trên môi trường mạng. Nguồn: Cổng dịch vụ công quốc gia.", Codes: []string{"5.01"}, Set: "nq57", Layer: "2", Group: "5", Access: everybody(), From: "2026-01-01"},
		{ID: "indicator/nq57/5.02", Title: "Tỷ lệ dịch vụ công trực tuyến có phát sinh hồ sơ", Body: "Số dịch vụ công trực tuyến có ít nhất một hồ sơ.", Codes: []string{"5.02"}, Set: "nq57", Layer: "2", Group: "5", Access: everybody(), From: "2026-06-01"},
		{ID: "indicator/nq57/1.01", Title: "Tỷ trọng kinh tế số trong GRDP", Body: "Giá trị tăng thêm của kinh tế số chia cho GRDP.", Codes: []string{"1.01"}, Set: "nq57", Layer: "1", Group: "1", Access: everybody(), To: "2026-03-31"},
		{ID: "guidance/1", Title: "Nghị quyết số 57-NQ/TW", Body: "Về đột phá phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số quốc gia.", Access: everybody()},
		{ID: "guidance/1/1", Parent: "guidance/1", Title: "Mục tiêu", Body: "Đến năm 2030 quy mô kinh tế số đạt tối thiểu 30% GDP.", Access: everybody()},
		{ID: "guidance/1/2", Parent: "guidance/1", Title: "Nhiệm vụ", Body: "Hoàn thiện thể chế, xóa bỏ rào cản.", Access: everybody()},
		{ID: "unit/SYT", Title: "Sở Y tế", Codes: []string{"SYT"}, Units: []string{"SYT"}, Access: everybody()},
		{ID: "return/nq57/2026-05/SYT/5.01", Title: "Tỷ lệ hồ sơ trực tuyến toàn trình", Body: "Trả lại: mẫu số chưa gồm hồ sơ bệnh án điện tử.", Units: []string{"SYT"}, Access: []string{"unit:SYT", "province"}},
	}
}

func find(t *testing.T, ix *Index, q Query) []string {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 10
	}
	res, err := ix.Search(context.Background(), q)
	must(t, err)
	var ids []string
	for _, h := range res.Hits {
		if h.Kind != KindOf(h.ID) || h.Score <= 0 {
			t.Errorf("hit %+v", h)
		}
		ids = append(ids, h.ID)
	}
	return ids
}

func TestSearch_FirstHit(t *testing.T) {
	t.Parallel()
	ix := newIndex(t, library()...)
	for text, want := range map[string]string{
		"hồ sơ trực tuyến toàn trình": "indicator/nq57/5.01",
		"ho so truc tuyen toan trinh": "indicator/nq57/5.01",
		"hồ sơ trực tuyếm toàn trình": "indicator/nq57/5.01",
		"DVCTT có phát sinh":          "indicator/nq57/5.02",
		"TTHC":                        "indicator/nq57/5.01",
		"tổng sản phẩm trên địa bàn":  "indicator/nq57/1.01",
		"5.02":                        "indicator/nq57/5.02",
		"nq 57":                       "guidance/1",
		"57":                          "guidance/1",
		"57-NQ/TW":                    "guidance/1",
		"nghi quyet so 57":            "guidance/1",
		"syt":                         "unit/SYT",
		"so y te":                     "unit/SYT",
		"rào cản":                     "guidance/1/2",
		"chuyeenr ddooir soos":        "guidance/1",
		"ĐMST":                        "guidance/1",
	} {
		if got := find(t, ix, Query{Text: text, Access: everybody()}); len(got) == 0 || got[0] != want {
			t.Errorf("%q: %v, want %s", text, got, want)
		}
	}
}

func TestSearch_Filters(t *testing.T) {
	t.Parallel()
	ix := newIndex(t, library()...)
	tests := []struct {
		name string
		q    Query
		want string
	}{
		{"kind", Query{Kind: "indicator", Text: "kinh tế số"}, "indicator/nq57/1.01"},
		{"layer", Query{Layer: "1", Text: "tỷ lệ trực tuyến GRDP"}, "indicator/nq57/1.01"},
		{"group and set", Query{Set: "nq57", Group: "5", Text: "phát sinh"}, "indicator/nq57/5.02"},
		{"within", Query{Within: "guidance/1", Text: "kinh tế số thể chế"}, "guidance/1/1 guidance/1/2"},
		{"in force", Query{InForce: "2026-02-01", Kind: "indicator", Text: "tỷ lệ tỷ trọng"}, "indicator/nq57/1.01 indicator/nq57/5.01"},
		{"in force later", Query{InForce: "2026-07-01", Kind: "indicator", Text: "tỷ lệ tỷ trọng"}, "indicator/nq57/5.01 indicator/nq57/5.02"},
		{"unit", Query{Unit: "SYT", Text: "Sở Y tế"}, "unit/SYT"},
		{"nothing", Query{Text: "   "}, ""},
		{"signs", Query{Text: `"*?~^:()[]{}\\/ AND OR`}, ""},
		{"page", Query{Kind: "indicator", Text: "tỷ lệ", Limit: 1, Offset: 1}, "indicator/nq57/5.02"},
		{"beyond", Query{Text: "tỷ lệ", Offset: 1000}, ""},
	}
	for _, tt := range tests {
		tt.q.Access = everybody()
		got := find(t, ix, tt.q)
		if tt.name != "page" {
			slices.Sort(got)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
		}
	}
	res, err := ix.Search(context.Background(), Query{Text: "hồ sơ", Access: everybody(), Limit: 1, Facets: true})
	must(t, err)
	if kinds := res.Facets["kind"]; res.Total != 2 || len(kinds) != 1 || kinds[0] != (Count{"indicator", 2}) {
		t.Errorf("%d hits, kinds %v", res.Total, kinds)
	}
}

func TestSearch_Rights(t *testing.T) {
	t.Parallel()
	ix := newIndex(t, library()...)
	text := "bệnh án điện tử"
	for _, access := range [][]string{nil, everybody(), {"all", "unit:STC"}} {
		if got := find(t, ix, Query{Text: text, Access: access}); len(got) != 0 {
			t.Errorf("%v found %v", access, got)
		}
	}
	for _, q := range []Query{{Text: text, Access: []string{"all", "unit:SYT"}}, {Text: text, Everything: true}} {
		if got := find(t, ix, q); len(got) == 0 || KindOf(got[0]) != "return" {
			t.Errorf("%+v found %v", q, got)
		}
	}
}

func TestSearch_Meant(t *testing.T) {
	t.Parallel()
	ix := newIndex(t, library()...)
	for text, want := range map[string]string{
		"hồ sơ trực tuyếm":     "hồ sơ trực tuyến",
		"ho so truc tuyem":     "hồ sơ trực tuyến",
		"DVC truc tuyem":       "DVC trực tuyến",
		"hồ sơ trực tuyến":     "",
		"ho so truc tuyen":     "",
		"chuyeenr ddooir soos": "",
	} {
		res, err := ix.Search(context.Background(), Query{Text: text, Limit: 1, Everything: true})
		must(t, err)
		if res.Meant != want {
			t.Errorf("%q: %q, want %q", text, res.Meant, want)
		}
	}
}

func TestSearch_OnlyTheFirstTokensCount(t *testing.T) {
	t.Parallel()
	ix := newIndex(t, library()...)
	if got := find(t, ix, Query{Text: strings.Repeat("xyz ", maxTokens) + "GRDP", Everything: true}); len(got) != 0 {
		t.Errorf("found %v", got)
	}
}

func TestApply(t *testing.T) {
	t.Parallel()
	ix := newIndex(t, library()...)
	must(t, ix.Apply(2, nil, []Document{{ID: "unit/STC", Title: "Sở Tài chính", Access: everybody()}}))
	if got := find(t, ix, Query{Text: "tài chính", Access: everybody()}); len(got) == 0 || got[0] != "unit/STC" {
		t.Errorf("after adding: %v", got)
	}
	must(t, ix.Apply(3, []string{"unit/STC"}, []Document{{ID: "unit/STC", Title: "Sở Ngân khố", Access: everybody()}}))
	if got := find(t, ix, Query{Text: "tài chính", Access: everybody()}); slices.Contains(got, "unit/STC") {
		t.Errorf("the old name is found: %v", got)
	}
	must(t, ix.Apply(4, []string{"guidance/1"}, []Document{{ID: "guidance/1", Title: "Nghị quyết số 57-NQ/TW", Access: everybody()}}))
	if got := find(t, ix, Query{Text: "rào cản", Access: everybody()}); len(got) != 0 {
		t.Errorf("a passage of what was replaced is found: %v", got)
	}
	if ix.Seq() != 4 || ix.Documents() != 7 {
		t.Errorf("at change %d with %d documents", ix.Seq(), ix.Documents())
	}
}

func TestApply_ManyAtOnce(t *testing.T) {
	t.Parallel()
	ix := newIndex(t)
	var many []Document
	for i := range 2*batchSize + 7 {
		many = append(many, Document{ID: fmt.Sprintf("unit/%d", i), Title: fmt.Sprintf("Xã số %d", i)})
	}
	must(t, ix.Apply(9, nil, many))
	if ix.Documents() != uint64(len(many)) || ix.Seq() != 9 {
		t.Errorf("%d documents at change %d", ix.Documents(), ix.Seq())
	}
}

func TestOpen_Reopened(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ix, err := Open(dir, NewAbbreviations(nil), passed)
	must(t, err)
	if ix.Trouble() == nil || ix.Seq() != 0 {
		t.Error("an empty folder is an index")
	}
	if _, err := ix.Search(context.Background(), Query{Text: "sở", Everything: true}); !errors.Is(err, ErrNotReady) {
		t.Errorf("search without an index: %v", err)
	}
	if err := ix.Apply(1, nil, nil); !errors.Is(err, ErrNotReady) {
		t.Errorf("update without an index: %v", err)
	}
	must(t, ix.Rebuild(context.Background(), 7, sequence(library()), nil))
	must(t, ix.Apply(8, nil, []Document{{ID: "unit/STC", Title: "Sở Tài chính"}}))
	must(t, ix.Close())
	ix, err = Open(dir, NewAbbreviations(nil), passed)
	must(t, err)
	defer ix.Close()
	if err := ix.Trouble(); err != nil || ix.Seq() != 8 {
		t.Errorf("reopened at change %d: %v", ix.Seq(), err)
	}
	if got := find(t, ix, Query{Text: "tai chinh", Everything: true}); len(got) == 0 || got[0] != "unit/STC" {
		t.Errorf("found %v", got)
	}
}

// TestOpen_Damaged breaks a closed index in every way that was seen to matter, but for a broken root: each must be
// noticed without a panic, and healed by building anew.
func TestOpen_Damaged(t *testing.T) {
	t.Parallel()
	whole := t.TempDir()
	ix, err := Open(whole, NewAbbreviations(nil), passed)
	must(t, err)
	must(t, ix.Rebuild(context.Background(), 7, sequence(library()), nil))
	must(t, ix.Close())
	segment := func(dir string) string {
		files, err := filepath.Glob(filepath.Join(dir, "000001", "store", "*.zap"))
		if err != nil || len(files) == 0 {
			t.Fatalf("segments in %s: %v %v", dir, files, err)
		}
		return files[0]
	}
	flip := func(name string, at int) {
		data, err := os.ReadFile(name)
		must(t, err)
		data[(at+len(data))%len(data)] ^= 0x5a
		must(t, os.WriteFile(name, data, 0o600))
	}
	cut := func(name string, share int64) {
		info, err := os.Stat(name)
		must(t, err)
		must(t, os.Truncate(name, info.Size()*share/100))
	}
	for name, damage := range map[string]func(dir string){
		"root removed":        func(dir string) { must(t, os.Remove(filepath.Join(dir, "000001", "store", "root.bolt"))) },
		"segment removed":     func(dir string) { must(t, os.Remove(segment(dir))) },
		"segment cut":         func(dir string) { cut(segment(dir), 70) },
		"segment empty":       func(dir string) { must(t, os.Truncate(segment(dir), 0)) },
		"segment flipped":     func(dir string) { flip(segment(dir), 1000) },
		"segment end flipped": func(dir string) { flip(segment(dir), -1) },
		"meta empty":          func(dir string) { must(t, os.Truncate(filepath.Join(dir, "000001", "index_meta.json"), 0)) },
		"meta removed":        func(dir string) { must(t, os.Remove(filepath.Join(dir, "000001", "index_meta.json"))) },
		"folder empty": func(dir string) {
			must(t, os.RemoveAll(filepath.Join(dir, "000001")))
			must(t, os.Mkdir(filepath.Join(dir, "000001"), 0o700))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			must(t, os.CopyFS(dir, os.DirFS(whole)))
			damage(dir)
			ix, err := Open(dir, NewAbbreviations(nil), passed)
			must(t, err)
			defer ix.Close()
			if ix.Trouble() == nil {
				t.Fatal("the damage is not noticed")
			}
			must(t, ix.Rebuild(context.Background(), 9, sequence(library()), nil))
			if got := find(t, ix, Query{Text: "sở y tế", Everything: true}); len(got) == 0 || ix.Trouble() != nil || ix.Seq() != 9 {
				t.Errorf("after building anew: %v, %v", got, ix.Trouble())
			}
		})
	}
}

func TestOpen_OlderLayout(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ix, err := Open(dir, NewAbbreviations(nil), passed)
	must(t, err)
	must(t, ix.Rebuild(context.Background(), 7, sequence(library()), nil))
	raw, err := json.Marshal(state{Layout: layout - 1, Seq: 7})
	must(t, err)
	must(t, ix.current.index.SetInternal(stateKey(), raw))
	must(t, ix.Close())
	ix, err = Open(dir, NewAbbreviations(nil), passed)
	must(t, err)
	defer ix.Close()
	if err := ix.Trouble(); err == nil || !strings.Contains(err.Error(), "layout") {
		t.Errorf("trouble: %v", err)
	}
}

func TestOpen_InUseIsNoDamage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ix, err := Open(dir, NewAbbreviations(nil), passed)
	must(t, err)
	defer ix.Close()
	must(t, ix.Rebuild(context.Background(), 7, sequence(library()), nil))
	if second, err := Open(dir, NewAbbreviations(nil), passed); err == nil {
		second.Close()
		t.Error("opened twice")
	}
	if got := find(t, ix, Query{Text: "sở y tế", Everything: true}); len(got) == 0 {
		t.Error("the first one lost its index")
	}
}

func TestOpen_LeftoversAreRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "000003.part", "index"), 0o700))
	ix, err := Open(dir, NewAbbreviations(nil), passed)
	must(t, err)
	defer ix.Close()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 0 {
		t.Errorf("left: %v %v", entries, err)
	}
}

func TestRebuild_FailedOrCancelled_KeepsTheOld(t *testing.T) {
	t.Parallel()
	ix := newIndex(t, library()...)
	broken := errors.New("cannot be read")
	err := ix.Rebuild(context.Background(), 2, func(yield func(Document, error) bool) {
		_ = yield(library()[0], nil) && yield(Document{}, broken)
	}, nil)
	if !errors.Is(err, broken) {
		t.Errorf("rebuilt of what cannot be read: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := ix.Rebuild(ctx, 2, sequence(library()), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("rebuilt after the end: %v", err)
	}
	if got := find(t, ix, Query{Text: "sở y tế", Everything: true}); len(got) == 0 || ix.Seq() != 1 {
		t.Errorf("the old one: %v at %d", got, ix.Seq())
	}
}

func TestRebuild_UnderQueries(t *testing.T) {
	t.Parallel()
	ix := newIndex(t, library()...)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				res, err := ix.Search(context.Background(), Query{Text: "sở y tế", Limit: 3, Everything: true})
				if err != nil || len(res.Hits) == 0 {
					t.Errorf("during the swap: %v %v", res.Hits, err)
					return
				}
			}
		})
	}
	var told []int
	for i := range 4 {
		must(t, ix.Rebuild(context.Background(), uint64(i+2), sequence(library()), func(done int) { told = append(told, done) }))
	}
	close(stop)
	wg.Wait()
	if len(told) != 4 || told[3] != len(library()) || ix.Seq() != 5 {
		t.Errorf("progress %v, change %d", told, ix.Seq())
	}
	entries, err := os.ReadDir(ix.dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("generations left: %v %v", entries, err)
	}
}

// TestQuality holds the bars of the evaluation set of this field.
func TestQuality(t *testing.T) {
	t.Parallel()
	e := loadEvaluation(t, "domain")
	ix := newIndex(t, e.corpus...)
	if q := e.measure(ours(t, ix), e.queries, 0); q.ndcg < 0.97 || q.recall < 0.965 {
		t.Errorf("nDCG %.3f, recall %.3f", q.ndcg, q.recall)
	}
	for _, q := range e.queries {
		if n, _ := e.judge(q.ID, ours(t, ix)(q.Orig, 10)); q.Cat == "code" && n < 1 {
			t.Errorf("document number %q: nDCG %.3f", q.Orig, n)
		}
	}
}
