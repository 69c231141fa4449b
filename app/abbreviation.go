package app

import (
	"strings"

	"chiso/app/kpi"
	"chiso/app/search"
	"chiso/store"
)

// abbreviationsObject names the list in the event log.
const abbreviationsObject = "abbreviations/list"

// maxAbbreviations bounds the list, in bytes.
const maxAbbreviations = 100_000

// Abbreviations returns the list of abbreviations that the search understands, one line «short = full» each.
func (a *App) Abbreviations(actor kpi.Actor) (text string, err error) {
	if err := kpi.May(actor.User, kpi.ManageSets); err != nil {
		return "", err
	}
	return a.abbreviationText()
}

// SaveAbbreviations replaces the list. Searches heed it within a second.
func (a *App) SaveAbbreviations(actor kpi.Actor, text string) error {
	if err := kpi.May(actor.User, kpi.ManageSets); err != nil {
		return err
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if len(text) > maxAbbreviations {
		return fieldError("list", "Danh sách chữ viết tắt dài quá. Bớt các dòng không dùng.")
	}
	list, err := search.ParseAbbreviations(text)
	if err != nil {
		return fieldError("list", "Danh sách có dòng chưa đúng dạng «chữ tắt = cụm từ đầy đủ» ("+lineOf(err)+"). Mỗi dòng ghi một chữ viết tắt, ví dụ: CĐS = chuyển đổi số.")
	}
	return a.store.Update(func(tx *store.Tx) error {
		if err := unchanged(tx, actor, abbreviationsObject); err != nil {
			return err
		}
		old, ok, err := tx.Abbreviations()
		if err != nil || ok && old == text {
			return err
		}
		return tx.PutAbbreviations(text, actor.Event(kpi.VerbChange, abbreviationsObject, "", kpi.FormatDecimal(kpi.Dec(int64(len(list))), 0)+" dòng", ""))
	})
}

// lineOf returns the line that an error of ParseAbbreviations names: «dòng 3».
func lineOf(err error) string {
	line, _, _ := strings.Cut(err.Error(), ":")
	return strings.Replace(line, "line", "dòng", 1)
}

func (a *App) abbreviationText() (text string, err error) {
	ok := false
	err = a.store.View(func(tx *store.Tx) error {
		text, ok, err = tx.Abbreviations()
		return err
	})
	if err == nil && !ok {
		text = search.SeedText()
	}
	return text, err
}

// abbreviations returns the list ready for use.
func (a *App) abbreviations() (*search.Abbreviations, error) {
	text, err := a.abbreviationText()
	if err != nil {
		return nil, err
	}
	list, err := search.ParseAbbreviations(text)
	if err != nil {
		return nil, err
	}
	return search.NewAbbreviations(list), nil
}
