package web

import (
	"encoding/json"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

// maxSaveBody is the largest JSON request that saves cells: a hundred of them with the longest texts.
const maxSaveBody = 1 << 20

// saveRequest is what the browser sends to save cells. Fields of an item that are absent stay as they are.
type saveRequest struct {
	Items []saveItem `json:"items"`
}

type saveItem struct {
	Code      string  `json:"k"`
	Version   uint32  `json:"v"`  // of the cell that the change is based on
	Op        string  `json:"op"` // random id of the change
	Raw       *string `json:"raw"`
	Den       *string `json:"den"`
	None      *string `json:"none"`
	Reason    *string `json:"reason"`
	Expected  *string `json:"expected"`
	Note      *string `json:"note"`
	Confirmed *bool   `json:"confirmed"`
	Carry     bool    `json:"carry"` // take over the value of the period before
}

// saveAnswer is the answer: the saved cells in the order of the request, then other cells whose checks may have
// changed.
type saveAnswer struct {
	Items  []cellAnswer `json:"items"`
	Others []cellAnswer `json:"others"`
	Filled int          `json:"filled"`
	Due    int          `json:"due"`
	Now    string       `json:"now"`    // RFC 3339, Vietnamese time
	Locked string       `json:"locked"` // why nothing more can be saved, "" if it can
	Here   string       `json:"here"`   // who else has the sheet open, «» if nobody
}

// cellAnswer is a cell as it is now stored, and what became of the change.
type cellAnswer struct {
	Code    string      `json:"k"`
	Status  app.Outcome `json:"status,omitempty"` // saved, rejected, conflict; "" in others
	Version uint32      `json:"v"`
	State   string      `json:"state"` // look of the input, see cellState; of a conflict, that of the stored cell
	Level   string      `json:"level"` // worst finding of the checks: notice, warning, error or ""
	Text    string      `json:"text"`  // words beside the input
	Shown   string      `json:"shown"`
	ToDate  string      `json:"todate"` // computed text beside the input, see sheetRow
	Filled  bool        `json:"filled"`
	Carried bool        `json:"carried"` // taken over from the period before and not confirmed yet

	// Texts of the inputs.
	Raw       string `json:"raw"`
	Den       string `json:"den"`
	None      string `json:"none"`
	Reason    string `json:"reason"`
	Expected  string `json:"expected"`
	Note      string `json:"note"`
	Confirmed bool   `json:"confirmed"`

	// Of a conflict: who was first, when, and what they wrote.
	By     string `json:"by,omitempty"`
	At     string `json:"at,omitempty"`
	Theirs string `json:"theirs,omitempty"`
}

// saveCells saves cells as the browser sends them while somebody fills in the sheet. It answers in JSON.
func (s *Server) saveCells(r *request) error {
	k, err := r.sheetKey()
	if err != nil {
		return err
	}
	saves, err := readSaves(r.Body())
	if err != nil {
		return err
	}
	answer, err := s.App.SaveCells(r.actor, k.Set, k.Month, k.Unit, saves)
	if err != nil {
		return err
	}
	out := saveAnswer{Items: answerCells(answer.Cells), Others: answerCells(answer.Others), Filled: answer.Filled, Due: answer.Due,
		Now: r.actor.At.In(kpi.Location).Format(time.RFC3339), Locked: answer.Locked, Here: hereText(answer.Here)}
	return r.JSON(out)
}

func readSaves(body []byte) ([]app.CellSave, error) {
	if len(body) > maxSaveBody {
		return nil, kpi.Errorf(kpi.TooLarge, "Lần lưu này lớn hơn 1 MB. Ghi ít ô hơn trong một lần.")
	}
	var in saveRequest
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, kpi.Errorf(kpi.Invalid, "Nội dung gửi lên không đọc được. Tải lại trang rồi ghi lại.")
	}
	if len(in.Items) > app.MaxSaves {
		return nil, kpi.Errorf(kpi.TooLarge, "Mỗi lần lưu tối đa %d ô.", app.MaxSaves)
	}
	seen := map[string]bool{}
	saves := make([]app.CellSave, 0, len(in.Items))
	for _, it := range in.Items {
		if seen[it.Code] {
			return nil, kpi.Errorf(kpi.Invalid, "Ô %s có mặt hai lần trong một lần lưu. Tải lại trang rồi ghi lại.", kpi.Clip(it.Code, 32))
		}
		seen[it.Code] = true
		saves = append(saves, app.CellSave{Indicator: it.Code, Version: it.Version, Op: it.Op, Carry: it.Carry, Entry: kpi.Entry{Raw: it.Raw, Den: it.Den, None: it.None,
			Reason: it.Reason, Expected: it.Expected, Note: it.Note, Confirmed: it.Confirmed}})
	}
	return saves, nil
}

func answerCells(cells []app.CellAnswer) []cellAnswer {
	out := make([]cellAnswer, 0, len(cells))
	for _, c := range cells {
		out = append(out, answerCell(c))
	}
	return out
}

func answerCell(c app.CellAnswer) cellAnswer {
	ind := *c.Definition
	state, text := stateOf(ind, c.Cell, c.Issues), textOfCell(ind, c.Cell)
	a := cellAnswer{Code: c.Indicator, Status: c.Outcome, Version: c.Cell.Version, State: state.State, Text: state.Text,
		Level: levelName(worstIssue(c.Issues).Level), Filled: c.Cell.Filled(ind.Kind), Raw: text.Raw, Den: text.Den, None: text.None, Reason: text.Reason,
		Expected: text.Expected, Note: text.Note, Confirmed: text.Confirmed}
	if ind.Kind == kpi.KindRatio && c.Cell.Content == kpi.HasValue {
		a.Shown = c.Shown
	}
	a.ToDate, a.Carried = beside(ind, c.Sums), c.Cell.Carried()
	switch {
	case c.Outcome == app.Conflict:
		a.By, a.At, a.Theirs = c.By, kpi.FormatClock(c.Cell.At), c.Cell.Trace(ind)
	case c.Outcome == app.Rejected:
		a.State, a.Level, a.Text = "rejected", "error", c.Text
	case c.Text != "" && state.State == "saved":
		a.Text = "Đã lưu. Lưu ý: " + c.Text
	}
	return a
}

func levelName(l kpi.Level) string {
	switch l {
	case kpi.Notice:
		return "notice"
	case kpi.Warning:
		return "warning"
	case kpi.Failure:
		return "error"
	}
	return ""
}
