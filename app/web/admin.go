package web

import (
	"net/url"
	"strconv"

	"chiso/app/kpi"
)

// adminView is the first page of «Quản trị».
type adminView struct {
	page
	Cards []adminCard
}

// adminCard is one thing to look after, with how much of it there is and what can be done.
type adminCard struct {
	ID, Icon, Title, URL string
	Count                string // «124 đơn vị», "" where there is nothing to count
	Text                 string
	Links                []crumb
}

func (s *Server) adminHome(r *request) error {
	n, err := s.App.Setup(r.actor)
	if err != nil {
		return err
	}
	may := func(t kpi.Task) bool { return kpi.May(r.actor.User, t) == nil }
	v := adminView{page: s.page(r, "Quản trị", crumb{"Quản trị", ""})}
	add := func(show bool, c adminCard) {
		if show {
			v.Cards = append(v.Cards, c)
		}
	}
	add(may(kpi.ManageUnits), adminCard{"don-vi", "building", "Đơn vị", "/quan-tri/don-vi", countOf(n.Units, "đơn vị"),
		"Các đơn vị gửi báo cáo: tên, loại, thời gian hoạt động, đơn vị kế thừa khi sáp nhập.",
		[]crumb{{"Xem danh sách đơn vị", "/quan-tri/don-vi"}, {"Thêm đơn vị", newUnit}, {"Sáp nhập đơn vị", mergerURL}}})
	add(may(kpi.SeeAllFocal), adminCard{"dau-moi", "phone", "Cán bộ đầu mối", focalURL, "",
		"Người của từng đơn vị mà cấp tỉnh gọi khi cần: họ tên, chức vụ, số di động, thư điện tử.", []crumb{{"Xem danh sách cán bộ đầu mối", focalURL}}})
	add(may(kpi.ManageUsers), adminCard{"tai-khoan", "users", "Tài khoản", "/quan-tri/tai-khoan", countOf(n.Users, "tài khoản"),
		"Người nhập liệu, người duyệt và các vai trò cấp tỉnh: cấp tài khoản, giao vai trò, cấp lại mã đăng nhập, khóa.",
		[]crumb{{"Xem danh sách tài khoản", "/quan-tri/tai-khoan"}, {"Thêm tài khoản", newUser}}})
	add(may(kpi.SeeIndicators), adminCard{"chi-so", "target", "Bộ chỉ số", "/chi-so", countOf(n.Indicators, "chỉ số trong ") + countOf(n.Sets, "bộ"),
		"Định nghĩa, cách tính, nguồn số liệu, mục tiêu và đơn vị báo cáo của từng chỉ số.", []crumb{{"Xem bộ chỉ số", "/chi-so"}}})
	add(may(kpi.ManageSets), adminCard{"giao", "send", "Giao chỉ số", "/quan-tri/giao", "",
		"Chọn đơn vị báo cáo cho từng chỉ số. Biểu của mỗi kỳ được lập theo bảng giao này khi mở kỳ.", []crumb{{"Giao chỉ số cho đơn vị", "/quan-tri/giao"}}})
	load := adminCard{"nap", "upload", "Nạp dữ liệu", "/quan-tri/nap/" + imports()[0].What, "",
		"Nạp cả danh sách từ tệp Excel hoặc CSV. Tệp được xem trước từng dòng; chưa ghi gì khi còn dòng sai.", nil}
	for _, k := range imports() {
		if may(k.task) {
			load.Links = append(load.Links, crumb{k.Title, "/quan-tri/nap/" + k.What})
		}
	}
	add(len(load.Links) > 0, load)
	add(may(kpi.SeeEvents), adminCard{"nhat-ky", "history", "Nhật ký hệ thống", eventsURL, "",
		"Ai làm gì, lúc nào, từ đâu, vì sao, kể cả các lần bị từ chối; tải về cho đoàn kiểm tra.", []crumb{{"Xem nhật ký", eventsURL}}})
	add(may(kpi.ManageBackups), adminCard{"sao-luu", "database", "Sao lưu", backupsURL, "",
		"Các bản sao lưu, lần kiểm chứng gần nhất, dung lượng còn trống.", []crumb{{"Xem các bản sao lưu", backupsURL}}})
	add(may(kpi.SeeHealth), adminCard{"tinh-trang", "shield-lock", "Tình trạng hệ thống", statusURL, "",
		"Ổ đĩa, đồng hồ, sao lưu, thư, chỉ mục tìm kiếm, yêu cầu chậm.", []crumb{{"Xem tình trạng hệ thống", statusURL}}})
	add(may(kpi.ManageSets), s.searchCard())
	add(may(kpi.SeeMail), adminCard{"thu", "mail", "Nhật ký gửi thư", mailURL, "",
		"Thư đôn đốc đã gửi, đang chờ, không gửi được và lý do; gửi lại.", []crumb{{"Xem nhật ký gửi thư", mailURL}}})
	return r.Render("admin/home", v)
}

