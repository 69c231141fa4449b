package app

import (
	"fmt"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// putFocal registers an officer for nearly every unit, named by the unit; none of the numbers belongs to anybody.
func (s *seeder) putFocal() error {
	ring, err := s.app.sealing()
	if err != nil {
		return err
	}
	actor := kpi.System(s.begun().Add(96 * time.Hour))
	return s.app.store.Update(func(tx *store.Tx) error {
		for i, u := range s.content.units {
			if i%19 == 11 { // some have not answered yet
				continue
			}
			position := "Phó Chánh Văn phòng"
			if u.Kind.Block() == kpi.BlockCommunes {
				position = "Phó Chủ tịch Ủy ban nhân dân"
			}
			f := kpi.FocalPoint{Unit: u.Code, ID: fmt.Sprintf("%012x", actor.At.UnixMilli()), Position: position,
				Name: "Cán bộ đầu mối", Phone: fmt.Sprintf("0900000%03d", i+1), Email: fmt.Sprintf("daumoi%03d@tinh.example.vn", i+1), Changed: actor.At, By: actor.User.Login}
			f.Citizen = ring.seal(f.Object(), fmt.Sprintf("066000000%03d", i+1))
			if err := tx.PutFocalPoint(f, actor.Event(kpi.VerbAdd, f.Object(), "", f.Name, "")); err != nil {
				return err
			}
		}
		return nil
	})
}
