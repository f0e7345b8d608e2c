#!/usr/bin/env bash
# Makes everything a build needs available. Safe to run again: what is there already is skipped.
#   tools/setup.sh            what a build needs
#   tools/setup.sh --browser  and a Chromium for the browser tests
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/env.sh

mkdir -p "$CACHE"
# Two commands started at once set up one after the other.
if command -v flock >/dev/null; then exec 9>"$CACHE/lock"; flock 9; fi

require_commands() {
  command -v cargo >/dev/null && command -v rustc >/dev/null ||
    stop "Rust is missing. Install it from https://rustup.rs, open a new shell, and start again."
  command -v node >/dev/null && command -v npm >/dev/null ||
    stop "Node is missing. Install Node 20.12 or newer from https://nodejs.org (it brings npm), and start again."
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 12) ? 0 : 1)' ||
    stop "Node $(node --version) is too old: 20.12 or newer is needed (https://nodejs.org)."
  command -v cc >/dev/null ||
    stop "A C linker is missing (cc). Debian and Ubuntu: apt-get install build-essential. macOS: xcode-select --install."
  cargo --version >/dev/null ||
    stop "The Rust toolchain named in rust-toolchain.toml is not installed. Run: rustup toolchain install"
}

npm_packages() {
  node tools/lock-in-sync.mjs && return
  say "installing npm packages (about half a minute)"
  npm ci --no-audit --no-fund --loglevel=error >&2 ||
    stop "npm ci failed (see above). It needs the npm registry; with a mirror, set: npm config set registry URL"
}

# apt-get, when this is Debian or a relative and we may install packages.
apt_install() {
  command -v apt-get >/dev/null || return 1
  local as_root=()
  if [ "$(id -u)" != 0 ]; then sudo -n true 2>/dev/null || return 1; as_root=(sudo -n); fi
  "${as_root[@]}" apt-get update -qq >&2 || say "apt-get update failed; going on with the lists there are"
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends --no-remove "$@" \
    </dev/null >"$CACHE/apt.log" 2>&1 || { tail -n 5 "$CACHE/apt.log" >&2; return 1; }
}

wasm_target() {
  if [ "${TRIBUTARY_WASM:-}" != debian ]; then
    rustup_has_wasm && return
    if command -v rustup >/dev/null; then
      say "adding Rust's wasm32 target with rustup (about 20 seconds)"
      rustup target add wasm32-unknown-unknown >&2 && rustup_has_wasm && return
      say "rustup could not add it; trying the distribution's packages"
    fi
  fi
  tools/wasm32-debian.sh has && return
  if ! tools/wasm32-debian.sh ready; then
    say "installing Debian's rustc-web, rust-web-src and lld (about a minute)"
    apt_install rustc-web rust-web-src "$(tools/wasm32-debian.sh newest-lld)" ||
      stop "Rust's wasm32 standard library could not be had. Do one of these and start again:
   rustup target add wasm32-unknown-unknown
   apt-get install rustc-web rust-web-src lld-22   (Debian, as root: the library is then built here)"
  fi
  say "building the wasm32 standard library from Debian's source (about a minute)"
  tools/wasm32-debian.sh build
}

# Optimising these two tools would triple their build time and save nothing that is felt.
cargo_tool() { # crate, version, minutes
  local home="$CACHE/$1-$2"
  [ -e "$home/installed" ] && return
  say "building $1 $2 (about $3 on two cores, once: kept in $CACHE)"
  rm -rf "$home"
  CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 CARGO_TARGET_DIR="$CACHE/building" \
    cargo install "$1" --version "$2" --locked --root "$home" >"$CACHE/$1.log" 2>&1 ||
    { tail -n 20 "$CACHE/$1.log" >&2; stop "cargo install $1 failed; it needs crates.io or a mirror of it (all of it: $CACHE/$1.log)"; }
  touch "$home/installed"
}

browser() {
  find_chromium >/dev/null && return
  say "installing Chromium for the browser tests (about a minute)"
  apt_install chromium && find_chromium >/dev/null ||
    stop "The browser tests need Chromium. Install it (Debian: apt-get install chromium) or set CHROMIUM_BIN to one."
}

require_commands
npm_packages
wasm_target
cargo_tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION" "2 minutes"
cargo_tool worker-build "$WORKER_BUILD_VERSION" "3 minutes"
rm -rf "$CACHE/building"
if [ "${1:-}" = --browser ]; then browser; fi
