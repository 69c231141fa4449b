package app

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// GuidanceInput is what people say about a document.
type GuidanceInput struct {
	Title, Number, Issuer string
	Date, From, To        time.Time // midnights; zero: none
	Replaces              string    // id of another document, "": none
	Links                 []kpi.IndicatorRef
	Unlinked              []kpi.IndicatorRef // of those found
}

// GuidancePreview is a document before it is added.
type GuidancePreview struct {
	kpi.Guidance               // what was guessed
	Sample       []kpi.Passage // the first ones
	Known        string        // title of the document that has the same file already, "": none
}

// sampleSize is how many passages a preview shows.
const sampleSize = 3

// passageBatch is how many passages one transaction stores: a transaction stays below 1,000 operations and 1 MiB.
const passageBatch = 150

// PreviewGuidance reads an uploaded document and guesses what it is. Nothing is stored.
func (a *App) PreviewGuidance(actor kpi.Actor, name string, data []byte) (p GuidancePreview, err error) {
	if err := kpi.May(actor.User, kpi.ManageGuidance); err != nil && !actor.IsSystem() {
		return p, err
	}
	t, err := a.readGuidance(name, data)
	if err != nil {
		return p, asGuidanceField(err)
	}
	p.Guidance = guessGuidance(t)
	p.Sample = t.passages[:min(len(t.passages), sampleSize)]
	p.File.SHA256 = fileID(data)
	p.ID = kpi.GuidanceID(p.File.SHA256)
	err = a.store.View(func(tx *store.Tx) error {
		old, err := tx.Guidance(p.ID)
		if err == nil {
			p.Known = old.Label()
		} else if kpi.KindOf(err) != kpi.NotFound {
			return err
		}
		p.Found, err = a.findIndicators(tx, kpi.MonthOf(actor.At), p.Number, t.passages)
		return err
	})
	return p, err
}

// AddGuidance stores a document with its file and its passages. It fails with Conflict if the same file is there
// already; an Invalid error names the field.
func (a *App) AddGuidance(actor kpi.Actor, name string, data []byte, in GuidanceInput) (g kpi.Guidance, err error) {
	if err := kpi.May(actor.User, kpi.ManageGuidance); err != nil && !actor.IsSystem() {
		return g, err
	}
	t, err := a.readGuidance(name, data)
	if err != nil {
		return g, asGuidanceField(err)
	}
	g = kpi.Guidance{File: t.file, Passages: len(t.passages), Pages: t.pages, Unread: t.unread, Added: actor.At, AddedBy: actor.User.Login}
	g.File.SHA256 = fileID(data)
	g.ID = kpi.GuidanceID(g.File.SHA256)
	if err := in.fill(&g); err != nil {
		return g, err
	}
	if err := g.Validate(); err != nil {
		return g, err
	}
	err = a.store.View(func(tx *store.Tx) error {
		if err := mayAddGuidance(tx, g); err != nil {
			return err
		}
		g.Found, err = a.findIndicators(tx, kpi.MonthOf(actor.At), g.Number, t.passages)
		return err
	})
	if err != nil {
		return g, err
	}
	if _, _, err := a.store.PutFile(bytes.NewReader(data), MaxUpload); err != nil {
		return g, err
	}
	if err := a.storePassages(g.ID, t.passages); err != nil {
		return g, err
	}
	err = a.store.Update(func(tx *store.Tx) error {
		if err := mayAddGuidance(tx, g); err != nil {
			return err
		}
		return tx.PutGuidance(g, actor.Event(kpi.VerbAdd, guidanceObject(g.ID), "", describeGuidance(g), ""))
	})
	return g, err
}

// storePassages stores the passages of a document that is not there yet, a batch a transaction.
func (a *App) storePassages(doc string, list []kpi.Passage) error {
	first := 1
	for batch := range slices.Chunk(list, passageBatch) {
		err := a.store.Update(func(tx *store.Tx) error { return tx.PutPassages(doc, first, batch) })
		if err != nil {
			return fmt.Errorf("store passages of %s: %w", doc, err)
		}
		first += len(batch)
	}
	return nil
}

// mayAddGuidance refuses a document whose file is there already, and one that replaces none that is there.
func mayAddGuidance(tx *store.Tx, g kpi.Guidance) error {
	old, err := tx.Guidance(g.ID)
	switch {
	case err == nil && !old.Withdrawn.IsZero():
		return kpi.Errorf(kpi.Conflict, "Tệp này đã có và đã thu hồi: «%s». Mở văn bản đó rồi bấm «Khôi phục».", kpi.Clip(old.Label(), 120))
	case err == nil:
		return kpi.Errorf(kpi.Conflict, "Tệp này đã có trong danh sách: «%s». Sửa thông tin của văn bản đó nếu cần.", kpi.Clip(old.Label(), 120))
	case kpi.KindOf(err) != kpi.NotFound:
		return err
	}
	return checkReplaced(tx, g)
}

// checkReplaced returns an Invalid error if the document that g replaces is not there, or replaces g in its turn.
func checkReplaced(tx *store.Tx, g kpi.Guidance) error {
	if g.Replaces == "" {
		return nil
	}
	old, err := tx.Guidance(g.Replaces)
	switch {
	case kpi.KindOf(err) == kpi.NotFound:
		return fieldError("replaces", "Văn bản được thay thế không có trong danh sách. Chọn lại.")
	case err == nil && old.Replaces == g.ID:
		return fieldError("replaces", "Hai văn bản không thể thay thế lẫn nhau. Chọn văn bản khác.")
	}
	return err
}

