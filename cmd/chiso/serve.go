package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"syscall"
	"time"

	"chiso/app"
	"chiso/app/kpi"
	"chiso/app/web"
	"chiso/store"
)

// memoryGoal is the memory beyond which what is no longer needed is given back sooner: many large files at once would otherwise
// fill twice what they need. The environment may say another in GOMEMLIMIT.
const memoryGoal = 256 << 20

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
	o := app.Options{Dir: c.Data, KeyFile: c.KeyFile, SecondFactor: c.factors(), Inside: c.inside(), IdleDays: c.IdleDays, Log: log, Version: version, Backup: c.Backup.plan(c.Data, whole), Mail: server, Verify: t.verify(),
		MinFree: int64(c.MinFreeMB) << 20, Elapsed: stopwatch()}
	for {
		err := serveData(t, c, o, log)
		if !errors.Is(err, errWritable) {
			if err == nil {
				log.Info("the server ended in order")
			}
			return err
		}
		log.Info("the disk can be written again")
	}
}

// serveData opens the data, checking them first if the server did not end in order, and serves them: all, only for reading where
// the disk cannot be written, or not at all where they are damaged.
func serveData(t terminal, c config, o app.Options, log *slog.Logger) (err error) {
	st, err := openData(t.context(), o)
	if errors.Is(err, store.ErrDamaged) {
		err = damagedData(o, err)
		log.Error("damaged", "err", err)
		return errors.Join(err, maintain(t, c, err))
	}
	if err != nil {
		return err
	}
	o.Store = st
	damaged := func() bool { return false }
	defer func() {
		if err = errors.Join(err, st.Close()); !damaged() && (err == nil || errors.Is(err, errWritable)) {
			_ = os.Remove(runningMark(o.Dir)) // left there, the data are checked once more than needed
		}
	}()
	a := app.New(o)
	damaged = func() bool { return a.Damage().Times > 0 } // then the whole file is read at the next start
	if err := a.StartClock(builtAt()); err != nil {
		return err
	}
	a.StartJournal()
	if has, err := a.HasUsers(); err != nil {
		return err
	} else if !has {
		fmt.Fprintf(t.out, "Chưa có tài khoản nào. Mở trang dưới đây và nhập mã khởi tạo %s trong 10 phút để tạo tài khoản quản trị.\n", a.OfferFirstAdmin())
	}
	if !st.ReadOnly() {
		if err := os.WriteFile(runningMark(o.Dir), []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
			log.Warn("mark of running", "err", err)
		}
	}
	return listen(t, a, log, c, nil)
}

// runningMark is the file that lies in the data folder while the server runs, and afterwards if it did not end in order.
func runningMark(dir string) string { return filepath.Join(dir, "dang-chay") }

// openData opens the database of the folder. After a server that was killed, or lost its power or its disk, the whole file is read
// first, in a process of its own: what is damaged is never served.
func openData(ctx context.Context, o app.Options) (*store.Store, error) {
	if pid, err := os.ReadFile(runningMark(o.Dir)); err == nil {
		if release, err := store.Hold(o.Dir); err != nil {
			return nil, kpi.Errorf(kpi.Unavailable, "%s Tiến trình đang chạy: số %s.", err, pid)
		} else if err := release(); err != nil {
			return nil, err
		}
		o.Log.Info("the server did not end in order; the data are checked")
		if _, err := o.Verify(ctx, filepath.Join(o.Dir, store.FileName)); err != nil {
			return nil, err
		}
	}
	st, err := store.Open(o.Dir)
	if kpi.KindOf(err) != kpi.Unavailable {
		return st, err
	}
	if d, diskErr := store.Disk(o.Dir); diskErr != nil || !d.ReadOnly {
		return nil, err
	}
	o.Log.Error("the disk cannot be written; the data are open for reading alone", "err", err)
	return store.OpenReadOnly(o.Dir)
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
		return damagedData(o, err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Store.Close()) }()
	return fn(app.New(o))
}

// damagedData words what to do when the database is not whole: it is never served and never mended by itself.
func damagedData(o app.Options, cause error) error {
	return kpi.Errorf(kpi.Invalid, "Tệp số liệu trong %s hỏng hoặc bị cắt ngắn nên không mở; chưa có gì bị thay đổi. Xem chỗ hỏng: «chiso doctor --data %s». %s (%v)",
		o.Dir, o.Dir, app.WayBack(o.Dir, o.Backup), cause)
}

