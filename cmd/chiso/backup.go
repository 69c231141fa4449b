package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"chiso/app"
	"chiso/app/kpi"

	"go.yaml.in/yaml/v3"
)

// backupReserve is what a backup leaves free on its disk.
const backupReserve = 256 << 20

// backupConfig is the part «backup» of the configuration.
type backupConfig struct {
	At        string     `yaml:"at"`
	Hourly    bool       `yaml:"hourly"`
	Dir       string     `yaml:"dir"`
	Keep      keepConfig `yaml:"keep"`
	Journal   string     `yaml:"journal_dir"`
	Second    string     `yaml:"second"`
	Recipient string     `yaml:"age_recipient"`
}

type keepConfig struct {
	Days   int `yaml:"days"`
	Weeks  int `yaml:"weeks"`
	Months int `yaml:"months"`
}

func defaultBackup() backupConfig {
	return backupConfig{At: "02:00", Hourly: true, Keep: keepConfig{Days: 14, Weeks: 8, Months: 12}}
}

var reClock = regexp.MustCompile(`^([01][0-9]|2[0-3]):([0-5][0-9])$`)

// validate returns the key at fault and a sentence about it, or nothing.
func (b backupConfig) validate(data string) (key, text string) {
	inside := func(dir string) bool {
		rel, err := filepath.Rel(data, dir)
		return dir != "" && err == nil && filepath.IsLocal(rel)
	}
	if b.At != "" && !reClock.MatchString(b.At) {
		return "backup.at", fmt.Sprintf("giờ «%s» phải có dạng 02:00, hoặc để trống nếu không tự sao lưu.", kpi.Clip(b.At, 20))
	}
	if min(b.Keep.Days, b.Keep.Weeks, b.Keep.Months) < 0 {
		return "backup.keep", "số bản giữ lại không được âm."
	}
	if inside(b.Dir) {
		return "backup.dir", "thư mục sao lưu phải nằm ngoài thư mục số liệu."
	}
	if inside(b.Journal) {
		return "backup.journal_dir", "thư mục nhật ký ghi trước phải nằm ngoài thư mục số liệu, trên ổ đĩa khác."
	}
	if inside(b.Second) {
		return "backup.second", "nơi sao lưu thứ hai phải nằm ngoài thư mục số liệu."
	}
	if b.Recipient != "" {
		if _, err := app.ParseRecipient(b.Recipient); err != nil {
			return "backup.age_recipient", err.Error()
		}
	}
	return "", ""
}

// plan is the configuration as package app takes it. Without a folder the backups lie in «backup» beside the data.
func (b backupConfig) plan(data string, whole []byte) app.BackupPlan {
	p := app.BackupPlan{Dir: b.Dir, Hourly: b.Hourly, Journal: b.Journal, Second: b.Second, Recipient: b.Recipient, Reserve: backupReserve, Config: withoutSecrets(whole),
		Keep: app.BackupKeep{Days: b.Keep.Days, Weeks: b.Keep.Weeks, Months: b.Keep.Months}}
	if p.Dir == "" {
		p.Dir = filepath.Join(filepath.Dir(filepath.Clean(data)), "backup")
	}
	if at, err := time.Parse("15:04", b.At); err == nil {
		p.Nightly, p.At = true, time.Duration(at.Hour())*time.Hour+time.Duration(at.Minute())*time.Minute
	}
	return p
}

// reSecret matches the names of keys whose values do not go into a backup.
var reSecret = regexp.MustCompile(`(?i)password|secret|token|passphrase|api_?key`)

// withoutSecrets returns the configuration with the values of its secret keys taken out; comments stay. What cannot be read is
// left out as a whole.
func withoutSecrets(text []byte) []byte {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 {
		return nil
	}
	blank(&doc)
	out, err := yaml.Marshal(&doc)
	if err != nil {
		return nil
	}
	return out
}

func blank(n *yaml.Node) {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && reSecret.MatchString(n.Content[i-1].Value) {
			*child = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, LineComment: "# không đưa vào bản sao lưu"}
			continue
		}
		blank(child)
	}
}

// place is where a command finds the data and what it knows of the backups: from flags, or from the configuration.
type place struct {
	data    string
	plan    app.BackupPlan
	keyFile string

	listen, cert, key string // of the server; "" without a configuration
}

// placeOf reads the configuration if one is named; the folders named by flags go first.
func placeOf(config, data, out string) (place, error) {
	c, whole := defaults(), []byte(nil)
	if config != "" {
		var err error
		if c, err = readConfig(config); err != nil {
			return place{}, err
		}
		if whole, err = os.ReadFile(config); err != nil {
			return place{}, err
		}
	} else {
		c.Backup.Keep = keepConfig{} // nobody said what may go
	}
	if data != "" {
		c.Data = data
	}
	if out != "" {
		c.Backup.Dir = out
	}
	if key, text := c.Backup.validate(c.Data); key != "" {
		return place{}, kpi.Errorf(kpi.Invalid, "%s: %s", key, text)
	}
	p := place{data: c.Data, plan: c.Backup.plan(c.Data, whole), keyFile: c.KeyFile}
	if config != "" {
		p.listen, p.cert, p.key = c.Listen, c.TLSCert, c.TLSKey
	}
	return p, nil
}

// interruptible returns a context that ends when the person presses Ctrl+C or the system stops the process.
func interruptible() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}

func backup(t terminal, args []string) error {
	f := flags("backup")
	config := f.String("config", "", "")
	data := f.String("data", "", "")
	out := f.String("out", "", "")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	p, err := placeOf(*config, *data, *out)
	if err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	if err := needData(p.data); err != nil {
		return err
	}
	err = withOptions(app.Options{Dir: p.data, Version: version, Backup: p.plan, Verify: t.verify()}, func(a *app.App) error {
		made, err := a.Backup(ctx, a.System())
		if made.Name != "" {
			fmt.Fprintf(t.out, "Đã sao lưu và kiểm chứng: %s (%s, %d sự kiện, %d tệp đính kèm).\n", filepath.Join(p.plan.Dir, made.Name), kpi.FormatSize(made.Size), made.Events, made.Files)
		}
		if made.Damaged > 0 {
			fmt.Fprintf(t.out, "Cảnh báo: %d tệp đính kèm mất hoặc hỏng, không có trong bản sao lưu. Chạy «chiso doctor» để biết thêm.\n", made.Damaged)
		}
		return err
	})
	if kpi.KindOf(err) == kpi.Unavailable && strings.Contains(err.Error(), "đang được") {
		err = kpi.Errorf(kpi.Unavailable, "%s Khi dịch vụ đang chạy, sao lưu bằng nút «Sao lưu ngay» ở trang Quản trị.", err)
	}
	return err
}
