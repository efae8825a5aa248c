# Everything is run from here. `make test` and `make check` are what CI runs; see CONTRIBUTING.md.
MODULES := proto mesh adapters services gateway tools
BUF     := tools/pin/node_modules/.bin/buf
LINT    := go -C tools/pin/lint tool -n golangci-lint
WEB     := gateway/console/web

.PHONY: run test soak check bench benchmarks generate calibrate console screenshots accept-proto parts tidy fmt

run: ## the platform in one process, with the demo company
	go run ./tools/parley up

# SQLite is C turned into Go. Watching it for races finds none of ours and takes two thirds of the time.
RACE := -race '-gcflags=modernc.org/...=-race=false'

# Packages mostly wait for one another's disk and clocks, so twice as many run as there are processors; `make check` vets; and a
# raced process would sleep for a second before it ends.
TEST := GORACE=atexit_sleep_ms=10 go test $(RACE) -vet=off -parallel 3 -p $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))

# -short is not used anywhere: what is here must pass.
test: parts ## everything a change must pass, real parts included
	$(TEST) -timeout 25m work

soak: parts ## what takes too long for every change: 100 000 random steps on disputes on each engine, 1 000 days of routing
	PARLEY_RANDOM_SCHEDULES=1000 go test -timeout 1h -v -run TestRandomSchedules ./services/routing/internal/routing
	PARLEY_RANDOM_STEPS=100000 go test -timeout 3h -v -run TestDisputesDoWhatTheModelDoes ./services/billing

check: $(BUF) $(WEB)/node_modules ## what a reader would say before reading: generated, linted, vetted, unbroken
	tools/pin/check-generated.sh $(BUF)
	tools/pin/check-console.sh
	GOWORK=off $(BUF) lint
	GOWORK=off $(BUF) format -d --exit-code --path proto/parley
	GOWORK=off $(BUF) build -o -#format=binpb | GOWORK=off $(BUF) breaking -#format=binpb --exclude-imports --against proto/accepted.binpb
	set -e; lint=$$(GOWORK=off $(LINT)); for m in $(MODULES); do (cd $$m && echo "check $$m" && go vet ./... && $$lint run --allow-parallel-runners ./...); done

bench: ## measurements, each beside its reference; writes docs/benchmarks.md
	go build -o bin/parley ./tools/parley
	bin/parley bench --markdown docs/benchmarks.md

benchmarks: ## Go benchmarks of the parts
	set -e; for m in $(MODULES); do (cd $$m && go test -run '^$$' -bench . -benchtime 2s ./...); done

generate: $(BUF) $(WEB)/node_modules ## Go and TypeScript code from the protos, and the console with it
	GOWORK=off $(BUF) format -w --path proto/parley
	GOWORK=off $(BUF) generate
	$(MAKE) console

console: $(WEB)/node_modules ## the web app, as it is embedded in the gateway
	npm --prefix $(WEB) run --silent build

calibrate: ## what held-out examples say of what is understood, kept beside them
	go test -count 1 -run WhatIsKept ./services/assistant/internal/understand -renew

screenshots: parts ## pictures of the console in every look, into bin/screenshots; those of the README are renewed
	mkdir -p bin/screenshots docs/screenshots
	PARLEY_SCREENSHOTS=$(CURDIR)/bin/screenshots go test -count 1 -run 'ConsoleLooks|OnTheStage' ./tools/e2e
	cp bin/screenshots/stage-light.webp bin/screenshots/inbox-dark.webp docs/screenshots/

accept-proto: $(BUF) ## from now on the protos as they stand are what must not break
	GOWORK=off $(BUF) build --exclude-source-info -o proto/accepted.binpb

parts: $(WEB)/node_modules ## the real parts that tests start: PostgreSQL, strace, Chromium
	tools/pin/install-parts.sh

tidy:
	set -e; for m in $(MODULES) tools/pin tools/pin/lint; do (cd $$m && GOWORK=off go mod tidy); done

fmt:
	gofmt -w $(MODULES)

$(BUF): tools/pin/package-lock.json
	npm --prefix tools/pin ci --ignore-scripts --no-audit --no-fund --silent
	touch $(BUF)

$(WEB)/node_modules: $(WEB)/package-lock.json
	npm --prefix $(WEB) ci --ignore-scripts --no-audit --no-fund --silent
	touch $(WEB)/node_modules
