package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/app/web"
	"chiso/store"
)

// shutdownTime is how long running requests may take once the server is told to stop.
const shutdownTime = 20 * time.Second

func serve(t terminal, args []string) error {
	f := flags("serve")
	path := f.String("config", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	if *path == "" {
		return badUsage("cần cờ --config.")
	}
	c, err := readConfig(*path)
	if err != nil {
		return err
	}
	log, closeLog, err := c.Log.open(t.err)
	if err != nil {
		return err
	}
	defer closeLog() //nolint:errcheck // nothing is lost
	server, err := c.Mail.server(c.URL)
	if err != nil {
		return err
	}
	if err := needData(c.Data); err != nil {
		return err
	}
	whole, err := os.ReadFile(*path)
	if err != nil {
		return err
	}
	o := app.Options{Dir: c.Data, KeyFile: c.KeyFile, SecondFactor: c.factors(), IdleDays: c.IdleDays, Log: log, Version: version, Backup: c.Backup.plan(c.Data, whole), Mail: server, Verify: t.verify()}
	return withOptions(o, func(a *app.App) error {
		if has, err := a.HasUsers(); err != nil {
			return err
		} else if !has {
			fmt.Fprintf(t.out, "Chưa có tài khoản nào. Mở trang này và nhập mã khởi tạo %s trong 10 phút để tạo tài khoản quản trị.\n", a.OfferFirstAdmin())
		}
		return listen(t, a, log, c, nil)
	})
}

// withData is withApp for a folder that must have been made before: a slip in its name is told, not answered with a
// new folder.
func withData(dir string, log *slog.Logger, fn func(*app.App) error) error {
	if err := needData(dir); err != nil {
		return err
	}
	return withApp(dir, log, fn)
}

// needData returns an error if the folder holds no data.
func needData(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, store.FileName)); errors.Is(err, os.ErrNotExist) {
		return kpi.Errorf(kpi.Invalid, "Thư mục %s chưa có số liệu. Kiểm tra lại tên thư mục, hoặc chạy «chiso init --data %s» để tạo mới.", dir, dir)
	}
	return nil
}

// withApp opens the data folder, making it where it is missing, runs fn on it and closes it.
func withApp(dir string, log *slog.Logger, fn func(*app.App) error) (err error) {
	return withOptions(app.Options{Dir: dir, Log: log}, fn)
}

// withOptions is withApp with all that an App can stand on; it fills in the store.
func withOptions(o app.Options, fn func(*app.App) error) (err error) {
	o.Store, err = store.Open(o.Dir)
	if errors.Is(err, store.ErrDamaged) {
		return damagedData(o.Dir, o.Backup.Dir, err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Store.Close()) }()
	return fn(app.New(o))
}

// damagedData words what to do when the database is not whole: it is never served and never mended by itself.
func damagedData(dir, backups string, cause error) error {
	newest := app.NewestBackup(backups)
	if newest == "" {
		newest = "THƯ-MỤC-SAO-LƯU"
	}
	return kpi.Errorf(kpi.Invalid, "Tệp số liệu trong %s hỏng hoặc bị cắt ngắn nên không mở; chưa có gì bị thay đổi. Xem chỗ hỏng: «chiso doctor --data %s». Khôi phục: «chiso restore %s --data %s». (%v)",
		dir, dir, newest, dir, cause)
}

// listen serves until the process is told to stop: first no new requests, then the jobs end, then the caller closes
// the store.
func listen(t terminal, a *app.App, log *slog.Logger, c config, demo []web.Account) error {
	srv, err := web.New(web.Options{App: a, Log: log, Version: version, Province: c.Province, Support: c.Support, Hosts: c.Hosts,
		Proxies: c.TrustedProxies, Secure: c.secure(), Demo: demo})
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return kpi.Errorf(kpi.Invalid, "Không mở được địa chỉ %s: %v. Có thể cổng đang được chương trình khác dùng.", c.Listen, err)
	}
	scheme := "http"
	if c.TLSCert != "" {
		cert, err := newCertificate(c.TLSCert, c.TLSKey)
		if err != nil {
			return errors.Join(err, ln.Close())
		}
		ln, scheme = tls.NewListener(ln, cert.config()), "https"
	}
	debug.SetGCPercent(collectAt)
	ctx, stop := signal.NotifyContext(t.context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var background sync.WaitGroup
	background.Go(func() { a.Jobs(ctx) })
	background.Go(func() { a.KeepSearch(ctx) })
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	fmt.Fprintf(t.out, "chiso đang chạy tại %s://%s (dừng: Ctrl+C)\n", scheme, ln.Addr())
	select {
	case err = <-failed:
		stop()
	case <-ctx.Done():
		err = srv.Shutdown(shutdownTime)
	}
	background.Wait()
	return err
}

// context ends when the service manager wants the process to stop.
func (t terminal) context() context.Context {
	if t.ctx == nil {
		return context.Background()
	}
	return t.ctx
}

// collectAt lets the heap, some ten megabytes, grow to three times its live size before it is collected: a fifth of the
// processor time of a save for memory that any server has.
const collectAt = 200
