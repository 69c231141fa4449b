package main

import (
	"fmt"
	"time"

	"chiso/app"
	"chiso/app/kpi"
)

// vault returns what reads backups, with the private keys in the file if one is named.
func (t terminal) vault(key string) (v app.Vault, err error) {
	v = app.Vault{Now: time.Now, Verify: t.verify()}
	if key != "" {
		v.Keys, err = app.ParseKeys(key)
	}
	return v, err
}

func verifyBackup(t terminal, args []string) error {
	f := flags("verify")
	key := f.String("key", "", "")
	rest, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	v, err := t.vault(*key)
	if err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	m, opened, err := v.Check(ctx, rest[0])
	if err != nil {
		return err
	}
	fmt.Fprintf(t.out, "Bản sao lưu lúc %s, phiên bản %s: %d tệp đủ và nguyên vẹn.\n", kpi.FormatTime(m.Made), m.Version, len(m.Files))
	if opened {
		fmt.Fprintf(t.out, "Số liệu mở được và khớp: %d ô, %d sự kiện. Mốc đối chiếu của nhật ký: %s\n", m.Contents.Counts["cell"], m.Contents.Events, m.Contents.Tree)
	} else {
		fmt.Fprintln(t.out, "Bản này được mã hóa. Thêm --key với tệp khóa riêng để mở và kiểm tra cả số liệu bên trong.")
	}
	if len(m.Damaged) > 0 {
		fmt.Fprintf(t.out, "Cảnh báo: lúc sao lưu, %d tệp đính kèm đã mất hoặc hỏng nên không có trong bản này.\n", len(m.Damaged))
	}
	return nil
}
