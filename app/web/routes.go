package web

import "chiso/app/kpi"

// route is one line of the list of everything that the server answers, beside the static files.
type route struct {
	method, path string
	need         need
	handle       func(*Server, *request) error
}

// routes is the whole list. A route that is not in it does not exist; what each needs is tested role by role.
func (s *Server) routes() []route {
	public, anybody, unit := need{public: true}, need{}, need{unit: true}
	task := func(t kpi.Task) need { return need{task: t} }
	act := func(a kpi.Action) need { return need{action: a} }
	const sheet, review = "/nhap-lieu/:set/:month/:unit", "/duyet/:set/:month/:unit"
	return []route{
		{"GET", "/healthz", public, (*Server).health},
		{"GET", "/dang-nhap", public, (*Server).signInForm},
		{"POST", "/dang-nhap", public, (*Server).signIn},
		{"POST", "/dang-xuat", anybody, (*Server).signOut},
		{"GET", "/tai-khoan", anybody, (*Server).account},
		{"POST", "/tai-khoan", anybody, (*Server).changePassword},

		{"GET", "/", anybody, (*Server).home},

		{"GET", "/nhap-lieu", task(kpi.SeeSheets), (*Server).sheetList},
		{"GET", sheet, unit, (*Server).sheet},
		{"POST", sheet + "/o", act(kpi.ActEnter), (*Server).saveCells},
		{"POST", sheet + "/luu", act(kpi.ActEnter), (*Server).saveForm},
		{"POST", sheet + "/trinh", act(kpi.ActSubmit), (*Server).submit},
		{"POST", sheet + "/rut-lai", act(kpi.ActRecall), (*Server).recall},
		{"GET", "/o/:set/:month/:unit/:code", task(kpi.SeeSheets), (*Server).trail},

		{"GET", "/duyet", task(kpi.SeeQueue), (*Server).queue},
		{"GET", review, unit, (*Server).review},
		{"POST", review + "/duyet", act(kpi.ActApprove), (*Server).approve},
		{"POST", review + "/tra-lai", act(kpi.ActUnitReturn), (*Server).unitReturn},
		{"POST", review + "/phe-duyet", act(kpi.ActAccept), (*Server).accept},
		{"POST", review + "/tinh-tra-lai", act(kpi.ActProvinceReturn), (*Server).provinceReturn},

		{"GET", "/theo-doi", task(kpi.SeeBoard), (*Server).boardNow},
		{"GET", "/theo-doi/:set/:month", task(kpi.SeeBoard), (*Server).board},

		{"GET", "/tong-hop", task(kpi.SeeConsolidated), (*Server).tableNow},
		{"GET", "/tong-hop/:set/:month", task(kpi.SeeConsolidated), (*Server).table},
		{"GET", "/tong-hop/:set/:month/excel", task(kpi.SeeConsolidated), (*Server).tableExcel},
		{"GET", "/tong-hop/:set/:month/:code", task(kpi.SeeConsolidated), (*Server).detail},
		{"POST", "/tong-hop/:set/:month/:code/so-tinh", task(kpi.SetFigure), (*Server).setFigure},

		{"GET", "/chi-so", task(kpi.SeeIndicators), (*Server).indicatorsNow},
		{"GET", "/chi-so/:set", task(kpi.SeeIndicators), (*Server).indicators},
		{"GET", "/chi-so/:set/excel", task(kpi.SeeIndicators), (*Server).indicatorsExcel},
		{"GET", "/chi-so/:set/:code", task(kpi.SeeIndicators), (*Server).indicator},

		{"GET", "/ky", task(kpi.ManageRounds), (*Server).rounds},
		{"GET", "/ky/:set/mo", task(kpi.ManageRounds), (*Server).planRound},
		{"POST", "/ky/:set/mo", task(kpi.ManageRounds), (*Server).openRound},
		{"GET", "/ky/:set/:month", task(kpi.ManageRounds), (*Server).round},
		{"POST", "/ky/:set/:month/han", task(kpi.ManageRounds), (*Server).setDates},
		{"POST", "/ky/:set/:month/chot", task(kpi.ManageRounds), (*Server).closeRound},

		{"GET", "/quan-tri", task(kpi.ManageUnits), (*Server).adminHome},
		{"GET", "/quan-tri/don-vi", task(kpi.ManageUnits), (*Server).units},
		{"GET", "/quan-tri/don-vi/:code", task(kpi.ManageUnits), (*Server).unitForm},
		{"POST", "/quan-tri/don-vi/:code", task(kpi.ManageUnits), (*Server).saveUnit},
		{"GET", "/quan-tri/tai-khoan", task(kpi.ManageUsers), (*Server).users},
		{"GET", "/quan-tri/tai-khoan/:login", task(kpi.ManageUsers), (*Server).userForm},
		{"POST", "/quan-tri/tai-khoan/:login", task(kpi.ManageUsers), (*Server).saveUser},
		{"POST", "/quan-tri/tai-khoan/:login/cap-lai", task(kpi.ManageUsers), (*Server).resetUser},
		{"POST", "/quan-tri/tai-khoan/:login/khoa", task(kpi.ManageUsers), (*Server).disableUser},
		{"POST", "/quan-tri/tai-khoan/:login/mo-khoa", task(kpi.ManageUsers), (*Server).enableUser},
		{"GET", "/quan-tri/nap/:what", task(kpi.ManageUnits), (*Server).importForm},
		{"POST", "/quan-tri/nap/:what", task(kpi.ManageUnits), (*Server).planImport},
		{"POST", "/quan-tri/nap/:what/ghi", task(kpi.ManageUnits), (*Server).runImport},
		{"GET", "/quan-tri/mau/:what", task(kpi.ManageUnits), (*Server).template},
		{"GET", "/quan-tri/chi-so/:set/:code", task(kpi.ManageSets), (*Server).indicatorForm},
		{"POST", "/quan-tri/chi-so/:set/:code", task(kpi.ManageSets), (*Server).saveIndicator},
		{"GET", "/quan-tri/giao", task(kpi.ManageSets), (*Server).assignNow},
		{"GET", "/quan-tri/giao/:set", task(kpi.ManageSets), (*Server).assignForm},
		{"POST", "/quan-tri/giao/:set", task(kpi.ManageSets), (*Server).assign},
	}
}
