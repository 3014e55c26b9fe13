# Everything that CI runs and a developer needs each day; `make help` lists it.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/plenary
TARGET := $(or $(CARGO_TARGET_DIR),target)
PLENARY := $(TARGET)/debug/plenary
LOADTEST := $(TARGET)/debug/plenary-loadtest

CARGO_DENY_VERSION := 0.20.2
CARGO_DENY := $(CACHE)/cargo-deny-$(CARGO_DENY_VERSION)/bin/cargo-deny

DYNAMODB_LOCAL_PORT ?= 8123

WEB_PAGES := web/dist/index.html
WEB_SOURCES := $(shell find web -type f -not -path '*/dist/*' -not -path '*/node_modules/*' -not -path 'web/client/tests/*' \
	-not -path 'web/tests/*' -not -name '*.generated.ts') schema/schema.graphql

# Two folders, because some clients exclude the dependencies of others.
CLIENTS := tests/clients/node_modules/.package-lock.json tests/clients/old/node_modules/.package-lock.json

.PHONY: help
help: ## This list
	@sed -n 's/^\([a-z-]*\):.* ## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

.PHONY: run
run: ## Build and start one node with nothing beside it
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory web; \
	else echo 'npm is not installed: this node starts without its web pages'; fi
	cargo run --package api -- serve

.PHONY: build
build: web ## Build the binary with its web pages
	cargo build --package api

.PHONY: web
web: $(WEB_PAGES) ## Build the web pages that the binary carries

$(WEB_PAGES): $(WEB_SOURCES) web/node_modules/.package-lock.json
	cd web && npm run build

%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	cd $* && npm ci
	touch $@

web/node_modules/.package-lock.json: web/client/package.json

.PHONY: sdl
sdl: ## Rewrite schema/schema.graphql from the code
	cargo run --quiet --package api -- schema >schema/schema.graphql.new
	mv schema/schema.graphql.new schema/schema.graphql

.PHONY: docs
docs: docs/configuration.md deploy/metrics.json deploy/cdk/node_modules/.package-lock.json ## Rewrite what is made of the binary's own words
	cd deploy/cdk && npm run docs

.PHONY: docs/configuration.md
docs/configuration.md:
	cargo run --quiet --package api -- reference configuration >$@.new
	mv $@.new $@

.PHONY: deploy/metrics.json
deploy/metrics.json:
	mkdir -p $(@D)
	cargo run --quiet --package api -- reference metrics >$@.new
	mv $@.new $@

.PHONY: lint
lint: lint-web lint-deploy ## Format, lints, dependency rules and documentation
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	scripts/dependency-rules.sh
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps

.PHONY: lint-web
lint-web: web/node_modules/.package-lock.json ## Types and lints of the pages and of the client package
	cd web && npm run lint

.PHONY: lint-deploy
lint-deploy: deploy/cdk/node_modules/.package-lock.json ## Types and lints of the infrastructure
	cd deploy/cdk && npm run lint

.PHONY: deny
deny: $(CARGO_DENY) ## Bans, licenses and sources of the dependencies; installs cargo-deny when it is missing
	$(CARGO_DENY) check bans licenses sources

.PHONY: advisories
advisories: $(CARGO_DENY) ## Known vulnerabilities of the dependencies; fetches the advisory database
	$(CARGO_DENY) check advisories

# Away from the target directory of the project, which would keep a second release build for it.
$(CARGO_DENY):
	env -u CARGO_TARGET_DIR cargo install --locked --root $(CACHE)/cargo-deny-$(CARGO_DENY_VERSION) \
		cargo-deny@$(CARGO_DENY_VERSION)

.PHONY: print-cargo-deny
print-cargo-deny:
	@echo $(CARGO_DENY)

.PHONY: setup
setup: $(CLIENTS) ## Install what the tests start: Redis, OpenSSL, Chromium, the clients
	scripts/setup.sh

.PHONY: test
test: setup test-rust test-web test-clients test-deploy ## All tests

.PHONY: test-rust
test-rust: web ## The tests of the crates
	cargo test --workspace --no-fail-fast

.PHONY: test-web
test-web: build ## The client package and the room client, alone, and in browsers against a cluster
	cd web && PLENARY_BIN=$(abspath $(PLENARY)) npm test

.PHONY: screenshots
screenshots: setup build ## The pictures of docs/, drawn anew from a staged room
	cd web && PLENARY_BIN=$(abspath $(PLENARY)) npm run screenshots

.PHONY: test-clients
test-clients: build $(CLIENTS) ## Real clients against a cluster of two nodes
	cd tests/clients && PLENARY_BIN=$(abspath $(PLENARY)) npm test

.PHONY: test-dynamodb-local
test-dynamodb-local: build $(CLIENTS) ## What touches the table, against AWS's DynamoDB Local
	scripts/dynamodb-local.sh $(DYNAMODB_LOCAL_PORT) cargo test --package resolvers --test dynamodb
	scripts/dynamodb-local.sh $(DYNAMODB_LOCAL_PORT) cargo test --package api --test rooms
	scripts/dynamodb-local.sh $(DYNAMODB_LOCAL_PORT) $(MAKE) --no-print-directory test-clients

DEPLOY_TOOLS := $(CACHE)/deploy-tools-$(shell sha256sum deploy/cdk/requirements.txt | cut -c 1-12)

