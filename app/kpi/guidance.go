package kpi

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Guidance is a document on how to count and fill in: a resolution, a letter, an instruction. Its file never changes;
// a newer one is another document that replaces it.
type Guidance struct {
	ID       string // the beginning of the file's SHA-256: the same file is the same document
	Title    string
	Number   string    `json:",omitempty"` // «57-NQ/TW», «13/2023/NĐ-CP»
	Date     time.Time `json:",omitzero"`  // of signing, midnight in Location
	Issuer   string    `json:",omitempty"`
	From     time.Time `json:",omitzero"`  // first day in force; zero: since its date
	To       time.Time `json:",omitzero"`  // last day in force; zero: open
	Replaces string    `json:",omitempty"` // ID of the document that it takes the place of

	File File // its type is one of GuidanceTypes

	Passages int    `json:",omitempty"` // how many its text was cut into; they are numbered from 1
	Pages    int    `json:",omitempty"`
	Unread   string `json:",omitempty"` // sentence: what of the text could not be read, and why

	Links    []IndicatorRef `json:",omitempty"` // by hand
	Found    []IndicatorRef `json:",omitempty"` // by the numbers and codes in its text
	Unlinked []IndicatorRef `json:",omitempty"` // found, but taken away by hand

	Added     time.Time
	AddedBy   string
	Withdrawn time.Time `json:",omitzero"` // out of the list; its links still open it
}

// The file types that only guidance has.
const (
	Markdown  FileType = "md"
	PlainText FileType = "txt"
)

// GuidanceTypes lists the types of files that a document may be.
func GuidanceTypes() []FileType { return []FileType{PDF, Word, Excel, Markdown, PlainText} }

// Passage is a piece of a document's text, of about 60 to 150 words.
type Passage struct {
	Doc     string   `json:"-"`
	N       int      `json:"-"`          // from 1
	Heading []string `json:",omitempty"` // from the outermost
	Page    int      `json:",omitempty"` // of the file; 0: it has none
	Row     int      `json:",omitempty"` // of the spreadsheet; 0: none
	Text    string   // paragraphs, one a line
}

// ID names the passage for ever: «3fa2b1c09d7e#12».
func (p Passage) ID() string { return PassageID(p.Doc, p.N) }

// IndicatorRef names an indicator whatever its version.
type IndicatorRef struct{ Set, Code string }

// GuidanceID returns the id of the document that a file is.
func GuidanceID(file FileID) string {
	if len(file) < guidanceIDLength {
		return ""
	}
	return string(file[:guidanceIDLength])
}

const guidanceIDLength = 12

// ValidGuidance reports whether s can be the id of a document.
func ValidGuidance(s string) bool { return len(s) == guidanceIDLength && only(s, 'a', 'f', "") }

// Most of what a document may have.
const (
	maxGuidanceTitle  = 500
	maxGuidanceLinks  = 1_000
	maxGuidanceIssuer = 200
)

