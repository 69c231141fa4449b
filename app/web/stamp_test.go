package web

import (
	"bytes"
	"html/template"
	"reflect"
	"strings"
	"testing"
)

type stampRow struct {
	Name, Note string
	Attr       template.HTMLAttr
	Icon       template.HTML
	On         bool
	List       []string
	hidden     int
}

const stampView = `<tr {{.Attr}}{{if .On}} class="on"{{end}} title="{{.Note}}"><td>{{.Name}} {{.Icon}}</td>{{if .Note}}<td><a {{.Attr}}>{{.Note}}{{.Note}}</a></td>{{end}}{{range .List}}<td>{{.}}</td>{{end}}</tr>`

// A stamp must write what the template itself writes.
func TestStamp(t *testing.T) {
	t.Parallel()
	views := template.Must(template.New("row").Parse(stampView))
	s, err := newStamp(views, "row", reflect.TypeFor[stampRow]())
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range []stampRow{
		{},
		{Name: "Tên", On: true},
		{Name: "Tên", Note: `<script>alert("1")</script> & 'a'+b`, Attr: `id="r-1"`, Icon: "<svg></svg>", hidden: 1},
		{Name: "Khác", Note: "Ghi chú", Attr: `id="r-2"`, Icon: "<svg/>"},
		{Name: "Tên", List: []string{"a", "<b>"}},
		{Note: "không\x00tên", On: true},
	} {
		var want bytes.Buffer
		if err := views.Execute(&want, row); err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time from the cut shape
			var got strings.Builder
			got.WriteString("before ")
			if err := s.write(&got, reflect.ValueOf(row)); err != nil {
				t.Fatal(err)
			}
			if w := "before " + want.String(); got.String() != w {
				t.Errorf("row %d:\n got %s\nwant %s", i, got.String(), w)
			}
		}
	}
}

func TestStamp_Refused(t *testing.T) {
	t.Parallel()
	views := template.Must(template.New("row").Parse("{{.N}}"))
	if _, err := newStamp(views, "none", reflect.TypeFor[stampRow]()); err == nil {
		t.Error("no error for a template that does not exist")
	}
	linked := template.Must(template.New("row").Parse(`<a href="/x/{{.Name}}">x</a>`))
	s, err := newStamp(linked, "row", reflect.TypeFor[stampRow]())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.write(new(strings.Builder), reflect.ValueOf(stampRow{Name: "a"})); err == nil || !strings.Contains(err.Error(), "address") {
		t.Errorf("error of a text in an address: %v", err)
	}
}

// The partials that pages stamp must ask nothing of a text but whether it is empty.
func TestRows_AsTheTemplate(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	full := sheetRow{Code: "1.01", Name: "Tỷ lệ <hồ sơ> & 'khác'", Unit: "%", Previous: "92,5", ToDate: "1.234", About: "Tử số: a", Back: "Sai", Note: "n", Below: true,
		Shown: "75", Parts: "45/60", Raw: `4"5`, Den: "60", Text: "Đã lưu", RowIs: `id="r-1"`, NameIs: `id="h-1"`, InputIs: `id="f-1"`, SumIs: `id="s-1"`, WordsAre: `id="m-1"`,
		SeenIs: `name="v.1"`, LinkIs: `href="?o=1"`, CarryIs: `data-k="1"`, NumIs: `id="a-1"`, DenIs: `id="b-1"`, DenInputIs: `id="d-1"`, RateIs: `id="q-1"`}
	rows := []sheetRow{{}, full}
	for _, change := range []func(*sheetRow){
		func(r *sheetRow) { r.Number = true },
		func(r *sheetRow) { r.Total = true },
		func(r *sheetRow) { r.Ratio = true },
		func(r *sheetRow) { r.Words = true },
		func(r *sheetRow) { r.Words, r.SeenIs = true, "" },
		func(r *sheetRow) {
			r.Choice, r.Options = true, `<option value="co" selected>Có</option>`
		},
		func(r *sheetRow) { r.Number, r.More = true, "<tr></tr>" },
		func(r *sheetRow) { r.Number, r.Below, r.CarryIs, r.Text = true, false, "", "" },
	} {
		row := full
		change(&row)
		rows = append(rows, row, row)
	}
	same := func(name string, rows any, list ...any) {
		t.Helper()
		var want bytes.Buffer
		for _, row := range list {
			if err := s.srv.views.Templates.ExecuteTemplate(&want, name, row); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := s.srv.rows(name, rows); err != nil || string(got) != want.String() {
			t.Errorf("%s: %v\n got %s\nwant %s", name, err, got, want.String())
		}
	}
	same("sheet/_row", rows, all(rows)...)
	lines := []tableLine{{}, {Code: "1", Name: "<b>", LinkIs: `href="/x"`, Unit: "%", Target: "≥ 80", Before: "1", Now: "2", Note: "n", Provisional: true, Override: "o", Reason: `"r"`,
		Change: "+1", Against: true, Verdict: "Đạt", VerdictAs: "badge-ok", VerdictIcon: "<svg/>", Units: "1/2"}}
	same("consolidation/_row", lines, all(lines)...)
	more := []moreView{{}, {Code: "1.01", ID: "1_01", HistoryIs: `href="/o/1"`, PanelIs: `href="/p/1"`, Options: "<option>a</option>", Reason: `"<r>`, Expected: "1/2", Note: "</textarea>&", Ticked: true, Tick: true}}
	same("sheet/_more", more, all(more)...)
	options := []selectOption{{}, {`"v"`, "<l>", true}, {"v", "l", false}}
	same("layout/_option", options, all(options)...)
}

func all[T any](list []T) (out []any) {
	for _, x := range list {
		out = append(out, x)
	}
	return out
}
