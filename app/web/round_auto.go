package web

import (
	"fmt"
	"strconv"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

// heldRound is a round that has not opened by itself although its day has come.
type heldRound struct {
	Month, Day, URL string
	Stops           []string
	More            int
}

// heldRounds returns what the coordinator is told about them, nothing to others.
func (s *Server) heldRounds(r *request) ([]heldRound, error) {
	if kpi.May(r.actor.User, kpi.ManageRounds) != nil {
		return nil, nil
	}
	held, err := s.App.HeldRounds(r.actor)
	if err != nil {
		return nil, err
	}
	const named = 5
	var out []heldRound
	for _, x := range held {
		if len(x.Stops) == 0 {
			continue
		}
		line := heldRound{Month: inSentence(x.Month), Day: kpi.FormatDate(x.From), URL: "/ky/" + x.Set.Code + "/mo?thang=" + x.Month.String(), More: max(0, len(x.Stops)-named)}
		for _, p := range x.Stops[:len(x.Stops)-line.More] {
			line.Stops = append(line.Stops, p.Text)
		}
		out = append(out, line)
	}
	return out, nil
}

// openDays offers the days on which a round may open by itself.
func openDays(day int) []selectOption {
	list := []selectOption{{"0", "Không tự mở", day == 0}}
	for d := 1; d <= kpi.MaxOpenDay; d++ {
		list = append(list, selectOption{strconv.Itoa(d), fmt.Sprintf("Ngày %d hằng tháng", d), d == day})
	}
	return list
}

// opening says when the next round of the set opens by itself, "" if it does not.
func opening(set app.SetRounds, now time.Time) string {
	if set.Set.OpenDay == 0 {
		return ""
	}
	day := set.Next.Day(set.Set.OpenDay)
	if !now.Before(day) {
		return fmt.Sprintf("Kỳ %s tự mở trong ít phút tới", inSentence(set.Next))
	}
	return fmt.Sprintf("Kỳ %s tự mở vào ngày %s", inSentence(set.Next), kpi.FormatDate(day))
}

func (s *Server) setOpenDay(r *request) error {
	day, err := strconv.Atoi(r.FormValue("day"))
	if err != nil {
		return kpi.Errorf(kpi.Invalid, "Chọn ngày tự mở kỳ trong danh sách.")
	}
	if err := s.App.SetOpenDay(r.actor, r.Params("set"), day); err != nil {
		return err
	}
	if day == 0 {
		s.flash(r, "success", "Kỳ sau do điều phối tỉnh mở.")
		return r.redirect("/ky")
	}
	sets, err := s.App.RoundList(r.actor)
	if err != nil {
		return err
	}
	for _, set := range sets {
		if set.Set.Code == r.Params("set") {
			s.flash(r, "success", opening(set, r.actor.At)+", nếu kiểm tra trước khi mở không có điểm nghiêm trọng.")
		}
	}
	return r.redirect("/ky")
}
