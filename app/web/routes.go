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
		{"GET", searchURL, anybody, (*Server).search},
		{"GET", searchURL + "/goi-y", anybody, (*Server).suggest},

		{"GET", "/nhap-lieu", task(kpi.SeeSheets), (*Server).sheetList},
		{"GET", sheet, unit, (*Server).sheet},
		{"POST", sheet + "/o", act(kpi.ActEnter), (*Server).saveCells},
		{"GET", sheet + "/kiem-tra", act(kpi.ActSubmit), (*Server).checkSheet},
		{"POST", sheet + "/luu", act(kpi.ActEnter), (*Server).saveForm},
		{"POST", sheet + "/trinh", act(kpi.ActSubmit), (*Server).submit},
		{"POST", sheet + "/rut-lai", act(kpi.ActRecall), (*Server).recall},
		{"GET", sheet + "/excel", act(kpi.ActEnter), (*Server).excelForm},
		{"GET", sheet + "/excel/mau", act(kpi.ActEnter), (*Server).excelTemplate},
		{"POST", sheet + "/excel", act(kpi.ActEnter), (*Server).excelPlan},
		{"POST", sheet + "/excel/ghi", act(kpi.ActEnter), (*Server).excelWrite},
		{"POST", sheet + "/excel/hoan-tac", act(kpi.ActEnter), (*Server).excelUndo},
		{"GET", sheet + "/:code/ben-canh", unit, (*Server).panel},
		{"POST", sheet + "/:code/minh-chung", act(kpi.ActEnter), (*Server).addFile},
		{"POST", sheet + "/:code/minh-chung/trich-dan", act(kpi.ActEnter), (*Server).addCitation},
		{"POST", sheet + "/:code/minh-chung/gan", act(kpi.ActEnter), (*Server).attachEvidence},
		{"POST", sheet + "/:code/minh-chung/go", act(kpi.ActEnter), (*Server).detachEvidence},
		{"GET", "/minh-chung/:unit/:id", unit, (*Server).evidenceFile},
		{"GET", "/o/:set/:month/:unit/:code", task(kpi.SeeSheets), (*Server).trail},
		{"POST", "/o/:set/:month/:unit/:code/giai-trinh", task(kpi.AskExplanation), (*Server).askExplanation},

		{"GET", "/duyet", task(kpi.SeeQueue), (*Server).queue},
		{"GET", "/duyet/:set/:month", task(kpi.SeeQueue), (*Server).reviewChosen},
		{"GET", review, unit, (*Server).review},
		{"POST", review + "/duyet", act(kpi.ActApprove), (*Server).approve},
		{"POST", review + "/tra-lai", act(kpi.ActUnitReturn), (*Server).unitReturn},
		{"POST", review + "/rut-lai", act(kpi.ActWithdraw), (*Server).withdraw},
		{"POST", review + "/phe-duyet", act(kpi.ActAccept), (*Server).accept},
		{"POST", review + "/tinh-tra-lai", act(kpi.ActProvinceReturn), (*Server).provinceReturn},
		{"POST", review + "/huy-phe-duyet", act(kpi.ActUndoAccept), (*Server).undoAccept},

		{"GET", delegationURL, task(kpi.Delegate), (*Server).delegations},
		{"POST", delegationURL, task(kpi.Delegate), (*Server).delegate},
		{"POST", delegationURL + "/:login/:n/ket-thuc", task(kpi.Delegate), (*Server).endDelegation},

		{"GET", "/theo-doi", task(kpi.SeeBoard), (*Server).boardNow},
		{"GET", "/theo-doi/:set/:month", task(kpi.SeeBoard), (*Server).board},
		{"GET", "/theo-doi/:set/:month/excel", task(kpi.SeeBoard), (*Server).boardExcel},
		{"GET", "/theo-doi/:set/:month/don-doc", task(kpi.SendReminders), (*Server).reminderForm},
		{"POST", "/theo-doi/:set/:month/don-doc", task(kpi.SendReminders), (*Server).remind},
		{"GET", "/theo-doi/:set/:month/cong-van", task(kpi.SendReminders), (*Server).letter},

		{"GET", "/tong-hop", task(kpi.SeeConsolidated), (*Server).tableNow},
		{"GET", "/tong-hop/:set/:month", task(kpi.SeeConsolidated), (*Server).table},
		{"GET", "/tong-hop/:set/:month/excel", task(kpi.SeeConsolidated), (*Server).tableExcel},
		{"GET", "/tong-hop/:set/:month/:code", task(kpi.SeeConsolidated), (*Server).detail},
		{"POST", "/tong-hop/:set/:month/:code/so-tinh", task(kpi.SetFigure), (*Server).setFigure},

		{"GET", "/chi-so", task(kpi.SeeIndicators), (*Server).indicatorsNow},
		{"GET", "/chi-so/:set", task(kpi.SeeIndicators), (*Server).indicators},
		{"GET", "/chi-so/:set/excel", task(kpi.SeeIndicators), (*Server).indicatorsExcel},
		{"GET", "/chi-so/:set/:code", task(kpi.SeeIndicators), (*Server).indicator},

		{"GET", "/huong-dan", task(kpi.SeeGuidance), (*Server).guidances},
		{"GET", "/huong-dan/su-dung", anybody, (*Server).manualNow},
		{"GET", "/huong-dan/su-dung/:role", anybody, (*Server).manual},
		{"GET", newGuidance, task(kpi.ManageGuidance), (*Server).guidanceForm},
		{"POST", newGuidance, task(kpi.ManageGuidance), (*Server).stageGuidance},
		{"POST", newGuidance + "/ghi", task(kpi.ManageGuidance), (*Server).addGuidance},
		{"GET", "/huong-dan/:doc", task(kpi.SeeGuidance), (*Server).guidance},
		{"GET", "/huong-dan/:doc/tep", task(kpi.SeeGuidance), (*Server).guidanceFile},
		{"GET", "/huong-dan/:doc/sua", task(kpi.ManageGuidance), (*Server).editGuidance},
		{"POST", "/huong-dan/:doc/sua", task(kpi.ManageGuidance), (*Server).saveGuidance},
		{"POST", "/huong-dan/:doc/thu-hoi", task(kpi.ManageGuidance), (*Server).withdrawGuidance},
		{"POST", "/huong-dan/:doc/khoi-phuc", task(kpi.ManageGuidance), (*Server).restoreGuidance},

		{"GET", feedbackURL, task(kpi.SeeFeedback), (*Server).feedback},
		{"GET", newQuestion, task(kpi.AskQuestion), (*Server).questionForm},
		{"POST", newQuestion, task(kpi.AskQuestion), (*Server).askQuestion},
		{"GET", feedbackURL + "/:thread", task(kpi.SeeFeedback), (*Server).thread},
		{"POST", feedbackURL + "/:thread/tra-loi", task(kpi.SeeFeedback), (*Server).reply},
		{"POST", feedbackURL + "/:thread/dong", task(kpi.SeeFeedback), (*Server).closeThread},
		{"POST", feedbackURL + "/:thread/mo-lai", task(kpi.SeeFeedback), (*Server).reopenThread},
		{"POST", feedbackURL + "/:thread/cong-bo", task(kpi.AnswerQuestion), (*Server).publishThread},
		{"POST", feedbackURL + "/:thread/go-cong-bo", task(kpi.AnswerQuestion), (*Server).withdrawThread},

		{"GET", focalURL, task(kpi.SeeFocal), (*Server).focals},
		{"GET", focalURL + "/excel", task(kpi.SeeAllFocal), (*Server).focalList},
		{"POST", focalURL + "/excel", task(kpi.SeeCitizen), (*Server).fullFocalList},
		{"GET", focalURL + "/:unit/:officer", task(kpi.SeeFocal), (*Server).focalForm},
		{"POST", focalURL + "/:unit/:officer", task(kpi.SeeFocal), (*Server).saveFocal},
		{"POST", focalURL + "/:unit/:officer/so-can-cuoc", task(kpi.SeeCitizen), (*Server).revealCitizen},
		{"POST", focalURL + "/:unit/:officer/xoa", task(kpi.SeeFocal), (*Server).dropFocal},

		{"GET", "/ky", task(kpi.ManageRounds), (*Server).rounds},
		{"GET", "/ky/:set/mo", task(kpi.ManageRounds), (*Server).planRound},
		{"POST", "/ky/:set/mo", task(kpi.ManageRounds), (*Server).openRound},
		{"POST", "/ky/:set/tu-mo", task(kpi.ManageRounds), (*Server).setOpenDay},
		{"GET", "/ky/:set/:month", task(kpi.ManageRounds), (*Server).round},
		{"POST", "/ky/:set/:month/han", task(kpi.ManageRounds), (*Server).setDates},
		{"POST", "/ky/:set/:month/chot", task(kpi.ManageRounds), (*Server).closeRound},
		{"GET", "/ky/:set/:month/dinh-chinh", task(kpi.SeeConsolidated), (*Server).erratum},
		{"POST", "/ky/:set/:month/dinh-chinh", task(kpi.ManageRounds), (*Server).publishErratum},
		{"GET", "/gia-han/:set/:month/:unit", task(kpi.ManageRounds), (*Server).extendForm},
		{"POST", "/gia-han/:set/:month/:unit", task(kpi.ManageRounds), (*Server).extend},

		{"GET", "/mo-lai", task(kpi.SeeSheets), (*Server).reopenings},
		{"GET", sheet + "/mo-lai", unit, (*Server).reopenForm},
		{"POST", sheet + "/mo-lai", unit, (*Server).askReopening},
		{"GET", "/mo-lai/:set/:month/:unit/:n", unit, (*Server).reopening},
		{"POST", "/mo-lai/:set/:month/:unit/:n", task(kpi.DecideReopening), (*Server).decideReopening},

		{"GET", "/quan-tri", task(kpi.ManageUnits), (*Server).adminHome},
		{"GET", "/quan-tri/don-vi", task(kpi.ManageUnits), (*Server).units},
		{"GET", "/quan-tri/don-vi/:code", task(kpi.ManageUnits), (*Server).unitForm},
		{"POST", "/quan-tri/don-vi/:code", task(kpi.ManageUnits), (*Server).saveUnit},
		{"GET", mergerURL, task(kpi.ManageUnits), (*Server).mergerForm},
		{"POST", mergerURL, task(kpi.ManageUnits), (*Server).merge},
		{"GET", "/quan-tri/tai-khoan", task(kpi.ManageUsers), (*Server).users},
		{"GET", "/quan-tri/tai-khoan/:login", task(kpi.ManageUsers), (*Server).userForm},
		{"POST", "/quan-tri/tai-khoan/:login", task(kpi.ManageUsers), (*Server).saveUser},
		{"POST", "/quan-tri/tai-khoan/:login/cap-lai", task(kpi.ManageUsers), (*Server).resetUser},
		{"POST", "/quan-tri/tai-khoan/:login/khoa", task(kpi.ManageUsers), (*Server).disableUser},
		{"POST", "/quan-tri/tai-khoan/:login/mo-khoa", task(kpi.ManageUsers), (*Server).enableUser},
		{"GET", "/quan-tri/tai-khoan/:login/ban-giao", task(kpi.ManageUsers), (*Server).handoverForm},
		{"POST", "/quan-tri/tai-khoan/:login/ban-giao", task(kpi.ManageUsers), (*Server).handOver},
		{"GET", backupsURL, task(kpi.ManageBackups), (*Server).backups},
		{"POST", backupsURL, task(kpi.ManageBackups), (*Server).makeBackup},
		{"GET", searchAdminURL, task(kpi.ManageSets), (*Server).searchAdmin},
		{"POST", searchAdminURL, task(kpi.ManageSets), (*Server).saveAbbreviations},
		{"GET", mailURL, task(kpi.SeeMail), (*Server).mailsNow},
		{"GET", mailURL + "/:set/:month", task(kpi.SeeMail), (*Server).mails},
		{"POST", mailURL + "/:set/:month/gui-lai", task(kpi.SeeMail), (*Server).resend},
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
