package app

import (
	"fmt"
	"strconv"

	"chiso/app/kpi"
	"chiso/app/workbook"
	"chiso/store"
)

// FocalList returns the register as a workbook with the columns that the Party Office asks for, citizens' numbers
// masked.
func (a *App) FocalList(actor kpi.Actor, province string) ([]byte, error) {
	if err := kpi.May(actor.User, kpi.SeeAllFocal); err != nil {
		return nil, err
	}
	list, err := a.FocalPoints(actor)
	if err != nil {
		return nil, err
	}
	return focalBook(actor, province, list, func(o Officer) string { return o.Mask })
}

// FullFocalList is FocalList with the citizens' numbers in full, for the liaison and a reason. That they were taken is
// in the log before the workbook is made.
func (a *App) FullFocalList(actor kpi.Actor, province, reason string) ([]byte, error) {
	if err := kpi.May(actor.User, kpi.SeeCitizen); err != nil {
		return nil, err
	}
	reason, err := kpi.RequiredReason(reason, "Ghi lý do tải danh sách có số căn cước, ví dụ «Gửi Văn phòng Tỉnh ủy theo Công văn 12-CV/VPTU».")
	if err != nil {
		return nil, err
	}
	list, err := a.FocalPoints(actor)
	if err != nil {
		return nil, err
	}
	ring, n := a.keys(), 0
	full := map[string]string{} // by Object
	for _, u := range list {
		for _, o := range u.Officers {
			if o.Citizen.IsZero() {
				continue
			}
			number, ok := ring.open(o.Object(), o.Citizen)
			if !ok {
				number = unreadable
			} else {
				n++
			}
			full[o.Object()] = number
		}
	}
	err = a.store.Update(func(tx *store.Tx) error {
		return tx.Log(actor.Event(kpi.VerbReveal, "focal", "", fmt.Sprintf("danh sách Excel, %d số căn cước", n), reason))
	})
	if err != nil {
		return nil, err
	}
	return focalBook(actor, province, list, func(o Officer) string { return full[o.Object()] })
}

func focalBook(actor kpi.Actor, province string, list []UnitOfficers, citizen func(Officer) string) ([]byte, error) {
	g := workbook.Grid{Name: "Cán bộ đầu mối", Titles: []string{"DANH SÁCH CÁN BỘ ĐẦU MỐI", province + ", lập ngày " + kpi.FormatDate(actor.At)},
		Head:   [][]string{{"TT", "Đơn vị", "Họ và tên", "Chức vụ", "Số di động", "Số căn cước", "Email"}},
		Cols:   []workbook.Col{{Width: 6}, {Width: 44}, {Width: 28}, {Width: 32}, {Width: 16}, {Width: 20}, {Width: 32}},
		Filter: true}
	for _, u := range list {
		officers := u.Officers
		if len(officers) == 0 {
			officers = []Officer{{}} // a unit without one stays in sight
		}
		for _, o := range officers {
			g.Rows = append(g.Rows, []workbook.Value{workbook.Number(strconv.Itoa(len(g.Rows)+1), 0), workbook.Text(u.Unit.Name), workbook.Text(o.Name),
				workbook.Text(o.Position), workbook.Text(o.Phone), workbook.Text(citizen(o)), workbook.Text(o.Email)})
		}
	}
	book := workbook.Doc{Title: "Danh sách cán bộ đầu mối", Author: province, Made: actor.At, Grids: []workbook.Grid{g}}
	b, err := book.Bytes()
	if err != nil {
		return nil, fmt.Errorf("write list of focal points: %w", err)
	}
	return b, nil
}