// Validate returns an Invalid error when the document breaks a rule; its field is title, number, date, issuer, from,
// to or replaces.
func (g Guidance) Validate() error {
	switch {
	case !ValidGuidance(g.ID) || !g.File.SHA256.Valid() || GuidanceID(g.File.SHA256) != g.ID || !slices.Contains(GuidanceTypes(), g.File.Type):
		return Errorf(Invalid, "Văn bản không có tệp hợp lệ. Chọn lại tệp.")
	case strings.TrimSpace(g.Title) == "":
		return invalidField("title", "Tên văn bản còn trống. Ghi trích yếu, ví dụ «Hướng dẫn thống kê chỉ số chuyển đổi số».")
	case len([]rune(g.Title)) > maxGuidanceTitle:
		return invalidField("title", "Tên văn bản dài quá %d ký tự. Rút gọn rồi ghi lại.", maxGuidanceTitle)
	case len([]rune(g.Number)) > 60:
		return invalidField("number", "Số, ký hiệu dài quá 60 ký tự. Chỉ ghi số, ví dụ 3158-CV/VPTW.")
	case len([]rune(g.Issuer)) > maxGuidanceIssuer:
		return invalidField("issuer", "Cơ quan ban hành dài quá %d ký tự. Rút gọn rồi ghi lại.", maxGuidanceIssuer)
	case !g.Date.IsZero() && (g.Date.Year() < 1945 || g.Date.Year() > 2200):
		return invalidField("date", "Ngày ban hành %s không đúng. Ghi ngày/tháng/năm, ví dụ 19/6/2026.", FormatDate(g.Date))
	case !g.To.IsZero() && g.To.Before(g.From):
		return invalidField("to", "Văn bản hết hiệu lực ngày %s, trước khi có hiệu lực ngày %s.", FormatDate(g.To), FormatDate(g.From))
	case g.Replaces == g.ID:
		return invalidField("replaces", "Văn bản không thể thay thế chính nó. Chọn văn bản khác.")
	case g.Replaces != "" && !ValidGuidance(g.Replaces):
		return invalidField("replaces", "Văn bản được thay thế không có trong danh sách.")
	case len(g.Links)+len(g.Found) > maxGuidanceLinks:
		return Errorf(Invalid, "Văn bản gắn với hơn %d chỉ số. Bớt chỉ số rồi ghi lại.", maxGuidanceLinks)
	}
	return nil
}

// Label returns how a list names the document: its number and its title.
func (g Guidance) Label() string {
	if g.Number == "" || strings.Contains(g.Title, g.Number) {
		return g.Title
	}
	return g.Number + " – " + g.Title
}

// Readable reports whether at least some of the text could be read.
func (g Guidance) Readable() bool { return g.Passages > 0 }

// Indicators returns the indicators that the document is about: by hand, and those found that nobody has taken away.
func (g Guidance) Indicators() []IndicatorRef {
	list := slices.Clone(g.Links)
	for _, r := range g.Found {
		if !slices.Contains(g.Unlinked, r) && !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, compareRefs)
	return slices.Compact(list)
}

func compareRefs(a, b IndicatorRef) int {
	if a.Set != b.Set {
		return strings.Compare(a.Set, b.Set)
	}
	return CompareCodes(a.Code, b.Code)
}

// Force is whether a document holds on a day.
type Force string

// The states of a document.
const (
	InForce        Force = "in-force"
	NotYet         Force = "not-yet"
	Expired        Force = "expired"
	ForceReplaced  Force = "replaced"
	ForceWithdrawn Force = "withdrawn"
)

// Label returns the state's name on screen.
func (f Force) Label() string {
	switch f {
	case InForce:
		return "Còn hiệu lực"
	case NotYet:
		return "Chưa có hiệu lực"
	case Expired:
		return "Hết hiệu lực"
	case ForceReplaced:
		return "Đã được thay thế"
	case ForceWithdrawn:
		return "Đã thu hồi"
	}
	return ""
}

// ForceAt returns whether the document holds at an instant; replaced: another one that is in force takes its place.
func (g Guidance) ForceAt(now time.Time, replaced bool) Force {
	today := Day(now)
	switch {
	case !g.Withdrawn.IsZero():
		return ForceWithdrawn
	case !g.To.IsZero() && today.After(g.To):
		return Expired
	case replaced:
		return ForceReplaced
	case today.Before(g.From):
		return NotYet
	}
	return InForce
}

// Day returns the midnight in Location that begins the day of t.
func Day(t time.Time) time.Time {
	y, m, d := t.In(Location).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, Location)
}

// PassageID returns the name of a document's passage.
func PassageID(doc string, n int) string { return doc + "#" + strconv.Itoa(n) }

// ParsePassageID takes the name of a passage apart.
func ParsePassageID(id string) (doc string, n int, ok bool) {
	doc, digits, found := strings.Cut(id, "#")
	n, err := strconv.Atoi(digits)
	return doc, n, found && err == nil && n > 0 && ValidGuidance(doc)
}