// errWritable ends a server that could only read: the disk can be written again.
var errWritable = errors.New("the disk can be written again")

// listen serves until the process is told to stop: first no new requests, then the jobs end, then the caller closes
// the store.
func listen(t terminal, a *app.App, log *slog.Logger, c config, demo []web.Account) error {
	o := web.Options{App: a, Log: log, Version: version, Province: c.Province, Support: c.Support, Hosts: c.Hosts,
		Proxies: c.TrustedProxies, Secure: c.secure(), Demo: demo}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryGoal)
	}
	ln, err := c.open()
	if err != nil {
		return err
	}
	if ln.cert != nil {
		o.CertificateEnds = ln.cert.expires
	}
	srv, err := web.New(o)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	debug.SetGCPercent(collectAt)
	ctx, stop := t.untilStopped()
	defer stop()
	var background sync.WaitGroup
	var writable <-chan struct{}
	if a.ReadOnly() {
		writable = whenWritable(ctx, &background, c.Data)
	} else {
		background.Go(func() { a.Jobs(ctx) })
		background.Go(func() { a.KeepSearch(ctx) })
		background.Go(func() { a.KeepJournal(ctx) })
	}
	failed := make(chan error, 2)
	go func() { failed <- srv.Serve(ln) }()
	if c.Metrics != "" {
		metrics := &http.Server{Addr: c.Metrics, Handler: srv.Metrics(), ReadHeaderTimeout: 10 * time.Second}
		defer metrics.Close() //nolint:errcheck // nothing is written there
		go func() {
			if err := metrics.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
				failed <- kpi.Errorf(kpi.Invalid, "Không mở được địa chỉ %s (khóa metrics): %v.", c.Metrics, err)
			}
		}()
	}
	fmt.Fprintf(t.out, "chiso đang chạy tại %s (dừng: Ctrl+C)\n", ln.url())
	select {
	case err = <-failed:
		stop()
		err = errors.Join(err, srv.Shutdown(shutdownTime))
	case <-a.Failed():
		stop()
		_ = srv.Shutdown(failedTime) // who reads may finish
		err = a.Failure()
		log.Error("the disk has failed", "err", err)
	case <-writable:
		stop()
		err = errors.Join(errWritable, srv.Shutdown(shutdownTime))
	case <-ctx.Done():
		err = srv.Shutdown(shutdownTime)
	}
	background.Wait()
	return err
}

// failedTime is how long running requests may take once the disk has failed.
const failedTime = 2 * time.Second

// writableLook is how often a disk that cannot be written is asked whether it can be again.
const writableLook = 5 * time.Second

// whenWritable returns a channel that is closed once the disk of dir can be written.
func whenWritable(ctx context.Context, background *sync.WaitGroup, dir string) <-chan struct{} {
	can := make(chan struct{})
	background.Go(func() {
		tick := time.NewTicker(writableLook)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if d, err := store.Disk(dir); err == nil && !d.ReadOnly {
					close(can)
					return
				}
			}
		}
	})
	return can
}

// maintain answers every request with the sentence until the process is told to stop.
func maintain(t terminal, c config, sentence error) error {
	ln, err := c.open()
	if err != nil {
		return err
	}
	ctx, stop := t.untilStopped()
	defer stop()
	srv := &http.Server{Handler: web.Maintenance(c.Province, sentence.Error()), ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	fmt.Fprintf(t.err, "chiso serve: %s\n", sentence)
	fmt.Fprintf(t.out, "chiso chỉ báo bảo trì tại %s (dừng: Ctrl+C)\n", ln.url())
	select {
	case err = <-failed:
		return err
	case <-ctx.Done():
		return srv.Close()
	}
}

// context ends when the service manager wants the process to stop.
func (t terminal) context() context.Context {
	if t.ctx == nil {
		return context.Background()
	}
	return t.ctx
}

// untilStopped returns a context that ends when the process is told to stop. Under the service manager of Windows that one alone says
// so: there a process gets SIGTERM also when somebody signs out of the machine.
func (t terminal) untilStopped() (context.Context, context.CancelFunc) {
	if t.ctx != nil {
		return context.WithCancel(t.ctx)
	}
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}

// collectAt lets the heap, some ten megabytes, grow to three times its live size before it is collected: a fifth of the
// processor time of a save for memory that any server has.
const collectAt = 200
