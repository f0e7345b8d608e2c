# Sourced by the other scripts: where the tools of the wasm build are, and how steps are run and shown.
# Nothing here installs anything; tools/setup.sh does.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${TRIBUTARY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tributary}
# The built tool is kept under what it was built from: another version of it is another file.
BINDGEN=$CACHE/bindgen-$(cd "$ROOT/tools/bindgen" && cat Cargo.toml Cargo.lock src/main.rs | cksum | cut -d' ' -f1)
# The Python tools that look at the API's description, by the list of their versions.
OPENAPI=$CACHE/openapi-$(cksum <"$ROOT/tools/openapi/requirements.txt" | cut -d' ' -f1)
# What tries the API by its description, in the same way.
SCHEMATHESIS=$CACHE/schemathesis-$(cksum <"$ROOT/tools/openapi/schemathesis.txt" | cut -d' ' -f1)
DEBIAN_WASM=$CACHE/wasm32-debian

export WRANGLER_SEND_METRICS=false
export WRANGLER_HIDE_BANNER=true
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false

say() { printf '%s\n' "-- $*" >&2; }
stop() { printf '\n!! %s\n' "$*" >&2; exit 1; }

# Runs a step: says what it is and how long it takes on two cores that do nothing else, and how long it took.
step() { # what, seconds, command
  local what=$1 began=$SECONDS
  say "$what (about $2 s)"
  shift 2
  "$@"
  local code=$? # a failure comes here only where the caller looks at it; elsewhere it has ended the script
  [ "$code" = 0 ] || return "$code"
  say "$what: done after $((SECONDS - began)) s"
}

# Steps that run beside others. Each is a process group of its own, so that it ends with the script, whatever it runs.
beside=()
begin() { # command; BEGUN is then what `await` takes
  set -m
  "$@" </dev/null &
  set +m
  BEGUN=$!
  beside+=("$BEGUN")
}
await() { wait "$1" || exit 1; }
trap 'for group in ${beside[@]+"${beside[@]}"}; do kill -- "-$group" 2>/dev/null || :; done' EXIT

# Runs a command while no other script runs one under the same name.
locked() { # file, command
  (
    if command -v flock >/dev/null; then flock 9; fi
    shift
    "$@"
  ) 9>"$1"
}

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
