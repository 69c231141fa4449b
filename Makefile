# Build, run and check chiso. Needs Go; the browser tests need Chromium as well, which "make test" installs on
# Debian when run as root.

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
BUILT    ?= $(shell git log -1 --format=%cI 2>/dev/null)
LISTEN   ?= 127.0.0.1:8057
GO       ?= go
KILLS    ?= 100
CUTS     ?= 30
MINUTES  ?= 20
GOFMT    := $(shell $(GO) env GOROOT)/bin/gofmt
BUILD    := CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$(VERSION) -X main.built=$(BUILT)"
NFPM     ?= $(GO) run github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.0
PLATFORMS := linux/amd64 linux/arm64 windows/amd64

.PHONY: help build run test race browser check bench soak release clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 12

build: ## bin/chiso: one static binary with everything inside
	$(BUILD) -o bin/chiso ./cmd/chiso

run: build ## build, then start the demo province on http://127.0.0.1:8057
	bin/chiso demo --listen $(LISTEN)

test: browser ## all tests, browser tests included, built as the program is; PACKAGES=./store/... for some of them
	CGO_ENABLED=0 $(GO) run .ci/summary.go -count=1 -timeout 20m $(or $(PACKAGES),./...)

race: ## the tests of the store and the use cases under the race detector (needs gcc)
	@command -v gcc >/dev/null || { echo "make race needs gcc: the race detector is built with cgo." >&2; exit 1; }
	CGO_ENABLED=1 $(GO) run .ci/summary.go -race -count=1 -timeout 20m ./app ./app/kpi ./app/web ./store/...

browser: # find Chromium for the browser tests, or install it
	@sh .ci/browser

check: ## gofmt, vet, staticcheck, and the test of the import arrow
	@unformatted=$$($(GOFMT) -l .ci app cmd static store views); \
	if [ -n "$$unformatted" ]; then echo "not formatted with gofmt:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) test -count=1 -run '^TestArchitecture' ./app

bench: browser ## one table: work, ours, reference, ratio, goal (some minutes, a gigabyte of temporary disk)
	@mkdir -p bin; $(GO) test -p 1 -tags bench -run '^TestBench' -count=1 -timeout 60m -v ./app/web ./app/workbook ./app/search ./cmd/chiso > bin/bench.log 2>&1 || { cat bin/bench.log; rm -f bin/bench.log; exit 1; }
	@grep -E '^(\||Province)' bin/bench.log; rm -f bin/bench.log

soak: ## kill -9, power cuts, failing disks, data lost and replayed, steady memory: some 40 minutes (as root; needs strace and systemd-analyze); KILLS, CUTS, MINUTES for less
	@for tool in strace systemd-analyze; do command -v $$tool >/dev/null || { echo "make soak needs $$tool (Debian: apt-get install strace systemd)." >&2; exit 1; }; done
	CHISO_KILLS=$(KILLS) CHISO_CUTS=$(CUTS) CHISO_MINUTES=$(MINUTES) $(GO) test -p 1 -tags soak -run '^TestSoak' -count=1 -timeout 180m -v ./store ./cmd/chiso

release: ## dist/: binaries for Linux and Windows, Debian packages, a zip for Windows, SHA256SUMS
	rm -rf dist
	@set -e; for platform in $(PLATFORMS); do \
		os=$${platform%/*}; arch=$${platform#*/}; \
		file=chiso-$(VERSION)-$$os-$$arch; \
		if [ $$os = windows ]; then file=$$file.exe; fi; \
		echo "dist/$$file"; \
		GOOS=$$os GOARCH=$$arch $(BUILD) -o dist/$$file ./cmd/chiso; \
	done
	$(GO) run .ci/package.go $(VERSION) $(NFPM)
	cd dist && { sha256sum chiso* 2>/dev/null || shasum -a 256 chiso*; } > SHA256SUMS

clean: ## remove bin and dist
	rm -rf bin dist
