// Package app holds the use cases of chiso: one method is one intention of a person, and at most one write
// transaction. Every method takes the actor first and asks app/kpi whether the actor may.
package app

import (
	"context"
	"log/slog"
	"net/netip"
	"path/filepath"
	"sync"
	"time"

	"chiso/app/kpi"
	"chiso/store"
)

// App is the product without its pages. Its methods may be called from many goroutines.
type App struct {
	store   *store.Store
	clock   watch
	log     *slog.Logger
	dir     string // data folder: staged uploads lie in it
	hash    hasher
	defs    cache[roundID, *definitions]
	tables  cache[tableSource, keptTable]
	waiting cache[string, standing] // by kpi.Sheet.ID
	pasts   cache[sheetPlace, keptPast]
	here    presence
	find    finder
	backups backups
	mail    post
	first   firstAdmin
	refused refusals
	damage  damages
	files   fileCheck
	journal journals
	version string     // of the program
	minFree int64      // bytes
	keyFile string     // of sealed texts
	keyMu   sync.Mutex // held while keyFile is made

	factors  FactorPolicy
	inside   func(netip.Addr) bool
	idleDays int

	parsing    chan struct{} // a token for each uploaded file that is being parsed
	parseLimit time.Duration // bounds waiting for a token and parsing together
}

// Options are what an App stands on.
type Options struct {
	Store   *store.Store
	Dir     string               // data folder
	Now     func() time.Time     // nil: time.Now
	Elapsed func() time.Duration // since some instant, whatever happens to the clock; nil: Now is always believed
	Log     *slog.Logger         // nil: discard

	KeyFile string // of sealed texts; "": KeyFileName in Dir
	MinFree int64  // bytes below which, and below twice the database, no figures are taken; 0: until the disk is full

	SecondFactor FactorPolicy          // who signs in with a code beside the password
	Inside       func(netip.Addr) bool // reports whether one need not sign in with such a code from there, whoever it is; nil: all addresses are alike
	IdleDays     int                   // without a sign-in, after which an account is disabled; 0: never

	Version string // of the program
	Backup  BackupPlan
	Mail    MailServer
	Verify  func(context.Context, string) (store.Contents, error) // reads a whole database file; nil: store.Verify in this process
}

// New returns an App on an open store.
func New(o Options) *App {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Verify == nil {
		o.Verify = func(_ context.Context, path string) (store.Contents, error) { return store.Verify(path) }
	}
	if o.KeyFile == "" {
		o.KeyFile = filepath.Join(o.Dir, KeyFileName)
	}
	return &App{store: o.Store, keyFile: o.KeyFile, clock: watch{wall: o.Now, elapsed: o.Elapsed}, minFree: o.MinFree, log: o.Log, dir: o.Dir, hash: newHasher(), parsing: make(chan struct{}, maxParses), parseLimit: parseLimit,
		backups: backups{plan: o.Backup, verify: o.Verify}, mail: post{server: o.Mail}, version: o.Version, factors: o.SecondFactor, inside: o.Inside, idleDays: o.IdleDays}
}

// Now returns the current instant in UTC, to the millisecond that records keep.
func (a *App) Now() time.Time { return a.clock.now().UTC().Truncate(time.Millisecond) }

// System returns the actor of what nobody in particular does, at this instant.
func (a *App) System() kpi.Actor { return kpi.System(a.Now()) }

// Schema returns the version of the store's layout.
func (a *App) Schema() int { return a.store.SchemaVersion() }
