package app

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"chiso/app/kpi"
)

//go:embed manual/*.md
var manualFiles embed.FS

// ManualPage is what one role does in a month, step by step.
type ManualPage struct {
	Slug     string // in paths
	Role     kpi.Role
	Title    string
	Sections []ManualSection
}

// ManualSection is a part of a page that answers one question; it is a passage for the search.
type ManualSection struct {
	N     int // from 1
	Title string
	Text  string // paragraphs between blank lines, «1. » steps, «- » items, **bold**
}

// manualSlugs are the pages in the order of the roles.
func manualSlugs() []ManualPage {
	return []ManualPage{{Slug: "nhap-lieu", Role: kpi.Clerk}, {Slug: "duyet", Role: kpi.Approver}, {Slug: "dieu-phoi", Role: kpi.Coordinator},
		{Slug: "dau-moi", Role: kpi.Liaison}, {Slug: "lanh-dao", Role: kpi.Leader}, {Slug: "quan-tri", Role: kpi.Admin}}
}

// ManualSlug returns the page of a role.
func ManualSlug(role kpi.Role) string {
	for _, p := range manualSlugs() {
		if p.Role == role {
			return p.Slug
		}
	}
	return manualSlugs()[0].Slug
}

// Manual returns all pages of the manual, which everybody may read.
func (a *App) Manual() ([]ManualPage, error) {
	pages := manualSlugs()
	for i, p := range pages {
		text, err := manualFiles.ReadFile("manual/" + p.Slug + ".md")
		if err != nil {
			return nil, fmt.Errorf("read manual: %w", err)
		}
		pages[i].Title, pages[i].Sections = manualSections(string(text))
	}
	return pages, nil
}

// manualSections takes a page apart at its headings.
func manualSections(text string) (title string, list []ManualSection) {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if t, ok := strings.CutPrefix(line, "# "); ok {
			title = t
		} else if t, ok := strings.CutPrefix(line, "## "); ok {
			list = append(list, ManualSection{N: len(list) + 1, Title: t})
		} else if n := len(list); n > 0 {
			list[n-1].Text += line + "\n"
		}
	}
	for i := range list {
		list[i].Text = strings.TrimSpace(list[i].Text)
	}
	return title, list
}

// ManualPage returns the page of a slug.
func (a *App) ManualPage(slug string) (ManualPage, error) {
	pages, err := a.Manual()
	if err != nil {
		return ManualPage{}, err
	}
	i := slices.IndexFunc(pages, func(p ManualPage) bool { return p.Slug == slug })
	if i < 0 {
		return ManualPage{}, kpi.Errorf(kpi.NotFound, "Không có trang hướng dẫn sử dụng này. Chọn vai trò trong danh sách.")
	}
	return pages[i], nil
}

// ManualPassages returns the manual as passages for the search, one a section, in order. Their Doc is the slug of the
// page, their N the section: the passage is shown at /huong-dan/su-dung/<Doc>#p-<N>.
func (a *App) ManualPassages() ([]kpi.Passage, error) {
	pages, err := a.Manual()
	if err != nil {
		return nil, err
	}
	var list []kpi.Passage
	for _, p := range pages {
		for _, s := range p.Sections {
			list = append(list, kpi.Passage{Doc: p.Slug, N: s.N, Heading: []string{p.Title, s.Title}, Text: strings.ReplaceAll(s.Text, "**", "")})
		}
	}
	return list, nil
}
