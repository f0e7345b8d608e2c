# Sourced by the other scripts: pinned versions, and where the tools of the wasm build are.
# Nothing here installs anything; tools/setup.sh does.

WORKER_BUILD_VERSION=0.8.7
# Must equal the `wasm-bindgen` pin in Cargo.toml: library and command speak one private format.
WASM_BINDGEN_VERSION=0.2.129

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${TRIBUTARY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tributary}
WORKER_BUILD=$CACHE/worker-build-$WORKER_BUILD_VERSION/bin/worker-build
DEBIAN_WASM=$CACHE/wasm32-debian

# With all three given, worker-build downloads nothing.
export WASM_BINDGEN_BIN=$CACHE/wasm-bindgen-cli-$WASM_BINDGEN_VERSION/bin/wasm-bindgen
export WASM_OPT_BIN=$ROOT/node_modules/.bin/wasm-opt
export ESBUILD_BIN=$ROOT/node_modules/.bin/esbuild

export WRANGLER_SEND_METRICS=false
export WRANGLER_HIDE_BANNER=true
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false

say() { printf '%s\n' "-- $*" >&2; }
stop() { printf '\n!! %s\n' "$*" >&2; exit 1; }

# Whether the project's own compiler can build for wasm32.
rustup_has_wasm() {
  [ -d "$(cd "$ROOT" && rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib" ]
}

# Run a command with a compiler that can build for wasm32: the project's own, else the distribution's
# with the standard library that setup.sh built from its packaged source.
with_wasm() {
  # A panic names its place in the source; the directories of this machine do not belong into the Worker.
  local -x CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src="
  if [ "${TRIBUTARY_WASM:-}" != debian ] && rustup_has_wasm; then
    "$@"
  else
    [ -x "$DEBIAN_WASM/rustc" ] || stop "Nothing here can build for wasm32 yet: run tools/setup.sh"
    RUSTC=$DEBIAN_WASM/rustc CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$(cat "$DEBIAN_WASM/linker") "$@"
  fi
}

# The Chromium of the browser tests.
find_chromium() {
  if [ -n "${CHROMIUM_BIN:-}" ]; then
    [ -x "$CHROMIUM_BIN" ] && echo "$CHROMIUM_BIN" && return
    stop "CHROMIUM_BIN names $CHROMIUM_BIN, which cannot be run."
  fi
  command -v chromium || command -v chromium-browser || command -v google-chrome ||
    { [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] && echo "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; }
}
