package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"chiso/app/kpi"

	"github.com/kardianos/service"
)

// serviceName is what the system calls the service, and the account that it runs under on Linux.
const serviceName = "chiso"

// unitFile is the systemd unit of the package. The same protection goes for a service that «chiso service install» sets up.
//
//go:embed deb/chiso.service
var unitFile string

// serviceCommand sets the server up as a service of the system, or starts, stops or removes that.
func serviceCommand(t terminal, args []string) error {
	f := flags("service")
	path := f.String("config", "config.yaml", "")
	rest, err := parse(f, args, 1)
	if err != nil {
		return err
	}
	if platform := service.Platform(); runtime.GOOS == "linux" && platform != "linux-systemd" {
		return kpi.Errorf(kpi.Invalid, "Máy này không chạy systemd. Cho chạy «chiso serve --config %s» bằng công cụ quản lý dịch vụ của máy.", *path)
	}
	switch rest[0] {
	case "install":
		return installService(t, *path)
	case "start", "stop", "remove":
	default:
		return badUsage("không có lệnh «service %s»; dùng install, start, stop, remove.", kpi.Clip(rest[0], 20))
	}
	s, err := service.New(nil, serviceConfig(nil))
	if err != nil {
		return fmt.Errorf("find service manager: %w", err)
	}
	action := rest[0]
	if action == "remove" {
		_ = s.Stop() // it may not be running
		action = "uninstall"
	}
	if err := service.Control(s, action); err != nil {
		switch status, why := s.Status(); {
		case errors.Is(why, service.ErrNotInstalled):
			return kpi.Errorf(kpi.Invalid, "Dịch vụ chiso chưa được cài. Cài bằng «chiso service install --config TỆP».")
		case action == "start" && status == service.StatusRunning, action == "stop" && status == service.StatusStopped: // it was so before
		default:
			return kpi.Errorf(kpi.Invalid, "Hệ điều hành không thực hiện được: %s. Lệnh này cần quyền quản trị của máy.", strings.TrimRight(err.Error(), "."))
		}
	}
	if action == "start" && !stays(s.Status, settleTime) {
		place := "lệnh «journalctl -u chiso»"
		if runtime.GOOS == "windows" {
			place = "Event Viewer, mục Windows Logs, Application, nguồn chiso"
		}
		return kpi.Errorf(kpi.Invalid, "Dịch vụ chiso vừa chạy đã dừng. Xem lý do ở %s.", place)
	}
	fmt.Fprintln(t.out, map[string]string{"start": "Dịch vụ chiso đang chạy.", "stop": "Đã dừng dịch vụ chiso.", "remove": "Đã gỡ dịch vụ chiso; số liệu và cấu hình còn nguyên."}[rest[0]])
	return nil
}

// settleTime is how long a service that was just started is watched.
const settleTime = 3 * time.Second

// stays reports whether a service that was just started still runs after the time: a configuration or an address that cannot be used
// ends it at once.
func stays(status func() (service.Status, error), watch time.Duration) bool {
	for end := time.Now().Add(watch); time.Now().Before(end); time.Sleep(watch / 20) {
		if now, err := status(); err != nil || now != service.StatusRunning {
			return false
		}
	}
	return true
}

// installService sets the service up for the configuration and gives its account what it must read and write.
func installService(t terminal, path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	c, err := readConfig(path)
	if err != nil {
		return err
	}
	if err := ownLogFolder(c, filepath.Dir(path)); err != nil {
		return err
	}
	own := serviceConfig([]string{"serve", "--config", path})
	own.Option["SystemdScript"] = unitFor(t.program, path, c)
	s, err := service.New(nil, own)
	if err != nil {
		return fmt.Errorf("find service manager: %w", err)
	}
	refused := func(err error) error {
		return kpi.Errorf(kpi.Invalid, "Chưa cài được dịch vụ: %s. Lệnh này cần quyền quản trị của máy; nếu đã cài rồi, gỡ trước bằng «chiso service remove».", strings.TrimRight(err.Error(), "."))
	}
	if err := beforeInstall(); err != nil {
		return refused(err)
	}
	if err := s.Install(); err != nil {
		return refused(err)
	}
	if err := grantFolders(path, c); err != nil {
		return kpi.Errorf(kpi.Invalid, "Đã cài dịch vụ nhưng chưa giao được quyền thư mục cho tài khoản chạy dịch vụ: %v.", err)
	}
	fmt.Fprintf(t.out, "Đã cài dịch vụ chiso, tự chạy khi máy khởi động. Chạy ngay: «chiso service start».\n")
	return nil
}

// serviceConfig describes the service to the system. On Windows it runs under an account of its own that has no password.
func serviceConfig(args []string) *service.Config {
	c := &service.Config{Name: serviceName, DisplayName: "Chỉ Số", Description: "Hệ thống báo cáo chỉ số của tỉnh", Arguments: args,
		Option: service.KeyValue{"OnFailure": "restart", "OnFailureDelayDuration": "5s", "DelayedAutoStart": false}}
	if runtime.GOOS == "windows" {
		c.UserName = `NT SERVICE\` + serviceName
	}
	return c
}

// unitFor is the unit for a program and a configuration at other places than the package's.
func unitFor(program, config string, c config) string {
	home := filepath.Dir(config)
	var writes []string
	for _, dir := range c.folders(home) {
		writes = append(writes, `"-`+dir+`"`)
	}
	quote := func(s string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "%", "%%").Replace(s) + `"`
	}
	return strings.NewReplacer(
		"ExecStart=/usr/bin/chiso serve --config /etc/chiso/config.yaml", "ExecStart="+quote(program)+" serve --config "+quote(config),
		"WorkingDirectory=/var/lib/chiso", "WorkingDirectory="+strings.ReplaceAll(home, "%", "%%"),
		"ReadWritePaths=", "ReadWritePaths="+strings.ReplaceAll(strings.Join(writes, " "), "%", "%%"),
	).Replace(unitFile)
}

// folders lists what the server writes, as absolute paths; home is where relative ones begin.
func (c config) folders(home string) (list []string) {
	plan := c.Backup.plan(c.Data, nil)
	log := ""
	if c.Log.File != "" {
		log = filepath.Dir(c.Log.File)
	}
	for _, dir := range []string{c.Data, plan.Dir, plan.Second, plan.Journal, log} {
		switch {
		case dir == "":
		case filepath.IsAbs(dir):
			list = append(list, filepath.Clean(dir))
		default:
			list = append(list, filepath.Join(home, dir))
		}
	}
	return list
}

// ownLogFolder refuses a log in a folder that holds other things: the folder and all in it are given to the service's account.
func ownLogFolder(c config, home string) error {
	if c.Log.File == "" {
		return nil
	}
	dir, name := filepath.Dir(c.Log.File), filepath.Base(c.Log.File)
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(home, dir)
	}
	list, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range list {
		if !strings.HasPrefix(e.Name(), name) {
			return kpi.Errorf(kpi.Invalid, "Thư mục %s có tệp khác. Đặt log.file trong một thư mục riêng: dịch vụ được giao cả thư mục đó.", dir)
		}
	}
	return nil
}

// makeFolders makes the folders that the service writes, so that its account can be given them.
func makeFolders(dirs []string) error {
	for _, dir := range dirs {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	return nil
}
