package app

import (
	"slices"

	"chiso/app/kpi"
	"chiso/store"
)

// LastChange returns the number of the last change of an object such as "unit/SYT", 0 if it never changed. A form that
// changes the object brings the number back as Actor.Seen.
func (a *App) LastChange(object string) (seq uint64, err error) {
	err = a.store.View(func(tx *store.Tx) error {
		ev, err := lastChange(tx, object)
		seq = ev.Seq
		return err
	})
	return seq, err
}

// lastChange returns the last event of an object that changed it; a sign-in does not change an account, nor a look
// at a number its owner.
func lastChange(tx *store.Tx, object string) (kpi.Event, error) {
	for ev, err := range tx.History(object) {
		if err != nil || !slices.Contains([]kpi.Verb{kpi.VerbSignIn, kpi.VerbSignOut, kpi.VerbRefuse, kpi.VerbReveal, kpi.VerbFactor, kpi.VerbEnd}, ev.Verb) {
			return ev, err
		}
	}
	return kpi.Event{}, nil
}

// unchanged returns a Conflict error if the object is no longer the one that the actor saw.
func unchanged(tx *store.Tx, actor kpi.Actor, object string) error {
	if actor.Seen == 0 {
		return nil
	}
	ev, err := lastChange(tx, object)
	if err != nil || ev.Seq == actor.Seen {
		return err
	}
	who, err := names(tx, []string{ev.By})
	if err != nil {
		return err
	}
	return kpi.Errorf(kpi.Conflict, "%s đã sửa mục này lúc %s, sau khi trang được mở (%s). Xem lại nội dung; bấm lưu lần nữa thì ghi theo nội dung trên trang.",
		who[ev.By], kpi.FormatTime(ev.At), kpi.Clip(ev.New, 200))
}