// ChangeGuidance changes what is said about a document; its file and its passages stay. The indicators in its text are
// looked for again.
func (a *App) ChangeGuidance(actor kpi.Actor, id string, in GuidanceInput) error {
	if err := kpi.May(actor.User, kpi.ManageGuidance); err != nil {
		return err
	}
	found, err := a.findAgain(actor, id, in)
	if err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		old, err := tx.Guidance(id)
		if err != nil {
			return err
		}
		if err := unchanged(tx, actor, guidanceObject(id)); err != nil {
			return err
		}
		g := old
		if err := in.fill(&g); err != nil {
			return err
		}
		if err := checkReplaced(tx, g); err != nil {
			return err
		}
		g.Found = found
		if describeGuidance(old) == describeGuidance(g) {
			return nil
		}
		return tx.PutGuidance(g, actor.Event(kpi.VerbChange, guidanceObject(id), describeGuidance(old), describeGuidance(g), ""))
	})
}

// findAgain looks for indicators in a document, before the transaction that changes it: its text never does.
func (a *App) findAgain(actor kpi.Actor, id string, in GuidanceInput) (found []kpi.IndicatorRef, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		g, err := tx.Guidance(id)
		if err != nil {
			return err
		}
		passages, err := tx.GuidancePassages(id, 1, g.Passages)
		if err != nil {
			return err
		}
		found, err = a.findIndicators(tx, kpi.MonthOf(actor.At), in.Number, passages)
		return err
	})
	return found, err
}

// WithdrawGuidance takes a document out of the list and the search, for a reason; links to it still open it. Twice is
// no error.
func (a *App) WithdrawGuidance(actor kpi.Actor, id, reason string) error {
	reason, err := kpi.RequiredReason(reason, "Ghi lý do thu hồi văn bản.")
	if err != nil {
		return err
	}
	return a.switchGuidance(actor, id, true, reason)
}

// RestoreGuidance puts a withdrawn document back. Twice is no error.
func (a *App) RestoreGuidance(actor kpi.Actor, id string) error {
	return a.switchGuidance(actor, id, false, "")
}

func (a *App) switchGuidance(actor kpi.Actor, id string, withdrawn bool, reason string) error {
	if err := kpi.May(actor.User, kpi.ManageGuidance); err != nil {
		return err
	}
	return a.store.Update(func(tx *store.Tx) error {
		g, err := tx.Guidance(id)
		if err != nil || g.Withdrawn.IsZero() != withdrawn {
			return err
		}
		verb, was, is := kpi.VerbWithdraw, "trong danh sách", "đã thu hồi"
		g.Withdrawn = actor.At
		if !withdrawn {
			verb, was, is = kpi.VerbChange, is, was
			g.Withdrawn = time.Time{}
		}
		return tx.PutGuidance(g, actor.Event(verb, guidanceObject(id), g.Label()+": "+was, g.Label()+": "+is, reason))
	})
}

// fill puts what people say into a document, cleaned. An Invalid error names the field.
func (in GuidanceInput) fill(g *kpi.Guidance) error {
	for _, x := range []struct {
		to         *string
		text, what string
	}{{&g.Title, in.Title, "Tên văn bản"}, {&g.Number, in.Number, "Số, ký hiệu"}, {&g.Issuer, in.Issuer, "Cơ quan ban hành"}} {
		clean, err := kpi.CleanText(x.text, x.what)
		if err != nil {
			return err
		}
		*x.to = strings.Join(strings.Fields(clean), " ")
	}
	g.Date, g.From, g.To, g.Replaces = in.Date.UTC(), in.From.UTC(), in.To.UTC(), in.Replaces
	if in.Date.IsZero() {
		g.Date = time.Time{}
	}
	if in.From.IsZero() {
		g.From = time.Time{}
	}
	if in.To.IsZero() {
		g.To = time.Time{}
	}
	g.Links, g.Unlinked = slices.Clone(in.Links), slices.Clone(in.Unlinked)
	return g.Validate()
}

func guidanceObject(id string) string { return "guidance/" + id }

func describeGuidance(g kpi.Guidance) string {
	parts := []string{g.Label()}
	if g.Issuer != "" {
		parts = append(parts, g.Issuer)
	}
	if !g.Date.IsZero() {
		parts = append(parts, "ngày "+kpi.FormatDate(g.Date))
	}
	if !g.From.IsZero() {
		parts = append(parts, "hiệu lực từ "+kpi.FormatDate(g.From))
	}
	if !g.To.IsZero() {
		parts = append(parts, "đến "+kpi.FormatDate(g.To))
	}
	if g.Replaces != "" {
		parts = append(parts, "thay thế "+g.Replaces)
	}
	var codes []string
	for _, r := range g.Indicators() {
		codes = append(codes, r.Set+"/"+r.Code)
	}
	if len(codes) > 0 {
		parts = append(parts, "chỉ số "+kpi.Clip(strings.Join(codes, ", "), 400))
	}
	return strings.Join(parts, " · ")
}

// ImportGuidance adds a document with what its head says of it. A file that is there already is left as it is: added is
// false.
func (a *App) ImportGuidance(actor kpi.Actor, name string, data []byte) (g kpi.Guidance, added bool, err error) {
	p, err := a.PreviewGuidance(actor, name, data)
	if err != nil || p.Known != "" {
		return p.Guidance, false, err
	}
	in := GuidanceInput{Title: p.Title, Number: p.Number, Issuer: p.Issuer, Date: p.Date}
	g, err = a.AddGuidance(actor, name, data, in)
	return g, err == nil, err
}
