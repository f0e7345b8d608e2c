#!/usr/bin/env bash
# Makes everything a build needs available. Safe to run again: what is there already is skipped.
#   tools/setup.sh [commands|npm|wasm|bindgen]   what a build needs, or that part of it
#   tools/setup.sh openapi | schemathesis        what looks at the API's description, which needs Python
#   tools/setup.sh --browser                     what a build needs, and a Chromium for the browser tests
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/env.sh

mkdir -p "$CACHE"

require_commands() {
  command -v cargo >/dev/null && command -v rustc >/dev/null ||
    stop "Rust is missing. Install it from https://rustup.rs, open a new shell, and start again."
  command -v node >/dev/null && command -v npm >/dev/null ||
    stop "Node is missing. Install Node 20.19 or newer from https://nodejs.org (it brings npm), and start again."
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
    stop "Node $(node --version) is too old: 20.19 or newer is needed (https://nodejs.org)."
  command -v cc >/dev/null ||
    stop "A C linker is missing (cc). Debian and Ubuntu: apt-get install build-essential. macOS: xcode-select --install."
  cargo --version >/dev/null ||
    stop "The Rust toolchain named in rust-toolchain.toml is not installed. Run: rustup toolchain install"
}

npm_packages() {
  node tools/lock-in-sync.mjs && return
  step "installing npm packages" 20 npm ci --no-audit --no-fund --loglevel=error >&2 ||
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
      step "adding Rust's wasm32 target with rustup" 20 rustup target add wasm32-unknown-unknown >&2 && rustup_has_wasm && return
      say "rustup could not add it; trying the distribution's packages"
    fi
  fi
  tools/wasm32-debian.sh has && return
  if ! tools/wasm32-debian.sh ready; then
    step "installing Debian's rustc-web, rust-web-src and lld" 60 apt_install rustc-web rust-web-src "$(tools/wasm32-debian.sh newest-lld)" ||
      stop "Rust's wasm32 standard library could not be had. Do one of these and start again:
   rustup target add wasm32-unknown-unknown
   apt-get install rustc-web rust-web-src lld-22   (Debian, as root: the library is then built here)"
  fi
  step "building the wasm32 standard library from Debian's source" 60 tools/wasm32-debian.sh build
}

# Not optimised: that would double the time of its build, and each run takes two seconds all the same. At a lower priority:
# it is needed only once the Worker is compiled, which usually goes on beside it.
compile_bindgen() {
  nice cargo build --manifest-path tools/bindgen/Cargo.toml --locked --release --target-dir "$BINDGEN.building" >"$CACHE/bindgen.log" 2>&1
}

bindgen_tool() {
  [ -x "$BINDGEN" ] && return
  step "compiling tools/bindgen, once: kept in $CACHE" 120 compile_bindgen ||
    { tail -n 20 "$CACHE/bindgen.log" >&2; stop "tools/bindgen did not compile; it needs crates.io or a mirror of it (all of it: $CACHE/bindgen.log)"; }
  mv "$BINDGEN.building/release/tributary-bindgen" "$BINDGEN"
  rm -rf "$BINDGEN.building"
}

install_python_packages() { # folder, list of versions
  rm -rf "$1"
  python3 -m venv "$1" &&
    "$1/bin/pip" install --quiet --disable-pip-version-check -r "$2" && touch "$1/whole"
}

python_packages() { # folder, list of versions
  [ -f "$1/whole" ] && return
  command -v python3 >/dev/null && python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    stop "Python 3.10 or newer is missing. Debian and Ubuntu: apt-get install python3-venv. macOS: brew install python."
  python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv ||
    stop "Python's venv is missing. Debian and Ubuntu: apt-get install python3-venv"
  step "installing what looks at the API's description: kept in $CACHE" 40 install_python_packages "$@" >&2 ||
    stop "pip could not install $2 (see above). It needs PyPI or a mirror of it."
}

browser() {
  find_chromium >/dev/null && return
  step "installing Chromium for the browser tests" 60 apt_install chromium && find_chromium >/dev/null ||
    stop "The browser tests need Chromium. Install it (Debian: apt-get install chromium) or set CHROMIUM_BIN to one."
}

part() {
  case $1 in
    commands) require_commands ;;
    npm) locked "$CACHE/lock-npm" npm_packages ;;
    wasm) locked "$CACHE/lock-wasm" wasm_target ;;
    bindgen) locked "$CACHE/lock-bindgen" bindgen_tool ;;
    openapi) locked "$CACHE/lock-openapi" python_packages "$OPENAPI" tools/openapi/requirements.txt ;;
    schemathesis) locked "$CACHE/lock-openapi" python_packages "$SCHEMATHESIS" tools/openapi/schemathesis.txt ;;
    *) stop "usage: tools/setup.sh [commands|npm|wasm|bindgen|openapi|schemathesis|--browser]" ;;
  esac
}

case ${1:-all} in
  all | --browser)
    require_commands
    # Downloads wait and compilers do not: each has the cores while the other has no use for them.
    begin part npm
    packages=$BEGUN
    begin part bindgen
    bindgen=$BEGUN
    part wasm
    await "$packages"
    await "$bindgen"
    if [ "${1:-}" = --browser ]; then browser; fi
    ;;
  *) part "$1" ;;
esac
