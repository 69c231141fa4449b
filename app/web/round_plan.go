package web

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

// planView is what would be opened, what would go wrong in it, and its dates.
type planView struct {
	page
	Set, Month, Path string
	Value            string // "2026-12"
	Months           []selectOption
	Sheets, Cells    string
	Blocking         []string
	Problems         []problemGroup
	Dates            []dateField
	Past             string // what comes of the offered dates that have passed, "" if none has
}

// problemGroup is one kind of finding with everything that it concerns.
type problemGroup struct {
	Title, Fix string
	URL, Link  string // where to fix it; "" if the person may not
	N          int
	List       []string // at most maxProblems
	More       int
}

// maxProblems bounds how many names a group lists.
const maxProblems = 30

func (s *Server) planRound(r *request) error {
	set, m, err := s.planned(r, r.Query("thang"))
	if err != nil {
		return err
	}
	return s.renderPlan(r, set, m, nil, nil)
}

func (s *Server) openRound(r *request) error {
	set, m, err := s.planned(r, r.FormValue("thang"))
	if err != nil {
		return err
	}
	typed := typedDates(r)
	dates, err := readDates(typed)
	if err == nil {
		err = s.App.OpenRound(r.actor, set, m, dates)
	}
	if err != nil {
		if !refusal(err) {
			return err
		}
		r.Status(statusOf(err))
		return s.renderPlan(r, set, m, typed, err)
	}
	s.flash(r, "success", "Đã mở kỳ "+m.Short()+". Các đơn vị nhập liệu được từ "+kpi.FormatTime(dates.Opens)+".")
	return r.redirect("/ky/" + set + "/" + m.String())
}

// planned returns the set that the path names and the month to open in it, the next one unless another is asked for.
func (s *Server) planned(r *request, month string) (set string, m kpi.Month, err error) {
	set = r.Params("set")
	if !kpi.ValidSet(set) {
		return "", 0, kpi.Errorf(kpi.NotFound, "Không có bộ chỉ số này. Chọn bộ chỉ số ở trang Kỳ báo cáo.")
	}
	if month != "" {
		if m, err = kpi.ParseMonth(month); err != nil {
			return "", 0, kpi.Errorf(kpi.NotFound, "Không có tháng «%s». Chọn tháng ở trang Kỳ báo cáo.", kpi.Clip(month, 20))
		}
		return set, m, nil
	}
	sets, err := s.App.RoundList(r.actor)
	if err != nil {
		return "", 0, err
	}
	m = kpi.MonthOf(r.actor.At)
	for _, x := range sets {
		if x.Set.Code == set {
			m = x.Next
		}
	}
	return set, m, nil
}

func (s *Server) renderPlan(r *request, set string, m kpi.Month, typed map[string]string, failed error) error {
	p, err := s.App.PlanRound(r.actor, set, m)
	if err != nil {
		return err
	}
	v := planView{page: s.page(r, "Mở kỳ báo cáo "+inSentence(m), crumb{"Kỳ báo cáo", "/ky"}, crumb{"Mở kỳ", ""}), Set: p.Set.Name, Month: inSentence(m),
		Path: "/ky/" + set + "/mo", Value: m.String(), Sheets: formatCount(len(p.Due)), Cells: formatCount(p.Cells)}
	if v.Months, err = s.openable(r, set, m); err != nil {
		return err
	}
	var bad map[string]string
	if e, ok := asError(failed); ok {
		bad = e.Fields
	}
	v.Errors = errorsOf(failed)
	v.Dates = dateFields(p.Dates, typed, bad)
	if v.Blocking, v.Problems = problemGroups(p, r.actor.User); typed == nil && len(v.Blocking) == 0 {
		v.Past = pastDates(p.Dates, r.actor.At)
	}
	return r.Render("round/plan", v)
}

// pastDates says what comes of opening a round with dates that have passed.
func pastDates(d kpi.Dates, now time.Time) string {
	switch {
	case !now.Before(d.Locks):
		return "Ngày khóa nhập nêu ở đây đã qua: mở với các mốc này thì không đơn vị nào nhập được. Đổi các mốc trước khi mở."
	case !now.Before(d.UnitDue):
		return "Hạn nộp nêu ở đây đã qua: mở với các mốc này thì mọi biểu quá hạn ngay khi mở. Đổi các mốc nếu các đơn vị còn được nộp đúng hạn."
	}
	return ""
}

