#!/usr/bin/env bash
# Builds the Worker into workers/build and the inbox into ui/dist, each only when its sources changed.
# Also the [build] command of wrangler.toml, so that `wrangler deploy` ships what the tests ran.
#   tools/build.sh [worker|ui]     default: both
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/env.sh

mkdir -p target
if command -v flock >/dev/null; then exec 8>target/.build-lock; flock 8; fi

hash_of() { # every file below the paths, by content; what a build writes is left out
  find "$@" -type f -not -path '*/node_modules/*' -not -path workers/build/'*' -not -path ui/dist/'*' -print0 |
    LC_ALL=C sort -z | xargs -0 cksum | cksum
}

build_worker() {
  local stamp=target/.worker-sources sources
  sources=$(hash_of Cargo.toml Cargo.lock rust-toolchain.toml shared workers tools/env.sh tools/build.sh tools/strip.mjs)
  if [ -e workers/build/entry.js ] && [ "$(cat "$stamp" 2>/dev/null)" = "$sources" ]; then return; fi
  rm -f "$stamp"
  say "building the Worker (one to two minutes the first time)"
  with_wasm "$WORKER_BUILD" --release workers >&2
  cp workers/entry.js workers/objects.js workers/build/
  node tools/strip.mjs workers/build/index_bg.wasm target/index_bg.named.wasm
  node tools/size.mjs --print
  echo "$sources" >"$stamp"
}

build_ui() {
  local stamp=target/.inbox-sources sources
  sources=$(hash_of ui package-lock.json shared/wire/openapi.json)
  if [ -e ui/dist/index.html ] && [ "$(cat "$stamp" 2>/dev/null)" = "$sources" ]; then return; fi
  rm -f "$stamp"
  say "building the inbox (a few seconds)"
  npm run build -w ui --silent >&2
  echo "$sources" >"$stamp"
}

case ${1:-all} in
  worker) build_worker ;;
  ui) build_ui ;;
  all) build_worker; build_ui ;;
  *) stop "usage: tools/build.sh [worker|ui]" ;;
esac