// countOf is a number with what it counts: «1.204 đơn vị».
func countOf(n int, what string) string { return kpi.FormatDecimal(kpi.Dec(int64(n)), 0) + " " + what }

// inputField is one line of a form: a text box, or a choice if it has options. Its id is "f-" and the name.
type inputField struct {
	Name, Label, Hint string
	Value             string
	Error             string
	Required          bool
	Max               int // characters, 0: no bound
	Short             bool
	Plain             bool // no capitals and no spelling, as in a login
	Options           []selectOption
	Groups            []optionGroup
}

// fieldErrors returns the sentence of each field of a refusal; nil if it belongs to none.
func fieldErrors(err error) map[string]string {
	if e, ok := asError(err); ok {
		return e.Fields
	}
	return nil
}

// unitGroups returns the units as a choice, in their blocks; empty is the label of no unit.
func unitGroups(units []kpi.Unit, selected string) []optionGroup {
	var out []optionGroup
	for _, u := range units {
		if len(out) == 0 || out[len(out)-1].Label != u.Kind.Block() {
			out = append(out, optionGroup{Label: u.Kind.Block()})
		}
		last := &out[len(out)-1]
		last.Options = append(last.Options, selectOption{u.Code, u.Name, u.Code == selected})
	}
	return out
}

// pager is the foot of a list that is shown a page at a time. Rows count from 1.
type pager struct {
	From, To, Total int
	Links           []pageLink
}

// pageLink leads to another page of a list. A gap stands for the pages left out and leads nowhere.
type pageLink struct {
	Label, URL   string
	Current, Gap bool
}

// paged returns the rows of a page, of the first if there is none of that number, and links to the others: path with
// params and the page as «trang».
func paged[T any](rows []T, page string, size int, path string, params url.Values) ([]T, pager) {
	last := max(1, (len(rows)+size-1)/size)
	n, err := strconv.Atoi(page)
	if err != nil || n < 1 || n > last {
		n = 1
	}
	from, to := (n-1)*size, min(n*size, len(rows))
	p := pager{From: min(from+1, to), To: to, Total: len(rows)}
	if last == 1 {
		return rows, p
	}
	link := func(label string, i int) pageLink {
		params.Set("trang", strconv.Itoa(i))
		return pageLink{Label: label, URL: withParams(path, params), Current: i == n}
	}
	if n > 1 {
		p.Links = append(p.Links, link("Trước", n-1))
	}
	for i := 1; i <= last; i++ {
		switch {
		case i == 1, i == last, n-1 <= i && i <= n+1:
			p.Links = append(p.Links, link(strconv.Itoa(i), i))
		case i == 2, i == last-1:
			p.Links = append(p.Links, pageLink{Label: "…", Gap: true})
		}
	}
	if n < last {
		p.Links = append(p.Links, link("Sau", n+1))
	}
	params.Del("trang")
	return rows[from:to], p
}
