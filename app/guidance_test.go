package app

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// guidanceFixture is a fixture with a set of three indicators, one of which is based on a document.
func guidanceFixture(t *testing.T) (f fixture, coordinator kpi.Actor) {
	t.Helper()
	f = emptyFixture(t)
	err := f.store.Update(func(tx *store.Tx) error {
		ev := f.System().Event(kpi.VerbAdd, "test", "", "", "")
		set := kpi.IndicatorSet{Code: "nq57", Name: "Bộ thử", Basis: []string{"Nghị quyết số 57-NQ/TW ngày 22/12/2024"}, Groups: []kpi.Group{{Code: "1", Layer: 1, Name: "Nhóm", Weight: 1}}}
		if err := tx.PutSet(set, ev); err != nil {
			return err
		}
		for code, name := range map[string]string{"5.02": "Tỷ lệ hồ sơ thủ tục hành chính nộp trực tuyến", "5.03": "Tỷ lệ hồ sơ đúng hạn", "5.04": "Tỷ lệ kết quả bản điện tử được ký số"} {
			ind := kpi.Indicator{Set: "nq57", Code: code, Name: name, From: kpi.NewMonth(2026, 1), Group: "1", Unit: "%", Kind: kpi.KindNumber, Origin: kpi.Province,
				Direction: kpi.Up, Frequency: kpi.Monthly, Accumulation: kpi.Flow, Aggregation: kpi.AggSum, Weight: 1}
			if code == "5.03" {
				ind.Source = "Báo cáo theo Công văn số 1/CV-UBND"
			}
			if err := tx.PutIndicator(ind, ev); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	user := kpi.User{Login: "dieuphoi", Name: "Điều phối", Grants: []kpi.Grant{{Role: kpi.Coordinator}}}
	return f, kpi.Actor{User: user, At: f.Now()}
}

func as(actor kpi.Actor, role kpi.Role) kpi.Actor {
	actor.User = kpi.User{Login: "ai-do", Grants: []kpi.Grant{{Role: role, Unit: "SYT"}}}
	return actor
}

const letter = "ỦY BAN NHÂN DÂN TỈNH ĐẮK LẮK\n\nSố: 12/UBND-KGVX\nV/v thống kê hồ sơ trực tuyến\n\nĐắk Lắk, ngày 05 tháng 6 năm 2026\n\n" +
	"Thực hiện Nghị quyết số 57-NQ/TW, các đơn vị nhập chỉ số 5.02, 5.03 và 9.99 theo hướng dẫn sau.\n\n1. Cách tính\n\nTử số là hồ sơ nộp trực tuyến.\n"

func refs(codes ...string) (list []kpi.IndicatorRef) {
	for _, code := range codes {
		list = append(list, kpi.IndicatorRef{Set: "nq57", Code: code})
	}
	return list
}

func TestPreviewGuidance(t *testing.T) {
	t.Parallel()
	f, actor := guidanceFixture(t)
	p, err := f.PreviewGuidance(actor, "Công văn.txt", []byte(letter))
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 6, 5, 0, 0, 0, 0, kpi.Location)
	if p.Title != "Công văn về việc thống kê hồ sơ trực tuyến" || p.Number != "12/UBND-KGVX" || !p.Date.Equal(day) || p.Issuer != "ỦY BAN NHÂN DÂN TỈNH ĐẮK LẮK" {
		t.Errorf("guessed %q, %q, %v, %q", p.Title, p.Number, p.Date, p.Issuer)
	}
	if !slices.Equal(p.Found, refs("5.02", "5.03")) || p.Passages == 0 || len(p.Sample) == 0 || p.Known != "" {
		t.Errorf("found %v, %d passages, known %q", p.Found, p.Passages, p.Known)
	}
	if list, err := f.GuidanceList(actor); err != nil || len(list) != 0 {
		t.Errorf("a preview stored something: %v, %v", list, err)
	}
}

func TestAddGuidance(t *testing.T) {
	t.Parallel()
	f, actor := guidanceFixture(t)
	in := GuidanceInput{Title: " Hướng dẫn  hồ sơ ", Number: "12/UBND-KGVX", Links: refs("5.04"), Unlinked: refs("5.03")}
	g, err := f.AddGuidance(actor, `C:\tai lieu\Hướng dẫn.txt`, []byte(letter), in)
	if err != nil {
		t.Fatal(err)
	}
	if g.Title != "Hướng dẫn hồ sơ" || g.File.Name != "Hướng dẫn.txt" || !slices.Equal(g.Indicators(), refs("5.02", "5.04")) {
		t.Errorf("stored %+v", g)
	}
	p, err := f.GuidancePage(as(actor, kpi.Clerk), g.ID, 1, 60)
	if err != nil || p.Force != kpi.InForce || len(p.Passages) != g.Passages || p.Passages[0].ID() != g.ID+"#1" || len(p.Indicators) != 2 || p.Indicators[0].Name == "" ||
		!p.Indicators[0].Found || p.Indicators[1].Found || len(p.Loose) != 1 {
		t.Errorf("page %+v, %v", p, err)
	}
	about, file, err := f.GuidanceFile(as(actor, kpi.Admin), g.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if data, err := io.ReadAll(file); err != nil || string(data) != letter || about.Size != int64(len(letter)) {
		t.Errorf("file of %d bytes, %v", len(data), err)
	}
	for code, n := range map[string]int{"5.02": 1, "5.03": 0, "5.04": 1} {
		if list, err := f.GuidanceAbout(as(actor, kpi.Leader), "nq57", code); err != nil || len(list) != n {
			t.Errorf("about %s: %v, %v", code, list, err)
		}
	}
	if _, err := f.AddGuidance(actor, "lại.txt", []byte(letter), in); kpi.KindOf(err) != kpi.Conflict || !strings.Contains(err.Error(), "Hướng dẫn hồ sơ") {
		t.Errorf("the same file again: %v", err)
	}
	if _, added, err := f.ImportGuidance(actor, "lại.txt", []byte(letter)); err != nil || added {
		t.Errorf("the same file imported again: %v, %v", added, err)
	}
}

func TestGuidance_Denied(t *testing.T) {
	t.Parallel()
	f, actor := guidanceFixture(t)
	g, _, err := f.ImportGuidance(actor, "a.txt", []byte(letter))
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []kpi.Role{kpi.Clerk, kpi.Approver, kpi.Liaison, kpi.Leader} {
		who := as(actor, role)
		_, errPreview := f.PreviewGuidance(who, "b.txt", []byte("chữ khác"))
		_, errAdd := f.AddGuidance(who, "b.txt", []byte("chữ khác"), GuidanceInput{Title: "x"})
		for name, err := range map[string]error{"preview": errPreview, "add": errAdd, "change": f.ChangeGuidance(who, g.ID, GuidanceInput{Title: "x"}),
			"withdraw": f.WithdrawGuidance(who, g.ID, "lý do"), "restore": f.RestoreGuidance(who, g.ID)} {
			if kpi.KindOf(err) != kpi.Denied {
				t.Errorf("%s by %s: %v", name, role, err)
			}
		}
	}
}

func TestChangeGuidance(t *testing.T) {
	t.Parallel()
	f, actor := guidanceFixture(t)
	g, _, err := f.ImportGuidance(actor, "a.txt", []byte(letter))
	if err != nil {
		t.Fatal(err)
	}
	seen, err := f.LastChange("guidance/" + g.ID)
	if err != nil {
		t.Fatal(err)
	}
	actor.Seen = seen
	if err := f.ChangeGuidance(actor, g.ID, GuidanceInput{Title: "Tên mới", Number: "1/CV-UBND"}); err != nil {
		t.Fatal(err)
	}
	p, err := f.GuidancePage(actor, g.ID, 1, 1)
	if err != nil || p.Title != "Tên mới" || !slices.Equal(p.Found, refs("5.02", "5.03")) {
		t.Errorf("changed to %+v, %v", p.Guidance, err)
	}
	if err := f.ChangeGuidance(actor, g.ID, GuidanceInput{Title: "Của người khác"}); kpi.KindOf(err) != kpi.Conflict {
		t.Errorf("a change of what somebody else has changed: %v", err)
	}
	actor.Seen = 0
	other, _, err := f.ImportGuidance(actor, "b.txt", []byte("Văn bản khác, thay thế văn bản cũ.\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string]GuidanceInput{
		"title": {}, "to": {Title: "x", From: actor.At, To: actor.At.AddDate(0, 0, -1)}, "number": {Title: "x", Number: strings.Repeat("9", 61)},
		"replaces": {Title: "x", Replaces: strings.Repeat("0", 12)},
	} {
		err := f.ChangeGuidance(actor, g.ID, in)
		e, _ := err.(*kpi.Error)
		if kpi.KindOf(err) != kpi.Invalid || e == nil || e.Fields[name] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := f.ChangeGuidance(actor, other.ID, GuidanceInput{Title: "Bản mới", Replaces: g.ID}); err != nil {
		t.Fatal(err)
	}
	if p, err := f.GuidancePage(actor, g.ID, 1, 1); err != nil || p.Force != kpi.ForceReplaced || p.Replacer == nil || p.Replacer.ID != other.ID {
		t.Errorf("the replaced one: %v, %v", p.Force, err)
	}
	if err := f.ChangeGuidance(actor, g.ID, GuidanceInput{Title: "x", Replaces: other.ID}); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("two that replace each other: %v", err)
	}
}

func TestWithdrawGuidance(t *testing.T) {
	t.Parallel()
	f, actor := guidanceFixture(t)
	g, _, err := f.ImportGuidance(actor, "a.txt", []byte(letter))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.WithdrawGuidance(actor, g.ID, " "); kpi.KindOf(err) != kpi.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	count := func(who kpi.Actor) int {
		list, err := f.GuidanceList(who)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	for range 2 {
		if err := f.WithdrawGuidance(actor, g.ID, "đã có bản mới"); err != nil {
			t.Fatal(err)
		}
	}
	if count(as(actor, kpi.Clerk)) != 0 || count(actor) != 1 {
		t.Error("a withdrawn document is in the list of a clerk, or not in the coordinator's")
	}
	if list, err := f.GuidanceAbout(actor, "nq57", "5.02"); err != nil || len(list) != 0 {
		t.Errorf("a withdrawn document is about an indicator: %v, %v", list, err)
	}
	if p, err := f.GuidancePage(as(actor, kpi.Clerk), g.ID, 1, 60); err != nil || p.Force != kpi.ForceWithdrawn || len(p.Passages) == 0 {
		t.Errorf("its link: %+v, %v", p, err)
	}
	if _, err := f.AddGuidance(actor, "a.txt", []byte(letter), GuidanceInput{Title: "x"}); kpi.KindOf(err) != kpi.Conflict || !strings.Contains(err.Error(), "Khôi phục") {
		t.Errorf("added again: %v", err)
	}
	if err := f.RestoreGuidance(actor, g.ID); err != nil || count(as(actor, kpi.Clerk)) != 1 {
		t.Errorf("restored: %v", err)
	}
}

func TestGuidance_Refused(t *testing.T) {
	t.Parallel()
	f, actor := guidanceFixture(t)
	for _, x := range []struct{ name, data, says string }{
		{"mat.txt", "TUYỆT MẬT\n\nKế hoạch", "bí mật nhà nước"},
		{"a.pdf", "%PDF-1.7\n1 0 obj<</JavaScript 2 0 R>>endobj\n%%EOF", "mã tự chạy"},
		{"a.pdf", "%PDF-1.7\ncắt", "cắt cụt"},
		{"a.xlsx", "không phải", "Excel"},
		{"a.docx", "PK\x03\x04", "hỏng"},
		{"a.exe", "MZ", "Không nhận"},
	} {
		_, err := f.AddGuidance(actor, x.name, []byte(x.data), GuidanceInput{Title: "x"})
		e, _ := err.(*kpi.Error)
		if kpi.KindOf(err) != kpi.Invalid || !strings.Contains(err.Error(), x.says) || e.Fields["file"] == "" {
			t.Errorf("%s: %v", x.name, err)
		}
	}
}

func TestGuidance_Workbook(t *testing.T) {
	t.Parallel()
	f, actor := guidanceFixture(t)
	book := xlsxSheets(t, sheetRows{"Danh mục", [][]string{{"TT", "Chỉ tiêu", "Đơn vị"}, {"1", "Tỷ lệ hồ sơ thủ tục hành chính nộp trực tuyến", "%"}}, false},
		sheetRows{"Ẩn", [][]string{{"không thấy"}}, true})
	g, _, err := f.ImportGuidance(actor, "danh-muc.xlsx", book)
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.GuidancePage(actor, g.ID, 1, 60)
	if err != nil || len(p.Passages) != 1 || !strings.Contains(p.Passages[0].Text, "1. Chỉ tiêu: Tỷ lệ hồ sơ thủ tục hành chính nộp trực tuyến; Đơn vị: %") || p.Passages[0].Row != 2 {
		t.Errorf("passages %+v, %v", p.Passages, err)
	}
	if !slices.Equal(g.Found, refs("5.02")) {
		t.Errorf("found by name: %v", g.Found)
	}
}

func TestIndicatorRefs(t *testing.T) {
	t.Parallel()
	f, actor := guidanceFixture(t)
	got, err := f.IndicatorRefs(actor, " 5.02, nq57/5.03;\n5.04 ")
	if err != nil || !slices.Equal(got, refs("5.02", "5.03", "5.04")) {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"5.2", "nq99/5.02", "x"} {
		if _, err := f.IndicatorRefs(actor, bad); kpi.KindOf(err) != kpi.Invalid {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// A document of more passages than one transaction takes is stored whole.
func TestAddGuidance_Long(t *testing.T) {
	t.Parallel()
	f, actor := guidanceFixture(t)
	text := strings.Repeat(strings.Repeat("chữ ", 120)+".\n\n", 2*passageBatch+7)
	g, err := f.AddGuidance(actor, "dai.txt", []byte(text), GuidanceInput{Title: "Dài"})
	if err != nil || g.Passages != 2*passageBatch+7 {
		t.Fatalf("%d passages, %v", g.Passages, err)
	}
	p, err := f.GuidancePage(actor, g.ID, g.Passages-3, g.Passages+60)
	if err != nil || len(p.Passages) != 4 || p.Passages[3].N != g.Passages {
		t.Errorf("the last passages: %d, %v", len(p.Passages), err)
	}
}

func TestGuessGuidance_Official(t *testing.T) {
	t.Parallel()
	f, actor := guidanceFixture(t)
	for _, x := range []struct{ file, number, date, issuer, title string }{
		{"nghi-quyet-57-nq-tw.md", "57-NQ/TW", "22/12/2024", "Bộ Chính trị", "Nghị quyết về đột phá phát triển khoa học"},
		{"nghi-quyet-03-nq-cp.md", "03/NQ-CP", "09/01/2025", "Chính phủ", "Nghị quyết ban hành Chương trình hành động của Chính phủ"},
		{"ket-luan-69-kl-tw.md", "69-KL/TW", "11/01/2024", "Bộ Chính trị", "Kết luận về tiếp tục thực hiện Nghị quyết số 20-NQ/TW"},
		{"cong-van-1960-cv-tu-lam-dong.txt", "1960-CV/TU", "22/06/2026", "TỈNH ỦY LÂM ĐỒNG", "Công văn về việc triển khai Bộ chỉ số"},
		{"cong-van-ubnd-dak-lak-2026-05.txt", "", "", "ỦY BAN NHÂN DÂN TỈNH ĐẮK LẮK", "Về việc cập nhật các chỉ số"},
		{"nq-03-phu-luc-1.md", "", "", "", "PHỤ LỤC I: DANH MỤC CÁC CHỈ TIÊU CỤ THỂ"},
	} {
		data, err := os.ReadFile(filepath.Join("../../shared/data/guidance", x.file))
		if err != nil {
			t.Skip("no official documents beside the repository")
		}
		p, err := f.PreviewGuidance(actor, x.file, data)
		date := ""
		if !p.Date.IsZero() {
			date = kpi.FormatDate(p.Date)
		}
		if err != nil || p.Number != x.number || date != x.date || p.Issuer != x.issuer || !strings.HasPrefix(p.Title, x.title) {
			t.Errorf("%s: %q, %q, %q, %q, %v", x.file, p.Title, p.Number, date, p.Issuer, err)
		}
	}
}

func TestManual(t *testing.T) {
	t.Parallel()
	f := emptyFixture(t)
	pages, err := f.Manual()
	if err != nil || len(pages) != len(kpi.Roles()) {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	passages, err := f.ManualPassages()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, role := range kpi.Roles() {
		p, err := f.ManualPage(ManualSlug(role))
		if err != nil || p.Role != role || p.Title == "" || len(p.Sections) < 3 || !strings.HasPrefix(p.Sections[0].Text, "1. ") {
			t.Errorf("%s: %+v, %v", role, p, err)
		}
		for _, s := range p.Sections {
			words := len(strings.Fields(s.Text))
			if s.Title == "" || words < 25 || words > 160 || strings.Count(s.Text, "**")%2 != 0 || strings.Contains(strings.ToLower(" "+s.Text+" "), " bạn ") {
				t.Errorf("%s, %s: %d words", p.Title, s.Title, words)
			}
			if x := passages[n]; x.Doc != p.Slug || x.N != s.N || strings.Contains(x.Text, "**") {
				t.Errorf("passage %d is %+v", n, x)
			}
			n++
		}
	}
	if n != len(passages) {
		t.Errorf("%d sections, %d passages", n, len(passages))
	}
	if _, err := f.ManualPage("../nhap-lieu"); kpi.KindOf(err) != kpi.NotFound {
		t.Errorf("a page that is not there: %v", err)
	}
}
