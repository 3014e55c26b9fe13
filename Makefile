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

WEB_PAGES := web/dist/graphiql.html
WEB_SOURCES := $(shell find web -type f -not -path 'web/dist/*' -not -path 'web/node_modules/*')

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

.PHONY: sdl
sdl: ## Rewrite schema/schema.graphql from the code
	cargo run --quiet --package api -- schema >schema/schema.graphql.new
	mv schema/schema.graphql.new schema/schema.graphql

.PHONY: lint
lint: ## Format, lints, dependency rules and documentation
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	scripts/dependency-rules.sh
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps

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
setup: tests/clients/node_modules/.package-lock.json ## Install what the tests start: Redis, Chromium, the clients
	scripts/setup.sh

.PHONY: test
test: setup test-rust test-clients ## All tests

.PHONY: test-rust
test-rust: web ## The tests of the crates
	cargo test --workspace --no-fail-fast

.PHONY: test-clients
test-clients: build tests/clients/node_modules/.package-lock.json ## Real clients against a cluster of two nodes
	cd tests/clients && PLENARY_BIN=$(abspath $(PLENARY)) npm test

.PHONY: test-dynamodb-local
test-dynamodb-local: build tests/clients/node_modules/.package-lock.json ## What touches the table, against AWS's DynamoDB Local
	scripts/dynamodb-local.sh $(DYNAMODB_LOCAL_PORT) cargo test --package resolvers --test dynamodb
	scripts/dynamodb-local.sh $(DYNAMODB_LOCAL_PORT) cargo test --package api --test rooms
	scripts/dynamodb-local.sh $(DYNAMODB_LOCAL_PORT) $(MAKE) --no-print-directory test-clients

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

# 2 cores carry all of it: nodes have one thread each, joins take four minutes, and a message is delivered before the next is due.
.PHONY: bench-250k
bench-250k: ## 250,000 participants in one room: 13 nodes, Redis and the load generator on this machine, eight minutes
	cargo build --release --package api --package loadtest
	ulimit -n 20000 && TOKIO_WORKER_THREADS=1 $(TARGET)/release/plenary-loadtest cluster --nodes 13 --participants 250000 \
		--ramp 240s --messages-per-second 0.2 --duration 110s \
		--node-arg=--keep-alive=20m --node-arg=--max-new-connections=5000

.PHONY: bench-join-storm
bench-join-storm: ## 20,000 participants join one room at once
	cargo build --release --package api --package loadtest
	ulimit -n 20000 && $(TARGET)/release/plenary-loadtest cluster --nodes 2 --participants 20000 --scenario join-storm \
		--duration 60s --node-arg=--max-new-connections=20000

PEERS_TARGET := $(TARGET)/peers

.PHONY: bench-peers
bench-peers: loadtest/peers/node_modules/.package-lock.json $(PEERS_TARGET)/floor ## Plenary beside other GraphQL servers, as one table; SIZES= and PEERS= choose
	cargo build --release --package api --package loadtest
	cargo build --release --locked --manifest-path loadtest/peers/async-graphql/Cargo.toml --target-dir $(PEERS_TARGET)
	BINARIES=$(abspath $(TARGET))/release node loadtest/peers/bench.mjs

$(PEERS_TARGET)/floor: loadtest/peers/floor/floor.c
	mkdir -p $(@D)
	$(CC) -O2 -Wall -Wextra -o $@ $<

URL ?= ws://127.0.0.1:8080/graphql
ROOM ?= hall

.PHONY: follow
follow: tests/clients/node_modules/.package-lock.json ## Follow a room from its beginning: make follow ROOM=hall TOKEN=...
	@cd tests/clients && node follow.mjs '$(URL)' '$(ROOM)' '$(TOKEN)'