// openable offers the months around now that are not open yet, and the chosen one.
func (s *Server) openable(r *request, set string, chosen kpi.Month) ([]selectOption, error) {
	rounds, err := s.App.Rounds(r.actor, set)
	if err != nil {
		return nil, err
	}
	now := kpi.MonthOf(r.actor.At)
	months := map[kpi.Month]bool{chosen: true}
	for m := now - 12; m <= now+2; m++ {
		if !slices.ContainsFunc(rounds, func(x kpi.Round) bool { return x.Month == m }) {
			months[m] = true
		}
	}
	var out []selectOption
	for _, m := range slices.Sorted(maps.Keys(months)) {
		out = append(out, selectOption{m.String(), m.Label(), m == chosen})
	}
	return out, nil
}

// problemGroups puts findings of one kind together and separates what blocks.
func problemGroups(p app.Plan, u kpi.User) (blocking []string, groups []problemGroup) {
	at := map[app.ProblemKind]int{}
	for _, x := range p.Problems {
		if x.Blocking {
			blocking = append(blocking, fmt.Sprintf("Chưa mở được kỳ %s: %s", p.Month.Short(), x.Text))
			continue
		}
		i, ok := at[x.Kind]
		if !ok {
			i = len(groups)
			at[x.Kind] = i
			groups = append(groups, problemGroupOf(x.Kind, p.Set.Code, u))
		}
		g := &groups[i]
		g.N++
		if len(g.List) < maxProblems {
			g.List = append(g.List, x.About)
		} else {
			g.More++
		}
	}
	return blocking, groups
}

// problemGroupOf words one kind of finding, with the way to fix it.
func problemGroupOf(kind app.ProblemKind, set string, u kpi.User) problemGroup {
	accounts := func(title, fix string) problemGroup {
		g := problemGroup{Title: title, Fix: fix}
		if kpi.May(u, kpi.ManageUsers) == nil {
			g.URL, g.Link = "/quan-tri/tai-khoan", "Đến trang Tài khoản"
		} else {
			g.Fix += " Người quản trị cấp, sửa tài khoản ở trang Tài khoản."
		}
		return g
	}
	switch kind {
	case app.ProblemClerk:
		return accounts("Đơn vị chưa có tài khoản nhập liệu", "Biểu vẫn mở nhưng chưa ai nhập được.")
	case app.ProblemApprover:
		return accounts("Đơn vị chưa có tài khoản duyệt", "Nhập được nhưng chưa ai duyệt và gửi tỉnh được.")
	case app.ProblemSelf:
		return accounts("Đơn vị chỉ có một người vừa nhập vừa duyệt", "Không ai được duyệt số liệu do chính mình nhập; cần thêm một người.")
	case app.ProblemEmail:
		return accounts("Người của đơn vị chưa có thư điện tử", "Không nhận được thư đôn đốc, chỉ thấy đôn đốc trong hệ thống.")
	case app.ProblemGaps:
		return problemGroup{Title: "Chỉ số bị để ngoài kỳ vì chưa khai đủ", Fix: "Khai đủ rồi mở kỳ; mở kỳ trước khi khai thì tháng này không thu chỉ số đó.",
			URL: "/chi-so/" + set + "?can-khai=1", Link: "Đến trang Chỉ số"}
	case app.ProblemUnowned:
		return problemGroup{Title: "Chỉ số chưa giao cho đơn vị nào", Fix: "Không đơn vị nào phải nhập chỉ số này trong kỳ.", URL: "/quan-tri/giao/" + set, Link: "Giao chỉ số"}
	case app.ProblemNoTarget:
		return problemGroup{Title: "Chỉ số chưa có mục tiêu", Fix: "Vẫn nhập được, nhưng không so được với mục tiêu.", URL: "/chi-so/" + set, Link: "Đến trang Chỉ số"}
	case app.ProblemNoWeights:
		return problemGroup{Title: "Chỉ số thiếu chỉ số làm trọng số", Fix: "Không tổng hợp được số toàn tỉnh.", URL: "/chi-so/" + set, Link: "Đến trang Chỉ số"}
	}
	return problemGroup{Title: "Điểm khác cần xem"}
}
