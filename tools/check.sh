#!/usr/bin/env bash
# The quick loop: formatting, lints, native tests. One of them: tools/check.sh format|lint|native
set -euo pipefail
cd "$(dirname "$0")/.."
source tools/env.sh

format() { cargo fmt --all --check; }

lint() {
  cargo clippy --locked --workspace --all-targets -- -D warnings
  # The Worker once more as what it is built for. The linter needs its own compiler's library for that: where
  # wasm32 is had from the distribution, the line above has to do.
  if rustup_has_wasm; then
    cargo clippy --locked -p tributary-worker --target wasm32-unknown-unknown -- -D warnings
  fi
}

native() {
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked --workspace --no-fail-fast --no-tests=pass
    cargo test --locked --doc --quiet
  else
    cargo test --locked --workspace --no-fail-fast --quiet
  fi
}

case ${1:-all} in
  format) format ;;
  lint) lint ;;
  native) native ;;
  all) format; lint; native ;;
  *) stop "usage: tools/check.sh [format|lint|native]" ;;
esac
