package web

import (
	"regexp"
	"strconv"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
)

// manualView is a page of the manual.
type manualView struct {
	page
	Heading  string
	Roles    []importTab
	Sections []manualSection
}

type manualSection struct {
	ID, Title string
	Blocks    []manualBlock
}

// manualBlock is a paragraph, a list of steps or a list of items.
type manualBlock struct {
	Kind  string // "p", "ol", "ul"
	Lines [][]span
}

// manualURL leads to the page of the first role that a person has.
func manualURL(u kpi.User) string {
	slug := app.ManualSlug("")
	for _, role := range kpi.Roles() {
		if u.HasRole(role) {
			slug = app.ManualSlug(role)
			break
		}
	}
	return "/huong-dan/su-dung/" + slug
}

// manualNow leads to the page of the person's own role.
func (s *Server) manualNow(r *request) error { return r.redirect(manualURL(r.actor.User)) }

func (s *Server) manual(r *request) error {
	pages, err := s.App.Manual()
	if err != nil {
		return err
	}
	p, err := s.App.ManualPage(r.Params("role"))
	if err != nil {
		return err
	}
	v := manualView{page: s.page(r, p.Title, crumb{"Hướng dẫn", "/huong-dan"}, crumb{"Hướng dẫn sử dụng", ""}), Heading: p.Title}
	v.Styles = guidanceStyles()
	for _, other := range pages {
		v.Roles = append(v.Roles, importTab{Title: other.Role.Label(), URL: "/huong-dan/su-dung/" + other.Slug, Icon: "user", Current: other.Slug == p.Slug})
	}
	for _, x := range p.Sections {
		v.Sections = append(v.Sections, manualSection{"p-" + strconv.Itoa(x.N), x.Title, manualBlocks(x.Text)})
	}
	return r.Render("guidance/manual", v)
}

var reStep = regexp.MustCompile(`^\d{1,2}\.\s+`)

// manualBlocks reads the little of Markdown that the manual is written in.
func manualBlocks(text string) []manualBlock {
	var out []manualBlock
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		kind := "p"
		switch step := reStep.FindString(line); {
		case line == "":
			continue
		case step != "":
			kind, line = "ol", line[len(step):]
		case strings.HasPrefix(line, "- "):
			kind, line = "ul", line[2:]
		}
		if n := len(out); kind == "p" || n == 0 || out[n-1].Kind != kind {
			out = append(out, manualBlock{Kind: kind})
		}
		last := &out[len(out)-1]
		last.Lines = append(last.Lines, spans(line))
	}
	return out
}
