package main

import (
	"encoding/json"
	"fmt"
	"testing"
)

// sheetTab is a tab on the entry page of one unit.
type sheetTab struct {
	*tab
	path string
}

// sheetOf is the path of a unit's sheet in the demo's running round.
func sheetOf(t testing.TB, unit string) string {
	t.Helper()
	return fmt.Sprintf("/nhap-lieu/%s/%s/%s", demoSet, demoMonth(t), unit)
}

// reviewOf is the path on which that sheet is decided about.
func reviewOf(t testing.TB, unit string) string {
	t.Helper()
	return fmt.Sprintf("/duyet/%s/%s/%s", demoSet, demoMonth(t), unit)
}

func (b *tab) openSheet(path string) *sheetTab {
	b.t.Helper()
	b.open(path)
	return &sheetTab{b, path}
}

// ready waits until the script of the page has taken over the sheet.
func (s *sheetTab) ready() {
	s.t.Helper()
	s.until("the sheet to be ready", "document.documentElement.dataset.ready !== undefined")
}

// at puts the focus into the input of a cell.
func (s *sheetTab) at(code string) {
	s.t.Helper()
	js[bool](s.tab, "document.querySelector("+quote(field("c", code))+").focus() ?? true")
}

// bar waits until the bar begins with one of its sentences.
func (s *sheetTab) bar(sentence string) {
	s.t.Helper()
	s.until("the bar to say "+sentence, `document.getElementById("save-state").textContent.startsWith(`+quote(sentence)+")")
}

// holds waits until the input of a cell holds a text.
func (s *sheetTab) holds(code, want string) {
	s.t.Helper()
	s.until(code+" to hold "+want, "document.querySelector("+quote(field("c", code))+").value === "+quote(want))
}

// cell is one cell as the entry page shows it.
type cell struct {
	Code   string
	Kind   string // number, ratio, choice, words
	Before string // value of the period before, as shown
	State  string // saved, warning, error, …; "" for a cell that was never filled
	Raw    string
}

// cells lists the cells that can be changed, from top to bottom.
func (s *sheetTab) cells() []cell {
	s.t.Helper()
	text := js[string](s.tab, `JSON.stringify([...document.querySelectorAll("#sheet [name^='c.']")].map(e => {
		const code = e.name.slice(2), row = e.closest("tr");
		return {
			Code: code, Raw: e.value, State: row.querySelector(".cell-msg").dataset.state ?? "",
			Kind: e.matches("select") ? "choice" : e.matches("textarea") ? "words" : document.querySelector("[name='d." + code + "']") ? "ratio" : "number",
			Before: row.querySelector("[data-t='Kỳ trước']").firstChild?.textContent.trim() ?? "",
		};
	}))`)
	var list []cell
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		s.fail("cells of the sheet: %v", err)
	}
	return list
}

// field selects an input of a cell by its letter: c value or numerator, d denominator, n kind of no number, r reason,
// e expected date, g note, k tick.
func field(letter, code string) string { return fmt.Sprintf(`[name="%s.%s"]`, letter, code) }

// says waits until the words beside a cell contain the text.
func (s *sheetTab) says(code, text string) {
	s.t.Helper()
	s.has(fmt.Sprintf(`tr:has(%s) .cell-msg`, field("c", code)), text)
}

// state waits until a cell has the state.
func (s *sheetTab) state(code, want string) {
	s.t.Helper()
	s.until(fmt.Sprintf("cell %s to be %s", code, want), fmt.Sprintf(`document.querySelector('tr:has(%s) .cell-msg').dataset.state === %q`, field("c", code), want))
}

// enter types a value into a cell and leaves it.
func (s *sheetTab) enter(code, value string) {
	s.t.Helper()
	s.fill(field("c", code), value)
	s.keys("\t")
}

// enterRatio types numerator and denominator and leaves the cell.
func (s *sheetTab) enterRatio(code, numerator, denominator string) {
	s.t.Helper()
	s.fill(field("c", code), numerator)
	s.fill(field("d", code), denominator)
	s.keys("\t")
}

// more opens the line below a cell.
func (s *sheetTab) more(code string) {
	s.t.Helper()
	if !js[bool](s.tab, "Boolean(document.querySelector("+quote(field("n", code))+"))") {
		s.click(fmt.Sprintf(`tr:has(%s) .more-link`, field("c", code)), "")
		s.has(field("n", code), "")
	}
}

// note writes the explanation of a cell and leaves it.
func (s *sheetTab) note(code, text string) {
	s.t.Helper()
	s.more(code)
	s.fill(field("g", code), text)
	s.keys("\t")
}

// allSaved waits until the bar says that everything is saved.
func (s *sheetTab) allSaved() {
	s.t.Helper()
	s.has("#save-state", "Đã lưu tất cả lúc")
}

// complete fills every cell that is missing, plausibly, and explains what the checks wonder about.
func (s *sheetTab) complete() {
	s.t.Helper()
	for _, c := range s.cells() {
		if c.State != "saved" && c.State != "warning" {
			s.enterPlausible(c)
		}
	}
	s.allSaved()
	for _, c := range s.cells() {
		if c.State == "warning" {
			s.note(c.Code, "Đã đối chiếu với sổ theo dõi của đơn vị.")
			s.state(c.Code, "saved")
		}
	}
	s.allSaved()
	for _, c := range s.cells() {
		if c.State != "saved" {
			s.fail("cell %s is %q after the sheet was completed", c.Code, c.State)
		}
	}
}

func (s *sheetTab) enterPlausible(c cell) {
	s.t.Helper()
	switch c.Kind {
	case "ratio":
		s.enterRatio(c.Code, "180", "200")
	case "choice":
		last := js[string](s.tab, fmt.Sprintf(`[...document.querySelectorAll('%s option')].at(-1).value`, field("c", c.Code)))
		s.choose(field("c", c.Code), last)
	case "words":
		s.enter(c.Code, "Hoàn thành đúng kế hoạch tháng.")
	default:
		s.enter(c.Code, plausible(c))
	}
	s.stored(c.Code)
}

// stored waits until a cell is saved, with or without a warning.
func (s *sheetTab) stored(code string) {
	s.t.Helper()
	s.until("cell "+code+" to be saved", fmt.Sprintf(`["saved", "warning"].includes(document.querySelector('tr:has(%s) .cell-msg').dataset.state)`, field("c", code)))
}

// submit sends the sheet to the approver through the confirmation, or stops at the summary of what stands in the way.
func (s *sheetTab) submit() {
	s.t.Helper()
	js[bool](s.tab, `document.getElementById("errors").replaceChildren() ?? true`) // of an earlier try
	s.click("[data-submit]", "Trình")
	s.until("the confirmation or the error summary", `document.querySelector("dialog#submit[open], #errors-title")`)
	if js[bool](s.tab, `document.querySelector("dialog#submit").open`) {
		s.follow("dialog#submit button[type=submit]", "Trình")
	}
}
