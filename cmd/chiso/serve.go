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
	log := slog.New(slog.NewJSONHandler(t.err, nil))
	return withData(c.Data, log, func(a *app.App) error {
		if has, err := a.HasUsers(); err != nil {
			return err
		} else if !has {
			return kpi.Errorf(kpi.Invalid, "Thư mục %s chưa có tài khoản nào. Chạy «chiso init --data %s» trước.", c.Data, c.Data)
		}
		return listen(t, a, log, c, nil)
	})
}

// withData is withApp for a folder that must have been made before: a slip in its name is told, not answered with a
// new folder.
func withData(dir string, log *slog.Logger, fn func(*app.App) error) error {
	if _, err := os.Stat(filepath.Join(dir, store.FileName)); errors.Is(err, os.ErrNotExist) {
		return kpi.Errorf(kpi.Invalid, "Thư mục %s chưa có số liệu. Kiểm tra lại tên thư mục, hoặc chạy «chiso init --data %s» để tạo mới.", dir, dir)
	}
	return withApp(dir, log, fn)
}

// withApp opens the data folder, making it where it is missing, runs fn on it and closes it.
func withApp(dir string, log *slog.Logger, fn func(*app.App) error) (err error) {
	st, err := store.Open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	return fn(app.New(app.Options{Store: st, Dir: dir, Log: log}))
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
		cert, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
		if err != nil {
			return errors.Join(kpi.Errorf(kpi.Invalid, "Không đọc được chứng thư %s: %v", c.TLSCert, err), ln.Close())
		}
		ln, scheme = tls.NewListener(ln, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, CipherSuites: modernSuites()}), "https"
	}
	debug.SetGCPercent(collectAt)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	jobs := make(chan struct{})
	go func() {
		defer close(jobs)
		a.Jobs(ctx)
	}()
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	fmt.Fprintf(t.out, "chiso đang chạy tại %s://%s (dừng: Ctrl+C)\n", scheme, ln.Addr())
	select {
	case err = <-failed:
		stop()
	case <-ctx.Done():
		err = srv.Shutdown(shutdownTime)
	}
	<-jobs
	return err
}

// collectAt lets the heap, some ten megabytes, grow to three times its live size before it is collected: a fifth of the
// processor time of a save for memory that any server has.
const collectAt = 200

// modernSuites are the TLS 1.2 suites that are both authenticated and forward secret.
func modernSuites() []uint16 {
	return []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256}
}
