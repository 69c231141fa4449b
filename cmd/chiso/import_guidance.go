package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"chiso/app"
	"chiso/app/kpi"
)

// importGuidance adds documents one after the other and tells of each. One that is refused does not keep the others
// out.
func importGuidance(t terminal, paths []string, dir string, dry bool) error {
	if len(paths) == 0 {
		return badUsage("thiếu tệp văn bản hướng dẫn.")
	}
	return withData(dir, slog.New(slog.DiscardHandler), func(a *app.App) error {
		added, left, refused := 0, 0, 0
		for i, path := range paths {
			name := filepath.Base(path)
			fmt.Fprintf(t.out, "%d/%d %s: ", i+1, len(paths), name)
			g, isNew, err := readGuidance(a, path, dry)
			switch {
			case kpi.KindOf(err) != 0:
				refused++
				fmt.Fprintln(t.out, "Từ chối –", err)
			case err != nil:
				return fmt.Errorf("import %s: %w", name, err)
			case !isNew:
				left++
				fmt.Fprintln(t.out, "Giữ nguyên – đã có trong danh sách.")
			default:
				added++
				fmt.Fprintf(t.out, "Thêm – %s (%s)\n", g.Label(), describeText(g))
			}
		}
		fmt.Fprintf(t.out, "Thêm %d, giữ nguyên %d, từ chối %d.\n", added, left, refused)
		if dry {
			fmt.Fprintln(t.out, "Chạy thử: chưa ghi gì. Bỏ --dry-run để ghi.")
		}
		if refused > 0 {
			return kpi.Errorf(kpi.Invalid, "%d trong %d tệp bị từ chối; lý do nêu ở trên.", refused, len(paths))
		}
		return nil
	})
}

// readGuidance adds the document in a file, or with dry only looks at it.
func readGuidance(a *app.App, path string, dry bool) (g kpi.Guidance, isNew bool, err error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > app.MaxUpload {
		return g, false, kpi.Errorf(kpi.TooLarge, "Tệp lớn hơn %d MB.", app.MaxUpload>>20)
	}
	var data []byte
	if err == nil {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return g, false, kpi.Errorf(kpi.Invalid, "Không đọc được tệp %s: %v", path, err)
	}
	if dry {
		p, err := a.PreviewGuidance(a.System(), filepath.Base(path), data)
		return p.Guidance, p.Known == "", err
	}
	return a.ImportGuidance(a.System(), filepath.Base(path), data)
}

// describeText tells what could be read of a document.
func describeText(g kpi.Guidance) string {
	if !g.Readable() {
		return "chưa đọc được chữ: " + g.Unread
	}
	s := fmt.Sprintf("%d đoạn, %d chỉ số", g.Passages, len(g.Indicators()))
	if g.Pages > 0 {
		s = fmt.Sprintf("%d trang, ", g.Pages) + s
	}
	if g.Unread != "" {
		s += "; " + g.Unread
	}
	return s
}
