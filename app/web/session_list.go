package web

import (
	"strings"

	"chiso/app/kpi"
)

// sessionList is what an account has open, with the forms that end it.
type sessionList struct {
	Action string // of the forms
	CSRF   string
	Lines  []sessionLine
	Others bool // there are sessions beside the one that asks
}

type sessionLine struct {
	ID, Device, Addr, Since, Seen string
	Own                           bool
}

// sessionsOf returns the open sessions of the account; action is where the forms go.
func (s *Server) sessionsOf(r *request, login, action string) (sessionList, error) {
	open, err := s.App.OpenSessions(r.actor, login, r.token)
	if err != nil {
		return sessionList{}, err
	}
	list := sessionList{Action: action, CSRF: s.csrf(r)}
	for _, x := range open {
		line := sessionLine{ID: x.ID, Device: x.Device, Addr: x.Addr, Since: kpi.FormatTime(x.Since), Seen: kpi.FormatTime(x.Seen), Own: x.Own}
		if line.Device == "" {
			line.Device = "Không rõ trình duyệt"
		}
		list.Others = list.Others || !x.Own
		list.Lines = append(list.Lines, line)
	}
	return list, nil
}

// endOwnSessions ends the session that the form names, or all but this one.
func (s *Server) endOwnSessions(r *request) error {
	return s.endSessionsOf(r, r.actor.User.Login, "/tai-khoan")
}

func (s *Server) endSessions(r *request) error {
	u, err := s.findUser(r)
	if err != nil {
		return err
	}
	return s.endSessionsOf(r, u.Login, "/quan-tri/tai-khoan/"+u.Login)
}

func (s *Server) endSessionsOf(r *request, login, back string) (err error) {
	if id := r.FormValue("phien"); id != "" {
		err = s.App.EndSession(r.actor, login, id)
	} else {
		_, err = s.App.EndSessions(r.actor, login, r.token)
	}
	if err != nil {
		return err
	}
	s.flash(r, "success", "Đã kết thúc phiên đăng nhập.")
	return r.redirect(back)
}

// browserName names browser and system as people call them: «Chrome trên Windows», "" for what is not known.
func browserName(agent string) string {
	first := func(marks ...string) string {
		for i := 0; i < len(marks); i += 2 {
			if strings.Contains(agent, marks[i]) {
				return marks[i+1]
			}
		}
		return ""
	}
	browser := first("coc_coc_browser", "Cốc Cốc", "Edg", "Edge", "OPR/", "Opera", "SamsungBrowser", "Samsung Internet", "Firefox", "Firefox", "FxiOS", "Firefox",
		"Chrome", "Chrome", "CriOS", "Chrome", "Safari", "Safari")
	system := first("Windows", "Windows", "Android", "Android", "iPhone", "iPhone", "iPad", "iPad", "Mac OS X", "macOS", "Linux", "Linux")
	if browser == "" || system == "" {
		return browser + system
	}
	return browser + " trên " + system
}
