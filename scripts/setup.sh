#!/usr/bin/env bash
# Everything that building (`setup.sh build`) or testing (`setup.sh browser`) needs and this machine lacks.
# Quick when all is there. Tools go into a cache folder of their own; nothing the user installed is touched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'setup: %s\n' "$*" >&2; }
fail() { printf 'setup: %s\n' "$@" >&2; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || fail "$1 is missing: $2"; }

# tool_version trunk|wasm-bindgen: the version this project is locked to.
tool_version() {
  case $1 in
    trunk) sed -n 's/^trunk-version = "=\(.*\)"$/\1/p' Trunk.toml ;;
    wasm-bindgen) sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock ;;
  esac
}

# tool_root trunk|wasm-bindgen: where this script keeps it, a folder per version.
tool_root() {
  printf '%s/descent/tools/%s-%s' "${XDG_CACHE_HOME:-$HOME/.cache}" "$1" "$(tool_version "$1")"
}

# has_version VERSION COMMAND...: the commands exist and say that they are of that version.
has_version() {
  local version=$1 command
  shift
  for command in "$@"; do
    [[ "$("$command" --version 2>/dev/null | cut -d' ' -f2)" == "$version" ]] || return 1
  done
}

rust() {
  need cargo "install Rust by rustup, https://rustup.rs"
  # rustup installs what rust-toolchain.toml names as soon as it is asked for it.
  rustc --version >/dev/null
  if [[ ! -d "$(rustc --print target-libdir --target wasm32-unknown-unknown)" ]]; then
    need rustup "it is needed once, to add the target wasm32-unknown-unknown"
    say "adding the target wasm32-unknown-unknown"
    rustup target add wasm32-unknown-unknown
  fi
  for part in fmt clippy; do
    cargo "$part" --version >/dev/null 2>&1 || rustup component add rustfmt clippy
  done
  if [[ ! -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library" ]]; then
    need rustup "it is needed once, to add the sources of the standard library"
    say "adding the sources of the standard library"
    rustup component add rust-src
  fi
}

# install NAME CRATE "COMMANDS" [CARGO OPTIONS]: from source, and unoptimised: these tools run for a second, it is
# compiling them that takes time.
install() {
  local name=$1 crate=$2 version root
  local -a commands
  read -ra commands <<<"$3"
  shift 3
  version=$(tool_version "$name")
  [[ -n "$version" ]] || fail "no version of $name found in Trunk.toml or Cargo.lock"
  root=$(tool_root "$name")
  if has_version "$version" "${commands[@]}" || has_version "$version" "${commands[@]/#/$root/bin/}"; then
    return
  fi
  say "installing $crate $version into $root (once, a minute or two)"
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_DEV_INCREMENTAL=false CARGO_PROFILE_DEV_PANIC=abort \
    CARGO_PROFILE_DEV_DEBUG_ASSERTIONS=false CARGO_PROFILE_DEV_OVERFLOW_CHECKS=false \
    cargo install "$crate" --version "=$version" --debug --root "$root" --target-dir "$root/target" \
    "${commands[@]/#/--bin=}" "$@"
  rm -rf "$root/target"
  has_version "$version" "${commands[@]/#/$root/bin/}" || fail "the commands in $root/bin do not run"
}

build() {
  rust
  need node "Node.js 20 or newer, https://nodejs.org"
  need npm "it comes with Node.js, https://nodejs.org"
  node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' ||
    fail "Node.js 20 or newer is needed, found $(node --version)"
  # Both at once: while one waits for a crate that all others need, or links, the other has both cores.
  local -a jobs
  # Without TLS: trunk is called with all it needs in place and downloads nothing.
  install trunk trunk trunk --locked --no-default-features & jobs+=($!)
  # Its published lock file does not build on every machine.
  install wasm-bindgen wasm-bindgen-cli "wasm-bindgen wasm-bindgen-test-runner" & jobs+=($!)
  local job failed=0
  for job in "${jobs[@]}"; do wait "$job" || failed=$?; done
  return "$failed"
}

browser() {
  if node scripts/browser.mjs >/dev/null 2>&1; then
    return
  fi
  local sudo=()
  if command -v apt-get >/dev/null 2>&1 && [[ -z "${CHROME:-}" ]]; then
    if [[ $EUID -ne 0 ]]; then
      need sudo "the tests need chromium and chromium-driver: install them, or run \`make setup\` as root"
      sudo=(sudo)
    fi
    say "installing chromium and chromium-driver by apt-get"
    "${sudo[@]}" apt-get -o DPkg::Lock::Timeout=300 update
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
      install --yes --no-install-recommends chromium chromium-driver
  fi
  # Says what it found and what it misses.
  node scripts/browser.mjs >/dev/null
}

case ${1:-} in
  build) build ;;
  browser) browser ;;
  path) printf '%s/bin:%s/bin\n' "$(tool_root trunk)" "$(tool_root wasm-bindgen)" ;;
  *) fail "usage: scripts/setup.sh build|browser|path" ;;
esac
