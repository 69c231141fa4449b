package search

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestSuggest(t *testing.T) {
	t.Parallel()
	all := []string{"all"}
	s := NewSuggester([]Name{
		{ID: "indicator/1", Text: "Tỷ lệ hồ sơ trực tuyến toàn trình", Access: all},
		{ID: "indicator/2", Text: "Tỷ lệ dịch vụ công trực tuyến", Access: all},
		{ID: "unit/SYT", Text: "Sở Y tế", Code: "SYT", Access: all},
		{ID: "guidance/1", Text: "Số hóa hồ sơ", Access: all},
		{ID: "note/1", Text: "Lý do trả lại tỷ lệ hồ sơ", Access: []string{"unit:SYT"}},
	})
	tests := []struct{ typed, want string }{
		{"ty le h", "indicator/1"},
		{"tỷ lệ", "indicator/2 indicator/1"},
		{"tỉ lệ", "indicator/2 indicator/1"},
		{"truc tuyen", "indicator/2 indicator/1"},
		{"sở", "unit/SYT"},
		{norm.NFD.String("số hóa"), "guidance/1"},
		{"so ", "unit/SYT guidance/1 indicator/1"},
		{"tuyen ty", "indicator/2 indicator/1"},
		{"sy", "unit/SYT"},
		{"khong co", ""},
		{"  ", ""},
	}
	for _, tt := range tests {
		var ids []string
		for _, n := range s.Suggest(tt.typed, 3, all, false) {
			ids = append(ids, n.ID)
		}
		got := strings.Join(ids, " ")
		if tt.typed == "sở" { // marks only lift
			got = ids[0]
		}
		if got != tt.want {
			t.Errorf("%q: %s, want %s", tt.typed, got, tt.want)
		}
	}
	if got := s.Suggest("ly do", 3, []string{"all", "unit:SYT"}, false); len(got) != 1 {
		t.Errorf("of those who may: %v", got)
	}
	if got := s.Suggest("ly do", 3, nil, true); len(got) != 1 {
		t.Errorf("of everything: %v", got)
	}
	if got := s.Suggest(strings.Repeat("xyz ", 500), 3, all, false); len(got) != 0 {
		t.Errorf("of a very long text: %v", got)
	}
}

func TestMarker_Snippet(t *testing.T) {
	t.Parallel()
	m := &Marker{syllables: map[string]bool{"toan": true}, pairs: map[string]bool{"truc+tuyen": true}, codes: map[string]bool{"57nqtw": true}}
	tests := []struct{ text, want string }{
		{"Hồ sơ trực tuyến, toàn trình", "Hồ sơ [trực tuyến], [toàn] trình"},
		{norm.NFD.String("hồ sơ trực tuyến"), norm.NFD.String("hồ sơ [trực tuyến]")},
		{"trực ban và tuyến đường", "trực ban và tuyến đường"},
		{"theo số 57-NQ/TW", "theo số [57]-[NQ]/[TW]"},
		{"<script>toàn", "<script>[toàn]"},
		{strings.Repeat("chữ ", 100) + "toàn trình" + strings.Repeat(" chữ", 100), "… chữ chữ [toàn] trình chữ chữ chữ …"},
		{"", ""},
	}
	for _, tt := range tests {
		got := ""
		for _, p := range m.Snippet(tt.text, 40) {
			if p.Marked {
				p.Text = "[" + p.Text + "]"
			}
			got += p.Text
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
	m = &Marker{syllables: map[string]bool{"so": true}, spelled: map[string][]string{"so": {Exact("sơ")}}}
	if got := m.Mark("số hồ sơ so"); len(got) != 2 || got[0].Marked || got[1].Text != "sơ so" || !got[1].Marked {
		t.Errorf("other marks: %v", got)
	}
	if got := MarkPrefix("Tỷ lệ hồ sơ đúng hạn hành chính", "ho so dung han"); len(got) != 3 || got[1].Text != "hồ sơ đúng hạn" || !got[1].Marked {
		t.Errorf("prefix: %v", got)
	}
	if got := (&Marker{}).Mark("không có gì"); len(got) != 1 || got[0].Marked {
		t.Errorf("zero marker: %v", got)
	}
}