.PHONY: test-deploy
test-deploy: build deploy/cdk/node_modules/.package-lock.json $(DEPLOY_TOOLS)/installed ## The infrastructure, without an account: templates, findings, what a real node does with them
	cargo build --package loadtest
	node --test --test-reporter=spec deploy/tests/*.test.mjs
	cd deploy/cdk && PLENARY_BIN=$(abspath $(PLENARY)) npm test
	cd deploy/cdk && TOOLS=$(DEPLOY_TOOLS)/bin ./check-templates.sh

# What makes an infrastructure's checks is a program in Python; it is kept beside the checkout, at the versions that are written down.
$(DEPLOY_TOOLS)/installed: deploy/cdk/requirements.txt
	python3 -m venv --clear $(DEPLOY_TOOLS)
	$(DEPLOY_TOOLS)/bin/pip install --quiet --disable-pip-version-check --requirement deploy/cdk/requirements.txt \
		|| { echo 'pip cannot install what deploy/cdk/requirements.txt names' >&2; exit 1; }
	touch $@

.PHONY: test-loadtest
test-loadtest: ## The load generator against real nodes; a part of test-rust
	cargo build --package api
	cargo test --package loadtest

.PHONY: autobahn
autobahn: ## The WebSocket frames against the Autobahn suite; needs Python 2.7
	scripts/autobahn.sh

.PHONY: bench-smoke
bench-smoke: ## A small cluster under a small load, to see that measuring works
	cargo build --package api --package loadtest
	$(LOADTEST) cluster --nodes 2 --participants 200 --duration 5s

RELEASE := $(TARGET)/release
# What a test of one machine needs: nobody is pinged for silence, and nobody is refused for haste or for the address.
BENCH_NODES := --node-arg=--keep-alive=15m --node-arg=--max-connections-per-address=0 --node-arg=--max-new-connections=20000
REPORTS := $(TARGET)/reports

.PHONY: bench-build
bench-build:
	cargo build --release --package api --package loadtest
	mkdir -p $(REPORTS)

.PHONY: bench-250k
bench-250k: bench-build ## 250,000 participants in one room on this machine: 24 GiB, 15 minutes
	$(RELEASE)/plenary-loadtest cluster --nodes 13 --node-threads 1 $(BENCH_NODES) \
		--participants 250000 --per-worker 19300 --users 100 --ramp 280s --settle 120s \
		--messages-per-second 0.16667 --duration 120s --burst 20 --drain 60s \
		--json $(REPORTS)/bench-250k.json --html $(REPORTS)/bench-250k.html

.PHONY: bench-join-storm
bench-join-storm: bench-build ## 20,000 participants join one room on two nodes at once
	$(RELEASE)/plenary-loadtest cluster --nodes 2 $(BENCH_NODES) \
		--participants 20000 --per-worker 10000 --users 100 --ramp 0s --settle 120s \
		--messages-per-second 1 --duration 10s \
		--json $(REPORTS)/bench-join-storm.json --html $(REPORTS)/bench-join-storm.html

.PHONY: bench-fairness
bench-fairness: bench-build ## A small room beside one of 20,000 with 20 messages a second
	$(RELEASE)/plenary-loadtest cluster --nodes 2 $(BENCH_NODES) \
		--participants 20020 --small-room 20 --per-worker 10000 --users 100 --ramp 20s \
		--messages-per-second 40 --duration 30s \
		--json $(REPORTS)/bench-fairness.json --html $(REPORTS)/bench-fairness.html

.PHONY: bench-questions
bench-questions: web ## Pages of a room's 5,000 questions, in each order
	cargo test --release --package api --test rooms five_thousand -- --nocapture

BENCH_SECONDS ?= 300

.PHONY: bench-web
bench-web: web bench-build ## One browser in a room with 50 messages a second: frames and memory; BENCH_SECONDS= shortens its five minutes
	cd web && PLENARY_BIN=$(abspath $(RELEASE))/plenary BENCH_SECONDS=$(BENCH_SECONDS) npm run bench

PEERS_TARGET := $(TARGET)/peers

.PHONY: bench-peers
bench-peers: bench-build loadtest/peers/node_modules/.package-lock.json $(PEERS_TARGET)/floor ## Plenary beside other GraphQL servers, as one table; SIZES= and PEERS= choose
	cargo build --release --locked --manifest-path loadtest/peers/async-graphql/Cargo.toml --target-dir $(PEERS_TARGET)
	BINARIES=$(abspath $(RELEASE)) node loadtest/peers/bench.mjs

$(PEERS_TARGET)/floor: loadtest/peers/floor/floor.c
	mkdir -p $(@D)
	$(CC) -O2 -Wall -Wextra -o $@ $<

URL ?= ws://127.0.0.1:8080/graphql
ROOM ?= hall

.PHONY: follow
follow: tests/clients/node_modules/.package-lock.json ## Follow a room from its beginning: make follow ROOM=hall TOKEN=...
	@cd tests/clients && node follow.mjs '$(URL)' '$(ROOM)' '$(TOKEN)'

.PHONY: image
image: ## Build the container images, with Docker or without: deploy/compose/README.md
	deploy/image/build.sh
	deploy/image/contents.sh

.PHONY: test-image
test-image: image $(CLIENTS) ## The images, and a cluster of them whose nodes are restarted under load; installs Podman where there is no Docker
	node --test --test-concurrency=1 --test-reporter=spec deploy/tests/image/*.test.mjs

COMPOSE := deploy/compose/compose.sh $(if $(PROFILE),--profile $(PROFILE))

.PHONY: up
up: ## Start a cluster on this machine at http://127.0.0.1:8080; PROFILE=observability adds Prometheus and Grafana
	deploy/image/build.sh
	$(COMPOSE) up --detach --no-build
	@curl --silent --fail --retry 120 --retry-delay 1 --retry-all-errors --output /dev/null http://127.0.0.1:8080/readyz
	@echo 'The cluster is at http://127.0.0.1:8080; sign in as hanna with Plenary-1.'

.PHONY: down
down: ## Stop it, and forget what it held
	deploy/compose/compose.sh --profile observability down
