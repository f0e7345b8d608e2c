#!/usr/bin/env bash
# Builds the Worker into workers/build and the inbox into ui/dist, each only when its sources changed; what that needs is
# set up before. Also the [build] command of wrangler.toml, so that `wrangler deploy` ships what the tests ran.
#   tools/build.sh [--quick] [worker|ui]     default: both
# The Worker is built for release. With --quick, which is how `make dev` asks, a build in the profile `quick` will do:
# it takes a third of the time, and is larger and slower. workers/build/.built names the profile and the sources.
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/env.sh

profile=release
if [ "${1:-}" = --quick ]; then profile=quick; shift; fi
case ${1:-all} in
  all | worker | ui) wanted=${1:-all} ;;
  *) stop "usage: tools/build.sh [--quick] [worker|ui]" ;;
esac

mkdir -p target
if command -v flock >/dev/null; then exec 8>target/.build-lock; flock 8; fi

hash_of() { # every file below the paths, by content; what a build writes is left out
  find "$@" \( -name node_modules -o -path workers/build -o -path ui/dist -o -path tools/bindgen/target \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 cksum | cksum
}
worker_sources() {
  hash_of Cargo.toml Cargo.lock rust-toolchain.toml shared workers tools/bindgen tools/env.sh tools/build.sh tools/strip.mjs
}
inbox_sources() { hash_of ui package-lock.json shared/wire/openapi.json; }

worker_is_current() {
  local built
  built=$(cat workers/build/.built 2>/dev/null) || return
  [ "$built" = "release $worker" ] || { [ "$profile" = quick ] && [ "$built" = "quick $worker" ]; }
}
inbox_is_current() { [ -e ui/dist/index.html ] && [ "$(cat target/.inbox-sources 2>/dev/null)" = "$inbox" ]; }

compile() {
  # The macro of wasm-bindgen then takes the futures of `js_sys`, which `worker` is written for.
  with_wasm env WASM_BINDGEN_USE_JS_SYS=1 cargo build --locked --lib -p tributary-worker --profile "$profile" \
    --target wasm32-unknown-unknown --target-dir "$compiled" >&2
}

# The features are what the compiler uses; with all of them wasm-opt would write what workerd cannot read yet.
optimise() {
  node_modules/.bin/wasm-opt "$1" -o "$1" -O --debuginfo --enable-mutable-globals --enable-sign-ext \
    --enable-nontrapping-float-to-int --enable-bulk-memory --enable-multivalue --enable-reference-types \
    --enable-exception-handling
}

# The compiled Rust, its JavaScript and ours, as the two files that the runtime loads.
assemble() {
  local folder=target/worker/$profile minified=()
  rm -rf "$folder"
  mkdir -p "$folder/build"
  "$BINDGEN" "$compiled/wasm32-unknown-unknown/$profile/tributary_worker.wasm" "$folder"
  if [ "$profile" = release ]; then
    optimise "$folder/index_bg.wasm"
    node tools/strip.mjs "$folder/index_bg.wasm" target/index_bg.named.wasm
    minified=(--minify)
  fi
  # workerd gives a module of wasm to a plain import.
  sed 's/^import source /import /' "$folder/index.js" >"$folder/plain.js"
  mv "$folder/plain.js" "$folder/index.js"
  cp workers/*.js "$folder/"
  (cd "$folder" && "$ROOT/node_modules/.bin/esbuild" entry.js --bundle --format=esm --outfile=build/entry.js \
    --external:./index_bg.wasm '--external:cloudflare:*' --log-level=warning ${minified[@]+"${minified[@]}"})
  mv "$folder/index_bg.wasm" "$folder/build/"
  echo "$profile $worker" >"$folder/build/.built"
  rm -rf workers/build
  mv "$folder/build" workers/build
  node tools/size.mjs --print
}

packages_and_inbox() {
  tools/setup.sh npm
  if [ "$wanted" != worker ] && ! inbox_is_current; then
    rm -f target/.inbox-sources
    step "building the inbox" 12 npm run build -w ui --silent -- --logLevel warn >&2
    echo "$inbox" >target/.inbox-sources
  fi
}

compiled=$(mkdir -p "${CARGO_TARGET_DIR:-target}" && cd "${CARGO_TARGET_DIR:-target}" && pwd)
worker=$(worker_sources)
inbox=$(inbox_sources)
tools/setup.sh commands

begin packages_and_inbox
packages=$BEGUN
if [ "$wanted" != ui ] && ! worker_is_current; then
  begin tools/setup.sh bindgen
  bindgen=$BEGUN
  tools/setup.sh wasm
  seconds=(180 40)
  if [ "$profile" = quick ]; then seconds=(150 4); fi
  step "compiling the Worker ($profile; a few seconds when little of it changed)" "${seconds[0]}" compile
  await "$bindgen"
  await "$packages"
  step "putting the Worker together" "${seconds[1]}" assemble
else
  await "$packages"
fi
