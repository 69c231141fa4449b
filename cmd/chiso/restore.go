package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

func restore(t terminal, args []string) error {
	f := flags("restore")
	data := f.String("data", "", "")
	key := f.String("key", "", "")
	event := f.Uint64("event", 0, "")
	at := f.String("at", "", "")
	rest, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	if *data == "" {
		return badUsage("cần cờ --data.")
	}
	v, err := t.vault(*key)
	if err != nil {
		return err
	}
	to := app.Moment{Event: *event}
	if *at != "" {
		if to.At, err = time.ParseInLocation("2006-01-02T15:04", *at, kpi.Location); err != nil {
			return badUsage("cờ --at cần thời điểm giờ Việt Nam dạng 2026-11-21T14:30.")
		}
	}
	ctx, stop := interruptible()
	defer stop()
	if app.IsJournal(rest[0]) {
		return replay(ctx, t, v, rest[0], *data, to)
	}
	if to != (app.Moment{}) {
		return badUsage("cờ --event và --at chỉ dùng với thư mục nhật ký ghi trước (backup.journal_dir); %s không phải.", rest[0])
	}
	m, old, err := v.Restore(ctx, rest[0], *data)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "Đã khôi phục %s từ bản sao lưu lúc %s: %d ô, %d sự kiện.\nMốc đối chiếu của nhật ký: %s\n", *data, kpi.FormatTime(m.Made), m.Contents.Counts["cell"], m.Contents.Events, m.Contents.Tree)
	tellRest(t.out, old)
	return nil
}

// tellRest says what else a restore did.
func tellRest(w io.Writer, old string) {
	if old != "" {
		fmt.Fprintf(w, "Số liệu trước đó giữ ở %s; xóa khi không cần nữa.\n", old)
	}
	fmt.Fprintln(w, "Mọi phiên đăng nhập đã kết thúc; chỉ mục tìm kiếm được lập lại khi dịch vụ chạy.")
}

// replay makes the data anew from a journal.
func replay(ctx context.Context, t terminal, v app.Vault, journal, data string, to app.Moment) error {
	r, old, err := v.RestoreJournal(ctx, journal, data, to)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "Đã khôi phục %s từ nhật ký ghi trước, đến %s: %d ô, %d sự kiện (bản gốc %s).\nMốc đối chiếu của nhật ký: %s\n", data, kpi.FormatTime(r.At), r.Contents.Counts["cell"], r.Contents.Events, r.Base, r.Contents.Tree)
	if r.Missing > 0 {
		fmt.Fprintf(t.out, "Cảnh báo: %d tệp đính kèm không có trong nhật ký ghi trước; chép từ bản sao lưu gần nhất (thư mục files) vào %s.\n", r.Missing, data)
	}
	tellRest(t.out, old)
	return nil
}
