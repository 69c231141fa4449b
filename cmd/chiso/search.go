package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/app/search"
)

// searchHit is one line of the JSON that «chiso search» prints.
type searchHit struct {
	Kind    string  `json:"kind"`
	ID      string  `json:"id"`
	Title   string  `json:"title"`
	Snippet string  `json:"snippet"`
	Score   float64 `json:"score"`
}

// mostHits bounds --limit.
const mostHits = 200

// searchData finds text in a data folder that no server uses, with the rights of the one who owns the folder: all.
func searchData(t terminal, args []string) error {
	f := flags("search")
	dir := f.String("data", "data", "")
	limit := f.Int("limit", 10, "")
	asJSON := f.Bool("json", false, "")
	rest, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	if *limit < 1 || *limit > mostHits {
		return badUsage("cờ --limit nhận số từ 1 đến %d.", mostHits)
	}
	return withSearch(*dir, func(a *app.App) error {
		if err := a.RefreshSearch(context.Background(), progressOn(t)); err != nil {
			return err
		}
		res, err := a.Search(a.System(), app.SearchQuery{Text: rest[0], Limit: *limit})
		if err != nil {
			return err
		}
		hits := make([]searchHit, len(res.Found))
		for i, x := range res.Found {
			title := plain(x.Title)
			if x.Code != "" && !strings.HasPrefix(title, x.Code) {
				title = x.Code + " " + title
			}
			hits[i] = searchHit{string(x.Kind), x.ID, title, plain(x.Snippet), x.Score}
		}
		if *asJSON {
			e := json.NewEncoder(t.out)
			e.SetEscapeHTML(false)
			e.SetIndent("", "  ")
			return e.Encode(hits)
		}
		for _, h := range hits {
			fmt.Fprintf(t.out, "%-18s %s\n", kpi.FindKind(h.Kind).Label(), h.Title)
			if h.Snippet != "" {
				fmt.Fprintf(t.out, "%-18s %s\n", "", strings.Join(strings.Fields(h.Snippet), " "))
			}
		}
		if res.Meant != "" {
			fmt.Fprintf(t.out, "Có phải ý là: %s\n", res.Meant)
		}
		if len(hits) == 0 {
			fmt.Fprintf(t.out, "Không tìm thấy «%s».\n", rest[0])
		}
		return nil
	})
}

func plain(pieces []search.Piece) string {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.Text)
	}
	return b.String()
}

// reindex makes the search index anew.
func reindex(t terminal, args []string) error {
	f := flags("reindex")
	dir := f.String("data", "data", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	return withSearch(*dir, func(a *app.App) error {
		if err := a.Reindex(context.Background(), progressOn(t)); err != nil {
			return err
		}
		fmt.Fprintf(t.out, "Đã lập lại chỉ mục tìm kiếm: %d mục.\n", a.SearchState().Documents)
		return nil
	})
}

// withSearch opens a data folder and its search index.
func withSearch(dir string, fn func(*app.App) error) error {
	return withData(dir, slog.New(slog.DiscardHandler), func(a *app.App) (err error) {
		if err := a.OpenSearch(); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, a.CloseSearch()) }()
		return fn(a)
	})
}

// progressOn tells on the error output how far the index is, each time that another tenth is done.
func progressOn(t terminal) func(done, total int) {
	last := -1
	return func(done, total int) {
		if tenth := done * 10 / max(total, 1); tenth != last {
			last = tenth
			fmt.Fprintf(t.err, "Lập chỉ mục tìm kiếm: %d/%d\n", done, total)
		}
	}
}
