package main

import (
	"fmt"

	"chiso/app/kpi"
)

func restore(t terminal, args []string) error {
	f := flags("restore")
	data := f.String("data", "", "")
	key := f.String("key", "", "")
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
	ctx, stop := interruptible()
	defer stop()
	m, old, err := v.Restore(ctx, rest[0], *data)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "Đã khôi phục %s từ bản sao lưu lúc %s: %d ô, %d sự kiện.\nMốc đối chiếu của nhật ký: %s\n", *data, kpi.FormatTime(m.Made), m.Contents.Counts["cell"], m.Contents.Events, m.Contents.Tree)
	if old != "" {
		fmt.Fprintf(t.out, "Số liệu trước đó giữ ở %s; xóa khi không cần nữa.\n", old)
	}
	fmt.Fprintln(t.out, "Mọi phiên đăng nhập đã kết thúc; chỉ mục tìm kiếm được lập lại khi dịch vụ chạy.")
	return nil
}
