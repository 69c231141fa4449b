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
			got, err := s.append([]byte("before "), reflect.ValueOf(row))
			if err != nil {
				t.Fatal(err)
			}
			if w := "before " + want.String(); string(got) != w {
				t.Errorf("row %d:\n got %s\nwant %s", i, got, w)
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
	if _, err := s.append(nil, reflect.ValueOf(stampRow{Name: "a"})); err == nil || !strings.Contains(err.Error(), "address") {
		t.Errorf("error of a text in an address: %v", err)
	}
}
